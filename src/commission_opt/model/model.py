"""The commissioning model: the rules of the game, as validated settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import Field, ValidationError

from commission_opt.errors import ModelError, Problem, nearest
from commission_opt.rules import FAMILIES, AnyRule
from commission_opt.rules.area_groups import By, Per
from commission_opt.rules.base import Settings

MAX_MIN = "max_min"
OBJECTIVES = ("weighted_outcomes", "net_value", "least_cost", MAX_MIN)
HEADINGS = ("name", "title", "description", "source")


class Objective(Settings):
    """What is maximised."""

    kind: Literal["weighted_outcomes", "net_value", "least_cost", "max_min", "lexicographic"] = Field(
        default="weighted_outcomes",
        description="Value of outcomes, value less spend, least spend, the worst-off first, or a list in order.",
    )
    by: By = Field(default="area", description="For max_min: whether areas or clusters are compared.")
    per: Per = Field(
        default="head",
        description="For max_min: value for each person, person times the area's equity weight, or case of need.",
    )
    order: tuple[str, ...] = Field(
        default=(),
        description="For lexicographic: objectives in order of priority; 'own:KIND' stands for what agencies of a "
        "kind value themselves.",
    )
    tolerance: float = Field(
        default=0.0, ge=0, lt=1, description="Share of each objective's best that a later one may give up."
    )
    source: str = Field(min_length=1, description="Where the choice comes from.")


class Model(Settings):
    """A commissioning model: who may pay for what, which promises hold, what is maximised.

    Parameters
    ----------
    name, title, description, source : str
        Short name, name for people, what it is, where the form of joint working comes from.
    objective : Objective
        What is maximised.
    rules : tuple of rules
        One for each section of the file, in the order in which they build.
    """

    name: str = Field(min_length=1)
    title: str = Field(min_length=1)
    description: str = Field(min_length=1)
    source: str = Field(min_length=1)
    objective: Objective
    rules: tuple[AnyRule, ...] = ()

    def rule(self, kind: str) -> AnyRule | None:
        """Return the rule of a family where the model has one that is enabled."""
        return next((rule for rule in self.rules if rule.kind == kind and rule.enabled), None)

    def with_rule(self, rule: AnyRule) -> Model:
        """Return a model with the rule of this one's family replaced."""
        return self.model_copy(update={"rules": tuple(rule if own.kind == rule.kind else own for own in self.rules)})

    def set(self, key: str, value: object) -> Model:
        """Return a model with one setting changed.

        Parameters
        ----------
        key : str
            ``section.setting``, for instance ``ring_fences.enabled`` or ``pooling.pot.tags``. A section that the
            model does not have is added.
        value : object
            The new value.

        Raises
        ------
        ModelError
            When there is no such setting, or the value does not fit it.
        """
        section, *path = key.split(".")
        data = model_data(self)
        if section not in FAMILIES and section not in ("objective", *HEADINGS):
            known = [*FAMILIES, "objective", *HEADINGS]
            raise ModelError([_unknown(f"model {self.name}", section, known)])
        target = data
        if path:
            target = data.setdefault(section, {} if section == "objective" else {"source": f"--set {key}"})
            for part in path[:-1]:
                inner = target.get(part)
                target[part] = dict(inner) if isinstance(inner, Mapping) else {}
                target = target[part]
        target[path[-1] if path else section] = value
        return model_from_data(data, f"model {self.name} with {key} set")


def model_data(model: Model) -> dict[str, Any]:
    """Return a model as the sections of its file."""
    data = model.model_dump(mode="python", exclude_none=True, exclude={"rules"})
    for rule in model.rules:
        data[rule.kind] = rule.model_dump(mode="python", exclude_none=True, exclude={"kind"})
    return data


def model_from_data(data: Mapping[str, Any], where: str | Path) -> Model:
    """Build a model from the sections of its file.

    Raises
    ------
    ModelError
        With every problem found: unknown sections and settings, values that do not fit, missing sources.
    """
    known = [*FAMILIES, "objective", *HEADINGS]
    problems = [_unknown(str(where), section, known) for section in data if section not in known]
    sections: list[dict[str, Any]] = []
    for kind in FAMILIES:
        section = data.get(kind)
        if isinstance(section, Mapping):
            sections.append({**section, "kind": kind})
        elif section is not None:
            problems.append(
                Problem(str(where), f"'{section}' is not a section.", f"Write [{kind}] and its settings.", column=kind)
            )
    body = {key: data[key] for key in ("objective", *HEADINGS) if key in data}
    try:
        model = Model(**body, rules=tuple(sections))
    except ValidationError as error:
        problems += [_invalid(str(where), dict(detail)) for detail in error.errors()]
    if problems:
        raise ModelError(problems)
    unknown = [name for name in model.objective.order if name not in OBJECTIVES and not name.startswith("own:")]
    lacking = model.objective.kind == "lexicographic" and not model.objective.order
    if unknown or lacking:
        found = f"'{unknown[0]}' is no objective." if unknown else "a lexicographic objective needs an order."
        remedy = f"Use any of {', '.join(OBJECTIVES)} and own:KIND."
        raise ModelError([Problem(str(where), found, remedy, column="objective.order")])
    return model


def _unknown(where: str, name: str, known: list[str]) -> Problem:
    remedy = nearest(name, known) or f"Known are {', '.join(known)}."
    return Problem(where, f"there is no section or setting '{name}'.", remedy, column=name)


def _invalid(where: str, detail: dict[str, Any]) -> Problem:
    """Turn one finding of the validator into a problem in the words of the file."""
    location = [part for part in detail["loc"] if part != "rules" and not isinstance(part, int)]
    column = ".".join(dict.fromkeys(str(part) for part in location)) or "file"
    name = str(location[-1]) if location else ""
    if detail["type"] == "extra_forbidden":
        fields = _settings_beside([str(part) for part in location])
        remedy = nearest(name, fields) or f"Settings here are {', '.join(fields)}."
        return Problem(where, f"there is no setting '{name}'.", remedy, column=column)
    if detail["type"] == "missing":
        return Problem(where, f"'{name}' is missing.", f"Add {name} = ...", column=column)
    message = str(detail["msg"])
    return Problem(where, f"{detail['input']!r} does not fit.", f"{message[:1].upper()}{message[1:]}.", column=column)


def _settings_beside(location: list[str]) -> list[str]:
    """Return the settings that there are where an unknown one was found."""
    owner: type[Settings] = FAMILIES.get(location[0], Objective)
    for part in location[1:-1]:
        field = owner.model_fields.get(part)
        inner = (field.annotation, *get_args(field.annotation)) if field else ()
        owner = next((kind for kind in inner if isinstance(kind, type) and issubclass(kind, Settings)), owner)
    # A rule's kind is the name of its section, not a setting.
    return [name for name in owner.model_fields if name != "kind" or owner is Objective]
