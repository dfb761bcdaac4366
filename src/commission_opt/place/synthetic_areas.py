"""Areas of a synthetic place, any run of them by itself: people, deprivation, cases and today's volumes.

The figures of an area are a function of the seed and its number alone: a generator that takes one step for each draw
is moved on to the area's own draws. So a country can be made a few hundred areas at a time, with the same result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.place.synthetic_parts import COHORTS, FIRST_YEAR, Sketch, Totals, named

CLUSTER = 25
"""Areas of a cluster: about 40,000 people, as in a primary care network. Assumed."""

BLOCK = 500
"""Areas that are made at a time."""

FINE = 10_000
"""Volumes and cost factors are whole numbers of ten-thousandths."""

PEOPLE, FEWEST_PEOPLE, MOST_PEOPLE = 1_680.0, 1_000.0, 3_000.0
"""People of a neighbourhood: 57.7 million in 33,755 of them are 1,709 each on average."""

INCOME = 35_000.0
"""Median income of a household in an area like the whole place. Assumed; only its ratio to other areas matters."""

LEAST_DEPRIVED, MOST_DEPRIVED = 0.85, 1.31
"""Public spending a head against the country's in York and in Blackpool (IFS 2023)."""

ELASTICITY = 1.3
"""Of the value of a pound with income: HM Treasury, Green Book, on distributional weights."""

_OWN_DRAWS = 4
"""Draws of an area besides one for each need and service: people, deprivation, age, cost."""

_SOURCE = (
    "Invented: deprivation spread as spend a head in IFS 2023; weights as in the Green Book, (median / income)^1.3"
)


@dataclass(frozen=True, eq=False)
class AreaBlock:
    """Areas ``first`` to ``last`` (n of them): cases (n, D, T), volumes (n, S) and cost factors (n,) in FINE parts."""

    first: int
    last: int
    population: FloatArray
    deprivation: FloatArray
    cost_factor: IntArray
    cases: FloatArray
    volume: IntArray


def area_blocks(sketch: Sketch, block: int = BLOCK) -> Iterator[AreaBlock]:
    """Make all areas, a block at a time."""
    for first in range(0, sketch.size.areas, block):
        yield area_block(sketch, first, min(first + block, sketch.size.areas))


