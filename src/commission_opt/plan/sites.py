"""What a plan makes of its sites: which are open, and what is in them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from commission_opt.model.formulate import Formulation
from commission_opt.place.names import FloatArray
from commission_opt.plan.words import list_text

HALF = 0.5
"""A yes-or-no decision above it is a yes, whatever the solver's rounding."""

PLACED = 1e-9
"""Share of a site's floor area below which a service counts as not in it."""


def sites_table(formulation: Formulation, x: FloatArray) -> pd.DataFrame:
    """Return every site in every year, in square metres; nothing where the model does not decide on sites.

    Columns: site, agency, year, open (yes or no), floor_area, used, left, services (what is in it, by name).
    """
    arrays, names = formulation.arrays, formulation.arrays.names
    opened, placed = (formulation.program.column_block(family) for family in ("site open", "placed"))
    columns = ["site", "agency", "year", "open", "floor_area", "used", "left", "services"]
    if opened is None or placed is None:
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(("floor_area", "used", "left"), float))
    site, year = opened.keys.codes
    is_open = x[opened.start : opened.stop] > HALF
    area = np.zeros((len(names.service), len(names.site), len(names.year)))
    service, where, when = placed.keys.codes
    area[service, where, when] = arrays.assets.room[service] * x[placed.start : placed.stop]
    area[area < PLACED * arrays.assets.floor_area[None, :, None]] = 0.0
    used = area.sum(axis=0)[site, year]
    inside = [np.flatnonzero(area[:, b, t]) for b, t in zip(site, year, strict=True)]
    return pd.DataFrame(
        {
            "site": names.site.text(site),
            "agency": names.agency.text(arrays.assets.agency[site]),
            "year": names.year.text(year),
            "open": np.where(is_open, "yes", "no"),
            "floor_area": arrays.assets.floor_area[site],
            "used": used,
            "left": np.where(is_open, arrays.assets.floor_area[site], 0.0) - used,
            "services": ["; ".join(names.service.text(codes)) for codes in inside],
        },
        columns=columns,
    )


def closures(formulation: Formulation, x: FloatArray) -> list[str]:
    """Return in words which sites close, and when."""
    block = formulation.program.column_block("site closed")
    if block is None:
        return []
    closed = block.keys.take(np.flatnonzero(x[block.start : block.stop] > HALF)).frame()
    return [
        f"{list_text(list(group))} {'closes' if len(group) == 1 else 'close'} in {year}."
        for year, group in closed.groupby("year")["site"]
    ]
