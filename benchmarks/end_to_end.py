"""Measure the whole by size, area by area, and write the table of the README: ``python -m benchmarks.end_to_end``.

From Parquet to the plan's tables, a process for each size: seconds of the clock and of the processor, the most memory
that the process held, the certificate, and the exponents of growth with nonzeros. A nation is solved to a thousandth.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.build_report import memory, put, slope
from benchmarks.test_overhead import TABLES
from commission_opt.model.read import read_model
from commission_opt.place import read_place
from commission_opt.place.synthetic import SyntheticSize, synthetic_place, write_synthetic
from commission_opt.plan.solve import solve

FEW = SyntheticSize(areas=6, services=21)
"""A place on which what is compiled or loaded once is compiled and loaded."""

TOLERANCE = {"nation": 1e-3}
"""Gap asked for, where it is not a millionth."""

STEPS = ("read", "compile", "formulate", "solve", "certify", "tables")


def end_to_end(folder: Path, model: str, tolerance: float) -> dict[str, Any]:
    """Return what the whole took, and what the certificate says of it."""
    solve(synthetic_place(FEW, 1), read_model(model), solver="arrow")
    started, used = time.perf_counter(), time.process_time()
    place = read_place(folder)
    read = time.perf_counter() - started
    plan = solve(place, read_model(model), solver="arrow", tolerance=tolerance)
    tables = time.perf_counter()
    for table in TABLES:
        assert len(getattr(plan, table))
    assert plan.summary()
    program = plan.choice.program
    return {
        "read": read,
        **plan.timings,
        "tables": time.perf_counter() - tables,
        "clock": time.perf_counter() - started,
        "processor": time.process_time() - used,
        "MiB": memory("VmHWM"),
        "columns": program.shape[1],
        "nonzeros": program.matrix.nnz,
        "gap": plan.certificate.gap,
        "violation": plan.certificate.violation,
    }


def apart(size: str, model: str) -> dict[str, Any]:
    """Measure one size in a process of its own, on a place that is written down first."""
    with tempfile.TemporaryDirectory() as folder:
        write_synthetic(Path(folder) / "place", size)
        words = ["--one", folder, model, str(TOLERANCE.get(size, 1e-6))]
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.end_to_end", *words]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    print(size, found, flush=True)
    return found


def table(found: dict[str, dict[str, Any]]) -> list[str]:
    """Return the lines of the table of sizes, with the exponents of growth."""
    figures = [*STEPS, "clock", "processor", "MiB"]
    head = ["size", "columns", *figures, "all but the solve", "gap", "violation"]
    lines = [f"| {' | '.join(head)} |", f"| --- | {' | '.join(['---:'] * (len(head) - 1))} |"]
    for size, row in found.items():
        cells = [f"{row[name]:,.0f}" if row[name] >= 1000 else f"{row[name]:.3g}" for name in figures]
        other = 1.0 - row["solve"] / row["clock"]
        last = f"{other:.1%} | {row['gap']:.1e} | {row['violation']:.1e}"
        lines.append(f"| `{size}` | {row['columns']:,} | {' | '.join(cells)} | {last} |")
    if len(found) > 1:
        nonzeros = [row["nonzeros"] for row in found.values()]
        growth = [f"{slope(nonzeros, [row[name] for row in found.values()]):.2f}" for name in figures]
        lines.append(f"| exponent of nonzeros | | {' | '.join(growth)} | | | |")
    return lines


def main() -> None:
    """Measure what was asked for, and write it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=3, help="measure one place here and print it as JSON")
    parser.add_argument("--sizes", nargs="*", default=["borough", "place", "city_region"], help="which places")
    parser.add_argument("--model", default="aligned", help="under which model")
    given = parser.parse_args()
    if given.one:
        folder, model, tolerance = given.one
        print(json.dumps(end_to_end(Path(folder) / "place", model, float(tolerance))))
        return
    put("end to end", table({size: apart(size, given.model) for size in given.sizes}))


if __name__ == "__main__":
    main()
