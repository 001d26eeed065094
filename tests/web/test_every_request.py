"""What holds for every page and every form: forgery, roles, headers, hostile text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import text
from tests.web.asking import sign_in, token_on, words_of
from tests.web.conftest import Workspace
from tests.web.small_book import HOSTILE

from arrears.kernel.shown import shown
from arrears.web.render import HEADERS, HERE

PAGES = ("/queue", "/case/queue-wang", "/case/queue-hostile", "/case/queue-card", "/night", "/style")
TEMPLATES = sorted(HERE.rglob("*.html"))


def routes(app: FastAPI) -> Iterator[APIRoute]:
    """Every page and form of the application, those of its page folders too."""
    waiting: list[Any] = list(app.routes)
    while waiting:
        route = waiting.pop()
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            waiting.extend(route.original_router.routes)


def forms(app: FastAPI) -> list[str]:
    """Every address that a form may be sent to."""
    return sorted(
        route.path.replace("{item_id}", "queue-wang") for route in routes(app) if "POST" in (route.methods or ())
    )


def test_a_form_without_the_token_changes_nothing(client: TestClient, workspace: Workspace) -> None:
    """Every address that changes something refuses a form that no page of ours made."""
    sign_in(client, "lina")
    paths = forms(workspace.app)
    assert len(paths) >= 12
    for path in paths:
        answer = client.post(path, data={"kind": "dispute", "outcome": "no_answer"})
        assert answer.status_code == 403, path
        assert "表单未被接受" in words_of(answer.text), path


@pytest.mark.parametrize("token", ["é" * 64, "0" * 63 + "é", "\ud800", "٣" * 64, "令牌"])
def test_a_token_in_any_letters_is_only_a_wrong_token(client: TestClient, token: str) -> None:
    """Text outside ASCII is compared like any other and refused like any other."""
    sign_in(client, "lina")
    sent = urlencode({"csrf": token}, errors="surrogatepass")
    answer = client.post(
        "/queue/next", content=sent, headers={"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("origin", ["http://[::1", "http://]", "null", "", "http://testserver:99999999", "//"])
def test_an_origin_that_is_none_is_not_ours(client: TestClient, origin: str) -> None:
    """What can't be read as an origin is another origin."""
    sign_in(client, "lina")
    token = token_on(client.get("/queue").text)
    assert client.post("/queue/next", data={"csrf": token}, headers={"origin": origin}).status_code == 403


@pytest.mark.parametrize("host", ["[::1", "a/b", "a@b?c", ""])
def test_a_host_that_is_none_has_no_pages(client: TestClient, host: str) -> None:
    """It is answered, and not with a fault of ours."""
    assert client.get("/sign-in", headers={"host": host}).status_code == 404


CONTROLS = ["\x00", "\x01", "\x0b", "\x1b", "\x7f", "\x85", "\x9b"]


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_a_control_character_is_refused_at_the_edge(client: TestClient, control: str) -> None:
    """In a path, a search, a form, a name: 422, before anything is looked up or kept."""
    sign_in(client, "lina")
    token = token_on(client.get("/queue").text)
    code = quote(control)
    for path in (f"/case/queue{code}wang", f"/queue?who={code}", f"/law/{code}", f"/static/{code}.css", f"/{code}"):
        assert client.get(path).status_code == 422, path
    for path in ("/case/queue-wang/hold", "/sign-in", "/settings"):
        for fields in ({"note": f"a{control}b"}, {"username": control, "password": "x"}, {f"x{control}": "a"}):
            answer = client.post(path, data={"csrf": token, **fields})
            assert answer.status_code == 422, (path, fields)
            assert "控制字符" in words_of(answer.text)


def test_a_line_break_in_a_text_is_no_control_character(client: TestClient) -> None:
    """A note of two lines and a tab is what a keyboard types."""
    sign_in(client, "lina")
    token = token_on(client.get("/queue").text)
    answer = client.post("/settings", data={"csrf": token, "back": "/queue", "note": "a\r\n\tb"})
    assert answer.status_code == 303


