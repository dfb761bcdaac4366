"""The bracket: between what and what a changed place's plan is worth, proven at once from plans found before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from commission_opt.analysis.points import Point
from commission_opt.model.movable import Bounds
from commission_opt.place.names import FloatArray

ROUNDING = 1e-12
"""Share of a bound by which a mixture of plans may exceed it."""

NO_PLAN = "No plan is known yet that the changed budgets could pay for."
NOT_FORMULATED = "What was changed has to be written into the rules before anything is proven."
AS_FOUND = "The plan found before keeps every rule of the changed place, and is worth this in it."
MIXED = (
    "{share:.4g} % of one plan found before and {rest:.4g} % of another, together, keep every rule of the changed "
    "place and are worth this in it."
)
PRICED = "At the prices proven for a plan found before, no plan of the changed place is worth more."
LOOSER = "{rule} was taken out: every plan that kept it is still allowed, and one is worth this."
TIGHTER = "{rule} was added: what no plan exceeded without it, none exceeds with it."


@dataclass(frozen=True)
class Bracket:
    """What the best plan of a changed place is worth at least and at most, by the model's objective.

    Parameters
    ----------
    low, high : float or None
        As :attr:`commission_opt.plan.plan.Plan.objective`; None where nothing is proven on that side.
    why_low, why_high : str
        Why each holds, or why nothing is known, in a sentence.
    """

    low: float | None
    high: float | None
    why_low: str
    why_high: str

    @property
    def width(self) -> float:
        """Distance of the two as a share of the lower one; endless where one is missing."""
        if self.low is None or self.high is None:
            return float("inf")
        return (self.high - self.low) / max(1.0, abs(self.low))


def best_mixture(
    points: Sequence[Point], limits: Bounds, weight: FloatArray, mix: bool = True
) -> tuple[float | None, str]:
    r"""Return what the best plan is worth that is sure to be allowed, found before or mixed of two, and why it is.

    .. math:: \max_{\theta} \; \theta \, v_1 + (1 - \theta) \, v_2 \quad \text{s.t.} \quad
        \theta \, a_1 + (1 - \theta) \, a_2 \le b

    As all plans keep the rules that budgets do not move, so does any mixture of them.

    Parameters
    ----------
    points : sequence of Point
        Plans found, of the same rules.
    limits : Bounds
        What the changed budgets allow.
    weight : (P, O)
        What outcomes are worth.
    mix : bool
        Whether plans may be mixed: not where decisions are whole.
    """
    worth = [point.worth(weight) for point in points]
    needs = [np.concatenate([point.needs.rows, point.needs.columns]) for point in points]
    bound = np.concatenate([limits.rows, limits.columns])
    rounding = ROUNDING * np.abs(bound)
    found: list[tuple[float, float]] = [
        (value, 1.0) for value, need in zip(worth, needs, strict=True) if (need <= bound + rounding).all()
    ]
    for one, other in combinations(range(len(points)), 2) if mix else ():
        share = _share(needs[one], needs[other], bound, worth[one] > worth[other])
        if share is not None:
            found.append((share * worth[one] + (1.0 - share) * worth[other], share))
    if not found:
        return None, NO_PLAN
    value, share = max(found)
    whole = share in (0.0, 1.0)
    return value, AS_FOUND if whole else MIXED.format(share=100 * share, rest=100 * (1 - share))


def _share(one: FloatArray, other: FloatArray, bound: FloatArray, more: bool) -> float | None:
    """Return the largest (or least) share of one plan, with another for the rest, that keeps within bounds."""
    slope, room = one - other, bound - other
    if (room[slope == 0] < 0).any():
        return None
    up, down = slope > 0, slope < 0
    most = min(1.0, float((room[up] / slope[up]).min(initial=1.0)))
    least = max(0.0, float((room[down] / slope[down]).max(initial=0.0)))
    if least > most:
        return None
    return most if more else least
