"""Clusters that decide alone: the program falls apart into theirs, and together they keep what the place has agreed."""

from __future__ import annotations

import pytest

from commission_opt.errors import InfeasibleError
from commission_opt.model.formulate import formulate_arrays
from commission_opt.model.model import Model
from commission_opt.place.arrays import compile_place
from commission_opt.plan.solve import solve
from commission_opt.program.text import program_text
from tests.rules.test_devolution import two_clusters
from tests.tiny import POT, model, rows, tiny

ALONE: dict[str, object] = {"decides": "alone"}


def alone(pooling: dict[str, object] = POT, **sections: dict[str, object]) -> Model:
    """Return a model in which clusters decide alone."""
    return model(devolution=ALONE, pooling=pooling, coverage={}, **sections)


def test_each_cluster_buys_what_it_would_by_itself() -> None:
    """As with all of the pot devolved: 75 clinics in the north; 20 clinics and 12 wards in the south."""
    plan = solve(two_clusters(), alone())
    assert plan.value == pytest.approx(75 * 32 + 20 * 32 + 12 * 40)
    together = model(coverage={}, devolution={"share": 1}, pooling=POT)
    assert solve(two_clusters(), together).value == pytest.approx(plan.value)
    # Central planning would buy 125 clinics with 2,500.
    assert solve(two_clusters(), model(coverage={}, pooling=POT)).value - plan.value == pytest.approx(4000 - 3520)
    assert any("decides alone" in note and "lower, upper" in note for note in plan.notes)


def test_ledger_of_clusters_alone_balances() -> None:
    """2,500 to the penny, in streams, agencies and allocation."""
    plan = solve(two_clusters(), alone())
    assert plan.funding["amount_money"].sum() == pytest.approx(2500, abs=1e-9)
    assert plan.allocation["spend_money"].sum() == pytest.approx(2500, abs=1e-9)
    assert plan.agencies["put_in_money"].sum() == pytest.approx(plan.agencies["led_spend_money"].sum(), abs=1e-9)


def test_prices_say_whose_part_they_are_of() -> None:
    """A pound is worth 1.6 in the north, 0.8 in the south."""
    prices = solve(two_clusters(), alone()).prices.set_index("label")
    for part, worth in (("upper", 1.6), ("lower", 0.8)):
        row = prices.loc[f"pooling.stream[nhs_money,2026,{part}]"]
        assert row["price"] == pytest.approx(worth)
        assert row["sentence"] == f"one more £1 for nhs_money in 2026 (part of {part})"


OWN = rows("cluster outcome weight", ("lower", "safe", 10))
"""A visit in the south is worth 2 x 10 + 4 x 2 = 28 there, 2.8 a pound; in the place's eyes 10."""


def test_clusters_spend_by_their_own_weights() -> None:
    """The south buys its 20 visits, then 16 wards: 560 + 640 to itself, 200 + 640 to the place."""
    place = two_clusters(local_weights=OWN)
    plan = solve(place, model(coverage={}, devolution={**ALONE, "weights": "local"}, pooling=POT))
    assert plan.objective == pytest.approx(2400 + 560 + 640)
    assert plan.value == pytest.approx(2400 + 200 + 640)
    assert solve(place, alone()).value == pytest.approx(3520)


def test_a_central_plan_may_value_what_happens_in_a_cluster_as_the_cluster_does() -> None:
    """20 visits in the south at 2.8 a pound, then 115 clinics: 560 + 3,680, and 200 + 3,680 on the shared yardstick."""
    place = two_clusters(local_weights=OWN)
    rules = model(coverage={}, devolution={"share": 0, "weights": "local"}, pooling=POT)
    plan = solve(place, rules)
    assert plan.objective == pytest.approx(560 + 3680)
    assert plan.value == pytest.approx(200 + 3680)


def test_local_weights_count_for_ceilings_scenarios_and_poor_evidence() -> None:
    """South alone: visits lose a tenth of what the south values in either guard; a ceiling holds what it values."""
    place = two_clusters(
        local_weights=OWN,
        effects=rows(
            "service outcome effect low",
            ("visits", "safe", 2, 1.8),
            ("visits", "well", 4, 3.6),
            ("clinic", "well", 16, 16),
            ("ward", "well", 20, 20),
        ),
        scenarios=rows("scenario probability", ("fair", 0.5), ("poor", 0.5)),
        scenario_effects=rows("scenario subject multiplier", ("poor", "visits", 0.9)),
    )
    for robustness in ({"gamma": "all"}, {"measure": "cvar", "alpha": 0.5, "aversion": 1.0}):
        settings = {**ALONE, "weights": "local"}
        rules = model(coverage={}, devolution=settings, pooling=POT, robustness=robustness)
        assert solve(place, rules).objective == pytest.approx(2400 + 20 * 25.2 + 640)
    outcomes = rows(
        "outcome unit weight agency ceiling", ("safe", "units", 0, "council", 0.25), ("well", "units", 2, "nhs", "")
    )
    capped = two_clusters(local_weights=OWN, outcomes=outcomes)
    rules = model(coverage={}, ceilings={}, devolution={**ALONE, "weights": "local"}, pooling=POT)
    # 0.25 x 20 cases are 5 safe, 50 to the south; its 20 cases of falls are better met by 17.5 clinics and 2.5 visits.
    assert solve(capped, rules).objective == pytest.approx(2400 + 5 * 10 + 2.5 * 8 + 17.5 * 32 + (1000 - 375) / 50 * 40)


