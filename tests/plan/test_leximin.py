"""Leximin: the worst-off first, then the next, then what is left by value."""

from __future__ import annotations

import numpy as np
import pytest

from commission_opt.model.model import Model
from commission_opt.place import Place
from commission_opt.plan.plan import Plan
from commission_opt.plan.solve import solve
from tests.tiny import POT, model, rows, tiny


def three_areas(**changes: object) -> Place:
    """Return a place with 100 people in each area; only visits help against falls, only ward against illness.

    A pound of visits is worth 1 (200 cases in the north, 200 in the south), one of ward 0.8; the east has 10 cases of
    illness, worth 40 each: never more than 4 a head.
    """
    tables: dict[str, object] = {
        "areas": rows("area cluster population", ("east", "rim", 100), ("north", "core", 100), ("south", "core", 100)),
        "services": rows(
            "service agency need unit unit_cost tags",
            ("visits", "council", "falls", "case", 10, ""),
            ("ward", "nhs", "illness", "case", 50, ""),
        ),
        "effects": rows("service outcome effect", ("visits", "safe", 10), ("ward", "well", 20)),
        "demand": rows("need area cases", ("falls", "north", 200), ("falls", "south", 60), ("illness", "east", 10)),
        "baseline": rows("service volume"),
    }
    return tiny(**{**tables, **changes})


def max_min(**settings: object) -> Model:
    """Return a model of one pot that levels up."""
    rules = model("max_min", pooling=POT)
    for name, value in settings.items():
        rules = rules.set(f"objective.{name}", value)
    return rules


def levels(plan: Plan) -> dict[str, float]:
    """Value for each of 100 people by area."""
    return {str(area): value / 100 for area, value in plan.outcomes.groupby("area")["value"].sum().items()}


def test_each_level_is_raised_as_far_as_those_below_it_allow() -> None:
    """2,500: the east takes 500 for 4 a head, the south stops at 600 for 6, the north has the 1,400 left for 14."""
    plan = solve(three_areas(), max_min())
    assert levels(plan) == pytest.approx({"east": 4, "south": 6, "north": 14})
    assert plan.certificate.gap <= 1e-6


def test_where_money_is_short_all_levels_are_the_same() -> None:
    """450: 1.25 pounds for a unit of value in the east, 1 elsewhere, so 3.25 pounds a head raise all by 1 / 100."""
    funding = rows("stream agency amount", ("council_money", "council", 450), ("nhs_money", "nhs", 0))
    assert levels(solve(three_areas(funding=funding), max_min())) == pytest.approx(
        dict.fromkeys(("east", "north", "south"), 450 / 3.25 / 100)
    )


def test_clusters_are_compared_as_wholes() -> None:
    """East stops at 4; north and south are one, and value is as large as 2,000 buy."""
    plan = solve(three_areas(), max_min(by="cluster"))
    assert levels(plan)["east"] == pytest.approx(4)
    assert plan.value == pytest.approx(400 + 2000)


def test_the_order_is_the_best_of_all_plans() -> None:
    """Sorted levels of random plans of the same money are never ahead at the first difference."""
    best = np.sort(list(levels(solve(three_areas(), max_min())).values()))
    for seed in range(200):
        east, south, north = np.random.default_rng(seed).dirichlet(np.ones(3)) * 2500
        other = np.sort([min(0.8 * east, 400) / 100, min(south, 600) / 100, min(north, 2000) / 100])
        ahead = np.flatnonzero(np.abs(other - best) > 1e-9)
        assert not len(ahead) or other[ahead[0]] < best[ahead[0]]


def test_levels_are_told_worst_off_first() -> None:
    """With their figures."""
    notes = " ".join(solve(three_areas(), max_min()).notes)
    assert "east 4, south 6, north 14" in notes


def test_one_area_gives_what_weighted_outcomes_give() -> None:
    """There is nobody to level up with."""
    assert solve(tiny(), max_min()).value == pytest.approx(solve(tiny(), model(pooling=POT)).value)


def test_levelling_up_may_come_first_among_several_objectives() -> None:
    """At no tolerance the levels stay; half of each given up, 250 + 300 + 700 suffice at least cost."""
    rules = max_min(order=["max_min", "least_cost"], kind="lexicographic")
    assert solve(three_areas(), rules).spend == pytest.approx(2500)
    loose = solve(three_areas(), rules.set("objective.tolerance", 0.5))
    assert loose.spend == pytest.approx(1250)
    assert levels(loose) == pytest.approx({"east": 2, "south": 3, "north": 7})


def test_agencies_that_plan_alone_do_not_level_up() -> None:
    """Each values its own outcomes, and the plan says so."""
    rules = max_min().set("silos.enabled", True).set("pooling", {"powers": "lead", "source": "test"})
    plan = solve(three_areas(), rules)
    assert plan.objective == pytest.approx(500 + 400)
    assert any("level up" in note for note in plan.notes)


def test_more_money_never_lowers_the_worst_off() -> None:
    """Nor the whole sorted list."""
    before = [0.0, 0.0, 0.0]
    for amount in (0, 300, 900, 1500, 2600):
        funding = rows("stream agency amount", ("council_money", "council", amount), ("nhs_money", "nhs", 0))
        found = sorted(levels(solve(three_areas(funding=funding), max_min())).values())
        assert found >= [level - 1e-6 for level in before]
        before = found
