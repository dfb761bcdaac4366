"""Robustness: a plan that does not count on every piece of evidence holding at once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from commission_opt.model.formulate import formulate_arrays
from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.plan.solve import SolveOptions, solve_arrays
from tests.random_places import random_place
from tests.tiny import TABLES, model, rows, solved, tiny

RANGES = rows(
    "service outcome effect low",
    ("visits", "safe", 2, ""),
    ("visits", "well", 4, ""),
    ("clinic", "well", 16, 6),
    ("ward", "well", 20, 18),
)
"""Of its 32, a clinic may lose 20; of its 40, a ward 4."""

DOUBTFUL = tiny(effects=RANGES)
HEDGED = 2000 / 270
"""Clinic at which both could lose the same, 20 clinic = 4 ward, for 2,000 = 20 clinic + 50 ward."""


@pytest.mark.parametrize(
    ("gamma", "clinic", "value"),
    [
        (0, 100, 3700),
        (1, HEDGED, 500 + (32 + 5 * 40 - 20) * HEDGED),
        ("all", 0, 500 + 40 * (40 - 4)),
        (7, 0, 500 + 40 * (40 - 4)),
    ],
)
def test_plan_hedges_as_the_pencil_says(gamma: float | str, clinic: float, value: float) -> None:
    """Clinic is worth 1.6 a pound, 0.6 at worst; ward 0.8 and 0.72."""
    plan = solved(DOUBTFUL, model(robustness={"gamma": gamma}))
    assert plan.volume("clinic") == pytest.approx(clinic)
    assert plan.value == pytest.approx(value)


def test_worst_case_is_the_plan_on_the_low_ends() -> None:
    """By another formulation: no rule, effects at their low ends."""
    low = tiny(effects=RANGES.assign(effect=[2, 4, 6, 18], low=""))
    assert solved(DOUBTFUL, model(robustness={"gamma": "all"})).value == pytest.approx(solved(low, model()).value)


def test_evidence_without_a_range_has_the_range_of_the_setting() -> None:
    """A tenth off everything, where nothing is stated: 0.9 of 3,700."""
    everything = {"gamma": "all", "unstated": 0.1}
    assert solved(tiny(), model(robustness=everything)).value == pytest.approx(0.9 * 3700)
    assert solved(DOUBTFUL, model(robustness=everything)).value == pytest.approx(0.9 * 500 + 40 * 36)


def test_evidence_without_any_range_changes_nothing() -> None:
    """Nothing is in doubt."""
    assert solved(tiny(), model(robustness={"gamma": "all"})).value == pytest.approx(3700)


def test_what_is_valued_as_a_cost_is_worst_at_its_high_end() -> None:
    """Harm of 1 at weight -5 may be 3: a visit is worth 10 - 5 and at worst 10 - 15, so there are none."""
    outcomes = rows("outcome unit weight agency", ("harm", "units", -5, "council"))
    outcomes = pd.concat([TABLES["outcomes"], outcomes])
    effects = pd.concat([TABLES["effects"], rows("service outcome effect low high", ("visits", "harm", 1, 1, 3))])
    place = tiny(outcomes=outcomes, effects=effects)
    assert solved(place, model()).value == pytest.approx(250 + 3200)
    assert solved(place, model(robustness={})).volume("visits") == pytest.approx(0)


def test_agencies_that_plan_alone_guard_their_own_value() -> None:
    """The NHS hedges as above; the council values only what is not in doubt."""
    plan = solved(DOUBTFUL, model(robustness={}, silos={}, pooling={"powers": "lead"}))
    assert plan.volumes() == pytest.approx((50, HEDGED, 5 * HEDGED))
    assert plan.total("threshold", agency="nhs") == pytest.approx(20 * HEDGED)


def test_value_on_the_shared_yardstick_is_that_of_the_stated_effects() -> None:
    """The objective is what is left at worst, the value what is expected."""
    plan = solve_arrays(compile_place(DOUBTFUL), model(robustness={}), SolveOptions())
    assert plan.value == pytest.approx(500 + (32 + 5 * 40) * HEDGED)
    assert plan.objective == pytest.approx(500 + (32 + 5 * 40 - 20) * HEDGED)


def test_least_cost_is_not_touched() -> None:
    """Nothing is counted on where nothing is valued."""
    targets = rows("outcome minimum", ("well", 160))
    plan = solved(tiny(effects=RANGES, targets=targets), model("least_cost", targets={}, robustness={}))
    assert plan.value == pytest.approx(-200)


def loss_of(place: Place, row: int, x: np.ndarray) -> float:
    """Value that a plan loses if one effect is at its low end, by the objective of the place with that effect."""
    nominal = formulate_arrays(compile_place(place), model(returns={})).program.objective
    effects = place.tables["effects"].copy()
    effects.loc[row, "effect"] = effects.loc[row, "low"]
    poor = formulate_arrays(compile_place(place.replace(effects=effects)), model(returns={})).program.objective
    return float((nominal - poor)[: len(x)] @ x)


@pytest.mark.parametrize("seed", [1, 3, 6])
def test_what_is_taken_off_is_the_worst_of_the_evidence(seed: int) -> None:
    """With gamma 2, the two largest losses, each by changing the place; tighter guards never help."""
    place = random_place(seed)
    place = place.replace(outcomes=place.tables["outcomes"].assign(weight=place.tables["outcomes"]["weight"].abs()))
    plans = [solved(place, model(returns={}, robustness={"gamma": gamma})) for gamma in (0, 1, 2, "all")]
    assert all(more.value >= less.value - 1e-6 * abs(more.value) for more, less in pairwise(plans))
    guarded = plans[2]
    x = guarded.answer.x[guarded.formulation.volumes.column]
    losses = sorted((loss_of(place, row, x) for row in range(len(place.tables["effects"]))), reverse=True)
    free = plans[0].formulation.program.objective[: len(x)] @ x
    assert guarded.value == pytest.approx(free - losses[0] - losses[1])
    assert losses[1] > 0
