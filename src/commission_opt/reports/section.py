"""A section of the report page: a table, the chart that draws it, and how much of it is shown at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

Cell = str | Markup
NOTHING = Markup("")

AT_ONCE, AT_MOST = 16, 500
"""Rows that are shown without being asked for, and rows that a page holds; files hold them all."""

IN_CHART = 12
"""Rows that a chart draws: the first ones of its table."""


@dataclass(frozen=True)
class Section:
    """A table of a page, with its chart.

    Parameters
    ----------
    heads : tuple of (heading, kind)
        Kind is ``word``, ``long`` (a sentence) or ``figure``.
    rows : tuple of rows of cells
        As many cells as headings; links are markup, all else is escaped.
    chart : Markup
        SVG and what its colours mean; blank where a table says it all.
    """

    heads: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]
    chart: Markup = NOTHING

    @property
    def folded(self) -> bool:
        """Whether the table is so long that it opens only when asked."""
        return len(self.rows) > AT_ONCE

    @property
    def shown(self) -> tuple[tuple[Cell, ...], ...]:
        """Rows that the page holds."""
        return self.rows[:AT_MOST]

    @property
    def more(self) -> int:
        """Rows that it does not hold."""
        return max(len(self.rows) - AT_MOST, 0)


def cut_note(things: str, shown: int, total: int) -> Markup:
    """Say how many things a chart leaves out; a blank where it leaves out none."""
    if total <= shown:
        return NOTHING
    return Markup('<p class="small">The {} largest of {:,} {}; the table holds {:,} more.</p>').format(
        shown, total, things, total - shown
    )


def link(anchor: str | None, name: str) -> Cell:
    """Return a name that leads to its source further down the page, where that is on the page."""
    return name if anchor is None else Markup('<a href="#{}">{}</a>').format(anchor, name)


def anchors(table: str, keys: Sequence[str]) -> dict[str, str]:
    """Return the place on the page where the source of a key of a table stands: ``services-3``.

    Keys may hold anything; numbers do no harm. A page holds the first ones.
    """
    return {key: f"{table}-{at}" for at, key in enumerate(keys[:AT_MOST], start=1)}
