"""What is seen on a terminal while work goes on, and what is not seen anywhere else."""

from __future__ import annotations

import io
import re
import sys

import pytest

from commission_opt import barriers, read_model
from commission_opt.cli.countdown import Countdown
from commission_opt.cli.output import Output
from tests.tiny import PLACE


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def told(*seconds: float) -> list[str]:
    """Return what is told of so many steps of ten, each begun at a second."""
    heard: list[str] = []
    clock = iter((0.0, *seconds))
    countdown = Countdown(heard.append, lambda: next(clock))
    for done in range(len(seconds)):
        countdown("Solving", done, 10)
    return heard


def test_time_left_follows_the_pace_so_far() -> None:
    """Nothing is foretold before the first step is done; then seconds, then minutes."""
    assert told(5.0, 7.0, 9.0) == [
        "Solving (1 of 10)",
        "Solving (2 of 10, about 18 s left)",
        "Solving (3 of 10, about 16 s left)",
    ]
    assert told(0.0, 20.0)[-1] == "Solving (2 of 10, about 3 min left)"
    assert told(0.0, 0.001)[-1] == "Solving (2 of 10, about 1 s left)"


def test_steps_of_unknown_number_are_told_in_words_alone() -> None:
    """No count is made up."""
    heard: list[str] = []
    Countdown(heard.append)("Reading", 0, 0)
    assert heard == ["Reading"]


def test_barriers_count_their_steps() -> None:
    """Up to the last, never beyond it nor backwards."""
    heard: list[tuple[int, int]] = []
    barriers(PLACE, read_model("aligned"), progress=lambda _words, done, total: heard.append((done, total)))
    first, *later = heard
    assert first == (0, 0)
    assert later == sorted(later)
    assert later[-1][0] + 1 == later[-1][1]
    assert len({total for _, total in later}) == 1


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
