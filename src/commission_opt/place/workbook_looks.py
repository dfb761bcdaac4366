"""What every workbook of this package has in common: how it is made, how it looks and how it prints."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any

import xlsxwriter

from commission_opt.place.colours import ACCENT, INK, PALE, QUIET, WHITE

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

PLAIN = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
    "in_memory": True,
}
"""Nothing in a cell is taken for anything but what it is."""

LONGEST_TEXT, MOST_ROWS = 32_767, 1_048_000
"""Characters of a cell and rows of a sheet."""

A4 = 9
TABLE_STYLE = "Table Style Light 1"


class Figure(float):
    """A figure that is written with all its digits; xlsxwriter by itself keeps sixteen, and some need seventeen."""

    def __format__(self, _digits: str) -> str:
        return repr(float(self))


class Looks:
    """A workbook in the making, with its formats."""

    def __init__(self, title: str) -> None:
        self.file = BytesIO()
        self.book = xlsxwriter.Workbook(self.file, PLAIN)
        self.book.set_properties({"title": title, "comments": "Written by commission-opt."})
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def format(self, properties: Mapping[str, Any]) -> Format:
        """Return the format of these properties, each made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(properties)
        return self._formats[key]

    def finished(self) -> bytes:
        """Return the workbook as a file."""
        self.book.close()
        return self.file.getvalue()

    @cached_property
    def title(self) -> Format:
        """Format of the first line of a sheet."""
        return self.format({"bold": True, "font_size": 14, "font_color": INK})

    @cached_property
    def quiet(self) -> Format:
        """Format of what explains."""
        return self.format({"font_color": QUIET})

    @cached_property
    def wrapped(self) -> Format:
        """Format of text of several lines."""
        return self.format({"text_wrap": True, "valign": "top"})

    @cached_property
    def link(self) -> Format:
        """Format of a way to another sheet."""
        return self.format({"font_color": ACCENT, "underline": 1, "valign": "top"})

    def heading(self, strong: bool) -> Format:
        """Return the format of a column's heading."""
        shape = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
        colours = {"bg_color": ACCENT, "font_color": WHITE} if strong else {"bg_color": PALE, "font_color": INK}
        return self.format(shape | colours)


def prepare_print(sheet: Worksheet, heading_row: int | None) -> None:
    """Have a sheet print on A4 across, one page wide, with its headings on every page."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    if heading_row is not None:
        sheet.repeat_rows(heading_row, heading_row)
    sheet.set_header("&L&F&R&A")
    sheet.set_footer("&LWritten by commission-opt&RPage &P of &N")
