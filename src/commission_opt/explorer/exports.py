"""Files to take away: written into a folder of our own, read, and gone."""

from __future__ import annotations

import tempfile
from pathlib import Path

from commission_opt.analysis.ladder import beside_if_quick
from commission_opt.plan.plan import Plan
from commission_opt.reports.page import write_plan

KINDS = {
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Endings of the files, and their media types."""


def export(plan: Plan, ending: str) -> bytes:
    """Return the report page or the workbook of a plan."""
    with tempfile.TemporaryDirectory(prefix="commission-opt-") as folder:
        path = Path(folder) / f"plan.{ending}"
        if ending == "html":
            write_plan(plan, path, beside_if_quick(plan))
        else:
            plan.to_excel(path)
        return path.read_bytes()
