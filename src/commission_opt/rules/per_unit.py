"""What a unit of every volume adds to rows, said once for each sort of volume."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commission_opt.place.names import BoolArray, FloatArray, IntArray, SmallArray


@dataclass(frozen=True, eq=False)
class PerUnit:
    """What one unit of every volume adds to some rows.

    Parameters
    ----------
    sort : (E,) codes
        Sort of volumes that each entry is about.
    step : (E,)
        Where its row stands in ``row``, counted from where the rows of the delivery begin.
    amount : (E,) per unit
        What is added to the row.
    row : (any,)
        Rows of the program, -1 for none.
    begin : (V,) or None
        Where the rows of each delivery begin in ``row``; without it, those of all begin at 0.
    factor : (V,) or None
        What amounts are multiplied by for each delivery.
    times : tuple of (E,)
        What they are multiplied by after that, one after the other.
    """

    sort: IntArray
    step: IntArray
    amount: FloatArray
    row: SmallArray
    begin: IntArray | None = None
    factor: FloatArray | None = None
    times: tuple[FloatArray, ...] = ()

    @property
    def counts(self) -> BoolArray:
        """Return (E,) which entries add anything to a row that is there."""
        some: BoolArray = self.amount != 0.0
        for factor in self.times:
            some &= factor != 0.0
        if self.begin is None:
            some &= self.row[self.step] >= 0
        return some


@dataclass(frozen=True, eq=False)
class Sorts:
    """Sorts of volumes: those of one service, cohort, year and tranche add to the same rows of their own delivery.

    Parameters
    ----------
    service, cohort : (Q,) codes
        Services and cohorts that occur together, in order of both.
    of_delivery : (V,) codes
        Which of them each delivery is of.
    years, tranches : int
        How many there are; the sort of a volume is ``(pair * years + year) * tranches + tranche``.
    """

    service: IntArray
    cohort: IntArray
    of_delivery: IntArray
    years: int
    tranches: int

    def __len__(self) -> int:
        return len(self.service) * self.years * self.tranches

    def of_years(self, pair: IntArray, year: IntArray) -> IntArray:
        """Return (e * K,) the sorts of all tranches of these pairs in these years."""
        first = (pair * self.years + year) * self.tranches
        return np.asarray((first[:, None] + np.arange(self.tranches)).reshape(-1))

    def of_services(
        self,
        row: IntArray,
        amount: FloatArray,
        factor: FloatArray | None = None,
        times: tuple[FloatArray, ...] = (),
    ) -> PerUnit:
        """Return what a unit of every service adds to its row of each year (S, T), -1 for none.

        ``amount`` is (S,), what it is multiplied by ``times`` (S, T); see :class:`PerUnit`.
        """
        pair, year = np.nonzero((row >= 0)[self.service])
        service = self.service[pair]
        step = np.repeat(service * self.years + year, self.tranches)
        return PerUnit(
            sort=self.of_years(pair, year),
            step=step,
            amount=np.repeat(amount[service], self.tranches),
            row=row.reshape(-1),
            factor=factor,
            times=tuple(each.reshape(-1)[step] for each in times),
        )
