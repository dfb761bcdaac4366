"""What costs money and what brings money back, gathered from all rules before it is paid for."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from commission_opt.place.names import FloatArray, IntArray


@dataclass(eq=False)
class Spending:
    """What costs money: entries (line, column, amount), a line being a subject, kind of money and year.

    Subjects are the services, then whatever else rules make a cost of (``subject`` names them, with the
    ``agency`` that leads each).
    """

    subject: list[str]
    agency: list[int]
    entries: list[tuple[IntArray, IntArray, IntArray, IntArray, FloatArray]] = field(default_factory=list)

    def add_subject(self, name: str, agency: int) -> int:
        """Name a further subject of spending and return its code."""
        self.subject.append(name)
        self.agency.append(agency)
        return len(self.subject) - 1

    def add(self, subject: IntArray, kind: IntArray, year: IntArray, column: IntArray, amount: FloatArray) -> None:
        """Charge columns, in money per unit of the column."""
        self.entries.append((subject, kind, year, column, amount))

    def scale(self, subject: int, kind: int, share: float) -> None:
        """Charge only a share of what a subject costs so far in one kind of money."""
        for at, (subjects, kinds, year, column, amount) in enumerate(self.entries):
            meant = (subjects == subject) & (kinds == kind)
            kept = np.flatnonzero(~meant | (share > 0))
            charged = np.where(meant, share * amount, amount)
            self.entries[at] = (subjects[kept], kinds[kept], year[kept], column[kept], charged[kept])

    def of_columns(self, count: int, worth: FloatArray) -> FloatArray:
        """Return (count,) money spent by one unit of every column, each year's money times its worth (T,)."""
        spent = np.zeros(count)
        for _, _, year, column, amount in self.entries:
            np.add.at(spent, column, amount * worth[year])
        return spent

    def gathered(self) -> tuple[IntArray, IntArray, IntArray, IntArray, FloatArray]:
        """Return all entries as (subject, kind, year, column, amount)."""
        subject, kind, year, column = (np.concatenate([entry[i] for entry in self.entries]) for i in range(4))
        return subject, kind, year, column, np.concatenate([entry[4] for entry in self.entries])


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
        stream, year, column, amount = self.gathered()
        back = -self.today
        np.add.at(back, (stream, year), amount * x[column])
        return back
