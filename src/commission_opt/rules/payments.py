"""Lines of spending and the payments that cover them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from commission_opt.place.names import BoolArray, FloatArray, IntArray, Names
from commission_opt.program.blocks import Keys
from commission_opt.rules.accounts import Charges, Spending
from commission_opt.rules.draft import Draft
from commission_opt.rules.payers import Payers

Charged = tuple[IntArray, IntArray, FloatArray]
"""Line, column and money per unit of the column."""

Rows = Callable[[IntArray, IntArray], IntArray]
"""Rows of payers' payments for lines, -1 for none."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Every subject (L,), kind of money and year that something is spent on, and what each column adds to it.

    ``code`` (U, K, T) is the line of a subject, kind and year, -1 where nothing is spent.
    """

    subject: IntArray
    kind: IntArray
    year: IntArray
    code: IntArray
    spending: Spending

    def __len__(self) -> int:
        return len(self.subject)

    def parts(self) -> Iterator[Charged]:
        """Return what every column costs, some columns at a time."""
        for charges in self.spending.parts():
            yield self.charged(charges)

    def entries(self) -> Charged:
        """Return what every column costs, all together: many numbers."""
        line, column, amount = zip(*self.parts(), strict=True)
        return np.concatenate(line), np.concatenate(column), np.concatenate(amount)

    def add_to(self, draft: Draft, row: IntArray, factor: FloatArray | None = None) -> None:
        """Add what is spent on each line to a row (L,), -1 for none, times a factor (L,)."""
        units = self.spending.units
        at = np.append(row, -1)[self.code[: len(units.count)]]
        for kind in np.flatnonzero(((at >= 0) & units.charged()).any(axis=(0, 2))).tolist():
            times = () if factor is None else (np.append(factor, 0.0)[self.code[: len(at), kind]],)
            draft.add_per_unit(units.per_unit(draft.sorts, kind, at[:, kind], times))
        line, column, amount = self.others
        used = np.flatnonzero(row[line] >= 0)
        if len(used):
            counted = amount[used] if factor is None else amount[used] * factor[line[used]]
            draft.builder.add_entries(row[line[used]], column[used], counted)

    @cached_property
    def others(self) -> Charged:
        """What columns other than volumes cost."""
        parts = [self.charged(charges) for charges in self.spending.others]
        nothing = np.zeros(0, dtype=np.int64)
        line, column = (np.concatenate([nothing, *(part[at] for part in parts)]) for at in range(2))
        return line, column, np.concatenate([np.zeros(0), *(part[2] for part in parts)])

    def charged(self, charges: Charges) -> Charged:
        """Return the line of each charge, its column, and its money per unit of the column."""
        subject, kind, year, column, amount = charges
        return self.code[subject, kind, year], column, amount


@dataclass(frozen=True, eq=False)
class Payments:
    """What every payer pays for every line.

    A line with one possible payer has no column of its own: its payer is charged the volumes. A line with
    several has a column for each.

    Parameters
    ----------
    lines : Lines
        What has to be paid.
    only : (L,) codes
        The payer of a line that is charged directly, -1 for none.
    line, payer, column : (y,)
        Line, payer and column of the payments that have columns.
    """

    lines: Lines
    only: IntArray
    line: IntArray
    payer: IntArray
    column: IntArray

    def add_to(self, draft: Draft, row: Rows, factor: Callable[[IntArray, IntArray], FloatArray] | None = None) -> None:
        """Add what is paid to rows.

        Parameters
        ----------
        draft : Draft
            The program so far.
        row : callable
            Returns the rows to which these payers' payments for these lines are added, -1 for none.
        factor : callable or None
            Returns what the payments of these payers for these lines count for; without it, for what they are.
        """
        every, alone = np.arange(len(self.lines)), self.only >= 0
        direct = np.full(len(every), -1)
        direct[alone] = row(self.only[alone], every[alone])
        counted = None
        if factor is not None:
            counted = np.ones(len(every))
            counted[alone] = factor(self.only[alone], every[alone])
        self.lines.add_to(draft, direct, counted)
        chosen = row(self.payer, self.line)
        used = np.flatnonzero(chosen >= 0)
        if not len(used):
            return
        amount = factor(self.payer[used], self.line[used]) if factor is not None else 1.0
        draft.builder.add_entries(chosen[used], self.column[used], amount)

    def flow(self, x: FloatArray, payers: int) -> FloatArray:
        """Return (P, L) money that each payer pays for each line under a plan."""
        flow = np.zeros((payers, len(self.lines)))
        for line, column, amount in self.lines.parts():
            direct = np.flatnonzero(self.only[line] >= 0)
            line = line[direct]
            np.add.at(flow, (self.only[line], line), amount[direct] * x[column[direct]])
        np.add.at(flow, (self.payer, self.line), x[self.column])
        return flow

    def of_line(self, line: int) -> tuple[IntArray, IntArray, FloatArray]:
        """Return payer, column and money per unit of the column of every payment for one line."""
        own = np.flatnonzero(self.line == line)
        if self.only[line] < 0:
            return self.payer[own], self.column[own], np.ones(len(own))
        of, column, amount = self.lines.entries()
        meant = np.flatnonzero(of == line)
        return np.full(len(meant), self.only[line]), column[meant], amount[meant]


def gather_lines(draft: Draft) -> Lines:
    """Bring everything that costs money together by subject, kind and year."""
    code = np.full((len(draft.spending.subject), len(draft.arrays.names.kind), draft.years), -1)
    charged = draft.spending.units.charged()
    code[: len(charged)][charged] = 0
    for subject, kind, year, _, _ in draft.spending.others:
        code[subject, kind, year] = 0
    subject, kind, year = np.nonzero(code >= 0)
    code[subject, kind, year] = np.arange(len(subject))
    return Lines(subject, kind, year, code, draft.spending)


def add_payments(draft: Draft, payers: Payers, lines: Lines, most: float, chosen: BoolArray) -> Payments:
    """Add who pays for what: columns y where there is a choice, and the balance of each line.

    Parameters
    ----------
    draft : Draft
        The program so far.
    payers : Payers
        Who may pay.
    lines : Lines
        What has to be paid.
    most : money
        More than any payer could have.
    chosen : (L,) bool
        Lines that get columns even where only one can pay, because a rule speaks of their shares.

    Returns
    -------
    Payments
        Entries of every payer and line.
    """
    may = payers.eligible[:, lines.subject, lines.kind, lines.year]
    simple = (may.sum(axis=0) == 1) & ~chosen
    only = np.where(simple, may.argmax(axis=0), -1)
    payer, line = np.nonzero(may & ~simple[None, :])
    largest = largest_spend(lines, draft.builder.upper_of(draft.volumes.run), draft.builder.upper_at(lines.others[1]))
    names = draft.arrays.names
    subjects = Names("subject", tuple(draft.spending.subject))
    keys = Keys.of(
        (payers.names, payer),
        (subjects, lines.subject[line]),
        (names.kind, lines.kind[line]),
        (names.year, lines.year[line]),
    )
    upper = np.minimum(most, largest[line])
    column = draft.builder.add_columns("payment", keys, upper, unit="money a year")
    _balance(draft, lines, np.flatnonzero(~simple), line, column)
    return Payments(lines, only, line, payer, column)


def largest_spend(lines: Lines, of_volumes: FloatArray, of_others: FloatArray) -> FloatArray:
    """Return (L,) the most that could be spent on every line, given the upper bounds of volumes (X,) and of others.

    Those others are the columns that ``lines.others`` lists.
    """
    largest = np.zeros(len(lines) + 1)
    units = lines.spending.units
    for kind in np.flatnonzero(units.charged().any(axis=(0, 2))).tolist():
        # What is not charged is added to a line beyond the last.
        code = np.where(units.charged()[:, kind], lines.code[: len(units.count), kind], len(lines))
        for run, line, cost in units.by_year(kind, code):
            cost *= of_volumes[run]
            np.add.at(largest, line, cost)
    line, _, amount = lines.others
    np.add.at(largest, line, of_others * amount)
    return largest[:-1]


def _balance(draft: Draft, lines: Lines, balanced: IntArray, line: IntArray, column: IntArray) -> None:
    """Add a row for every line that is not charged directly: its payments add up to its spending."""
    names = draft.arrays.names
    subjects = Names("subject", tuple(draft.spending.subject))
    position = np.full(len(lines), -1)
    position[balanced] = draft.builder.add_rows(
        "pooling.funding",
        Keys.of(
            (subjects, lines.subject[balanced]),
            (names.kind, lines.kind[balanced]),
            (names.year, lines.year[balanced]),
        ),
        unit="money a year",
        lower=0.0,
        upper=0.0,
    )
    draft.builder.add_entries(position[line], column, -1.0)
    lines.add_to(draft, position)
