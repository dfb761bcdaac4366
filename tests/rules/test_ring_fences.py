"""Ring fences: what a stream of money must not pay for."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.tiny import POT, model, rows, solved, tiny

FENCE = rows("ring_fence service", ("ward_only", "ward"))


def funding(*fences: tuple[str, str]) -> pd.DataFrame:
    """Return 500 of the NHS's 2,000 in a grant, with its fence by year."""
    grants = [("nhs_grant", year, "nhs", 500, fence) for year, fence in fences]
    general = [("council_money", "", "council", 500, ""), ("nhs_money", "", "nhs", 1500, "")]
    return rows("stream year agency amount ring_fence", *general, *grants)


def test_fenced_money_pays_only_inside_its_fence() -> None:
    """Ward 10 from the grant, clinic 75: 500 + 2,400 + 400; one more pound in the grant is worth 0.8."""
    plan = solved(tiny(funding=funding(("", "ward_only")), ring_fences=FENCE), model(ring_fences={}))
    assert plan.volumes() == pytest.approx((50, 75, 10))
    assert plan.price("pooling.stream[nhs_grant,2026]") == pytest.approx(0.8)


@pytest.mark.parametrize("settings", [None, {"enabled": False}])
def test_without_the_rule_the_grant_is_money_as_any_other(settings: dict[str, object] | None) -> None:
    """Left out and switched off are the same."""
    rules = model() if settings is None else model(ring_fences=settings)
    assert solved(tiny(funding=funding(("", "ward_only")), ring_fences=FENCE), rules).value == pytest.approx(3700)


def test_a_fence_may_end_between_years() -> None:
    """3,300 while it holds, 3,700 after."""
    place = tiny(funding=funding(("2026", "ward_only"), ("2027", "")), ring_fences=FENCE, years=[2026, 2027])
    plan = solved(place, model(ring_fences={}))
    assert plan.volume("ward", year="2026") == pytest.approx(10)
    assert plan.volume("ward", year="2027") == pytest.approx(0)
    assert plan.value == pytest.approx(7000)


def test_a_fence_holds_inside_a_pot() -> None:
    """2,000 buy clinic 100, the grant ward 10; lifted, 2,500 buy clinic 125."""
    place = tiny(funding=funding(("", "ward_only")), ring_fences=FENCE)
    assert solved(place, model(ring_fences={}, pooling=POT)).value == pytest.approx(3600)
    assert solved(place, model(pooling=POT)).value == pytest.approx(4000)


def test_fenced_money_in_a_pot_may_cross_to_another_agency_inside_the_fence() -> None:
    """A grant for clinic and visits: pooled, the council's own 500 may pay for clinic too."""
    fence = rows("ring_fence service", ("ward_only", "clinic"), ("ward_only", "visits"))
    place = tiny(funding=funding(("", "ward_only")), ring_fences=fence)
    assert solved(place, model(ring_fences={})).value == pytest.approx(3700)
    assert solved(place, model(ring_fences={}, pooling=POT)).value == pytest.approx(4000)


def test_a_fence_around_every_service_changes_nothing() -> None:
    """It cannot bind."""
    fence = rows("ring_fence service", ("ward_only", "ward"), ("ward_only", "clinic"), ("ward_only", "visits"))
    place = tiny(funding=funding(("", "ward_only")), ring_fences=fence)
    assert solved(place, model(ring_fences={})).value == pytest.approx(3700)


def test_a_settlement_by_themes_lifts_the_fences_of_what_it_settles() -> None:
    """The grant has a theme, so it is free; the same grant without one is not."""
    grant = funding(("", "ward_only"))
    rules = model(ring_fences={"lifted_for_themes": True})
    settled = grant.assign(theme=["", "", "health"])
    assert solved(tiny(funding=settled, ring_fences=FENCE), rules).value == pytest.approx(3700)
    assert solved(tiny(funding=grant, ring_fences=FENCE), rules).value == pytest.approx(500 + 2400 + 400)
