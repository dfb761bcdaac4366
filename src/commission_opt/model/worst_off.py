"""The worst-off area or cluster as a column of the program."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commission_opt.place.names import IntArray, Names
from commission_opt.program.blocks import Keys
from commission_opt.rules.area_groups import By, Per, add_per_head, group_areas
from commission_opt.rules.draft import Draft
from commission_opt.rules.outcomes import value_of_columns


@dataclass(frozen=True, eq=False)
class WorstOff:
    """Where a program keeps the levels of groups of areas and the least of them.

    Parameters
    ----------
    names : Names
        The groups (H).
    levels : (H,) columns
        Outcome value per head of each group.
    column : int
        The column that is at most every level.
    rows : (H,) rows
        Which say so.
    """

    names: Names
    levels: IntArray
    column: int
    rows: IntArray


def add_worst_off(draft: Draft, by: By, per: Per) -> WorstOff:
    r"""Add the level of every group and a column below them all.

    .. math:: worst \le level_h, \qquad size_h \cdot level_h = \sum_{n \in h} \sum_o w_o \sum_{g t} d_t \,
        outcome_{o n g t}

    Parameters
    ----------
    draft : Draft
        With all its rules' columns.
    by, per : str
        What is compared, and for one unit of what; see :func:`commission_opt.rules.area_groups.group_areas`.
    """
    groups = group_areas(draft, by, per)
    value = value_of_columns(draft, draft.planners.weight, np.ones(len(draft.arrays.names.area)))
    levels = add_per_head(draft, groups, value, "objective.level", "units of value")
    high, low = draft.builder.column_upper()[levels.column], draft.builder.column_lower()[levels.column]
    # Room to spare on both sides, so that only rows hold the column and their prices say which groups are worst off.
    room = 1.0 + float(np.abs(np.concatenate([high, low])).max(initial=0.0))
    keys = Keys.of((groups.names, np.arange(len(groups.names))))
    column = draft.builder.add_columns("objective.worst", Keys((), ()), room, unit="units of value a head", lower=-room)
    rows = draft.builder.add_rows("objective.worst", keys, unit="units of value a head", lower=0.0)
    draft.builder.add_entries(rows, levels.column, 1.0)
    draft.builder.add_entries(rows, np.repeat(column, len(rows)), -1.0)
    return WorstOff(groups.names, levels.column, int(column[0]), rows)
