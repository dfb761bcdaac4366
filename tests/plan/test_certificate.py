"""The certificate proves by arithmetic what it says, and refuses answers that have been tampered with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from commission_opt.errors import CertificateError
from commission_opt.model.read import read_model
from commission_opt.place.names import FloatArray, Names
from commission_opt.place.read import read_place
from commission_opt.plan import solve as solving
from commission_opt.plan.certificate import certify, largest_violation, require
from commission_opt.plan.plan import Plan
from commission_opt.program.blocks import Block, Keys
from commission_opt.program.duality import proven_bound
from commission_opt.program.linear import LinearProgram
from commission_opt.shipped import shipped_places
from commission_opt.solvers import Answer, make_solver
from tests.plan.tiny import plan_of, tiny_place
from tests.random_places import random_place


def two_columns() -> LinearProgram:
    """Return max 3a + 2b where a + b <= 6, 0 <= a <= 4, 0 <= b <= 5: best at a = 4, b = 2, worth 16."""
    return LinearProgram(
        name="by hand",
        objective=np.array([3.0, 2.0]),
        matrix=sparse.csc_array(np.array([[1.0, 1.0]])),
        lower=np.zeros(2),
        upper=np.array([4.0, 5.0]),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([6.0]),
        columns=(Block("amount", Keys.of((Names("what", ("a", "b")), np.arange(2))), "units", 0),),
        rows=(Block("together", Keys((), ()), "units", 0),),
    )


@pytest.mark.parametrize(
    ("price", "bound"),
    [
        (2.0, 6 * 2 + (3 - 2) * 4),
        (1.0, 6 * 1 + (3 - 1) * 4 + (2 - 1) * 5),
        (3.0, 6 * 3),
        (0.0, 3 * 4 + 2 * 5),
    ],
)
def test_any_price_proves_the_bound_worked_out_by_hand(price: float, bound: float) -> None:
    """The row at its price, and every column at the better of its bounds for what is left of its worth."""
    assert proven_bound(two_columns(), np.array([price])) == pytest.approx(bound)


def test_price_with_no_finite_bound_behind_it_counts_as_zero() -> None:
    """The row has no lower bound, so a negative price proves nothing."""
    assert proven_bound(two_columns(), np.array([-1.0])) == pytest.approx(3 * 4 + 2 * 5)


def test_best_answer_has_no_gap_and_no_violation() -> None:
    """The optimum by hand is proven by the price 2."""
    certificate = certify(two_columns(), np.array([4.0, 2.0]), np.array([2.0]))
    assert certificate.gap == pytest.approx(0.0)
    assert certificate.violation == 0.0
    assert certificate.objective == 16.0


def test_worse_answer_has_the_gap_that_it_has() -> None:
    """A plan worth 12 where 16 is possible is proven to be within 4 / 12, and no better is claimed."""
    assert certify(two_columns(), np.array([4.0, 0.0]), np.array([2.0])).gap == pytest.approx(4 / 12)


@pytest.mark.parametrize(
    ("x", "violation", "worst"),
    [
        ((4.0, 3.0), 1 / 7, "together"),
        ((5.0, 0.0), 1 / 5, "amount[a]"),
        ((4.0, -0.5), 0.5 / 5, "amount[b]"),
        ((3.0, 3.0), 0.0, "together"),
    ],
)
def test_violation_is_relative_to_its_own_scale(x: tuple[float, float], violation: float, worst: str) -> None:
    """Of a row to the larger of its bound and its terms, of a column to the larger of its value and its range."""
    assert largest_violation(two_columns(), np.array(x)) == (pytest.approx(violation), worst)


PLANS: dict[int, Plan] = {}


def random_plan(seed: int) -> Plan:
    """Return the plan of a random place, solved once."""
    if seed not in PLANS:
        PLANS[seed] = solving.solve(random_place(seed), read_model("section_75"))
    return PLANS[seed]


@given(seed=st.integers(0, 9), draw=st.integers(0, 2**32 - 1), size=st.sampled_from([1e-6, 1e-2, 1.0, 1e3]))
@settings(max_examples=120, deadline=None, derandomize=True)
def test_random_prices_never_prove_a_gap_below_zero(seed: int, draw: int, size: float) -> None:
    """Whatever the prices, no bound that they prove is below what a plan has reached."""
    plan = random_plan(seed)
    rng = np.random.default_rng(draw)
    prices = plan.row_prices * rng.choice([0.0, 1.0, -1.0], len(plan.row_prices))
    prices = prices + size * rng.normal(size=len(prices)) * (rng.random(len(prices)) < 0.3)
    assert certify(plan.program, plan.x, prices).gap >= -1e-9


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return the aligned plan of wrong_pockets."""
    return plan_of(read_place(shipped_places()["wrong_pockets"]), "aligned")


