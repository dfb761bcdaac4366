"""The one visual language of report, what-if page and workbook: its colours, and what each of them means.

Every mark stands out from white by 3 to 1 and every text by 4.5 to 1 (WCAG 2.2, 1.4.11 and 1.4.3). The colours of
agencies were searched for so that any two of them differ, for readers of all kinds of colour vision; names always stand
beside them.
"""

from __future__ import annotations

from commission_opt.place.colours import ACCENT, INK, PALE, QUIET, WHITE
from commission_opt.place.place import Place

AGENCIES = (
    *("#174E73", "#CF800A", "#634323", "#38A18C", "#B97CBF", "#5372ED"),
    *("#919149", "#631D91", "#B03B09", "#73283F", "#558255", "#8458B0"),
)
"""Colours of agencies in the order of the place's table; more agencies than these begin again."""

GAIN, LOSS, PLAIN, BEFORE = "#1F5A96", "#C2600C", "#6E7781", "#7F8FA3"
"""Marks of more, of less, of neither, and of what was before."""

GRADES = {"green": "#3C9A6E", "amber": "#B7791F", "red": "#8E2A2A", "assumed": BEFORE, "not graded": "#3F4752"}
"""Grades of evidence, in the colours that they are called by; their lightness tells them apart too."""

LINE, PAPER = "#D9DEE5", "#F5F7FA"
"""Lines between rows, and the ground that bars stand on."""

MARKS = {"gain": GAIN, "loss": LOSS, "plain": PLAIN, "before": BEFORE, "accent": ACCENT}
TEXTS = {"ink": INK, "quiet": QUIET, "accent": ACCENT, "good": GAIN, "bad": "#9A4A06"}
GROUNDS = {"white": WHITE, "paper": PAPER, "pale": PALE, "line": LINE}


def agency_styles(place: Place) -> dict[str, str]:
    """Return the CSS class of every agency: ``agency-1`` is the first of the place's table, everywhere."""
    return {agency: f"agency-{at % len(AGENCIES) + 1}" for at, agency in enumerate(place.tables["agencies"]["agency"])}


def agency_colours(place: Place) -> dict[str, str]:
    """Return the colour of every agency, for what knows no CSS."""
    return {agency: _colours()[style] for agency, style in agency_styles(place).items()}


def palette_css() -> str:
    """Return the colours as CSS: a custom property for each, and a class that fills a mark of a drawing with it."""
    colours = _colours()
    properties = "\n".join(f"  --{name}: {colour};" for name, colour in colours.items())
    fills = [f"svg .{name} {{ fill: var(--{name}); }}" for name in (*MARKS, *_grades(), *_agencies())]
    return "\n".join([f":root {{\n{properties}\n}}", *fills])


def grade_style(grade: str) -> str:
    """Return the CSS class of a grade of evidence."""
    return f"grade-{grade.replace(' ', '-')}"


def _grades() -> dict[str, str]:
    return {grade_style(grade): colour for grade, colour in GRADES.items()}


def _agencies() -> dict[str, str]:
    return {f"agency-{at}": colour for at, colour in enumerate(AGENCIES, start=1)}


def _colours() -> dict[str, str]:
    return {**GROUNDS, **TEXTS, **MARKS, **_grades(), **_agencies()}
