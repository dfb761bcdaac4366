"""Who may ask: this machine's own browser, with the token, from a page of ours; nobody else gets an answer."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 64 * 1024
"""Bytes of a request: scenarios are small."""

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
"""Sent with every answer."""

REFUSED = "Refused: open the address that commission-opt explore printed."


@dataclass(frozen=True)
class Access:
    """Under which address the page is served, and what opens it.

    Parameters
    ----------
    port : int
        Of this machine.
    token : str
        Random; known to whoever sees the printed address.
    """

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def hosts(self) -> frozenset[str]:
        """Names under which a browser on this machine may ask."""
        return frozenset({f"127.0.0.1:{self.port}", f"localhost:{self.port}"})

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"http://127.0.0.1:{self.port}/?token={self.token}"

    @property
    def cookie(self) -> str:
        """Name of the cookie: one for each port, as browsers share cookies among the ports of a machine."""
        return f"commission_opt_{self.port}"

    def admits(self, token: str) -> bool:
        """Return whether a token is the right one, in a time that does not tell how much of it is."""
        return secrets.compare_digest(token.encode(), self.token.encode())


class Guard:
    """Refuses a forged host, a foreign origin, a missing token and a large body before anything else looks at them."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or hand it on."""
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        status = self._refusal(scope, headers)
        if status:
            await PlainTextResponse(REFUSED, status)(scope, receive, _sealed(send))
            return
        body = await _read(receive)
        if body is None:
            await PlainTextResponse("Refused: too large.", 413)(scope, receive, _sealed(send))
            return
        await self._app(scope, _given(body, receive), _sealed(send, self._welcome(scope)))

    def _refusal(self, scope: Scope, headers: Mapping[str, str]) -> int:
        """Return the status with which a request is refused; 0 where it is not."""
        access = self._access
        if headers.get("host", "") not in access.hosts or _twice(scope, b"host"):
            return 421
        if scope["method"] not in ("GET", "HEAD"):
            origins = {f"http://{host}" for host in access.hosts}
            if (
                headers.get("origin", "") not in origins
                or headers.get("sec-fetch-site", "same-origin") != "same-origin"
            ):
                return 403
            if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
                return 415
        return 0 if self._known(scope, headers) else 403

    def _known(self, scope: Scope, headers: Mapping[str, str]) -> bool:
        given = [headers.get("x-token", ""), _cookie(headers.get("cookie", ""), self._access.cookie)]
        if scope["path"] == "/":
            given.append(_asked(scope))
        return any(self._access.admits(token) for token in given)

    def _welcome(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """Return the cookie for whoever opens the page with the token in its address."""
        if scope["path"] != "/" or not self._access.admits(_asked(scope)):
            return []
        cookie = f"{self._access.cookie}={self._access.token}; Path=/; HttpOnly; SameSite=Strict"
        return [(b"set-cookie", cookie.encode())]


def _asked(scope: Scope) -> str:
    return "".join(parse_qs(scope["query_string"].decode("latin-1")).get("token", [])[:1])


def _cookie(text: str, name: str) -> str:
    """Return the value of a cookie; what other programs on this machine left in the same place is passed over."""
    pairs = (part.strip().partition("=") for part in text.split(";"))
    return next((value for own, _, value in pairs if own == name), "")


def _twice(scope: Scope, name: bytes) -> bool:
    return [header.lower() for header, _ in scope["headers"]].count(name) > 1


async def _read(receive: Receive) -> bytes | None:
    """Return the body of a request; None where it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _given(body: bytes, receive: Receive) -> Receive:
    """Return what hands over a body that was read already."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def read() -> Message:
        return left.pop() if left else await receive()

    return read


def _sealed(send: Send, more: list[tuple[bytes, bytes]] | None = None) -> Send:
    """Return what sends an answer with the headers that every answer has."""
    extra = [(name.encode(), value.encode()) for name, value in HEADERS.items()] + (more or [])

    async def seal(message: Message) -> None:
        if message["type"] == "http.response.start":
            names = {name for name, _ in extra}
            kept = [(name, value) for name, value in message["headers"] if name.lower() not in names]
            message = {**message, "headers": [*kept, *extra]}
        await send(message)

    return seal
