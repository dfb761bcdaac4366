"""Guarantees: no agency worse off together than alone, or than today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from commission_opt.place.arrays import PlaceArrays
from commission_opt.place.names import FloatArray, IntArray
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Rule, Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.money import Money
from commission_opt.rules.outcomes import amounts_gained, value_of_columns
from commission_opt.rules.payers import agencies_of_kinds
from commission_opt.rules.pot import Kinds

ROUNDING = 1e-9
"""Share of what an agency has that even a full guarantee lets go: what is worked out twice differs by that."""


@dataclass(frozen=True, eq=False)
class Alone:
    """What every agency (A,) has without the others: own outcomes (value) and net money (money), over all years."""

    own_outcomes: FloatArray
    net_money: FloatArray


class Guarantees(Rule):
    r"""No member is worse off than when all plan alone, or than today, in its own outcomes or in money.

    .. math:: \sum_o w^{own}_{a o} \sum_{n g t} q_n d_t \, outcome_{o n g t} \ge own_a - theta \cdot |own_a|,

        led_a + savings_a - put\_in_a \ge net_a - theta\_money \cdot \sum_{f \in a, t} amount_{f t}

    Against ``siloed``, :math:`own_a` and :math:`net_a` are what each has alone: the certified plan of the same model
    with silos, each agency's own money, staff, buildings and ring fences, and no pot. Against ``today`` they are what
    today's volumes bring, up to the ceilings that the model holds, and no net money, as today each pays for what it
    leads: the veto of a member of a board. Led is what is spent on the services that the agency leads, whoever pays;
    put in is what its streams pay and contribute to pots; savings hold what closing its sites and teams brings, and
    count as far as they go beyond today's. Where agencies plan alone there is nothing to promise.
    """

    kind: Literal["guarantees"] = "guarantees"
    reads: ClassVar[tuple[str, ...]] = ("own_weights", "savings", "funding", "baseline")
    words: ClassVar[dict[str, Words]] = {
        "guarantees.own_outcomes": Words(
            price="one more {unit} of its own outcomes promised to {agency}",
            demand="{agency} is promised own outcomes of {bound}",
            standing="political",
            gives="{agency} is promised own outcomes of {to} instead of {bound}: {amount} less",
        ),
        "guarantees.net_money": Words(
            price="one more {unit} of net money promised to {agency}",
            demand="{agency} is promised net money of {bound}",
            standing="political",
            gives="{agency} is promised net money of {to} instead of {bound}: {amount} less",
        ),
    }

    against: Literal["siloed", "today"] = Field(
        default="siloed", description="Whether members compare with planning alone or with today."
    )
    members: Kinds = Field(default="all", description="Kinds of agencies that are promised something.")
    theta: float | None = Field(
        default=0.0, ge=0, le=1, description="Share of its own outcomes that a member may lose; none: any."
    )
    theta_money: float | None = Field(
        default=None, ge=0, le=1, description="Net money that a member may lose, as a share of its money; none: any."
    )

    def rows(self, draft: Draft) -> None:
        """Add a promise to each member; against siloed it has no bound before the plan of agencies alone is known."""
        if draft.apart:
            draft.notes.append("Nothing is promised to agencies: clusters that decide alone have not agreed anything.")
        if draft.planners.alone or draft.apart:
            return
        if self.against == "today" and draft.arrays.place.tables["baseline"].empty:
            draft.notes.append("This place has no baseline, so nothing is promised against today.")
            return
        member = np.flatnonzero(agencies_of_kinds(draft, self.members, "none of that kind is promised anything"))
        compared = _today(draft) if self.against == "today" else draft.alone
        if self.theta is not None:
            self._own_outcomes(draft, member, compared, self.theta)
        if self.theta_money is not None and draft.money is not None:
            self._net_money(draft, draft.money, (member, compared), self.theta_money)

    @staticmethod
    def _own_outcomes(draft: Draft, member: IntArray, compared: Alone | None, theta: float) -> None:
        least = np.full(len(member), -np.inf)
        if compared is not None:
            alone = compared.own_outcomes[member]
            least = alone - np.maximum(theta, ROUNDING) * np.abs(alone)
        position = _promise(draft, "guarantees.own_outcomes", "units of value", (member, least))
        planners = len(draft.planners.weight)
        for row, agency in zip(position, member, strict=True):
            each = np.repeat(draft.arrays.own_weight[agency][None, :], planners, axis=0)
            value = value_of_columns(draft, each, draft.arrays.equity_weight)
            column = np.flatnonzero(value)
            draft.builder.add_entries(np.full(len(column), row), column, value[column])

    @staticmethod
    def _net_money(draft: Draft, money: Money, promised: tuple[IntArray, Alone | None], theta: float) -> None:
        member, compared = promised
        agency_of = draft.arrays.streams.agency
        held = np.bincount(agency_of, money.amount.sum(axis=1), minlength=len(draft.arrays.names.agency))
        least = np.full(len(member), -np.inf)
        if compared is not None:
            least = (compared.net_money - np.maximum(theta, ROUNDING) * held + _saved_today(draft))[member]
        row_of = np.full(len(held), -1)
        row_of[member] = _promise(draft, "guarantees.net_money", "money", (member, least))
        led, stream = row_of[money.subject_agency[money.lines.subject]], money.payers.stream
        money.payments.add_to(draft, lambda _, line: led[line])
        pays = np.where(stream >= 0, row_of[agency_of[stream]], -1)
        money.payments.add_to(draft, lambda payer, _: pays[payer], lambda payer, _: np.full(len(payer), -1.0))
        giver, year = np.nonzero(money.pooled >= 0)
        _add(draft, row_of[agency_of[giver]], money.pooled[giver, year], np.full(len(giver), -1.0))
        agency, column, amount = _savings(draft)
        _add(draft, row_of[agency], column, amount)
        for stream, _, closed, freed in draft.income.freed:
            _add(draft, row_of[agency_of[stream]], closed, np.broadcast_to(freed, closed.shape))


def own_outcomes(arrays: PlaceArrays, amounts: FloatArray) -> FloatArray:
    """Return (A,) the discounted value of outcomes (O, N, T) by each agency's own weights."""
    own = np.einsum("ao,n,t,ont->a", arrays.own_weight, arrays.equity_weight, arrays.discount, amounts)
    return np.asarray(own, dtype=float)


