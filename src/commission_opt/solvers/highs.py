"""HiGHS, direct: arrays in, the object kept between calls."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import highspy
import numpy as np

from commission_opt.errors import SolverError
from commission_opt.halt import HALT
from commission_opt.place.names import FloatArray, IntArray
from commission_opt.program.linear import LinearProgram
from commission_opt.program.scaling import Scaling, scale
from commission_opt.solvers.answer import INTERRUPTED, Answer, Limits, Status
from commission_opt.solvers.basis import Basis, Ranging, ranging_of, unknown_ranging
from commission_opt.solvers.highs_run import DUAL, PRIMAL, SIMPLEX_COLUMNS, SIMPLEX_SECONDS, TRIAL, heed, run_for

TOLERANCE = 1e-9
"""Feasibility asked of HiGHS in scaled units: below its default of 1e-7, which is absolute."""

NO_GAP = 1e-7
"""Gap of whole numbers that is none worth the name."""

STATUS = {
    highspy.HighsModelStatus.kOptimal: Status.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Status.INFEASIBLE,
    highspy.HighsModelStatus.kUnboundedOrInfeasible: Status.INFEASIBLE,
    highspy.HighsModelStatus.kTimeLimit: Status.STOPPED,
    highspy.HighsModelStatus.kIterationLimit: Status.STOPPED,
    highspy.HighsModelStatus.kInterrupt: Status.STOPPED,
}


_POOL = threading.local()


def _use_threads(threads: int) -> None:
    """Drop HiGHS's pool of threads where it has another number: HiGHS would refuse to run."""
    if getattr(_POOL, "threads", threads) != threads:
        highspy.Highs.resetGlobalScheduler(True)
    _POOL.threads = threads


