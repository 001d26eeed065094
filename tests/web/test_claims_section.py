"""What they say, on the case page: taken down, shown with what stands for or against it, its papers kept."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient
from tests.web.asking import post, sign_in, token_on, words_of
from tests.web.conftest import Workspace
from tests.web.test_case_page import WANG, kinds_of_facts

from arrears.store.kept_files import FOLDER

PDF = b"%PDF-1.4\nmade up\n"


def say(client: TestClient, **said: str) -> str:
    answer = post(client, f"{WANG}/say", **{"kind": "illness", "words": "我住院了", **said})
    return str(answer.headers.get("location", ""))


def id_of(client: TestClient, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', client.get(WANG).text)
    assert found
    return found[1]


def test_a_claim_stands_on_the_page_with_its_question(client: TestClient, workspace: Workspace) -> None:
    """Whoever holds the case takes it down; a colleague only reads it."""
    sign_in(client, "tom")
    assert "/say" not in client.get(WANG).text
    assert post(client, f"{WANG}/say", kind="illness").status_code == 422
    post(client, f"{WANG}/claim")
    assert say(client).endswith("said=noted")
    page = words_of(client.get(WANG).text)
    assert "not yet verified illness" in page
    assert "How are you now, and is this a good moment to talk?" in page
    assert "illness, their own or of someone they care for" in page
    with TestClient(workspace.app, follow_redirects=False) as another:
        sign_in(another, "fang")
        assert "我住院了" in another.get(WANG).text
        assert "/say-back" not in another.get(WANG).text


def test_what_is_typed_and_is_no_figure_is_said_to_be_none(client: TestClient, workspace: Workspace) -> None:
    """Nothing is taken down by half."""
    sign_in(client, "tom")
    post(client, f"{WANG}/claim")
    assert say(client, kind="income", amount="a lot").endswith("claim_unreadable")
    assert say(client, kind="income", amount="4000", payday="soon").endswith("claim_unreadable")
    assert post(client, f"{WANG}/say", kind="payment_made", amount="10").status_code == 422
    assert "claim_taken" not in kinds_of_facts(workspace)


def test_a_paper_is_kept_opened_and_read(client: TestClient, workspace: Workspace) -> None:
    """As a download under a name of ours; the reading settles the claim."""
    sign_in(client, "tom")
    post(client, f"{WANG}/claim")
    say(client)
    claim_id = id_of(client, "claim_id")
    assert post(client, f"{WANG}/document-ask", claim_id=claim_id).headers["location"].endswith("noted")
    sent = {"csrf": token_on(client.get(WANG).text), "claim_id": claim_id}

    def upload(data: bytes, name: str = "note.pdf") -> int:
        return int(client.post(f"{WANG}/document", data=sent, files={"file": (name, data)}).status_code)

    assert client.post(f"{WANG}/document", data=sent).headers["location"].endswith("no_file")
    assert upload(b"#!/bin/sh\n") == 422
    assert upload(b"%PDF-" + bytes(21_000_000)) == 413
    assert upload(PDF) == 303
    (kept,) = (workspace.app.state.workspace.home / FOLDER).iterdir()
    assert kept.read_bytes() == PDF
    document_id = id_of(client, "document_id")
    opened = post(client, f"{WANG}/document-open", document_id=document_id)
    assert opened.content == PDF
    assert opened.headers["content-disposition"] == f'attachment; filename="{document_id}.pdf"'
    assert post(client, f"{WANG}/document-read", document_id=document_id, supports="yes", why="").status_code == 422
    post(client, f"{WANG}/document-read", document_id=document_id, supports="yes", why="住院小结，日期相符")
    assert "supported illness" in words_of(client.get(WANG).text)
    assert kinds_of_facts(workspace)[-2:] == ["document_opened", "document_read"]


def test_the_next_step_is_pinned_and_done(client: TestClient, workspace: Workspace) -> None:
    """With its day; without one nothing is pinned."""
    sign_in(client, "tom")
    post(client, f"{WANG}/claim")
    assert post(client, f"{WANG}/step", step="we_write").headers["location"].endswith("day_missing")
    assert post(client, f"{WANG}/cause", cause="illness").headers["location"].endswith("noted")
    assert post(client, f"{WANG}/step", step="we_write", due_on="2026-11-27").headers["location"].endswith("noted")
    assert "Next step: we answer in writing" in words_of(client.get(WANG).text)
    post(client, f"{WANG}/step-done", next_step_id=id_of(client, "next_step_id"))
    assert "Next step: we answer in writing" not in words_of(client.get(WANG).text)
    assert kinds_of_facts(workspace)[-3:] == ["cause_confirmed", "step_pinned", "step_done"]


def test_what_belongs_to_another_case_is_not_there(client: TestClient, workspace: Workspace) -> None:
    """A claim, a document or a step is reached through its own case alone, whoever asks."""
    sign_in(client, "tom")
    post(client, f"{WANG}/claim")
    say(client)
    post(client, f"{WANG}/step", step="we_write", due_on="2026-11-27")
    claim_id, step_id = id_of(client, "claim_id"), id_of(client, "next_step_id")
    before = kinds_of_facts(workspace)
    other = "/case/queue-card"
    for form, fields in (
        ("say-back", {"claim_id": claim_id}),
        ("document-ask", {"claim_id": claim_id}),
        ("step-done", {"next_step_id": step_id}),
        ("document-open", {"document_id": "document-x"}),
        ("document-read", {"document_id": "document-x", "supports": "yes", "why": "x"}),
    ):
        assert post(client, f"{other}/{form}", **fields).status_code == 404
    assert kinds_of_facts(workspace) == before
