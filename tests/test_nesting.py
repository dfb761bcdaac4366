"""With one shared objective the plans that a form of joint working allows hold those of the step below it."""

from __future__ import annotations

import pytest

from commission_opt.model.read import read_model
from commission_opt.place.arrays import PlaceArrays, compile_place
from commission_opt.place.read import read_place
from commission_opt.plan.run import SolveOptions
from commission_opt.plan.solve import solve_arrays
from commission_opt.shipped import shipped_places
from tests.amount import drawn
from tests.random_places import random_place

MODELS = (
    "aligned",
    "community_budget",
    "better_care",
    "section_75",
    "single_capital_pot",
    "single_pot",
    "total_place",
)

STEPS = (
    ("aligned", "community_budget"),
    ("better_care", "section_75"),
    ("section_75", "single_pot"),
    ("community_budget", "single_pot"),
    ("aligned", "single_capital_pot"),
    ("single_capital_pot", "single_pot"),
    ("single_pot", "total_place"),
)
"""Each model allows whatever the one before it allows."""

STEPS_WITHOUT_EARMARKS = (("aligned", "better_care"), ("aligned", "section_75"))
"""The same where nothing is earmarked: earmarks are conditions on pooled money, of which aligned budgets have none."""

ROUNDING = 1e-6
"""Relative; the certificates prove no more."""


def test_ladder_has_the_shape_of_the_theorem() -> None:
    """The steps join aligned budgets to Total Place through every form of part pooling."""
    steps = (*STEPS, *STEPS_WITHOUT_EARMARKS)
    assert {below for below, _ in steps} | {above for _, above in steps} == set(MODELS)


def values(arrays: PlaceArrays, models: tuple[str, ...] = MODELS) -> dict[str, float]:
    """Return the certified value of a place under each model, on the shared yardstick."""
    options = SolveOptions(integer_gap=ROUNDING / 10)
    return {name: solve_arrays(arrays, read_model(name), options).value for name in models}


def assert_nested(worth: dict[str, float], arrays: PlaceArrays) -> None:
    """Compare every step with the one below it."""
    slack = ROUNDING * max(1.0, abs(worth["total_place"]))
    earmarked = bool(arrays.earmarks.amount.any())
    for below, above in STEPS if earmarked else (*STEPS, *STEPS_WITHOUT_EARMARKS):
        assert worth[below] <= worth[above] + slack, (arrays.place.name, below, above)


@pytest.mark.parametrize("place", sorted(shipped_places()))
def test_pooling_more_is_never_worth_less_on_places_that_ship(place: str) -> None:
    """Aligned <= part pooled <= single pot <= ring fences lifted; and it is worth something."""
    arrays = compile_place(read_place(shipped_places()[place]))
    worth = values(arrays)
    assert_nested(worth, arrays)
    assert worth["aligned"] < worth["total_place"] * (1 - 1e-4)


@pytest.mark.parametrize("tens", range(drawn(20, least=5)))
def test_pooling_more_is_never_worth_less_on_random_places(tens: int) -> None:
    """200 random places, ten to a test; a quarter of them unless all are asked for."""
    for seed in range(10 * tens, 10 * tens + 10):
        arrays = compile_place(random_place(seed))
        assert_nested(values(arrays), arrays)


@pytest.mark.parametrize("place", ["wrong_pockets", "riverside", "greater_manchester", "better_care"])
def test_planning_alone_is_worth_no_more_than_aligned_budgets(place: str) -> None:
    """Where no funder owes a least share, what agencies plan alone is one of the plans that they could agree on."""
    arrays = compile_place(read_place(shipped_places()[place]))
    assert not (arrays.conditions.funders.min_share > 0).any()
    worth = values(arrays, ("siloed", "aligned"))
    assert worth["siloed"] <= worth["aligned"] * (1 + ROUNDING)


def test_planning_alone_is_worth_no_more_on_random_places_without_least_shares() -> None:
    """The first twenty random places of which that holds."""
    compared = 0
    for seed in range(60):
        place = random_place(seed)
        if compared < 20 and not (place.tables["funders"]["min_share"] > 0).any():
            worth = values(compile_place(place), ("siloed", "aligned"))
            assert worth["siloed"] <= worth["aligned"] + ROUNDING * max(1.0, abs(worth["aligned"])), seed
            compared += 1
    assert compared == 20
