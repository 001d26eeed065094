"""One case on one screen: what it says, what it hides, and what each step does."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, select, update
from tests.web.asking import post, sign_in, token_on, words_of
from tests.web.conftest import Workspace
from tests.web.small_book import AS_OF, MIDNIGHT, NOON, SHANGHAI

from arrears.store import schema
from arrears.web.case.asks import paydays

WANG = "/case/queue-wang"


@pytest.fixture
def tom(client: TestClient) -> TestClient:
    """A collector who reads English."""
    sign_in(client, "tom")
    return client


def kinds_of_facts(workspace: Workspace) -> list[str]:
    with workspace.store.read() as connection:
        wanted = select(schema.evidence_entries.c.kind).order_by(schema.evidence_entries.c.entry_index)
        return list(connection.execute(wanted).scalars())


def permitted(client: TestClient, key: str = "wang") -> str:
    """Take the case, ask for a call, and give the id of the attempt."""
    post(client, f"/case/queue-{key}/claim")
    answer = post(client, f"/case/queue-{key}/attempt", contact_point_id=f"CP-{key}-phone", channel="call")
    assert answer.status_code == 303
    page = client.get(f"/case/queue-{key}").text
    found = re.search(r'name="attempt_id" value="(attempt-[0-9a-f]+)"', page)
    assert found
    return found[1]


def test_the_page_says_why_this_case_with_the_numbers(tom: TestClient) -> None:
    """The step, what it is expected to bring, and what came second."""
    page = words_of(tom.get(WANG).text)
    assert "Follow-up call: expected to recover about ¥261 more than it costs" in page
    assert "next best is text message reminder, about ¥76" in page
    assert "Figures of 23 Nov 2026, computed 8 hours ago" in page


def test_the_page_says_how_the_amount_is_made_up(tom: TestClient) -> None:
    """Components that sum to the overdue amount, raw and counted days apart, pauses named."""
    page = words_of(tom.get(WANG).text)
    for words in (
        "Principal ¥3,368.00 Interest ¥421.00 Fees ¥0.00 Penalty ¥421.00 Overdue ¥4,210.00",
        "Days past due 45",
        "After grace and pauses 42",
        "Oldest unpaid 9 Oct 2026",
        "payment holiday, 1 Oct 2026 to 3 Oct 2026",
        "17 earlier and 2 later instalments are not shown",
    ):
        assert words in page


def test_the_lenders_balance_stands_beside_ours_with_the_difference_and_its_reason(
    tom: TestClient, workspace: Workspace
) -> None:
    """Two figures of one debt are never left for the reader to find."""
    page = words_of(tom.get("/case/queue-wang").text)
    assert "Lender's balance" not in page
    with workspace.store.write() as connection:
        changed = {"lender_balance_cents": 421_000 * 5 + 71_688, "balance_reason": "not_yet_due"}
        connection.execute(update(schema.accounts).where(schema.accounts.c.account_id == "A-wang").values(changed))
    page = words_of(tom.get("/case/queue-wang").text)
    assert "Owed in all ¥21,050.00" in page
    assert "Lender's balance, 23 Nov 2026 ¥21,766.88" in page
    assert "Lender's balance less ours ¥716.88: the lender counts interest or charges of instalments to come" in page


def test_a_payment_received_here_explains_the_balance_that_the_lender_still_tells(
    tom: TestClient, workspace: Workspace
) -> None:
    """What we received and the lender does not count yet is no riddle; any other difference is left to the night."""
    paid = {"source": "day", "paid_on": AS_OF, "learned_on": AS_OF, "currency": "CNY", "account_id": "A-wang"}
    with workspace.store.write() as connection:
        for n, (cents, reversed_on) in enumerate(((15_000, None), (90_000, AS_OF))):
            row = {**paid, "payment_id": f"here-{n}", "amount_cents": cents, "reversed_on": reversed_on}
            connection.execute(schema.payments.insert().values(row))
        whose = schema.accounts.c.account_id == "A-wang"
        connection.execute(update(schema.accounts).where(whose).values(lender_balance_cents=421_000 * 5 + 15_000))
    said = "Lender's balance less ours ¥150.00: the lender does not count yet what was received here"
    assert said in words_of(tom.get(WANG).text)
    with workspace.store.write() as connection:
        connection.execute(update(schema.accounts).where(whose).values(lender_balance_cents=421_000 * 5 + 15_001))
    assert "received here" not in words_of(tom.get(WANG).text)


def test_a_case_of_an_earlier_day_says_of_which_day_its_figures_are(tom: TestClient, workspace: Workspace) -> None:
    """The amounts are the newest night's, whenever the case was queued; so is the day that stands above them."""
    later = {"night_id": "night-2026-11-24-test", "as_of": AS_OF + timedelta(days=1), "published_at": NOON}
    with workspace.store.write() as connection:
        first = dict(connection.execute(select(schema.nights)).mappings().one())
        connection.execute(schema.nights.insert().values({**first, **later}))
        changed = {"night_id": later["night_id"], "as_of": later["as_of"], "lender_balance_cents": 421_000 * 5}
        connection.execute(update(schema.accounts).where(schema.accounts.c.account_id == "A-wang").values(changed))
    page = words_of(tom.get(WANG).text)
    assert "Figures of 24 Nov 2026" in page
    assert "Lender's balance, 24 Nov 2026" in page
    assert "23 Nov 2026, computed" not in page


