"""Repairs: what would have to change in the rules for a plan to be possible, in words and in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.place.place import Place
from commission_opt.plan.levers import Lever
from commission_opt.plan.words import gives_text, label_text, outward_text
from commission_opt.program.linear import LinearProgram
from commission_opt.rules.base import PRIORITY, Standing

TOLD = 2
"""Changes told one by one in a repair's sentence; the rest are counted."""


@dataclass(frozen=True)
class RuleChange:
    """One rule that gives way in a repair.

    Parameters
    ----------
    rule, label : str
        Rule family, and label of the row; an asterisk stands for parts of one figure that change in proportion.
    standing : str
        Who can let it give way: ``political``, ``financial`` or ``statutory``.
    side : str
        Whether its ``least`` or its ``most`` changes; ``none`` where money goes where it may not go today.
    bound, to, amount : float
        The bound today, the new one, and by how much it gives way, in ``unit``; sums where it has several parts.
    unit : str
        Unit of the amounts.
    sentence : str
        The same in words.
    rows : tuple of str
        Labels of the rows that change.
    bounds : tuple of float
        The new bound of each.
    """

    rule: str
    label: str
    standing: Standing
    side: str
    bound: float
    to: float
    amount: float
    unit: str
    sentence: str
    rows: tuple[str, ...]
    bounds: tuple[float, ...]


@dataclass(frozen=True)
class Repair:
    """A set of rule changes with which a plan is possible, verified by solving.

    Parameters
    ----------
    standing : str
        The last of ``political``, ``financial`` and ``statutory`` that it needs.
    sentence : str
        All of it in words.
    changes : tuple of RuleChange
        One for each figure that changes.
    money : float
        What the changes of money add up to, in the place's money unit.
    gap : float
        By which share of itself the repair could be smaller, changing the same kinds of rules: proven by prices, or
        claimed by the solver where there are yes-or-no decisions.
    """

    standing: Standing
    sentence: str
    changes: tuple[RuleChange, ...]
    money: float
    gap: float

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, eq=False)
class Given:
    """What one lever gives in a repair: the positions of its block, and the amount of each."""

    lever: Lever
    at: IntArray
    amount: FloatArray

    @property
    def whole(self) -> float:
        """What they add up to."""
        return float(self.amount.sum())


def make_repair(program: LinearProgram, given: Sequence[Given], place: Place, gap: float) -> Repair:
    """Put what levers give in words."""
    changes = tuple(_change(program, one, place) for one in given)
    by_subject: dict[str, list[Given]] = {}
    for one in given:
        by_subject.setdefault(one.lever.subject, []).append(one)
    largest = sorted(by_subject.values(), key=lambda parts: -sum(one.whole / one.lever.scale for one in parts))
    clauses = [_clause(program, parts, place) for parts in largest[:TOLD]]
    if len(largest) > TOLD:
        count = len(largest) - TOLD
        clauses.append(f"{count} smaller {'change' if count == 1 else 'changes'}")
    sentence = "; ".join(clauses)
    return Repair(
        standing=PRIORITY[max(PRIORITY.index(one.lever.standing) for one in given)],
        sentence=f"{sentence[:1].upper()}{sentence[1:]}.",
        changes=changes,
        money=sum(one.whole for one in given if one.lever.block.unit.startswith("money")),
        gap=gap,
    )


def new_bounds(program: LinearProgram, given: Sequence[Given]) -> LinearProgram:
    """Return the program with the bounds that these levers give."""
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    for one in given:
        if one.lever.side == "least":
            lower[one.at] -= one.amount
        elif one.lever.side:
            upper[one.at] += one.amount
    return program.with_bounds(program.lower, program.upper, lower, upper)


def _change(program: LinearProgram, given: Given, place: Place) -> RuleChange:
    lever = given.lever
    bound, sign = _bounds(program, given)
    return RuleChange(
        rule=lever.kind.partition(".")[0],
        label=label_text(lever.block, given.at),
        standing=lever.standing,
        side=lever.side or "none",
        bound=float(bound.sum()),
        to=float((bound + sign * given.amount).sum()),
        amount=given.whole,
        unit=lever.block.unit,
        sentence=_clause(program, [given], place),
        rows=tuple(lever.block.label(int(row)) for row in given.at) if lever.side else (),
        bounds=tuple((bound + sign * given.amount).tolist()) if lever.side else (),
    )


def _clause(program: LinearProgram, given: Sequence[Given], place: Place) -> str:
    """Say what levers of one subject give, over all their years."""
    block, settings = given[0].lever.block, place.settings
    amount = sum(one.whole for one in given)
    bounds = [_bounds(program, one) for one in given]
    bound, sign = sum(float(found.sum()) for found, _ in bounds), bounds[0][1]
    figures = (
        outward_text(amount, block.unit, settings, 1.0),
        outward_text(bound, block.unit, settings, 0.0).partition(" ")[0],
        outward_text(bound + sign * amount, block.unit, settings, sign),
    )
    return gives_text(block, np.concatenate([one.at for one in given]), place, figures)


def _bounds(program: LinearProgram, given: Given) -> tuple[FloatArray, float]:
    """Return (e,) the bounds that give way, and the sign of the change."""
    if given.lever.side == "least":
        return program.row_lower[given.at], -1.0
    return (program.row_upper[given.at] if given.lever.side else np.zeros(len(given.at))), 1.0
