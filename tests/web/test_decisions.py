"""The decision desk and the plan on the case page: the verb's own checks and words behind each form."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient
from sqlalchemy import select
from tests.web.asking import post, sign_in, words_of
from tests.web.conftest import Workspace
from tests.web.page_states import Reader, gives_authority
from tests.web.test_case_page import WANG, kinds_of_facts

from arrears.store import schema

CARD = "/decisions/queue-card"
PASSES = {"confirm_asked_or_shown": "yes"}


def test_the_desk_is_for_those_who_decide(client: TestClient, workspace: Workspace) -> None:
    """A collector has no way there; a supervisor sees what waits and who may agree to what."""
    sign_in(client, "tom")
    gives_authority(Reader(client, workspace))
    assert client.get("/decisions").status_code == 403
    assert "queue-card" not in client.get("/queue").text
    with TestClient(workspace.app, follow_redirects=False) as fangs:
        sign_in(fangs, "fang")
        said = fangs.get("/decisions").text
        assert CARD in said
        assert "谁可以同意什么" in said
        assert fangs.get("/decisions/never-there").status_code == 404


def test_a_decision_is_taken_with_its_reason_and_its_preconditions(client: TestClient, workspace: Workspace) -> None:
    """Without a reason, or with something nobody confirmed, nothing happens and what is missing is said."""
    sign_in(client, "hana")
    gives_authority(Reader(client, workspace))
    assert post(client, CARD, kind="hardship", why="", **PASSES).status_code == 422
    unconfirmed = post(client, CARD, kind="hardship", why="they are in hospital")
    assert unconfirmed.status_code == 422
    assert "asked_or_shown" in words_of(unconfirmed.text)
    assert 'value="they are in hospital"' in unconfirmed.text
    assert "decision_taken" not in kinds_of_facts(workspace)

    done = post(client, CARD, kind="hardship", why="they are in hospital", **PASSES)
    assert done.headers["location"] == "/decisions?said=decided"
    assert kinds_of_facts(workspace).count("decision_taken") == 1
    with workspace.store.read() as connection:
        assert connection.execute(select(schema.decisions.c.kind)).scalars().all() == ["hardship"]
    assert client.get(CARD).headers["location"] == "/decisions?said=gone"


def test_a_supervisor_sees_whose_a_decision_is_and_cannot_take_it(client: TestClient, workspace: Workspace) -> None:
    """Writing off is for the head: the button is off, and the form sent all the same is refused."""
    sign_in(client, "fang")
    gives_authority(Reader(client, workspace))
    page = client.get(CARD).text
    button = re.search(r'<button[^>]*value="write_off"[^>]*>', page)
    assert button
    assert "disabled" in button[0]
    assert post(client, CARD, kind="write_off", why="x", confirm_ledger="yes").status_code == 422
    assert "decision_taken" not in kinds_of_facts(workspace)


def test_a_collector_agrees_on_an_offer_or_asks_above_on_the_case_page(
    client: TestClient, workspace: Workspace
) -> None:
    """The offers stand side by side with what a month can bear; what was asked is shown until it is decided."""
    sign_in(client, "tom")
    gives_authority(Reader(client, workspace))
    assert "What a month can bear" not in words_of(client.get(WANG).text)
    assert "A month can bear" in words_of(client.get(WANG).text)
    refused = post(client, f"{WANG}/plan", account_id="A-wang", offer="o1", accepted="signed")
    assert refused.status_code == 422
    assert "neither holds the case" in words_of(refused.text)
    assert post(client, f"{WANG}/plan", account_id="A-other", offer="o1", accepted="signed").status_code == 404

    post(client, f"{WANG}/claim")
    asked = post(client, f"{WANG}/ask", account_id="A-wang", kind="hardship", why="in hospital")
    assert asked.headers["location"].endswith("said=asked_above")
    assert "waits for a decision: Supervisor" in words_of(client.get(WANG).text)
    agreed = post(client, f"{WANG}/plan", account_id="A-wang", offer="o1", accepted="signed")
    assert agreed.headers["location"].endswith("said=agreed")
    assert {"decision_requested", "payment_plan_agreed"} <= set(kinds_of_facts(workspace))
    assert "being kept" in words_of(client.get(WANG).text)
