"""The format of a place, from the registry: as a JSON Schema for machines and as a page for people."""

from __future__ import annotations

from typing import Any

from commission_opt.place.columns import Column, Kind, Table
from commission_opt.place.place import MULTIPLES, PlaceSettings
from commission_opt.place.tables import TABLES

SETTINGS: dict[str, dict[str, Any]] = {
    "name": {
        "type": "string",
        "pattern": "^[a-z0-9][a-z0-9_-]*$",
        "description": "Short name of the place: lower-case letters, digits, hyphens and underscores.",
    },
    "years": {
        "type": "array",
        "items": {"type": ["string", "integer"]},
        "minItems": 1,
        "uniqueItems": True,
        "description": "Years of the plan in order; tables name them exactly so.",
    },
    "title": {"type": "string", "default": "", "description": "Name for people; blank: the short name."},
    "description": {"type": "string", "default": "", "description": "What the place is and what it is for."},
    "currency": {
        "type": "string",
        "pattern": "^[A-Z]{3}$",
        "default": "GBP",
        "description": "Code of the currency of all money.",
    },
    "money_unit": {
        "enum": list(MULTIPLES),
        "default": 1,
        "description": "Units of currency in one unit of every column of money.",
    },
    "price_year": {
        "type": ["string", "integer"],
        "default": "",
        "description": "Year of the prices in which all money is stated.",
    },
    "discount_rate": {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "default": 0.035,
        "description": "Yearly rate at which later years count less.",
    },
    "source": {
        "type": "string",
        "default": "",
        "description": "Where the data come from, and under which licence.",
    },
}
"""What ``place.toml`` may say, as JSON Schema."""

REQUIRED_SETTINGS = ("name", "years")

READ_AS = {
    Kind.KEY: "name",
    Kind.TEXT: "text",
    Kind.TAGS: "words separated by `;`",
    Kind.YEAR: "year",
    Kind.SUBJECT: "subject",
    Kind.MONEY: "money",
    Kind.NUMBER: "number",
    Kind.SHARE: "share",
    Kind.WHOLE: "whole number",
    Kind.FLAG: "yes or no",
}
"""How the page for people calls each kind."""

