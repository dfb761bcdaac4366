"""Why a service is or is not in the plan: worked out by hand on the tiny place, checked by fresh solves on many."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from commission_opt.analysis.forced import Forced, Refused
from commission_opt.analysis.thresholds import Threshold
from commission_opt.analysis.why import SHOWN_APART, Why, why
from commission_opt.analysis.worth import GROUPS
from commission_opt.errors import InfeasibleError, ModelError, PlaceError
from commission_opt.model.model import Model
from commission_opt.model.read import read_model
from commission_opt.place import Place, read_place
from commission_opt.place.arrays import compile_place
from commission_opt.plan.run import Run, SolveOptions
from commission_opt.plan.solve import answer_arrays, solve
from tests.amount import drawn
from tests.random_places import random_place
from tests.tiny import TABLES, model, rows, services, tiny
from tests.varied_places import varied

FIGURES = 1e-3
"""Three figures of a change."""

SEEDS, BASES = range(drawn(40)), 10
"""Random places, varied from so many."""

MODELS = ("aligned", "total_place", "whole_place", "section_75")


def parts_of(found: Why) -> dict[str, float]:
    """Return the value of every part, by group, those of one group together."""
    return {str(name): float(value) for name, value in found.parts.groupby("group")["value"].sum().items()}


def assert_turns(found: Threshold | None, factor: float) -> None:
    """Check that a threshold is where the hand says, between two factors that were solved."""
    assert found is not None
    assert found.turns
    assert found.change == pytest.approx(factor - 1, rel=FIGURES)
    assert min(found.before, found.factor) <= factor <= max(found.before, found.factor)
    assert found.before == pytest.approx(factor, rel=2 * FIGURES)


def test_unit_at_the_margin_gains_what_its_money_gains_elsewhere() -> None:
    """A clinic gains 16 well at 2 each, 32, for 20 of NHS money, which gains 1.6 a pound: net 0."""
    found = why(tiny(), model(), "clinic")
    assert found.funded
    assert parts_of(found) == pytest.approx({"outcome": 32, "money": -32})
    assert list(found.parts["part"]) == ["well", "Its money: nhs_money (nhs)"]
    assert list(found.parts["amount"]) == pytest.approx([16, 20])
    assert list(found.parts["unit"]) == ["units", "money"]
    assert found.worth.net[0] == pytest.approx(0, abs=1e-9)


def test_unit_that_is_not_funded_falls_short() -> None:
    """A ward gains 40 for 50 of NHS money, which gains 80 in clinics: 40 short."""
    found = why(tiny(), model(), "ward")
    assert not found.funded
    assert parts_of(found) == pytest.approx({"outcome": 40, "money": -80})
    assert found.worth.net[0] == pytest.approx(-40)
    assert found.footing.adds == 0


def test_years_say_volume_today_and_reach() -> None:
    """100 of 200 clinics that could be, 50 today, for 2,000."""
    (row,) = why(tiny(), model(), "clinic").years.to_dict(orient="records")
    assert row == {
        "year": "2026",
        "baseline_units": 50,
        "volume_units": pytest.approx(100),
        "reach_units": 200,
        "reached": pytest.approx(0.5),
        "spend_money": pytest.approx(2000),
    }


def test_unfunded_comes_in_at_the_price_of_the_margin() -> None:
    """40 at 1.6 a pound is worth 25: half of its cost; or twice its effects, 80."""
    found = why(tiny(), model(), "ward")
    assert found.unit_cost == 50
    assert_turns(found.footing.cost, 0.5)
    assert_turns(found.footing.effects, 2.0)


def test_funded_leaves_at_the_worth_of_what_would_replace_it() -> None:
    """Wards gain 0.8 a pound for all of the NHS's 2,000: clinics leave above 40, or below half of their effects.

    Without them the plan is worth 500 + 1,600 instead of 3,700.
    """
    found = why(tiny(), model(), "clinic")
    assert found.footing.adds == pytest.approx(1600)
    assert_turns(found.footing.cost, 2.0)
    assert_turns(found.footing.effects, 0.5)


def test_service_that_money_has_no_other_use_for_never_leaves() -> None:
    """The council leads nothing else: at any price some visits are better than none."""
    found = why(tiny(), model(), "visits").footing
    assert found.cost is not None
    assert found.effects is not None
    assert not found.cost.turns
    assert not found.effects.turns
    assert found.adds == pytest.approx(500)


def test_cases_that_others_could_serve_are_charged() -> None:
    """60 falls, all for clinics; 800 is left for wards at 0.8 a pound, so that a case gains 32 - 16 = 16 in a clinic.

    A visit gains 10, its money nothing elsewhere: 6 short at any price, and worth it at 1.6 times its effects.
    """
    place = tiny(demand=rows("need cases", ("falls", 60), ("illness", 60)))
    visits = why(place, model(coverage={}), "visits")
    assert parts_of(visits) == pytest.approx({"outcome": 10, "cases": -16, "money": 0})
    assert visits.footing.cost is not None
    assert not visits.footing.cost.turns
    assert_turns(visits.footing.effects, 1.6)


def test_ceiling_takes_back_what_goes_beyond_it() -> None:
    """At most 5 well for each of 260 cases, 1,300: 200 by visits, the rest by 68.75 clinics, for 1,375 of the 2,000.

    One more clinic gains 32 at full weight, all of it beyond the ceiling; its money would gain nothing either.
    A visit is left with the 2 of safe, which its 10 of council money gain elsewhere.
    """
    place = tiny(outcomes=TABLES["outcomes"].assign(ceiling=[np.nan, 5]))
    clinic, visits = why(place, model(ceilings={}), "clinic"), why(place, model(ceilings={}), "visits")
    assert parts_of(clinic) == pytest.approx({"outcome": 32, "ceiling": -32, "money": 0})
    assert parts_of(visits) == pytest.approx({"outcome": 10, "ceiling": -8, "money": -2})


def test_money_that_comes_back_is_a_gain() -> None:
    """A clinic saves the council 5 in cash, worth 1 a pound in visits: 37 for 20, so 1.85 a pound of NHS money."""
    savings = rows("service agency amount cashable_share lag", ("clinic", "council", 5, 1, 0))
    place = tiny(savings=savings, baseline=TABLES["baseline"].iloc[:0])
    found = why(place, model(savings={}), "clinic")
    assert parts_of(found) == pytest.approx({"outcome": 32, "back": 5, "money": -37})
    assert list(found.parts["part"])[1] == "Cash back to council_money (council)"


def test_resources_are_charged_by_what_they_gain_elsewhere() -> None:
    """2,000 of beds for 1,600 days: a clinic takes 20, a ward 40; money is no limit. 1.6 a day against 1.

    The reach of visits is what limits them.
    """
    place = tiny(
        funding=rows("stream agency amount", ("council_money", "council", 1e5), ("nhs_money", "nhs", 1e5)),
        resources=rows("resource agency kind available", ("beds", "nhs", "property", 1600)),
        usage=rows("service resource per_unit", ("clinic", "beds", 20), ("ward", "beds", 40)),
    )
    rules = model(resources={})
    assert parts_of(why(place, rules, "ward")) == pytest.approx({"outcome": 40, "resource": -64, "money": 0})
    assert parts_of(why(place, rules, "visits")) == pytest.approx({"outcome": 10, "money": 0})


def test_duty_that_requires_a_service_is_named() -> None:
    """30 cases of illness have to be met, and only wards can: no price pushes them out."""
    place = tiny(needs=rows("need must_meet", ("illness", 0.5)))
    found = why(place, model(duty={}), "ward")
    assert found.funded
    assert found.footing.cost is None
    assert found.footing.required is not None
    (item,) = found.footing.required.items
    assert item.sentence == "at least 30 cases of illness have to be met in 2026"
    assert parts_of(found) == pytest.approx({"outcome": 40, "money": -80, "rule": 40})


def test_decisions_of_others_stay_as_they_are_in_the_plan() -> None:
    """Open clinics cost 400 whatever is done: NHS money gains 1.6 a pound in them, and wards come in at half cost."""
    place = tiny(services=services(fixed_cost=[0, 400, 0]))
    found = why(place, model(scale={}), "ward")
    assert found.conditional
    assert_turns(found.footing.cost, 0.5)


def test_a_service_that_leaves_is_closed() -> None:
    """80 clinics for 1,600, once 400 are paid for opening: 2,560 at a cost of 20, 1,600 at 32, as in 40 wards."""
    found = why(tiny(services=services(fixed_cost=[0, 400, 0])), model(scale={}), "clinic")
    assert found.footing.adds == pytest.approx(2560 - 1600)
    assert_turns(found.footing.cost, 1.6)


def test_equal_services_are_said_to_be_replaceable() -> None:
    """Wards as good a pound as clinics, with room for all of the money: the plan is worth as much without either."""
    place = tiny(services=services(unit_cost=[10, 20, 25]), demand=rows("need cases", ("falls", 200), ("illness", 80)))
    found = why(place, model(), "clinic")
    assert found.footing.adds == 0
    assert not found.funded or found.footing.cost is None


def test_prices_are_not_worked_out_for_several_objectives() -> None:
    """Levelling up comes before outcomes: what a price changes is not one figure."""
    found = why(tiny(areas=rows("area population", ("north", 100))), model("max_min"), "clinic").footing
    assert found.cost is None
    assert found.required is None


def test_forced_volume_displaces_what_the_money_did() -> None:
    """10 wards take 500 from 25 clinics: 800 lost for 400, 200 fewer well, 25 falls fewer and 10 ill people more."""
    found = why(tiny(), model(), "ward", force=10).forced
    assert isinstance(found, Forced)
    assert found.value == pytest.approx(-400)
    volumes = found.services.set_index("service")
    assert volumes["volume_units"].to_dict() == pytest.approx({"clinic": -25, "ward": 10, "visits": 0})
    assert volumes["spend_money"].to_dict() == pytest.approx({"clinic": -500, "ward": 500, "visits": 0})
    assert found.outcomes.set_index("outcome")["amount_units"].to_dict() == pytest.approx({"well": -200, "safe": 0})
    assert found.needs.set_index("need")["cases"].to_dict() == pytest.approx({"falls": -25, "illness": 10})
    assert found.agencies["put_in_money"].to_numpy() == pytest.approx([0, 0])


def test_volume_that_cannot_be_is_refused_with_the_most_that_can() -> None:
    """50 wards cost 2,500 of the NHS's 2,000: 40 are the most."""
    found = why(tiny(), model(), "ward", force=50).forced
    assert isinstance(found, Refused)
    assert list(found.most) == pytest.approx([40])
    assert found.every_year == pytest.approx(40)
    sentences = [item.sentence for item in found.error.conflict.items]
    assert "50 units of ward are asked for in 2026: £2.50k" in sentences
    assert any(repair.standing == "political" for repair in found.error.repairs)


