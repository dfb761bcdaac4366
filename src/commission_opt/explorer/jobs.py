"""Long work in the background: asked for once, told how far it is, and given up when nobody waits any more."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from commission_opt.errors import CommissioningError
from commission_opt.plan.run import Progress

KEPT = 24
"""Finished pieces of work that are kept."""

PATIENCE, HASTE = 90.0, 3.0
"""Seconds after which work that nobody asks about any more is given up: by itself, and where other work waits. Browsers
let pages that are not looked at ask once a minute only."""

Work = Callable[[Progress], str]


class GivenUpError(Exception):
    """Nobody waits for the work any more."""


@dataclass
class Job:
    """A piece of work.

    Parameters
    ----------
    told : str
        What is being done.
    state : str
        ``working``, ``done`` or ``failed``.
    result : str
        What came of it, or why it failed.
    asked : float
        When somebody asked last, in seconds of a clock that only goes forward.
    """

    told: str = "Waiting for other work to end"
    state: str = "working"
    result: str = ""
    asked: float = field(default_factory=time.monotonic)

    def stale(self, patience: float) -> bool:
        """Return whether nobody has asked for so many seconds."""
        return time.monotonic() - self.asked > patience


class Jobs:
    """Does one piece of work after another, in a thread of its own."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="explore-jobs")
        self._jobs: OrderedDict[Hashable, Job] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, key: Hashable, work: Work) -> Job:
        """Return how far a piece of work is, beginning it where nobody has asked for it yet."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None:
                job = self._jobs[key] = Job()
                self._pool.submit(self._do, key, job, work)
            job.asked = time.monotonic()
            self._jobs.move_to_end(key)
            self._forget()
            return job

    def _do(self, key: Hashable, job: Job, work: Work) -> None:
        try:
            job.result = work(lambda words: self._tell(job, words))
            job.state = "done"
        except GivenUpError:
            with self._lock:
                self._jobs.pop(key, None)
        except CommissioningError as error:
            job.result, job.state = str(error), "failed"
        except Exception:
            job.result, job.state = "An internal error: please report it.", "failed"
            raise

    def _tell(self, job: Job, words: str) -> None:
        """Note what is being done now; ends the work where nobody waits for it."""
        waiting = any(other.state == "working" and other is not job for other in list(self._jobs.values()))
        if job.stale(HASTE if waiting else PATIENCE):
            raise GivenUpError
        job.told = words

    def _forget(self) -> None:
        finished = [key for key, job in self._jobs.items() if job.state != "working"]
        for key in finished[: max(len(self._jobs) - KEPT, 0)]:
            del self._jobs[key]
