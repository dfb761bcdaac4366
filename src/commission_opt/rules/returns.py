"""Diminishing returns."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from commission_opt.errors import PlaceError, Problem
from commission_opt.rules.base import Rule
from commission_opt.rules.draft import Draft


class Returns(Rule):
    r"""The first part of a service's demand gains most; later parts gain less.

    .. math:: x_{s n g t} = \sum_k x_{s n g t k}, \quad 0 \le x_{s n g t k} \le share_{s k} \, coverable_{s n g t}

    Effects are multiplied by ``effectiveness[s, k]``. Because it falls from tranche to tranche, a plan that
    gains from the service fills the tranches in order, and the program stays linear.
    """

    kind: Literal["returns"] = "returns"
    reads: ClassVar[tuple[str, ...]] = ("returns",)

    def shape(self, draft: Draft) -> None:
        """Divide every service's coverable demand into its tranches."""
        tranches = draft.arrays.conditions.returns
        later = np.where(tranches.share[:, 1:] > 0, tranches.effectiveness[:, 1:], -np.inf)
        rising = np.argwhere(later > tranches.effectiveness[:, :-1])
        if len(rising):
            raise PlaceError([self._rising(draft, int(service), int(tranche)) for service, tranche in rising])
        draft.tranches = tranches

    @staticmethod
    def _rising(draft: Draft, service: int, tranche: int) -> Problem:
        values = draft.arrays.conditions.returns.effectiveness[service]
        return Problem(
            where="table returns",
            column="effectiveness",
            message=(
                f"service '{draft.arrays.names.service.labels[service]}' rises from {values[tranche]:g} in tranche "
                f"{tranche + 1} to {values[tranche + 1]:g} in tranche {tranche + 2}, but returns have to diminish."
            ),
            remedy="Lower the later effectiveness, or plan without this rule: --set returns.enabled=false.",
        )
