"""How long work will take at the pace so far."""

from __future__ import annotations

MINUTE = 60.0
LONG = 90.0
"""Seconds from which time left is told in minutes."""


def time_left(done: int, count: int, seconds: float) -> str:
    """Say about how long the rest will take.

    Parameters
    ----------
    done, count : int
        Steps that are done, and steps in all.
    seconds : float
        What those that are done took.

    Returns
    -------
    str
        ``, about 20 s left``; blank before the first step is done, and where less than a second is left.
    """
    left = seconds / done * (count - done) if done else 0.0
    if left < 1:
        return ""
    return f", about {left:.0f} s left" if left < LONG else f", about {left / MINUTE:.0f} min left"
