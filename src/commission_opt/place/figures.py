"""One cell of text to one figure: money, numbers, shares, whole numbers, yes and no."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from commission_opt.place.columns import Kind
from commission_opt.place.place import SYMBOLS, PlaceSettings

EXPECTED = {
    Kind.MONEY: "an amount of money such as 1200, 1,200, (500) or 1.2m",
    Kind.NUMBER: "a number such as 1200 or 0.5",
    Kind.SHARE: "a share such as 0.05 or 5%",
    Kind.WHOLE: "a whole number such as 0, 1 or 2",
    Kind.FLAG: "yes or no",
}
"""What a cell of each numeric kind looks like."""

SUFFIXES = {"": 1, "k": 1_000, "m": 1_000_000, "bn": 1_000_000_000}
FLAGS = {"yes": 1.0, "y": 1.0, "true": 1.0, "1": 1.0, "no": 0.0, "n": 0.0, "false": 0.0, "0": 0.0}

FIGURE = re.compile(
    r"(?P<open>\()?\s*(?P<sign>[+-]?)\s*(?P<symbol>[£€$]?)\s*(?P<inner>-?)"
    r"(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?P<power>e[+-]?\d{1,4})?"
    r"\s*(?P<suffix>k|m|bn|%)?\s*(?P<close>\))?",
    re.ASCII | re.IGNORECASE,
)
STRAY_COMMA = re.compile(r"[^\d]*[\d.]*,[\d,.]*[^\d]*", re.ASCII)
SPACED = re.compile(r"[^\d]*\d{1,3}(\s\d{3})+(\D.*)?", re.DOTALL)


@dataclass(frozen=True)
class Complaint:
    """Why a cell cannot be read, as the end of a sentence that begins with the cell, and what to do."""

    message: str
    remedy: str = ""


def read_figure(text: str, kind: Kind, settings: PlaceSettings) -> float | Complaint:
    """Return the figure that a cell states, or why it states none.

    Parameters
    ----------
    text : str
        The cell without surrounding white space; not blank.
    kind : Kind
        A numeric kind.
    settings : PlaceSettings
        Plain figures of money are in its ``money_unit``; figures with a suffix (12k, 1.2m, 3bn) are in single
        units of currency and are divided by it.
    """
    if kind is Kind.FLAG:
        flag = FLAGS.get(text.casefold())
        return Complaint(f"is not {EXPECTED[kind]}") if flag is None else flag
    match = FIGURE.fullmatch(text)
    if match is None:
        return Complaint(f"is not {EXPECTED[kind]}", _remedy(text))
    return _wrong_marks(match, kind, settings) or _value(match, settings)


def _remedy(text: str) -> str:
    if text.casefold().lstrip("+-") in ("nan", "inf", "infinity", "na", "n/a", "null", "none", "-"):
        return "Leave the cell blank where there is no figure."
    if STRAY_COMMA.fullmatch(text):
        return "A comma may only separate groups of three digits, as in 1,200; write a decimal point, as in 12.5."
    if SPACED.fullmatch(text):
        return "Write the figure without spaces, as in 1200 or 1,200."
    return ""


def _wrong_marks(match: re.Match[str], kind: Kind, settings: PlaceSettings) -> Complaint | None:
    """Return what is wrong with the brackets, currency sign or suffix of a figure, if anything."""
    symbol, suffix, bracket = match["symbol"], (match["suffix"] or "").casefold(), match["open"] or match["close"]
    signs = match["sign"] + match["inner"]
    if suffix == "%" and kind is not Kind.SHARE:
        return Complaint(f"is not {EXPECTED[kind]}", "A percentage is only read where a share is expected.")
    if kind is not Kind.MONEY and (symbol or bracket or suffix in ("k", "m", "bn")):
        return Complaint(f"is not {EXPECTED[kind]}", "Write the figure in full, without signs of money.")
    if symbol and symbol != SYMBOLS.get(settings.currency):
        return Complaint(
            f"is not an amount of money in {settings.currency}", "Convert it to the currency of the place."
        )
    if (match["open"] is None) != (match["close"] is None) or (bracket and signs) or len(signs) > 1:
        return Complaint(f"is not {EXPECTED[kind]}", "Brackets stand for a minus: write (500) or -500.")
    return None


def _value(match: re.Match[str], settings: PlaceSettings) -> float | Complaint:
    suffix = (match["suffix"] or "").casefold()
    figure = Decimal(match["digits"].replace(",", "") + (match["power"] or ""))
    if suffix == "%":
        figure /= 100
    elif suffix:
        figure = figure * SUFFIXES[suffix] / settings.money_unit
    value = float(figure)
    if not math.isfinite(value):
        return Complaint("is too large to be a figure", "Check the number of digits.")
    return -value if match["open"] or "-" in (match["sign"], match["inner"]) else value
