"""The README is true: its code runs, its commands work, its tables are the program's."""

from __future__ import annotations

import re
import shlex
import sys
import warnings
from pathlib import Path

import pytest

from commission_opt.cli import main
from commission_opt.place.tables import TABLES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(name: str) -> str:
    """Return what stands between a marker of the README and its end."""
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- end -->", README, re.DOTALL)
    assert found, f"The README has no section marked {name}."
    return found[1]


def run(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command line in this process; return what it prints on standard output."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", shlex.split(command))
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code in (0, None), command
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "command", [line.removeprefix("$ ") for line in re.findall(r"^\$ commission-opt .*$", README, re.MULTILINE)]
)
def test_command_lines_work(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each in an empty folder, with exit code 0 and something to read."""
    monkeypatch.chdir(tmp_path)
    assert run(command, capsys).strip()


def run_python_blocks() -> int:
    """Run every block of Python in one namespace; return how many there are."""
    names: dict[str, object] = {}
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    for block in blocks:
        with warnings.catch_warnings():
            # PuLP warns that its next version brings no CBC of its own; the README uses the one that comes with it.
            warnings.simplefilter("ignore", DeprecationWarning)
            exec(compile(block, "README.md", "exec"), names)
    return len(blocks)


def test_python_blocks_run_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a reader would type them."""
    monkeypatch.chdir(tmp_path)
    assert run_python_blocks() >= 2


def test_own_constraint_of_the_readme_costs_what_the_hand_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """2,000 children fewer, 6,412,000, free 264,000 for treatment at 2 a pound: 30,452,400 - 6,412,000 + 528,000."""
    monkeypatch.chdir(tmp_path)
    run_python_blocks()
    assert float(capsys.readouterr().out.strip().splitlines()[-1]) == pytest.approx(24_568_400)


def test_demo_prints_what_the_readme_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Line by line, and the report is written."""
    monkeypatch.chdir(tmp_path)
    printed = [line.rstrip() for line in run("commission-opt demo", capsys).splitlines()]
    shown = [line.rstrip() for line in section("demo output").strip().splitlines()[1:-1]]
    assert [line for line in shown if line and line not in printed] == []
    assert len([line for line in shown if line]) > 10
    assert (tmp_path / "commission-opt-report.html").stat().st_size > 10_000


def test_tables_are_those_of_the_registry() -> None:
    """Every table with its columns in order."""
    stated = re.findall(r"^\| (\w+)( \(required\))? \| (.*) \|$", section("tables"), re.MULTILINE)
    rows = {
        name: (bool(required), re.findall(r"\w+", columns)) for name, required, columns in stated if name != "table"
    }
    common = {"source", "grade", "note"}
    expected = {
        table.name: (table.required, [name for name in table.names if name not in common]) for table in TABLES.values()
    }
    assert rows == expected


def test_links_lead_somewhere() -> None:
    """Relative links of every page."""
    for page in (ROOT / "README.md", *ROOT.glob("*/README.md"), *ROOT.glob("instances/*/README.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
