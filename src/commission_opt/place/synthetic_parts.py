"""What the parts of a synthetic place share: its skeleton as arrays, and how names and figures are made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commission_opt.place.names import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Sketch:
    """The skeleton of a synthetic place.

    Parameters
    ----------
    need, lead : (S,) codes
        Need that each service meets, agency that leads it.
    unit_cost, capital_cost : (S,) money per unit
        Cost of each service.
    max_coverage : (S,) share
        Part of the demand that each service can reach.
    cases : (D, N, T)
        Cases of each need by area and year.
    volume : (S, N) units a year
        Today's volume of each service by area.
    cost_factor : (N,)
        What a unit costs in each area against the place.
    """

    need: IntArray
    lead: IntArray
    unit_cost: FloatArray
    capital_cost: FloatArray
    max_coverage: FloatArray
    cases: FloatArray
    volume: FloatArray
    cost_factor: FloatArray


def named(what: str, count: int) -> list[str]:
    """Return names that sort in the order of their numbers."""
    width = len(str(count))
    return [f"{what}_{at + 1:0{width}d}" for at in range(count)]


def skewed(rng: np.random.Generator, median: float, spread: float, size: int | tuple[int, ...]) -> FloatArray:
    """Draw figures of which the largest are far above the median, as sizes and costs are; none beyond all bounds."""
    return np.asarray(median * np.exp(spread * np.clip(rng.standard_normal(size), -2.5, 2.5)))