def test_names_numbers_and_identities_are_masked_until_asked_for(tom: TestClient) -> None:
    """Neither the page nor its source holds a whole name, number, address or identity number."""
    page = tom.get(WANG).text
    for whole in ("王晓燕", "陈保明", "周友人", "19900000001", "990000199001010011", "wang@mail", "无名路"):
        assert whole not in page
    for masked in ("王**", "199****0001", "****11", "w**@mail.invalid", "上海市****"):
        assert masked in words_of(page)


def test_what_is_asked_for_is_shown_once_and_stays_on_record(tom: TestClient, workspace: Workspace) -> None:
    """A reveal is a fact with its purpose; the next page masks again."""
    post(tom, f"{WANG}/claim")
    page = post(tom, f"{WANG}/reveal", purpose="confirm_identity").text
    assert "王晓燕" in page
    assert "990000199001010011" in page
    assert "19900000001" not in page
    assert "王晓燕" not in tom.get(WANG).text

    number = post(tom, f"{WANG}/reveal", purpose="dial_by_hand", contact_point_id="CP-wang-phone").text
    assert "19900000001" in number
    assert "王晓燕" not in number
    assert kinds_of_facts(workspace).count("detail_revealed") == 2


@pytest.mark.parametrize(
    "asked",
    [
        {"purpose": "curiosity"},
        {"purpose": ""},
        {"purpose": "dial_by_hand", "contact_point_id": "CP-li-phone"},
        {"purpose": "dial_by_hand", "contact_point_id": "nothing"},
    ],
)
def test_nothing_is_shown_without_a_purpose_or_of_another_case(
    tom: TestClient, workspace: Workspace, asked: dict[str, str]
) -> None:
    """A contact point of somebody else can't be read through this case."""
    assert post(tom, f"{WANG}/reveal", **asked).status_code == 404
    assert "detail_revealed" not in kinds_of_facts(workspace)


def test_nothing_is_shown_of_a_case_that_one_does_not_hold(tom: TestClient, workspace: Workspace) -> None:
    """A loop over ids reads nothing; the page says what to do first."""
    answer = post(tom, f"{WANG}/reveal", purpose="confirm_identity")
    assert answer.status_code == 403
    assert "王晓燕" not in answer.text
    assert "you don't hold this case" in words_of(answer.text)
    assert "detail_revealed" not in kinds_of_facts(workspace)


def test_the_page_says_who_else_is_in_the_case_and_who_owes(tom: TestClient) -> None:
    """A guarantor answers; a contact person owes nothing and is left alone."""
    page = words_of(tom.get(WANG).text)
    assert re.search(r"陈\*\* · Guarantor answers beside the borrower \(joint guarantee\)", page)
    assert re.search(r"周\*\* · Contact person owes nothing Is never asked to pay", page)


def test_what_is_refused_has_its_reason_clause_and_how_sure_we_are_beside_it(tom: TestClient) -> None:
    """The contact person's number: refused on every channel, with the clause and that it was read about, not read."""
    post(tom, f"{WANG}/claim")
    page = tom.get(WANG).text
    row = page.split("199****0902")[1].split("<ul")[0]
    grounds = page.split('id="grounds-5"')[1].split("</li>")[0]
    buttons = re.findall(r'<button[^>]*class="button[^>]*>', row)
    assert len(buttons) == 2
    assert all("disabled" in button and 'aria-describedby="grounds-5"' in button for button in buttons)
    assert "third parties are not contacted about a debt" in grounds
    assert "GB/T 45251-2025" in grounds
    assert "known from a report" in grounds


