"""Planted conflicts are named exactly, with the right shortfall; every repair is possible and as small as can be."""

from __future__ import annotations

import numpy as np
import pytest

from commission_opt.analysis.changes import change
from commission_opt.errors import InfeasibleError
from commission_opt.model.formulate import formulate
from commission_opt.model.model import Model
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.plan.conflict import Conflict
from commission_opt.plan.repair import Repair
from commission_opt.rules.base import PRIORITY
from tests.amount import drawn
from tests.plan.planted import asks, everything, limits, planted
from tests.plan.repairing import cheaper, families, least_of, possible, refusal, repaired, size
from tests.random_places import random_place
from tests.tiny import POT, TABLES, model, rows, services, tiny

WARDS, LIMITS, CLINICS = asks("ward", 50), limits(30), asks("clinic", 40)
PAIRS = [(ask, limit) for ask in WARDS for limit in LIMITS if (ask, limit) != ("max_cut", "max_growth")]
"""A largest cut and a largest growth are shares of the same year before, so they cannot be apart."""


def kinds(conflict: Conflict) -> set[str]:
    """Return the kinds of rows that a conflict names."""
    return {item.label.partition("[")[0] for item in conflict.items}


def assert_sound(place: Place, rules: Model, repairs: tuple[Repair, ...]) -> None:
    """Every repair is possible, less of it is not, and of a kind the smallest is the least; none is there twice."""
    assert repairs
    program = formulate(place, rules)
    labels = [program.row_label(row) for row in range(program.shape[0])]
    smallest: dict[str, float] = {}
    for repair in repairs:
        assert possible(repaired(place, rules, repair)), repair.sentence
        assert repair.gap <= 1e-6
        rows_changed = {label for change in repair.changes for label in change.rows}
        if len(families(repair)) > 1 or not rows_changed or not rows_changed <= set(labels):
            continue
        assert not possible(repaired(place, rules, cheaper(repair, 0.999))), repair.sentence
        assert size(program, repair) == pytest.approx(least_of(program, rows_changed), rel=1e-5, abs=0.011)
        (family,) = families(repair)
        smallest[family] = min(smallest.get(family, np.inf), size(program, repair))
    for family, found in smallest.items():
        of_kind = {label for label in labels if label.startswith(f"{family}[")}
        assert found == pytest.approx(least_of(program, of_kind), rel=1e-5, abs=0.011)
    assert [PRIORITY.index(repair.standing) for repair in repairs] == sorted(
        PRIORITY.index(repair.standing) for repair in repairs
    )
    changed = [frozenset((change.label, change.side) for change in repair.changes) for repair in repairs]
    assert len(set(changed)) == len(changed)


def alone(repairs: tuple[Repair, ...], family: str) -> float:
    """Return the amount of the repair that changes one kind of rule alone."""
    (repair,) = [repair for repair in repairs if families(repair) == {family}]
    return sum(change.amount for change in repair.changes)


@pytest.mark.parametrize(("ask", "limit"), PAIRS)
def test_every_pair_of_rules(ask: str, limit: str) -> None:
    """50 wards asked for and 30 allowed: 20 wards or £1,000 apart, whoever says so."""
    one, other = WARDS[ask], LIMITS[limit]
    place, rules = planted(one, other), everything()
    error = refusal(place, rules)
    assert kinds(error.conflict) == {one.family, other.family}
    assert len(error.conflict.items) == 2
    money = one.unit.startswith("money") or other.unit.startswith("money")
    assert error.conflict.unit.startswith("money") == money
    assert error.conflict.shortfall == pytest.approx(1000 if money else 20)
    assert alone(error.repairs, one.family) == pytest.approx(1000 if one.unit.startswith("money") else 20)
    if limit != "resource":
        assert alone(error.repairs, other.family) == pytest.approx(1000 if other.unit.startswith("money") else 20)
    assert len(error.repairs) == {"stream": 3, "resource": 1}.get(limit, 2)
    assert_sound(place, rules, error.repairs)


@pytest.mark.parametrize("clinic", CLINICS)
@pytest.mark.parametrize("ward", asks("ward", 30))
def test_every_triple_of_two_duties_and_money(ward: str, clinic: str) -> None:
    """30 wards at £50 and 40 clinics at £20 are £2,300; the NHS has £2,000. Either alone could be paid."""
    one, other = asks("ward", 30)[ward], CLINICS[clinic]
    place, rules = planted(one, other, limits(40)["stream"]), everything()
    error = refusal(place, rules)
    assert kinds(error.conflict) == {one.family, other.family, "pooling.stream"}
    assert (error.conflict.shortfall, error.conflict.unit) == (pytest.approx(300), "money a year")
    asked = {item.label.rpartition("[")[2]: item.bound for item in error.conflict.items if item.side == "at least"}
    assert sorted(asked.values()) == [pytest.approx(800), pytest.approx(1500)]
    assert alone(error.repairs, "pooling.stream") == pytest.approx(300)
    assert len(error.repairs) >= 3
    assert_sound(place, rules, error.repairs)


