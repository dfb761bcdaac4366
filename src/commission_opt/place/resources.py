"""Resources as arrays: what there is of staff, buildings and equipment, and what services take of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from commission_opt.place.expand import by_year
from commission_opt.place.names import BoolArray, FloatArray, IntArray, in_order

if TYPE_CHECKING:
    from commission_opt.place.arrays import PlaceNames


UNIT = "resource units"
"""What a resource is counted in where the place does not say."""


@dataclass(frozen=True, eq=False)
class Resources:
    """Resources (R) by year (T), what services take of them, and what stands in for what.

    ``usage`` is (S, R) units per unit; ``stand_in`` rows are (resource, other) codes with ``productivity``;
    ``unit`` (R) is what each is counted in.
    """

    agency: IntArray
    shareable: BoolArray
    available: FloatArray
    expansion_cost: FloatArray
    expansion_limit: FloatArray
    usage: FloatArray
    stand_in: IntArray
    productivity: FloatArray
    unit: tuple[str, ...]


def compile_resources(tables: dict[str, pd.DataFrame], names: PlaceNames) -> Resources:
    """Turn resources, their use and what stands in for what into arrays."""
    table, usage = tables["resources"], tables["usage"]
    arcs = in_order(tables["substitution"], ["resource", "other"])
    resource, year = names.resource.codes(table["resource"]), names.year.codes(table["year"])
    shape = (len(names.resource), len(names.year))
    agency = np.zeros(len(names.resource), dtype=np.int64)
    agency[resource] = names.agency.codes(table["agency"])
    shareable = np.zeros(len(names.resource), dtype=bool)
    shareable[resource] = table["shareable"].to_numpy(dtype=float) > 0
    per_unit = np.zeros((len(names.service), len(names.resource)))
    per_unit[names.service.codes(usage["service"]), names.resource.codes(usage["resource"])] = usage["per_unit"]
    pairs = np.stack([names.resource.codes(arcs["resource"]), names.resource.codes(arcs["other"])], axis=1)
    unit = dict(zip(table["resource"], table["unit"], strict=True))
    return Resources(
        agency=agency,
        shareable=shareable,
        available=by_year(shape, resource, year, table["available"].to_numpy(dtype=float)),
        expansion_cost=by_year(shape, resource, year, table["expansion_cost"].to_numpy(dtype=float)),
        expansion_limit=by_year(shape, resource, year, table["expansion_limit"].to_numpy(dtype=float)),
        usage=per_unit,
        stand_in=pairs,
        productivity=arcs["productivity"].to_numpy(dtype=float),
        unit=tuple(unit[label] or UNIT for label in names.resource.labels),
    )
