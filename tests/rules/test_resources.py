"""Resources: staff, buildings and equipment that limit delivery."""

from __future__ import annotations

import pandas as pd
import pytest

from commission_opt.place import Place
from tests.tiny import model, rows, solved, tiny

NURSES = rows("service resource per_unit", ("clinic", "nurses", 1))


def staff(*cells: tuple[object, ...]) -> pd.DataFrame:
    """Return staff groups with what they cost beyond what there is."""
    return rows("resource agency available shareable expansion_cost expansion_limit", *cells).assign(kind="staff")


def borrowing(shareable: str) -> Place:
    """Return a place whose ward needs staff of the council."""
    return tiny(
        resources=staff(("nurses", "nhs", 60, "no", 0, 0), ("carers", "council", 10, shareable, 0, 0)),
        usage=rows("service resource per_unit", ("clinic", "nurses", 1), ("ward", "carers", 1)),
    )


def test_services_take_no_more_than_there_is() -> None:
    """Clinic 60 by nurses, 800 left for ward 16; one more nurse turns 20 of ward's money at 0.8 into 32."""
    plan = solved(tiny(resources=staff(("nurses", "nhs", 60, "no", 0, 0)), usage=NURSES), model(resources={}))
    assert plan.volumes() == pytest.approx((50, 60, 16))
    assert plan.price("resources.available[nurses,2026]") == pytest.approx(32 - 20 * 0.8)


def test_more_can_be_bought_by_the_owner() -> None:
    """Ten more at 4 each: clinic 70 and the hours take 1,440, ward 11.2 the rest."""
    plan = solved(tiny(resources=staff(("nurses", "nhs", 60, "no", 4, 10)), usage=NURSES), model(resources={}))
    assert plan.volumes() == pytest.approx((50, 70, 11.2))


def test_what_is_too_dear_is_not_bought() -> None:
    """At 30 an hour a clinic costs 50 for 32, less than ward's 40."""
    plan = solved(tiny(resources=staff(("nurses", "nhs", 60, "no", 30, 10)), usage=NURSES), model(resources={}))
    assert plan.total("grow") == pytest.approx(0)


@pytest.mark.parametrize(("shared", "shareable", "ward"), [(False, "yes", 0), (True, "no", 0), (True, "yes", 10)])
def test_staff_of_others_are_used_only_where_model_and_place_share_them(
    shared: bool, shareable: str, ward: float
) -> None:
    """Ward has ten carers of the council, or none."""
    plan = solved(borrowing(shareable), model(resources={"shared": shared}))
    assert plan.volumes() == pytest.approx((50, 60, ward))


def test_a_service_that_cannot_be_delivered_is_named() -> None:
    """A reader must not take its zero for a judgement on its value."""
    notes = solved(borrowing("no"), model(resources={})).formulation.notes
    assert "ward is not delivered: it needs carers of council, which this model does not share." in notes


@pytest.mark.parametrize(
    ("owner", "shareable", "shared", "clinic"),
    [
        ("nhs", "no", False, 70),
        ("council", "yes", False, 60),
        ("council", "yes", True, 70),
        ("council", "no", True, 60),
    ],
)
def test_staff_stand_in_within_an_agency_or_where_shared(
    owner: str, shareable: str, shared: bool, clinic: float
) -> None:
    """Twenty carers at half a nurse each are ten nurses."""
    place = tiny(
        resources=staff(("nurses", "nhs", 60, "no", 0, 0), ("carers", owner, 20, shareable, 0, 0)),
        usage=NURSES,
        substitution=rows("resource other productivity", ("carers", "nurses", 0.5)),
    )
    assert solved(place, model(resources={"shared": shared})).volume("clinic") == pytest.approx(clinic)


def test_each_year_has_its_own_staff() -> None:
    """60 nurses, but 30 in 2027."""
    resources = rows(
        "resource year agency available kind",
        ("nurses", "", "nhs", 60, "staff"),
        ("nurses", "2027", "nhs", 30, "staff"),
    )
    plan = solved(tiny(resources=resources, usage=NURSES, years=[2026, 2027]), model(resources={}))
    assert plan.volume("clinic", year="2026") == pytest.approx(60)
    assert plan.volume("clinic", year="2027") == pytest.approx(30)


@pytest.mark.parametrize("shared", [False, True])
def test_staff_enough_for_all_change_nothing(shared: bool) -> None:
    """They cannot bind."""
    place = tiny(resources=staff(("nurses", "nhs", 1000, "yes", 1, 5)), usage=NURSES)
    assert solved(place, model(resources={"shared": shared})).value == pytest.approx(3700)
