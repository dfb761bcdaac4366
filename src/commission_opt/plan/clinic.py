"""The clinic: the smallest changes of rules with which a plan is possible, agreements before money before statute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np

from commission_opt.model.formulate import Formulation
from commission_opt.place.names import BoolArray, FloatArray
from commission_opt.plan.certificate import TOLERANCE, certify
from commission_opt.plan.elastic import NOTHING, Elastic, Least
from commission_opt.plan.exposed import expose_bounds
from commission_opt.plan.gates import find_ways
from commission_opt.plan.levers import gate_levers, row_levers
from commission_opt.plan.repair import Given, Repair, make_repair, new_bounds
from commission_opt.program.linear import LinearProgram
from commission_opt.rules.base import PRIORITY
from commission_opt.solvers import Limits, make_solver

ENOUGH, EACH = 3, 3
"""Repairs to look for where there are as many, and the most of each standing that are offered."""

TRIES = 12
"""Further questions asked, with parts of the repairs found closed, to find other repairs."""

DIGITS = 6
"""Digits to which an amount that is not money is rounded, away from nothing; money is rounded to the penny."""

SPARED = 0.01
"""Part of what a standing would have to give alone that earlier ones have to spare it to be worth changing too."""

WIDER = 4
"""Times that amounts are rounded to a digit less where a repair as small as proven does not solve."""

ROUNDING = 1e-5
"""Part of the last digit that is the solver's rounding."""

WHOLE_LIMITS = Limits(seconds=4.0, integer_gap=1e-3)
"""Of one question with yes-or-no decisions."""


def find_repairs(formulation: Formulation, program: LinearProgram) -> tuple[Repair, ...]:
    """Return the smallest changes of rules with which a plan is possible, in the order in which to consider them.

    Agreements among partners give way before money, money before statutory duties. Some change
    one standing or one kind of rule alone, each the smallest of its kind; one is the least change in that order, where
    mixing kinds spares something; and if there are not enough, others leave out part of each found before. Every one is
    verified by solving.

    Parameters
    ----------
    formulation : Formulation
        What was formulated.
    program : LinearProgram
        The infeasible program, with any further rows.

    Returns
    -------
    tuple of Repair
        Empty where no rule that could give way makes a plan possible.
    """
    clinic = Clinic(formulation, program)
    return clinic.repairs()


