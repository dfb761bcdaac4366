"""Prevention: causes today shrink symptoms tomorrow, and nothing is had for nothing."""

from __future__ import annotations

import pandas as pd
import pytest

from commission_opt.place import Place
from commission_opt.plan.solve import solve
from tests.tiny import PLACE, effects, model, rows, services, solved, status_of, tiny

PROMISES: dict[str, dict[str, object]] = {"coverage": {}, "duty": {}}
"""The rules that demand matters to."""

GAINS = effects(("visits", "safe", 0, 0, 0), ("clinic", "well", 16, 0, 0), ("ward", "well", 1, 0, 0))
"""Visits gain nothing by themselves; the ward little: 2 for its 50."""

YEARS = [2026, 2027]


def table(*cells: tuple[str | float, ...]) -> pd.DataFrame:
    """Return a prevention table."""
    return rows("service need cases_averted lag persistence", *cells)


def caused(*cells: tuple[str | float, ...], **changes: object) -> Place:
    """Return a place of two years whose ward has to meet half of the illness, and whose visits prevent it."""
    settings: dict[str, object] = {
        "prevention": table(*cells),
        "needs": rows("need must_meet", ("illness", 0.5)),
        "effects": GAINS,
        "years": YEARS,
        "baseline": PLACE.table("baseline").head(0),
    }
    return tiny(**(settings | changes))


VISITS = ("visits", "illness", 0.4, 1, 0)


def test_prevention_frees_the_money_of_what_need_not_be_met() -> None:
    """50 visits avert 20 of 60 cases a year later, so 20 ward, not 30, are due: 500 more buys 25 clinic, worth 800.

    First year: 30 ward and 25 clinic, 60 + 800. Second: 20 ward and 50 clinic, 40 + 1,600.
    """
    plan = solved(caused(VISITS), model(prevention={}, **PROMISES))
    assert plan.volume("visits", year="2026") == pytest.approx(50)
    assert plan.total("averted", year="2027") == pytest.approx(20)
    assert plan.volume("ward", year="2026") == pytest.approx(30)
    assert plan.volume("ward", year="2027") == pytest.approx(20)
    assert plan.value == pytest.approx(860 + 1640)
    assert plan.price("prevention.averted[illness,all,-,2027]") == pytest.approx(0.5 * 78)


def test_without_effect_prevention_is_never_funded_for_it() -> None:
    """No free lunch: with 0 cases averted the plan is the one without the rule, and visits are 0."""
    place = caused(("visits", "illness", 0, 1, 1))
    with_rule, without = (solved(place, model(**PROMISES, **more)) for more in ({"prevention": {"salvage": 5}}, {}))
    assert with_rule.value == pytest.approx(without.value)
    assert with_rule.volume("visits") == pytest.approx(0)
    assert with_rule.formulation.program.shape == without.formulation.program.shape


def test_averted_never_goes_above_demand() -> None:
    """Where a visit averts 4 cases, 15 visits avert all 60: no more is possible, however much it would gain."""
    place = caused(
        ("visits", "illness", 4, 1, 1),
        effects=effects(("visits", "safe", 2, 0, 0)),
        needs=rows("need must_meet", ("illness", 0)),
    )
    plan = solved(place, model(prevention={}, **PROMISES))
    assert plan.total("averted", year="2027") == pytest.approx(60)
    assert plan.volume("visits", year="2026") == pytest.approx(15)


def test_what_is_averted_cannot_be_served() -> None:
    """Ward gains much and money is plenty: coverage leaves it 60 cases, then 60 - 20 with 50 visits that have to be."""
    place = caused(
        VISITS,
        effects=effects(("ward", "well", 20, 0, 0)),
        funding=rows("stream agency amount", ("council_money", "council", 500), ("nhs_money", "nhs", 4000)),
        limits=rows("subject min_volume", ("visits", 50)),
    )
    plan = solved(place, model(prevention={}, **PROMISES))
    assert plan.volume("ward", year="2026") == pytest.approx(60)
    assert plan.volume("ward", year="2027") == pytest.approx(40)


def test_today_is_the_measure() -> None:
    """Demand is what is left with today's 50 visits: held at 50 they change nothing; cut, it grows.

    With 25 visits a year 10 cases are added: half of 70 is 35 ward.
    """
    place = caused(VISITS, baseline=PLACE.table("baseline"))
    rules = model(prevention={}, **PROMISES)
    same = place.replace(limits=rows("subject min_volume max_volume", ("visits", 50, 50)))
    assert solved(same, rules).value == pytest.approx(solved(same, model(**PROMISES)).value)
    cut = solved(place.replace(limits=rows("subject min_volume max_volume", ("visits", 25, 25))), rules)
    assert cut.total("averted", year="2027") == pytest.approx(-10)
    assert cut.volume("ward", year="2027") == pytest.approx(35)


