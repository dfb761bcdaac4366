"""Solver: a program divided into areas, answered by interior points that eliminate area by area."""

from __future__ import annotations

import time
from importlib.metadata import version

import numpy as np
from threadpoolctl import threadpool_limits

from commission_opt.halt import HALT
from commission_opt.place.names import FloatArray
from commission_opt.program.linear import LinearProgram
from commission_opt.program.scaling import Scaling, scale
from commission_opt.solvers.answer import INTERRUPTED, Answer, Limits, Reached, Status
from commission_opt.solvers.arrow.form import Form, arrange
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


_Programs = tuple[LinearProgram, LinearProgram, Scaling]
"""A program, the same in scaled units, and the factors between them."""


class ArrowSolver:
    """Solves programs that are divided into areas; whether one is, and what to do else, is for the caller.

    Parameters
    ----------
    limits : Limits
        Time, gap, and whom to tell what is reached.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()

    def solve(self, program: LinearProgram, structure: Structure) -> Answer:
        """Return the method's claim about a program whose structure is known."""
        program.require_finite()
        started = time.perf_counter()
        scaled, scaling = scale(program)
        form = arrange(scaled, structure)
        if (form.span < 0).any():
            return self._answer(Status.FAILED, "a rule cannot hold", started)
        one_thread = threadpool_limits(limits=max(1, self.limits.threads), user_api="blas")
        with HALT.heard(), one_thread, np.errstate(all="ignore"):
            return self._run(Method(form), (program, scaled, scaling), started)

    def _run(self, method: Method, programs: _Programs, started: float) -> Answer:
        """Iterate until the gap is reached; out of time or interrupted, hand over what holds by then."""
        aim, stopped, number = SHARE * self.limits.gap, "", 0
        try:
            while number < MOST and not stopped:
                if not np.isfinite(method.gap + method.off):
                    return self._answer(Status.FAILED, f"lost its way after {number} steps", started)
                if method.gap < aim and (x := _held(method, REST * self.limits.gap)) is not None:
                    return self._answer(Status.OPTIMAL, f"{number} steps", started, _found(method, programs, x))
                if self.limits.seconds is not None and time.perf_counter() - started > self.limits.seconds:
                    stopped = "time limit reached"
                elif HALT.wished:
                    stopped = INTERRUPTED
                else:
                    method.iterate()
                    number += 1
                    self._tell(method, programs[2], started)
        except np.linalg.LinAlgError:
            return self._answer(Status.FAILED, f"lost its way after {number} steps", started)
        except KeyboardInterrupt:
            stopped = INTERRUPTED
        if stopped and (x := _held(method, USABLE)) is not None:
            return self._answer(Status.STOPPED, stopped, started, _found(method, programs, x))
        status = Status.STOPPED if stopped else Status.FAILED
        return self._answer(status, stopped or f"no end after {MOST} steps", started)

    def _tell(self, method: Method, scaling: Scaling, started: float) -> None:
        if self.limits.tell is not None:
            bound, value = -method.bound / scaling.objective, -method.objective / scaling.objective
            self.limits.tell(Reached(time.perf_counter() - started, bound, value, method.gap, method.off))

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


def _held(method: Method, most: float) -> FloatArray | None:
    """Return columns for which every row holds and the gap is within what is asked, or None."""
    x, off, gap = method.repaired()
    return x if off < HOLDS and gap <= most else None


def _found(method: Method, programs: _Programs, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return columns and prices in the place's own units."""
    program, scaled, scaling = programs
    form: Form = method.form
    columns = np.clip(scaling.solution(form.solution(x, scaled)), program.lower, program.upper)
    return columns, scaling.prices(form.prices(method.y, scaled))
