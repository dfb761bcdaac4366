"""Running a command in this process, and reading what it printed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from commission_opt.cli import commission_opt
from commission_opt.place import write_place
from tests.tiny import rows, tiny

CUT = {"needs": rows("need must_meet", ("falls", 1.0), ("illness", 1.0))}
"""Duties that the tiny place's money cannot meet."""


def run(*args: object) -> Result:
    """Run a command; nothing but an exit may end it, and nothing that it prints may be a traceback."""
    result = CliRunner().invoke(commission_opt, [str(arg) for arg in args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output, result.output
    return result


def refused(result: Result, expect: Iterable[str]) -> None:
    """Hold that a command refused its input: exit code 2, nothing on stdout, and words that lead to the fault."""
    assert result.exit_code == 2
    assert result.stdout == ""
    assert [words for words in expect if words not in result.stderr] == [], result.stderr


def document(result: Result) -> dict[str, Any]:
    """Return the one JSON document that a command printed; figures that JSON does not know are refused."""

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    read: dict[str, Any] = json.loads(result.stdout, parse_constant=refuse)
    assert result.stderr == ""
    return read


def tiny_folder(folder: Path, **changes: object) -> Path:
    """Write the tiny place, with changes, to a folder."""
    return write_place(tiny(**changes), folder / "tiny")
