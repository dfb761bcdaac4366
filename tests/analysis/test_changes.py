"""Changes asked for in a word: every form, and every mistake with what was meant."""

from __future__ import annotations

import pandas as pd
import pytest

from commission_opt.analysis.changes import change
from commission_opt.errors import ModelError, PlaceError
from commission_opt.model.model import Model
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.place.tables import TABLES
from tests.plan.tiny import tiny_place

PLACE = tiny_place(
    years=("2026", "2027"),
    funding="""
        stream,        agency,  year, amount
        council_money, council, 2026, 600
        council_money, council, 2027, 700
        icb_money,     icb,     ,     1000""",
    areas="area, population, equity_weight\neast, 100, 1\nwest, 300, 2",
    needs="need, must_meet\nfalls, 0.1",
)


def changed(key: str, value: str) -> tuple[Place, Model]:
    """Change one thing of the place above and Total Place."""
    return change(PLACE, read_model("total_place"), {key: value})


@pytest.mark.parametrize(
    ("key", "value", "table", "column", "figures"),
    [
        ("budget.council", "+5%", "funding", "amount", [630, 735, 1000]),
        ("budget.council", "-10%", "funding", "amount", [540, 630, 1000]),
        ("budget.council_money", "*1.5", "funding", "amount", [900, 1050, 1000]),
        ("budget.council.2027", "1,200", "funding", "amount", [600, 1200, 1000]),
        ("budget.icb", "0", "funding", "amount", [600, 700, 0]),
        ("weight.falls_avoided", "2", "outcomes", "weight", [2, 1]),
        ("cost.clinic", "25.5", "services", "unit_cost", [10, 25.5]),
        ("demand.falls", "+ 10 %", "demand", "cases", [110, 60]),
        ("effect.visits", "*0.5", "effects", "effect", [1.5, 8]),
        ("effect.visits.falls_avoided", "-3", "effects", "effect", [-3, 8]),
        ("equity_weight.west", "3", "areas", "equity_weight", [1, 3]),
        ("must_meet.falls", "0.2", "needs", "must_meet", [0.2]),
        ("services.unit_cost.visits", "12", "services", "unit_cost", [12, 20]),
        ("funding.amount", "*2", "funding", "amount", [1200, 1400, 2000]),
    ],
)
def test_figures_of_the_place_change(key: str, value: str, table: str, column: str, figures: list[float]) -> None:
    """New, relative or by a factor; by name, agency and year; nothing else changes, nor the place itself."""
    before = PLACE.table(table)[column].tolist()
    place, model = changed(key, value)
    assert place.tables[table][column].tolist() == pytest.approx(figures)
    assert PLACE.tables[table][column].tolist() == before
    assert model == read_model("total_place")


@pytest.mark.parametrize(
    ("key", "value", "table", "column", "cells"),
    [
        ("services.agency.visits", "icb", "services", "agency", ["icb", "icb"]),
        ("funding.agency.council_money", "icb", "funding", "agency", ["icb", "icb", "icb"]),
        ("funding.agency.council", " icb ", "funding", "agency", ["icb", "icb", "icb"]),
        ("services.tags.clinic", "care;home", "services", "tags", ["", "care;home"]),
        ("services.name", "A service", "services", "name", ["A service", "A service"]),
        ("agencies.kind.icb", "health", "agencies", "kind", ["council", "health"]),
    ],
)
def test_names_and_texts_of_the_place_change(key: str, value: str, table: str, column: str, cells: list[str]) -> None:
    """As they would stand in the file: a service, or a stream in every year, is handed over."""
    place, _ = changed(key, value)
    assert place.tables[table][column].tolist() == cells


def test_a_table_with_the_name_of_a_section_changes_too() -> None:
    """Columns are the place's, settings the model's; what both have is the model's."""
    place = PLACE.replace(
        resources=pd.DataFrame({"resource": ["nurses"], "agency": ["icb"], "kind": ["staff"], "available": [5]})
    )
    with_agency, _ = change(place, read_model("total_place"), {"resources.agency.nurses": "council"})
    assert with_agency.tables["resources"]["agency"].tolist() == ["council"]
    _, model = change(place, read_model("total_place"), {"resources.source": "council"})
    assert str(getattr(model.rule("resources"), "source", "")) == "council"


def test_what_has_happened_is_stated_in_rows_that_are_not_there_yet() -> None:
    """40 visits in 2026, no more and no fewer; a further change speaks of the same row."""
    actuals = {"limits.min_volume.visits.2026": "40", "limits.max_volume.visits.2026": "40"}
    place, _ = change(PLACE, read_model("aligned"), actuals)
    columns = ["subject", "area", "year", "min_volume", "max_volume", "source"]
    rows = place.tables["limits"][columns].to_numpy().tolist()
    assert rows == [["visits", "", "2026", 40.0, 40.0, "--set limits.min_volume.visits.2026"]]
    again, _ = change(place, read_model("aligned"), {"limits.max_volume.visits.2026": "+50%"})
    assert again.tables["limits"]["max_volume"].tolist() == [60.0]


