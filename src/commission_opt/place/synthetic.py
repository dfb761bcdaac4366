"""Synthetic places of any size, for trials of scale: invented figures, the same ones for the same seed.

Sizes and costs are skewed as real ones are (lognormal). Today's volumes cost exactly what the agencies have, so
the baseline is a feasible plan, and they meet only part of the demand, so money is what limits any plan.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from commission_opt.errors import PlaceError, Problem
from commission_opt.place.names import FloatArray, IntArray
from commission_opt.place.place import Place
from commission_opt.place.synthetic_money import AGENCIES, money_tables
from commission_opt.place.synthetic_parts import Sketch, named, skewed

FIRST_YEAR = 2026
SERVICES_PER_NEED = 3
LEAST_SHARE, MOST_SHARE = 0.12, 0.3
"""Part of the coverable demand that a service meets today."""


CEILING = 0.35
"""Ceiling of an outcome as a share of its typical effect: about three in five bind, and money still has a price."""


@dataclass(frozen=True)
class SyntheticSize:
    """How large a synthetic place is; every figure at least 1."""

    areas: int = 300
    services: int = 60
    years: int = 3
    tranches: int = 3


def synthetic_place(size: SyntheticSize, seed: int = 0, *, name: str = "synthetic") -> Place:
    """Invent a place whose baseline balances and whose budgets bind.

    Parameters
    ----------
    size : SyntheticSize
        Numbers of areas, services, years and tranches.
    seed : int
        The same seed and size give the same place.
    name : str
        Short name of the place.

    Returns
    -------
    Place
        Checked as any other.

    Raises
    ------
    PlaceError
        When a size is below 1, or the name cannot be one.
    """
    small = [field.name for field in fields(size) if getattr(size, field.name) < 1]
    if small:
        raise PlaceError([Problem("size", f"{what} is {getattr(size, what)}; expected 1 or more.") for what in small])
    rng = np.random.default_rng(seed)
    areas = _areas(size.areas, rng)
    sketch = _sketch(size, areas, rng)
    tables = {
        "areas": areas,
        **_people(sketch, rng),
        **_services(sketch, rng),
        **_effects(sketch, rng),
        "returns": _returns(sketch, size.tranches, rng),
        **money_tables(sketch),
    }
    years = [str(FIRST_YEAR + year) for year in range(size.years)]
    source = f"Invented: synthetic place, seed {seed}"
    return Place.from_tables(tables, name=name, years=years, title=f"Synthetic place {seed}", source=source)


def _areas(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return areas; the deprived ones weigh more and cost a little more."""
    deprivation = np.clip(skewed(rng, 1.0, 0.12, count), 0.85, 1.31)
    return pd.DataFrame(
        {
            "area": named("area", count),
            "cluster": [f"cluster_{at // 25 + 1:02d}" for at in range(count)],
            "population": skewed(rng, 8_000.0, 0.4, count).round(),
            "equity_weight": (0.75 + 0.25 * deprivation).round(4),
            "cost_factor": np.clip(0.9 + 0.1 * deprivation + rng.normal(0.0, 0.02, count), 0.85, 1.2).round(4),
        }
    )


