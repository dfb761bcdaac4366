"""The tiny place with names that try to run as a page's code, or as a spreadsheet's formulas."""

from __future__ import annotations

from commission_opt.place import Place
from tests.tiny import PLACE

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
FORMULA = '=HYPERLINK("x","y")'
AT_SIGN = "@SUM(1+1)"
PLUS = "+1"
MINUS = "-1"

NAMES = {"visits": SCRIPT, "clinic": FORMULA, "ward": PLUS, "council": AT_SIGN, "safe": IMAGE, "falls": MINUS}
"""What each name becomes."""


def hostile_place() -> Place:
    """Return the place, every name replaced wherever it is used."""
    tables = {
        name: PLACE.table(name).replace(NAMES)
        for name in ("agencies", "funding", "services", "outcomes", "effects", "demand", "baseline")
    }
    tables["agencies"]["kind"] = ["council", "nhs"]
    return PLACE.replace(title=f"Tiny {SCRIPT}", source=IMAGE, **tables)
