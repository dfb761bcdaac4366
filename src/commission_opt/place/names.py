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
        return cls(tuple(str(word) for word in distinct), rows)

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
        once = names.unique() if isinstance(names, pd.Series) else names
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
        words = column if isinstance(column, Words) else Words.of(column)
        lookup = {name: code for code, name in enumerate(self.labels)} | {"": EVERYTHING}
        found = np.array([lookup[word] for word in words.distinct], dtype=np.int64)
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
    def _column(self) -> pd.api.extensions.ExtensionArray:
        return pd.array([*self.labels, "*"], dtype="str")

    @cached_property
    def _texts(self) -> npt.NDArray[np.object_]:
        """Names as an array, made once: a place has many areas, and labels are asked for row by row."""
        return np.array([*self.labels, "*"], dtype=object)


def smallest(count: int) -> type[np.signedinteger]:
    """Return the type of the fewest bytes that holds the codes of so many names, and :data:`EVERYTHING`."""
    return next((kind for most, kind in SIZES if count <= most), np.int64)


def distinct(codes: IntArray, count: int) -> tuple[IntArray, IntArray]:
    """Return the codes that occur in order, and for each entry the place of its code among them.

    As ``np.unique(codes, return_inverse=True)`` for codes from 0 up to ``count``, without sorting.
    """
    present = np.zeros(count, dtype=bool)
    present[codes] = True
    position = np.cumsum(present) - 1
    return np.flatnonzero(present), np.asarray(position[codes], dtype=np.int64)
