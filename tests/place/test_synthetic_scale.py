"""Synthetic places are like real ones, never easy, and the same whether made at once or written in parts."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import tracemalloc
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from commission_opt.errors import PlaceError
from commission_opt.model.formulate import Formulation, formulate_arrays
from commission_opt.model.read import read_model
from commission_opt.place import Place, read_place
from commission_opt.place.arrays import compile_place
from commission_opt.place.read_sizes import synthetic_size, synthetic_sizes
from commission_opt.place.synthetic import SyntheticSize, synthetic_place, write_synthetic
from commission_opt.place.synthetic_money import AGENCIES
from commission_opt.place.synthetic_sketch import IN_SCOPE
from commission_opt.program.linear import LinearProgram
from commission_opt.shipped import shipped_places, shipped_sizes
from commission_opt.solvers import Answer, make_solver

LIMITS = ("pooling.stream", "pooling.pot", "pooling.max_share", "resources.available")
"""Rows through which areas compete: what money and staff there is."""

SEEDS = (1, 2, 3)


@cache
def solved(seed: int, model: str) -> tuple[Formulation, Answer]:
    """Return the program of a small place and its best plan."""
    arrays = compile_place(synthetic_place(SyntheticSize(areas=10, services=60), seed))
    formulation = formulate_arrays(arrays, read_model(model))
    return formulation, make_solver("highs").solve(formulation.program)


def without_limits(program: LinearProgram) -> LinearProgram:
    """Return the program as if there were money and staff without end."""
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    for block in program.rows:
        if block.family in LIMITS:
            lower[block.start : block.stop], upper[block.start : block.stop] = -np.inf, np.inf
    return replace(program, row_lower=lower, row_upper=upper)


def prices(seed: int, model: str, family: str) -> np.ndarray:
    """Return the prices of all rows of a family, without their signs."""
    formulation, answer = solved(seed, model)
    blocks = [block for block in formulation.program.rows if block.family == family]
    return np.abs(np.concatenate([answer.prices[block.start : block.stop] for block in blocks]))


@pytest.mark.parametrize("model", ["aligned", "total_place"])
@pytest.mark.parametrize("seed", SEEDS)
def test_areas_compete_for_money_and_staff(seed: int, model: str) -> None:
    """With money and staff without end plans would be worth at least 3 % more: no area can be planned alone."""
    formulation, answer = solved(seed, model)
    program = formulation.program
    free = make_solver("highs").solve(without_limits(program))
    assert program.objective @ free.x > 1.03 * (program.objective @ answer.x)


@pytest.mark.parametrize(("model", "family"), [("aligned", "pooling.stream"), ("total_place", "pooling.pot")])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_pound_is_worth_a_good_part_of_a_pound(seed: int, model: str, family: str) -> None:
    """Prices of money are not merely above zero."""
    assert (prices(seed, model, family) > 0.1).mean() >= 0.3


@pytest.mark.parametrize("seed", SEEDS)
def test_staff_and_ceilings_bind(seed: int) -> None:
    """Some of each: neither money alone nor nothing at all limits a plan."""
    assert (prices(seed, "aligned", "resources.available") > 1e-3).any()
    formulation, answer = solved(seed, "aligned")
    ceiling = [block for block in formulation.program.columns if block.family == "outcome"]
    at_most = np.concatenate([np.arange(block.start, block.stop) for block in ceiling])
    upper = formulation.program.upper[at_most]
    share = (answer.x[at_most] >= upper * (1 - 1e-6))[upper > 0].mean()
    assert 0.1 < share < 0.9


def test_needs_come_together_where_areas_are_deprived() -> None:
    """Cases a head of most needs rise with income falling, and so with each other."""
    place = synthetic_place(SyntheticSize(areas=400, services=60, years=1), 1)
    areas = place.tables["areas"].set_index("area")
    cases = place.tables["demand"].pivot_table("cases", "area", "need")
    head = cases.div(areas["population"], axis=0)
    assert (head.corrwith(1 / areas["income"]) > 0.2).mean() > 0.6
    together = np.corrcoef(head.to_numpy().T)[np.triu_indices(head.shape[1], 1)]
    assert together.mean() > 0.1


def test_areas_are_like_neighbourhoods() -> None:
    """About 1,700 people each; neighbours in a cluster are more alike than strangers; the poor weigh more."""
    areas = synthetic_place(SyntheticSize(areas=1_000, services=3, years=1), 2).tables["areas"]
    assert 1_600 < areas["population"].mean() < 1_800
    assert areas["population"].between(1_000, 3_000).all()
    within = areas.groupby("cluster")["income"].std().mean()
    assert within < 0.85 * areas["income"].std()
    assert areas["equity_weight"].corr(areas["income"]) < -0.9


@pytest.mark.parametrize("seed", SEEDS)
def test_agencies_spend_about_a_quarter_of_what_such_agencies_do(seed: int) -> None:
    """All together, and the larger ones each; services led for another's needs blur the small ones."""
    place = synthetic_place(SyntheticSize(areas=60, services=60, years=1), seed)
    revenue = place.tables["funding"].query("kind == 'revenue'").groupby("agency")["amount"].sum()
    head = revenue / place.tables["areas"]["population"].sum()
    assert 0.75 < head.sum() / (IN_SCOPE * sum(agency.spend_a_head for agency in AGENCIES)) < 1.25
    for agency in (agency for agency in AGENCIES if agency.spend_a_head > 500):
        assert 0.5 < head[agency.agency] / (IN_SCOPE * agency.spend_a_head) < 1.5, agency.agency


