"""Together: the last steps, which everything takes at one length, with joint columns in the same system as areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_solve

from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.factor import Factor
from commission_opt.solvers.arrow.form import Form
from commission_opt.solvers.arrow.joint import Balance
from commission_opt.solvers.arrow.passes import Move, Point, activity, by_columns, weigh

CAP = 0.3
"""Largest target of products, of their mean, after a step that was long: a short one calls for centring first."""

LONG = 0.5
"""Share of the way to the nearest bound that makes a step long."""

CORRECTIONS = 3
"""Centrality corrections that are tried after the step is known: a back-substitution each."""

FAR, WORTH = 0.3, 0.1
"""By how much longer a step a correction aims at, and the part of that which makes it worth keeping."""

NARROW, WIDE = 0.1, 10.0
"""Products that a correction leaves alone, as multiples of the target."""

Pair = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, eq=False)
class Lengths:
    """How far columns and prices can go along a move, at most 1."""

    primal: float
    dual: float


class Together:
    """Primal-dual Newton steps on the whole program (Mehrotra 1992; corrections after Gondzio 1996)."""

    def __init__(self, form: Form, factor: Factor, balance: Balance) -> None:
        self._pattern, self._factor, self._balance = form.pattern, factor, balance
        self._first = int(form.pattern.columns[-2])
        self._weight = np.zeros(len(form.cost))
        self._last = 0.0
        self._charge, self._rows = np.zeros(len(form.cost)), np.zeros(len(form.right))

    def move(self, point: Point, left: FloatArray) -> tuple[Move, Lengths]:
        """Return the move from a point, given by how much every row (m,) does not hold yet, and how far it goes."""
        weigh(point, self._weight)
        response = self._factor.make(self._weight)
        system = self._balance.factor(response, self._weight[self._first :])
        low, high = point.below * point.least, point.above * point.most
        mean = float(low.sum() + high.sum()) / (2 * len(low))
        ahead = self._direction(point, system, left, (-low, -high))
        steps = _lengths(point, ahead)
        after = _products(point, ahead, steps)
        share = min(1.0, float(after[0].sum() + after[1].sum()) / (2 * len(low)) / mean) ** 3
        aim = min(max(share, 1e-3), CAP if self._last > LONG else 1.0) * mean
        second = 1.0 if min(steps.primal, steps.dual) > 0.1 else steps.primal * steps.dual
        wanted = (aim - low - second * ahead.x * ahead.least, aim - high + second * ahead.x * ahead.most)
        found = self._direction(point, system, left, wanted)
        move, steps = self._corrected(point, system, aim, (found, _lengths(point, found)))
        self._last = min(steps.primal, steps.dual)
        return move, steps

    def _corrected(
        self, point: Point, system: tuple[FloatArray, bool], aim: float, found: tuple[Move, Lengths]
    ) -> tuple[Move, Lengths]:
        """Bring the products that would hold the step up nearer to the target, as long as that lengthens it."""
        move, steps = found
        nothing = np.zeros(len(point.y))
        for _ in range(CORRECTIONS):
            longer = Lengths(min(1.0, steps.primal + FAR), min(1.0, steps.dual + FAR))
            trial = [
                np.clip(np.clip(one, NARROW * aim, WIDE * aim) - one, -WIDE * aim, WIDE * aim)
                for one in _products(point, move, longer)
            ]
            extra = self._direction(point, system, nothing, (trial[0], trial[1]))
            both = Move(*(one + other for one, other in zip(move, extra, strict=True)))
            now = _lengths(point, both)
            if now.primal + now.dual < steps.primal + steps.dual + 2 * WORTH * FAR:
                break
            move, steps = both, now
        return move, steps

    def _direction(self, point: Point, system: tuple[FloatArray, bool], left: FloatArray, wanted: Pair) -> Move:
        """Return the move that changes products by what is wanted, and rows by what is left, to first order."""
        low, high = wanted
        force = high / point.above - low / point.below
        activity(self._pattern, self._weight * force, self._rows)
        rows = self._rows + left
        joint = cho_solve(system, self._factor.joint_part(rows), check_finite=False)
        y = self._factor.complete(rows, joint)
        by_columns(self._pattern, y, self._charge)
        x = self._weight * (self._charge - force)
        return Move(x, (low - point.least * x) / point.below, (high + point.most * x) / point.above, y)


def _lengths(point: Point, move: Move) -> Lengths:
    primal = max(float((-move.x / point.below).max()), float((move.x / point.above).max()), 1.0)
    dual = max(float((-move.least / point.least).max()), float((-move.most / point.most).max()), 1.0)
    return Lengths(1.0 / primal, 1.0 / dual)


def _products(point: Point, move: Move, steps: Lengths) -> Pair:
    """Return the products of distances and prices after steps of these lengths."""
    long, far = steps.primal, steps.dual
    return (
        (point.below + long * move.x) * (point.least + far * move.least),
        (point.above - long * move.x) * (point.most + far * move.most),
    )
