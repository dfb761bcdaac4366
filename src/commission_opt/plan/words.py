"""Amounts and rows in words, from each rule family's own sentences."""

from __future__ import annotations

from collections.abc import Sequence
from string import Formatter

import numpy as np
import numpy.typing as npt

from commission_opt.model.objective import OBJECTIVE_WORDS
from commission_opt.place.names import EVERYTHING, FloatArray, IntArray, Names
from commission_opt.place.people import name_in_sentence
from commission_opt.place.place import SYMBOLS, Place, PlaceSettings
from commission_opt.program.blocks import Block
from commission_opt.program.linear import LinearProgram
from commission_opt.rules import FAMILIES, Words
from commission_opt.rules.base import Standing

Texts = npt.NDArray[np.object_]

OWN = "own"
"""First word of rows that users add themselves."""

OWN_WORDS: dict[str, Words] = {
    "own.volume": Words(
        price="one more {unit} of {service} asked for in {year}",
        demand="{bound} of {service} are asked for in {year}",
        standing="political",
        gives="{amount} fewer of {service} are asked for in {year}: {to}, not {bound}",
    )
}
"""What rows mean that a question adds."""

PLURALS = {
    "agency": "agencies",
    "area": "areas",
    "cohort": "cohorts",
    "year": "years",
    "service": "services",
    "outcome": "outcomes",
    "subject": "services",
}

HIDDEN = {"cohort": " ({cohort})", "area": " in {area}"}
"""What is left out of a sentence with a dimension."""

ROUNDING = 1e-6
"""Part of the last digit shown that is rounding."""

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


def outward_text(amount: float, unit: str, settings: PlaceSettings, way: float) -> str:
    """Return an amount rounded up (1), down (-1) or to the nearest (0) at the last digit shown."""
    factor = settings.money_unit if unit.startswith("money") else 1
    size = abs(amount) * factor
    if size < (999.5 if unit.startswith("money") else 1000):
        digits = -2.0 if unit.startswith("money") else np.floor(np.log10(max(size, 1e-300))) - 3
    else:
        digits = np.floor(np.log10(size)) - 2 if unit.startswith("money") else 0.0
    step = 10.0**digits
    steps = amount * factor / step
    rounded = {1.0: np.ceil(steps - ROUNDING), -1.0: np.floor(steps + ROUNDING)}.get(way, np.rint(steps))
    return amount_text(float(rounded) * step / factor, unit, settings)


def board_amounts(most: FloatArray, unit: str, settings: PlaceSettings) -> FloatArray:
    """Return amounts that a board would speak of, up to the most: £1, £1k, £1m; one unit of all else."""
    if not unit.startswith("money"):
        return np.ones(len(most))
    steps = [step for step, _ in STEPS]
    whole = most * settings.money_unit
    return np.select([whole >= step for step in steps], steps, 1.0) / settings.money_unit


def board_text(amount: float, unit: str, settings: PlaceSettings) -> str:
    """Return such an amount in words: ``£1m`` for money, ``case`` for one of ``cases a year``."""
    return money_text(amount, settings).replace(".00", "") if unit.startswith("money") else unit_text(unit, settings)


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


def price_texts(block: Block, rows: IntArray, place: Place, amounts: FloatArray) -> list[str]:
    """Say of each row what one more unit of its bound is, or one more of a round amount of money.

    A large place has a hundred thousand such rows, so names are looked up once for all rows that share them.
    """
    words = words_of(block)
    different, which = np.unique(amounts, return_inverse=True)
    units = [board_text(amount, block.unit, place.settings) for amount in different.tolist()]
    if words is None:
        labels = block.labels(rows).tolist()
        return [f"one more {units[at]} in the bound of {label}" for at, label in zip(which, labels, strict=True)]
    keys = block.keys.take(rows - block.start)
    named, hidden = {}, np.zeros((len(keys.names), len(rows)), dtype=bool)
    for at, (names, codes) in enumerate(zip(keys.names, keys.codes, strict=True)):
        found, alike = np.unique(codes, return_inverse=True)
        named[names.dimension] = np.array([_named(names, one, place) for one in found[:, None]], dtype=object)[alike]
        hidden[at] = np.array([_hides(names, one) for one in found[:, None]], dtype=bool)[alike]
    texts = np.empty(len(rows), dtype=object)
    shapes, shape = np.unique(np.vstack([which, hidden]), axis=1, return_inverse=True)
    for at, (unit, *hides) in enumerate(shapes.T.tolist()):
        own = np.flatnonzero(shape.reshape(-1) == at)
        sentence = words.price.replace("{unit}", units[unit])
        dimensions = [names.dimension for names, hide in zip(keys.names, hides, strict=True) if hide]
        texts[own] = _told_each(sentence, {name: each[own] for name, each in named.items()}, dimensions)
    return texts.tolist()


def demand_text(program: LinearProgram, block: Block, position: int, place: Place) -> str:
    """Say what a row demands, with its bound."""
    return demands_text(program, block, np.array([position]), place)


def demands_text(program: LinearProgram, block: Block, rows: IntArray, place: Place) -> str:
    """Say what some rows of a block demand together, with the sum of their bounds."""
    low, high = program.row_lower[rows], program.row_upper[rows]
    bound = float(np.where(np.isfinite(low), low, high).sum())
    words = words_of(block)
    sentence = f"{_plain_label(block, int(rows[0]))} has to be {{bound}}" if words is None else words.demand
    return _filled(sentence, block, rows, place, bound=amount_text(bound, block.unit, place.settings))


