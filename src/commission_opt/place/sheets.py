"""A table as it stands in a file or a DataFrame, with the row numbers that messages name."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from commission_opt.errors import Problem
from commission_opt.place.columns import Table

LONGEST_SHOWN = 60
"""Characters of a cell that a message repeats."""

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sheet:
    """The rows of one table, before or after parsing.

    Parameters
    ----------
    table : Table
        What the registry says about the table.
    where : str
        File or table as the user knows it.
    frame : DataFrame
        One row per record; indexed from 0.
    rows : (R,) int
        Row number of every record as the user knows it.
    """

    table: Table
    where: str
    frame: pd.DataFrame
    rows: Positions

    def problem(self, position: int, column: str, message: str, remedy: str = "") -> Problem:
        """Return a problem of the record at a position of the frame."""
        return Problem(self.where, message, remedy, row=int(self.rows[position]), column=column)

    def text(self, position: int, column: str) -> str:
        """Return the cell of a text column at a position of the frame."""
        return str(self.frame[column].iloc[position])


def quoted(value: object) -> str:
    """Return a value in quotation marks, on one line and not too long to read."""
    text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(value)[: LONGEST_SHOWN + 1])
    return f"'{text[:LONGEST_SHOWN]}...'" if len(text) > LONGEST_SHOWN else f"'{text}'"


def control_character(text: str, allowed: str = "") -> str:
    """Return the first control character or half of a surrogate pair in a text, or a blank."""
    if text.isprintable():
        return ""
    return next((c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in allowed), "")


def positions(mask: npt.ArrayLike) -> list[int]:
    """Return the positions at which a mask holds."""
    return [int(position) for position in np.flatnonzero(np.asarray(mask, dtype=bool))]
