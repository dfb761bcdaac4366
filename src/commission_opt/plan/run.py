"""One solve in progress: its options, its clock, and the seconds of each step."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from commission_opt.errors import SolverError
from commission_opt.plan.certificate import TOLERANCE
from commission_opt.solvers import Limits, Reached, Solver, make_solver
from commission_opt.solvers.kept import KeptSolver

Progress = Callable[[str], None]


@dataclass(frozen=True)
class SolveOptions:
    """How to solve.

    Parameters
    ----------
    solver : str
        ``auto``, which takes what suits each program, ``arrow``, ``highs``, ``pulp`` (CBC) or ``pulp:NAME``.
    time_limit : float or None
        Seconds for all of a solve's programs together; None for none.
    tolerance : float
        Largest violation and gap of a plan.
    integer_gap : float
        Largest gap of a plan with yes-or-no decisions or whole blocks; its bound is the solver's.
    presolve, threads
        Passed to HiGHS; the plan is the same whatever they are.
    progress : callable or None
        Told in words what begins, and how far a solver has come that comes nearer and nearer.
    """

    solver: str = "auto"
    time_limit: float | None = None
    tolerance: float = TOLERANCE
    integer_gap: float = 1e-3
    presolve: bool = True
    threads: int = 1
    progress: Progress | None = None

    def require_kept(self) -> None:
        """Refuse a solver that cannot be kept ready for a further solve: HiGHS alone can.

        Raises
        ------
        SolverError
            When another one is asked for.
        """
        if self.solver not in ("auto", "highs"):
            raise SolverError("Only HiGHS is kept ready for a further solve. Leave the solver out.")


@dataclass(eq=False)
class Run:
    """One solve in progress: its options, its clock, and the seconds of each step."""

    options: SolveOptions
    timings: dict[str, float] = field(default_factory=dict)
    deadline: float | None = None
    kept: list[KeptSolver] | None = None
    """Where solvers are kept warm from run to run: one for each program that a solve has to answer, in order."""
    asked: int = 0

    def __post_init__(self) -> None:
        if self.options.time_limit is not None:
            self.deadline = time.perf_counter() + self.options.time_limit

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        """Do a step and add up its time."""
        if self.options.progress is not None:
            self.options.progress(name)
        started = time.perf_counter()
        done = work()
        self.timings[name] = self.timings.get(name, 0.0) + time.perf_counter() - started
        return done

    def solver(self, name: str = "", presolve: bool = True) -> Solver:
        """Return a solver with what is left of the time: a fresh one, the one asked for unless named, or a kept one."""
        options = self.options
        left = None if self.deadline is None else max(self.deadline - time.perf_counter(), 1e-3)
        limits = Limits(
            left,
            options.presolve and presolve,
            options.threads,
            options.integer_gap / 2,
            gap=options.tolerance,
            tell=self._tell if options.progress is not None else None,
        )
        if self.kept is None or name or not presolve:
            return make_solver(name or options.solver, limits)
        if self.asked == len(self.kept):
            self.kept.append(KeptSolver(any_solver=options.solver == "auto"))
        solver = self.kept[self.asked]
        solver.limits = limits
        self.asked += 1
        return solver

    def _tell(self, reached: Reached) -> None:
        if self.options.progress is not None:
            self.options.progress(str(reached))
