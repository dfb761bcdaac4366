"""What the page answers is what the command line answers."""

from __future__ import annotations

import io
import re
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest

from commission_opt.analysis.changes import change
from commission_opt.errors import InfeasibleError
from commission_opt.explorer.figures import by_service, quick_value, today_table
from commission_opt.explorer.scenario import Scenario, Window, command_of
from commission_opt.explorer.tables import change_text
from commission_opt.model.read import read_model
from commission_opt.place import Place, read_place
from commission_opt.place.arrays import compile_place
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.plan.solve import solve
from commission_opt.reports.views import today_spend
from tests.cli.running import CUT, document, run
from tests.explorer.asking import FIRST, ask, engine_of, friend, run_errand
from tests.explorer.client import Client
from tests.reports.hostile import FORMULA, IMAGE, SCRIPT, hostile_place
from tests.tiny import tiny

CHANGES = {"budget.council": "+5%", "weight.benefit_nhs": "*1.2", "ring_fences.enabled": "false"}


@pytest.fixture(scope="module")
def pockets() -> Place:
    """Return the place of wrong pockets."""
    return read_place("wrong_pockets")


@pytest.fixture(scope="module")
def page(pockets: Place) -> Client:
    """Return its page."""
    return friend(pockets)


def test_scenario_is_the_plan_of_the_command_line(page: Client) -> None:
    """The same changes in the same order: the same value and spend."""
    found = ask(page, CHANGES, tab="services")
    sets = [part for step in CHANGES.items() for part in ("--set", "=".join(step))]
    solved = document(run("solve", "wrong_pockets", "--model", FIRST, *sets, "--json"))
    assert found["value"] == pytest.approx(solved["value"], rel=1e-12)
    assert found["spend"] == pytest.approx(solved["spend"], rel=1e-12)


def test_way_to_a_scenario_does_not_matter(pockets: Place) -> None:
    """Back and forth, through other forms and through what cannot be met: volumes and payments are the fresh ones."""
    engine = engine_of(pockets)
    for changes in ({"budget": "-50%"}, {"budget.council": "+5%"}, {"limits.min_volume.treatment": "9999"}, {}):
        for model in (FIRST, "single_pot"):
            with suppress(InfeasibleError):
                assert engine.plan(Scenario(model=model, changes=changes)).value > 0
    plan = engine.plan(Scenario(model=FIRST, changes=CHANGES))
    fresh = solve(*change(pockets, read_model(FIRST), CHANGES))
    assert plan.value == pytest.approx(fresh.value, rel=1e-12)
    assert plan.allocation.equals(fresh.allocation)
    assert plan.funding.equals(fresh.funding)


def test_command_that_is_shown_solves_the_scenario(page: Client) -> None:
    """As it stands, quotation marks and all."""
    shown = ask(page, {"budget": "*1.1", **CHANGES}, tab="services")["command"]
    assert shown == (
        "commission-opt solve wrong_pockets --model aligned --set 'budget=*1.1' --set budget.council=+5% "
        "--set 'weight.benefit_nhs=*1.2' --set ring_fences.enabled=false"
    )


def test_quotation_marks_of_a_name_do_not_end_the_command() -> None:
    """What is shown may be pasted into a shell."""
    scenario = Scenario(model="aligned", changes={"budget.it's; rm": "+1%"})
    assert command_of("p", scenario).endswith("""--set 'budget.it'\\''s; rm=+1%'""")


def test_quick_value_is_the_value(page: Client, pockets: Place) -> None:
    """Where the form maximises value, nothing changes once the tables come."""
    assert ask(page, CHANGES)["value"] == pytest.approx(ask(page, CHANGES, tab="services")["value"], rel=1e-9)
    plan = solve(pockets, read_model("whole_place"))
    assert quick_value(plan) == pytest.approx(plan.value, rel=1e-6)