def gives_text(block: Block, rows: IntArray, place: Place, figures: tuple[str, str, str]) -> str:
    """Say what it is to let some rows of a block give way, by an amount, from a bound to another, each in words."""
    amount, bound, to = figures
    words = words_of(block)
    gate = FAMILIES[rule_of(block)].gates.get(block.family) if rule_of(block) in FAMILIES else None
    sentence = gate.gives if gate is not None else words.gives if words is not None else ""
    if not sentence:
        demand = f"{_plain_label(block, int(rows[0]))} has to be {{bound}}" if words is None else words.demand
        stated = "{bound}" in demand
        sentence = f"{demand.replace('{bound}', '{to}')}, not {{bound}}" if stated else f"{demand}, but for {{amount}}"
    return _filled(sentence, block, rows, place, amount=amount, bound=bound, to=to)


def words_of(block: Block) -> Words | None:
    """Return the words of a rule or an objective for a block of rows, also where a bound is told as rows."""
    family = FAMILIES.get(rule_of(block))
    if family is None:
        return (OBJECTIVE_WORDS | OWN_WORDS).get(block.family)
    bound = family.bounds.get(block.family)
    return family.words.get(block.family) if bound is None else bound.words


def standing_of(block: Block) -> Standing:
    """Return who could let rows give way; a row of a user's own is an agreement, any other is not to be touched."""
    if rule_of(block) not in FAMILIES:
        return "political" if rule_of(block) == OWN else "identity"
    words = words_of(block)
    return "fact" if words is None or words.standing is None else words.standing


def label_text(block: Block, rows: IntArray) -> str:
    """Return the label of some rows of a block, with an asterisk where their names differ."""
    parts, keys = [], block.keys.take(rows - block.start)
    for names, codes in zip(keys.names, keys.codes, strict=True):
        found = np.unique(codes)
        parts.append(str(names.text(found)[0]) or "-" if len(found) == 1 else "*")
    return f"{block.family}[{','.join(parts)}]" if parts else block.family


def subject_text(block: Block, row: int) -> str:
    """Return what a row is about: its family and the first of its names."""
    keys, at = block.keys, slice(row - block.start, row - block.start + 1)
    return f"{block.family}[{keys.names[0].text(keys.small[0][at])[0]}]" if keys.names else block.family


def rule_of(block: Block) -> str:
    """Return the rule family of a block of rows."""
    return block.family.partition(".")[0]


def _plain_label(block: Block, position: int) -> str:
    return block.label(position).replace("{", "(").replace("}", ")")


def _filled(sentence: str, block: Block, rows: IntArray, place: Place, **figures: str) -> str:
    """Fill in a sentence about some rows of a block: their names by dimension, the unit, and figures in words.

    Where clusters decide alone, whose part of the row it is follows the sentence.
    """
    keys = block.keys.take(rows - block.start)
    named = {names.dimension: _named(names, codes, place) for names, codes in zip(keys.names, keys.codes, strict=True)}
    hidden = [names.dimension for names, codes in zip(keys.names, keys.codes, strict=True) if _hides(names, codes)]
    return _told(sentence, {"unit": unit_text(block.unit, place.settings), **named, **figures}, hidden)


def _told(sentence: str, named: dict[str, str], hidden: list[str]) -> str:
    told = _told_each(sentence, {name: np.array([text], dtype=object) for name, text in named.items()}, hidden)
    return str(told[0])


def _told_each(sentence: str, named: dict[str, Texts], hidden: list[str]) -> Texts:
    """Fill in a sentence with the names of every row, leaving some dimensions out."""
    for dimension in hidden:
        sentence = sentence.replace(HIDDEN[dimension], "")
    told = np.full(max((len(texts) for texts in named.values()), default=1), "", dtype=object)
    for words, name, _, _ in Formatter().parse(sentence):
        told = told + words
        told = told + named[name] if name is not None else told
    if "neighbourhood" in named and "{neighbourhood}" not in sentence:
        whose = named["neighbourhood"]
        parts = ["" if not one or one.startswith("all ") else f" (part of {one})" for one in whose]
        told = told + np.array(parts, dtype=object)
    return told


def _hides(names: Names, codes: IntArray) -> bool:
    """Whether a sentence leaves a dimension out: the only area, and cohorts that are not divided, or several."""
    if names.dimension == "cohort":
        return bool(codes[0] == EVERYTHING or (codes != codes[0]).any() or "" in names.text(codes))
    return names.dimension == "area" and len(names) == 1


def _named(names: Names, codes: IntArray, place: Place) -> str:
    """Return the names of some rows along a dimension: each of a few, a run of years, or how many."""
    found = np.unique(codes)
    labels = [str(label) for label in names.text(found)]
    plural = PLURALS.get(names.dimension, f"{names.dimension}s")
    if EVERYTHING in found or (len(found) > 1 and len(found) == len(names) and names.dimension != "year"):
        return f"all {plural}"
    if names.dimension == "year" and len(found) > 1 and found[-1] - found[0] == len(found) - 1:
        return f"{labels[0]} to {labels[-1]}"
    if len(found) > 3:
        return f"{len(found)} {plural}"
    return list_text([name_in_sentence(place, names.dimension, label) for label in labels])


def _three_figures(size: float) -> str:
    decimals = 2 if size < 10 else 1 if size < 100 else 0
    return f"{size:,.{decimals}f}"
