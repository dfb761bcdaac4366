"""Parquet files, where the extra that reads and writes them is installed."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from commission_opt.errors import PlaceError, Problem
from commission_opt.place.sheets import quoted

REMEDY = "Install the extra: pip install 'commission-opt[parquet]', or use CSV."


def read_parquet(path: Path, where: str) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Read a Parquet file with the types that it holds.

    Parameters
    ----------
    path : Path
        File to read.
    where : str
        File as the user knows it.

    Returns
    -------
    tuple of DataFrame or None and list of Problem
        None where pyarrow is missing or the file is no Parquet.

    Raises
    ------
    OSError
        When the file cannot be opened.
    """
    parquet = _pyarrow("pyarrow.parquet")
    if parquet is None:
        return None, [_missing(where)]
    with path.open("rb") as file:
        try:
            stored = parquet.ParquetFile(file).read()
            columns = [column.to_pandas(integer_object_nulls=True) for column in stored.columns]
        except (import_module("pyarrow").ArrowException, OSError, ValueError, TypeError) as error:
            reason = quoted(str(error).partition("\n")[0] or type(error).__name__)
            return None, [Problem(where, f"is not a readable Parquet file: {reason}", "Write the file again.")]
    frame = pd.concat(columns, axis=1) if columns else pd.DataFrame()
    frame.columns = pd.Index([str(name) for name in stored.column_names])
    return frame, []


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet.

    Parameters
    ----------
    frame : DataFrame
        Columns of text and figures.
    path : Path
        File to write.

    Raises
    ------
    PlaceError
        When pyarrow is missing.
    """
    need_pyarrow(str(path))
    table = import_module("pyarrow").Table.from_pandas(frame, preserve_index=False)
    import_module("pyarrow.parquet").write_table(table, path)


class ParquetRows:
    """A Parquet file that is written some rows at a time, each time those of one row group.

    Parameters
    ----------
    path : Path
        File to write; the columns are those of the first rows.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: Any = None

    def append(self, frame: pd.DataFrame) -> None:
        """Write rows after those that are there."""
        rows = import_module("pyarrow").Table.from_pandas(frame, preserve_index=False)
        if self._writer is None:
            self._writer = import_module("pyarrow.parquet").ParquetWriter(self._path, rows.schema)
        self._writer.write_table(rows)

    def close(self) -> None:
        """End the file."""
        if self._writer is not None:
            self._writer.close()


def need_pyarrow(where: str) -> None:
    """Raise a PlaceError that names the extra to install, unless it is installed."""
    if _pyarrow("pyarrow.parquet") is None:
        raise PlaceError([_missing(where)])


def _pyarrow(name: str) -> ModuleType | None:
    try:
        return import_module(name)
    except ImportError:
        return None


def _missing(where: str) -> Problem:
    return Problem(where, "Parquet needs pyarrow, which is not installed", REMEDY)
