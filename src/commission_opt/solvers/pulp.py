"""PuLP: any solver that it knows, and programs opened for a user's own constraints.

The only module that imports PuLP. Programs are always minimised inside, because for a maximisation the sign of
PuLP's prices differs by solver; columns are called x0, x1, ... because PuLP changes other names.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace as replace_fields

import numpy as np
import pulp
from scipy import sparse

from commission_opt.errors import SolverError, nearest
from commission_opt.place.names import FloatArray, Names
from commission_opt.program.blocks import Block, Keys
from commission_opt.program.linear import LinearProgram
from commission_opt.program.scaling import scale
from commission_opt.solvers.answer import Answer, Limits, Status

COMMON_NAMES = {"CBC": "PULP_CBC_CMD", "GLPK": "GLPK_CMD", "SCIP": "SCIP_CMD", "CPLEX": "CPLEX_CMD"}
"""Names that people use for solvers, and PuLP's own."""

STATUS = {
    pulp.LpStatusOptimal: Status.OPTIMAL,
    pulp.LpStatusInfeasible: Status.INFEASIBLE,
    pulp.LpStatusNotSolved: Status.STOPPED,
    pulp.LpStatusUnbounded: Status.FAILED,
    pulp.LpStatusUndefined: Status.INFEASIBLE,
}


PRECISION = 1e-7
"""Solvers that PuLP runs as programs write about eight digits."""


