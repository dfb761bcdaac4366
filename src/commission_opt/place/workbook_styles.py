"""How a workbook shows its figures: which of them are dates, and which have leading zeros."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element

BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
"""Numbers of the formats for dates and times that every workbook knows without stating them."""

LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
"""Parts of a format that are shown as they stand, or that colour it."""

LONGEST_CODE = 255
"""Characters that a format may have."""

EPOCH, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)


class Shape:
    """How the figure of a cell is shown.

    Parameters
    ----------
    code : str
        The format, as in ``#,##0.00``.
    date : bool
        Whether it shows a date or a time.
    """

    def __init__(self, code: str = "", date: bool = False) -> None:
        plain = LITERAL.sub("", code[:LONGEST_CODE]).casefold()
        self.date = date or ("general" not in plain and re.search("[dmyhs]", plain) is not None)
        self.digits = len(code) if re.fullmatch("00+", code) else 0


def read_shapes(elements: list[Element]) -> list[Shape]:
    """Return the shape of every style that cells may refer to.

    Parameters
    ----------
    elements : list of Element
        ``numFmt`` and ``cellXfs`` of the part that holds the styles.
    """
    codes = {e.get("numFmtId", ""): e.get("formatCode", "") for e in elements if e.tag.endswith("numFmt")}
    styles = [xf.get("numFmtId", "0") for e in elements if e.tag.endswith("cellXfs") for xf in e]
    return [Shape(codes.get(number, ""), int(number) in BUILT_IN_DATES and number not in codes) for number in styles]


def date_text(serial: float, from_1904: bool) -> str:
    """Return a figure that is shown as a date as text, 2025-04-01; a blank where no calendar holds it."""
    try:
        moment = (EPOCH_1904 if from_1904 else EPOCH) + timedelta(days=serial)
    except OverflowError:
        return ""
    return moment.date().isoformat() if serial == int(serial) else moment.isoformat(" ", "minutes")