def test_what_is_allowed_says_how_much_room_is_left(tom: TestClient, workspace: Workspace) -> None:
    """Calls to the borrower and dials to the number count up as they are made, each with its clause."""
    page = words_of(tom.get(WANG).text)
    assert "Connected calls today: 0 of 3" in page
    assert "Dials to this number today: 0 of 6" in page
    attempt = permitted(tom)
    post(tom, f"{WANG}/outcome", attempt_id=attempt, outcome="no_answer")
    after = words_of(tom.get(WANG).text)
    assert "Connected calls today: 0 of 3" in after
    assert "Dials to this number today: 1 of 6" in after


def test_outside_hours_the_page_says_the_clause_and_the_next_lawful_time(tom: TestClient, workspace: Workspace) -> None:
    """At 22:40 every channel is closed until 08:00 where the borrower lives."""
    workspace.clock.now = datetime(2026, 11, 24, 22, 0, tzinfo=SHANGHAI)
    page = words_of(tom.get(WANG).text)
    assert "22:00 in Shanghai. Contact is open 08:00–22:00. Closed now." in page
    assert "Next lawful time: Wed 25 Nov 08:00" in page
    assert "outside lawful hours where the borrower is" in page
    workspace.clock.now = datetime(2026, 11, 24, 21, 59, 59, tzinfo=SHANGHAI)
    assert "outside lawful hours" not in words_of(tom.get(WANG).text)


def test_the_gate_is_asked_again_when_the_button_is_pressed(tom: TestClient, workspace: Workspace) -> None:
    """A page read at 21:59 does not allow a call at 22:00: the refusal is shown, recorded, and in the timeline."""
    workspace.clock.now = datetime(2026, 11, 24, 21, 59, tzinfo=SHANGHAI)
    post(tom, f"{WANG}/claim")
    token = token_on(tom.get(WANG).text)
    workspace.clock.now = datetime(2026, 11, 24, 22, 0, tzinfo=SHANGHAI)
    answer = tom.post(f"{WANG}/attempt", data={"csrf": token, "contact_point_id": "CP-wang-phone", "channel": "call"})
    assert answer.status_code == 409
    page = words_of(answer.text)
    assert "The gate refused this contact. It was not made, and the refusal is on record." in page
    assert "Next lawful time: Wed 25 Nov 08:00" in page
    assert "Call refused by the gate" in page
    assert "contact_refused" in kinds_of_facts(workspace)
    with workspace.store.read() as connection:
        assert connection.execute(select(schema.permits.c.permit_id)).all() == []


def test_a_call_without_holding_the_case_is_refused(tom: TestClient, workspace: Workspace) -> None:
    """The buttons are disabled, and a form sent around them meets the gate."""
    assert "disabled" in tom.get(WANG).text
    answer = post(tom, f"{WANG}/attempt", contact_point_id="CP-wang-phone", channel="call")
    assert answer.status_code == 409
    assert "the case is not claimed by you" in words_of(answer.text)


def test_a_permit_shows_the_number_and_waits_for_its_outcome(tom: TestClient, workspace: Workspace) -> None:
    """The whole number, to be dialled; no second contact before the outcome; every outcome under one key."""
    permitted(tom)
    page = tom.get(WANG).text
    assert 'href="tel:+8619900000001"' in page
    assert "Record that first" in page
    keys = re.findall(r'data-key="(.)"[^>]*data-key-label="[^"]*"[^>]*><kbd', page)
    assert len(keys) == len(set(keys))
    assert {"1", "9", "0", "d", "h", "t"} <= set(keys)


def test_pressing_call_twice_is_one_attempt(tom: TestClient, workspace: Workspace) -> None:
    """The second press of one page gets the answer of the first."""
    post(tom, f"{WANG}/claim")
    page = tom.get(WANG).text
    key = re.search(r'name="request_key" value="([0-9a-f]{32}-1-CP-wang-phone)"', page)
    assert key
    for _ in range(2):
        sent = {"csrf": token_on(page), "contact_point_id": "CP-wang-phone", "channel": "call", "request_key": key[1]}
        assert tom.post(f"{WANG}/attempt", data=sent).status_code == 303
    with workspace.store.read() as connection:
        made = connection.execute(select(schema.attempts).where(schema.attempts.c.source == "day")).all()
    assert len(made) == 1


