"""One HTML page that needs nothing else: a plan, or the ladder with the plan that is worth most."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from commission_opt.analysis.equal_outcomes import EqualOutcomes
from commission_opt.analysis.ladder import Comparison
from commission_opt.plan.conflict import Conflict
from commission_opt.plan.plan import Plan
from commission_opt.plan.words import money_text
from commission_opt.reports import sections
from commission_opt.reports.charts import bar
from commission_opt.reports.files import write_text
from commission_opt.reports.sentences import (
    certificate_sentence,
    equal_outcomes_sentence,
    gainers_sentences,
    ladder_certificate_sentence,
    period_text,
    place_title,
    pooling_sentences,
    step_sentences,
    unspent_sentence,
    value_text,
)
from commission_opt.reports.views import short_title


def plan_page(plan: Plan) -> str:
    """Return a plan as an HTML page, compared with today."""
    return (
        _environment().get_template("plan.html").render(title=f"{place_title(plan)}: plan", **_plan_parts(plan, None))
    )


def comparison_page(comparison: Comparison, equal: EqualOutcomes | None = None) -> str:
    """Return the ladder as an HTML page, with the plan that is worth most.

    Parameters
    ----------
    comparison : Comparison
        Plans of one place.
    equal : EqualOutcomes or None
        What the same outcomes would cost, where that was asked.
    """
    settings = comparison.place.settings
    title = settings.title or settings.name
    parts: dict[str, Any] = {
        "title": f"{title}: what working together is worth",
        "place": title,
        "settings": settings,
        "ladder": sections.ladder_section(comparison),
        "steps": step_sentences(comparison),
        "headlines": pooling_sentences(comparison) + [equal_outcomes_sentence(found) for found in (equal,) if found],
        "ladder_certificate": ladder_certificate_sentence(comparison),
        "conflicts": [
            (model.title, plan)
            for model, plan in zip(comparison.models, comparison.plans, strict=True)
            if isinstance(plan, Conflict)
        ],
    }
    if not comparison.solved:
        return _environment().get_template("ladder.html").render(**parts, plan=None)
    best = max(comparison.solved, key=lambda plan: plan.value)
    return _environment().get_template("ladder.html").render(**parts, **_plan_parts(best, comparison))


def write_plan(plan: Plan, path: str | Path) -> Path:
    """Write a plan as an HTML page."""
    return write_text(path, plan_page(plan))


def write_comparison(comparison: Comparison, path: str | Path) -> Path:
    """Write a comparison as an HTML page."""
    return write_text(path, comparison_page(comparison))


def _plan_parts(plan: Plan, comparison: Comparison | None) -> dict[str, Any]:
    """Return what the sections about one plan show."""
    base = comparison.solved[0] if comparison is not None and len(comparison.solved) > 1 else None
    base = None if base is plan else base
    settings = plan.place.settings
    return {
        "plan": plan,
        "name": short_title(plan.model.title),
        "base_name": short_title(base.model.title) if base is not None else "",
        "place_name": place_title(plan),
        "period": period_text(plan),
        "value": value_text(plan.value),
        "spend": money_text(plan.spend, settings),
        "unspent_line": unspent_sentence(plan),
        "certificate_line": certificate_sentence(plan),
        "outcomes": sections.outcomes_section(plan, base),
        "services": sections.services_section(plan),
        "agencies": sections.agencies_section(plan, base),
        "gains": gainers_sentences(plan, base) if base is not None else [],
        "prices": sections.prices_section(plan),
        "unspent": sections.unspent_section(plan),
        "evidence": sections.evidence_section(plan),
        "rules": [(rule.kind.replace("_", " "), rule.source) for rule in plan.model.rules if rule.enabled],
    }


@cache
def _environment() -> Environment:
    loader = PackageLoader("commission_opt.reports", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["bar"] = bar
    return environment
