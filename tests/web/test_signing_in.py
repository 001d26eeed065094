"""Signing in, and what holds for every request."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient


def token_on(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found, "the page has no form token"
    return found[1]


def test_x(client: TestClient) -> None:
    r = client.get("/sign-in")
    print(r.text[:600])
    assert r.status_code == 200
    r = client.post(
        "/sign-in", data={"csrf": token_on(r.text), "username": "lina", "password": "correct horse battery"}
    )
    assert r.status_code == 303, r.text
    r = client.get(r.headers["location"])
    assert r.status_code == 200, r.text
    print(r.text)
    r = client.post("/queue/next", data={"csrf": token_on(r.text)})
    print(r.headers)
    r = client.get(r.headers["location"])
    print(r.text)
    assert r.status_code == 200