def _today(draft: Draft) -> Alone:
    """Return what today's volumes bring every agency; each pays for what it leads, so nobody has net money."""
    arrays = draft.arrays
    amounts = amounts_gained(arrays, draft.volumes, np.asarray(draft.capped.any(axis=0)), draft.baseline_volume())
    return Alone(own_outcomes(arrays, amounts), np.zeros(len(arrays.names.agency)))


def _promise(draft: Draft, family: str, unit: str, promised: tuple[IntArray, FloatArray]) -> IntArray:
    """Add a row for every member and return their positions."""
    member, least = promised
    return draft.builder.add_rows(family, Keys.of((draft.arrays.names.agency, member)), unit=unit, lower=least)


def _add(draft: Draft, row: IntArray, column: IntArray, amount: FloatArray) -> None:
    """Add the entries of members; a row of -1 is that of an agency that is none."""
    used = row >= 0
    draft.builder.add_entries(row[used], column[used], amount[used])


def _savings(draft: Draft) -> tuple[IntArray, IntArray, FloatArray]:
    """Return (agency, column, money per unit) of cashable savings that come back within the years of the plan."""
    savings, volumes = draft.arrays.savings, draft.volumes
    row, volume = np.nonzero(
        (savings.service[:, None] == volumes.service[None, :])
        & (volumes.year[None, :] + savings.lag[:, None] < draft.years)
    )
    return savings.agency[row], volumes.column[volume], savings.cash[row]


def _saved_today(draft: Draft) -> FloatArray:
    """Return (A,) the cash that today's volumes save each agency anyway: only what goes beyond it counts."""
    arrays, names = draft.arrays, draft.arrays.names
    today = np.zeros((len(names.service), draft.years))
    np.add.at(today, arrays.deliveries.service, arrays.baseline)
    return np.asarray(arrays.savings.received(today, len(names.agency)).sum(axis=1))
