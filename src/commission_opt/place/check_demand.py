"""Checks of demand: what may be divided by area and cohort, and what sharing over areas needs."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from commission_opt.errors import Problem
from commission_opt.place.sheets import Sheet, positions, quoted


def mixed_cohorts(sheets: Mapping[str, Sheet]) -> list[Problem]:
    """Complain of needs with rows for single cohorts and rows for none."""
    demand = sheets["demand"]
    blank = demand.frame["cohort"] == ""
    if blank.all() or not blank.any():
        return []
    problems = []
    for need in _in_both(demand.frame, blank, ["need"])["need"]:
        of_need = demand.frame["need"] == need
        without, named = positions(of_need & blank)[0], positions(of_need & ~blank)[0]
        message = (
            f"the need {quoted(need)} has a blank cohort here and cohort "
            f"{quoted(demand.frame['cohort'].iloc[named])} in row {demand.rows[named]}; expected one or the other"
        )
        remedy = "Name a cohort in every row of the need, or in none."
        problems.append(demand.problem(without, "cohort", message, remedy))
    return problems


def mixed_areas(sheets: Mapping[str, Sheet]) -> list[Problem]:
    """Complain of demand that is given by area and for all areas together in the same year."""
    demand = sheets["demand"]
    frame = demand.frame
    blank = frame["area"] == ""
    if blank.all() or not blank.any():
        return []
    both = _in_both(frame, blank, ["need", "cohort"])
    rows = frame.reset_index(names="at").merge(both, on=["need", "cohort"])
    problems = []
    for (need, _), group in rows.groupby(["need", "cohort"], sort=False):
        together, apart = group[group["area"] == ""], group[group["area"] != ""]
        clash = _same_year(together, apart)
        if clash is None:
            continue
        first, second = clash
        message = (
            f"the need {quoted(need)} has a blank area here and area {quoted(frame['area'].iloc[second])} in row "
            f"{demand.rows[second]} for the same year; expected one or the other"
        )
        problems.append(demand.problem(first, "area", message, "Name an area in every row of the year, or in none."))
    return problems


def _in_both(frame: pd.DataFrame, blank: pd.Series, keys: list[str]) -> pd.DataFrame:
    """Return the keys that have rows where a cell is blank and rows where it is not."""
    return frame.loc[blank, keys].drop_duplicates().merge(frame.loc[~blank, keys].drop_duplicates(), on=keys)


def _same_year(together: pd.DataFrame, apart: pd.DataFrame) -> tuple[int, int] | None:
    """Return two rows, one of each, that speak of the same year; a blank year is every year."""
    first_apart = apart.drop_duplicates("year").set_index("year")["at"]
    for year, at in zip(together["year"], together["at"], strict=True):
        if year == "":
            return int(at), int(first_apart.iloc[0])
        for same in (year, ""):
            if same in first_apart.index:
                return int(at), int(first_apart.loc[same])
    return None


def missing_populations(sheets: Mapping[str, Sheet]) -> list[Problem]:
    """Complain of areas without a population where demand is shared over areas by population."""
    demand, areas = sheets["demand"], sheets["areas"]
    shared = demand.frame["area"] == ""
    if not shared.any():
        return []
    row = demand.rows[positions(shared)[0]]
    reason = f"demand without an area ({demand.where}, row {row}) is shared out by it"
    population = areas.frame["population"]
    remedy = "Fill in the population of every area, or give demand by area."
    if (population.fillna(0.0) == 0.0).all():
        message = f"the population of every area is blank or 0; expected figures, because {reason}"
        return [areas.problem(0, "population", message, remedy)]
    return [
        areas.problem(at, "population", f"the cell is blank; expected a figure, because {reason}", remedy)
        for at in positions(population.isna())
    ]