def test_a_service_may_add_demand() -> None:
    """Each of 10 clinic, which have to be, adds a case in its year: half of 70 is due, 35 ward.

    That is 200 + 35 * 50 = 1,950; with 1,800 the NHS can do without the effect, 200 + 30 * 50, but not with it.
    """
    place = caused(("clinic", "illness", -1, 0, 0), limits=rows("subject min_volume max_volume", ("clinic", 10, 10)))
    streams = [
        rows("stream agency amount", ("council_money", "council", 500), ("nhs_money", "nhs", amount))
        for amount in (1950, 1800)
    ]
    plan = solved(place.replace(funding=streams[0]), model(prevention={}, **PROMISES))
    assert plan.total("averted", year="2026") == pytest.approx(-10)
    assert plan.volume("ward", year="2026") == pytest.approx(35)
    assert status_of(place.replace(funding=streams[1]), model(prevention={}, **PROMISES)) == "infeasible"
    assert status_of(place.replace(funding=streams[1]), model(**PROMISES)) == "optimal"


def test_lag_and_persistence() -> None:
    """50 visits in 2026 only, 0.4 each after a year, half of it a year later: 0, 20, 10."""
    place = caused(
        ("visits", "illness", 0.4, 1, 0.5),
        years=[2026, 2027, 2028],
        limits=rows("subject year min_volume max_volume", ("visits", "2026", 50, 50), ("visits", "", 0, 0)),
    )
    plan = solved(place, model(prevention={}, **PROMISES))
    assert [plan.total("averted", year=year) for year in ("2026", "2027", "2028")] == pytest.approx([0, 20, 10])


def test_more_effect_is_never_worse_where_only_duties_matter() -> None:
    """The stronger the prevention, the less is due, the more is left for what gains."""
    worth = [
        solved(caused(("visits", "illness", effect, 1, 0)), model(prevention={}, duty={})).value
        for effect in (0, 0.1, 0.4, 0.8)
    ]
    assert worth == sorted(worth)
    assert worth[0] < worth[-1]


def test_coverage_limits_are_shares_of_what_is_left() -> None:
    """At least half of the illness covered, by limit rather than duty: as with the duty, 20 ward in 2027."""
    place = caused(
        VISITS, needs=rows("need must_meet", ("illness", 0)), limits=rows("subject min_coverage", ("ward", 0.5))
    )
    assert solved(place, model(prevention={}, **PROMISES)).volume("ward", year="2027") == pytest.approx(20)


def test_cohorts_areas_and_needs_without_the_cohort() -> None:
    """What the old get averts illness of the old in their area; where no illness is theirs, of all by cases."""
    places = rows("area population", ("east", 500), ("west", 500))
    falls = [("falls", "old", 100.0), ("falls", "young", 100.0)]
    limits = rows("subject area min_volume max_volume", ("visits", "east", 40, 40), ("visits", "west", 0, 0))
    nothing_due = rows("need must_meet", ("illness", 0))
    shared = {"areas": places, "needs": nothing_due, "limits": limits, "effects": effects(("visits", "safe", 0, 0, 0))}
    rules = model(prevention={}, **PROMISES)
    exact = rows("need cohort cases", *falls, ("illness", "old", 80), ("illness", "young", 40))
    old = solved(caused(("visits", "illness", 0.4, 1, 0), demand=exact, **shared), rules)
    of_old, of_young = (old.volume("visits", area="east", cohort=name, year="2026") for name in ("old", "young"))
    assert old.total("averted", area="east", cohort="old", year="2027") == pytest.approx(0.4 * of_old)
    assert old.total("averted", area="east", cohort="young", year="2027") == pytest.approx(0.4 * of_young)
    assert old.total("averted", area="west") == pytest.approx(0)
    other = rows("need cohort cases", *falls, ("illness", "rich", 80), ("illness", "poor", 40))
    spread = solved(caused(("visits", "illness", 0.3, 1, 0), demand=other, **shared), rules)
    assert spread.total("averted", area="east", cohort="rich", year="2027") == pytest.approx(8)
    assert spread.total("averted", area="east", cohort="poor", year="2027") == pytest.approx(4)


