"""Areas and clusters as groups: who belongs to which, how large each is, and what each has for one of its people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from commission_opt.place.names import EVERYTHING, FloatArray, IntArray, Names
from commission_opt.program.blocks import Keys
from commission_opt.rules.draft import Draft

By = Literal["area", "cluster"]
Per = Literal["head", "weighted_head", "case"]


@dataclass(frozen=True, eq=False)
class AreaGroups:
    """Areas or clusters (H): their names, the group of each area (N,), and the size of each (H,), above nothing."""

    names: Names
    of_area: IntArray
    size: FloatArray

    @property
    def share(self) -> FloatArray:
        """Return (H,) the part of the place that each group is."""
        return np.asarray(self.size / self.size.sum())


@dataclass(frozen=True, eq=False)
class PerHead:
    """Columns (H,) that hold what each group has for one unit of its size."""

    groups: AreaGroups
    column: IntArray


def group_areas(draft: Draft, by: By, per: Per) -> AreaGroups:
    """Group the areas of a place.

    Parameters
    ----------
    draft : Draft
        Takes a note where the place lacks what is asked for.
    by : str
        Each area by itself, or its cluster; an area without a cluster stands for itself.
    per : str
        Size: people, people times the area's equity weight, or cases of all needs over all years. Where people are not
        counted in every area, cases stand in.

    Returns
    -------
    AreaGroups
        Groups without people or cases are left out: their areas have the code -1.
    """
    names, areas = draft.arrays.names, draft.arrays.place.tables["areas"]
    label = np.array(names.area.labels, dtype=object)
    if len(names.area) == 1:
        draft.notes.append("This place is a single area, so what is shared out between areas all stays in it.")
    elif by == "cluster":
        cluster = areas.set_index("area")["cluster"].reindex(names.area.labels).to_numpy(dtype=object)
        if not (cluster != "").any():
            draft.notes.append("This place has no clusters, so each area stands for itself.")
        label = np.where(cluster != "", cluster, label)
    size = _sizes(draft, per)
    counted = size > 0
    groups = Names.sorted("neighbourhood", label[counted])
    code = {name: at for at, name in enumerate(groups.labels)}
    of_area = np.array(
        [code.get(name, EVERYTHING) if has else EVERYTHING for name, has in zip(label, counted, strict=True)]
    )
    total = np.bincount(of_area[counted], size[counted], minlength=len(groups))
    return AreaGroups(groups, of_area.astype(np.int64), np.asarray(total, dtype=float))


def _sizes(draft: Draft, per: Per) -> FloatArray:
    """Return (N,) the size of each area."""
    arrays = draft.arrays
    cells = arrays.cells
    cases = np.bincount(cells.area, cells.cases.sum(axis=1), minlength=len(arrays.names.area))
    if per == "case":
        return np.asarray(cases, dtype=float)
    if np.isnan(arrays.population).any():
        if len(arrays.names.area) > 1:
            draft.notes.append("People are not counted in every area, so areas are compared by their cases of need.")
        return np.asarray(cases, dtype=float)
    return np.asarray(arrays.population * (arrays.equity_weight if per == "weighted_head" else 1.0))


def add_per_head(draft: Draft, groups: AreaGroups, coefficient: FloatArray, family: str, unit: str) -> PerHead:
    r"""Add a column for each group that holds what it has for one unit of its size.

    .. math:: \sum_{j \in h} coefficient_j \, x_j = size_h \cdot level_h

    Parameters
    ----------
    draft : Draft
        With all columns that have a coefficient.
    groups : AreaGroups
        The groups.
    coefficient : (n,)
        What one unit of every column adds to the area that it is in.
    family, unit : str
        Name of the rows and columns, and the unit of what is counted.
    """
    area = draft.area_of_columns()[: len(coefficient)]
    column = np.flatnonzero((area != EVERYTHING) & (coefficient != 0))
    group = groups.of_area[area[column]]
    column, group = column[group != EVERYTHING], group[group != EVERYTHING]
    amount = coefficient[column]
    lower, upper = draft.builder.column_lower()[column], draft.builder.column_upper()[column]
    ends = (np.where(amount > 0, lower, upper), np.where(amount > 0, upper, lower))
    low, high = (np.bincount(group, amount * end, minlength=len(groups.names)) / groups.size for end in ends)
    keys = Keys.of((groups.names, np.arange(len(groups.names))))
    level = draft.builder.add_columns(family, keys, high, unit=f"{unit} a head", lower=low)
    position = draft.builder.add_rows(family, keys, unit=unit, lower=0.0, upper=0.0)
    draft.builder.add_entries(position[group], column, amount)
    draft.builder.add_entries(position, level, -groups.size)
    return PerHead(groups, level)
