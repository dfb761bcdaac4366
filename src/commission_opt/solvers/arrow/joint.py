"""Joint: money and whatever else joins areas, balanced anew in every iteration with the areas' response held linear."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.blocks import REGULAR
from commission_opt.solvers.arrow.form import JointForm

INNER = 15
"""Steps of one balance at most: it need not be exact, the next iteration goes on from it."""

REPEATED = 1e-10
"""Share of itself that is added to the diagonal where rounding would let rows that repeat each other fail."""

NEAR = 0.9
"""Distance of products from their target, relative, at which they are near enough."""

System = tuple[FloatArray, bool]
"""A Cholesky factor, and whether it is the lower half."""


class Joint(NamedTuple):
    """The joint columns (n_c,) and prices (J,): distances from bounds, prices of bounds, prices of rows."""

    below: FloatArray
    above: FloatArray
    least: FloatArray
    most: FloatArray
    y: FloatArray

    @property
    def weight(self) -> FloatArray:
        """How readily every column gives way."""
        return 1.0 / (self.least / self.below + self.most / self.above)

    @property
    def products(self) -> tuple[FloatArray, FloatArray]:
        """Distances from the lower and the upper bound times the prices of these."""
        return self.below * self.least, self.above * self.most


class JointMove(NamedTuple):
    """A direction of the joint columns and prices, and the changes of products that it was asked for."""

    low: FloatArray
    high: FloatArray
    x: FloatArray
    least: FloatArray
    most: FloatArray
    y: FloatArray


class Balance:
    """The small program of the joint columns.

    Parameters
    ----------
    form : JointForm
        Its columns and rows.
    """

    def __init__(self, form: JointForm) -> None:
        self._form, self._columns = form, form.matrix.T.tocsr()

    def x(self, now: Joint) -> FloatArray:
        """Return the columns, as exact as they are near a bound."""
        return np.asarray(np.where(now.below < now.above, now.below, self._form.span - now.above))

    def activity(self, now: Joint) -> FloatArray:
        """Return (J,) what joint columns add up to."""
        return np.asarray(self._form.matrix @ self.x(now))

    def reduced(self, y: FloatArray) -> FloatArray:
        """Return (n_c,) cost less what prices charge."""
        return np.asarray(self._form.cost - self._columns @ y)

    def centred(self, y: FloatArray, barrier: float) -> tuple[Joint, float]:
        """Return the centre of prices, where every product is the barrier, and its value in the barrier's dual."""
        reduced, span = self.reduced(y), self._form.span
        pull = np.abs(reduced) * span
        small = 2.0 * barrier * span / (pull + 2.0 * barrier + np.sqrt(pull**2 + 4.0 * barrier**2))
        below, above = np.where(reduced > 0, small, span - small), np.where(reduced > 0, span - small, small)
        value = reduced @ below - barrier * (np.log(below / span).sum() + np.log(above / span).sum())
        return Joint(below, above, barrier / below, barrier / above, y), float(value + self._form.right @ y)

    def objective(self, now: Joint) -> float:
        """Return what the joint columns cost."""
        return float(self._form.cost @ self.x(now))

    def bound(self, now: Joint) -> float:
        """Return the joint part of the bound that prices prove."""
        return float(self._form.right @ now.y + np.minimum(self.reduced(now.y), 0.0) @ self._form.span)

    def factor(self, response: FloatArray, weight: FloatArray) -> System:
        """Return the Cholesky factor of the areas' response and that of the joint columns at these weights."""
        system = response + (self._form.matrix.multiply(weight[None, :]) @ self._columns).toarray()
        diagonal = np.diag_indices_from(system)
        system[diagonal] += REGULAR
        try:
            factor: System = cho_factor(system, lower=True, check_finite=False)
        except np.linalg.LinAlgError:
            # Joint rows may repeat each other, once the areas leave them nothing.
            system[diagonal] *= 1.0 + REPEATED
            factor = cho_factor(system, lower=True, check_finite=False)
        return factor

    def direction(
        self, now: Joint, system: System, left: FloatArray, wanted: tuple[FloatArray, FloatArray]
    ) -> JointMove:
        """Return the move that changes products by what is wanted, and the joint rows (J,) by what is left."""
        low, high = wanted
        weight, force = now.weight, high / now.above - low / now.below
        y = cho_solve(system, left + self._form.matrix @ (weight * force), check_finite=False)
        x = weight * (self._columns @ y - force)
        return JointMove(low, high, x, (low - now.least * x) / now.below, (high + now.most * x) / now.above, y)

    def moved(self, now: Joint, move: JointMove, primal: float, dual: float) -> Joint:
        """Return where steps of these lengths lead; what prices leave of costs is taken up by the bounds' prices."""
        below, above = now.below + primal * move.x, now.above - primal * move.x
        nearer = below < above
        y = now.y + dual * move.y
        low, high = now.least + dual * move.least, now.most + dual * move.most
        left = self.reduced(y) - low + high
        return Joint(
            np.where(nearer, below, self._form.span - above),
            np.where(nearer, self._form.span - below, above),
            low + np.maximum(left, 0.0),
            high - np.minimum(left, 0.0),
            y,
        )

    def solve(self, response: FloatArray, wanted: FloatArray, start: Joint, target: float, close: float) -> Joint:
        """Return columns and prices at which the joint rows hold, were the areas to respond as they do at first.

        Parameters
        ----------
        response : (J, J)
            What areas give to the joint rows per unit of the prices.
        wanted : (J,)
            What joint columns and response together have to be.
        start : Joint
            Where to begin.
        target : float
            What the products of distances and prices have to be.
        close : float
            Largest violation of a joint row that is near enough.
        """
        now = start
        for _ in range(INNER):
            left = wanted - self.activity(now) - response @ (now.y - start.y)
            off = max(float(np.abs(product - target).max(initial=0.0)) for product in now.products) / target
            if off < NEAR and np.abs(left).max(initial=0.0) < close:
                break
            now = self._step(response, left, now, target)
        return now

    def _step(self, response: FloatArray, left: FloatArray, now: Joint, target: float) -> Joint:
        system = self.factor(response, now.weight)
        low, high = now.products
        ahead = self.direction(now, system, left, (-low, -high))
        primal, dual = lengths(now, ahead)
        count = max(1, 2 * len(low))
        mean = float(low.sum() + high.sum()) / count
        aim = max((products_after(now, ahead, primal, dual) / count / mean) ** 3 * mean, target)
        second = primal * dual if min(primal, dual) < 0.1 else 1.0
        wanted = aim - low - second * ahead.x * ahead.least, aim - high + second * ahead.x * ahead.most
        move = self.direction(now, system, left, wanted)
        longest = min(lengths(now, move))
        step = longest if longest == 1.0 else 0.95 * longest
        return self.moved(now, move, step, step)


def lengths(now: Joint, move: JointMove) -> tuple[float, float]:
    """Return how far columns and prices can go, at most 1."""
    primal = max(float((-move.x / now.below).max(initial=0.0)), float((move.x / now.above).max(initial=0.0)), 1.0)
    dual = max(float((-move.least / now.least).max(initial=0.0)), float((-move.most / now.most).max(initial=0.0)), 1.0)
    return 1.0 / primal, 1.0 / dual


def products_after(now: Joint, move: JointMove, primal: float, dual: float) -> float:
    """Return what products add up to after steps of these lengths."""
    low, high = each_after(now, move, primal, dual)
    return float(low.sum() + high.sum())


def each_after(now: Joint, move: JointMove, primal: float, dual: float) -> tuple[FloatArray, FloatArray]:
    """Return (n_c,) the products at lower and upper bounds after steps of these lengths."""
    return (
        (now.below + primal * move.x) * (now.least + dual * move.least),
        (now.above - primal * move.x) * (now.most + dual * move.most),
    )
