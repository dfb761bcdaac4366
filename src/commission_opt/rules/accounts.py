"""What costs money and what brings money back, gathered from all rules before it is paid for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from commission_opt.place.names import BoolArray, FloatArray, IntArray
from commission_opt.rules.per_unit import PerUnit, Sorts
from commission_opt.rules.volumes import Volumes

Charges = tuple[IntArray, IntArray, IntArray, IntArray, FloatArray]
"""Subject, kind of money, year, column and money per unit of the column."""

DELIVERIES = 4_096
"""Deliveries that are handled at a time."""


@dataclass(eq=False)
class UnitCosts:
    """What a unit of every volume costs in each kind of money, made when asked for: there are too many to be stored.

    Parameters
    ----------
    volumes : Volumes
        The volumes, whose services are the first subjects of spending.
    cost : (S, K) money per unit
        Cost of each service.
    factor : (N,)
        What it is multiplied by in each area.
    service, by_delivery : (V,)
        Service of each delivery, and what its cost is multiplied by.
    share : (S, K) share
        Part of it that is charged.
    """

    volumes: Volumes
    cost: FloatArray
    factor: FloatArray
    service: IntArray
    by_delivery: FloatArray
    share: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        self.share = np.ones_like(self.cost)

    @cached_property
    def count(self) -> IntArray:
        """Return (S, T) how many volumes there are of every service and year."""
        count = np.zeros((len(self.cost), self.volumes.number.shape[1]), dtype=np.int64)
        first = np.flatnonzero(np.diff(self.service, prepend=-1))
        if len(first):
            count[self.service[first]] = np.add.reduceat(self.volumes.number, first, axis=0, dtype=np.int64)
        return count

    def charged(self) -> BoolArray:
        """Return (S, K, T) whether anything is charged."""
        return np.asarray((self.count > 0)[:, None, :] & (self.cost * self.share > 0)[:, :, None])

    def charges(self, kind: int, part: Volumes) -> Charges:
        """Return what some of the volumes cost in one kind of money."""
        unit = self.amount(kind, part)
        paid = np.flatnonzero(unit > 0)
        return part.service[paid], np.full(len(paid), kind), part.year[paid], part.first + paid, unit[paid]

    def amount(self, kind: int, part: Volumes) -> FloatArray:
        """Return money per unit of each of some volumes in one kind of money."""
        service = part.service
        unit = self.cost[:, kind][service] * self.factor[part.area]
        if (self.share[:, kind] != 1.0).any():
            unit *= self.share[:, kind][service]
        return np.asarray(unit)

    def per_unit(self, sorts: Sorts, kind: int, row: IntArray, times: tuple[FloatArray, ...]) -> PerUnit:
        """Return what volumes add to the rows (S, T) of their service and year in one kind of money, times more."""
        share = self.share[:, kind]
        if (share != 1.0).any():
            times = (np.repeat(share[:, None], sorts.years, axis=1), *times)
        return sorts.of_services(row, self.cost[:, kind], self.by_delivery, times)

    def parts(self, kind: int) -> Iterator[Charges]:
        """Return what all volumes cost in one kind of money, some volumes at a time: few services cost capital."""
        for part in self.volumes.parts():
            if (self.cost[part.service[0] : part.service[-1] + 1, kind] > 0).any():
                yield self.charges(kind, part)

    def by_year(self, kind: int, code: IntArray) -> Iterator[tuple[slice, IntArray, FloatArray]]:
        """Return what all volumes cost in one kind of money, some at a time: which, their codes (S, T), unit costs."""
        number, share, first = self.volumes.number, self.share[:, kind], 0
        for start in range(0, len(number), DELIVERIES):
            run = slice(start, start + DELIVERIES)
            service, count = self.service[run], sum(number[run].T, np.zeros(1, dtype=np.int64))
            last = first + int(count.sum())
            unit = self.cost[service, kind]
            if unit.any():
                unit *= self.by_delivery[run]
                if (share != 1.0).any():
                    unit *= share[service]
                yield slice(first, last), np.repeat(code[service], number[run].reshape(-1)), np.repeat(unit, count)
            first = last


@dataclass(eq=False)
class Spending:
    """What costs money: charges of columns, of volumes by their unit costs and of others one by one.

    Subjects are the services, then whatever else rules make a cost of (``subject`` names them, with the
    ``agency`` that leads each).
    """

    subject: list[str]
    agency: list[int]
    units: UnitCosts
    others: list[Charges] = field(default_factory=list)

    def add_subject(self, name: str, agency: int) -> int:
        """Name a further subject of spending and return its code."""
        self.subject.append(name)
        self.agency.append(agency)
        return len(self.subject) - 1

    def add(self, subject: IntArray, kind: IntArray, year: IntArray, column: IntArray, amount: FloatArray) -> None:
        """Charge columns, in money per unit of the column."""
        self.others.append((subject, kind, year, column, amount))

    def scale(self, subject: int, kind: int, share: float) -> None:
        """Charge only a share of what a subject costs so far in one kind of money."""
        if subject < len(self.units.share):
            self.units.share[subject, kind] *= share
        for at, (subjects, kinds, year, column, amount) in enumerate(self.others):
            meant = (subjects == subject) & (kinds == kind)
            kept = np.flatnonzero(~meant | (share > 0))
            charged = np.where(meant, share * amount, amount)
            self.others[at] = (subjects[kept], kinds[kept], year[kept], column[kept], charged[kept])

    def of_columns(self, count: int, worth: FloatArray) -> FloatArray:
        """Return (count,) money spent by one unit of every column, each year's money times its worth (T,)."""
        spent = np.zeros(count)
        for _, _, year, column, amount in self.parts():
            np.add.at(spent, column, amount * worth[year])
        return spent

    def parts(self) -> Iterator[Charges]:
        """Return all charges, some at a time: those of volumes by kind of money, then the others."""
        for kind in range(self.units.cost.shape[1]):
            yield from self.units.parts(kind)
        yield from self.others

    def gathered(self) -> Charges:
        """Return all charges together."""
        nothing = np.zeros(0, dtype=np.int64)
        parts: list[Charges] = [(nothing, nothing, nothing, nothing, np.zeros(0)), *self.parts()]
        subject, kind, year, column = (np.concatenate([part[i] for part in parts]) for i in range(4))
        return subject, kind, year, column, np.concatenate([part[4] for part in parts])


