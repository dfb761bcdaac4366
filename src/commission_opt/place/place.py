"""The place: one instance, as frozen tables with names, units and sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from types import MappingProxyType
from typing import Any

import pandas as pd

from commission_opt.errors import PlaceError, Problem, nearest
from commission_opt.place.names import FloatArray, Words
from commission_opt.place.sheets import Sheet
from commission_opt.place.tables import TABLES

SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}
"""Signs of the currencies that cells may carry."""

MULTIPLES = {1: "", 1_000: "k", 1_000_000: "m"}
"""Suffix of a figure for every money unit that a place may use."""


@dataclass(frozen=True)
class PlaceSettings:
    """What ``place.toml`` says: how the figures of all tables are to be read.

    Parameters
    ----------
    name : str
        Short name; lower case, digits, hyphens and underscores.
    years : tuple of str
        Years of the plan in order.
    title : str
        Name for people; blank: the short name.
    description : str
        What the place is and what it is for.
    currency : str
        Three-letter code.
    money_unit : int
        Currency units in one unit of every money column: 1, 1000 or 1000000.
    price_year : str
        Year of the prices in which all money is stated.
    discount_rate : float
        Yearly rate at which later years count less, 0 to 1; HM Treasury's Green Book uses 0.035.
    source : str
        Where the data come from, and under which licence.
    """

    name: str
    years: tuple[str, ...]
    title: str = ""
    description: str = ""
    currency: str = "GBP"
    money_unit: int = 1
    price_year: str = ""
    discount_rate: float = 0.035
    source: str = ""


@dataclass(frozen=True, eq=False)
class Place:
    """A place that has passed every check: the only form of data that a model accepts.

    Build one with :func:`commission_opt.read_place` or :meth:`Place.from_tables`.

    Parameters
    ----------
    settings : PlaceSettings
        Name, years, units and sources.
    tables : mapping of str to DataFrame
        Every table of the registry with every column of the registry; text columns hold ``""`` and
        figures NaN where a cell is blank. A table that the place does not have is empty.
    sheets : mapping of str to Sheet
        Tables that have rows as they were given, so that warnings name file and row as the user knows them.
    known_words : dict of (table, column) to Words
        Columns of text that were asked for by their words; places that differ in figures alone have one such store.
    figures : mapping of (table, column) to array
        Columns of figures that are others than those of the place that the store began with.
    """

    settings: PlaceSettings
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    sheets: Mapping[str, Sheet] = field(default_factory=dict, repr=False)
    known_words: dict[tuple[str, str], Words] = field(default_factory=dict, repr=False)
    figures: Mapping[tuple[str, str], FloatArray] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        frozen = {name: self.tables[name] for name in TABLES}
        object.__setattr__(self, "tables", MappingProxyType(frozen))

    @property
    def name(self) -> str:
        """Short name of the place."""
        return self.settings.name

    @property
    def years(self) -> tuple[str, ...]:
        """Years of the plan in order."""
        return self.settings.years

    @cached_property
    def warnings(self) -> tuple[Problem, ...]:
        """What is odd but legal, looked for when it is first asked for."""
        from commission_opt.place.checks import warn_of

        return tuple(warn_of(self.sheets, self.settings))

    def table(self, name: str) -> pd.DataFrame:
        """Return a copy of one table; changing it does not change the place."""
        return self.tables[name].copy()

    def words(self, table: str, column: str) -> Words:
        """Return a column of text by its words, worked out once for all places that differ in figures alone."""
        known = self.known_words.get((table, column))
        if known is None:
            known = self.known_words[table, column] = Words.of(self.tables[table][column])
        return known

    def column(self, table: str, column: str) -> FloatArray:
        """Return a column of figures, not to be changed."""
        changed = self.figures.get((table, column))
        return self.tables[table][column].to_numpy(dtype=float) if changed is None else changed

    def other_figures(self, other: Place) -> list[tuple[str, str]] | None:
        """Return (table, column) of the figures that this place has not from another; None where more may differ."""
        if self.known_words is not other.known_words:
            return None
        mine, theirs = self.figures, other.figures
        return [key for key in {**theirs, **mine} if mine.get(key) is not theirs.get(key)]

    @classmethod
    def from_tables(
        cls, tables: Mapping[str, pd.DataFrame], *, name: str, years: Sequence[str | int], **settings: Any
    ) -> Place:
        """Build a place from DataFrames, with the same parsing and checks as from files.

        Parameters
        ----------
        tables : mapping of str to DataFrame
            Tables by the names of the registry; columns may hold text or figures.
        name : str
            Short name of the place.
        years : sequence of str or int
            Years of the plan in order.
        **settings
            Further fields of :class:`PlaceSettings`.

        Raises
        ------
        PlaceError
            With every problem found, named by table, row (from 0) and column.
        """
        from commission_opt.place.read import place_from_tables

        return place_from_tables(tables, {"name": name, "years": list(years), **settings})

    def replace(self, **changes: Any) -> Place:
        """Return a place with other tables or settings, checked again.

        Parameters
        ----------
        **changes
            A table's name with a DataFrame, or a setting's name with a value.

        Raises
        ------
        PlaceError
            When the changed place does not pass the checks.
        """
        tables = {table: changes.pop(table, self.tables[table]) for table in TABLES}
        settings = {f.name: getattr(self.settings, f.name) for f in fields(self.settings)}
        if unknown := [name for name in changes if name not in settings]:
            raise PlaceError(
                [
                    Problem(
                        "replace", f"'{name}' is neither a table nor a setting", nearest(name, [*TABLES, *settings])
                    )
                    for name in unknown
                ]
            )
        settings |= changes
        return Place.from_tables(tables, **settings)

    def with_figures(self, table: str, column: str, figures: FloatArray | pd.Series) -> Place:
        """Return a place with other figures in one column, checked as far as these can be wrong.

        Much quicker than :meth:`replace`. Warnings stay those of this place: what is odd but legal is not looked for
        again.

        Parameters
        ----------
        table, column : str
            Where; a column of figures that is not part of the key.
        figures : (R,)
            One for every row of the table.

        Raises
        ------
        PlaceError
            When a figure does not fit.
        """
        from commission_opt.place.read import place_with_figures

        return place_with_figures(self, table, column, figures)
