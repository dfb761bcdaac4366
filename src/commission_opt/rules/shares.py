"""Rows that several services share, divided among planners who do not know of each other.

When agencies plan alone, each may count only on its part of what all share: for a most, today's volume and a part of
the room that is left; for a least, the part that it delivers today. The parts never add up to more than the whole, so
what agencies plan alone is always possible together.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from commission_opt.place.names import EVERYTHING, BoolArray, FloatArray, IntArray, Names, distinct
from commission_opt.rules.accounts import DELIVERIES
from commission_opt.rules.draft import Draft
from commission_opt.rules.per_unit import PerUnit


@dataclass(frozen=True, eq=False)
class DividedRows(ABC):
    """Joint rows (J) divided into one row (R) for each planner with an entry.

    Parameters
    ----------
    draft : Draft
        The program so far.
    joint, planner : (R,)
        Joint row that each row is part of, and whose part it is.
    """

    draft: Draft
    joint: IntArray
    planner: IntArray

    @property
    def divided(self) -> bool:
        """Whether there are several planners; else each joint row keeps its whole amount."""
        return self.draft.planners.alone

    @cached_property
    @abstractmethod
    def today(self) -> FloatArray:
        """Return (R,) what today's volumes add up to."""

    @cached_property
    @abstractmethod
    def reach(self) -> FloatArray:
        """Return (R,) the most that the entries could add up to."""

    @cached_property
    def room(self) -> FloatArray:
        """Return (R,) how much further the entries could go."""
        return np.maximum(self.reach - self.today, 0.0)

    def least(self, total: FloatArray) -> FloatArray:
        """Divide least amounts (J,) in proportion to today's volumes, or to room where there are none."""
        if not self.divided:
            return total[self.joint]
        held = self._whole(self.today)
        by_today = self.today / np.where(held > 0, held, 1.0)
        room = self._whole(self.room)
        by_room = self.room / np.where(room > 0, room, 1.0)
        return np.asarray(total[self.joint] * np.where(held > 0, by_today, by_room))

    def most(self, total: FloatArray) -> FloatArray:
        """Divide largest amounts (J,): today's volumes first, then what is left in proportion to room."""
        if not self.divided:
            return total[self.joint]
        held, room = self._whole(self.today), self._whole(self.room)
        whole = total[self.joint]
        kept = np.minimum(1.0, whole / np.where(held > 0, held, 1.0))
        left = np.maximum(whole - held, 0.0)
        return np.asarray(self.today * kept + left * self.room / np.where(room > 0, room, 1.0))

    def whose(self, rows: IntArray) -> tuple[tuple[Names, IntArray], ...]:
        """Return the key that tells the parts of a joint row apart: whose each of these rows is, -1 for nobody."""
        if not self.divided:
            return ()
        planner = np.append(self.planner, EVERYTHING)
        return ((self.draft.arrays.names.agency, planner[rows]),)

    def _whole(self, part: FloatArray) -> FloatArray:
        return np.asarray(np.bincount(self.joint, weights=part)[self.joint], dtype=float)


@dataclass(frozen=True, eq=False)
class SharedRows(DividedRows):
    """Rows of which every entry is written out.

    ``row``, ``volume``, ``coefficient`` (entries,): row of every entry, which of the draft's volumes it is about, and
    what one unit of that adds to the row.
    """

    row: IntArray
    volume: IntArray
    coefficient: FloatArray

    @cached_property
    def today(self) -> FloatArray:
        """Return (R,) what today's volumes add up to."""
        return self._summed(self.draft.baseline_volume())

    @cached_property
    def reach(self) -> FloatArray:
        """Return (R,) the most that the entries could add up to."""
        return self._summed(self.draft.coverable())

    def _summed(self, volume: FloatArray) -> FloatArray:
        weights = volume[self.volume] * self.coefficient
        return np.asarray(np.bincount(self.row, weights=weights, minlength=len(self.joint)), dtype=float)


