"""A plan, a comparison or a conflict as one JSON document."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from commission_opt.analysis.ladder import Comparison
from commission_opt.errors import InfeasibleError
from commission_opt.model.model import Model
from commission_opt.place.place import Place
from commission_opt.plan.conflict import Conflict
from commission_opt.plan.plan import Plan
from commission_opt.reports.files import write_text


def plan_document(plan: Plan) -> dict[str, Any]:
    """Return a plan as plain values: no figure in it is NaN or infinite, absence is null."""
    settings = plan.place.settings
    services = plan.allocation.groupby("service")[["volume_units", "spend_money", "baseline_units"]].sum()
    services.columns = pd.Index(["volume", "spend", "baseline_volume"])
    outcomes = plan.outcomes.groupby("outcome")["amount_units"].sum()
    unspent = plan.funding.loc[plan.funding["use"] == "unspent", "amount_money"].sum()
    document: dict[str, Any] = {
        "place": plan.place.name,
        "model": plan.model.name,
        "status": plan.status,
        "value": plan.value,
        "objective": plan.objective,
        "spend": plan.spend,
        "unspent": float(unspent),
        "currency": settings.currency,
        "money_unit": settings.money_unit,
        "years": list(plan.place.years),
        "certificate": asdict(plan.certificate),
        "outcomes": outcomes.to_dict(),
        "services": services.to_dict(orient="index"),
        "agencies": plan.agencies.set_index("agency").to_dict(orient="index"),
        "prices": plan.prices.to_dict(orient="records"),
        "unique": plan.unique,
        "unique_payments": plan.unique_payments,
        "solver": plan.solver,
        "notes": list(plan.notes),
        "timings": dict(plan.timings),
    }
    cleaned: dict[str, Any] = clean(document)
    return cleaned


def no_plan_document(place: Place, model: Model, status: str) -> dict[str, Any]:
    """Return the document of a place and a model that have no plan."""
    return {
        "place": place.name,
        "model": model.name,
        "status": status,
        "value": None,
        "spend": None,
        "certificate": None,
        "outcomes": {},
        "services": {},
        "agencies": {},
        "prices": [],
        "timings": {},
    }


def conflict_document(place: Place, model: Model, conflict: Conflict) -> dict[str, Any]:
    """Return why there is no plan."""
    document = no_plan_document(place, model, "infeasible") | {
        "headline": conflict.headline,
        "shortfall": conflict.shortfall,
        "unit": conflict.unit,
        "conflict": [asdict(item) for item in conflict.items],
    }
    cleaned: dict[str, Any] = clean(document)
    return cleaned


def infeasible_document(place: Place, model: Model, error: InfeasibleError) -> dict[str, Any]:
    """Return why there is no plan, and what would make one possible."""
    repairs: list[Any] = clean([asdict(repair) for repair in error.repairs])
    return conflict_document(place, model, error.conflict) | {"repairs": repairs}


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """Return the ladder, outcomes and agencies of a comparison, and why a model has no plan."""
    settings = comparison.place.settings
    conflicts = {
        model.name: conflict_document(comparison.place, model, plan)
        for model, plan in zip(comparison.models, comparison.plans, strict=True)
        if isinstance(plan, Conflict)
    }
    document = {
        "place": comparison.place.name,
        "currency": settings.currency,
        "money_unit": settings.money_unit,
        "years": list(comparison.place.years),
        "ladder": comparison.table.to_dict(orient="records"),
        "outcomes": comparison.outcomes.to_dict(orient="records"),
        "agencies": comparison.agencies.to_dict(orient="records"),
        "conflicts": conflicts,
    }
    cleaned: dict[str, Any] = clean(document)
    return cleaned


def write_plan(plan: Plan, path: str | Path) -> Path:
    """Write a plan as one JSON document."""
    return write_document(plan_document(plan), path)


def write_comparison(comparison: Comparison, path: str | Path) -> Path:
    """Write a comparison as one JSON document."""
    return write_document(comparison_document(comparison), path)


def write_document(document: Mapping[str, Any], path: str | Path) -> Path:
    """Write a document as a JSON file."""
    return write_text(path, json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def clean(value: Any) -> Any:
    """Return plain Python values all the way down, with None for what is no finite number."""
    if isinstance(value, Mapping):
        return {str(key): clean(entry) for key, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [clean(entry) for entry in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
