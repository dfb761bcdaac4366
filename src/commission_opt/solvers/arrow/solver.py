"""Solver: a program divided into areas, answered by interior points that eliminate area by area."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib.metadata import version

import numpy as np
from threadpoolctl import threadpool_limits

from commission_opt.errors import SolverError
from commission_opt.halt import HALT
from commission_opt.place.names import FloatArray
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers.answer import INTERRUPTED, Answer, Limits, Reached, Status
from commission_opt.solvers.arrow.checkpoint import Checkpoint
from commission_opt.solvers.arrow.crew import Crew, Threads
from commission_opt.solvers.arrow.form import Form
from commission_opt.solvers.arrow.method import Method
from commission_opt.solvers.arrow.structure import Structure

MOST = 120
"""Iterations after which the method is not going to converge."""

SHARE, REST = 0.6, 0.9
"""Parts of the gap asked for at which the method tries to stop, and that may be left after the repair of the rows."""

HOLDS = 1e-10
"""Largest violation of a scaled row, whose largest term is near one, after the repair."""

USABLE = 1e-2
"""Gap within which a method that has to stop early hands over what it has."""


FURTHER = 4
"""Steps at most that are still taken when the method is stopped at a point whose rows cannot be made to hold."""


class ArrowSolver:
    """Solves programs that are divided into areas; whether one is, and what to do else, is for the caller.

    Parameters
    ----------
    limits : Limits
        Time, gap, and whom to tell what is reached.
    path : bool
        Whether the central path may be followed: it leads astray where many rules leave hardly any room. Where it
        leads to no end, the method begins again without it.
    """

    def __init__(self, limits: Limits | None = None, path: bool = True) -> None:
        self.limits, self._path = limits or Limits(), path

    def solve(self, program: LinearProgram, structure: Structure) -> Answer:
        """Return the method's claim about a program whose structure is known."""
        program.require_finite()
        started = time.perf_counter()
        form = Form(program, structure)
        if not form.possible:
            return self._answer(Status.FAILED, "a rule cannot hold", started)
        with ExitStack() as held:
            held.enter_context(HALT.heard())
            held.enter_context(threadpool_limits(limits=1, user_api="blas"))
            held.enter_context(np.errstate(all="ignore"))
            crew = held.enter_context(self._crew(form))
            checkpoint = held.enter_context(Checkpoint(self.limits.checkpoint, form, bool(self.limits.scheduler)))
            method = Method(form, crew, self.limits.gap, self._path)
            answer = self._run(method, checkpoint, started, checkpoint.resume)
            if answer.status is Status.FAILED and method.path:
                method = Method(form, crew, self.limits.gap, path=False)
                answer = self._run(method, checkpoint, started, _afresh)
            return answer

    def _crew(self, form: Form) -> Crew:
        if not self.limits.scheduler:
            return Threads(form, self.limits.threads)
        try:
            from commission_opt.solvers.arrow.cluster import Cluster
        except ImportError as error:
            raise SolverError("A cluster needs Dask: pip install 'commission-opt[cluster]'.") from error
        return Cluster(form, self.limits.scheduler)

    def _run(self, method: Method, checkpoint: Checkpoint, started: float, begin: Callable[[Method], int]) -> Answer:
        """Iterate until the gap is reached; out of time or interrupted, hand over what holds by then."""
        aim, stopped, number = SHARE * self.limits.gap, "", 0
        try:
            number = begin(method)
            while number < MOST and not stopped:
                if not np.isfinite(method.gap + method.off):
                    return self._answer(Status.FAILED, f"lost its way after {number} steps", started)
                if method.gap < aim and (x := _held(method, REST * self.limits.gap)) is not None:
                    checkpoint.done()
                    return self._answer(Status.OPTIMAL, f"{number} steps", started, _found(method, x))
                stopped = self._stopped(started)
                if not stopped:
                    method.iterate()
                    number += 1
                    checkpoint.keep(method, number)
                    self._tell(method, started)
        except np.linalg.LinAlgError:
            return self._answer(Status.FAILED, f"lost its way after {number} steps", started)
        except KeyboardInterrupt:
            stopped = INTERRUPTED
        if stopped and (x := _soon(method)) is not None:
            return self._answer(Status.STOPPED, stopped, started, _found(method, x))
        status = Status.STOPPED if stopped else Status.FAILED
        return self._answer(status, stopped or f"no end after {MOST} steps", started)

    def _stopped(self, started: float) -> str:
        """Return why the method has to stop now; blank where it need not."""
        if self.limits.seconds is not None and time.perf_counter() - started > self.limits.seconds:
            return "time limit reached"
        return INTERRUPTED if HALT.wished else ""

    def _tell(self, method: Method, started: float) -> None:
        if self.limits.tell is not None:
            scale = -method.form.scaling.objective
            seconds = time.perf_counter() - started
            self.limits.tell(Reached(seconds, method.bound / scale, method.objective / scale, method.gap, method.off))

    def _answer(
        self, status: Status, message: str, started: float, found: tuple[FloatArray, FloatArray] | None = None
    ) -> Answer:
        x, prices = found or (np.zeros(0), np.zeros(0))
        return Answer(
            status=status,
            x=x,
            prices=prices,
            solver=f"interior points by area, commission-opt {version('commission-opt')}",
            message=message,
            seconds=time.perf_counter() - started,
            corner=False,
        )


def _afresh(method: Method) -> int:
    """Let a method begin, whatever is kept; return the number of its steps so far."""
    method.start()
    return 0


def _held(method: Method, most: float) -> FloatArray | None:
    """Return joint columns for which every row holds and the gap is within what is asked, or None."""
    x, off, gap = method.repaired()
    return x if off < HOLDS and gap <= most else None


def _soon(method: Method) -> FloatArray | None:
    """Return joint columns for which every row holds, now or a few steps on, or None."""
    for _ in range(FURTHER):
        if not method.gap < USABLE:
            return None
        if (x := _held(method, USABLE)) is not None:
            return x
        method.retreat()
    return None


def _found(method: Method, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return columns and prices in the place's own units."""
    form = method.form
    columns, prices = form.program.lower.copy(), np.zeros(form.program.shape[0])
    form.place(x, form.joint.column, columns)
    prices[form.joint.row] = -method.joint.y
    for number, (own, y) in enumerate(method.ask("found")):
        column, row = form.positions(number)
        form.place(own, column, columns)
        prices[row[row >= 0]] = -y[row >= 0]
    return columns, form.scaling.prices(prices)