INTRODUCTION = """# The format of a place

A place is a folder with `place.toml` and one file for each table: CSV (UTF-8 or cp1252; comma, semicolon or tab) or
Parquet. Or it is a workbook (.xlsx) with a sheet for each table, named as the table, and a sheet `place` for the
settings; `commission-opt template` writes one. Every cell is read as text and then by its kind, so leading zeros are
kept.

- **name**, **year**, **subject**: exact words; white space around them is dropped. A subject is a service, or
  `need:NAME`, `tag:NAME` or `group:NAME` for several together.
- **money**: `1200`, `1,200`, `£1,200`, `(500)` for -500; in the money unit of the place. With a suffix (`12k`, `1.2m`,
  `3bn`) it is in single units of currency.
- **share**: `0.05` or `5%`. **yes or no**: `yes`, `no`, `true`, `false`, `1`, `0`.
- A comma may only separate groups of three digits.
- A blank in a key column that may be blank means all areas, cohorts or years. A row that names one overrides a row
  that does not.

In a workbook:

- The order and case of sheets do not matter. A sheet whose name begins with Cover or Notes is for people and is not
  read; any other sheet that holds something has to be a table.
- The headings stand in one of the first ten rows; what is above them is not read. A star, a unit in brackets, capitals
  and spaces for underscores make no difference: `unit_cost`, `Unit cost (£ per unit)`. Money in a heading has to be
  that of the settings.
- The sheet `place` has settings in column A and their values in column B, each year of `years` in a row of its own.
- Formulas are not calculated. Formulas, errors such as #N/A, dates outside free text, merged cells, hidden rows and
  columns that hold something, and cells without a heading are refused, each with its cell.
- Text keeps its leading zeros if its cell is formatted as Text; the template formats its cells so.

This page is made from the registry of tables (`src/commission_opt/place/tables.py`).
"""


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a place.

    Returns
    -------
    dict
        Describes an object with the settings of ``place.toml`` and, under ``tables``, each table as an array of
        records with figures as numbers.
    """
    tables = {
        table.name: {"type": "array", "description": table.meaning, "items": _record(table)}
        | ({"minItems": 1} if table.required else {})
        for table in TABLES.values()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A place whose public services are planned together",
        "description": (PlaceSettings.__doc__ or "").partition("\n")[0],
        "type": "object",
        "properties": SETTINGS
        | {
            "tables": {
                "type": "object",
                "properties": tables,
                "required": [table.name for table in TABLES.values() if table.required],
                "additionalProperties": False,
            }
        },
        "required": [*REQUIRED_SETTINGS, "tables"],
        "additionalProperties": False,
    }


def format_markdown() -> str:
    """Return the documentation of the settings and of every table and column.

    Returns
    -------
    str
        Markdown, ending in a line break.
    """
    rows = [
        f"| {name} | {'yes' if name in REQUIRED_SETTINGS else ''} | {_code(setting.get('default'))} | "
        f"{setting['description']} |"
        for name, setting in SETTINGS.items()
    ]
    head = ["## place.toml", "", "| setting | required | default | meaning |", "| --- | --- | --- | --- |"]
    parts = [INTRODUCTION, "\n".join([*head, *rows]) + "\n"]
    parts += [_table_markdown(table) for table in TABLES.values()]
    return "\n".join(parts)


def _record(table: Table) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {column.name: _cell(column) for column in table.columns},
        "required": [column.name for column in table.columns if column.required],
        "additionalProperties": False,
    }


def _cell(column: Column) -> dict[str, Any]:
    """Return the schema of one cell; what may be blank may be null or left out."""
    if column.choices:
        cell: dict[str, Any] = {"enum": list(column.choices) + ([] if column.required else ["", None])}
    else:
        kind = {Kind.WHOLE: "integer", Kind.FLAG: "boolean"}.get(column.kind, "number")
        kind = kind if column.kind.numeric else "string"
        cell = {"type": kind if column.required else [kind, "null"]}
    if column.required and not column.kind.numeric and not column.choices:
        cell["minLength"] = 1
    if column.minimum is not None:
        cell["exclusiveMinimum" if column.above else "minimum"] = column.minimum
    if column.maximum is not None:
        cell["maximum"] = column.maximum
    if column.default is not None:
        cell["default"] = bool(column.default) if column.kind is Kind.FLAG else column.default
    unit = f" Unit: {column.unit}." if column.unit else ""
    refers = f" Refers to {column.refers_to}." if column.refers_to else ""
    return cell | {"description": column.meaning + unit + refers}


def _table_markdown(table: Table) -> str:
    head = [
        f"## {table.name}{' (required)' if table.required else ''}",
        "",
        f"{table.meaning} Key: {', '.join(f'`{name}`' for name in table.key)}.",
        "",
        "| column | kind | unit | cell | range | default | meaning |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *(_column_markdown(column) for column in table.columns)]) + "\n"


def _column_markdown(column: Column) -> str:
    name = f"**{column.name}**" if column.key else column.name
    filled = "required" if column.required else "may be blank"
    refers = f" One of `{column.refers_to}`." if column.refers_to else ""
    cells = (name, READ_AS[column.kind], column.unit, filled, _range(column), _code(column.default), column.meaning)
    return f"| {' | '.join(cells)}{refers} |"


def _range(column: Column) -> str:
    if column.choices:
        return ", ".join(f"`{choice}`" for choice in column.choices)
    low = "" if column.minimum is None else f"{'>' if column.above else '>='} {column.minimum:g}"
    high = "" if column.maximum is None else f"<= {column.maximum:g}"
    return ", ".join(part for part in (low, high) if part)


def _code(default: object) -> str:
    if default is None or default == "":
        return ""
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"