def test_an_outcome_is_recorded_and_the_case_moves_as_it_says(tom: TestClient, workspace: Workspace) -> None:
    """Nobody answered: the case stays for the next number; put to rest, another comes next."""
    attempt = permitted(tom)
    answer = post(tom, f"{WANG}/outcome", attempt_id=attempt, outcome="no_answer", note="rang out")
    assert answer.headers["location"] == f"{WANG}?said=recorded"
    page = words_of(tom.get(WANG).text)
    assert "no answer · 199****0001 · Tom Reed · rang out" in page
    assert "Yours until" in page
    assert post(tom, f"{WANG}/rest").headers["location"] == "/queue?said=rested"
    assert post(tom, "/queue/next").headers["location"] == "/case/queue-li"


def test_nobody_records_an_outcome_for_somebody_elses_call(workspace: Workspace) -> None:
    """The attempt of a colleague, or of another case, is not there for anybody else."""
    with (
        TestClient(workspace.app, follow_redirects=False) as toms,
        TestClient(workspace.app, follow_redirects=False) as linas,
    ):
        sign_in(toms, "tom")
        sign_in(linas, "lina")
        attempt = permitted(toms)
        assert post(linas, f"{WANG}/outcome", attempt_id=attempt, outcome="no_answer").status_code == 404
        assert post(toms, "/case/queue-li/outcome", attempt_id=attempt, outcome="no_answer").status_code == 404
        assert post(toms, f"{WANG}/outcome", attempt_id=attempt, outcome="no_answer").status_code == 303


def test_an_outcome_that_can_not_be_changes_nothing_and_says_why(tom: TestClient, workspace: Workspace) -> None:
    """A code that is none, or one of another channel: the verb's own words."""
    attempt = permitted(tom)
    for outcome in ("sent", "made_up", ""):
        answer = post(tom, f"{WANG}/outcome", attempt_id=attempt, outcome=outcome)
        assert answer.status_code == 422
        assert "Not recorded:" in words_of(answer.text)
    assert "outcome_recorded" not in kinds_of_facts(workspace)


@pytest.mark.parametrize(
    ("outcome", "kind"), [("disputed", "dispute"), ("hardship", "hardship request"), ("stop_requested", "stop request")]
)
def test_what_the_borrower_asks_for_on_the_call_holds_at_once(
    tom: TestClient, workspace: Workspace, outcome: str, kind: str
) -> None:
    """From the answer on nothing of the case can be worked, and every button says why."""
    attempt = permitted(tom)
    answer = post(tom, f"{WANG}/outcome", attempt_id=attempt, outcome=outcome)
    assert answer.headers["location"].endswith("said=recorded_withdrawn")
    page = words_of(tom.get(WANG).text)
    assert f"On hold: {kind}" in page
    assert "Withdrawn" in page
    assert (
        "said=on_hold" in post(tom, f"{WANG}/claim").headers["location"]
        or "said=gone" in post(tom, f"{WANG}/claim").headers["location"]
    )


def test_a_request_heard_by_anybody_holds_the_case_of_a_colleague(workspace: Workspace) -> None:
    """Lina works the case; the borrower writes to Tom's desk; Lina's next step is refused."""
    with (
        TestClient(workspace.app, follow_redirects=False) as linas,
        TestClient(workspace.app, follow_redirects=False) as toms,
    ):
        sign_in(linas, "lina")
        sign_in(toms, "tom")
        post(linas, f"{WANG}/claim")
        assert post(toms, f"{WANG}/hold", kind="hardship").headers["location"] == f"{WANG}?said=held"
        refused = post(linas, f"{WANG}/attempt", contact_point_id="CP-wang-phone", channel="call")
        assert refused.status_code == 409
        assert "困难" in words_of(refused.text)
        assert post(toms, f"{WANG}/hold", kind="hardship").headers["location"] == f"{WANG}?said=held_already"


@pytest.mark.parametrize("kind", ["plan", "promise", "", "made_up"])
def test_only_what_a_borrower_can_ask_for_is_recorded_as_asked_for(tom: TestClient, kind: str) -> None:
    """A plan or a promise is made, not asked for by a button."""
    assert post(tom, f"{WANG}/hold", kind=kind).status_code == 404


