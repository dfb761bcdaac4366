"""The skeleton of a synthetic place: who leads what, what it costs, and how many cases there are a head."""

from __future__ import annotations

import numpy as np

from commission_opt.place.names import FloatArray
from commission_opt.place.synthetic_money import AGENCIES
from commission_opt.place.synthetic_parts import Sketch, SyntheticSize, skewed

SERVICES_PER_NEED = 3
LEAST_SHARE, MOST_SHARE = 0.12, 0.3
"""Part of the coverable demand that a service meets today. Assumed."""

IN_SCOPE = 0.25
"""Part of an agency's spend a head that a synthetic place plans. Assumed."""

MEDIAN_COST, COST_SPREAD = 1_500.0, 0.9
"""Unit costs spread as those of the Greater Manchester Unit Cost Database do: some tens of pounds for a contact,
£500 to £5,000 for most courses and episodes, £50,000 for a year in care."""

FEWEST_CASES, MOST_CASES = 0.002, 2.0
"""Cases of a need a head: no need is rarer than 2 in a thousand, none comes more than twice a year to everybody."""


def draw_sketch(size: SyntheticSize, seed: int) -> Sketch:
    """Draw the skeleton; it does not depend on the number of areas."""
    rng = np.random.default_rng(seed)
    services = np.arange(size.services)
    needs = max(1, size.services // SERVICES_PER_NEED)
    agencies = min(len(AGENCIES), needs)
    need = services % needs
    elsewhere = (services >= needs) & (services % 7 == 3)
    coverable = rng.uniform(0.4, 0.9, size.services).round(2)
    today = rng.uniform(LEAST_SHARE, MOST_SHARE, size.services)
    unit_cost = skewed(rng, MEDIAN_COST, COST_SPREAD, size.services).round(2)
    capital = np.where(services % 5 == 0, skewed(rng, 400.0, 0.5, size.services), 0.0).round(2)
    spend = np.bincount(need, coverable * today * unit_cost, needs).astype(float)
    return Sketch(
        size=size,
        seed=seed,
        need=need,
        lead=np.where(elsewhere, need + 1, need) % agencies,
        unit_cost=unit_cost,
        capital_cost=capital,
        max_coverage=coverable,
        today=today,
        rate=_rates(spend, agencies, rng),
        loads=np.column_stack([rng.uniform(0.0, 0.5, needs), rng.uniform(-0.15, 0.3, needs)]),
        trend=(1.0 + rng.normal(0.005, 0.01, (needs, 1))) ** np.arange(size.years),
        groups=_groups(needs, size.cohorts, rng),
    )


def _rates(spend: FloatArray, agencies: int, rng: np.random.Generator) -> FloatArray:
    """Return cases a head (D,) at which each agency spends about its part of what agencies spend a head.

    ``spend`` (D,) is what meeting a need as it is met today costs per case.
    """
    rate = skewed(rng, 0.02, 0.8, len(spend))
    owner = np.arange(len(spend)) % agencies
    wanted = IN_SCOPE * np.array([agency.spend_a_head for agency in AGENCIES[:agencies]])
    scale = wanted / np.bincount(owner, rate * spend, agencies)
    return np.asarray(np.clip(rate * scale[owner], FEWEST_CASES, MOST_CASES))


def _groups(needs: int, cohorts: int, rng: np.random.Generator) -> FloatArray:
    """Return the part of each need's cases in each cohort (D, G): one need in three is not divided."""
    share = rng.dirichlet(np.full(cohorts, 6.0), needs)
    share[np.arange(needs) % 3 == 2] = np.eye(1, cohorts)
    return np.asarray(share)