@contextmanager
def _version_3() -> Iterator[None]:
    """Take PuLP's names as version 3 has them: it warns of what version 4 changes, which is not taken here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


class PulpSolver:
    """Solves programs with a solver that PuLP knows.

    Parameters
    ----------
    name : str
        ``CBC``, which comes with PuLP, or any other of PuLP's names.
    limits : Limits
        Time for one call.

    Raises
    ------
    SolverError
        When PuLP does not know the solver, or cannot find it on this machine.
    """

    @_version_3()
    def __init__(self, name: str = "CBC", limits: Limits | None = None) -> None:
        limits = limits or Limits()
        known = pulp.listSolvers()
        own = COMMON_NAMES.get(name.upper(), name)
        if own not in known:
            hint = nearest(name, [*COMMON_NAMES, *known])
            raise SolverError(f"PuLP does not know the solver '{name}'. {hint}".strip())
        options = {"msg": False} if limits.seconds is None else {"msg": False, "timeLimit": limits.seconds}
        self._solver = pulp.getSolver(own, **options)
        if not self._solver.available():
            raise SolverError(f"The solver '{name}' is not installed on this machine; CBC comes with PuLP.")
        self.name = f"{name} through PuLP {pulp.__version__}"

    @_version_3()
    def solve(self, program: LinearProgram) -> Answer:
        """Return the solver's claim about a program.

        Raises
        ------
        SolverError
            When the solver cannot be run.
        """
        program.require_finite()
        scaled, scaling = scale(program)
        problem = to_pulp(scaled)
        started = time.perf_counter()
        try:
            found = problem.solve(self._solver)
        except pulp.PulpError as error:
            raise SolverError(f"{self.name} failed on {program.name}: {error}") from error
        status = STATUS.get(found, Status.FAILED)
        x, prices = np.zeros(0), np.zeros(0)
        if status is Status.OPTIMAL:
            x = scaling.solution(_values(problem))
            prices = scaling.prices(_prices(problem, scaled.shape[0]))
        # PuLP passes no bound on; a solver that calls a program with whole numbers optimal claims its own value.
        claims = len(program.whole) > 0 and len(x) > 0
        return Answer(
            status=status,
            x=x,
            prices=prices,
            solver=self.name,
            message=pulp.LpStatus[found],
            seconds=time.perf_counter() - started,
            precision=PRECISION,
            bound=program.value(x) if claims else None,
        )


@_version_3()
def to_pulp(program: LinearProgram) -> pulp.LpProblem:
    """Open a program for own constraints, or for any solver that PuLP knows.

    Parameters
    ----------
    program : LinearProgram
        In the place's own units.

    Returns
    -------
    pulp.LpProblem
        A minimisation of the negative objective; column j is the variable ``xj``, row i the constraint ``ri`` (a row
        with two different bounds also ``ri_upper``). Find variables with :func:`pulp_variables`.
    """
    problem = pulp.LpProblem("program", pulp.LpMinimize)
    whole = set(program.whole.tolist())
    variables = [
        pulp.LpVariable(f"x{at}", _bound(low), _bound(high), pulp.LpInteger if at in whole else pulp.LpContinuous)
        for at, (low, high) in enumerate(zip(program.lower.tolist(), program.upper.tolist(), strict=True))
    ]
    problem.addVariables(variables)
    problem.setObjective(pulp.LpAffineExpression(zip(variables, (-program.objective).tolist(), strict=True)))
    rows = sparse.csr_array(program.matrix)
    for at in range(program.shape[0]):
        span = slice(rows.indptr[at], rows.indptr[at + 1])
        terms = [(variables[j], v) for j, v in zip(rows.indices[span].tolist(), rows.data[span].tolist(), strict=True)]
        _add_row(problem, at, terms, (float(program.row_lower[at]), float(program.row_upper[at])))
    return problem


@_version_3()
def pulp_variables(problem: pulp.LpProblem, program: LinearProgram, family: str, **names: str) -> list[pulp.LpVariable]:
    """Return the variables of a family of columns whose names match.

    Parameters
    ----------
    problem : pulp.LpProblem
        From :func:`to_pulp`.
    program : LinearProgram
        The program it was opened from.
    family : str
        ``volume``, ``payment``, ...
    **names : str
        Names to match by dimension, for instance ``service="reablement", year="2026/27"``.

    Returns
    -------
    list of pulp.LpVariable
        In the order of the program.
    """
    block = program.column_block(family)
    if block is None:
        return []
    matching = np.ones(len(block), dtype=bool)
    for dimension, name in names.items():
        matching &= block.keys.column(dimension) == name
    by_name = problem.variablesDict()
    return [by_name[f"x{block.start + at}"] for at in np.flatnonzero(matching)]


@_version_3()
def program_from_pulp(problem: pulp.LpProblem, program: LinearProgram) -> LinearProgram:
    """Return the program with the constraints that a user has added to its PuLP problem.

    Raises
    ------
    SolverError
        When the user has added variables or changed the objective: neither can be certified.
    """
    _require_ours(problem, program)
    own = [(name, row) for name, row in problem.constraints.items() if not _is_ours(name, program.shape[0])]
    data = [(at, int(variable.name[1:]), value) for at, (_, row) in enumerate(own) for variable, value in row.items()]
    rows, columns, values = (np.array(part) for part in zip(*data, strict=True)) if data else (np.zeros(0),) * 3
    added = sparse.csc_array(
        (values.astype(float), (rows.astype(int), columns.astype(int))), shape=(len(own), program.shape[1])
    )
    right = np.array([-row.constant for _, row in own], dtype=float)
    sense = np.array([row.sense for _, row in own], dtype=int)
    label = Names("constraint", tuple(name for name, _ in own))
    block = Block("own.constraint", Keys.of((label, np.arange(len(own)))), "own units", program.shape[0])
    return replace_fields(
        program,
        matrix=sparse.csc_array(sparse.vstack([program.matrix, added])),
        row_lower=np.concatenate([program.row_lower, np.where(sense >= 0, right, -np.inf)]),
        row_upper=np.concatenate([program.row_upper, np.where(sense <= 0, right, np.inf)]),
        rows=(*program.rows, block),
    )


@_version_3()
def answer_from_pulp(problem: pulp.LpProblem, program: LinearProgram) -> Answer:
    """Return the values and prices that a solved PuLP problem holds, own constraints last."""
    status = STATUS.get(problem.status, Status.FAILED)
    if status is not Status.OPTIMAL:
        return Answer(status, np.zeros(0), np.zeros(0), "PuLP", pulp.LpStatus[problem.status], precision=PRECISION)
    ours = sum(1 for name in problem.constraints if not _is_ours(name, program.shape[0]))
    prices = np.concatenate([_prices(problem, program.shape[0] - ours), _own_prices(problem, program.shape[0] - ours)])
    return Answer(status, _values(problem), prices, "PuLP", pulp.LpStatus[problem.status], precision=PRECISION)


def _add_row(
    problem: pulp.LpProblem, at: int, terms: list[tuple[pulp.LpVariable, float]], bounds: tuple[float, float]
) -> None:
    low, high = bounds
    if np.isfinite(low):
        sense = pulp.LpConstraintEQ if low == high else pulp.LpConstraintGE
        problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, rhs=low), f"r{at}")
    if np.isfinite(high) and low != high:
        name = f"r{at}_upper" if np.isfinite(low) else f"r{at}"
        problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(terms), pulp.LpConstraintLE, rhs=high), name)


def _bound(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _values(problem: pulp.LpProblem) -> FloatArray:
    by_name = problem.variablesDict()
    return np.array([_number(by_name[f"x{at}"].varValue) for at in range(len(by_name))], dtype=float)


def _prices(problem: pulp.LpProblem, rows: int) -> FloatArray:
    """Return the prices of our rows; minimised inside, so value gained is the negative of PuLP's."""
    prices = np.zeros(rows)
    for at in range(rows):
        for name in (f"r{at}", f"r{at}_upper"):
            row = problem.constraints.get(name)
            if row is not None:
                prices[at] -= _number(row.pi)
    return prices


def _own_prices(problem: pulp.LpProblem, rows: int) -> FloatArray:
    own = [row for name, row in problem.constraints.items() if not _is_ours(name, rows)]
    return np.array([-_number(row.pi) for row in own], dtype=float)


def _number(value: float | None) -> float:
    return 0.0 if value is None else float(value)


def _is_ours(name: str, rows: int) -> bool:
    stem = name.removesuffix("_upper")
    return stem[:1] == "r" and stem[1:].isdigit() and int(stem[1:]) < rows


def _require_ours(problem: pulp.LpProblem, program: LinearProgram) -> None:
    names = {variable.name for variable in problem.variables()}
    strangers = sorted(names - {f"x{at}" for at in range(program.shape[1])})
    if strangers:
        raise SolverError(f"The variable '{strangers[0]}' was added by hand; only own constraints can be certified.")
    stated = {variable.name: value for variable, value in (problem.objective or pulp.LpAffineExpression()).items()}
    ours = {f"x{at}": -value for at, value in enumerate(program.objective.tolist()) if value}
    if {name: value for name, value in stated.items() if value} != ours:
        raise SolverError("The objective of the problem was changed; change the model's objective instead.")
