"""Savings: money that comes back, once, after its lag, as far as it can be cashed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from commission_opt.errors import PlaceError
from commission_opt.model.formulate import formulate
from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.plan.solve import SolveOptions, solve_arrays
from tests.tiny import PLACE, POT, model, rows, solved, tiny

NO_BASELINE = PLACE.table("baseline").head(0)


def saving(*cells: tuple[str | float, ...], **changes: object) -> Place:
    """Return the tiny place over two years with savings, and no volumes today."""
    table = rows("service agency amount cashable_share lag", *cells)
    return tiny(**({"savings": table, "years": [2026, 2027], "baseline": NO_BASELINE} | changes))


def test_cash_comes_back_after_its_lag_and_is_spent_again() -> None:
    """50 visits save the NHS 8 each, half of it in cash, a year later: 200 more buys 10 clinic, worth 320."""
    plan = solved(saving(("visits", "nhs", 8, 0.5, 1)), model(savings={}))
    assert plan.volume("clinic", year="2026") == pytest.approx(100)
    assert plan.volume("clinic", year="2027") == pytest.approx(110)
    assert plan.value == pytest.approx(2 * 3700 + 320)


def counted(place: Place, fiscal: float, table: str = "savings", outcome: str = "well") -> Place:
    """Return a place where the weight of well, 2, counts that much public money, which a table brings back."""
    outcomes = place.table("outcomes").assign(fiscal_value=[0, fiscal])
    return place.replace(outcomes=outcomes, **{table: place.table(table).assign(outcome=outcome)})


def test_money_that_comes_back_is_not_counted_twice() -> None:
    """50 visits bring 200 back in the second year, worth 320 as clinic; the 200 leave the value of well."""
    place = counted(saving(("visits", "nhs", 8, 0.5, 1)), 1.0)
    plan = solved(place, model(savings={}))
    assert plan.value == pytest.approx(2 * 3700 + 320 - 200)
    whole = solve_arrays(compile_place(place), model(savings={}), SolveOptions())
    assert whole.recouped == pytest.approx(200)
    assert whole.value == pytest.approx(2 * 3700 + 320 - 200)
    assert whole.outcomes["value"].sum() == pytest.approx(2 * 3700 + 320)


def test_what_today_saves_anyway_stays_in_the_value() -> None:
    """50 visits are today's, so nothing comes back and nothing is taken from 3,700."""
    place = counted(saving(("visits", "nhs", 8, 1, 0), baseline=PLACE.table("baseline"), years=[2026]), 1.0)
    plan = solve_arrays(compile_place(place), model(savings={}), SolveOptions())
    assert plan.recouped == pytest.approx(0)
    assert plan.value == pytest.approx(3700)


def test_an_outcome_that_is_all_public_money_pays_once() -> None:
    """Clinic gains 32, all of it money that comes back in full a year later: what counts is what it then buys.

    Any 62.5 clinic or more in the first year bring back the 2,000 that fill the second year's demand: 200 clinic.
    """
    effects = rows("service outcome effect", ("clinic", "well", 16))
    place = counted(saving(("clinic", "nhs", 32, 1, 1), effects=effects), 2.0)
    plan = solve_arrays(compile_place(place), model(savings={}), SolveOptions())
    assert plan.value == pytest.approx(200 * 32)


def test_what_cannot_be_cashed_changes_nothing() -> None:
    """A cashable share of 0 is the place without the row."""
    place = saving(("visits", "nhs", 8, 0, 0))
    assert solved(place, model(savings={})).value == pytest.approx(solved(place, model()).value)


def test_what_comes_back_after_the_last_year_is_not_spent() -> None:
    """A lag of two years in a place of two years."""
    assert solved(saving(("visits", "nhs", 8, 1, 2)), model(savings={})).value == pytest.approx(2 * 3700)


def test_only_what_goes_beyond_today_comes_back() -> None:
    """50 visits are today's: their savings are in the money already; clinic 100 for 50 saves 50 * 2 at once.

    2,000 + 2 (c - 50) = 20 c, so c = 1,900 / 18.
    """
    place = saving(("visits", "nhs", 8, 1, 0), baseline=PLACE.table("baseline"), years=[2026])
    assert solved(place, model(savings={})).value == pytest.approx(3700)
    own = saving(("clinic", "nhs", 2, 1, 0), baseline=PLACE.table("baseline"), years=[2026])
    assert solved(own, model(savings={})).volume("clinic") == pytest.approx(1900 / 18)


def test_less_than_today_takes_money_away() -> None:
    """No visits where there were 50: the NHS misses 50 * 8, so 80 clinic."""
    place = saving(("visits", "nhs", 8, 1, 0), baseline=PLACE.table("baseline"), years=[2026]).replace(
        limits=rows("subject max_volume", ("visits", 0))
    )
    assert solved(place, model(savings={}, duty={})).volume("clinic") == pytest.approx(80)


def test_more_savings_are_never_worse() -> None:
    """Money is never worth less than nothing."""
    worth = [solved(saving(("visits", "nhs", 8, share, 0)), model(savings={})).value for share in (0, 0.2, 0.7, 1)]
    assert worth == sorted(worth)
    assert worth[0] < worth[-1]


