"""Prices: what one more and one less unit of every binding rule is worth, and how far that holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from commission_opt.model.formulate import Formulation
from commission_opt.place.names import FloatArray, IntArray
from commission_opt.plan.choice import Choice
from commission_opt.plan.exposed import expose_bounds, expose_prices
from commission_opt.plan.gained import gained_text
from commission_opt.plan.margins import PRICED, Examiner, Margins, tight
from commission_opt.plan.words import board_amounts, price_texts, rule_of, subject_text
from commission_opt.program.blocks import Block, block_at
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Limits, Status
from commission_opt.solvers.highs import HighsSolver

EFFORT = 4_000_000
"""Columns times rows that are examined by solving again: all rules of a small place, the dearest of a large one."""

LARGE = 60_000
"""Columns above which no rule is examined: each has the price that proves the plan, and no more."""

WHOLE_ROWS, WHOLE_COLUMNS, WHOLE_SECONDS = 12, 2_000, 5.0
"""Where decisions are yes or no: rules whose true change is found, the largest program, and the time for each."""


CHANGED = 40
"""Rules for which the change by an amount beyond the price's range is found."""


BOUGHT = 5
"""Rules for which the outcomes behind the price are named."""


@dataclass(frozen=True, eq=False)
class Found:
    """Binding rules: row, bound, price, and an amount by which a board would change the bound."""

    rows: IntArray
    bound: FloatArray
    price: FloatArray
    amount: FloatArray


@dataclass(frozen=True, eq=False)
class Told:
    """What prices are told of: a program with a row for every rule that bounds of columns keep, and all rows' prices.

    ``most`` is more money than any such column could be.
    """

    formulation: Formulation
    program: LinearProgram
    prices: FloatArray
    most: float

    def anew(self, program: LinearProgram) -> LinearProgram:
        """Return another program of the same columns and rows with those rows."""
        return expose_bounds(program, self.most)


