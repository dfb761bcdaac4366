"""Route: which solver suits a program, from its size and structure, said in the plan."""

from __future__ import annotations

from dataclasses import dataclass, replace

from commission_opt.program.linear import LinearProgram
from commission_opt.solvers.answer import Answer, Limits, Status
from commission_opt.solvers.arrow.structure import Structure, find_structure, why_not
from commission_opt.solvers.highs import HighsSolver
from commission_opt.solvers.highs_run import SIMPLEX_COLUMNS, SIMPLEX_SECONDS

CORNER_COLUMNS = 250_000
"""Up to here the simplex method has its time even where a program is divided into areas: it lets ties be examined."""


@dataclass(frozen=True, eq=False)
class Route:
    """Which solver takes a program, and why; of the method by areas, the structure that it goes by."""

    why: str
    structure: Structure | None = None


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
    structure = find_structure(program)
    reason = why_not(program, structure)
    if reason:
        return Route(f"Solved by HiGHS, not area by area: {reason}.")
    if by_areas:
        return Route("Solved area by area, as asked.", structure)
    joint = f"{structure.areas:,} areas meet in {structure.joint:,} of {program.shape[0]:,} rules"
    return Route(f"Solved area by area: {joint}.", structure)


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
        route = choose(program, self.by_areas)
        why = route.why
        if route.structure is not None and not self.by_areas and program.shape[1] <= CORNER_COLUMNS:
            corner = self._corner(program)
            if corner.status in (Status.OPTIMAL, Status.INFEASIBLE):
                return corner
        if route.structure is not None:
            from commission_opt.solvers.arrow.solver import ArrowSolver

            answer = ArrowSolver(self.limits).solve(program, route.structure)
            if answer.status in (Status.OPTIMAL, Status.STOPPED):
                return replace(answer, why=why)
            why = f"Solved by HiGHS: area by area, the method found no end ({answer.message})."
        return replace(self._highs.solve(program), why=why)

    def _corner(self, program: LinearProgram) -> Answer:
        """Return what the simplex method finds in the time that it is given."""
        left = self.limits.seconds
        trial = SIMPLEX_SECONDS if left is None else min(SIMPLEX_SECONDS, left)
        return HighsSolver(replace(self.limits, method="simplex", seconds=trial)).solve(program)
