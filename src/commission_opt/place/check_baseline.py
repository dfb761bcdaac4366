"""What is odd in today's plan: more than demand allows, dearer than agencies can pay, too small to be open."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from commission_opt.errors import Problem
from commission_opt.place.check_costs import unit_costs
from commission_opt.place.check_odd import shorten
from commission_opt.place.place import PlaceSettings
from commission_opt.place.sheets import Sheet, quoted

Sheets = Mapping[str, Sheet]
Figures = npt.NDArray[np.float64]

FIGURES = ["cases", "factored"]
"""Cases, and cases times the cost factor of their area."""

TOLERANCE = 1e-6
"""Relative excess that rounding may explain."""


def check_baseline(sheets: Sheets, settings: PlaceSettings) -> list[Problem]:
    """Return warnings of a baseline that the demand, the money or the scale of services does not allow.

    Parameters
    ----------
    sheets : mapping of str to Sheet
        Tables without problems.
    settings : PlaceSettings
        Years of the place.

    Returns
    -------
    list of Problem
        Each with the first year in which it shows.
    """
    if "baseline" not in sheets:
        return []
    uncovered: dict[int, Problem] = {}
    crowded: dict[str, Problem] = {}
    overspent: dict[tuple[str, str], Problem] = {}
    small: dict[str, Problem] = {}
    demand = _coded(sheets["demand"].frame[["need", "area", "cohort", "year", "cases"]], sheets)
    baseline = _coded(sheets["baseline"].frame, sheets).reset_index(names="at")
    for year in settings.years:
        volumes = _baseline_of(sheets, baseline, demand, year)
        uncovered = _above_coverable(sheets, volumes, year) | uncovered
        crowded = _above_demand(sheets, volumes, demand, year) | crowded
        overspent = _above_funding(sheets, volumes, year) | overspent
        small = _below_scale(sheets, volumes, year) | small
    below = shorten([small[service] for service in sorted(small)])
    return [*shorten([uncovered[at] for at in sorted(uncovered)]), *crowded.values(), *overspent.values(), *below]


def _coded(frame: pd.DataFrame, sheets: Sheets) -> pd.DataFrame:
    """Return a table with needs, areas and cohorts as codes, the same in all tables: joins then compare numbers."""
    tables = [sheets[name].frame for name in ("demand", "baseline", "services")]
    codes = {}
    for key in ("need", "area", "cohort"):
        names = [pd.unique(table[key]) for table in tables if key in table]
        codes[key] = pd.CategoricalDtype(sorted({str(name) for part in names for name in part}))
    return frame.astype({key: code for key, code in codes.items() if key in frame})


def in_year(frame: pd.DataFrame, keys: list[str], year: str) -> pd.DataFrame:
    """Return the rows that hold in a year: those that name it, and those for every year that none of them replaces."""
    general, own = frame[frame["year"] == ""], frame[frame["year"] == year]
    if general.empty or own.empty:
        return own if general.empty else general
    replaced = general[keys].merge(own[keys].drop_duplicates(), on=keys, how="left", indicator="found")
    return pd.concat([general[(replaced["found"] == "left_only").to_numpy()], own])


def _baseline_of(sheets: Sheets, baseline: pd.DataFrame, demand: pd.DataFrame, year: str) -> pd.DataFrame:
    """Return the baseline's rows of a year with the need, agency, coverable cases and cost factor of each."""
    services = _coded(sheets["services"].frame[["service", "need", "agency", "max_coverage"]], sheets)
    rows = in_year(baseline, ["service", "area", "cohort"], year).merge(services, on="service", how="left")
    factors, people = _areas(sheets)
    cases = in_year(demand, ["need", "area", "cohort"], year)
    known = cases["area"].map(factors).astype(np.float64).fillna(float((factors * people).sum()))
    rows[FIGURES] = _cases_of(rows, cases.assign(factored=cases["cases"] * known), people)
    mean = rows["factored"] / rows["cases"].where(rows["cases"] > 0.0)
    own = rows["area"].map(factors).astype(np.float64)
    return rows.assign(factor=own.fillna(mean).fillna(1.0), coverable=rows["cases"] * rows["max_coverage"].fillna(1.0))


def _areas(sheets: Sheets) -> tuple[pd.Series, pd.Series]:
    """Return the cost factor and the share of the population of every area; one area where there is no table."""
    if "areas" not in sheets:
        return pd.Series({"": 1.0}), pd.Series({"": 1.0})
    areas = sheets["areas"].frame.set_index("area")
    people = areas["population"].fillna(0.0)
    return areas["cost_factor"].fillna(1.0), people / max(1e-300, float(people.sum()))


