"""Columns, rows and entries gathered block by block; what positions mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy import sparse

from commission_opt.place.names import EVERYTHING, Names
from commission_opt.program.blocks import Keys, block_at
from commission_opt.program.builder import PART, ProgramBuilder
from commission_opt.program.linear import LinearProgram
from commission_opt.program.text import program_text, row_text

SERVICE, YEAR = Names("service", ("clinic", "ward")), Names("year", ("2026", "2027"))


def keys(service: list[int], year: list[int]) -> Keys:
    """Return keys by service and year."""
    return Keys.of((SERVICE, np.array(service)), (YEAR, np.array(year)))


def built() -> LinearProgram:
    """Return a program of two blocks of columns and three of rows, one of them empty."""
    builder = ProgramBuilder()
    volume = builder.add_columns("volume", keys([0, 0, 1], [0, 1, 1]), [5.0, 6.0, 7.0], unit="units")
    carry = builder.add_columns("carry", Keys.of((YEAR, np.array([0]))), 9.0, unit="money", lower=-1.0)
    money = builder.add_rows("pooling.stream", Keys.of((YEAR, np.array([0, 1]))), unit="money", upper=[10.0, 20.0])
    builder.add_rows("pooling.pot", keys([], []), unit="money", upper=0.0)
    duty = builder.add_rows("duty.need", keys([1], [-1]), unit="cases", lower=2.0)
    builder.add_entries(money[[0, 1, 1]], volume, 2.0)
    builder.add_entries(money[[0, 0]], volume[[0, 0]], [1.0, 0.5])
    builder.add_entries(money, carry[[0, 0]], [1.0, -1.0])
    builder.add_entries(duty, volume[[2]], 1.0)
    builder.add_entries(duty, carry, 0.0)
    builder.lower_upper_bounds(volume[[1, 2]], [4.0, 8.0])
    return builder.build("test", np.array([1.0, 2.0, 0.0, -0.5]))


def test_entries_of_the_same_row_and_column_add_up() -> None:
    """2 + 1 + 0.5."""
    assert built().matrix.toarray()[0].tolist() == [3.5, 0, 0, 1]


def test_zeros_are_dropped() -> None:
    """A coefficient of nothing is no entry."""
    assert built().matrix.nnz == 6


def test_upper_bounds_are_lowered_never_raised() -> None:
    """6 becomes 4; 7 stays below 8."""
    assert built().upper.tolist() == [5, 4, 7, 9]


def test_bounds_stay_with_their_blocks() -> None:
    """In the order in which they were added."""
    program = built()
    assert program.lower.tolist() == [0, 0, 0, -1]
    assert program.row_lower.tolist() == [-np.inf, -np.inf, 2]
    assert program.row_upper.tolist() == [10, 20, np.inf]


def test_every_position_has_a_label() -> None:
    """Family and names; * for all of a dimension."""
    program = built()
    assert [program.column_label(at) for at in range(4)] == [
        "volume[clinic,2026]",
        "volume[clinic,2027]",
        "volume[ward,2027]",
        "carry[2026]",
    ]
    assert [program.row_label(at) for at in range(3)] == [
        "pooling.stream[2026]",
        "pooling.stream[2027]",
        "duty.need[ward,*]",
    ]


def test_empty_blocks_own_no_position() -> None:
    """The pot without rows does not take the duty's."""
    assert block_at(built().rows, 2).family == "duty.need"


def test_a_block_without_keys_is_one_row() -> None:
    """Its label is its family."""
    builder = ProgramBuilder()
    builder.add_columns("x", Keys.of((YEAR, np.array([0]))), 1.0, unit="units")
    builder.add_rows("floor", Keys((), ()), unit="value", lower=1.0)
    assert builder.build("test", np.zeros(1)).row_label(0) == "floor"


def test_keys_become_a_table() -> None:
    """One column for each dimension."""
    frame = built().columns[0].keys.frame()
    assert frame.to_dict("list") == {"service": ["clinic", "clinic", "ward"], "year": ["2026", "2027", "2027"]}
    assert built().columns[0].keys.has("year")
    assert not built().columns[1].keys.has("service")


