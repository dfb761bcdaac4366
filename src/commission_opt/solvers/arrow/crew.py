"""Crew: who works on the shares of the areas; here, the threads of this machine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, Self

from commission_opt.solvers.arrow.form import Form
from commission_opt.solvers.arrow.part import Part


class Crew(Protocol):
    """Anything that keeps the parts and passes orders on to them; answers come in the order of the parts.

    Sums are formed in that order, so that a plan is the same whoever works on it.
    """

    def ask(self, order: str, *told: Any) -> list[Any]:
        """Have every part do the same; return their answers."""

    def restore(self, states: Sequence[dict[str, Any]]) -> None:
        """Let every part go on from what was kept of it."""

    def close(self) -> None:
        """Let the parts go."""


class Threads:
    """Threads of this machine; compiled loops let each other run.

    Parameters
    ----------
    form : Form
        The program.
    threads : int
        How many; 0 for as many as the machine has cores.
    """

    def __init__(self, form: Form, threads: int = 0) -> None:
        count = threads or len(os.sched_getaffinity(0))
        self._pool = ThreadPoolExecutor(max_workers=count)
        self._parts = list(self._pool.map(lambda number: Part(form.share(number)), range(len(form.cuts))))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, order: str, *told: Any) -> list[Any]:
        """Have every part do the same; return their answers."""
        return list(self._pool.map(lambda part: getattr(part, order)(*told), self._parts))

    def restore(self, states: Sequence[dict[str, Any]]) -> None:
        """Let every part go on from what was kept of it."""
        for part, state in zip(self._parts, states, strict=True):
            part.restore(state)

    def close(self) -> None:
        """Let the parts go."""
        self._pool.shutdown()
