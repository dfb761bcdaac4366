"""Long work is done once, told while it lasts, and given up when nobody waits."""

from __future__ import annotations

import threading
import time

import pytest

from commission_opt.errors import SolverError
from commission_opt.explorer import jobs as module
from commission_opt.explorer.jobs import Job, Jobs
from commission_opt.plan.run import Progress

SOON = 20.0
"""Seconds in which what has to happen happens on any machine."""


def wait_for(jobs: Jobs, key: str, state: str) -> Job:
    """Ask until a piece of work is in a state."""
    begun = time.monotonic()
    while time.monotonic() - begun < SOON:
        job = jobs.ask(key, lambda _: "asked anew")
        if job.state == state:
            return job
        time.sleep(0.01)
    raise AssertionError(f"{key} is never {state}")


def test_work_is_done_once_and_kept() -> None:
    """Asking again gives what came of it."""
    jobs, done = Jobs(), list[str]()

    def work(tell: Progress) -> str:
        tell("half of it")
        done.append("once")
        return "result"

    jobs.ask("key", work)
    assert wait_for(jobs, "key", "done").result == "result"
    assert jobs.ask("key", work).told == "half of it"
    assert done == ["once"]


def test_failure_is_told_in_its_own_words() -> None:
    """What the package says is wrong is said; the page goes on."""
    jobs = Jobs()

    def work(_: Progress) -> str:
        raise SolverError("no solver here")

    jobs.ask("key", work)
    assert wait_for(jobs, "key", "failed").result == "no solver here"


@pytest.mark.parametrize("rival", [True, False])
def test_work_that_nobody_waits_for_is_given_up(monkeypatch: pytest.MonkeyPatch, rival: bool) -> None:
    """Soon where other work waits, later where none does; asked for once more it begins anew."""
    monkeypatch.setattr(module, "HASTE" if rival else "PATIENCE", -1.0)
    jobs, go, ends = Jobs(), threading.Event(), list[str]()

    def work(tell: Progress) -> str:
        assert go.wait(SOON)
        try:
            tell("still at it")
        finally:
            ends.append("ended")
        return "never"

    jobs.ask("old", work)
    if rival:
        jobs.ask("new", lambda _: "the other")
    go.set()
    if rival:
        assert wait_for(jobs, "new", "done").result == "the other"
    assert wait_for(jobs, "old", "done").result == "asked anew"
    assert ends == ["ended"]
