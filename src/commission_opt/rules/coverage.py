"""Coverage: nobody is served twice, and nobody who is not in need."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Rule, Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.shares import cell_rows

SLACK = 1e-12
"""Relative room below which a row that can never bind is left out."""


class Coverage(Rule):
    r"""All services of a need together serve at most its demand.

    .. math:: \sum_{s \in S(d), k} x_{s n g t k} \le demand_{d n g t} - averted_{d n g t}

    The reach of a single service, :math:`x \le share_k \cdot max\_coverage_s \cdot demand`, is a bound of its column
    and stays a share of the demand before prevention.
    """

    kind: Literal["coverage"] = "coverage"
    reads: ClassVar[tuple[str, ...]] = ("demand", "services.max_coverage")
    words: ClassVar[dict[str, Words]] = {
        "coverage.need": Words(
            price="one more case of {need} ({cohort}) in {area} in {year}",
            demand="there are only {bound} of {need} ({cohort}) in {area} in {year}",
            standing="fact",
        )
    }

    def rows(self, draft: Draft) -> None:
        """Add a row for every cell and year in which the services could together serve more than there are."""
        cells, names = draft.arrays.cells, draft.arrays.names
        rows = cell_rows(draft, np.ones(cells.cases.size, dtype=bool))
        most = rows.most(cells.cases.reshape(-1))
        averted = draft.averted_columns(rows.planner, rows.joint // draft.years, rows.joint % draft.years)
        binding = np.flatnonzero((rows.today + rows.room > most * (1.0 + SLACK)) | (averted >= 0))
        position = np.full(len(rows.joint), -1)
        cell, year = rows.joint[binding] // draft.years, rows.joint[binding] % draft.years
        position[binding] = draft.builder.add_rows(
            "coverage.need",
            Keys.of(
                (names.need, cells.need[cell]),
                (names.area, cells.area[cell]),
                (names.cohort, cells.cohort[cell]),
                (names.year, year),
                *rows.whose(binding),
            ),
            unit="cases a year",
            upper=most[binding],
        )
        rows.add_volumes(position)
        fewer = np.flatnonzero(averted >= 0)
        draft.builder.add_entries(position[fewer], averted[fewer], 1.0)
