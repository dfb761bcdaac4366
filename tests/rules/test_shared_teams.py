"""Shared teams, a part of the rule on scale: one hub in place of a team for each agency."""

from __future__ import annotations

import pytest

from commission_opt.model.model import Model
from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.plan.solve import SolveOptions, solve_arrays
from tests.tiny import POT, model, rows, solved, tiny

SHARED = model(scale={"shared_teams": True}, pooling=POT)
APART = model(scale={}, pooling=POT)


def payroll(cost: float = 50, set_up: float = 20, closing: tuple[float, float] = (0, 10), **changes: object) -> Place:
    """Return the tiny place with a hub of the council, and teams of 40 and 60 a year."""
    return tiny(
        hubs=rows("hub agency cost set_up_cost", ("payroll", "council", cost, set_up)),
        teams=rows(
            "hub agency cost closure_cost",
            ("payroll", "council", 40, closing[0]),
            ("payroll", "nhs", 60, closing[1]),
        ),
        **changes,
    )


def test_a_hub_replaces_the_teams_that_cost_more() -> None:
    """100 come back; 50 for the hub, 20 to set it up, 10 to close: 20 more, so 126 clinic. Next year 50 more: 127.5."""
    plan = solved(payroll(years=[2026, 2027]), SHARED)
    assert plan.total("hub") == pytest.approx(2)
    assert plan.total("team closed") == pytest.approx(4)
    assert plan.volume("clinic", year="2026") == pytest.approx(126)
    assert plan.volume("clinic", year="2027") == pytest.approx(127.5)


def test_a_hub_that_costs_more_than_it_spares_stays_closed() -> None:
    """120 against 100."""
    plan = solved(payroll(cost=120), SHARED)
    assert plan.total("hub") == pytest.approx(0)
    assert plan.value == pytest.approx(4000)


def test_a_team_too_dear_to_close_stays_beside_the_hub() -> None:
    """Closing the council's costs 100 for 40; the NHS's 60 - 10 pay for a hub of 20: 30 more."""
    plan = solved(payroll(cost=20, set_up=0, closing=(100, 10)), SHARED)
    assert plan.total("team closed", agency="council") == pytest.approx(0)
    assert plan.total("team closed", agency="nhs") == pytest.approx(1)
    assert plan.value == pytest.approx(2530 / 20 * 32)


def test_without_a_pot_the_agency_that_runs_it_pays() -> None:
    """The council has 500 + 40 - 70 for visits, the NHS 2,000 + 50: together better off, the council worse."""
    plan = solved(payroll(), model(scale={"shared_teams": True}))
    assert plan.volumes() == pytest.approx((47, 102.5, 0))


def test_a_closed_team_stays_closed_so_the_hub_has_to_last() -> None:
    """In the second year the council has 40 for a hub of 50: it cannot open in the first year either."""
    funding = rows(
        "stream year agency amount", ("c", "2026", "council", 500), ("c", "2027", "council", 0), ("n", "", "nhs", 2000)
    )
    place = payroll(years=[2026, 2027], funding=funding)
    assert solved(place, model(scale={"shared_teams": True})).value == pytest.approx(3700 + 3200)
    cheaper = place.replace(hubs=rows("hub agency cost", ("payroll", "council", 40)))
    assert solved(cheaper, model(scale={"shared_teams": True})).value > 3700 + 3200 + 1


def test_a_hub_that_costs_what_the_teams_cost_changes_nothing() -> None:
    """100 for 100."""
    assert solved(payroll(cost=100, set_up=0, closing=(0, 0)), SHARED).value == pytest.approx(4000)


@pytest.mark.parametrize(
    "rules", [APART, model(scale={"shared_teams": True}, silos={}, pooling={"powers": "lead"})], ids=["kept", "alone"]
)
def test_where_teams_are_not_shared_or_agencies_plan_alone_nothing_is_added(rules: Model) -> None:
    """The same program as without the tables, and a note."""
    with_hubs, without = solved(payroll(), rules), solved(tiny(), rules)
    assert with_hubs.labels == without.labels
    assert len(with_hubs.formulation.program.whole) == 0
    note = "Every agency keeps its own teams: hubs open only where a model shares them."
    assert note in with_hubs.formulation.notes


def test_dearer_hubs_are_never_better() -> None:
    """The more it costs to run or to set up, the less there is for all else."""
    for worth in (
        [solved(payroll(cost=cost), SHARED).value for cost in (0, 30, 60, 90)],
        [solved(payroll(set_up=cost), SHARED).value for cost in (0, 20, 39, 60)],
    ):
        assert worth == sorted(worth, reverse=True)
        assert worth[0] > worth[-1]


def test_a_team_whose_cost_could_come_back_to_no_stream_stays() -> None:
    """All the NHS's money is ring-fenced: only the council's 40 come back, less than a hub of 50."""
    place = payroll(
        funding=rows("stream agency amount ring_fence", ("c", "council", 500, ""), ("n", "nhs", 2000, "clinics")),
        ring_fences=rows("ring_fence service", ("clinics", "clinic")),
    )
    plan = solved(place, SHARED)
    assert plan.total("team closed", agency="nhs") == pytest.approx(0)
    assert plan.total("hub") == pytest.approx(0)
    assert any("The team of nhs that payroll could replace stays" in note for note in plan.formulation.notes)


def test_the_ledger_shows_what_came_back_and_who_paid_for_the_hub() -> None:
    """2,500 + 40 + 60 - 10 are spent or left; 70 of them on the hub, which the council leads."""
    plan = solve_arrays(compile_place(payroll()), SHARED, SolveOptions())
    assert plan.funding["amount_money"].sum() == pytest.approx(2590)
    assert plan.funding.loc[plan.funding["use"] == "hub", "amount_money"].sum() == pytest.approx(70)
    agencies = plan.agencies.set_index("agency")
    assert agencies["savings_money"].to_dict() == pytest.approx({"council": 40, "nhs": 50})
    assert agencies.loc["council", "led_spend_money"] == pytest.approx(70)
    assert agencies["net_money"].sum() == pytest.approx(90)


def test_what_comes_back_counts_where_net_money_is_promised() -> None:
    """The council may give what came back to it, 40, to the clinic: (2,050 + 40) / 20; its other 430 buy visits."""
    rules = model(scale={"shared_teams": True}, pooling=POT, guarantees={"theta": None, "theta_money": 0})
    plan = solve_arrays(compile_place(payroll()), rules, SolveOptions())
    volumes = plan.allocation.groupby("service")["volume_units"].sum()
    assert volumes.to_dict() == pytest.approx({"visits": 43, "clinic": 104.5, "ward": 0}, rel=1e-5)
    assert plan.agencies.set_index("agency").loc["council", "net_money"] == pytest.approx(0, abs=0.01)
