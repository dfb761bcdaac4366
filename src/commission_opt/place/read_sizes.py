"""Sizes of synthetic places that ship: one file each, so that trials of scale speak of the same places."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields

from commission_opt.errors import PlaceError, Problem, nearest
from commission_opt.place.synthetic_parts import SyntheticSize
from commission_opt.shipped import shipped_sizes


@dataclass(frozen=True)
class NamedSize:
    """A size that ships.

    Parameters
    ----------
    title, description : str
        What it is like, for people.
    size : SyntheticSize
        Numbers of areas, services, years, tranches and cohorts.
    seed : int
        Seed of the place that trials speak of.
    """

    title: str
    description: str
    size: SyntheticSize
    seed: int


def synthetic_sizes() -> dict[str, NamedSize]:
    """Return every size that ships, the smallest first."""
    found = {name: synthetic_size(name) for name in shipped_sizes()}
    return dict(sorted(found.items(), key=lambda named: named[1].size.areas))


def synthetic_size(name: str) -> NamedSize:
    """Return a size that ships.

    Raises
    ------
    PlaceError
        When there is none of the name.
    """
    files = shipped_sizes()
    if name not in files:
        remedy = nearest(name, files) or f"Sizes that ship: {', '.join(files)}."
        raise PlaceError([Problem("size", f"'{name}' is not a size that ships.", remedy)])
    stated = tomllib.loads(files[name].read_text(encoding="utf-8"))
    figures = {field.name: int(stated[field.name]) for field in fields(SyntheticSize)}
    return NamedSize(
        title=str(stated["title"]),
        description=" ".join(str(stated["description"]).split()),
        size=SyntheticSize(**figures),
        seed=int(stated["seed"]),
    )
