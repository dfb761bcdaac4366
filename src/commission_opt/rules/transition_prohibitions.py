"""Limits on the pace of change as barriers: each side as a whole, whoever states it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from commission_opt.place.arrays import PlaceArrays
from commission_opt.rules.base import Prohibition

if TYPE_CHECKING:
    from commission_opt.rules.transition import Transition

SIDES = {"max_cut": "be cut", "max_growth": "grow"}


def transition_prohibitions(rule: Transition, arrays: PlaceArrays) -> Iterator[Prohibition]:
    """Yield the largest cut and the largest growth, where there are any."""
    for side, verb in SIDES.items():
        share = getattr(rule, side)
        stated = int(np.isfinite(arrays.conditions.limits.changes[side]).any(axis=1).sum())
        if share is None and not stated:
            continue
        parts = [] if share is None else [f"by no more than {100 * share:.3g} % from one year to the next"]
        parts += [f"by no more than limits allow for {stated} of them"] if stated else []
        yield Prohibition(
            label=f"transition.{side}",
            sentence=f"services may {verb} {', and '.join(parts)}",
            standing="political",
            lift=partial(_unlimited, side),
        )


def _unlimited(side: str, arrays: PlaceArrays, rule: Transition) -> tuple[PlaceArrays, Transition]:
    """Return the place and the rule without the limits of one side."""
    limits = arrays.conditions.limits
    changes = {**limits.changes, side: np.full_like(limits.changes[side], np.nan)}
    conditions = replace(arrays.conditions, limits=replace(limits, changes=changes))
    return replace(arrays, conditions=conditions), rule.model_copy(update={side: None})
