"""``barriers``: its words, its document, its exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import document, run, tiny_folder

ROW = ("rule", "label", "sentence", "basis", "standing", "value", "share", "saved_money", "area", "areas")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Return the folder of the tiny place."""
    return tiny_folder(tmp_path)


def test_document_ranks_every_barrier(tiny: Path) -> None:
    """The council's 500 would buy clinics at 1.6 instead of visits at 1.0: 300 more; the NHS would keep its own."""
    result = run("barriers", tiny, "--model", "aligned", "--json")
    found = document(result)
    assert result.exit_code == 0
    assert found["value"] == pytest.approx(3700)
    first = found["barriers"][0]
    assert set(ROW) <= set(first)
    assert (first["label"], first["value"]) == ("pooling.outside[council]", pytest.approx(300))
    worths = [one["value"] for one in found["barriers"]]
    assert worths == sorted(worths, reverse=True)
    assert found["together"]["value"] == pytest.approx(300)


def test_words_say_what_each_is_worth_and_who_could_lift_it(tiny: Path) -> None:
    """Money with its sign, who would have to agree, and what all are worth together."""
    text = run("barriers", tiny, "--model", "aligned").stdout
    assert "What lifting each alone is worth" in text
    assert "stands in the way" in text
    assert "Agreement" in text
    assert all(len(line) <= 80 for line in text.splitlines())
    for jargon in ("dual", "slack", "basis ", "NaN", "nan", "None"):
        assert jargon not in text


def test_quiet_prints_nothing(tiny: Path) -> None:
    """Only errors are printed."""
    assert run("barriers", tiny, "--model", "aligned", "--quiet").stdout == ""


def test_rules_that_cannot_hold_are_explained_as_by_solve(tiny: Path) -> None:
    """A grant of nothing leaves the duties without money: exit code 3 and the conflict."""
    result = run("barriers", tiny, "--model", "status_quo", "--set", "budget.council=*0.1", "--json")
    assert result.exit_code == 3
    assert document(result)["conflict"]


def test_an_unknown_model_is_bad_input(tiny: Path) -> None:
    """The nearest name is offered."""
    result = run("barriers", tiny, "--model", "alined")
    assert result.exit_code == 2
    assert "aligned" in result.stderr