@pytest.mark.parametrize("path", ["/sign-in", "/", "/queue", "/static/js/keys.js", "/nowhere", "/law"])
def test_head_answers_as_get_does_without_the_page(client: TestClient, path: str) -> None:
    """A proxy or a monitor that asks for the head alone learns the same."""
    sign_in(client, "lina")
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert head.headers["content-type"] == whole.headers["content-type"] if whole.content else True


def test_another_persons_token_is_of_no_use(client: TestClient, workspace: Workspace) -> None:
    """The token belongs to one session: that of a colleague, or of a visitor, is refused."""
    sign_in(client, "tom")
    toms = token_on(client.get("/queue").text)
    client.cookies.clear()
    guests = token_on(client.get("/sign-in").text)
    sign_in(client, "lina")
    for token in (toms, guests, "0" * 64, ""):
        assert client.post("/queue/next", data={"csrf": token}).status_code == 403


def test_a_form_from_another_site_is_refused_even_with_the_token(client: TestClient) -> None:
    """The browser says where a form comes from; another origin than ours changes nothing."""
    sign_in(client, "lina")
    token = token_on(client.get("/queue").text)
    assert (
        client.post("/queue/next", data={"csrf": token}, headers={"origin": "https://evil.example"}).status_code == 403
    )
    assert client.post("/queue/next", data={"csrf": token}, headers={"origin": "http://testserver"}).status_code == 303


def test_a_form_larger_than_any_of_ours_is_refused_unread(client: TestClient) -> None:
    """64 KiB is more than every field of every page together."""
    sign_in(client, "lina")
    token = token_on(client.get("/queue").text)
    answer = client.post("/case/queue-wang/hold", data={"csrf": token, "kind": "x" * 70_000})
    assert answer.status_code == 413


def test_nobody_reads_anything_before_signing_in(client: TestClient, workspace: Workspace) -> None:
    """Every page leads to the door, but the door itself and what a monitor asks (test_health.py)."""
    for route in routes(workspace.app):
        if "GET" in (route.methods or ()) and route.path not in ("/", "/sign-in", "/health", "/metrics"):
            path = route.path.replace("{item_id}", "queue-wang").replace("{step}", "claim")
            answer = client.get(path)
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/sign-in"), path


@pytest.mark.parametrize(
    ("username", "seen", "refused"),
    [
        ("lina", ["/queue", "/case/queue-wang"], ["/night"]),
        ("fang", ["/queue", "/case/queue-wang", "/night"], []),
        ("hana", ["/queue", "/case/queue-wang", "/night"], []),
        ("compl", ["/night"], ["/queue", "/case/queue-wang"]),
    ],
)
def test_a_page_that_is_not_for_the_role_says_whose_it_is(
    client: TestClient, username: str, seen: list[str], refused: list[str]
) -> None:
    """403 with the roles it is open to, the role one has, and the way back."""
    sign_in(client, username)
    for path in seen:
        assert client.get(path).status_code == 200, path
    for path in refused:
        answer = client.get(path)
        assert answer.status_code == 403, path
        assert re.search("本页开放给：|It is open to:", words_of(answer.text)), path


def test_a_role_that_may_not_see_a_case_may_not_change_one(client: TestClient, workspace: Workspace) -> None:
    """The compliance officer's token is real, and every form of a case still refuses it."""
    sign_in(client, "compl")
    token = token_on(client.get("/night").text)
    for path in forms(workspace.app):
        if path.startswith(("/case", "/queue")):
            assert client.post(path, data={"csrf": token, "kind": "dispute"}).status_code == 403, path


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    """No inline script runs anywhere, nobody frames a page, nothing about people stays in a cache."""
    sign_in(client, "hana")
    for path in (*PAGES, "/nowhere", "/sign-in", "/static/js/keys.js"):
        answer = client.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, path
        if not path.startswith("/static"):
            assert answer.headers.get("cache-control", "no-store") == "no-store", path
    assert "'unsafe" not in HEADERS["content-security-policy"]


