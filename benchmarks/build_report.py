"""Measure building and scaling, and write the tables and plots of the README: ``python -m benchmarks.build_report``.

Every figure comes from a process of its own: median seconds of the processor (all threads) of up to three runs, and the
peak of memory above what was held before the first run, data and imports included.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.algebra import write_down
from benchmarks.charts import log_log
from benchmarks.peers import PEERS, ours
from commission_opt.model.formulate import formulate_arrays
from commission_opt.model.read import read_model
from commission_opt.place import read_place
from commission_opt.place.arrays import compile_place
from commission_opt.place.synthetic import synthetic_place, write_synthetic

HERE = Path(__file__).parent
OURS = "this package"
LONG = 10.0
"""Seconds above which a run is not repeated."""


def memory(field: str) -> float:
    """Return MiB of this process: VmRSS now, VmHWM at the most since the last reset."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def measured(run: Callable[[], Any]) -> tuple[Any, float, float]:
    """Run up to three times; return the last result, the median of the seconds, and the first run's peak in MiB."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak so far
    before, seconds, result = memory("VmRSS"), [], None
    peak = 0.0
    while len(seconds) < 3 and sum(seconds) < LONG:
        result = None
        started = time.process_time()
        result = run()
        seconds.append(time.process_time() - started)
        peak = peak or memory("VmHWM") - before
    return result, statistics.median(seconds), peak


def build(who: str, size: str) -> dict[str, Any]:
    """Measure one builder."""
    place = synthetic_place(size)
    if who == OURS:
        ours(synthetic_place("borough"))  # what is loaded once does not count
        highs, seconds, peak = measured(lambda: ours(place))
    else:
        builder, package = PEERS[who]
        importlib.import_module(package)
        builder(write_down(formulate_arrays(compile_place(synthetic_place("borough")), read_model("aligned"))))
        algebra = write_down(formulate_arrays(compile_place(place), read_model("aligned")))
        highs, seconds, peak = measured(lambda: builder(algebra))
    columns, rows, nonzeros = highs.getNumCol(), highs.getNumRow(), highs.getNumNz()
    return {"seconds": seconds, "MiB": peak, "columns": columns, "rows": rows, "nonzeros": nonzeros}


def scaling(size: str) -> dict[str, Any]:
    """Measure reading, compiling and formulating a place from Parquet."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        write_synthetic(folder, size)
        written = time.process_time() - started
        place, read, read_peak = measured(lambda: read_place(folder))
    arrays, compiled, _ = measured(lambda: compile_place(place))
    model = read_model("aligned")
    program, seconds, peak = measured(lambda: formulate_arrays(arrays, model).program)
    return {
        "columns": program.shape[1],
        "nonzeros": program.matrix.nnz,
        "write": written,
        "read": read,
        "read MiB": read_peak,
        "compile": compiled,
        "formulate": seconds,
        "formulate MiB": peak,
    }


def apart(*words: str) -> dict[str, Any]:
    """Measure in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.build_report", "--one", *words]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    print(*words, {key: round(value, 3) for key, value in found.items()}, flush=True)
    return found


def slope(nonzeros: list[float], figures: list[float]) -> float:
    """Return the exponent of growth with nonzeros: the slope through the points on logarithmic axes."""
    return float(np.polyfit(np.log(nonzeros), np.log(figures), 1)[0])


def build_table(found: dict[str, dict[str, dict[str, Any]]]) -> list[str]:
    """Return the lines of the table of builders."""
    lines = []
    for size, rows in found.items():
        own = rows[OURS]
        lines += [
            f"`{size}`: {own['columns']:,} columns, {own['rows']:,} rows, {own['nonzeros']:,} nonzeros from all.",
            "",
            "| builder | seconds | times ours | peak MiB | bytes a nonzero |",
            "| --- | ---: | ---: | ---: | ---: |",
        ]
        for who, row in sorted(rows.items(), key=lambda item: item[1]["seconds"]):
            per = row["MiB"] * 2**20 / row["nonzeros"]
            ratio = row["seconds"] / own["seconds"]
            lines.append(f"| {who} | {row['seconds']:.3g} | {ratio:.3g} | {row['MiB']:,.0f} | {per:,.0f} |")
        lines.append("")
    return [*lines, "![seconds of building against nonzeros](build.svg)"]


def scaling_table(found: dict[str, dict[str, Any]]) -> list[str]:
    """Return the lines of the table of sizes, with the exponents of growth."""
    phases = ["write", "read", "compile", "formulate", "read MiB", "formulate MiB"]
    lines = [
        f"| size | columns | nonzeros | {' | '.join(phases)} | bytes a nonzero |",
        f"| --- | {' | '.join(['---:'] * (len(phases) + 3))} |",
    ]
    for size, row in found.items():
        figures = " | ".join(f"{row[phase]:,.0f}" if "MiB" in phase else f"{row[phase]:.3g}" for phase in phases)
        per = row["formulate MiB"] * 2**20 / row["nonzeros"]
        lines.append(f"| `{size}` | {row['columns']:,} | {row['nonzeros']:,} | {figures} | {per:.1f} |")
    nonzeros = [row["nonzeros"] for row in found.values()]
    if len(found) > 1:
        exponents = [slope(nonzeros, [max(row[phase], 1e-3) for row in found.values()]) for phase in phases]
        lines.append(f"| exponent of nonzeros | | | {' | '.join(f'{exponent:.2f}' for exponent in exponents)} | |")
    return [*lines, "", "![seconds of each phase against nonzeros](scaling.svg)"]


def put(marker: str, lines: list[str]) -> None:
    """Replace what stands between the markers of the README."""
    path = HERE / "README.md"
    text = path.read_text(encoding="utf-8")
    begin, end = f"<!-- {marker} -->", f"<!-- end of {marker} -->"
    before, rest = text.split(begin)
    path.write_text(before + "\n".join([begin, *lines, end]) + rest.split(end)[1], encoding="utf-8")


def main() -> None:
    """Measure what was asked for, and write it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs="+", help="measure one thing here and print it as JSON")
    parser.add_argument("--build", nargs="*", default=["borough", "place"], help="sizes that all build")
    parser.add_argument("--large", nargs="*", default=[], help="sizes that all but the leftouts build")
    parser.add_argument("--leave-out", nargs="*", default=["Pyomo"], help="who does not build the large sizes")
    parser.add_argument("--scaling", nargs="*", default=["borough", "place", "city_region"], help="sizes to read")
    given = parser.parse_args()
    if given.one:
        print(json.dumps(scaling(given.one[1]) if given.one[0] == "scaling" else build(*given.one)))
        return
    found = {
        size: {who: apart(who, size) for who in (OURS, *PEERS) if size in given.build or who not in given.leave_out}
        for size in (*given.build, *given.large)
    }
    if found:
        put("build", build_table(found))
        points = {
            who: [(row[who]["nonzeros"], row[who]["seconds"]) for row in found.values() if who in row]
            for who in (OURS, *PEERS)
        }
        (HERE / "build.svg").write_text(log_log(points, "nonzeros", "seconds to build"), encoding="utf-8")
    grown = {size: apart("scaling", size) for size in given.scaling}
    if grown:
        put("scaling", scaling_table(grown))
        points = {
            phase: [(row["nonzeros"], row[phase]) for row in grown.values()]
            for phase in ("read", "compile", "formulate")
        }
        (HERE / "scaling.svg").write_text(log_log(points, "nonzeros", "seconds"), encoding="utf-8")


if __name__ == "__main__":
    main()
