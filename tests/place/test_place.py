"""A place with other figures: what it shares with the place that it came of, and what it knows to be different."""

from __future__ import annotations

import numpy as np
import pytest

from commission_opt.errors import PlaceError
from commission_opt.place import Place
from commission_opt.place.names import EVERYTHING, Names, Words
from tests.plan.tiny import tiny_place


def scaled(place: Place, table: str, column: str, factor: float) -> Place:
    """Return a place with a column of figures times a factor."""
    return place.with_figures(table, column, place.tables[table][column] * factor)


def test_a_place_knows_which_figures_it_has_not_from_another() -> None:
    """What-ifs ask for it at every step: columns changed on either side, and none where figures went back."""
    first = tiny_place()
    richer = scaled(first, "funding", "amount", 2.0)
    both = scaled(richer, "outcomes", "weight", 3.0)
    assert both.other_figures(first) == [("funding", "amount"), ("outcomes", "weight")]
    assert both.other_figures(richer) == richer.other_figures(both) == [("outcomes", "weight")]
    assert first.other_figures(both) == both.other_figures(first)
    assert first.other_figures(first) == []
    assert scaled(first, "funding", "amount", 5.0).other_figures(richer) == [("funding", "amount")]


def test_a_place_with_other_rows_knows_nothing_of_its_figures() -> None:
    """Replaced tables are read anew: their words may be others, and every column may differ."""
    first = tiny_place()
    assert first.replace(discount_rate=0.2).other_figures(first) is None
    assert first.replace(outcomes=first.table("outcomes")).other_figures(first) is None


def test_other_figures_leave_the_first_place_as_it_was() -> None:
    """Tables share what did not change, and nothing else."""
    first = tiny_place()
    before = first.table("funding")
    other = scaled(first, "funding", "amount", 2.0)
    assert first.tables["funding"].equals(before)
    assert list(other.tables["funding"].columns) == list(before.columns)
    assert other.tables["funding"].equals(before.assign(amount=before["amount"] * 2.0))
    assert all(other.tables[name] is first.tables[name] for name in first.tables if name != "funding")
    assert other.words("funding", "stream") is first.words("funding", "stream")


def test_a_table_without_rows_takes_no_figures() -> None:
    """Who scales every cost of a service need not ask whether a place has further kinds of cost."""
    first = tiny_place()
    assert first.tables["costs"].empty
    assert scaled(first, "costs", "amount", 2.0).tables["costs"].empty


@pytest.mark.parametrize(("figure", "said"), [(np.nan, "blank"), (np.inf, "is not"), (-1.0, "out of range")])
def test_figures_that_do_not_fit_are_refused(figure: float, said: str) -> None:
    """As when they are read, with the row and the column."""
    first = tiny_place()
    figures = first.tables["funding"]["amount"].to_numpy(dtype=float).copy()
    figures[-1] = figure
    with pytest.raises(PlaceError, match=said) as refused:
        first.with_figures("funding", "amount", figures)
    assert [(problem.row, problem.column) for problem in refused.value.problems] == [(len(figures) - 1, "amount")]


def test_words_of_a_column_are_coded_as_the_column_is() -> None:
    """A blank stands for everything, and a word that no row holds is held by none."""
    column = tiny_place().tables["funding"]["stream"]
    column = column.where(column.index > 0, "")
    words = Words.of(column)
    names = Names.sorted("stream", column)
    assert np.array_equal(names.codes(words), names.codes(column))
    assert names.codes(words)[0] == EVERYTHING
    assert np.array_equal(words.holding(str(column.iloc[-1])), column == column.iloc[-1])
    assert not words.holding("nobody").any()
