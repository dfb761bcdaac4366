"""Blocks in which services' capacity opens and closes, by position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from commission_opt.place.names import FloatArray, IntArray

if TYPE_CHECKING:
    from commission_opt.place.arrays import PlaceNames


@dataclass(frozen=True, eq=False)
class Capacity:
    """Services (B,) that are delivered in blocks.

    ``service`` codes; ``size`` units a year that a block delivers; ``cost`` money a year of holding one, part of what
    its units cost; ``notice`` years for which a block that has closed is still paid for; ``closure_cost`` money for
    closing one, once.
    """

    service: IntArray
    size: FloatArray
    cost: FloatArray
    notice: IntArray
    closure_cost: FloatArray


def compile_capacity(table: pd.DataFrame, names: PlaceNames) -> Capacity:
    """Turn the capacity table, defaults filled in, into positions, in the order of services."""
    ordered = table.sort_values("service")
    return Capacity(
        service=names.service.codes(ordered["service"]),
        size=ordered["block_size"].to_numpy(dtype=float),
        cost=ordered["block_cost"].to_numpy(dtype=float),
        notice=ordered["notice"].to_numpy(dtype=float).astype(np.int64),
        closure_cost=ordered["closure_cost"].to_numpy(dtype=float),
    )
