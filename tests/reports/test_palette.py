"""The colours: seen against white, told apart by readers of all kinds of colour vision, the same everywhere."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest

from commission_opt import Plan
from commission_opt.reports.palette import (
    AGENCIES,
    GRADES,
    GROUNDS,
    MARKS,
    TEXTS,
    agency_colours,
    agency_styles,
    palette_css,
)

VISION = {
    "full": np.eye(3),
    "no red": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.052]]
    ),
    "no green": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "no blue": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}
"""What is seen of linear red, green and blue (Machado, Oliveira and Fernandes 2009, severity 1)."""

XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
D65 = np.array([0.9505, 1.0, 1.089])

Floats = npt.NDArray[np.float64]


def linear(colour: str) -> Floats:
    """Return a colour's linear red, green and blue."""
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG defines it."""
    low, high = sorted(float(linear(colour) @ XYZ[1]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(colour: str, vision: Floats) -> Floats:
    """Return a colour as it is seen, in a space where distances are differences (CIELAB)."""
    x, y, z = np.cbrt(np.maximum(XYZ @ np.clip(vision @ linear(colour), 0, 1) / D65, 0.008856))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("colour", [*MARKS.values(), *GRADES.values(), *AGENCIES])
def test_marks_stand_out_from_white(colour: str) -> None:
    """By 3 to 1, as WCAG 2.2 asks of graphics."""
    assert contrast(colour, GROUNDS["white"]) >= 3


@pytest.mark.parametrize("ground", ["white", "paper", "pale"])
@pytest.mark.parametrize("colour", TEXTS.values())
def test_text_can_be_read(colour: str, ground: str) -> None:
    """By 4.5 to 1, as WCAG 2.2 asks of text, on every ground."""
    assert contrast(colour, GROUNDS[ground]) >= 4.5


@pytest.mark.parametrize("colours", [AGENCIES, tuple(GRADES.values())], ids=["agencies", "grades"])
@pytest.mark.parametrize("vision", VISION)
def test_agencies_and_grades_are_told_apart(vision: str, colours: tuple[str, ...]) -> None:
    """By any reader: a difference of 2 can be seen side by side, these differ by 15 and more."""
    seen = {colour: lab(colour, VISION[vision]) for colour in colours}
    nearest = min(float(np.linalg.norm(seen[one] - seen[other])) for one, other in combinations(colours, 2))
    assert nearest >= 15


@pytest.mark.parametrize("vision", VISION)
def test_more_and_less_are_told_apart(vision: str) -> None:
    """Blue and orange, not green and red."""
    assert np.linalg.norm(lab(MARKS["gain"], VISION[vision]) - lab(MARKS["loss"], VISION[vision])) >= 40


def test_agencies_take_colours_in_the_order_of_their_table(riverside: Plan) -> None:
    """The same on every page and sheet, whatever is shown there."""
    agencies = riverside.place.tables["agencies"]["agency"].tolist()
    assert list(agency_colours(riverside.place).items()) == list(zip(agencies, AGENCIES, strict=False))
    assert agency_styles(riverside.place)[agencies[2]] == "agency-3"


def test_css_holds_every_colour_once() -> None:
    """Pages name colours by what they mean."""
    css = palette_css()
    assert all(css.count(f"--{name}: ") == 1 for name in (*MARKS, *TEXTS, *GROUNDS))
    assert f"--agency-12: {AGENCIES[11]};" in css
    assert "svg .agency-12 { fill: var(--agency-12); }" in css
