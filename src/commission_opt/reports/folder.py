"""A plan or a comparison as a folder of CSV tables with a datapackage.json that says what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from commission_opt.analysis.ladder import Comparison
from commission_opt.errors import PlaceError, Problem
from commission_opt.place.place import PlaceSettings
from commission_opt.plan.plan import Plan
from commission_opt.reports.columns import COLUMNS, PLAN_TABLES, unit_of
from commission_opt.reports.document import comparison_document, plan_document, write_document
from commission_opt.reports.files import writing

DESCRIPTION = "datapackage.json"

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell of text begins with that a spreadsheet would take for a formula."""


def write_plan(plan: Plan, folder: str | Path) -> Path:
    """Write every table of a plan as CSV, beside ``plan.json`` and ``datapackage.json``.

    Text cells that a spreadsheet would take for formulas are given a leading apostrophe; figures are left alone.

    Raises
    ------
    PlaceError
        When the folder holds something else, or cannot be written.
    """
    tables = {name: getattr(plan, name) for name in PLAN_TABLES}
    title = f"{plan.place.settings.title or plan.place.name} under {plan.model.title}"
    return _write(folder, tables, _package(title, plan.place.settings, tables), {"plan.json": plan_document(plan)})


def write_comparison(comparison: Comparison, folder: str | Path) -> Path:
    """Write the ladder, outcomes and agencies of a comparison as CSV, beside their description.

    Raises
    ------
    PlaceError
        When the folder holds something else, or cannot be written.
    """
    settings = comparison.place.settings
    tables = {"ladder": comparison.table, "outcomes": comparison.outcomes, "agencies": comparison.agencies}
    title = f"{settings.title or settings.name}: forms of joint working compared"
    documents = {"comparison.json": comparison_document(comparison)}
    return _write(folder, tables, _package(title, settings, tables), documents)


def escaped(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose text no spreadsheet takes for a formula."""
    safe = table.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name].dtype):
            text = safe[name].fillna("").astype(str)
            safe[name] = text.where(~text.str.startswith(FORMULA_SIGNS), "'" + text)
    return safe


def _write(
    folder: str | Path,
    tables: Mapping[str, pd.DataFrame],
    package: Mapping[str, Any],
    documents: Mapping[str, Mapping[str, Any]],
) -> Path:
    target = Path(folder)
    with writing(target):
        if target.is_dir() and any(target.iterdir()) and not (target / DESCRIPTION).is_file():
            message = f"the folder is not empty, and holds no {DESCRIPTION} of an earlier plan."
            raise PlaceError([Problem(str(target), message, "Choose an empty folder, or one that does not exist.")])
        target.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            escaped(table).to_csv(target / f"{name}.csv", index=False, lineterminator="\n")
    for name, document in documents.items():
        write_document(document, target / name)
    write_document(package, target / DESCRIPTION)
    return target


def _package(title: str, settings: PlaceSettings, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return a description after the Data Package standard: units, meanings, sources."""
    return {
        "profile": "tabular-data-package",
        "name": settings.name,
        "title": title,
        "sources": [{"title": settings.source or f"The data of {settings.name}"}],
        "resources": [
            {
                "name": name,
                "path": f"{name}.csv",
                "profile": "tabular-data-resource",
                "encoding": "utf-8",
                "schema": {"fields": [_field(column, table, settings) for column in table.columns]},
            }
            for name, table in tables.items()
        ],
    }


def _field(column: str, table: pd.DataFrame, settings: PlaceSettings) -> dict[str, str]:
    kind = "number" if pd.api.types.is_numeric_dtype(table[column].dtype) else "string"
    field = {"name": column, "type": kind, "description": COLUMNS.get(column, f"Under the model {column}.")}
    unit = unit_of(column, settings)
    return field | ({"unit": unit} if unit else {})
