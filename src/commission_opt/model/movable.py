"""What budgets and outcome weights move in a formulated program: a few bounds and the objective, no coefficient.

A place whose budgets or weights alone have changed need not be formulated anew. What is worked out here is held against
the program itself first: where it would not give the bounds and the objective that stand there, nothing is moved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from commission_opt.model.formulate import Formulation
from commission_opt.place.arrays import PlaceArrays
from commission_opt.place.money import CAPITAL, REVENUE
from commission_opt.place.names import FloatArray, IntArray
from commission_opt.program.linear import LinearProgram
from commission_opt.rules.draft import CountedOutcomes, Draft, start_draft
from commission_opt.rules.outcomes import value_of_columns
from commission_opt.rules.own_money import largest_streams
from commission_opt.rules.payments import largest_spend
from commission_opt.rules.pooling import Pooling, largest_payment

BY_OTHER_WAYS = ("devolution", "guarantees")
"""Rules by which budgets and weights get into further rows and coefficients."""

WEIGHED = ("equity", "robustness")
"""Rules whose coefficients rest on weights."""

SETTLED = ("virement", "overspend")
"""Columns whose bounds rest on budgets in ways that are not followed here."""


@dataclass(frozen=True, eq=False)
class Bounds:
    """Upper bounds of the movable rows and columns, and lower bounds of the columns."""

    rows: FloatArray
    columns: FloatArray


class Movable:
    """What budgets and weights move in one formulation.

    Parameters
    ----------
    formulation : Formulation
        Of the place before any such change.
    """

    def __init__(self, formulation: Formulation) -> None:
        self.formulation = formulation
        self._last: tuple[FloatArray, Bounds | None] | None = None

    @cached_property
    def rows(self) -> IntArray:
        """Rows whose upper bounds rest on budgets."""
        return _positions(self.formulation.program, "rows", ("pooling.stream", "pooling.carried_in_all"))

    @cached_property
    def columns(self) -> IntArray:
        """Columns whose upper bounds rest on budgets."""
        return _positions(self.formulation.program, "columns", ("payment", "pooled", "carry", "pot carry"))

    @cached_property
    def has_budgets(self) -> bool:
        """Whether the program's bounds are known to follow from budgets."""
        model, program = self.formulation.model, self.formulation.program
        pooling = model.rule("pooling")
        if not isinstance(pooling, Pooling) or pooling.grant is not None or _acting(self.formulation, BY_OTHER_WAYS):
            return False
        if any(block.family in SETTLED and len(block) for block in program.columns):
            return False
        bounds = self._bounds(self.formulation.arrays)
        return (
            bounds is not None
            and np.array_equal(bounds.rows, program.row_upper[self.rows])
            and np.array_equal(bounds.columns, program.upper[self.columns])
        )

    @cached_property
    def has_weights(self) -> bool:
        """Whether the program's objective is known to follow from weights, and nothing else does."""
        formulation = self.formulation
        names = [name for name, _ in formulation.objectives]
        if names != ["weighted_outcomes"] or _acting(formulation, (*BY_OTHER_WAYS, *WEIGHED)):
            return False
        if len(formulation.yardsticks) != 1 or not np.array_equal(self.weight(formulation.arrays), self.weighed):
            return False
        if (formulation.program.row_upper[self.ceilings] != 0.0).any():
            return False
        return np.array_equal(self._objective(formulation.arrays), formulation.program.objective)

    def prepare(self) -> tuple[bool, bool]:
        """Hold what is worked out here against the program now; return whether budgets and weights can be moved."""
        return self.has_budgets, self.has_weights

    @property
    def weighed(self) -> FloatArray:
        """The weights (P, O) that the formulation has."""
        return self.formulation.planners.weight

    def weight(self, arrays: PlaceArrays) -> FloatArray:
        """Return (P, O) what planners value in a place."""
        return arrays.own_weight if self.formulation.planners.alone else arrays.weight[None, :]

    def reaches(self, arrays: PlaceArrays) -> bool:
        """Whether a place that differs in budgets and weights alone has this program but for bounds and objective."""
        return self._budgets_reach(arrays) and self._weights_reach(arrays)

    def _budgets_reach(self, arrays: PlaceArrays) -> bool:
        before = self.formulation.arrays
        if np.array_equal(arrays.streams.amount, before.streams.amount):
            return True
        if not self.has_budgets or self._bounds(arrays) is None:
            return False
        if not self.formulation.money.income.entries:
            return True
        one, other = start_draft(before), start_draft(arrays)
        return all(
            np.array_equal(largest_streams(one, kind), largest_streams(other, kind)) for kind in (REVENUE, CAPITAL)
        )

    def _weights_reach(self, arrays: PlaceArrays) -> bool:
        before, after = self.formulation.arrays, arrays
        if np.array_equal(after.weight, before.weight) and np.array_equal(after.own_weight, before.own_weight):
            return True
        same_signs = np.array_equal(np.sign(self.weight(after)), np.sign(self.weighed))
        return self.has_weights and same_signs and np.array_equal(np.sign(after.weight), np.sign(before.weight))

    def bounds(self, arrays: PlaceArrays) -> Bounds:
        """Return the upper bounds of movable rows and columns in a place that this program reaches."""
        found = self._bounds(arrays) if self.has_budgets else None
        if found is None:
            program = self.formulation.program
            return Bounds(program.row_upper[self.rows], program.upper[self.columns])
        return found

    def formulated(self, arrays: PlaceArrays) -> Formulation:
        """Return the formulation of a place that this program reaches, as formulating it anew gives it."""
        before, program = self.formulation, self.formulation.program
        objectives, planners, yardsticks = before.objectives, before.planners, before.yardsticks
        money = before.money
        if not np.array_equal(arrays.streams.amount, before.arrays.streams.amount):
            bounds, row_upper, upper = self.bounds(arrays), program.row_upper.copy(), program.upper.copy()
            row_upper[self.rows], upper[self.columns] = bounds.rows, bounds.columns
            program = program.with_bounds(program.lower, upper, program.row_lower, row_upper)
            money = replace(money, amount=arrays.streams.amount)
        if not np.array_equal(self.weight(arrays), self.weighed):
            planners = replace(planners, weight=self.weight(arrays))
            yardsticks = ((planners.weight, yardsticks[0][1]),)
            program = program.with_objective(self._objective(arrays))
            objectives = ((objectives[0][0], program.objective),)
        return replace(
            before,
            arrays=arrays,
            program=program,
            objectives=objectives,
            planners=planners,
            yardsticks=yardsticks,
            money=money,
        )

    @cached_property
    def ceilings(self) -> IntArray:
        """Rows that hold counted outcomes to what volumes bring, in the order of their columns."""
        return _positions(self.formulation.program, "rows", ("ceilings.outcome",))

    @cached_property
    def counted(self) -> CountedOutcomes:
        """The columns on which capped outcomes are counted."""
        block = self.formulation.program.column_block("outcome")
        nothing = np.zeros(0, dtype=np.int64)
        if block is None or not len(block):
            return CountedOutcomes(nothing, nothing, nothing, nothing, nothing)
        *agency, outcome, area, _, year = block.keys.codes
        planner = agency[0] if agency else np.zeros(len(block), dtype=np.int64)
        return CountedOutcomes(planner, outcome, area, year, np.arange(block.start, block.stop))

    @cached_property
    def _draft(self) -> Draft:
        """A draft that knows the columns that outcomes are counted on."""
        before = self.formulation
        draft = start_draft(before.arrays)
        draft.volumes, draft.counted, draft.capped = before.volumes, self.counted, before.capped
        draft.planners = before.planners
        draft.builder.column_count = before.program.shape[1]
        return draft

    def _objective(self, arrays: PlaceArrays) -> FloatArray:
        """Return the objective (n,) that the weights of a place give."""
        before, (valued, recouped) = self.formulation, self._valued
        value = value_of_columns(self._draft, self.weight(arrays), before.yardsticks[0][1])
        objective = before.program.objective.copy()
        objective[valued] = value[valued] - recouped
        return objective

    @cached_property
    def _valued(self) -> tuple[IntArray, FloatArray]:
        """Columns that outcomes are valued on, and how much of that comes back as money or averted demand."""
        before, draft = self.formulation, self._draft
        valued = np.concatenate([draft.volumes.column, draft.counted.column])
        return valued, before.recouped.of_columns(before.program.shape[1], before.yardsticks[0][1])[valued]

    @cached_property
    def _pot_years(self) -> tuple[IntArray, IntArray, IntArray]:
        """Stream and year of what may be carried inside a pot, and the place of each pot and year among them."""
        money, arrays = self.formulation.money, self.formulation.arrays
        years = len(arrays.names.year)
        stream, year = np.nonzero((money.pooled >= 0) & (self._carry_share > 0))
        stream, year = stream[year < years - 1], year[year < years - 1]
        _, row = np.unique(money.payers.pot_of[stream, year] * years + year, return_inverse=True)
        return stream, year, row

    @cached_property
    def _carry_share(self) -> FloatArray:
        pooling = self.formulation.model.rule("pooling")
        carry = isinstance(pooling, Pooling) and pooling.carry_forward
        return np.asarray(self.formulation.arrays.streams.carry_share * carry)

    @cached_property
    def _received(self) -> FloatArray:
        """The most (F, T) that comes back to streams."""
        return np.asarray(np.maximum(self.formulation.money.income.received(self.formulation.program.upper), 0.0))

    @cached_property
    def _spent(self) -> FloatArray:
        """The most that can be spent on what each payment is for."""
        money, upper = self.formulation.money, self.formulation.program.upper
        spend = largest_spend(money.lines, upper[self.formulation.volumes.run], upper[money.lines.others[1]])
        return spend[money.payments.line]

    def _bounds(self, arrays: PlaceArrays) -> Bounds | None:
        """Return the bounds that the budgets of a place give, of the last one without working them out again."""
        last = self._last
        if last is None or last[0] is not arrays.streams.amount:
            self._last = last = arrays.streams.amount, self._bounds_anew(arrays)
        return last[1]

    def _bounds_anew(self, arrays: PlaceArrays) -> Bounds | None:
        """Return the bounds that the budgets of a place give; None where other columns would be there."""
        money, streams, amount = self.formulation.money, self.formulation.arrays.streams, arrays.streams.amount
        most = largest_payment(amount + self._received)
        stream, year = np.nonzero(money.pooled >= 0)
        poolable = np.where(streams.poolable_share >= 1.0, most, streams.poolable_share * amount)
        least = self.formulation.program.lower[money.pooled[stream, year]]
        pooled = np.full(amount.shape, 0.0)
        pooled[stream, year] = np.maximum(poolable[stream, year], least)
        carry = amount * self._carry_share
        carry[:, -1] = 0.0
        if not np.array_equal(carry > 0, money.carried >= 0):
            return None
        f, t, row = self._pot_years
        pots = int(row.max(initial=-1)) + 1
        share = self._carry_share[f, t]
        in_pots = np.bincount(row, pooled[f, t] * share, pots).astype(float)
        in_all = np.bincount(row, (self._carry_share * amount)[f, t], pots).astype(float)
        had = (amount - money.income.today).reshape(-1)
        return _in_order(
            self.formulation.program,
            {"pooling.stream": had, "pooling.carried_in_all": in_all},
            {
                "payment": np.minimum(most, self._spent),
                "pooled": pooled[stream, year],
                "carry": carry[money.carried >= 0],
                "pot carry": in_pots,
            },
        )


def _in_order(program: LinearProgram, rows: dict[str, FloatArray], columns: dict[str, FloatArray]) -> Bounds:
    """Return bounds by family in the order of the program's blocks."""
    none = np.zeros(0)
    return Bounds(
        np.concatenate([none, *(rows[block.family] for block in program.rows if block.family in rows)]),
        np.concatenate([none, *(columns[block.family] for block in program.columns if block.family in columns)]),
    )


def _positions(program: LinearProgram, side: str, families: tuple[str, ...]) -> IntArray:
    """Return the positions of rows or columns of some families in their order."""
    blocks = program.rows if side == "rows" else program.columns
    found = [np.arange(block.start, block.stop) for block in blocks if block.family in families]
    return np.concatenate([np.zeros(0, dtype=np.int64), *found])


def _acting(formulation: Formulation, kinds: tuple[str, ...]) -> bool:
    """Whether rules of some kinds have rows or columns, or change what volumes are worth."""
    enabled = [rule.kind for rule in formulation.model.rules if rule.enabled]
    rows = {block.family.partition(".")[0] for block in formulation.program.rows if len(block)}
    return any(kind in enabled and (kind in rows or kind in ("devolution", "robustness")) for kind in kinds)
