"""Part: the work of one iteration on one share of the areas, in answers small enough to be sent."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.blocks import Blocks, Sorted, eliminate
from commission_opt.solvers.arrow.passes import aim, centre, correct, gather, look_ahead, push, weigh
from commission_opt.solvers.arrow.pattern import Share
from commission_opt.solvers.arrow.point import Box, Move, Point
from commission_opt.solvers.arrow.recentre import recentre
from commission_opt.solvers.arrow.steps import advance, nudge, products

BATCH = 960
"""Rows of areas, about, whose part in the joint rows is worked out in one product: its operands stay in the cache."""

STEP = 48
"""Joint rows by which the reach of rows in one product differs, at least."""

KINDS = 5
"""Products at most that rows are sorted into by their reach."""

SHORT = 0.99
"""Share of the way to the nearest bound that is gone."""

STATE = ("below", "above", "least", "most", "y")
"""What has to be kept of a point to go on from it."""


class Standing(NamedTuple):
    """Where a share stands: parts of objective and bound, what joint rows (J,) add up to, how far a row is off.

    ``value`` is its part in the dual of the barrier, only where that was asked for.
    """

    objective: float
    bound: float
    joint: FloatArray
    off: float
    value: float = 0.0


class Reach(NamedTuple):
    """How far areas (B,) can go along a move: columns and prices."""

    primal: FloatArray
    dual: FloatArray


class Part:
    """Some of the areas with all their state.

    Parameters
    ----------
    share : Share
        The areas.
    """

    def __init__(self, share: Share) -> None:
        pattern = self._pattern = share.pattern
        columns, rows, places = share.cost.shape, share.right.shape, share.live.shape
        self._box, self._touched = Box(share.cost, share.span, share.right), share.touched
        below, above, least, most, weight = (np.zeros(columns) for _ in range(5))
        self._point = Point(below, above, least, most, np.zeros(rows), weight)
        self._move, self._other = _no_move(columns, rows), _no_move((0, 1), (0, 1))
        self._left, self._kept, self._held = np.zeros(rows), np.zeros(rows), np.zeros((0, 1))
        self._live = share.live
        self._count = np.maximum(1, 2 * np.diff(pattern.first_column))[:, None]
        self._now, self._then = np.zeros(places), np.zeros(places)
        self._reach = Reach(np.zeros(places), np.zeros(places))
        self._blocks, self._batch = self._make_blocks()

    def _make_blocks(self) -> tuple[Blocks, int]:
        """Return room for the factors of all areas, and how many rows are worked out in one product."""
        pattern, lanes = self._pattern, len(self._pattern.lanes)
        size = (np.diff(pattern.rows) - pattern.simple).astype(np.int64)
        widest, begin = (
            max(int(size.max(initial=0)), 1),
            np.concatenate([[0], np.cumsum((size * (size + 1) // 2)[pattern.kind])]),
        )
        wide = widest + self._touched
        blocks = Blocks(
            upper=np.zeros((int(begin[-1]), lanes)),
            begin=begin,
            pivot=np.ones(self._box.right.shape),
            beside=np.zeros((int(pattern.first_beside[-1]), lanes)),
            table=np.zeros((widest * wide, lanes)),
            wide=wide,
            end=np.zeros(widest, dtype=np.int64),
        )
        return blocks, max(min(BATCH, int(size[pattern.kind].sum()) * lanes), widest * lanes)

    def worth(self) -> tuple[float, int]:
        """Return what all columns that cost anything are worth at most, and how many they are."""
        return float((np.abs(self._box.cost) * self._box.span).sum()), int(np.count_nonzero(self._box.cost))

    def centre(self, barrier: float, joint_y: FloatArray, step: float) -> Standing:
        """Stand at the centre of the prices, of the rows after a step along the move, and of the joint rows (J,)."""
        y, joint = self._point.y + step * self._move.y, np.zeros(self._touched)
        objective, bound, value = centre(
            self._pattern, self._point, self._box, barrier, (y, joint_y, self._left, joint)
        )
        return Standing(objective, bound, joint, float(np.abs(self._left).max(initial=0.0)), value)

    def settle(self, step: float) -> None:
        """Take a step of the rows' prices alone."""
        self._point.y[:] += step * self._move.y

    def eliminate(self) -> FloatArray:
        """Eliminate the areas where they stand; return (J, J), its upper half, their response to joint prices."""
        weigh(self._pattern, self._point)
        direct, indirect = np.zeros((2, self._touched, self._touched))
        beside, first = self._room(), 0
        while first < len(self._pattern.kind):
            first = eliminate(self._pattern, self._blocks, self._point.weight, direct, (first, beside))
            for rows, used, width in zip(*beside, strict=True):
                some = rows[:used, :width]
                indirect[:width, :width] += some.T @ some
        return direct - np.triu(indirect)

    def _room(self) -> Sorted:
        step = max(STEP, -(-self._touched // KINDS))
        width = np.minimum(np.arange(step, max(self._touched, 1) + step, step), self._touched)
        return Sorted(np.empty((len(width), self._batch, self._touched)), np.zeros_like(width), width)

    def ahead(self) -> tuple[float, FloatArray]:
        """Look where the areas would go without a barrier; return the sum of products now, and (J,) the pull."""
        look_ahead(self._pattern, self._point, self._move)
        self._move.x[:] = 0.0
        nowhere = np.zeros_like(self._now)
        products(self._pattern, self._point, self._move, (nowhere, nowhere), self._now)
        return self._total(self._now), self._gather(self._move)

    def _total(self, products: FloatArray) -> float:
        return float(products[self._live].sum())

    def then(self, joint_y: FloatArray) -> float:
        """Complete the move that was gathered; return what products add up to where each area can go by itself."""
        self._push(self._move, joint_y)
        products(self._pattern, self._point, self._move, self._reach, self._then)
        return self._total(self._then)

    def after(self, primal: float, dual: float) -> float:
        """Return what products add up to after steps of one length along the move."""
        steps = np.full_like(self._now, primal), np.full_like(self._now, dual)
        products(self._pattern, self._point, self._move, steps, self._then)
        return self._total(self._then)

    def aim_apart(self, least: float) -> FloatArray:
        """Want products where each area can get them, at least at what is given; return (J,) the pull."""
        mean = self._now / self._count
        own = np.clip(self._then / np.maximum(self._now, 1e-300), 0.0, 1.0) ** 3 * mean
        return self._aim(np.maximum(own, least), 1.0)

    def aim(self, target: float, second: float) -> FloatArray:
        """Want all products at one target, this share of the second order allowed for; return (J,) the pull."""
        return self._aim(np.full_like(self._now, target), second)

    def _aim(self, target: FloatArray, second: float) -> FloatArray:
        aim(self._pattern, self._point, self._move, target, second)
        return self._gather(self._move)

    def rest(self) -> FloatArray:
        """Want no product changed, only that rows hold; return (J,) the pull."""
        self._move.low[:] = 0.0
        self._move.high[:] = 0.0
        return self._gather(self._move)

    def _gather(self, move: Move) -> FloatArray:
        joint = np.zeros(self._touched)
        move.y[:] = self._left
        gather(self._pattern, self._blocks, self._point, move, joint)
        return joint

    def push(self, joint_y: FloatArray) -> Reach:
        """Complete the move that was gathered, given the change of the joint rows' prices (J,)."""
        return self._push(self._move, joint_y)

    def _push(self, move: Move, joint_y: FloatArray) -> Reach:
        push(self._pattern, self._blocks, self._point, move, (joint_y, *self._reach))
        return Reach(self._reach.primal[self._live], self._reach.dual[self._live])

    def correct(self, steps: tuple[float, float], band: tuple[float, float]) -> FloatArray:
        """Try another move, which keeps products in a band after such steps; return (J,) its pull."""
        if not len(self._other.x):
            self._other = _no_move(self._box.cost.shape, self._box.right.shape)
        correct(self._pattern, self._point, (self._move, self._other), steps, band)
        return self._gather(self._other)

    def push_other(self, joint_y: FloatArray) -> Reach:
        """Complete the other move."""
        return self._push(self._other, joint_y)

    def take_other(self) -> None:
        """Let the other move be the one to make."""
        self._move, self._other = self._other, self._move

    def advance_apart(self, primal: float, dual: float, joint_y: FloatArray) -> Standing:
        """Take every area as far as it can go, up to these lengths; joint rows' prices (J,) are those after it."""
        return self._advance(*self._own_steps(primal, dual), joint_y)

    def _own_steps(self, primal: float, dual: float) -> tuple[FloatArray, FloatArray]:
        return np.minimum(SHORT * self._reach.primal, primal), np.minimum(SHORT * self._reach.dual, dual)

    def advance(self, primal: float, dual: float, joint_y: FloatArray) -> Standing:
        """Take steps of one length along the move; the joint rows' prices (J,) are those after it."""
        return self._advance(np.full_like(self._now, primal), np.full_like(self._now, dual), joint_y)

    def _advance(self, primal: FloatArray, dual: FloatArray, joint_y: FloatArray) -> Standing:
        joint = np.zeros(self._touched)
        out = (primal, dual, joint_y, self._left, joint)
        objective, bound, off = advance(self._pattern, self._point, self._move, self._box, out)
        return Standing(objective, bound, joint, off)

    def aim_at(self, barrier: float) -> FloatArray:
        """Want every product at the barrier, whatever the move so far; return (J,) the pull."""
        self._move.x[:] = 0.0
        return self.aim(barrier, 0.0)

    def follow(self, barrier: float, joint_move: FloatArray, joint_y: FloatArray) -> Standing:
        """Complete the move that was gathered, take it as far as each area can go, and go on to the centre."""
        self.push(joint_move)
        return self._recentre(barrier, joint_y, *self._own_steps(1.0, 1.0))

    def recentre(self, barrier: float, joint_y: FloatArray) -> Standing:
        """Take every area to its centre at these prices of the joint rows (J,)."""
        nowhere = np.zeros_like(self._now)
        return self._recentre(barrier, joint_y, nowhere, nowhere)

    def _recentre(self, barrier: float, joint_y: FloatArray, primal: FloatArray, dual: FloatArray) -> Standing:
        joint = np.zeros(self._touched)
        state, out = (self._point, self._move, self._box), (primal, dual, joint_y, self._left, joint)
        objective, bound, off = recentre(self._pattern, self._blocks, state, barrier, out)
        return Standing(objective, bound, joint, off)

    def hold(self) -> None:
        """Hold the columns as they are, to move them so that rows hold, while the areas stay where they stand."""
        below, above = self._point.below, self._point.above
        self._held = np.where(below < above, below, self._box.span - above)
        self._kept[:] = self._left

    def nudge(self, joint_y: FloatArray) -> Standing:
        """Move what is held by what the change of the joint rows' prices (J,) asks for."""
        self.push(joint_y)
        joint = np.zeros(self._touched)
        objective, off = nudge(self._pattern, self._held, self._move, self._box, (self._left, joint))
        return Standing(objective, 0.0, joint, off)

    def release(self) -> None:
        """Let the rows be as they were before their columns were held."""
        self._left[:] = self._kept

    def found(self) -> tuple[FloatArray, FloatArray]:
        """Return the columns that were held last (n, L), and the prices of the rows (m, L)."""
        return self._held, self._point.y

    def state(self) -> dict[str, FloatArray]:
        """Return what has to be kept to go on from here."""
        return {name: getattr(self._point, name) for name in STATE} | {"left": self._left}

    def restore(self, state: dict[str, FloatArray]) -> None:
        """Go on from what was kept."""
        for name in STATE:
            getattr(self._point, name)[:] = state[name]
        self._left[:] = state["left"]


def _no_move(columns: tuple[int, ...], rows: tuple[int, ...]) -> Move:
    return Move(np.zeros(columns), np.zeros(columns), np.zeros(columns), np.zeros(rows))
