"""Whole numbers of large programs: agreement with every choice tried, proven bounds, early plans, and what fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from threading import Lock

import numpy as np
import pytest

from commission_opt.halt import HALT
from commission_opt.model.formulate import formulate
from commission_opt.model.read import read_model
from commission_opt.place.names import Names
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.plan.solve import solve
from commission_opt.program.blocks import Keys
from commission_opt.program.builder import ProgramBuilder
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Answer, Limits, Reached, Status, make_solver
from commission_opt.solvers.auto import choose
from commission_opt.solvers.benders import BendersSolver
from commission_opt.solvers.highs import HighsSolver
from commission_opt.solvers.kept import KeptSolver
from commission_opt.solvers.master import Master
from tests.programs import INF, program

SIZE = SyntheticSize(areas=6, services=8, years=2, tranches=2)
GAP = 1e-6


def few_changes(most: int, seed: int = 1) -> LinearProgram:
    """Return the program of a small synthetic place of which so many services may change."""
    return formulate(synthetic_place(SIZE, seed), read_model("aligned").set("transition.max_changes", most))


def sites(seed: int, spare: float = 1.0) -> LinearProgram:
    """Return a random program: volumes in two areas, teams of 4 units each that cost money, at most 5 teams in all.

    Each of three services has need that must be met in both areas together, so not every choice of teams will do.
    """
    draw, builder = np.random.default_rng(seed), ProgramBuilder()
    service, area = Names("service", ("a", "b", "c")), Names("area", ("north", "south"))
    of_service, of_area = np.repeat(np.arange(3), 2), np.tile(np.arange(2), 3)
    volume = builder.add_columns(
        "volume", Keys.of((service, of_service), (area, of_area)), draw.uniform(2, 6, 6), unit="units"
    )
    keys = Keys.of((service, np.arange(3)))
    teams = builder.add_columns("teams", keys, 3.0, unit="teams")
    builder.require_whole(teams)
    room = builder.add_rows("room", keys, unit="units", upper=0.0)
    builder.add_entries(room[of_service], volume, 1.0)
    builder.add_entries(room, teams, -4.0)
    need = builder.add_rows("need", keys, unit="units", lower=spare * draw.uniform(0, 3, 3))
    builder.add_entries(need[of_service], volume, 1.0)
    money = builder.add_rows("money", Keys((), ()), unit="money", upper=draw.uniform(12, 25))
    builder.add_entries(np.repeat(money, 6), volume, draw.uniform(0.5, 2, 6))
    builder.add_entries(np.repeat(money, 3), teams, draw.uniform(1, 4, 3))
    most = builder.add_rows("most", Keys((), ()), unit="teams", upper=5.0)
    builder.add_entries(np.repeat(most, 3), teams, 1.0)
    return builder.build("teams", np.concatenate([draw.uniform(1, 5, 6), np.zeros(3)]))


def by_hand(program: LinearProgram) -> float:
    """Return the best value over all choices of whole numbers, each a linear program of its own."""
    ranges = [range(int(low), int(high) + 1) for low, high in zip(*bounds(program), strict=True)]
    answers = (make_solver("highs").solve(program.with_whole_at(np.array(one, float))) for one in product(*ranges))
    return max((program.value(answer.x) for answer in answers if answer.status is Status.OPTIMAL), default=-np.inf)


def bounds(program: LinearProgram) -> tuple[np.ndarray, np.ndarray]:
    """Return the bounds of the whole numbers."""
    return program.lower[program.whole], program.upper[program.whole]


def decide(program: LinearProgram, relaxes: bool = True, tell: Callable[[Reached], None] | None = None) -> Answer:
    """Return what the decomposition finds with HiGHS for the linear programs."""
    return BendersSolver(Limits(integer_gap=GAP, tell=tell), HighsSolver, relaxes).solve(program)


@pytest.mark.parametrize("relaxes", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_the_best_of_all_choices_is_found_and_proven(seed: int, relaxes: bool) -> None:
    """Every one of the 64 choices of teams is solved by itself; many leave the needs no solution."""
    program = sites(seed)
    best, answer = by_hand(program), decide(program, relaxes)
    if np.isinf(best):
        assert answer.status is Status.FAILED
        return
    assert answer.status is Status.OPTIMAL
    assert program.value(answer.x) == pytest.approx(best, rel=2 * GAP)
    assert answer.bound is not None
    assert best <= answer.bound * (1 + 1e-9)
    assert answer.x[program.whole].tolist() == np.rint(answer.x[program.whole]).tolist()


@pytest.mark.parametrize("seed", [1, 2])
def test_few_changes_are_chosen_as_branch_and_bound_chooses_them(seed: int) -> None:
    """Solved area by area between whole numbers; HiGHS knows nothing of cuts or areas."""
    program = few_changes(3, seed)
    ours = make_solver("arrow", Limits(integer_gap=1e-3)).solve(program)
    theirs = make_solver("highs").solve(program)
    assert ours.solver.startswith("Benders")
    assert ours.why.startswith("One choice of the yes-or-no decisions")
    assert program.value(ours.x) == pytest.approx(program.value(theirs.x), rel=2e-3)
    assert ours.bound is not None
    assert ours.bound >= program.value(theirs.x) * (1 - 1e-9)


@pytest.mark.parametrize("seed", [12, 15, 16])
def test_the_best_plan_is_kept_and_the_bound_only_falls(seed: int) -> None:
    """Whoever stops the search early gets the best of what was tried, not the last."""
    told: list[Reached] = []
    decide(sites(seed), relaxes=False, tell=told.append)
    values, bounds = [one.value for one in told], [one.bound for one in told]
    assert len(set(values)) > 1
    assert values == sorted(values)
    assert bounds == sorted(bounds, reverse=True)


def test_linear_programs_are_as_fine_as_the_search_has_come() -> None:
    """Half of their steps bring the last of the gap, which a plan far from the bound has no use for."""
    gaps: list[float] = []

    def linear(limits: Limits) -> HighsSolver:
        gaps.append(limits.gap)
        return HighsSolver(limits)

    answer = BendersSolver(Limits(integer_gap=1e-4), linear, False).solve(sites(12))
    assert answer.status is Status.OPTIMAL
    assert gaps[:2] == [5e-3, 5e-3]
    assert 2.5e-5 <= min(gaps) < 1e-3


def test_a_first_plan_has_the_machine_for_itself() -> None:
    """Only once there is one are two linear programs solved at a time."""
    program, running, found, lock = sites(12), 0, False, Lock()

    class Watched(HighsSolver):
        def solve(self, given: LinearProgram) -> Answer:
            nonlocal running, found
            with lock:
                running += 1
                assert found or running == 1
            answer = super().solve(given)
            with lock:
                running -= 1
                at = given.lower[program.whole]
                found = found or (answer.status is Status.OPTIMAL and at.tolist() == np.rint(at).tolist())
            return answer

    assert BendersSolver(Limits(integer_gap=GAP), Watched, False).solve(program).status is Status.OPTIMAL
    assert found


@pytest.mark.parametrize("seed", [3, 4])
def test_whatever_leaves_no_solution_gives_a_cut(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers half-way to a choice as well as whole ones."""
    program, none, forbidden = sites(seed), [], []

    class Watched(HighsSolver):
        def solve(self, given: LinearProgram) -> Answer:
            answer = super().solve(given)
            if answer.status is Status.INFEASIBLE:
                none.append(given.lower[program.whole])
            return answer

    monkeypatch.setattr(Master, "forbid", lambda _, prices: forbidden.append(prices))
    BendersSolver(Limits(integer_gap=GAP), Watched, False).solve(program)
    assert any((np.rint(numbers) != numbers).any() for numbers in none)
    assert len(forbidden) == len(none)


