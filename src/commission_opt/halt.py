"""Ctrl-C while a solver works that can hand over what it has: it is asked to stop, and does so at its next step."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Halt:
    """A wish that whoever can hand over an early plan should stop now.

    Signals belong to the process, so there is one such wish in it: :data:`HALT`.
    """

    def __init__(self) -> None:
        self._wished = threading.Event()
        self._hearing = 0

    @contextmanager
    def heard(self) -> Iterator[None]:
        """While this lasts somebody heeds the wish; wishes from before anybody did are forgotten."""
        if not self._hearing:
            self._wished.clear()
        self._hearing += 1
        try:
            yield
        finally:
            self._hearing -= 1

    def ask(self) -> bool:
        """Ask for a stop; return whether somebody hears it, who was not asked before."""
        if not self._hearing or self._wished.is_set():
            return False
        self._wished.set()
        return True

    @property
    def is_heard(self) -> bool:
        """Whether somebody heeds the wish now."""
        return self._hearing > 0

    @property
    def wished(self) -> bool:
        """Whether a stop was asked for."""
        return self._wished.is_set()


HALT = Halt()
