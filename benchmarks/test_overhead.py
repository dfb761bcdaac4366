"""Everything but the solver against the solver, in one run: read, check, compile, formulate, certify and tables."""

from __future__ import annotations

import time
from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

from commission_opt.model.read import read_model
from commission_opt.place import read_place
from commission_opt.plan.solve import solve

TABLES = ("allocation", "funding", "outcomes", "agencies", "resources")


def test_share_of_all_but_the_solver(benchmark: BenchmarkFixture, folder: Path, measured: bool) -> None:
    """Report overhead divided by the solver's time in ``extra_info``; ties count with the solver, as its work.

    Prices are a table of a large place; those of a small one are examined by solving again.
    """

    def run() -> dict[str, float]:
        started = time.perf_counter()
        place = read_place(folder)
        read = time.perf_counter() - started
        plan = solve(place, read_model("aligned"))
        started = time.perf_counter()
        for table in (*TABLES, "prices") if measured else TABLES:
            assert len(getattr(plan, table))
        assert plan.summary()
        return {"read": read, **plan.timings, "tables": time.perf_counter() - started}

    seconds = benchmark.pedantic(run, rounds=1)
    overhead = sum(value for step, value in seconds.items() if step != "solve")
    benchmark.extra_info["seconds"] = {step: round(value, 3) for step, value in seconds.items()}
    benchmark.extra_info["overhead / solver"] = round(overhead / seconds["solve"], 4)
