"""What every rule family has to bring: algebra, words for its rows, a golden file, tests, and a model that uses it."""

from __future__ import annotations

from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from commission_opt.model.formulate import formulate
from commission_opt.model.read import read_model
from commission_opt.place.tables import TABLES
from commission_opt.program.blocks import Block
from commission_opt.rules import FAMILIES
from commission_opt.rules.base import PRIORITY, Standing
from commission_opt.shipped import shipped_models
from tests.random_places import random_place
from tests.rules.goldens import GOLDENS

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def blocks() -> list[Block]:
    """Return the rows of every shipped model on some random places, and of the golden programs."""
    places = [random_place(seed) for seed in range(5)]
    programs = [formulate(place, read_model(name)) for place in places for name in shipped_models()]
    programs += [formulate(place, rules) for place, rules in GOLDENS.values()]
    return [block for program in programs for block in program.rows if len(block)]


@pytest.mark.parametrize("family", list(FAMILIES))
def test_docstring_holds_the_algebra(family: str) -> None:
    """The maths stands beside the code."""
    assert ".. math::" in (FAMILIES[family].__doc__ or "")


@pytest.mark.parametrize("family", list(FAMILIES))
def test_family_has_tests_and_a_golden_file(family: str) -> None:
    """By the name of its section."""
    assert (HERE / f"test_{family}.py").is_file()
    assert (HERE / "golden" / f"{family}.txt").is_file()


@pytest.mark.parametrize("family", list(FAMILIES))
def test_a_shipped_model_uses_the_family(family: str) -> None:
    """A rule that no model needs is no rule."""
    assert [name for name in shipped_models() if read_model(name).rule(family)]


def test_every_row_has_words_and_all_words_have_rows(blocks: list[Block]) -> None:
    """Whatever has a price or takes part in a conflict can be put in a sentence."""
    found = {block.family for block in blocks}
    worded = {name for family in FAMILIES.values() for name in family.words}
    assert found == worded


def test_words_name_only_what_their_rows_know(blocks: list[Block]) -> None:
    """The bound, the unit, and the names along the row's dimensions; what gives way also has an amount and an end."""
    words = {name: words for family in FAMILIES.values() for name, words in family.words.items()}
    for block in blocks:
        known = {"bound", "unit", *(names.dimension for names in block.keys.names)}
        for sentence in (words[block.family].price, words[block.family].demand):
            assert fields(sentence) <= known, block.family
        assert fields(words[block.family].gives) <= known | {"amount", "to"}, block.family


def fields(sentence: str) -> set[str]:
    """Return what a sentence leaves to be filled in."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("family", list(FAMILIES))
def test_every_family_states_who_could_let_each_of_its_rules_give_way(family: str) -> None:
    """Partners, whoever holds the money, Parliament; or nobody, as it states a fact or what adds up to what."""
    rule = FAMILIES[family]
    stated = {name: words.standing for name, words in rule.words.items()}
    stated |= {name: bound.words.standing for name, bound in rule.bounds.items()}
    stated |= {name: gate.standing for name, gate in rule.gates.items()}
    assert [name for name, standing in stated.items() if standing not in get_args(Standing)] == []
    assert [name for name, words in rule.words.items() if words.standing not in PRIORITY and words.gives] == []


@pytest.mark.parametrize("family", [name for name, rule in FAMILIES.items() if rule.bounds or rule.gates])
def test_rules_without_rows_are_told_as_rows(family: str) -> None:
    """By names after the family's own that no row has; bounds by columns that are there."""
    rule = FAMILIES[family]
    names = {*rule.bounds, *rule.gates}
    assert not names & set(rule.words)
    assert {name.partition(".")[0] for name in names} == {family}
    programs = [formulate(random_place(seed), read_model("section_75")) for seed in range(5)]
    columns = {block.family: block for program in programs for block in program.columns if len(block)}
    for name, bound in rule.bounds.items():
        known = {"bound", "unit", *(names.dimension for names in columns[bound.column].keys.names)}
        assert fields(bound.words.price) | fields(bound.words.demand) <= known, name
        assert fields(bound.words.gives) <= known | {"amount", "to"}, name


def test_rows_are_named_after_their_family(blocks: list[Block]) -> None:
    """The word before the full stop is the section of the model file."""
    assert {block.family.partition(".")[0] for block in blocks} <= set(FAMILIES)
    for kind, family in FAMILIES.items():
        assert {name.partition(".")[0] for name in family.words} <= {kind}


@pytest.mark.parametrize("family", list(FAMILIES))
def test_family_reads_tables_of_the_registry(family: str) -> None:
    """So that a model can say which tables it takes no notice of."""
    for name in FAMILIES[family].reads:
        table, _, column = name.partition(".")
        assert table in TABLES
        assert not column or column in TABLES[table].names


def test_labels_of_rows_and_columns_are_unique() -> None:
    """A price belongs to one row; also where agencies plan alone."""
    for seed in range(4):
        for name in ("siloed", "section_75"):
            program = formulate(random_place(seed), read_model(name))
            rows = [program.row_label(at) for at in range(program.shape[0])]
            columns = [program.column_label(at) for at in range(program.shape[1])]
            assert len(set(rows)) == len(rows), name
            assert len(set(columns)) == len(columns), name
