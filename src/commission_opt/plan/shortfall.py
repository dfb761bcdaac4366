"""Money against minima: whether those who alone may pay for duties have enough."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations_with_replacement

import numpy as np
from scipy import sparse

from commission_opt.model.formulate import Formulation
from commission_opt.place.names import BoolArray, FloatArray, IntArray
from commission_opt.plan.gates import fenced_money
from commission_opt.plan.words import demands_text, rule_of, standing_of, subject_text
from commission_opt.program.blocks import Block, Keys, block_at
from commission_opt.program.duality import proven_bound
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Solver, make_solver

PROVEN = 1e-9
"""Relative amount by which needs have to exceed money."""


HALF = 0.5
"""Price of money, in money of which as little as possible is added, above which its holder is short of it."""


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
    fenced : tuple of (name, amount)
        Ring fences that keep other money from these services, and how much.
    """

    payers: tuple[str, ...]
    kind: str
    year: str
    needs: float
    has: float
    demands: tuple[Demand, ...]
    funds: tuple[tuple[str, str, float], ...]
    fenced: tuple[tuple[str, float], ...]


@dataclass(frozen=True, eq=False)
class _Short:
    """Lines that only some payers (P,) may pay for in a run of years, and what all that costs at least, by prices.

    ``has`` (F,) is what each stream could have for it.
    """

    first: int
    last: int
    only: IntArray
    payers: BoolArray
    has: FloatArray
    needs: float
    prices: FloatArray

    @property
    def gap(self) -> float:
        """How much is short."""
        return self.needs - float(self.has.sum())


def worst_shortfall(formulation: Formulation, solver: Solver) -> Shortfall | None:
    """Return the largest shortage of money, or None where money covers what duties force in all years.

    For sets of payers: the least that the rules other than money force to be spent on services that only these payers
    may pay for, against all they could have (Hall's condition). The sets are those that some service depends on in a
    year, and those that would be short if money alone gave way, in every run of years over which they may carry some.
    The least spend is a proven bound, from prices.
    """
    money = formulation.money
    free = _without_money(formulation)
    if not solver.solve(free).has_solution:
        return None
    short = _short_of_money(formulation)
    worst: _Short | None = None
    for kind in np.unique(money.lines.kind):
        for run in combinations_with_replacement(range(money.amount.shape[1]), 2):
            for payers in _sets(formulation, int(kind), run, short):
                found = _examined(formulation, free, (int(kind), run, payers), solver)
                if found.gap > PROVEN * max(found.needs, 1.0) and (worst is None or found.gap > worst.gap):
                    worst = found
    return None if worst is None else _describe(formulation, free, worst)


def _sets(formulation: Formulation, kind: int, run: tuple[int, int], short: BoolArray) -> list[BoolArray]:
    """Return the sets of payers to examine for a kind of money and a run of years."""
    lines, payers = formulation.money.lines, formulation.money.payers
    meant = np.flatnonzero((lines.year >= run[0]) & (lines.year <= run[1]) & (lines.kind == kind))
    may = payers.eligible[:, lines.subject[meant], kind, lines.year[meant]]
    together = np.asarray(short[:, run[0] : run[1] + 1].any(axis=1) & may.any(axis=1), dtype=bool)
    if run[1] > run[0]:
        return [together] if len(meant) and _carries(formulation, together, *run) else []
    return list(np.unique(np.column_stack([may, together]), axis=1).T) if len(meant) else []


def _examined(
    formulation: Formulation, free: LinearProgram, case: tuple[int, tuple[int, int], BoolArray], solver: Solver
) -> _Short:
    """Work out what services that only some payers may pay for cost at least, and what these could have."""
    kind, (first, last), payers = case
    lines = formulation.money.lines
    may = formulation.money.payers.eligible[:, lines.subject, lines.kind, lines.year]
    within = (lines.year >= first) & (lines.year <= last) & (lines.kind == kind)
    only = np.flatnonzero(within & ~(may & ~payers[:, None]).any(axis=0))
    program = free.with_objective(-_cost(formulation, only))
    answer = solver.solve(program)
    needs = -proven_bound(program, answer.prices) if answer.has_solution else 0.0
    return _Short(first, last, only, payers, _could_have(formulation, payers, (first, last)), needs, answer.prices)


