"""Solving: each objective by hand, and every way in which a solve can end."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pulp
import pytest

from commission_opt.errors import CertificateError, InfeasibleError, SolverError, StoppedError
from commission_opt.model.formulate import formulate
from commission_opt.model.read import read_model
from commission_opt.place.read import read_place
from commission_opt.plan.solve import from_pulp, solve
from commission_opt.program.linear import LinearProgram
from commission_opt.shipped import shipped_places
from commission_opt.solvers import Answer, Limits, Solver, Status, make_solver
from commission_opt.solvers.pulp import pulp_variables, to_pulp
from tests.plan.tiny import plan_of, tiny_place, volumes
from tests.tiny import model, services, tiny


def test_aligned_and_pooled_values_are_those_by_hand() -> None:
    """60 visits and 50 clinics; in one pot 60 clinics and 40 visits."""
    assert plan_of(tiny_place(), "aligned").value == pytest.approx(580)
    assert plan_of(tiny_place(), "total_place").value == pytest.approx(600)


def test_net_value_buys_only_what_is_worth_its_money() -> None:
    """At £2 a fall avoided and £3 an illness, a visit is worth 6 for £10 and a clinic 24 for £20."""
    place = tiny_place(
        outcomes="outcome, unit, weight, agency\nfalls_avoided, falls, 2, council\nillnesses_avoided, cases, 3, icb"
    )
    plan = plan_of(place, "aligned", {"objective.kind": "net_value"})
    assert volumes(plan) == {"clinic": pytest.approx(50)}
    assert plan.objective == pytest.approx(50 * (24 - 20))
    assert plan.value == pytest.approx(50 * 24)


def test_least_cost_meets_targets_for_the_least_money() -> None:
    """150 falls avoided take 50 visits at £10."""
    place = tiny_place(targets="outcome, minimum\nfalls_avoided, 150")
    plan = plan_of(place, "local_area_agreement", {"objective.kind": "least_cost"})
    assert volumes(plan) == {"visits": pytest.approx(50)}
    assert plan.objective == pytest.approx(-500)
    assert plan.spend == 500


def lexicographic(tolerance: float) -> dict[str, float]:
    """Return volumes in one pot where falls come first and may give up a share of their best."""
    model = read_model("total_place").set("objective.order", ["own:council", "weighted_outcomes"])
    model = model.set("objective.kind", "lexicographic").set("objective.tolerance", tolerance)
    return volumes(solve(tiny_place(), model))


def test_first_objective_comes_first() -> None:
    """All 100 visits (£1,000) before any clinic: £600 are left for 30."""
    assert lexicographic(0.0) == {"visits": pytest.approx(100), "clinic": pytest.approx(30)}


def test_later_objective_gains_by_what_the_first_may_give_up() -> None:
    """A tenth of 300 falls is ten visits: £100 for five clinics more."""
    assert lexicographic(0.1) == {"visits": pytest.approx(90), "clinic": pytest.approx(35)}


def test_negative_effects_and_weights_count_as_they_are() -> None:
    """A clinic costs two falls, so is worth 8 - 2; carers' hours at -3 make a visit worth less than nothing."""
    place = tiny_place(
        outcomes="""outcome, unit, weight, agency
            falls_avoided, falls, 1, council
            illnesses_avoided, cases, 1, icb
            carer_hours, hours, -3, council""",
        effects="""service, outcome, effect
            visits, falls_avoided, 3
            visits, carer_hours, 1.5
            clinic, illnesses_avoided, 8
            clinic, falls_avoided, -2""",
    )
    plan = plan_of(place, "aligned")
    assert volumes(plan) == {"clinic": pytest.approx(50)}
    assert plan.value == pytest.approx(50 * 6)
    assert plan.outcomes.groupby("outcome")["amount_units"].sum()["falls_avoided"] == pytest.approx(-100)


