"""Machine code that is kept belongs to the very sources that it was made of."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from numba import config

from commission_opt.solvers.arrow import compiled


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a copy of the sources, of which it is asked where their machine code is kept."""
    folder = tmp_path / "arrow"
    shutil.copytree(Path(compiled.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(compiled, "__file__", str(folder / "compiled.py"))
    return folder


def test_other_sources_keep_theirs_elsewhere(sources: Path) -> None:
    """After an upgrade, old code would be taken for what has not changed itself, but calls what has."""
    before = compiled._home()
    assert Path(before).parent == sources / "__pycache__"
    assert Path(before).name == Path(compiled.HOME).name
    (sources / "lanes.py").write_text((sources / "lanes.py").read_text() + "\n# changed\n")
    assert compiled._home() != before


def test_a_folder_that_the_user_has_chosen_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the compiler promises; other packages' code stays where it was."""
    assert config.CACHE_DIR != compiled.HOME
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path / "kept"))
    assert Path(compiled._home()).parent == tmp_path / "kept"


def test_what_is_compiled_is_kept_there() -> None:
    """All of it."""
    from commission_opt.solvers.arrow.point import room

    assert Path(room.stats.cache_path).parent == Path(compiled.HOME)