def test_salvage_pays_for_prevention_whose_gain_lies_after_the_last_year() -> None:
    """In the last year a visit averts 0.4 cases a year on: half of them at 50 is 10, a pound's worth for each pound.

    One year: without a salvage value visits are 0, with it 50 of them, worth 500, whatever little they cost.
    """
    place = caused(VISITS, years=[2026])
    assert solved(place, model(prevention={}, **PROMISES)).volume("visits") == pytest.approx(0)
    plan = solved(place, model(prevention={"salvage": 1, "salvage_years": 1}, **PROMISES))
    assert plan.volume("visits") == pytest.approx(50)
    assert plan.total("averted later") == pytest.approx(20)
    assert plan.value == pytest.approx(860 + 500)


def test_salvage_counts_no_more_than_there_would_be() -> None:
    """4 cases a visit for a year: 15 visits avert the year's 60 cases, and no further visit has a value."""
    place = caused(("visits", "illness", 4, 1, 0), years=[2026])
    plan = solved(place, model(prevention={"salvage": 1, "salvage_years": 1}, **PROMISES))
    assert plan.total("averted later") == pytest.approx(60)
    assert plan.value == pytest.approx(860 + 60 * 25)


def counted(fiscal: float) -> Place:
    """Return the place where visits also gain 2 well, worth 4, of which the weight counts some as public money."""
    gains = effects(("visits", "well", 2, 0, 0), ("clinic", "well", 16, 0, 0), ("ward", "well", 1, 0, 0))
    prevents = rows("service need cases_averted lag persistence outcome", (*VISITS, "well"))
    outcomes = PLACE.table("outcomes").assign(fiscal_value=[0, fiscal])
    return caused(effects=gains, prevention=prevents, outcomes=outcomes)


@pytest.mark.parametrize(("fiscal", "left"), [(0.5, 3), (1, 2), (2, 0)])
def test_money_of_averted_cases_is_not_counted_twice(fiscal: float, left: float) -> None:
    """860 + 1,640 as ever, and of the 4 that each visit gains, in the first year what is no public money saved.

    The last year's 50 visits avert nothing within the plan, so all of their 4 counts.
    """
    place = counted(fiscal)
    assert solved(place, model(prevention={}, **PROMISES)).value == pytest.approx(2500 + 50 * left + 50 * 4)
    plan = solve(place, model(prevention={}, **PROMISES))
    assert plan.recouped == pytest.approx(50 * (4 - left))
    assert plan.value == pytest.approx(2500 + 50 * left + 50 * 4)
    assert [note for note in plan.notes if "not twice" in note]


def test_what_today_averts_anyway_stays_in_the_value() -> None:
    """50 visits a year are today's: nothing more is averted and nothing is taken from their 4 each."""
    plan = solve(counted(2).replace(baseline=rows("service volume", ("visits", 50))), model(prevention={}, **PROMISES))
    assert plan.recouped == pytest.approx(0)
    assert plan.value == pytest.approx(860 * 2 + 400)


def test_who_plans_alone_counts_on_its_own_prevention_only() -> None:
    """What the council's visits avert the NHS does not count on; what the NHS's clinic averts it does."""
    rules = model(silos={}, prevention={}, pooling={"powers": "lead"}, **PROMISES)
    others = solved(caused(VISITS, limits=rows("subject min_volume", ("visits", 50))), rules)
    assert others.volume("ward", year="2027") == pytest.approx(30)
    own = solved(caused(("clinic", "illness", 0.4, 0, 0), limits=rows("subject max_volume", ("clinic", 50))), rules)
    assert own.volume("ward", year="2027") == pytest.approx(20)


def test_a_place_without_the_table_has_the_same_program() -> None:
    """The rule costs nothing where it has nothing to say."""
    assert solved(PLACE, model(prevention={}, **PROMISES)).labels == solved(PLACE, model(**PROMISES)).labels


def test_cost_of_areas_counts_in_the_salvage_value() -> None:
    """Where everything costs twice as much, a case averted later spares twice as much."""
    areas = rows("area population cost_factor", ("all", 1000, 2))
    rules = model(prevention={"salvage": 1, "salvage_years": 1}, coverage={})
    place = caused(VISITS, years=[2026], areas=areas, effects=GAINS, services=services())
    assert solved(place, rules).price("prevention.later[illness,all,-]") == pytest.approx(0.5 * 100)