def test_a_promise_is_taken_with_amount_day_hour_channel_and_source(tom: TestClient, workspace: Workspace) -> None:
    """It is read back as it was said, in the borrower's own hour, and the case leaves the queue."""
    attempt = permitted(tom)
    answer = post(
        tom,
        f"{WANG}/promise",
        attempt_id=attempt,
        account_id="A-wang",
        amount="¥1,200.50",
        due_on="2026-11-28",
        due_time="18:00",
        channel="bank_transfer",
        money_source="salary",
    )
    assert answer.headers["location"] == f"{WANG}?said=promised"
    page = words_of(tom.get(WANG).text)
    assert "Promised ¥1,200.50 by Sat 28 Nov 18:00" in page
    assert "bank transfer · wages · Tom Reed" in page
    assert "due Sat 28 Nov 18:00, ¥0.00 received" in page
    assert "promised to pay" in page
    with workspace.store.read() as connection:
        promise = connection.execute(select(schema.promises)).mappings().one()
    assert (promise["amount_cents"], promise["due_offset_minutes"]) == (120_050, 480)
    assert post(tom, "/queue/next").headers["location"] == "/case/queue-li"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"amount": ""}, "Write the amount they named."),
        ({"amount": "a lot"}, "Write digits with at most two decimals"),
        ({"amount": "12.345"}, "Write digits with at most two decimals"),
        ({"amount": "0"}, "The amount must be above zero."),
        ({"amount": "-5"}, "The amount must be above zero."),
        ({"amount": "21050.01"}, "They owe ¥21,050.00 in all; a promise can't be more."),
        ({"due_on": ""}, "Choose the day they named."),
        ({"due_on": "2026-02-30"}, "Choose the day they named."),
        ({"due_on": "2026-11-23"}, "That moment has passed where they live."),
        ({"due_on": "2026-11-24", "due_time": "10:30"}, "That moment has passed where they live."),
        ({"due_time": "soon"}, "Give the hour, such as 18:00"),
        ({"due_on": "2027-06-01"}, "More than three months off is a plan"),
        ({"channel": "cash"}, "Say how it will be paid."),
        ({"money_source": "a new loan"}, "Ask where the money comes from"),
        ({"account_id": "A-li"}, "Choose one of this person's accounts."),
    ],
)
def test_a_promise_that_can_not_be_taken_says_what_to_write_instead(
    tom: TestClient, workspace: Workspace, wrong: dict[str, str], message: str
) -> None:
    """The message stands at its field, what was typed stays, nothing is recorded."""
    post(tom, f"{WANG}/claim")
    typed = {
        "account_id": "A-wang",
        "amount": "1200",
        "due_on": "2026-11-28",
        "due_time": "18:00",
        "channel": "bank_transfer",
        "money_source": "salary",
        **wrong,
    }
    answer = post(tom, f"{WANG}/promise", **typed)
    assert answer.status_code == 422
    page = words_of(answer.text)
    assert message in page
    assert "1 thing to put right. Nothing was recorded yet." in page
    if "amount" not in wrong:
        assert 'value="1200"' in answer.text
    assert "promise_taken" not in kinds_of_facts(workspace)


def test_the_last_cent_may_be_promised_and_the_next_minute_too(tom: TestClient) -> None:
    """Both sides of the lines above: all that is owed, one minute from now."""
    post(tom, f"{WANG}/claim")
    answer = post(
        tom,
        f"{WANG}/promise",
        account_id="A-wang",
        amount="21050.00",
        due_on="2026-11-24",
        due_time="10:31",
        channel="app",
        money_source="savings",
    )
    assert answer.headers["location"].endswith("said=promised")


def test_one_case_is_never_given_to_two_collectors(workspace: Workspace) -> None:
    """The colleague reads who holds it and until when, and can't take, call or end it."""
    with (
        TestClient(workspace.app, follow_redirects=False) as toms,
        TestClient(workspace.app, follow_redirects=False) as linas,
    ):
        sign_in(toms, "tom")
        sign_in(linas, "lina")
        post(toms, f"{WANG}/claim")
        assert "由Tom Reed领取至 11:00" in words_of(linas.get(WANG).text)
        assert post(linas, f"{WANG}/claim").headers["location"].endswith("claimed_by_another")
        assert post(linas, f"{WANG}/finish").headers["location"].endswith("claimed_by_another")
        assert post(linas, f"{WANG}/release").headers["location"].endswith("claimed_by_another")
        refused = post(linas, f"{WANG}/attempt", contact_point_id="CP-wang-phone", channel="call")
        assert refused.status_code == 409
        workspace.clock.now += timedelta(minutes=31)
        assert post(linas, f"{WANG}/claim").headers["location"].endswith("said=claimed")


