"""Proof: a solver's claim becomes an answer that passed its check, or an error that says why there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from commission_opt.errors import InfeasibleError, SolverError, StoppedError
from commission_opt.model.formulate import Formulation
from commission_opt.place.names import FloatArray
from commission_opt.plan.certificate import Certificate, certify, require
from commission_opt.plan.clinic import find_repairs
from commission_opt.plan.conflict import find_conflict
from commission_opt.plan.run import Run
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Answer, Status, make_solver
from commission_opt.solvers.answer import INTERRUPTED

NOTHING = 1e-9
"""Share of a service's reach below which it delivers nothing."""


EARLY, EARLY_WHOLE = 1e-2, 1.0
"""Largest gap of a plan whose solver was stopped before it was done, of a linear program and of one with whole numbers;
its note says how large it is."""


@dataclass(frozen=True, eq=False)
class Proof:
    """A certified answer: the linear program that its prices are of, what it proves, and the solver's bound if any."""

    program: LinearProgram
    answer: Answer
    certificate: Certificate
    bound: float | None = None


def solver_notes(proof: Proof) -> list[str]:
    """Return which solver answered and why, where there was a choice, and what that leaves open."""
    answer, gap = proof.answer, proof.certificate.gap
    notes = [answer.why] if answer.why else []
    if not answer.corner:
        notes.append("Whether other allocations are worth as much was not examined at this size.")
    if answer.status is Status.STOPPED:
        most = np.ceil(1000 * gap - 1e-3) / 10
        notes.append(f"Stopped early ({answer.message}): no plan is worth more than this one by over {most:g} %.")
    return notes


def widest_gap(run: Run, program: LinearProgram) -> float:
    """Return the largest gap of a plan: wider for programs with whole numbers."""
    return max(run.options.integer_gap, run.options.tolerance) if len(program.whole) else run.options.tolerance


def prove(run: Run, formulation: Formulation, program: LinearProgram) -> Proof:
    """Return an answer that passed its check; one that did not gets a second chance without presolve."""
    if len(program.whole):
        return _prove_whole(run, formulation, program)
    answer = run.step("solve", lambda: run.solver().solve(program))
    certificate = _checked(run, program, answer)
    twice = run.options.presolve and not run.options.solver.startswith("pulp")
    if _doubtful(run, formulation, program, answer, certificate) and twice:
        again = run.step("solve", lambda: run.solver("highs", presolve=False).solve(program))
        answer = replace(again, why=answer.why)
        certificate = _checked(run, program, answer)
    early = answer.status is Status.STOPPED and answer.has_solution
    answer = answer if early else usable(run, formulation, program, answer)
    require(certificate, program, run.options.tolerance, EARLY if early else None)
    return Proof(program, answer, certificate)


def _checked(run: Run, program: LinearProgram, answer: Answer) -> Certificate:
    """Return the certificate of an answer; of one without values a certificate that holds for nothing."""
    x = tidy(program, answer.x) if answer.has_solution else np.full(program.shape[1], np.nan)
    prices = answer.prices if answer.has_solution else np.full(program.shape[0], np.nan)
    certificate: Certificate = run.step("certify", lambda: certify(program, x, prices))
    return certificate


def _prove_whole(run: Run, formulation: Formulation, program: LinearProgram) -> Proof:
    """Return an answer to a program with whole numbers, with the prices of what is left when these are fixed.

    What is left gets a second chance without presolve, as every linear program does.
    """
    tolerance = run.options.tolerance
    found = run.step("solve", lambda: run.solver().solve(program))
    early = found.status is Status.STOPPED and found.has_solution
    if not early:
        found = usable(run, formulation, program, found)
    closed = without_idle(formulation, found.x)
    fixed = program.with_whole_fixed(closed)
    if found.priced and np.array_equal(closed, found.x):
        answer = replace(found, status=Status.OPTIMAL)
    else:
        answer = run.step("solve", lambda: run.solver("highs").solve(fixed))
    gap = EARLY_WHOLE if early else widest_gap(run, program)
    solved = answer.status is Status.OPTIMAL
    if not (solved and certify(program, tidy(fixed, answer.x), answer.prices, found.bound).holds(tolerance, gap)):
        answer = run.step("solve", lambda: run.solver("highs", presolve=False).solve(fixed))
    answer = usable(run, formulation, fixed, answer)
    x = tidy(fixed, answer.x)
    certificate = run.step("certify", lambda: certify(program, x, answer.prices, found.bound))
    require(certificate, program, tolerance, gap)
    if early:
        answer = replace(answer, status=Status.STOPPED, message=found.message)
    return Proof(fixed, replace(answer, solver=found.solver), certificate, found.bound)


def without_idle(formulation: Formulation, x: FloatArray) -> FloatArray:
    """Close every service that stands open and delivers nothing: a plan never spends on nothing."""
    volumes, which = formulation.volumes, formulation.open
    delivered, reach = np.zeros(which.shape), np.zeros(which.shape)
    np.add.at(delivered, (volumes.service, volumes.year), x[volumes.column])
    np.add.at(reach, (volumes.service, volumes.year), formulation.program.upper[volumes.column])
    closed = x.copy()
    closed[which[(which >= 0) & (delivered <= NOTHING * reach)]] = 0.0
    return closed


def _doubtful(
    run: Run, formulation: Formulation, program: LinearProgram, answer: Answer, certificate: Certificate
) -> bool:
    """Whether an answer cannot be proven: values that fail their check, or no values and no conflict either."""
    if answer.status is Status.INFEASIBLE:
        _explain(run, formulation, program)
        return True
    if not answer.has_solution or answer.status is Status.STOPPED:
        return False
    return not certificate.holds(run.options.tolerance)


def _explain(run: Run, formulation: Formulation, program: LinearProgram) -> None:
    """Raise the conflict that makes a program infeasible, where one can be proven."""
    conflict = run.step("explain", lambda: find_conflict(formulation, program, make_solver("highs")))
    if conflict is not None:
        raise InfeasibleError(conflict, lambda: find_repairs(formulation, program))


def usable(run: Run, formulation: Formulation, program: LinearProgram, answer: Answer) -> Answer:
    """Return an answer that has a solution; turn every other status into its error, an interruption into itself."""
    if answer.status is Status.INFEASIBLE:
        _explain(run, formulation, program)
        raise SolverError(
            f"{answer.solver} calls {program.name} infeasible, but no conflict could be proven. Try another solver."
        )
    if answer.status is Status.STOPPED and answer.message == INTERRUPTED:
        raise KeyboardInterrupt  # somebody asked for an early plan, and there is none near enough to the best
    if answer.status is Status.STOPPED:
        limit = run.options.time_limit
        within = "" if limit is None else f" within {limit:g} s"
        raise StoppedError(f"{answer.solver} found no certified plan for {program.name}{within}. Raise --time-limit.")
    if not answer.has_solution:
        raise SolverError(f"{answer.solver} gave no usable answer to {program.name}: {answer.message or 'no reason'}.")
    return answer


def tidy(program: LinearProgram, x: FloatArray) -> FloatArray:
    """Put values that lie within rounding of a bound on it."""
    inside = np.clip(x, program.lower, program.upper)
    span = np.where(np.isfinite(program.upper), program.upper - program.lower, 0.0) * 1e-13
    inside = np.where(inside - program.lower <= span, program.lower, inside)
    return np.where(program.upper - inside <= span, program.upper, inside)
