"""How far long work has come, and how long the rest will take at the pace so far."""

from __future__ import annotations

import time
from collections.abc import Callable

MINUTE = 60.0
LONG = 90.0
"""Seconds from which time left is told in minutes."""


class Countdown:
    """Adds to words how many steps are done and about how much time is left.

    Parameters
    ----------
    tell : callable
        Shows words.
    clock : callable
        Seconds that pass.
    """

    def __init__(self, tell: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._clock = clock
        self._begun = clock()

    def __call__(self, words: str, done: int, total: int) -> None:
        """Show what is done now: one more step after so many of so many; of 0 where that is not known yet."""
        if not total:
            self._tell(words)
            return
        if not done:
            self._begun = self._clock()
        self._tell(f"{words} ({done + 1} of {total}{self._left(done, total)})")

    def _left(self, done: int, total: int) -> str:
        """Return the time left; a blank before the first step is done."""
        if not done:
            return ""
        seconds = (self._clock() - self._begun) / done * (total - done)
        if seconds < LONG:
            return f", about {max(round(seconds), 1)} s left"
        return f", about {round(seconds / MINUTE)} min left"
