"""Random places have a plan under every model, and between them use every table that the rules read."""

from __future__ import annotations

import pandas as pd
import pytest

from commission_opt.analysis.ladder import LADDER
from commission_opt.model.formulate import formulate_arrays
from commission_opt.model.read import read_model
from commission_opt.place.arrays import compile_place
from commission_opt.rules import FAMILIES
from commission_opt.shipped import shipped_models
from commission_opt.solvers import make_solver
from tests.random_places import random_place


@pytest.mark.parametrize("seed", [*range(8), 13, 19, 22])
def test_random_place_has_a_plan_under_every_model(seed: int) -> None:
    """Today's volumes keep every rule, so the best plan is worth no less than they are."""
    arrays = compile_place(random_place(seed))
    worth = {}
    for name in shipped_models():
        formulation = formulate_arrays(arrays, read_model(name))
        answer = make_solver("highs").solve(formulation.program)
        assert answer.status == "optimal", name
        worth[name] = formulation.program.value(answer.x)
    slack = 1e-6 * max(1.0, abs(worth["total_place"]))
    assert worth["aligned"] >= worth["status_quo"] - slack
    assert worth["aligned"] <= worth["single_pot"] + slack
    assert worth["single_pot"] <= worth["total_place"] + slack


def test_between_them_they_use_every_table_and_column_that_the_ladder_reads() -> None:
    """A table that no random place fills would go untested where pooling is said to nest."""
    places = [random_place(seed) for seed in range(10)]
    rules = {rule.kind for name in (*LADDER, "local_area_agreement") for rule in read_model(name).rules}
    read = {name for kind in rules for name in FAMILIES[kind].reads}
    for name in read:
        table, _, column = name.partition(".")
        frames = [place.tables[table] for place in places]
        used = [bool(frame[column].replace("", pd.NA).notna().any()) if column else len(frame) > 0 for frame in frames]
        assert any(used), name


def test_same_seed_gives_same_place() -> None:
    """A failing seed can be looked at again."""
    one, other = random_place(7), random_place(7)
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name])
