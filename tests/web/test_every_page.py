"""
What holds on every page in every state: one key for one thing, Enter in a field sends nothing, nothing that axe finds
against it, no wider than its window, small enough.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, BrowserContext
from tests.web.asking import sign_in
from tests.web.conftest import Workspace
from tests.web.page_states import STATES, page_in

from arrears.web.render import HEADERS

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
LOOKED_AT = (("en", 1440, "light"), ("zh", 390, "dark"))
PAGE_BYTES_MAX = 300_000

TYPED = {"text", "search", "date", "time", "number", "email", "tel", "url", "password", "month", "datetime-local"}


class Forms(HTMLParser):
    """The forms of a page: method, address, whether something is typed into it, and its first button that sends."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.keys: list[str] = []
        self.forms: list[dict[str, object]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if told.get("data-key"):
            self.keys.append(str(told["data-key"]))
        if tag == "form":
            found: dict[str, object] = {
                "method": told.get("method", "get"),
                "action": told.get("action"),
                "typed": False,
                "first": None,
            }
            self.forms.append(found)
        elif self.forms and tag == "input" and told.get("type", "text") in TYPED:
            self.forms[-1]["typed"] = True
        elif self.forms and tag == "button" and self.forms[-1]["first"] is None and told.get("type") != "button":
            self.forms[-1]["first"] = "off" if "disabled" in told and "hidden" in told else "sends"


@pytest.mark.parametrize(("who", "name"), STATES)
def test_no_two_things_of_a_page_have_one_key(workspace: Workspace, client: TestClient, who: str, name: str) -> None:
    """
    A key does one thing wherever it is pressed: navigation, steps, outcomes and folds together, those that are off too.
    """
    keys = Counter(Forms(page_in(workspace, client, who, name, "en")).keys)
    assert [key for key, n in keys.items() if n > 1] == []


@pytest.mark.parametrize(("who", "name"), STATES)
def test_enter_in_a_field_records_nothing(workspace: Workspace, client: TestClient, who: str, name: str) -> None:
    """
    A form that changes something begins with a button that is off, so that Enter in one of its fields sends nothing:
    the outcome's own key or button does. Only the door itself opens with Enter.
    """
    for form in Forms(page_in(workspace, client, who, name, "en")).forms:
        if form["method"] == "post" and form["typed"] and form["action"] != "/sign-in":
            assert form["first"] == "off", form


@pytest.fixture(scope="session")
def windows(chromium_running: Browser, server: tuple[object, str]) -> Iterator[dict[int, BrowserContext]]:
    """A desk's window in light colours and a phone's in dark, open for the session."""
    opened = {
        width: chromium_running.new_context(
            base_url=server[1],
            viewport={"width": width, "height": 900},
            color_scheme="dark" if colours == "dark" else "light",
            reduced_motion="reduce",
        )
        for _, width, colours in LOOKED_AT
    }
    yield opened
    for context in opened.values():
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [(language, width) for language, width, _ in LOOKED_AT])
@pytest.mark.parametrize(("who", "name"), STATES)
def test_nothing_is_found_against_a_page(
    windows: dict[int, BrowserContext],
    served: Workspace,
    client: TestClient,
    who: str,
    name: str,
    language: str,
    width: int,
) -> None:
    """
    axe (WCAG 2.2 A and AA, and good practice) finds nothing, no script fails, no policy is broken, and nothing is
    reached by scrolling sideways: at a desk in English and light, on a phone in Chinese and dark.
    """
    page = windows[width].new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    html = page_in(served, client, who, name, language)
    page.route("**/state", lambda route: route.fulfill(body=html, headers={**HEADERS, "content-type": "text/html"}))
    page.goto("/state")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """async () => (await axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
            "best-practice"]})).violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 200))])"""
    )
    assert found == []
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.close()


@pytest.mark.parametrize("path", ["/queue", "/case/queue-wang", "/night", "/law", "/style"])
def test_a_page_with_all_it_loads_is_small(client: TestClient, path: str) -> None:
    """The page, its styles and its scripts come compressed and are at most 300 KB together."""
    sign_in(client, "fang")
    sent = 0
    page = client.get(path)
    for address in ("", *re.findall(r'"(/static/[^"]+)"', page.text)):
        with client.stream("GET", address or path, headers={"accept-encoding": "gzip"}) as answer:
            sent += sum(len(part) for part in answer.iter_raw())
            assert answer.headers.get("content-encoding") == "gzip" or int(answer.headers["content-length"]) < 1_000
    assert sent <= PAGE_BYTES_MAX
