"""What is seen on a terminal while work goes on, and what is not seen anywhere else."""

from __future__ import annotations

import io
import re
import sys

import pytest

from commission_opt import compare
from commission_opt.analysis.pace import time_left
from commission_opt.cli.output import Output
from tests.tiny import PLACE


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("done", "count", "seconds", "left"),
    [
        (0, 10, 5.0, ""),
        (1, 10, 2.0, ", about 18 s left"),
        (5, 10, 2.0, ", about 2 s left"),
        (9, 10, 4.5, ""),
        (1, 10, 20.0, ", about 3 min left"),
        (10, 10, 60.0, ""),
    ],
)
def test_time_left_follows_the_pace_so_far(done: int, count: int, seconds: float, left: str) -> None:
    """Nothing is foretold before the first step is done, nor when all but a moment is over."""
    assert time_left(done, count, seconds) == left


def test_forms_of_working_together_are_counted_as_they_are_solved() -> None:
    """Each by its title, and of how many."""
    heard: list[str] = []
    compare(PLACE, ["status_quo", "aligned"], progress=heard.append)
    assert [re.sub(", about.*left", "", words) for words in heard] == [
        "Status quo: today's volumes (1 of 2)",
        "Aligned budgets: one plan, separate money (2 of 2)",
    ]


@pytest.mark.parametrize(
    ("colours", "no_color", "terminal"), [(True, None, True), (False, "1", True), (False, None, False)]
)
def test_colours_are_for_terminals_that_want_them(
    monkeypatch: pytest.MonkeyPatch, colours: bool, no_color: str | None, terminal: bool
) -> None:
    """``NO_COLOR`` is heeded, and what is written to a file or a pipe has none."""
    from rich.text import Text

    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    if no_color:
        monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    Output(as_json=False, quiet=False).show(Text("gain", style="green"))
    assert bool(re.search(r"\x1b\[[\d;]*3[0-9]m", stream.getvalue())) == colours
    assert "gain" in stream.getvalue()


def test_progress_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log or a pipe gets none."""
    for stream, seen in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setenv("TERM", "xterm-256color")
        with Output(as_json=False, quiet=False).progress("Reading the place") as tell:
            tell("Solving")
        assert ("Solving" in stream.getvalue()) == seen
