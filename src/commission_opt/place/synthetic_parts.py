"""What the parts of a synthetic place share: its size, its skeleton as arrays, and how names and figures are made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np

from commission_opt.errors import PlaceError, Problem
from commission_opt.place.names import FloatArray, IntArray

FIRST_YEAR = 2026
COHORTS = ("children", "working_age", "older_people")
"""Population groups of a synthetic place, in the order in which it takes them."""

Texts = np.ndarray[tuple[int], np.dtype[np.object_]]


@dataclass(frozen=True)
class SyntheticSize:
    """How large a synthetic place is; every figure at least 1.

    With 1 cohort no need is divided; with 2 or 3 two needs in three are divided into so many population groups.
    """

    areas: int = 300
    services: int = 60
    years: int = 3
    tranches: int = 3
    cohorts: int = 1

    def check(self) -> None:
        """Raise a PlaceError that names every figure which is out of range."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        problems = [
            Problem("size", f"{what} is {count}; expected 1 or more.") for what, count in found.items() if count < 1
        ]
        if self.cohorts > len(COHORTS):
            problems.append(Problem("size", f"cohorts is {self.cohorts}; expected at most {len(COHORTS)}."))
        if problems:
            raise PlaceError(problems)


@dataclass(frozen=True, eq=False)
class Sketch:
    """The skeleton of a synthetic place: all but its areas, and the same however many areas there are.

    Parameters
    ----------
    size, seed
        What was asked for.
    need, lead : (S,) codes
        Need that each service meets, agency that leads it.
    unit_cost, capital_cost : (S,) money per unit
        Cost of each service.
    max_coverage, today : (S,) share
        Part of the demand that each service can reach, and part of that which it meets today.
    rate : (D,) cases a head
        Cases of each need in an area like the whole place.
    loads : (D, 2)
        How far cases of each need rise with deprivation and with age.
    trend : (D, T)
        Cases of each year against the first.
    groups : (D, G) share
        Part of the cases that falls to each cohort; only in the first column where a need is not divided.
    """

    size: SyntheticSize
    seed: int
    need: IntArray
    lead: IntArray
    unit_cost: FloatArray
    capital_cost: FloatArray
    max_coverage: FloatArray
    today: FloatArray
    rate: FloatArray
    loads: FloatArray
    trend: FloatArray
    groups: FloatArray

    @property
    def services(self) -> Texts:
        """Names of the services."""
        return named("service", len(self.need))

    @property
    def needs(self) -> Texts:
        """Names of the needs."""
        return named("need", len(self.rate))

    @property
    def divided(self) -> IntArray:
        """Codes of the needs whose cases are divided by cohort."""
        return np.flatnonzero(self.groups[:, 1:].sum(axis=1) > 0)


@dataclass(frozen=True, eq=False)
class Totals:
    """What today's volumes add up to over all areas; whole numbers within, so that no order of adding matters.

    Parameters
    ----------
    units, costed : (S,) units a year
        Today's volume of each service; the same, each area's units times its cost factor.
    held : (D,) share
        Least part of the demand that is met today in any area and year.
    """

    units: FloatArray
    costed: FloatArray
    held: FloatArray


def named(what: str, count: int, chosen: Iterable[int] | None = None) -> Texts:
    """Return names that sort in the order of their numbers: those of all ``count``, or of the chosen ones."""
    width = len(str(count))
    return np.array([f"{what}_{at + 1:0{width}d}" for at in (range(count) if chosen is None else chosen)], dtype=object)


def skewed(rng: np.random.Generator, median: float, spread: float, size: int | tuple[int, ...]) -> FloatArray:
    """Draw figures of which the largest are far above the median, as sizes and costs are; none beyond all bounds."""
    return np.asarray(median * np.exp(spread * np.clip(rng.standard_normal(size), -2.5, 2.5)))
