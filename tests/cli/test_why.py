"""``why``: its screen, its document, its file, its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import CUT, document, run, tiny_folder
from tests.tiny import rows

KEYS = ("place", "model", "status", "service", "funded", "unit_cost", "years", "parts", "cells", "thresholds", "forced")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Return the folder of the tiny place."""
    return tiny_folder(tmp_path)


def test_screen_takes_the_unit_apart_and_says_what_would_change_it(tiny: Path) -> None:
    """A ward gains 40 for 50 of money that gains 80: it comes in at 25, or with twice its effects."""
    result = run("why", tiny, "ward", "--model", "aligned")
    assert result.exit_code == 0
    for words in (
        "ward (nhs): not funded",
        "Its money: nhs_money (nhs)",
        "+40.0",
        "-80.0",
        "of which £1 gains 1.6",
        "£24.9",
        "instead of £50.00",
        "100.1 % larger",
    ):
        assert words in result.stdout, words


def test_screen_of_the_funded_says_what_they_add(tiny: Path) -> None:
    """Clinics add 1,600, and leave above twice their cost."""
    result = run("why", tiny, "clinic", "--model", "aligned")
    assert "Without it the best plan would be worth 1,600 less." in result.stdout
    assert "It would leave the plan altogether if a unit cost 100.1 % more" in result.stdout.replace("\n  ", " ")


def test_required_service_names_the_duty(tmp_path: Path) -> None:
    """No price pushes it out."""
    place = tiny_folder(tmp_path, needs=rows("need must_meet", ("illness", 0.5)))
    result = run("why", place, "ward", "--model", "aligned")
    assert "No price pushes it out" in result.stdout
    assert "- at least 30 cases of illness have to be met in 2026" in result.stdout


def test_document_has_the_same_facts(tiny: Path, tmp_path: Path) -> None:
    """On the screen of a machine, and in a file."""
    found = document(run("why", tiny, "ward", "--model", "aligned", "--json", "--out", tmp_path / "why.json"))
    assert [key for key in KEYS if key not in found] == []
    assert found["funded"] is False
    assert sum(part["value"] for part in found["parts"]) == pytest.approx(-40)
    assert found["cells"][0]["net"] == pytest.approx(-40)
    assert found["example"]["year"] == "2026"
    cost, effects = found["thresholds"]
    assert (cost["what"], effects["what"]) == ("unit cost", "effects")
    assert cost["unit_cost"] == pytest.approx(25, rel=1e-3)
    assert effects["change"] == pytest.approx(1, rel=1e-3)
    assert found["forced"] is None
    assert json.loads((tmp_path / "why.json").read_text(encoding="utf-8")) == found


def test_force_says_what_is_displaced(tiny: Path) -> None:
    """10 wards for 25 clinics: 400 of 3,700 lost."""
    result = run("why", tiny, "ward", "--model", "aligned", "--force", "10")
    assert result.exit_code == 0
    for words in ("falls by 400 (10.811 %), for the same money", "well -200 units", "falls -25", "illness +10"):
        assert words in result.stdout, words
    found = document(run("why", tiny, "ward", "--model", "aligned", "--force", "10", "--json"))["forced"]
    assert found["value"] == pytest.approx(-400)
    assert {row["service"]: row["volume_units"] for row in found["services"]}["clinic"] == pytest.approx(-25)


def test_force_beyond_what_is_possible_is_explained(tiny: Path) -> None:
    """50 wards cost 2,500 of 2,000: exit code 3, who is short, what would help, and 40 as the most."""
    result = run("why", tiny, "ward", "--model", "aligned", "--force", "50")
    assert result.exit_code == 3
    assert "nhs_money" in result.stderr
    assert "What would make a plan possible" in result.stderr
    assert "The most that can be delivered is 40 units in 2026." in result.stderr
    machine = run("why", tiny, "ward", "--model", "aligned", "--force", "50", "--json")
    found = document(machine)["forced"]
    assert machine.exit_code == 3
    assert found["status"] == "infeasible"
    assert found["most_every_year"] == pytest.approx(40)
    assert found["conflict"]
    assert found["repairs"]


def test_place_without_a_plan_is_explained(tmp_path: Path) -> None:
    """As for ``solve``."""
    result = run("why", tiny_folder(tmp_path, **CUT), "ward", "--model", "aligned")
    assert result.exit_code == 3
    assert "nhs_money" in result.stderr


def test_changes_are_made_first(tiny: Path) -> None:
    """At half its cost and less a ward is funded."""
    found = document(run("why", tiny, "ward", "--model", "aligned", "--set", "cost.ward=24", "--json"))
    assert found["funded"] is True


def test_quiet_prints_nothing(tiny: Path) -> None:
    """Only errors would be printed."""
    result = run("why", tiny, "ward", "--model", "aligned", "--quiet")
    assert result.output == ""


def test_unknown_service_is_bad_input_with_the_nearest_name(tiny: Path) -> None:
    """Exit code 2."""
    result = run("why", tiny, "wardd", "--model", "aligned")
    assert result.exit_code == 2
    assert "Did you mean 'ward'?" in result.stderr


@pytest.mark.parametrize("args", [("--force", "-1"), ("--force", "nan"), ("--force", "many"), ("--out", "why.html")])
def test_bad_options_are_bad_usage(tiny: Path, args: tuple[str, ...]) -> None:
    """Exit code 2, and a reason."""
    result = run("why", tiny, "ward", "--model", "aligned", *args)
    assert result.exit_code == 2
    assert result.stderr


@pytest.mark.parametrize("service", ["housing_first", "care_home", "skills_course", "working_age_benefits"])
def test_riverside_fits_one_screen(service: str) -> None:
    """Not funded, bound by a duty, paid from a ring-fenced grant, owed by statute: 80 columns, full names."""
    lines = run("why", "riverside", service, "--model", "aligned").stdout.rstrip("\n").split("\n")
    assert len(lines) <= 36
    assert max(map(len, lines)) <= 80
    assert not [line for line in lines if service in line]