def test_figures_say_where_they_come_from() -> None:
    """Every table but the two long ones row by row; those in the settings of the place."""
    place = synthetic_place(SyntheticSize(areas=2, services=21, cohorts=2), 1)
    for name, frame in place.tables.items():
        if len(frame) and name not in ("agencies", "ring_fences", "demand", "baseline"):
            assert (frame["source"] != "").all(), name
            assert (frame["grade"] != "").all(), name
    assert "assumed" in place.settings.source


@pytest.mark.parametrize("cohorts", [2, 3])
def test_divided_needs_can_be_planned(cohorts: int) -> None:
    """Two needs in three have cohorts, some effects are their own, and today's volumes are a plan."""
    place = synthetic_place(SyntheticSize(areas=4, services=21, cohorts=cohorts), 1)
    assert [str(warning) for warning in place.warnings] == []
    demand = place.tables["demand"]
    assert demand.groupby("need")["cohort"].nunique().value_counts().to_dict() == {cohorts: 5, 1: 2}
    assert (place.tables["effects"]["cohort"] != "").any()
    held = formulate_arrays(compile_place(place), read_model("aligned").set("baseline.enabled", True)).program
    assert make_solver("highs").solve(held).status == "optimal"


def test_undivided_cases_are_the_sum_of_the_divided() -> None:
    """Cohorts divide demand and change nothing else about it."""
    whole, parts = (synthetic_place(SyntheticSize(areas=3, services=21, cohorts=c), 1).tables["demand"] for c in (1, 3))
    keys = ["need", "area", "year"]
    totals = [frame.groupby(keys)["cases"].sum() for frame in (whole, parts)]
    np.testing.assert_allclose(totals[0].sort_index(), totals[1].sort_index(), rtol=0.02)


def same(one: Place, other: Place) -> None:
    """Assert that two places are the same to the last digit."""
    assert one.settings == other.settings
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name])


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
@pytest.mark.parametrize("block", [1, 7, 60, 1_000])
def test_streamed_place_is_the_one_made_in_memory(tmp_path: Path, block: int, file_format: str) -> None:
    """Whatever the number of areas that are written at a time; clusters of 25 are cut across too."""
    size = SyntheticSize(areas=60, services=12, years=2, cohorts=2)
    rows = write_synthetic(tmp_path / "place", size, 3, file_format=file_format, block=block)
    made = synthetic_place(size, 3)
    same(read_place(tmp_path / "place"), made)
    assert rows == {name: len(table) for name, table in made.tables.items() if len(table)}


