"""Worth: what one unit of a service gains and what it takes from elsewhere, term by term, at the plan's prices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.plan.plan import Plan
from commission_opt.program.blocks import Block
from commission_opt.rules.outcomes import outcome_entries
from commission_opt.rules.volumes import Volumes

GROUPS = ("outcome", "ceiling", "counted", "back", "averted", "money", "resource", "cases", "rule")
"""What a term is: an outcome at full weight, what ceilings take back of it, what the objective counts beside outcomes,
cash that comes back, cases averted, money and resources at what they are worth elsewhere, cases that others could
serve, other rules."""

OUTCOME, CEILING, COUNTED, BACK, AVERTED, MONEY, RESOURCE, CASES, RULE = range(len(GROUPS))

ROWS = {
    "ceilings.outcome": (CEILING, "outcome"),
    "prevention.averted": (AVERTED, "need"),
    "prevention.later": (AVERTED, "need"),
    "resources.available": (RESOURCE, "resource"),
    "coverage.need": (CASES, "need"),
    "pooling.pot": (MONEY, "payer"),
}
"""Group of the rows that have one of their own, and the dimension that says what a term is about."""

AGAIN, ELSE = 0, 1
"""What the objective counts beside outcomes: money that is counted as what it buys, and all else."""

NOTHING = 1e-9
"""Share of a reach or a sum below which something is nothing."""


@dataclass(frozen=True, eq=False)
class Terms:
    """Terms (E,) of what one unit of each volume of a service is worth, less what it takes.

    ``cell`` position among the volumes; ``group`` of :data:`GROUPS`; ``about`` code of the outcome, need, stream,
    payer, resource, or number of the block of rows; ``row`` of the program, -1 where there is none; ``value`` in
    objective units per unit of the volume; ``amount`` in units of what the term is about.
    """

    cell: IntArray
    group: IntArray
    about: IntArray
    row: IntArray
    value: FloatArray
    amount: FloatArray


@dataclass(frozen=True, eq=False)
class Worth:
    """A service's volumes in a plan (J,), and the terms of what one unit of each is worth.

    ``units`` delivered, ``most`` the bound of each, ``net`` objective units per unit: what one unit more would add to
    the plan's objective where prices hold. Terms of a volume add up to its net.
    """

    volumes: Volumes
    units: FloatArray
    most: FloatArray
    net: FloatArray
    terms: Terms

    def by_group(self) -> FloatArray:
        """Return (J, groups) the sum of each group of terms."""
        sums = np.zeros((len(self.net), len(GROUPS)))
        np.add.at(sums, (self.terms.cell, self.terms.group), self.terms.value)
        return sums

    def example(self) -> int | None:
        """Return the volume that speaks for the service; None where it could not be delivered at all.

        Of what is delivered, the largest that is neither nothing nor all that it could be, else the last tranche used;
        of a service that is not delivered, the volume that comes nearest to paying for its size.
        """
        used = np.flatnonzero(self.units > NOTHING * self.most)
        if len(used):
            between = used[self.units[used] < (1 - NOTHING) * self.most[used]]
            if len(between):
                return int(between[np.argmax(self.units[between])])
            return int(used[np.lexsort((self.net[used], -self.volumes.tranche[used]))[0]])
        open_to = np.flatnonzero(self.most > 0)
        if not len(open_to):
            return None
        size = np.bincount(self.terms.cell, np.abs(self.terms.value), len(self.net))
        return int(open_to[np.argmax((self.net / np.maximum(size, 1e-300))[open_to])])


def worth_of(plan: Plan, service: int, prices: FloatArray) -> Worth:
    r"""Take the value of one unit of a service's volumes apart.

    .. math:: net_j = c_j - \sum_i a_{ij} p_i

    Parameters
    ----------
    plan : Plan
        Certified; with yes-or-no decisions, prices are of the program in which these are kept.
    service : int
        Code of the service.
    prices : (m,) objective units per unit of the row
        p, which prove that the plan is best; of several sets of prices that do, the one to tell.
    """
    program, volumes = plan.program, plan.formulation.volumes.of_service(service)
    column = volumes.column
    net = program.objective[column] - program.matrix[:, column].T @ prices
    return Worth(
        volumes=volumes,
        units=plan.x[column],
        most=plan.formulation.program.upper[column],
        net=np.asarray(net),
        terms=_joined([*_objective_terms(plan, volumes), *_row_terms(plan, volumes, prices)]),
    )


def _joined(parts: list[Terms]) -> Terms:
    return Terms(
        cell=np.concatenate([part.cell for part in parts]),
        group=np.concatenate([part.group for part in parts]),
        about=np.concatenate([part.about for part in parts]),
        row=np.concatenate([part.row for part in parts]),
        value=np.concatenate([part.value for part in parts]),
        amount=np.concatenate([part.amount for part in parts]),
    )


def _terms(cell: IntArray, group: int, about: IntArray, value: FloatArray, amount: FloatArray) -> Terms:
    """Return terms that are of no row."""
    count = len(cell)
    return Terms(cell, np.full(count, group), about, np.full(count, -1), value, amount)


def _objective_terms(plan: Plan, volumes: Volumes) -> list[Terms]:
    """Return outcomes at full weight, what of it ceilings count elsewhere, and what else the objective counts."""
    formulation = plan.formulation
    arrays = formulation.arrays
    entries = outcome_entries(arrays, volumes, np.ones(len(arrays.names.outcome), dtype=bool))
    cell, outcome = entries.volume, entries.outcome
    planner = formulation.planners.of_service[volumes.service[cell]]
    value = np.zeros(len(cell))
    for weight, area_weight in formulation.yardsticks:
        value += weight[planner, outcome] * area_weight[volumes.area[cell]] * arrays.discount[entries.year]
    value *= entries.amount
    capped = formulation.capped[planner, outcome] & (len(formulation.yardsticks) > 0)
    count = len(volumes.column)
    straight = np.bincount(cell[~capped], value[~capped], count)
    area_weight = formulation.yardsticks[0][1] if formulation.yardsticks else arrays.equity_weight
    again = -formulation.recouped.of_columns(len(plan.formulation.program.objective), area_weight)[volumes.column]
    again = again if formulation.objectives[-1][0] == "weighted_outcomes" else np.zeros(count)
    left = plan.program.objective[volumes.column] - straight - again
    every, nothing = np.arange(count), np.zeros(count)
    return [
        _terms(cell, OUTCOME, outcome, value, entries.amount),
        _terms(cell[capped], CEILING, outcome[capped], -value[capped], np.zeros(int(capped.sum()))),
        _terms(every, COUNTED, np.full(count, AGAIN), again, nothing),
        _terms(every, COUNTED, np.full(count, ELSE), left, nothing),
    ]


def _row_terms(plan: Plan, volumes: Volumes, prices: FloatArray) -> list[Terms]:
    """Return what every row of a unit is worth at the plan's prices, block by block."""
    program = plan.program
    entries = program.matrix[:, volumes.column].tocoo()
    found = _money_back(plan, volumes, prices)
    for number, block in enumerate(program.rows):
        own = np.flatnonzero((entries.row >= block.start) & (entries.row < block.stop))
        if not len(own):
            continue
        row, cell = entries.row[own].astype(np.int64), entries.col[own].astype(np.int64)
        terms = Terms(
            cell=cell,
            group=np.full(len(own), RULE),
            about=np.full(len(own), number),
            row=row,
            value=-entries.data[own] * prices[row],
            amount=entries.data[own],
        )
        found.append(_told(plan, block, terms, prices))
    return found


