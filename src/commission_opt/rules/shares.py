"""Rows that several services share, divided among planners who do not know of each other.

When agencies plan alone, each may count only on its part of what all share: for a most, today's volume and a part of
the room that is left; for a least, the part that it delivers today. The parts never add up to more than the whole, so
what agencies plan alone is always possible together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from commission_opt.place.names import EVERYTHING, FloatArray, IntArray, Names, distinct
from commission_opt.rules.draft import Draft
from commission_opt.rules.volumes import Volumes


@dataclass(frozen=True, eq=False)
class SharedRows:
    """Joint rows (J) divided into one row (R) for each planner with an entry.

    Parameters
    ----------
    draft : Draft
        The program so far.
    row, volume, coefficient : (entries,)
        Row of every entry, which of the draft's volumes it is about, and what one unit of that adds to the row.
    joint, planner : (R,)
        Joint row that each row is part of, and whose part it is.
    """

    draft: Draft
    row: IntArray
    volume: IntArray
    coefficient: FloatArray
    joint: IntArray
    planner: IntArray

    @property
    def divided(self) -> bool:
        """Whether there are several planners; else each joint row keeps its whole amount."""
        return self.draft.planners.alone

    @cached_property
    def today(self) -> FloatArray:
        """Return (R,) what today's volumes add up to."""
        return self._summed(self.draft.baseline_volume())

    @cached_property
    def room(self) -> FloatArray:
        """Return (R,) how much further the entries could go."""
        return np.maximum(self._summed(self.draft.coverable()) - self.today, 0.0)

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

    def add_whole_volumes(self, position: IntArray) -> None:
        """Add the volumes to rows (R,) of the program, -1 for none, where joint rows are of one cell and year each."""
        draft = self.draft
        row_of = np.full((draft.arrays.cells.cases.size, len(draft.planners.weight)), -1, dtype=np.int32)
        row_of[self.joint, self.planner] = position

        def row(part: Volumes) -> IntArray:
            joint = part.cell * draft.years + part.year
            return np.asarray(row_of[joint, draft.planners.of_service[part.service]], dtype=np.int64)

        most = np.bincount(self.row, minlength=len(position))[position >= 0].sum()
        draft.add_each_volume(int(most), row)

    def _summed(self, volume: FloatArray) -> FloatArray:
        weights = volume[self.volume] * self.coefficient
        return np.asarray(np.bincount(self.row, weights=weights, minlength=len(self.joint)), dtype=float)

    def _whole(self, part: FloatArray) -> FloatArray:
        return np.asarray(np.bincount(self.joint, weights=part)[self.joint], dtype=float)


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
    return SharedRows(draft, row, volume, coefficient, parts // count, parts % count)
