"""A place as a folder of files, from which the same place can be read again."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from commission_opt.errors import PlaceError, Problem, nearest
from commission_opt.place.parquet import need_pyarrow, write_parquet
from commission_opt.place.parse import figure_text
from commission_opt.place.place import Place, PlaceSettings
from commission_opt.place.read import SETTINGS_FILE, SUFFIXES, WORKBOOK
from commission_opt.place.tables import TABLES

FORMATS = tuple(suffix[1:] for suffix in SUFFIXES)
IN_QUOTES = re.compile(r"[,\"\r\n]|^[=+\-@]")
"""Cells that stand in quotation marks."""


def write_place(place: Place, folder: str | os.PathLike[str], file_format: Literal["csv", "parquet"] = "csv") -> Path:
    """Write a place so that reading the folder or workbook gives the same place.

    Columns that are wholly blank and tables without rows are left out. Figures are written with all their digits.
    CSV cells of text that begin with ``= + - @`` stand in quotation marks but are not altered: these files are
    data for machines, and an escape would come back as part of the text. A spreadsheet that opens them may
    take such a cell for a formula.

    Parameters
    ----------
    place : Place
        What to write.
    folder : path
        Where to write; made if absent. The tables of a place that is there already are replaced, other files
        are left alone. A path that ends in .xlsx becomes a workbook, with drop-downs and notes.
    file_format : str
        ``csv`` or ``parquet``; of no account for a workbook.

    Returns
    -------
    Path
        The folder or workbook.

    Raises
    ------
    PlaceError
        When the folder holds something that is no place, cannot be written, or Parquet is not installed.
    """
    target = Path(folder)
    if target.suffix.casefold() == WORKBOOK and file_format in FORMATS:
        return write_workbook(place.settings, place.tables, target)
    with place_folder(target, place.settings, file_format) as written:
        for name, frame in place.tables.items():
            if len(frame):
                written.add(target / f"{name}.{file_format}")
                _write_table(_filled(frame), target / f"{name}.{file_format}")
    return target


@contextmanager
def place_folder(target: Path, settings: PlaceSettings, file_format: str) -> Iterator[set[Path]]:
    """Prepare a folder for a place; the body writes its tables and adds their paths to the set that it is given.

    Raises
    ------
    PlaceError
        When the folder holds something that is no place, cannot be written, or Parquet is not installed.
    """
    if file_format not in FORMATS:
        remedy = nearest(str(file_format), FORMATS)
        raise PlaceError(
            [Problem(str(target), f"'{file_format}' is not a format; expected {' or '.join(FORMATS)}", remedy)]
        )
    written: set[Path] = set()
    try:
        _check_target(target)
        if file_format == "parquet":
            need_pyarrow(str(target))
        target.mkdir(parents=True, exist_ok=True)
        (target / SETTINGS_FILE).write_text(_settings_toml(settings), encoding="utf-8", newline="\n")
        yield written
        _remove_others(target, written)
    except OSError as error:
        raise _not_written(target, error) from error


def write_workbook(settings: PlaceSettings, tables: Mapping[str, pd.DataFrame], path: Path) -> Path:
    """Write the workbook of a place, or of one that is still to be filled in.

    A workbook that is there already is replaced if it is a place's.

    Raises
    ------
    PlaceError
        When something does not fit into a workbook, or the file cannot be written.
    """
    from commission_opt.place.workbook_read import holds_a_place
    from commission_opt.place.workbook_write import workbook_of

    data = workbook_of(settings, tables, path)
    try:
        if path.exists() and not path.is_dir() and not holds_a_place(path):
            message = "is there already and is not the workbook of a place"
            raise PlaceError([Problem(str(path), message, "Choose another name.")])
        path.write_bytes(data)
    except OSError as error:
        raise _not_written(path, error) from error
    return path


def _not_written(target: Path, error: OSError) -> PlaceError:
    reason = (error.strerror or str(error)).lower()
    remedy = "Choose a place that you may write to."
    return PlaceError([Problem(str(target), f"cannot be written: {reason}", remedy)])


def _check_target(target: Path) -> None:
    """Refuse to write where something lies that is no place."""
    if target.exists() and not target.is_dir():
        raise PlaceError([Problem(str(target), "is a file; expected a folder", "Choose another name.")])
    if target.exists() and any(target.iterdir()) and not (target / SETTINGS_FILE).is_file():
        message = f"the folder is not empty and is not a place: it has no {SETTINGS_FILE}"
        raise PlaceError([Problem(str(target), message, "Choose an empty folder, or one that does not exist.")])


def _remove_others(target: Path, written: set[Path]) -> None:
    """Take away the tables of the place that was there before."""
    for path in (target / f"{name}{suffix}" for name in TABLES for suffix in SUFFIXES):
        if path not in written:
            path.unlink(missing_ok=True)


def _filled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that are not wholly blank."""
    return frame.loc[:, [name for name in frame.columns if not _blank(frame[name]).all()]]


def _blank(cells: pd.Series) -> pd.Series:
    return cells.isna() if pd.api.types.is_float_dtype(cells.dtype) else cells == ""


def _write_table(frame: pd.DataFrame, path: Path) -> None:
    if path.suffix == ".parquet":
        write_parquet(frame, path)
        return
    path.write_text(csv_text(frame, header=True), encoding="utf-8", newline="\n")


def csv_text(frame: pd.DataFrame, *, header: bool) -> str:
    """Return the lines of a CSV file that hold these rows, each ended, with or without the names of the columns."""
    columns = [_cells(frame[name]) for name in frame.columns]
    lines = [*([",".join(frame.columns)] if header else []), *map(",".join, zip(*columns, strict=True))]
    return "".join(f"{line}\n" for line in lines)


def _cells(values: pd.Series) -> list[str]:
    """Return the cells of a column as they stand in a CSV file."""
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    if pd.api.types.is_numeric_dtype(values.dtype):
        written = [figure_text(figure) for figure in np.asarray(distinct, dtype=np.float64).tolist()]
    else:
        written = [f'"{text.replace(chr(34), chr(34) * 2)}"' if IN_QUOTES.search(text) else text for text in distinct]
    cells: list[str] = np.array(written, dtype=object)[codes].tolist()
    return cells


def _settings_toml(settings: PlaceSettings) -> str:
    lines = []
    for field in fields(settings):
        value = getattr(settings, field.name)
        if value != "":
            lines.append(f"{field.name} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"
