"""Changes asked for in a word: a setting of the model, or a number of the place."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields

import pandas as pd

from commission_opt.errors import PlaceError, Problem, nearest
from commission_opt.model.model import HEADINGS, Model
from commission_opt.place.place import Place, PlaceSettings
from commission_opt.place.tables import TABLES
from commission_opt.rules import FAMILIES

SHORT_NAMES = {
    "budget": ("funding", "amount"),
    "weight": ("outcomes", "weight"),
    "cost": ("services", "unit_cost"),
    "demand": ("demand", "cases"),
    "effect": ("effects", "effect"),
    "equity_weight": ("areas", "equity_weight"),
    "must_meet": ("needs", "must_meet"),
}
"""Short ways to name a figure: table and column."""

RELATIVE = re.compile(r"^(?P<sign>[+-])(?P<share>\d+(\.\d+)?)%$|^\*(?P<factor>\d+(\.\d+)?)$")


def change(place: Place, model: Model, changes: Mapping[str, str]) -> tuple[Place, Model]:
    """Return a place and a model with settings and figures changed.

    Parameters
    ----------
    place, model
        What to change; neither is changed itself.
    changes : mapping of str to str
        ``ring_fences.enabled`` or any ``section.setting`` of a model; ``budget.NAME`` (an agency or a stream),
        ``weight.OUTCOME``, ``cost.SERVICE``, ``demand.NEED``, ``effect.SERVICE``, ``equity_weight.AREA``,
        ``must_meet.NEED`` or ``table.column.NAME``; ``discount_rate`` or any setting of the place. A further name
        narrows it down: ``budget.council.2026/27``. A figure is new (``120``), relative (``+5%``, ``-10%``) or a factor
        (``*1.1``).

    Raises
    ------
    ModelError, PlaceError
        When there is no such setting or figure, or the value does not fit it.
    """
    for key, value in changes.items():
        head = key.split(".")[0]
        if head in FAMILIES or head in ("objective", *HEADINGS):
            model = model.set(key, _model_value(value))
        elif head in {field.name for field in fields(PlaceSettings)}:
            place = place.replace(**{head: _model_value(value)})
        else:
            place = _change_figure(place, key, value)
    return place, model


def _model_value(text: str) -> object:
    """Read a value as TOML would; what is no TOML is text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _change_figure(place: Place, key: str, value: str) -> Place:
    head, *names = key.split(".")
    if head in SHORT_NAMES:
        table, column = SHORT_NAMES[head]
    elif head in TABLES and names and names[0] in TABLES[head].names:
        table, column, names = head, names[0], names[1:]
    else:
        raise PlaceError([_unknown(key, head, names)])
    frame = place.tables[table]
    chosen = pd.Series(True, index=frame.index)
    for name in names:
        chosen &= _named(place, table, frame, name, key)
    if not chosen.any():
        message = "no row of the table has all these names."
        raise PlaceError([Problem(f"--set {key}", message, f"Look at the rows of {table}.", column=column)])
    figures = frame[column].where(~chosen, _changed(frame[column], value, key))
    if TABLES[table].column(column).kind.numeric and column not in TABLES[table].key:
        return place.with_figures(table, column, figures)
    return place.replace(**{table: frame.assign(**{column: figures})})


def _named(place: Place, table: str, frame: pd.DataFrame, name: str, key: str) -> pd.Series:
    """Return the rows with a name in one of their keys, or of an agency that they belong to."""
    keys = [column for column in (*TABLES[table].key, "agency") if column in frame.columns]
    found = pd.Series(False, index=frame.index)
    for column in keys:
        found |= frame[column] == name
    if not found.any():
        known = {str(entry) for column in keys for entry in frame[column]} - {""}
        remedy = nearest(name, known) or f"Known in {table}: {', '.join(sorted(known)[:12])}."
        raise PlaceError([Problem(f"--set {key}", f"'{name}' is not in the table {table} of {place.name}.", remedy)])
    return found


def _changed(figures: pd.Series, value: str, key: str) -> pd.Series | float:
    relative = RELATIVE.match(value.replace(" ", ""))
    if relative is not None:
        if relative["factor"] is not None:
            return figures * float(relative["factor"])
        share = float(relative["share"]) / 100
        return figures * (1 + share if relative["sign"] == "+" else 1 - share)
    try:
        figure = float(value.replace(",", ""))
    except ValueError:
        figure = math.nan
    if not math.isfinite(figure):
        remedy = "Write a figure (120), a relative change (+5%) or a factor (*1.1)."
        raise PlaceError([Problem(f"--set {key}", f"'{value}' is no figure.", remedy)])
    return figure


def _unknown(key: str, head: str, names: list[str]) -> Problem:
    if head in TABLES:
        columns = ", ".join(TABLES[head].names)
        what = names[0] if names else ""
        remedy = nearest(what, TABLES[head].names) or f"Columns of {head}: {columns}."
        return Problem(f"--set {key}", f"the table {head} has no column '{what}'.", remedy)
    known = [*SHORT_NAMES, *FAMILIES, "objective", *TABLES, *(field.name for field in fields(PlaceSettings))]
    remedy = nearest(head, known) or f"It begins with one of {', '.join(known)}."
    return Problem(f"--set {key}", f"there is nothing called '{head}' to set.", remedy)
