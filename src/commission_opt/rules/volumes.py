"""The columns that say how much of every service is delivered, where, to whom and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from commission_opt.place.names import FloatArray, IntArray, SmallArray
from commission_opt.program.blocks import Keys
from commission_opt.program.builder import PART

SERVICE, AREA, COHORT, YEAR, TRANCHE = range(5)
"""Places of the dimensions of a volume in its keys."""


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
    """

    first: int
    keys: Keys
    of_delivery: SmallArray
    cell_of: IntArray
    gain: FloatArray
    _recent: dict[tuple[int, int], Volumes] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.of_delivery)

    def part(self, first: int, last: int) -> Volumes:
        """Return the volumes from ``first`` up to ``last``."""
        run = slice(first, last)
        return Volumes(self.first + first, self.keys.take(run), self.of_delivery[run], self.cell_of, self.gain)

    def recent(self, first: int, last: int) -> Volumes:
        """Return a part that is kept until another one is asked for: rules take turns with the same volumes."""
        if (first, last) not in self._recent:
            part = self.part(first, last)
            written = Keys(part.keys.names, tuple(part.keys.codes))
            self._recent.clear()
            self._recent[first, last] = Volumes(part.first, written, part.of_delivery, part.cell_of, part.gain)
        return self._recent[first, last]

    def parts(self) -> Iterator[Volumes]:
        """Return all volumes, some at a time: few enough to be worked on in the processor's cache."""
        for first in range(0, len(self), PART):
            yield self.part(first, min(first + PART, len(self)))

    def number(self, deliveries: int, years: int) -> IntArray:
        """Return (V, T) how many volumes there are of each delivery and year."""
        number = np.zeros(deliveries * years, dtype=np.int64)
        for part in self.parts():
            at = part.delivery * years + part.year
            lowest = int(at[0])
            found = np.bincount(at - lowest)
            number[lowest : lowest + len(found)] += found
        return number.reshape(deliveries, years)

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
    return Volumes(0, Keys((), (nothing,) * 5), nothing, nothing, np.ones((0, 1)))