def test_more_areas_are_added_to_those_that_are_there() -> None:
    """People and cases of an area do not depend on how many others there are."""
    few, many = (synthetic_place(SyntheticSize(areas=n, services=6), 4).tables["areas"] for n in (130, 150))
    pd.testing.assert_frame_equal(few.drop(columns="cluster"), many.head(130).drop(columns="cluster"))


def test_streaming_takes_no_more_memory_for_more_areas(tmp_path: Path) -> None:
    """Eight times the areas, much the same peak: only a block is held."""

    def peak(areas: int) -> int:
        tracemalloc.start()
        write_synthetic(tmp_path / str(areas), SyntheticSize(areas=areas, services=30), 1, block=50)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(50)  # what is loaded once does not count
    assert peak(800) < 1.3 * peak(100)


def test_a_nation_is_written_within_a_gibibyte(tmp_path: Path) -> None:
    """In a process of its own, so that the peak is that of this alone; libraries take 130 MiB of it."""
    script = (
        "import resource, sys; from commission_opt.place.synthetic import write_synthetic as write; "
        "rows = write(sys.argv[1], 'nation'); "
        "print(rows['areas'], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "nation"], capture_output=True, text=True, check=True
    )
    areas, kibibytes = map(int, run.stdout.split())
    assert areas == 33_755
    assert kibibytes < 2**20


def test_a_place_is_replaced_and_a_strange_folder_is_not(tmp_path: Path) -> None:
    """As when a place is written whole: tables of the other format go, folders that are no place are refused."""
    for file_format in ("csv", "parquet"):
        write_synthetic(tmp_path / "place", SyntheticSize(areas=2, services=3), file_format=file_format)
    assert {path.suffix for path in (tmp_path / "place").iterdir()} == {".toml", ".parquet"}
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("Dear all", encoding="utf-8")
    with pytest.raises(PlaceError, match="is not a place"):
        write_synthetic(tmp_path / "other", SyntheticSize(areas=2, services=3))


def test_sizes_that_ship_grow_from_borough_to_nation() -> None:
    """Four of them, named as benchmarks name them."""
    sizes = synthetic_sizes()
    areas = {name: size.size.areas for name, size in sizes.items()}
    assert areas == {"borough": 28, "place": 300, "city_region": 1_700, "nation": 33_755}
    for name, size in sizes.items():
        size.size.check()
        assert size.title, name
        assert size.description, name


def test_files_of_sizes_hold_what_is_read_and_nothing_else() -> None:
    """A setting with a slip of the pen would not be read."""
    fields = {"title", "description", "seed", "areas", "services", "years", "tranches", "cohorts"}
    for path in shipped_sizes().values():
        assert set(tomllib.loads(path.read_text(encoding="utf-8"))) == fields, path


def test_sizes_are_no_places() -> None:
    """They are not listed among the places that ship."""
    assert not set(shipped_sizes()) & set(shipped_places())
    assert "synthetic" not in shipped_places()


def test_named_size_gives_the_place_of_its_figures() -> None:
    """With its name, title and seed."""
    known = synthetic_size("borough")
    place = synthetic_place("borough")
    assert place.name == "borough"
    assert place.settings.title == known.title
    by_figures = synthetic_place(known.size, known.seed)
    for name, table in place.tables.items():
        pd.testing.assert_frame_equal(table, by_figures.tables[name])


def test_unknown_size_names_the_nearest() -> None:
    """And a figure out of range is said before anything is drawn."""
    with pytest.raises(PlaceError, match="borough"):
        synthetic_place("burough")
    with pytest.raises(PlaceError, match="cohorts is 4; expected at most 3"):
        synthetic_place(SyntheticSize(cohorts=4))
