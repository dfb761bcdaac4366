"""Small random places in which today's volumes keep every rule of every model, so that each has a plan.

The first half of the tables is drawn freely; the second half is set so that the baseline fits inside it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from tests.random_conditions import Rows, Tables, conditions_around_today

AGENCIES = {"county": "council", "icb": "nhs", "constabulary": "police", "jobcentre": "work and pensions"}


def random_place(seed: int) -> Place:
    """Return a place of 1 to 3 areas, 3 to 8 services, 2 to 4 agencies and 1 to 3 years."""
    rng = np.random.default_rng(seed)
    years = [str(2026 + at) for at in range(rng.integers(1, 4))]
    agencies = list(AGENCIES)[: rng.integers(2, 5)]
    areas = ["north", "south", "west"][: rng.integers(1, 4)]
    needs = [f"need_{at}" for at in range(rng.integers(2, 4))]
    services = _services(rng, int(rng.integers(3, 9)), agencies, needs)
    tables = {
        "agencies": pd.DataFrame({"agency": agencies, "kind": [AGENCIES[name] for name in agencies]}),
        "areas": _areas(rng, areas),
        "services": services,
        "demand": _demand(rng, needs, areas, years),
        "returns": _returns(rng, list(services["service"])),
        "costs": _costs(rng, list(services["service"])),
        **_outcomes(rng, services, agencies),
    }
    tables["baseline"] = _baseline(rng, tables, areas)
    _scale(tables, seed)
    tables["groups"] = pd.DataFrame({"group": "modes", "service": services["service"][:2]})
    tables["funding"] = _some_money(agencies)
    tables["savings"] = _savings(services, agencies)
    rate = float(rng.choice([0.0, 0.035, 0.2]))
    sketch = Place.from_tables(tables, name=f"random-{seed}", years=years, discount_rate=rate)
    return sketch.replace(**conditions_around_today(rng, compile_place(sketch)))


def _scale(tables: Tables, seed: int) -> None:
    """Let one service in some places have a fixed cost and a scale below today's volume; in others share a team."""
    services, agencies = tables["services"], list(tables["agencies"]["agency"])
    today = tables["baseline"].groupby("service")["volume"].sum()
    if seed % 10 == 2 and len(today):
        meant = services["service"] == today.index[0]
        services["fixed_cost"] = np.where(meant, 3.0 * services["unit_cost"], 0.0)
        services["minimum_scale"] = np.where(meant, 0.5 * today.iloc[0], 0.0)
    if seed % 10 == 4:
        tables["hubs"] = pd.DataFrame({"hub": ["payroll"], "agency": agencies[:1], "cost": 3.0, "set_up_cost": 1.0})
        tables["teams"] = pd.DataFrame({"hub": "payroll", "agency": agencies[:2], "cost": 2.0, "closure_cost": 0.5})


def _savings(services: pd.DataFrame, agencies: list[str]) -> pd.DataFrame:
    """Let the first service save every agency a little, half of it in cash, a year later."""
    saving = {"amount": 0.01 * float(services["unit_cost"][0]), "cashable_share": 0.5, "lag": 1}
    return pd.DataFrame([{"service": services["service"][0], "agency": agency, **saving} for agency in agencies])


def _services(rng: np.random.Generator, count: int, agencies: list[str], needs: list[str]) -> pd.DataFrame:
    lead = [agencies[at % len(agencies)] for at in range(count)]
    need = [needs[at % len(needs)] for at in range(count)]
    tags = [f"of_{lead[at]}" + (";families" if rng.random() < 0.5 else "") for at in range(count)]
    return pd.DataFrame(
        {
            "service": [f"service_{at}" for at in range(count)],
            "agency": lead,
            "need": need,
            "unit": "case",
            "unit_cost": rng.lognormal(3.0, 1.0, count).round(2),
            "capital_cost": np.where(rng.random(count) < 0.3, rng.lognormal(2.0, 1.0, count).round(2), 0.0),
            "max_coverage": rng.choice([0.4, 0.7, 1.0], count),
            "tags": tags,
        }
    )


def _areas(rng: np.random.Generator, areas: list[str]) -> pd.DataFrame:
    count = len(areas)
    return pd.DataFrame(
        {
            "area": areas,
            "population": rng.integers(500, 5000, count),
            "equity_weight": rng.choice([0.5, 1.0, 2.0], count),
            "cost_factor": rng.choice([0.9, 1.0, 1.2], count),
            "cluster": "core",
            "income": [20000, 30000, ""][:count],
        }
    )