@pytest.mark.parametrize("cut_off", [False, True])
def test_what_is_kept_of_linear_programs_goes_with_the_search(cut_off: bool, tmp_path: Path) -> None:
    """Those that failed or were stopped leave something behind; a search that is cut off may want it again."""

    class Keeping(HighsSolver):
        def solve(self, given: LinearProgram) -> Answer:
            Path(self.limits.checkpoint, "program").mkdir(parents=True, exist_ok=True)
            return super().solve(given)

    tell = (lambda _: HALT.ask() and None) if cut_off else None
    (tmp_path / "another's").mkdir()
    BendersSolver(Limits(integer_gap=GAP, checkpoint=str(tmp_path), tell=tell), Keeping, False).solve(sites(12))
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == (["another's", "choices"] if cut_off else ["another's"])


def test_every_cut_bounds_every_choice() -> None:
    """Whatever prices it is made of: those of the best plan, and none at all that mean anything."""
    program = sites(4)
    master, draw = Master(program), np.random.default_rng(1)
    master.add(decide(program).prices)
    master.add(draw.normal(size=program.shape[0]))
    master.forbid(draw.normal(size=program.shape[0]))
    found = master.best(Limits(integer_gap=0.0))
    assert found is not None
    assert found[0] >= by_hand(program)


def test_a_slope_without_limit_allows_nothing_for_next_to_nothing() -> None:
    """A price of 1e17 for x <= 4 y, where y costs 10: HiGHS takes a millionth of y for none, but worth is at most 4."""
    given = program([1, -10], [[1, -4]], [(-INF, 0)], [(0, 4), (0, 1)])
    master = Master(replace(given, whole=np.array([1])))
    for price in (0.0, 1e17):
        master.add(np.array([price]))
    found = master.best(Limits(integer_gap=0.0))
    assert found is not None
    assert 0 <= found[0] <= 0.01
    assert found[1].tolist() == [0]


def test_the_centre_is_as_far_from_all_bounds_as_can_be() -> None:
    """Of three numbers from 0 to 3 with a sum of at most 5, of 9: 1.5, 1.5, 1.5 would be the middle without it."""
    centre = Master(sites(1)).centre(Limits())
    assert centre is not None
    # A share t of each range from both ends, and of the 9 that the sum can be from 5: 3 * 3 t <= 5 - 9 t.
    assert centre.min() >= 3 * 5 / 18 - 1e-9
    assert centre.sum() <= 5 - 9 * 5 / 18 + 1e-9


