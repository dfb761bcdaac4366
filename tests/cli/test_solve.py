"""``solve``: its document, its tables, its changes, its files, its exit codes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.cli.running import CUT, document, run, tiny_folder

KEYS = ("place", "model", "status", "value", "spend", "certificate", "outcomes", "services", "agencies", "prices")
PRICE_KEYS = ("rule", "label", "price", "price_low", "price_high", "valid_from", "valid_to")
TIMINGS = ("read", "compile", "formulate", "solve", "certify", "report")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Return the folder of the tiny place."""
    return tiny_folder(tmp_path)


def value_of(place: Path, *args: str) -> float:
    """Return the value that a solve prints."""
    return float(document(run("solve", place, "--json", "--model", *args))["value"])


def test_document_holds_the_plan_worked_out_by_hand(tiny: Path) -> None:
    """Aligned: 50 visits and 100 at the clinic, worth 3,700 for 2,500."""
    result = run("solve", tiny, "--model", "aligned", "--json")
    found = document(result)
    assert result.exit_code == 0
    assert found["value"] == pytest.approx(3700)
    assert found["spend"] == 2500
    assert found["services"]["visits"]["volume"] == pytest.approx(50)
    assert found["services"]["clinic"]["spend"] == 2000
    assert found["outcomes"] == pytest.approx({"safe": 100, "well": 1800})
    assert found["agencies"]["council"]["put_in_money"] == 500


def test_document_has_the_agreed_keys(tiny: Path) -> None:
    """Other tools rely on the names."""
    found = document(run("solve", tiny, "--model", "aligned", "--json"))
    assert [key for key in KEYS if key not in found] == []
    assert found["status"] == "optimal"
    assert set(found["certificate"]) >= {"violation", "gap", "bound", "kind"}
    assert found["certificate"]["kind"] == "duality"
    assert [key for key in PRICE_KEYS if key not in found["prices"][0]] == []
    assert [key for key in TIMINGS if not found["timings"][key] >= 0] == []


def test_text_says_value_payers_changes_and_proof(tiny: Path) -> None:
    """What a person needs, in 80 columns."""
    result = run("solve", tiny, "--model", "aligned")
    for words in ("Value of outcomes 3,700, spend £2.50k", "it is proven", "stopped", "One more £1 for nhs_money"):
        assert words in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_quiet_prints_nothing(tiny: Path) -> None:
    """The exit code tells."""
    result = run("solve", tiny, "--model", "aligned", "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_both_solvers_give_the_same_value(tiny: Path) -> None:
    """CBC through PuLP is a second opinion."""
    assert value_of(tiny, "single_pot", "--solver", "pulp:CBC") == pytest.approx(value_of(tiny, "single_pot"), rel=1e-6)


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("budget.nhs=+5%", 3860),
        ("budget.nhs=-10%", 3380),
        ("budget.council_money=600", 3800),
        ("budget.council_money=*2", 4200),
        ("weight.safe=2", 3800),
        ("cost.clinic=40", 500 + 1600),
        ("services.max_coverage.visits=0.1", 20 * 10 + 3200),
    ],
)
def test_changes_of_figures_change_the_plan(tiny: Path, change: str, value: float) -> None:
    """Each by as much as arithmetic says."""
    assert value_of(tiny, "aligned", "--set", change) == pytest.approx(value)


def test_several_changes_hold_together(tiny: Path) -> None:
    """The option may be given again and again."""
    assert value_of(tiny, "aligned", "--set", "budget.nhs=+5%", "--set", "weight.safe=2") == pytest.approx(3960)


def test_rules_can_be_switched_off(tmp_path: Path) -> None:
    """A ring fence that keeps money from the clinic costs what the clinic would have gained."""
    from tests.tiny import TABLES, rows

    funding = TABLES["funding"].assign(ring_fence=["", "ward_only"])
    place = tiny_folder(tmp_path, funding=funding, ring_fences=rows("ring_fence service", ("ward_only", "ward")))
    assert value_of(place, "aligned") == pytest.approx(500 + 40 * 40)
    assert value_of(place, "aligned", "--set", "ring_fences.enabled=false") == pytest.approx(3700)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("budgets.nhs=1", "Did you mean 'budget'?"),
        ("budget.nsh=1", "Did you mean 'nhs'?"),
        ("weight.saef=1", "Did you mean 'safe'?"),
        ("ring_fence.enabled=false", "Did you mean 'ring_fences'?"),
        ("ring_fences.enable=false", "Did you mean 'enabled'?"),
        ("budget.nhs=lots", "'lots' is no figure"),
        ("budget.nhs=nan", "'nan' is no figure"),
        ("budget.nhs=-5", "table funding"),
        ("budget.nhs", "KEY=VALUE"),
        ("=5", "KEY=VALUE"),
    ],
)
def test_changes_that_cannot_be_made_say_what_could(tiny: Path, change: str, words: str) -> None:
    """Bad input, with the nearest known name."""
    result = run("solve", tiny, "--model", "aligned", "--set", change)
    assert result.exit_code == 2
    assert words in result.stderr


def test_the_same_key_is_not_set_twice(tiny: Path) -> None:
    """Nobody could say which one holds."""
    result = run("solve", tiny, "--model", "aligned", "--set", "budget.nhs=1", "--set", "budget.nhs=2")
    assert result.exit_code == 2
    assert "budget.nhs is set twice" in result.stderr


def test_infeasible_is_explained(tmp_path: Path) -> None:
    """Who is short, of how much, for which duty."""
    place = tiny_folder(tmp_path, **CUT)
    result = run("solve", place, "--model", "aligned")
    assert result.exit_code == 3
    assert "nhs_money" in result.stderr
    assert "short" in result.stderr
    assert "at least 60 cases of illness have to be met in 2026: £3.00k" in result.stderr


