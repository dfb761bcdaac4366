"""What goes into pots: least and most of each stream, what partners add in proportion, and what it is earmarked for."""

from __future__ import annotations

import numpy as np

from commission_opt.place.names import BoolArray, FloatArray, IntArray, distinct
from commission_opt.program.blocks import Keys
from commission_opt.rules.draft import Draft
from commission_opt.rules.money import Money
from commission_opt.rules.payers import Payers
from commission_opt.rules.payments import Rows
from commission_opt.rules.pot import Pot


def add_contributions(draft: Draft, payers: Payers, pot: Pot | None, largest: FloatArray) -> IntArray:
    """Add pooled[stream, year] between the least and the largest that may go into a pot, and what binds partners.

    Parameters
    ----------
    draft : Draft
        The program so far.
    payers : Payers
        With the pot of every stream and year.
    pot : Pot or None
        Whether minimum contributions are due, and how partners share what goes beyond them.
    largest : (F, T) money
        Most that a stream may put in.

    Returns
    -------
    (F, T) columns
        -1 where a stream is in no pot.
    """
    names, column = draft.arrays.names, np.full(payers.pot_of.shape, -1)
    stream, year = np.nonzero(payers.pot_of >= 0)
    least = np.zeros(len(stream))
    if pot is not None and pot.minimum_contributions:
        least = draft.arrays.streams.minimum_contribution[stream, year]
    most = np.maximum(largest[stream, year], least)
    keys = Keys.of((names.stream, stream), (names.year, year))
    column[stream, year] = draft.builder.add_columns("pooled", keys, most, unit="money a year", lower=least)
    if pot is not None and pot.overspend == "in_proportion":
        _add_overspend(draft, payers, column)
    return column


def _add_overspend(draft: Draft, payers: Payers, pooled: IntArray) -> None:
    """Let partners go beyond their minimum contributions only together, in proportion to these."""
    names, agencies, years = draft.arrays.names, len(draft.arrays.names.agency), draft.years
    stream, year = np.nonzero(pooled >= 0)
    column = pooled[stream, year]
    least = draft.arrays.streams.minimum_contribution[stream, year]
    room = draft.builder.column_upper()[column] - least
    part = (payers.pot_of[stream, year] * years + year) * agencies + draft.arrays.streams.agency[stream]
    parts, part_of = distinct(part, len(payers.names) * years * agencies)
    pots, pot_of = distinct(parts // agencies, len(payers.names) * years)
    due = np.bincount(part_of, least, len(parts))
    share = due / np.bincount(pot_of, due, len(pots))[pot_of]
    most = np.full(len(pots), np.inf)
    np.minimum.at(most, pot_of, np.bincount(part_of, room, len(parts)) / share)
    keys = Keys.of((payers.names, pots // years), (names.year, pots % years))
    # Twice what partners can add, so that what limits them is what each may pool, which has a price of its own.
    over = draft.builder.add_columns("overspend", keys, 2.0 * most, unit="money a year")
    keys = Keys.of(
        (payers.names, pots[pot_of] // years), (names.agency, parts % agencies), (names.year, pots[pot_of] % years)
    )
    position = draft.builder.add_rows("pooling.overspend", keys, unit="money a year", lower=due, upper=due)
    draft.builder.add_entries(position[part_of], column, 1.0)
    draft.builder.add_entries(position, over[pot_of], -share)


def add_earmark_rows(draft: Draft, money: Money) -> None:
    """Hold every pot to spend on a subject at least what the streams in it are earmarked for."""
    names, earmarks = draft.arrays.names, draft.arrays.earmarks
    due = np.zeros((len(money.payers.names), len(earmarks.names), draft.years))
    mark, year = np.nonzero((earmarks.amount > 0) & (money.payers.pot_of[earmarks.stream] >= 0))
    pot = money.payers.pot_of[earmarks.stream[mark], year]
    np.add.at(due, (pot, earmarks.subject[mark], year), earmarks.amount[mark, year])
    pot, subject, year = np.nonzero(due)
    keys = Keys.of((money.payers.names, pot), (earmarks.names, subject), (names.year, year))
    position = draft.builder.add_rows(
        "pooling.earmark", keys, unit="money a year", lower=due[pot, subject, year], upper=np.inf
    )
    services = len(names.service)
    delivered = np.flatnonzero(money.lines.subject < services)
    for row in range(len(position)):
        meant = np.zeros(len(money.lines), dtype=bool)
        meant[delivered] = earmarks.services[subject[row], money.lines.subject[delivered]]
        meant &= money.lines.year == year[row]
        paid = np.zeros((len(money.payers.names), len(meant)), dtype=bool)
        paid[pot[row]] = meant
        money.payments.add_to(draft, _rows_where(paid, int(position[row])))


def _rows_where(paid: BoolArray, row: int) -> Rows:
    """Return the row for payments (P, L) that are meant, -1 for others."""
    return lambda payer, line: np.where(paid[payer, line], row, -1)
