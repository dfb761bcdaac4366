"""Checks of sites: rooms that there are, today's services that fit into them, and services in sites of others."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from commission_opt.errors import Problem
from commission_opt.place.check_baseline import TOLERANCE, in_year
from commission_opt.place.place import PlaceSettings
from commission_opt.place.sheets import Sheet, positions, quoted

Sheets = Mapping[str, Sheet]


def rooms_without_sites(sheets: Sheets) -> list[Problem]:
    """Complain of services that need rooms in a place that has no sites."""
    if "sites" in sheets:
        return []
    accommodation = sheets["accommodation"]
    message = f"{len(accommodation.frame)} services need rooms, but the place has no sites; expected a table sites"
    return [Problem(accommodation.where, message, "Add the table sites, or delete this one.", column="service")]


def check_sites(sheets: Sheets, settings: PlaceSettings) -> list[Problem]:
    """Return warnings of sites that do not hold today's services, and of services that suit sites of others alone.

    Parameters
    ----------
    sheets : mapping of str to Sheet
        Tables without problems.
    settings : PlaceSettings
        Years of the place.

    Returns
    -------
    list of Problem
        What does not fit with the first year in which it shows.
    """
    if "sites" not in sheets or "accommodation" not in sheets:
        return []
    rooms = _rooms(sheets)
    crowded: dict[str, Problem] = {}
    for year in settings.years if "baseline" in sheets else ():
        crowded = _crowded(sheets, rooms, year) | crowded
    return [*_sites_of_others(sheets), *crowded.values()]


def _rooms(sheets: Sheets) -> pd.DataFrame:
    """Return every service that needs room with every site of its own agency that suits it, blank for none."""
    services = sheets["services"].frame[["service", "agency"]]
    needed = sheets["accommodation"].frame[["service", "floor_area"]].rename(columns={"floor_area": "room"})
    pairs = needed.merge(services, on="service")
    own = sheets["sites"].frame[["site", "agency", "floor_area"]]
    if "placements" in sheets:
        placements = sheets["placements"].frame[["service", "site"]]
        stated = pairs["service"].isin(placements["service"])
        chosen = pairs[stated].merge(placements, on="service").merge(own, on=["site", "agency"])
        lacking = pairs[stated & ~pairs["service"].isin(chosen["service"])]
        return pd.concat([pairs[~stated].merge(own, on="agency", how="left"), chosen, lacking], ignore_index=True)
    return pairs.merge(own, on="agency", how="left")


def _crowded(sheets: Sheets, rooms: pd.DataFrame, year: str) -> dict[str, Problem]:
    """Return warnings of services, and of agencies none of whose services has one, without room for today."""
    today = in_year(sheets["baseline"].frame, ["service", "area", "cohort"], year)
    volume = today.groupby("service")["volume"].sum()
    services = rooms.groupby("service").agg(
        agency=("agency", "first"), room=("room", "first"), has=("floor_area", "sum")
    )
    services["needs"] = services["room"] * volume.reindex(services.index).fillna(0.0)
    tight = services[services["needs"] > services["has"] * (1.0 + TOLERANCE)]
    odd = {
        f"service {name}": _problem(sheets, f"{quoted(name)} needs", (row.needs, row.has), year)
        for name, row in tight.iterrows()
    }
    sites = rooms.dropna(subset=["site"]).drop_duplicates(["agency", "site"]).groupby("agency")["floor_area"].sum()
    needs = services.groupby("agency")["needs"].sum()
    both = pd.DataFrame({"needs": needs, "has": sites.reindex(needs.index).fillna(0.0)})
    full = both[(both["needs"] > both["has"] * (1.0 + TOLERANCE)) & ~both.index.isin(tight["agency"])]
    return odd | {
        f"agency {name}": _problem(sheets, f"the services that {quoted(name)} leads need", (row.needs, row.has), year)
        for name, row in full.iterrows()
    }


def _problem(sheets: Sheets, who: str, areas: tuple[float, float], year: str) -> Problem:
    needs, has = areas
    return Problem(
        sheets["baseline"].where,
        f"{who} {needs:.6g} square metres for the volumes of {year}, above the {has:.6g} of sites of their agency "
        "that suit them",
        "Check floor areas and volumes; where models do not share sites, today's services do not all fit.",
        column="volume",
    )


def _sites_of_others(sheets: Sheets) -> list[Problem]:
    """Warn of placements in sites of an agency that does not lead the service."""
    if "placements" not in sheets:
        return []
    placements = sheets["placements"]
    rows = placements.frame[["service", "site"]].merge(
        sheets["services"].frame[["service", "agency"]], on="service", how="left"
    )
    rows = rows.merge(
        sheets["sites"].frame[["site", "agency", "shareable"]], on="site", how="left", suffixes=("", "_of")
    )
    return [
        placements.problem(
            at,
            "site",
            f"{quoted(rows['site'].iloc[at])} belongs to {quoted(rows['agency_of'].iloc[at])}, but "
            f"{quoted(rows['agency'].iloc[at])} leads {quoted(rows['service'].iloc[at])}",
            "The service can be there only in models that share sites."
            if rows["shareable"].iloc[at] > 0
            else "The site is not shareable, so the service can never be there: set shareable, or delete the row.",
        )
        for at in positions(rows["agency"] != rows["agency_of"])
    ]
