"""Places and models in words, and a model's rules in algebra."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from rich.padding import Padding
from rich.text import Text

from commission_opt.model.model import Model, model_data
from commission_opt.reports.algebra import as_text
from commission_opt.reports.terminal import Part, heading, sentence, tidy
from commission_opt.rules import FAMILIES, AnyRule
from commission_opt.rules.base import Rule

OBJECTIVES = {
    "weighted_outcomes": "the value of outcomes, weighted by outcome, area and year",
    "net_value": "the value of outcomes less the money spent",
    "least_cost": "least spend",
    "max_min": "the value of outcomes for each person of the worst-off, then of the next, and so on",
    "lexicographic": "several objectives in order of priority",
}

LEFT_OUT = ("kind", "source", "enabled")
"""Settings that are told otherwise than in the list of settings."""


def list_parts(entries: Mapping[str, tuple[str, str]]) -> list[Part]:
    """Return names with titles and descriptions."""
    parts: list[Part] = []
    for name, (title, description) in entries.items():
        parts += [heading(name), _indented(title)]
        if description:
            parts.append(_indented(" ".join(description.split())))
    return parts


def model_parts(model: Model) -> list[Part]:
    """Return a model as a schedule to an agreement: its objective, then each rule in words and algebra."""
    parts: list[Part] = [
        heading(model.title),
        sentence(" ".join(model.description.split())),
        sentence(f"Source: {model.source}"),
        heading("What is maximised"),
        _indented(f"{OBJECTIVES[model.objective.kind].capitalize()}."),
        _indented(f"Source: {model.objective.source}"),
    ]
    if model.objective.order:
        parts.insert(-1, _indented(f"In order: {', '.join(model.objective.order)}."))
    for rule in model.rules:
        off = "" if rule.enabled else " (switched off)"
        parts += [heading(f"{rule.kind}{off}"), *(_indented(line) for line in _rule_lines(rule))]
    return parts


def model_document(model: Model) -> dict[str, Any]:
    """Return a model with the words and the algebra of its rules."""
    rules = [
        {
            "kind": rule.kind,
            "enabled": rule.enabled,
            "source": rule.source,
            "meaning": first_sentence(type(rule)),
            "algebra": algebra_of(type(rule)),
            "settings": settings_of(rule),
        }
        for rule in model.rules
    ]
    return {
        "name": model.name,
        "title": model.title,
        "description": " ".join(model.description.split()),
        "source": model.source,
        "objective": model_data(model)["objective"],
        "rules": rules,
    }


def first_sentence(family: type[Rule]) -> str:
    """Return what a rule family is in one sentence: the first line of its docstring."""
    return (inspect.getdoc(family) or "").partition("\n")[0]


def algebra_of(family: type[Rule]) -> list[str]:
    """Return the formulas of a rule family's docstring as text, one line each."""
    lines = (inspect.getdoc(family) or "").splitlines()
    formulas: list[str] = []
    inside = False
    for line in lines:
        start = line.startswith(".. math::")
        if start or (inside and (line.startswith(" ") or not line)):
            formulas.append(line.removeprefix(".. math::").strip() or r"\qquad")
            inside = True
        else:
            inside = False
    return as_text(" ".join(formulas))


def settings_of(rule: Rule) -> dict[str, Any]:
    """Return the settings that a rule states."""
    given: dict[str, Any] = rule.model_dump(mode="json", exclude_unset=True)
    return {name: value for name, value in given.items() if name not in LEFT_OUT}


def _rule_lines(rule: AnyRule) -> list[str]:
    lines = [first_sentence(FAMILIES[rule.kind])]
    lines += [f"    {formula}" for formula in algebra_of(FAMILIES[rule.kind])]
    lines += [f"Set: {name} = {_setting_text(value)}" for name, value in settings_of(rule).items()]
    return [*lines, f"Source: {rule.source}"]


def _setting_text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {_setting_text(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(str(entry) for entry in value)
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _indented(text: str) -> Part:
    return Padding(Text(tidy(text)), (0, 0, 0, 2))
