"""Devolution: a share of the pot belongs to areas or clusters, and is spent there or nowhere."""

from __future__ import annotations

from itertools import pairwise

import pytest

from commission_opt.errors import ModelError
from commission_opt.model.model import Model
from commission_opt.place import Place
from tests.tiny import POT, Solved, model, rows, solved, tiny


def two_clusters(**changes: object) -> Place:
    """Return a place with falls in the north (180) and few in the south (20), illness in the south; 2,500 of money.

    A pound is worth 1.6 in clinic, 1.0 in visits, 0.8 in ward; the pot alone would leave ward out.
    """
    tables: dict[str, object] = {
        "areas": rows("area cluster population", ("north", "upper", 600), ("south", "lower", 400)),
        "demand": rows("need area cases", ("falls", "north", 180), ("falls", "south", 20), ("illness", "south", 60)),
        "baseline": rows("service volume"),
    }
    return tiny(**{**tables, **changes})


SERVICES_OF_FALLS = rows(
    "service agency need unit unit_cost tags",
    ("visits", "council", "falls", "case", 10, "home"),
    ("clinic", "nhs", "falls", "case", 20, "health"),
)
EFFECTS_OF_FALLS = rows("service outcome effect", ("visits", "safe", 2), ("visits", "well", 4), ("clinic", "well", 16))


def best(place: Place, pooling: dict[str, object] = POT, **settings: object) -> Solved:
    """Solve under coverage and devolution."""
    return solved(place, model(coverage={}, devolution=settings, pooling=pooling))


def test_all_of_the_pot_devolved_is_each_cluster_by_itself() -> None:
    """The north buys 75 clinics with 1,500; the south 20 clinics with 400, and ward with the 600 left."""
    plan = best(two_clusters(), share=1)
    assert plan.value == pytest.approx(2400 + 640 + 480)
    north = tiny(
        services=SERVICES_OF_FALLS,
        effects=EFFECTS_OF_FALLS,
        demand=rows("need cases", ("falls", 180)),
        baseline=rows("service volume"),
        funding=rows("stream agency amount", ("money", "nhs", 1500)),
    )
    south = tiny(
        demand=rows("need cases", ("falls", 20), ("illness", 60)),
        baseline=rows("service volume"),
        funding=rows("stream agency amount", ("money", "nhs", 1000)),
    )
    alone = [solved(place, model(coverage={}, pooling=POT)).value for place in (north, south)]
    assert plan.value == pytest.approx(sum(alone))


def test_nothing_devolved_changes_nothing() -> None:
    """2,500 in clinics are worth 4,000."""
    assert best(two_clusters(), share=0).value == pytest.approx(4000)


def test_a_budget_that_would_be_spent_at_home_anyway_changes_nothing() -> None:
    """The south spends 400 anyway: 0.4 x 2,500 x 0.4."""
    assert best(two_clusters(), share=0.4).value == pytest.approx(4000)
    assert best(two_clusters(), share=0.41).value < 4000 - 1e-3


def test_a_bigger_share_is_never_worth_more() -> None:
    """What a cluster could do with its share, the centre could do for it."""
    worth = [best(two_clusters(), share=share / 10).value for share in range(11)]
    assert all(later <= earlier + 1e-6 for earlier, later in pairwise(worth))


def test_money_that_cannot_be_used_at_home_lapses() -> None:
    """A south of 5 cases uses 100 of clinics out of 1,000: the north has its 1,500, and 900 are left."""
    demand = rows("need area cases", ("falls", "north", 180), ("falls", "south", 5))
    plan = best(two_clusters(demand=demand, services=SERVICES_OF_FALLS, effects=EFFECTS_OF_FALLS), share=1)
    assert 10 * plan.volume("visits") + 20 * plan.volume("clinic") == pytest.approx(1600)
    assert plan.price("devolution.budget[upper,revenue,2026]") == pytest.approx(1.6)


