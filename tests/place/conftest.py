"""The small valid place, as a folder and read."""

from __future__ import annotations

from pathlib import Path

import pytest

from commission_opt.place import Place
from tests.place.valid import valid_place, write_valid


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that holds the valid place."""
    return write_valid(tmp_path / "ashford")


@pytest.fixture
def ashford() -> Place:
    """Return the valid place."""
    return valid_place()