def _demand(rng: np.random.Generator, needs: list[str], areas: list[str], years: list[str]) -> pd.DataFrame:
    rows: Rows = []
    for at, need in enumerate(needs):
        cohorts = ["old", "young"] if at == 0 and rng.random() < 0.5 else [""]
        for cohort in cohorts:
            where = [""] if rng.random() < 0.3 else areas
            when = [""] if rng.random() < 0.5 else years
            rows += [
                {"need": need, "area": area, "cohort": cohort, "year": year, "cases": float(rng.integers(20, 400))}
                for area in where
                for year in when
            ]
    return pd.DataFrame(rows)


def _returns(rng: np.random.Generator, services: list[str]) -> pd.DataFrame:
    rows: Rows = [
        {"service": service, "tranche": tranche + 1, "share": 1.0 / 4 if tranche else 0.5, "effectiveness": gain}
        for service in services
        if rng.random() < 0.4
        for tranche, gain in enumerate((1.0, 0.7, 0.4))
    ]
    return pd.DataFrame(rows, columns=["service", "tranche", "share", "effectiveness"])


def _costs(rng: np.random.Generator, services: list[str]) -> pd.DataFrame:
    rows = [{"service": name, "kind": "estates", "amount": 2.5} for name in services if rng.random() < 0.1]
    return pd.DataFrame(rows, columns=["service", "kind", "amount"])


def _outcomes(rng: np.random.Generator, services: pd.DataFrame, agencies: list[str]) -> Tables:
    outcomes = [f"outcome_{at}" for at in range(rng.integers(2, 5))]
    rows: Rows = []
    for service in services["service"]:
        for outcome in rng.permutation(outcomes)[: rng.integers(1, 3)]:
            row: dict[str, object] = {"service": service, "outcome": outcome}
            effect = row["effect"] = float(rng.lognormal(0.0, 0.8) * rng.choice([1.0, -0.3], p=[0.85, 0.15]))
            row["lag"], row["persistence"] = int(rng.choice([0, 0, 1])), float(rng.choice([0.0, 0.5, 1.0]))
            row["low"], row["high"] = effect - 0.4, effect + 0.2
            rows.append(row)
    count = len(outcomes)
    weight = rng.lognormal(2.0, 0.7, count)
    weight[-1] *= rng.choice([1.0, -0.2])
    frame = pd.DataFrame(
        {
            "outcome": outcomes,
            "unit": "units",
            "weight": weight,
            "agency": [agencies[at % len(agencies)] for at in range(count)],
            "ceiling": np.where(rng.random(count) < 0.4, rng.uniform(0.1, 0.6, count), np.nan),
        }
    )
    own = pd.DataFrame({"agency": agencies[:1], "outcome": outcomes[1:2], "weight": [3.0]})
    return {"outcomes": frame, "effects": pd.DataFrame(rows), "own_weights": own if rng.random() < 0.3 else own[:0]}


def _baseline(rng: np.random.Generator, tables: Tables, areas: list[str]) -> pd.DataFrame:
    """Give each service less than its part of its need, by area or for all areas together, least year."""
    demand, services = tables["demand"], tables["services"]
    people = tables["areas"].set_index("area")["population"]
    rivals = services["need"].map(services["need"].value_counts())
    rows: Rows = []
    for service, need, reach, among in zip(
        services["service"], services["need"], services["max_coverage"], rivals, strict=True
    ):
        if among > 1 and rng.random() < 0.15:
            continue
        part = min(reach, 1.0 / among) * rng.uniform(0.3, 0.95)
        of_need = demand[demand["need"] == need]
        for area in areas if rng.random() < 0.5 else [""]:
            fair = 1.0 if area == "" else float(people[area] / people.sum())
            cases = sum(_least_cases(rows_of, area, fair) for _, rows_of in of_need.groupby("cohort"))
            rows.append({"service": service, "area": area, "volume": part * cases})
    return pd.DataFrame(rows, columns=["service", "area", "volume"])


def _least_cases(demand: pd.DataFrame, area: str, fair: float) -> float:
    """Return the cases of one cohort in an area (all for a blank) in the year that has fewest."""
    own = demand if area == "" else demand[demand["area"].isin([area, ""])]
    weight = np.where(own["area"] == "", fair, 1.0)
    return float((own["cases"] * weight).groupby(own["year"]).sum().min())


def _some_money(agencies: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"stream": agencies, "agency": agencies, "amount": 1.0})
