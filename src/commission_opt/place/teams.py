"""Hubs and the teams that they could replace, by position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from commission_opt.place.names import FloatArray, IntArray, Names, in_order

if TYPE_CHECKING:
    from commission_opt.place.arrays import PlaceNames


@dataclass(frozen=True, eq=False)
class Teams:
    """Teams (M) of agencies: the hub that could replace each, what it costs a year, and what closing it costs once."""

    hub: IntArray
    agency: IntArray
    cost: FloatArray
    closure_cost: FloatArray


@dataclass(frozen=True, eq=False)
class Hubs:
    """Hubs (H): their names, who runs each, what it costs a year when open, what opening it costs once; the teams."""

    names: Names
    agency: IntArray
    cost: FloatArray
    set_up_cost: FloatArray
    teams: Teams


def compile_hubs(tables: dict[str, pd.DataFrame], names: PlaceNames) -> Hubs:
    """Turn the tables of hubs and teams, defaults filled in, into positions, in the order of names."""
    hubs = in_order(tables["hubs"], ["hub"])
    teams = in_order(tables["teams"], ["hub", "agency"])
    hub = Names("hub", tuple(str(name) for name in hubs["hub"]))
    return Hubs(
        names=hub,
        agency=names.agency.codes(hubs["agency"]),
        cost=hubs["cost"].to_numpy(dtype=float),
        set_up_cost=hubs["set_up_cost"].to_numpy(dtype=float),
        teams=Teams(
            hub=hub.codes(teams["hub"]),
            agency=names.agency.codes(teams["agency"]),
            cost=teams["cost"].to_numpy(dtype=float),
            closure_cost=teams["closure_cost"].to_numpy(dtype=float),
        ),
    )
