"""Models, places and sizes of synthetic places that ship, in a checkout and in an installed wheel alike."""

from __future__ import annotations

from pathlib import Path

SIZES = "synthetic"
"""Folder of the sizes of synthetic places: one of them is called a place, and none is one."""


def shipped_models() -> dict[str, Path]:
    """Return the file of every model that ships, by name."""
    return {path.stem: path for path in sorted(_folder("models").glob("*.toml"))}


def shipped_places() -> dict[str, Path]:
    """Return the folder of every place that ships, by name."""
    found = sorted(_folder("instances").glob("*/place.toml"))
    return {path.parent.name: path.parent for path in found if path.parent.name != SIZES}


def shipped_sizes() -> dict[str, Path]:
    """Return the file of every size of synthetic place that ships, by name."""
    return {path.stem: path for path in sorted(_folder("instances").glob(f"{SIZES}/*.toml"))}


def _folder(name: str) -> Path:
    package = Path(__file__).resolve().parent
    installed = package / "shipped" / name
    return installed if installed.is_dir() else package.parents[1] / name
