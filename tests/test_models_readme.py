"""The README of the models is true: it lists what ships, and its commands speak of what there is."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path

import pytest

from commission_opt.analysis.changes import change
from commission_opt.model.formulate import formulate
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.place.read import read_place
from commission_opt.rules import FAMILIES
from commission_opt.shipped import shipped_models, shipped_places

README = (Path(__file__).parents[1] / "models" / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"`commission-opt ((?:solve|compare) .*?)`", README)


@cache
def shipped(name: str) -> Place:
    """Return a place that ships, read once."""
    return read_place(shipped_places()[name])


def after(words: list[str], option: str) -> list[str]:
    """Return what follows every occurrence of an option."""
    return [words[at + 1] for at, word in enumerate(words) if word == option]


def test_it_lists_every_model_and_every_section() -> None:
    """In the order in which a reader meets them, or any other."""
    first, _, rest = README.partition("## Sections")
    assert set(re.findall(r"^\| `(\w+)` \|", first, re.MULTILINE)) == set(shipped_models())
    sections, _, _ = rest.partition("## Forms")
    assert set(re.findall(r"^\| `\[(\w+)\]` \|", sections, re.MULTILINE)) == set(FAMILIES)


@pytest.mark.parametrize("command", COMMANDS)
def test_command_speaks_of_models_settings_and_figures_that_there_are(command: str) -> None:
    """Each is formulated as the command line would, with what it changes."""
    words = shlex.split(command)
    place = shipped(words[1])
    named = [*after(words, "--model"), *(name for names in after(words, "--models") for name in names.split(","))]
    changes = dict(word.split("=", 1) for word in after(words, "--set"))
    assert named
    for name in named:
        assert formulate(*change(place, read_model(name), changes)).shape[1] > 0
