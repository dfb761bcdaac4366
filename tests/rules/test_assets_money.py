"""Money of sites: rent comes back every year, closing costs once, a receipt is capital and comes later."""

from __future__ import annotations

import pytest

from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.plan.solve import SolveOptions, solve_arrays
from tests.rules.estate import ROOMS, RULES, estate, sites
from tests.tiny import POT, Cell, Solved, model, rows, services, solved, tiny

CAPITAL_POT: dict[str, object] = {"pot": {"partners": "all", "scope": "all", "kinds": ["capital"]}}


def test_closure_is_paid_in_the_year_of_closing_and_rent_comes_back_every_year() -> None:
    """Annex costs 60 to close and brings 50 a year: 49 visits, then 55. In the last year alone it is not worth it."""
    table = sites(
        ("hall", "council", 100, 0, 0, 1, 0, "yes", "no"),
        ("annex", "council", 40, 50, 0, 1, 60, "yes", "no"),
    )
    only_visits = {"sites": table, "accommodation": ROOMS.head(1)}
    plan = solved(tiny(years=[2026, 2027], **only_visits), RULES)
    assert [plan.volume("visits", year=year) for year in ("2026", "2027")] == pytest.approx([49, 55])
    assert plan.total("site closed", site="annex", year="2026") == pytest.approx(1)
    assert solved(tiny(**only_visits), RULES).volume("visits") == pytest.approx(50)


CAPITAL = rows(
    "stream agency kind amount",
    ("council_money", "council", "revenue", 1000),
    ("council_estate", "council", "capital", 200),
    ("nhs_money", "nhs", "revenue", 2000),
    ("nhs_estate", "nhs", "capital", 0),
)


def sale(*cells: tuple[Cell, ...], **changes: object) -> Place:
    """Return the tiny place over three years where a visit costs 4 of capital, of which the council has 200 a year."""
    table = sites(("hall", "council", 100, 0, 0, 1, 0, "yes", "yes"), *cells)
    needs_capital = {"funding": CAPITAL, "services": services(capital_cost=[4, 0, 0]), "years": [2026, 2027, 2028]}
    return tiny(**({"sites": table, "accommodation": ROOMS.head(1)} | needs_capital | changes))


def visits_by_year(plan: Solved) -> list[float]:
    """Units of visits in each year."""
    return [plan.volume("visits", year=year) for year in ("2026", "2027", "2028")]


def test_receipt_buys_capital_two_years_later() -> None:
    """200 / 4 = 50 visits a year; annex, closed at once, is sold for 90 in 2028: 72.5."""
    plan = solved(sale(("annex", "council", 40, 0, 90, 2, 0, "yes", "no")), RULES)
    assert visits_by_year(plan) == pytest.approx([50, 50, 72.5])


def test_receipt_reaches_the_capital_pot() -> None:
    """Lodge is the NHS's, whose capital pays for no visits of its own; in one capital pot it buys 22.5 of them."""
    place = sale(("lodge", "nhs", 40, 0, 90, 2, 0, "yes", "no"))
    assert visits_by_year(solved(place, RULES)) == pytest.approx([50, 50, 50])
    pooled = solved(place, model(assets={}, pooling=CAPITAL_POT))
    assert visits_by_year(pooled) == pytest.approx([50, 50, 72.5])


def test_capital_receipts_never_pay_for_revenue() -> None:
    """5,000 of receipts, and not one unit more of what costs revenue alone, in one pot of each kind either."""
    table = sites(("lodge", "nhs", 40, 0, 5000, 1, 0, "yes", "no"))
    place = tiny(sites=table, years=[2026, 2027], funding=CAPITAL)
    for pooling in ({}, POT):
        assert solved(place, model(assets={}, pooling=pooling)).value == pytest.approx(
            solved(place, model(pooling=pooling)).value
        )


def test_receipt_after_the_last_year_is_not_counted() -> None:
    """A lag of three years in a plan of three: the site brings nothing, stays open, and nothing is decided."""
    plan = solved(sale(("annex", "council", 40, 0, 90, 3, 0, "yes", "no")), RULES)
    assert visits_by_year(plan) == pytest.approx([50, 50, 50])
    assert len(plan.formulation.program.whole) == 0


def test_receipt_needs_capital_money_to_arrive_in() -> None:
    """Without a capital stream of the owner's the plan says that the receipt comes back to nobody."""
    place = sale(("lodge", "nhs", 40, 0, 90, 2, 0, "yes", "no"), funding=CAPITAL.head(3))
    plan = solved(place, model(assets={}, pooling=CAPITAL_POT))
    assert visits_by_year(plan) == pytest.approx([50, 50, 50])
    assert [note for note in plan.formulation.notes if "closing lodge" in note and "nhs has no capital" in note]


@pytest.mark.parametrize("pooling", [{}, POT])
def test_ledgers_balance_to_the_penny_with_what_sites_bring(pooling: dict[str, object]) -> None:
    """What streams spend and leave is what they were given, with 40 1/3 of rent a year and the receipt of 90.01."""
    table = sites(
        ("hall", "council", 100, 0, 0, 1, 0, "yes", "yes"),
        ("annex", "council", 40, 40 + 1 / 3, 90.01, 2, 7.77, "yes", "no"),
    )
    place = sale(sites=table)
    plan = solve_arrays(compile_place(place), model(assets={}, savings={}, pooling=pooling), SolveOptions())
    assert plan.certificate.kind == "solver_bound"
    given = CAPITAL.groupby("agency")["amount"].sum() * 3
    back = plan.agencies.set_index("agency")["savings_money"]
    assert back.to_dict() == pytest.approx({"council": 3 * 40.33 + 90.01, "nhs": 0})
    used = plan.funding.groupby("agency")["amount_money"].sum()
    assert (used - given - back).abs().max() < 1e-6
    assert plan.agencies["put_in_money"].sum() == pytest.approx(plan.agencies["led_spend_money"].sum(), abs=1e-9)
    assert plan.agencies["net_money"].sum() == pytest.approx(back.sum(), abs=1e-6)
    closing = plan.funding[plan.funding["use"] == "site"]
    assert closing["subject"].unique().tolist() == ["site:annex"]
    assert closing["amount_money"].sum() == pytest.approx(7.77)


def test_guarantees_count_what_sites_bring() -> None:
    """Alone the council closes annex and spends the 50: put in 550, led 550, brought 50. Together it still has 50."""
    rules = model(assets={"shared": True}, guarantees={"theta": None, "theta_money": 0.0}, pooling=POT)
    plan = solve_arrays(compile_place(estate()), rules, SolveOptions())
    net = plan.agencies.set_index("agency")["net_money"]
    assert net["council"] >= 50 - 0.01
    assert net["nhs"] >= 200 - 0.01