def test_unmet_scenario_says_why_and_what_would_help(page: Client) -> None:
    """And the page goes on answering."""
    changes = {"limits.min_volume.treatment": "9999"}
    found = ask(page, changes)
    assert found["status"] == "infeasible"
    assert found["headline"]
    assert found["items"]
    assert run_errand(page, "repairs", changes)["state"] == "done"
    assert ask(page)["status"] == "optimal"


@pytest.mark.parametrize("changes", [{"budget.nobody": "+5%"}, {"nothing": "1"}, {"budget.council": "much"}])
def test_change_that_makes_no_sense_is_answered(page: Client, changes: dict[str, str]) -> None:
    """In the words of the command line; what was asked before still answers."""
    found = ask(page, changes)
    assert found["status"] == "refused"
    assert next(iter(changes)) in found["headline"]
    assert ask(page, CHANGES)["status"] == "optimal"


@pytest.mark.parametrize("what", ["prices", "ladder", "barriers"])
def test_slow_tabs_come_in_the_end(page: Client, what: str) -> None:
    """Each with a table."""
    found = run_errand(page, what, {"budget.council": "+5%"})
    assert found["state"] == "done", found
    assert "<table>" in found["result"]


def test_why_is_told_of_a_service(page: Client) -> None:
    """As on the command line; of a service that is not there it is refused."""
    assert "What would change that" in run_errand(page, "why", service="treatment")["result"]
    assert run_errand(page, "why", service="nothing")["state"] == "failed"


def test_report_and_workbook_can_be_taken_away(page: Client) -> None:
    """Of the scenario, not of the start."""
    message = {"scenario": {"model": FIRST, "changes": CHANGES}, "what": "html", "service": ""}
    value = ask(page, CHANGES)["value_text"]
    report = page.post("/errand", json=message).text.replace("\N{NO-BREAK SPACE}", " ")
    assert value in report
    assert "Siloed" in report
    book = openpyxl.load_workbook(io.BytesIO(page.post("/errand", json=message | {"what": "xlsx"}).content))
    assert "services" in book.sheetnames
    unmet = message | {"scenario": {"model": FIRST, "changes": {"limits.min_volume.treatment": "9999"}}}
    assert page.post("/errand", json=unmet).status_code == 409


def test_pins_stand_side_by_side(page: Client) -> None:
    """Those that cannot be met say so."""
    pins = [
        {"name": "first", "scenario": {"model": FIRST, "changes": {}}},
        {"name": "more", "scenario": {"model": "single_pot", "changes": CHANGES}},
        {"name": "too much", "scenario": {"model": FIRST, "changes": {"limits.min_volume.treatment": "9999"}}},
    ]
    html = page.post("/pins", json={"pins": pins}).json()["html"]
    assert all(str(pin["name"]) in html for pin in pins)
    assert "cannot be met" in html


def test_windows_add_up_to_the_whole() -> None:
    """Every area in every year, today and in the plan: to the spend that reports tell."""
    place = synthetic_place(SyntheticSize(areas=3, services=6, years=2, tranches=2), 1)
    arrays, plan = compile_place(place), solve(place, read_model(FIRST))
    windows = [Window(year=year, area=area) for year in place.years for area in place.tables["areas"]["area"]]
    for table, whole in ((today_table(arrays), today_spend(arrays)), (plan.allocation, None)):
        parts = sum(float(by_service(table, window)["spend_money"].sum()) for window in windows)
        assert parts == pytest.approx(plan.spend if whole is None else whole.sum(), rel=1e-9)


def test_filters_and_units_change_what_is_shown() -> None:
    """Fewer rows in one area and year, a unit for each row where volumes are shown, words where there is nothing."""
    place = synthetic_place(SyntheticSize(areas=3, services=6, years=2, tranches=2), 1)
    page, window = friend(place), {"year": place.years[0], "area": str(place.tables["areas"]["area"][0])}
    every, one = (ask(page, tab="services", window=chosen)["html"] for chosen in ({}, window))
    assert figures_of(one)
    assert figures_of(one) != figures_of(every)
    assert ">Unit</th>" not in every
    assert ">Unit</th>" in ask(page, tab="services", measure="volume")["html"]
    assert "Nothing here" in ask(page, tab="services", window={"year": "1066", "area": ""})["html"]


