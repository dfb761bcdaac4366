"""A few kinds of charts as inline SVG, all made alike: rows with a name, a figure and bars below them.

Bars are placed in per cent of the width, text in pixels, so that a chart fills any column and can be read on a
telephone, enlarged and in print. Colours are classes of :mod:`commission_opt.reports.palette`; every figure of a chart
stands in the table beside it, and its title and description say what it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

ROW, NAME_LINE, BAR_TOP, BAR_HEIGHT = 42, 14, 20, 14
"""Pixels: a row, the foot of its text, and its bar."""

NAME_WIDTH = 58
"""Per cent of the width that a name may take; what is longer ends in dots."""

LEAST_WIDTH = 0.4
"""Per cent of the width that the smallest bar has, so that it can be seen."""

NAMED = 3
"""Rows that a description names."""


@dataclass(frozen=True)
class Picture:
    """What a chart is called.

    Parameters
    ----------
    key : str
        Its name in the page, letters and hyphens; no other chart of the page may have it.
    title : str
        What it shows.
    """

    key: str
    title: str


@dataclass(frozen=True)
class Bar:
    """A bar from one amount to another, all of a chart on one scale.

    Parameters
    ----------
    start, stop : float
        Amounts, in any order.
    style : str
        Class that colours it.
    """

    start: float
    stop: float
    style: str


@dataclass(frozen=True)
class Row:
    """A row of a chart: its name, its figure in words with unit, and its bars."""

    name: str
    figure: str
    bars: tuple[Bar, ...]


def bars(picture: Picture, rows: Sequence[tuple[str, str, float, str]]) -> Markup:
    """Draw one bar for each row (name, figure, amount, style) from nought, to the left where the amount is below it."""
    return _chart(picture, [Row(name, text, (Bar(0.0, size, style),)) for name, text, size, style in rows], True)


def steps(picture: Picture, rows: Sequence[tuple[str, str, float, float]]) -> Markup:
    """Draw each row (name, figure, from, to) as a step that begins where the one that it builds on ends."""
    drawn = [
        Row(name, text, (Bar(start, stop, "gain" if stop >= start else "loss"),)) for name, text, start, stop in rows
    ]
    return _chart(picture, drawn, False)


def stacks(picture: Picture, rows: Sequence[tuple[str, str, Sequence[tuple[float, str]]]]) -> Markup:
    """Draw the parts (amount, style) of each row (name, figure, parts) one after the other."""
    drawn = []
    for name, text, parts in rows:
        ends = [0.0]
        for amount, _ in parts:
            ends.append(ends[-1] + max(amount, 0.0))
        stacked = zip(ends, ends[1:], parts, strict=False)
        shown = [Bar(start, stop, f"part {style}") for start, stop, (_, style) in stacked if stop > start]
        drawn.append(Row(name, text, tuple(shown)))
    return _chart(picture, drawn, True)


def legend(entries: Iterable[tuple[str, str]]) -> Markup:
    """Return what the colours (style, name) mean, as a list."""
    item = Markup(
        '<li><svg class="swatch" width="12" height="12" aria-hidden="true" focusable="false">'
        '<rect class="{}" width="12" height="12"/></svg>{}</li>'
    )
    items = Markup("").join(item.format(style, name) for style, name in entries)
    return Markup('<ul class="legend">{}</ul>').format(items)


def _chart(picture: Picture, rows: Sequence[Row], from_nought: bool) -> Markup:
    """Draw rows on one scale, with a title, and a description for those who hear the page."""
    ends = [end for row in rows for bar in row.bars for end in (bar.start, bar.stop)] + [0.0] * from_nought
    low, high = min(ends, default=0.0), max(ends, default=0.0)
    span = high - low or 1.0
    inner = Markup("").join(_row(row, at * ROW, low, span) for at, row in enumerate(rows))
    return Markup(
        '<p class="chart-title" aria-hidden="true">{title}</p>'
        '<svg class="chart" role="img" aria-labelledby="{key}-title {key}-text" width="100%" height="{height}">'
        '<title id="{key}-title">{title}</title><desc id="{key}-text">{text}</desc>{inner}</svg>'
    ).format(key=picture.key, height=len(rows) * ROW, title=picture.title, text=_description(rows), inner=inner)


def _description(rows: Sequence[Row]) -> str:
    named = "; ".join(f"{row.name}: {row.figure}" for row in rows[:NAMED])
    more = len(rows) - NAMED
    return f"Bars: {named}{f'; and {more} more' if more > 0 else ''}. The table beside it holds the figures."


def _row(row: Row, top: int, low: float, span: float) -> Markup:
    words = Markup(
        '<foreignObject y="{top}" width="{wide}%" height="{high}"><span class="name">{name}</span></foreignObject>'
        '<text class="figure" x="100%" y="{at}" text-anchor="end">{figure}</text>'
        '<rect class="track" y="{ground}" width="100%" height="{thick}"/>'
    ).format(
        top=top,
        wide=NAME_WIDTH,
        high=BAR_TOP,
        name=row.name,
        at=top + NAME_LINE,
        figure=row.figure,
        ground=top + BAR_TOP,
        thick=BAR_HEIGHT,
    )
    drawn = Markup("").join(_drawn(bar, top, low, span) for bar in row.bars)
    return words + drawn + (_nought(top, low, span) if low < 0 < low + span else Markup(""))


def _nought(top: int, low: float, span: float) -> Markup:
    """Mark nought beside a bar, clear of the names."""
    line = Markup('<line class="nought" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}"/>')
    return line.format(_short(-low / span * 100), top + BAR_TOP - 2, top + BAR_TOP + BAR_HEIGHT + 2)


def _drawn(bar: Bar, top: int, low: float, span: float) -> Markup:
    start, stop = ((end - low) / span * 100 for end in (bar.start, bar.stop))
    width = max(abs(stop - start), LEAST_WIDTH)
    left = min(start, stop, 100 - width)
    place = Markup('<rect class="{}" x="{}%" y="{}" width="{}%" height="{}"/>')
    return place.format(bar.style, _short(left), top + BAR_TOP, _short(width), BAR_HEIGHT)


def _short(figure: float) -> str:
    return f"{figure:.2f}".rstrip("0").rstrip(".")
