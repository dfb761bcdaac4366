"""Places made around published figures: their plans, and what is asked of their tables."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from commission_opt.model.read import read_model
from commission_opt.place.arrays import PlaceArrays, compile_place
from commission_opt.place.place import Place
from commission_opt.place.read import read_place
from commission_opt.plan.plan import Plan
from commission_opt.plan.run import SolveOptions
from commission_opt.plan.solve import solve_arrays
from commission_opt.shipped import shipped_places


@cache
def arrays_of(place: str) -> PlaceArrays:
    """Return a place that ships, compiled once."""
    return compile_place(read_place(shipped_places()[place]))


@cache
def plan_of(place: str, model: str) -> Plan:
    """Return its plan under a model, solved once."""
    return solve_arrays(arrays_of(place), read_model(model), SolveOptions())


def largest_imbalance(place: Place) -> float:
    """Return how far today's services and the funding of an agency are apart, straight from the tables.

    For places whose services cost the same everywhere, revenue only, and the same every year.
    """
    tables = place.tables
    services = tables["services"].set_index("service")
    today = tables["baseline"]
    cost = today["volume"].to_numpy() * services["unit_cost"].reindex(today["service"]).to_numpy()
    spend = pd.Series(cost).groupby(services["agency"].reindex(today["service"]).to_numpy()).sum()
    spend, money = spend.align(tables["funding"].groupby("agency")["amount"].sum(), fill_value=0.0)
    return float(np.abs(spend - money).max())


def volume_a_year(plan: Plan, service: str) -> float:
    """Return how much of a service a plan delivers in a year, on average."""
    chosen = plan.allocation["service"] == service
    return float(plan.allocation.loc[chosen, "volume_units"].sum()) / len(plan.place.years)


def theme_money(plan: Plan, area: str = "") -> tuple[float, float]:
    """Return what the services tagged as prevention gain and cost over all years, undiscounted.

    Gains are all outcomes but services counted at cost, at their weights; area blank is the whole place.
    """
    tables = plan.place.tables
    weight = tables["outcomes"].set_index("outcome")["weight"]
    services = tables["services"].set_index("service")
    outcomes, allocation = plan.outcomes, plan.allocation
    gained = ~outcomes["outcome"].str.startswith("services_") & ((outcomes["area"] == area) | (area == ""))
    themes = services["tags"].str.split(";").reindex(allocation["service"]).map(lambda tags: "prevention" in tags)
    bought = themes.to_numpy() & ((allocation["area"] == area) | (area == "")).to_numpy()
    gain = float((outcomes["amount_units"] * outcomes["outcome"].map(weight))[gained].sum())
    return gain, float(allocation.loc[bought, "spend_money"].sum())