def test_static_files_are_kept_by_the_browser_only_under_their_version(client: TestClient) -> None:
    """An address with the hash of its bytes never changes; one without is asked for again."""
    page = client.get("/sign-in").text
    versioned = re.findall(r'"(/static/[^"]+\?v=[0-9a-f]+)"', page)
    assert len(versioned) >= 6
    for address in versioned:
        assert "immutable" in client.get(address).headers["cache-control"]
    assert "immutable" not in client.get("/static/js/keys.js").headers.get("cache-control", "")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(HERE)))
def test_no_template_has_a_script_a_style_or_a_handler_of_its_own(path: Any) -> None:
    """The policy would block it; here it is found before anybody sees a page that does nothing."""
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", source), "put the script into static/js"
    assert not re.search(r"<style|\sstyle\s*=", source), "put the style into static/css"
    assert not re.search(r"\son[a-z]+\s*=|javascript:", source), "listen in static/js"
    assert not re.search(r"https?://(?!www\.w3\.org)", source), "nothing is loaded from another site"
    assert "|safe" not in source, "no text is marked as safe"
    assert "{% autoescape" not in source


@pytest.mark.parametrize("path", PAGES)
def test_a_hostile_name_is_text_and_nothing_else(client: TestClient, path: str) -> None:
    """What a book says is printed, never run: no tag and no template of it reaches the page."""
    sign_in(client, "hana")
    page = client.get(path).text
    assert "<img" not in page
    assert "onerror=" not in page
    assert "49" not in re.findall(r"\{\{.*?\}\}", page)


def test_a_hostile_name_asked_for_is_shown_as_it_is_written(client: TestClient) -> None:
    """Unmasked, it is the same text, escaped: nothing is lost and nothing runs."""
    sign_in(client, "lina")
    token = token_on(client.get("/queue").text)
    client.post("/case/queue-hostile/claim", data={"csrf": token})
    page = client.post("/case/queue-hostile/reveal", data={"csrf": token, "purpose": "confirm_identity"}).text
    assert "<img" not in page
    assert HOSTILE in words_of(page)


NAMES = {
    "script": "</script><img src=x onerror=alert(1)><script>alert(1)</script>",
    "turned round": "\u202e王五",
    "escape": "\x1b[2J王\x9b5m五",
    "isolate": "王\u2066五",
}
"""Names from a book: bug reports 42 (markup runs) and 43 (U+202E turns the line round), and their neighbours."""


@pytest.mark.parametrize("kind", NAMES)
def test_a_name_never_steers_the_page(workspace: Workspace, client: TestClient, kind: str) -> None:
    """Masked on the queue or whole on the case, it is escaped, isolated, and its controls are written out."""
    with workspace.store.write() as connection:
        connection.execute(text("UPDATE persons SET name = :name"), {"name": NAMES[kind]})
    sign_in(client, "lina")
    token = token_on(client.get("/queue").text)
    pages = [client.get(path).text for path in ("/queue", "/case/queue-wang", "/case/queue-wang/allowed")]
    client.post("/case/queue-wang/claim", data={"csrf": token})
    revealed = client.post("/case/queue-wang/reveal", data={"csrf": token, "purpose": "confirm_identity"}).text
    for page in (*pages, revealed):
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", page)
        assert "<img" not in page
        assert "<script>" not in page
    seen = html.escape(shown(NAMES[kind]), quote=False)
    assert f"<h1><bdi>{seen}</bdi></h1>" in revealed


