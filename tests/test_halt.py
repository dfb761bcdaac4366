"""A wish to stop is heard by whoever has a plan to hand over, and by nobody else."""

from __future__ import annotations

import threading

import numpy as np
from scipy import sparse

from commission_opt.halt import HALT, Halt
from commission_opt.program.blocks import Block, Keys
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Limits, make_solver


def knapsack(items: int) -> LinearProgram:
    """Return a packing problem of as many items and 15 limits, for which plans are found at once and no proof soon."""
    rng = np.random.default_rng(1)
    weight = rng.integers(1, 100, (15, items)).astype(float)
    columns, rows = Block("item", Keys((), ()), "items", 0), Block("room", Keys((), ()), "kilograms", 0)
    return LinearProgram(
        name="knapsack",
        objective=rng.integers(1, 100, items).astype(float),
        matrix=sparse.csc_array(weight),
        lower=np.zeros(items),
        upper=np.ones(items),
        row_lower=np.full(15, -np.inf),
        row_upper=weight.sum(axis=1) / 3,
        columns=(columns,),
        rows=(rows,),
        whole=np.arange(items),
    )


def test_nobody_hears_where_nobody_works() -> None:
    """Then the caller has to end things itself."""
    assert not Halt().ask()


def test_it_is_heard_once_and_forgotten_afterwards() -> None:
    """A second Ctrl-C ends the process; the next solver begins afresh."""
    halt = Halt()
    with halt.heard():
        assert halt.ask()
        assert halt.wished
        assert not halt.ask()
    with halt.heard():
        assert not halt.wished


def test_whole_numbers_are_handed_over_with_the_bound_proven_so_far() -> None:
    """Long before the end: the plan is possible, and the bound is not below it."""
    program = knapsack(200)
    timer = threading.Timer(1.0, HALT.ask)
    timer.start()
    answer = make_solver("highs", Limits(seconds=60, integer_gap=0.0)).solve(program)
    timer.cancel()
    assert (answer.status, answer.message) == ("stopped", "interrupted")
    assert (program.activity(answer.x) <= program.row_upper + 1e-6).all()
    assert answer.bound is not None
    assert answer.bound >= program.value(answer.x) > 0