@pytest.mark.parametrize("clinic", CLINICS)
@pytest.mark.parametrize("ward", asks("ward", 30))
def test_every_triple_of_two_duties_and_staff(ward: str, clinic: str) -> None:
    """30 wards and 40 clinics need 70 beds of 60: 10 short, which is £200 of clinics or £500 of wards."""
    one, other = asks("ward", 30)[ward], CLINICS[clinic]
    place, rules = planted(one, other, limits(60)["resource"]), everything()
    error = refusal(place, rules)
    assert kinds(error.conflict) == {one.family, other.family, "resources.available"}
    assert len(error.conflict.items) == 3
    spend = [cost for rule, cost in ((one, 500), (other, 200)) if rule.unit.startswith("money")]
    assert error.conflict.shortfall == pytest.approx(min(spend) if spend else 10)
    assert_sound(place, rules, error.repairs)


def test_minimum_contribution_is_named_and_may_give_way() -> None:
    """£3,000, of which £2,000 must go into a pot for visits, leave £1,000 for 50 wards at £50."""
    place = tiny(
        funding=TABLES["funding"].assign(amount=[500, 3000], minimum_contribution=["", 2000]),
        limits=rows("subject min_volume", ("ward", 50)),
    )
    pot = {"partners": "all", "scope": "tags", "tags": ["home"], "minimum_contributions": True}
    rules = model(pooling={"pot": pot}, duty={})
    error = refusal(place, rules)
    assert kinds(error.conflict) == {"duty.min_volume", "pooling.stream", "pooling.minimum_contribution"}
    assert (error.conflict.shortfall, error.conflict.unit) == (pytest.approx(1500), "money a year")
    assert alone(error.repairs, "pooling.stream") == pytest.approx(1500)
    assert alone(error.repairs, "pooling.minimum_contribution") == pytest.approx(1500)
    assert alone(error.repairs, "duty.min_volume") == pytest.approx(30)
    assert_sound(place, rules, error.repairs)


def test_poolable_share_is_named_and_may_give_way() -> None:
    """50 wards at £50 against the NHS's £1,000 and a fifth of the council's £1,500 in one pot: £1,200 short."""
    place = tiny(
        funding=TABLES["funding"].assign(amount=[1500, 1000], poolable_share=[0.2, 1]),
        limits=rows("subject min_volume", ("ward", 50)),
    )
    rules = model(pooling=POT, duty={})
    error = refusal(place, rules)
    assert kinds(error.conflict) == {"duty.min_volume", "pooling.stream", "pooling.poolable"}
    assert (error.conflict.shortfall, error.conflict.unit) == (pytest.approx(1200), "money a year")
    assert alone(error.repairs, "pooling.poolable") == pytest.approx(1200)
    assert alone(error.repairs, "pooling.stream") == pytest.approx(1200)
    assert alone(error.repairs, "duty.min_volume") == pytest.approx(24)
    assert_sound(place, rules, error.repairs)


def test_ring_fence_is_named_and_may_be_lifted_for_what_is_needed() -> None:
    """30 clinics at £20 with £2,000 inside a fence for wards: £600 of it would do."""
    place = tiny(
        funding=TABLES["funding"].assign(ring_fence=["", "ward_only"]),
        ring_fences=rows("ring_fence service", ("ward_only", "ward")),
        limits=rows("subject min_volume", ("clinic", 30)),
    )
    error = refusal(place, everything())
    assert kinds(error.conflict) == {"duty.min_volume", "ring_fences.outside"}
    assert error.conflict.shortfall == pytest.approx(600)
    fenced = [item for item in error.conflict.items if item.rule == "ring_fences"]
    assert [item.sentence for item in fenced] == ["the ring fence ward_only keeps £2.00k from these services"]
    assert alone(error.repairs, "ring_fences.outside") == pytest.approx(600)
    assert alone(error.repairs, "duty.min_volume") == pytest.approx(30)
    assert "£600 inside the ring fence ward_only may pay for clinic in 2026" in str(error.repairs)
    assert_sound(place, everything(), error.repairs)


