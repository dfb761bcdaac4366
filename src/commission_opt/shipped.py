"""Models and places that ship with the package, in a checkout and in an installed wheel alike."""

from __future__ import annotations

from pathlib import Path


def shipped_models() -> dict[str, Path]:
    """Return the file of every model that ships, by name."""
    return {path.stem: path for path in sorted(_folder("models").glob("*.toml"))}


def shipped_places() -> dict[str, Path]:
    """Return the folder of every place that ships, by name."""
    return {path.parent.name: path.parent for path in sorted(_folder("instances").glob("*/place.toml"))}


def _folder(name: str) -> Path:
    package = Path(__file__).resolve().parent
    installed = package / "shipped" / name
    return installed if installed.is_dir() else package.parents[1] / name
