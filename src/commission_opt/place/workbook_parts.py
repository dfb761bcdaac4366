"""The parts of a workbook's file, looked over before any of them is parsed.

A workbook is a zip file of XML. Nothing is unpacked beyond what it says of itself and beyond a limit, no XML with a
document type is let through, and what a place has no use for (macros, links to other workbooks) is refused.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

from commission_opt.errors import Problem

MOST_BYTES, MOST_UNPACKED, MOST_PARTS = 64 * 2**20, 256 * 2**20, 2_000
"""Limits of a file: as it lies there, unpacked, and in parts."""

MOST_RATIO, RATIO_FROM = 200, 2**20
"""How many times its size a part may unpack to, and the unpacked size from which that is asked."""

OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of the file format before .xlsx, in which workbooks with a password are wrapped too."""

BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError)
"""What a zip file that is not as it should be raises."""

SAVE_AGAIN = "Open it in your spreadsheet program and save it again as an Excel workbook (.xlsx)."
MAIN = "xl/workbook.xml"


class UnfitError(Exception):
    """A workbook is refused as a whole.

    Parameters
    ----------
    message : str
        Why, reading on after the name of the file.
    remedy : str
        What to do about it.
    """

    def __init__(self, message: str, remedy: str = SAVE_AGAIN) -> None:
        self.message, self.remedy = message, remedy
        super().__init__(message)

    def problem(self, where: str) -> Problem:
        """Return the refusal as a problem of a file or sheet."""
        return Problem(where, self.message, self.remedy)


def read_parts(path: Path) -> dict[str, bytes]:
    """Return the XML parts of a workbook by name, unpacked.

    Raises
    ------
    UnfitError
        When the file is too large, broken, or no workbook that could be read safely.
    OSError
        When it cannot be opened.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise UnfitError(
            f"is {size / 2**20:,.0f} MB large; a workbook may have {MOST_BYTES // 2**20} MB",
            "Keep a place of this size in a folder of CSV or Parquet files.",
        )
    data = path.read_bytes()
    if data.startswith(OLD_OR_LOCKED):
        message = "is a workbook of the old kind (.xls), or is locked with a password; expected an open .xlsx workbook"
        raise UnfitError(message, "Take the password off, and save it as an Excel workbook (.xlsx).")
    if not data.startswith(b"PK"):
        raise UnfitError("is no Excel workbook, whatever its name says")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _look_over(entries)
            return {
                entry.filename: part
                for entry in entries
                if (part := _unpacked(archive, entry)) and entry.filename.endswith((".xml", ".rels"))
            }
    except BROKEN as error:
        raise UnfitError("is broken: its parts cannot be unpacked") from error


def _look_over(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse a file by the sizes that its table of contents states."""
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        message = f"unpacks to more than {MOST_UNPACKED // 2**20} MB or {MOST_PARTS:,} parts"
        raise UnfitError(message, "Keep a place of this size in a folder of CSV or Parquet files.")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnfitError("is locked with a password", "Take the password off and save it again.")
    for entry in entries:
        if entry.file_size > RATIO_FROM and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            message = f"is packed too tightly to be a workbook: {entry.filename[:60]!r} unpacks to far more than it is"
            raise UnfitError(message)
    _look_at_names([entry.filename for entry in entries])


def _look_at_names(names: list[str]) -> None:
    """Refuse a file by the names of its parts."""
    folded = {name.casefold() for name in names}
    if len(folded) < len(names):
        raise UnfitError("is broken: it holds two parts of one name")
    if MAIN not in names:
        kind = "a workbook of another kind" if {"mimetype", "xl/workbook.bin"} & folded else "no workbook"
        raise UnfitError(f"is {kind}; expected an Excel workbook (.xlsx)")
    if any(name.endswith("vbaproject.bin") for name in folded):
        raise UnfitError("holds macros, which a place has no use for", "Save it as an Excel workbook (.xlsx).")
    if any(name.startswith("xl/externallinks/") for name in folded):
        remedy = "In Excel: Data, Edit Links (Workbook Links), Break Link; then save it again."
        raise UnfitError("takes figures from other workbooks, which are not read", remedy)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return a part, having checked that it is as large as it says and holds no document type."""
    with archive.open(entry) as stream:
        part = stream.read(entry.file_size + 1)
    if len(part) != entry.file_size:
        raise UnfitError(f"is broken: {entry.filename[:60]!r} is not as large as it says")
    if entry.filename.endswith((".xml", ".rels")):
        if part.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in part[:200]:
            raise UnfitError(f"is not written as Excel writes it: {entry.filename[:60]!r} is not in UTF-8")
        if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
            raise UnfitError(f"is not safe to read: {entry.filename[:60]!r} declares a document type")
    return part
