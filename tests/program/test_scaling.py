"""Own scaling: exact to undo, whatever the units."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from commission_opt.model.formulate import formulate
from commission_opt.program.scaling import scale
from commission_opt.solvers import make_solver
from tests.programs import OPTIMA, transposed_knapsack
from tests.random_places import random_place
from tests.tiny import PLACE, model


def powers_of_two(figures: np.ndarray) -> bool:
    """Whether every figure is one."""
    return bool((np.frexp(figures)[0] == 0.5).all())


@pytest.mark.parametrize("name", list(OPTIMA))
def test_factors_are_powers_of_two_so_undoing_is_exact(name: str) -> None:
    """Not one bit of a bound or coefficient is lost."""
    program = OPTIMA[name][0]
    scaled, scaling = scale(program)
    assert powers_of_two(scaling.column)
    assert powers_of_two(scaling.row)
    assert powers_of_two(np.array([scaling.objective]))
    assert (scaled.upper * scaling.column == program.upper).all()
    assert (scaled.row_upper / scaling.row == program.row_upper).all()
    assert (scaled.objective / scaling.column / scaling.objective == program.objective).all()
    undone = sparse.diags_array(1 / scaling.row) @ scaled.matrix @ sparse.diags_array(1 / scaling.column)
    assert (undone.toarray() == program.matrix.toarray()).all()


def test_solutions_and_prices_come_back_in_the_places_own_units() -> None:
    """The scaled program has the same value, the same activities and the same price times bound."""
    program = formulate(random_place(3), model(coverage={}, duty={}))
    scaled, scaling = scale(program)
    x = np.random.default_rng(0).random(program.shape[1])
    prices = np.random.default_rng(1).random(program.shape[0])
    own = scaling.solution(x)
    assert scaled.value(x) / scaling.objective == pytest.approx(program.value(own))
    np.testing.assert_allclose(scaled.activity(x) / scaling.row, program.activity(own))
    paid = float((prices * scaled.activity(x)).sum()) / scaling.objective
    assert float((scaling.prices(prices) * program.activity(own)).sum()) == pytest.approx(paid)


@pytest.mark.parametrize("name", list(OPTIMA))
def test_columns_and_the_largest_term_of_every_row_are_near_one(name: str) -> None:
    """In a program from pence to billions as in any other."""
    scaled, _ = scale(OPTIMA[name][0])
    size = np.maximum(np.abs(scaled.lower), np.abs(scaled.upper))
    assert ((size > 0.5) & (size < 2)).all()
    largest = np.abs(scaled.matrix.toarray()).max(axis=1, initial=0.0)
    assert ((largest > 0.5) & (largest < 2)).all()


@pytest.mark.parametrize("placeholder", [1e-35, -1e-35, 1e-300])
def test_placeholders_do_not_spoil_the_scale(placeholder: float) -> None:
    """A weight of 1e-35 stands for nothing; the rest of the objective must not vanish beside it."""
    program = transposed_knapsack()
    tiny = program.with_objective(np.array([3.0, placeholder]))
    answer = make_solver("highs").solve(tiny)
    assert answer.x[0] == pytest.approx(3)
    assert tiny.value(answer.x) == pytest.approx(9)


def test_a_placeholder_alone_is_still_maximised() -> None:
    """Where it is all there is, it decides."""
    program = transposed_knapsack()
    assert make_solver("highs").solve(program.with_objective(np.array([1e-35, 0.0]))).x[0] == pytest.approx(3)


@pytest.mark.parametrize("unit", [1e-9, 1e-2, 1e6, 1e9])
def test_unit_of_money_does_not_change_the_plan(unit: float) -> None:
    """Pence or billions: the same volumes, the same value."""
    funding = PLACE.table("funding").assign(amount=PLACE.tables["funding"]["amount"] * unit)
    services = PLACE.table("services").assign(unit_cost=PLACE.tables["services"]["unit_cost"] * unit)
    program = formulate(PLACE.replace(funding=funding, services=services), model(coverage={}))
    assert program.value(make_solver("highs").solve(program).x) == pytest.approx(3700)


@pytest.mark.parametrize("size", [1e-9, 1e9])
def test_size_of_effects_and_weights_does_not_change_the_plan(size: float) -> None:
    """Coefficients of 1e-9 are spent on as those of one are."""
    effects = PLACE.table("effects").assign(effect=PLACE.tables["effects"]["effect"] * size)
    program = formulate(PLACE.replace(effects=effects), model(coverage={}))
    assert program.value(make_solver("highs").solve(program).x) / size == pytest.approx(3700)


def test_usage_of_a_billionth_still_limits() -> None:
    """Solvers drop coefficients below 1e-9; scaled, they are none such."""
    place = PLACE.replace(
        resources=PLACE.table("resources")
        .reindex([0])
        .assign(
            resource="nurses",
            agency="nhs",
            kind="staff",
            available=60e-10,
            year="",
            unit="",
            source="",
            grade="",
            note="",
        ),
        usage=PLACE.table("usage")
        .reindex([0])
        .assign(service="clinic", resource="nurses", per_unit=1e-10, source="", grade="", note=""),
    )
    program = formulate(place, model(resources={}))
    assert program.value(make_solver("highs").solve(program).x) == pytest.approx(500 + 60 * 32 + 16 * 40)
