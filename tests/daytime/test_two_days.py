"""
The loop through the calendar, with everything real: a made-up book, a night, a day of work, and the night after it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.daytime.audit import audit
from tests.daytime.town import at, law, user
from typer.testing import CliRunner

from arrears.cli import application
from arrears.contact.permit import Permit
from arrears.daytime import place_attempt, place_hold, preview, receive_payment, record_outcome, take_next, take_promise
from arrears.queue.claim import QueueItem
from arrears.store.open import Store
from arrears.store.schema import accounts, evidence_entries, nights, plan, queue_items, users

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
LOANS = 400


def arrears(*words: str) -> str:
    """Run a command of ours; what it printed."""
    done = CliRunner().invoke(application(), list(words))
    assert done.exit_code == 0, f"{words}\n{done.output}\n{done.exception!r}"
    return done.output


def decide(home: Path, store: Store, day: date) -> None:
    """The lender's file of that day comes in, and its night is run and published."""
    incoming = home / "incoming" / day.isoformat()
    arrears("book", "generate", "--size", str(LOANS), "--seed", "7", "--as-of", day.isoformat(), "--out", str(incoming))
    arrears("book", "import", str(incoming), "--home", str(home))
    arrears("night", "run", "--home", str(home), "--database", store.url)


def called(store: Store, item: QueueItem, clock: str) -> Permit | None:
    """A call to the borrower, where one is allowed."""
    shown = preview(store, law(), person_id=item.person_id, at=at(clock), collector_id="li")
    open_now = [each for each in shown if each.allowed and each.channel == "call" and each.recipient_role == "borrower"]
    if not open_now:
        return None
    answer = place_attempt(
        store,
        law(),
        queue_item_id=item.queue_item_id,
        contact_point_id=open_now[0].contact_point_id,
        channel="call",
        collector_id="li",
        at=at(clock),
    )
    assert isinstance(answer, Permit), "the preview and the gate differ"
    return answer


@pytest.mark.slow
def test_the_next_night_sees_what_the_day_did(store: Store, tmp_path: Path) -> None:
    """
    Who was called rests, who disputed is held, who promised is left in peace, who paid is not asked again; the
    lender's second book knows nothing of any of it.
    """
    decide(tmp_path, store, TUESDAY)
    with store.write() as connection:
        connection.execute(users.insert(), [user("li")])
    worked: dict[str, str] = {}
    for n in range(30):
        clock = f"10:{n:02d}"
        item = take_next(store, "li", at=at(clock))
        assert item is not None, "the queue has thirty cases"
        permit = called(store, item, clock)
        did = ("right_party", "disputed", "promised", "paid", "hold")[n % 5]
        if did == "paid":
            for account_id, cents in owed(store, item):
                receive_payment(
                    store,
                    payment_id=f"day-{account_id}",
                    account_id=account_id,
                    amount_cents=cents,
                    currency="CNY",
                    paid_at=at(clock),
                    at=at(clock),
                    by="bank",
                )
        elif did == "hold":
            place_hold(store, person_id=item.person_id, kind="hardship", by="li", at=at(clock))
        elif permit is None:
            place_hold(store, person_id=item.person_id, kind="incident", by="li", at=at(clock))
            did = "hold"
        elif did == "promised":
            take_promise(
                store,
                account_id=item.lead_account_id,
                amount_cents=100_00,
                due_at=at("18:00", "2026-11-28"),
                channel="app",
                money_source="salary",
                by="li",
                at=at(clock),
            )
            record_outcome(store, permit.attempt_id, "promised", by="li", at=at(clock))
        else:
            record_outcome(store, permit.attempt_id, did, by="li", at=at(clock))
        worked[item.person_id] = did
    audit(store, TUESDAY)

    decide(tmp_path, store, WEDNESDAY)

    audit(store, WEDNESDAY)
    with store.read() as connection:
        wednesday = connection.execute(select(nights.c.night_id).where(nights.c.as_of == WEDNESDAY)).scalar_one()
        queued = set(
            connection.execute(
                select(queue_items.c.person_id).where(
                    queue_items.c.night_id == wednesday, queue_items.c.status == "waiting"
                )
            ).scalars()
        )
        called_again = set(
            connection.execute(
                select(queue_items.c.person_id).where(
                    queue_items.c.night_id == wednesday,
                    queue_items.c.status == "waiting",
                    queue_items.c.treatment != "refer_to_human",
                )
            ).scalars()
        )
        told = select(plan.c.person_id, plan.c.reason).where(
            plan.c.night_id == wednesday, plan.c.reason.is_not(None), plan.c.reason != "no_arrears"
        )
        reasons = {row.person_id: row.reason for row in connection.execute(told)}
        logged = set(connection.execute(select(evidence_entries.c.kind)).scalars())
    assert queued, "a night without work would show nothing"
    for person, did in worked.items():
        if did in ("disputed", "promised", "hold"):
            assert person not in queued, f"{person} ({did}) is in Wednesday's queue"
            assert reasons[person].startswith("held_for"), f"{person} ({did}): {reasons[person]}"
        else:
            assert person not in called_again, f"{person} ({did}) is called again the next day"
    assert {"night_published", "attempt_permitted", "outcome_recorded", "hold_placed", "promise_taken"} <= logged


def owed(store: Store, item: QueueItem) -> list[tuple[str, int]]:
    """What is overdue on each account of the item."""
    with store.read() as connection:
        wanted = select(accounts.c.account_id, accounts.c.overdue_cents).where(
            accounts.c.account_id.in_(item.account_ids), accounts.c.overdue_cents > 0
        )
        return [(account_id, cents) for account_id, cents in connection.execute(wanted)]
