"""The place as arrays: every name turned into a position once, every default applied once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from commission_opt.place.assets import Assets, compile_assets
from commission_opt.place.capacity import Capacity, compile_capacity
from commission_opt.place.causes import Prevention, Savings, compile_prevention, compile_savings
from commission_opt.place.clusters import compile_local_weights
from commission_opt.place.conditions import Conditions, compile_conditions
from commission_opt.place.contracts import Contracts, compile_contracts
from commission_opt.place.earmarks import Earmarks, compile_earmarks
from commission_opt.place.expand import (
    Deliveries,
    DemandCells,
    Effects,
    compile_baseline,
    compile_deliveries,
    compile_demand,
    compile_effects,
)
from commission_opt.place.money import CAPITAL, REVENUE, Services, Streams, compile_services, compile_streams
from commission_opt.place.names import FloatArray, IntArray, Names
from commission_opt.place.place import Place
from commission_opt.place.resources import Resources, compile_resources
from commission_opt.place.scenarios import Scenarios, compile_scenarios
from commission_opt.place.tables import TABLES
from commission_opt.place.teams import Hubs, compile_hubs

ONLY_AREA = "all"
"""Name of the one area of a place without areas."""


@dataclass(frozen=True)
class PlaceNames:
    """Names along every dimension."""

    agency: Names
    stream: Names
    kind: Names
    service: Names
    outcome: Names
    need: Names
    area: Names
    cohort: Names
    year: Names
    resource: Names
    ring_fence: Names
    tag: Names
    group: Names
    site: Names


@dataclass(frozen=True, eq=False)
class PlaceArrays:
    """A place with positions for names: what rules build on.

    Parameters
    ----------
    place : Place
        The place that was compiled.
    names : PlaceNames
        Labels along each dimension.
    weight, fiscal_value, ceiling : (O,) value per unit, value per unit, units per case
        Outcome weights; the part of them that is public money saved; ceilings with inf where there is none.
    own_weight : (A, O) value per unit
        What each agency values when it plans alone.
    local_weight : (N, O) value per unit
        What the cluster of each area values where it decides itself.
    outcome_agency : (O,) agency codes
        Agency that answers for each outcome.
    equity_weight, cost_factor, population, income : (N,)
        Of each area; population and income are NaN where they are not given.
    discount : (T,)
        What a year counts for against the first.
    must_meet : (D,) share
        Share of each need's demand that has to be met.
    cells : DemandCells
        Where there is demand, and how much.
    deliveries : Deliveries
        Each service in each cell of its need.
    baseline : (V, T) units
        Today's volume of each delivery.
    """

    place: Place
    names: PlaceNames
    streams: Streams
    services: Services
    resources: Resources
    conditions: Conditions
    effects: Effects
    scenarios: Scenarios
    prevention: Prevention
    savings: Savings
    capacity: Capacity
    hubs: Hubs
    assets: Assets
    earmarks: Earmarks
    contracts: Contracts
    cells: DemandCells
    deliveries: Deliveries
    baseline: FloatArray
    weight: FloatArray
    fiscal_value: FloatArray
    ceiling: FloatArray
    own_weight: FloatArray
    local_weight: FloatArray
    outcome_agency: IntArray
    equity_weight: FloatArray
    cost_factor: FloatArray
    population: FloatArray
    income: FloatArray
    discount: FloatArray
    must_meet: FloatArray


def compile_place(place: Place) -> PlaceArrays:
    """Turn every name of a place into a position and every blank into its default.

    Parameters
    ----------
    place : Place
        A place that has passed its checks.

    Returns
    -------
    PlaceArrays
        Names in alphabetical order, so that shuffled rows give the same arrays.

    Raises
    ------
    PlaceError
        When a baseline volume has no demand that it could serve.
    """
    tables = {name: fill_defaults(name, place.tables[name]) for name in TABLES}
    names = _names(tables, place.years)
    services, cells = compile_services(tables, names), compile_demand(tables["demand"], tables["areas"], names)
    deliveries = compile_deliveries(services.need, cells)
    areas = tables["areas"].set_index("area").reindex(names.area.labels)
    weight, agency_of = by_name(tables["outcomes"], names.outcome, "weight", 0.0), _outcome_agency(tables, names)
    effects = compile_effects(tables["effects"], names)
    return PlaceArrays(
        place=place,
        names=names,
        streams=compile_streams(tables["funding"], names),
        services=services,
        resources=compile_resources(tables, names),
        conditions=compile_conditions(tables, names, services),
        effects=effects,
        scenarios=compile_scenarios(tables, names, services, effects),
        prevention=compile_prevention(tables["prevention"], names),
        savings=compile_savings(tables["savings"], names),
        capacity=compile_capacity(tables["capacity"], names),
        hubs=compile_hubs(tables, names),
        assets=compile_assets(tables, names),
        earmarks=compile_earmarks(tables["earmarks"], names, services),
        contracts=compile_contracts(tables["contracts"], names),
        cells=cells,
        deliveries=deliveries,
        baseline=compile_baseline(tables["baseline"], names, cells, deliveries, services.max_coverage),
        weight=weight,
        fiscal_value=by_name(tables["outcomes"], names.outcome, "fiscal_value", 0.0),
        ceiling=by_name(tables["outcomes"], names.outcome, "ceiling", np.inf),
        own_weight=own_weights(tables["own_weights"], names, weight, agency_of),
        local_weight=compile_local_weights(tables, names, weight),
        outcome_agency=agency_of,
        equity_weight=areas["equity_weight"].fillna(1.0).to_numpy(dtype=float),
        cost_factor=areas["cost_factor"].fillna(1.0).to_numpy(dtype=float),
        population=areas["population"].to_numpy(dtype=float),
        income=areas["income"].to_numpy(dtype=float),
        discount=_discount(place),
        must_meet=by_name(tables["needs"], names.need, "must_meet", 0.0),
    )


def fill_defaults(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the registry's default in every blank cell that has one."""
    if table.empty:
        return table
    defaults = {column.name: column.default for column in TABLES[name].columns if column.default is not None}
    filled = {}
    for column, default in defaults.items():
        given = table[column]
        if isinstance(default, str):
            if (blank := given == "").any():
                filled[column] = given.mask(blank, default)
        elif given.hasnans:
            filled[column] = given.fillna(default)
    return table.assign(**filled) if filled else table


