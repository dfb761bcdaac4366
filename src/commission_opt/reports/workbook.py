"""A plan as a workbook: a sheet for every table, units in the headings, text never taken for a formula."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from commission_opt.errors import PlaceError, Problem
from commission_opt.plan.plan import Plan
from commission_opt.plan.words import money_text
from commission_opt.reports.columns import PLAN_TABLES, unit_of
from commission_opt.reports.files import writing
from commission_opt.reports.sentences import certificate_sentence, period_text, place_title, value_text

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_575
"""Rows below the heading that a sheet can hold."""

PLAIN = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
    "in_memory": True,
}
"""Nothing in a cell is taken for anything but what it is."""

WIDEST = 60


def write_plan(plan: Plan, path: str | Path) -> Path:
    """Write a plan's tables as a workbook.

    Raises
    ------
    PlaceError
        When a table is longer than a sheet, or the file cannot be written.
    """
    for name in PLAN_TABLES:
        rows = len(getattr(plan, name))
        if rows > MOST_ROWS:
            message = f"the table {name} has {rows:,} rows; a sheet holds {MOST_ROWS:,}."
            raise PlaceError([Problem(str(path), message, "Write a folder of CSV tables instead.")])
    with writing(path) as target:
        if target.is_dir():
            raise IsADirectoryError(21, "is a folder")
        try:
            book = xlsxwriter.Workbook(str(target), PLAIN)
            _summary(book, plan)
            for name in PLAN_TABLES:
                _sheet(book, plan, name)
            book.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            raise OSError(str(error)) from error
    return target


def _summary(book: xlsxwriter.Workbook, plan: Plan) -> None:
    sheet = book.add_worksheet("plan")
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    settings = plan.place.settings
    lines = [
        ("Place", place_title(plan)),
        ("Years", period_text(plan)),
        ("Model", plan.model.title),
        ("Value of outcomes", value_text(plan.value)),
        ("Spend", money_text(plan.spend, settings)),
        ("Certificate", certificate_sentence(plan)),
        ("Largest breach of a rule", f"{plan.certificate.violation:.1e} of its own scale"),
        ("Proven distance from the best", f"{plan.certificate.gap:.1e} of the value"),
        ("Solver", plan.solver),
        ("Prices of", settings.price_year or "the years of the data"),
        ("Source", settings.source),
        *(("Note", note) for note in plan.notes),
    ]
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    for row, (name, text) in enumerate(lines):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, text, wrap)


def _sheet(book: xlsxwriter.Workbook, plan: Plan, name: str) -> None:
    table: pd.DataFrame = getattr(plan, name)
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(table.columns):
        unit = unit_of(column, plan.place.settings)
        heading = column.rpartition("_")[0] if unit and column.endswith(("_money", "_units")) else column
        sheet.write_string(0, at, f"{heading.replace('_', ' ')} ({unit})" if unit else heading.replace("_", " "), head)
        _column(sheet, at, table[column], book.add_format({"num_format": _number_format(column)}))
    if len(table):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)


def _column(sheet: Worksheet, at: int, values: pd.Series[Any], shape: Format) -> None:
    """Write one column; a figure that there is not stays blank."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        sheet.set_column(at, at, 16)
        for row, figure in enumerate(values.tolist(), start=1):
            if math.isfinite(figure):
                sheet.write_number(row, at, figure, shape)
        return
    texts = [str(text) for text in values.fillna("").tolist()]
    sheet.set_column(at, at, min(max(map(len, texts), default=0) + 2, WIDEST))
    for row, text in enumerate(texts, start=1):
        sheet.write_string(row, at, text)


def _number_format(column: str) -> str:
    if column.endswith("_money"):
        return "#,##0.00"
    return "#,##0.######" if column.startswith("price") else "#,##0.##"
