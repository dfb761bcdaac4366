"""Odd but legal data draw a warning, and checks stay quick."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from commission_opt.place import Place, read_place
from commission_opt.place.check_baseline import in_year
from commission_opt.place.check_odd import ENOUGH, SHOWN_PER_COLUMN
from tests.place.fault import Fault, append, edit
from tests.place.valid import valid_place


def ten_adaptations_of_30_square_metres(folder: Path) -> None:
    """Give adaptations rooms, and a volume today."""
    append("accommodation.csv", "adaptation,30")(folder)
    append("baseline.csv", "adaptation,,,,10")(folder)


ODD = [
    Fault(
        "a figure a thousand times the median",
        append("demand.csv", "disorder,,,2025/26,410000", "disorder,,,2026/27,900"),
        ("demand.csv, row 9, column cases", "410000 is far from the column's median of 400", "Check the unit"),
    ),
    Fault(
        "a figure a thousandth of the median",
        append("demand.csv", "falls,north,under 75,2025/26,0.2"),
        ("demand.csv, row 9, column cases", "0.2 is far from", "median of 305"),
    ),
    Fault(
        "a stream of a kind that its agency's services do not cost",
        append("funding.csv", "works2,,nhs,capital,5,,,,,"),
        ("funding.csv, row 8, column stream", "'works2' can pay for nothing", "'nhs'", "capital money"),
    ),
    Fault(
        "a stream whose fence holds services of others only",
        edit("ring_fences.csv", "falls-prevention", "patrol"),
        ("funding.csv, row 4", "'grant' can pay for nothing", "inside 'falls_grant'"),
    ),
    Fault(
        "a kind of money that nobody has",
        append("costs.csv", "adaptation,vehicles,3"),
        ("funding.csv, column kind", "'vehicles'", "adaptation"),
    ),
    Fault(
        "a contribution above the poolable share",
        edit("funding.csv", "900,,,1,100", "900,,,0.1,100"),
        ("funding.csv, row 2, column minimum_contribution", "100 is above the poolable share, which is 90"),
    ),
    Fault(
        "a need without services",
        append("demand.csv", "loneliness,north,,,10"),
        ("demand.csv, row 9, column need", "no service meets 'loneliness'"),
    ),
    Fault(
        "a service without an effect",
        append("services.csv", "visit,Visit,police,disorder,visit,1,,,1,"),
        ("services.csv, row 6, column service", "'visit' has no row in effects"),
    ),
    Fault(
        "a service whose effects are all zero",
        edit("effects.csv", "patrol,calm,,2,1,3", "patrol,calm,,0,,"),
        ("services.csv, row 5", "'patrol' has only effects of 0"),
    ),
    Fault(
        "an effect on a cohort that its need does not have",
        append("effects.csv", "patrol,calm,over 75,2,1,3,0,0,red"),
        ("effects.csv, row 8, column cohort", "'over 75' has no demand for 'disorder'"),
    ),
    Fault(
        "effects without a grade",
        edit("effects.csv", "amber", ""),
        ("effects.csv, column grade", "1 of 6 effects", "green, amber, red or assumed"),
    ),
    Fault(
        "savings that an outcome may count too",
        edit("savings.csv", "1,bed_days", "1,"),
        ("savings.csv, row 2, column outcome", "'falls-prevention' also gains 'bed_days'", "counts this money already"),
    ),
    Fault(
        "a resource of another agency",
        append("usage.csv", "patrol,nurses,1"),
        ("usage.csv, row 4, column resource", "'nurses' belongs to 'nhs', but 'police' leads 'patrol'"),
    ),
    Fault(
        "a baseline above the coverable demand of its area and cohort",
        edit("baseline.csv", "north,over 75,,100", "north,over 75,2025/26,160"),
        ("baseline.csv, row 2, column volume", "160 is above the coverable demand of 150 in 2025/26"),
    ),
    Fault(
        "a baseline above the demand of one area, shared out by population",
        edit("baseline.csv", "patrol,,,,800", "patrol,north,,,361"),
        ("baseline.csv, row 5", "361 is above the coverable demand of 360"),
    ),
    Fault(
        "services that deliver more than the cases of their need",
        edit("baseline.csv", "falls-clinic,,,,400", "falls-clinic,,,,915\nadaptation,,,,16"),
        ("baseline.csv, column volume", "'falls' deliver 1151 units together, above its 1150 cases in 2025/26"),
    ),
    Fault(
        "today's services that do not fit into the sites of their agency that suit them",
        edit("sites.csv", "Clinic,nhs,500", "Clinic,nhs,479"),
        ("baseline.csv, column volume", "'falls-clinic' needs 480 square metres", "of 2025/26, above the 479", "share"),
    ),
    Fault(
        "services of one agency that each fit into its sites, but not together",
        ten_adaptations_of_30_square_metres,
        ("baseline.csv, column volume", "the services that 'council' leads need 410 square metres", "above the 400"),
    ),
    Fault(
        "a placement in a site of another agency that is not shareable",
        append("placements.csv", "falls-prevention,clinic", "falls-prevention,library", "falls-prevention,town-hall"),
        ("placements.csv, row 3, column site", "'clinic' belongs to 'nhs', but 'council' leads", "can never be there"),
    ),
    Fault(
        "a placement in a shareable site of another agency",
        append("placements.csv", "falls-clinic,town-hall"),
        ("placements.csv, row 3, column site", "'town-hall' belongs to 'council'", "only in models that share sites"),
    ),
    Fault(
        "a baseline dearer than the funding, with the cost factors of the areas",
        edit("funding.csv", "force,,police,revenue,500", "force,,police,revenue,329"),
        (
            "baseline.csv, column volume",
            "'police' leads cost 329.6 of revenue money in 2025/26, above its funding of 329",
        ),
    ),
]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.name)
def test_odd_data_draw_one_warning(folder: Path, odd: Fault) -> None:
    """One more than the valid place draws, and it leads to the spot."""
    before = {str(warning) for warning in valid_place().warnings if warning.column != "area"}
    odd.mutate(folder)
    new = [warning for warning in read_place(folder).warnings if warning.column != "area"]
    assert before == set()
    assert [warning for warning in new if all(words in str(warning) for words in odd.expect)], new
    assert len({(warning.where, warning.column) for warning in new}) == 1, new


def test_demand_shared_out_is_said_once(ashford: Place) -> None:
    """Whatever the number of rows."""
    warning = next(warning for warning in ashford.warnings if warning.column == "area")
    assert "1 (disorder)" in str(warning)


def test_no_area_table_no_warning_about_sharing(ashford: Place) -> None:
    """A place of one area shares nothing out."""
    frames = {name: ashford.table(name).assign(area="") for name in ("limits", "baseline", "targets")}
    frames["reach"] = ashford.table("reach").head(0)
    demand = ashford.table("demand").query("area != 'south'").assign(area="")
    frames["baseline"] = frames["baseline"].drop_duplicates("service")
    frames["local_weights"] = ashford.table("local_weights").head(0)
    place = ashford.replace(areas=ashford.table("areas").head(0), demand=demand, **frames)
    assert [warning for warning in place.warnings if warning.column == "area"] == []


def test_few_figures_have_no_median_to_be_far_from(ashford: Place) -> None:
    """Seven figures say nothing about the eighth."""
    demand = ashford.table("demand")
    assert len(demand) < ENOUGH
    place = ashford.replace(demand=demand.assign(cases=[1e9, *demand["cases"].iloc[1:]]))
    assert [warning for warning in place.warnings if warning.column == "cases"] == []


def test_many_far_figures_are_counted(ashford: Place) -> None:
    """The farthest are named, the rest is a number."""
    areas = pd.DataFrame({"area": [f"a{at}" for at in range(100)], "population": 1000.0})
    demand = pd.DataFrame({"need": "falls", "area": areas["area"], "cases": [1.0] * 70 + [1e6] * 30})
    demand.loc[len(demand)] = ["disorder", "a1", 1.0]
    blank = {name: ashford.table(name).head(0) for name in ("limits", "targets", "baseline", "reach", "local_weights")}
    effects = ashford.table("effects").query("cohort == ''")
    place = ashford.replace(areas=areas, demand=demand, effects=effects, **blank)
    far = [str(warning) for warning in place.warnings if "cases" in warning.column]
    assert len(far) == SHOWN_PER_COLUMN + 1
    assert f"{30 - SHOWN_PER_COLUMN} more rows" in far[-1]


def test_rows_of_a_year_replace_rows_of_every_year() -> None:
    """The more specific row holds."""
    frame = pd.DataFrame({"key": ["a", "b", "a"], "year": ["", "", "2026"], "figure": [1, 2, 3]})
    assert in_year(frame, ["key"], "2026")["figure"].tolist() == [2, 3]
    assert in_year(frame, ["key"], "2025")["figure"].tolist() == [1, 2]


def test_costs_replace_the_costs_of_the_service(folder: Path) -> None:
    """Capital of 4 a home, not 2: 40 homes at 4 are 164 with the cost factors, within 200; 50 are not."""
    append("baseline.csv", "adaptation,,,,50")(folder)
    (found,) = [str(warning) for warning in read_place(folder).warnings if "capital" in str(warning)]
    assert "'council' leads cost 205." in found


def test_order_of_rows_does_not_change_the_warnings(ashford: Place) -> None:
    """Only their row numbers move."""
    shuffled = {name: frame.sample(frac=1, random_state=1) for name, frame in ashford.tables.items()}
    assert [w.message for w in ashford.replace(**shuffled).warnings] == [w.message for w in ashford.warnings]


def test_half_a_million_rows_are_built_in_seconds(ashford: Place) -> None:
    """Every check is made on whole columns."""
    areas, needs = [f"a{at}" for at in range(500)], [f"n{at}" for at in range(1000)]
    grid = pd.MultiIndex.from_product([needs, areas], names=["need", "area"]).to_frame(index=False)
    demand = grid.assign(cases=np.arange(len(grid)) % 97 + 1.0)
    services = pd.DataFrame({"service": needs, "agency": "nhs", "need": needs, "unit": "visit", "unit_cost": 1.0})
    effects = pd.DataFrame({"service": needs, "outcome": "calm", "effect": 1.0, "grade": "red"})
    tables = {name: ashford.table(name) for name in ("agencies", "outcomes")}
    tables |= {"demand": demand, "services": services, "effects": effects, "areas": pd.DataFrame({"area": areas})}
    tables["funding"] = ashford.table("funding").query("stream == 'board'")
    begin = time.perf_counter()
    place = Place.from_tables(tables, name="large", years=["2025"])
    assert time.perf_counter() - begin < 10.0
    assert place.warnings == ()
