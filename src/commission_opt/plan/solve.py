"""Solve: a place and a model become a certified plan, or a conflict."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from commission_opt.errors import InfeasibleError, SolverError, StoppedError
from commission_opt.model.formulate import Formulation, formulate_arrays
from commission_opt.model.model import MAX_MIN, Model
from commission_opt.place.arrays import PlaceArrays, compile_place
from commission_opt.place.names import FloatArray
from commission_opt.place.place import Place
from commission_opt.plan.alone import alone_by, siloed_twin
from commission_opt.plan.certificate import TOLERANCE, Certificate, certify, require, row_violations
from commission_opt.plan.conflict import find_conflict
from commission_opt.plan.ledger import settle_contributions
from commission_opt.plan.leximin import level_up
from commission_opt.plan.plan import Plan
from commission_opt.plan.ties import best_face, break_ties, movable
from commission_opt.plan.today import broken_promises
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Answer, Limits, Solver, Status, make_solver

if TYPE_CHECKING:
    import pulp

KEPT = 1e-9
"""Share of an objective's best that a later objective may give up even at tolerance zero: rounding."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class SolveOptions:
    """How to solve.

    Parameters
    ----------
    solver : str
        ``highs``, ``pulp`` (CBC) or ``pulp:NAME``.
    time_limit : float or None
        Seconds for all of a solve's programs together; None for none.
    tolerance : float
        Largest violation and gap of a plan.
    presolve, threads
        Passed to HiGHS; the plan is the same whatever they are.
    progress : callable or None
        Told in words what begins.
    """

    solver: str = "highs"
    time_limit: float | None = None
    tolerance: float = TOLERANCE
    presolve: bool = True
    threads: int = 1
    progress: Progress | None = None


@dataclass(eq=False)
class _Run:
    """One solve in progress: its options, its clock, and the seconds of each step."""

    options: SolveOptions
    timings: dict[str, float] = field(default_factory=dict)
    deadline: float | None = None

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
        """Return a fresh solver, the one asked for unless named, with what is left of the time."""
        options = self.options
        left = None if self.deadline is None else max(self.deadline - time.perf_counter(), 1e-3)
        return make_solver(name or options.solver, Limits(left, options.presolve and presolve, options.threads))


def solve(place: Place, model: Model, **options: Any) -> Plan:
    """Return the certified best plan of a place under a model.

    Parameters
    ----------
    place : Place
        The data.
    model : Model
        The rules of the game.
    **options
        Fields of :class:`SolveOptions`: ``solver``, ``time_limit`` (seconds), ``tolerance``, ...

    Returns
    -------
    Plan
        Of all best plans the one with least spend, then least change from the baseline, then first by names.

    Raises
    ------
    InfeasibleError
        When the rules cannot all hold; ``.conflict`` says which.
    StoppedError
        When the time limit was reached first.
    CertificateError
        When the solver's answer failed its independent check.
    SolverError
        When the solver is missing or failed.
    """
    run = _Run(SolveOptions(**options))
    arrays = run.step("compile", lambda: compile_place(place))
    return _solve(run, arrays, model)


def formulate(place: Place, model: Model) -> LinearProgram:
    """Return the program of a place under a model, as plain labelled arrays; errors as :func:`solve`."""
    return _formulation(_Run(SolveOptions()), compile_place(place), model).program


def solve_arrays(arrays: PlaceArrays, model: Model, options: SolveOptions) -> Plan:
    """Return the plan of a place that is compiled already; see :func:`solve`."""
    return _solve(_Run(options), arrays, model)


def solve_formulation(formulation: Formulation, options: SolveOptions) -> Plan:
    """Return the plan of what is formulated already; see :func:`solve`."""
    return _finish(_Run(options), formulation)


def from_pulp(problem: pulp.LpProblem, place: Place, model: Model, tolerance: float = TOLERANCE) -> Plan:
    """Bring the answer of a PuLP problem back as a certified plan.

    Parameters
    ----------
    problem : pulp.LpProblem
        From :func:`commission_opt.to_pulp`, with own constraints if any, solved.
    place, model
        What it was opened from.
    tolerance : float
        Largest violation and gap.

    Raises
    ------
    InfeasibleError, StoppedError, SolverError, CertificateError
        As :func:`solve`.
    """
    from commission_opt.solvers.pulp import answer_from_pulp, program_from_pulp

    run = _Run(SolveOptions(tolerance=tolerance))
    formulation = _formulation(run, compile_place(place), model)
    program = program_from_pulp(problem, formulation.program)
    answer = _usable(run, formulation, program, answer_from_pulp(problem, program))
    x = _tidy(program, answer.x)
    certificate = certify(program, x, answer.prices)
    require(certificate, program, tolerance)
    return _plan(run, formulation, program, x, (answer, certificate, (None, None)))


def _solve(run: _Run, arrays: PlaceArrays, model: Model) -> Plan:
    return _finish(run, _formulation(run, arrays, model))


def _formulation(run: _Run, arrays: PlaceArrays, model: Model) -> Formulation:
    """Formulate a model; one with guarantees only once the plan of agencies alone says what they have."""
    promised = model.rule("guarantees") is not None
    alone = alone_by(_solve(run, arrays, siloed_twin(model))) if promised else None
    formulation: Formulation = run.step("formulate", lambda: formulate_arrays(arrays, model, alone))
    return formulation


