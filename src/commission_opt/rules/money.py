"""Where a program keeps its money, and the balances of streams and pots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.program.blocks import Keys
from commission_opt.rules.accounts import Income
from commission_opt.rules.draft import Draft
from commission_opt.rules.payers import Payers
from commission_opt.rules.payments import Lines, Payments


@dataclass(frozen=True, eq=False)
class Money:
    """Where a program keeps its money, so that a plan can say who paid for what.

    Parameters
    ----------
    subjects : tuple of str
        What is spent on: the services, then other subjects such as bought resources.
    subject_agency : (U,) codes
        The agency that leads each.
    payers, lines, payments
        Who can pay, what has to be paid, who pays for what.
    amount : (F, T) money
        What each stream has, after a grant has replaced it.
    pooled, carried : (F, T) columns
        Contributions to pots and money carried forward; -1 where there is no such column.
    pot_carried : (P, T) columns
        Money carried forward by pots; -1 where there is no such column.
    virement : (V, 4)
        Payer that gives, payer that takes, year, column.
    income : Income
        What comes back to streams beyond their amounts.
    """

    subjects: tuple[str, ...]
    subject_agency: IntArray
    payers: Payers
    lines: Lines
    payments: Payments
    amount: FloatArray
    pooled: IntArray
    carried: IntArray
    pot_carried: IntArray
    virement: IntArray
    income: Income

    def had(self, x: FloatArray) -> FloatArray:
        """Return (F, T) what every stream has under a plan, before what it carries in."""
        return np.asarray(self.amount + self.income.received(x))


def add_stream_rows(draft: Draft, money: Money) -> None:
    """Add what every stream has in every year and gets back against what it pays, pools and carries."""
    names, years = draft.arrays.names, draft.years
    stream, year = np.divmod(np.arange(len(names.stream) * years), years)
    keys = Keys.of((names.stream, stream), (names.year, year))
    had = (money.amount - money.income.today).reshape(-1)
    position = draft.builder.add_rows("pooling.stream", keys, unit="money a year", upper=had)

    def own_money(payer: IntArray, line: IntArray) -> IntArray:
        of = money.payers.stream[payer]
        return np.where(of >= 0, position[of * years + money.lines.year[line]], -1)

    money.payments.add_to(draft, own_money)
    for column, shift, sign in ((money.pooled, 0, 1.0), (money.carried, 0, 1.0), (money.carried, 1, -1.0)):
        f, t = np.nonzero(column >= 0)
        draft.builder.add_entries(position[f * years + t + shift], column[f, t], sign)
    f, t, back, amount = money.income.gathered()
    draft.builder.add_entries(position[f * years + t], back, -amount)


def add_pot_rows(draft: Draft, money: Money) -> None:
    """Add what every pot has in every year against what it pays, gives to other themes and carries."""
    names, years, payers = draft.arrays.names, draft.years, money.payers
    pots = payers.pots
    first = int(pots[0]) if len(pots) else 0
    pot, year = np.repeat(pots, years), np.tile(np.arange(years), len(pots))
    keys = Keys.of((payers.names, pot), (names.year, year))
    position = draft.builder.add_rows("pooling.pot", keys, unit="money a year", upper=0.0)
    row_of = np.full((len(payers.names), years), -1)
    row_of[pot, year] = position
    money.payments.add_to(draft, lambda payer, line: row_of[payer, money.lines.year[line]])
    f, t = np.nonzero(money.pooled >= 0)
    draft.builder.add_entries(position[(payers.pot_of[f, t] - first) * years + t], money.pooled[f, t], -1.0)
    for shift, sign in ((0, 1.0), (1, -1.0)):
        p, t = np.nonzero(money.pot_carried >= 0)
        draft.builder.add_entries(position[(p - first) * years + t + shift], money.pot_carried[p, t], sign)
    giver, taker, when, column = money.virement.T
    draft.builder.add_entries(position[(giver - first) * years + when], column, 1.0)
    draft.builder.add_entries(position[(taker - first) * years + when], column, -1.0)
