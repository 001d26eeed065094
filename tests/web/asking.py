"""A browser without a screen, for what needs no picture: signs in, reads the form token, posts."""

from __future__ import annotations

import html
import re

from fastapi.testclient import TestClient
from httpx import Response
from tests.web.small_book import PASSWORD


def token_on(page: str) -> str:
    """The form token that the page carries."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found, "the page has no form token"
    return found[1]


def sign_in(client: TestClient, username: str, password: str = PASSWORD) -> Response:
    page = client.get("/sign-in")
    answer: Response = client.post(
        "/sign-in", data={"csrf": token_on(page.text), "username": username, "password": password, "next": "/"}
    )
    return answer


def post(client: TestClient, path: str, *, seen_on: str = "/queue", **fields: str) -> Response:
    """Send a form as a page of ours would, with the token of the page `seen_on`."""
    answer: Response = client.post(path, data={"csrf": token_on(client.get(seen_on).text), **fields})
    return answer


def words_of(page: str) -> str:
    """What a page says, without its tags, on one line."""
    body = page.split("<body", 1)[1]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", body)))
