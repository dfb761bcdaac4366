"""Formulating a million columns: time, and memory above the place's own."""

from __future__ import annotations

import subprocess
import sys

from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import SMOKE

SCRIPT = """
import json, resource, sys, time
from commission_opt.model.formulate import formulate_arrays
from commission_opt.model.read import read_model
from commission_opt.place.arrays import compile_place
from commission_opt.place.synthetic import SyntheticSize, synthetic_place

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

arrays = compile_place(synthetic_place(SyntheticSize(areas=int(sys.argv[1]), services=60, years=3, tranches=3), 1))
model = read_model("aligned")
before, started = peak(), time.perf_counter()
program = formulate_arrays(arrays, model).program
seconds = time.perf_counter() - started
print(json.dumps({"columns": program.shape[1], "nonzeros": program.matrix.nnz, "seconds": seconds,
                  "peak MiB": peak(), "peak MiB above the place": peak() - before}))
"""


AREAS = 2_000
"""Areas enough for a million columns."""


def test_formulate_a_million_columns(benchmark: BenchmarkFixture, measured: bool) -> None:
    """Measure in a process of its own, so that the peak is that of this alone."""
    command = [sys.executable, "-c", SCRIPT, str(AREAS if measured else SMOKE)]
    run = benchmark.pedantic(lambda: subprocess.run(command, capture_output=True, text=True, check=True), rounds=1)
    benchmark.extra_info["measured"] = run.stdout.strip()
