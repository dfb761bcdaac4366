"""Route: which solver suits a program, from its size and structure, said in the plan."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from commission_opt.program.linear import LinearProgram
from commission_opt.solvers.answer import Answer, Limits, Status
from commission_opt.solvers.arrow.structure import Structure, find_structure, why_not
from commission_opt.solvers.benders import BendersSolver
from commission_opt.solvers.combine import combine
from commission_opt.solvers.highs import HighsSolver
from commission_opt.solvers.highs_run import SIMPLEX_COLUMNS, SIMPLEX_SECONDS
from commission_opt.solvers.merge import merge
from commission_opt.solvers.substitute import substitute
from commission_opt.solvers.tighten import from_zero

CORNER_COLUMNS = 250_000
"""Up to here the simplex method has its time even where a program is divided into areas: it lets ties be examined."""


@dataclass(frozen=True, eq=False)
class Route:
    """Which solver takes a program, and why.

    Parameters
    ----------
    why : str
        In a sentence for the reader of the plan.
    structure : Structure or None
        What the method by areas goes by; None where HiGHS is better.
    relaxes : bool
        Of a program with whole numbers: whether it is still divided into areas where they need not be whole. The
        structure is then that of the program with these held.
    """

    why: str
    structure: Structure | None = None
    relaxes: bool = False


def choose(program: LinearProgram, by_areas: bool = False) -> Route:
    """Return the solver that suits a program, and why; HiGHS where there is no structure.

    Programs that simplex solves in seconds go to HiGHS, whose corners let ties be examined; larger ones that are
    divided into areas are solved area by area, where simplex does not come to an end in its time, and all others go to
    HiGHS.

    Parameters
    ----------
    program : LinearProgram
        What is to be solved.
    by_areas : bool
        Whether the method by areas is asked for, whatever the size.
    """
    if program.shape[1] <= SIMPLEX_COLUMNS and not by_areas:
        return Route("")
    held = merge(program.with_whole_at(program.upper[program.whole])).program if len(program.whole) else program
    structure = find_structure(held)
    reason = why_not(held, structure)
    if reason:
        return Route(f"Solved by HiGHS, not area by area: {reason}.")
    joint = f"{structure.areas:,} areas meet in {structure.joint:,} of {program.shape[0]:,} rules"
    how = "as asked" if by_areas else joint
    if not len(program.whole):
        return Route(f"Solved area by area{',' if by_areas else ':'} {how}.", structure)
    relaxed = replace(program, whole=program.whole[:0])
    decided = "One choice of the yes-or-no decisions and whole numbers after the other was solved area by area"
    return Route(f"{decided}: {how}.", structure, not why_not(relaxed, find_structure(relaxed)))


class ChosenSolver:
    """Solves every program with the solver that suits it; where the method by areas fails, HiGHS takes over.

    Parameters
    ----------
    limits : Limits
        Passed on.
    by_areas : bool
        Whether the method by areas is asked for, whatever the size; a cluster asks for it too.
    """

    def __init__(self, limits: Limits | None = None, by_areas: bool = False) -> None:
        self.limits = limits or Limits()
        self.by_areas = by_areas or bool(self.limits.scheduler)
        self._highs = HighsSolver(self.limits)

    def solve(self, program: LinearProgram) -> Answer:
        """Return the claim of the solver that suits a program, and why it was that one."""
        program.require_finite()
        started = time.perf_counter()
        route = choose(program, self.by_areas)
        if route.structure is None:
            return replace(self._highs.solve(program), why=route.why)
        answer = self._decide(program, route) if len(program.whole) else self._divide(program, route.structure)
        if answer.status in (Status.OPTIMAL, Status.INFEASIBLE, Status.STOPPED):
            return replace(answer, why="" if answer.corner else route.why)
        left = self.limits.seconds
        left = None if left is None else max(left - (time.perf_counter() - started), 1e-3)
        why = f"Solved by HiGHS: area by area, the method found no end ({answer.message})."
        return replace(HighsSolver(replace(self.limits, seconds=left)).solve(program), why=why)

    def _divide(self, program: LinearProgram, structure: Structure) -> Answer:
        """Return the claim of the method by areas, or of the simplex method where that comes to an end in its time."""
        from commission_opt.solvers.arrow.solver import ArrowSolver

        if not self.by_areas and program.shape[1] <= CORNER_COLUMNS:
            left = self.limits.seconds
            trial = SIMPLEX_SECONDS if left is None else min(SIMPLEX_SECONDS, left)
            corner = HighsSolver(replace(self.limits, method="simplex", seconds=trial)).solve(program)
            if corner.status in (Status.OPTIMAL, Status.INFEASIBLE):
                return corner
        return ArrowSolver(self.limits).solve(program, structure)

    def _decide(self, program: LinearProgram, route: Route) -> Answer:
        """Return the claim about a program with whole numbers, held in one way after the other."""
        return BendersSolver(self.limits, HeldSolver, route.relaxes).solve(program)


class HeldSolver:
    """Solves linear programs that are left when whole numbers are held: area by area, where they leave hardly any room.

    Parameters
    ----------
    limits : Limits
        Passed on.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def solve(self, program: LinearProgram) -> Answer:
        """Return the claim about a program; of smaller ones HiGHS's simplex method takes over where there is none."""
        from commission_opt.solvers.arrow.solver import ArrowSolver

        merged = merge(program)
        put = substitute(merged.program)
        structure = find_structure(put.program)
        if not why_not(put.program, structure):
            combined = combine(put.program, structure.of_column < 0)
            left, start = from_zero(combined.program)
            answer = ArrowSolver(self._limits, path=False).solve(left, find_structure(left))
            if answer.has_solution:
                prices = merged.prices(put.prices(combined.prices(answer.prices)))
                return replace(answer, x=np.clip(answer.x + start, program.lower, program.upper), prices=prices)
            if answer.status is Status.STOPPED or program.shape[1] > CORNER_COLUMNS:
                return answer
        return HighsSolver(replace(self._limits, method="simplex")).solve(program)
