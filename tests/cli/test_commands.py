"""The other commands: what each prints and writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from commission_opt.cli import commission_opt
from commission_opt.place import read_place
from commission_opt.shipped import shipped_models, shipped_places
from tests.cli.running import CUT, document, run, tiny_folder
from tests.place.valid import write_valid

FORMS = ("Status quo", "Siloed", "Aligned", "Community", "Section 75", "Single pot", "Total Place")


def test_demo_prints_the_ladder_and_writes_the_page(tmp_path: Path) -> None:
    """Every form, what pooling is worth, who pays, and where the page is, in 80 columns."""
    page = tmp_path / "report.html"
    result = run("demo", "--out", page)
    assert result.exit_code == 0
    said = " ".join(result.stdout.split())
    assert [form for form in FORMS if form not in said] == []
    for words in ("What pooling is worth", "Money at equal outcomes", "Every plan is certified", "Pays for services"):
        assert words in said
    assert "no plan" not in said
    assert max(map(len, result.stdout.splitlines()[:-1])) <= 80
    assert str(page) in result.stdout.splitlines()[-1]
    assert "<!doctype html>" in page.read_text(encoding="utf-8")


def test_demo_document_holds_ladder_and_money_at_equal_outcomes(tmp_path: Path) -> None:
    """The money that a single pot saves is the difference of two spends."""
    found = document(run("demo", "wrong_pockets", "--json", "--out", tmp_path / "report.html"))
    assert [row["model"] for row in found["ladder"]][:3] == ["status_quo", "siloed", "aligned"]
    assert max(row["gap"] for row in found["ladder"]) <= 1e-6
    equal = found["equal_outcomes"]
    assert equal["saved"] == pytest.approx(equal["spend"] - equal["least_spend"])
    assert equal["saved"] > 0


def test_compare_keeps_the_order_given(tmp_path: Path) -> None:
    """One row a model, and the tables in a folder."""
    result = run("compare", "wrong_pockets", "--models", "single_pot, aligned", "--json", "--out", tmp_path / "cmp")
    found = document(result)
    assert [row["model"] for row in found["ladder"]] == ["single_pot", "aligned"]
    assert found["ladder"][1]["step"] <= 0
    assert {path.name for path in (tmp_path / "cmp").iterdir()} == {
        "ladder.csv",
        "outcomes.csv",
        "agencies.csv",
        "comparison.json",
        "datapackage.json",
    }


def test_compare_says_which_form_has_no_plan(tmp_path: Path) -> None:
    """Today's volumes break the duties' money, the others too: then the code is that of no plan."""
    place = tiny_folder(tmp_path, **CUT)
    result = run("compare", place, "--models", "aligned,single_pot")
    assert result.exit_code == 3
    assert result.stdout.count("no plan") == 2
    assert "No plan under Single pot" in result.stdout


def test_compare_takes_changes() -> None:
    """Both forms are solved with the changed figure."""
    plain = document(run("compare", "wrong_pockets", "--models", "aligned,single_pot", "--json"))
    rich = document(run("compare", "wrong_pockets", "--models", "aligned,single_pot", "--set", "budget=*2", "--json"))
    assert [row["value"] for row in rich["ladder"]] > [row["value"] for row in plain["ladder"]]


def test_check_adds_up_by_agency(tmp_path: Path) -> None:
    """Council 500 for 500 of visits; NHS 2,000 for clinic and ward of 2,000."""
    result = run("check", tiny_folder(tmp_path), "--json")
    found = document(result)
    assert result.exit_code == 0
    assert found["ok"]
    by_agency = {row["agency"]: (row["funding_money"], row["baseline_money"]) for row in found["agencies"]}
    assert by_agency == {"council": (500, 500), "nhs": (2000, 50 * 20 + 20 * 50)}
    ranges = {(row["table"], row["column"]): row for row in found["ranges"]["figures"]}
    assert (ranges["services", "unit_cost"]["smallest"], ranges["services", "unit_cost"]["largest"]) == (10, 50)
    assert found["ranges"]["columns"] > 0


def test_check_shows_what_is_odd(tmp_path: Path) -> None:
    """Warnings do not fail the check."""
    folder = write_valid(tmp_path / "ashford")
    result = run("check", folder)
    warned = len(read_place(folder).warnings)
    assert result.exit_code == 0
    assert warned
    assert f"Odd but allowed: {warned}" in result.stdout


def test_check_tells_every_problem_at_once(tmp_path: Path) -> None:
    """Nobody has to run it twice."""
    folder = write_valid(tmp_path / "ashford")
    (folder / "needs.csv").write_text("need,must_meet\nfalls,2\ndisordr,0\n", encoding="utf-8")
    result = run("check", folder)
    assert result.exit_code == 2
    assert "row 2, column must_meet" in result.stderr
    assert "Did you mean 'disorder'?" in result.stderr


def test_places_and_models_list_what_ships() -> None:
    """By the names that other commands take."""
    assert {place["name"] for place in document(run("places", "--json"))["places"]} == set(shipped_places())
    assert {model["name"] for model in document(run("models", "--json"))["models"]} == set(shipped_models())
    assert "riverside" in run("places").stdout
    assert "section_75" in run("models").stdout


@pytest.mark.parametrize("name", sorted(shipped_models()))
def test_every_model_is_explained_in_words_and_algebra(name: str) -> None:
    """Each rule with its source; no TeX is left."""
    result = run("models", name)
    found = document(run("models", name, "--json"))
    assert result.exit_code == 0
    assert "\\" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert result.stdout.count("Source:") == len(found["rules"]) + 2
    assert [rule["kind"] for rule in found["rules"] if not (rule["algebra"] and rule["meaning"])] == []


def test_algebra_reads_as_text() -> None:
    """Subscripts in brackets, signs as signs."""
    found = document(run("models", "aligned", "--json"))
    algebra = {rule["kind"]: rule["algebra"] for rule in found["rules"]}
    assert algebra["coverage"] == ["∑[s ∈ S(d), k] x[s n g t k] ≤ demand[d n g t] - averted[d n g t]"]


def test_convert_and_back_loses_nothing(tmp_path: Path) -> None:
    """CSV to Parquet to CSV gives the same files."""
    assert run("convert", "wrong_pockets", tmp_path / "a").exit_code == 0
    assert run("convert", tmp_path / "a", tmp_path / "b", "--parquet").exit_code == 0
    assert run("convert", tmp_path / "b", tmp_path / "c").exit_code == 0
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert any(path.suffix == ".parquet" for path in (tmp_path / "b").iterdir())
    assert sorted(path.name for path in (tmp_path / "c").iterdir()) == files
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "c" / name).read_bytes()


def test_convert_does_not_write_over_what_it_reads(tmp_path: Path) -> None:
    """The place itself is refused."""
    folder = write_valid(tmp_path / "ashford")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert run("convert", folder, folder).exit_code == 2
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("ending", ["mps", "lp"])
def test_export_writes_program_and_names(tmp_path: Path, ending: str) -> None:
    """As many names as there are columns and rows."""
    found = document(run("export", "wrong_pockets", "--model", "aligned", tmp_path / f"program.{ending}", "--json"))
    names = Path(found["names"]).read_text(encoding="utf-8").splitlines()
    assert Path(found["file"]).is_file()
    assert len(names) == 1 + found["columns"] + found["rows"]


def test_synth_writes_a_place_that_can_be_solved(tmp_path: Path) -> None:
    """The same seed gives the same place."""
    size = ("--areas", "3", "--services", "6", "--years", "2", "--seed", "7")
    for name in ("a", "b"):
        assert run("synth", tmp_path / name, *size).exit_code == 0
    assert (tmp_path / "a" / "effects.csv").read_bytes() == (tmp_path / "b" / "effects.csv").read_bytes()
    place = read_place(tmp_path / "a")
    assert [len(place.tables["areas"]), len(place.tables["services"]), len(place.years)] == [3, 6, 2]
    assert run("solve", tmp_path / "a", "--model", "aligned", "--quiet").exit_code == 0


def test_synth_knows_sizes_and_writes_parquet(tmp_path: Path) -> None:
    """A figure that is given takes the place of the size's; the rest, and the seed, stay."""
    found = document(run("synth", tmp_path / "place", "--size", "borough", "--areas", "4", "--parquet", "--json"))
    assert [found["areas"], found["services"], found["years"], found["seed"]] == [4, 60, 3, 1]
    assert found["tables"]["areas"] == 4
    assert (tmp_path / "place" / "demand.parquet").is_file()
    assert len(read_place(tmp_path / "place").tables["areas"]) == 4
    refused = run("synth", tmp_path / "other", "--size", "county")
    assert refused.exit_code == 2
    assert "city_region" in refused.stderr


def test_format_prints_every_table_and_the_schema() -> None:
    """For people and for machines."""
    assert "## ring_fences" in run("format").stdout
    assert "effects" in document(run("format", "--json"))["properties"]["tables"]["properties"]


@pytest.mark.parametrize("name", ["", *commission_opt.commands])
def test_every_command_has_help(name: str) -> None:
    """With what it does, and --json and --quiet."""
    result = run(*name.split(), "--help")
    assert result.exit_code == 0
    assert "Usage:" in result.stdout
    assert not name or ("--json" in result.stdout and "--quiet" in result.stdout)


def test_names_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """Control signs of a model's title come out as question marks."""
    text = Path(shipped_models()["aligned"]).read_text(encoding="utf-8")
    path = tmp_path / "evil.toml"
    path.write_text(text.replace('title = "', 'title = "\\u001b[2J'), encoding="utf-8")
    result = run("models", path)
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout
    assert "?[2J" in result.stdout