def test_ring_fence_inside_a_pot_may_be_lifted() -> None:
    """In one pot: 80 clinics at £20 against the council's £500; £1,100 from inside the fence would do."""
    place = tiny(
        funding=TABLES["funding"].assign(ring_fence=["", "ward_only"]),
        ring_fences=rows("ring_fence service", ("ward_only", "ward")),
        limits=rows("subject min_volume", ("clinic", 80)),
    )
    rules = everything(**POT)
    error = refusal(place, rules)
    assert error.conflict.shortfall == pytest.approx(1100)
    assert alone(error.repairs, "ring_fences.outside") == pytest.approx(1100)
    assert_sound(place, rules, error.repairs)


def test_lifting_a_fence_frees_no_more_money_than_is_spent_on_what_it_may_then_pay_for() -> None:
    """100 visits at £10 against £500 gain nothing if the NHS pays for wards; 40 visits and 6 wards, £700, gain £200."""
    place = tiny(
        funding=TABLES["funding"].assign(ring_fence=["", "clinic_only"]),
        ring_fences=rows("ring_fence service", ("clinic_only", "clinic")),
        funders=rows("service agency", ("ward", "council")),
        limits=rows("subject min_volume", ("visits", 100)),
    )
    error = refusal(place, everything())
    assert alone(error.repairs, "pooling.stream") == pytest.approx(500)
    assert not [repair for repair in error.repairs if "ring_fences.outside" in families(repair)]
    fewer = place.replace(limits=rows("subject min_volume", ("visits", 40), ("ward", 6)))
    repairs = refusal(fewer, everything()).repairs
    assert alone(repairs, "ring_fences.outside") == pytest.approx(200)
    assert_sound(fewer, everything(), repairs)


def test_money_passed_on_comes_before_new_money() -> None:
    """The NHS lacks £1,000 and the council has £2,500 to spare: an agreement alone would do."""
    place = tiny(funding=TABLES["funding"].assign(amount=[2500, 1500]), limits=rows("subject min_volume", ("ward", 50)))
    error = refusal(place, everything())
    first = error.repairs[0]
    assert (first.standing, first.money) == ("political", pytest.approx(1000))
    assert first.sentence == "Council_money passes £1.00k to nhs_money in 2026."
    assert len(error.repairs) >= 3
    assert_sound(place, everything(), error.repairs)


def test_statutory_rules_give_only_what_nothing_else_can() -> None:
    """60 wards asked for, 40 fit the beds, £1,500 pays for 30: 20 fewer wards by law, the other 10 with £500."""
    funding = TABLES["funding"].assign(amount=[0, 1500])
    place = planted(asks("ward", 60)["min_volume"], limits(40)["resource"]).replace(funding=funding)
    error = refusal(place, everything())
    mixed = next(repair for repair in error.repairs if families(repair) == {"duty.min_volume", "pooling.stream"})
    assert {change.rule: change.amount for change in mixed.changes} == {
        "duty": pytest.approx(20),
        "pooling": pytest.approx(500),
    }
    assert mixed.standing == "statutory"
    assert_sound(place, everything(), error.repairs)


def test_money_short_over_years_that_carry() -> None:
    """40 wards at £50 in both years, £1,500 a year that may all be carried: £4,000 against £3,000."""
    place = tiny(
        years=[2026, 2027],
        funding=TABLES["funding"].assign(amount=[0, 1500], carry_forward_share=1),
        limits=rows("subject min_volume", ("ward", 40)),
    )
    error = refusal(place, everything())
    assert error.conflict.shortfall == pytest.approx(1000)
    assert error.conflict.headline.startswith("Money is short in 2026 to 2027: nhs_money has £3.00k")
    assert alone(error.repairs, "pooling.stream") == pytest.approx(1000)
    assert_sound(place, everything(), error.repairs)


def test_carry_that_is_limited_counts_only_as_far_as_it_may() -> None:
    """50 wards in the second year: £1,500 and a tenth of as much from the first, of £2,500."""
    place = tiny(
        years=[2026, 2027],
        funding=TABLES["funding"].assign(amount=[0, 1500], carry_forward_share=0.1),
        limits=rows("subject year min_volume", ("ward", 2027, 50)),
    )
    error = refusal(place, everything())
    assert error.conflict.shortfall == pytest.approx(850)
    assert alone(error.repairs, "pooling.carry_forward") == pytest.approx(850)
    assert_sound(place, everything(), error.repairs)


