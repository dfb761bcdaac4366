"""A synthetic place is the same for the same seed, balances, and has budgets that bind."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from commission_opt.errors import PlaceError
from commission_opt.model.formulate import formulate_arrays
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.solvers import make_solver

SMALL = SyntheticSize(areas=6, services=21, years=3, tranches=3)


@pytest.fixture(scope="module")
def place() -> Place:
    """Return a small synthetic place."""
    return synthetic_place(SMALL, seed=1)


def test_same_seed_gives_same_place(place: Place) -> None:
    """Nothing but size and seed decides."""
    again = synthetic_place(SMALL, seed=1)
    for name, table in place.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])


def test_another_seed_gives_another_place(place: Place) -> None:
    """The seed matters."""
    other = synthetic_place(SMALL, seed=2)
    assert not np.allclose(place.tables["demand"]["cases"], other.tables["demand"]["cases"])


def test_nothing_in_it_is_odd(place: Place) -> None:
    """A synthetic place passes every check without a warning."""
    assert [str(warning) for warning in place.warnings] == []


def test_has_seven_agencies_and_every_kind_of_condition(place: Place) -> None:
    """Every table that the rules of this size read is in use."""
    assert len(place.tables["agencies"]) == 7
    assert {"council", "nhs"} <= set(place.tables["agencies"]["kind"])
    used = (
        "ring_fences",
        "funders",
        "returns",
        "resources",
        "usage",
        "substitution",
        "needs",
        "baseline",
        "prevention",
    )
    for name in used:
        assert not place.tables[name].empty, name
    funding = place.tables["funding"]
    assert set(funding["kind"]) == {"revenue", "capital"}
    assert (funding["poolable_share"] < 1).any()
    assert (funding["minimum_contribution"] > 0).any()
    assert (funding["carry_forward_share"] > 0).any()
    assert (funding["theme"] != "").all()
    assert place.tables["outcomes"]["ceiling"].notna().any()
    effects = place.tables["effects"]
    assert set(effects["grade"]) == {"green", "amber", "red", "assumed"}
    assert (effects["lag"] > 0).any()
    assert (effects["persistence"] > 0).any()
    assert place.tables["services"]["tags"].str.contains("families").any()


def test_every_agency_spends_today_what_it_has(place: Place) -> None:
    """The baseline balances by agency, kind of money and year."""
    arrays = compile_place(place)
    delivery = arrays.deliveries
    volume = arrays.baseline * arrays.cost_factor[arrays.cells.area[delivery.cell]][:, None]
    spend = np.zeros((len(arrays.names.agency), len(arrays.names.kind), len(arrays.names.year)))
    cost = arrays.services.cost[delivery.service]
    np.add.at(spend, arrays.services.agency[delivery.service], cost[:, :, None] * volume[:, None, :])
    money = np.zeros_like(spend)
    np.add.at(money, (arrays.streams.agency, arrays.streams.kind), arrays.streams.amount)
    np.testing.assert_allclose(spend, money, rtol=1e-9, atol=0.01)  # rounded up to the penny


@pytest.mark.parametrize("model", ["status_quo", "siloed", "aligned", "section_75", "total_place", "whole_place"])
def test_baseline_is_a_feasible_plan(place: Place, model: str) -> None:
    """Holding the baseline conflicts with no rule of any model."""
    formulation = formulate_arrays(compile_place(place), read_model(model))
    fixed = read_model(model).set("baseline.enabled", True)
    assert make_solver("highs").solve(formulation.program).status == "optimal"
    held = formulate_arrays(compile_place(place), fixed).program
    assert make_solver("highs").solve(held).status == "optimal"


@pytest.mark.parametrize("model", ["aligned", "total_place"])
def test_money_binds_and_much_demand_is_left(place: Place, model: str) -> None:
    """One more pound is worth something, and demand is not what stops the plan."""
    arrays = compile_place(place)
    formulation = formulate_arrays(arrays, read_model(model))
    answer = make_solver("highs").solve(formulation.program)
    family = "pooling.stream" if model == "aligned" else "pooling.pot"
    prices = np.concatenate([answer.prices[b.start : b.stop] for b in formulation.program.rows if b.family == family])
    assert (prices > 1e-6).mean() > 0.5
    assert answer.x[formulation.volumes.column].sum() < 0.8 * arrays.cells.cases.sum()


def test_reference_size_has_about_150_000_volumes() -> None:
    """The reference size is what benchmarks speak of."""
    size = SyntheticSize()
    with_returns = size.services - size.services // 6
    columns = size.areas * size.years * (with_returns * size.tranches + size.services // 6)
    assert 135_000 <= columns <= 160_000


def test_volumes_are_as_many_as_the_size_says(place: Place) -> None:
    """The arithmetic of the test above is that of the program."""
    formulation = formulate_arrays(compile_place(place), read_model("aligned"))
    assert len(formulation.volumes.column) == 6 * 3 * (18 * 3 + 3)


@pytest.mark.parametrize(
    "size",
    [SyntheticSize(1, 1, 1, 1), SyntheticSize(2, 5, 1, 2), SyntheticSize(1, 8, 5, 1), SyntheticSize(3, 40, 2, 4)],
)
def test_any_size_can_be_planned(size: SyntheticSize) -> None:
    """Down to one service in one area, and with more years than agencies."""
    program = formulate_arrays(compile_place(synthetic_place(size, seed=5)), read_model("section_75")).program
    assert make_solver("highs").solve(program).status == "optimal"


@pytest.mark.parametrize("seed", range(8))
def test_every_seed_has_a_feasible_baseline(seed: int) -> None:
    """Not only the seed that the other tests take."""
    place = synthetic_place(SyntheticSize(3, 12, 2, 2), seed=seed)
    program = formulate_arrays(compile_place(place), read_model("aligned").set("baseline.enabled", True)).program
    assert make_solver("highs").solve(program).status == "optimal"


def test_sizes_below_one_are_refused_together() -> None:
    """All of them are named at once."""
    with pytest.raises(PlaceError) as caught:
        synthetic_place(SyntheticSize(areas=0, years=-1))
    assert [problem.message for problem in caught.value.problems] == [
        "areas is 0; expected 1 or more.",
        "years is -1; expected 1 or more.",
    ]