def test_blank_names_show_as_a_dash() -> None:
    """A need that is not divided has the cohort blank."""
    builder = ProgramBuilder()
    builder.add_columns("x", Keys.of((Names("cohort", ("",)), np.array([0]))), 1.0, unit="units")
    assert builder.build("test", np.zeros(1)).column_label(0) == "x[-]"


def test_text_of_a_row_reads_as_a_sentence() -> None:
    """Label, unit, terms, bound."""
    expected = "pooling.stream[2027] (money): 2 volume[clinic,2027] + 2 volume[ward,2027] - 1 carry[2026] <= 20"
    assert row_text(built(), 1) == expected


def test_text_of_a_program_has_objective_rows_and_bounds() -> None:
    """Every column and row once."""
    text = program_text(built())
    assert text.splitlines()[:2] == [
        "maximise",
        "  1 volume[clinic,2026] + 2 volume[clinic,2027] - 0.5 carry[2026]",
    ]
    assert "  -1 <= carry[2026] <= 9 (money)" in text.splitlines()
    assert text.count("\n") == 2 + 1 + 3 + 1 + 4


@pytest.mark.parametrize(
    ("lower", "upper", "text"),
    [(1, 1, "= 1"), (1, 2, "1 <= "), (-np.inf, np.inf, "is free"), (-np.inf, 2, "<= 2"), (1, np.inf, ">= 1")],
)
def test_text_shows_every_kind_of_bound(lower: float, upper: float, text: str) -> None:
    """Equal, between, free, at most, at least."""
    program = built()
    bounds = np.array([lower, 0, 0], dtype=float), np.array([upper, 9, 9], dtype=float)
    changed = program.with_bounds(program.lower, program.upper, *bounds)
    assert text in row_text(changed, 0)


def test_a_further_row_and_a_choice_of_rows_keep_their_labels() -> None:
    """Rows added for ties and rows taken for conflicts."""
    program = built()
    more = program.with_row("objective.floor", program.objective, 3.0, "value")
    assert more.shape == (4, 4)
    assert more.row_label(3) == "objective.floor"
    assert row_text(more, 3).endswith("- 0.5 carry[2026] >= 3")
    fewer = program.only_rows(np.array([2, 0]))
    assert [fewer.row_label(at) for at in range(2)] == ["duty.need[ward,*]", "pooling.stream[2026]"]
    assert fewer.row_lower.tolist() == [2, -np.inf]


def test_bounds_of_a_program_cannot_be_changed() -> None:
    """Nothing is changed after it is made."""
    with pytest.raises(ValueError, match="read-only"):
        built().upper[0] = 1.0


@dataclass
class Writer:
    """Columns from ``first`` on, written in parts; the rows of each in the order in which they are given, or sorted."""

    columns: list[list[tuple[int, float]]]
    first: int
    ends: list[int]
    sorts: bool

    @property
    def most(self) -> int:
        """More than there are."""
        return sum(map(len, self.columns)) + 7

    def write(self, first: int, last: int, row: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, bool]:
        """Write one part at the start of the arrays."""
        columns = [sorted(column) if self.sorts else column for column in self.columns[first:last]]
        entries = [entry for column in columns for entry in column]
        row[: len(entries)], value[: len(entries)] = zip(*entries, strict=True)
        return np.array([len(column) for column in columns]), self.sorts


