"""A client of an ASGI application in the same process: what a browser sends, byte by byte, and what it gets."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from starlette.types import ASGIApp, Message


@dataclass(frozen=True)
class Reply:
    """What an application answered."""

    status_code: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode()

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.content)


@dataclass
class Client:
    """Asks an application, with headers of its own and the cookies that it was given."""

    app: ASGIApp
    host: str
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, params: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Reply:
        """Ask for an address."""
        return self._ask("GET", path, urlencode(params or {}), (headers or {}, b""))

    def post(
        self, path: str, *, json: Any = None, content: str | None = None, headers: dict[str, str] | None = None
    ) -> Reply:
        """Send JSON, or any content."""
        body = content if content is not None else _text(json)
        return self._ask("POST", path, "", ({"content-type": "application/json", **(headers or {})}, body.encode()))

    def _ask(self, method: str, path: str, query: str, given: tuple[dict[str, str], bytes]) -> Reply:
        headers, body = given
        sent = {"host": self.host, **self.headers, **headers}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": quote(path).encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", int(self.host.rpartition(":")[2])),
        }
        with ThreadPoolExecutor(max_workers=1) as apart:  # the browser's tests have a loop of their own in this thread
            reply = apart.submit(asyncio.run, _exchange(self.app, scope, body)).result()
        if "set-cookie" in reply.headers:
            self.headers["cookie"] = reply.headers["set-cookie"].partition(";")[0]
        return reply


def _text(message: Any) -> str:
    return json.dumps(message)


async def _exchange(app: ASGIApp, scope: dict[str, Any], body: bytes) -> Reply:
    given: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    told: list[Message] = []

    async def receive() -> Message:
        return given.pop() if given else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        told.append(message)

    await app(scope, receive, send)
    headers = {name.decode().lower(): value.decode() for name, value in told[0]["headers"]}
    return Reply(told[0]["status"], headers, b"".join(part.get("body", b"") for part in told[1:]))
