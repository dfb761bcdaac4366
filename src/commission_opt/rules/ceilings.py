"""Ceilings: no outcome beyond what exists."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from commission_opt.place.names import BoolArray, FloatArray, SmallArray
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Rule, Words
from commission_opt.rules.draft import CountedOutcomes, Draft
from commission_opt.rules.outcomes import Gains, gains_of, most_to_gain, yardsticks
from commission_opt.rules.per_unit import PerUnit
from commission_opt.rules.volumes import AREA
from commission_opt.rules.write_volumes import VolumeWriter


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
        gains = gains_of(arrays, volumes.gain, capped[draft.planners.of_service])
        shape = (len(capped), len(names.outcome), len(names.area), len(names.cohort), draft.years)
        cells = _cells_gained(draft, gains, shape)
        row_of = np.cumsum(cells, dtype=np.int32) - np.int32(1)
        p, o, n, g, t = np.unravel_index(np.flatnonzero(cells), shape)
        whose = ((names.agency, p),) if draft.planners.alone else ()
        keys = Keys.of(*whose, (names.outcome, o), (names.area, n), (names.cohort, g), (names.year, t))

        use = _counted(draft, gains, shape, row_of)
        least: FloatArray = np.zeros(len(p))
        if gains.table.data.min(initial=0.0) < 0.0:
            volume, row, amount = VolumeWriter(volumes, draft.sorts, [use]).listed(volumes)
            most = draft.coverable()[volume]
            least = np.asarray(np.bincount(row, np.minimum(-amount, 0.0) * most, len(p)), dtype=float)
        column = draft.builder.add_columns(
            "outcome", keys, most_to_gain(arrays)[o, n, g, t], unit="outcome units a year", lower=least
        )
        position = draft.builder.add_rows("ceilings.outcome", keys, unit="outcome units a year", upper=0.0)
        draft.builder.add_entries(position, column, 1.0)
        row_of += position[0] if len(position) else 0
        draft.add_per_unit(use)
        draft.capped = draft.capped | capped
        draft.counted = CountedOutcomes(p, o, n, t, column)


def _counted(draft: Draft, gains: Gains, shape: tuple[int, ...], row_of: SmallArray) -> PerUnit:
    """Return what volumes add to the row of each cell (planner, outcome, area, cohort, year) that they gain in."""
    arrays, sorts, of_planner = draft.arrays, draft.sorts, int(np.prod(shape[1:]))
    deliveries, cells = arrays.deliveries, arrays.cells
    sort, gain, amount = gains.of_sorts(sorts)
    outcome, year = np.divmod(gain, draft.years)
    cell = cells.area * shape[3] + cells.cohort
    return PerUnit(
        sort=sort,
        step=outcome * int(np.prod(shape[2:])) + year,
        amount=-amount,
        row=row_of,
        begin=cell[deliveries.cell] * draft.years + draft.planners.of_service[deliveries.service] * of_planner,
    )


def _cells_gained(draft: Draft, gains: Gains, shape: tuple[int, int, int, int, int]) -> BoolArray:
    """Return which cells (planner, outcome, area, cohort, year) some volume gains something in, flat."""
    volumes = draft.volumes
    there = np.zeros((gains.table.shape[0], shape[2]), dtype=bool)
    for run, head in volumes.tables():
        area, sort = volumes.keys.small[AREA][run].reshape(-1, len(head)), gains.sort(head)
        if (area == area[:, :1]).all():
            there[sort] |= np.bincount(area[:, 0], minlength=shape[2]) > 0
        else:
            there[sort, area] = True
    sort = np.repeat(np.arange(len(there)), np.diff(gains.table.indptr))
    service, cohort = np.divmod(sort // gains.tranches // gains.years, gains.cohorts)
    outcome, year = np.divmod(gains.table.indices, gains.years)
    cell = np.ravel_multi_index((draft.planners.of_service[service], outcome, cohort, year), (*shape[:2], *shape[3:]))
    order = np.argsort(cell, kind="stable")
    found = np.zeros((int(np.prod(shape)) // shape[2], shape[2]), dtype=bool)
    if len(order):
        first = np.flatnonzero(np.diff(cell[order], prepend=-1))
        found[cell[order][first]] = np.logical_or.reduceat(there[sort[order]], first, axis=0)
    by_area = found.reshape(*shape[:2], *shape[3:], shape[2])
    return np.ascontiguousarray(np.moveaxis(by_area, 4, 2)).reshape(-1)