def test_duty_gives_way_in_all_areas_alike() -> None:
    """60 cases in two areas, 45 and 15, all to be met; £1,500 pays for 30: half of the duty in either."""
    place = tiny(
        areas=rows("area population", ("north", 300), ("south", 100)),
        demand=rows("need area cases", ("falls", "", 200), ("illness", "north", 45), ("illness", "south", 15)),
        needs=rows("need must_meet", ("illness", 1)),
        funding=TABLES["funding"].assign(amount=[0, 1500]),
    )
    error = refusal(place, everything())
    (repair,) = [repair for repair in error.repairs if families(repair) == {"duty.need"}]
    (change,) = repair.changes
    assert dict(zip(change.rows, change.bounds, strict=True)) == {
        "duty.need[illness,north,-,2026]": pytest.approx(22.5),
        "duty.need[illness,south,-,2026]": pytest.approx(7.5),
    }
    assert (change.bound, change.to, change.amount) == (60, pytest.approx(30), pytest.approx(30))
    assert change.label == "duty.need[illness,*,-,2026]"
    assert_sound(place, everything(), error.repairs)


def test_whole_numbers_need_a_whole_repair() -> None:
    """Ten more wards and ten more clinics than today, but one service may change: one more, or ten fewer of either."""
    place = tiny(
        limits=rows("subject min_volume", ("ward", 30), ("clinic", 60)),
        funding=TABLES["funding"].assign(amount=[10_000, 10_000]),
    )
    rules = model(duty={}, transition={"max_changes": 1}, coverage={})
    error = refusal(place, rules)
    assert kinds(error.conflict) == {"duty.min_volume", "transition.max_changes"}
    assert alone(error.repairs, "transition.max_changes") == pytest.approx(1)
    assert alone(error.repairs, "duty.min_volume") == pytest.approx(10)
    for repair in error.repairs:
        assert possible(repaired(place, rules, repair)), repair.sentence


@pytest.mark.parametrize("seed", range(drawn(12, least=4)))
def test_duty_above_the_money_on_random_places(seed: int) -> None:
    """Twice what all streams have has to be spent on one service: whatever is offered is possible and the least."""
    place = random_place(seed)
    amount = 2.0 * float(place.tables["funding"]["amount"].sum())
    whole = place.tables["services"].assign(max_coverage=1.0)
    cheap = whole.assign(unit_cost=whole["unit_cost"].where(whole["service"] != "service_0", amount))
    planted_on = place.replace(services=cheap, limits=rows("subject min_spend", ("service_0", amount)))
    rules = model(duty={}, coverage={}, resources={}, targets={}, relations={})
    error = refusal(planted_on, rules)
    assert error.conflict.shortfall > 0
    assert_sound(planted_on, rules, error.repairs)


def test_where_nothing_is_fenced_no_ring_fence_is_blamed() -> None:
    """What keeps money from a line is then something else; a place without ring fences was refused with a traceback."""
    place, section_75 = change(random_place(12), read_model("section_75"), {"funding.amount": "*0.8"})
    assert place.tables["ring_fences"].empty
    error = refusal(place, section_75)
    assert "ring" not in str(error.conflict)
    assert error.repairs
    assert all(possible(repaired(place, section_75, repair)) for repair in error.repairs)


def test_sentences_use_the_names_that_people_use() -> None:
    """Whatever the place calls a service, an agency, a need."""
    place = tiny(
        services=services(name=["Visits", "Clinic", "Ward for Elders"]),
        needs=rows("need name must_meet", ("illness", "People who are ill", 1)),
        limits=rows("subject min_volume", ("ward", 50)),
        funding=TABLES["funding"].assign(amount=[0, 1500]),
    )
    error = refusal(place, everything())
    told = " ".join([str(error.conflict), *(str(repair) for repair in error.repairs)])
    assert "at least 60 cases of people who are ill have to be met in 2026" in told
    assert "the least volume of Ward for Elders in 2026" in told


def test_repairs_are_worked_out_when_asked_for_and_once() -> None:
    """They cost solves; a conflict alone does not pay for them."""
    asked = []

    def clinic() -> tuple[Repair, ...]:
        asked.append(1)
        return ()

    error = InfeasibleError(Conflict("No.", (), 0.0, ""), clinic)
    assert not asked
    assert (error.repairs, error.repairs, len(asked)) == ((), (), 1)


def test_no_repair_where_only_facts_stand_against_each_other() -> None:
    """Today's 60 wards cost £3,000 and are held: only money could change, and the ceiling on it does."""
    place = tiny(baseline=rows("service volume", ("ward", 60)))
    error = refusal(place, model(baseline={}))
    assert kinds(error.conflict) == {"baseline.volume", "pooling.stream"}
    assert [families(repair) for repair in error.repairs][-1] == {"pooling.stream", "pooling.passed_on"}
    assert alone(error.repairs, "pooling.stream") == pytest.approx(1000)
