"""What reports show of a plan: one table for each question, with the names that people use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from commission_opt.analysis.ladder import Comparison
from commission_opt.place.arrays import PlaceArrays
from commission_opt.place.opening import fixed_cost_today
from commission_opt.place.people import people_names
from commission_opt.plan.plan import Plan

GRADES = ("green", "amber", "red", "assumed", "not graded")
"""Grades of evidence, strongest first."""


def rows_of(table: pd.DataFrame) -> Iterable[Any]:
    """Return the rows of a table with a column's value at its name."""
    return table.itertuples(index=False)


def today_spend(arrays: PlaceArrays) -> pd.Series:
    """Return what today's volume of every service costs over all years, its fixed cost too, in money, by service."""
    factor = arrays.cost_factor[arrays.cells.area[arrays.deliveries.cell]]
    cost = arrays.services.cost.sum(axis=1)[arrays.deliveries.service]
    spend = fixed_cost_today(arrays).sum(axis=1)
    np.add.at(spend, arrays.deliveries.service, arrays.baseline.sum(axis=1) * factor * cost)
    return pd.Series(spend, index=arrays.names.service.labels, name="today_money")


def services_view(plan: Plan, before: Plan | None = None) -> pd.DataFrame:
    """Return every service with its spend and volume before and in the plan, largest change of spend first.

    Columns: service, name, agency, unit, before_money, spend_money, change_money, before_units, volume_units. Before is
    today, unless another plan is given.
    """
    place, arrays = plan.place, plan.formulation.arrays
    after = plan.allocation.groupby("service")[["spend_money", "volume_units", "baseline_units"]].sum()
    table = place.tables["services"].set_index("service")[["name", "agency", "unit"]].sort_index()
    table["name"] = pd.Series(people_names(place, "services"))
    table["agency"] = table["agency"].map(people_names(place, "agencies"))
    if before is None:
        table["before_money"], table["before_units"] = today_spend(arrays), after["baseline_units"]
    else:
        was = before.allocation.groupby("service")[["spend_money", "volume_units"]].sum()
        table["before_money"], table["before_units"] = was["spend_money"], was["volume_units"]
    table["spend_money"], table["volume_units"] = after["spend_money"], after["volume_units"]
    figures = ["before_money", "before_units", "spend_money", "volume_units"]
    table[figures] = table[figures].fillna(0.0)
    table["change_money"] = table["spend_money"] - table["before_money"]
    table = table[(table["before_units"] > 0) | (table["volume_units"] > 0)]
    order = table["change_money"].abs().sort_values(ascending=False, kind="stable").index
    columns = ["name", "agency", "unit", "before_money", "spend_money", "change_money", "before_units", "volume_units"]
    return table.loc[order, columns].reset_index(names="service")


