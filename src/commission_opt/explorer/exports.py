"""Files to take away: written into a folder of our own, read, and gone."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

from commission_opt.analysis.ladder import Comparison, beside
from commission_opt.errors import CertificateError, SolverError
from commission_opt.plan.plan import Plan
from commission_opt.reports.page import write_plan

KINDS = {
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Endings of the files, and their media types."""

QUICK = 50_000
"""Columns of a program up to which today and silos are solved too, for the report to set the plan beside."""


def export(plan: Plan, ending: str) -> bytes:
    """Return the report page or the workbook of a plan."""
    with tempfile.TemporaryDirectory(prefix="commission-opt-") as folder:
        path = Path(folder) / f"plan.{ending}"
        if ending == "html":
            write_plan(plan, path, _beside(plan))
        else:
            plan.to_excel(path)
        return path.read_bytes()


def _beside(plan: Plan) -> Comparison | None:
    """Return the plan beside today and silos; None where that takes long, or cannot be solved."""
    if plan.program.shape[1] > QUICK:
        return None
    with suppress(SolverError, CertificateError):
        return beside(plan)
    return None
