"""Today's volumes held, for the plan that nobody chose."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Rule, Words
from commission_opt.rules.draft import Draft


class Baseline(Rule):
    r"""Every service is delivered where, to whom and as much as today.

    .. math:: \sum_k x_{s n g t k} = baseline_{s n g t}
    """

    kind: Literal["baseline"] = "baseline"
    reads: ClassVar[tuple[str, ...]] = ("baseline",)
    words: ClassVar[dict[str, Words]] = {
        "baseline.volume": Words(
            price="one more unit a year of {service} ({cohort}) in {area} in {year} than today",
            demand="{service} ({cohort}) in {area} in {year} is {bound} today",
            standing="fact",
        )
    }

    def rows(self, draft: Draft) -> None:
        """Fix the volume of every delivery and year."""
        arrays, names, volumes = draft.arrays, draft.arrays.names, draft.volumes
        joint = volumes.delivery * draft.years + volumes.year
        unserved = np.setdiff1d(np.flatnonzero(arrays.baseline.reshape(-1) > 0), joint)
        held, row = np.unique(np.concatenate([joint, unserved]), return_inverse=True)
        delivery, year = held // draft.years, held % draft.years
        cell = arrays.deliveries.cell[delivery]
        today = arrays.baseline[delivery, year]
        position = draft.builder.add_rows(
            "baseline.volume",
            Keys.of(
                (names.service, arrays.deliveries.service[delivery]),
                (names.area, arrays.cells.area[cell]),
                (names.cohort, arrays.cells.cohort[cell]),
                (names.year, year),
            ),
            unit="units a year",
            lower=today,
            upper=today,
        )
        draft.builder.add_entries(position[row[: len(joint)]], volumes.column, 1.0)
