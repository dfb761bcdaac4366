"""The ground that changes of budgets and weights stand on: one formulation, and the plans found on it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from commission_opt.analysis.bracket import LOOSER, NOT_FORMULATED, PRICED, TIGHTER, Bracket, best_mixture
from commission_opt.analysis.points import Point, Solved, Yardstick, answered
from commission_opt.model.formulate import Formulation
from commission_opt.model.model import Model
from commission_opt.model.movable import Bounds, Movable
from commission_opt.place.arrays import PlaceArrays
from commission_opt.place.names import FloatArray
from commission_opt.place.recompile import moves_only
from commission_opt.plan.plan import Plan
from commission_opt.plan.run import Run, SolveOptions
from commission_opt.plan.solve import formulate_for
from commission_opt.rules.pooling import Pooling

POINTS = 6
"""Plans that are kept to judge others by; the one found longest ago goes first."""

PREPARED, WEIGHABLE = 100_000, 2
"""Columns from which on a formulation and its plans are prepared for questions before these come, and how many plans
are kept then that answer questions about weights."""

LESS = (0.9, 0.97, 0.99)
"""Shares of all budgets for which a plan is sought, to be mixed with others where budgets fall: the first with one."""

MUCH_LESS = 0.95
"""Share of a budget below which such a plan is sought again."""

ONLY_FORBIDS = ("ring_fences", "duty", "relations")
"""Rules that do nothing but forbid: without one every plan is allowed that was allowed with it, and worth the same."""

NOTHING = Bracket(None, None, NOT_FORMULATED, NOT_FORMULATED)
"""What is known of a place that was never formulated."""


class Ground:
    """One formulation, the plans found on it, and what they prove of other budgets and weights.

    Parameters
    ----------
    origin : Origin or None
        What it differs from by one rule, where that is so.
    """

    def __init__(self, origin: Origin | None = None) -> None:
        self._origin = origin
        self._movable: Movable | None = None
        self._yardstick: Yardstick | None = None
        self._plans: tuple[Plan, ...] = ()
        self._points: tuple[Point, ...] = ()
        self._search: threading.Thread | None = None
        self._sought: FloatArray | None = None
        self._lock = threading.Lock()

    def holds(self, arrays: PlaceArrays, model: Model) -> bool:
        """Whether this ground is formulated for a model, and a place that differs in budgets and weights alone."""
        known = self._movable.formulation if self._movable is not None else None
        return known is not None and moves_only(known.arrays, arrays) and known.model == model

    def reaches(self, arrays: PlaceArrays) -> bool:
        """Whether a place stands on this ground: its budgets and weights move bounds and objective alone."""
        return self._movable is None or self._movable.reaches(arrays)

    def formulate(self, run: Run, arrays: PlaceArrays, model: Model) -> Formulation:
        """Return the formulation of a place that stands on this ground: written down the first time, then moved."""
        movable = self._movable
        if movable is None:
            formulation = formulate_for(run, arrays, model)
            movable = Movable(formulation)
            if formulation.program.shape[1] >= PREPARED:
                movable.prepare()
            self._movable = movable
            return formulation
        moved: Formulation = run.step("formulate", lambda: movable.formulated(arrays))
        return moved

    def remember(self, plan: Plan) -> None:
        """Keep a plan to judge others by; one that is best by several objectives in order proves nothing of others.

        What it proves is worked out with the first question; of a large program at once, as that takes a while.
        """
        if len(plan.formulation.objectives) != 1:
            return
        with self._lock:
            self._plans = (*self._plans, plan)[-POINTS:]
        if plan.formulation.program.shape[1] >= PREPARED:
            self._work_out()

    def _work_out(self) -> None:
        """Turn plans into what is kept of them."""
        movable = self._movable
        if movable is None:
            return
        with self._lock:
            plans, self._plans = self._plans, ()
            for plan in plans:
                if movable.has_weights and self._yardstick is None:
                    self._yardstick = Yardstick(movable)
                self._keep(Solved.of(plan).point(movable, self._yardstick), first=True)

    def forget(self) -> None:
        """Let go of the formulation and the plans; what stands on this ground is formulated anew when it is solved."""
        self._movable = self._yardstick = self._search = self._sought = None
        self._points, self._plans = (), ()

    def bracket(self, arrays: PlaceArrays) -> Bracket:
        """Return between what and what the plan of a place is worth, from what was found so far."""
        self._work_out()
        movable, points = self._movable, self._points
        if movable is None or not points:
            return self._origin.bracket(arrays) if self._origin is not None else NOTHING
        if not movable.reaches(arrays):
            return NOTHING
        limits, weight = movable.bounds(arrays), movable.weight(arrays) if movable.has_weights else points[0].weight
        low, why = best_mixture(points, limits, weight, mix=not len(movable.formulation.program.whole))
        high = _least_bound(points, limits, weight)
        return Bracket(low, high, why, PRICED if high is not None else NOT_FORMULATED)

    def seek_cheaper(self, arrays: PlaceArrays, options: SolveOptions) -> threading.Thread:
        """Begin to look, beside everything else, for a plan that needs less money; again for much less alone."""
        amount = arrays.streams.amount
        search, sought = self._search, self._sought
        further = sought is not None and bool((amount < MUCH_LESS * sought).any())
        if search is None or (further and not search.is_alive()):
            self._sought = amount
            self._search = search = threading.Thread(target=self._find_cheaper, args=(arrays, options), daemon=True)
            search.start()
        return search

    def _find_cheaper(self, arrays: PlaceArrays, options: SolveOptions) -> None:
        movable, yardstick = self._movable, self._yardstick
        if movable is None or len(movable.formulation.program.whole):
            return
        solver = Run(replace(options, progress=None)).solver()
        for share in LESS:
            less = replace(arrays, streams=replace(arrays.streams, amount=share * arrays.streams.amount))
            if not movable.reaches(less):
                return
            formulation = movable.formulated(less)
            solved = answered(formulation, solver, options.tolerance)
            if solved is not None:
                with self._lock:
                    self._keep(solved.point(movable, yardstick), first=False)
                return

    def _keep(self, point: Point, first: bool) -> None:
        """Keep a point as the one found last, or behind all others; of large programs few know about weights."""
        large = point.slopes is not None and point.slopes.columns >= PREPARED
        if large and first and point.slopes is not None:
            point.slopes.prepare()
        others = self._points[: POINTS - 1]
        points = (point, *others) if first else (*others, point)
        self._points = tuple(
            replace(one, slopes=None) if large and at >= WEIGHABLE else one for at, one in enumerate(points)
        )


@dataclass(frozen=True, eq=False)
class Origin:
    """The ground that a model differs from by one rule that only forbids: its name, and whether it was lifted."""

    ground: Ground
    rule: str
    lifted: bool

    def bracket(self, arrays: PlaceArrays) -> Bracket:
        """Return the side that what was proven there still proves."""
        there = self.ground.bracket(arrays)
        name = self.rule.replace("_", " ")
        if self.lifted:
            why = LOOSER.format(rule=name) if there.low is not None else there.why_low
            return Bracket(there.low, None, why, NOT_FORMULATED)
        why = TIGHTER.format(rule=name) if there.high is not None else there.why_high
        return Bracket(None, there.high, NOT_FORMULATED, why)


def origin_of(ground: Ground, before: Model, after: Model) -> Origin | None:
    """Return how a model differs from the one of a ground, where that is by one rule that only forbids."""
    acting, then = ({rule.kind: rule for rule in model.rules if rule.enabled} for model in (after, before))
    added, lifted = acting.keys() - then.keys(), then.keys() - acting.keys()
    same = before.objective == after.objective and all(acting[kind] == then[kind] for kind in acting.keys() & then)
    if not same or len(added) + len(lifted) != 1:
        return None
    (rule,) = added | lifted
    pooling = after.rule("pooling")
    pots = isinstance(pooling, Pooling) and pooling.pot is not None
    # Fences divide pots, and what partners owe to a pot or may carry in it is counted pot by pot.
    forbids = rule in ONLY_FORBIDS and not (rule == "ring_fences" and pots)
    return Origin(ground, rule, bool(lifted)) if forbids else None


def _least_bound(points: Sequence[Point], limits: Bounds, weight: FloatArray) -> float | None:
    """Return the least that points prove: those of the same weights, and the one whose weights are nearest."""
    knowing = [point for point in points if point.slopes is not None]
    nearest = min(knowing, key=lambda point: point.distance(weight), default=None)
    asked = [point for point in points if np.array_equal(point.weight, weight) or point is nearest]
    found = [point.bound_for(limits, weight) for point in asked]
    return min((bound for bound in found if bound is not None), default=None)