class Clinic:
    """One place and model whose rules cannot all hold, and what has been found to be done about it."""

    def __init__(self, formulation: Formulation, program: LinearProgram) -> None:
        self.place = formulation.arrays.place
        amount = formulation.money.amount
        money = float(amount[:, 0].sum()) or 1.0
        self.program = expose_bounds(program, 2.0 * float(amount.sum()))
        self.ways = find_ways(formulation, self.program)
        self.levers = row_levers(self.program, money)
        for ways in self.ways:
            self.levers += gate_levers(ways, money)
        self.elastic = Elastic(self.program, self.levers, self.ways, WHOLE_LIMITS)
        self.found: dict[frozenset[int], Repair] = {}

    def repairs(self) -> tuple[Repair, ...]:
        """Return what is found, in the order in which to consider it."""
        everything = np.ones(len(self.levers), dtype=bool)
        useful = self.elastic.needed()
        for allowed in self._alone(useful):
            least = self.elastic.least(allowed)
            if least is not None:
                self._keep(least, allowed)
        mixed = self._in_order(everything)
        if mixed is not None:
            self._keep(mixed, everything)
        self._others("kind")
        self._others("subject")
        simple = sorted(self.found, key=lambda levers: len({self.levers[at].subject for at in levers}))
        found = [self.found[levers] for levers in simple]
        each = [[repair for repair in found if repair.standing == one][:EACH] for one in PRIORITY]
        return tuple(repair for repairs in each for repair in repairs)

    def _in_order(self, allowed: BoolArray) -> Least | None:
        """Return the least change in order of priority; of its last standing alone where the others spare little."""
        mixed = self.elastic.in_order(allowed)
        used = [one for one in PRIORITY if mixed is not None and mixed.total[one] > NOTHING]
        if mixed is None or len(used) < 2:
            return mixed
        alone = self.elastic.least(allowed & (self.elastic.of_standing == PRIORITY.index(used[-1])))
        spared = alone is None or mixed.total[used[-1]] < (1.0 - SPARED) * alone.total[used[-1]]
        return mixed if spared else alone

    def _alone(self, useful: BoolArray) -> Iterator[BoolArray]:
        """Yield the levers of each standing, then of each kind of rule, where they might do alone."""
        standing = np.array([lever.standing for lever in self.levers])
        kind = np.array([lever.kind for lever in self.levers])
        asked = set()
        for one in PRIORITY:
            for allowed in (standing == one, *(kind == each for each in dict.fromkeys(kind[standing == one].tolist()))):
                if (allowed & useful).any() and allowed.tobytes() not in asked:
                    asked.add(allowed.tobytes())
                    yield allowed

    def _others(self, by: Literal["kind", "subject"]) -> None:
        """Look for repairs that leave out a kind of rule or a subject of each one found, until there are enough."""
        name = np.array([getattr(lever, by) for lever in self.levers])
        closed: list[frozenset[str]] = [frozenset()]
        for _ in range(TRIES):
            if len(self.found) >= ENOUGH or not closed:
                return
            shut = closed.pop(0)
            used = next((own for own in self._used(by) if not own & shut), None)
            if shut:
                allowed = ~np.isin(name, list(shut))
                least = self._in_order(allowed)
                levers = self._keep(least, allowed) if least is not None else frozenset()
                used = used or frozenset(getattr(self.levers[at], by) for at in levers)
            closed += [shut | {one} for one in sorted(used or ())]

    def _used(self, by: Literal["kind", "subject"]) -> Iterator[frozenset[str]]:
        return (frozenset(getattr(self.levers[at], by) for at in levers) for levers in self.found)

    def _keep(self, least: Least, allowed: BoolArray) -> frozenset[int]:
        """Verify a change and keep it as a repair; return the levers it uses, none where it could not be verified."""
        least = self.elastic.settled(least, allowed)
        for wider in range(WIDER):
            given = self._given(least.amount, 10.0**wider)
            if given and self._holds(given, least.whole):
                levers = frozenset(self.levers.index(one.lever) for one in given)
                subjects = frozenset(one.lever.subject for one in given)
                if subjects not in {frozenset(self.levers[at].subject for at in known) for known in self.found}:
                    self.found[levers] = make_repair(self.program, given, self.place, least.gap)
                return levers
        return frozenset()

    def _given(self, amount: FloatArray, wider: float) -> list[Given]:
        """Return what every lever gives, rounded away from nothing."""
        found = []
        for at in np.unique(self.elastic.lever_of[amount > 0]):
            lever = self.levers[at]
            columns = np.flatnonzero((self.elastic.lever_of == at) & (amount > 0))
            step = self._steps(lever.block.unit, amount[columns]) * wider
            rounded = np.ceil(amount[columns] / step - ROUNDING) * step
            rounded = np.minimum(rounded, np.maximum(amount[columns], self.elastic.most[columns]))
            if lever.side:
                found.append(Given(lever, lever.at, lever.share * rounded))
            else:
                found.append(Given(lever, self.elastic.way_of[columns], rounded))
        return found

    def _steps(self, unit: str, amount: FloatArray) -> FloatArray:
        if unit.startswith("money"):
            return np.full(len(amount), 0.01 / self.place.settings.money_unit)
        return np.asarray(10.0 ** (np.floor(np.log10(amount)) + 1 - DIGITS))

    def _holds(self, given: Sequence[Given], whole: FloatArray) -> bool:
        """Whether a plan is possible with these changes: a fresh solver's answer, certified in whole numbers."""
        program = self.elastic.opened(new_bounds(self.program, given), given)
        x = np.zeros(program.shape[1])
        x[program.whole] = whole
        answer = make_solver("highs").solve(program.with_whole_fixed(x))
        return answer.has_solution and certify(program, answer.x, answer.prices).violation <= TOLERANCE
