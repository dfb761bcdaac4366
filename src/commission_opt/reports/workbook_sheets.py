"""Sheets of a results workbook: words, tables and charts, all made alike."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import pandas as pd

from commission_opt.place.place import PlaceSettings
from commission_opt.place.workbook_headings import money_name
from commission_opt.place.workbook_looks import TABLE_STYLE, Figure, Looks, prepare_print
from commission_opt.reports.columns import COLUMNS, unit_of
from commission_opt.reports.palette import LINE

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_575
"""Rows below the heading that a sheet can hold."""

WIDEST, LONGEST_NOTE, HEADING_HEIGHT = 60, 255, 32
BARS = 12
"""Bars that a chart shows."""

CHART_WIDTH, BAR_HEIGHT, ROW_PIXELS = 900, 26, 20
"""Pixels."""

WORDS_WIDTH, LINE_HEIGHT = 100, 15.0
"""Characters across the column of words, and points of one line."""

MARK = "\N{BLACK SQUARE}\N{NO-BREAK SPACE}"
"""Stands before an agency in its colour."""

HEAD = {"bold": True, "valign": "top", "text_wrap": True}
"""Format of what stands before words."""

PAGE_ROWS = 30
"""Lines that a page across holds."""

IN_SHORT = '[>=1000000]#,##0.##,,"m";[>=1000]#,##0,"k";#,##0'
"""How large figures are told on an axis."""


@dataclass
class Page:
    """A sheet of words and charts in the making: the next free row, and where its printed pages begin.

    Parameters
    ----------
    sheet : Worksheet
        The sheet.
    row : int
        Next free row, from 0.
    used : int
        Lines used on the printed page.
    breaks : list of int
        Rows before which a new page begins.
    """

    sheet: Worksheet
    row: int
    used: int
    breaks: list[int] = field(default_factory=list)

    def make_room(self, lines: int) -> None:
        """Begin a new page where so many lines would be torn apart."""
        if self.used + lines > PAGE_ROWS:
            self.breaks.append(self.row)
            self.sheet.set_h_pagebreaks(self.breaks)
            self.used = 0
        self.used += lines


@dataclass(frozen=True)
class Series:
    """One set of bars.

    Parameters
    ----------
    sheet : str
        Sheet that holds their names and lengths.
    name : str
        What they show.
    columns : (int, int)
        Columns of names and lengths, from 0.
    colours : tuple of str
        For each bar its own.
    """

    sheet: str
    name: str
    columns: tuple[int, int]
    colours: tuple[str, ...]


class ResultsBook:
    """A results workbook in the making.

    Parameters
    ----------
    title : str
        What it reports.
    settings : PlaceSettings
        Units of the place.
    """

    def __init__(self, title: str, settings: PlaceSettings) -> None:
        self.looks = Looks(title)
        self.title = title
        self.settings = settings

    def words(self, name: str, lines: Sequence[tuple[str, str]]) -> Page:
        """Write a sheet of words, each line under its head, with room for charts below."""
        sheet = self.looks.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, WORDS_WIDTH)
        sheet.write_string(0, 0, self.title, self.looks.title)
        bold = self.looks.format(HEAD)
        before, used = "", 3
        for row, (head, text) in enumerate(lines, start=2):
            height = max(len(wrap(text, WORDS_WIDTH)), 1)
            sheet.set_row(row, LINE_HEIGHT * height)
            if head != before:
                sheet.write_string(row, 0, head, bold)
            sheet.write_string(row, 1, text, self.looks.wrapped)
            before, used = head, used + height
        prepare_print(sheet, None)
        return Page(sheet, len(lines) + 3, used)

    def colours(self, page: Page, agencies: Mapping[str, str]) -> None:
        """Say below the words which agency each colour of the charts stands for."""
        parts: list[Format | str] = []
        for name, colour in agencies.items():
            parts += [self.looks.format({"font_color": colour}), MARK, f"{name}    "]
        text = "".join(part for part in parts if isinstance(part, str))
        height = max(len(wrap(text, WORDS_WIDTH)), 1)
        row = page.row - 1
        page.make_room(height + 1)
        page.sheet.set_row(row, LINE_HEIGHT * height)
        page.sheet.write_string(row, 0, "Colours of agencies", self.looks.format(HEAD))
        page.sheet.write_rich_string(row, 1, *parts, self.looks.wrapped)
        page.row += 1

    def table(self, name: str, frame: pd.DataFrame) -> None:
        """Write a table: headings with units and notes in the first row, a filter, figures as figures."""
        sheet = self.looks.book.add_worksheet(name)
        headings = []
        for at, column in enumerate(frame.columns):
            _column(self.looks, sheet, at, frame[column])
            headings.append({"header": heading(column, self.settings), "header_format": self.looks.heading(True)})
            note = COLUMNS.get(column, "")[:LONGEST_NOTE]
            if note:
                sheet.data_validation(0, at, 0, at, {"validate": "any", "input_message": note})
        if headings:
            options = {"name": f"table_{name.replace(' ', '_')}", "columns": headings, "style": TABLE_STYLE}
            sheet.add_table(0, 0, max(len(frame), 1), len(headings) - 1, options)
        sheet.set_row(0, HEADING_HEIGHT)
        sheet.freeze_panes(1, 1)
        prepare_print(sheet, 0)

    def bars(self, page: Page, title: str, series: Sequence[Series], money: bool) -> None:
        """Draw bars below the words, with a text for those who cannot see them."""
        shown = min(BARS, max((len(part.colours) for part in series), default=0))
        if not shown:
            return
        chart = self.looks.book.add_chart({"type": "bar"})
        for part in series:
            names, figures = part.columns
            categories, values = ([part.sheet, 1, column, shown, column] for column in (names, figures))
            bar = {"name": part.name, "categories": categories, "values": values, "gap": 60}
            points = [{"fill": {"color": colour}} for colour in part.colours[:shown]]
            alike = len(set(part.colours[:shown])) == 1
            chart.add_series(bar | {"fill": points[0]["fill"]} | ({} if alike else {"points": points}))
        unit = money_name(self.settings) if money else "value"
        whole = not money or self.settings.money_unit == 1
        name = f"{title} ({unit})" if money else title
        chart.set_title({"name": name, "overlay": False, "name_font": {"size": 12}})
        chart.set_y_axis({"reverse": True, "label_position": "low"})
        lines = {"visible": True, "line": {"color": LINE}}
        chart.set_x_axis({"num_format": IN_SHORT if whole else "#,##0", "major_gridlines": lines})
        chart.set_legend({"position": "bottom"} if len(series) > 1 else {"none": True})
        height = BAR_HEIGHT * shown * max(len(series) * 3 // 4, 1) + 130
        chart.set_size({"width": CHART_WIDTH, "height": height})
        shows = " and ".join(part.name for part in series)
        alt = f"Bar chart: {title}; {shows}, {unit}. The figures stand on the sheet {series[0].sheet}."
        rows = height // ROW_PIXELS + 2
        page.make_room(rows)
        page.sheet.insert_chart(page.row, 0, chart, {"description": alt})
        page.row += rows


def heading(column: str, settings: PlaceSettings) -> str:
    """Return a column's name for people, with the unit of its figures."""
    unit = unit_of(column, settings)
    name = column.rpartition("_")[0] if unit and column.endswith(("_money", "_units")) else column
    name = name.replace("_", " ")
    return f"{name} ({unit})" if unit and unit not in name else name


def _column(looks: Looks, sheet: Worksheet, at: int, values: pd.Series[Any]) -> None:
    """Write one column; a figure that there is not stays blank."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        sheet.set_column(at, at, 17, looks.format({"num_format": _number_format(str(values.name), values)}))
        for row, figure in enumerate(values.astype(float).tolist(), start=1):
            if math.isfinite(figure):
                sheet.write_number(row, at, Figure(figure))
        return
    texts = [str(text) for text in values.fillna("").tolist()]
    longest = max(map(len, texts), default=0) + 2
    sheet.set_column(at, at, min(max(longest, len(str(values.name)) + 4), WIDEST), looks.wrapped)
    for row, text in enumerate(texts, start=1):
        if text:
            sheet.write_string(row, at, text)


def _number_format(name: str, values: pd.Series[Any]) -> str:
    if name in ("violation", "gap"):
        return "0.0E+00"
    if name.startswith("price"):
        return "#,##0.00####"
    figures = values[values.map(math.isfinite)]
    return "#,##0" if len(figures) and (figures == figures.round()).all() else "#,##0.00"
