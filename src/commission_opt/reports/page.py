"""One HTML page that needs nothing else: a plan beside today and silos, or the ladder with the plan worth most."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from commission_opt.analysis.equal_outcomes import EqualOutcomes
from commission_opt.analysis.ladder import Comparison
from commission_opt.plan.conflict import Conflict
from commission_opt.plan.plan import Plan
from commission_opt.reports import sections, sections_money
from commission_opt.reports.files import write_text
from commission_opt.reports.keys import key_figures, not_compared
from commission_opt.reports.palette import palette_css
from commission_opt.reports.sentences import (
    certificate_sentence,
    equal_outcomes_sentence,
    gainers_sentences,
    ladder_certificate_sentence,
    period_text,
    pooling_sentences,
    step_sentences,
    unspent_sentence,
)
from commission_opt.reports.sources import source_tables
from commission_opt.reports.views import short_title

UNIT = re.compile(r"(?<=\d) (?=(?:%|million|billion)(?:\W|$))")
"""The space between a figure and its unit."""


def plan_page(plan: Plan, comparison: Comparison | None = None) -> str:
    """Return a plan as an HTML page.

    Parameters
    ----------
    plan : Plan
        What is reported.
    comparison : Comparison or None
        The plan as the last of several, such as today and silos; without it the page says what was not compared.
    """
    compared = comparison or Comparison(plan.place, (plan.model,), (plan,))
    return _page("Plan", compared, plan)


def comparison_page(comparison: Comparison, equal: EqualOutcomes | None = None) -> str:
    """Return the ladder as an HTML page, with the plan that is worth most.

    Parameters
    ----------
    comparison : Comparison
        Plans of one place.
    equal : EqualOutcomes or None
        What the same outcomes would cost, where that was asked.
    """
    best = max(comparison.solved, key=lambda plan: plan.value, default=None)
    return _page("What working together is worth", comparison, best, equal)


def write_plan(plan: Plan, path: str | Path, comparison: Comparison | None = None) -> Path:
    """Write a plan as an HTML page."""
    return write_text(path, plan_page(plan, comparison))


def write_comparison(comparison: Comparison, path: str | Path) -> Path:
    """Write a comparison as an HTML page."""
    return write_text(path, comparison_page(comparison))


def _page(what: str, comparison: Comparison, plan: Plan | None, equal: EqualOutcomes | None = None) -> str:
    settings = comparison.place.settings
    place = settings.title or settings.name
    several = len(comparison.models) > 1
    parts: dict[str, Any] = {
        "title": f"{place}: {what[0].lower()}{what[1:]}",
        "what": what,
        "palette": palette_css(),
        "place": place,
        "settings": settings,
        "ladder": sections.ladder_section(comparison) if several else None,
        "steps": step_sentences(comparison),
        "headlines": pooling_sentences(comparison) + [equal_outcomes_sentence(found) for found in (equal,) if found],
        "conflicts": [
            (model.title, plan)
            for model, plan in zip(comparison.models, comparison.plans, strict=True)
            if isinstance(plan, Conflict)
        ],
        "sources": source_tables(comparison.place),
        "plan": plan,
    }
    if plan is not None:
        parts |= _plan_parts(plan, comparison)
    return _environment().get_template("report.html").render(**parts)


def _plan_parts(plan: Plan, comparison: Comparison) -> dict[str, Any]:
    """Return what the sections about one plan show."""
    base = comparison.solved[0] if comparison.solved[0] is not plan else None
    return {
        "name": short_title(plan.model.title),
        "base_name": short_title(base.model.title) if base is not None else "",
        "period": period_text(plan),
        "keys": key_figures(plan, comparison),
        "not_compared": not_compared(comparison),
        "unspent_line": unspent_sentence(plan),
        "certificate_line": certificate_sentence(plan),
        "ladder_certificate": ladder_certificate_sentence(comparison),
        "outcomes": sections.outcomes_section(plan, base),
        "areas": sections.areas_section(plan, base),
        "services": sections.services_section(plan),
        "agencies": sections_money.agencies_section(plan, base),
        "gains": gainers_sentences(plan, base) if base is not None else [],
        "prices": sections_money.prices_section(plan),
        "unspent": sections_money.unspent_section(plan),
        "evidence": sections_money.evidence_section(plan),
        "rules": [(rule.kind.replace("_", " "), rule.source) for rule in plan.model.rules if rule.enabled],
    }


@cache
def _environment() -> Environment:
    loader = PackageLoader("commission_opt.reports", "templates")
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_unbroken,
    )


def _unbroken(value: object) -> object:
    """Return text in which no line ends between a figure and its unit."""
    return type(value)(UNIT.sub("\u00a0", value)) if isinstance(value, str) else value
