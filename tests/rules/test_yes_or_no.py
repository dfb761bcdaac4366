"""Relations that ask whether services are open: what one requires, what rules another out, bundles of all or none."""

from __future__ import annotations

import pytest

from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.plan.solve import SolveOptions, solve_arrays
from tests.tiny import PLACE, POT, model, rows, services, solved, tiny

RULES = model(relations={})
POOLED = model(relations={}, pooling=POT)
ALONE = model(relations={}, silos={}, pooling={"powers": "lead"})


def related(*cells: tuple[str | float, ...], **changes: object) -> Place:
    """Return the tiny place with relations, and a group of clinic and ward."""
    return tiny(
        relations=rows("relation subject other ratio double_running", *cells),
        groups=rows("group service", ("new", "clinic"), ("new", "ward")),
        **changes,
    )


def test_what_a_service_requires_has_to_be_there() -> None:
    """20 visits cost 200 of the pot, where clinic alone would be best: (2,500 - 200) / 20 = 115."""
    plan = solved(related(("requires", "clinic", "visits", 20, "")), POOLED)
    assert plan.volumes() == pytest.approx((20, 115, 0))


def test_what_cannot_be_had_closes_what_requires_it() -> None:
    """60 visits cost more than the council's 500: no clinic, so ward 40."""
    assert solved(related(("requires", "clinic", "visits", 60, "")), RULES).volumes() == pytest.approx((50, 0, 40))


def test_one_unit_is_required_where_no_figure_says_more() -> None:
    """1 visit of 10, the rest clinic; of a group any one will do, so clinic is enough for clinic and ward."""
    plan = solved(related(("requires", "clinic", "visits", "", "")), POOLED)
    assert plan.volumes() == pytest.approx((1, 124.5, 0))
    either = solved(related(("requires", "clinic", "group:new", "", "")), POOLED)
    assert either.value == pytest.approx(4000)


def test_services_that_exclude_each_other_are_not_both_open() -> None:
    """100 clinic are worth more than 50 visits and 40 ward; the council's money is left."""
    plan = solved(related(("excludes", "visits", "clinic", "", "")), RULES)
    assert plan.volumes() == pytest.approx((0, 100, 0))


def test_a_side_may_be_several_services() -> None:
    """Visits beside neither clinic nor ward: 3,200 against 500."""
    plan = solved(related(("excludes", "visits", "group:new", "", "")), RULES)
    assert plan.volumes() == pytest.approx((0, 100, 0))
    overlapping = solved(related(("excludes", "need:falls", "group:new", "", "")), RULES)
    assert overlapping.volumes() == pytest.approx((0, 100, 0))


def test_services_on_both_sides_exclude_each_other_once() -> None:
    """Clinic and ward stand on both sides: one row, and one of them open."""
    both = related(("excludes", "group:new", "tag:health", "", ""))
    plan = solved(both, RULES)
    assert len([label for label in plan.labels if label.startswith("relations.excludes")]) == 1
    assert plan.value == pytest.approx(3700)


def test_a_bundle_starts_as_a_whole_and_closes_what_it_replaces() -> None:
    """Without it clinic stays at today's 50: 2,900. With it there are no visits: 100 clinic, 3,200."""
    plan = solved(related(("replaces", "clinic", "visits", 1, "")), RULES)
    assert plan.volumes() == pytest.approx((0, 100, 0))
    assert plan.total("bundle") == pytest.approx(1)


def test_a_bundle_that_cannot_deliver_enough_does_not_start() -> None:
    """Three clinic for each of today's 50 visits are 150; there is money for 100. Parts stay as they are today."""
    plan = solved(related(("replaces", "clinic", "visits", 3, "")), RULES)
    assert plan.volumes() == pytest.approx((50, 50, 20))


def test_all_parts_of_a_bundle_run_at_their_least() -> None:
    """One ward leaves 97.5 clinic: 3,160. At a scale of 10 there are 75: 2,800, less than today's 2,900."""
    bundle = ("replaces", "group:new", "visits", 1, "")
    assert solved(related(bundle), RULES).volumes() == pytest.approx((0, 97.5, 1))
    larger = related(bundle, services=services(minimum_scale=[0, 0, 10]))
    assert solved(larger, RULES).volumes() == pytest.approx((50, 50, 20))


def test_while_both_run_the_old_keeps_what_it_delivers_today() -> None:
    """50 visits and 100 clinic in the first year, 125 clinic in the second; at once it would be 125 and 125."""
    place = related(("replaces", "clinic", "visits", 1, 1), years=[2026, 2027])
    plan = solved(place, POOLED)
    assert [plan.volume("visits", year=year) for year in place.years] == pytest.approx([50, 0])
    assert [plan.volume("clinic", year=year) for year in place.years] == pytest.approx([100, 125])
    at_once = place.replace(relations=place.tables["relations"].assign(double_running=0))
    assert solved(at_once, POOLED).value == pytest.approx(8000)


def test_a_bundle_that_has_started_stays() -> None:
    """In the second year 900 buy 45 clinic, not the 50 that it would have to deliver: it cannot start in the first."""
    funding = rows(
        "stream year agency amount", ("c", "", "council", 500), ("n", "2026", "nhs", 2000), ("n", "2027", "nhs", 900)
    )
    plan = solved(related(("replaces", "clinic", "visits", 1, ""), years=[2026, 2027], funding=funding), RULES)
    assert plan.total("bundle") == pytest.approx(0)
    assert plan.value == pytest.approx(2900 + 500 + 45 * 32)


