"""Bundles: several services that start together and for good, in place of others that close."""

from __future__ import annotations

import numpy as np

from commission_opt.place.names import BoolArray, FloatArray, IntArray
from commission_opt.place.opening import volume_today
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.opening import add_totals, reach_of_services

BUNDLE_WORDS = {
    "relations.part": Words(
        price="one more unit a year of {service} in {year} without the rest of '{relation}'",
        demand="{service} runs beyond today in {year} only as part of the whole: '{relation}'",
        standing="fact",
    ),
    "relations.runs": Words(
        price="one more unit a year that {service} has to deliver in {year} as part of '{relation}'",
        demand="{service} delivers its least in {year} if '{relation}' runs",
        standing="fact",
    ),
    "relations.enough": Words(
        price="one more unit a year that '{relation}' has to deliver in {year}",
        demand="'{relation}' delivers enough in {year} for what has closed",
        standing="fact",
    ),
    "relations.closes": Words(
        price="one more unit a year of {service} in {year} beside what replaces it: '{relation}'",
        demand="{service} is closed in {year} once it is replaced: '{relation}'",
        standing="fact",
    ),
    "relations.both": Words(
        price="one more unit a year of {service} kept in {year} while both run: '{relation}'",
        demand="{service} keeps in {year} what it delivers today while both run: '{relation}'",
        standing="fact",
    ),
    "relations.stays": Words(
        price="'{relation}' kept running in {year} beside the question",
        demand="'{relation}' runs in {year} if it ran the year before",
        standing="fact",
    ),
}
"""Words of the rows below, for the rule on relations."""


def add_bundle(draft: Draft, relation: int) -> None:
    """Let the subject start as a whole and close the other; the algebra is that of the rule on relations."""
    relations = draft.arrays.conditions.relations
    reach, today = reach_of_services(draft), _today(draft)
    parts, old = np.flatnonzero(relations.subject[relation]), np.flatnonzero(relations.other[relation])
    least = _least(draft, reach, parts)
    runs = _add_runs(draft, relation, np.asarray(((reach[parts] > 0) & (reach[parts] >= least)).all(axis=0)))
    late = int(relations.double_running[relation])
    closed = np.where(np.arange(draft.years) >= late, np.roll(runs, late), -1)
    row = _add_rows(draft, ("part", relation), parts, upper=today[parts])
    _decide(draft, row, runs, today[parts] - reach[parts])
    row = _add_rows(draft, ("runs", relation), parts, lower=np.zeros_like(least))
    _decide(draft, row, runs, -least)
    row = _add_rows(draft, ("closes", relation), old, upper=np.where(closed >= 0, reach[old], np.inf))
    _decide(draft, row, closed, reach[old])
    if late:
        row = _add_rows(draft, ("both", relation), old, lower=np.zeros_like(today[old]))
        _decide(draft, row, runs, -today[old])
        _decide(draft, row, closed, today[old])
    _add_enough(draft, relation, parts, (closed, today[old].sum(axis=0)))


def keep_parts(draft: Draft, relation: int) -> None:
    """Let no bundle start: its parts do no more than today."""
    parts = np.flatnonzero(draft.arrays.conditions.relations.subject[relation])
    _add_rows(draft, ("part", relation), parts, upper=_today(draft)[parts])


def _today(draft: Draft) -> FloatArray:
    """Return (S, T) what today's services deliver, no more than can be reached."""
    return np.minimum(volume_today(draft.arrays), reach_of_services(draft))


def _least(draft: Draft, reach: FloatArray, parts: IntArray) -> FloatArray:
    """Return (n, T) the fewest units at which each part runs: its minimum scale, else one."""
    scale = draft.arrays.services.minimum_scale[parts, None]
    return np.where(scale > 0, scale, np.minimum(1.0, reach[parts]))


def _add_runs(draft: Draft, relation: int, possible: BoolArray) -> IntArray:
    """Return (T,) columns: whether the bundle runs. One that could not run in a later year does not start."""
    names, label = draft.arrays.names, draft.arrays.conditions.relations.label
    year = np.arange(draft.years)
    most = np.minimum.accumulate(possible[::-1])[::-1]
    if not most.any():
        draft.notes.append(f"'{label.labels[relation]}' never runs: a part of it has too little demand in some year.")
    keys = Keys.of((label, np.full(draft.years, relation)), (names.year, year))
    runs = draft.builder.add_columns("bundle", keys, most.astype(float), unit="yes or no")
    draft.builder.require_whole(runs)
    row = draft.builder.add_rows("relations.stays", keys.take(year[1:]), unit="bundles", lower=0.0)
    draft.builder.add_entries(row, runs[1:], 1.0)
    draft.builder.add_entries(row, runs[:-1], -1.0)
    return runs


def _add_rows(
    draft: Draft,
    named: tuple[str, int],
    services: IntArray,
    *,
    lower: FloatArray | None = None,
    upper: FloatArray | None = None,
) -> IntArray:
    """Add the volume of each service and year (n, T) to a row where it has a finite bound, and return the rows."""
    side, relation = named
    names, label = draft.arrays.names, draft.arrays.conditions.relations.label
    none = np.full((len(services), draft.years), np.inf)
    low, high = (-none if lower is None else lower), (none if upper is None else upper)
    at, year = np.nonzero(np.isfinite(low) | np.isfinite(high))
    keys = Keys.of((label, np.full(len(at), relation)), (names.service, services[at]), (names.year, year))
    row = np.full((len(names.service), draft.years), -1)
    row[services[at], year] = draft.builder.add_rows(
        f"relations.{side}", keys, unit="units a year", lower=low[at, year], upper=high[at, year]
    )
    add_totals(draft, row)
    return row[services]


def _decide(draft: Draft, row: IntArray, column: IntArray, amount: FloatArray) -> None:
    """Add an amount (n, T) of each year's decision (T,) to rows (n, T), where both are there."""
    at, year = np.nonzero((row >= 0) & (column >= 0))
    draft.builder.add_entries(row[at, year], column[year], amount[at, year])


def _add_enough(draft: Draft, relation: int, parts: IntArray, replaced: tuple[IntArray, FloatArray]) -> None:
    """Let the parts together deliver ``ratio`` of what the other delivers today, once it has closed."""
    closed, today = replaced
    relations, names, volumes = draft.arrays.conditions.relations, draft.arrays.names, draft.volumes
    year = np.flatnonzero((closed >= 0) & (relations.ratio[relation] * today > 0))
    keys = Keys.of((relations.label, np.full(len(year), relation)), (names.year, year))
    row = np.full(draft.years, -1)
    row[year] = draft.builder.add_rows("relations.enough", keys, unit="units a year", lower=0.0)
    draft.builder.add_entries(row[year], closed[year], -relations.ratio[relation] * today[year])
    inside = np.flatnonzero(np.isin(volumes.service, parts) & (row[volumes.year] >= 0))
    draft.builder.add_entries(row[volumes.year[inside]], volumes.column[inside], 1.0)
