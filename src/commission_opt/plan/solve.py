"""Solve: a place and a model become a certified plan, or a conflict."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from commission_opt.model.formulate import Formulation, formulate_arrays
from commission_opt.model.model import MAX_MIN, Model
from commission_opt.model.objective import keep
from commission_opt.place.arrays import PlaceArrays, compile_place
from commission_opt.place.names import FloatArray
from commission_opt.place.place import Place
from commission_opt.plan.alone import alone_by, siloed_twin
from commission_opt.plan.certificate import TOLERANCE, Certificate, certify, require, row_violations
from commission_opt.plan.contracts import contract_notes
from commission_opt.plan.ledger import settle_contributions
from commission_opt.plan.leximin import level_up, level_up_by_sums
from commission_opt.plan.plan import Plan
from commission_opt.plan.proof import Proof, prove, solver_notes, tidy, usable, widest_gap
from commission_opt.plan.run import Run, SolveOptions
from commission_opt.plan.sites import closures
from commission_opt.plan.ties import best_face, break_ties, movable
from commission_opt.plan.today import broken_promises
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
    return _plan(run, formulation, program, x, (answer, certificate, (None, None)))


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
    """Solve each objective in order, certify, break ties, and certify what is kept."""
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
    x, unique = tidy(proof.program, proof.answer.x), (None, None)
    if proof.answer.corner:
        x, unique = run.step("solve", lambda: _without_ties(run, formulation, proof))
    final = run.step("certify", lambda: certify(program, x, proof.answer.prices, proof.bound))
    if not final.holds(run.options.tolerance, widest_gap(run, program)):
        x, final = tidy(proof.program, proof.answer.x), proof.certificate
    formulation = replace(formulation, notes=(*_late_notes(formulation, x), *formulation.notes, *solver_notes(proof)))
    return _plan(run, formulation, proof.program, x, (proof.answer, final, unique))


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


def _late_notes(formulation: Formulation, x: FloatArray) -> list[str]:
    """Return what only the plan itself can tell its reader."""
    notes = broken_promises(formulation, x) if formulation.model.rule("baseline") is not None else []
    notes += closures(formulation, x)
    notes += contract_notes(formulation, x)
    if len(formulation.program.whole):
        notes.append("Prices hold as long as the yes-or-no decisions of this plan stay as they are.")
    return notes


def _without_ties(
    run: Run, formulation: Formulation, proof: Proof
) -> tuple[FloatArray, tuple[bool | None, bool | None]]:
    """Return the best plan of least spend, least change and first names, and whether others were as good.

    With whole numbers, among the plans that share them; whether others would do as well is then not examined.
    """
    program = proof.program
    face = best_face(program, tidy(program, proof.answer.x), proof.answer)
    helper = run.solver("highs")
    unique: tuple[bool | None, bool | None] = (None, None)
    if not len(formulation.program.whole):
        volumes_move, payments_move = movable(formulation, face, helper)
        unique = (not volumes_move, not payments_move)
    best = break_ties(formulation, face, helper)
    settled = settle_contributions(formulation, best)
    # A rule that speaks of what each agency puts in, as guarantees do, may forbid the even settlement.
    x = settled if row_violations(program, settled).max(initial=0.0) <= KEPT else best
    return tidy(program, x), unique


def _plan(
    run: Run,
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
