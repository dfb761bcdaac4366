"""Pattern: the matrix of some of the areas, in the order in which it is worked on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from commission_opt.place.names import BoolArray, FloatArray
from commission_opt.solvers.arrow.lanes import Lanes
from commission_opt.solvers.arrow.scan import Small, find_beyond, find_reach
from commission_opt.solvers.arrow.stacks import Stacks, runs, starts
from commission_opt.solvers.arrow.structure import Positions


class Pattern(NamedTuple):
    """The matrix of a share: what areas of each kind (K) have in common, and what each stack (S) has of its own.

    ``start`` (n + 1,) and ``row`` (e,) the entries by column, of the areas of the first kind, of the second, ...; rows
    are numbered within their area: simple ones first, then the rest, then the joint rows, whose entries begin at
    ``beyond`` (n,). ``at`` (e,), for entries of columns that have a simple row, is their place in its ``reach``;
    ``columns``, ``rows`` (K + 1,) where each kind begins; ``simple`` (K,) how many of its rows are simple;
    ``reach_start`` (m + 1,), ``reach`` the other rows that share columns with a simple row, numbered from the area's
    first row that is not simple.

    ``kind`` (S,) of a stack; ``first_column``, ``first_row``, ``first_value``, ``first_beside`` (S + 1,) where its own
    columns, rows, entries and reach begin; ``value`` (E, L) of its entries.
    ``lanes`` is as long as a stack has places (L): the compiler knows lengths.
    """

    lanes: Lanes
    start: Positions
    row: Small
    beyond: Positions
    at: Small
    columns: Positions
    rows: Positions
    simple: Positions
    reach_start: Positions
    reach: Small
    kind: Positions
    first_column: Positions
    first_row: Positions
    first_value: Positions
    first_beside: Positions
    value: FloatArray


@dataclass(frozen=True, eq=False)
class Share:
    """Some of the areas, in stacks of areas (L) that are alike; places without an area have columns in no row.

    Parameters
    ----------
    pattern : Pattern
        The matrix; inequalities have a column of their own that holds what is left.
    cost, span : (n, L)
        Of the columns, which reach from 0 to ``span``.
    right : (m, L)
        What every row of an area has to be.
    live : (S, L)
        Whether there is an area in a place.
    touched : int
        How many of the joint rows, the first of them, hold columns of areas.
    """

    pattern: Pattern
    cost: FloatArray
    span: FloatArray
    right: FloatArray
    live: BoolArray
    touched: int


def stack_pattern(
    entries: tuple[Positions, Small, FloatArray],
    areas: tuple[Positions, Positions, Positions],
    stacks: Stacks,
    touched: int,
) -> Pattern:
    """Return the matrix of some areas, given area after area, in stacks.

    ``entries`` is where those of each column begin (n + 1,), their rows and values (e,); ``areas`` where the columns
    and rows of each area begin (B + 1,), and how many of its rows are simple (B,).
    """
    begin, all_rows, values = entries
    all_columns, rows, simple = areas
    of_area, models = begin[all_columns], stacks.models
    start, row = starts(np.diff(begin)[runs(all_columns, models)]), all_rows[runs(of_area, models)]
    columns, own, simple = starts(np.diff(all_columns)[models]), starts(np.diff(rows)[models]), simple[models]
    at, reach_start = np.zeros(len(row), dtype=np.int16), np.zeros(own[-1] + 1, dtype=np.int32)
    width = int((np.diff(own) - simple).max(initial=0)) + touched
    reach = find_reach((start, row, columns, own, simple), width, at, reach_start)
    return Pattern(
        lanes=(0,) * stacks.lanes,
        start=start,
        row=row,
        beyond=find_beyond((start, row), columns, own),
        at=at,
        columns=columns,
        rows=own,
        simple=simple,
        reach_start=reach_start,
        reach=reach,
        kind=stacks.kind,
        first_column=stacks.begin(all_columns),
        first_row=stacks.begin(rows),
        first_value=stacks.begin(of_area),
        first_beside=starts(np.diff(reach_start[own])[stacks.kind]),
        value=stacks.side_by_side(values, of_area, 0.0),
    )
