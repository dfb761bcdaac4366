"""Money against minima: whether those who alone may pay for duties have enough."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from commission_opt.model.formulate import Formulation
from commission_opt.place.names import BoolArray, FloatArray, IntArray
from commission_opt.plan.certificate import proven_bound
from commission_opt.plan.words import rule_of
from commission_opt.program.blocks import Block
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Solver

PROVEN = 1e-9
"""Relative amount by which needs have to exceed money."""


@dataclass(frozen=True)
class Demand:
    """Duties of one subject that need money: rule family, label, words, and the money that they account for."""

    rule: str
    label: str
    words: str
    amount: float


@dataclass(frozen=True)
class Shortfall:
    """A set of payers with less money than the services that only they may pay for need.

    Parameters
    ----------
    payers : tuple of str
        Streams and pots.
    kind, year : str
        Kind of money and year.
    needs, has : float
        Least spend that duties force, and all that the payers could have, in the place's money unit.
    demands : tuple of Demand
        The duties, largest first.
    funds : tuple of (label, name, amount)
        The streams behind the payers.
    """

    payers: tuple[str, ...]
    kind: str
    year: str
    needs: float
    has: float
    demands: tuple[Demand, ...]
    funds: tuple[tuple[str, str, float], ...]


def worst_shortfall(formulation: Formulation, solver: Solver) -> Shortfall | None:
    """Return the largest shortage of money, or None where money covers what duties force in every year.

    For every set of payers that some service depends on: the least that the rules other than money force to be spent
    on services that only these payers may pay for, against all they could have (Hall's condition). The least spend is
    a proven bound, from prices.
    """
    money = formulation.money
    may = money.payers.eligible[:, money.lines.subject, money.lines.kind, money.lines.year]
    free = _without_money(formulation)
    worst: tuple[float, IntArray, BoolArray, FloatArray, FloatArray] | None = None
    for kind, year in np.unique(np.stack([money.lines.kind, money.lines.year]), axis=1).T:
        lines = np.flatnonzero((money.lines.kind == kind) & (money.lines.year == year))
        for payers in np.unique(may[:, lines], axis=1).T:
            only = lines[~(may[:, lines] & ~payers[:, None]).any(axis=0)]
            cost = _cost(formulation, only)
            answer = solver.solve(free.with_objective(-cost))
            if not answer.has_solution:
                continue
            needs = -proven_bound(free.with_objective(-cost), answer.prices)
            has = _could_have(formulation, payers, int(year))
            gap = needs - float(has.sum())
            if gap > PROVEN * max(needs, 1.0) and (worst is None or gap > worst[0]):
                worst = (gap, only, payers, has, answer.prices)
    return None if worst is None else _describe(formulation, free, worst)


def _without_money(formulation: Formulation) -> LinearProgram:
    """Return the program without the rows of pooling."""
    program = formulation.program
    kept = [np.arange(block.start, block.stop) for block in program.rows if rule_of(block) != "pooling"]
    rows = np.concatenate([*kept, np.zeros(0, dtype=np.int64)]).astype(np.int64)
    part = program.only_rows(np.zeros(0, dtype=np.int64))
    matrix = sparse.csc_array(sparse.csr_array(program.matrix)[rows])
    blocks: list[Block] = []
    start = 0
    for block in program.rows:
        if rule_of(block) != "pooling":
            blocks.append(Block(block.family, block.keys, block.unit, start))
            start += len(block)
    return LinearProgram(
        name=part.name,
        objective=program.objective,
        matrix=matrix,
        lower=program.lower,
        upper=program.upper,
        row_lower=program.row_lower[rows],
        row_upper=program.row_upper[rows],
        columns=program.columns,
        rows=tuple(blocks),
    )


def _cost(formulation: Formulation, only: IntArray) -> FloatArray:
    """Return (n,) what a unit of every column costs on these lines."""
    lines = formulation.money.lines
    meant = np.isin(lines.entry_line, only)
    cost = np.bincount(lines.entry_column[meant], lines.entry_amount[meant], minlength=formulation.program.shape[1])
    return np.asarray(cost, dtype=float)


def _could_have(formulation: Formulation, payers: BoolArray, year: int) -> FloatArray:
    """Return (F,) the most each stream could give these payers in a year, by itself or through a pot.

    Pots of an integrated settlement could be given money by other themes, so all of their kind counts.
    """
    money = formulation.money
    of = money.payers
    behind = np.isin(np.arange(len(money.amount)), of.stream[payers & (of.stream >= 0)])
    pots = np.flatnonzero(payers & (of.stream < 0))
    if len(money.virement):
        pots = np.flatnonzero(np.isin(of.kind, of.kind[pots]) & (of.stream < 0)) if len(pots) else pots
    behind |= np.isin(of.pot_of[:, year], pots)
    carried = np.where(money.carried >= 0, formulation.program.upper[np.maximum(money.carried, 0)], 0.0)
    back = np.maximum(money.income.received(formulation.program.upper)[:, year], 0.0)
    before = carried[:, year - 1] if year else np.zeros(len(carried))
    in_pot = money.pot_carried[:, year - 1] if year else np.full(len(of.stream), -1)
    left = np.where(in_pot >= 0, formulation.program.upper[np.maximum(in_pot, 0)], 0.0)
    most = np.where(behind, money.amount[:, year] + back + before, 0.0)
    extra = float(left[pots].sum())
    if extra and behind.any():
        most[np.flatnonzero(behind)[0]] += extra
    return np.asarray(most)


def _describe(
    formulation: Formulation, free: LinearProgram, worst: tuple[float, IntArray, BoolArray, FloatArray, FloatArray]
) -> Shortfall:
    gap, only, payers, has, prices = worst
    money, names = formulation.money, formulation.arrays.names
    year, kind = int(money.lines.year[only[0]]), int(money.lines.kind[only[0]])
    streams = np.flatnonzero(has > 0)
    when = names.year.labels[year]
    return Shortfall(
        payers=tuple(money.payers.names.labels[p] for p in np.flatnonzero(payers)) or ("nobody",),
        kind=names.kind.labels[kind],
        year=when,
        needs=gap + float(has.sum()),
        has=float(has.sum()),
        demands=_demands(free, prices, gap + float(has.sum())),
        funds=tuple(
            (f"pooling.stream[{names.stream.labels[f]},{when}]", names.stream.labels[f], float(has[f])) for f in streams
        ),
    )


def _demands(free: LinearProgram, prices: FloatArray, needs: float) -> tuple[Demand, ...]:
    """Gather the rows that force the spend by what they are about, with the money each accounts for.

    Together with what services of others can meet instead, they add up to what is needed.
    """
    found: dict[tuple[str, str], float] = {}
    rule: dict[tuple[str, str], str] = {}
    for block in free.rows:
        price = prices[block.start : block.stop]
        bound = np.where(price > 0, free.row_upper[block.start : block.stop], free.row_lower[block.start : block.stop])
        for at in np.flatnonzero(price):
            subject = str(block.keys.names[0].text(block.keys.codes[0][at : at + 1])[0])
            key = (block.family, subject)
            found[key] = found.get(key, 0.0) - float(price[at] * bound[at])
            rule[key] = rule_of(block)
    largest = sorted(((amount, key) for key, amount in found.items() if amount > 0), reverse=True)
    demands = [Demand(rule[key], f"{key[0]}[{key[1]}]", f"{_words(key[0])} {key[1]}", worth) for worth, key in largest]
    instead = needs - sum(worth for worth, _ in largest)
    if abs(instead) > PROVEN * max(needs, 1.0):
        demands.append(Demand("coverage", "coverage", "less what other services can meet", instead))
    return tuple(demands)


def _words(family: str) -> str:
    return {
        "duty.need": "the duty to meet",
        "duty.min_volume": "the least volume of",
        "duty.min_spend": "the least spend on",
        "duty.min_coverage": "the least coverage of",
        "targets.minimum": "the target for",
        "baseline.volume": "today's volume of",
    }.get(family, f"the rule {family} on")
