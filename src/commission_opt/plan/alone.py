"""What every agency has when all plan alone: what guarantees are measured against."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from commission_opt.model.model import Model
from commission_opt.plan.plan import Plan
from commission_opt.plan.tables import outcome_amounts
from commission_opt.rules import FAMILIES
from commission_opt.rules.guarantees import Alone, own_outcomes
from commission_opt.rules.silos import Silos

APART: dict[str, dict[str, object]] = {
    "pooling": {"powers": "lead", "pot": None, "grant": None},
    "ring_fences": {"enabled": True},
    "resources": {"shared": False},
    "assets": {"shared": False},
}
"""Settings of a model that change when agencies go back to planning alone."""


def siloed_twin(model: Model) -> Model:
    """Return the same model with every agency alone: own money, powers, staff and buildings, and nothing promised."""
    kept = [rule for rule in model.rules if rule.kind not in ("guarantees", "silos")]
    apart = [rule.model_copy(update=APART.get(rule.kind)) for rule in kept]
    rules = [*apart, Silos(source="What guarantees are measured against")]
    order = list(FAMILIES)
    objective = model.objective.model_copy(update={"kind": "weighted_outcomes"})
    ordered = tuple(sorted(rules, key=lambda rule: order.index(rule.kind)))
    return model.model_copy(update={"name": f"{model.name}, siloed", "objective": objective, "rules": ordered})


def alone_by(plan: Plan) -> Alone:
    """Return what every agency has under a siloed plan: its own outcomes up to their ceilings, and net money."""
    formulation = plan.formulation
    arrays = formulation.arrays
    # The ceilings that hold together, not those of each agency's own part.
    ceilings = plan.model.rule("ceilings") is not None
    capped = np.asarray(np.isfinite(arrays.ceiling)[None, :] & ceilings)
    amounts = outcome_amounts(replace(formulation, capped=capped), plan.x)
    net = plan.agencies.set_index("agency")["net_money"].reindex(arrays.names.agency.labels)
    return Alone(own_outcomes(arrays, amounts), net.to_numpy(dtype=float))
