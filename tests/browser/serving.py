"""A what-if page to look at: served to this machine from a thread of the tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from commission_opt.explorer.app import make_app
from commission_opt.explorer.guard import Access
from commission_opt.explorer.server import listen, serve
from commission_opt.place import Place
from tests.explorer.asking import FIRST, engine_of


@contextmanager
def served(place: Place) -> Iterator[str]:
    """Serve the what-if page of a place; give its address, token and all."""
    server = listen(0)
    access = Access(int(server.getsockname()[1]))
    up, stops = threading.Event(), list[Callable[[], None]]()

    def ready(stop: Callable[[], None]) -> None:
        stops.append(stop)
        up.set()

    thread = threading.Thread(target=serve, args=(make_app(engine_of(place), FIRST), server, access, ready))
    thread.start()
    try:
        assert up.wait(30)
        yield access.address
    finally:
        stops[0]()
        thread.join(30)
        server.close()
