"""The settings of a place: what ``place.toml`` says, checked."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from commission_opt.errors import Problem, nearest
from commission_opt.place.place import MULTIPLES, PlaceSettings
from commission_opt.place.sheets import control_character, quoted

NAMES = tuple(field.name for field in fields(PlaceSettings))
SHORT_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
CURRENCY = re.compile(r"[A-Z]{3}")
WHERE_GIVEN = "settings"
"""Where a problem lies when settings came from Python and not from a file."""


class UnsuitableError(Exception):
    """A setting's value does not do; the text says what was expected."""


@dataclass(frozen=True)
class Statements:
    """Settings as stated, with where they were stated.

    Parameters
    ----------
    values : mapping
        Setting to value, unchecked.
    where : str
        File as the user knows it, or ``settings``.
    lines : mapping of str to int
        Line of the file on which each setting stands; empty where there is no file.
    """

    values: Mapping[str, Any]
    where: str
    lines: Mapping[str, int]

    def problem(self, name: str, message: str, remedy: str = "") -> Problem:
        """Return a problem of one setting."""
        return Problem(self.where, message, remedy, row=self.lines.get(name), column=name)


def read_toml(text: str, where: str) -> tuple[Statements, list[Problem]]:
    """Read the text of ``place.toml``; what does not parse is a problem with its line."""
    try:
        values = tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        row = int(line[1]) if line else len(text.splitlines())
        remedy = 'Write one setting a line, as in name = "ashford", with text in quotation marks.'
        return Statements({}, where, {}), [Problem(where, f"is not valid TOML: {error}", remedy, row=row)]
    lines: dict[str, int] = {}
    for number, line_text in enumerate(text.splitlines(), start=1):
        if match := re.match(r"\s*\[*\s*[\"']?([A-Za-z0-9_-]+)", line_text):
            lines.setdefault(match[1], number)
    return Statements(values, where, lines), []


def check_settings(stated: Statements) -> tuple[PlaceSettings, list[Problem]]:
    """Check every setting.

    Parameters
    ----------
    stated : Statements
        Settings as written.

    Returns
    -------
    tuple of PlaceSettings and list of Problem
        A setting that is wrong or missing holds a harmless stand-in (``years`` none at all), so that the tables
        can still be read and all problems reported at once.
    """
    problems = [
        stated.problem(
            str(name), f"{quoted(name)} is not a setting of a place", nearest(str(name), NAMES) or _settings_list()
        )
        for name in stated.values
        if name not in NAMES
    ]
    good: dict[str, Any] = {"name": "", "years": ()}
    for name, check in CHECKS.items():
        if name not in stated.values:
            if name in good:
                problems.append(stated.problem(name, "the setting is missing", f"Add {EXAMPLES[name]}."))
            continue
        value = stated.values[name]
        try:
            good[name] = check(value)
        except UnsuitableError as expected:
            remedy = f"Write, for example, {EXAMPLES[name]}." if name in EXAMPLES else ""
            problems.append(stated.problem(name, f"{quoted(value)} will not do; expected {expected}", remedy))
    return PlaceSettings(**good), problems


def _settings_list() -> str:
    return f"The settings are {', '.join(NAMES)}."


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise UnsuitableError("text in quotation marks")
    if control_character(value, "\n\t\r"):
        raise UnsuitableError("text without control characters")
    return value


def _name(value: Any) -> str:
    if not SHORT_NAME.fullmatch(text := _text(value)):
        raise UnsuitableError("a short name of lower-case letters, digits, hyphens and underscores")
    return text


def _years(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence) or not value:
        raise UnsuitableError("a list of one or more years")
    years = tuple(_year(year) for year in value)
    for at, year in enumerate(years):
        if year in years[:at]:
            raise UnsuitableError(f"each year once, but {quoted(year)} is there twice")
    return years


def _year(value: Any) -> str:
    """Return one year as text, whether it was written as text or as a whole number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UnsuitableError("years as text or whole numbers")
    if isinstance(value, float):
        if not value.is_integer():
            raise UnsuitableError("years as text or whole numbers")
        value = int(value)
    year = str(value).strip()
    if not year or control_character(year):
        raise UnsuitableError("years that are not blank")
    return year


def _currency(value: Any) -> str:
    if not CURRENCY.fullmatch(text := _text(value)):
        raise UnsuitableError("a code of three capital letters")
    return text


def _money_unit(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value not in MULTIPLES:
        raise UnsuitableError("1, 1000 or 1000000")
    return int(value)


def _price_year(value: Any) -> str:
    return value if value == "" else _year(value)


def _discount_rate(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UnsuitableError("a number from 0 to 1")
    if not 0.0 <= value <= 1.0:
        raise UnsuitableError("a number from 0 to 1")
    return float(value)


CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "years": _years,
    "title": _text,
    "description": _text,
    "currency": _currency,
    "money_unit": _money_unit,
    "price_year": _price_year,
    "discount_rate": _discount_rate,
    "source": _text,
}
"""How each setting is checked."""

EXAMPLES = {
    "name": 'name = "ashford"',
    "years": 'years = ["2025/26", "2026/27"]',
    "currency": 'currency = "GBP"',
    "money_unit": "money_unit = 1000",
    "price_year": 'price_year = "2024/25"',
    "discount_rate": "discount_rate = 0.035",
}
"""How a setting is written."""
