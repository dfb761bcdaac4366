"""Cells of text become figures and names as people wrote them."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commission_opt.place.columns import (
    Column,
    Kind,
    Table,
    key_column,
    money_column,
    share_column,
    text_column,
    whole_column,
)
from commission_opt.place.figures import Complaint, read_figure
from commission_opt.place.parse import as_text, figure_text, parse_sheet
from commission_opt.place.place import PlaceSettings
from commission_opt.place.sheets import Sheet

POUNDS = PlaceSettings("x", ("2025",))
THOUSANDS = PlaceSettings("x", ("2025",), money_unit=1000)
EUROS = PlaceSettings("x", ("2025",), currency="EUR")

TABLE = Table(
    "things",
    "Things.",
    (
        key_column("thing", "Name."),
        text_column("note", "Free text."),
        Column("tags", Kind.TAGS, "Words."),
        money_column("cost", "Cost.", "money"),
        share_column("share", "Share."),
        whole_column("lag", "Lag.", "years"),
        Column("open", Kind.FLAG, "Open."),
    ),
)


def parsed(name: str, cells: object, settings: PlaceSettings = POUNDS) -> list[object]:
    """Parse one column of cells that hold no fault."""
    frame = pd.DataFrame({name: cells})
    if name != "thing":
        frame["thing"] = [str(at) for at in range(len(frame))]
    sheet = Sheet(TABLE, "table things", frame, np.arange(len(frame)))
    result, problems = parse_sheet(sheet, settings)
    assert problems == []
    return result.frame[name].tolist()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1200", 1200.0),
        ("£1,200", 1200.0),
        ("£ 1,200.50", 1200.5),
        ("(500)", -500.0),
        ("(£1,500)", -1500.0),
        ("-£5", -5.0),
        ("£-5", -5.0),
        ("+7", 7.0),
        ("1.2m", 1_200_000.0),
        ("£3bn", 3e9),
        ("12k", 12_000.0),
        ("12 K", 12_000.0),
        ("0.1m", 100_000.0),
        ("1e-35", 1e-35),
        ("1,234,567", 1_234_567.0),
        (".5", 0.5),
        ("5.", 5.0),
    ],
)
def test_money_reads_as_people_write_it(text: str, value: float) -> None:
    """Signs, separators, brackets and suffixes."""
    assert parsed("cost", [text, f" {text} "]) == [value, value]


def test_suffixes_count_single_pounds_whatever_the_money_unit() -> None:
    """Plain figures are in thousands here, 1.2m is 1,200 thousands."""
    assert parsed("cost", ["1.2m", "12k", "3bn", "7"], THOUSANDS) == [1200.0, 12.0, 3_000_000.0, 7.0]


def test_sign_of_another_currency_is_refused() -> None:
    """A pound sign says nothing about euros."""
    assert isinstance(read_figure("£5", Kind.MONEY, EUROS), Complaint)
    assert read_figure("€5", Kind.MONEY, EUROS) == 5.0


def test_shares_read_as_fractions_or_percentages() -> None:
    """Percentages are exact: 5% is the same figure as 0.05."""
    assert parsed("share", ["5%", "0.05", "12.5 %", "100%", "0"]) == [0.05, 0.05, 0.125, 1.0, 0.0]


def test_flags_read_as_words_or_digits() -> None:
    """Yes and no in the ways that spreadsheets write them."""
    assert parsed("open", ["yes", "TRUE", "1", "Y", "no", "False", "0", "n"]) == [1.0] * 4 + [0.0] * 4


def test_names_keep_leading_zeros_and_words_that_look_like_nothing() -> None:
    """00123 is not 123, and NA is a name like any other."""
    names = ["00123", "NA", "1e5", "TRUE", "2025/26", "null"]
    assert parsed("thing", names) == names


def test_white_space_around_names_goes_and_inside_stays() -> None:
    """Names are what people see."""
    assert parsed("thing", [" over 75 ", "\u00a0north", "a  b"]) == ["over 75", "north", "a  b"]


def test_tags_lose_blanks_and_repeats() -> None:
    """What is left are words with semicolons between them."""
    assert parsed("tags", [" a ; b;;a", "", ";"]) == ["a;b", "", ""]


def test_blank_figures_are_nan_and_blank_text_is_empty() -> None:
    """Nothing is made up where a cell says nothing."""
    assert all(math.isnan(value) for value in parsed("cost", ["", "  "]))
    assert parsed("note", ["", "  "]) == ["", ""]


@pytest.mark.parametrize(
    "cells",
    [
        [1, 0, 3],
        [1.0, 0.0, 3.0],
        pd.array([1, 0, 3], dtype="Int64"),
        pd.Categorical([1, 0, 3]),
        pd.Categorical(["1", "0", "3"]),
        pd.Series([1, "0", 3.0], dtype=object),
        pd.Series([Decimal(1), Decimal(0), "3"], dtype=object),
        np.array([1, 0, 3], dtype=np.int8),
        np.array([1, 0, 3], dtype=np.float32),
    ],
)
def test_figures_of_any_type_are_figures(cells: object) -> None:
    """A DataFrame may hold figures, text, or both."""
    assert parsed("cost", cells) == [1.0, 0.0, 3.0]


def test_truth_values_are_flags() -> None:
    """True and False, with and without blanks."""
    assert parsed("open", [True, False]) == [1.0, 0.0]
    assert parsed("open", pd.Series([True, "no"], dtype=object)) == [1.0, 0.0]


def test_absent_values_of_any_type_are_blank() -> None:
    """None, NaN, NaT and NA are all blanks."""
    cells = pd.Series([None, float("nan"), pd.NaT, pd.NA, np.float64("nan")], dtype=object)
    assert all(math.isnan(value) for value in parsed("cost", cells))
    assert parsed("note", cells) == [""] * 5


def test_figures_in_name_columns_become_text_without_a_point() -> None:
    """The year 2025.0 is the year 2025."""
    assert parsed("thing", [2025, 2026]) == ["2025", "2026"]
    assert parsed("thing", [2025.0, 0.5]) == ["2025", "0.5"]
    assert parsed("thing", pd.Series([7, 7.0, "007"], dtype=object)) == ["7", "7", "007"]


def test_infinite_figures_in_a_dataframe_are_refused() -> None:
    """A figure has to be finite, whatever its type."""
    frame = pd.DataFrame({"thing": ["a", "b", "c"], "cost": [1.0, np.inf, -np.inf]})
    _, problems = parse_sheet(Sheet(TABLE, "table things", frame, np.arange(3)), POUNDS)
    assert [(problem.row, problem.column) for problem in problems] == [(1, "cost"), (2, "cost")]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_figure_survives_being_written_and_read(figure: float) -> None:
    """All digits are kept."""
    assert parsed("cost", [figure_text(figure)]) == [figure]


@given(st.lists(st.text(alphabet="0123456789.,-+()£€$ekmbnEx_ %\u0661\u00a0\tinfa'", max_size=12), max_size=6))
def test_no_text_breaks_the_parser(cells: list[str]) -> None:
    """Each cell is read or complained of, and whole columns read as single cells do."""
    frame = pd.DataFrame({"thing": [str(at) for at in range(len(cells))], "cost": pd.Series(cells, dtype="str")})
    sheet = Sheet(TABLE, "table things", frame, np.arange(len(cells)))
    result, problems = parse_sheet(sheet, POUNDS)
    for at, cell in enumerate(cells):
        alone = read_figure(cell.strip(), Kind.MONEY, POUNDS) if cell.strip() else math.nan
        if isinstance(alone, Complaint):
            assert at in [problem.row for problem in problems]
        else:
            assert np.array_equal([result.frame["cost"].iloc[at]], [alone], equal_nan=True)


def test_as_text_leaves_text_alone() -> None:
    """Text stays what it is, absent values are blank."""
    assert as_text(pd.Series(["a", None, " b"], dtype="str")).tolist() == ["a", "", " b"]
