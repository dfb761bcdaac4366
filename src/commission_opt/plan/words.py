"""Amounts and rows in words, from each rule family's own sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from commission_opt.model.objective import OBJECTIVE_WORDS
from commission_opt.place.place import SYMBOLS, PlaceSettings
from commission_opt.program.blocks import Block
from commission_opt.program.linear import LinearProgram
from commission_opt.rules import FAMILIES, Words

PLURALS = {
    "agency": "agencies",
    "area": "areas",
    "cohort": "cohorts",
    "year": "years",
    "service": "services",
    "outcome": "outcomes",
}

STEPS = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))


def money_text(amount: float, settings: PlaceSettings) -> str:
    """Return money as people write it: ``£1.25m``, ``-£300``; the amount is in the place's money unit."""
    whole = amount * settings.money_unit
    sign = "-" if whole < 0 else ""
    symbol = SYMBOLS.get(settings.currency, f"{settings.currency} ")
    size = abs(whole)
    for step, suffix in STEPS:
        if size >= step * 0.9995:
            return f"{sign}{symbol}{_three_figures(size / step)}{suffix}"
    return f"{sign}{symbol}{size:,.2f}".removesuffix(".00")


def number_text(amount: float) -> str:
    """Return a figure with thousands separated and no more decimals than it needs."""
    if not np.isfinite(amount):
        return "no limit"
    if abs(amount) >= 1000 or float(amount).is_integer():
        return f"{amount:,.0f}"
    return f"{amount:.4g}"


def amount_text(amount: float, unit: str, settings: PlaceSettings) -> str:
    """Return an amount with its unit: money with its sign, all else with the unit's words."""
    if unit.startswith("money"):
        return money_text(amount, settings)
    return f"{number_text(amount)} {unit.removesuffix(' a year')}"


def unit_text(unit: str, settings: PlaceSettings) -> str:
    """Return one unit in words: ``£1`` for money, ``case`` for ``cases a year``, ``unit of value``."""
    if unit.startswith("money"):
        return money_text(1.0, settings)
    word, of, rest = unit.removesuffix(" a year").partition(" of ")
    return f"{word.removesuffix('s')}{of}{rest}"


def list_text(names: Sequence[str]) -> str:
    """Return names as people list them: ``a, b and c``."""
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)


def share_text(share: float) -> str:
    """Return a share as a percentage that does not claim to be nothing: ``0.2 %``, ``less than 0.0000001 %``."""
    return f"{100 * share:.1g} %" if share > 1e-9 else "0.0000001 %"


def price_text(block: Block, position: int, settings: PlaceSettings) -> str:
    """Say what one more unit of a row's bound is."""
    return _filled(_words(block, position).price, block, position, unit=unit_text(block.unit, settings))


def demand_text(program: LinearProgram, block: Block, position: int, settings: PlaceSettings) -> str:
    """Say what a row demands, with its bound."""
    low, high = program.row_lower[position], program.row_upper[position]
    bound = amount_text(float(low if np.isfinite(low) else high), block.unit, settings)
    return _filled(_words(block, position).demand, block, position, bound=bound, unit=unit_text(block.unit, settings))


def rule_of(block: Block) -> str:
    """Return the rule family of a block of rows."""
    return block.family.partition(".")[0]


def _words(block: Block, position: int) -> Words:
    """Return the words of a row: its rule's, or those of the objectives; one that is a user's own has its label."""
    family = FAMILIES.get(rule_of(block))
    words = OBJECTIVE_WORDS if family is None else family.words
    if block.family in words:
        return words[block.family]
    name = block.label(position).replace("{", "(").replace("}", ")")
    return Words(price=f"one more {{unit}} in the bound of {name}", demand=f"{name} has to be {{bound}}")


def _filled(sentence: str, block: Block, position: int, **amounts: str) -> str:
    """Fill a sentence in; where clusters decide alone, whose part of the row it is follows it."""
    named = _names(block, position)
    whose = named.get("neighbourhood", "")
    part = "" if "{neighbourhood}" in sentence or not whose or whose.startswith("all ") else f" (part of {whose})"
    return sentence.format(**named, **amounts) + part


def _names(block: Block, position: int) -> dict[str, str]:
    """Return the names of a row by dimension, in words where they mean all or none."""
    at = position - block.start
    named = {}
    for names, codes in zip(block.keys.names, block.keys.codes, strict=True):
        label = str(names.text(codes[at : at + 1])[0])
        if label == "*":
            label = f"all {PLURALS.get(names.dimension, names.dimension + 's')}"
        named[names.dimension] = label or "everyone"
    return named


def _three_figures(size: float) -> str:
    decimals = 2 if size < 10 else 1 if size < 100 else 0
    return f"{size:,.{decimals}f}"