@pytest.mark.parametrize("solver", ["highs", "pulp:CBC"])
def test_solver_without_time_says_that_it_was_stopped(solver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not infeasible, not optimal: no plan."""
    stopped = Answer(Status.STOPPED, np.zeros(0), np.zeros(0), solver)
    monkeypatch.setattr("commission_opt.plan.run.make_solver", lambda *_: Given([stopped]))
    with pytest.raises(StoppedError, match="within 5 s"):
        solve(tiny_place(), read_model("aligned"), solver=solver, time_limit=5)


def test_interrupted_without_a_plan_to_hand_over_it_is_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    """No limit was reached: the command line ends as it does on any Ctrl-C."""
    stopped = Answer(Status.STOPPED, np.zeros(0), np.zeros(0), "HiGHS", message="interrupted")
    monkeypatch.setattr("commission_opt.plan.run.make_solver", lambda *_: Given([stopped]))
    with pytest.raises(KeyboardInterrupt):
        solve(tiny_place(), read_model("aligned"))


def test_time_limit_stops_a_real_place() -> None:
    """A millisecond is not enough for riverside."""
    with pytest.raises(StoppedError, match="time-limit"):
        solve(read_place(shipped_places()["riverside"]), read_model("aligned"), time_limit=1e-3)


def test_a_plan_of_whole_numbers_that_was_stopped_early_is_certified_with_its_gap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The solver has a plan and has proven that none is better by over a twentieth: that is what the plan says."""
    place, rules = tiny(services=services(fixed_cost=[1, 0, 0])), model(scale={})
    program = formulate(place, rules)
    best = make_solver("highs").solve(program)
    early = replace(best, status=Status.STOPPED, message="interrupted", bound=1.05 * program.value(best.x))
    given = Given([early])
    monkeypatch.setattr("commission_opt.plan.run.make_solver", lambda *_: given)
    plan = solve(place, rules)
    assert (len(program.whole) > 0, plan.status) == (True, "stopped")
    assert plan.certificate.gap == pytest.approx(0.05)
    assert "Stopped early (interrupted): no plan is worth more than this one by over 5 %." in plan.notes


class Given:
    """A solver that gives prepared answers first and HiGHS's after."""

    def __init__(self, answers: list[Answer]) -> None:
        self.answers = answers

    def solve(self, program: LinearProgram) -> Answer:
        """Return the next answer."""
        return self.answers.pop(0) if self.answers else make_solver("highs").solve(program)


def test_infeasible_claim_that_nothing_proves_gets_a_second_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Presolve may call a program infeasible that is feasible by a hair."""
    wrong = Answer(Status.INFEASIBLE, np.zeros(0), np.zeros(0), "presolve")

    def make(name: str, limits: Limits | None = None) -> Solver:
        doubtful = limits is not None and limits.presolve and name == "highs"
        return Given([wrong]) if doubtful else make_solver(name, limits)

    monkeypatch.setattr("commission_opt.plan.run.make_solver", make)
    assert solve(tiny_place(), read_model("aligned")).value == pytest.approx(580)


def test_infeasible_claim_of_a_solver_is_never_taken_without_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only the solver says so, it is an error of the solver and no conflict."""
    wrong = Answer(Status.INFEASIBLE, np.zeros(0), np.zeros(0), "liar")
    monkeypatch.setattr("commission_opt.plan.run.make_solver", lambda *_: Given([wrong]))
    with pytest.raises(SolverError, match="no conflict could be proven"):
        solve(tiny_place(), read_model("aligned"))


def test_infeasible_place_raises_its_conflict() -> None:
    """All 100 people have to be visited, for £1,000 that are not there."""
    with pytest.raises(InfeasibleError) as caught:
        plan_of(tiny_place(needs="need, must_meet\nfalls, 1"), "aligned")
    assert caught.value.conflict.shortfall == pytest.approx(400)


def test_times_of_every_step_are_kept() -> None:
    """Compile, formulate, solve, certify."""
    timings = plan_of(tiny_place(), "aligned").timings
    assert {"compile", "formulate", "solve", "certify"} <= set(timings)
    assert all(seconds > 0 for seconds in timings.values())


def test_plan_is_frozen() -> None:
    """Neither its fields nor its values nor its times can be changed."""
    plan = plan_of(tiny_place(), "aligned")
    held: Any = plan
    with pytest.raises(FrozenInstanceError):
        held.solver = "mine"
    with pytest.raises(ValueError, match="read-only"):
        plan.x[0] = 1e9
    with pytest.raises(TypeError):
        held.timings["solve"] = 0.0


def opened() -> tuple[pulp.LpProblem, LinearProgram]:
    """Return the tiny place's aligned program, opened in PuLP."""
    program = formulate(tiny_place(), read_model("aligned"))
    return to_pulp(program), program


def answered(problem: pulp.LpProblem) -> pulp.LpProblem:
    """Solve with CBC."""
    problem.solve(pulp.PULP_CBC_CMD(msg=False))
    return problem


pulp_warns = pytest.mark.filterwarnings("ignore::DeprecationWarning")
"""PuLP 3.3 warns of names that version 4 changes."""


@pulp_warns
def test_own_constraint_is_kept_and_certified() -> None:
    """At most 20 clinics: 60 visits (180) and 160, and the certificate knows the row."""
    problem, program = opened()
    problem += pulp.lpSum(pulp_variables(problem, program, "volume", service="clinic")) <= 20, "few_clinics"
    plan = from_pulp(answered(problem), tiny_place(), read_model("aligned"))
    assert volumes(plan) == {"visits": pytest.approx(60), "clinic": pytest.approx(20)}
    assert plan.value == pytest.approx(340)
    assert plan.certificate.holds()
    assert plan.unique is None
    own = plan.prices.set_index("label").loc["own.constraint[few_clinics]"]
    assert own["price"] == pytest.approx(8)
    assert "own.constraint[few_clinics]" in own["sentence"]


@pulp_warns
def test_tampered_values_are_refused() -> None:
    """More is claimed than there is money for."""
    problem, program = opened()
    answered(problem)
    pulp_variables(problem, program, "volume", service="clinic")[0].varValue = 51.0
    with pytest.raises(CertificateError, match="icb_money"):
        from_pulp(problem, tiny_place(), read_model("aligned"))


@pulp_warns
def test_added_variables_are_refused() -> None:
    """They cannot be certified."""
    problem, program = opened()
    mine = pulp.LpVariable("mine", 0, 1)
    problem += pulp_variables(problem, program, "volume", service="clinic")[0] + mine <= 20, "own"
    with pytest.raises(SolverError, match="'mine' was added by hand"):
        from_pulp(answered(problem), tiny_place(), read_model("aligned"))


@pulp_warns
def test_changed_objective_is_refused() -> None:
    """What is maximised is the model's to say."""
    problem, program = opened()
    problem.setObjective(-1.0 * pulp_variables(problem, program, "volume", service="visits")[0])
    with pytest.raises(SolverError, match="objective of the problem was changed"):
        from_pulp(answered(problem), tiny_place(), read_model("aligned"))


def test_answer_with_no_values_is_an_error_of_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Optimal, it says, and holds nothing."""
    empty = Answer(Status.OPTIMAL, np.zeros(0), np.zeros(0), "empty")
    monkeypatch.setattr("commission_opt.plan.run.make_solver", lambda *_: Given([replace(empty), replace(empty)]))
    with pytest.raises(SolverError, match="no usable answer"):
        solve(tiny_place(), read_model("aligned"))
