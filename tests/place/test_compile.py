"""A place becomes arrays: neither the order of its rows nor the way in which they are stated may show."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace

import numpy as np
import pandas as pd
import pytest

from commission_opt.place import Place, read_place
from commission_opt.place.arrays import compile_place, fill_defaults
from commission_opt.place.names import different, in_order
from commission_opt.place.synthetic import SyntheticSize, synthetic_place

PLACES = {
    "riverside": lambda: read_place("riverside"),
    "synthetic": lambda: synthetic_place(SyntheticSize(areas=5, services=21, cohorts=3), 2),
}
ORDERED = (
    *("demand", "baseline", "effects", "limits", "targets", "earmarks", "relations", "funders"),
    *("hubs", "teams", "scenarios", "scenario_effects", "substitution"),
)
"""Tables whose rows are put in the order of what they are about."""


def assert_same(one: object, other: object, name: str) -> None:
    """Compare everything compiled; evidence is told by its row, which is another one after shuffling."""
    if isinstance(one, Place) or name.endswith("evidence"):
        return
    if is_dataclass(one):
        for field in fields(one):
            assert_same(getattr(one, field.name), getattr(other, field.name), f"{name}.{field.name}")
    elif isinstance(one, dict) and isinstance(other, dict):
        assert one.keys() == other.keys()
        for key, each in one.items():
            assert_same(each, other[key], f"{name}.{key}")
    elif isinstance(one, np.ndarray) and one.dtype.kind == "f":
        np.testing.assert_allclose(one, other, rtol=1e-12, err_msg=name)
    else:
        np.testing.assert_array_equal(one, other, err_msg=name)


@pytest.mark.parametrize("name", PLACES)
def test_the_order_of_rows_does_not_show(name: str) -> None:
    """Tables in order are compiled in fewer steps than others."""
    place = PLACES[name]()
    shuffled = {each: place.tables[each].sample(frac=1.0, random_state=3) for each in ORDERED}
    assert any(len(table) > 2 for table in shuffled.values())
    assert_same(compile_place(place), compile_place(replace(place, tables=place.tables | shuffled)), "place")


@pytest.mark.parametrize("cohorts", [1, 3])
def test_volumes_stated_for_each_year_are_those_stated_once(cohorts: int) -> None:
    """A baseline of one row for each delivery is compiled in fewer steps than one of several."""
    place = synthetic_place(SyntheticSize(areas=5, services=21, cohorts=cohorts), 2)
    baseline = place.tables["baseline"]
    yearly = pd.concat([baseline.assign(year=year) for year in place.years], ignore_index=True)
    found = compile_place(replace(place, tables=place.tables | {"baseline": yearly})).baseline
    np.testing.assert_array_equal(found, compile_place(place).baseline)
    assert found.any()


def test_rows_are_put_in_the_order_of_names_and_pairs_told_apart() -> None:
    """Capitals come before small letters, blanks first, and what is equal stays in the order of its rows."""
    table = pd.DataFrame(
        {"one": ["b", "B", "", "b", "b"], "other": ["y", "z", "x", "x", "y"], "at": range(5)}
    ).convert_dtypes()
    assert in_order(table, ["one", "other"])["at"].tolist() == [2, 1, 3, 0, 4]
    assert in_order(table, ["at"]) is table
    keys, position = different(table, ("one", "other"))
    assert keys["at"].tolist() == [2, 1, 3, 0]
    assert position.tolist() == [3, 1, 0, 2, 3]
    none, nowhere = different(table.iloc[:0], ("one", "other"))
    assert (len(none), len(nowhere)) == (0, 0)


def test_blanks_are_filled_and_the_table_stays_as_it_is() -> None:
    """What was read is shown as it was read."""
    place = PLACES["riverside"]()
    table = place.tables["effects"].assign(persistence=np.nan)
    filled = fill_defaults("effects", table)
    assert (filled["persistence"] == 0.0).all()
    assert table["persistence"].isna().all()
