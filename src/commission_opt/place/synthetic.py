"""Synthetic places of any size, for trials of scale: invented figures, the same ones for the same seed.

Sizes and costs are skewed as real ones are, cases of different needs come together where people are poor or old, and
each agency spends a head about a quarter of what such agencies do. Today's volumes cost exactly what the agencies have,
so the baseline is a feasible plan, and they meet only part of the demand, so money is what limits any plan.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pandas as pd

from commission_opt.errors import PlaceError
from commission_opt.place.place import Place, PlaceSettings
from commission_opt.place.read_sizes import synthetic_size
from commission_opt.place.settings import WHERE_GIVEN, Statements, check_settings
from commission_opt.place.synthetic_areas import BLOCK, add_up, area_blocks, tables_of_areas
from commission_opt.place.synthetic_money import money_tables
from commission_opt.place.synthetic_parts import FIRST_YEAR, Sketch, SyntheticSize
from commission_opt.place.synthetic_services import tables_of_services
from commission_opt.place.synthetic_sketch import draw_sketch
from commission_opt.place.write_stream import write_stream


def synthetic_place(size: SyntheticSize | str, seed: int | None = None, *, name: str = "") -> Place:
    """Invent a place whose baseline balances and whose budgets bind.

    Parameters
    ----------
    size : SyntheticSize or str
        Numbers of areas, services, years, tranches and cohorts, or the name of a size that ships.
    seed : int or None
        The same seed and size give the same place; none: that of the named size, or 0.
    name : str
        Short name of the place; blank: that of the size, or ``synthetic``.

    Returns
    -------
    Place
        Checked as any other.

    Raises
    ------
    PlaceError
        When a size is out of range or unknown, or the name cannot be one.
    """
    settings, sketch = _start(size, seed, name)
    parts: dict[str, list[pd.DataFrame]] = {}
    for table, frame in _frames(sketch, BLOCK):
        parts.setdefault(table, []).append(frame)
    tables = {table: pd.concat(frames, ignore_index=True) for table, frames in parts.items()}
    return Place.from_tables(
        tables, name=settings.name, years=settings.years, title=settings.title, source=settings.source
    )


def write_synthetic(
    folder: str | os.PathLike[str],
    size: SyntheticSize | str,
    seed: int | None = None,
    *,
    file_format: Literal["csv", "parquet"] = "parquet",
    block: int = BLOCK,
) -> dict[str, int]:
    """Write a synthetic place to a folder, some areas at a time, so that a whole country fits in little memory.

    Reading the folder gives the place that :func:`synthetic_place` makes.

    Parameters
    ----------
    folder : path
        Where to write; made if absent. The tables of a place that is there already are replaced.
    size, seed
        As for :func:`synthetic_place`.
    file_format : str
        ``parquet`` (needs the extra) or ``csv``.
    block : int
        Areas that are in memory at a time; it changes nothing that is written but the row groups of Parquet.

    Returns
    -------
    dict of str to int
        Rows of each table.

    Raises
    ------
    PlaceError
        When a size is out of range or unknown, or the folder cannot be written.
    """
    settings, sketch = _start(size, seed, "")
    return write_stream(Path(folder), settings, _frames(sketch, block), file_format)


def _start(size: SyntheticSize | str, seed: int | None, name: str) -> tuple[PlaceSettings, Sketch]:
    """Check what was asked for; return the settings of the place and its skeleton."""
    title = ""
    if isinstance(size, str):
        known = synthetic_size(size)
        name, title, seed, size = name or size, known.title, known.seed if seed is None else seed, known.size
    size.check()
    seed = seed or 0
    stated = {
        "name": name or "synthetic",
        "years": [str(FIRST_YEAR + year) for year in range(size.years)],
        "title": title or f"Synthetic place {seed}",
        "source": f"Invented: synthetic place, seed {seed}. Cases and today's volumes are assumed; the other tables "
        "name the source of each row.",
    }
    settings, problems = check_settings(Statements(stated, WHERE_GIVEN, {}))
    if problems:
        raise PlaceError(problems)
    return settings, draw_sketch(size, seed)


def _frames(sketch: Sketch, block: int) -> Iterator[tuple[str, pd.DataFrame]]:
    """Make every table, those about areas in parts."""
    totals = add_up(sketch, block)
    yield from tables_of_services(sketch, totals).items()
    yield from money_tables(sketch, totals).items()
    for areas in area_blocks(sketch, block):
        yield from tables_of_areas(sketch, areas).items()