@dataclass(frozen=True, eq=False)
class CellRows(DividedRows):
    """Rows that count all volumes of a cell and year: a joint row for each, and too many volumes to be written out.

    ``row_of`` (C * T, P): the row of each planner's part of a joint row, -1 where there is none.
    """

    row_of: npt.NDArray[np.int32]

    @cached_property
    def today(self) -> FloatArray:
        """Return (R,) what today's volumes add up to, where there are any."""
        total = np.zeros(len(self.joint))
        of_year = self._row_of_deliveries.T, self.draft.number.T, self.draft.arrays.baseline.T
        for row, number, held in zip(*of_year, strict=True):
            there = np.flatnonzero((row >= 0) & (number > 0))
            total += np.bincount(row[there], held[there], len(total))
        return total

    @cached_property
    def reach(self) -> FloatArray:
        """Return (R,) the most that the entries could add up to."""
        most, number, start = self.draft.coverable(), self.draft.number, 0
        total = np.zeros(len(self.joint) + 1)  # what is in no row is added beyond the last
        for first in range(0, len(number), DELIVERIES):
            run = slice(first, first + DELIVERIES)
            row = np.repeat(self._row_of_deliveries[run].astype(np.int64).reshape(-1), number[run].reshape(-1))
            np.add.at(total, row, most[start : start + len(row)])
            start += len(row)
        return total[:-1]

    @cached_property
    def _row_of_deliveries(self) -> npt.NDArray[np.int32]:
        """Return (V, T) the row of the volumes of every delivery and year, -1 for none."""
        draft, planners = self.draft, self.row_of.shape[1]
        row = np.empty(draft.number.shape, dtype=np.int32)
        for year in range(draft.years):
            row[:, year] = self.row_of.reshape(-1)[draft.first_of_cells + year * planners]
        return row

    def add_volumes(self, position: IntArray) -> None:
        """Add every volume to its row of the program (R,), -1 for none."""
        draft, sorts, planners = self.draft, self.draft.sorts, self.row_of.shape[1]
        sort = np.arange(len(sorts))
        use = PerUnit(
            sort=sort,
            step=sort // sorts.tranches % draft.years * planners,
            amount=np.ones(len(sort)),
            row=np.append(position, -1).astype(np.int32)[self.row_of].reshape(-1),
            begin=draft.first_of_cells,
        )
        draft.add_per_unit(use)


def cell_rows(draft: Draft, wanted: BoolArray) -> CellRows:
    """Divide the rows of the wanted cells and years (C * T,) that have volumes among planners."""
    count = draft.volumes_of_cells
    used = np.flatnonzero(count.reshape(-1) * np.repeat(wanted, count.shape[1]))
    joint, planner = np.divmod(used, count.shape[1]) if draft.planners.alone else (used, np.zeros_like(used))
    row_of = np.full(count.shape, -1, dtype=np.int32)
    row_of.reshape(-1)[used] = np.arange(len(used))
    return CellRows(draft, joint, planner, row_of)


def share_rows(draft: Draft, joint: IntArray, volume: IntArray, coefficient: FloatArray) -> SharedRows:
    """Divide joint rows among planners.

    Parameters
    ----------
    draft : Draft
        The program so far.
    joint : (entries,)
        Joint row of every entry, numbered from 0.
    volume : (entries,)
        Which of the draft's volumes the entry is about.
    coefficient : (entries,)
        What one unit of the volume adds to the row.

    Returns
    -------
    SharedRows
        With a single planner the rows are the joint rows.
    """
    planner = draft.planners.of_service[draft.volumes.service[volume]]
    count = len(draft.planners.weight)
    size = (int(joint.max(initial=-1)) + 1) * count
    parts, row = distinct(joint * count + planner, size)
    return SharedRows(draft, parts // count, parts % count, row, volume, coefficient)
