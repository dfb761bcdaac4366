"""The sheets of a place's workbook that are no table: the cover with the order of work, the settings, the names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from textwrap import wrap
from typing import TYPE_CHECKING

from commission_opt.place.colours import ACCENT, INK, QUIET
from commission_opt.place.columns import Table
from commission_opt.place.place import MULTIPLES, SYMBOLS, PlaceSettings
from commission_opt.place.schema import REQUIRED_SETTINGS, SETTINGS
from commission_opt.place.workbook_choices import FIRST_ROW, NAMES_SHEET
from commission_opt.place.workbook_headings import SETTINGS_HEADINGS, SETTINGS_SHEET
from commission_opt.place.workbook_looks import TABLE_STYLE, Figure, Looks, prepare_print

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

COVER_SHEET = "Cover"
SPARE_YEARS = 10

VALUE_WIDTH, LINE_HEIGHT = 60, 15.0
"""Characters across the column of values, and points of one line."""

INTRODUCTION = (
    "This workbook describes a place: who has public money, which services there are and what they cost, what they "
    "achieve, and how much need there is.",
    "commission-opt reads it, finds the plan that is worth most under the rules of a form of joint working, and writes "
    "a report.",
)

HINTS = (
    "Columns whose heading has a star must be filled in every row; others may stay blank. Click on a cell to see what "
    "belongs there, and choose from its list where it has one.",
    "Money as 1200, 1,200 or 1.2m; shares as 5% or 0.05; names exactly as on the sheet where they are listed.",
    "Type or paste values: formulas are not calculated. Leave no cells merged and no rows hidden.",
    "Say in source and grade where a figure comes from and how strong the evidence is; note is for whatever else.",
    "Sheets of your own are welcome if their names begin with Notes: they are not read.",
)


def write_cover(looks: Looks, settings: PlaceSettings, rows: Mapping[Table, int], file: str) -> None:
    """Write the cover: what the workbook is, the order of work, and a list of all sheets.

    Parameters
    ----------
    looks : Looks
        The workbook.
    settings : PlaceSettings
        Of the place.
    rows : mapping of Table to int
        Every table in the order of its sheet, with how many rows it has.
    file : str
        Name of the workbook.
    """
    sheet = looks.book.add_worksheet(COVER_SHEET)
    sheet.set_tab_color(INK)
    sheet.hide_gridlines(2)
    for at, width in enumerate((22, 14, 8, 92)):
        sheet.set_column(at, at, width)
    title = settings.title or settings.name
    sheet.write_string(0, 0, f"{title}: the place as a workbook" if title else "A place to be filled in", looks.title)
    lines = [("What it is", text) for text in INTRODUCTION] + _steps(rows, file)
    lines += [("How to fill it in", hint) for hint in HINTS]
    row, before = 1, ""
    for head, text in lines:
        row += head.split()[:1] != before.split()[:1]
        if head != before:
            sheet.write_string(row, 0, head, looks.format({"bold": True, "font_color": INK}))
        sheet.write_string(row, 1, text)
        row, before = row + 1, head
    _write_list(looks, sheet, row + 1, rows)
    prepare_print(sheet, None)


def _write_list(looks: Looks, sheet: Worksheet, head: int, rows: Mapping[Table, int]) -> None:
    """Write the list of sheets below a row of headings."""
    for at, words in enumerate(("Sheet", "Needed", "Rows", "What it holds")):
        sheet.write_string(head, at, words, looks.heading(True))
    entries = [(SETTINGS_SHEET, True, 0, "Name, years, currency and other settings of the place.")]
    entries += [(table.name, table.required, count, table.meaning) for table, count in rows.items()]
    for row, (name, needed, count, meaning) in enumerate(entries, start=head + 1):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", looks.link, name)
        sheet.write_string(row, 1, "required" if needed else "optional", looks.wrapped)
        if count:
            sheet.write_number(row, 2, count, looks.format({"align": "center", "num_format": "#,##0"}))
        sheet.write_string(row, 3, meaning, looks.wrapped)


def _steps(rows: Mapping[Table, int], file: str) -> list[tuple[str, str]]:
    """Return the order of work: the required sheets one by one, the optional ones together, then the commands."""
    name = f'"{file}"' if " " in file else file
    steps = ["place: give the place a short name, and list the years of the plan."]
    steps += [f"{table.name}: {table.meaning}" for table in rows if table.required]
    steps += [
        "Optional sheets (grey tabs): fill in those that say something about your place; leave the others empty. "
        "baseline, today's volumes, lets the report compare the plan with today.",
        f"Check it:  commission-opt check {name}  names every cell that needs another look.",
        f"Solve it:  commission-opt solve {name} --model aligned --out report.html",
        "Open report.html in a browser.",
        f"Compare forms of joint working:  commission-opt compare {name} --models siloed,aligned,single_pot",
    ]
    return [(f"Step {number}", step) for number, step in enumerate(steps, start=1)]


def write_settings(looks: Looks, settings: PlaceSettings) -> int:
    """Write the settings, each year in a row of its own; return the row of the first year, from 1."""
    sheet = looks.book.add_worksheet(SETTINGS_SHEET)
    sheet.set_tab_color(ACCENT)
    sheet.write_string(0, 0, "place: settings that hold for all sheets", looks.title)
    sheet.write_string(1, 0, "Required. name and at least one of the years must be filled in.", looks.quiet)
    for at, width in enumerate((18, VALUE_WIDTH, 90)):
        sheet.set_column(at, at, width, looks.wrapped)
    names = [field.name for field in fields(settings) if field.name != "years"]
    given = [(name, getattr(settings, name)) for name in names]
    given += [("years", year) for year in (*settings.years, *[""] * SPARE_YEARS)]
    for row, (name, value) in enumerate(given, start=FIRST_ROW - 1):
        _write_setting(looks, sheet, row, (name, value))
    headings = [{"header": head, "header_format": looks.heading(True)} for head in SETTINGS_HEADINGS]
    table = {"name": "table_place", "columns": headings, "style": TABLE_STYLE}
    sheet.add_table(FIRST_ROW - 2, 0, FIRST_ROW + len(given) - 2, 2, table)
    sheet.freeze_panes(FIRST_ROW - 1, 1)
    prepare_print(sheet, FIRST_ROW - 2)
    return FIRST_ROW + len(names)


def _write_setting(looks: Looks, sheet: Worksheet, row: int, setting: tuple[str, str | float]) -> None:
    """Write one setting with its meaning, and a drop-down where only some values will do."""
    name, value = setting
    sheet.set_row(row, LINE_HEIGHT * max(len(wrap(str(value), VALUE_WIDTH)), 1))
    shape = {"valign": "top", "align": "left", "text_wrap": True}
    sheet.write_string(row, 0, name, looks.format({"bold": name in REQUIRED_SETTINGS, "valign": "top"}))
    if value == "":
        sheet.write_blank(row, 1, None, looks.format(shape | {"num_format": "@"}))
    elif isinstance(value, str):
        sheet.write_string(row, 1, value, looks.format(shape | {"num_format": "@"}))
    else:
        sheet.write_number(row, 1, Figure(value), looks.format(shape))
    meaning = "One year of the plan; the years stand in order." if name == "years" else SETTINGS[name]["description"]
    sheet.write_string(row, 2, meaning, looks.format({"font_color": QUIET, "text_wrap": True, "valign": "top"}))
    allowed = {"currency": list(SYMBOLS), "money_unit": [str(unit) for unit in MULTIPLES]}.get(name)
    if allowed:
        sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": allowed, "error_type": "information"})


def write_names(looks: Looks, lists: Mapping[str, list[str]]) -> None:
    """Write the names that drop-downs offer of columns in which a name may stand in many rows."""
    if not lists:
        return
    sheet = looks.book.add_worksheet(NAMES_SHEET)
    sheet.set_tab_color(INK)
    sheet.write_string(0, 0, "Names for the drop-downs", looks.title)
    words = "Names that stand in many rows of their sheets, once each. This sheet is not read: add to it as you like."
    sheet.write_string(1, 0, words, looks.quiet)
    for at, (target, names) in enumerate(lists.items()):
        sheet.set_column(at, at, 28, looks.format({"num_format": "@"}))
        table, column = target.split(".")
        sheet.write_string(FIRST_ROW - 2, at, f"{column} (sheet {table})", looks.heading(True))
        for row, name in enumerate(names, start=FIRST_ROW - 1):
            sheet.write_string(row, at, name)
    sheet.freeze_panes(FIRST_ROW - 1, 0)
    prepare_print(sheet, FIRST_ROW - 2)
