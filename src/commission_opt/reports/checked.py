"""What checking a place found, as sentences and tables and as a JSON document."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from commission_opt.place.people import people_names
from commission_opt.place.place import Place
from commission_opt.plan.words import money_text
from commission_opt.reports.document import clean
from commission_opt.reports.figures import money_scale, with_unit
from commission_opt.reports.terminal import Part, add_row, bullet, heading, make_table, place_parts, sentence
from commission_opt.reports.views import rows_of

WIDEST = 6
"""Columns of the place named for the widest ranges of figures."""


@dataclass(frozen=True, eq=False)
class CheckUp:
    """A place without problems, and what is worth knowing of it.

    Parameters
    ----------
    place : Place
        With its warnings.
    totals : DataFrame
        See :func:`commission_opt.analysis.totals.agency_totals`.
    figures, program : DataFrame
        See :mod:`commission_opt.analysis.ranges`; the program is that of aligned budgets.
    shape : (int, int)
        Rows and columns of that program.
    """

    place: Place
    totals: pd.DataFrame
    figures: pd.DataFrame
    program: pd.DataFrame
    shape: tuple[int, int]

    def document(self) -> dict[str, Any]:
        """Return everything as plain values."""
        document = {
            "place": self.place.name,
            "ok": True,
            "problems": [],
            "warnings": [asdict(problem) for problem in self.place.warnings],
            "tables": {name: len(table) for name, table in self.place.tables.items() if len(table)},
            "agencies": self.totals.to_dict(orient="records"),
            "ranges": {
                "figures": self.figures.to_dict(orient="records"),
                "program": self.program.to_dict(orient="records"),
                "rows": self.shape[0],
                "columns": self.shape[1],
            },
        }
        cleaned: dict[str, Any] = clean(document)
        return cleaned


def check_parts(found: CheckUp) -> list[Part]:
    """Return what was found as sentences and tables."""
    rows = sum(len(table) for table in found.place.tables.values())
    used = sum(1 for table in found.place.tables.values() if len(table))
    parts = [*place_parts(found.place), sentence(f"No problem in {used} tables with {rows:,} rows.")]
    warnings = found.place.warnings
    if warnings:
        parts += [heading(f"Odd but allowed: {len(warnings)}"), *(bullet(str(w)) for w in warnings)]
    return [*parts, *_totals_parts(found), *_range_parts(found)]


def _totals_parts(found: CheckUp) -> list[Part]:
    settings, names = found.place.settings, people_names(found.place, "agencies")
    totals = found.totals
    scale = money_scale([*totals["funding_money"], *totals["baseline_money"]], settings)
    table = make_table(
        ["Agency", "Money"], [with_unit("Has", scale.unit), with_unit("Today's services", scale.unit), "Difference"]
    )
    for row in rows_of(totals):
        figures = (scale.text(row.funding_money), scale.text(row.baseline_money))
        difference = money_text(round(row.difference_money, 6) + 0.0, settings)
        add_row(table, names[row.agency], row.kind, *figures, difference)
    off = float(totals["difference_money"].sum())
    line = f"All agencies together have {money_text(off, settings)} more than today's services cost."
    if abs(off) * settings.money_unit < 1:
        line = "All agencies together have what today's services cost."
    elif off < 0:
        line = f"Today's services cost {money_text(-off, settings)} more than all agencies together have."
    return [heading("Money and today's services, all years"), table, sentence(line)]


def _range_parts(found: CheckUp) -> list[Part]:
    figures = found.figures.assign(ratio=found.figures["largest"] / found.figures["smallest"])
    widest = figures.sort_values("ratio", ascending=False, kind="stable").head(WIDEST)
    table = make_table(["Column"], ["Smallest", "Largest", "Figures"])
    for row in rows_of(widest):
        sizes = (f"{row.smallest:,.4g}", f"{row.largest:,.4g}", f"{row.figures:,}")
        add_row(table, f"{row.table}.{row.column}", *sizes)
    program = make_table(["Program of aligned budgets"], ["Smallest", "Largest", "Scaled from", "to"])
    for row in rows_of(found.program):
        ranges = (row.smallest, row.largest, row.scaled_smallest, row.scaled_largest)
        add_row(program, row.part, *(f"{size:.2g}" for size in ranges))
    line = f"{found.shape[1]:,} volumes and amounts of money to decide, {found.shape[0]:,} rules that bind them."
    return [heading("How far apart the figures are"), table, sentence(""), program, sentence(line)]
