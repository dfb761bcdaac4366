"""What a fault is, and short ways to break one spot of a valid place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Mutation = Callable[[Path], None]


@dataclass(frozen=True)
class Fault:
    """One way to break the valid place, and what the complaint has to say."""

    name: str
    mutate: Mutation
    expect: tuple[str, ...]


def edit(file: str, old: str, new: str) -> Mutation:
    """Replace the first occurrence of a text, which has to be there."""

    def mutate(folder: Path) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return mutate


def append(file: str, *lines: str) -> Mutation:
    """Add lines at the end of a file."""

    def mutate(folder: Path) -> None:
        with (folder / file).open("a", encoding="utf-8", newline="") as stream:
            stream.writelines(f"{line}\n" for line in lines)

    return mutate


def write(file: str, content: str | bytes) -> Mutation:
    """Write a file, whether or not it is there."""

    def mutate(folder: Path) -> None:
        (folder / file).write_bytes(content.encode() if isinstance(content, str) else content)

    return mutate


def splice(file: str, old: bytes, new: bytes) -> Mutation:
    """Replace the first occurrence of some bytes, which have to be there."""

    def mutate(folder: Path) -> None:
        data = (folder / file).read_bytes()
        assert old in data, f"{old!r} is not in {file}"
        (folder / file).write_bytes(data.replace(old, new, 1))

    return mutate


def remove(file: str) -> Mutation:
    """Delete a file."""
    return lambda folder: (folder / file).unlink()


def rename(file: str, name: str) -> Mutation:
    """Give a file another name."""

    def mutate(folder: Path) -> None:
        (folder / file).rename(folder / name)

    return mutate


def folder_instead(file: str) -> Mutation:
    """Put a folder where a file should be."""

    def mutate(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).mkdir()

    return mutate


def dangling(file: str) -> Mutation:
    """Put a link to nothing where a file should be."""

    def mutate(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).symlink_to(folder / "nowhere")

    return mutate


def file_instead(folder: Path) -> None:
    """Put a file where the folder should be."""
    shutil.rmtree(folder)
    folder.write_text("not a folder", encoding="utf-8")


def nothing_there(folder: Path) -> None:
    """Take the folder away."""
    shutil.rmtree(folder)
