"""Rows that several services share, divided among planners who do not know of each other.

When agencies plan alone, each may count only on its part of what all share: for a most, today's volume and a part of
the room that is left; for a least, the part that it delivers today. The parts never add up to more than the whole, so
what agencies plan alone is always possible together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commission_opt.place.names import EVERYTHING, FloatArray, IntArray, Names, distinct
from commission_opt.rules.draft import Draft


@dataclass(frozen=True, eq=False)
class SharedRows:
    """Joint rows (J) divided into one row (R) for each planner with an entry.

    Parameters
    ----------
    row : (entries,)
        Row of every entry.
    joint, planner : (R,)
        Joint row that each row is part of, and whose part it is.
    today, room : (R,)
        What today's volumes add up to, and how much further the entries could go.
    divided : bool
        Whether there are several planners; else each joint row keeps its whole amount.
    """

    row: IntArray
    joint: IntArray
    planner: IntArray
    today: FloatArray
    room: FloatArray
    divided: bool

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

    def whose(self, draft: Draft, rows: IntArray) -> tuple[tuple[Names, IntArray], ...]:
        """Return the key that tells the parts of a joint row apart: whose each of these rows is, -1 for nobody."""
        if not self.divided:
            return ()
        planner = np.append(self.planner, EVERYTHING)
        return ((draft.arrays.names.agency, planner[rows]),)

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
    today = draft.baseline_volume()[volume] * coefficient
    most = draft.coverable()[volume] * coefficient
    today_of_row = np.asarray(np.bincount(row, weights=today, minlength=len(parts)), dtype=float)
    most_of_row = np.asarray(np.bincount(row, weights=most, minlength=len(parts)), dtype=float)
    room = np.maximum(most_of_row - today_of_row, 0.0)
    return SharedRows(row, parts // count, parts % count, today_of_row, room, divided=draft.planners.alone)
