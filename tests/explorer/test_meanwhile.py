"""While a scenario is being solved the page says between what and what it is worth."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from commission_opt.analysis.what_if import WhatIf
from commission_opt.plan.plan import Plan
from tests.explorer.asking import FIRST, ask, friend
from tests.explorer.client import Client
from tests.plan.tiny import tiny_place


@pytest.fixture
def page() -> Client:
    """Return the page of the place with £600 at the council, whose plan, 580, is found."""
    client = friend(tiny_place())
    assert ask(client)["value"] == pytest.approx(580)
    return client


@pytest.fixture
def halted(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Let every solve say that it has begun, and wait until it may go on."""
    begun, may_go_on = threading.Event(), threading.Event()
    solve = WhatIf.solve

    def slow(what_if: WhatIf) -> Plan:
        begun.set()
        assert may_go_on.wait(30)
        return solve(what_if)

    monkeypatch.setattr(WhatIf, "solve", slow)
    yield begun, may_go_on
    may_go_on.set()


def meanwhile(page: Client, changes: dict[str, str]) -> str:
    """Return what the page is told of a scenario now."""
    message = {"scenario": {"model": FIRST, "changes": changes}, "what": "meanwhile"}
    return str(page.post("/errand", json=message).json()["text"])


def test_what_is_being_solved_has_its_bracket_told(page: Client, halted: tuple[threading.Event, ...]) -> None:
    """£30 more at the council: 580 is allowed still, and at 0.3 a pound nothing is worth more than 589."""
    begun, may_go_on = halted
    more = {"budget.council": "+5%"}
    with ThreadPoolExecutor(1) as apart:
        answer = apart.submit(ask, page, more)
        assert begun.wait(30)
        assert meanwhile(page, more) == "Solving: what this form aims for is worth between 580 and 589"
        assert meanwhile(page, {"budget.council": "+6%"}) == ""
        may_go_on.set()
        assert answer.result()["value"] == pytest.approx(589)
    assert meanwhile(page, more) == ""


def test_one_end_alone_is_not_told(page: Client, halted: tuple[threading.Event, ...]) -> None:
    """What nothing is proven of, as another unit cost, leaves the page at saying that it works."""
    begun, may_go_on = halted
    dearer = {"cost.visits": "12"}
    with ThreadPoolExecutor(1) as apart:
        answer = apart.submit(ask, page, dearer)
        assert begun.wait(30)
        assert meanwhile(page, dearer) == ""
        may_go_on.set()
        assert answer.result()["status"] == "optimal"
