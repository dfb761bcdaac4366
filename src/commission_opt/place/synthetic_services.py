"""What a synthetic place can do: its services, their effects and returns, what they prevent, and its duties."""

from __future__ import annotations

import numpy as np
import pandas as pd

from commission_opt.place.synthetic_money import AGENCIES
from commission_opt.place.synthetic_parts import COHORTS, Sketch, Totals, skewed

CEILING, CEILING_SPREAD = 0.45, 0.6
"""Ceiling of an outcome as a share of its typical effect: a third to three quarters of them bind, and with money and
staff without end plans would be worth a twentieth to two thirds more."""

MOST_AVERTED = 0.3
"""Part of a need that a service averts at most, were it to reach everybody whom it can reach. Assumed."""

GRADES = ["green", "amber", "red", "assumed"]
_COST = "Invented: spread as in the GM Unit Cost Database v1.4, from £39 a contact to £52,676 a year in care"
_WORTH = (
    "Invented: value per pound spread about 1.6, between those of family nurses (below 1) and family support (2.28)"
)
_ASSUMED = "Invented"


def tables_of_services(sketch: Sketch, totals: Totals) -> dict[str, pd.DataFrame]:
    """Return every table of a place that is neither about areas nor about money; drawn apart from the sketch."""
    rng = np.random.default_rng(np.random.SeedSequence(sketch.seed, spawn_key=(3,)))
    return {
        **_services(sketch, rng),
        **_effects(sketch, rng),
        "returns": _returns(sketch, rng),
        "prevention": _prevention(sketch, rng),
        "needs": _needs(sketch, totals, rng),
    }