def test_what_every_year_can_have_is_less_than_one_year_alone() -> None:
    """2,000 for two years, carried as one likes: 40 wards in either year, 20 in both."""
    funding = rows(
        "stream agency year amount carry_forward_share",
        ("nhs_money", "nhs", "2026", 2000, 1),
        ("nhs_money", "nhs", "2027", 0, 0),
    )
    place = tiny(funding=funding, years=["2026", "2027"], baseline=TABLES["baseline"].iloc[:0])
    found = why(place, model(), "ward", force=30).forced
    assert isinstance(found, Refused)
    assert list(found.most) == pytest.approx([40, 40])
    assert found.every_year == pytest.approx(20)


def test_unknown_service_is_named_with_the_nearest() -> None:
    """As every other name."""
    with pytest.raises(PlaceError, match="Did you mean 'clinic'"):
        why(tiny(), model(), "clinik")


@pytest.mark.parametrize("volume", [-1.0, float("nan"), float("inf")])
def test_volume_that_is_none_is_refused(volume: float) -> None:
    """Before anything is asked of a solver."""
    with pytest.raises(ModelError, match="--force"):
        why(tiny(), model(), "clinic", force=volume)


@cache
def random_base(seed: int) -> Place:
    """Return a random place with a limit on the volume of every service, as a group of its own, that never binds.

    Most have no other duties, relations and whole decisions: these would require what prices should decide.
    """
    place = random_place(seed)
    if seed % 5:
        tables = {name: place.tables[name].iloc[:0] for name in ("needs", "limits", "targets", "relations", "earmarks")}
        place = place.replace(**tables, services=place.tables["services"].assign(fixed_cost=0.0, minimum_scale=0.0))
    names = list(place.tables["services"]["service"])
    groups = pd.DataFrame({"group": [f"only_{name}" for name in names], "service": names})
    limits = pd.DataFrame({"subject": [f"group:only_{name}" for name in names], "min_volume": 0.0, "max_volume": 1e9})
    return place.replace(
        groups=pd.concat([place.tables["groups"], groups]),
        limits=pd.concat([place.tables["limits"], limits]),
        effects=place.tables["effects"].assign(low=np.nan, high=np.nan),
    )


