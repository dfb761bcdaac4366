"""Every malformed input is refused with a message that leads to the fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from commission_opt.errors import PlaceError
from commission_opt.place import read_place
from tests.place.fault import append, edit
from tests.place.faults import FAULTS

AT_LEAST = 130


def test_faults_are_many_and_have_names_of_their_own() -> None:
    """The table keeps its size, and no fault is there twice."""
    assert len(FAULTS) >= AT_LEAST
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


def test_three_faults_in_three_files_are_three_problems(folder: Path) -> None:
    """Nobody has to repair one fault to hear of the next."""
    edit("effects.csv", "falls-clinic", "falls-clinics")(folder)
    append("demand.csv", "noise,,,,-3")(folder)
    edit("place.toml", "money_unit = 1000", "money_unit = 7")(folder)
    with pytest.raises(PlaceError) as refusal:
        read_place(folder)
    assert sorted(Path(problem.where).name for problem in refusal.value.problems) == [
        "demand.csv",
        "effects.csv",
        "place.toml",
    ]


def test_broken_settings_do_not_hide_broken_cells(folder: Path) -> None:
    """Tables are read even where place.toml cannot be."""
    edit("place.toml", '"ashford"', "ashford")(folder)
    edit("demand.csv", ",300", ",x")(folder)
    with pytest.raises(PlaceError) as refusal:
        read_place(folder)
    assert len(refusal.value.problems) == 2


def test_what_cannot_be_read_draws_no_further_complaints(folder: Path) -> None:
    """A missing header in services is one problem, not one for every name that refers to it."""
    edit("services.csv", "service,name", "servise,name")(folder)
    with pytest.raises(PlaceError) as refusal:
        read_place(folder)
    assert {Path(problem.where).name for problem in refusal.value.problems} == {"services.csv"}


def test_missing_required_table_is_one_problem(folder: Path) -> None:
    """Names that refer to a required table that is missing are not judged."""
    (folder / "outcomes.csv").unlink()
    with pytest.raises(PlaceError) as refusal:
        read_place(folder)
    assert len(refusal.value.problems) == 1