@pytest.mark.parametrize(
    ("key", "table", "keys"),
    [
        ("targets.minimum.falls_avoided.west", "targets", ["falls_avoided", "west", ""]),
        ("limits.max_coverage.need:falls.east.2027", "limits", ["need:falls", "east", "2027"]),
        ("limits.max_coverage.2027.visits", "limits", ["visits", "", "2027"]),
        ("funders.max_share.clinic.council", "funders", ["clinic", "council"]),
    ],
)
def test_names_find_the_key_that_they_fill(key: str, table: str, keys: list[str]) -> None:
    """In any order; what may be blank may be left out."""
    place, _ = changed(key, "0.5")
    assert place.tables[table][[c.name for c in TABLES[table].columns if c.key]].to_numpy().tolist() == [keys]


def test_settings_of_the_place_change() -> None:
    """Such as the rate at which later years count less."""
    assert changed("discount_rate", "0.05")[0].settings.discount_rate == 0.05
    assert changed("currency", "EUR")[0].settings.currency == "EUR"


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("ring_fences.enabled", "true", lambda model: model.rule("ring_fences") is not None),
        ("pooling.pot.scope", "tags", lambda model: model.rule("pooling").pot.scope == "tags"),
        ("pooling.pot.tags", '["care"]', lambda model: model.rule("pooling").pot.tags == ("care",)),
        ("pooling.grant.share", "0.9", lambda model: model.rule("pooling").grant.share == 0.9),
        ("objective.kind", "net_value", lambda model: model.objective.kind == "net_value"),
        ("targets.enabled", "true", lambda model: model.rule("targets").source == "--set targets.enabled"),
    ],
)
def test_settings_of_the_model_change(key: str, value: str, found: object) -> None:
    """Read as a model file would read them; a section that the model does not have is added."""
    place, model = changed(key, value)
    assert callable(found)
    assert found(model)
    assert place is PLACE


def test_a_table_that_has_the_name_of_a_section_can_be_changed_too() -> None:
    """Its columns are figures of the place, the settings of the section remain the model's."""
    targets = PLACE.replace(targets=pd.DataFrame({"outcome": ["falls_avoided"], "minimum": [5.0]}))
    place, _ = change(targets, read_model("local_area_agreement"), {"targets.minimum.falls_avoided": "+20%"})
    assert place.table("targets")["minimum"].to_list() == pytest.approx([6])
    _, model = change(targets, read_model("local_area_agreement"), {"targets.enabled": "false"})
    assert model.rule("targets") is None


def test_changes_are_made_in_order() -> None:
    """Five per cent more of what was set before."""
    place, _ = change(PLACE, read_model("aligned"), {"budget.icb": "200", "budget": "+50%"})
    assert place.tables["funding"]["amount"].tolist() == pytest.approx([900, 1050, 300])


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("budget.counsil", "5", "Did you mean 'council'"),
        ("budget.zzz", "5", "Known in funding"),
        ("budgte.council", "5", "Did you mean 'budget'"),
        ("qqqq", "5", "It begins with one of"),
        ("services.unit_cots.visits", "5", "Did you mean 'unit_cost'"),
        ("services", "5", "Columns of services"),
        ("budget.council", "lots", "'lots' is no figure"),
        ("budget.council", "5%", "is no figure"),
        ("effect.visits.illnesses_avoided", "5", "no row of the table has all these names"),
        ("must_meet.falls", "1.5", "must_meet"),
        ("services.agency.visits", "ibc", "Did you mean 'icb'"),
        ("services.agency.vists", "icb", "Did you mean 'visits'"),
        ("services.agency.visits", "", "the cell is blank"),
        ("resources.agency.nurses", "icb", "'nurses' is not in the table resources"),
        ("limits.min_volume.vists.2026", "5", "Did you mean 'visits'"),
        ("limits.min_volume.visits.2028", "5", "'2028' is not in the table limits"),
        ("limits.min_volume.2026", "5", "no row of the table has all these names"),
        ("limits.min_volume.tog:x", "5", "is not in the table limits"),
        ("limits.min_volume.visits.2026", "+5%", "has no figure"),
        ("limits.min_volume.visits.2026", "many", "is no figure"),
        ("demand.falls.2026", "5", "'2026' is not in the table demand"),
        ("discount_rate", "7", "from 0 to 1"),
    ],
)
def test_mistakes_about_the_place_are_told(key: str, value: str, message: str) -> None:
    """With the nearest known name, or what there is."""
    with pytest.raises(PlaceError, match=message.replace("(", r"\(")):
        changed(key, value)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("ring_fences.enabeld", "true", "Did you mean 'enabled'"),
        ("ring_fences.enabled", "perhaps", "does not fit"),
        ("pooling.powers", "all", "does not fit"),
        ("objective.kind", "most", "does not fit"),
    ],
)
def test_mistakes_about_the_model_are_told(key: str, value: str, message: str) -> None:
    """As in a model file."""
    with pytest.raises(ModelError, match=message):
        changed(key, value)
