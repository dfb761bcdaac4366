"""Who works on the areas: one thread, two, or two workers of a Dask cluster with a part of the memory each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import AREAS, SMOKE
from benchmarks.test_large import program
from commission_opt.solvers import Limits, make_solver

CREWS = {
    "one thread": (1, 0),
    "two threads": (2, 0),
    "one worker": (1, 1),
    "two workers": (1, 2),
}
"""Threads and workers of each."""


def largest_memory() -> int:
    """Return the most memory, MiB, that this process has held since it began."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


@contextmanager
def limits(threads: int, workers: int, memory: list[int]) -> Iterator[Limits]:
    """Give the limits of a crew; its workers' memory, MiB, is found at the end."""
    if not workers:
        yield Limits(threads=threads)
        return
    distributed = pytest.importorskip("distributed")
    how = {"threads_per_worker": 1, "dashboard_address": ":0", "memory_limit": 0, "silence_logs": 50}
    with distributed.LocalCluster(n_workers=workers, **how) as cluster, distributed.Client(cluster) as client:
        yield Limits(scheduler=cluster.scheduler_address)
        memory.extend(client.run(largest_memory).values())


@pytest.mark.parametrize("crew", CREWS)
def test_crew(benchmark: BenchmarkFixture, measured: bool, crew: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Solve once; what numba compiles, and what a worker loads, is compiled and loaded before."""
    if not measured:
        monkeypatch.setattr("commission_opt.solvers.arrow.form.COLUMNS", 2_000)
    asked = program(AREAS if measured else SMOKE, "aligned")
    memory: list[int] = []
    with limits(*CREWS[crew], memory) as how:
        solver = make_solver("arrow", how)
        solver.solve(program(SMOKE, "aligned"))
        answer = benchmark.pedantic(lambda: solver.solve(asked), rounds=1)
    benchmark.extra_info["MiB of each worker"] = memory
    assert answer.status == "optimal"
    assert asked.value(answer.x) == pytest.approx(asked.value(make_solver("arrow").solve(asked).x), rel=1e-12)
