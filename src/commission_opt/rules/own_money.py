"""The stream of each agency to which money comes back that it saves, no longer needs, or takes for what it sells."""

from __future__ import annotations

import numpy as np

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.rules.draft import Draft


def largest_streams(draft: Draft, kind: str) -> IntArray:
    """Return (A, T) the largest stream of each agency of a kind of money without a ring fence, -1 where it has none."""
    streams, names = draft.arrays.streams, draft.arrays.names
    free = (streams.kind == names.kind.code(kind))[:, None] & (streams.fence < 0)
    size: FloatArray = np.where(free, streams.amount, -1.0)
    found = np.full((len(names.agency), draft.years), -1)
    for agency in range(len(names.agency)):
        own = np.flatnonzero(streams.agency == agency)
        if len(own):
            largest = own[np.argmax(size[own], axis=0)]
            found[agency] = np.where(size[largest, np.arange(draft.years)] >= 0, largest, -1)
    return found
