"""Shared property by position: sites, the rooms that services need, and which sites an area can reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from commission_opt.place.names import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from commission_opt.place.arrays import PlaceNames


@dataclass(frozen=True, eq=False)
class Assets:
    """Sites (B), in the order of their names, and what services (S) and areas (N) need of them.

    ``agency`` codes of the owners; ``floor_area`` square metres; ``running_cost`` money a year while open; ``receipt``
    capital money when sold, ``receipt_lag`` years after closing; ``closure_cost`` revenue money, once; ``closable``,
    ``shareable`` (B,) bool. ``room`` (S,) square metres for a unit a year, 0 for services that need none; ``suits``
    (S, B) bool, which sites suit a service; ``reaches`` (N, B) bool, which sites an area can reach.
    """

    agency: IntArray
    floor_area: FloatArray
    running_cost: FloatArray
    receipt: FloatArray
    receipt_lag: IntArray
    closure_cost: FloatArray
    closable: BoolArray
    shareable: BoolArray
    room: FloatArray
    suits: BoolArray
    reaches: BoolArray


def compile_assets(tables: dict[str, pd.DataFrame], names: PlaceNames) -> Assets:
    """Turn sites, accommodation, placements and reach, defaults filled in, into positions."""
    sites = tables["sites"].set_index("site").reindex(names.site.labels)
    accommodation, placements, reach = tables["accommodation"], tables["placements"], tables["reach"]
    room = np.zeros(len(names.service))
    room[names.service.codes(accommodation["service"])] = accommodation["floor_area"]
    suits = np.ones((len(names.service), len(names.site)), dtype=bool)
    placed = names.service.codes(placements["service"])
    suits[placed] = False
    suits[placed, names.site.codes(placements["site"])] = True
    reaches = np.zeros((len(names.area), len(names.site)), dtype=bool)
    reaches[names.area.codes(reach["area"]), names.site.codes(reach["site"])] = True
    return Assets(
        agency=names.agency.codes(sites["agency"]),
        floor_area=sites["floor_area"].to_numpy(dtype=float),
        running_cost=sites["running_cost"].to_numpy(dtype=float),
        receipt=sites["receipt"].to_numpy(dtype=float),
        receipt_lag=sites["receipt_lag"].to_numpy(dtype=float).astype(np.int64),
        closure_cost=sites["closure_cost"].to_numpy(dtype=float),
        closable=sites["closable"].to_numpy(dtype=float) > 0,
        shareable=sites["shareable"].to_numpy(dtype=float) > 0,
        room=room,
        suits=suits,
        reaches=reaches,
    )
