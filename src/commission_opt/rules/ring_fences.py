"""Ring fences: what a stream of money must not pay for."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from commission_opt.rules.base import Gate, Rule
from commission_opt.rules.draft import Draft


class RingFences(Rule):
    r"""Money inside a ring fence pays only for the services that its legal basis names.

    .. math:: y_{f s t} = 0 \quad \text{where } s \notin S(\text{ring fence of } f \text{ in } t)

    A fence may begin or end between years: it is read from the funding of each year. A settlement by themes lifts the
    fences of the money that it settles, and keeps all others.
    """

    kind: Literal["ring_fences"] = "ring_fences"
    reads: ClassVar[tuple[str, ...]] = ("ring_fences", "funding.ring_fence")
    gates: ClassVar[dict[str, Gate]] = {
        "ring_fences.outside": Gate(
            standing="statutory",
            gives="{amount} inside the ring fence {ring_fence} may pay for {subject} in {year}",
        )
    }

    lifted_for_themes: bool = Field(
        default=False, description="Whether streams with a theme are free of their ring fences."
    )

    def shape(self, draft: Draft) -> None:
        """Close every fenced stream to the services outside its fence."""
        fence = draft.arrays.streams.fence
        allows = draft.arrays.conditions.fence_allows
        for stream in range(fence.shape[0]):
            if self.lifted_for_themes and draft.arrays.streams.theme[stream] >= 0:
                continue
            for year in range(fence.shape[1]):
                if fence[stream, year] >= 0:
                    draft.fenced_out[stream, :, year] |= ~allows[fence[stream, year]]