class HighsSolver:
    """Solves programs with HiGHS; a program with the matrix of the last one is solved warm.

    Parameters
    ----------
    limits : Limits
        Time, presolve and threads.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._highs: Any = None
        self._program: LinearProgram | None = None
        self._scaling: Scaling | None = None

    def solve(self, program: LinearProgram) -> Answer:
        """Return HiGHS's claim about a program.

        Raises
        ------
        SolverError
            When the program holds a figure that is not a number, which HiGHS would call optimal.
        """
        program.require_finite()
        last = self._program
        if last is None or not self.holds(program):
            return self._timed(self._pass(program), program)
        start = self.basis() if self._may_try_primal(last, program) else None
        self._change(last, program)
        return self._timed(self._highs, program) if start is None else self._try_primal(program, start)

    def holds(self, program: LinearProgram) -> bool:
        """Whether a program differs from the last one in objective and bounds alone."""
        return self._program is not None and program.has_matrix_of(self._program)

    def solve_from(
        self, program: LinearProgram, basis: Basis, steps: int | None = None, possible: bool = False
    ) -> Answer:
        """Return HiGHS's claim about a program, given anew, from a basis of its shape, after so many steps at most.

        ``possible``: the basis stands for values that break no bound, and the primal simplex method keeps it so.
        """
        program.require_finite()
        highs = self._pass(program)
        highs.setBasis(_held(basis))
        highs.setOptionValue("simplex_strategy", PRIMAL if possible else DUAL)
        endless = highs.getOptionValue("simplex_iteration_limit")[1]
        highs.setOptionValue("simplex_iteration_limit", endless if steps is None else steps)
        answer = self._timed(highs, program)
        highs.setOptionValue("simplex_iteration_limit", endless)
        highs.setOptionValue("simplex_strategy", DUAL)
        return answer

    def again(self, basis: Basis | None = None) -> Answer:
        """Return the claim about the program with what was changed in it, from where it stands or from a basis."""
        if self._highs is None or self._program is None:
            raise SolverError("There is no program to solve again.")
        if basis is not None:
            self._highs.setBasis(_held(basis))
        return self._timed(self._highs, self._program)

    def basis(self) -> Basis | None:
        """Return where HiGHS stands; None where it has no basis, as after interior points or whole numbers."""
        held = self._highs.getBasis() if self._highs is not None else None
        return Basis(held=held) if held is not None and held.valid else None

    def change_rows(self, rows: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Give rows other bounds, in the place's own units, until they are given others."""
        highs, factor = self._highs, self._factors.row[rows]
        highs.changeRowsBounds(len(rows), rows.astype(np.int32), lower * factor, upper * factor)

    def change_columns(self, columns: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Give columns other bounds, in the place's own units, until they are given others."""
        highs, factor = self._highs, self._factors.column[columns]
        highs.changeColsBounds(len(columns), columns.astype(np.int32), lower / factor, upper / factor)

    def change_objective(self, columns: IntArray, objective: FloatArray) -> None:
        """Give columns other coefficients of the objective, in the place's own units, until they are given others."""
        scaled = objective * self._factors.column[columns] * self._factors.objective
        self._highs.changeColsCost(len(columns), columns.astype(np.int32), -scaled)

    @property
    def _factors(self) -> Scaling:
        if self._scaling is None:
            raise SolverError("There is no program to change.")
        return self._scaling

    def _may_try_primal(self, last: LinearProgram, program: LinearProgram) -> bool:
        """Whether the last values of a program break no bound of the next, and it is small: see FEW_STEPS."""
        small = program.shape[1] <= SIMPLEX_COLUMNS and not self.limits.method and not len(program.whole)
        return small and program.has_bounds_of(last)

    def _try_primal(self, program: LinearProgram, start: Basis) -> Answer:
        """Return the claim after a few steps of the primal simplex method, or else of the dual one from the start."""
        highs = self._highs
        usual = {option: highs.getOptionValue(option)[1] for option in TRIAL}
        for option, value in TRIAL.items():
            highs.setOptionValue(option, value)
        answer = self._timed(highs, program)
        for option, value in usual.items():
            highs.setOptionValue(option, value)
        if answer.status is Status.OPTIMAL or highs.getModelStatus() == highspy.HighsModelStatus.kTimeLimit:
            return answer
        highs.setBasis(_held(start))
        return replace(done := self._timed(highs, program), seconds=answer.seconds + done.seconds)

    def _timed(self, highs: Any, program: LinearProgram) -> Answer:
        _use_threads(max(1, self.limits.threads))
        started = time.perf_counter()
        self._run(highs, program)
        return self._answer(highs, time.perf_counter() - started)

    def _run(self, highs: Any, program: LinearProgram) -> None:
        """Run within the time; a large program goes to interior points when simplex takes long."""
        left = self.limits.seconds
        if not self.limits.method and not len(program.whole) and program.shape[1] > SIMPLEX_COLUMNS:
            trial = SIMPLEX_SECONDS if left is None else min(SIMPLEX_SECONDS, left)
            run_for(highs, trial)
            if highs.getModelStatus() != highspy.HighsModelStatus.kTimeLimit or trial == left:
                return
            left = None if left is None else left - trial
            highs.clearSolver()
            highs.setOptionValue("solver", "ipm")
            run_for(highs, left)
            highs.setOptionValue("solver", "simplex")
            return
        if not len(program.whole) and not HALT.is_heard:
            run_for(highs, left)
            return
        # Of whole numbers HiGHS may have an early plan; a linear program stops only for somebody else who has one.
        event = highs.cbMipInterrupt if len(program.whole) else highs.cbSimplexInterrupt
        with HALT.heard():
            event.subscribe(heed)
            run_for(highs, left)
            event.unsubscribe(heed)

    def ranging(self) -> Ranging:
        """Return how far bounds of rows can move from where the last answer left them, in the place's own units."""
        status, found = self._highs.getRanging() if self._highs is not None else (None, None)
        if found is None or status == highspy.HighsStatus.kError:
            return unknown_ranging(len(self._factors.row))
        solution = self._highs.getSolution()
        worth = np.abs(np.concatenate([np.array(solution.col_dual), np.array(solution.row_dual), [np.inf]]))
        return ranging_of(found.row_bound_dn, found.row_bound_up, worth, self._factors.row)

    @property
    def price_scale(self) -> FloatArray:
        """What a price of 1 in the solver's own units is (m,), in the place's own units."""
        return self._factors.prices(np.ones(len(self._factors.row)))

    @property
    def steps(self) -> int:
        """Steps of the simplex method that the last answer took."""
        return int(self._highs.getInfo().simplex_iteration_count) if self._highs is not None else 0

    @property
    def program(self) -> LinearProgram | None:
        """The program that was given last."""
        return self._program

    def _pass(self, program: LinearProgram) -> Any:
        scaled, self._scaling = scale(program)
        rows, columns = scaled.shape
        make: Callable[[], Any] = highspy.Highs
        highs = make()
        highs.silent()
        for option, value in (
            ("solver", "choose" if len(program.whole) else self.limits.method or "simplex"),
            ("mip_rel_gap", NO_GAP if columns <= self.limits.small else self.limits.integer_gap),
            ("presolve", "on" if self.limits.presolve else "off"),
            ("threads", max(1, self.limits.threads)),
            ("primal_feasibility_tolerance", TOLERANCE),
            ("dual_feasibility_tolerance", TOLERANCE),
        ):
            highs.setOptionValue(option, value)
        matrix = scaled.matrix
        status = highs.passModel(
            columns,
            rows,
            matrix.nnz,
            int(highspy.MatrixFormat.kColwise),
            int(highspy.ObjSense.kMinimize),
            0.0,
            -scaled.objective,
            scaled.lower,
            scaled.upper,
            scaled.row_lower,
            scaled.row_upper,
            matrix.indptr[:-1].astype(np.int32, copy=False),
            matrix.indices.astype(np.int32, copy=False),
            matrix.data,
            _integrality(scaled),
        )
        if status == highspy.HighsStatus.kError:
            raise SolverError(f"HiGHS refused the program {program.name}.")
        self._highs, self._program = highs, program
        return highs

    def _change(self, last: LinearProgram, program: LinearProgram) -> None:
        """Pass what differs in objective and bounds; HiGHS goes on from its last basis."""
        cost = np.flatnonzero(program.objective != last.objective)
        self.change_objective(cost, program.objective[cost])
        if not program.has_bounds_of(last):
            column = np.flatnonzero((program.lower != last.lower) | (program.upper != last.upper))
            row = np.flatnonzero((program.row_lower != last.row_lower) | (program.row_upper != last.row_upper))
            self.change_columns(column, program.lower[column], program.upper[column])
            self.change_rows(row, program.row_lower[row], program.row_upper[row])
        self._program = program

    def _answer(self, highs: Any, seconds: float) -> Answer:
        found = highs.getModelStatus()
        status = STATUS.get(found, Status.FAILED)
        solution = highs.getSolution()
        x, prices = np.zeros(0), np.zeros(0)
        whole = self._program is not None and len(self._program.whole) > 0
        bound = None
        if self._scaling is not None and solution.value_valid and whole and status in (Status.OPTIMAL, Status.STOPPED):
            x = self._scaling.solution(np.fromiter(solution.col_value, dtype=float))
            prices = np.zeros(len(self._scaling.row))
            bound = -float(highs.getInfo().mip_dual_bound) / self._scaling.objective
        elif self._scaling is not None and solution.value_valid and solution.dual_valid and status is Status.OPTIMAL:
            x = self._scaling.solution(np.fromiter(solution.col_value, dtype=float))
            prices = self._scaling.prices(-np.fromiter(solution.row_dual, dtype=float))
        return Answer(
            status=status,
            x=x,
            prices=prices,
            solver=f"HiGHS {highs.version()}",
            message=INTERRUPTED if found == highspy.HighsModelStatus.kInterrupt else highs.modelStatusToString(found),
            seconds=seconds,
            bound=bound,
        )


def _held(basis: Basis) -> Any:
    """Return a basis as HiGHS keeps it; it mends one made of marks that has too many or too few basic entries."""
    if basis.held is not None:
        return basis.held
    marks = [highspy.HighsBasisStatus(mark) for mark in range(5)]
    made: Any = highspy.HighsBasis()
    made.col_status = [marks[mark] for mark in basis.columns.tolist()]
    made.row_status = [marks[mark] for mark in basis.rows.tolist()]
    made.valid = made.alien = True
    return made


def _integrality(program: LinearProgram) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Return HiGHS's mark of every column: 1 for whole numbers; all zeros make a linear program."""
    marks = np.zeros(program.shape[1], dtype=np.int32)
    marks[program.whole] = 1
    return marks