def test_a_case_put_down_does_not_come_straight_back(tom: TestClient) -> None:
    """Asking for the next puts nothing down; the rested one waits two hours, and can be taken back before."""
    post(tom, f"{WANG}/claim")
    assert post(tom, f"{WANG}/next").headers["location"] == f"{WANG}?said=still_yours"
    assert post(tom, f"{WANG}/rest").headers["location"] == "/queue?said=rested"
    assert post(tom, f"{WANG}/next").headers["location"] == "/case/queue-li"
    assert "Nobody holds it" in words_of(tom.get(WANG).text)


def test_what_comes_between_a_permit_and_the_call_takes_the_number_away(workspace: Workspace, tom: TestClient) -> None:
    """A hold asked for at another desk, or the last lawful minute: end the call, record it, dial nothing."""
    permitted(tom)
    assert 'href="tel:' in tom.get(WANG).text
    with TestClient(workspace.app, follow_redirects=False) as linas:
        sign_in(linas, "lina")
        post(linas, f"{WANG}/hold", kind="dispute")
    page = tom.get(WANG).text
    assert "End the call now, then record it" in words_of(page)
    assert "disputed" in words_of(page)
    assert 'href="tel:' not in page
    assert "19900000001" not in page
    assert 'name="outcome" value="right_party"' in page


def test_a_permit_at_the_last_minute_ends_with_the_hour(workspace: Workspace, tom: TestClient) -> None:
    """Permitted at 21:59, and 22:00 has come: the number is not dialled any more."""
    workspace.clock.now = datetime(2026, 11, 24, 21, 59, tzinfo=SHANGHAI)
    permitted(tom)
    assert 'href="tel:' in tom.get(WANG).text
    workspace.clock.now = datetime(2026, 11, 24, 22, 0, tzinfo=SHANGHAI)
    page = tom.get(WANG).text
    assert 'href="tel:' not in page
    assert "outside lawful hours where the borrower is" in words_of(page)


def test_the_last_dial_of_the_day_does_not_stand_against_itself(workspace: Workspace, tom: TestClient) -> None:
    """The sixth dial fills the count, and its own permit stays good."""
    for _ in range(5):
        attempt = permitted(tom)
        post(tom, f"{WANG}/outcome", attempt_id=attempt, outcome="no_answer")
        with workspace.store.write() as connection:
            connection.execute(update(schema.queue_items).values(not_before_at=NOON - timedelta(hours=1)))
    permitted(tom)
    page = tom.get(WANG).text
    assert "Dials" in words_of(page)
    assert 'href="tel:+8619900000001"' in page


def test_a_case_nobody_worked_is_not_done_without_a_reason(tom: TestClient, workspace: Workspace) -> None:
    """It would drop out of the day without anybody noticing; with a reason it is done."""
    post(tom, f"{WANG}/claim")
    answer = post(tom, f"{WANG}/finish")
    assert answer.status_code == 422
    assert "nothing was recorded on it" in words_of(answer.text)
    assert "case_finished" not in kinds_of_facts(workspace)
    assert post(tom, f"{WANG}/finish", why="data_wrong").headers["location"] == "/queue?said=finished"


def test_a_callback_is_recorded_with_its_time(tom: TestClient, workspace: Workspace) -> None:
    """Asked with the outcome, in the borrower's own time; without it nothing is recorded."""
    attempt = permitted(tom)
    without = post(tom, f"{WANG}/outcome", attempt_id=attempt, outcome="callback_requested")
    assert without.status_code == 422
    assert "no time is given" in words_of(without.text)
    asked = {"callback_on": "2026-11-24", "callback_time": "18:30"}
    assert post(tom, f"{WANG}/outcome", attempt_id=attempt, outcome="callback_requested", **asked).status_code == 303
    with workspace.store.read() as connection:
        agreed = connection.execute(select(schema.callbacks.c.not_before_at)).scalar_one()
    assert agreed == datetime(2026, 11, 24, 18, 30, tzinfo=SHANGHAI)


