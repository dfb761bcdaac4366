"""Nobody but this machine's own page gets an answer."""

from __future__ import annotations

import pytest

from tests.explorer.asking import ORIGIN, PORT, TOKEN, friend, question, stranger
from tests.explorer.client import Client
from tests.tiny import PLACE

PATHS = ("/", "/place", "/page.js", "/page.css", "/report.css", "/nothing")


@pytest.fixture(scope="module")
def outside() -> Client:
    """Return a client without cookie or token."""
    return stranger(PLACE)


@pytest.fixture(scope="module")
def inside() -> Client:
    """Return a client that opened the printed address."""
    return friend(PLACE)


@pytest.mark.parametrize("path", PATHS)
def test_without_token_nothing_is_told(outside: Client, path: str) -> None:
    """Not even which addresses there are."""
    assert outside.get(path).status_code == 403
    assert outside.get(path, params={"token": "guess"}).status_code == 403
    assert outside.get(path, headers={"x-token": TOKEN[:-1]}).status_code == 403
    assert outside.get(path, headers={"cookie": f"commission_opt_{PORT}=guess; {TOKEN}"}).status_code == 403


def test_token_counts_in_the_address_of_the_page_alone(outside: Client) -> None:
    """No other address is ever printed with it."""
    assert outside.get("/place", params={"token": TOKEN}).status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", f"127.0.0.1:{PORT + 1}", f"localhost.evil:{PORT}", ""]
)
def test_forged_host_is_refused(inside: Client, host: str) -> None:
    """A name that somebody else made point here is not ours."""
    assert inside.get("/place", headers={"host": host}).status_code == 421


def test_localhost_is_ours_too(inside: Client) -> None:
    """By its other name, where the token is brought along."""
    assert inside.get("/place", headers={"host": f"localhost:{PORT}", "x-token": TOKEN}).status_code == 200


@pytest.mark.parametrize("path", ["/solve", "/errand", "/pins"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", f"https://127.0.0.1:{PORT}", f"{ORIGIN}1"])
def test_foreign_origin_is_refused(inside: Client, path: str, origin: str) -> None:
    """Another page in the same browser brings the cookie, and gets nothing for it."""
    assert inside.post(path, json=question(), headers={"origin": origin}).status_code == 403


def test_request_from_another_site_is_refused(inside: Client) -> None:
    """Even where it names our origin."""
    assert inside.post("/solve", json=question(), headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_form_of_another_page_cannot_ask(inside: Client) -> None:
    """Only JSON is read, which no form can send."""
    assert inside.post("/solve", content="{}", headers={"content-type": "text/plain"}).status_code == 415


def test_large_body_is_refused(inside: Client) -> None:
    """Scenarios are small."""
    assert inside.post("/solve", json={"scenario": "x" * 70_000}).status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"scenario": {"model": "aligned", "changes": {}, "path": "/etc/passwd"}, "start": "aligned"},
        {"scenario": {"model": "aligned", "changes": {f"budget.{n}": "+1%" for n in range(61)}}, "start": "aligned"},
        {"scenario": {"model": "aligned", "changes": {"budget": "x" * 501}}, "start": "aligned"},
        {"scenario": {"model": "aligned", "changes": {"budget": 5}}, "start": "aligned"},
    ],
)
def test_what_is_not_a_question_is_refused(inside: Client, body: dict[str, object]) -> None:
    """With a status of its own, and without a word on why."""
    assert inside.post("/solve", json=body).status_code == 422


@pytest.mark.parametrize("model", ["/etc/passwd", "../models/aligned.toml", "models/aligned.toml", "nothing"])
def test_model_is_a_name_and_never_a_path(inside: Client, model: str) -> None:
    """What the page does not offer is not looked for on disk."""
    answer = inside.post("/solve", json=question(model=model)).json()
    assert answer["status"] == "refused"
    assert "no form of joint working on offer" in answer["headline"]


@pytest.mark.parametrize("path", ["/../pyproject.toml", "/static/page.js", "/%2e%2e/app.py", "/page.js/../app.py"])
def test_no_address_names_a_file(inside: Client, path: str) -> None:
    """Scripts and styles are a fixed handful, read before anybody asks."""
    assert inside.get(path).status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_sealed(inside: Client, outside: Client, path: str) -> None:
    """Refusals too: no foreign script, no frame, no guessing of types, no address passed on."""
    for answer in (inside.get(path), outside.get(path)):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"


def test_cookie_is_for_this_page_alone() -> None:
    """Scripts cannot read it, other sites cannot send it."""
    cookie = stranger(PLACE).get("/", params={"token": TOKEN}).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_page_holds_no_inline_script_or_style(inside: Client) -> None:
    """The policy would refuse them."""
    text = inside.get("/").text
    assert "<style" not in text
    assert "style=" not in text
    assert "<script>" not in text
    assert " on" not in text.replace(" one", "").partition("<body>")[0]
