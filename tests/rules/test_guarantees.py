"""Guarantees: no agency worse off together than alone."""

from __future__ import annotations

from itertools import pairwise

import pytest

from commission_opt.model.model import Model
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.plan.alone import alone_by, siloed_twin
from commission_opt.plan.plan import Plan
from commission_opt.plan.solve import formulate, solve
from commission_opt.program.text import program_text
from tests.random_places import random_place
from tests.tiny import POT, effects, model, rows, tiny


def promised(pooling: dict[str, object] = POT, **settings: object) -> Model:
    """Return a model of one pot with guarantees."""
    kept = {name: value for name, value in settings.items() if value is not None}
    rules = model(coverage={}, guarantees=kept, pooling=pooling)
    if "theta" in settings and settings["theta"] is None:
        changed = [
            rule.model_copy(update={"theta": None}) if rule.kind == "guarantees" else rule for rule in rules.rules
        ]
        rules = rules.model_copy(update={"rules": tuple(changed)})
    return rules


def volumes(plan: Plan) -> tuple[float, float, float]:
    """Units of visits, clinic and ward."""
    found = plan.allocation.groupby("service")["volume_units"].sum()
    return tuple(float(found.get(name, 0.0)) for name in ("visits", "clinic", "ward"))


def unbound(place: Place) -> Plan:
    """Return the plan of one pot without guarantees: all 2,500 in 125 clinics, worth 4,000, and no safe at all."""
    return solve(place, model(coverage={}, pooling=POT))


def test_alone_the_council_has_its_safe_and_the_nhs_what_both_bring() -> None:
    """Visits 50: 100 safe for the council; the NHS values well at 2: 2 x (200 + 1,600)."""
    alone = alone_by(solve(tiny(), siloed_twin(promised())))
    assert alone.own_outcomes == pytest.approx([100, 3600])
    assert alone.net_money == pytest.approx([0, 0])


def test_an_agency_keeps_its_own_outcomes() -> None:
    """The council's 100 safe take 50 visits out of the pot: 500 + 2,000 x 1.6."""
    assert unbound(tiny()).value == pytest.approx(4000)
    plan = solve(tiny(), promised(theta=0))
    assert volumes(plan) == pytest.approx((50, 100, 0), rel=1e-6)
    assert plan.value == pytest.approx(3700)


def test_part_of_a_promise_needs_part_of_the_money() -> None:
    """80 safe by 40 visits at 400; 2,100 in clinics."""
    plan = solve(tiny(), promised(theta=0.2))
    assert plan.value == pytest.approx(400 + 2100 * 1.6)


def test_price_of_a_promise_is_what_it_costs_the_place() -> None:
    """A further safe is half a visit: 5 pounds at 0.6 less each."""
    prices = solve(tiny(), promised(theta=0.2)).prices.set_index("label")
    assert prices.loc["guarantees.own_outcomes[council]", "price"] == pytest.approx(-3)
    assert "promised to council" in prices.loc["guarantees.own_outcomes[council]", "sentence"]


@pytest.mark.parametrize("settings", [{"theta": 1}, {"theta": None}, {"theta": None, "theta_money": 1}])
def test_a_promise_of_nothing_changes_nothing(settings: dict[str, object]) -> None:
    """Neither of outcomes nor of money."""
    assert solve(tiny(), promised(**settings)).value == pytest.approx(4000)


def test_net_money_keeps_what_agencies_put_in_on_what_they_lead() -> None:
    """Nothing may leave the council: 500 on visits as alone; a tenth of the council's 500 and all the NHS's may go."""
    plan = solve(tiny(), promised(theta=None, theta_money=0))
    assert plan.value == pytest.approx(3700)
    plan = solve(tiny(), promised(theta=None, theta_money=0.1))
    assert volumes(plan) == pytest.approx((45, 102.5, 0), rel=1e-6)
    assert plan.agencies.set_index("agency")["net_money"]["council"] == pytest.approx(-50, abs=0.01)


