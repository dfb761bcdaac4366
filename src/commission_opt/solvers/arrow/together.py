"""Together: the last steps, which everything takes at one length, with joint columns in the same system as areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.joint import JointMove, System, each_after, lengths, products_after
from commission_opt.solvers.arrow.part import SHORT, Reach

if TYPE_CHECKING:
    from commission_opt.solvers.arrow.method import Method

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

WHOLE = 0.9995
"""Share of a step that no bound stands in the way of."""

Lengths = tuple[float, float]
"""How far columns and prices can go along a move, at most 1."""


class Together:
    """Primal-dual Newton steps on the whole program (Mehrotra 1992; corrections after Gondzio 1996).

    Parameters
    ----------
    method : Method
        Where the program stands, and who works on it.
    """

    def __init__(self, method: Method) -> None:
        self._method = method
        self.last = 0.0

    def step(self) -> None:
        """Take one step of the whole program, of one length for columns and one for prices."""
        method, balance = self._method, self._method.balance
        now = method.joint
        system = balance.factor(method.response(), now.weight)
        answers = method.ask("ahead")
        low, high = now.products
        total = sum(answer[0] for answer in answers) + float(low.sum() + high.sum())
        pull = method.padded(np.sum([answer[1] for answer in answers], axis=0))
        ahead, steps = self._pushed("push", system, pull, (-low, -high))
        after = sum(method.ask("after", *steps)) + products_after(now, ahead, *steps)
        mean = total / (2 * (method.columns + len(low)))
        aim = min(max(min(1.0, after / total) ** 3, 1e-3), CAP if self.last > LONG else 1.0) * mean
        second = 1.0 if min(steps) > 0.1 else steps[0] * steps[1]
        wanted = aim - low - second * ahead.x * ahead.least, aim - high + second * ahead.x * ahead.most
        found, steps = self._pushed("push", system, method.pull("aim", aim, second), wanted)
        found, steps = self._corrected(system, aim, found, steps)
        self.last = min(steps)
        primal, dual = (SHORT * step if step < 1.0 else WHOLE for step in steps)
        joint = balance.moved(now, found, primal, dual)
        method.stand(method.ask("advance", primal, dual, method.own(joint.y)), joint)

    def _pushed(
        self, order: str, system: System, pull: FloatArray, wanted: tuple[FloatArray, FloatArray]
    ) -> tuple[JointMove, Lengths]:
        """Return the move of the joint columns, made known to the areas, and how far everything can go."""
        method = self._method
        move = method.balance.direction(method.joint, system, method.left + pull, wanted)
        reaches: list[Reach] = method.ask(order, method.own(move.y))
        primal, dual = lengths(method.joint, move)
        primal = min(primal, *(float(reach.primal.min(initial=1.0)) for reach in reaches))
        return move, (primal, min(dual, *(float(reach.dual.min(initial=1.0)) for reach in reaches)))

    def _corrected(self, system: System, aim: float, move: JointMove, steps: Lengths) -> tuple[JointMove, Lengths]:
        """Bring the products that would hold the step up nearer to the target, as long as that lengthens it."""
        method = self._method
        band = NARROW * aim, WIDE * aim
        for _ in range(CORRECTIONS):
            longer = min(1.0, steps[0] + FAR), min(1.0, steps[1] + FAR)
            pull = method.pull("correct", longer, band)
            low, high = (
                wanted + np.maximum(np.clip(product, *band) - product, -band[1])
                for wanted, product in zip(move[:2], each_after(method.joint, move, *longer), strict=True)
            )
            tried, reached = self._pushed("push_other", system, pull, (low, high))
            if sum(reached) < sum(steps) + 2 * WORTH * FAR:
                break
            method.ask("take_other")
            move, steps = tried, reached
        return move, steps
