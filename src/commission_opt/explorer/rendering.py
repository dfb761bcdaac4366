"""Pieces of the page from templates: every name and figure in them is escaped."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined


def render(template: str, **values: Any) -> str:
    """Return a template of the page, or of reports, filled in."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    rooms = ("commission_opt.explorer", "commission_opt.reports")
    loader = ChoiceLoader([PackageLoader(room, "templates") for room in rooms])
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
