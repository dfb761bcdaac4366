"""Rounding to whole pence: every entry up or down, every sum its own, no ceiling exceeded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commission_opt.plan.rounding import Ceiling, round_table, share_out, whole_pence

AMOUNTS = st.one_of(st.floats(0, 1e6), st.integers(0, 10**6).map(lambda thirds: thirds / 3), st.just(3333.5))


@st.composite
def tables(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw rows, columns and amounts of up to four by six entries, some of them missing."""
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 6))
    present = draw(st.lists(st.booleans(), min_size=rows * columns, max_size=rows * columns))
    cells = np.flatnonzero(present)
    pence = np.array(draw(st.lists(AMOUNTS, min_size=len(cells), max_size=len(cells))), dtype=float)
    return cells // columns, cells % columns, pence


def assert_rounded(rounded: np.ndarray, exact: np.ndarray) -> None:
    """Hold every figure to the whole number below or above."""
    assert (rounded == np.rint(rounded)).all()
    assert (rounded >= np.floor(whole_pence(exact))).all()
    assert (rounded <= np.ceil(whole_pence(exact))).all()


@given(tables())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_entries_rows_and_columns_are_their_own_rounded_up_or_down(table: tuple[np.ndarray, ...]) -> None:
    """Controlled rounding exists for every table."""
    row, column, pence = table
    rounded = round_table(row, column, pence, [])
    assert_rounded(rounded, pence)
    for group in (row, column):
        if len(group):
            sums = np.bincount(group, rounded)
            exact = np.bincount(group, whole_pence(pence))
            assert (sums >= np.floor(exact + 1e-3)).all() or (np.abs(sums - exact) < 1).all()
            assert (np.abs(sums - exact) < 1 + 1e-3).all()


@given(tables())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_no_ceiling_is_exceeded(table: tuple[np.ndarray, ...]) -> None:
    """Every row has the pence below its sum and no more, whatever the columns would like."""
    row, column, pence = table
    most = np.floor(whole_pence(np.bincount(row, pence))) if len(row) else np.zeros(0)
    ceilings = [Ceiling(np.flatnonzero(row == at), float(most[at])) for at in np.unique(row)]
    rounded = round_table(row, column, pence, ceilings)
    assert_rounded(rounded, pence)
    for ceiling in ceilings:
        assert rounded[ceiling.entries].sum() <= ceiling.most


def test_half_pennies_of_two_streams_make_the_penny_of_their_service() -> None:
    """£33.335 each of two streams for one service: the service gets its £66.67, one stream the larger half."""
    rounded = round_table(np.array([0, 1]), np.array([0, 0]), np.array([3333.5, 3333.5]), [])
    assert sorted(rounded) == [3333, 3334]


def test_largest_remainders_are_rounded_up() -> None:
    """Of 0.6, 0.3 and 0.1 pence that make one penny, the first gets it."""
    assert round_table(np.zeros(3, dtype=int), np.arange(3), np.array([0.6, 0.3, 0.1]), []).tolist() == [1, 0, 0]


def test_everything_is_rounded_down_where_ceilings_leave_nothing_else() -> None:
    """The row needs a penny more that the ceiling on its only entries forbids."""
    ceilings = [Ceiling(np.array([0, 1]), 4.0)]
    assert round_table(np.zeros(2, dtype=int), np.arange(2), np.array([2.5, 2.5]), ceilings).tolist() == [2, 2]


def test_noise_of_a_solver_is_no_penny() -> None:
    """What lies within a ten-thousandth of a whole penny is that penny."""
    assert round_table(np.array([0]), np.array([0]), np.array([199.99999]), []).tolist() == [200]
    assert whole_pence(np.array([200.00001, 200.4]))[0] == 200
    assert whole_pence(np.array([200.4]))[0] == 200.4


@given(st.lists(AMOUNTS, min_size=1, max_size=12), st.integers(1, 3), st.booleans())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_shares_add_up_to_their_total(amounts: list[float], groups: int, up: bool) -> None:
    """Within a penny of what they are, and exactly the total of their group."""
    group, pence = np.arange(len(amounts)) % groups, np.array(amounts)
    exact = whole_pence(pence)
    sums = np.bincount(group, exact, minlength=groups)
    totals = np.ceil(sums) if up else np.floor(sums)
    totals = np.where(np.bincount(group, minlength=groups) > 0, totals, 0.0)
    rounded = share_out(group, pence, totals)
    assert (np.bincount(group, rounded, minlength=groups) == totals).all()
    assert (np.abs(rounded - exact) <= 1 + 1e-6).all()


def test_total_beyond_a_penny_each_is_shared_evenly() -> None:
    """Five pence more than the amounts, over two entries: three and two."""
    assert share_out(np.array([0, 0]), np.array([10.0, 10.0]), np.array([25.0])).tolist() == [13, 12]


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1]])
def test_equal_remainders_go_by_position(order: list[int]) -> None:
    """A third of a penny each: the first of the group in the table gets it."""
    rounded = share_out(np.zeros(3, dtype=int), np.full(3, 1 / 3)[order], np.array([1.0]))
    assert rounded.tolist() == [1, 0, 0]
