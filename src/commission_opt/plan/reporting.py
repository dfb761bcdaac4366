"""The way from a plan to its reports: reports know plans, plans know only that there are reports."""

from __future__ import annotations

import importlib
from pathlib import Path


def write_report(module: str, writer: str, thing: object, path: str | Path) -> Path:
    """Have a report of a plan or a comparison written.

    Parameters
    ----------
    module : str
        Module of ``commission_opt.reports``, loaded when it is first needed.
    writer : str
        Its function that takes the thing and the path.
    thing : object
        What to report.
    path : str or Path
        Where to write.

    Returns
    -------
    Path
        What was written.

    Raises
    ------
    PlaceError
        When the path cannot be written.
    """
    write = getattr(importlib.import_module(f"commission_opt.reports.{module}"), writer)
    return Path(write(thing, path))
