"""What can be moved on the page: budgets, weights, rules and partners, each with the key that changes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from commission_opt.analysis.ladder import LADDER
from commission_opt.explorer.switches import partners_of, switches_of
from commission_opt.model.model import Model
from commission_opt.place.arrays import PlaceArrays, compile_place
from commission_opt.place.people import people_names
from commission_opt.place.place import SYMBOLS, Place, PlaceSettings
from commission_opt.reports.figures import SCALES
from commission_opt.reports.palette import agency_styles
from commission_opt.reports.views import short_title

BUDGET_RANGE, WEIGHT_RANGE = (-30, 30), (-100, 200)
"""How far sliders go, in per cent of today's figure."""


def describe(place: Place, models: Mapping[str, Model]) -> dict[str, Any]:
    """Return everything that the page can move and choose, as plain values.

    Parameters
    ----------
    place : Place
        The place as it is.
    models : mapping of str to Model
        Forms of joint working on offer, by name.
    """
    settings = place.settings
    arrays = compile_place(place)
    return {
        "place": place.name,
        "title": settings.title or place.name,
        "years": list(place.years),
        "areas": _named(place, "areas"),
        "services": _named(place, "services"),
        "models": [
            {
                "name": name,
                "step": name in LADDER,
                "title": model.title,
                "short": short_title(model.title),
                "description": " ".join(model.description.split()),
                "switches": switches_of(place, model),
                "partners": partners_of(place, model),
            }
            for name, model in _in_order(models)
        ],
        "budgets": _budgets(place, arrays),
        "weights": _weights(place),
    }


def _in_order(models: Mapping[str, Model]) -> list[tuple[str, Model]]:
    """Return models with the steps of the ladder in its order, then the others."""
    places = {name: at for at, name in enumerate(LADDER)}
    return sorted(models.items(), key=lambda pair: (places.get(pair[0], len(LADDER)), pair[0]))


def _budgets(place: Place, arrays: PlaceArrays) -> list[dict[str, Any]]:
    """Return the pot, which moves all budgets by the same share, and then every agency's budget."""
    settings = place.settings
    amount = arrays.streams.amount.sum(axis=1)
    by_agency = np.bincount(arrays.streams.agency, amount, len(arrays.names.agency)) / len(place.years)
    names = people_names(place, "agencies")
    pot = _slider("budget", "All budgets, by the same share", float(by_agency.sum()), settings)
    styles = agency_styles(place)
    rows = [
        _slider(f"budget.{agency}", names[agency], float(by_agency[arrays.names.agency.code(agency)]), settings)
        | {"style": styles[agency]}
        for agency in _movable(place.tables["agencies"]["agency"])
        if by_agency[arrays.names.agency.code(agency)] > 0
    ]
    return [pot, *rows]


def _slider(key: str, label: str, base: float, settings: PlaceSettings) -> dict[str, Any]:
    """Return a budget's slider, its figure in the unit that suits its size."""
    symbol = SYMBOLS.get(settings.currency, f"{settings.currency} ")
    whole = base * settings.money_unit
    size, unit = next(((size, unit) for size, unit in SCALES if whole >= size), (1.0, ""))
    low, high = BUDGET_RANGE
    return {
        "key": key,
        "label": label,
        "low": low,
        "high": high,
        "base": whole / size,
        "before": symbol,
        "after": f"{unit} a year",
        "decimals": 1 if whole / size >= 10 else 2,
    }


def _weights(place: Place) -> list[dict[str, Any]]:
    table = place.tables["outcomes"].set_index("outcome")
    names = people_names(place, "outcomes")
    low, high = WEIGHT_RANGE
    styles = agency_styles(place)
    return [
        {
            "key": f"weight.{outcome}",
            "label": names[outcome],
            "low": low,
            "high": high,
            "base": float(table["weight"][outcome]),
            "before": "",
            "after": f" ({table['unit'][outcome]})" if table["unit"][outcome] else "",
            "decimals": 0 if abs(float(table["weight"][outcome])) >= 100 else 2,
            "style": styles.get(str(table["agency"][outcome]), ""),
        }
        for outcome in _movable(place.tables["outcomes"]["outcome"])
        if table["weight"][outcome]
    ]


def _movable(keys: Iterable[str]) -> list[str]:
    """Return the keys that a change can name: a full stop would divide them."""
    return [str(key) for key in keys if "." not in str(key)]


def _named(place: Place, table: str) -> list[dict[str, str]]:
    return [{"key": key, "name": name} for key, name in people_names(place, table).items()]