def area_block(sketch: Sketch, first: int, last: int) -> AreaBlock:
    """Make the areas from ``first`` up to ``last``; the deprived ones have more cases and cost a little more."""
    needs, services = len(sketch.rate), len(sketch.need)
    draws = _uniform(sketch.seed, 1, (first, last), _OWN_DRAWS + needs + services)
    shared = _uniform(sketch.seed, 2, (first // CLUSTER, -(-last // CLUSTER)), 2)
    shared = shared[np.arange(first, last) // CLUSTER - first // CLUSTER]
    normal = _normal(draws[:, : _OWN_DRAWS + needs])
    factors = np.sqrt(0.5) * (normal[:, 1:3] + _normal(shared))
    deprivation = np.clip(np.exp(0.12 * factors[:, 0]), LEAST_DEPRIVED, MOST_DEPRIVED)
    population = np.clip(PEOPLE * np.exp(0.2 * normal[:, 0]), FEWEST_PEOPLE, MOST_PEOPLE).round()
    cost = np.clip(0.9 + 0.1 * deprivation + 0.02 * normal[:, 3], 0.85, 1.2)
    local = np.exp(factors @ sketch.loads.T + 0.12 * normal[:, _OWN_DRAWS:])
    cases = (sketch.rate * population[:, None] * local)[:, :, None] * sketch.trend
    cases = np.maximum(cases, 1.0).round(1)
    met = sketch.max_coverage * sketch.today * (0.8 + 0.4 * draws[:, _OWN_DRAWS + needs :])
    volume = np.floor(FINE * met * cases.min(axis=2)[:, sketch.need])
    return AreaBlock(
        first, last, population, deprivation, (FINE * cost).round().astype(int), cases, volume.astype(np.int64)
    )


def add_up(sketch: Sketch, block: int = BLOCK) -> Totals:
    """Add up today's volumes over all areas, in whole numbers."""
    units = np.zeros(len(sketch.need), dtype=np.int64)
    costed = np.zeros_like(units)
    held = np.full(len(sketch.rate), np.inf)
    for areas in area_blocks(sketch, block):
        units += areas.volume.sum(axis=0)
        costed += areas.cost_factor @ areas.volume
        met = areas.volume @ np.eye(len(sketch.rate), dtype=np.int64)[sketch.need] / FINE
        held = np.minimum(held, (met / areas.cases.max(axis=2)).min(axis=0))
    return Totals(units / FINE, costed / FINE**2, held)


def tables_of_areas(sketch: Sketch, areas: AreaBlock) -> dict[str, pd.DataFrame]:
    """Return the rows of the tables ``areas``, ``demand`` and ``baseline`` that are about these areas."""
    here = np.arange(areas.first, areas.last)
    names = named("area", sketch.size.areas, here)
    clusters = named("cluster", -(-sketch.size.areas // CLUSTER), here // CLUSTER)
    income = (INCOME / areas.deprivation).round(-1)
    people = pd.DataFrame(
        {
            "area": pd.array(names, dtype="str"),
            "cluster": pd.array(clusters, dtype="str"),
            "population": areas.population,
            "income": income,
            "equity_weight": ((INCOME / income) ** ELASTICITY).round(4),
            "cost_factor": areas.cost_factor / FINE,
            "source": _SOURCE,
            "grade": "assumed",
        }
    )
    area, service = (axis.reshape(-1) for axis in np.indices(areas.volume.shape))
    baseline = pd.DataFrame(
        {
            "service": _text(sketch.services, service),
            "area": _text(names, area),
            "volume": areas.volume.reshape(-1) / FINE,
        }
    )
    return {"areas": people, "demand": _demand(sketch, areas, names), "baseline": baseline}


def _demand(sketch: Sketch, areas: AreaBlock, names: np.ndarray[tuple[int], np.dtype[np.object_]]) -> pd.DataFrame:
    """Return cases by area, need, cohort and year; a need that is not divided has no cohort."""
    need, cohort = np.nonzero(sketch.groups)
    count = np.shape(areas.cases[:, need, :])
    area, pair, year = (axis.reshape(-1) for axis in np.indices(count))
    label = np.where(np.isin(need, sketch.divided), np.array(COHORTS, dtype=object)[cohort], "")
    years = np.array([str(FIRST_YEAR + at) for at in range(sketch.size.years)], dtype=object)
    cases = areas.cases[:, need, :] * sketch.groups[need, cohort][:, None]
    columns = {
        "need": _text(sketch.needs[need], pair),
        "area": _text(names, area),
        "cohort": _text(label, pair),
        "year": _text(years, year),
        "cases": np.maximum(cases, 0.01).round(4).reshape(-1),
    }
    return pd.DataFrame({name: column for name, column in columns.items() if name != "cohort" or len(sketch.divided)})


def _text(names: np.ndarray[tuple[int], np.dtype[np.object_]], codes: IntArray) -> pd.api.extensions.ExtensionArray:
    return pd.array(names, dtype="str").take(codes)


def _uniform(seed: int, stream: int, rows: tuple[int, int], draws: int) -> FloatArray:
    """Return the draws (n, draws) of rows ``rows[0]`` to ``rows[1]``, from 0 to 1, whatever was drawn before."""
    bits = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(stream,)))
    bits.advance(rows[0] * draws)
    return np.random.Generator(bits).random((rows[1] - rows[0], draws))


def _normal(uniform: FloatArray) -> FloatArray:
    """Return draws of a bell curve, none beyond 2.5 standard deviations."""
    return np.clip(ndtri(uniform), -2.5, 2.5)
