"""Areas that are alike stand side by side: none is lost, none is mixed with another, and the plan is the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
from numba import njit
from numba.core.errors import TypingError

from commission_opt.place.names import Names
from commission_opt.program.blocks import Keys
from commission_opt.program.builder import ProgramBuilder
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import make_solver
from commission_opt.solvers.arrow import stacks
from commission_opt.solvers.arrow.form import Form
from commission_opt.solvers.arrow.lanes import greatest, load, magnitude, store, total, where_less
from commission_opt.solvers.arrow.part import Part
from commission_opt.solvers.arrow.solver import _found
from commission_opt.solvers.arrow.stacks import find_stacks
from commission_opt.solvers.arrow.structure import find_structure
from tests.solvers.test_arrow import program_of


def digests(*kinds: int) -> np.ndarray:
    """Return digests of areas of some kinds."""
    return np.array(kinds, dtype=np.uint64)


def unlike(program: LinearProgram, *areas: int, number: int = 0) -> LinearProgram:
    """Return a program whose named areas have a column less that can move than others, the first or another."""
    structure, upper = find_structure(program), program.upper.copy()
    moves = program.upper > program.lower
    for area in areas:
        at = np.flatnonzero((structure.of_column == area) & moves)[number]
        upper[at] = program.lower[at]
    return program.with_bounds(program.lower, upper, program.row_lower, program.row_upper)


def test_areas_of_a_kind_stand_next_to_each_other() -> None:
    """In the order in which each kind is first met; the last stack of a kind has what is left of it."""
    found = find_stacks(digests(*[7] * 9, 3, *[7] * 8, *[3] * 7))
    assert found.order.tolist() == [*range(9), *range(10, 18), 9, *range(18, 25)]
    assert found.start.tolist() == [0, 8, 16, 17, 25]
    assert found.kind.tolist() == [0, 0, 0, 1]
    assert found.models.tolist() == [0, 17]
    assert found.live().sum(axis=1).tolist() == [8, 8, 1, 8]


def test_figures_of_an_area_stand_below_each_other() -> None:
    """Those of the other areas of its stack beside them, and what is empty where there is none."""
    found = find_stacks(digests(*[1] * 9, *[2] * 7))
    areas = np.concatenate([np.arange(0, 18, 2), np.arange(18, 40, 3)]).astype(np.int32)
    lines = found.side_by_side(np.arange(39.0), areas, -1.0)
    assert lines.flags.c_contiguous
    assert lines.tolist() == [
        [0, 2, 4, 6, 8, 10, 12, 14],
        [1, 3, 5, 7, 9, 11, 13, 15],
        [16, *[-1] * 7],
        [17, *[-1] * 7],
        [18, 21, 24, 27, 30, 33, 36, -1],
        [19, 22, 25, 28, 31, 34, 37, -1],
        [20, 23, 26, 29, 32, 35, 38, -1],
    ]
    assert found.begin(areas).tolist() == [0, 2, 4, 7]
    assert found.side_by_side(np.ones(0), np.zeros(17, dtype=np.int32), 0.0).shape == (0, 8)


def test_where_few_are_alike_each_stands_alone() -> None:
    """Most places would be empty."""
    assert find_stacks(digests(*range(20))).lanes == 1
    assert find_stacks(digests(*[1] * 6)).lanes == stacks.LANES
    assert find_stacks(digests(*[1] * 5)).lanes == 1


@pytest.mark.parametrize("most", [1.5, 100.0])
def test_places_with_unlike_areas_have_the_best_plan_too(most: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each by itself, or side by side with places that no area takes."""
    monkeypatch.setattr(stacks, "WASTE", most)
    program = unlike(program_of("total_place"), 1, 4)
    form = Form(program, find_structure(program))
    assert form.share(0).live.shape == ((6, 1) if most < 2 else (2, 8))
    ours, theirs = make_solver("arrow").solve(program), make_solver("highs").solve(program)
    assert ours.solver.startswith("interior points")
    assert program.value(ours.x) == pytest.approx(program.value(theirs.x), rel=1e-6)


def test_areas_whose_rows_meet_otherwise_are_unlike() -> None:
    """As many columns and rows do not make areas alike; the same column less does."""
    program = program_of("aligned")

    def kinds(changed: LinearProgram) -> int:
        return len(Form(changed, find_structure(changed)).share(0).pattern.simple)

    one = unlike(program, 0)
    assert [kinds(program), kinds(one), kinds(unlike(one, 1)), kinds(unlike(one, 1, number=-1))] == [1, 2, 2, 3]


def test_lanes_are_read_from_lines_alone() -> None:
    """Figures column by column would be mixed up: the compiler refuses them."""

    @njit
    def first(array: np.ndarray, lanes: tuple[int, ...]) -> float:
        return total(load(array, 0, lanes))

    lanes = (0,) * 8
    assert first(np.arange(16.0).reshape(2, 8), lanes) == 28
    with pytest.raises(TypingError, match="line after line"):
        first(np.asfortranarray(np.ones((2, 8))), lanes)


def test_lanes_calculate_as_numbers_do() -> None:
    """Each place by itself, and single figures with all places."""

    @njit
    def work(array: np.ndarray, lanes: tuple[int, ...]) -> float:
        one, other = load(array, 0, lanes), load(array, 1, lanes)
        both = (2.0 * one - other) / other
        both *= 3.0
        store(array, 2, where_less(both, 0.0, -1.0 * both, magnitude(one) + 1.0))
        return greatest(one)

    one, other = np.array([1.0, -5.0, 2.0, 8.0]), np.array([4.0, 2.0, -1.0, 2.0])
    array = np.array([one, other, one])
    assert work(array, (0,) * 4) == 8
    both = 3 * (2 * one - other) / other
    assert array[2] == pytest.approx(np.where(both < 0, -both, np.abs(one) + 1))


