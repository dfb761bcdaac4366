"""Crew: who works on the shares of the areas; here, the threads of this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, Self

from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.form import Form
from commission_opt.solvers.arrow.part import Part

StateOf = Callable[[int], dict[str, FloatArray]]
"""Returns what is kept of a part, by its number."""


class Crew(Protocol):
    """Anything that keeps the parts and passes orders on to them; answers come in the order of the parts.

    Sums are formed in that order, so that a plan is the same whoever works on it.
    """

    def ask(self, order: str, *told: Any) -> list[Any]:
        """Have every part do the same; return their answers."""

    def states(self) -> Iterator[dict[str, FloatArray]]:
        """Return what has to be kept of one part after the other."""

    def restore(self, state_of: StateOf) -> None:
        """Let every part go on from what is kept of it."""

    def kept(self, state_of: StateOf) -> None:
        """Take note that the present state is kept, in case a part is lost."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(self, *error: object) -> None:
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
        self._pool = ThreadPoolExecutor(max_workers=threads or len(os.sched_getaffinity(0)))
        self._parts = list(self._pool.map(lambda number: Part(form.share(number)), range(len(form.cuts))))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown()

    def ask(self, order: str, *told: Any) -> list[Any]:
        """Have every part do the same; return their answers."""
        return list(self._pool.map(lambda part: getattr(part, order)(*told), self._parts))

    def states(self) -> Iterator[dict[str, FloatArray]]:
        """Return what has to be kept of one part after the other."""
        return (part.state() for part in self._parts)

    def restore(self, state_of: StateOf) -> None:
        """Let every part go on from what is kept of it."""
        for number, part in enumerate(self._parts):
            part.restore(state_of(number))

    def kept(self, state_of: StateOf) -> None:
        """Do nothing: threads are not lost."""
