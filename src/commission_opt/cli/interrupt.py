"""Ctrl-C: a solver that has a plan hands it over; else the process ends, even where Python cannot be reached."""

from __future__ import annotations

import _thread
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from types import FrameType

from commission_opt.halt import HALT

GRACE = 1.0
"""Seconds for an ordinary end before the process is ended."""


class Interrupts:
    """Watches for Ctrl-C from a thread of its own.

    Python handles signals between its own instructions only, and a solver may run for minutes without returning to
    them. The signal's number is written to a socket at once, whoever is running. The first Ctrl-C goes to a solver that
    can hand over a plan, where one is at work; any other ends the process.

    Parameters
    ----------
    end : callable
        Says that the command was interrupted and returns the exit code.
    tell : callable
        Says that a solver was asked for what it has.
    """

    def __init__(self, end: Callable[[], int], tell: Callable[[], None]) -> None:
        self._end, self._tell = end, tell
        self._final = self._raised = False
        # The watching thread holds both ends: a socket that nobody holds is closed.
        self._hearer, self._teller = socket.socketpair()

    def watch(self) -> None:
        """Begin; from the main thread."""
        self._teller.setblocking(False)
        signal.set_wakeup_fd(self._teller.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, self._handle)
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        with self._hearer, self._teller:
            while True:
                if self._hearer.recv(1) != bytes([signal.SIGINT]):
                    continue
                if not HALT.ask():
                    break
                self._tell()
            self._final = True
            _thread.interrupt_main()
            time.sleep(GRACE)
            os._exit(self._end())

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        """Raise once, when nobody else has heard."""
        if self._final and not self._raised:
            self._raised = True
            raise KeyboardInterrupt
