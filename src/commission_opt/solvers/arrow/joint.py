"""Joint: money and whatever else joins areas, balanced anew in every iteration with the areas' response held linear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.blocks import REGULAR
from commission_opt.solvers.arrow.form import Form

INNER = 15
"""Steps of one balance at most: it need not be exact, the next iteration goes on from it."""

NEAR = 0.9
"""Distance of products from their target, relative, at which they are near enough."""


@dataclass(frozen=True, eq=False)
class Joint:
    """The joint columns (n_c,) and prices (J,): distances from bounds, prices of bounds, prices of rows."""

    below: FloatArray
    above: FloatArray
    least: FloatArray
    most: FloatArray
    y: FloatArray


class Balance:
    """The small program of the joint columns."""

    def __init__(self, form: Form) -> None:
        first = int(form.pattern.columns[-2])
        self.rows, self._columns = form.joint, form.joint.T.tocsr()
        self._cost, self._lower, self._span = form.cost[first:], form.lower[first:], form.span[first:]

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
            left = wanted - self.rows @ (self._lower + now.below) - response @ (now.y - start.y)
            off = max(self._off(now.below * now.least, target), self._off(now.above * now.most, target))
            if off < NEAR and np.abs(left).max(initial=0.0) < close:
                break
            now = self._step(response, left, now, target)
        return now

    def factor(self, response: FloatArray, weight: FloatArray) -> tuple[FloatArray, bool]:
        """Return the Cholesky factor of the areas' response and that of the joint columns at these weights."""
        system = response + (self.rows.multiply(weight[None, :]) @ self._columns).toarray()
        system[np.diag_indices_from(system)] += REGULAR
        factor: tuple[FloatArray, bool] = cho_factor(system, lower=True, check_finite=False)
        return factor

    @staticmethod
    def _off(product: FloatArray, target: float) -> float:
        return float(np.abs(product - target).max(initial=0.0)) / target

    def _step(self, response: FloatArray, left: FloatArray, now: Joint, target: float) -> Joint:
        weight = 1.0 / (now.least / now.below + now.most / now.above)
        factor = self.factor(response, weight)

        def direction(low: FloatArray, high: FloatArray) -> tuple[FloatArray, ...]:
            force = high / now.above - low / now.below
            y = cho_solve(factor, left + self.rows @ (weight * force), check_finite=False)
            x = weight * (self._columns @ y - force)
            return y, x, (low - now.least * x) / now.below, (high + now.most * x) / now.above

        low, high = now.below * now.least, now.above * now.most
        _, x, least, most = direction(-low, -high)
        primal, dual = _lengths(now, x, least, most)
        mean = (low.sum() + high.sum()) / max(1, 2 * len(low))
        ahead = ((now.below + primal * x) * (now.least + dual * least)).sum()
        ahead += ((now.above - primal * x) * (now.most + dual * most)).sum()
        aim = max((ahead / max(1, 2 * len(low)) / mean) ** 3 * mean, target)
        second = primal * dual if min(primal, dual) < 0.1 else 1.0
        y, x, least, most = direction(aim - low - second * x * least, aim - high + second * x * most)
        longest = min(_lengths(now, x, least, most))
        return self._moved(now, longest if longest == 1.0 else 0.95 * longest, (y, x, least, most))

    def _moved(self, now: Joint, step: float, move: tuple[FloatArray, ...]) -> Joint:
        y, x, least, most = move
        below, above = now.below + step * x, now.above - step * x
        nearer = below < above
        prices = now.y + step * y
        low, high = now.least + step * least, now.most + step * most
        left = self._cost - self._columns @ prices - low + high
        return Joint(
            np.where(nearer, below, self._span - above),
            np.where(nearer, self._span - below, above),
            low + np.maximum(left, 0.0),
            high - np.minimum(left, 0.0),
            prices,
        )


def _lengths(now: Joint, x: FloatArray, least: FloatArray, most: FloatArray) -> tuple[float, float]:
    """Return how far columns and prices can go, at most 1."""
    primal = max(float((-x / now.below).max(initial=0.0)), float((x / now.above).max(initial=0.0)), 1.0)
    dual = max(float((-least / now.least).max(initial=0.0)), float((-most / now.most).max(initial=0.0)), 1.0)
    return 1.0 / primal, 1.0 / dual
