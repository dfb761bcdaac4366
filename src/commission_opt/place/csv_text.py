"""A CSV file as cells of text, whatever its encoding and separator."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from commission_opt.errors import Problem, nearest
from commission_opt.place.columns import Table
from commission_opt.place.sheets import Positions, Sheet, quoted

SEPARATORS = (",", ";", "\t")


def decode(data: bytes, where: str) -> tuple[str, list[Problem]]:
    """Decode a text file: UTF-8 with or without a byte order mark, else cp1252.

    Parameters
    ----------
    data : bytes
        The whole file.
    where : str
        File as the user knows it.

    Returns
    -------
    tuple of str and list of Problem
        The text, blank where a problem says that the file is empty or no text.
    """
    if not data.strip():
        return "", [Problem(where, "the file is empty", "Write a header and rows, or delete the file.")]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "", [Problem(where, "the file is in UTF-16; expected UTF-8", "Save it as CSV UTF-8.")]
    if (at := data.find(b"\0")) >= 0:
        row = data.count(b"\n", 0, at) + 1
        return "", [Problem(where, "holds a NUL byte; expected text", "Save the table again as CSV UTF-8.", row=row)]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as utf8:
        try:
            return data.decode("cp1252"), []
        except UnicodeDecodeError:
            row = data.count(b"\n", 0, utf8.start) + 1
            byte = f"the byte 0x{data[utf8.start]:02x} is neither UTF-8 nor cp1252"
            return "", [Problem(where, byte, "Save the table again as CSV UTF-8.", row=row)]


def read_csv_text(data: bytes, table: Table, where: str) -> tuple[Sheet | None, list[Problem]]:
    """Read the records of a CSV file as text.

    The separator (comma, semicolon or tab) is told from the header. Lines that are wholly blank are skipped. The
    row number of a record is the line on which it starts, the header's first line being 1.

    Parameters
    ----------
    data : bytes
        The whole file.
    table : Table
        What the registry says about the table.
    where : str
        File as the user knows it.

    Returns
    -------
    tuple of Sheet or None and list of Problem
        None where the header or the quotation marks make the file unreadable.
    """
    text, problems = decode(data, where)
    if problems:
        return None, problems
    text = text.rstrip("\r\n") + "\n"
    first = re.split(r"[\r\n]", text, maxsplit=1)[0]
    separator = _separator(first, table)
    header = [cell.strip() for cell in next(csv.reader([first], delimiter=separator))]
    problems = header_problems(header, table, where)
    if problems:
        return None, problems
    if '"' not in text and (plain := _plain_records(text, header, separator)) is not None:
        frame, rows = plain, np.arange(2, len(plain) + 2, dtype=np.int64)
    else:
        frame, rows, problems = _quoted_records(text, header, separator, where)
    blank = _blank_records(frame)
    if blank.any():
        frame, rows = frame.loc[~blank].reset_index(drop=True), rows[~blank]
    return Sheet(table, where, frame, rows), problems


def header_problems(header: list[str], table: Table, where: str) -> list[Problem]:
    """Return what is wrong with the names of a table's columns."""
    if not any(header):
        remedy = f"Write the names of the columns, such as {table.names[0]}, in the first line."
        return [Problem(where, "there is no header in the first line", remedy, row=1)]
    problems = []
    for at, name in enumerate(header):
        if not name:
            message = f"column {at + 1} of the header is blank; expected a name"
            problems.append(Problem(where, message, "Name the column or delete it.", row=1))
        elif name in header[:at]:
            message = "the column is there twice"
            problems.append(Problem(where, message, "Delete or rename one of the two.", row=1, column=name))
        elif name not in table.names:
            remedy = nearest(name, table.names) or f"The columns are {', '.join(table.names)}."
            message = f"{quoted(name)} is not a column of {table.name}"
            problems.append(Problem(where, message, remedy, row=1, column=quoted(name)[1:-1]))
    missing = [column for column in table.columns if column.required and column.name not in header]
    for column in missing:
        message = "the column is missing from the header"
        problems.append(Problem(where, message, f"Add it: {column.meaning}", row=1, column=column.name))
    return problems


def _separator(first: str, table: Table) -> str:
    """Return the separator that makes most known names, then most cells, of the header."""

    def merit(separator: str) -> tuple[int, int]:
        cells = [cell.strip().strip('"') for cell in first.split(separator)]
        return len(set(cells) & set(table.names)), len(cells)

    return max(SEPARATORS, key=merit)


def _plain_records(text: str, header: list[str], separator: str) -> pd.DataFrame | None:
    """Read a file without quotation marks at once, if every line holds as many cells as the header."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    data = text.encode()
    marks = np.frombuffer(data, dtype=np.uint8)
    ends = marks[np.flatnonzero((marks == ord(separator)) | (marks == ord("\n")))] == ord("\n")
    ragged = len(ends) % len(header) or not ends[len(header) - 1 :: len(header)].all()
    if ragged or np.count_nonzero(ends) * len(header) != len(ends) or "\n\n" in text:
        return None
    return pd.read_csv(
        io.BytesIO(data),
        sep=separator,
        header=None,
        names=header,
        skiprows=1,
        dtype="str",
        na_filter=False,
        quoting=csv.QUOTE_NONE,
        skip_blank_lines=False,
        index_col=False,
        lineterminator="\n",
    )


def _quoted_records(
    text: str, header: list[str], separator: str, where: str
) -> tuple[pd.DataFrame, Positions, list[Problem]]:
    """Read a file record by record, with cells in quotation marks and lines of the wrong length."""
    problems: list[Problem] = []
    records: list[list[str]] = []
    rows: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begin = 1
    try:
        for record in reader:
            if len(record) == len(header):
                records.append(record)
                rows.append(begin)
            elif any(cell.strip() for cell in record):
                problems.append(_ragged(record, header, begin, where))
            begin = reader.line_num + 1
    except csv.Error as error:
        problems.append(_broken(error, begin, where))
    columns = list(zip(*records[1:], strict=True)) or [()] * len(header)
    frame = pd.DataFrame({name: pd.array(cells, dtype="str") for name, cells in zip(header, columns, strict=True)})
    return frame, np.array(rows[1:], dtype=np.int64), problems


def _ragged(record: list[str], header: list[str], row: int, where: str) -> Problem:
    message = f"found {len(record)} cells, expected {len(header)}: {quoted(' | '.join(record))}"
    remedy = "Add the cells that are missing, or put a cell that holds a separator in quotation marks."
    return Problem(where, message, remedy, row=row)


def _broken(error: csv.Error, row: int, where: str) -> Problem:
    reason = "is never closed" if "unexpected end" in str(error) or "field limit" in str(error) else "is misplaced"
    remedy = "Close the quotation mark, and write a quotation mark inside a cell twice."
    return Problem(where, f"a quotation mark in the record that starts here {reason}", remedy, row=row)


def _blank_records(frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which records hold no text at all; spreadsheets write such lines."""
    blank = (frame.iloc[:, 0].str.strip() == "").to_numpy(dtype=bool, copy=True)
    for name in frame.columns[1:] if blank.any() else ():
        blank[blank] = (frame.loc[blank, name].str.strip() == "").to_numpy(dtype=bool)
    return blank
