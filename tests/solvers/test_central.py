"""The method by areas follows the central path of the joint prices, every area at its own centre."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from commission_opt.model.formulate import formulate
from commission_opt.model.read import read_model
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.plan.certificate import certify
from commission_opt.plan.proof import tidy
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Answer, Limits, Reached, make_solver
from commission_opt.solvers.answer import Status
from commission_opt.solvers.arrow import central, form, method, recentre
from commission_opt.solvers.arrow.central import Central
from commission_opt.solvers.arrow.form import Form
from commission_opt.solvers.arrow.part import Part
from commission_opt.solvers.arrow.structure import find_structure
from tests.solvers.test_arrow import program_of
from tests.solvers.test_checkpoint import cut_off, resumed

BARRIER = 1e-5


def place_under(model: str) -> LinearProgram:
    """Return the program of a borough under a model."""
    size = SyntheticSize(areas=28, services=60, years=3, tranches=3)
    return formulate(synthetic_place(size, 1), read_model(model))


@pytest.fixture(scope="module")
def program() -> LinearProgram:
    """Return the program of a place of some areas."""
    return place_under("aligned")


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Have the path followed for these areas, too; return the barriers at which steps along it ended."""
    monkeypatch.setattr(method, "MANY", 1)
    barriers: list[float] = []
    taken: Callable[[Central, np.ndarray], None] = Central._move

    def move(self: Central, response: np.ndarray) -> None:
        taken(self, response)
        barriers.append(self._barrier)

    monkeypatch.setattr(Central, "_move", move)
    return barriers


def solved(program: LinearProgram, interrupt: int = 0, threads: int = 1, gap: float = 1e-6) -> tuple[Answer, int]:
    """Solve area by area; return the answer, and how many steps it took, interrupted after one of them."""
    told: list[Reached] = []

    def tell(reached: Reached) -> None:
        told.append(reached)
        if len(told) == interrupt:
            raise KeyboardInterrupt

    return make_solver("arrow", Limits(gap=gap, threads=threads, tell=tell)).solve(program), len(told)


def part_of_few() -> tuple[Part, int]:
    """Return the areas of a small program, far from any centre, and how many joint rows they touch."""
    few = program_of("aligned")
    whole = Form(few, find_structure(few))
    part = Part(whole.share(0))
    part.centre(1.0, np.zeros(whole.touched), 0.0)
    return part, whole.touched


@pytest.mark.parametrize("price", [-0.1, 0.0, 0.1])
def test_every_area_finds_its_own_centre(price: float) -> None:
    """From far off: products at the barrier, its own rows hold, whatever the joint rows charge."""
    part, touched = part_of_few()
    standing = part.recentre(BARRIER, np.full(touched, price))
    now = part.state()
    products = np.concatenate([now["below"] * now["least"], now["above"] * now["most"]]) / BARRIER
    assert products.min() >= recentre.NARROW * (1 - 1e-9)
    assert products.max() <= recentre.WIDE * (1 + 1e-9)
    assert standing.off <= recentre.HOLDS


def test_an_area_at_its_centre_stays_there() -> None:
    """Nothing is worked out again where nothing has changed."""
    part, touched = part_of_few()
    part.recentre(BARRIER, np.zeros(touched))
    before = {name: values.copy() for name, values in part.state().items()}
    part.recentre(BARRIER, np.zeros(touched))
    for name, values in part.state().items():
        assert values == pytest.approx(before[name], rel=1e-12, abs=1e-15)


def test_rows_of_an_area_at_its_centre_are_made_to_hold() -> None:
    """Products alone do not say that nothing is left to do."""
    part, touched = part_of_few()
    part.recentre(BARRIER, np.zeros(touched))
    part._box.right[:, 0] += 1e-5
    assert part.recentre(BARRIER, np.zeros(touched)).off <= recentre.HOLDS


def test_few_areas_do_not_follow_the_path(program: LinearProgram, monkeypatch: pytest.MonkeyPatch) -> None:
    """The response of few is no smoother than that of one."""
    monkeypatch.delattr(Central, "_begin")
    assert solved(program)[0].status is Status.OPTIMAL


def test_the_barrier_falls_by_much_and_the_plan_is_proven(program: LinearProgram, path: list[float]) -> None:
    """On the way it may wait, but is never raised."""
    answer, _ = solved(program)
    certificate = certify(program, tidy(program, answer.x), answer.prices)
    assert certificate.violation <= 1e-8
    assert certificate.gap <= 1e-6
    assert path == sorted(path, reverse=True)
    assert path[-1] < 0.02 * path[0]
    assert len(set(path)) < 25


def test_threads_change_nothing_on_the_path(
    program: LinearProgram, path: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sums are taken in the order of the shares."""
    monkeypatch.setattr(form, "COLUMNS", 4_000)
    one, two = (solved(program, threads=threads)[0] for threads in (1, 2))
    assert path
    assert np.array_equal(one.x, two.x)


@pytest.mark.parametrize("after", [16, 21])
def test_it_goes_on_along_the_path_to_the_same_plan(
    program: LinearProgram, path: list[float], tmp_path: Path, after: int
) -> None:
    """What the path has to know is kept, too."""
    whole, steps = resumed(program, tmp_path)
    path.clear()
    cut_off(program, tmp_path, after)
    assert path
    answer, further = resumed(program, tmp_path)
    assert further == steps - after // 5 * 5
    assert np.array_equal(answer.x, whole.x)


@pytest.mark.parametrize("after", [16, 21, 25, 26])
def test_interrupted_on_the_path_it_hands_over_a_plan_that_holds(path: list[float], after: int) -> None:
    """Rows are not made to hold everywhere on the path; they are a little further back."""
    program = place_under("section_75")
    answer, _ = solved(program, interrupt=after)
    assert path
    assert answer.status is Status.STOPPED
    certificate = certify(program, tidy(program, answer.x), answer.prices)
    assert certificate.violation <= 1e-8
    assert certificate.gap <= 1e-2


def test_where_the_path_is_not_found_the_whole_program_takes_over(
    program: LinearProgram, path: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a few steps in which the barrier had to wait."""
    monkeypatch.setattr(central, "FAR", 0.0)
    assert solved(program)[0].status is Status.OPTIMAL
    assert len(path) == central.WAITS
    assert len(set(path)) == 1


def test_the_path_is_followed_no_further_than_is_asked(
    program: LinearProgram, path: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The barrier falls no more once it is low enough for the gap asked for: rows would be longer in coming to hold."""
    monkeypatch.setattr(central, "SHARE", 100.0)
    assert solved(program, gap=1e-3)[0].status is Status.OPTIMAL
    assert len(set(path)) == 1


def test_where_the_path_leads_astray_the_method_begins_again_without_it(
    program: LinearProgram, path: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the same plan, as far as its prices prove; nobody has to ask for that."""
    expected = solved(program)[0]
    assert path
    monkeypatch.setattr(Central, "_move", Mock(side_effect=np.linalg.LinAlgError))
    answer = solved(program)[0]
    assert answer.solver.startswith("interior points by area")
    assert program.value(answer.x) == pytest.approx(program.value(expected.x), rel=2e-6)
