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
    presolve
        Passed to HiGHS; the plan is the same whatever it is.
    threads : int
        0 for what suits the method: HiGHS one, area by area as many as there are cores; the plan is the same whatever
        they are.
    checkpoint : str
        Folder in which the method by areas keeps its state every few steps, and from which it goes on; blank for none.
    scheduler : str
        Address of a Dask cluster that solves area by area; blank for the threads of this machine.
    progress : callable or None
        Told in words what begins, and how far a solver has come that comes nearer and nearer.
    """

    solver: str = "auto"
    time_limit: float | None = None
    tolerance: float = TOLERANCE
    integer_gap: float = 1e-3
    presolve: bool = True
    threads: int = 0
    checkpoint: str = ""
    scheduler: str = ""
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

    def require_areas(self) -> None:
        """Refuse a cluster or a checkpoint with a solver that can do nothing with it.

        Raises
        ------
        SolverError
            When another solver than the method by areas is asked for.
        """
        if (self.scheduler or self.checkpoint) and self.solver not in ("auto", "arrow"):
            what = "A cluster" if self.scheduler else "A checkpoint"
            raise SolverError(f"{what} is for solving area by area, not for {self.solver}. Leave the solver out.")


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
        self.options.require_areas()
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
            checkpoint=options.checkpoint,
            scheduler=options.scheduler,
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
