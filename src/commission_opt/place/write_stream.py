"""A place written some rows at a time, where all of them would not fit in memory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import pandas as pd

from commission_opt.place.parquet import ParquetRows
from commission_opt.place.place import PlaceSettings
from commission_opt.place.write import csv_text, place_folder


class _Rows(Protocol):
    """A file to which rows are added."""

    def append(self, frame: pd.DataFrame) -> None:
        """Write rows after those that are there."""

    def close(self) -> None:
        """End the file."""


class _CsvRows:
    """A CSV file that is written some rows at a time."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")
        self._header = True

    def append(self, frame: pd.DataFrame) -> None:
        """Write rows after those that are there, the names of the columns before the first."""
        self._file.write(csv_text(frame, header=self._header))
        self._header = False

    def close(self) -> None:
        """End the file."""
        self._file.close()


def write_stream(
    folder: Path, settings: PlaceSettings, parts: Iterable[tuple[str, pd.DataFrame]], file_format: str
) -> dict[str, int]:
    """Write a place of which only parts of tables are in memory at a time; nothing is checked but by reading it.

    Parameters
    ----------
    folder : Path
        Where to write; made if absent. The tables of a place that is there already are replaced.
    settings : PlaceSettings
        What ``place.toml`` says.
    parts : iterable of (str, DataFrame)
        Rows of tables, those of one table with the same columns each time; a part without rows is left out.
    file_format : str
        ``csv`` or ``parquet``.

    Returns
    -------
    dict of str to int
        Rows of each table.

    Raises
    ------
    PlaceError
        When the folder holds something that is no place, cannot be written, or Parquet is not installed.
    """
    rows: dict[str, int] = {}
    files: dict[str, _Rows] = {}
    with place_folder(folder, settings, file_format) as written:
        try:
            for name, frame in parts:
                if len(frame):
                    path = folder / f"{name}.{file_format}"
                    if name not in files:
                        files[name] = _CsvRows(path) if file_format == "csv" else ParquetRows(path)
                        written.add(path)
                    files[name].append(frame)
                    rows[name] = rows.get(name, 0) + len(frame)
        finally:
            for file in files.values():
                file.close()
    return rows
