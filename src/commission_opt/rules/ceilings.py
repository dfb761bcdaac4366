"""Ceilings: no outcome beyond what exists."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from commission_opt.place.names import distinct
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Rule, Words
from commission_opt.rules.draft import CountedOutcomes, Draft
from commission_opt.rules.outcomes import most_to_gain, outcome_entries, yardsticks


class Ceilings(Rule):
    r"""The value of an outcome counts only up to its ceiling.

    .. math:: z_{o n g t} \le outcome_{o n g t}, \qquad z_{o n g t} \le ceiling_o \cdot cases_{o n g t}

    The cases are those of all needs that some service meets with a gain in the outcome. Services may go on
    beyond the ceiling, but gain nothing by it. An outcome with a negative weight has no ceiling: harm counts in full.
    """

    kind: Literal["ceilings"] = "ceilings"
    reads: ClassVar[tuple[str, ...]] = ("outcomes.ceiling",)
    words: ClassVar[dict[str, Words]] = {
        "ceilings.outcome": Words(
            price="one more unit of {outcome} ({cohort}) brought about from outside in {area} in {year}",
            demand="{outcome} ({cohort}) in {area} in {year} counts only as far as services bring it about",
            standing="identity",
        )
    }

    def columns(self, draft: Draft) -> None:
        """Count the value of capped outcomes on columns z of their own."""
        arrays, names, volumes = draft.arrays, draft.arrays.names, draft.volumes
        valued = np.any([weight > 0 for weight, _ in yardsticks(draft)], axis=0)
        capped = np.asarray(np.isfinite(arrays.ceiling)[None, :] & valued)
        entries = outcome_entries(arrays, volumes, np.asarray(capped.any(axis=0)))
        planner = draft.planners.of_service[volumes.service[entries.volume]]
        used = capped[planner, entries.outcome]
        outcome, year = entries.outcome[used], entries.year[used]
        volume, amount, planner = entries.volume[used], entries.amount[used], planner[used]
        shape = (len(capped), len(names.outcome), len(names.area), len(names.cohort), draft.years)
        cell = np.ravel_multi_index((planner, outcome, volumes.area[volume], volumes.cohort[volume], year), shape)
        cells, row = distinct(cell, int(np.prod(shape)))
        p, o, n, g, t = np.unravel_index(cells, shape)
        whose = ((names.agency, p),) if draft.planners.alone else ()
        keys = Keys.of(*whose, (names.outcome, o), (names.area, n), (names.cohort, g), (names.year, t))
        least = np.bincount(row, np.minimum(amount, 0.0) * draft.coverable()[volume], len(cells))
        column = draft.builder.add_columns(
            "outcome", keys, most_to_gain(arrays)[o, n, g, t], unit="outcome units a year", lower=least
        )
        position = draft.builder.add_rows("ceilings.outcome", keys, unit="outcome units a year", upper=0.0)
        draft.builder.add_entries(position, column, 1.0)
        draft.builder.add_entries(position[row], volumes.column[volume], -amount)
        draft.capped = draft.capped | capped
        draft.counted = CountedOutcomes(p, o, n, t, column)