def _names(tables: dict[str, pd.DataFrame], years: tuple[str, ...]) -> PlaceNames:
    kinds = {REVENUE, CAPITAL, *tables["funding"]["kind"], *tables["costs"]["kind"]}
    tags = [tag.strip() for cell in tables["services"]["tags"] for tag in str(cell).split(";")]
    cohorts = Names.sorted("cohort", tables["demand"]["cohort"]).labels
    undivided = ("",) if (tables["demand"]["cohort"] == "").any() or not cohorts else ()
    return PlaceNames(
        agency=Names.sorted("agency", tables["agencies"]["agency"]),
        stream=Names.sorted("stream", tables["funding"]["stream"]),
        kind=Names.sorted("kind", kinds),
        service=Names.sorted("service", tables["services"]["service"]),
        outcome=Names.sorted("outcome", tables["outcomes"]["outcome"]),
        need=Names.sorted("need", tables["demand"]["need"]),
        area=Names.sorted("area", tables["areas"]["area"] if len(tables["areas"]) else [ONLY_AREA]),
        cohort=Names("cohort", (*cohorts, *undivided)),
        year=Names("year", years),
        resource=Names.sorted("resource", tables["resources"]["resource"]),
        ring_fence=Names.sorted("ring_fence", tables["ring_fences"]["ring_fence"]),
        tag=Names.sorted("tag", [*tags, *tables["funding"]["theme"]]),
        group=Names.sorted("group", tables["groups"]["group"]),
        site=Names.sorted("site", tables["sites"]["site"]),
    )


def _outcome_agency(tables: dict[str, pd.DataFrame], names: PlaceNames) -> IntArray:
    agency = np.zeros(len(names.outcome), dtype=np.int64)
    agency[names.outcome.codes(tables["outcomes"]["outcome"])] = names.agency.codes(tables["outcomes"]["agency"])
    return agency


def own_weights(table: pd.DataFrame, names: PlaceNames, weight: FloatArray, agency_of: IntArray) -> FloatArray:
    """Take the own weight where one is stated, else the weight of what the agency answers for, else nothing."""
    own = np.where(np.arange(len(names.agency))[:, None] == agency_of[None, :], weight[None, :], 0.0)
    if table.empty:
        return own
    agency, outcome = names.agency.codes(table["agency"]), names.outcome.codes(table["outcome"])
    own[agency, outcome] = table["weight"]
    return own


def by_name(table: pd.DataFrame, names: Names, column: str, absent: float) -> FloatArray:
    """Return a column of figures by the position of the name that each row is about."""
    return by_code(names.codes(table[names.dimension]), table[column].to_numpy(dtype=float), len(names), absent)


def by_code(codes: IntArray, figures: FloatArray, count: int, absent: float) -> FloatArray:
    """Return (count,) figures by their codes; ``absent`` where there is none or it is NaN."""
    values = np.full(count, absent)
    values[codes] = np.where(np.isnan(figures), absent, figures)
    return values


def _discount(place: Place) -> FloatArray:
    """Return (T,) what a year counts for against the first."""
    return np.asarray((1.0 + place.settings.discount_rate) ** -np.arange(len(place.years), dtype=float))
