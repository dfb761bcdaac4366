"""Served to this machine alone, and without delay."""

from __future__ import annotations

import socket

from commission_opt.explorer.server import listen


def test_socket_is_this_machines_own_and_sends_at_once() -> None:
    """Only a socket that is named as TCP is told by asyncio not to wait before it sends the next packet."""
    with listen(0) as server:
        assert server.getsockname()[0] == "127.0.0.1"
        assert server.getsockname()[1] > 0
        assert server.proto == socket.IPPROTO_TCP