def _short_of_money(formulation: Formulation) -> BoolArray:
    """Return (P, T) the payers that more money would help, if only money gave way and that was kept to the least."""
    program, payers = formulation.program, formulation.money.payers
    blocks = {block.family: block for block in program.rows}
    streams, pots = blocks["pooling.stream"], blocks["pooling.pot"]
    years = formulation.money.amount.shape[1]
    rows = np.arange(streams.start, streams.stop)
    more = sparse.csr_array((-np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=(program.shape[0], len(rows)))
    most = np.full(len(rows), abs(_cost(formulation, np.arange(len(formulation.money.lines.kind)))) @ program.upper)
    fixed = replace(program, objective=np.zeros(program.shape[1]), whole=np.zeros(0, dtype=np.int64))
    elastic = fixed.with_columns([Block("more money", Keys((), ()), "money a year", program.shape[1])], more, most)
    objective = np.append(fixed.objective, -np.ones(len(rows)))
    answer = make_solver("highs").solve(elastic.with_objective(objective))
    short = np.zeros((len(payers.names), years), dtype=bool)
    if answer.has_solution and len(streams) == formulation.money.amount.size:
        own = np.flatnonzero(payers.stream >= 0)
        short[own] = answer.prices[rows].reshape(-1, years)[payers.stream[own]] > HALF
        short[payers.pots] = answer.prices[pots.start : pots.stop].reshape(-1, years) > HALF
    return short


def _carries(formulation: Formulation, payers: BoolArray, first: int, last: int) -> bool:
    """Whether money of these payers may be carried out of every year of a run but the last."""
    money = formulation.money
    behind = np.any([_behind(formulation, payers, year) for year in range(first, last)], axis=0)
    own = (money.carried[behind, first:last] >= 0).any(axis=0)
    pots = (money.pot_carried[payers & (money.payers.stream < 0), first:last] >= 0).any(axis=0)
    return bool((own | pots).all())


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
    wanted = np.zeros(len(lines), dtype=bool)
    wanted[only] = True
    cost = np.zeros(formulation.program.shape[1])
    for line, column, amount in lines.parts():
        np.add.at(cost, column, np.where(wanted[line], amount, 0.0))
    return cost


def _behind(formulation: Formulation, payers: BoolArray, year: int) -> BoolArray:
    """Return (F,) the streams that could give these payers money in a year, by themselves or through a pot."""
    of = formulation.money.payers
    behind = np.isin(np.arange(len(formulation.money.amount)), of.stream[payers & (of.stream >= 0)])
    return np.asarray(behind | np.isin(of.pot_of[:, year], _pots(formulation, payers)))


def _pots(formulation: Formulation, payers: BoolArray) -> IntArray:
    """Return the pots among payers; any pot of their kind could give money to those of an integrated settlement."""
    of = formulation.money.payers
    pots = np.flatnonzero(payers & (of.stream < 0))
    if len(formulation.money.virement) and len(pots):
        return np.flatnonzero(np.isin(of.kind, of.kind[pots]) & (of.stream < 0))
    return pots


def _could_have(formulation: Formulation, payers: BoolArray, run: tuple[int, int]) -> FloatArray:
    """Return (F,) the most each stream could give these payers in a run of years, what is carried into it included."""
    money, upper = formulation.money, formulation.program.upper
    first, last = run
    back = np.maximum(money.income.received(upper), 0.0)
    most = np.zeros(len(money.amount))
    for year in range(first, last + 1):
        most += np.where(_behind(formulation, payers, year), money.amount[:, year] + back[:, year], 0.0)
    if first == 0:
        return most
    behind = _behind(formulation, payers, first)
    carried = np.where(money.carried >= 0, upper[np.maximum(money.carried, 0)], 0.0)[:, first - 1]
    in_pot = money.pot_carried[_pots(formulation, payers), first - 1]
    most += np.where(behind, carried, 0.0)
    extra = float(upper[in_pot[in_pot >= 0]].sum())
    if extra and behind.any():
        most[np.flatnonzero(behind)[0]] += extra
    return most


def _describe(formulation: Formulation, free: LinearProgram, worst: _Short) -> Shortfall:
    money, names = formulation.money, formulation.arrays.names
    kind, years = int(money.lines.kind[worst.only[0]]), names.year.labels
    when = years[worst.first] if worst.first == worst.last else f"{years[worst.first]} to {years[worst.last]}"
    label = when if worst.first == worst.last else "*"
    return Shortfall(
        payers=tuple(money.payers.names.labels[p] for p in np.flatnonzero(worst.payers)) or ("nobody",),
        kind=names.kind.labels[kind],
        year=when,
        needs=worst.needs,
        has=float(worst.has.sum()),
        demands=_demands(formulation, free, worst),
        funds=tuple(
            (f"pooling.stream[{names.stream.labels[f]},{label}]", names.stream.labels[f], float(worst.has[f]))
            for f in np.flatnonzero(worst.has > 0)[np.argsort(-worst.has[worst.has > 0], kind="stable")]
        ),
        fenced=fenced_money(formulation, worst.only, worst.payers),
    )


def _demands(formulation: Formulation, free: LinearProgram, worst: _Short) -> tuple[Demand, ...]:
    """Gather the rows that force the spend by what they are about, with the money each accounts for.

    Together with what services of others can meet instead, they add up to what is needed.
    """
    prices = worst.prices
    bound = np.where(prices > 0, free.row_upper, free.row_lower)
    worth = np.zeros(len(prices))
    used = np.flatnonzero(prices)
    worth[used] = -prices[used] * bound[used]
    place = formulation.arrays.place
    demands = [
        Demand(rule_of(block), name, demands_text(free, block, np.array(rows), place), float(worth[rows].sum()))
        for name, (block, rows) in _by_subject(free, np.flatnonzero(np.abs(worth) > PROVEN * worst.needs)).items()
    ]
    # Agreements that make these dearer without an amount of their own, such as a target that holds come what may.
    silent = used[(worth[used] == 0) & (np.abs(prices[used]) > PROVEN * np.abs(prices).max(initial=0.0))]
    beside = [
        Demand(rule_of(block), name, demands_text(free, block, np.array(rows), place), 0.0)
        for name, (block, rows) in _by_subject(free, silent).items()
        if standing_of(block) == "political"
    ]
    largest = sorted((demand for demand in demands if demand.amount > 0), key=lambda demand: -demand.amount)
    instead = worst.needs - sum(demand.amount for demand in largest)
    if abs(instead) > PROVEN * max(worst.needs, 1.0):
        largest.append(Demand("coverage", "coverage", "less what other services can meet", instead))
    return (*largest, *beside)


def _by_subject(program: LinearProgram, rows: IntArray) -> dict[str, tuple[Block, list[int]]]:
    """Gather rows by what they are about."""
    found: dict[str, tuple[Block, list[int]]] = {}
    for row in rows.tolist():
        block = block_at(program.rows, row)
        found.setdefault(subject_text(block, row), (block, []))[1].append(row)
    return found
