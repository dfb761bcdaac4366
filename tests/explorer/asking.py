"""Asking a page as its script does, without a browser."""

from __future__ import annotations

import time
from typing import Any

from commission_opt.explorer.app import make_app
from commission_opt.explorer.engine import Engine
from commission_opt.explorer.guard import Access, Guard
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.shipped import shipped_models
from tests.explorer.client import Client

PORT, TOKEN = 50321, "a-token-that-nobody-guesses"
ORIGIN = f"http://127.0.0.1:{PORT}"
FIRST = "aligned"


def engine_of(place: Place) -> Engine:
    """Return an engine that offers every form of joint working that ships."""
    return Engine(place, {name: read_model(path) for name, path in shipped_models().items()})


def stranger(place: Place) -> Client:
    """Return a client of a place's page that brings nothing along."""
    app = Guard(make_app(engine_of(place), FIRST), Access(PORT, TOKEN))
    return Client(app, f"127.0.0.1:{PORT}")


def friend(place: Place) -> Client:
    """Return a client that opened the printed address, and asks from the page."""
    client = stranger(place)
    assert client.get("/", params={"token": TOKEN}).status_code == 200
    client.headers["origin"] = ORIGIN
    return client


def question(changes: dict[str, str] | None = None, model: str = FIRST, **view: object) -> dict[str, Any]:
    """Return the message that asks for a scenario; with a view, for its tables too."""
    scenario = {"model": model, "changes": changes or {}}
    return {"scenario": scenario, "start": FIRST, "sequence": 7, "view": view or None}


def ask(client: Client, changes: dict[str, str] | None = None, model: str = FIRST, **view: object) -> dict[str, Any]:
    """Return the answer to a scenario."""
    answer = client.post("/solve", json=question(changes, model, **view))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def run_errand(client: Client, what: str, changes: dict[str, str] | None = None, service: str = "") -> dict[str, str]:
    """Return what an errand ends with, asked again and again as the page does."""
    message = {"scenario": {"model": FIRST, "changes": changes or {}}, "what": what, "service": service}
    for _ in range(1200):
        found: dict[str, str] = client.post("/errand", json=message).json()
        if found["state"] != "working":
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not end")
