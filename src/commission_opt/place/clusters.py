"""What clusters value, by area and outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from commission_opt.place.names import FloatArray, Names

if TYPE_CHECKING:
    from commission_opt.place.arrays import PlaceNames


def compile_local_weights(tables: dict[str, pd.DataFrame], names: PlaceNames, weight: FloatArray) -> FloatArray:
    """Return (N, O) what an outcome unit is worth to the cluster of each area: the place's weight if it states none."""
    local = np.repeat(weight[None, :], len(names.area), axis=0)
    stated = tables["local_weights"]
    if stated.empty:
        return local
    cluster = tables["areas"].set_index("area")["cluster"].reindex(names.area.labels)
    clusters = Names.sorted("cluster", stated["cluster"])
    mine = np.full((len(clusters), len(names.outcome)), np.nan)
    mine[clusters.codes(stated["cluster"]), names.outcome.codes(stated["outcome"])] = stated["weight"]
    for area, label in enumerate(cluster):
        if label in clusters.labels:
            own = mine[clusters.code(str(label))]
            local[area] = np.where(np.isnan(own), weight, own)
    return local