def test_infeasible_document_holds_the_conflict(tmp_path: Path) -> None:
    """The same for a machine."""
    result = run("solve", tiny_folder(tmp_path, **CUT), "--model", "aligned", "--json")
    found = document(result)
    assert result.exit_code == 3
    assert found["status"] == "infeasible"
    assert found["value"] is None
    assert found["shortfall"] > 0
    assert {"duty", "pooling"} <= {item["rule"] for item in found["conflict"]}
    assert found["headline"]
    assert [repair["standing"] for repair in found["repairs"]] == ["financial", "statutory", "statutory"]
    labels = {change["label"] for change in found["repairs"][0]["changes"]}
    assert labels == {"pooling.stream[council_money,2026]", "pooling.stream[nhs_money,2026]"}
    assert found["repairs"][0]["money"] == pytest.approx(found["shortfall"])


def test_infeasible_fits_one_screen_with_three_ways_out() -> None:
    """A cut that riverside cannot bear: who is short, of what, and what would make a plan possible."""
    result = run("solve", "riverside", "--model", "aligned", "--set", "budget.nhs=-40%")
    lines = result.stderr.rstrip("\n").split("\n")
    assert result.exit_code == 3
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert {"1", "2", "3"} <= {line[0] for line in lines if line[1:3] == ". "}
    assert "people who need a hospital episode" in result.stderr
    assert "hospital_treatment" not in result.stderr


def test_time_limit_stops_with_its_own_code() -> None:
    """No plan is better than one that was not finished."""
    result = run("solve", "riverside", "--model", "single_pot", "--time-limit", "0.0001")
    assert result.exit_code == 4
    assert "--time-limit" in result.stderr


def test_time_limit_document_says_stopped() -> None:
    """The same for a machine."""
    result = run("solve", "riverside", "--model", "single_pot", "--time-limit", "0.0001", "--json")
    assert result.exit_code == 4
    assert document(result)["status"] == "stopped"


@pytest.mark.parametrize(
    "args",
    [
        ("--solver", "pulp:NOBODY"),
        ("--solver", "gurobbi"),
        ("--time-limit", "-1"),
        ("--time-limit", "nan"),
        ("--tolerance", "0"),
        ("--tolerance", "inf"),
        ("--out", "plan.pdf"),
        ("--nonsense",),
    ],
)
def test_bad_options_are_bad_usage(tiny: Path, args: tuple[str, ...]) -> None:
    """They are told before anything is solved."""
    result = run("solve", tiny, "--model", "aligned", *args)
    assert result.exit_code == 2
    assert result.stderr


def test_every_form_of_output_is_written(tiny: Path, tmp_path: Path) -> None:
    """A folder, a page, a workbook and a document, in one go."""
    targets = [tmp_path / name for name in ("plan", "plan.html", "plan.xlsx", "plan.json")]
    outs = [part for target in targets for part in ("--out", target)]
    result = run("solve", tiny, "--model", "aligned", *outs)
    assert result.exit_code == 0, result.output
    assert all(target.exists() for target in targets)
    assert (targets[0] / "datapackage.json").is_file()
    assert json.loads(targets[3].read_text(encoding="utf-8"))["value"] == pytest.approx(3700)


def test_page_sets_the_plan_beside_today_and_silos_unless_the_place_is_large(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """2,900 today and 2,900 + 800 aligned by hand; a page of a large place says what was not compared."""
    page = tmp_path / "plan.html"
    assert run("solve", tiny, "--model", "aligned", "--out", page).exit_code == 0
    small = page.read_text(encoding="utf-8")
    assert "Against today" in small
    assert "+800" in small
    monkeypatch.setattr(sys.modules["commission_opt.analysis.ladder"], "QUICK", 0)
    assert run("solve", tiny, "--model", "aligned", "--out", page).exit_code == 0
    large = page.read_text(encoding="utf-8")
    assert "Against today" not in large
    assert "Not compared here: the services of today and agencies that plan alone" in large


@pytest.mark.parametrize("name", ["none/plan.html", "none/plan.xlsx", "none/plan.json", "file/plan"])
def test_what_cannot_be_written_is_named(tiny: Path, tmp_path: Path, name: str) -> None:
    """Not a crash: the path, and why."""
    (tmp_path / "file").write_text("here", encoding="utf-8")
    result = run("solve", tiny, "--model", "aligned", "--json", "--out", tmp_path / name)
    assert result.exit_code == 2
    assert str(tmp_path / name) in document(result)["error"]["message"]


def test_a_folder_of_something_else_is_left_alone(tiny: Path, tmp_path: Path) -> None:
    """Plans are not written among other files."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("Dear", encoding="utf-8")
    result = run("solve", tiny, "--model", "aligned", "--out", tmp_path / "mine")
    assert result.exit_code == 2
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("option", ["--checkpoint", "--scheduler"])
def test_options_of_large_places_are_refused_beside_a_solver_without_areas(tiny: Path, option: str) -> None:
    """As bad usage, before anything is read."""
    result = run("solve", tiny, "--model", "aligned", "--solver", "highs", option, "somewhere")
    assert result.exit_code == 2
    assert "is for solving area by area, not for highs. Leave the solver out." in result.output


def test_a_checkpoint_is_of_no_consequence_to_the_plan(tiny: Path, tmp_path: Path) -> None:
    """A small place needs none; the folder stays empty."""
    result = run("solve", tiny, "--model", "aligned", "--json", "--checkpoint", tmp_path / "kept")
    assert document(result)["value"] == pytest.approx(3700)
    assert not list((tmp_path / "kept").glob("*/*"))