def _told(plan: Plan, block: Block, terms: Terms, prices: FloatArray) -> Terms:
    """Return the terms of a block of rows with what they are about."""
    if block.family == "pooling.funding":
        return _paid_by(plan, block, terms, prices)
    if block.family == "pooling.stream":
        payer = _payer_of(plan)[_codes(block, "stream")[terms.row - block.start]]
        return Terms(terms.cell, np.full(len(payer), MONEY), payer, terms.row, terms.value, terms.amount)
    if block.family not in ROWS:
        return terms
    group, dimension = ROWS[block.family]
    sign = -1.0 if group == AVERTED else 0.0 if group == CEILING else 1.0
    codes = _codes(block, dimension)[terms.row - block.start]
    return Terms(terms.cell, np.full(len(codes), group), codes, terms.row, terms.value, sign * terms.amount)


def _codes(block: Block, dimension: str) -> IntArray:
    """Return the codes of a block's rows along a dimension."""
    at = [names.dimension for names in block.keys.names].index(dimension)
    return block.keys.codes[at]


def _money_back(plan: Plan, volumes: Volumes, prices: FloatArray) -> list[Terms]:
    """Return the cash that comes back, and the same taken out of what streams are charged: their rows hold both."""
    stream, year, column, amount = plan.formulation.money.income.gathered()
    place = np.full(plan.program.shape[1], -1)
    place[volumes.column] = np.arange(len(volumes.column))
    own = np.flatnonzero(place[column] >= 0)
    names = plan.formulation.arrays.names
    block = next(block for block in plan.program.rows if block.family == "pooling.stream")
    row_of = np.full((len(names.stream), len(names.year)), -1)
    row_of[_codes(block, "stream"), _codes(block, "year")] = np.arange(block.start, block.stop)
    cell, row, cash = place[column[own]], row_of[stream[own], year[own]], amount[own]
    worth, payer = cash * prices[row], _payer_of(plan)[stream[own]]
    return [
        Terms(cell, np.full(len(own), BACK), stream[own], row, worth, cash),
        Terms(cell, np.full(len(own), MONEY), payer, row, -worth, cash),
    ]


