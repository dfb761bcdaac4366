"""Solve: a place and a model become a certified plan, or a conflict."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from commission_opt.model.formulate import Formulation, formulate_arrays
from commission_opt.model.model import MAX_MIN, Model
from commission_opt.model.objective import keep
from commission_opt.place.arrays import PlaceArrays, compile_place
from commission_opt.place.names import FloatArray
from commission_opt.place.place import Place
from commission_opt.plan.alone import alone_by, siloed_twin
from commission_opt.plan.certificate import TOLERANCE, Certificate, certify, require
from commission_opt.plan.choice import Choice
from commission_opt.plan.leximin import level_up, level_up_by_sums
from commission_opt.plan.plan import Plan
from commission_opt.plan.proof import Proof, prove, tidy, usable, widest_gap
from commission_opt.plan.run import Run, SolveOptions
from commission_opt.program.linear import LinearProgram
from commission_opt.rules.guarantees import Guarantees
from commission_opt.solvers import Answer

if TYPE_CHECKING:
    import pulp

KEPT = 1e-9
"""Share of an objective's best that a later objective may give up even at tolerance zero: rounding."""


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
    run = Run(SolveOptions(**options))
    arrays = run.step("compile", lambda: compile_place(place))
    return _solve(run, arrays, model)


def formulate(place: Place, model: Model) -> LinearProgram:
    """Return the program of a place under a model, as plain labelled arrays; errors as :func:`solve`."""
    return _formulation(Run(SolveOptions()), compile_place(place), model).program


def solve_arrays(arrays: PlaceArrays, model: Model, options: SolveOptions) -> Plan:
    """Return the plan of a place that is compiled already; see :func:`solve`."""
    return _solve(Run(options), arrays, model)


def solve_formulation(formulation: Formulation, options: SolveOptions) -> Plan:
    """Return the plan of what is formulated already; see :func:`solve`."""
    return _finish(Run(options), formulation)


def answer_arrays(run: Run, arrays: PlaceArrays, model: Model) -> Plan:
    """Return the certified plan of a compiled place, with the choice among plans of equal worth still to be made."""
    return _answered(run, _formulation(run, arrays, model))


def formulate_for(run: Run, arrays: PlaceArrays, model: Model) -> Formulation:
    """Return a place formulated under a model; one with guarantees against silos once these are solved."""
    return _formulation(run, arrays, model)


def answer_formulation(run: Run, formulation: Formulation) -> Plan:
    """Return the certified plan of what is formulated already, with the choice among equals still to be made."""
    return _answered(run, formulation)


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

    run = Run(SolveOptions(tolerance=tolerance))
    formulation = _formulation(run, compile_place(place), model)
    program = program_from_pulp(problem, formulation.program)
    answer = usable(run, formulation, program, answer_from_pulp(problem, program))
    x = tidy(program, answer.x)
    certificate = certify(program, x, answer.prices)
    require(certificate, program, tolerance)
    proof = Proof(program, answer, certificate)
    return _plan(run, Choice(formulation, program, proof, None, (tolerance, tolerance)))


def _solve(run: Run, arrays: PlaceArrays, model: Model) -> Plan:
    return _finish(run, _formulation(run, arrays, model))


def _formulation(run: Run, arrays: PlaceArrays, model: Model) -> Formulation:
    """Formulate a model; one with guarantees against silos only once the plan of agencies alone is known."""
    promise = model.rule("guarantees")
    siloed = isinstance(promise, Guarantees) and promise.against == "siloed"
    alone = alone_by(_solve(run, arrays, siloed_twin(model))) if siloed else None
    formulation: Formulation = run.step("formulate", lambda: formulate_arrays(arrays, model, alone))
    return formulation


def _finish(run: Run, formulation: Formulation) -> Plan:
    """Return the plan with the choice among plans of equal worth made, its time counted in."""
    plan = _answered(run, formulation)
    run.step("solve", lambda: (plan.unique, plan.x))
    return plan


def _answered(run: Run, formulation: Formulation) -> Plan:
    """Solve each objective in order, and certify."""
    program = formulation.program
    give = formulation.model.objective.tolerance + KEPT
    for number, (name, goal) in enumerate(formulation.objectives):
        program = program.with_objective(goal)
        if name == MAX_MIN:
            then = formulation.objectives[number + 1][1]
            program, formulation = _levelled(run, formulation, program, (give, then))
            continue
        proof = prove(run, formulation, program)
        if number + 1 < len(formulation.objectives):
            best = proof.certificate.objective
            program = keep(program, name, goal, best - give * max(abs(best), KEPT))
    tolerances = run.options.tolerance, widest_gap(run, program)
    helper = run.solver("highs") if proof.answer.corner else None
    return _plan(run, Choice(formulation, program, proof, helper, tolerances))


def _levelled(
    run: Run, formulation: Formulation, program: LinearProgram, onwards: tuple[float, FloatArray]
) -> tuple[LinearProgram, Formulation]:
    """Return the program that keeps every group at its level, and the formulation with a note of the levels."""
    worst = formulation.worst_off
    if worst is None:
        return program, formulation
    give, then = onwards

    def prove_stage(stage: LinearProgram) -> tuple[Answer, Certificate]:
        proof = prove(run, formulation, stage)
        return proof.answer, proof.certificate

    if len(program.whole):
        found = level_up_by_sums(program, worst, prove_stage, (KEPT, give), then)
    else:
        found = level_up(program, worst, prove_stage, (KEPT, give))
    return found.program, replace(formulation, notes=(*formulation.notes, found.note(worst)))


def _plan(run: Run, choice: Choice) -> Plan:
    return Plan(choice=choice, timings=MappingProxyType(run.timings))
