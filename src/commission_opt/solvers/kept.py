"""A kept solver: programs that differ a little are each solved from where the last one ended."""

from __future__ import annotations

from dataclasses import replace

from commission_opt.errors import SolverError
from commission_opt.place.names import FloatArray, IntArray
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import make_solver
from commission_opt.solvers.answer import Answer, Limits, Status
from commission_opt.solvers.basis import Basis, Ranging, same_shape
from commission_opt.solvers.highs import HighsSolver
from commission_opt.solvers.highs_run import SIMPLEX_COLUMNS

SHAPES = 8
"""Shapes of programs (the same columns and rows) whose last basis is remembered."""

FAR = 3
"""A program of another shape may take a third of its rows in steps before it is solved cold, which is then quicker."""

WARM_COLUMNS = 250_000
"""Columns from which on simplex does not come to an end, so that there is no basis to start from."""


class KeptSolver:
    """Keeps HiGHS warm: another program starts from the basis of the last of its shape, or of the last by names.

    Of one program, bounds and the objective can be changed in place and solved :meth:`again`; :meth:`back` undoes all
    such changes. A program with whole numbers is solved anew each time, so that its plan does not hang on what was
    asked before.

    Parameters
    ----------
    limits : Limits or None
        As for :class:`HighsSolver`; its seconds hold for each call.
    any_solver : bool
        Whether programs too large for simplex, or for branch and bound, go to the solver that suits them, each from
        nothing. Of such a program nothing can be changed in place.
    """

    def __init__(self, limits: Limits | None = None, any_solver: bool = False) -> None:
        self.limits, self._any_solver = limits or Limits(), any_solver
        self._looser = False
        self._solver = HighsSolver(self.limits)
        self._known: list[tuple[LinearProgram, Basis]] = []
        self._start: Basis | None = None
        self._changed: dict[str, list[IntArray]] = {"rows": [], "columns": [], "objective": []}

    def solve(self, program: LinearProgram) -> Answer:
        """Return the claim about a program, from the best basis of one before it where there is one."""
        stood, self._start = None if any(self._changed.values()) else self._start, None
        self._forget_changes()
        if len(program.whole):
            return self._cold(program)
        alike = next((known for known in self._known if same_shape(known[0], program)), None)
        if alike is not None and alike[1] is stood and self._solver.holds(program):
            answer = self._sure(program, self._solver.solve(program))
        elif alike is not None:
            answer = self._warm(program, alike[1], None)
        elif self._known:
            old, basis = self._known[0]
            answer = self._warm(program, basis.carried(old, program), program.shape[0] // FAR)
        else:
            answer = self._cold(program)
        self._start = self._solver.basis() if answer.status is Status.OPTIMAL else None
        if self._start is not None and not (self._looser and self._known):
            others = [known for known in self._known if known is not alike]
            self._known = [(program, self._start), *others][:SHAPES]
        return answer

    def branch(self) -> KeptSolver:
        """Return a solver for programs that allow the last answer: each starts from it, not from the one before."""
        branch = KeptSolver(self.limits)
        branch._looser = True
        if self._solver.program is not None and self._start is not None:
            branch._known = [(self._solver.program, self._start)]
        return branch

    def again(self) -> Answer:
        """Return the claim about the program as it stands, from the best basis of the program as it was given."""
        self._solver.limits = self.limits
        answer = self._solver.again(self._start)
        return self._solver.again() if answer.status is Status.FAILED else answer

    def set_rows(self, rows: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Give rows other bounds until :meth:`back`."""
        self._changed["rows"].append(rows)
        self._solver.change_rows(rows, lower, upper)

    def set_columns(self, columns: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Give columns other bounds until :meth:`back`."""
        self._changed["columns"].append(columns)
        self._solver.change_columns(columns, lower, upper)

    def set_objective(self, columns: IntArray, objective: FloatArray) -> None:
        """Give columns other coefficients of the objective until :meth:`back`."""
        self._changed["objective"].append(columns)
        self._solver.change_objective(columns, objective)

    def back(self) -> None:
        """Undo every change since the program was given."""
        program = self._solver.program
        if program is None:
            raise SolverError("There is no program to go back to.")
        for rows in self._changed["rows"]:
            self._solver.change_rows(rows, program.row_lower[rows], program.row_upper[rows])
        for columns in self._changed["columns"]:
            self._solver.change_columns(columns, program.lower[columns], program.upper[columns])
        for columns in self._changed["objective"]:
            self._solver.change_objective(columns, program.objective[columns])
        self._forget_changes()

    def ranging(self) -> Ranging:
        """Return how far bounds can move from where the last answer left them; see :meth:`HighsSolver.ranging`."""
        return self._solver.ranging()

    @property
    def price_scale(self) -> FloatArray:
        """What a price of 1 in the solver's own units is (m,), in the place's own units."""
        return self._solver.price_scale

    @property
    def steps(self) -> int:
        """Steps of the simplex method that the last answer took."""
        return self._solver.steps

    def _cold(self, program: LinearProgram, used: float = 0.0) -> Answer:
        seconds = self.limits.seconds
        limits = self.limits if seconds is None else replace(self.limits, seconds=max(seconds - used, 0.0))
        self._solver = HighsSolver(limits)
        if self._any_solver and program.shape[1] > (SIMPLEX_COLUMNS if len(program.whole) else WARM_COLUMNS):
            return make_solver("auto", limits).solve(program)
        return self._solver.solve(program)

    def _warm(self, program: LinearProgram, start: Basis, steps: int | None) -> Answer:
        self._solver.limits = self.limits
        answer = self._solver.solve_from(program, start, steps, possible=self._looser and steps is not None)
        return self._sure(program, answer)

    def _sure(self, program: LinearProgram, answer: Answer) -> Answer:
        """Return an answer from a basis, or a cold one where that came to nothing."""
        done = answer.status in (Status.OPTIMAL, Status.INFEASIBLE)
        return answer if done else self._cold(program, answer.seconds)

    def _forget_changes(self) -> None:
        for changed in self._changed.values():
            changed.clear()
