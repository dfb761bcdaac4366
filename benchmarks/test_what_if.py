"""A change of Riverside solved on a kept solver, beside the same change asked for from nothing."""

from __future__ import annotations

import subprocess
import sys
from itertools import cycle

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from commission_opt.analysis.changes import change
from commission_opt.analysis.what_if import WhatIf
from commission_opt.model.read import read_model
from commission_opt.place import read_place
from commission_opt.plan.solve import solve

CHANGES = {
    "budget": ("budget.council", ("*1.05", "*0.95")),
    "weight": ("weight.crimes_avoided", ("*1.1", "*0.9")),
    "switch": ("ring_fences.enabled", ("false", "true")),
}
"""One budget, one weight and one switch, there and back."""

MODEL = "aligned"


@pytest.mark.parametrize("what", CHANGES)
def test_kept(benchmark: BenchmarkFixture, what: str) -> None:
    """Change and solve: the answer is certified, its worth is known."""
    key, values = CHANGES[what]
    what_if, turn = WhatIf(read_place("riverside"), read_model(MODEL)), cycle(values)
    before = what_if.solve().objective
    assert benchmark(lambda: what_if.set(key, next(turn)).solve().objective) > 0 < before


def test_kept_first_time(benchmark: BenchmarkFixture) -> None:
    """A switch that was never tried before, for which no basis of its own is there yet."""
    place, (key, (value, _)) = read_place("riverside"), CHANGES["switch"]

    def ready() -> tuple[tuple[WhatIf], dict[str, object]]:
        what_if = WhatIf(place, read_model(MODEL))
        what_if.solve()
        return (what_if,), {}

    found = benchmark.pedantic(lambda what_if: what_if.set(key, value).solve().objective, setup=ready, rounds=5)
    assert found > 0


@pytest.mark.parametrize("what", CHANGES)
def test_kept_with_every_volume(benchmark: BenchmarkFixture, what: str) -> None:
    """The same, and the choice among plans of equal worth made."""
    key, values = CHANGES[what]
    what_if, turn = WhatIf(read_place("riverside"), read_model(MODEL)), cycle(values)
    what_if.solve()
    assert len(benchmark(lambda: what_if.set(key, next(turn)).solve().x))


@pytest.mark.parametrize("what", CHANGES)
def test_cold(benchmark: BenchmarkFixture, what: str) -> None:
    """The same in a new process, as the command line does: load the package, read, change, solve."""
    key, values = CHANGES[what]
    code = (
        "import commission_opt as co\n"
        f"changed = co.change(co.read_place('riverside'), co.read_model('{MODEL}'), {{'{key}': '{values[0]}'}})\n"
        "assert co.solve(*changed).objective > 0"
    )
    benchmark.pedantic(lambda: subprocess.run([sys.executable, "-c", code], check=True), rounds=3)


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("begin", ["place at hand", "files"])
def test_fresh(benchmark: BenchmarkFixture, what: str, begin: str) -> None:
    """Change and solve from nothing, with the place at hand or from its files."""
    key, values = CHANGES[what]
    model, turn = read_model(MODEL), cycle(values)
    at_hand = read_place("riverside")

    def fresh() -> float:
        place = at_hand if begin == "place at hand" else read_place("riverside")
        return solve(*change(place, model, {key: next(turn)})).objective

    assert benchmark(fresh) > 0
