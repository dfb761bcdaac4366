"""Dive: whole numbers rounded some at a time, the rest of the program solved anew each time, down to a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from commission_opt.place.names import BoolArray, FloatArray
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers.answer import Answer, Status

NEAR = 0.1
"""Distance from a whole number up to which a number is rounded at once."""

PART = 0.5
"""Share of the other numbers, those nearest to whole ones, that is rounded each time."""


def dive(program: LinearProgram, numbers: FloatArray, solve: Callable[[LinearProgram], Answer]) -> Answer | None:
    """Return the answer with all numbers whole to which rounding leads, or None where it leads to none.

    Parameters
    ----------
    program : LinearProgram
        With whole numbers (w).
    numbers : (w,)
        Of a solution in which they need not be whole.
    solve : callable
        Answers a linear program; where it is stopped, the dive is over.
    """
    whole = program.whole
    lower, upper = program.lower[whole].copy(), program.upper[whole].copy()
    held = lower == upper
    while True:
        chosen = _nearest(numbers, held)
        found = None
        while found is None:
            low, high = lower.copy(), upper.copy()
            low[chosen] = high[chosen] = np.clip(np.rint(numbers[chosen]), lower[chosen], upper[chosen])
            answer = solve(_between(program, low, high))
            if answer.status is Status.OPTIMAL:
                found = answer
            elif answer.status is not Status.INFEASIBLE or len(chosen) <= 1:
                return None
            chosen = chosen[: len(chosen) // 2]
        lower, upper, numbers = low, high, found.x[whole]
        held = lower == upper
        if held.all():
            return found


def _nearest(numbers: FloatArray, held: BoolArray) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return which numbers to round next, the surest first."""
    distance = np.where(held, np.inf, np.abs(numbers - np.rint(numbers)))
    order = np.argsort(distance, kind="stable")[: int((~held).sum())]
    sure = int((distance[order] <= NEAR).sum())
    return order[: max(sure, 1) + int(np.ceil(PART * max(len(order) - sure, 0)))]


def _between(program: LinearProgram, low: FloatArray, high: FloatArray) -> LinearProgram:
    """Return the linear program whose numbers, not whole, are kept to these bounds."""
    lower, upper = program.lower.copy(), program.upper.copy()
    lower[program.whole], upper[program.whole] = low, high
    return replace(program, lower=lower, upper=upper, whole=program.whole[:0])