def kinds_of(*areas: tuple[str, str], equation: tuple[bool, ...] = (False, False)) -> int:
    """Return how many kinds of areas there are, each with two columns in some of its rows a, b, c; or a is an equation.

    Money, which the second column costs, joins them.
    """
    builder, names = ProgramBuilder(), Names("area", tuple(str(number) for number in range(len(areas))))
    keys = Keys.of((names, np.arange(len(areas))))
    columns = [builder.add_columns(name, keys, 4.0, unit="units") for name in ("x", "y")]
    for row in "abc":
        least = np.where(equation, 3.0, -np.inf) if row == "a" else -np.inf
        rows = builder.add_rows(row, keys, unit="units", lower=least, upper=3.0)
        for column, where in zip(columns, zip(*areas, strict=True), strict=True):
            held = np.flatnonzero([row in those for those in where])
            builder.add_entries(rows[held], column[held], 1.0)
    money = np.repeat(builder.add_rows("money", Keys((), ()), unit="units", upper=6.0), len(areas))
    builder.add_entries(money, columns[1], 1.0)
    program = builder.build("few", np.ones(2 * len(areas)))
    return len(Form(program, find_structure(program)).share(0).pattern.simple)


def test_what_makes_areas_alike_is_which_column_meets_which_row() -> None:
    """And which rows are equations: all else being equal, as many entries in the same order are not enough."""
    assert kinds_of(("ab", "abc"), ("ab", "abc")) == 1
    assert kinds_of(("ab", "c"), ("a", "bc")) == 2
    assert kinds_of(("ab", "abc"), ("ac", "abc")) == 2
    assert kinds_of(("ab", "abc"), ("ab", "abc"), equation=(True, False)) == 2


@pytest.mark.parametrize("lanes", [1, 8])
def test_every_column_and_price_goes_back_to_its_place(lanes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, and none where there is no area: told by figures that are their own positions."""
    monkeypatch.setattr(stacks, "LANES", lanes)
    program = program_of("total_place")
    form = Form(program, find_structure(program))
    column, row = form.positions(0)
    x = np.where(column >= 0, (program.lower + program.upper)[column] / 2 - program.lower[column], 9.0)
    own = x / np.where(column >= 0, form.scaling.column[column], 1.0), np.where(row >= 0, row + 1.0, 9e9)
    joint = Mock(y=-np.arange(len(form.joint.row)))
    columns, prices = _found(Mock(form=form, joint=joint, ask=lambda _: [own]), np.zeros(len(form.joint.column)))
    local = find_structure(program).of_column >= 0
    assert columns[local] == pytest.approx(((program.lower + program.upper) / 2)[local])
    expected = np.zeros(program.shape[0])
    expected[form.joint.row] = np.arange(len(form.joint.row))
    kept = np.sort(row[row >= 0])
    assert len(kept) == len(set(kept)) == (row.size if lanes == 1 else row.size * 6 / 8)
    expected[kept] = -kept - 1.0
    assert prices == pytest.approx(form.scaling.prices(expected))


def part_with(lanes: int, monkeypatch: pytest.MonkeyPatch) -> Part:
    """Return the areas of a place, so many side by side, where they start."""
    monkeypatch.setattr(stacks, "LANES", lanes)
    program = program_of("total_place")
    share = Form(program, find_structure(program)).share(0)
    assert share.live.shape == (-(-6 // lanes), lanes)
    return Part(share)


def answers(part: Part) -> Iterator[Any]:
    """Have areas do all that they can, one after the other, and return their answers."""
    prices = np.linspace(-0.1, 0.1, part._touched)
    yield part.worth()
    yield part.centre(1e-3, prices, 0.0)
    yield part.eliminate()
    yield part.rest()
    yield part.push(prices)
    part.settle(0.5)
    yield part.centre(1e-3, prices, 0.0)
    yield part.eliminate()
    yield part.ahead()
    yield part.then(prices)
    yield part.aim_apart(1e-4)
    yield part.push(-prices)
    yield part.correct((0.5, 0.6), (1e-5, 1e-3))
    yield part.push_other(prices)
    part.take_other()
    yield part.advance_apart(0.5, 1.0, prices)
    yield part.eliminate()
    yield part.ahead()
    reach = part.push(prices)
    yield reach
    yield part.after(reach.primal.min(), reach.dual.min())
    yield part.aim(1e-4, 1.0)
    reach = part.push(prices)
    yield reach
    yield part.advance(reach.primal.min() / 2, reach.dual.min() / 2, prices)
    yield part.eliminate()
    yield part.aim_at(1e-4)
    yield part.follow(1e-4, prices, prices)
    yield part.recentre(1e-5, -prices)
    yield part.eliminate()
    part.hold()
    yield part.rest()
    yield part.nudge(prices)


def test_areas_side_by_side_answer_as_each_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything gives the same sums, and the same steps area by area; places without an area add nothing."""
    found = zip(*(answers(part_with(lanes, monkeypatch)) for lanes in (1, 8)), strict=True)
    for number, both in enumerate(found):
        alone, beside = (
            np.concatenate([np.ravel(part) for part in (answer if isinstance(answer, tuple) else (answer,))])
            for answer in both
        )
        assert beside == pytest.approx(alone, rel=1e-6, abs=1e-9 * max(1e-3, np.abs(alone).max())), number
