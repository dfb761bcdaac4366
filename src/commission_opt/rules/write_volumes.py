"""The coefficients of volumes written column by column, each column in the order of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from commission_opt.place.names import FloatArray, IntArray, SmallArray
from commission_opt.rules.per_unit import PerUnit, Sorts
from commission_opt.rules.volumes import TRANCHE, YEAR, Volumes

Rows = npt.NDArray[np.int32]
Array = TypeVar("Array", IntArray, FloatArray)

AGAIN = 8
"""How often the same sorts of volumes have to follow each other to be written as one table."""


@dataclass(frozen=True, eq=False)
class Entries:
    """What a unit of each sort of volume adds to rows, sort by sort and each in the order of rows.

    Parameters
    ----------
    start : (sorts + 1,)
        Where the entries of each sort begin.
    slot : (E,) codes
        Which of the rows that a delivery can add to, in the order of rows.
    amount, factor : (E,)
        What is added, and which factor of the delivery it is multiplied by.
    times : tuple of (E,)
        What it is multiplied by after that.
    begin, step : (slots,)
        Row of every slot: this many places after where these rows of the delivery begin, 0 for those that begin at 0.
    """

    start: IntArray
    slot: IntArray
    amount: FloatArray
    factor: IntArray
    times: tuple[FloatArray, ...]
    begin: IntArray
    step: IntArray


class VolumeWriter:
    """Writes what volumes add to the rows of all rules, some volumes at a time.

    Volumes of a service repeat the same sorts area by area. Where they do, their coefficients are a table with a line
    for each area, and a few passes over it write all of them; volumes that do not are written one by one.
    """

    def __init__(self, volumes: Volumes, sorts: Sorts, uses: list[PerUnit]) -> None:
        self.volumes = volumes
        self.sorts = sorts
        self._rows: Rows = np.concatenate([np.zeros(0, dtype=np.int32), *(use.row for use in uses)], dtype=np.int32)
        self._begin: list[IntArray] = []
        self._factor: list[FloatArray] = []
        self._entries = self._gathered(uses)

    @property
    def first(self) -> int:
        """Position of the first column."""
        return self.volumes.first

    @property
    def most(self) -> int:
        """Return how many entries there are at most."""
        of_pair = np.diff(self._entries.start[:: self.sorts.years * self.sorts.tranches])
        return int(of_pair[self.sorts.of_delivery].sum())

    @property
    def ends(self) -> list[int]:
        """Where parts of the columns end, counted from the first."""
        return list(self.volumes.runs)

    def write(self, first: int, last: int, row: Rows, value: FloatArray) -> tuple[IntArray, bool]:
        """Write rows and values of the columns from ``first`` up to ``last`` at the start of two arrays.

        Returns
        -------
        number : (last - first,)
            How many each column has.
        in_order : bool
            Whether the rows of each column rise; otherwise some may be equal, or out of order.
        """
        part = self.volumes.part(first, last)
        period = self.volumes.runs[last]
        number = self._write_table(part, period, row, value) if period * AGAIN <= len(part) else None
        if number is not None:
            return np.tile(number, len(part) // period), True
        column, rows, values = self.listed(part)
        row[: len(rows)], value[: len(rows)] = rows, values
        rises = bool(((rows[1:] > rows[:-1]) | (column[1:] > column[:-1])).all())
        return np.bincount(column, minlength=len(part)), rises

    def listed(self, part: Volumes) -> tuple[IntArray, Rows, FloatArray]:
        """Return volume, row and value of every entry of some volumes, one by one."""
        entries, sort = self._entries, self._sort(part)
        number = entries.start[sort + 1] - entries.start[sort]
        entry = _ranges(entries.start[sort], number)
        column = np.repeat(np.arange(len(part)), number)
        delivery, count = part.of_delivery[column], len(self.sorts.of_delivery)
        where = self._beginnings[(entries.begin[entries.slot] * count)[entry] + delivery]
        where += entries.step[entries.slot][entry]
        value = self._factors[(entries.factor * count)[entry] + delivery]
        value *= entries.amount[entry]
        for times in entries.times:
            value *= times[entry]
        rows = self._rows[where]
        if (rows < 0).any() or not value.all():
            kept = np.flatnonzero((rows >= 0) & (value != 0.0))
            return column[kept], rows[kept], value[kept]
        return column, rows, value

    @cached_property
    def _beginnings(self) -> IntArray:
        """Where rows of every delivery begin, one kind of row after the other, first those that begin at 0."""
        return np.concatenate([np.zeros(len(self.sorts.of_delivery), dtype=np.int64), *self._begin])

    @cached_property
    def _factors(self) -> FloatArray:
        """What amounts are multiplied by for every delivery, one factor after the other, first that of 1."""
        return np.concatenate([np.ones(len(self.sorts.of_delivery)), *self._factor])

    def _write_table(self, part: Volumes, period: int, row: Rows, value: FloatArray) -> IntArray | None:
        """Write volumes that repeat the sorts of the first few; return how many entries each of these has.

        None, and nothing is of use that was written, where lines differ: where a row is there in some areas only.
        """
        entries, sort = self._entries, self._sort(part.part(0, period))
        number = entries.start[sort + 1] - entries.start[sort]
        entry, column = _ranges(entries.start[sort], number), np.repeat(np.arange(period), number)
        of_delivery = part.of_delivery.reshape(-1, period)
        firsts = np.flatnonzero(np.append(True, of_delivery[0, 1:] != of_delivery[0, :-1]))
        lasts = np.append(firsts[1:], period) - 1
        if not (of_delivery[:, firsts] == of_delivery[:, lasts]).all():
            return None
        head = np.repeat(firsts, lasts + 1 - firsts)
        slots = len(entries.step)
        places, place = np.unique(head[column] * slots + entries.slot[entry], return_inverse=True)
        rows = self._rows_at(of_delivery, *np.divmod(places, slots))
        if (rows < 0).any():
            there = rows[:, 0] >= 0
            if (rows[~there] >= 0).any() or (rows[there] < 0).any():
                return None
            entry, column, place = (array[there[place]] for array in (entry, column, place))
            renumbered = np.cumsum(there) - 1
            rows, places, place = rows[there], places[there], renumbered[place]
        rises = (rows[1:] > rows[:-1]) | (np.diff(places // slots) > 0)[:, None]
        if not rises.all() or ((np.diff(place) <= 0) & (np.diff(column) == 0)).any():
            return None
        shape = len(of_delivery), len(entry)
        written = value[: shape[0] * shape[1]].reshape(shape)
        if not self._write_values(of_delivery, head[column], entry, written):
            return None
        row[: written.size].reshape(shape)[:] = rows[place].T
        return np.bincount(column, minlength=period)

    def _rows_at(self, of_delivery: SmallArray, column: IntArray, slot: IntArray) -> Rows:
        """Return (n, lines) the rows of these slots of the deliveries in these columns of a table."""
        begin, step = self._entries.begin[slot], self._entries.step[slot, None]
        rows = np.empty((len(slot), len(of_delivery)), dtype=np.int32)
        other = (column[1:] != column[:-1]) | (begin[1:] != begin[:-1])
        for start, stop in pairwise([0, *(np.flatnonzero(other) + 1).tolist(), len(slot)]):
            run, kind = slice(start, stop), int(begin[start])
            if kind:
                at = self._begin[kind - 1][of_delivery[:, column[start]]]
                rows[run] = self._rows[step[run] + at]
            else:
                rows[run] = self._rows[step[run]]
        return rows

    def _write_values(self, of_delivery: SmallArray, head: IntArray, entry: IntArray, value: FloatArray) -> bool:
        """Write the values of a table; False where some may be nothing."""
        entries = self._entries
        amount, factor = entries.amount[entry], entries.factor[entry]
        times = [each[entry] for each in entries.times if (each[entry] != 1.0).any()]
        least = np.prod([np.abs(each).min(initial=1.0) for each in (amount, *times)])
        kinds = {*zip(head[factor > 0].tolist(), factor[factor > 0].tolist(), strict=True)}
        plain = np.where(factor == 0, amount, 0.0)
        # Each amount stands in one of these sums and is nothing in the others: they change no digit.
        for at, (column, kind) in enumerate(kinds):
            each = self._factor[kind - 1][of_delivery[:, column]]
            least = min(least, least * np.abs(each).min())
            own = np.where((head == column) & (factor == kind), amount, 0.0)
            if at:
                value += each[:, None] * own
            else:
                np.multiply(each[:, None], own, out=value)
        if kinds:
            value += plain
        else:
            value[:] = plain
        for each in times:
            value *= each
        return bool(least > 0.0)

    def _sort(self, part: Volumes) -> IntArray:
        sort = self.sorts.of_delivery[part.of_delivery] * self.sorts.years
        sort += part.keys.small[YEAR]
        sort *= self.sorts.tranches
        sort += part.keys.small[TRANCHE]
        return sort

    def _gathered(self, uses: list[PerUnit]) -> Entries:
        """Bring what all rules use together by sort, and number the rows that a delivery can add to."""
        layers = max((len(use.times) for use in uses), default=0)
        offsets = np.cumsum([0, *(len(use.row) for use in uses)])
        used = [
            self._numbered(use, offset, (int(offsets[-1]), layers))
            for use, offset in zip(uses, offsets.tolist(), strict=False)
            if (use.row >= 0).any()
        ]
        nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
        sort, begin, step, factor, order = (
            np.concatenate([nothing[0], *(each[0][at] for each in used)]) for at in range(5)
        )
        amount, *times = (np.concatenate([nothing[1], *(each[1][at] for each in used)]) for at in range(1 + layers))
        _, one, slot = np.unique(order, return_index=True, return_inverse=True)
        by_sort = np.argsort(sort * len(one) + slot, kind="stable")
        count = np.bincount(sort, minlength=len(self.sorts.service) * self.sorts.years * self.sorts.tranches)
        return Entries(
            start=np.concatenate([[0], np.cumsum(count)]),
            slot=slot[by_sort],
            amount=amount[by_sort],
            factor=factor[by_sort],
            times=tuple(each[by_sort] for each in times),
            begin=begin[one],
            step=step[one],
        )

    def _numbered(self, use: PerUnit, offset: int, shape: tuple[int, int]) -> tuple[list[IntArray], list[FloatArray]]:
        """Return codes and amounts of what one rule uses.

        Codes are the sort, whose beginning counts, the place counted from there, the factor, and the order of rows:
        that of the first row, where it is another one for each delivery, and then that of the places.
        """
        count, layers = shape
        kept = np.flatnonzero(use.counts)
        step = use.step[kept]
        if use.begin is None:
            order = use.row[step].astype(np.int64) * (count + 1)
        else:
            order = int(use.row[use.row >= 0].min()) * (count + 1) + offset + step + 1
        begin = _position(self._begin, use.begin)
        factor = _position(self._factor, use.factor)
        codes = [use.sort[kept], np.full(len(kept), begin), step + offset, np.full(len(kept), factor), order]
        given = [use.amount, *use.times, *[np.ones(len(use.amount))] * (layers - len(use.times))]
        return codes, [each[kept] for each in given]


def _position(known: list[Array], array: Array | None) -> int:
    """Return where an array stands in a list, counted from 1, to which it is added where it is new; 0 for none."""
    if array is None:
        return 0
    found = next((at for at, each in enumerate(known) if each is array), len(known))
    if found == len(known):
        known.append(array)
    return found + 1


def _ranges(first: IntArray, number: IntArray) -> IntArray:
    """Return so many whole numbers from each of these on, one after the other."""
    ends = np.cumsum(number)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - ends + number, number)
