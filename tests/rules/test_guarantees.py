"""Guarantees: no agency worse off together than alone."""

from __future__ import annotations

from itertools import pairwise

import pytest

from commission_opt.model.model import Model
from commission_opt.place import Place
from commission_opt.plan.alone import alone_by, siloed_twin
from commission_opt.plan.plan import Plan
from commission_opt.plan.solve import formulate, solve
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
