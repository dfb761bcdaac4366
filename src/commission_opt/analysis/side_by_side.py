"""Questions that do not depend on each other, asked side by side on the processors there are."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from commission_opt.analysis.pace import time_left
from commission_opt.plan.run import Progress

Question = TypeVar("Question")
Found = TypeVar("Found")

FEW = 3
"""Questions answered before the time left is guessed."""


def ask_each(questions: Sequence[Question], ask: Callable[[Question], Found], tell: Progress, what: str) -> list[Found]:
    """Ask each question, a thread to each processor, and return what was found in the order of the questions.

    Parameters
    ----------
    questions
        What to ask.
    ask : callable
        Answers one question from nothing that another question changes; solvers let other threads run meanwhile.
    tell : callable
        Told in words how many are answered and about how long the rest will take.
    what : str
        What is being done to each, for those words.
    """
    started = time.perf_counter()
    found: list[Found] = []
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        tell(_words(what, 0, len(questions), 0.0))
        try:
            for answer in pool.map(ask, questions):
                found.append(answer)
                tell(_words(what, len(found), len(questions), time.perf_counter() - started))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return found


def _words(what: str, done: int, count: int, seconds: float) -> str:
    """Say how far this is, and how long the rest will take once that can be guessed."""
    return f"{what}: {done} of {count}{time_left(done, count, seconds) if done >= FEW else ''}"