def test_savings_count_as_money_that_comes_back() -> None:
    """A clinic saves the council 2 pounds, half of it in cash: 125 clinics give 125 back against 500 put in."""
    savings = rows("service agency amount cashable_share", ("clinic", "council", 2, 0.5))
    place = tiny(savings=savings)
    plan = solve(place, promised(theta=None, theta_money=0.1))
    net = plan.agencies.set_index("agency")["net_money"]
    # Alone the council has 50 back from the NHS's clinics beyond today's 50 clinics, so 50 - 50 is the least.
    assert net["council"] == pytest.approx(0, abs=0.02)
    late = tiny(savings=savings.assign(lag=1))
    assert solve(late, promised(theta=None, theta_money=0)).value == pytest.approx(3700)


def test_loosening_never_harms() -> None:
    """Outcomes and money."""
    outcomes = [solve(tiny(), promised(theta=theta / 4)).value for theta in range(5)]
    money = [solve(tiny(), promised(theta=None, theta_money=theta / 4)).value for theta in range(5)]
    for worth in (outcomes, money):
        assert all(later >= earlier - 1e-6 for earlier, later in pairwise(worth))
        assert worth[-1] == pytest.approx(4000)


def test_promises_hold_over_areas_cohorts_and_years() -> None:
    """The same place in two areas, two cohorts and two years: twice the value."""
    place = tiny(
        areas=rows("area population", ("north", 500), ("south", 500)),
        demand=rows("need cohort cases", ("falls", "old", 150), ("falls", "young", 50), ("illness", "old", 60)),
        years=[2026, 2027],
    )
    assert solve(place, promised(theta=0)).value == pytest.approx(2 * 3700)


def test_own_weights_say_what_an_agency_is_promised() -> None:
    """A council that values well at 1 and nothing else has 200 of its own alone; clinics bring that and more."""
    own = rows("agency outcome weight", ("council", "safe", 0), ("council", "well", 1))
    plan = solve(tiny(own_weights=own), promised(theta=0))
    assert plan.value == pytest.approx(4000)


def test_promises_are_measured_up_to_the_ceilings_that_hold_together() -> None:
    """No promise beyond what exists: what agencies have alone is always possible together."""
    outcomes = rows(
        "outcome unit weight agency ceiling", ("safe", "units", 1, "council", 0.2), ("well", "units", 2, "nhs", 4)
    )
    place = tiny(
        outcomes=outcomes,
        effects=effects(
            *(
                (*cells, 0, 0)
                for cells in (
                    ("visits", "safe", 2),
                    ("visits", "well", 4),
                    ("clinic", "well", 16),
                    ("ward", "well", 20),
                )
            )
        ),
    )
    rules = model(coverage={}, ceilings={}, guarantees={"theta": 0}, pooling=POT)
    assert solve(place, rules).certificate.gap <= 1e-6


def test_the_program_that_is_written_down_holds_the_promises() -> None:
    """So that another solver finds the same plan."""
    program = formulate(tiny(), promised(theta=0))
    labels = [program.row_label(at) for at in range(program.shape[0])]
    at = labels.index("guarantees.own_outcomes[nhs]")
    assert program.row_lower[at] == pytest.approx(3600)


def test_agencies_that_plan_alone_are_promised_nothing() -> None:
    """Their own plan is the yardstick."""
    rules = model(silos={}, guarantees={}, coverage={}, pooling={"powers": "lead"})
    free = model(silos={}, coverage={}, pooling={"powers": "lead"})
    assert solve(tiny(), rules).value == pytest.approx(solve(tiny(), free).value)


FEWER_VISITS = rows("service volume", ("visits", 30), ("clinic", 50), ("ward", 20))
"""Today the council has 60 safe; the NHS values well at 2: 2 x (120 + 800 + 400) = 2,640."""


def test_a_member_of_a_board_may_refuse_what_leaves_it_worse_off_than_today() -> None:
    """The council's 60 safe take 30 visits at 300 out of the pot; 2,200 buy clinics at 1.6 a pound."""
    plan = solve(tiny(baseline=FEWER_VISITS), promised(against="today"))
    assert volumes(plan) == pytest.approx((30, 110, 0), rel=1e-6)
    assert plan.value == pytest.approx(300 + 2200 * 1.6)
    price = plan.prices.set_index("label").loc["guarantees.own_outcomes[council]"]
    assert price["price"] == pytest.approx(-3)
    assert price["sentence"] == "one more unit of value of its own outcomes promised to council"