@pytest.mark.parametrize("sorts", [True, False], ids=["in order", "out of order"])
@pytest.mark.parametrize("beside", [True, False], ids=["beside others", "alone"])
def test_entries_land_in_their_columns_however_they_are_added(sorts: bool, beside: bool) -> None:
    """In any order, in several calls, at once or written in parts: the same matrix, columns in order of rows."""
    rng = np.random.default_rng(1)
    count, columns, rows, first, ends = 3 * PART, PART + 7, 50, 5, [100, 4_000, PART - 20]
    place = np.unique(rng.integers(0, rows * columns, count))
    row, column, value = place % rows, place // rows, rng.normal(size=len(place))
    written = (column >= first) & (column < first + ends[-1]) & (rng.random(len(place)) < 0.5 if beside else True)
    given: list[list[tuple[int, float]]] = [[] for _ in range(ends[-1])]
    for at in rng.permutation(np.flatnonzero(written)):
        given[column[at] - first].append((int(row[at]), float(value[at])))
    builder = ProgramBuilder()
    all_rows, all_columns = Names("row", ("r",) * rows), Names("column", ("c",) * columns)
    builder.add_columns("x", Keys.of((all_columns, np.arange(columns))), 1.0, unit="units")
    builder.add_rows("y", Keys.of((all_rows, np.arange(rows))), unit="units", upper=1.0)
    others = rng.permutation(np.flatnonzero(~written))
    for part in np.array_split(others, 3):
        builder.add_entries(row[part], column[part], value[part])
    builder.write_by(Writer(given, first, ends, sorts))
    found = builder.build("any", np.zeros(columns)).matrix
    expected = sparse.csc_array(sparse.coo_array((value, (row, column)), shape=(rows, columns)))
    np.testing.assert_array_equal(found.indptr, expected.indptr)
    np.testing.assert_array_equal(found.indices, expected.indices)
    np.testing.assert_array_equal(found.data, expected.data)
    assert found.indices.dtype == np.int32


def test_entries_of_one_row_and_column_add_up_and_zeros_go() -> None:
    """Whether both are added at once, or one is and the other is written."""
    builder = ProgramBuilder()
    two = Names("any", ("a", "b"))
    builder.add_columns("x", Keys.of((two, np.arange(2))), 1.0, unit="units")
    builder.add_rows("y", Keys.of((two, np.arange(2))), unit="units")
    builder.add_entries(np.array([1, 1, 0]), np.array([0, 0, 1]), np.array([1.0, 2.0, 4.0]))
    builder.write_by(Writer([[(0, 5.0), (1, 8.0)], [(0, -4.0)]], 0, [2], True))
    matrix = builder.build("any", np.zeros(2)).matrix
    assert matrix.toarray().tolist() == [[5.0, 0.0], [11.0, 0.0]]
    assert matrix.nnz == 2


def test_arrays_of_the_caller_may_change_after_entries_are_added() -> None:
    """They are copied."""
    builder = ProgramBuilder()
    builder.add_columns("x", Keys((), ()), 1.0, unit="units")
    builder.add_rows("y", Keys((), ()), unit="units")
    value = np.ones(1)
    builder.add_entries(np.zeros(1, dtype=int), np.zeros(1, dtype=int), value)
    value[0] = 5.0
    assert builder.build("any", np.zeros(1)).matrix.toarray().tolist() == [[1.0]]


@pytest.mark.parametrize(("count", "size"), [(3, 1), (127, 1), (128, 2), (32_767, 2), (32_768, 4)])
def test_labels_are_stored_in_few_bytes_and_calculated_with_in_full(count: int, size: int) -> None:
    """A nation has 25 million columns, each with five names; products of codes must not overflow all the same."""
    names = Names("area", tuple(f"a{at}" for at in range(count)))
    keys = Keys.of((names, np.array([EVERYTHING, count - 1])))
    assert keys.small[0].itemsize == size
    assert (keys.codes[0] * 1_000_000).tolist() == [-1_000_000, (count - 1) * 1_000_000]
    assert list(keys.column("area")) == ["*", f"a{count - 1}"]


def test_bounds_may_be_lowered_before_and_after_further_columns() -> None:
    """Rules lower them while others still add columns; a single bound for all is stored once, yet each is its own."""
    builder = ProgramBuilder()
    all_names = Names("column", ("a", "b"))
    first = builder.add_columns("x", Keys.of((all_names, np.arange(2))), 5.0, unit="units", lower=-1.0)
    builder.lower_upper_bounds(first[:1], 3.0)
    second = builder.add_columns("y", Keys.of((all_names, np.arange(2))), 7.0, unit="units")
    builder.lower_upper_bounds(second[1:], 2.0)
    builder.add_rows("z", Keys((), ()), unit="units")
    program = builder.build("any", np.zeros(4))
    assert program.upper.tolist() == builder.column_upper().tolist() == [3, 5, 7, 2]
    assert program.lower.tolist() == [-1, -1, 0, 0]