def _payer_of(plan: Plan) -> IntArray:
    """Return (F,) the payer that each stream is by itself, -1 where it is none."""
    payers = plan.formulation.money.payers
    payer_of = np.full(len(plan.formulation.arrays.names.stream), -1)
    kept = np.flatnonzero(payers.stream >= 0)
    payer_of[payers.stream[kept]] = kept
    return payer_of


def _paid_by(plan: Plan, block: Block, terms: Terms, prices: FloatArray) -> Terms:
    """Return what a unit costs those who pay for it, in proportion; where nobody pays, who comes nearest to it."""
    money = plan.formulation.money
    line_of = np.full((len(money.subjects), *money.payers.eligible.shape[2:]), -1)
    line_of[money.lines.subject, money.lines.kind, money.lines.year] = np.arange(len(money.lines.subject))
    parts = []
    for row in np.unique(terms.row).tolist():
        subject, kind, year = (int(codes[row - block.start]) for codes in block.keys.small)
        own = np.flatnonzero(terms.row == row)
        for payer, share in _shares(plan, int(line_of[subject, kind, year]), prices):
            parts.append(
                Terms(
                    cell=terms.cell[own],
                    group=np.full(len(own), MONEY),
                    about=np.full(len(own), payer),
                    row=terms.row[own],
                    value=terms.value[own] * share,
                    amount=terms.amount[own] * share,
                )
            )
    return _joined(parts)


def _shares(plan: Plan, line: int, prices: FloatArray) -> list[tuple[int, float]]:
    """Return who pays for a line of spending, and which share of it."""
    payments = plan.formulation.money.payments
    payer, column, amount = payments.of_line(line)
    paid = np.maximum(plan.x[column], 0.0) * amount
    if paid.sum() > 0:
        kept = np.flatnonzero(paid > NOTHING * paid.sum())
        return [(int(payer[one]), float(paid[one] / paid[kept].sum())) for one in kept]
    program = plan.program
    net = program.objective[column] - program.matrix[:, column].T @ prices
    return [(int(payer[np.argmax(net)]), 1.0)] if len(payer) else [(-1, 1.0)]