def outcomes_view(plan: Plan, before: Plan | None = None) -> pd.DataFrame:
    """Return every outcome over all areas and years, largest value first.

    Columns: outcome, name, agency, unit, amount_units, value, and before_units and before_value where another plan is
    given.
    """
    place = plan.place
    sums = plan.outcomes.groupby("outcome")[["amount_units", "value"]].sum()
    table = place.tables["outcomes"].set_index("outcome")[["agency", "unit"]].join(sums)
    table.insert(0, "name", pd.Series(people_names(place, "outcomes")))
    table["agency"] = table["agency"].map(people_names(place, "agencies"))
    if before is not None:
        was = before.outcomes.groupby("outcome")[["amount_units", "value"]].sum()
        table["before_units"], table["before_value"] = was["amount_units"], was["value"]
    order = table["value"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(names="outcome")


def areas_view(plan: Plan, before: Plan | None = None) -> pd.DataFrame:
    """Return the value of outcomes by area, largest change first; largest value where no other plan is given.

    Columns: area, name, population, value, and before_value where another plan is given.
    """
    place = plan.place
    table = plan.outcomes.groupby("area")[["value"]].sum()
    names = people_names(place, "areas")
    table.insert(0, "name", [names.get(area, area) for area in table.index])
    table.insert(1, "population", place.tables["areas"].set_index("area")["population"].reindex(table.index))
    size = table["value"]
    if before is not None:
        table["before_value"] = before.outcomes.groupby("area")["value"].sum().reindex(table.index).fillna(0.0)
        size = table["value"] - table["before_value"]
    return table.loc[size.abs().sort_values(ascending=False, kind="stable").index].reset_index(names="area")


def agencies_view(plan: Plan, before: Plan | None = None) -> pd.DataFrame:
    """Return the ledger by agency with names for people, and the change of outcomes where another plan is given.

    Columns: agency, name, put_in_money, led_spend_money, savings_money, net_money, own_outcomes_value, and
    own_outcomes_change.
    """
    table = plan.agencies.copy()
    table.insert(1, "name", table["agency"].map(people_names(plan.place, "agencies")))
    if before is not None:
        was = before.agencies.set_index("agency")["own_outcomes_value"]
        table["own_outcomes_change"] = table["own_outcomes_value"] - was.reindex(table["agency"]).to_numpy()
    return table


def unspent_view(plan: Plan) -> pd.DataFrame:
    """Return money left unspent by stream and reason, largest first.

    Columns: stream, agency, kind, reason, years (how many), amount_money.
    """
    rows = plan.funding[plan.funding["use"] == "unspent"]
    keys = ["stream", "agency", "kind", "reason"]
    table = rows.groupby(keys, as_index=False).agg(years=("year", "nunique"), amount_money=("amount_money", "sum"))
    table["agency"] = table["agency"].map(people_names(plan.place, "agencies"))
    return table.sort_values("amount_money", ascending=False, kind="stable", ignore_index=True)


def evidence_view(plan: Plan) -> pd.DataFrame:
    """Return how much spend rests on evidence of which grade: grade, services, spend_money, share.

    A service counts where its main effect does: the one with the largest value to a unit of the service.
    """
    tables = plan.place.tables
    effects = tables["effects"][["service", "outcome", "effect", "grade"]]
    weight = tables["outcomes"].set_index("outcome")["weight"]
    size = (effects["effect"] * weight.reindex(effects["outcome"]).to_numpy()).abs()
    main = effects.assign(size=size).sort_values("size", ascending=False, kind="stable").drop_duplicates("service")
    grade = main.set_index("service")["grade"].replace("", "not graded")
    services = plan.allocation.groupby("service", as_index=False)["spend_money"].sum()
    services = services[services["spend_money"] > 0]
    grades = services.assign(grade=grade.reindex(services["service"]).fillna("not graded").to_numpy()).groupby("grade")
    table = pd.DataFrame({"services": grades.size(), "spend_money": grades["spend_money"].sum()})
    table = table.reindex([grade for grade in GRADES if grade in table.index]).reset_index(names="grade")
    return table.assign(share=table["spend_money"] / max(float(table["spend_money"].sum()), 1e-300))


def dearest_rules(plan: Plan) -> pd.DataFrame:
    """Return the binding rules that are worth most, with how many more are worth exactly as much.

    The columns of the plan's prices, and ``alike``. Of a rule that binds in several years the dearest is kept, of rules
    of one kind and price (streams of one pot, say) the largest.
    """
    prices = plan.leading_prices
    subject = prices["label"].str.replace(r",[^,\]]*\]$", "", regex=True)
    dearest = prices[~subject.duplicated()]
    family = dearest["label"].str.partition("[")[0]
    price = dearest["price"].map(lambda figure: f"{figure:.9g}")
    groups = dearest.groupby([family, price], sort=False)["label"]
    alike = groups.transform("size") - 1
    return dearest.assign(alike=alike)[groups.cumcount() == 0]


def ladder_view(comparison: Comparison) -> pd.DataFrame:
    """Return the ladder's table with short titles (name, from_name) and the step as a share of the value before."""
    table = comparison.table
    short = {model.name: short_title(model.title) for model in comparison.models}
    value = table.set_index("model")["value"]
    before = value.reindex(table["step_from"]).to_numpy(dtype=float)
    share = table["step"].to_numpy(dtype=float) / np.where(before != 0, np.abs(before), np.nan)
    return table.assign(
        name=table["model"].map(short), from_name=table["step_from"].map(short).fillna(""), step_share=share
    )


def short_title(title: str) -> str:
    """Return a model's title up to its colon."""
    return title.partition(":")[0].strip()