def test_a_book_without_names_numbers_or_schedules_is_told_in_plain_words(tom: TestClient) -> None:
    """The real card book has none of these: the page says so, and shows no blank and no zero in their place."""
    page = words_of(tom.get("/case/queue-card").text)
    for words in (
        "Name not in the book",
        "The book has no contact point for anybody in this case.",
        "The book has no schedule of instalments.",
        "The book has no payments.",
        "The book has no earlier contacts.",
        "The book does not say how the overdue amount is made up.",
        "Oldest unpaid unknown",
        "read from the monthly record",
        "NT$64,023.00",
    ):
        assert words in page
    assert not re.search(r"\bNone\b(?! yet)", page)


def test_a_case_in_no_queue_is_found_by_its_number(tom: TestClient, workspace: Workspace) -> None:
    """Somebody calls in: their account's number opens the case, the queue's item where there is one."""
    assert tom.get("/find?asked=A-wang").headers["location"] == WANG
    assert tom.get("/find?asked=%20P-wang%20").headers["location"] == WANG
    assert tom.get("/find?asked=A-nobody").status_code == 404
    assert "no account, person or telephone number like that" in words_of(tom.get("/find?asked=A-nobody").text)
    with workspace.store.write() as connection:
        connection.execute(schema.queue_items.delete().where(schema.queue_items.c.person_id == "P-wang"))
    found = tom.get("/find?asked=A-wang").headers["location"]
    assert found.startswith("/case/person.")
    page = words_of(tom.get(found).text)
    assert "Not in the queue" in page
    assert "¥4,210.00" in page
    assert post(tom, f"{found}/hold", kind="dispute").headers["location"].endswith("said=held")
    assert "On hold: dispute" in words_of(tom.get(found).text)
    assert post(tom, f"{found}/attempt", contact_point_id="CP-wang-phone", channel="call").status_code == 404


@pytest.mark.parametrize("key", ["person.", "person.!!!!", "person.AAAA", "person.____", "queue-wang'--"])
def test_a_made_up_case_is_not_there(tom: TestClient, key: str) -> None:
    """Whatever stands in the address, the answer is a page that says so."""
    assert tom.get(f"/case/{key}").status_code == 404


def test_a_step_read_again_is_the_case(tom: TestClient) -> None:
    """Reloading the answer to a form sends nothing twice."""
    for step in ("promise", "reveal", "attempt", "hold"):
        assert tom.get(f"{WANG}/{step}").headers["location"] == WANG


def test_the_allowed_panel_refreshes_by_itself_and_alone(tom: TestClient, workspace: Workspace) -> None:
    """Every minute the page asks for the panel; the hours pass in it without a step being lost."""
    part = tom.get(f"{WANG}/allowed").text
    assert part.lstrip().startswith('<div id="allowed"')
    assert "<html" not in part
    assert "outside lawful hours" not in part
    workspace.clock.now = MIDNIGHT - timedelta(minutes=20)
    assert "outside lawful hours" in tom.get(f"{WANG}/allowed").text


def test_a_case_is_read_in_as_many_questions_whatever_its_size(workspace: Workspace) -> None:
    """No question per row: forty more attempts, promises and payments cost not one query more."""

    def questions() -> int:
        asked = 0

        def count(*_: object) -> None:
            nonlocal asked
            asked += 1

        with TestClient(workspace.app, follow_redirects=False) as client:
            sign_in(client, "tom")
            event.listen(workspace.store.engine, "before_cursor_execute", count)
            assert client.get(WANG).status_code == 200
            event.remove(workspace.store.engine, "before_cursor_execute", count)
        return asked

    before = questions()
    with workspace.store.write() as connection:
        row = connection.execute(select(schema.attempts).limit(1)).mappings().one()
        paid = connection.execute(select(schema.payments).limit(1)).mappings().one()
        for n in range(40):
            at = NOON - timedelta(days=2 + n)
            connection.execute(schema.attempts.insert().values({**row, "attempt_id": f"more-{n}", "at": at}))
            connection.execute(schema.payments.insert().values({**paid, "payment_id": f"more-{n}"}))
    assert questions() == before
    assert before < 60