def test_news_on_a_page_comes_from_a_step_and_is_said_once(client: TestClient) -> None:
    """An address can't make a page say anything, neither words of a stranger nor news of a step that nobody took."""
    sign_in(client, "tom")
    assert not re.search("Pay.me.now", client.get("/queue?said=Pay+me+now").text)
    assert "No case can be worked at this minute." not in client.get("/queue?said=nothing_next").text
    token = token_on(client.get("/queue").text)
    client.post("/case/queue-wang/claim", data={"csrf": token})
    assert "The outcome is recorded." not in client.get("/case/queue-wang?said=recorded").text
    client.post("/case/queue-wang/release", data={"csrf": token})
    assert "The case is back in the queue." in client.get("/queue?said=released").text
    assert "The case is back in the queue." not in client.get("/queue?said=released").text


@pytest.mark.parametrize("broken", ["read", "write"])
def test_a_fault_of_ours_has_a_page_a_number_and_no_detail(
    workspace: Workspace, client: TestClient, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The reader gets a number to give, even where the store is what broke; what broke goes to the log."""
    sign_in(client, "tom")
    token = token_on(client.get("/queue").text)
    behind = workspace.app.state.workspace
    workspace.app.state.workspace = replace(behind, store=_Broken(behind.store, broken))
    answer = client.get("/queue") if broken == "read" else client.post("/queue/next", data={"csrf": token})
    assert answer.status_code == 500
    words = words_of(answer.text)
    number = re.search(r"(?:Number of this incident:|事件编号：) ([0-9a-f]{8})", words)
    assert number
    assert "secret" not in answer.text
    assert answer.headers["content-security-policy"]
    assert number[1] in caplog.text
    assert "secret detail" in caplog.text


TYPED_NOTE = "李娜的备注 salt-of-the-note"


@pytest.mark.parametrize("kind", ["values", "parser"])
def test_what_a_person_typed_is_in_no_log(
    workspace: Workspace,
    client: TestClient,
    kind: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A fault of the database is logged by its kind and its place in the code; notes and their salts stay out."""
    sign_in(client, "tom")
    token = token_on(client.get("/queue").text)

    def fails(*_: object) -> None:
        if kind == "parser":
            int(TYPED_NOTE)
        with workspace.store.write() as connection:
            connection.execute(text("INSERT INTO nowhere VALUES (:note)"), {"note": TYPED_NOTE})

    behind = workspace.app.state.workspace
    workspace.app.state.workspace = replace(behind, store=_Breaking(behind.store, fails))
    assert client.post("/queue/next", data={"csrf": token}).status_code == 500
    logged = caplog.text + "".join(capfd.readouterr())
    assert "incident" in logged
    assert "test_every_request.py" in logged
    assert "李娜的备注" not in logged
    assert "salt-of-the-note" not in logged


class _Breaking:
    """A store whose writing does something else first."""

    def __init__(self, store: Any, first: Any) -> None:
        self._store, self._first = store, first

    def __getattr__(self, name: str) -> Any:
        if name == "write":
            self._first()
        return getattr(self._store, name)


class _Broken:
    """A store of which one part fails."""

    def __init__(self, store: Any, broken: str) -> None:
        self._store, self._broken = store, broken

    def __getattr__(self, name: str) -> Any:
        if name == self._broken:
            raise RuntimeError("secret detail of the store")
        return getattr(self._store, name)


def test_a_page_that_is_not_there_says_so_in_the_readers_language(client: TestClient, workspace: Workspace) -> None:
    """404 in both languages, for an address and for a case that is not there."""
    for username, words in (("lina", "没有这个页面"), ("tom", "There is no such page")):
        client.cookies.clear()
        sign_in(client, username)
        for path in ("/nowhere", "/case/queue-nobody", "/case/..%2F..%2Fetc"):
            answer = client.get(path)
            assert answer.status_code == 404, path
            assert words in words_of(answer.text), path
    workspace.clock.now += timedelta(days=2)
    assert client.get("/nowhere").status_code == 404
