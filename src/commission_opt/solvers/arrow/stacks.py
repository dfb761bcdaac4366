"""Stacks: areas whose columns and rows meet in the same way stand side by side, and share the indices of one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np

from commission_opt.place.names import BoolArray, FloatArray, IntArray
from commission_opt.solvers.arrow.scan import Digests
from commission_opt.solvers.arrow.structure import Positions

LANES = 8
"""Areas side by side."""

WASTE = 1.5
"""Lanes that an area may cost, beyond which areas are worked on one by one: where few are alike, most were empty."""

Figures = TypeVar("Figures", FloatArray, Positions)


@dataclass(frozen=True, eq=False)
class Stacks:
    """Areas (B) in the order in which they are stacked.

    Parameters
    ----------
    order : (B,) positions
        The areas, those that are alike next to each other.
    start : (S + 1,) positions
        Where, in this order, every stack begins.
    kind : (S,) codes
        Of areas that are alike: 0, 1, ...
    lanes : int
        Places of a stack (L), of which the last of a kind may have some without an area.
    """

    order: Positions
    start: Positions
    kind: Positions
    lanes: int

    def part(self, first: int, end: int) -> Stacks:
        """Return some of the stacks, with their areas and kinds counted from the first."""
        start, kind = self.start[first : end + 1], self.kind[first:end]
        return Stacks(self.order[start[0] : start[-1]], start - start[0], kind - kind[:1], self.lanes)

    @property
    def firsts(self) -> IntArray:
        """The first stack of every kind, and the one after the last (K + 1,)."""
        return np.append(np.flatnonzero(np.diff(self.kind, prepend=-1)), len(self.kind))

    @property
    def models(self) -> Positions:
        """The first area of every kind (K,)."""
        return self.start[self.firsts[:-1]]

    def begin(self, areas: Positions) -> Positions:
        """Return (S + 1,) where each stack's lines begin, of figures whose areas begin at ``areas`` (B + 1,)."""
        return starts(np.diff(areas)[self.start[:-1]])

    def side_by_side(self, figures: Figures, areas: Positions, empty: float) -> Figures:
        """Put figures, area after area, beside those of the other areas of a stack; return (N, L).

        ``areas`` (B + 1,) is where each area's figures begin; places without an area get what is ``empty``.
        """
        if self.lanes == 1:
            return figures.reshape(-1, 1)
        found = []
        for first, end in pairwise(self.firsts):
            area, last, many = self.start[first], self.start[end], end - first
            width = areas[area + 1] - areas[area]
            lines = np.full((many * self.lanes, width), empty, dtype=figures.dtype)
            lines[: last - area] = figures[areas[area] : areas[last]].reshape(last - area, width)
            beside = lines.reshape(many, self.lanes, width).transpose(0, 2, 1)
            found.append(beside.reshape(many * width, self.lanes))
        return np.ascontiguousarray(np.concatenate(found))

    def live(self) -> BoolArray:
        """Return (S, L) whether there is an area in a place."""
        live: BoolArray = np.arange(self.lanes) < np.diff(self.start)[:, None]
        return live


def find_stacks(digest: Digests) -> Stacks:
    """Stack areas whose digests (B,) are the same, in the order in which each is first met."""
    _, first, same = np.unique(digest, return_index=True, return_inverse=True)
    order = np.argsort(first[same], kind="stable").astype(np.int32)
    begin = np.flatnonzero(np.diff(first[same][order], prepend=-1))
    count = np.diff(np.append(begin, len(digest)))
    lanes = LANES if LANES * (-(-count // LANES)).sum() <= WASTE * len(digest) else 1
    many = -(-count // lanes)
    inner = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    start = np.append(np.repeat(begin, many) + lanes * inner, len(digest))
    return Stacks(order, start.astype(np.int32), np.repeat(np.arange(len(many), dtype=np.int32), many), lanes)


def starts(counts: IntArray) -> Positions:
    """Return where each of some runs begins, and where the last ends, from how long they are."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def runs(start: Positions, which: Positions) -> IntArray:
    """Return the positions of some of the runs that begin at ``start``, one run after the other."""
    count = np.diff(start)[which]
    found: IntArray = np.arange(count.sum()) + np.repeat(start[which] - (np.cumsum(count) - count), count)
    return found
