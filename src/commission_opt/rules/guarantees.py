"""Guarantees: no agency worse off together than alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Rule, Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.money import Money
from commission_opt.rules.outcomes import value_of_columns

ROUNDING = 1e-9
"""Share of what an agency has alone that even a full guarantee lets go: what is worked out twice differs by that."""


@dataclass(frozen=True, eq=False)
class Alone:
    """What every agency (A,) has when all plan alone: own outcomes (value) and net money (money), over all years."""

    own_outcomes: FloatArray
    net_money: FloatArray


class Guarantees(Rule):
    r"""No agency is worse off than when all plan alone, in its own outcomes or in money.

    .. math:: \sum_o w^{own}_{a o} \sum_{n g t} q_n d_t \, outcome_{o n g t} \ge (1 - theta) \cdot own\_alone_a,

        led_a + savings_a - put\_in_a \ge net\_alone_a - theta\_money \cdot \sum_{f \in a, t} amount_{f t}

    What each has alone is the certified plan of the same model with silos, each agency's own money, staff, buildings
    and ring fences, and no pot. Led is what is spent on the services that the agency leads, whoever pays; put in is
    what its streams pay and contribute to pots. Where agencies plan alone there is nothing to promise.
    """

    kind: Literal["guarantees"] = "guarantees"
    reads: ClassVar[tuple[str, ...]] = ("own_weights", "savings", "funding")
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

    theta: float | None = Field(
        default=0.0, ge=0, le=1, description="Share of its own outcomes that an agency may lose; none: any."
    )
    theta_money: float | None = Field(
        default=None, ge=0, le=1, description="Net money that an agency may lose, as a share of its money; none: any."
    )

    def rows(self, draft: Draft) -> None:
        """Add a promise to each agency; it has no bound before the plan of agencies alone is known."""
        if draft.planners.alone:
            return
        if self.theta is not None:
            self._own_outcomes(draft, self.theta)
        if self.theta_money is not None and draft.money is not None:
            self._net_money(draft, draft.money, self.theta_money)

    @staticmethod
    def _own_outcomes(draft: Draft, theta: float) -> None:
        least = np.full(len(draft.arrays.names.agency), -np.inf)
        if draft.alone is not None:
            alone = draft.alone.own_outcomes
            least = alone - np.maximum(theta, ROUNDING) * np.abs(alone)
        position = _promise(draft, "guarantees.own_outcomes", "units of value", least)
        planners = len(draft.planners.weight)
        for agency, weight in enumerate(draft.arrays.own_weight):
            each = np.repeat(weight[None, :], planners, axis=0)
            value = value_of_columns(draft, each, draft.arrays.equity_weight)
            column = np.flatnonzero(value)
            draft.builder.add_entries(np.full(len(column), position[agency]), column, value[column])

    @staticmethod
    def _net_money(draft: Draft, money: Money, theta: float) -> None:
        agency_of = draft.arrays.streams.agency
        held = np.bincount(agency_of, money.amount.sum(axis=1), minlength=len(draft.arrays.names.agency))
        least = np.full(len(held), -np.inf)
        if draft.alone is not None:
            least = draft.alone.net_money - np.maximum(theta, ROUNDING) * held + _saved_today(draft)
        position = _promise(draft, "guarantees.net_money", "money", least)
        payments, stream = money.payments, money.payers.stream[money.payments.payer]
        led = money.subject_agency[money.lines.subject[payments.line]]
        draft.builder.add_entries(position[led], payments.column, payments.amount)
        own = np.flatnonzero(stream >= 0)
        draft.builder.add_entries(position[agency_of[stream[own]]], payments.column[own], -payments.amount[own])
        giver, year = np.nonzero(money.pooled >= 0)
        draft.builder.add_entries(position[agency_of[giver]], money.pooled[giver, year], -1.0)
        agency, column, amount = _savings(draft)
        draft.builder.add_entries(position[agency], column, amount)


def _promise(draft: Draft, family: str, unit: str, least: FloatArray) -> IntArray:
    """Add a row for every agency and return their positions."""
    keys = Keys.of((draft.arrays.names.agency, np.arange(len(least))))
    return draft.builder.add_rows(family, keys, unit=unit, lower=least)


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
