"""Writing reports: one way to write a file, and to say why it could not be written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commission_opt.errors import PlaceError, Problem


@contextmanager
def writing(path: str | Path) -> Iterator[Path]:
    """Give a path to write to; what goes wrong in writing becomes a problem that names the path.

    Raises
    ------
    PlaceError
        When the path cannot be written.
    """
    try:
        yield Path(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PlaceError([Problem(str(path), f"cannot be written: {reason}.", "Choose another place.")]) from error


def write_text(path: str | Path, text: str) -> Path:
    """Write a text file."""
    with writing(path) as target:
        target.write_text(text, encoding="utf-8", newline="\n")
    return target