def column_of(plan: Plan, service: str) -> int:
    """Return the one volume of a service."""
    block = plan.program.column_block("volume")
    assert block is not None
    return block.start + int(np.flatnonzero(block.keys.column("service") == service)[0])


def test_a_pound_too_much_is_refused_and_the_row_named(plan: Plan) -> None:
    """Schools spend one pound beyond their £660,000."""
    x = plan.x.copy()
    x[column_of(plan, "emotional_learning")] += 1 / 132
    with pytest.raises(CertificateError, match=r"pooling\.stream\[schools_general,2025/26\] is violated"):
        require(certify(plan.program, x, plan.row_prices), plan.program)


def test_a_pound_moved_between_agencies_is_refused(plan: Plan) -> None:
    """A pound taken from the NHS and spent by schools, which have no more."""
    x = plan.x.copy()
    x[column_of(plan, "treatment")] -= 1 / 1000
    x[column_of(plan, "tutoring")] += 1 / 500
    with pytest.raises(CertificateError, match="schools_general"):
        require(certify(plan.program, x, plan.row_prices), plan.program)


def test_every_flipped_price_is_refused(plan: Plan) -> None:
    """With any one price turned round the proof fails."""
    for row in np.flatnonzero(plan.row_prices):
        prices = plan.row_prices.copy()
        prices[row] = -prices[row]
        with pytest.raises(CertificateError, match="prove no more than a gap"):
            require(certify(plan.program, plan.x, prices), plan.program)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_figures_that_are_no_numbers_are_refused(plan: Plan, value: float) -> None:
    """In the values the column is named; in the prices the proof fails."""
    x, prices = plan.x.copy(), plan.row_prices.copy()
    x[column_of(plan, "treatment")] = value
    with pytest.raises(CertificateError, match=r"volume\[treatment"):
        require(certify(plan.program, x, plan.row_prices), plan.program)
    prices[int(np.flatnonzero(prices)[0])] = np.nan
    with pytest.raises(CertificateError, match="gap of nan"):
        require(certify(plan.program, plan.x, prices), plan.program)


def test_value_beyond_a_bound_is_refused_and_the_column_named(plan: Plan) -> None:
    """More parenting groups than there are children: 200 are the demand."""
    x = plan.x.copy()
    x[column_of(plan, "parenting")] = 201.0
    with pytest.raises(CertificateError, match="parenting"):
        require(certify(plan.program, x, plan.row_prices), plan.program)


@pytest.mark.parametrize("field", ["x", "prices"])
def test_nothing_becomes_a_plan_with_a_figure_that_is_no_number(plan: Plan, field: str) -> None:
    """Not even where no certificate was asked."""
    proof = plan.choice.proof
    wrong = getattr(proof.answer, field).copy()
    wrong[0] = np.nan
    tampered = replace(proof, answer=replace(proof.answer, **{field: wrong}))
    with pytest.raises(CertificateError, match="not a number"):
        Plan(replace(plan.choice, proof=tampered))


class Lying:
    """A solver whose answers are changed before they are given."""

    def __init__(self, lie: Callable[[Answer], Answer]) -> None:
        self.lie = lie

    def solve(self, program: LinearProgram) -> Answer:
        """Return HiGHS's answer, tampered with."""
        return self.lie(make_solver("highs").solve(program))


def raised(values: FloatArray) -> FloatArray:
    """Return values a hundredth higher."""
    return values * 1.01


@pytest.mark.parametrize(
    "lie",
    [
        lambda answer: replace(answer, x=raised(answer.x)),
        lambda answer: replace(answer, x=answer.x * 0.99),
        lambda answer: replace(answer, prices=-answer.prices),
        lambda answer: replace(answer, prices=answer.prices * 0.0),
    ],
)
def test_plans_of_a_lying_solver_are_refused(monkeypatch: pytest.MonkeyPatch, lie: Callable[[Answer], Answer]) -> None:
    """Whatever the solver claims of its answer, it says so itself and only arithmetic counts."""
    monkeypatch.setattr("commission_opt.plan.run.make_solver", lambda *_: Lying(lie))
    with pytest.raises(CertificateError):
        solving.solve(tiny_place(), read_model("aligned"))
