"""Value that comes back as money or as averted demand: it is spent again, so it must not be counted a second time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from commission_opt.place.names import FloatArray, IntArray


@dataclass(eq=False)
class Recouped:
    """Public money inside the weights of outcomes that a plan has back to spend, as far as it goes beyond today's.

    Entries are (column, area, discounted value per unit of the column before area weights, today's amount of the
    column): today's budgets are used to what today's volumes recoup.
    """

    entries: list[tuple[IntArray, IntArray, FloatArray, FloatArray]] = field(default_factory=list)

    def add(self, column: IntArray, area: IntArray, value: FloatArray, today: FloatArray) -> None:
        """Recoup value by columns that have these amounts today."""
        self.entries.append((column, area, value, today))

    def of_columns(self, count: int, area_weight: FloatArray) -> FloatArray:
        """Return (count,) the value that one unit of every column recoups."""
        value = np.zeros(count)
        for column, area, worth, _ in self.entries:
            value += np.bincount(column, weights=worth * area_weight[area], minlength=count)
        return value

    def today(self, area_weight: FloatArray) -> float:
        """Return the value that today's volumes recoup."""
        return sum(float((worth * area_weight[area]) @ amount) for _, area, worth, amount in self.entries)

    def beyond_today(self, x: FloatArray, area_weight: FloatArray) -> float:
        """Return the value that columns of these amounts recoup beyond today."""
        return sum(
            float((worth * area_weight[area]) @ (x[column] - today)) for column, area, worth, today in self.entries
        )