def test_cash_goes_to_the_largest_revenue_stream_without_a_ring_fence() -> None:
    """Not into the larger grant inside its fence, nor into capital."""
    funding = rows(
        "stream agency kind amount ring_fence",
        ("council_money", "council", "revenue", 500, ""),
        ("nhs_small", "nhs", "revenue", 100, ""),
        ("nhs_money", "nhs", "revenue", 900, ""),
        ("nhs_grant", "nhs", "revenue", 1000, "ward_grant"),
        ("nhs_estate", "nhs", "capital", 5000, ""),
    )
    place = saving(
        ("visits", "nhs", 8, 1, 0), funding=funding, ring_fences=rows("ring_fence service", ("ward_grant", "ward"))
    )
    income = solved(place, model(savings={}, ring_fences={})).formulation.money.income
    streams = {place_stream(place, code) for code in income.gathered()[0].tolist()}
    assert streams == {"nhs_money"}


def place_stream(place: Place, code: int) -> str:
    """Return the name of a stream."""
    return compile_place(place).names.stream.labels[code]


def test_an_agency_without_such_money_gets_nothing_back() -> None:
    """And the plan says so."""
    funding = rows(
        "stream agency kind amount", ("council_money", "council", "revenue", 500), ("nhs_estate", "nhs", "capital", 9)
    )
    plan = solved(saving(("visits", "nhs", 8, 1, 0), funding=funding), model(savings={}))
    assert any("Savings of nhs come back to nobody" in note for note in plan.formulation.notes)
    assert plan.value == pytest.approx(2 * 500)


def test_a_pot_takes_what_comes_back() -> None:
    """One pot of 2,500 buys 125 clinic at 20, each of which brings the NHS 4 at once: 2,500 / 16."""
    plan = solved(saving(("clinic", "nhs", 4, 1, 0), years=[2026]), model(savings={}, pooling=POT))
    assert plan.volume("clinic") == pytest.approx(2500 / 16)


def test_areas_and_cohorts_all_count() -> None:
    """Volumes of all areas and cohorts together bring back what those of one would."""
    place = saving(("visits", "nhs", 8, 0.5, 1))
    divided = place.replace(
        areas=rows("area population", ("east", 300), ("west", 700)),
        demand=rows("need cohort cases", ("falls", "old", 80), ("falls", "young", 120), ("illness", "", 60)),
    )
    assert solved(divided, model(savings={})).value == pytest.approx(solved(place, model(savings={})).value)


def test_who_plans_alone_counts_on_its_own_savings_only() -> None:
    """The council's visits save the NHS, which does not know; the NHS's clinic saves the NHS, which does."""
    rules = model(silos={}, savings={}, pooling={"powers": "lead"})
    assert solved(saving(("visits", "nhs", 8, 1, 0)), rules).volume("clinic", year="2026") == pytest.approx(100)
    assert solved(saving(("clinic", "nhs", 4, 1, 0)), rules).volume("clinic", year="2026") == pytest.approx(2000 / 16)


def test_one_effect_is_not_counted_twice() -> None:
    """Visits prevent illness, which the NHS meets, and save the NHS money: both rows are named."""
    place = saving(
        ("visits", "nhs", 8, 1, 0),
        prevention=rows("service need cases_averted", ("visits", "illness", 0.1)),
    )
    with pytest.raises(PlaceError, match=r"(?s)'visits, nhs'.*'visits, illness'.*twice.*Delete one"):
        formulate(place, model(savings={}, prevention={}))


def test_different_effects_of_one_service_are_two() -> None:
    """Visits prevent illness, which the NHS meets, and save the council money of another kind."""
    place = saving(
        ("visits", "council", 2, 1, 0), prevention=rows("service need cases_averted", ("visits", "illness", 0.1))
    )
    assert solved(place, model(savings={}, prevention={})).volume("visits", year="2026") == pytest.approx(500 / 8)


@pytest.mark.parametrize("pooling", [{}, POT])
def test_ledgers_balance_to_the_penny_with_what_came_back(pooling: dict[str, object]) -> None:
    """What each agency's streams spend and leave is what they were given and what came back, in whole pence."""
    table = ("visits", "nhs", 8, 1 / 3, 1), ("clinic", "nhs", 1, 1 / 7, 0), ("clinic", "council", 1, 1 / 9, 0)
    place = saving(*table, baseline=PLACE.table("baseline"))
    plan = solve_arrays(compile_place(place), model(savings={}, pooling=pooling), SolveOptions())
    agencies = plan.agencies.set_index("agency")
    used = plan.funding.groupby("agency")["amount_money"].sum()
    given = pd.Series({"council": 2 * 500.0, "nhs": 2 * 2000.0})
    back = agencies["savings_money"]
    assert abs(back["nhs"]) > 1
    assert np.abs((used - given - back)[["council", "nhs"]]).max() < 1e-6
    spent = plan.funding[plan.funding["use"] == "service"].groupby("agency")["amount_money"].sum()
    assert agencies["put_in_money"].to_dict() == pytest.approx(spent.to_dict(), abs=1e-9)
    assert agencies["led_spend_money"].sum() == pytest.approx(agencies["put_in_money"].sum(), abs=1e-9)
    assert agencies["net_money"].sum() == pytest.approx(back.sum(), abs=1e-6)
