"""Solve one program by every solver and write the table of the README: ``python -m benchmarks.solve_report``.

Each solver has a process of its own and the seconds given; the certificate, which believes nobody, says what its claim
is worth. Seconds of the processor are those of all threads, and other work on the machine counts for little in them;
those of the clock are what a user waits for.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from importlib.util import find_spec
from typing import Any

from benchmarks.build_report import put
from benchmarks.solvers import SOLVERS
from commission_opt.model.formulate import formulate
from commission_opt.model.read import read_model
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.plan.certificate import certify
from commission_opt.plan.proof import tidy
from commission_opt.program.linear import LinearProgram
from commission_opt.program.scaling import scale

FEW = SyntheticSize(areas=6, services=21)
"""A place on which what is compiled or loaded once is compiled and loaded."""

GOOD = 1e-6
"""Gap and violation of a claim that would be accepted as a plan."""


def program_of(size: str | SyntheticSize, model: str) -> LinearProgram:
    """Return the program of a synthetic place in scaled units."""
    return scale(formulate(synthetic_place(size, 1), read_model(model)))[0]


def processor_seconds() -> float:
    """Return what this process and those that it started have used of the processor."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def measured(name: str, size: str, model: str, seconds: float) -> dict[str, Any]:
    """Return the processor time of a solver's best claim, and its certificate."""
    solve, _ = SOLVERS[name]
    solve(program_of(FEW, model), seconds)
    program = program_of(FEW if size == "few" else size, model)
    began, started = processor_seconds(), time.perf_counter()
    x, prices = solve(program, seconds)
    used, clock = processor_seconds() - began, time.perf_counter() - started
    found: dict[str, Any] = {"seconds": used, "clock": clock, "columns": program.shape[1], "rows": program.shape[0]}
    if not len(x):
        return found
    certificate = certify(program, tidy(program, x), prices)
    return found | {"gap": certificate.gap, "violation": certificate.violation}


def apart(name: str, size: str, model: str, seconds: float) -> dict[str, Any]:
    """Measure in a process of its own; nothing where that came to no end."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "benchmarks.solve_report",
        "--one",
        name,
        size,
        model,
        str(seconds),
    ]
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=6 * seconds + 120)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return {}
    found: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    print(name, model, found, flush=True)
    return found


def table(model: str, seconds: float, found: dict[str, dict[str, Any]]) -> list[str]:
    """Return the lines of the table of one model."""
    own = next(iter(found.values()))
    lines = [
        f"`{model}`: {own['columns']:,} columns, {own['rows']:,} rows; at most {seconds:g} s of wall clock each.",
        "",
        "| solver | clock seconds | times ours | processor seconds | times ours | certified gap | violation |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, row in found.items():
        if "gap" not in row:
            lines.append(f"| {name} | no claim in {seconds:g} s | | | | | |")
            continue
        held = max(row["gap"], row["violation"]) <= GOOD
        cells = [name]
        for unit in ("clock", "seconds"):
            cells += [f"{row[unit]:.3g}", f"{row[unit] / own[unit]:.2g}" if held else "does not hold"]
        lines.append(f"| {' | '.join(cells)} | {row['gap']:.1e} | {row['violation']:.1e} |")
    return [*lines, ""]


def main() -> None:
    """Measure what was asked for, and write it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=4, help="measure one solver here and print it as JSON")
    parser.add_argument("--size", default="place", help="which synthetic place")
    parser.add_argument("--models", nargs="*", default=["aligned", "total_place"], help="under which models")
    parser.add_argument("--seconds", type=float, default=100.0, help="what each solver has")
    given = parser.parse_args()
    if given.one:
        name, size, model, seconds = given.one
        print(json.dumps(measured(name, size, model, float(seconds))))
        return
    names = [name for name, (_, package) in SOLVERS.items() if find_spec(package) is not None]
    lines: list[str] = []
    for model in given.models:
        lines += table(model, given.seconds, {name: apart(name, given.size, model, given.seconds) for name in names})
    put("solve", lines)


if __name__ == "__main__":
    main()
