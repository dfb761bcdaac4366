"""The tiny place with an estate of sites, and models that decide on it."""

from __future__ import annotations

import pandas as pd

from commission_opt.place import Place
from tests.tiny import Cell, Solved, model, rows, tiny

RULES = model(assets={})
SHARED = model(assets={"shared": True})
ALONE = model(assets={"shared": True}, silos={}, pooling={"powers": "lead"})

ROOMS = rows("service floor_area", ("visits", 1), ("clinic", 1))
"""A unit of visits or clinic takes a square metre; ward is delivered where people are."""

ONE_AREA = rows("area population", ("all", 1000))


def sites(*cells: tuple[Cell, ...]) -> pd.DataFrame:
    """Return a table of sites."""
    return rows("site agency floor_area running_cost receipt receipt_lag closure_cost closable shareable", *cells)


def estate(**changes: object) -> Place:
    """Return the tiny place with two sites for each agency, all of them shareable.

    Visits fit into the council's hall alone (100 square metres for 50), clinic into the NHS's centre (120 for 100).
    """
    table = sites(
        ("hall", "council", 100, 100, 0, 1, 0, "yes", "yes"),
        ("annex", "council", 40, 50, 0, 1, 0, "yes", "yes"),
        ("centre", "nhs", 120, 400, 0, 1, 0, "yes", "yes"),
        ("lodge", "nhs", 60, 200, 0, 1, 0, "yes", "yes"),
    )
    return tiny(**({"sites": table, "accommodation": ROOMS} | changes))


def open_sites(plan: Solved, year: str = "2026") -> set[str]:
    """Return the names of the sites that are open in a year."""
    return {
        site
        for site in plan.formulation.arrays.names.site.labels
        if plan.total("site open", site=site, year=year) > 0.5
    }
