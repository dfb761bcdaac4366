"""Returns: the first part of a service's demand gains most."""

from __future__ import annotations

import pytest

from commission_opt.errors import PlaceError
from tests.tiny import model, rows, solved, tiny

COLUMNS = "service tranche share effectiveness"


def test_later_tranches_gain_less() -> None:
    """Clinic's first 50 of 200 at 1.6 a pound, then 0.4, below ward's 0.8: 500 + 1,600 + 20 x 40."""
    place = tiny(returns=rows(COLUMNS, ("clinic", 1, 0.25, 1), ("clinic", 2, 0.75, 0.25)))
    plan = solved(place, model(returns={}))
    assert plan.volumes() == pytest.approx((50, 50, 20))
    assert plan.value == pytest.approx(2900)


def test_tranches_are_filled_in_order() -> None:
    """Clinic 100 fills the first half before the second is begun: 50 at 1.5 and 50 at 1."""
    place = tiny(returns=rows(COLUMNS, ("clinic", 1, 0.25, 1.5), ("clinic", 2, 0.75, 1)))
    plan = solved(place, model(returns={}))
    assert plan.volume("clinic", tranche="1") == pytest.approx(50)
    assert plan.volume("clinic", tranche="2") == pytest.approx(50)
    assert plan.value == pytest.approx(500 + 50 * 48 + 50 * 32)


def test_demand_outside_all_tranches_cannot_be_covered() -> None:
    """A fifth of 200 is all there is of clinic; 1,200 buy ward 24."""
    plan = solved(tiny(returns=rows(COLUMNS, ("clinic", 1, 0.2, 1))), model(returns={}))
    assert plan.volumes() == pytest.approx((50, 40, 24))


def test_tranches_are_parts_of_what_can_be_covered() -> None:
    """Half of the half that clinic reaches: 50 in the first tranche, none in the second."""
    services = tiny().table("services").assign(max_coverage=[1, 0.5, 1])
    place = tiny(services=services, returns=rows(COLUMNS, ("clinic", 1, 0.5, 1), ("clinic", 2, 0.5, 0)))
    assert solved(place, model(returns={})).volumes() == pytest.approx((50, 50, 20))


def test_without_the_rule_returns_are_constant() -> None:
    """The table alone does nothing."""
    place = tiny(returns=rows(COLUMNS, ("clinic", 1, 0.25, 1), ("clinic", 2, 0.75, 0.25)))
    assert solved(place, model()).value == pytest.approx(3700)


def test_tranches_alike_change_nothing() -> None:
    """Two parts with the same effect are one."""
    place = tiny(returns=rows(COLUMNS, ("clinic", 1, 0.5, 1), ("clinic", 2, 0.5, 1)))
    assert solved(place, model(returns={})).value == pytest.approx(3700)


def test_rising_returns_are_refused_with_their_tranches() -> None:
    """A linear program would fill the second tranche first."""
    place = tiny(returns=rows(COLUMNS, ("clinic", 1, 0.5, 1), ("clinic", 2, 0.5, 1.5)))
    with pytest.raises(PlaceError, match=r"'clinic' rises from 1 in tranche 1 to 1\.5 in tranche 2"):
        solved(place, model(returns={}))
