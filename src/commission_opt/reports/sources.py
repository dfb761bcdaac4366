"""Where the figures of a page come from: the rows of the place's tables behind them, with their sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from commission_opt.place.people import people_names
from commission_opt.place.place import Place
from commission_opt.plan.words import money_text, number_text
from commission_opt.reports.section import AT_MOST, Cell, Section, anchors
from commission_opt.reports.views import rows_of

HEADING_ROWS = 2
"""What a row's position adds up to on the sheet or in the file: rows are counted from 1, the heading too."""

SOURCES_NAMED = 3
"""Sources of a long table that are told; it holds them all."""

Heads = tuple[tuple[str, str], ...]
LAST: Heads = (("Row", "figure"), ("Evidence", "word"), ("Source", "long"))


@dataclass(frozen=True)
class SourceTable:
    """The rows of one table of the place, with what it holds."""

    title: str
    section: Section


def source_tables(place: Place) -> list[SourceTable]:
    """Return the sources of money, costs, effects and weights row by row, and those of all other tables together."""
    found = [
        SourceTable("Money of every agency (table funding)", _money(place)),
        SourceTable("Costs of services (table services)", _costs(place)),
        SourceTable("Effects of services on outcomes (table effects)", _effects(place)),
        SourceTable("Weights of outcomes (table outcomes)", _weights(place)),
        SourceTable("All other tables", _others(place)),
    ]
    return [table for table in found if table.section.rows]


def _money(place: Place) -> Section:
    """Return the streams of every agency; the first one of each is where links to the agency lead."""
    names, keys = people_names(place, "agencies"), place.tables["agencies"]["agency"].tolist()
    table = _numbered(place, "funding")
    order = {key: at for at, key in enumerate(keys)}
    # Beyond what a page holds, the first stream of every agency comes before all others, so that no link leads nowhere.
    later = table["agency"].duplicated() & (len(table) > AT_MOST)
    table = table.assign(order=table["agency"].map(order) + len(keys) * later).sort_values("order", kind="stable")
    first = table.drop_duplicates("agency")["row"].tolist()
    at = anchors("agencies", keys)
    rows = [
        (
            _marked(at.get(row.agency) if row.row in first else None, names[row.agency]),
            row.stream,
            row.year or "every year",
            money_text(row.amount, place.settings),
            *_last(row),
        )
        for row in rows_of(table)
    ]
    return Section((("Agency", "word"), ("Stream", "word"), ("Year", "word"), ("A year", "figure"), *LAST), tuple(rows))


def _costs(place: Place) -> Section:
    names, settings = people_names(place, "services"), place.settings
    table = _numbered(place, "services")
    at = anchors("services", table["service"].tolist())
    replaced = set(place.tables["costs"]["service"])
    rows = [
        (
            _marked(at.get(row.service), names[row.service]),
            "see the table costs" if row.service in replaced else money_text(row.unit_cost, settings),
            row.unit,
            *_last(row),
        )
        for row in rows_of(table.fillna({"unit_cost": 0.0}))
    ]
    return Section((("Service", "word"), ("Unit cost", "figure"), ("Unit", "word"), *LAST), tuple(rows))


def _effects(place: Place) -> Section:
    services, outcomes = people_names(place, "services"), people_names(place, "outcomes")
    units = place.tables["outcomes"].set_index("outcome")["unit"].to_dict()
    rows = [
        (
            services[row.service],
            outcomes[row.outcome],
            row.cohort or "everybody",
            _range_text(row.effect, row.low, row.high),
            units[row.outcome],
            *_last(row),
        )
        for row in rows_of(_numbered(place, "effects"))
    ]
    heads = (
        ("Service", "word"),
        ("Outcome", "word"),
        ("Group", "word"),
        ("Effect of one unit", "figure"),
        ("Unit", "word"),
    )
    return Section((*heads, *LAST), tuple(rows))


def _weights(place: Place) -> Section:
    names = people_names(place, "outcomes")
    table = _numbered(place, "outcomes")
    at = anchors("outcomes", table["outcome"].tolist())
    rows = [
        (_marked(at.get(row.outcome), names[row.outcome]), number_text(row.weight), row.unit, *_last(row))
        for row in rows_of(table)
    ]
    heads = (("Outcome", "word"), ("Value of one unit", "figure"), ("Unit", "word"))
    return Section((*heads, *LAST), tuple(rows))


def _others(place: Place) -> Section:
    """Return how many rows every other table has, and the sources that most of them name."""
    told = {"funding", "services", "effects", "outcomes"}
    rows: list[tuple[Cell, ...]] = []
    for name, table in place.tables.items():
        if name in told or not len(table):
            continue
        sources = table["source"][table["source"] != ""].value_counts(sort=True).index.tolist()
        text = "; ".join(sources[:SOURCES_NAMED]) or "none stated"
        more = len(sources) - SOURCES_NAMED
        rows.append((name, f"{len(table):,}", text + (f"; and {more} more" if more > 0 else "")))
    return Section((("Table", "word"), ("Rows", "figure"), ("Sources", "long")), tuple(rows))


def _numbered(place: Place, name: str) -> pd.DataFrame:
    table = place.tables[name]
    return table.assign(row=range(HEADING_ROWS, len(table) + HEADING_ROWS))


def _last(row: Any) -> Iterable[Cell]:
    """Return where a row stands, how strong its evidence is, and where it comes from."""
    return f"{row.row:,}", row.grade or "-", row.source or "none stated"


def _marked(anchor: str | None, name: str) -> Cell:
    """Return a name that links lead to."""
    return name if anchor is None else Markup('<span id="{}">{}</span>').format(anchor, name)


def _range_text(effect: float, low: float, high: float) -> str:
    if not (low < high):
        return number_text(effect)
    return f"{number_text(effect)} ({number_text(low)} to {number_text(high)})"