def _sketch(size: SyntheticSize, areas: pd.DataFrame, rng: np.random.Generator) -> Sketch:
    """Decide who leads what, what it costs, how many cases there are and how many are met today."""
    services = np.arange(size.services)
    needs = max(1, size.services // SERVICES_PER_NEED)
    agencies = min(len(AGENCIES), needs)
    need = services % needs
    elsewhere = (services >= needs) & (services % 7 == 3)
    lead = np.where(elsewhere, need + 1, need) % agencies
    cases = _cases(needs, size.years, areas, rng)
    coverable = rng.uniform(0.4, 0.9, size.services).round(2)
    today = rng.uniform(LEAST_SHARE, MOST_SHARE, size.services)[:, None] * rng.uniform(0.8, 1.2, (1, size.areas))
    volume = np.floor(1e4 * (coverable[:, None] * today * cases.min(axis=2)[need])) / 1e4
    capital = np.where(services % 5 == 0, skewed(rng, 400.0, 0.5, size.services), 0.0).round(2)
    return Sketch(
        need=need,
        lead=lead,
        unit_cost=skewed(rng, 1_500.0, 0.9, size.services).round(2),
        capital_cost=capital,
        max_coverage=coverable,
        cases=cases,
        volume=volume,
        cost_factor=areas["cost_factor"].to_numpy(dtype=float),
    )


def _cases(needs: int, years: int, areas: pd.DataFrame, rng: np.random.Generator) -> FloatArray:
    """Return (D, N, T) cases: a rate per head, more of them where weights are high, growing or shrinking slowly."""
    population, weight = areas["population"].to_numpy(dtype=float), areas["equity_weight"].to_numpy(dtype=float)
    rate = np.clip(skewed(rng, 0.02, 0.8, needs), 0.002, 0.3)
    local = skewed(rng, 1.0, 0.15, (needs, len(areas))) * weight ** rng.uniform(0.0, 6.0, (needs, 1))
    trend = (1.0 + rng.normal(0.005, 0.01, (needs, 1))) ** np.arange(years)
    return np.asarray(np.maximum((rate[:, None] * population * local)[:, :, None] * trend[:, None, :], 1.0).round(1))


def _people(sketch: Sketch, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return demand, duties below what is met today, and today's volumes."""
    needs, areas, years = sketch.cases.shape
    need, area, year = (axis.reshape(-1) for axis in np.indices(sketch.cases.shape))
    met = np.zeros((needs, areas))
    np.add.at(met, sketch.need, sketch.volume)
    held = (met[:, :, None] / sketch.cases).min(axis=(1, 2)) * rng.uniform(0.7, 0.95, needs)
    duty = np.where(np.arange(needs) % 4 == 0, np.floor(held * 1000) / 1000, 0.0)
    service, where = (axis.reshape(-1) for axis in np.indices(sketch.volume.shape))
    need_names, area_names = np.array(named("need", needs)), np.array(named("area", areas))
    labels = np.array([str(FIRST_YEAR + at) for at in range(years)])
    return {
        "needs": pd.DataFrame({"need": need_names, "must_meet": duty}),
        "demand": pd.DataFrame(
            {
                "need": need_names[need],
                "area": area_names[area],
                "year": labels[year],
                "cases": sketch.cases.reshape(-1),
            }
        ),
        "baseline": pd.DataFrame(
            {
                "service": np.array(named("service", len(sketch.need)))[service],
                "area": area_names[where],
                "volume": sketch.volume.reshape(-1),
            }
        ),
    }


def _services(sketch: Sketch, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return services with their tags, and who else may pay for some of them."""
    count = len(sketch.need)
    tags = [
        ";".join([AGENCIES[lead].theme, *(["families"] if need % 5 == 0 else []), *(["prevention"] if at % 3 else [])])
        for at, (need, lead) in enumerate(zip(sketch.need, sketch.lead, strict=True))
    ]
    names = np.array(named("service", count))
    services = pd.DataFrame(
        {
            "service": names,
            "agency": [AGENCIES[lead].agency for lead in sketch.lead],
            "need": np.array(named("need", len(sketch.cases)))[sketch.need],
            "unit": "person for a year",
            "unit_cost": sketch.unit_cost,
            "capital_cost": sketch.capital_cost,
            "max_coverage": sketch.max_coverage,
            "tags": tags,
        }
    )
    agencies = int(sketch.lead.max()) + 1
    joint = np.flatnonzero((np.arange(count) % 4 == 1) & (agencies > 1))
    funder = (sketch.lead[joint] + 1 + rng.integers(0, max(agencies - 1, 1), len(joint))) % agencies
    funders = pd.DataFrame(
        {
            "service": names[joint],
            "agency": [AGENCIES[at].agency for at in funder],
            "max_share": rng.choice([0.25, 0.5, 1.0], len(joint)),
        }
    )
    return {"services": services, "funders": funders}


def _effects(sketch: Sketch, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return outcomes and effects: some value at once for the lead, the rest for anybody, often later."""
    agencies, count = int(sketch.lead.max()) + 1, len(sketch.need)
    owner = np.repeat(np.arange(agencies), 2)
    weight = skewed(rng, 5_000.0, 0.8, len(owner)).round()
    names = np.array([outcome for agency in AGENCIES[:agencies] for outcome in agency.outcomes])
    own = 2 * sketch.lead + rng.integers(0, 2, count)
    step = rng.integers(1, len(owner), (count, 2))
    outcome = np.concatenate([own, (own + step[:, 0]) % len(owner), (own + step[:, 1]) % len(owner)])
    service = np.tile(np.arange(count), 3)
    share = (0.1 + 0.7 * rng.dirichlet([3.0, 2.0, 1.0], count)).T.reshape(-1)
    worth = (sketch.unit_cost + sketch.capital_cost) * skewed(rng, 1.6, 0.5, count)
    effect = share * worth[service] / weight[outcome]
    first = service == np.arange(len(service))
    lag = np.where(first, 0, rng.integers(0, 3, len(service)))
    frame = pd.DataFrame(
        {
            "service": np.array(named("service", count))[service],
            "outcome": names[outcome],
            "effect": effect,
            "low": effect * rng.uniform(0.4, 0.9, len(service)),
            "high": effect * rng.uniform(1.1, 1.6, len(service)),
            "lag": lag,
            "persistence": np.where(rng.random(len(service)) < 0.5, rng.uniform(0.2, 0.8, len(service)), 0.0).round(2),
            "grade": rng.choice(["green", "amber", "red", "assumed"], len(service), p=[0.15, 0.35, 0.2, 0.3]),
        }
    ).drop_duplicates(["service", "outcome"])
    return {"outcomes": _outcomes(names, owner, weight, _ceilings(frame, names)), "effects": frame}


def _ceilings(effects: pd.DataFrame, names: np.ndarray[tuple[int], np.dtype[np.str_]]) -> FloatArray:
    """Return for every outcome a share of the typical effect on each case: low enough to bind in most areas."""
    typical = effects.groupby("outcome")["effect"].median().reindex(names).to_numpy(dtype=float)
    return np.asarray(CEILING * typical, dtype=float)


def _outcomes(
    names: np.ndarray[tuple[int], np.dtype[np.str_]], owner: IntArray, weight: FloatArray, ceiling: FloatArray
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "outcome": names,
            "unit": "units",
            "weight": weight,
            "agency": [AGENCIES[at].agency for at in owner],
            "ceiling": ceiling,
        }
    )


def _returns(sketch: Sketch, tranches: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return tranches of five services in six: equal parts, each gaining less than the one before."""
    falling = np.flatnonzero(np.arange(len(sketch.need)) % 6 != 5)
    step = rng.uniform(0.55, 0.9, len(falling))
    service, tranche = (axis.reshape(-1) for axis in np.indices((len(falling), tranches)))
    return pd.DataFrame(
        {
            "service": np.array(named("service", len(sketch.need)))[falling[service]],
            "tranche": tranche + 1,
            "share": np.floor(1e6 / tranches) / 1e6,
            "effectiveness": 1.2 * step[service] ** tranche,
        }
    )