def test_a_bundle_without_demand_in_a_later_year_never_starts() -> None:
    """All its parts run in every year or it does not begin; the plan says so."""
    demand = rows("need year cases", ("falls", "", 200), ("illness", "2026", 60), ("illness", "2027", 0))
    baseline = rows("service year volume", ("visits", "", 50), ("clinic", "", 50), ("ward", "2026", 20))
    place = related(("replaces", "group:new", "visits", 1, ""), years=[2026, 2027], demand=demand, baseline=baseline)
    plan = solved(place, RULES)
    assert plan.total("bundle") == pytest.approx(0)
    assert any("'replaces group:new visits' never runs" in note for note in plan.formulation.notes)


def test_relations_that_hold_anyway_change_nothing() -> None:
    """100 clinic and 50 visits are a plan under all three."""
    place = related(
        ("requires", "clinic", "visits", 50, ""),
        ("excludes", "ward", "clinic", "", ""),
        ("replaces", "clinic", "ward", 5, ""),
    )
    assert solved(place, RULES).value == pytest.approx(3700)


def test_a_place_without_relations_has_the_same_linear_program() -> None:
    """No table, no whole numbers; a ratio alone needs none."""
    with_rule, without = solved(PLACE, RULES), solved(PLACE, model())
    assert with_rule.labels == without.labels
    ratio = solved(related(("at_most", "clinic", "visits", 1.5, "")), RULES)
    assert len(ratio.formulation.program.whole) == 0


@pytest.mark.parametrize(
    ("relation", "figures"),
    [(("requires", "clinic", "visits"), (0, 10, 30, 50)), (("replaces", "clinic", "visits"), (0.5, 2.2, 2.5, 3))],
)
def test_more_that_is_asked_is_never_better(relation: tuple[str, str, str], figures: tuple[float, ...]) -> None:
    """A larger ratio asks for more of the other, or of the bundle."""
    worth = [solved(related((*relation, figure, "")), POOLED).value for figure in figures]
    assert worth == sorted(worth, reverse=True)
    assert worth[0] > worth[-1]


def test_longer_double_running_is_never_better() -> None:
    """Visits take the place of clinic for longer."""
    worth = [
        solved(related(("replaces", "clinic", "visits", 1, years), years=[2026, 2027, 2028]), POOLED).value
        for years in (0, 1, 2)
    ]
    assert worth == sorted(worth, reverse=True)
    assert worth[0] > worth[-1]


def test_agencies_alone_open_nothing_that_needs_another() -> None:
    """No clinic today, so none: ward 40. Open today, it may grow, and the council keeps the 30 visits it requires."""
    closed = related(("requires", "clinic", "visits", 30, ""), baseline=rows("service volume", ("visits", 50)))
    assert solved(closed, ALONE).volumes() == pytest.approx((50, 0, 40))
    indifferent = related(
        ("requires", "clinic", "visits", 30, ""),
        own_weights=rows("agency outcome weight", ("council", "safe", 0)),
    )
    costly = model("net_value", relations={}, silos={}, pooling={"powers": "lead"})
    assert solved(indifferent, costly).volumes() == pytest.approx((30, 100, 0))


def test_agencies_alone_keep_what_is_open_today_of_two_that_exclude_each_other() -> None:
    """Visits and clinic are both open today and go on; where there is no clinic today, none opens."""
    relation = ("excludes", "visits", "clinic", "", "")
    assert solved(related(relation), ALONE).volumes() == pytest.approx((50, 100, 0))
    no_clinic = related(relation, baseline=rows("service volume", ("visits", 50)))
    assert solved(no_clinic, ALONE).volumes() == pytest.approx((50, 0, 40))


def test_agencies_alone_start_only_bundles_of_their_own() -> None:
    """Clinic for the council's visits stays at today's 50; clinic for the NHS's own ward goes up to 100."""
    of_two = solved(related(("replaces", "clinic", "visits", 1, "")), ALONE)
    assert of_two.volumes() == pytest.approx((50, 50, 20))
    own = solved(related(("replaces", "clinic", "ward", 1, "")), ALONE)
    assert own.volumes() == pytest.approx((50, 100, 0))


def test_today_breaks_relations_without_ceasing_to_be_today() -> None:
    """Visits and clinic exclude each other and are both open: named, and valued all the same."""
    plan = solve_arrays(
        compile_place(related(("excludes", "visits", "clinic", "", ""))), model(baseline={}), SolveOptions()
    )
    assert plan.value == pytest.approx(2900)
    broken = [note for note in plan.notes if note.startswith("Today breaks")]
    assert len(broken) == 1
    assert "visits and clinic are not both open in 2026: 'visits excludes clinic'" in broken[0]


def test_areas_and_cohorts_share_one_decision() -> None:
    """The clinic is open for the whole place or not at all."""
    place = related(
        ("excludes", "visits", "clinic", "", ""),
        areas=rows("area population", ("east", 300), ("west", 700)),
        demand=rows("need cohort cases", ("falls", "old", 150), ("falls", "young", 50), ("illness", "", 60)),
    )
    plan = solved(place, RULES)
    assert plan.total("open") == pytest.approx(1)
    assert plan.value == pytest.approx(3200)


def test_the_plan_of_a_bundle_is_certified_and_balances() -> None:
    """By the solver's own bound; the council's 500 are left."""
    plan = solve_arrays(compile_place(related(("replaces", "clinic", "visits", 1, ""))), RULES, SolveOptions())
    assert plan.certificate.kind == "solver_bound"
    assert plan.funding["amount_money"].sum() == pytest.approx(2500)
    assert plan.spend == pytest.approx(2000)
