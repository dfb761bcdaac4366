"""Ctrl-C ends the process even while a solver is at work and Python cannot be reached."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable

GRACE = 1.0
"""Seconds for an ordinary end before the process is ended."""


def end_on_interrupt(say: Callable[[], int]) -> None:
    """Watch for Ctrl-C from a thread of its own.

    Python handles signals between its own instructions only, and a solver may run for minutes without returning to
    them. The signal's number is written to a socket at once, whoever is running.

    Parameters
    ----------
    say : callable
        Says that the command was interrupted and returns the exit code.
    """
    hearer, teller = socket.socketpair()
    teller.setblocking(False)
    signal.set_wakeup_fd(teller.fileno(), warn_on_full_buffer=False)
    # The thread holds both ends: a socket that nobody holds is closed.
    threading.Thread(target=_watch, args=(hearer, teller, say), daemon=True).start()


def _watch(hearer: socket.socket, teller: socket.socket, say: Callable[[], int]) -> None:
    with hearer, teller:
        while hearer.recv(1) != bytes([signal.SIGINT]):
            continue
        time.sleep(GRACE)
        os._exit(say())
