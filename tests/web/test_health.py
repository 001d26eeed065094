"""What a monitor asks, without signing in."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient


def test_a_monitor_learns_that_the_store_answers_and_nothing_about_anybody(client: TestClient) -> None:
    """By GET and by HEAD, and no session is begun."""
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert client.head("/health").status_code == 200
    told = client.get("/metrics")
    assert client.head("/metrics").status_code == told.status_code == 200
    assert "arrears_store_up 1" in told.text
    assert re.search(r"^arrears_evidence_entries \d+$", told.text, re.M)
    assert "set-cookie" not in answer.headers
    assert "王" not in told.text
