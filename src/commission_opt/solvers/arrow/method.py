"""Method: interior points with steps of their own for every area, then along its central path, then in common."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg import cho_solve

from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.central import Central
from commission_opt.solvers.arrow.crew import Crew
from commission_opt.solvers.arrow.form import Form
from commission_opt.solvers.arrow.joint import Balance, Joint
from commission_opt.solvers.arrow.part import SHORT, Standing
from commission_opt.solvers.arrow.together import Together

FIRST = 1.0
"""Size of the first barrier, of the typical worth of a column that has one."""

HEAVIER = 10.0
"""How many times as far joint columns are kept from their bounds: each stands against the columns of all areas."""

CENTRINGS, SETTLED = 8, 0.05
"""Steps towards the first centre at most, and the part of the first violation at which it is near enough."""

EARLY, LATE = 1e-2, 5e-3
"""Gap below which nearly all areas take the same steps, and below which the whole program does."""

MANY, PATH = 250, 0.05
"""Areas from which on the response of all together is smooth, and the gap below which the central path is followed."""

FEW = 0.05
"""Share of areas that may take shorter steps than the rest in between."""

CENTRAL = 0.1
"""Least target of products once areas move together, of their mean."""

REPAIRS, FALLS, NOTHING = 12, 0.5, 1e-13
"""Times at most that columns are moved at the end so that rows hold, the fall of the largest violation that calls for
another time, and the violation that is next to nothing."""

FIGURES = ("objective", "bound", "off", "late", "path")
"""Figures that have to be kept to go on from a point."""


class Method:
    """The state of the method on one program.

    Parameters
    ----------
    form : Form
        The program.
    crew : Crew
        Who works on its shares.
    gap : float
        What is asked for in the end.
    path : bool
        Whether the central path may be followed, where there are areas enough.

    Attributes
    ----------
    path : bool
        Whether the central path is followed.
    passed : (J,)
        What areas add up to in the joint rows.
    objective, bound : float
        Of the point, and proven by its prices, in scaled units; minimised.
    off : float
        Largest amount by which a scaled row does not hold.
    """

    def __init__(self, form: Form, crew: Crew, gap: float, path: bool = True) -> None:
        self.form, self.crew, self._touched = form, crew, form.touched
        self.balance = Balance(form.joint)
        self._central, self._together = Central(self, gap), Together(self)
        self.late, self.path = False, path and form.areas >= MANY
        self.columns = form.columns
        self.objective = self.bound = self.off = 0.0
        self.passed = np.zeros(len(form.joint.right))
        self._response: FloatArray | None = None

    @property
    def gap(self) -> float:
        """Relative distance of the objective from the bound."""
        return abs(self.objective - self.bound) / max(1.0, abs(self.objective))

    @property
    def left(self) -> FloatArray:
        """What is left of the joint rows (J,)."""
        return np.asarray(self.form.joint.right - self.passed - self.balance.activity(self.joint))

    def ask(self, order: str, *told: Any) -> list[Any]:
        """Have all areas do something."""
        return self.crew.ask(order, *told)

    def pull(self, order: str, *told: Any) -> FloatArray:
        """Have all areas do something; return (J,) what they pull the joint rows by."""
        return self.padded(np.sum(self.ask(order, *told), axis=0))

    def padded(self, touched: FloatArray) -> FloatArray:
        """Return what areas give to the joint rows (J,), of which they touch the first."""
        whole = np.zeros(len(self.form.joint.right))
        whole[: self._touched] = touched
        return whole

    def own(self, y: FloatArray) -> FloatArray:
        """Return the prices (J,) of the joint rows that areas know of."""
        return y[: self._touched]

    def response(self) -> FloatArray:
        """Return (J, J) the areas' response to joint prices where they stand."""
        if self._response is None:
            half = sum(self.ask("eliminate"))
            count = len(self.form.joint.right)
            self._response = np.zeros((count, count))
            self._response[: self._touched, : self._touched] = half + np.triu(half, 1).T
        return self._response

    def stand(self, standings: list[Standing], joint: Joint) -> None:
        """Note where areas and joint columns stand by now."""
        self.joint, self._response = joint, None
        self.passed = self.padded(np.sum([one.joint for one in standings], axis=0))
        constant = self.form.constant
        self.objective = constant + sum(one.objective for one in standings) + self.balance.objective(joint)
        self.bound = constant + sum(one.bound for one in standings) + self.balance.bound(joint)
        self.off = max(max(one.off for one in standings), float(np.abs(self.left).max(initial=0.0)))

    def start(self) -> None:
        """Find a centre of large barriers, by Newton's steps on the dual: rows nearly hold there."""
        form = self.form
        worths = [
            *self.ask("worth"),
            (float(np.abs(form.joint.cost) @ form.joint.span), np.count_nonzero(form.joint.cost)),
        ]
        total, count = (sum(one[at] for one in worths) for at in (0, 1))
        barrier = FIRST * (total / count if total else 1.0)
        value = self._centre(barrier, np.zeros(len(form.joint.right)), 0.0)
        first = self.off
        for _ in range(CENTRINGS):
            if self.off <= SETTLED * first:
                break
            value = self._towards_centre(barrier, value)

    def _centre(self, barrier: float, y: FloatArray, step: float) -> float:
        standings = self.ask("centre", barrier, self.own(y), step)
        joint, value = self.balance.centred(y, HEAVIER * barrier)
        self.stand(standings, joint)
        return value + float(sum(standing.value for standing in standings))

    def _towards_centre(self, barrier: float, value: float) -> float:
        """Take a step towards the centre of a barrier, halved until it leads upwards."""
        system = self.balance.factor(self.response(), self.joint.weight)
        y = self.joint.y
        move = cho_solve(system, self.left + self.pull("rest"), check_finite=False)
        self.ask("push", self.own(move))
        step = 1.0
        while (now := self._centre(barrier, y + step * move, step)) < value and step > 1e-3:
            step /= 2
        self.ask("settle", step)
        return now

    def iterate(self) -> None:
        """Take one step: a look ahead without a barrier, then the step itself."""
        self.late = self.late or self.gap < (PATH if self.path else LATE)
        if not self.late:
            self._step_apart()
        elif not (self.path and self._central.step()):
            self._together.step()

    def retreat(self) -> None:
        """Take a step to where rows are sooner made to hold, if at a larger gap."""
        if not self._central.retreat():
            self.iterate()

    def _step_apart(self) -> None:
        """Take one step, of every area as far as it can go."""
        response = self.response()
        answers = self.ask("ahead")
        count = 2 * self.columns
        average = sum(answer[0] for answer in answers) / count
        pull = self.padded(np.sum([answer[1] for answer in answers], axis=0))
        joint = self._balanced(response, pull, 0.1 * HEAVIER * average)
        then = sum(self.ask("then", self.own(joint.y - self.joint.y))) / count
        share = float(np.clip(then / average, 0.0, 1.0)) ** 3
        least = max(share, CENTRAL if self.gap < EARLY else 0.0) * average
        joint = self._balanced(response, self.pull("aim_apart", least), max(share, 1e-2) * average * HEAVIER)
        reaches = self.ask("push", self.own(joint.y - self.joint.y))
        primal, dual = (np.minimum(SHORT * np.concatenate(steps), 1.0) for steps in zip(*reaches, strict=True))
        if self.gap >= EARLY:
            long, far = float(primal.mean()), float(dual.mean())
            most = (1.0, 1.0)
        else:
            long, far = most = float(np.quantile(primal, FEW)), float(np.quantile(dual, FEW))
        now = self._between(joint, long, far)
        self.stand(self.ask("advance_apart", *most, self.own(now.y)), now)

    def _balanced(self, response: FloatArray, pull: FloatArray, target: float) -> Joint:
        """Return where the joint columns go, given what the areas pull their rows by."""
        wanted = self.form.joint.right - self.passed + pull
        close = 1e-11 + 1e-2 * min(1.0, self.off)
        return self.balance.solve(response, wanted, self.joint, max(target, 1e-13), close)

    def _between(self, then: Joint, long: float, far: float) -> Joint:
        """Return the joint columns and prices part of the way to where they are to go."""
        now, steps = self.joint, (long, long, far, far, far)
        return Joint(*(old + step * (new - old) for old, new, step in zip(now, then, steps, strict=True)))

    def state(self) -> tuple[dict[str, FloatArray], dict[str, Any]]:
        """Return what has to be kept, beside the states of the parts, to go on from here: arrays and figures."""
        before, figures = self._central.state()
        arrays = {"passed": self.passed, "before": before, **self.joint._asdict()}
        figures |= {name: getattr(self, name) for name in FIGURES}
        return arrays, {**figures, "last": self._together.last}

    def restore(self, arrays: dict[str, FloatArray], figures: dict[str, Any]) -> None:
        """Go on from what was kept."""
        self.passed = arrays["passed"]
        self.joint = Joint(*(arrays[name] for name in Joint._fields))
        for name in FIGURES:
            setattr(self, name, figures[name])
        self._central.restore(arrays["before"], figures)
        self._together.last = figures["last"]

    def repaired(self) -> tuple[FloatArray, float, float]:
        """Move columns as little as it takes for the rows to hold; return joint columns (n_c,), violation and gap.

        The areas hold theirs, see :meth:`commission_opt.solvers.arrow.part.Part.found`.
        """
        form, balance = self.form.joint, self.balance
        weight = self.joint.weight
        system = balance.factor(self.response(), weight)
        x, left, off, objective, last = balance.x(self.joint), self.left, self.off, np.inf, np.inf
        self.ask("hold")
        for _ in range(REPAIRS):
            if off > FALLS * last or off < NOTHING:
                break
            last = off
            y = cho_solve(system, left + self.pull("rest"), check_finite=False)
            x = np.clip(x + weight * (form.matrix.T @ y), 0.0, form.span)
            standings = self.ask("nudge", self.own(y))
            left = form.right - self.padded(np.sum([one.joint for one in standings], axis=0)) - form.matrix @ x
            off = max(max(one.off for one in standings), float(np.abs(left).max(initial=0.0)))
            objective = self.form.constant + sum(one.objective for one in standings) + float(form.cost @ x)
        self.ask("release")
        return x, off, abs(objective - self.bound) / max(1.0, abs(objective))
