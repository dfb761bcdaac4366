"""Thresholds: at which unit cost, and at which effects, the best plan takes a service up or gives it up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from commission_opt.analysis.worth import NOTHING
from commission_opt.model.formulate import formulate_arrays
from commission_opt.place.arrays import PlaceArrays
from commission_opt.place.names import FloatArray, IntArray
from commission_opt.plan.certificate import certify
from commission_opt.plan.conflict import Conflict, find_conflict
from commission_opt.plan.plan import Plan
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Answer, Status, make_solver
from commission_opt.solvers.kept import KeptSolver

What = Literal["unit cost", "effects"]

LEAST, MOST = 1e-6, 1e3
"""Smallest and largest factor of a unit cost, and smallest of effects, that is tried."""

TENFOLD = 10.0
"""Largest factor of effects that is tried."""

FIGURES = 1e-3
"""Share of a change within which it is found: three figures."""

AT_ONCE = 1e-6
"""A change as small as this is none: the service stands at its threshold already."""

TRIES = 60
"""Most factors that are tried for one threshold."""

TIE = 1e-10
"""Share of a plan's worth below which two plans are worth the same."""


@dataclass(frozen=True)
class Threshold:
    """Where a change of a service's unit cost (all kinds of money, all years) or effects (all outcomes) turns the plan.

    Parameters
    ----------
    what : str
        ``unit cost`` or ``effects``.
    factor : float
        What it is multiplied by for the plan to have turned: taken up, or given up; solved there.
    before : float
        The nearest factor at which the plan was solved and has not turned; 1 where it stands at the threshold already.
    turns : bool
        Whether it turns at all; else ``factor`` is the farthest that was tried.
    """

    what: What
    factor: float
    before: float
    turns: bool

    @property
    def change(self) -> float:
        """The change as a share: -0.2 for a fifth less."""
        return self.factor - 1.0


@dataclass(frozen=True, eq=False)
class Footing:
    """How a service stands in the best plan.

    Parameters
    ----------
    adds : float
        By how much the best plan is worth more, as the model counts it, than the best plan without the service; NaN
        where there is no plan without it that keeps every rule, and what objectives reach that come before the last.
    prices : (m,) objective units per unit of the row
        Prices that prove the plan best; of a service that is not delivered those at which it comes nearest to paying.
    required : Conflict or None
        The rules that no plan without it can keep.
    cost, effects : Threshold or None
        None where the rules require the service, where the best plan is worth as much without it, or where several
        objectives count in order.
    """

    adds: float
    prices: FloatArray
    required: Conflict | None = None
    cost: Threshold | None = None
    effects: Threshold | None = None

    @property
    def inside(self) -> bool:
        """Whether the best plan is worth more with the service than without."""
        return self.required is not None or self.adds > 0


def find_footing(plan: Plan, service: int) -> Footing:
    """Return what a service adds to the best plan, and which unit cost and effects would change that.

    The service is *out* where the best plan is worth no more than the best plan without it. Yes-or-no decisions of
    other services stay as they are in the plan.

    Parameters
    ----------
    plan : Plan
        The best plan as things are.
    service : int
        Code of the service.
    """
    trial = _Trial(plan, service)
    program = trial.at("unit cost", 1.0)
    without = trial.without(program)
    several = len(plan.formulation.objectives) > 1
    if without.status is Status.INFEASIBLE:
        if several:
            return Footing(np.nan, plan.row_prices)
        conflict = find_conflict(plan.formulation, trial.emptied(program), make_solver("highs"))
        return Footing(np.nan, plan.row_prices, required=conflict)
    adds = trial.adds("unit cost", 1.0)
    inside, delivered = adds > 0, bool((plan.x[trial.columns] > NOTHING * program.upper[trial.columns]).any())
    if several or (delivered and not inside):
        return Footing(adds, plan.row_prices)
    cost = trial.search("unit cost", MOST if inside else LEAST, inside)
    effects = trial.search("effects", LEAST if inside else TENFOLD, inside)
    prices = plan.row_prices if inside else trial.nearest(effects if effects.turns and not cost.turns else cost)
    return Footing(adds, prices, cost=cost, effects=effects)


