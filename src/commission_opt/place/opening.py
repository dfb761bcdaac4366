"""Which services are open today, and what being open costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from commission_opt.place.names import FloatArray

if TYPE_CHECKING:
    from commission_opt.place.arrays import PlaceArrays


def volume_today(arrays: PlaceArrays) -> FloatArray:
    """Return (S, T) units of every service in the baseline, in all areas and for all cohorts."""
    today = np.zeros((len(arrays.names.service), len(arrays.names.year)))
    np.add.at(today, arrays.deliveries.service, arrays.baseline)
    return today


def fixed_cost_today(arrays: PlaceArrays) -> FloatArray:
    """Return (S, T) revenue money that today's services cost for being open at all."""
    return np.where(volume_today(arrays) > 0, arrays.services.fixed_cost[:, None], 0.0)
