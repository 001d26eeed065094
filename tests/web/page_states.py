"""
Every page in every state that a reader can meet, by name: what holds for all pages is tested over all of these.

A state is a function that brings a fresh workspace there and gives the page that answers; a new page or a new state
of one is a new line here, and every rule of `test_every_page.py` looks at it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import delete, select, update
from tests.web.asking import post, sign_in, token_on
from tests.web.conftest import Workspace
from tests.web.small_book import SHANGHAI
from tests.web.small_night import write_night

from arrears.daytime import Stated, record_means
from arrears.decision.load import load_policy
from arrears.store import schema

WANG = "/case/queue-wang"
Reach = Callable[["Reader"], Response]


@dataclass
class Reader:
    """Somebody at a page, and the workspace behind it."""

    client: TestClient
    workspace: Workspace
    username: str = ""

    def asks_for_a_call(self, key: str = "wang", channel: str = "call") -> str:
        """Take the case, ask the gate; gives the id of the attempt."""
        post(self.client, f"/case/queue-{key}/claim")
        post(self.client, f"/case/queue-{key}/attempt", contact_point_id=f"CP-{key}-phone", channel=channel)
        found = re.search(r'name="attempt_id" value="(attempt-[0-9a-f]+)"', self.client.get(f"/case/queue-{key}").text)
        assert found
        return found[1]

    def records(self, outcome: str) -> None:
        post(self.client, f"{WANG}/outcome", attempt_id=self.asks_for_a_call(), outcome=outcome)


def _read(path: str) -> Reach:
    return lambda reader: reader.client.get(path)


def _after(path: str, *steps: Callable[[Reader], object]) -> Reach:
    def reach(reader: Reader) -> Response:
        for step in steps:
            step(reader)
        answer: Response = reader.client.get(path)
        return answer

    return reach


def _claims(reader: Reader) -> None:
    post(reader.client, f"{WANG}/claim")


def _at(hour: int, minute: int = 0) -> Callable[[Reader], None]:
    def wait(reader: Reader) -> None:
        reader.workspace.clock.now = datetime(2026, 11, 24, hour, minute, tzinfo=SHANGHAI)
        reader.client.cookies.clear()
        sign_in(reader.client, reader.username)  # a session does not last that long

    return wait


def _empties(*tables: str) -> Callable[[Reader], None]:
    def empty(reader: Reader) -> None:
        with reader.workspace.store.write() as connection:
            for table in tables:
                connection.execute(delete(schema.metadata.tables[table]))

    return empty


def _finishes_all(reader: Reader) -> None:
    with reader.workspace.store.write() as connection:
        connection.execute(update(schema.queue_items).values(status="done"))


def _is_refused(reader: Reader) -> Response:
    _claims(reader)
    return post(reader.client, f"{WANG}/attempt", contact_point_id="CP-contact_person-phone", channel="call")


def _promises_wrongly(reader: Reader) -> Response:
    attempt = reader.asks_for_a_call()
    return post(reader.client, f"{WANG}/promise", attempt_id=attempt, account_id="A-wang", amount="9999999")


def _reveals(**fields: str) -> Reach:
    return lambda reader: post(reader.client, f"{WANG}/reveal", purpose="confirm_identity", **fields)


def _asked_to_stop_in_mid_call(reader: Reader) -> None:
    reader.asks_for_a_call()
    post(reader.client, f"{WANG}/hold", kind="dispute")


def _listens(reader: Reader) -> None:
    """Claims of each standing, one with a paper that came, a cause and a next step."""
    _claims(reader)
    for said in (
        {"kind": "illness", "words": "我住院了"},
        {"kind": "payment_made", "amount": "500.00", "on": "2026-11-02"},
        {"kind": "income", "amount": "6200.00", "payday": "15"},
    ):
        post(reader.client, f"{WANG}/say", **said)
    page = reader.client.get(WANG).text
    claim_id = re.findall(r'name="claim_id" value="([^"]+)"', page)[-1]
    sent = {"csrf": token_on(page), "claim_id": claim_id}
    reader.client.post(f"{WANG}/document", data=sent, files={"file": ("住院小结.pdf", b"%PDF-1.4")})
    post(reader.client, f"{WANG}/cause", cause="illness")
    post(reader.client, f"{WANG}/step", step="they_send_papers", due_on="2026-11-27")


def _talks(*said: tuple[str, str]) -> Callable[[Reader], None]:
    """On the phone with them, each (form, value) sent in turn."""

    def talk(reader: Reader) -> None:
        reader.asks_for_a_call()
        for form, value in said:
            fields = {"step": value} if form == "note" else {"words": value, "language": "zh"}
            post(reader.client, f"{WANG}/{form}", **fields)

    return talk


def gives_authority(reader: Reader) -> None:
    """The night's policy says who may agree to what; wang's means are known, and the bare case lies on the desk."""
    settlement = load_policy("default-2026-11").settlement
    assert settlement is not None
    with reader.workspace.store.write() as connection:
        connection.execute(update(schema.nights).values(manifest={"settlement": dict(settlement.said)}))
        on_desk = schema.queue_items.c.queue_item_id == "queue-card"
        connection.execute(update(schema.queue_items).where(on_desk).values(for_decision=True))
        wang = select(schema.queue_items.c.person_id).where(schema.queue_items.c.queue_item_id == "queue-wang")
        person_id = connection.execute(wang).scalar_one()
    record_means(
        reader.workspace.store,
        person_id=person_id,
        income=[Stated("wages", 40_000_00, "CNY", True)],
        basic_living_cents=4_000_00,
        obligations_cents=0,
        by="portal",
        at=reader.workspace.clock.now,
    )


def _agrees(reader: Reader) -> None:
    """On the first plan that the role may agree to."""
    gives_authority(reader)
    _claims(reader)
    offer = re.search(r'id="plan-1-offer".*?value="(o[0-9])"', reader.client.get(WANG).text, re.S)
    assert offer
    post(reader.client, f"{WANG}/plan", account_id="A-wang", offer=offer[1], accepted="signed")


def _asks_above(reader: Reader) -> None:
    gives_authority(reader)
    _claims(reader)
    post(reader.client, f"{WANG}/ask", account_id="A-wang", kind="hardship", why="住院")


def _decides_without_a_reason(reader: Reader) -> Response:
    gives_authority(reader)
    return post(reader.client, "/decisions/queue-card", kind="write_off", why="")


def _finds_its_files(reader: Reader) -> None:
    write_night(reader.workspace.store, reader.workspace.app.state.workspace.home)


COLLECTOR: dict[str, Reach] = {
    "queue": _read("/queue"),
    "queue_with_my_case": _after("/queue", _claims),
    "queue_before_hours": _after("/queue", _at(7, 30)),
    "queue_day_over": _after("/queue", _at(23)),
    "queue_all_done": _after("/queue", _finishes_all),
    "queue_without_a_night": _after("/queue", _empties("queue_items", "plan", "nights")),
    "queue_nobody_queued": _after("/queue", _empties("queue_items")),
    "find_nothing": _read("/find?asked=nobody"),
    "case_free": _read(WANG),
    "case_mine": _after(WANG, _claims),
    "case_done": _after(WANG, _claims, lambda reader: post(reader.client, f"{WANG}/finish", why="data_wrong")),
    "case_bare": _read("/case/queue-card"),
    "case_hostile": _read("/case/queue-hostile"),
    "case_closed_hours": _after(WANG, _claims, _at(22, 30)),
    "case_listened": _after(WANG, _listens),
    "sheet": _after(f"{WANG}/sheet", _listens),
    "case_with_offers": _after(WANG, gives_authority, _claims),
    "case_with_plan": _after(WANG, _agrees),
    "case_asked_above": _after(WANG, _asks_above),
    "case_talk": _after(WANG, _talks(("note", "right_party"), ("hear", "工地的老板欠我两万块工钱，一直没结"))),
    "case_talk_warned": _after(WANG, _talks(("note", "right_party"), ("note", "abuse"))),
    "case_talk_protected": _after(WANG, _talks(("hear", "我上周查出来肺癌，下周一手术，别再给我打电话了"))),
    "case_call": _after(WANG, lambda reader: reader.asks_for_a_call()),
    "case_message": _after(WANG, lambda reader: reader.asks_for_a_call(channel="sms")),
    "case_call_held": _after(WANG, _asked_to_stop_in_mid_call),
    "case_recorded": _after(WANG, lambda reader: reader.records("no_answer")),
    "case_on_hold": _after(WANG, lambda reader: reader.records("disputed")),
    "case_refused": _is_refused,
    "case_promise_wrong": _promises_wrongly,
    "case_revealed": _reveals(),
    "case_number_revealed": _reveals(contact_point_id="CP-wang-phone"),
    "law": _read("/law"),
    "law_found_nothing": _read("/law?find=zzzz"),
    "law_page": _read("/law/cn.gbt_45251.connected_calls"),
    "style": _read("/style"),
    "missing": _read("/nowhere"),
    "not_for_role": _read("/night"),
}
HEAD: dict[str, Reach] = {
    "decisions": _after("/decisions", gives_authority),
    "decisions_none": _read("/decisions"),
    "decision": _after("/decisions/queue-card", gives_authority),
    "decision_refused": _decides_without_a_reason,
    "night": _read("/night"),
    "night_read": _after("/night", _finds_its_files),
    "night_accounts": _after("/night/accounts?bucket=M2", _finds_its_files),
    "night_accounts_none": _after("/night/accounts?bucket=M9", _finds_its_files),
    "night_accounts_gone": _read("/night/accounts?bucket=M2"),
    "night_none": _after("/night", _empties("queue_items", "plan", "nights")),
}
STRANGER: dict[str, Reach] = {
    "sign_in": _read("/sign-in"),
    "sign_in_wrong": lambda reader: sign_in(reader.client, "tom", "wrong password"),
}
OF = {"collector": COLLECTOR, "head": HEAD, "stranger": STRANGER}
READERS = {("collector", "en"): "tom", ("collector", "zh"): "lina", ("head", "en"): "hana", ("head", "zh"): "fang"}
STATES = [(who, name) for who, states in OF.items() for name in states]


def page_in(workspace: Workspace, client: TestClient, who: str, name: str, language: str) -> str:
    """The HTML of a page in that state, as that kind of reader sees it in that language."""
    username = READERS.get((who, language), "")
    if who == "stranger":
        client.cookies.set("arrears_language", language)
    else:
        sign_in(client, username)
    answer = OF[who][name](Reader(client, workspace, username))
    assert answer.status_code not in (303, 500), (name, answer.status_code)
    return str(answer.text)