def test_without_weights_of_their_own_clusters_value_what_the_place_does() -> None:
    """The same program, and the plan says so."""
    local = model(coverage={}, devolution={**ALONE, "weights": "local"}, pooling=POT)
    one, other = (formulate_arrays(compile_place(two_clusters()), rules) for rules in (local, alone()))
    assert program_text(one.program) == program_text(other.program)
    assert any("weights of its own" in note for note in one.notes)


def test_a_single_cluster_has_everything() -> None:
    """The very same program as without the rule."""
    free = formulate_arrays(compile_place(tiny()), model(coverage={}, pooling=POT))
    assert program_text(formulate_arrays(compile_place(tiny()), alone()).program) == program_text(free.program)


def test_agencies_that_plan_alone_have_nothing_to_divide() -> None:
    """Silos come first; and the plan says so."""
    rules = model(silos={}, devolution={**ALONE, "weights": "local"}, pooling={"powers": "lead"})
    plan = solve(two_clusters(local_weights=OWN), rules)
    assert plan.value == pytest.approx(solve(two_clusters(), model(silos={}, pooling={"powers": "lead"})).value)
    assert any("nothing is devolved" in note for note in plan.notes)


def test_what_joins_clusters_keeps_today_and_shares_the_rest() -> None:
    """Wards today 5 and 15, at most 30: 10 more go 6 to 4. Nurses for 40: today 20, 12 and 8 more. A ratio by parts."""
    place = two_clusters(
        demand=rows("need area cases", ("falls", "north", 180), ("illness", "north", 60), ("illness", "south", 60)),
        baseline=rows("service area volume", ("ward", "north", 5), ("ward", "south", 15), ("clinic", "north", 30)),
        limits=rows("subject max_volume", ("ward", 30)),
        resources=rows("resource agency kind available", ("nurses", "nhs", "staff", 40)),
        usage=rows("service resource per_unit", ("ward", "nurses", 1)),
        relations=rows("relation subject other ratio", ("at_most", "ward", "clinic", 1)),
    )
    program = formulate_arrays(compile_place(place), alone(duty={}, resources={}, relations={})).program
    labels = [program.row_label(at) for at in range(program.shape[0])]
    most = {label: float(program.row_upper[at]) for at, label in enumerate(labels)}
    assert most["duty.max_volume[ward,*,2026,upper]"] == pytest.approx(5 + 6)
    assert most["duty.max_volume[ward,*,2026,lower]"] == pytest.approx(15 + 4)
    assert most["resources.available[nurses,2026,upper]"] == pytest.approx(5 + 12)
    assert most["resources.available[nurses,2026,lower]"] == pytest.approx(15 + 8)
    # Today 20 wards to 30 clinics leave 10: the north has 5 - 30 + 6, the south 15 + 4.
    assert most["relations.at_most[at_most ward clinic,2026,upper]"] == pytest.approx(-19)
    assert most["relations.at_most[at_most ward clinic,2026,lower]"] == pytest.approx(19)


def test_savings_stay_with_the_cluster_that_makes_them() -> None:
    """A clinic saves the NHS 4; 50 today, all in the north: it begins 200 below its part of 2,000 and the room left."""
    place = two_clusters(
        baseline=rows("service area volume", ("clinic", "north", 50)),
        savings=rows("service agency amount cashable_share", ("clinic", "nhs", 4, 1)),
    )
    program = formulate_arrays(compile_place(place), alone(savings={})).program
    labels = [program.row_label(at) for at in range(program.shape[0])]
    most = {label: float(program.row_upper[at]) for at, label in enumerate(labels)}
    assert most["pooling.stream[nhs_money,2026,upper]"] == pytest.approx(1200 - 200)
    assert most["pooling.stream[nhs_money,2026,lower]"] == pytest.approx(800)


def test_each_cluster_opens_blocks_of_its_own() -> None:
    """1,000 open one block of 200 for 20 wards at 40; halves of it two blocks for 7 1/2 each."""
    place = tiny(
        areas=rows("area cluster population", ("north", "upper", 500), ("south", "lower", 500)),
        demand=rows("need area cases", ("falls", "north", 0), ("illness", "north", 10), ("illness", "south", 10)),
        baseline=rows("service volume"),
        funding=rows("stream agency amount", ("council_money", "council", 0), ("nhs_money", "nhs", 1000)),
        capacity=rows("service block_size block_cost", ("ward", 20, 200)),
    )
    assert solve(place, model(capacity={}, coverage={}, pooling=POT)).value == pytest.approx(800)
    plan = solve(place, alone(capacity={}))
    assert plan.value == pytest.approx(15 * 40)
    assert plan.spend == pytest.approx(1000)


@pytest.mark.parametrize(
    ("sections", "objective", "told"),
    [
        ({"equity": {"floor": 0.99}}, "weighted_outcomes", "have not agreed any"),
        ({"guarantees": {}}, "weighted_outcomes", "Nothing is promised"),
        ({}, "max_min", "level up"),
    ],
)
def test_clusters_alone_have_not_agreed_to_look_after_others(
    sections: dict[str, dict[str, object]], objective: str, told: str
) -> None:
    """Floors, promises and levelling up do not bind, and the plan says so."""
    rules = alone(**sections).set("objective.kind", objective)
    plan = solve(two_clusters(), rules)
    assert plan.value == pytest.approx(3520)
    assert any(told in note for note in plan.notes)


def test_a_cluster_without_the_money_for_its_duties_is_named() -> None:
    """The south has 1,000 for 60 cases of illness at 50; the place as a whole has enough."""
    place = two_clusters(needs=rows("need must_meet", ("illness", 0.5)))
    assert solve(place, model(coverage={}, duty={}, pooling=POT)).value > 0
    with pytest.raises(InfeasibleError, match="part of lower"):
        solve(place, alone(duty={}))
