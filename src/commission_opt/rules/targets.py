"""Targets: least outcomes, agreed or required."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from commission_opt.place.names import EVERYTHING, FloatArray, IntArray
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Rule, Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.outcomes import outcome_entries


class Targets(Rule):
    r"""Outcomes reach their targets; a target with a penalty may be missed at its price.

    .. math:: \sum_{n \in N(j), g} outcome_{o n g t} + short_{j t} \ge minimum_{j t}

    Each unit short costs its penalty, discounted as the outcomes are. Where an outcome has a ceiling, only what
    counts towards the ceiling counts towards the target. Agencies that plan alone have agreed no targets.
    """

    kind: Literal["targets"] = "targets"
    reads: ClassVar[tuple[str, ...]] = ("targets",)
    words: ClassVar[dict[str, Words]] = {
        "targets.minimum": Words(
            price="one more unit of the target for {outcome} in {area} in {year}",
            demand="{outcome} in {area} in {year} has to reach {bound}",
            standing="political",
            gives="the target for {outcome} in {area} in {year} falls by {amount}, from {bound} to {to}",
        )
    }

    def rows(self, draft: Draft) -> None:
        """Add a row, and where it is soft a shortfall, for every target and year."""
        if draft.planners.alone:
            draft.notes.append("Targets do not bind: agencies that plan alone have not agreed any.")
            return
        targets, names = draft.arrays.conditions.targets, draft.arrays.names
        target, year = np.nonzero(np.isfinite(targets.minimum))
        rows, columns, amounts = self._outcomes(draft, target, year)
        minimum, penalty = targets.minimum[target, year], targets.penalty[target, year]
        keys = Keys.of((names.outcome, targets.outcome[target]), (names.area, targets.area[target]), (names.year, year))
        position = draft.builder.add_rows("targets.minimum", keys, unit="outcome units a year", lower=minimum)
        draft.builder.add_entries(position[rows], columns, amounts)
        soft = np.flatnonzero(np.isfinite(penalty))
        at_worst = np.bincount(rows, np.minimum(amounts, 0.0) * draft.builder.column_upper()[columns], len(target))
        short = draft.builder.add_columns(
            "short", keys.take(soft), np.maximum(minimum - at_worst, 0.0)[soft], unit="outcome units a year"
        )
        draft.builder.add_entries(position[soft], short, 1.0)
        draft.penalties.append((short, penalty[soft] * draft.arrays.discount[year[soft]]))

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
