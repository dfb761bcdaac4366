"""The columns that say how much of every service is delivered, where, to whom and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from commission_opt.place.arrays import PlaceArrays
from commission_opt.place.names import BoolArray, FloatArray, IntArray, SmallArray
from commission_opt.program.blocks import Keys
from commission_opt.program.builder import PART

SERVICE, AREA, COHORT, YEAR, TRANCHE = range(5)
"""Places of the dimensions of a volume in its keys."""

FEW, MANY = 1_024, 4 * PART
"""Volumes below which services are taken together, and above which one is taken in parts."""


@dataclass(frozen=True, eq=False)
class Volumes:
    """The columns x[service, area, cohort, year, tranche], a run of columns ordered by delivery, year and tranche.

    There are more of them than of anything else, so what is stored of each is a few bytes, its codes shared with the
    labels of the program; :attr:`service` and the others are written out anew whenever they are asked for.

    Parameters
    ----------
    first : int
        Position of the first column.
    keys : Keys
        Service, area, cohort, year and tranche of each.
    of_delivery : (X,) codes
        Delivery of each.
    cell_of : (V,) codes
        Cell of each delivery.
    gain : (S, K) factor
        What the effects of a service are multiplied by in a tranche.
    number : (V, T)
        How many there are of each delivery and year.
    """

    first: int
    keys: Keys
    of_delivery: SmallArray
    cell_of: IntArray
    gain: FloatArray
    number: SmallArray

    def __len__(self) -> int:
        return len(self.of_delivery)

    def part(self, first: int, last: int) -> Volumes:
        """Return the volumes from ``first`` up to ``last``."""
        run = slice(first, last)
        keys, of_delivery = self.keys.take(run), self.of_delivery[run]
        return Volumes(self.first + first, keys, of_delivery, self.cell_of, self.gain, self.number)

    @cached_property
    def runs(self) -> dict[int, int]:
        """Runs of volumes: where each ends, and after how many volumes its cohorts, years and tranches begin again.

        A run is a service with many volumes, or some of its areas; services with few are taken together.
        """
        bounds = np.searchsorted(self.keys.small[SERVICE], np.arange(len(self.gain) + 1)).tolist()
        runs: dict[int, int] = {}
        begun = 0
        for first, last in pairwise(bounds):
            if last - first < FEW and last - begun <= PART:
                continue
            if first > begun:
                runs[first] = first - begun
            begun = first
            if last - first >= FEW:
                period = self._period(first, last)
                step = MANY // period * period if period <= MANY else MANY
                runs |= dict.fromkeys([*range(first + step, last, step), last], min(period, step))
                begun = last
        if len(self) > begun:
            runs[len(self)] = len(self) - begun
        return runs

    def _period(self, first: int, last: int) -> int:
        """Return after how many volumes of a service the cohorts, years and tranches begin again; else all of them."""
        codes = [self.keys.small[at][first:last] for at in (COHORT, YEAR, TRANCHE)]
        alike = np.flatnonzero(np.logical_and.reduce([code == code[0] for code in codes]))
        period = int(alike[1]) if len(alike) > 1 else last - first
        again = (last - first) % period == 0 and all((code[period:] == code[:-period]).all() for code in codes)
        return period if again else last - first

    def parts(self) -> Iterator[Volumes]:
        """Return all volumes, some at a time: few enough to be worked on in the processor's cache."""
        for first in range(0, len(self), PART):
            yield self.part(first, min(first + PART, len(self)))

    def tables(self) -> Iterator[tuple[slice, Volumes]]:
        """Return the runs of volumes, and the first few of each, whose sorts the others repeat."""
        first = 0
        for last, period in self.runs.items():
            yield slice(first, last), self.part(first, first + period)
            first = last

    def of_service(self, service: int) -> Volumes:
        """Return the volumes of one service."""
        first, last = np.searchsorted(self.keys.small[SERVICE], [service, service + 1])
        return self.part(int(first), int(last))

    @property
    def column(self) -> IntArray:
        """Positions (X,) in the program."""
        return np.arange(self.first, self.first + len(self))

    @property
    def run(self) -> slice:
        """Where they are in an array over all columns."""
        return slice(self.first, self.first + len(self))

    @property
    def delivery(self) -> IntArray:
        """Delivery codes (X,)."""
        return self.of_delivery.astype(np.int64)

    @property
    def service(self) -> IntArray:
        """Service codes (X,)."""
        return self.keys.codes[SERVICE]

    @property
    def cell(self) -> IntArray:
        """Codes (X,) of the cells of demand."""
        return np.asarray(self.cell_of[self.of_delivery])

    @property
    def area(self) -> IntArray:
        """Area codes (X,)."""
        return self.keys.codes[AREA]

    @property
    def cohort(self) -> IntArray:
        """Cohort codes (X,)."""
        return self.keys.codes[COHORT]

    @property
    def year(self) -> IntArray:
        """Year codes (X,)."""
        return self.keys.codes[YEAR]

    @property
    def tranche(self) -> IntArray:
        """Tranche codes (X,)."""
        return self.keys.codes[TRANCHE]

    @property
    def effectiveness(self) -> FloatArray:
        """Multiplier (X,) of the effects in the tranche."""
        return np.asarray(self.gain.reshape(-1)[self.service * self.gain.shape[1] + self.tranche])


def no_volumes() -> Volumes:
    """Return the volumes of a program that has none yet."""
    nothing = np.zeros(0, dtype=np.int64)
    return Volumes(0, Keys((), (nothing,) * 5), nothing, nothing, np.ones((0, 1)), np.zeros((0, 1), dtype=np.int8))


def coverable(arrays: PlaceArrays, tranches: FloatArray) -> FloatArray:
    """Return (V, T * K) the most of every delivery in each year and tranche, given the shares (S, K) of tranches."""
    deliveries = arrays.deliveries
    share = np.tile(tranches * arrays.services.max_coverage[:, None], (1, len(arrays.names.year)))
    cases = np.repeat(arrays.cells.cases, tranches.shape[1], axis=1)
    most = np.empty((len(deliveries.cell), share.shape[1]))
    starts = np.searchsorted(deliveries.service, np.arange(len(share) + 1)).tolist()
    for service, (first, last) in enumerate(pairwise(starts)):
        if first < last:  # a service is delivered in all cells of its need, which stand together
            cell = int(deliveries.cell[first])
            np.multiply(cases[cell : cell + last - first], share[service], out=most[first:last])
    return most


def closed_up(figures: FloatArray, used: BoolArray) -> FloatArray:
    """Return the figures that are used, row by row, moved up in the memory that they are in."""
    flat, filled = figures.reshape(-1), 0
    for first in range(0, len(figures), PART):
        kept = figures[first : first + PART][used[first : first + PART]]
        flat[filled : filled + len(kept)] = kept
        filled += len(kept)
    return flat[:filled]
