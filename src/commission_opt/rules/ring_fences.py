"""Ring fences: what a stream of money must not pay for."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from commission_opt.place.arrays import PlaceArrays
from commission_opt.rules.base import Gate, Prohibition, Rule
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

    def prohibitions(self, arrays: PlaceArrays, /) -> tuple[Prohibition, ...]:
        """Return every ring fence that holds money, with its legal basis."""
        streams, names = arrays.streams, arrays.names
        stated = arrays.place.tables["ring_fences"]
        found = []
        for code in np.unique(streams.fence[(streams.fence >= 0) & (streams.amount > 0)]).tolist():
            label = names.ring_fence.labels[code]
            rows = stated[stated["ring_fence"] == label]
            held = (streams.fence == code) & (streams.amount > 0)
            basis = [text for text in rows["legal_basis"] if text]
            found.append(
                Prohibition(
                    label=f"ring_fences[{label}]",
                    sentence=f"{{amount}} a year inside the ring fence {label} pays for "
                    f"{len(rows)} {'service' if len(rows) == 1 else 'services'} only",
                    standing="statutory",
                    lift=partial(_without_fence, code),
                    amount=float((streams.amount * held).sum()) / len(names.year),
                    basis=basis[0] if basis else "",
                )
            )
        return tuple(found)

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


def _without_fence(code: int, arrays: PlaceArrays, rule: RingFences) -> tuple[PlaceArrays, RingFences]:
    """Return the place with the money of one ring fence free."""
    streams = arrays.streams
    return replace(arrays, streams=replace(streams, fence=np.where(streams.fence == code, -1, streams.fence))), rule
