"""Money at equal outcomes: how much less another form of joint working would spend for the same value."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as replace_fields
from typing import Any

from commission_opt.errors import ModelError, Problem
from commission_opt.model.formulate import formulate_arrays
from commission_opt.model.model import Model
from commission_opt.model.objective import keep
from commission_opt.plan.plan import Plan
from commission_opt.plan.run import SolveOptions
from commission_opt.plan.solve import solve_formulation


@dataclass(frozen=True, eq=False)
class EqualOutcomes:
    """The cheapest way to a given value of outcomes.

    Parameters
    ----------
    plan : Plan
        The plan whose value is matched.
    cheapest : Plan
        The certified plan of least spend under the other model that is worth no less.
    """

    plan: Plan
    cheapest: Plan

    @property
    def saved(self) -> float:
        """Money that would be left over, over all years, in the place's money unit."""
        return self.plan.spend - self.cheapest.spend


def money_at_equal_outcomes(plan: Plan, model: Model, **options: Any) -> EqualOutcomes:
    r"""Find the least that a place would have to spend under another model for outcomes of the same value.

    .. math:: \min \sum spend \quad \text{s.t. every rule of the model}, \quad value \ge value(plan)

    Parameters
    ----------
    plan : Plan
        Whose value is to be matched.
    model : Model
        Under which to look for it; it maximises the value of outcomes.
    **options
        As for :func:`commission_opt.solve`.

    Raises
    ------
    ModelError
        When the model maximises something else, or its agencies plan alone.
    InfeasibleError
        When the model cannot reach that value at all.
    """
    if model.objective.kind != "weighted_outcomes" or model.rule("silos") is not None:
        message = "does not maximise the shared value of outcomes."
        raise ModelError([Problem(f"model {model.name}", message, "Use a model with one shared objective.")])
    shared = formulate_arrays(plan.formulation.arrays, model)
    value = shared.objectives[0][1]
    cheap = formulate_arrays(plan.formulation.arrays, model.set("objective.kind", "least_cost"))
    worth = plan.value - shared.recouped.today(shared.arrays.equity_weight)
    least = keep(cheap.program, "weighted_outcomes", value, worth)
    return EqualOutcomes(plan, solve_formulation(replace_fields(cheap, program=least), SolveOptions(**options)))
