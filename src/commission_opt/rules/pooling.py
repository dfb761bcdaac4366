"""Pooling: whose money pays for what, and how much of it there is."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from commission_opt.place.arrays import PlaceArrays
from commission_opt.place.names import FloatArray, IntArray
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Bound, Gate, Prohibition, Rule, Settings, Words
from commission_opt.rules.contributions import add_contributions, add_earmark_rows
from commission_opt.rules.draft import Draft
from commission_opt.rules.money import Money, add_pot_rows, add_stream_rows
from commission_opt.rules.payers import Payers, find_payers
from commission_opt.rules.payments import Lines, add_payments, gather_lines
from commission_opt.rules.pooling_bounds import BOUNDS
from commission_opt.rules.pooling_prohibitions import COVERED, pooling_prohibitions
from commission_opt.rules.pot import Pot
from commission_opt.rules.virement import add_virement


class Grant(Settings):
    """One grant of a given size in place of the streams, each kind of money in its old proportion."""

    share: float = Field(default=1.0, ge=0, description="Size as a share of what the streams add up to.")
    amount: float | None = Field(default=None, ge=0, description="Size in the first year, in money; replaces share.")


class Pooling(Rule):
    r"""Spending is paid for, by those who may pay, from what they have.

    .. math:: \sum_{p} y_{p s t} = \sum cost_s \, x_{s n g t k}, \qquad
        \sum_s y_{f s t} + pooled_{f t} + carry_{f t} \le amount_{f t} + income_{f t} + carry_{f, t-1},

        \sum_s y_{p s t} + \sum_q vire_{p q t} + carry_{p t} \le \sum_f pooled_{f t} + \sum_q vire_{q p t}
        + carry_{p, t-1}

    with :math:`minimum\_contribution_f \le pooled_{f t} \le poolable\_share_f \cdot amount_{f t}`,
    :math:`carry_{f t} \le carry\_forward\_share_f \cdot amount_{f t}`, which a pot's carry neither exceeds on what
    its members put in nor adds to, and
    :math:`\sum_q vire_{p q t} \le virement \cdot \sum_f amount_{f t}` (what a theme takes likewise, up to its intake);
    each kind of money by itself. Income is what other rules bring back to a stream.

    .. math:: \sum_{s \in S(j), k} y_{p s k t} \ge \sum_{f \in p} earmark_{f j t}, \qquad
        \sum_{f \in a} (pooled_{f t} - minimum\_contribution_{f t}) = share_{a p t} \cdot overspend_{p t}

    Earmarks hold where minimum contributions are due, as they are conditions on these: what a pot pays for the
    services of a subject is at least what the streams in it are earmarked for. Where an overspend is shared in
    proportion, the share of partner :math:`a` is its part of the pot's minimum contributions; a partner that owes none
    of a kind of money stays out of that pot, and all keep what they do not pool.
    """

    kind: Literal["pooling"] = "pooling"
    reads: ClassVar[tuple[str, ...]] = (
        "funding",
        "funders",
        "costs",
        "earmarks",
        "services.unit_cost",
        "services.capital_cost",
    )
    words: ClassVar[dict[str, Words]] = {
        "pooling.stream": Words(
            price="one more {unit} for {stream} in {year}",
            demand="{stream} has {bound} in {year}",
            standing="financial",
            gives="{amount} more for {stream} in {year}",
        ),
        "pooling.pot": Words(
            price="one more {unit} in the {payer} in {year}",
            demand="the {payer} has only what streams contribute to it in {year}",
            standing="identity",
        ),
        "pooling.funding": Words(
            price="one more {unit} from outside for {subject} ({kind}) in {year}",
            demand="the {kind} cost of {subject} in {year} has to be paid by those who may pay for it",
            standing="identity",
        ),
        "pooling.carried": Words(
            price="one more {unit} that the {payer} may carry out of {year}",
            demand="the {payer} may carry only part of its money out of {year}",
            standing="financial",
            gives="the {payer} may carry {amount} more out of {year}",
        ),
        "pooling.carried_in_all": Words(
            price="one more {unit} that the {payer} and its members may carry out of {year}",
            demand="the {payer} and its members may carry at most {bound} out of {year}",
            standing="financial",
            gives="the {payer} and its members may carry {amount} more out of {year}",
        ),
        "pooling.virement": Words(
            price="one more {unit} that may leave the {payer} in {year}",
            demand="at most {bound} may leave the {payer} in {year}",
            standing="political",
            gives="{amount} more may leave the {payer} in {year}",
        ),
        "pooling.virement_in": Words(
            price="one more {unit} that the {payer} may take from others in {year}",
            demand="the {payer} may take at most {bound} from others in {year}",
            standing="political",
            gives="the {payer} may take {amount} more from others in {year}",
        ),
        "pooling.overspend": Words(
            price="one more {unit} of minimum contribution from {agency} to the {payer} in {year}",
            demand="beyond its minimum contributions of {bound}, {agency} adds to the {payer} in {year} only in fixed "
            "proportion with the other partners",
            standing="political",
            gives="{agency} adds {amount} to the {payer} in {year} out of proportion with the other partners",
        ),
        "pooling.earmark": Words(
            price="one more {unit} that the {payer} has to spend on {subject} in {year}",
            demand="the {payer} has to spend at least {bound} on {subject} in {year}",
            standing="financial",
            gives="the {payer} may spend {amount} less on {subject} in {year}: {to} instead of {bound}",
        ),
        "pooling.min_share": Words(
            price="one more {unit} of {service} that {agency} has to pay in {year}",
            demand="{agency} has to pay its least share of {service} in {year}",
            standing="financial",
            gives="{agency} may pay {amount} less of {service} in {year} than its least share",
        ),
        "pooling.max_share": Words(
            price="one more {unit} of {service} that {agency} may pay in {year}",
            demand="{agency} may pay only up to its largest share of {service} in {year}",
            standing="financial",
            gives="{agency} may pay {amount} more of {service} in {year} than its largest share",
        ),
    }

    bounds: ClassVar[dict[str, Bound]] = BOUNDS
    gates: ClassVar[dict[str, Gate]] = {
        "pooling.passed_on": Gate(standing="political", gives="{giver} passes {amount} to {stream} in {year}")
    }

    no_barriers: ClassVar[frozenset[str]] = COVERED

    powers: Literal["lead", "lead_and_funders"] = Field(
        default="lead_and_funders", description="Whether agencies may pay for what others lead where funders says so."
    )
    pot: Pot | None = Field(default=None, description="The pooled fund; none: agencies only align.")
    carry_forward: bool = Field(default=True, description="Whether money may be carried into the next year.")
    revenue_pays_capital: bool = Field(default=False, description="Whether revenue money may pay capital cost.")
    grant: Grant | None = Field(default=None, description="One grant that replaces the streams.")

    def prohibitions(self, arrays: PlaceArrays, /) -> tuple[Prohibition, ...]:
        """Return what keeps money apart."""
        return pooling_prohibitions(self, arrays)

    def rows(self, draft: Draft) -> None:
        """Add money, what it pays for, and what each payer has."""
        streams = draft.arrays.streams
        amount = self._amounts(draft)
        poolable = np.ones_like(amount) if self.grant else streams.poolable_share
        payers = find_payers(draft, self, poolable)
        lines = gather_lines(draft)
        chosen = self._shared_lines(draft, lines)
        largest = largest_payment(
            amount + np.maximum(draft.income.brought(draft.builder.upper_at(draft.income.columns)), 0.0)
        )
        payments = add_payments(draft, payers, lines, largest, chosen)
        pooled = add_contributions(draft, payers, self.pot, np.where(poolable >= 1.0, largest, poolable * amount))
        carried = self._carry(draft, amount)
        pot_carried = self._pot_carry(draft, payers, amount, (pooled, carried))
        virement = add_virement(draft, payers, self.pot, amount)
        money = Money(
            subjects=tuple(draft.spending.subject),
            subject_agency=np.array(draft.spending.agency, dtype=np.int64),
            payers=payers,
            lines=lines,
            payments=payments,
            amount=amount,
            pooled=pooled,
            carried=carried,
            pot_carried=pot_carried,
            virement=virement,
            income=draft.income,
        )
        add_stream_rows(draft, money)
        add_pot_rows(draft, money)
        self._share_rows(draft, money)
        if self.pot is not None and self.pot.minimum_contributions:
            add_earmark_rows(draft, money)
        draft.money = money

    def _amounts(self, draft: Draft) -> FloatArray:
        amount = draft.arrays.streams.amount
        if self.grant is None:
            return amount
        first = float(amount[:, 0].sum())
        if self.grant.amount is None or first <= 0:
            return np.asarray(amount * self.grant.share)
        return np.asarray(amount * (self.grant.amount / first))

    def _carry(self, draft: Draft, amount: FloatArray) -> IntArray:
        """Add carry[stream, year] up to the share that may be carried out of the year."""
        most = amount * draft.arrays.streams.carry_share * self.carry_forward
        most[:, -1] = 0.0
        stream, year = np.nonzero(most > 0)
        names = draft.arrays.names
        keys = Keys.of((names.stream, stream), (names.year, year))
        column = np.full(most.shape, -1)
        column[stream, year] = draft.builder.add_columns("carry", keys, most[stream, year], unit="money a year")
        return column

    def _pot_carry(
        self, draft: Draft, payers: Payers, amount: FloatArray, columns: tuple[IntArray, IntArray]
    ) -> IntArray:
        """Add what pots carry forward: no more than members may carry of what they put in, nor than they leave."""
        pooled, carried = columns
        share = draft.arrays.streams.carry_share * self.carry_forward
        column = np.full((len(payers.names), draft.years), -1)
        stream, year = np.nonzero((pooled >= 0) & (share > 0))
        within = year < draft.years - 1
        stream, year = stream[within], year[within]
        pots, row = np.unique(payers.pot_of[stream, year] * draft.years + year, return_inverse=True)
        pot, when = pots // draft.years, pots % draft.years
        most = np.bincount(row, draft.builder.upper_at(pooled[stream, year]) * share[stream, year], len(pots))
        keys = Keys.of((payers.names, pot), (draft.arrays.names.year, when))
        column[pot, when] = draft.builder.add_columns("pot carry", keys, most, unit="money a year")
        position = draft.builder.add_rows("pooling.carried", keys, unit="money a year", upper=0.0)
        draft.builder.add_entries(position, column[pot, when], 1.0)
        draft.builder.add_entries(position[row], pooled[stream, year], -share[stream, year])
        allowed = np.bincount(row, (share * amount)[stream, year], len(pots))
        position = draft.builder.add_rows("pooling.carried_in_all", keys, unit="money a year", upper=allowed)
        draft.builder.add_entries(position, column[pot, when], 1.0)
        own = carried[stream, year] >= 0
        draft.builder.add_entries(position[row[own]], carried[stream[own], year[own]], 1.0)
        return column

    @staticmethod
    def _shared_lines(draft: Draft, lines: Lines) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Return (L,) the lines of services that have a least or largest share for some funder."""
        return np.asarray(np.isin(lines.subject, draft.arrays.conditions.funders.limited))

    def _share_rows(self, draft: Draft, money: Money) -> None:
        """Hold funders to their shares of what is spent; what a pot pays counts for everybody's least share."""
        if self.powers == "lead":
            return
        funders = draft.arrays.conditions.funders
        for funder in np.flatnonzero(funders.min_share > 0):
            self._share_row(draft, money, int(funder), "min_share")
        for funder in np.flatnonzero(funders.max_share < 1):
            self._share_row(draft, money, int(funder), "max_share")

    @staticmethod
    def _share_row(draft: Draft, money: Money, funder: int, side: str) -> None:
        funders, names = draft.arrays.conditions.funders, draft.arrays.names
        lines, payers = money.lines, money.payers
        least = side == "min_share"
        share = (funders.min_share if least else funders.max_share)[funder]
        theirs = (draft.arrays.streams.agency[payers.stream] == funders.agency[funder]) & (payers.stream >= 0)
        theirs |= least & (payers.stream < 0)
        keys = Keys.of(
            (names.service, np.full(draft.years, funders.service[funder])),
            (names.agency, np.full(draft.years, funders.agency[funder])),
            (names.year, np.arange(draft.years)),
        )
        position = draft.builder.add_rows(
            f"pooling.{side}",
            keys,
            unit="money a year",
            lower=0.0 if least else -np.inf,
            upper=np.inf if least else 0.0,
        )
        meant = np.where(lines.subject == funders.service[funder], position[lines.year], -1)
        money.payments.add_to(draft, lambda _, line: meant[line], lambda payer, _: theirs[payer] - share)


def largest_payment(amount: FloatArray) -> float:
    """Return more money than anybody could have, so that what limits a payment is a row with a price of its own."""
    return 2.0 * float(amount.sum())
