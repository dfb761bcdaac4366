"""The program of every rule family, as text that was checked by hand.

A golden file changes only with the algebra: write it anew by hand after reading the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from commission_opt.rules import FAMILIES
from tests.rules.goldens import GOLDENS, golden_text

FOLDER = Path(__file__).parent / "golden"


@pytest.mark.parametrize("family", list(GOLDENS))
def test_program_is_the_golden_one(family: str) -> None:
    """Objective, rows and bounds, letter by letter."""
    assert golden_text(family) == (FOLDER / f"{family}.txt").read_text(encoding="utf-8")


def test_golden_files_and_families_match() -> None:
    """No family without a file, no file without a family; a further form of one is named after a full stop."""
    assert {path.stem for path in FOLDER.iterdir()} == set(GOLDENS)
    assert {name.partition(".")[0] for name in GOLDENS} == set(FAMILIES) & set(GOLDENS) == set(FAMILIES)


@pytest.mark.parametrize("family", sorted(name for name in GOLDENS if not name.startswith("pooling")))
def test_the_model_of_a_golden_file_is_pruned_to_its_family(family: str) -> None:
    """Beside pooling, only what the family cannot do without."""
    needed = {"silos": {"coverage"}, "robustness.targets": {"targets"}}.get(family, set())
    kinds = {rule.kind for rule in GOLDENS[family][1].rules}
    assert kinds == {"pooling", family.partition(".")[0]} | needed
