"""Objectives, and the outcomes that they count: lags, persistence, discount, equity, cohorts."""

from __future__ import annotations

from string import Formatter

import numpy as np
import pytest

from commission_opt.errors import ModelError
from commission_opt.model.formulate import formulate_arrays
from commission_opt.model.objective import OBJECTIVE_WORDS, keep
from commission_opt.place.arrays import compile_place
from tests.random_conditions import outcomes_today
from tests.random_places import random_place
from tests.tiny import PLACE, effects, model, rows, solved, tiny


def test_net_value_takes_money_off() -> None:
    """Clinic gains 32 - 20 a unit, visits 10 - 10, ward 40 - 50."""
    plan = solved(PLACE, model("net_value"))
    assert plan.value == pytest.approx(100 * 12)
    assert plan.volume("ward") == pytest.approx(0)


def test_least_cost_meets_its_targets_and_no_more() -> None:
    """800 of well by 50 clinic, at 1,000."""
    plan = solved(tiny(targets=rows("outcome minimum", ("well", 800))), model("least_cost", targets={}))
    assert plan.value == pytest.approx(-1000)
    assert plan.volumes() == pytest.approx((0, 50, 0))


def test_lexicographic_objectives_come_in_their_order() -> None:
    """The first is the program's; every one has its coefficients."""
    lexicographic = model().set("objective.order", ["least_cost", "weighted_outcomes", "own:council"])
    formulation = formulate_arrays(compile_place(PLACE), lexicographic.set("objective.kind", "lexicographic"))
    assert [name for name, _ in formulation.objectives] == ["least_cost", "weighted_outcomes", "own:council"]
    column = formulation.program.columns[0].labels(np.arange(3)).tolist().index("volume[visits,all,-,2026,1]")
    assert [float(values[column]) for _, values in formulation.objectives] == [-10, 10, 2]
    assert formulation.program.objective[column] == -10


@pytest.mark.parametrize("kind", ["weighted_outcomes", "net_value", "least_cost", "own:council", "max_min"])
def test_every_row_of_an_objective_has_words(kind: str) -> None:
    """Its price and its demand are sentences that name only what the row knows."""
    rules = model().set("objective.order", [kind, "least_cost"]).set("objective.kind", "lexicographic")
    formulation = formulate_arrays(compile_place(PLACE), rules)
    program = formulation.program
    if formulation.worst_off is None:
        program = keep(program, *formulation.objectives[0], least=1.0)
    blocks = [block for block in program.rows if block.family.startswith("objective.")]
    assert blocks
    for block in blocks:
        known = {"bound", "unit", *(names.dimension for names in block.keys.names)}
        words = OBJECTIVE_WORDS[block.family]
        for sentence in (words.price, words.demand):
            assert {name for _, name, _, _ in Formatter().parse(sentence) if name} <= known


def test_an_objective_of_agencies_that_a_place_lacks_is_refused() -> None:
    """With the kinds that it has."""
    wanted = model().set("objective.order", ["own:fire"])
    with pytest.raises(ModelError, match="Kinds here: council, nhs"):
        formulate_arrays(compile_place(PLACE), wanted.set("objective.kind", "lexicographic"))


@pytest.mark.parametrize(
    ("lag", "persistence", "rate", "value"),
    [
        (0, 0.0, 0.0, 16 + 16),
        (0, 0.0, 0.25, 16 + 16 * 0.8),
        (1, 0.0, 0.0, 16),
        (1, 0.0, 0.25, 16 * 0.8),
        (2, 0.0, 0.0, 0),
        (0, 0.5, 0.0, 16 + 8 + 16),
        (0, 1.0, 0.25, 16 + 16 * 0.8 + 16 * 0.8),
        (1, 1.0, 0.0, 16),
    ],
)
def test_effects_come_late_last_and_are_discounted(lag: int, persistence: float, rate: float, value: float) -> None:
    """100 clinic a year for two years, 2 a unit of well."""
    place = tiny(
        years=[2026, 2027],
        discount_rate=rate,
        effects=effects(("visits", "safe", 0, 0, 0), ("clinic", "well", 16, lag, persistence)),
    )
    assert solved(place, model()).value == pytest.approx(2 * 100 * value)


def test_persistence_begins_when_the_effect_does() -> None:
    """Three years, lag 1, half left each year: 16 in the second and 8 in the third year of 2026's clinic."""
    place = tiny(
        years=[2026, 2027, 2028],
        discount_rate=0.0,
        effects=effects(("clinic", "well", 16, 1, 0.5)),
        limits=rows("subject year max_volume", ("clinic", "2027", 0), ("clinic", "2028", 0)),
    )
    assert solved(place, model(duty={})).value == pytest.approx(100 * 2 * (16 + 8))


def test_an_area_with_a_higher_weight_comes_first() -> None:
    """Clinic reaches 100 in each area; all goes to the one that counts double."""
    place = tiny(areas=rows("area population equity_weight", ("north", 500, 1), ("south", 500, 2)))
    plan = solved(place, model())
    assert plan.volume("clinic", area="south") == pytest.approx(100)
    assert plan.value == pytest.approx(2 * 3700)


def test_a_row_of_a_cohort_replaces_the_effect_without_one() -> None:
    """The old gain 16, the young 32: visits go to either, clinic to the young, of whom there are 40."""
    place = tiny(
        demand=rows("need cohort cases", ("falls", "old", 160), ("falls", "young", 40), ("illness", "", 60)),
        effects=rows("service outcome cohort effect", ("clinic", "well", "", 16), ("clinic", "well", "young", 32)),
    )
    assert solved(place, model()).value == pytest.approx(2 * (40 * 32 + 60 * 16))


def test_negative_weights_and_effects_are_counted() -> None:
    """Visits lose 4 of well each and gain 2 of safe: not worth it, unless safe weighs 10."""
    harm = effects(("visits", "safe", 2, 0, 0), ("visits", "well", -4, 0, 0), ("clinic", "well", 16, 0, 0))
    assert solved(tiny(effects=harm), model()).value == pytest.approx(3200)
    heavy = PLACE.table("outcomes").assign(weight=[10, 2])
    assert solved(tiny(effects=harm, outcomes=heavy), model()).value == pytest.approx(3200 + 50 * 12)


def test_nothing_is_bought_that_is_worth_nothing() -> None:
    """With weights of zero or less there is nothing to gain."""
    plan = solved(tiny(outcomes=PLACE.table("outcomes").assign(weight=[-1, 0])), model())
    assert plan.value == pytest.approx(0)
    assert plan.volume("visits") == pytest.approx(0)


@pytest.mark.parametrize("seed", range(6))
def test_value_of_today_is_that_of_its_outcomes_counted_one_by_one(seed: int) -> None:
    """By a second, plain way of counting, on random places without returns or ceilings."""
    place = random_place(seed)
    outcomes = place.table("outcomes").assign(ceiling=np.nan)
    place = place.replace(returns=place.table("returns").iloc[:0], outcomes=outcomes)
    arrays = compile_place(place)
    counted = outcomes_today(arrays) * arrays.weight[:, None, None] * arrays.equity_weight[None, :, None]
    plan = solved(place, model(baseline={}))
    assert plan.value == pytest.approx(float((counted * arrays.discount).sum()), rel=1e-9, abs=1e-6)