@dataclass(eq=False)
class Income:
    """Money that comes back to streams while the plan runs, as far as it goes beyond what today's volumes bring.

    Entries are (stream, year, column, money per unit of the column); ``today`` (F, T) is what of it streams have today.
    ``freed`` are those that are not savings of services: what closing or selling something brings.
    """

    today: FloatArray
    entries: list[tuple[IntArray, IntArray, IntArray, FloatArray]] = field(default_factory=list)
    freed: list[tuple[IntArray, IntArray, IntArray, FloatArray]] = field(default_factory=list)

    def add(self, stream: IntArray, year: IntArray, column: IntArray, amount: FloatArray) -> None:
        """Bring money back to streams, per unit of the columns."""
        self.entries.append((stream, year, column, amount))

    def free(self, stream: IntArray, year: IntArray, column: IntArray, amount: FloatArray) -> None:
        """Bring money to streams that closing or selling something frees, per unit of the columns."""
        self.add(stream, year, column, amount)
        self.freed.append((stream, year, column, amount))

    def gathered(self) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
        """Return all entries as (stream, year, column, amount)."""
        nothing = np.zeros(0, dtype=np.int64)
        stream, year, column = (np.concatenate([nothing, *(entry[i] for entry in self.entries)]) for i in range(3))
        return stream, year, column, np.concatenate([np.zeros(0), *(entry[3] for entry in self.entries)])

    def received(self, x: FloatArray) -> FloatArray:
        """Return (F, T) what columns of these amounts bring back beyond today."""
        return self.brought(x[self.columns])

    @property
    def columns(self) -> IntArray:
        """The column (y,) of every entry."""
        return self.gathered()[2]

    def brought(self, held: FloatArray) -> FloatArray:
        """Return the same, given the amounts (y,) of the columns of all entries."""
        stream, year, _, amount = self.gathered()
        back = -self.today
        np.add.at(back, (stream, year), amount * held)
        return back
