"""Labelled runs of columns and rows: what a position of a program means, in words on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from commission_opt.place.names import IntArray, Names, SmallArray, smallest


class Codes(Sequence[IntArray]):
    """Codes along several dimensions, stored in few bytes; each is written out as it is asked for."""

    def __init__(self, small: tuple[SmallArray, ...]) -> None:
        self._small = small

    @overload
    def __getitem__(self, at: int) -> IntArray: ...
    @overload
    def __getitem__(self, at: slice) -> Codes: ...
    def __getitem__(self, at: int | slice) -> IntArray | Codes:
        """Return the codes along one dimension, or those along some."""
        return Codes(self._small[at]) if isinstance(at, slice) else self._small[at].astype(np.int64, copy=False)

    def __len__(self) -> int:
        return len(self._small)


@dataclass(frozen=True, eq=False)
class Keys:
    """Names of the entries of a block along several dimensions.

    Parameters
    ----------
    names : tuple of Names
        The dimensions in the order in which a label shows them.
    small : tuple of (B,) codes
        For each dimension the position of every entry's name, -1 for all, in as few bytes as will hold them: a large
        program has more labels than anything else but coefficients. :attr:`codes` are safe to calculate with.
    """

    names: tuple[Names, ...]
    small: tuple[SmallArray, ...]

    @classmethod
    def of(cls, *pairs: tuple[Names, SmallArray]) -> Keys:
        """Build keys from (names, codes) pairs."""
        small = tuple(np.asarray(codes).astype(smallest(len(names))) for names, codes in pairs)
        return cls(tuple(names for names, _ in pairs), small)

    def __len__(self) -> int:
        return len(self.small[0]) if self.small else 1

    @property
    def codes(self) -> Codes:
        """For each dimension the position (B,) of every entry's name, -1 for all."""
        return Codes(self.small)

    def take(self, positions: IntArray | slice) -> Keys:
        """Return the keys of these entries."""
        return Keys(self.names, tuple(codes[positions] for codes in self.small))

    def joined(self, other: Keys) -> Keys:
        """Return keys along these dimensions and then along those of another."""
        return Keys((*self.names, *other.names), (*self.small, *other.small))

    def column(self, dimension: str) -> npt.NDArray[np.object_]:
        """Return the names along one dimension."""
        at = [names.dimension for names in self.names].index(dimension)
        return self.names[at].text(self.small[at])

    def has(self, dimension: str) -> bool:
        """Whether the entries are named along this dimension."""
        return any(names.dimension == dimension for names in self.names)

    def frame(self) -> pd.DataFrame:
        """Return one row for each entry, one column for each dimension."""
        return pd.DataFrame({names.dimension: self.column(names.dimension) for names in self.names})


@dataclass(frozen=True, eq=False)
class Block:
    """A run of columns or rows of one family.

    Parameters
    ----------
    family : str
        What they are: ``volume``, ``pooling.stream``, ``duty.need``, ...; the word before the first
        full stop is the rule family.
    keys : Keys
        The names of each.
    unit : str
        Unit of the column, or of the row's bounds.
    start : int
        Position of the first in the program.
    """

    family: str
    keys: Keys
    unit: str
    start: int

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def stop(self) -> int:
        """Position after the last."""
        return self.start + len(self)

    def label(self, position: int) -> str:
        """Return the label of one position of the program: ``family[name,...,name]``."""
        at = position - self.start
        pairs = zip(self.keys.names, self.keys.small, strict=True)
        parts = [str(names.text(codes[at : at + 1])[0]) or "-" for names, codes in pairs]
        return f"{self.family}[{','.join(parts)}]" if parts else self.family

    def labels(self, positions: IntArray) -> npt.NDArray[np.object_]:
        """Return the labels of many positions."""
        if not self.keys.names:
            return np.full(len(positions), self.family, dtype=object)
        at = np.asarray(positions, dtype=np.int64) - self.start
        pairs = zip(self.keys.names, self.keys.small, strict=True)
        parts = [[str(name) or "-" for name in names.text(codes[at])] for names, codes in pairs]
        return np.array([f"{self.family}[{','.join(names)}]" for names in zip(*parts, strict=True)], dtype=object)


def block_at(blocks: Sequence[Block], position: int) -> Block:
    """Return the block that holds a position."""
    return blocks_at(blocks, np.array([position]))[0]


def blocks_at(blocks: Sequence[Block], positions: IntArray) -> list[Block]:
    """Return the blocks that hold positions, found together."""
    filled = [block for block in blocks if len(block)]
    starts = np.array([block.start for block in filled])
    return [filled[at] for at in np.searchsorted(starts, positions, side="right") - 1]
