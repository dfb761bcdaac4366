"""Method: interior points with steps of their own for every area, then with a common step."""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_solve

from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.factor import Factor
from commission_opt.solvers.arrow.form import Form
from commission_opt.solvers.arrow.joint import Balance, Joint
from commission_opt.solvers.arrow.passes import (
    Box,
    Move,
    Point,
    activity,
    advance,
    by_columns,
    centre,
    products,
    pull,
    push,
    weigh,
)
from commission_opt.solvers.arrow.together import Together

FIRST = 0.1
"""Size of the first barrier, of the typical worth of a column that has one."""

HEAVIER = 10.0
"""How many times as far joint columns are kept from their bounds: each stands against the columns of all areas."""

EARLY, LATE = 1e-2, 5e-3
"""Gap below which nearly all areas take the same steps, and below which the whole program does."""

FEW = 0.05
"""Share of areas that may take shorter steps than the rest in between."""

WHOLE = 0.9995
"""Share of a step that no bound stands in the way of, of the whole program."""

SHORT = 0.99
"""Share of the way to the nearest bound that is gone."""

CENTRAL = 0.1
"""Least target of products once areas move together, of their mean."""


class Method:
    """The state of the method on one program.

    Parameters
    ----------
    form : Form
        The program, in scaled units.
    """

    def __init__(self, form: Form) -> None:
        self.form, self._pattern = form, form.pattern
        columns, rows, areas = len(form.cost), len(form.right), form.areas
        self._box = Box(form.cost, form.lower, form.span)
        self._first = int(form.pattern.columns[-2])
        self._factor, self._balance = Factor(form), Balance(form)
        self._together = Together(form, self._factor, self._balance)
        self._late = False
        self._point = Point(_zeros(columns), _zeros(columns), _zeros(columns), _zeros(columns), _zeros(rows))
        self._move = Move(_zeros(columns), _zeros(columns), _zeros(columns), _zeros(rows))
        self._weight, self._force = _zeros(columns), _zeros(columns)
        self._count = np.maximum(1, 2 * np.diff(form.pattern.columns))[:-1]
        self._size = np.diff(form.pattern.rows)[:-1]
        self._steps = (np.zeros(areas + 1), np.zeros(areas + 1))
        self._start()

    def _start(self) -> None:
        form = self.form
        worth = (np.abs(form.cost) * form.span)[form.cost != 0]
        barrier = np.full(len(form.cost), FIRST * float(worth.mean()) if len(worth) else 1.0)
        barrier[self._first :] *= HEAVIER
        centre(self._point, form.cost, form.span, barrier)
        self.x = form.lower + self._point.below
        self.objective = float(form.cost @ self.x)
        self.bound = float(np.minimum(form.cost * form.lower, form.cost * (form.lower + form.span)).sum())
        self._measure()

    @property
    def y(self) -> FloatArray:
        """Prices of the rows (m,)."""
        return self._point.y

    @property
    def gap(self) -> float:
        """Relative distance of the objective from the bound."""
        return abs(self.objective - self.bound) / max(1.0, abs(self.objective))

    @property
    def off(self) -> float:
        """Largest amount by which a row does not hold."""
        return float(np.abs(self._left).max(initial=0.0))

    def _measure(self) -> None:
        rows = np.zeros(len(self.form.right))
        activity(self._pattern, self.x, rows)
        self._left = self.form.right - rows

    def iterate(self) -> None:
        """Take one step: a look ahead without a barrier, then the step itself."""
        self._late = self._late or self.gap < LATE
        if self._late:
            self._all_together()
            return
        areas = self.form.areas
        mean, ahead = np.zeros(areas + 1), np.zeros(areas + 1)
        for array in self._move:
            array[:] = 0.0
        products(self._pattern, self._point, self._move, self._steps, mean)
        average = float(mean[:-1] @ self._count / self._count.sum())
        weigh(self._point, self._weight)
        response = self._factor.make(self._weight)
        target = np.zeros(areas + 1)
        target[-1] = 0.1 * HEAVIER * average
        self._direction(response, target)
        for step in self._steps:
            np.minimum(step, 1.0, out=step)
        self._steps[0][-1] = self._steps[1][-1] = 0.0
        products(self._pattern, self._point, self._move, self._steps, ahead)
        joint = self._direction(response, self._targets(mean, ahead, average))
        self._advance(joint)
        self._measure()

    def _all_together(self) -> None:
        """Take one step of the whole program, of one length for columns and one for prices."""
        move, steps = self._together.move(self._point, self._left)
        primal, dual = (SHORT * step if step < 1.0 else WHOLE for step in (steps.primal, steps.dual))
        self._point.y[:] += dual * move.y
        count = self.form.areas + 1
        each = (np.full(count, primal), np.full(count, dual), self.x)
        self.objective, self.bound = advance(self._pattern, self._point, move, self._box, each)
        self.bound += float(self.form.right @ self._point.y)
        self._measure()

    def _targets(self, mean: FloatArray, ahead: FloatArray, average: float) -> FloatArray:
        """Return (B + 1,) what products should be: by area, but never below the share that all could reach."""
        own = np.clip(ahead / mean, 0.0, 1.0) ** 3 * mean
        share = float(np.clip(ahead[:-1] @ self._count / self._count.sum() / average, 0.0, 1.0)) ** 3
        target = np.maximum(own, max(share, CENTRAL if self.gap < EARLY else 0.0) * average)
        target[-1] = max(share, 1e-2) * average * HEAVIER
        return target

    def _direction(self, response: FloatArray, target: FloatArray) -> Joint:
        """Work out the move of every area towards the targets, and where the joint columns go."""
        pattern, local, first = self._pattern, self._pattern.local, self._first
        rows = self._left.copy()
        pull(pattern, self._point, self._move, target, (self._force, rows))
        wanted = self._factor.joint_part(rows) + self._balance.rows @ self.x[first:]
        point = self._point
        now = Joint(point.below[first:], point.above[first:], point.least[first:], point.most[first:], point.y[local:])
        close = 1e-11 + 1e-2 * min(1.0, self.off)
        joint = self._balance.solve(response, wanted, now, max(float(target[-1]), 1e-13), close)
        self._move.y[:] = self._factor.complete(rows, joint.y - now.y)
        push(pattern, self._point, self._move, target, (self._force, *self._steps))
        return joint

    def _advance(self, joint: Joint) -> None:
        """Take the steps: of the areas as far as each can, later nearly all the same."""
        primal, dual = (np.minimum(SHORT * step[:-1], 1.0) for step in self._steps)
        if self.gap >= EARLY:
            shared = float(primal.mean()), float(dual.mean())
        else:
            shared = float(np.quantile(primal, FEW)), float(np.quantile(dual, FEW))
            primal, dual = np.minimum(primal, shared[0]), np.minimum(dual, shared[1])
        point, first, local = self._point, self._first, self._pattern.local
        point.y[:local] += np.repeat(dual, self._size) * self._move.y[:local]
        point.y[local:] += shared[1] * (joint.y - point.y[local:])
        for now, then, step in (
            (point.below, joint.below, shared[0]),
            (point.above, joint.above, shared[0]),
            (point.least, joint.least, shared[1]),
            (point.most, joint.most, shared[1]),
        ):
            now[first:] += step * (then - now[first:])
        for array in self._move[:3]:
            array[first:] = 0.0
        steps = (np.append(primal, 0.0), np.append(dual, 0.0), self.x)
        self.objective, self.bound = advance(self._pattern, point, self._move, self._box, steps)
        self.bound += float(self.form.right @ point.y)

    def repaired(self) -> tuple[FloatArray, float, float]:
        """Return columns (n,), moved as little as it takes for the rows to hold, and their violation and gap."""
        form, x = self.form, self.x.copy()
        weigh(self._point, self._weight)
        response = self._factor.make(self._weight)
        factor = self._balance.factor(response, self._weight[self._first :])
        rows, across = self._left.copy(), np.zeros(len(x))
        for _ in range(3):
            joint = cho_solve(factor, self._factor.joint_part(rows), check_finite=False)
            by_columns(self._pattern, self._factor.complete(rows, joint), across)
            x = np.clip(x + self._weight * across, form.lower, form.lower + form.span)
            activity(self._pattern, x, rows)
            rows = form.right - rows
        objective = float(form.cost @ x)
        return x, float(np.abs(rows).max(initial=0.0)), abs(objective - self.bound) / max(1.0, abs(objective))


def _zeros(count: int) -> FloatArray:
    return np.zeros(count)
