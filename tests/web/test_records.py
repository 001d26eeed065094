"""The forms beside a contact: each does one verb, with the verb's own checks and words."""

from __future__ import annotations

import re
from datetime import timedelta

from fastapi.testclient import TestClient
from sqlalchemy import select, update
from tests.web.asking import post, sign_in, words_of
from tests.web.conftest import Workspace
from tests.web.test_case_page import WANG, kinds_of_facts, permitted

from arrears.store import schema


def test_a_supervisor_ends_a_hold_with_a_reason_and_a_collector_does_not(
    client: TestClient, workspace: Workspace
) -> None:
    """The form is not there for a collector, and sent all the same it changes nothing."""
    sign_in(client, "tom")
    post(client, f"{WANG}/hold", kind="complaint")
    assert "/lift" not in client.get(WANG).text
    with workspace.store.read() as connection:
        hold_id = connection.execute(select(schema.holds.c.hold_id).where(schema.holds.c.source == "day")).scalar_one()
    assert post(client, f"{WANG}/lift", hold_id=hold_id, why="answered").status_code == 422

    with TestClient(workspace.app, follow_redirects=False) as fangs:
        sign_in(fangs, "fang")
        assert hold_id in fangs.get(WANG).text
        assert post(fangs, f"{WANG}/lift", hold_id=hold_id, why=" ").status_code == 422
        assert "hold_lifted" not in kinds_of_facts(workspace)
        assert post(fangs, f"{WANG}/lift", hold_id=hold_id, why="已答复").headers["location"].endswith("said=lifted")
        assert post(fangs, f"{WANG}/lift", hold_id="hold-of-another", why="x").status_code == 404
    assert kinds_of_facts(workspace).count("hold_lifted") == 1


def test_a_payment_is_recorded_and_reversed_by_a_supervisor(client: TestClient, workspace: Workspace) -> None:
    """What is typed without being an amount is said to be none."""
    sign_in(client, "fang")
    page = client.get(WANG).text
    account = re.search(r'id="payment-account".*?value="([^"]+)"', page, re.S)
    assert account
    sent = {"account_id": account[1], "payment_id": "desk-1"}
    assert post(client, f"{WANG}/payment", **sent, amount="ten").headers["location"].endswith("amount_unreadable")
    assert post(client, f"{WANG}/payment", **sent, amount="10.00").headers["location"].endswith("said=paid_in")
    assert (
        post(client, f"{WANG}/reverse", payment_id="desk-1", why="退回").headers["location"].endswith("said=reversed")
    )
    kinds = kinds_of_facts(workspace)
    assert (kinds.count("payment_received"), kinds.count("payment_reversed")) == (1, 1)


def test_a_supervisor_takes_down_a_number_where_none_is_known_to_work(client: TestClient, workspace: Workspace) -> None:
    """The case says so to everybody, in the reader's language; the form stands open for whoever may fill it in."""
    with workspace.store.write() as connection:
        wang = schema.queue_items.c.queue_item_id == WANG.removeprefix("/case/")
        person = connection.execute(select(schema.queue_items.c.person_id).where(wang)).scalar_one()
        mine = schema.contact_points.c.person_id == person
        connection.execute(update(schema.contact_points).where(mine).values(valid=False))
    sign_in(client, "tom")
    told = "No number or address of theirs is known to work." in words_of(client.get(WANG).text)
    assert told or "没有已知可用的本人号码或地址" in client.get(WANG).text
    assert "/contact-point" not in client.get(WANG).text
    sent = {"channel": "phone", "value": "199-0000-7777", "lawful_source": "contract", "why": "annex to the contract"}
    assert post(client, f"{WANG}/contact-point", **sent).status_code == 422

    with TestClient(workspace.app, follow_redirects=False) as fangs:
        sign_in(fangs, "fang")
        assert re.search(r'id="add-contact-point"><details class="fold" open>', fangs.get(WANG).text)
        assert post(fangs, f"{WANG}/contact-point", **(sent | {"lawful_source": "bought"})).status_code == 422
        assert post(fangs, f"{WANG}/contact-point", **sent).headers["location"].endswith("said=point_added")
        page = fangs.get(WANG).text
        assert "7777" not in page.replace("****7777", "")
        assert not re.search(r'id="add-contact-point"><details class="fold" open>', page)
    assert kinds_of_facts(workspace).count("contact_point_added") == 1


