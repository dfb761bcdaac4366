"""Figures as reports show them: one scale for a whole table, signs where they mean a change."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from commission_opt.place.place import SYMBOLS, PlaceSettings

SCALES = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))
"""Units of large figures, with their short signs."""

LEAST_SHOWN = 1000.0
"""Size, in its unit, of the largest figure of a column: large enough for the small ones to be seen beside it."""

MOST_DECIMALS = 3


@dataclass(frozen=True)
class Scale:
    """One unit for a column of figures, so that they can be compared by eye.

    Parameters
    ----------
    size : float
        What a figure is divided by.
    unit : str
        For the heading, as in ``£m``; blank where figures are as they are.
    decimals : int
        Digits after the point.
    """

    size: float
    unit: str
    decimals: int

    def text(self, figure: float, signed: bool = False) -> str:
        """Return a figure in this unit; a dash where there is none."""
        if not math.isfinite(figure):
            return "-"
        shown = round(figure / self.size, self.decimals) + 0.0
        sign = "+" if signed and shown > 0 else ""
        return f"{sign}{shown:,.{self.decimals}f}"


BRIEF = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))
"""Sizes in which single figures are told."""


def scale_of(figures: Iterable[float], symbol: str = "", steps: Iterable[float] = ()) -> Scale:
    """Return the scale in which the largest of the figures has four to six digits, and the steps can be seen.

    Parameters
    ----------
    figures : iterable of float
        What is to be shown.
    symbol : str
        Sign of the currency; blank for other figures.
    steps : iterable of float
        Differences that must not vanish in rounding.
    """
    sizes = [abs(figure) for figure in figures if math.isfinite(figure)]
    largest = max(sizes, default=0.0)
    size, unit = next(((size, unit) for size, unit in SCALES if largest >= LEAST_SHOWN * size), (1.0, ""))
    if largest == 0:
        return Scale(1.0, symbol, 0)
    smallest = min((abs(step) for step in steps if math.isfinite(step) and step), default=largest) / size
    decimals = 0 if largest / size >= 100 * LEAST_SHOWN else 1
    while decimals < MOST_DECIMALS and smallest < 10**-decimals:
        decimals += 1
    return Scale(size, f"{symbol}{unit}", decimals)


def money_scale(figures: Iterable[float], settings: PlaceSettings) -> Scale:
    """Return the scale of a column of money, which is in the place's money unit."""
    symbol = SYMBOLS.get(settings.currency, settings.currency)
    scale = scale_of([figure * settings.money_unit for figure in figures], symbol)
    return Scale(scale.size / settings.money_unit, scale.unit, scale.decimals)


def brief(figure: float) -> str:
    """Return a figure in three digits: ``56.1m``, ``514k``."""
    size, suffix = next(((size, word) for size, word in BRIEF if abs(figure) >= size * 0.9995), (1.0, ""))
    shown = figure / size
    return f"{shown:,.{2 if abs(shown) < 10 else 1 if abs(shown) < 100 else 0}f}{suffix}"


def signed_text(figure: float, words: Callable[[float], str]) -> str:
    """Return a change in words with its sign."""
    return f"{'+' if figure > 0 else ''}{words(figure)}"


def percent(share: float, signed: bool = False, decimals: int = 1) -> str:
    """Return a share as a percentage; a dash where there is none."""
    if not math.isfinite(share):
        return "-"
    shown = round(100 * share, decimals) + 0.0
    return f"{'+' if signed and shown > 0 else ''}{shown:.{decimals}f} %"


def gap_text(gap: float) -> str:
    """Return a proven gap without claiming that it is nothing; rounded up, for no plan is said to be better by it."""
    if gap < 1e-6:
        return "< 0.0001 %"
    step = 10.0 ** min(math.floor(math.log10(100 * gap)), 0)
    return f"{step * math.ceil(100 * gap / step - 1e-9):.6g} %"


def with_unit(name: str, unit: str) -> str:
    """Return a heading with the unit of its figures: ``Spend (£m)``."""
    return f"{name} ({unit})" if unit else name
