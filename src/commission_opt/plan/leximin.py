"""Leximin: the worst-off as well off as can be, then the next, until nobody can gain but at the cost of one behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from commission_opt.model.worst_off import WorstOff
from commission_opt.place.names import FloatArray
from commission_opt.plan.certificate import Certificate
from commission_opt.plan.words import number_text
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
    each stage holds at least one, and is certified.

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


def _held(program: LinearProgram, worst: WorstOff, levels: FloatArray, give: float) -> LinearProgram:
    """Return the program with every known level held by itself, up to a share that it may give up."""
    known = np.flatnonzero(~np.isnan(levels))
    lower, row_lower = program.lower.copy(), program.row_lower.copy()
    least = levels[known] - give * np.abs(levels[known])
    lower[worst.levels[known]] = np.maximum(lower[worst.levels[known]], least)
    row_lower[worst.rows[known]] = -np.inf
    return program.with_bounds(lower, program.upper, row_lower, program.row_upper)
