"""The conflict: which rules cannot hold together, checked by arithmetic before it is told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from commission_opt.model.formulate import Formulation
from commission_opt.place.names import BoolArray, FloatArray, IntArray
from commission_opt.plan.certificate import proven_bound
from commission_opt.plan.shortfall import Shortfall, worst_shortfall
from commission_opt.plan.words import amount_text, demand_text, list_text, money_text, rule_of
from commission_opt.program.blocks import Block, Keys, block_at
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Answer, Solver, Status

PROVEN = 1e-9
"""Relative amount by which the demands of a conflict have to exceed what is possible."""


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
    rows = _irreducible(program, _support(program, solver), solver)
    if len(rows):
        return _rule_conflict(formulation, program, rows, solver)
    return _whole_conflict(formulation, program, solver) if len(program.whole) else None


def _money_conflict(formulation: Formulation, short: Shortfall) -> Conflict:
    """Put a shortage of money in words: what has to be spent, by whom, for what."""
    settings = formulation.arrays.place.settings
    payers = list_text(short.payers)
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
            sentence=f"{demand.words}: {money_text(demand.amount, settings)}",
        )
        for demand in short.demands
    ]
    items += [
        ConflictItem("pooling", label, "at most", amount, "money a year", f"{name} has {money_text(amount, settings)}")
        for label, name, amount in short.funds
    ]
    return Conflict(headline, tuple(items), short.needs - short.has, "money a year")


def _rule_conflict(formulation: Formulation, program: LinearProgram, rows: IntArray, solver: Solver) -> Conflict:
    settings = formulation.arrays.place.settings
    items = tuple(_item(formulation, program, int(row)) for row in rows)
    part = program.only_rows(rows)
    excess = _least_excess(part, solver)
    units = {item.unit for item in items}
    unit = units.pop() if len(units) == 1 else ""
    amount = f", {amount_text(excess, unit, settings)} apart" if unit else ""
    headline = f"{len(items)} rules cannot hold together{amount}; without any one of them the others could:"
    if len(items) == 1:
        headline = f"One rule cannot hold, whatever else is given up: it asks for {amount.removeprefix(', ')}."
        headline = headline.replace(" apart.", " more than demand, coverage and the other limits of columns allow:")
    return Conflict(headline, items, excess, unit)


def _whole_conflict(formulation: Formulation, program: LinearProgram, solver: Solver) -> Conflict | None:
    """Name the kinds of rules that leave no yes-or-no decision open, dropping one kind after another.

    With fractions all rules could hold, so no prices prove the conflict; each kind named is needed for it, by solving.
    """
    if solver.solve(program.with_objective(np.zeros(program.shape[1]))).status is not Status.INFEASIBLE:
        return None
    rows = np.arange(program.shape[0])
    for block in program.rows:
        rest = rows[(rows < block.start) | (rows >= block.stop)]
        part = program.only_rows(rest).with_objective(np.zeros(program.shape[1]))
        if len(rest) < len(rows) and solver.solve(part).status is Status.INFEASIBLE:
            rows = rest
    firsts = [int(rows[(rows >= block.start) & (rows < block.stop)][0]) for block in program.rows if _any(rows, block)]
    items = tuple(_item(formulation, program, row) for row in firsts)
    headline = "With whole units and yes-or-no decisions these kinds of rules cannot hold together (one of each named):"
    return Conflict(headline, items, 0.0, "")


def _any(rows: IntArray, block: Block) -> bool:
    return bool(((rows >= block.start) & (rows < block.stop)).any())


def _item(formulation: Formulation, program: LinearProgram, row: int) -> ConflictItem:
    block = block_at(program.rows, row)
    low, high = float(program.row_lower[row]), float(program.row_upper[row])
    side = "exactly" if low == high else "at least" if np.isfinite(low) else "at most"
    return ConflictItem(
        rule=rule_of(block),
        label=block.label(row),
        side=side,
        bound=low if np.isfinite(low) else high,
        unit=block.unit,
        sentence=demand_text(program, block, row, formulation.arrays.place.settings),
    )


def _support(program: LinearProgram, solver: Solver) -> IntArray:
    """Return rows that cannot hold together: those with a price in the elastic program."""
    answer = _elastic(program, solver)
    if answer is None:
        return np.zeros(0, dtype=np.int64)
    prices = answer.prices
    rows = np.flatnonzero(np.abs(prices) > PROVEN * np.abs(prices).max(initial=0.0))
    return rows if _proven(program.only_rows(rows), prices[rows]) else np.arange(0)


def _irreducible(program: LinearProgram, rows: IntArray, solver: Solver) -> IntArray:
    """Drop rows, many at a time and then one by one, as long as the rest still cannot hold together."""
    size = max(1, len(rows) // 2)
    while size >= 1 and len(rows) > 1:
        start = 0
        while start < len(rows):
            rest = np.delete(rows, np.arange(start, min(start + size, len(rows))))
            smaller = _support(program.only_rows(rest), solver) if len(rest) else rest
            if len(smaller):
                rows = rest[smaller]
            else:
                start += size
        if size == 1:
            break
        size = max(1, min(size // 2, len(rows) // 2))
    return rows


def _proven(part: LinearProgram, prices: FloatArray) -> bool:
    """Whether the prices prove by arithmetic that the rows cannot hold together.

    They bound the objective zero from above by something negative (Farkas).
    """
    nothing = part.with_objective(np.zeros(part.shape[1]))
    scale = np.abs(np.where(np.isfinite(part.row_lower), part.row_lower, part.row_upper)) @ np.abs(prices)
    return proven_bound(nothing, prices) < -PROVEN * max(float(scale), 1e-300)


def _least_excess(part: LinearProgram, solver: Solver) -> float:
    """Return by how much the rows are apart, added up in their own units."""
    answer = _elastic(part, solver)
    return 0.0 if answer is None else float(answer.x[part.shape[1] :].sum())


def _elastic(program: LinearProgram, solver: Solver) -> Answer | None:
    """Let every row give way at a price of one per unit, and keep that to the least."""
    rows, columns = program.shape
    give = sparse.hstack([-sparse.eye_array(rows), sparse.eye_array(rows)])
    reach = abs(program.matrix) @ np.maximum(_finite(program.lower), _finite(program.upper))
    most = reach + np.maximum(_finite(program.row_lower), _finite(program.row_upper))
    block = Block("give way", Keys((), ()), "", columns)
    elastic = LinearProgram(
        name=program.name,
        objective=np.concatenate([np.zeros(columns), -np.ones(2 * rows)]),
        matrix=sparse.csc_array(sparse.hstack([program.matrix, give])),
        lower=np.concatenate([program.lower, np.zeros(2 * rows)]),
        upper=np.concatenate([program.upper, _usable(program.row_upper, most), _usable(program.row_lower, most)]),
        row_lower=program.row_lower,
        row_upper=program.row_upper,
        columns=(*program.columns, block),
        rows=program.rows,
    )
    answer = solver.solve(elastic)
    return answer if answer.status is Status.OPTIMAL and answer.has_solution else None


def _usable(bounds: FloatArray, most: FloatArray) -> FloatArray:
    return np.where(np.isfinite(bounds), most, 0.0)


def _finite(bounds: FloatArray) -> FloatArray:
    known: BoolArray = np.isfinite(bounds)
    return np.where(known, np.abs(bounds), 0.0)
