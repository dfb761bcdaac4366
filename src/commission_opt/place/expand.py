"""Blank keys expanded: demand, deliveries, effects and the baseline, each in its own cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from commission_opt.errors import PlaceError, Problem
from commission_opt.place.names import EVERYTHING, FloatArray, IntArray, distinct

if TYPE_CHECKING:
    from commission_opt.place.arrays import PlaceNames


@dataclass(frozen=True, eq=False)
class DemandCells:
    """Need, area and cohort of every cell (C,) that has demand, and its cases (C, T) a year."""

    need: IntArray
    area: IntArray
    cohort: IntArray
    cases: FloatArray


@dataclass(frozen=True, eq=False)
class Deliveries:
    """Each service in each cell of its need: (V,) codes of service and cell, ordered by both."""

    service: IntArray
    cell: IntArray


@dataclass(frozen=True, eq=False)
class Effects:
    """Effect of a service on an outcome for one cohort, ordered by service, cohort and outcome.

    ``start`` is (S * G + 1,): the effects of service s on cohort g are rows ``start[s*G+g]`` up to
    ``start[s*G+g+1]``. ``effect`` in outcome units per unit, ``low`` and ``high`` what the evidence allows (the effect
    where it says nothing), ``lag`` in years, ``persistence`` a year. ``evidence`` is the row of the table that each
    comes from, ``stated_for`` the cohort that the row names, -1 for none.
    """

    service: IntArray
    outcome: IntArray
    cohort: IntArray
    effect: FloatArray
    low: FloatArray
    high: FloatArray
    lag: IntArray
    persistence: FloatArray
    start: IntArray
    evidence: IntArray
    stated_for: IntArray

    def kept(self, years: int) -> FloatArray:
        """Return (E, T, T): the share of the effect of a unit in the second index's year that shows in the third's."""
        return kept_shares(self.lag, self.persistence, (years, years))

    def response(self, years: int) -> FloatArray:
        """Return (E, T, T): what a unit in the second index's year gains in the third's."""
        return np.asarray(self.effect[:, None, None] * self.kept(years))


def kept_shares(lag: IntArray, persistence: FloatArray, shape: tuple[int, int]) -> FloatArray:
    """Return (E, years, until): the share of what a unit in the second index's year does that shows in the third's."""
    years, until = shape
    delay = np.arange(until)[None, None, :] - np.arange(years)[None, :, None] - lag[:, None, None]
    return np.where(delay >= 0, persistence[:, None, None] ** np.maximum(delay, 0), 0.0)


def by_year(
    shape: tuple[int, int], name: IntArray, year: IntArray, values: FloatArray, absent: float = 0.0
) -> FloatArray:
    """Spread values over years: a row with a year replaces the row of the same name without one."""
    spread = np.full(shape, absent)
    every = year == EVERYTHING
    if every.all():
        spread[name] = values[:, None]
    elif not every.any():
        spread[name, year] = values
    else:
        spread[name[every]] = values[every, None]
        spread[name[~every], year[~every]] = values[~every]
    return spread


def compile_demand(demand: pd.DataFrame, areas: pd.DataFrame, names: PlaceNames) -> DemandCells:
    """Give every cell its cases a year; cases without an area are shared out by population."""
    need, year = names.need.codes(demand["need"]), names.year.codes(demand["year"])
    area = names.area.codes(demand["area"])
    cohort = _cohort_codes(demand["cohort"], names)
    cases = demand["cases"].to_numpy(dtype=float)
    shared = np.flatnonzero(area == EVERYTHING)
    if len(names.area) > 1 and len(shared):
        population = areas.set_index("area")["population"].reindex(names.area.labels).to_numpy(dtype=float)
        kept = np.flatnonzero(area != EVERYTHING)
        rows = np.concatenate([kept, np.repeat(shared, len(names.area))])
        each = np.tile(np.arange(len(names.area)), len(shared))
        share = population / population.sum()
        cases = np.concatenate([cases[kept], np.repeat(cases[shared], len(names.area)) * share[each]])
        area = np.concatenate([area[kept], each])
        need, cohort, year = need[rows], cohort[rows], year[rows]
    elif len(names.area) == 1:
        area = np.zeros_like(area)
    flat = (need * len(names.area) + area) * len(names.cohort) + cohort
    cells, position = distinct(flat, len(names.need) * len(names.area) * len(names.cohort))
    return DemandCells(
        need=cells // (len(names.area) * len(names.cohort)),
        area=cells // len(names.cohort) % len(names.area),
        cohort=cells % len(names.cohort),
        cases=by_year((len(cells), len(names.year)), position, year, cases),
    )


def _cohort_codes(column: pd.Series, names: PlaceNames) -> IntArray:
    """Codes of cohorts, where a blank is the cohort of needs that are not divided."""
    codes = names.cohort.codes(column)
    return np.where(codes == EVERYTHING, len(names.cohort) - 1, codes)


def compile_deliveries(need_of: IntArray, cells: DemandCells) -> Deliveries:
    """Pair every service with every cell of its need."""
    first = np.searchsorted(cells.need, need_of, side="left")
    count = np.searchsorted(cells.need, need_of, side="right") - first
    service = np.repeat(np.arange(len(need_of)), count)
    offset = np.arange(len(service)) - np.repeat(np.cumsum(count) - count, count)
    return Deliveries(service=service, cell=first[service] + offset)


def compile_effects(effects: pd.DataFrame, names: PlaceNames) -> Effects:
    """Spread effects without a cohort over the cohorts that have no row of their own."""
    count = len(names.cohort)
    service, outcome = names.service.codes(effects["service"]), names.outcome.codes(effects["outcome"])
    cohort = names.cohort.codes(effects["cohort"])
    row = np.full((len(names.service), len(names.outcome), count), -1, dtype=np.int64)
    every = cohort == EVERYTHING
    row[service[every], outcome[every], :] = np.flatnonzero(every)[:, None]
    row[service[~every], outcome[~every], cohort[~every]] = np.flatnonzero(~every)
    s, g, o = np.nonzero(row.transpose(0, 2, 1) >= 0)
    rows = row[s, o, g]
    pairs = np.bincount(s * count + g, minlength=len(names.service) * count)
    return Effects(
        service=s,
        outcome=o,
        cohort=g,
        effect=effects["effect"].to_numpy(dtype=float)[rows],
        low=effects["low"].fillna(effects["effect"]).to_numpy(dtype=float)[rows],
        high=effects["high"].fillna(effects["effect"]).to_numpy(dtype=float)[rows],
        lag=effects["lag"].to_numpy(dtype=float)[rows].astype(np.int64),
        persistence=effects["persistence"].to_numpy(dtype=float)[rows],
        start=np.concatenate([[0], np.cumsum(pairs)]),
        evidence=rows,
        stated_for=cohort[rows],
    )


def compile_baseline(
    baseline: pd.DataFrame,
    names: PlaceNames,
    cells: DemandCells,
    deliveries: Deliveries,
    max_coverage: FloatArray,
) -> FloatArray:
    """Give every delivery its volume (V, T); blank areas and cohorts are shared out by coverable demand."""
    volume = np.zeros((len(deliveries.service), len(names.year)))
    if baseline.empty:
        return volume
    codes = [getattr(names, name).codes(baseline[name]) for name in ("service", "area", "cohort")]
    row_key, first = _first_rows(codes, (len(names.service), len(names.area), len(names.cohort)))
    spread = by_year(
        (len(first), len(names.year)),
        row_key,
        names.year.codes(baseline["year"]),
        baseline["volume"].to_numpy(dtype=float),
    )
    service, area, cohort = (code[first] for code in codes)
    key, delivery = _matching((service, area, cohort), names, cells, deliveries)
    coverable = max_coverage[deliveries.service, None] * cells.cases[deliveries.cell]
    each = coverable[delivery]
    apart = len(key) == len(spread) and bool((key[1:] > key[:-1]).all())  # every key holds for one delivery
    whole = each if apart else _summed(key, each, len(spread))
    lost = (spread > 0) & (whole <= 0)
    if lost.any():
        raise PlaceError([_unserved(baseline.iloc[int(first[row])]) for row in np.flatnonzero(lost.any(axis=1))])
    if apart:
        volume[delivery] = np.where(each > 0, spread, 0.0)
        return volume
    share = each / np.where(whole[key] > 0, whole[key], 1.0)
    return _summed(delivery, spread[key] * share, len(volume))


def _summed(at: IntArray, amount: FloatArray, count: int) -> FloatArray:
    """Return (count, T) what amounts (R, T) add up to at their places."""
    return np.column_stack([np.bincount(at, each, count) for each in amount.T])


def _first_rows(codes: list[IntArray], shape: tuple[int, ...]) -> tuple[IntArray, IntArray]:
    """Return (rows,) the number of the key of each, as rows name them in turn, and (keys,) the first row of each."""
    flat = np.ravel_multi_index(tuple(code + 1 for code in codes), tuple(count + 1 for count in shape))
    if (flat[1:] > flat[:-1]).all():
        return np.arange(len(flat)), np.arange(len(flat))
    key, different = pd.factorize(flat)
    first = np.zeros(len(different), dtype=np.int64)
    first[key[::-1]] = np.arange(len(key))[::-1]
    return np.asarray(key, dtype=np.int64), first


def _matching(
    keys: tuple[IntArray, IntArray, IntArray], names: PlaceNames, cells: DemandCells, deliveries: Deliveries
) -> tuple[IntArray, IntArray]:
    """Pair every key of the baseline (service, area, cohort) with the deliveries that it holds for."""
    area_count, cohort_count = len(names.area), len(names.cohort)
    service, area, cohort = keys
    if names.cohort.labels[-1] == "":
        undivided = np.bincount(cells.need, cells.cohort == cohort_count - 1, len(names.need)) > 0
        need = np.zeros(len(names.service), dtype=np.int64)
        need[deliveries.service] = cells.need[deliveries.cell]
        cohort = np.where((cohort == EVERYTHING) & undivided[need[service]], cohort_count - 1, cohort)
    own = (deliveries.service * area_count + cells.area[deliveries.cell]) * cohort_count + cells.cohort[deliveries.cell]
    exact = (area != EVERYTHING) & (cohort != EVERYTHING)
    wanted = (service * area_count + area) * cohort_count + cohort
    order = np.argsort(own)
    found = np.minimum(np.searchsorted(own[order], wanted), len(own) - 1)
    hit = exact & (own[order][found] == wanted)
    pairs = [(np.flatnonzero(hit), order[found[hit]])]
    for row in np.flatnonzero(~exact):
        same = deliveries.service == service[row]
        same &= (area[row] == EVERYTHING) | (cells.area[deliveries.cell] == area[row])
        same &= (cohort[row] == EVERYTHING) | (cells.cohort[deliveries.cell] == cohort[row])
        pairs.append((np.full(int(same.sum()), row), np.flatnonzero(same)))
    return np.concatenate([a for a, _ in pairs]), np.concatenate([b for _, b in pairs])


def _unserved(key: pd.Series) -> Problem:
    named = ", ".join(f"{name} '{key[name]}'" for name in ("service", "area", "cohort") if key[name])
    return Problem(
        where="table baseline",
        column="volume",
        message=f"{named} has a volume where its need has no demand that it could cover.",
        remedy="Add the demand, raise max_coverage, or set the volume to 0.",
    )