class _Trial:
    """Solves a place again and again with another unit cost or other effects of one service."""

    def __init__(self, plan: Plan, service: int) -> None:
        self.plan, self.service = plan, service
        volumes = plan.formulation.volumes
        self.columns = volumes.column[volumes.service == service]
        self._solver = KeptSolver()
        self._prices: FloatArray | None = None
        self._known: dict[tuple[What, float], LinearProgram] = {}

    @cached_property
    def decisions(self) -> IntArray:
        """The whole numbers that are about this service alone."""
        found = [np.zeros(0, dtype=np.int64)]
        for block in self.plan.formulation.program.columns:
            for names, codes in zip(block.keys.names, block.keys.codes, strict=True):
                if names.dimension == "service" and block.family != "volume":
                    found.append(block.start + np.flatnonzero(codes == self.service))
        return np.intersect1d(np.concatenate(found), self.plan.formulation.program.whole)

    def at(self, what: What, factor: float) -> LinearProgram:
        """Return the program with the service's unit cost or effects multiplied."""
        if factor == 1.0:
            return self.plan.program
        formulation = self.plan.formulation
        arrays = _scaled(formulation.arrays, self.service, what, factor)
        program = formulate_arrays(arrays, formulation.model, formulation.alone).program
        return program.with_whole_fixed(self.plan.x) if len(program.whole) else program

    def emptied(self, program: LinearProgram) -> LinearProgram:
        """Return a program in which the service is not delivered."""
        lower, upper = program.lower.copy(), program.upper.copy()
        for columns in (self.columns, self.decisions):
            lower[columns] = upper[columns] = 0.0
        return program.with_bounds(lower, upper, program.row_lower, program.row_upper)

    def without(self, program: LinearProgram) -> Answer:
        """Return the best answer in which the service is not delivered."""
        return self._solver.solve(self.emptied(program))

    def adds(self, what: What, factor: float) -> float:
        """Return what the service adds to the best plan, 0 for nothing, and keep the prices of the plan without it."""
        program = self.at(what, factor)
        without, best = self.without(program), self._solver.solve(program)
        if not best.has_solution:
            return 0.0
        gain = program.value(best.x) - program.value(without.x) if without.has_solution else np.inf
        found = gain if gain > TIE * max(1.0, abs(program.value(best.x))) else 0.0
        # Where it adds nothing, the prices of the plan that could have it are as right, and nearer to the threshold.
        self._prices = without.prices if found else best.prices
        return found

    def search(self, what: What, far: float, inside: bool) -> Threshold:
        """Return the threshold between no change and a far one, given whether the service is in as things are."""

        def turned(factor: float) -> bool:
            return (self.adds(what, factor) > 0) != inside

        near = 1.0
        if not turned(far):
            return Threshold(what, far, far, False)
        for _ in range(TRIES):
            if abs(far - near) <= FIGURES * abs(far - 1.0) or abs(far - 1.0) <= AT_ONCE:
                break
            factor = self._next(what, near, far)
            if turned(factor):
                far = factor
            else:
                near = factor
        return Threshold(what, far, near, True)

    def nearest(self, threshold: Threshold) -> FloatArray:
        """Return the prices where the service just does not pay, if they prove as well that the plan is best today."""
        self.adds(threshold.what, threshold.before)
        plan, prices = self.plan, self._prices
        if prices is None or len(prices) != len(plan.row_prices):
            return plan.row_prices
        proof = certify(plan.program, plan.x, prices)
        return prices if proof.holds(plan.choice.tolerances[0]) else plan.row_prices

    def _next(self, what: What, near: float, far: float) -> float:
        """Return the factor to try next: close to where prices say that the service just pays, else in the middle."""
        at = self._just_pays(what)
        aside = FIGURES / 4 * abs(at - 1.0) * np.sign(far - near)
        if min(near, far) < at < max(near, far):
            for factor in (at + aside, at - aside):
                if min(abs(factor - near), abs(factor - far)) > abs(aside) and (factor - near) * (far - factor) > 0:
                    return float(factor)
        return float(np.sqrt(near * far)) if far > 1.0 else (near + far) / 2

    def _just_pays(self, what: What) -> float:
        """Return the factor at which the first unit pays at the last prices; NaN where they cannot say."""
        if self._prices is None or len(self.decisions):
            return np.nan
        one, two = (self._net(what, factor) for factor in (1.0, 2.0))
        moves = (two - one) * (-1.0 if what == "unit cost" else 1.0)
        pays = (self.plan.formulation.program.upper[self.columns] > 0) & (moves > 0)
        if not pays.any():
            return np.nan
        factor = 1.0 - one[pays] / (two - one)[pays]
        return float(factor.max() if what == "unit cost" else factor.min())

    def _net(self, what: What, factor: float) -> FloatArray:
        """Return (J,) what a unit of each volume adds at the last prices, with the cost or effects multiplied."""
        program = self._known.setdefault((what, factor), self.at(what, factor))
        if self._prices is None or program.shape[0] != len(self._prices):
            return np.full(len(self.columns), np.nan)
        return np.asarray(program.objective[self.columns] - program.matrix[:, self.columns].T @ self._prices)


def _scaled(arrays: PlaceArrays, service: int, what: What, factor: float) -> PlaceArrays:
    """Return a place in which a service's unit cost or effects are multiplied."""
    if what == "unit cost":
        cost = arrays.services.cost.copy()
        cost[service] *= factor
        return replace(arrays, services=replace(arrays.services, cost=cost))
    effects = arrays.effects
    own = np.where(effects.service == service, factor, 1.0)
    scaled = replace(effects, effect=effects.effect * own, low=effects.low * own, high=effects.high * own)
    return replace(arrays, effects=scaled)
