"""What the sheets and columns of a place's workbook are called, in writing it and in reading it back."""

from __future__ import annotations

import re
from collections.abc import Container

from commission_opt.place.columns import Column
from commission_opt.place.place import MULTIPLES, SYMBOLS, PlaceSettings

SETTINGS_SHEET = "place"
SETTINGS_HEADINGS = ("setting", "value", "meaning")
NOT_READ = ("cover", "notes")
"""How the names of sheets begin that are for people alone."""

LONGEST = 200
"""Characters of a heading that are looked at; none is as long."""

HEADING = re.compile(r"\s*(?P<name>.*?)\s*\*?\s*(?:\((?P<unit>.*)\))?\s*\*?\s*", re.DOTALL)
MONEY_SIGN = re.compile(r"(?P<sign>[£€$])\s?(?P<multiple>k|m|thousand|million)?(?=[\s)]|$)")
MULTIPLE_OF = {None: 1, "k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}


def heading(column: Column, settings: PlaceSettings) -> str:
    """Return the heading of a column: its name, a star where it must be filled in, and its unit."""
    unit = re.sub(r"\bmoney\b", money_name(settings), column.unit)
    return column.name + ("*" if column.required else "") + (f" ({unit})" if unit else "")


def money_name(settings: PlaceSettings) -> str:
    """Return what one unit of money is called: ``£``, ``£k``, ``SEK m``."""
    sign = SYMBOLS.get(settings.currency, f"{settings.currency} ")
    return f"{sign}{MULTIPLES[settings.money_unit]}".strip()


def plain_name(text: str, known: Container[str]) -> str:
    """Return the name that a heading or a sheet's name stands for; the text itself where that is not known."""
    match = HEADING.fullmatch(text[:LONGEST])
    name = re.sub(r"[\s-]+", "_", match["name"] if match else text).casefold()
    return name if name in known else text.strip()


def other_money(text: str, settings: PlaceSettings) -> str:
    """Return the money that a heading states where the place's own is another; a blank where they agree."""
    match = HEADING.fullmatch(text[:LONGEST])
    found = MONEY_SIGN.search(match["unit"] or "") if match else None
    if found is None or (found["sign"], MULTIPLE_OF[found["multiple"]]) == (
        SYMBOLS.get(settings.currency),
        settings.money_unit,
    ):
        return ""
    return found[0]