def test_a_consent_is_noted_and_taken_back(client: TestClient, workspace: Workspace) -> None:
    """The choices show what is open and what was given."""
    sign_in(client, "tom")
    asked = {"kind": "contact_outside_hours"}
    assert post(client, f"{WANG}/consent", **asked, given="yes").headers["location"].endswith("said=noted")
    assert post(client, f"{WANG}/consent", **asked, given="no").headers["location"].endswith("said=noted")
    assert post(client, f"{WANG}/consent", kind="anything").status_code == 422
    assert [kind for kind in kinds_of_facts(workspace) if "consent" in kind] == ["consent_given", "consent_withdrawn"]


def test_who_was_contacted_may_answer(client: TestClient, workspace: Workspace) -> None:
    """Nobody holds the case; their call is put on record, and then their name is shown to confirm it is they."""
    sign_in(client, "tom")
    assert post(client, f"{WANG}/reveal", purpose="confirm_identity").status_code == 403
    assert post(client, f"{WANG}/inbound", channel="call").headers["location"].endswith("said=noted")
    assert "王晓燕" in post(client, f"{WANG}/reveal", purpose="confirm_identity").text


def test_a_wrong_outcome_is_undone_and_later_corrected(client: TestClient, workspace: Workspace) -> None:
    """Ten seconds with one press; afterwards with a reason, and the first stays on record."""
    sign_in(client, "tom")
    attempt = permitted(client)
    post(client, f"{WANG}/outcome", attempt_id=attempt, outcome="deceased")
    assert "/undo" in client.get(WANG).text
    assert post(client, f"{WANG}/undo", attempt_id=attempt).headers["location"].endswith("said=undone")
    post(client, f"{WANG}/outcome", attempt_id=attempt, outcome="hung_up")
    workspace.clock.now += timedelta(seconds=11)
    assert "/undo" not in client.get(WANG).text
    assert post(client, f"{WANG}/undo", attempt_id=attempt).status_code == 422
    corrected = post(client, f"{WANG}/correct", attempt_id=attempt, outcome="refused", why="wrong key")
    assert corrected.headers["location"].endswith("said=corrected")
    kinds = kinds_of_facts(workspace)
    assert (kinds.count("outcome_recorded"), kinds.count("outcome_undone"), kinds.count("outcome_corrected")) == (
        2,
        1,
        1,
    )


def test_a_supervisor_takes_a_case_over_with_a_reason(client: TestClient, workspace: Workspace) -> None:
    """From a colleague in mid-call too: the permit stays open, and the lists show it."""
    sign_in(client, "tom")
    permitted(client)
    with TestClient(workspace.app, follow_redirects=False) as fangs:
        sign_in(fangs, "fang")
        assert "Tom Reed" in words_of(fangs.get("/holds").text)
        assert post(fangs, f"{WANG}/take-over", why="").status_code == 422
        assert post(fangs, f"{WANG}/take-over", why="同事离席").headers["location"].endswith("said=claimed")
    assert "case_taken_over" in kinds_of_facts(workspace)


def test_the_lists_are_for_whoever_answers_for_the_day(client: TestClient, workspace: Workspace) -> None:
    """A collector is told that the page is not theirs; a supervisor sees holds, rests and who looks most."""
    sign_in(client, "tom")
    post(client, f"{WANG}/claim")
    post(client, f"{WANG}/reveal", purpose="confirm_identity")
    post(client, f"{WANG}/rest")
    post(client, "/case/queue-li/hold", kind="complaint")
    assert client.get("/holds").status_code == 403
    with TestClient(workspace.app, follow_redirects=False) as fangs:
        sign_in(fangs, "fang")
        page = words_of(fangs.get("/holds").text)
    assert "投诉" in page
    assert "Tom Reed 1 1" in page
    assert "王**" in page
    assert "王晓燕" not in page
