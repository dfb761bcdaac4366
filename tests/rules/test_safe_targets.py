"""Targets that are reached even if some of the evidence disappoints."""

from __future__ import annotations

import pytest

from commission_opt.errors import InfeasibleError
from commission_opt.model.formulate import formulate_arrays
from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.plan.solve import solve
from commission_opt.program.text import program_text
from tests.tiny import model, rows, solved, tiny

RANGES = rows(
    "service outcome effect low",
    ("visits", "safe", 2, ""),
    ("visits", "well", 4, ""),
    ("clinic", "well", 16, 6),
    ("ward", "well", 20, 18),
)
"""Of its 16, a clinic may lose 10; of its 20, a ward 2; visits are sure."""


def due(minimum: float, penalty: float | str = "") -> Place:
    """Return a place with a target for well."""
    return tiny(effects=RANGES, targets=rows("outcome minimum penalty", ("well", minimum, penalty)))


BUNDLE = 270 / 106
"""Cost of a unit of well from one clinic and five wards, of which either could lose 10: 16 + 100 - 10."""


@pytest.mark.parametrize(
    ("gamma", "cost"),
    [(0, 1000), (1, 500 + 600 * BUNDLE), (2, 500 + 600 / 18 * 50), ("all", 500 + 600 / 18 * 50)],
)
def test_target_is_reached_though_so_many_effects_fail(gamma: float | str, cost: float) -> None:
    """800 of well: by 50 clinics; or by 50 visits for 200 of it, then 5 wards to a clinic, or wards at 18."""
    rules = model("least_cost", targets={}, robustness={"gamma": gamma, "protect_targets": True})
    assert solved(due(800), rules).value == pytest.approx(-cost)


def test_worst_case_is_the_target_on_the_low_ends() -> None:
    """By another formulation: no protection, effects at their low ends."""
    low = due(800).replace(effects=RANGES.assign(effect=[2, 4, 6, 18], low=""))
    rules = model("least_cost", targets={}, robustness={"gamma": "all", "protect_targets": True})
    assert solved(due(800), rules).value == pytest.approx(solved(low, model("least_cost", targets={})).value)


@pytest.mark.parametrize(
    ("place", "settings"),
    [
        (due(800), {"gamma": 1}),
        (due(800), {"gamma": 0, "protect_targets": True}),
        (due(800, penalty=3), {"gamma": 1, "protect_targets": True}),
        (due(800).replace(effects=RANGES.assign(low="")), {"gamma": 1, "protect_targets": True}),
        (tiny(effects=RANGES), {"gamma": 1, "protect_targets": True}),
    ],
)
def test_what_is_not_protected_is_as_without_the_rule(place: Place, settings: dict[str, object]) -> None:
    """Not asked for, nothing to fail, a target that may be missed, evidence without ranges, or no target."""
    guarded = model("least_cost", targets={}, robustness={**settings, "measure": "cvar"})
    arrays = compile_place(place)
    without = program_text(formulate_arrays(arrays, model("least_cost", targets={})).program)
    assert program_text(formulate_arrays(arrays, guarded).program) == without


def test_targets_of_areas_and_years_are_protected_each_for_itself() -> None:
    """In either of two years and areas, evidence that fails elsewhere counts again: four times the cost of one."""
    quarter = {
        "areas": rows("area population", ("north", 1), ("south", 1)),
        "years": [2026, 2027],
        "demand": rows("need cases", ("falls", 200), ("illness", 60)),
        "baseline": rows("service volume"),
    }
    places = due(800).replace(
        targets=rows("outcome area minimum", ("well", "north", 300), ("well", "south", 300)), **quarter
    )
    rules = model("least_cost", targets={}, robustness={"gamma": 1, "protect_targets": True})
    # 25 visits bring 100 of it in each area, the rest wards and clinics.
    assert solved(places, rules).value == pytest.approx(-4 * (250 + 200 * BUNDLE))


def test_agencies_that_plan_alone_have_no_targets_to_protect() -> None:
    """The very same program."""
    rules = model(silos={}, targets={}, robustness={"gamma": 1, "protect_targets": True}, pooling={"powers": "lead"})
    plan = solved(due(800), rules)
    assert not [label for label in plan.labels if label.startswith("robustness.target")]


def test_more_failures_never_cost_less() -> None:
    """From none to all."""
    costs = [
        -solved(due(600), model("least_cost", targets={}, robustness={"gamma": g, "protect_targets": True})).value
        for g in (0, 0.5, 1, 1.5, 2, "all")
    ]
    assert costs == sorted(costs)


def test_a_target_that_cannot_be_made_safe_is_a_conflict_in_words() -> None:
    """1,500 of well are within the money, but not if clinics disappoint."""
    rules = model(targets={}, robustness={"gamma": "all", "protect_targets": True})
    assert solve(due(1500), model(targets={})).value > 0
    with pytest.raises(InfeasibleError, match="reaches its target though clinic"):
        solve(due(1500), rules)
