"""The JSON Schema and the page of the format say what the registry says."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

from commission_opt.place import PlaceSettings
from commission_opt.place.columns import Kind
from commission_opt.place.schema import SETTINGS, format_markdown, json_schema
from commission_opt.place.settings import CHECKS
from commission_opt.place.tables import TABLES

PAGE = Path(__file__).parents[2] / "instances" / "FORMAT.md"


def test_page_of_the_format_is_up_to_date() -> None:
    """Write format_markdown() to instances/FORMAT.md when this fails."""
    assert PAGE.read_text(encoding="utf-8") == format_markdown()


def test_every_table_and_column_is_on_the_page() -> None:
    """With its meaning."""
    page = format_markdown()
    for table in TABLES.values():
        assert f"## {table.name}" in page
        for column in table.columns:
            assert f"{column.name}" in page
            assert column.meaning in page


def test_settings_are_the_same_in_schema_checks_and_place() -> None:
    """Three lists of one thing, held together here; defaults too."""
    names = {field.name for field in fields(PlaceSettings)}
    assert set(SETTINGS) == names == set(CHECKS)
    stated = {name: setting["default"] for name, setting in SETTINGS.items() if "default" in setting}
    plain = PlaceSettings("x", ())
    assert stated == {name: getattr(plain, name) for name in stated}


def test_schema_covers_the_registry() -> None:
    """Every column with its type, range and choices; nothing else allowed."""
    schema = json.loads(json.dumps(json_schema()))
    assert schema["$schema"].endswith("2020-12/schema")
    tables = schema["properties"]["tables"]
    assert list(tables["properties"]) == list(TABLES)
    assert tables["required"] == [name for name, table in TABLES.items() if table.required]
    for name, table in TABLES.items():
        record = tables["properties"][name]["items"]
        assert record["required"] == [column.name for column in table.columns if column.required]
        assert record["additionalProperties"] is False
        for column in table.columns:
            cell = record["properties"][column.name]
            assert cell.get("maximum") == column.maximum
            assert cell.get("exclusiveMinimum" if column.above else "minimum") == column.minimum
            assert column.choices == tuple(choice for choice in cell.get("enum", ()) if choice)
            assert column.meaning in cell["description"]


def test_types_of_cells_follow_their_kind() -> None:
    """Whole numbers, flags, figures and text."""
    tables = json_schema()["properties"]["tables"]["properties"]

    def cell(table: str, column: str) -> object:
        return tables[table]["items"]["properties"][column]["type"]

    assert cell("effects", "lag") == ["integer", "null"]
    assert cell("resources", "shareable") == ["boolean", "null"]
    assert cell("demand", "cases") == "number"
    assert cell("demand", "need") == "string"
    assert TABLES["demand"].column("need").kind is Kind.KEY