def test_the_application_has_no_page_that_describes_it(workspace: Workspace, client: TestClient) -> None:
    """No generated documentation lists the addresses to whoever asks."""
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert client.get(path).status_code == 404


def test_the_promise_form_offers_what_is_on_the_screen(tom: TestClient, workspace: Workspace) -> None:
    """All that is overdue, one instalment, the next paydays: one press each; nothing that nobody knows."""
    permitted(tom)
    page = tom.get(WANG).text
    assert re.findall(r'data-fills="field-amount" data-value="([^"]+)"', page) == ["4210.00", "1052.50"]
    assert re.findall(r'data-fills="field-due_on" data-value="([^"]+)"', page) == ["2026-11-28", "2026-12-28"]
    bare = tom.get("/case/queue-card").text
    assert 'data-fills="field-due_on"' not in bare


@pytest.mark.parametrize(
    ("sustainable", "currency", "amounts"),
    [
        (65_000, "CNY", ["4210.00", "1052.50", "650.00"]),
        (0, "CNY", ["4210.00", "1052.50"]),
        (65_000, "USD", ["4210.00", "1052.50"]),
        (99_999_999, "CNY", ["4210.00", "1052.50"]),
    ],
)
def test_what_they_can_afford_is_offered_once_they_have_said_it(
    tom: TestClient, workspace: Workspace, sustainable: int, currency: str, amounts: list[str]
) -> None:
    """By the newest statement of their means; nothing of none, of another currency, or of more than is owed."""
    stated = {"person_id": "P-wang", "recorded_by": "tom", "statement": {}, "salt": b"0" * 32, "disposable_cents": 0}
    with workspace.store.write() as connection:
        for n, cents in enumerate((12_345, sustainable)):
            row = {**stated, "means_id": f"means-{n}", "currency": currency, "sustainable_cents": cents}
            connection.execute(schema.means.insert().values({**row, "recorded_at": NOON + timedelta(minutes=n)}))
    page = tom.get(WANG).text
    assert re.findall(r'data-fills="field-amount" data-value="([^"]+)"', page) == []
    post(tom, f"{WANG}/claim")
    page = tom.get(WANG).text
    assert re.findall(r'data-fills="field-amount" data-value="([^"]+)"', page) == amounts
    assert ("what they can afford in a month ¥650.00" in page) == (amounts[-1] == "650.00")


@pytest.mark.parametrize(
    ("payday", "today", "days"),
    [
        (31, date(2026, 1, 30), ["2026-01-31", "2026-02-28"]),
        (28, date(2026, 11, 28), ["2026-12-28", "2027-01-28"]),
        (15, date(2026, 12, 20), ["2027-01-15", "2027-02-15"]),
        (None, date(2026, 1, 30), []),
        (0, date(2026, 1, 30), []),
    ],
)
def test_paydays_are_days_that_exist_and_are_to_come(payday: int | None, today: date, days: list[str]) -> None:
    """A payday beyond a month's end is its last day; today's is past."""
    assert [day.isoformat() for day in paydays(payday, today)] == days


def test_a_message_is_shown_filled_checked_in_their_language_with_its_cost(tom: TestClient) -> None:
    """What is to be sent stands there word by word; the page says that arrears does not send it itself."""
    post(tom, f"{WANG}/claim")
    post(tom, f"{WANG}/attempt", contact_point_id="CP-wang-phone", channel="sms")
    page = words_of(tom.get(WANG).text)
    assert "【样本银行】王晓燕您好：截至今日您逾期45天，金额4,210.00元。" in page
    assert "arrears does not send it yet" in page
    assert "conduct review has nothing against it" in page
    assert re.search(r"Sent in \d parts?\.", page)
    assert "It costs about ¥" in page


def test_a_message_that_can_not_be_filled_is_not_sent(tom: TestClient, workspace: Workspace) -> None:
    """Without the lender's own name there is no text, and the page says what is missing."""
    work = workspace.app.state.workspace
    workspace.app.state.workspace = replace(work, letterhead=None)
    post(tom, f"{WANG}/claim")
    post(tom, f"{WANG}/attempt", contact_point_id="CP-wang-phone", channel="sms")
    page = words_of(tom.get(WANG).text)
    assert "The lender's name and service number are not set" in page
    assert "Nothing may be sent as it stands." in page
    assert 'class="message"' not in tom.get(WANG).text