def test_an_impossible_program_is_left_to_highs() -> None:
    """Which can say so; the decomposition only finds nothing."""
    program = few_changes(2)
    row = next(block.start for block in program.rows if block.family == "coverage.need" and len(block))
    low, high = program.row_lower.copy(), program.row_upper.copy()
    low[row] = high[row] = 10 * high[row]
    spoilt = program.with_bounds(program.lower, program.upper, low, high)
    answer = make_solver("arrow").solve(spoilt)
    assert answer.status is Status.INFEASIBLE
    assert "no choice leaves the rest a solution" in answer.why


def test_where_no_choice_brings_a_plan_highs_looks_at_all_rules_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may find one, and can say that there is none; the reader is told who answered."""
    monkeypatch.setattr("commission_opt.solvers.benders.TRIES", 1)
    program = next(one for one in map(sites, range(12)) if decide(one, relaxes=False).status is Status.FAILED)
    assert decide(program, relaxes=False).message == "none of 1 choices leaves the rest a solution"
    monkeypatch.setattr(
        "commission_opt.solvers.auto.BendersSolver", lambda limits, *_: BendersSolver(limits, HighsSolver, False)
    )
    answer = make_solver("arrow", Limits(seconds=60)).solve(program)
    assert (
        answer.why
        == "Solved by HiGHS: area by area, the method found no end (none of 1 choices leaves the rest a solution)."
    )
    assert (answer.status is Status.OPTIMAL) == np.isfinite(by_hand(program))


def test_asked_to_stop_it_hands_over_the_plan_that_it_has() -> None:
    """With a bound that no plan breaks."""
    program = few_changes(3)
    answer = decide(program, relaxes=False, tell=lambda _: HALT.ask() and None)
    assert (answer.status, answer.message) == (Status.STOPPED, "interrupted")
    assert answer.bound is not None
    best = program.value(make_solver("highs").solve(program).x)
    assert program.value(answer.x) <= best * (1 + 1e-9) <= answer.bound * (1 + 2e-9)


def test_no_time_means_no_plan() -> None:
    """And HiGHS is not asked either: there is no time for it."""
    answer = make_solver("arrow", Limits(seconds=1e-9)).solve(few_changes(3))
    assert (answer.status, answer.message) == (Status.STOPPED, "time limit reached")
    assert not answer.has_solution


def test_a_linear_program_stops_for_somebody_who_has_a_plan() -> None:
    """The simplex method asks whether it should at its first step."""
    program = few_changes(3).with_whole_at(np.ones(SIZE.services))
    program = program.with_bounds(
        program.lower,
        program.upper,
        np.where(np.isinf(program.row_lower), -np.inf, program.row_lower),
        program.row_upper,
    )
    with HALT.heard():
        HALT.ask()
        answer = HighsSolver(Limits(presolve=False)).solve(program)
    assert (answer.status, answer.message) == (Status.STOPPED, "interrupted")


def test_large_programs_with_whole_numbers_are_decided_choice_by_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the plan says so; small ones go to branch and bound."""
    program = few_changes(3)
    assert choose(program).structure is None
    monkeypatch.setattr("commission_opt.solvers.auto.SIMPLEX_COLUMNS", 10)
    route = choose(program)
    assert route.structure is not None
    assert (route.structure.areas, route.relaxes) == (SIZE.areas, True)
    monkeypatch.setattr("commission_opt.solvers.arrow.structure.JOINT", 100)
    assert not choose(program).relaxes
    plan = solve(synthetic_place(SIZE, 1), read_model("aligned").set("transition.max_changes", 3), integer_gap=1e-3)
    assert plan.solver.startswith("Benders")
    assert plan.certificate.kind == "solver_bound"
    assert plan.certificate.gap <= 1e-3
    assert any(note.startswith("One choice of the yes-or-no decisions") for note in plan.notes)


def test_what_ifs_of_large_places_with_whole_numbers_are_decided_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kept solver has no basis of theirs to start from; HiGHS alone is asked where it was asked for."""
    program = few_changes(3)
    for where in ("auto", "kept"):
        monkeypatch.setattr(f"commission_opt.solvers.{where}.SIMPLEX_COLUMNS", 10)
    limits = Limits(integer_gap=1e-3)
    assert KeptSolver(limits, any_solver=True).solve(program).solver.startswith("Benders")
    assert KeptSolver(limits).solve(program).solver.startswith("HiGHS")


def test_nobody_else_hears_a_wish_of_before() -> None:
    """A wish lasts while anybody heeds it, however many solvers come and go, and is forgotten after."""
    with HALT.heard():
        assert HALT.ask()
        with HALT.heard():
            assert HALT.wished
        assert HALT.is_heard
    assert not HALT.is_heard
    with HALT.heard():
        assert not HALT.wished
