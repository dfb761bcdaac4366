"""A scenario: a form of joint working and the changes made to it, as a browser may send them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MOST_CHANGES = 60
"""Changes in one scenario; each can be taken back by the kept solver."""

Key = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Value = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class Message(BaseModel):
    """What a page may send: nothing that is not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Scenario(Message):
    """A form of joint working and the changes made to it.

    Parameters
    ----------
    model : str
        Name of a model that the page offers; never a path.
    changes : mapping of str to str
        Keys and values of ``--set``, in the order in which they are made.
    """

    model: Key
    changes: dict[Key, Value] = Field(default_factory=dict, max_length=MOST_CHANGES)

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """The changes in order."""
        return tuple(self.changes.items())

    @property
    def identity(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What tells one scenario from another: the order of its changes counts, as with ``--set``."""
        return self.model, self.steps


class Window(Message):
    """The years and areas that figures are shown for.

    Parameters
    ----------
    year, area : str
        One year or area; blank: all of them.
    """

    year: str = Field(default="", max_length=200)
    area: str = Field(default="", max_length=200)

    def within(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table that are inside."""
        for column, chosen in (("year", self.year), ("area", self.area)):
            if chosen:
                table = table[table[column] == chosen]
        return table


Tab = Literal["services", "outcomes", "agencies", "prices", "ladder", "barriers"]


class View(Message):
    """What a page shows beside the headline."""

    tab: Tab = "services"
    measure: Literal["money", "volume"] = "money"
    window: Window = Window()


class Question(Message):
    """A scenario to be answered.

    Parameters
    ----------
    scenario : Scenario
        What to solve.
    start : str
        Name of the form of joint working, unchanged, that it is compared with.
    sequence : int
        The page's own count, sent back with the answer.
    view : View or None
        What to show; None: the value alone, at once.
    """

    scenario: Scenario
    start: Key
    sequence: int = Field(default=0, ge=0)
    view: View | None = None


class Errand(Message):
    """Something that takes longer, or a file to take away.

    Parameters
    ----------
    scenario : Scenario
        What it is about.
    what : str
        Which question, or which kind of file.
    service : str
        For ``why``.
    """

    scenario: Scenario
    what: Literal["prices", "ladder", "barriers", "why", "repairs", "html", "xlsx", "meanwhile"]
    service: str = Field(default="", max_length=200)


class Pin(Message):
    """A scenario that is kept for comparison, under a name."""

    name: str = Field(max_length=80)
    scenario: Scenario


class Pins(Message):
    """Scenarios to compare."""

    pins: tuple[Pin, ...] = Field(max_length=8)


def command_of(place: str, scenario: Scenario) -> str:
    """Return the command line that solves a scenario of a place afresh."""
    return " ".join(["commission-opt solve", place, "--model", scenario.model, *map(_set, scenario.steps)])


def _set(step: tuple[str, str]) -> str:
    key, value = step
    return f"--set {_quoted(f'{key}={value}')}"


def _quoted(text: str) -> str:
    plain = all(sign.isalnum() or sign in "._=+-*%/," for sign in text) and "*" not in text
    return text if plain else "'" + text.replace("'", "'\\''") + "'"


def common_steps(first: tuple[tuple[str, str], ...], other: Mapping[str, str]) -> int:
    """Return how many changes two scenarios share from the beginning."""
    count = 0
    for one, two in zip(first, other.items(), strict=False):
        if one != two:
            break
        count += 1
    return count