def _services(sketch: Sketch, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return services with their tags, and who else may pay for some of them."""
    count = len(sketch.need)
    tags = [
        ";".join([AGENCIES[lead].theme, *(["families"] if need % 5 == 0 else []), *(["prevention"] if at % 3 else [])])
        for at, (need, lead) in enumerate(zip(sketch.need, sketch.lead, strict=True))
    ]
    services = pd.DataFrame(
        {
            "service": sketch.services,
            "agency": [AGENCIES[lead].agency for lead in sketch.lead],
            "need": sketch.needs[sketch.need],
            "unit": "person for a year",
            "unit_cost": sketch.unit_cost,
            "capital_cost": sketch.capital_cost,
            "max_coverage": sketch.max_coverage,
            "tags": tags,
            "source": _COST,
            "grade": "assumed",
        }
    )
    agencies = int(sketch.lead.max()) + 1
    joint = np.flatnonzero((np.arange(count) % 4 == 1) & (agencies > 1))
    funder = (sketch.lead[joint] + 1 + rng.integers(0, max(agencies - 1, 1), len(joint))) % agencies
    funders = pd.DataFrame(
        {
            "service": sketch.services[joint],
            "agency": [AGENCIES[at].agency for at in funder],
            "max_share": rng.choice([0.25, 0.5, 1.0], len(joint)),
            "source": _ASSUMED,
            "grade": "assumed",
        }
    )
    return {"services": services, "funders": funders}


def _effects(sketch: Sketch, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return outcomes and effects: some value at once for the lead, the rest for anybody, often later."""
    agencies, count = int(sketch.lead.max()) + 1, len(sketch.need)
    owner = np.repeat(np.arange(agencies), 2)
    weight = skewed(rng, 5_000.0, 0.8, len(owner)).round()
    names = np.array([outcome for agency in AGENCIES[:agencies] for outcome in agency.outcomes], dtype=object)
    own = 2 * sketch.lead + rng.integers(0, 2, count)
    step = rng.integers(1, len(owner), (count, 2))
    outcome = np.concatenate([own, (own + step[:, 0]) % len(owner), (own + step[:, 1]) % len(owner)])
    service = np.tile(np.arange(count), 3)
    share = (0.1 + 0.7 * rng.dirichlet([3.0, 2.0, 1.0], count)).T.reshape(-1)
    worth = (sketch.unit_cost + sketch.capital_cost) * skewed(rng, 1.6, 0.5, count)
    effect = share * worth[service] / weight[outcome]
    first = service == np.arange(len(service))
    frame = pd.DataFrame(
        {
            "service": sketch.services[service],
            "outcome": names[outcome],
            "effect": effect,
            "low": effect * rng.uniform(0.4, 0.9, len(service)),
            "high": effect * rng.uniform(1.1, 1.6, len(service)),
            "lag": np.where(first, 0, rng.integers(0, 3, len(service))),
            "persistence": np.where(rng.random(len(service)) < 0.5, rng.uniform(0.2, 0.8, len(service)), 0.0).round(2),
            "source": _WORTH,
            "grade": rng.choice(GRADES, len(service), p=[0.15, 0.35, 0.2, 0.3]),
        }
    ).drop_duplicates(["service", "outcome"])
    typical = frame.groupby("outcome")["effect"].median().reindex(names).to_numpy(dtype=float)
    ceiling = typical * skewed(rng, CEILING, CEILING_SPREAD, len(names))
    outcomes = {"outcome": names, "unit": "units", "weight": weight, "ceiling": ceiling}
    told = {"agency": [AGENCIES[at].agency for at in owner], "source": _ASSUMED, "grade": "assumed"}
    return {"outcomes": pd.DataFrame({**outcomes, **told}), "effects": _by_cohort(sketch, frame, rng)}


def _by_cohort(sketch: Sketch, effects: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add rows of their own for the first cohort of divided needs, which gains more or less than the others."""
    own = effects[effects["service"].isin(sketch.services[np.isin(sketch.need, sketch.divided)])]
    own = own.drop_duplicates("service").assign(cohort=COHORTS[0])
    other = rng.uniform(0.6, 1.5, len(own))
    own = own.assign(**{column: own[column] * other for column in ("effect", "low", "high")})
    return pd.concat([effects.assign(cohort=""), own], ignore_index=True) if len(own) else effects


def _returns(sketch: Sketch, rng: np.random.Generator) -> pd.DataFrame:
    """Return tranches of five services in six: equal parts, each gaining less than the one before."""
    tranches = sketch.size.tranches
    falling = np.flatnonzero(np.arange(len(sketch.need)) % 6 != 5)
    step = rng.uniform(0.55, 0.9, len(falling))
    service, tranche = (axis.reshape(-1) for axis in np.indices((len(falling), tranches)))
    return pd.DataFrame(
        {
            "service": sketch.services[falling[service]],
            "tranche": tranche + 1,
            "share": np.floor(1e6 / tranches) / 1e6,
            "effectiveness": 1.2 * step[service] ** tranche,
            "source": _ASSUMED,
            "grade": "assumed",
        }
    )


def _prevention(sketch: Sketch, rng: np.random.Generator) -> pd.DataFrame:
    """Return cases of another need that one service in three averts, some years later."""
    needs = len(sketch.rate)
    service = np.flatnonzero((np.arange(len(sketch.need)) % 3 == 1) & (needs > 1))
    target = (sketch.need[service] + rng.integers(1, max(needs, 2), len(service))) % needs
    reach = sketch.max_coverage[service] * sketch.rate[sketch.need[service]]
    averted = np.minimum(rng.uniform(0.05, 0.4, len(service)), MOST_AVERTED * sketch.rate[target] / reach)
    return pd.DataFrame(
        {
            "service": sketch.services[service],
            "need": sketch.needs[target],
            "cases_averted": averted.round(5),
            "low": (averted * rng.uniform(0.2, 0.8, len(service))).round(5),
            "high": (averted * rng.uniform(1.1, 1.6, len(service))).round(5),
            "lag": rng.integers(1, 3, len(service)),
            "persistence": rng.uniform(0.3, 0.8, len(service)).round(2),
            "source": _ASSUMED,
            "grade": rng.choice(GRADES, len(service), p=[0.1, 0.3, 0.2, 0.4]),
        }
    )


def _needs(sketch: Sketch, totals: Totals, rng: np.random.Generator) -> pd.DataFrame:
    """Return duties to one need in four, below what is met today in every area."""
    held = totals.held * rng.uniform(0.7, 0.95, len(sketch.rate))
    duty = np.where(np.arange(len(sketch.rate)) % 4 == 0, np.floor(held * 1000) / 1000, 0.0)
    return pd.DataFrame({"need": sketch.needs, "must_meet": duty, "source": _ASSUMED, "grade": "assumed"})
