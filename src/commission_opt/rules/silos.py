"""Silos: every agency plans alone."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from commission_opt.place.arrays import PlaceArrays
from commission_opt.rules.base import Prohibition, Rule
from commission_opt.rules.draft import Draft, Planners


class Silos(Rule):
    r"""Every agency maximises what it answers for, over the services that it leads.

    .. math:: \max \sum_a \sum_o w^{own}_{a o} \sum_{s \in S_a} outcome_o(x_s)

    No row joins two agencies, so the sum is largest where every agency's own part is largest: one program
    holds all the agencies' own programs side by side. What several agencies share (demand, duties, limits)
    is divided by what each delivers today.
    """

    kind: Literal["silos"] = "silos"
    reads: ClassVar[tuple[str, ...]] = ("own_weights",)

    def prohibitions(self, _arrays: PlaceArrays, /) -> tuple[Prohibition, ...]:
        """Return planning alone itself."""
        return (
            Prohibition(
                label="silos",
                sentence="every agency plans alone, for the outcomes that it answers for",
                standing="political",
                lift=lambda arrays, rule: (arrays, rule.model_copy(update={"enabled": False})),
            ),
        )

    def shape(self, draft: Draft) -> None:
        """Make every agency the planner of the services that it leads."""
        arrays = draft.arrays
        draft.planners = Planners(arrays.services.agency, arrays.own_weight)
        draft.capped = np.zeros(arrays.own_weight.shape, dtype=bool)
