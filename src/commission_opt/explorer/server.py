"""Serving the page on this machine only, until it is interrupted."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from commission_opt.explorer.guard import Access, Guard

LOOPBACK = "127.0.0.1"


def listen(port: int) -> socket.socket:
    """Return a socket on this machine's own address; port 0 takes any that is free.

    Raises
    ------
    OSError
        When the port is taken or may not be used.
    """
    # Named as TCP, the socket sends at once: else every answer waits 40 ms for the browser to confirm its head.
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        server.bind((LOOPBACK, port))
    except OSError:
        server.close()
        raise
    return server


def serve(app: ASGIApp, server: socket.socket, access: Access, ready: Callable[[Callable[[], None]], None]) -> None:
    """Serve a page until interrupted.

    Parameters
    ----------
    app : application
        The page.
    server : socket
        From :func:`listen`.
    access : Access
        Address and token.
    ready : callable
        Called once the page answers, with what ends it.
    """
    config = uvicorn.Config(
        Guard(app, access),
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    _Server(config, ready).run(sockets=[server])


class _Server(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[Callable[[], None]], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self._ready(self._stop)

    def _stop(self) -> None:
        self.should_exit = True
