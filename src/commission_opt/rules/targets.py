"""Targets: least outcomes, agreed or required, and the reward for going further."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from commission_opt.place.names import EVERYTHING, FloatArray, IntArray
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Rule, Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.outcomes import outcome_entries
from commission_opt.rules.rewards import Reached, add_rewards


class Targets(Rule):
    r"""Outcomes reach their targets; one with a penalty may be missed at its price, a stretch beyond it earns money.

    .. math:: \sum_{n \in N(j), g} outcome_{o n g t} + short_{j t} \ge minimum_{j t}

    Each unit short costs its penalty, discounted as the outcomes are. Where an outcome has a ceiling, only what
    counts towards the ceiling counts towards the target. Agencies that plan alone have agreed no targets.

    A stretch target earns its reward grant where the outcome reaches it, all or nothing or in proportion from the
    minimum to the stretch; a target that is missed earns nothing:

    .. math:: reached_{j t} \in \{0, 1\}, \quad outcome_{j t} \ge stretch_{j t} \, reached_{j t}
        \qquad \text{or} \qquad (stretch_{j t} - minimum_{j t}) \, reached_{j t} \le outcome_{j t} - minimum_{j t},
        \quad 0 \le reached_{j t} \le 1

    :math:`reward_{j t} \, reached_{j t}` comes the year after, from outside the place, into the largest revenue stream
    without a ring fence of the agency that answers for the outcome, as far as the plan has a use for it. What would
    come after the last year is not counted.
    """

    kind: Literal["targets"] = "targets"
    reads: ClassVar[tuple[str, ...]] = ("targets",)
    words: ClassVar[dict[str, Words]] = {
        "targets.minimum": Words(
            price="one more unit of the target for {outcome} in {area} in {year}",
            demand="{outcome} in {area} in {year} has to reach {bound}",
            standing="political",
            gives="the target for {outcome} in {area} in {year} falls by {amount}, from {bound} to {to}",
        ),
        "targets.stretch": Words(
            price="one more unit of {outcome} in {area} in {year} before its reward is earned",
            demand="{outcome} in {area} in {year} earns its reward only where it reaches the stretch",
            standing="identity",
        ),
        "targets.pro_rata": Words(
            price="one more unit of {outcome} in {area} in {year} before its reward grows",
            demand="{outcome} in {area} in {year} earns its reward only as far as it goes beyond its target",
            standing="identity",
        ),
        "targets.met": Words(
            price="all of the reward for {outcome} in {area} in {year} without meeting its target",
            demand="{outcome} in {area} in {year} earns no reward where it misses its target",
            standing="identity",
        ),
    }

    def rows(self, draft: Draft) -> None:
        """Add a row, and where it is soft a shortfall, for every target and year; then the rewards."""
        if draft.planners.alone:
            draft.notes.append("Targets do not bind: agencies that plan alone have not agreed any.")
            return
        reached = self._reached(draft)
        targets, keys = draft.arrays.conditions.targets, reached.keys
        minimum = targets.minimum[reached.target, reached.year]
        penalty = targets.penalty[reached.target, reached.year]
        position = draft.builder.add_rows("targets.minimum", keys, unit="outcome units a year", lower=minimum)
        draft.builder.add_entries(position[reached.row], reached.column, reached.amount)
        soft = np.flatnonzero(np.isfinite(penalty))
        most = np.maximum(minimum - reached.least, 0.0)[soft]
        short = draft.builder.add_columns("short", keys.take(soft), most, unit="outcome units a year")
        draft.builder.add_entries(position[soft], short, 1.0)
        draft.penalties.append((short, penalty[soft] * draft.arrays.discount[reached.year[soft]]))
        add_rewards(draft, reached)

    def _reached(self, draft: Draft) -> Reached:
        """Return what every target and year adds up, and the least that any volumes could make of it."""
        targets, names, build = draft.arrays.conditions.targets, draft.arrays.names, draft.builder
        target, year = np.nonzero(np.isfinite(targets.minimum))
        row, column, amount = self._outcomes(draft, target, year)
        worst = np.where(amount < 0, build.column_upper()[column], build.column_lower()[column])
        keys = Keys.of((names.outcome, targets.outcome[target]), (names.area, targets.area[target]), (names.year, year))
        least = np.bincount(row, amount * worst, len(target)).astype(float)
        return Reached(target, year, keys, least, row, column, amount)

    @staticmethod
    def _outcomes(draft: Draft, target: IntArray, year: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
        """Return the entries of every target's outcome: capped columns where it has them, else volumes."""
        targets, volumes, counted = draft.arrays.conditions.targets, draft.volumes, draft.counted
        entries = outcome_entries(draft.arrays, volumes, np.asarray(~draft.capped[0]))
        outcome = np.concatenate([counted.outcome, entries.outcome])
        area = np.concatenate([counted.area, volumes.area[entries.volume]])
        when = np.concatenate([counted.year, entries.year])
        column = np.concatenate([counted.column, volumes.column[entries.volume]])
        amount = np.concatenate([np.ones(len(counted.column)), entries.amount])
        rows = []
        for at in range(len(target)):
            meant = (outcome == targets.outcome[target[at]]) & (when == year[at])
            if targets.area[target[at]] != EVERYTHING:
                meant &= area == targets.area[target[at]]
            rows.append(np.flatnonzero(meant))
        row = np.repeat(np.arange(len(rows)), [len(found) for found in rows])
        entry = np.concatenate([*rows, np.zeros(0, dtype=np.int64)]).astype(np.int64)
        return row, column[entry], amount[entry]
