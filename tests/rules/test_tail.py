"""Scenarios: the expected value, and the mean of the worst of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from commission_opt.model.formulate import formulate_arrays
from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.plan.solve import solve
from commission_opt.program.text import program_text
from tests.random_places import random_place
from tests.tiny import TABLES, model, rows, solved, tiny

POOR = {
    "scenarios": rows("scenario probability", ("fair", 0.75), ("poor", 0.25)),
    "scenario_effects": rows("scenario subject multiplier", ("poor", "clinic", 0.25)),
}
"""In one case of four a pound of clinic is worth 0.4 instead of 1.6: 1.3 on average; one of ward always 0.8."""

EITHER = {
    "scenarios": rows("scenario probability", ("clinics fail", 0.5), ("wards fail", 0.5)),
    "scenario_effects": rows(
        "scenario subject multiplier", ("clinics fail", "clinic", 0.25), ("wards fail", "need:illness", 0.5)
    ),
}
"""A pound of clinic is worth 0.4 or 1.6, one of ward 0.8 or 0.4."""


def guarded(**settings: float) -> dict[str, object]:
    """Return settings of robustness for scenarios."""
    return {"measure": "cvar", **settings}


@pytest.mark.parametrize(
    ("alpha", "aversion", "clinic", "a_pound"),
    [
        (0.75, 0.0, 100, 1.3),
        (0.75, 0.5, 100, 0.5 * 1.3 + 0.5 * 0.4),
        (0.75, 0.6, 0, 0.8),
        (0.75, 1.0, 0, 0.8),
        (0.9, 1.0, 0, 0.8),
        (0.5, 1.0, 100, 0.5 * 0.4 + 0.5 * 1.6),
        (0.0, 1.0, 100, 1.3),
    ],
)
def test_tail_weighs_against_the_mean_as_the_pencil_says(
    alpha: float, aversion: float, clinic: float, a_pound: float
) -> None:
    """Clinic until 1.3 - 0.9 aversion falls below the 0.8 of ward; the worst half is half of it fair."""
    plan = solved(tiny(**POOR), model(robustness=guarded(alpha=alpha, aversion=aversion)))
    assert plan.volume("clinic") == pytest.approx(clinic)
    assert plan.value == pytest.approx(500 + 2000 * a_pound)


def test_plan_hedges_between_scenarios() -> None:
    """0.4 c + 0.8 w = 1.6 c + 0.4 w where w = 3 c: 500 in clinics and 1,500 in wards are worth 1,400 either way."""
    plan = solved(tiny(**EITHER), model(robustness=guarded(alpha=0.5, aversion=1.0)))
    assert plan.volumes() == pytest.approx((50, 25, 30))
    assert plan.value == pytest.approx(500 + 1400)
    # At 3 to 1 both are worth the same: 0.75 x 0.4 + 0.25 x 1.6 = 0.75 x 0.8 + 0.25 x 0.4 = 0.7 a pound.
    assert plan.price("robustness.scenario[clinics fail]") == pytest.approx(0.75)


@pytest.mark.parametrize(
    "tables",
    [
        {"scenarios": rows("scenario probability", ("all as stated", 1))},
        {
            "scenarios": rows("scenario probability", ("same", 1)),
            "scenario_effects": rows("scenario subject multiplier", ("same", "tag:health", 1)),
        },
        {},
    ],
)
def test_scenarios_in_which_all_is_as_stated_leave_the_program_as_it_is(tables: dict[str, pd.DataFrame]) -> None:
    """To the letter, whatever the aversion; without scenarios the plan says so."""
    place = tiny(**tables)
    with_rule = formulate_arrays(compile_place(place), model(robustness=guarded(aversion=1.0)))
    without = formulate_arrays(compile_place(place), model())
    assert program_text(with_rule.program) == program_text(without.program)
    assert any("no scenarios" in note for note in with_rule.notes) == (not tables)


def test_without_aversion_ups_and_downs_that_even_out_change_nothing() -> None:
    """Half as much and half as much again, at evens."""
    place = tiny(
        scenarios=rows("scenario probability", ("low", 0.5), ("high", 0.5)),
        scenario_effects=rows("scenario subject multiplier", ("low", "clinic", 0.5), ("high", "clinic", 1.5)),
    )
    neutral = formulate_arrays(compile_place(place), model(robustness=guarded(aversion=0.0))).program
    assert program_text(neutral) == program_text(formulate_arrays(compile_place(place), model()).program)
    assert solved(place, model(robustness=guarded(alpha=0.5, aversion=1.0))).value < 3700 - 1


def test_rows_for_one_effect_multiply_and_a_row_with_an_outcome_means_it_alone() -> None:
    """All health at 0.5, clinic at 0.6 of that; visits lose of well, not of safe."""
    place = tiny(
        scenarios=rows("scenario probability", ("poor", 1)),
        scenario_effects=rows(
            "scenario subject outcome multiplier",
            ("poor", "tag:health", "", 0.5),
            ("poor", "clinic", "", 0.6),
            ("poor", "visits", "well", 0.25),
        ),
    )
    arrays = compile_place(place)
    found = {
        (arrays.names.service.labels[s], arrays.names.outcome.labels[o]): factor
        for s, o, factor in zip(
            arrays.effects.service, arrays.effects.outcome, arrays.scenarios.multiplier[0], strict=True
        )
    }
    assert found == pytest.approx(
        {("clinic", "well"): 0.3, ("ward", "well"): 0.5, ("visits", "safe"): 1.0, ("visits", "well"): 0.25}
    )


def test_more_of_what_is_valued_as_a_cost_is_a_loss() -> None:
    """Harm of 1 at weight -5 is 3 in the worst half: a visit is worth 10 - 5, then 10 - 15."""
    outcomes = pd.concat([TABLES["outcomes"], rows("outcome unit weight agency", ("harm", "units", -5, "council"))])
    effects = pd.concat([TABLES["effects"], rows("service outcome effect", ("visits", "harm", 1))])
    place = tiny(
        outcomes=outcomes,
        effects=effects,
        scenarios=rows("scenario probability", ("fair", 0.5), ("poor", 0.5)),
        scenario_effects=rows("scenario subject outcome multiplier", ("poor", "visits", "harm", 3)),
    )
    assert solved(place, model(robustness=guarded(alpha=0.5, aversion=0.0))).value == pytest.approx(3200)
    assert solved(place, model(robustness=guarded(alpha=0.5, aversion=1.0))).volume("visits") == pytest.approx(0)


def test_gains_beyond_a_ceiling_are_not_counted_and_losses_are() -> None:
    """800 well at most, 50 clinics: half as much again gains nothing, half as much loses 800 of 1,600 in value."""
    outcomes = rows(
        "outcome unit weight agency ceiling",
        ("safe", "units", 1, "council", ""),
        ("well", "units", 2, "nhs", 800 / 260),
    )
    effects = rows("service outcome effect", ("clinic", "well", 16))
    for multiplier, value in ((1.5, 1600), (0.5, 1600 - 400)):
        place = tiny(
            outcomes=outcomes,
            effects=effects,
            demand=rows("need cases", ("falls", 260), ("illness", 60)),
            scenarios=rows("scenario probability", ("as stated", 0.5), ("other", 0.5)),
            scenario_effects=rows("scenario subject multiplier", ("other", "clinic", multiplier)),
        )
        plan = solved(place, model(ceilings={}, robustness=guarded(aversion=0.0)))
        assert plan.value == pytest.approx(value)


def test_agencies_that_plan_alone_guard_their_own_value() -> None:
    """The NHS hedges as all would; the council values only what no scenario touches."""
    rules = model(robustness=guarded(alpha=0.5, aversion=1.0), silos={}, pooling={"powers": "lead"})
    plan = solved(tiny(**EITHER), rules)
    assert plan.volumes() == pytest.approx((50, 25, 30))
    assert [label for label in plan.labels if label.startswith("robustness")] == [
        "robustness.scenario[nhs,clinics fail]",
        "robustness.scenario[nhs,wards fail]",
    ]


def test_value_on_the_shared_yardstick_is_that_of_the_stated_effects() -> None:
    """800 and 1,200 are what 500 in clinics and 1,500 in wards are expected to bring; and the money balances."""
    plan = solve(tiny(**EITHER), model(robustness=guarded(alpha=0.5, aversion=1.0)))
    assert plan.value == pytest.approx(500 + 800 + 1200)
    assert plan.objective == pytest.approx(500 + 1400)
    assert plan.funding["amount_money"].sum() == pytest.approx(2500, abs=1e-9)


def doubtful(seed: int) -> Place:
    """Return a random place in four scenarios of its services, needs and outcomes; without ceilings."""
    place, rng = random_place(seed), np.random.default_rng(seed)
    outcomes = place.table("outcomes").assign(ceiling=np.nan)
    subjects = ["need:need_0", "service_1", "service_2", "need:need_1"]
    changes = [("abcd"[at], subject, float(rng.uniform(0.1, 1.6))) for at, subject in enumerate(subjects)]
    return place.replace(
        outcomes=outcomes,
        scenarios=rows("scenario probability", ("a", 0.4), ("b", 0.3), ("c", 0.2), ("d", 0.1)),
        scenario_effects=rows("scenario subject multiplier", *changes, ("d", "need:need_0", 0.2)),
    )


def tail_mean(values: list[float], probability: list[float], tail: float) -> float:
    """Mean of the worst cases that make up the tail, by sorting."""
    left, total = tail, 0.0
    for value, share in sorted(zip(values, probability, strict=True)):
        taken = min(share, left)
        total, left = total + taken * value, left - taken
    return total / tail


@pytest.mark.parametrize("seed", [1, 3, 6])
def test_what_counts_is_the_mean_and_the_tail_of_the_places_that_scenarios_make(seed: int) -> None:
    """Each scenario as a place of its own, valued and sorted; more aversion and a thinner tail are never worth more."""
    place, probability = doubtful(seed), [0.4, 0.3, 0.2, 0.1]
    arrays = compile_place(place)
    plan = solved(place, model(returns={}, robustness=guarded(alpha=0.75, aversion=0.3)))
    x = plan.answer.x[plan.formulation.volumes.column]
    values = []
    for multiplier in arrays.scenarios.multiplier:
        effects = place.table("effects")
        by_row = dict(zip(arrays.effects.evidence.tolist(), multiplier.tolist(), strict=True))
        effects["effect"] = [effect * by_row.get(at, 1.0) for at, effect in enumerate(effects["effect"])]
        other = formulate_arrays(
            compile_place(place.replace(effects=effects.assign(low="", high=""))), model(returns={})
        )
        values.append(float(other.program.objective[: len(x)] @ x))
    expected = float(np.dot(probability, values))
    assert plan.value == pytest.approx(0.7 * expected + 0.3 * tail_mean(values, probability, 0.25))
    assert expected > tail_mean(values, probability, 0.25) + 1e-6
    for changes in ([(0.75, a) for a in (0.0, 0.3, 1.0)], [(alpha, 0.5) for alpha in (0.0, 0.5, 0.95)]):
        worth = [solved(place, model(returns={}, robustness=guarded(alpha=p, aversion=a))).value for p, a in changes]
        assert all(later <= earlier + 1e-6 * abs(earlier) for earlier, later in pairwise(worth))