def explained(seed: int) -> Why:
    """Explain one service of a random place, both of which change from seed to seed, and force more of it."""
    place, rules = varied(random_base(seed % BASES), seed), read_model(MODELS[seed % len(MODELS)])
    names = sorted(place.tables["services"]["service"])
    service = names[seed // BASES % len(names)]
    return why(place, rules, service, force=asked(place, service))


def asked(place: Place, service: str) -> float:
    """Return 0.6 of what a service could reach in the year in which that is least."""
    arrays = compile_place(place)
    own = np.flatnonzero(arrays.deliveries.service == arrays.names.service.code(service))
    share = arrays.services.max_coverage[arrays.names.service.code(service)]
    return 0.6 * float(share * arrays.cells.cases[arrays.deliveries.cell[own]].sum(axis=0).min())


@pytest.mark.parametrize("seed", SEEDS)
def test_explanations_of_random_places_hold_by_fresh_solves(seed: int) -> None:
    """Parts add up to the net, thresholds hold on both sides, and a forced volume costs what is said."""
    found = explained(seed)
    assert_adds_up(found)
    assert_thresholds_hold(found)
    assert_forced(found)


def assert_adds_up(found: Why) -> None:
    """Check parts against the net, to 1e-9 of what is added up; and that no volume could be moved with gain."""
    worth = found.worth
    size = np.bincount(worth.terms.cell, np.abs(worth.terms.value), len(worth.net))
    assert np.abs(worth.by_group().sum(axis=1) - worth.net) == pytest.approx(0, abs=1e-9 * size.max(initial=1.0))
    assert sorted(group for groups in SHOWN_APART.values() for group in groups) == list(range(len(GROUPS)))
    room = 1e-6 * np.maximum(size, 1e-9)
    more, less = worth.units < (1 - 1e-6) * worth.most, worth.units > 1e-6 * worth.most
    if not found.conditional:
        assert (worth.net[more] <= room[more]).all()
    assert (worth.net[less] >= -room[less]).all()


def times(place: Place, service: str, what: str, factor: float) -> Place:
    """Return a place in which all costs or all effects of a service are multiplied, written into its tables."""
    columns = {"unit cost": ("services.unit_cost", "services.capital_cost", "costs.amount")}
    for name in columns.get(what, ("effects.effect",)):
        table, column = name.split(".")
        frame = place.tables[table]
        place = place.with_figures(table, column, frame[column] * np.where(frame["service"] == service, factor, 1.0))
    return place


def with_limit(place: Place, service: str, side: str, volume: float) -> Place:
    """Return a place with another figure in the limit that is on one service alone."""
    limits = place.tables["limits"]
    figures = limits[side].where(limits["subject"] != f"group:only_{service}", volume)
    return place.with_figures("limits", side, figures)


def best(place: Place, rules: Model) -> float:
    """Return the worth of the best plan by a fresh solve, the choice among plans of that worth left open."""
    return answer_arrays(Run(SolveOptions()), compile_place(place), rules).objective


def gain_of(place: Place, found: Why) -> tuple[float, float]:
    """Return what the best plan is worth more than the best without the service, by fresh solves, and its worth."""
    worth = best(place, found.plan.model)
    without = best(with_limit(place, found.service, "max_volume", 0.0), found.plan.model)
    return worth - without, abs(worth)


def assert_thresholds_hold(found: Why) -> None:
    """Check that it is in on one side and out on the other; and that what is required has no plan without it."""
    place = found.plan.place
    if found.conditional:
        return
    if found.footing.required is not None:
        with pytest.raises(InfeasibleError):
            best(with_limit(place, found.service, "max_volume", 0.0), found.plan.model)
        return
    gain, worth = gain_of(place, found)
    assert found.footing.adds == pytest.approx(gain, abs=1e-8 * worth)
    for threshold in (found.footing.cost, found.footing.effects):
        if threshold is None:
            continue
        turned = threshold.factor + 0.01 * threshold.change if 1e-3 < threshold.factor < 999 else threshold.factor
        before = threshold.before - 0.01 * (threshold.before - 1.0)
        for factor, inside in ((turned, found.funded != threshold.turns), (before, found.funded)):
            gain, worth = gain_of(times(place, found.service, threshold.what, factor), found)
            # Near the tie that counts as none, either is right.
            assert gain > 1e-11 * worth if inside else gain < 1e-9 * worth, (threshold, factor, gain, worth)


@pytest.mark.parametrize("service", ["housing_first", "extra_care_housing", "home_adaptation"])
def test_thresholds_of_riverside_hold_by_fresh_solves(service: str) -> None:
    """Revenue and capital cost, or every effect, written into the tables: some on one side, none on the other."""
    place, rules = read_place("riverside"), read_model("aligned")
    place = place.replace(effects=place.tables["effects"].assign(low=np.nan, high=np.nan))
    found = why(place, rules, service)
    for threshold in (found.footing.cost, found.footing.effects):
        assert threshold is not None
        assert threshold.turns
        beyond = threshold.factor + 0.01 * threshold.change
        short = threshold.before - 0.01 * (threshold.before - 1.0)
        for factor, inside in ((beyond, not found.funded), (short, found.funded)):
            plan = solve(times(place, service, threshold.what, factor), rules)
            volume = plan.allocation.query("service == @service")["volume_units"].sum()
            assert (volume > 1e-6) == inside, (threshold, factor, volume)


def assert_forced(found: Why) -> None:
    """Check a forced volume by a least volume; that what is refused cannot be, and the most that can be can."""
    forced, service, rules = found.forced, found.service, found.plan.model
    if isinstance(forced, Refused):
        assert forced.every_year <= forced.most.min() + 1e-9
        with pytest.raises(InfeasibleError):
            best(with_limit(found.plan.place, service, "min_volume", 1.001 * forced.every_year + 1e-3), rules)
        best(with_limit(found.plan.place, service, "min_volume", 0.999 * forced.every_year), rules)
        return
    assert forced is not None
    delivered = forced.after.allocation.query("service == @found.service").groupby("year")["volume_units"].sum()
    assert (delivered >= forced.volume * (1 - 1e-6)).all()
    apart = 2e-3 if found.conditional else 1e-7
    fresh = best(with_limit(found.plan.place, service, "min_volume", forced.volume), rules)
    assert forced.after.objective == pytest.approx(fresh, rel=apart)
    assert forced.value == pytest.approx(forced.after.value - found.plan.value)
    assert forced.after.objective <= found.plan.objective + apart * abs(found.plan.objective)
