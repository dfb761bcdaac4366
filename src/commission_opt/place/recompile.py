"""A compiled place after a change of figures: only what rests on them is worked out anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pandas as pd

from commission_opt.place.arrays import PlaceArrays, by_code, compile_place, fill_defaults, own_weights
from commission_opt.place.clusters import compile_local_weights
from commission_opt.place.expand import compile_effects
from commission_opt.place.money import compile_services, stream_amounts
from commission_opt.place.place import Place
from commission_opt.place.tables import TABLES

MOVED = ("place", "streams", "weight", "own_weight", "local_weight")
"""Fields of :class:`PlaceArrays` that rest on budgets and outcome weights."""

Tables = dict[str, pd.DataFrame]
Parts = dict[str, Any]
"""Fields of :class:`PlaceArrays`, worked out anew."""


def recompile_place(arrays: PlaceArrays, place: Place) -> PlaceArrays:
    """Return a place compiled, given another that was compiled and may differ from it in a few figures.

    Parameters
    ----------
    arrays : PlaceArrays
        Of a place before a change.
    place : Place
        The place after it; tables that did not change are the very same objects.

    Returns
    -------
    PlaceArrays
        The same as :func:`compile_place` gives, sooner where one column changed that little rests on.
    """
    changed = _changed_columns(arrays.place, place)
    if changed is None or any(column not in RESTS_ON for column in changed):
        return compile_place(place)
    for column in changed:
        arrays = replace(arrays, **RESTS_ON[column](arrays, place))
    return replace(arrays, place=place)


def moves_only(old: PlaceArrays, new: PlaceArrays) -> bool:
    """Whether a place differs in budgets and outcome weights alone from the one that it was compiled from."""
    return all(getattr(old, field.name) is getattr(new, field.name) for field in fields(old) if field.name not in MOVED)


def _changed_columns(old: Place, new: Place) -> list[tuple[str, str]] | None:
    """Return (table, column) of what differs; None where rows or settings do."""
    if any(getattr(old.settings, field.name) != getattr(new.settings, field.name) for field in fields(old.settings)):
        return None
    changed = new.other_figures(old)
    if changed is not None:
        return changed
    changed = []
    for name in TABLES:
        was, now = old.tables[name], new.tables[name]
        if was is now:
            continue
        if len(was) != len(now):
            return None
        changed += [(name, column) for column in TABLES[name].names if not was[column].equals(now[column])]
    return changed


def _streams(arrays: PlaceArrays, place: Place) -> Parts:
    stream, year = (place.words("funding", column) for column in ("stream", "year"))
    amount = stream_amounts((stream, year), place.column("funding", "amount"), arrays.names)
    return {"streams": replace(arrays.streams, amount=amount)}


def _services(arrays: PlaceArrays, place: Place) -> Parts:
    return {"services": compile_services(_filled(place, "services", "costs", "groups"), arrays.names)}


def _effects(arrays: PlaceArrays, place: Place) -> Parts:
    return {"effects": compile_effects(_filled(place, "effects")["effects"], arrays.names)}


def _weights(arrays: PlaceArrays, place: Place) -> Parts:
    # The columns read here have no default; clusters, which have one, matter only where they state weights.
    tables = dict(place.tables) if place.tables["local_weights"].empty else _filled(place, "local_weights", "areas")
    outcome = arrays.names.outcome.codes(place.words("outcomes", "outcome"))
    weight = by_code(outcome, place.column("outcomes", "weight"), len(arrays.weight), 0.0)
    return {
        "weight": weight,
        "own_weight": own_weights(place.tables["own_weights"], arrays.names, weight, arrays.outcome_agency),
        "local_weight": compile_local_weights(tables, arrays.names, weight),
    }


def _filled(place: Place, *names: str) -> Tables:
    return {name: fill_defaults(name, place.tables[name]) for name in names}


RESTS_ON: dict[tuple[str, str], Callable[[PlaceArrays, Place], Parts]] = {
    ("funding", "amount"): _streams,
    ("outcomes", "weight"): _weights,
    ("services", "unit_cost"): _services,
    ("effects", "effect"): _effects,
}
"""The columns that are changed most, with what rests on them; every other change compiles the whole place."""
