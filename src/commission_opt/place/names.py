"""Names and their positions: the only way from a table's text to an array's index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
SmallArray = npt.NDArray[np.integer]
"""Codes in as few bytes as hold them: not safe to calculate with."""

SIZES = ((2**7 - 1, np.int8), (2**15 - 1, np.int16), (2**31 - 1, np.int32))
"""How many names each type of code can tell apart."""

EVERYTHING = -1
"""Code of a blank key: the row holds for all names of the dimension."""


@dataclass(frozen=True, eq=False)
class Words:
    """A column of text: its distinct words, and which of them each row (R,) holds."""

    distinct: tuple[str, ...]
    rows: IntArray

    @classmethod
    def of(cls, column: pd.Series) -> Words:
        """Take a column of a table apart."""
        rows, distinct = pd.factorize(column)
        return cls(tuple(map(str, distinct.tolist())), rows)

    def holding(self, word: str) -> BoolArray:
        """Return the rows that hold a word."""
        at = self.distinct.index(word) if word in self.distinct else len(self.distinct)
        return np.asarray(self.rows == at)


@dataclass(frozen=True)
class Names:
    """The names along one dimension of the arrays, in a fixed order.

    Parameters
    ----------
    dimension : str
        What is named, in the singular: ``service``, ``area``, ...
    labels : tuple of str
        The names; their place in the tuple is their code.
    """

    dimension: str
    labels: tuple[str, ...]

    @classmethod
    def sorted(cls, dimension: str, names: Iterable[str]) -> Names:
        """Take each name once, in alphabetical order, so that the order of rows does not matter."""
        once = names.unique().tolist() if isinstance(names, pd.Series) else names
        return cls(dimension, tuple(sorted({str(name) for name in once} - {""})))

    def __len__(self) -> int:
        return len(self.labels)

    def codes(self, column: pd.Series | Words) -> IntArray:
        """Return the position of every name of a column; a blank becomes :data:`EVERYTHING`.

        Raises
        ------
        KeyError
            When a name is not known: a join that is not total is a fault of the checks.
        """
        if not isinstance(column, Words) and not len(column):
            return np.zeros(0, dtype=np.int64)
        words = column if isinstance(column, Words) else Words.of(column)
        found = np.array([self._codes[word] for word in words.distinct], dtype=np.int64)
        return found[words.rows] if len(found) else np.zeros(0, dtype=np.int64)

    def code(self, name: str) -> int:
        """Return the position of one name."""
        return self.labels.index(name)

    def text(self, codes: SmallArray) -> npt.NDArray[np.object_]:
        """Return the names at these positions, ``*`` for everything."""
        return self._texts[codes]

    def column(self, codes: SmallArray) -> pd.Series:
        """Return the names at these positions as a column of a table, ``*`` for everything."""
        return pd.Series(self._column.take(codes))

    @cached_property
    def _codes(self) -> dict[str, int]:
        return {name: code for code, name in enumerate(self.labels)} | {"": EVERYTHING}

    @cached_property
    def _column(self) -> pd.api.extensions.ExtensionArray:
        return pd.array([*self.labels, "*"], dtype="str")

    @cached_property
    def _texts(self) -> npt.NDArray[np.object_]:
        """Names as an array, made once: a place has many areas, and labels are asked for row by row."""
        return np.array([*self.labels, "*"], dtype=object)


def smallest(count: int) -> type[np.signedinteger]:
    """Return the type of the fewest bytes that holds the codes of so many names, and :data:`EVERYTHING`."""
    return next((kind for most, kind in SIZES if count <= most), np.int64)


def in_order(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the rows of a table in the order of the names in some columns."""
    names = list(zip(*(table[column].tolist() for column in columns), strict=True))
    order = sorted(range(len(names)), key=names.__getitem__)
    return table if order == [*range(len(names))] else table.take(order)


def different(table: pd.DataFrame, columns: tuple[str, str]) -> tuple[pd.DataFrame, IntArray]:
    """Return the different pairs of names in two columns of a table, in order, and which of them each row has."""
    pairs = list(zip(*(table[column].tolist() for column in columns), strict=True))
    first = {pair: row for row, pair in reversed([*enumerate(pairs)])}
    at = {pair: position for position, pair in enumerate(sorted(first))}
    rows = table.iloc[[first[pair] for pair in at]] if len(table) else table
    return rows, np.array([at[pair] for pair in pairs], dtype=np.int64)


def distinct(codes: IntArray, count: int) -> tuple[IntArray, IntArray]:
    """Return the codes that occur in order, and for each entry the place of its code among them.

    As ``np.unique(codes, return_inverse=True)`` for codes from 0 up to ``count``, without sorting.
    """
    present = np.zeros(count, dtype=bool)
    present[codes] = True
    position = np.cumsum(present) - 1
    return np.flatnonzero(present), np.asarray(position[codes], dtype=np.int64)