def price_table(choice: Choice, most: int | None = None) -> pd.DataFrame:
    """Return every binding rule with its price, largest effect first.

    Columns: rule, label, sentence, unit, bound; price (value gained per unit rise of the bound), price_low (per unit
    more), price_high (per unit less; all optimal prices lie between the two), valid_from, valid_to (the bounds between
    which these hold); amount (one that a board would speak of), change_more and change_less (how the objective
    changes with the bound so much more and less), buys (the outcomes that so much more gains or costs, of the dearest
    few, in words). A price is the one of one unit more; of one unit less where no
    plan allows more; none where none allows either.

    With yes-or-no decisions prices hold as long as these stay as they are, while changes are true ones, found by
    solving anew. NaN stands where a figure was not worked out: in large programs all but the dearest rules.

    Parameters
    ----------
    choice : Choice
        The answer.
    most : int or None
        Rules to examine by solving again; None: as many as the size of the program allows.
    """
    if choice.proof.program.shape[1] > LARGE:
        return _unexamined(choice)
    told = _told(choice)
    program, prices = told.program, told.prices
    rows, bound = tight(program, choice.proof.answer.x, prices)
    order = np.argsort(-np.abs(prices[rows]) * _size(bound), kind="stable")
    rows, bound = rows[order], bound[order]
    examiner = Examiner(program, choice.proof.program.upper)
    margins = examiner.examine(rows, bound, EFFORT // program.shape[1] if most is None else most)
    finite = np.where(np.isfinite(margins.low), margins.low, margins.high)
    price = np.where(np.isinf(finite), np.nan, np.where(np.isnan(finite), prices[rows], finite))
    worth = np.fmax(np.fmax(np.abs(price), _finite(margins.low)), _finite(margins.high))
    kept = np.flatnonzero((worth > 0) | np.isinf(margins.low) | np.isinf(margins.high))
    kept = kept[np.argsort(-(worth * _size(bound))[kept], kind="stable")]
    margins = margins.take(kept)
    found = Found(rows[kept], bound[kept], price[kept], _amounts(told, rows[kept], bound[kept]))
    whole = len(choice.program.whole) > 0
    changes = _true_changes(told.anew(choice.program), found) if whole else _changes(examiner, found, margins)
    return _table(told, found, margins, changes).assign(buys=_bought(told, examiner, found))


def _told(choice: Choice, bare: bool = False) -> Told:
    """Return what prices are told of: the program that they are of, with a row for every rule that bounds keep.

    Bare, it is without its coefficients, of which a large program should not be given another copy.
    """
    of, most = choice.proof.program, 2.0 * float(choice.formulation.money.amount.sum())
    prices = expose_prices(of, choice.proof.answer.prices)
    program = replace(of, matrix=sparse.csc_array(of.shape)) if bare else of
    return Told(choice.formulation, expose_bounds(program, most), prices, most)


def _unexamined(choice: Choice) -> pd.DataFrame:
    """Return the table of a large program: prices as they are, dearest first."""
    told = _told(choice, bare=True)
    price, program = told.prices, told.program
    bound = np.where(price > 0, program.row_upper, program.row_lower)
    rows = np.flatnonzero((np.abs(price) > PRICED * np.abs(price).max(initial=0.0)) & np.isfinite(bound))
    rows = rows[np.argsort(-np.abs(price[rows]) * _size(bound[rows]), kind="stable")]
    found = Found(rows, bound[rows], price[rows], _amounts(told, rows, bound[rows]))
    unknown = np.full(len(rows), np.nan)
    table = _table(told, found, Margins(unknown, unknown, unknown, unknown), (unknown, unknown))
    return table.assign(buys="")


def _bought(told: Told, examiner: Examiner, found: Found) -> list[str]:
    """Say which outcomes so much more of the dearest rules gains or costs: one row of each subject."""
    bought = [""] * len(found.rows)
    subjects: set[str] = set()
    for at, row in enumerate(found.rows.tolist()):
        subject = subject_text(block_at(told.program.rows, row), row)
        if len(subjects) < BOUGHT and subject not in subjects and np.isfinite(found.price[at]):
            subjects.add(subject)
            x = examiner.bought(row, float(found.bound[at]), float(found.amount[at]))
            bought[at] = gained_text(told.formulation, *x)
    return bought


def _table(told: Told, found: Found, margins: Margins, changes: tuple[FloatArray, FloatArray]) -> pd.DataFrame:
    place = told.formulation.arrays.place
    words = np.empty((4, len(found.rows)), dtype=object)
    for block, at in _by_block(told.program, found.rows):
        words[0, at], words[3, at] = rule_of(block), block.unit
        words[1, at] = block.labels(found.rows[at])
        words[2, at] = price_texts(block, found.rows[at], place, found.amount[at])
    rule, label, sentence, unit = words
    return pd.DataFrame(
        {
            "rule": rule,
            "label": label,
            "sentence": sentence,
            "unit": unit,
            "bound": found.bound,
            "price": found.price,
            "price_low": margins.low,
            "price_high": margins.high,
            "valid_from": margins.valid_from,
            "valid_to": margins.valid_to,
            "amount": found.amount,
            "change_more": changes[0],
            "change_less": changes[1],
        }
    )


def _amounts(told: Told, rows: IntArray, bound: FloatArray) -> FloatArray:
    """Return a round amount for every rule: of money up to a tenth of the bound, one unit of all else."""
    amounts = np.ones(len(rows))
    for block, at in _by_block(told.program, rows):
        amounts[at] = board_amounts(np.abs(bound[at]) / 10, block.unit, told.formulation.arrays.place.settings)
    return amounts


def _by_block(program: LinearProgram, rows: IntArray) -> Iterator[tuple[Block, IntArray]]:
    """Return every block that holds some of the rows, with where these are among them."""
    for block in program.rows:
        at = np.flatnonzero((rows >= block.start) & (rows < block.stop))
        if len(at):
            yield block, at


def _changes(examiner: Examiner, found: Found, margins: Margins) -> tuple[FloatArray, FloatArray]:
    """Return the change by an amount more and less: by price as far as that holds, else by solving again."""
    changes = np.full((2, len(found.rows)), np.nan)
    for side, (sign, slope, end) in enumerate(
        ((1.0, margins.low, margins.valid_to), (-1.0, margins.high, margins.valid_from))
    ):
        by = sign * found.amount
        holds = np.isfinite(slope) & (sign * (end - found.bound) >= found.amount)
        changes[side, holds] = (slope * by)[holds]
        for at in np.flatnonzero(~holds & np.isfinite(slope))[:CHANGED].tolist():
            changes[side, at] = examiner.change(int(found.rows[at]), float(found.bound[at]), float(by[at]))
    return changes[0], changes[1]


def _true_changes(program: LinearProgram, found: Found) -> tuple[FloatArray, FloatArray]:
    """Return the change by an amount more and less with all decisions made anew, of the dearest rules."""
    changes = np.full((2, len(found.rows)), np.nan)
    if program.shape[1] <= WHOLE_COLUMNS:
        now = _best(program)
        for at in range(min(WHOLE_ROWS, len(found.rows))):
            for side, sign in enumerate((1.0, -1.0)):
                by = sign * float(found.amount[at])
                changes[side, at] = _best(_moved(program, int(found.rows[at]), float(found.bound[at]), by)) - now
    return changes[0], changes[1]


def _moved(program: LinearProgram, row: int, bound: float, by: float) -> LinearProgram:
    """Return the program with a row's bound moved."""
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    lower[row] += by if lower[row] == bound else 0.0
    upper[row] += by if upper[row] == bound else 0.0
    return program.with_bounds(program.lower, program.upper, lower, upper)


def _best(program: LinearProgram) -> float:
    """Return the best objective; NaN where there is no plan, or none could be proven best in the time."""
    answer = HighsSolver(Limits(seconds=WHOLE_SECONDS, integer_gap=0.0)).solve(program)
    return program.value(answer.x) if answer.status is Status.OPTIMAL else np.nan


def _finite(figures: FloatArray) -> FloatArray:
    return np.where(np.isfinite(figures), np.abs(figures), np.nan)


def _size(bound: FloatArray) -> FloatArray:
    """Return what a unit's price is multiplied by to rank rules: the bound's size, one where it is zero."""
    return np.where(bound != 0, np.abs(bound), 1.0)