@pytest.mark.parametrize(
    ("formula", "south"),
    [
        ({"population": 1}, 0.4),
        ({"population": 0, "need": 1}, 80 / 260),
        ({"population": 1, "need": 3}, 0.1 + 60 / 260),
    ],
)
def test_money_is_divided_by_the_formula(formula: dict[str, float], south: float) -> None:
    """People 600 and 400, cases 180 and 80, or both mixed."""
    plan = best(two_clusters(), share=0.2, formula=formula)
    labels = plan.labels
    bound = plan.formulation.program.row_upper[labels.index("devolution.budget[lower,revenue,2026]")]
    assert bound == pytest.approx(0.2 * 2500 * south)


def test_deprivation_raises_a_part_of_the_formula() -> None:
    """600 x 1 and 400 x 3."""
    areas = rows("area cluster population equity_weight", ("north", "upper", 600, 1), ("south", "lower", 400, 3))
    plan = best(two_clusters(areas=areas), share=1, formula={"population": 0, "deprivation": 1})
    bound = plan.formulation.program.row_upper[plan.labels.index("devolution.budget[lower,revenue,2026]")]
    assert bound == pytest.approx(2500 * 1200 / 1800)


def test_a_formula_without_parts_is_refused() -> None:
    """Nobody would have anything."""
    with pytest.raises(ModelError, match="at least one part"):
        model(devolution={"formula": {"population": 0}})


def test_areas_may_hold_budgets_themselves() -> None:
    """With one area to a cluster it is the same; without clusters each area stands for itself."""
    areas = rows("area population", ("north", 600), ("south", 400))
    by_area = best(two_clusters(), share=0.7, by="area").value
    assert by_area == pytest.approx(best(two_clusters(), share=0.7).value)
    plan = best(two_clusters(areas=areas), share=0.7)
    assert plan.value == pytest.approx(by_area)
    assert any("no clusters" in note for note in plan.formulation.notes)


def test_years_and_kinds_of_money_have_budgets_of_their_own() -> None:
    """Twice the money and the need, twice the value; capital has a pot and a budget, too."""
    funding = rows(
        "stream agency kind amount",
        ("council_money", "council", "revenue", 500),
        ("nhs_money", "nhs", "revenue", 2000),
        ("works", "nhs", "capital", 70),
    )
    services = two_clusters().table("services").assign(capital_cost=[0, 0, 2])
    place = two_clusters(funding=funding, services=services, years=[2026, 2027])
    plan = best(place, share=1)
    assert plan.volume("ward") == pytest.approx(2 * 12)
    tight = best(place.replace(funding=funding.assign(amount=[500, 2000, 50])), share=1)
    assert tight.volume("ward") == pytest.approx(2 * 10)
    assert tight.price("devolution.budget[lower,capital,2026]") == pytest.approx(20)


def test_carried_money_stays_with_the_centre() -> None:
    """Nothing devolved: what is carried into a better year is as free as without the rule."""
    funding = rows(
        "stream agency amount carry_forward_share", ("council_money", "council", 500, 1), ("nhs_money", "nhs", 2000, 1)
    )
    demand = rows("need area year cases", ("falls", "north", "2026", 20), ("falls", "north", "2027", 500))
    changes = {"funding": funding, "demand": demand, "years": [2026, 2027]}
    place = two_clusters(services=SERVICES_OF_FALLS, effects=EFFECTS_OF_FALLS, **changes)
    free = solved(place, model(coverage={}, pooling=POT)).value
    assert best(place, share=0).value == pytest.approx(free)
    assert best(place, share=0.5).value <= free + 1e-6


def test_without_areas_all_money_stays_at_home() -> None:
    """One area spends everything within its bounds."""
    plan = best(tiny(), share=1)
    assert plan.value == pytest.approx(solved(tiny(), model(coverage={}, pooling=POT)).value)


@pytest.mark.parametrize("rules", [model(devolution={}), model(silos={}, devolution={}, pooling={"powers": "lead"})])
def test_without_a_pot_nothing_is_devolved(rules: Model) -> None:
    """Aligned or alone; and the plan says so."""
    plan = solved(two_clusters(), rules)
    assert any("nothing is devolved" in note for note in plan.formulation.notes)
    assert not [label for label in plan.labels if label.startswith("devolution")]