def figures_of(html: str) -> list[float]:
    """Return the figures of this scenario in a table."""
    return [float(text.replace(",", "")) for text in re.findall(r'class="figure now">([\d.,]+)<', html)]


def test_hostile_names_are_text_everywhere() -> None:
    """Names that would run are escaped in every piece that the page takes in."""
    page = friend(hostile_place())
    pieces = [page.get("/").text, ask(page, tab="services")["html"], ask(page, tab="outcomes")["html"]]
    pieces += [ask(page, tab="agencies")["html"], run_errand(page, "why", service=SCRIPT)["result"]]
    pieces += [run_errand(page, what)["result"] for what in ("prices", "ladder", "barriers")]
    pins = {"pins": [{"name": SCRIPT, "scenario": {"model": FIRST, "changes": {}}}]}
    pieces.append(page.post("/pins", json=pins).json()["html"])
    whole = "\n".join(pieces)
    assert "&lt;script&gt;" in whole
    assert SCRIPT not in whole
    assert IMAGE not in whole
    assert FORMULA.replace('"', "&#34;") in whole


def test_file_of_a_hostile_place_holds_no_formula() -> None:
    """A workbook that is taken away is as safe as one that the command line writes."""
    message = {"scenario": {"model": FIRST, "changes": {}}, "what": "xlsx"}
    content = friend(hostile_place()).post("/errand", json=message).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []


def test_every_switch_of_every_form_answers(pockets: Place) -> None:
    """Turned over, each gives a plan or says what cannot be met; none is refused."""
    page = friend(pockets)
    for model in page.get("/place").json()["models"]:
        for switch in model["switches"]:
            found = ask(page, {switch["key"]: str(not switch["on"]).lower()}, model=model["name"])
            assert found["status"] in ("optimal", "infeasible"), (model["name"], switch["key"], found)


def test_nothing_is_left_on_disk(page: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files to take away are written into a folder of our own that goes again."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    page.post("/errand", json={"scenario": {"model": FIRST, "changes": {}}, "what": "html"})
    assert list(tmp_path.iterdir()) == []


def test_page_that_cannot_begin_still_answers() -> None:
    """Where the starting plan cannot be met, a scenario that can is shown beside today alone."""
    page = friend(tiny(**CUT))
    assert ask(page, tab="services")["status"] == "infeasible"
    for view in ("services", "outcomes", "agencies"):
        found = ask(page, {"budget": "*20"}, tab=view)
        assert found["status"] == "optimal", found
        assert found["change"] == "-"
        assert "<table" in found["html"]


def test_weight_that_is_raised_is_no_gain(page: Client) -> None:
    """Both plans are valued by the scenario's weights: what is left is what the plan does differently."""
    assert ask(page, {"weight.benefit_nhs": "*1.0001"})["change"] == "the same"
    found = ask(page, {"weight.benefit_nhs": "+200%"}, tab="agencies")
    assert "valued by its weights too" in found["headline"]
    assert "compared with the starting plan" not in found["html"]
    plans = [
        solve(*change(read_place("wrong_pockets"), read_model(FIRST), changes))
        for changes in ({}, {"weight.benefit_nhs": "+200%"})
    ]
    before, after = (plan.outcomes.groupby("outcome")["amount_units"].sum() for plan in plans)
    gain = float((after - before).sum() + 2 * (after - before)["benefit_nhs"])
    assert found["change"] == change_text(plans[1].value, plans[1].value - gain)
    assert "valued by its weights" not in ask(page, {"budget": "+1%"}, tab="agencies")["headline"]