def _finish(run: _Run, formulation: Formulation) -> Plan:
    """Solve each objective in order, certify, break ties, and certify what is kept."""
    program = formulation.program
    give = formulation.model.objective.tolerance + KEPT
    for number, (name, goal) in enumerate(formulation.objectives):
        program = program.with_objective(goal)
        if name == MAX_MIN:
            program, formulation = _levelled(run, formulation, program, give)
            continue
        answer, certificate = _certified(run, formulation, program)
        if number + 1 < len(formulation.objectives):
            least = certificate.objective - give * max(abs(certificate.objective), KEPT)
            program = program.with_row(f"objective.{name}", goal, least, "objective")
    x, unique = run.step("solve", lambda: _without_ties(run, formulation, program, answer))
    final = run.step("certify", lambda: certify(program, x, answer.prices))
    if not final.holds(run.options.tolerance):
        x, final = _tidy(program, answer.x), certificate
    if formulation.model.rule("baseline") is not None:
        formulation = replace(formulation, notes=(*formulation.notes, *broken_promises(formulation, x)))
    return _plan(run, formulation, program, x, (answer, final, unique))


def _levelled(
    run: _Run, formulation: Formulation, program: LinearProgram, give: float
) -> tuple[LinearProgram, Formulation]:
    """Return the program that keeps every group at its level, and the formulation with a note of the levels."""
    worst = formulation.worst_off
    if worst is None:
        return program, formulation
    found = level_up(program, worst, lambda stage: _certified(run, formulation, stage), (KEPT, give))
    return found.program, replace(formulation, notes=(*formulation.notes, found.note(worst)))


def _certified(run: _Run, formulation: Formulation, program: LinearProgram) -> tuple[Answer, Certificate]:
    """Return an answer that passed its check; one that did not gets a second chance without presolve."""
    answer = run.step("solve", lambda: run.solver().solve(program))
    if _doubtful(run, formulation, program, answer) and run.options.presolve and run.options.solver == "highs":
        answer = run.step("solve", lambda: run.solver(presolve=False).solve(program))
    answer = _usable(run, formulation, program, answer)
    certificate = run.step("certify", lambda: certify(program, _tidy(program, answer.x), answer.prices))
    require(certificate, program, run.options.tolerance)
    return answer, certificate


def _doubtful(run: _Run, formulation: Formulation, program: LinearProgram, answer: Answer) -> bool:
    """Whether an answer cannot be proven: values that fail their check, or no values and no conflict either."""
    if answer.status is Status.INFEASIBLE:
        _explain(run, formulation, program)
        return True
    if not answer.has_solution:
        return False
    return not certify(program, _tidy(program, answer.x), answer.prices).holds(run.options.tolerance)


def _explain(run: _Run, formulation: Formulation, program: LinearProgram) -> None:
    """Raise the conflict that makes a program infeasible, where one can be proven."""
    conflict = run.step("explain", lambda: find_conflict(formulation, program, make_solver("highs")))
    if conflict is not None:
        raise InfeasibleError(conflict)


def _usable(run: _Run, formulation: Formulation, program: LinearProgram, answer: Answer) -> Answer:
    """Return an answer that has a solution; turn every other status into its error."""
    if answer.status is Status.INFEASIBLE:
        _explain(run, formulation, program)
        raise SolverError(
            f"{answer.solver} calls {program.name} infeasible, but no conflict could be proven. Try another solver."
        )
    if answer.status is Status.STOPPED:
        limit = run.options.time_limit
        within = "" if limit is None else f" within {limit:g} s"
        raise StoppedError(f"{answer.solver} found no certified plan for {program.name}{within}. Raise --time-limit.")
    if not answer.has_solution:
        raise SolverError(f"{answer.solver} gave no usable answer to {program.name}: {answer.message or 'no reason'}.")
    return answer


def _without_ties(
    run: _Run, formulation: Formulation, program: LinearProgram, answer: Answer
) -> tuple[FloatArray, tuple[bool | None, bool | None]]:
    """Return the best plan of least spend, least change and first names, and whether others were as good."""
    face = best_face(program, _tidy(program, answer.x), answer)
    helper = run.solver("highs")
    unique = tuple(not moves for moves in movable(formulation, face, helper))
    best = break_ties(formulation, face, helper)
    settled = settle_contributions(formulation, best)
    # A rule that speaks of what each agency puts in, as guarantees do, may forbid the even settlement.
    x = settled if row_violations(program, settled).max(initial=0.0) <= KEPT else best
    return _tidy(program, x), (unique[0], unique[1])


def _tidy(program: LinearProgram, x: FloatArray) -> FloatArray:
    """Put values that lie within rounding of a bound on it."""
    inside = np.clip(x, program.lower, program.upper)
    span = np.where(np.isfinite(program.upper), program.upper - program.lower, 0.0) * 1e-13
    inside = np.where(inside - program.lower <= span, program.lower, inside)
    return np.where(program.upper - inside <= span, program.upper, inside)


def _plan(
    run: _Run,
    formulation: Formulation,
    program: LinearProgram,
    x: FloatArray,
    found: tuple[Answer, Certificate, tuple[bool | None, bool | None]],
) -> Plan:
    answer, certificate, unique = found
    return Plan(
        formulation=formulation,
        program=program,
        x=x,
        row_prices=np.array(answer.prices),
        certificate=certificate,
        solver=answer.solver,
        unique=unique[0],
        unique_payments=unique[1],
        timings=MappingProxyType(dict(run.timings)),
    )