def _cases_of(rows: pd.DataFrame, cases: pd.DataFrame, people: pd.Series) -> Figures:
    """Return FIGURES of each row's need in the area and cohort that the row names, or in all of them."""
    total = np.zeros((len(rows), len(FIGURES)))
    blank = cases["area"] == ""
    together, apart = cases[blank], cases[~blank]
    for by_area, by_cohort in product((False, True), repeat=2):
        pick = (((rows["area"] != "") == by_area) & ((rows["cohort"] != "") == by_cohort)).to_numpy()
        if not pick.any():
            continue
        chosen = rows.loc[pick, ["need", "area", "cohort"]]
        keys = ["need"] + ["cohort"] * by_cohort
        if not by_area:
            total[pick] = _sums(chosen, cases, keys)
            continue
        shares = chosen["area"].map(people).astype(np.float64).to_numpy()[:, None]
        total[pick] = _sums(chosen, apart, [*keys, "area"]) + shares * _sums(chosen, together, keys)
    return total


def _sums(rows: pd.DataFrame, cases: pd.DataFrame, keys: list[str]) -> Figures:
    sums = cases.groupby(keys, observed=True)[FIGURES].sum().reset_index()
    return rows.merge(sums, on=keys, how="left")[FIGURES].fillna(0.0).to_numpy(dtype=np.float64)


def _above_coverable(sheets: Sheets, volumes: pd.DataFrame, year: str) -> dict[int, Problem]:
    baseline = sheets["baseline"]
    above = volumes[volumes["volume"] > volumes["coverable"] * (1.0 + TOLERANCE)]
    remedy = "Check the volume, the cases of its need and max_coverage."
    return {
        at: baseline.problem(
            at, "volume", f"{volume:.6g} is above the coverable demand of {coverable:.6g} in {year}", remedy
        )
        for at, volume, coverable in zip(
            above["at"].tolist(), above["volume"].tolist(), above["coverable"].tolist(), strict=True
        )
    }


def _above_demand(sheets: Sheets, volumes: pd.DataFrame, demand: pd.DataFrame, year: str) -> dict[str, Problem]:
    cases = in_year(demand, ["need", "area", "cohort"], year).groupby("need", observed=True)["cases"].sum()
    return {
        str(need): Problem(
            sheets["baseline"].where,
            f"the services for {quoted(need)} deliver {volume:.6g} units together, above its "
            f"{float(cases.get(need, 0.0)):.6g} cases in {year}",
            "Check the volumes of its services, and its cases.",
            column="volume",
        )
        for need, volume in volumes.groupby("need", observed=True)["volume"].sum().items()
        if volume > float(cases.get(need, 0.0)) * (1.0 + TOLERANCE)
    }


def _above_funding(sheets: Sheets, volumes: pd.DataFrame, year: str) -> dict[tuple[str, str], Problem]:
    funding = in_year(sheets["funding"].frame, ["stream"], year)
    kinds = funding["kind"].replace("", "revenue")
    money = funding.groupby([funding["agency"], kinds])["amount"].sum()
    factored = volumes.assign(factored=volumes["volume"] * volumes["factor"])
    rows = factored.groupby(["service", "agency"], as_index=False)["factored"].sum()
    rows = rows.merge(unit_costs(sheets), on="service")
    rows["spend"] = rows["factored"] * rows["amount"]
    parts = [rows[["agency", "kind", "spend"]], _fixed_costs(sheets, volumes)]
    spend = pd.concat(parts).groupby(["agency", "kind"], as_index=False)["spend"].sum()
    remedy = "Check its volumes, unit and fixed costs and streams; other agencies may have paid."
    odd = {}
    for agency, kind, spent in zip(spend["agency"], spend["kind"], spend["spend"], strict=True):
        had = float(money.get((agency, kind), 0.0))
        if spent > had * (1.0 + TOLERANCE):
            message = (
                f"the services that {quoted(agency)} leads cost {spent:.6g} of {kind} money in {year}, above its "
                f"funding of {had:.6g}"
            )
            odd[agency, kind] = Problem(sheets["baseline"].where, message, remedy, column="volume")
    return odd


def _fixed_costs(sheets: Sheets, volumes: pd.DataFrame) -> pd.DataFrame:
    """Return what services that deliver anything cost for being open: agency, kind, spend."""
    services = sheets["services"].frame[["service", "fixed_cost"]]
    opened = volumes[volumes["volume"] > 0.0].drop_duplicates("service").merge(services, on="service")
    return opened.assign(kind="revenue", spend=opened["fixed_cost"].fillna(0.0))[["agency", "kind", "spend"]]


def _below_scale(sheets: Sheets, volumes: pd.DataFrame, year: str) -> dict[str, Problem]:
    services = sheets["services"].frame[["service", "minimum_scale"]]
    total = volumes.groupby("service", as_index=False)["volume"].sum().merge(services, on="service")
    small = total[(total["volume"] > 0.0) & (total["volume"] < total["minimum_scale"] * (1.0 - TOLERANCE))]
    return {
        str(service): Problem(
            sheets["baseline"].where,
            f"{quoted(str(service))} delivers {volume:.6g} units in {year}, below the minimum scale of {least:.6g} at "
            "which it can be open",
            "Check its volumes and its minimum_scale in services; a plan will close it or let it grow.",
            column="volume",
        )
        for service, volume, least in zip(small["service"], small["volume"], small["minimum_scale"], strict=True)
    }
