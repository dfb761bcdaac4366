"""From Parquet to the plan's tables, area by area: time, memory and certificate of the whole, by size."""

from __future__ import annotations

from pathlib import Path

from benchmarks.end_to_end import STEPS, end_to_end, table
from commission_opt.place.synthetic import SyntheticSize, write_synthetic


def test_every_step_of_the_whole_is_counted(tmp_path: Path) -> None:
    """Once on a small place; the sizes are measured by ``python -m benchmarks.end_to_end``."""
    write_synthetic(tmp_path / "place", SyntheticSize(areas=30, services=21))
    found = end_to_end(tmp_path / "place", "aligned", 1e-6)
    assert found["gap"] <= 1e-6
    assert found["violation"] <= 1e-8
    assert all(found[step] > 0 for step in STEPS)
    assert len(table({"small": found})) == 3
