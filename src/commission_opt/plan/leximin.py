"""Leximin: the worst-off as well off as can be, then the next, until nobody can gain but at the cost of one behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from commission_opt.model.worst_off import WorstOff
from commission_opt.place.names import FloatArray, Names
from commission_opt.plan.certificate import Certificate
from commission_opt.plan.words import number_text
from commission_opt.program.blocks import Block, Keys
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Answer

HOLDS = 1e-6
"""Least price of a group that holds the least level back; the prices of all groups add up to 1."""

Prove = Callable[[LinearProgram], tuple[Answer, Certificate]]


@dataclass(frozen=True, eq=False)
class Leximin:
    """Groups at their certified levels: the program that keeps them there, and (H,) the levels in the groups' order."""

    program: LinearProgram
    levels: FloatArray

    def note(self, worst: WorstOff) -> str:
        """Say who has what, worst off first."""
        order = np.argsort(self.levels, kind="stable")
        named = [f"{worst.names.labels[at]} {number_text(float(self.levels[at]))}" for at in order]
        return (
            "Value for each person (or what the model counts), each raised as far as it can be without lowering one "
            f"before it, and proven so: {', '.join(named)}."
        )


def level_up(program: LinearProgram, worst: WorstOff, prove: Prove, give: tuple[float, float]) -> Leximin:
    """Maximise the least level, hold the groups that it depends on, and go on with the rest.

    A group with a price is at the least level in every best plan (complementary slackness), so it can be held there;
    each stage holds at least one, and is certified. Prices need a program without whole numbers.

    Parameters
    ----------
    program : LinearProgram
        Whose objective is the column of the worst-off.
    worst : WorstOff
        Where the levels are.
    prove : callable
        Solves a program and certifies the answer.
    give : (float, float)
        Share of each level that the next stages, and the next objectives, may give up.

    Returns
    -------
    Leximin
        Rows that compare levels are switched off, as every level is held by itself.
    """
    rounding, tolerance = give
    levels = np.full(len(worst.rows), np.nan)
    while np.isnan(levels).any():
        answer, certificate = prove(_held(program, worst, levels, rounding))
        price = np.where(np.isnan(levels), np.abs(answer.prices[worst.rows]), -1.0)
        levels[price >= min(HOLDS, float(price.max()))] = certificate.objective
    return Leximin(_held(program, worst, levels, tolerance), levels)


def level_up_by_sums(
    program: LinearProgram, worst: WorstOff, prove: Prove, give: tuple[float, float], then: FloatArray
) -> Leximin:
    r"""Maximise the lowest level, then the sum of the two lowest, of the three lowest, and so on to all of them.

    .. math:: lowest_k = \max_{t, d \ge 0} \; k \, t_k - \sum_j d_{k j}, \qquad d_{k j} \ge t_k - level_j

    It needs no prices, so whole numbers may stay; each stage is proven to the gap of such programs. Which groups have
    the levels, where that is open, is decided by the next objective.

    Parameters
    ----------
    program, worst, prove, give
        As for :func:`level_up`.
    then : (n,)
        The next objective.

    References
    ----------
    Ogryczak and Sliwinski, On direct methods for lexicographic min-max optimization, ICCSA 2006, LNCS 3982.
    """
    rounding, tolerance = give
    stage, lowest = _with_sums(program, worst)
    for rank, goal in enumerate(lowest):
        _, certificate = prove(stage.with_objective(goal))
        least = certificate.objective - rounding * abs(certificate.objective)
        keys = Keys.of((_ranks(len(lowest)), np.array([rank])))
        stage = stage.with_row("objective.lowest", goal, least, "units of value a head", keys)
    answer, _ = prove(stage.with_objective(np.append(then, np.zeros(stage.shape[1] - len(then)))))
    levels = answer.x[worst.levels]
    return Leximin(_held(program, worst, levels, tolerance), levels)


def _with_sums(program: LinearProgram, worst: WorstOff) -> tuple[LinearProgram, FloatArray]:
    """Return the program with t and d for every number of groups, and (H, n) the sums of so many lowest levels."""
    groups, (rows, columns) = len(worst.levels), program.shape
    rank, group = (grid.reshape(-1) for grid in np.indices((groups, groups)))
    room = max(abs(float(program.lower[worst.column])), abs(float(program.upper[worst.column])))
    below, single = np.arange(groups * groups), np.arange(groups)
    entries = sparse.csc_array(
        (
            np.concatenate([np.ones(len(below)), -np.ones(len(below)), np.ones(len(below))]),
            (
                np.tile(below, 3),
                np.concatenate([columns + groups + below, columns + rank, worst.levels[group]]),
            ),
        ),
        shape=(len(below), columns + groups + len(below)),
    )
    of_rank, of_both = Keys.of((_ranks(groups), single)), Keys.of((_ranks(groups), rank), (worst.names, group))
    unit = "units of value a head"
    whole = LinearProgram(
        name=program.name,
        objective=np.zeros(entries.shape[1]),
        matrix=sparse.csc_array(
            sparse.vstack([sparse.hstack([program.matrix, sparse.csc_array((rows, groups + len(below)))]), entries])
        ),
        lower=np.concatenate([program.lower, np.full(groups, -room), np.zeros(len(below))]),
        upper=np.concatenate([program.upper, np.full(groups, room), np.full(len(below), 2.0 * room)]),
        row_lower=np.concatenate([program.row_lower, np.zeros(len(below))]),
        row_upper=np.concatenate([program.row_upper, np.full(len(below), np.inf)]),
        columns=(
            *program.columns,
            Block("objective.level_of", of_rank, unit, columns),
            Block("objective.below", of_both, unit, columns + groups),
        ),
        rows=(*program.rows, Block("objective.below", of_both, unit, rows)),
        whole=program.whole,
    )
    lowest = np.zeros((groups, entries.shape[1]))
    lowest[single, columns + single] = 1.0 + single
    lowest[rank, columns + groups + below] = -1.0
    return whole, lowest


def _ranks(groups: int) -> Names:
    return Names("rank", tuple(str(1 + rank) for rank in range(groups)))


def _held(program: LinearProgram, worst: WorstOff, levels: FloatArray, give: float) -> LinearProgram:
    """Return the program with every known level held by itself, up to a share that it may give up."""
    known = np.flatnonzero(~np.isnan(levels))
    lower, row_lower = program.lower.copy(), program.row_lower.copy()
    least = levels[known] - give * np.abs(levels[known])
    lower[worst.levels[known]] = np.maximum(lower[worst.levels[known]], least)
    row_lower[worst.rows[known]] = -np.inf
    return program.with_bounds(lower, program.upper, row_lower, program.row_upper)
