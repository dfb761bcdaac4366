"""The conflict: which rules cannot hold together, checked by arithmetic before it is told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commission_opt.model.formulate import Formulation
from commission_opt.place.names import IntArray
from commission_opt.place.place import Place
from commission_opt.plan.exposed import expose_bounds
from commission_opt.plan.gates import OUTSIDE
from commission_opt.plan.irreducible import Reducer
from commission_opt.plan.shortfall import Shortfall, worst_shortfall
from commission_opt.plan.words import (
    amount_text,
    demands_text,
    label_text,
    list_text,
    money_text,
    rule_of,
    standing_of,
    subject_text,
)
from commission_opt.program.blocks import Block, block_at
from commission_opt.program.linear import LinearProgram
from commission_opt.rules.base import PRIORITY
from commission_opt.solvers import Solver, Status

TOLD = 12
"""Rows of a conflict that are told one by one; of more, those of one kind and subject are told together."""

FEW = 4
"""Streams and pots that are named in the headline."""


@dataclass(frozen=True)
class ConflictItem:
    """One rule's part in a conflict.

    Parameters
    ----------
    rule, label : str
        Rule family, and label of the row.
    side : str
        ``at least``, ``at most`` or ``exactly``.
    bound : float
        What the row demands or allows.
    unit : str
        Unit of the bound.
    sentence : str
        The same in words.
    """

    rule: str
    label: str
    side: str
    bound: float
    unit: str
    sentence: str


@dataclass(frozen=True)
class Conflict:
    """Rules that cannot hold together.

    Parameters
    ----------
    headline : str
        The conflict in one sentence, with its shortfall.
    items : tuple of ConflictItem
        The rules that make it.
    shortfall : float
        By how much the demands exceed what is possible, in ``unit``.
    unit : str
        Unit of the shortfall.
    """

    headline: str
    items: tuple[ConflictItem, ...]
    shortfall: float
    unit: str

    def __str__(self) -> str:
        return "\n".join([self.headline, *(f"  - {item.sentence}" for item in self.items)])


def find_conflict(formulation: Formulation, program: LinearProgram, solver: Solver) -> Conflict | None:
    """Explain why a program is infeasible: money short of minima first, else an irreducible set of rules.

    Parameters
    ----------
    formulation : Formulation
        What was formulated.
    program : LinearProgram
        The infeasible program, with any further rows.
    solver : Solver
        Who answers the helping programs.

    Returns
    -------
    Conflict or None
        None where no conflict could be proven: then the program may be feasible after all.
    """
    short = worst_shortfall(formulation, solver)
    if short is not None:
        return _money_conflict(formulation, short)
    exposed = expose_bounds(program, 2.0 * float(formulation.money.amount.sum()))
    reducer = Reducer(exposed, solver)
    rows = reducer.rows()
    if len(rows):
        return _rule_conflict(formulation.arrays.place, exposed, rows, reducer)
    return _whole_conflict(formulation.arrays.place, exposed, solver) if len(program.whole) else None


def _money_conflict(formulation: Formulation, short: Shortfall) -> Conflict:
    """Put a shortage of money in words: what has to be spent, by whom, for what."""
    settings = formulation.arrays.place.settings
    payers = list_text(short.payers) if len(short.payers) <= FEW else f"{len(short.payers)} streams and pots together"
    verb = "has" if len(short.payers) == 1 else "have"
    headline = (
        f"Money is short in {short.year}: {payers} {verb} {money_text(short.has, settings)} of {short.kind} money, but "
        f"duties need at least {money_text(short.needs, settings)} for services that nobody else may pay for: "
        f"{money_text(short.needs - short.has, settings)} short."
    )
    items = [
        ConflictItem(
            rule=demand.rule,
            label=demand.label,
            side="at least",
            bound=demand.amount,
            unit="money a year",
            sentence=f"{demand.words}: {money_text(demand.amount, settings)}" if demand.amount else demand.words,
        )
        for demand in short.demands
    ]
    items += [
        ConflictItem("pooling", label, "at most", amount, "money a year", f"{name} has {money_text(amount, settings)}")
        for label, name, amount in short.funds
    ]
    items += [
        ConflictItem(
            rule="ring_fences",
            label=f"{OUTSIDE}[{name}]",
            side="at most",
            bound=0.0,
            unit="money a year",
            sentence=f"the ring fence {name} keeps {money_text(amount, settings)} from these services",
        )
        for name, amount in short.fenced
    ]
    return Conflict(headline, tuple(items), short.needs - short.has, "money a year")


def _rule_conflict(place: Place, program: LinearProgram, rows: IntArray, reducer: Reducer) -> Conflict:
    if len(rows) <= TOLD:
        parts = [rows[at : at + 1] for at in range(len(rows))]
    else:
        subject = np.array([subject_text(block_at(program.rows, int(row)), int(row)) for row in rows])
        parts = [rows[subject == name] for name in dict.fromkeys(subject.tolist())]
    items = tuple(_item(place, program, part) for part in parts)
    excess, unit = _apart(program, rows, reducer)
    amount = amount_text(excess, unit, place.settings)
    headline = f"{len(items)} rules cannot hold together{f', {amount} apart' if unit else ''}; "
    headline += "without any one of them the others could:"
    if len(items) == 1:
        headline = "One rule cannot hold, whatever else is given up: it asks for "
        headline += f"{amount} more than demand, coverage and the other limits of columns allow:"
    return Conflict(headline, items, excess, unit)


def _apart(program: LinearProgram, rows: IntArray, reducer: Reducer) -> tuple[float, str]:
    """Return by how much rules are apart, and the unit: of all if they share it, else of money or duties."""
    blocks = [block_at(program.rows, int(row)) for row in rows]
    units = np.array([block.unit for block in blocks])
    may = np.array([standing_of(block) in PRIORITY for block in blocks])
    if len(set(units.tolist())) == 1:
        return reducer.excess(rows, np.ones(len(rows), dtype=bool)), str(units[0])
    last: dict[str, int] = {}
    for block in (block for block in blocks if standing_of(block) in PRIORITY):
        last[block.unit] = max(last.get(block.unit, 0), PRIORITY.index(standing_of(block)))
    for unit in sorted(last, key=lambda one: (not one.startswith("money"), -last[one], one)):
        excess = reducer.excess(rows, may & (units == unit))
        if excess > 0:
            return excess, str(unit)
    return 0.0, ""


def _whole_conflict(place: Place, program: LinearProgram, solver: Solver) -> Conflict | None:
    """Name the kinds of rules that leave no yes-or-no decision open, dropping one kind after another.

    With fractions all rules could hold, so no prices prove the conflict; each kind named is needed for it, by solving.
    """
    if solver.solve(program.with_objective(np.zeros(program.shape[1]))).status is not Status.INFEASIBLE:
        return None
    rows = np.arange(program.shape[0])
    for block in program.rows:
        rest = rows[(rows < block.start) | (rows >= block.stop)]
        part = program.only_rows(rest).with_objective(np.zeros(program.shape[1]))
        told = standing_of(block) != "identity" and len(rest) < len(rows)
        if told and solver.solve(part).status is Status.INFEASIBLE:
            rows = rest
    kept = [block for block in program.rows if standing_of(block) != "identity" and _any(rows, block)]
    items = tuple(_item(place, program, np.arange(block.start, block.stop)) for block in kept)
    headline = "With whole units and yes-or-no decisions these kinds of rules cannot hold together:"
    return Conflict(headline, items, 0.0, "")


def _any(rows: IntArray, block: Block) -> bool:
    return bool(((rows >= block.start) & (rows < block.stop)).any())


def _item(place: Place, program: LinearProgram, rows: IntArray) -> ConflictItem:
    """Put rows of one block in words, with the sum of their bounds."""
    block = block_at(program.rows, int(rows[0]))
    low, high = program.row_lower[rows], program.row_upper[rows]
    least = bool(np.isfinite(low).all())
    return ConflictItem(
        rule=rule_of(block),
        label=label_text(block, rows),
        side="exactly" if (low == high).all() else "at least" if least else "at most",
        bound=float((low if least else high).sum()),
        unit=block.unit,
        sentence=demands_text(program, block, rows, place),
    )