def test_those_who_are_no_members_are_promised_nothing() -> None:
    """An NHS alone on the board refuses nothing of 4,000; a kind that the place does not have is named."""
    assert solve(tiny(), promised(against="today", members=("nhs",))).value == pytest.approx(4000)
    assert solve(tiny(), promised(against="today", members=("council",))).value == pytest.approx(3700)
    assert solve(tiny(), promised(members=("council",), theta_money=0)).value == pytest.approx(3700)
    plan = solve(tiny(), promised(against="today", members=("police",)))
    assert plan.value == pytest.approx(4000)
    assert any("no agency of kind 'police'" in note for note in plan.notes)


def test_today_nobody_pays_for_others() -> None:
    """At no loss of money the council's 500 stay on what it leads, at a tenth 50 may go, whatever is done today."""
    place = tiny(baseline=FEWER_VISITS)
    assert solve(place, promised(against="today", theta=None, theta_money=0)).value == pytest.approx(3700)
    plan = solve(place, promised(against="today", theta=None, theta_money=0.1))
    assert volumes(plan) == pytest.approx((45, 102.5, 0), rel=1e-6)


def test_savings_count_beyond_todays_in_a_promise_of_money() -> None:
    """Fifty clinics save the council 50 today; visits and what further clinics save have to make up its 500."""
    place = tiny(savings=rows("service agency amount cashable_share", ("clinic", "council", 2, 0.5)))
    plan = solve(place, promised(against="today", theta=None, theta_money=0))
    # v visits and x clinics on 10 v + 20 x = 2,500 with 10 v + x - 50 = 500.
    clinic = (2500 - 500 - 50) / 19
    assert volumes(plan) == pytest.approx((55 - clinic / 10, clinic, 0), rel=1e-6)
    assert plan.agencies.set_index("agency")["net_money"]["council"] == pytest.approx(0, abs=0.02)


def test_today_counts_up_to_the_ceilings_and_tranche_after_tranche() -> None:
    """Fifty visits reach their first 40 at full effect, 10 at half: 90 safe; a ceiling of 0.4 a case leaves 80."""
    returns = rows("service tranche share effectiveness", ("visits", 1, 0.2, 1), ("visits", 2, 0.8, 0.5))
    outcomes = rows(
        "outcome unit weight agency ceiling", ("safe", "units", 1, "council", 0.4), ("well", "units", 2, "nhs", "")
    )
    for sections, safe in (({"returns": {}}, 90), ({"returns": {}, "ceilings": {}}, 80)):
        rules = model(guarantees={"against": "today"}, pooling=POT, **sections)
        program = formulate(tiny(returns=returns, outcomes=outcomes), rules)
        labels = [program.row_label(at) for at in range(program.shape[0])]
        assert program.row_lower[labels.index("guarantees.own_outcomes[council]")] == pytest.approx(safe)


def test_what_is_done_today_is_never_refused() -> None:
    """Random places keep today's promises under the single pot, and a board of more members is worth no more."""
    for seed in (0, 2, 5):
        place = random_place(seed)
        board = read_model("single_pot").set("guarantees.against", "today")
        free = solve(place, read_model("single_pot")).value
        one, every = (solve(place, board.set("guarantees.members", who)).value for who in (["nhs"], "all"))
        rounding = 3e-6 * max(1.0, abs(free))
        assert solve(place, read_model("status_quo")).value - rounding <= every <= one + rounding
        assert one <= free + rounding


def test_without_a_baseline_nothing_is_promised_against_today() -> None:
    """Very same program as without the rule, and the plan says so."""
    place = tiny(baseline=rows("service volume"))
    rules = promised(against="today")
    plan = solve(place, rules)
    assert plan.value == pytest.approx(4000)
    assert any("no baseline" in note for note in plan.notes)
    without = rules.set("guarantees.enabled", False)
    assert program_text(formulate(place, rules)) == program_text(formulate(place, without))
