"""Bars as inline SVG, each beside the figure that it draws."""

from __future__ import annotations

from markupsafe import Markup

WIDTH, HEIGHT = 100.0, 10.0


def bar(start: float, stop: float, style: str = "bar") -> Markup:
    """Return a bar between two positions on a scale from 0 to 1.

    Parameters
    ----------
    start, stop : float
        Where it begins and ends; cut off at 0 and 1.
    style : str
        Class that colours it.

    Returns
    -------
    Markup
        An SVG element as wide as its cell; readers of the table hear the figure, not the picture.
    """
    low, high = (min(max(end, 0.0), 1.0) * WIDTH for end in sorted((start, stop)))
    width = max(high - low, 0.4)
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="{}" x="{}" y="0" width="{}" height="{}"/></svg>'
    ).format(_short(WIDTH), _short(HEIGHT), style, _short(min(low, WIDTH - width)), _short(width), _short(HEIGHT))


def _short(figure: float) -> str:
    return f"{figure:.2f}".rstrip("0").rstrip(".")
