"""Lines of spending and the payments that cover them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commission_opt.place.names import BoolArray, FloatArray, IntArray, Names, distinct
from commission_opt.program.blocks import Keys
from commission_opt.rules.draft import Draft
from commission_opt.rules.payers import Payers


@dataclass(frozen=True, eq=False)
class Lines:
    """Every subject (L,), kind of money and year that something is spent on, and what each column adds."""

    subject: IntArray
    kind: IntArray
    year: IntArray
    entry_line: IntArray
    entry_column: IntArray
    entry_amount: FloatArray


@dataclass(frozen=True, eq=False)
class Payments:
    """What every payer pays for every line, as entries of columns.

    A line with one possible payer has no column of its own: its payer is charged the volumes. A line with
    several has a column for each. Either way payer p pays for line l the sum of ``amount * x[column]``.
    """

    line: IntArray
    payer: IntArray
    column: IntArray
    amount: FloatArray


def gather_lines(draft: Draft) -> Lines:
    """Bring everything that costs money together by subject, kind and year."""
    subject, kind, year, column, amount = draft.spending.gathered()
    shape = (len(draft.spending.subject), len(draft.arrays.names.kind), draft.years)
    lines, line = distinct(np.ravel_multi_index((subject, kind, year), shape), int(np.prod(shape)))
    of_subject, of_kind, of_year = np.unravel_index(lines, shape)
    return Lines(of_subject.astype(np.int64), of_kind.astype(np.int64), of_year.astype(np.int64), line, column, amount)


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
    direct = np.flatnonzero(simple[lines.entry_line])
    payer, line = np.nonzero(may & ~simple[None, :])
    spend = draft.builder.column_upper()[lines.entry_column] * lines.entry_amount
    largest = np.bincount(lines.entry_line, spend, minlength=len(lines.subject))
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
    return Payments(
        line=np.concatenate([lines.entry_line[direct], line]),
        payer=np.concatenate([only[lines.entry_line[direct]], payer]),
        column=np.concatenate([lines.entry_column[direct], column]),
        amount=np.concatenate([lines.entry_amount[direct], np.ones(len(column))]),
    )


def _balance(draft: Draft, lines: Lines, balanced: IntArray, line: IntArray, column: IntArray) -> None:
    """Add a row for every line that is not charged directly: its payments add up to its spending."""
    names = draft.arrays.names
    subjects = Names("subject", tuple(draft.spending.subject))
    position = np.full(len(lines.subject), -1)
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
    charged = position[lines.entry_line] >= 0
    draft.builder.add_entries(
        position[lines.entry_line[charged]], lines.entry_column[charged], lines.entry_amount[charged]
    )
