"""Sentences and tables made for a terminal, as pieces of a page: one wording for both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from commission_opt.reports.section import Section
from commission_opt.reports.terminal import Part


@dataclass(frozen=True)
class Piece:
    """A heading, a sentence, a list or a table of a page.

    Parameters
    ----------
    kind : str
        ``heading``, ``sentence``, ``points`` or ``table``.
    text : str
        Of a heading or a sentence; of a table the heading that it stands under.
    points : tuple of str
        Of a list.
    table : Section or None
        Of a table.
    """

    kind: str
    text: str = ""
    points: tuple[str, ...] = ()
    table: Section | None = None


def pieces_of(parts: Iterable[Part]) -> list[Piece]:
    """Return what a terminal would print as pieces of a page; items that follow one another make one list."""
    found: list[Piece] = []
    above = ""
    for part in parts:
        inner = part.renderable if isinstance(part, Padding) else part
        if isinstance(inner, Table) and not inner.show_header:
            point = _cells(inner)[0][-1]
            if found and found[-1].kind == "points":
                found[-1] = Piece("points", points=(*found[-1].points, point))
            else:
                found.append(Piece("points", points=(point,)))
        elif isinstance(inner, Table):
            found.append(Piece("table", above, table=_section(inner)))
        elif isinstance(inner, Text):
            kind = "heading" if any("bold" in str(span.style) for span in inner.spans) else "sentence"
            found.append(Piece(kind, inner.plain.strip()))
            above = found[-1].text if kind == "heading" else above
    return found


def _section(table: Table) -> Section:
    kinds = ["figure" if column.justify == "right" else "word" for column in table.columns]
    heads = [str(column.header) for column in table.columns]
    return Section(tuple(zip(heads, kinds, strict=True)), tuple(_cells(table)))


def _cells(table: Table) -> list[tuple[str, ...]]:
    columns = [
        [cell.plain if isinstance(cell, Text) else str(cell) for cell in column.cells] for column in table.columns
    ]
    return list(zip(*columns, strict=True))
