"""Changes asked for in a word: a setting of the model, or a cell of the place."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import pandas as pd

from commission_opt.analysis.new_rows import known_names, new_row
from commission_opt.errors import PlaceError, Problem, nearest
from commission_opt.model.model import HEADINGS, Model
from commission_opt.place.names import BoolArray, FloatArray
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

GROWING = ("limits", "targets", "funders", "earmarks")
"""Decisions and agreements, to which a change may add a row; evidence and demand are not made up in a word."""

RELATIVE = re.compile(r"^(?P<sign>[+-])(?P<share>\d+(\.\d+)?)%$|^\*(?P<factor>\d+(\.\d+)?)$")


def change(place: Place, model: Model, changes: Mapping[str, str]) -> tuple[Place, Model]:
    """Return a place and a model with settings and cells changed.

    Parameters
    ----------
    place, model
        What to change; neither is changed itself.
    changes : mapping of str to str
        ``ring_fences.enabled`` or any ``section.setting`` of a model; ``budget.NAME`` (an agency or a stream),
        ``weight.OUTCOME``, ``cost.SERVICE``, ``demand.NEED``, ``effect.SERVICE``, ``equity_weight.AREA``,
        ``must_meet.NEED`` or ``table.column.NAME``; ``discount_rate`` or any setting of the place. A further name
        narrows it down: ``budget.council.2026/27``. A figure is new (``120``), relative (``+5%``, ``-10%``) or a factor
        (``*1.1``). A name or a text is taken as it stands: ``services.agency.SERVICE`` hands a service over. In limits,
        targets, funders and earmarks, ``table.column.NAME`` adds the row that is not there yet.

    Raises
    ------
    ModelError, PlaceError
        When there is no such setting or figure, or the value does not fit it.
    """
    for key, value in changes.items():
        head = key.split(".")[0]
        if _is_of_the_model(key):
            model = model.set(key, _model_value(value))
        elif head in {field.name for field in fields(PlaceSettings)}:
            place = place.replace(**{head: _model_value(value)})
        else:
            place = _change_cells(place, key, value)
    return place, model


def _is_of_the_model(key: str) -> bool:
    """Return whether a key names a setting: some tables have the name of the section that reads them."""
    head, *names = key.split(".")
    if head not in FAMILIES:
        return head in ("objective", *HEADINGS)
    columns = TABLES[head].names if head in TABLES else ()
    return not names or names[0] not in columns or names[0] in FAMILIES[head].model_fields


def _model_value(text: str) -> object:
    """Read a value as TOML would; what is no TOML is text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _change_cells(place: Place, key: str, value: str) -> Place:
    head, *names = key.split(".")
    if head in SHORT_NAMES:
        table, column = SHORT_NAMES[head]
    elif head in TABLES and names and names[0] in TABLES[head].names:
        table, column, names = head, names[0], names[1:]
    else:
        raise PlaceError([_unknown(key, head, names)])
    frame = place.tables[table]
    chosen = np.ones(len(frame), dtype=bool)
    for name in names:
        chosen &= _named(place, table, name)
    if not chosen.any():
        new = new_row(place, table, names) if table in GROWING else None
        if new is None:
            raise PlaceError([_missing(place, table, column, names, key)])
        frame = pd.concat([frame, frame.reindex([len(frame)]).assign(**new, source=f"--set {key}")], ignore_index=True)
        chosen = np.arange(len(frame)) == len(frame) - 1
    text = not TABLES[table].column(column).kind.numeric
    if text:
        return place.replace(**{table: frame.assign(**{column: frame[column].where(~chosen, value)})})
    added = len(frame) > len(place.tables[table])
    was = frame[column].to_numpy(dtype=float) if added else place.column(table, column)
    figures = np.where(chosen, _changed(was, value, key), was)
    if column not in TABLES[table].key and not added:
        return place.with_figures(table, column, figures)
    return place.replace(**{table: frame.assign(**{column: figures})})


def _named(place: Place, table: str, name: str) -> BoolArray:
    """Return the rows with a name in one of their keys, or of an agency that they belong to."""
    held = [place.words(table, column).holding(name) for column in _naming(table)]
    return np.asarray(np.logical_or.reduce(held))


def _naming(table: str) -> list[str]:
    """Return the columns of a table by which a change may name its rows."""
    return [column for column in dict.fromkeys((*TABLES[table].key, "agency")) if column in TABLES[table].names]


def _missing(place: Place, table: str, column: str, names: list[str], key: str) -> Problem:
    """Say which name no row has, or that no row has all of them."""
    frame = place.tables[table]
    known = {str(entry) for keys in _naming(table) for entry in frame[keys]} - {""}
    known |= set(known_names(place, table)) if table in GROWING else set()
    for name in names:
        if name not in known:
            remedy = nearest(name, known) or f"Known in {table}: {', '.join(sorted(known)[:12])}."
            return Problem(f"--set {key}", f"'{name}' is not in the table {table} of {place.name}.", remedy)
    return Problem(
        f"--set {key}", "no row of the table has all these names.", f"Look at the rows of {table}.", column=column
    )


def _changed(figures: FloatArray, value: str, key: str) -> FloatArray | float:
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
