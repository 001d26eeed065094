"""
Take back an outcome pressed by mistake: undone within ten seconds, corrected with a reason afterwards.

Reads:  the store
Gives:  Recorded
Never:  removes what was said: the first entry stays in the log, and the second says what holds now.
        Never: lets a collector alone end a hold that an outcome placed, or win back a call that counted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping

from arrears.daytime.allowed import must_be_allowed
from arrears.daytime.basis import stopping_holds
from arrears.daytime.explain import explained, must_say_why
from arrears.daytime.heed_outcome import Heard, heed, restore_item, take_back
from arrears.daytime.record_outcome import (
    Recorded,
    attempt_of_the_day,
    callback_told,
    check_callback,
    known_outcome,
    must_be_of_channel,
    recorded,
    set_outcome,
    write_entry,
)
from arrears.daytime.transaction import in_one_transaction, must_be_aware, unusable
from arrears.kernel.fact import Fact, Json
from arrears.kernel.problem import Unusable
from arrears.outcome.table import OUTCOMES, Then
from arrears.queue.claim import QueueItem, Status
from arrears.store import contact, outcome_entries, permits, queue
from arrears.store.evidence import About, append
from arrears.store.open import Store

UNDO_WITHIN = timedelta(seconds=10)
"""How long an outcome can be undone by whoever pressed it, as if it had not been pressed."""


def undo_outcome(store: Store, attempt_id: str, *, by: str, at: datetime) -> Recorded:
    """
    The outcome was pressed by mistake a moment ago: the permit is open again, the case is held again, and what the
    outcome placed or marked is taken back. Log and entries keep both.

    Raises Unusable `attempt_unknown`, and `undo_too_late` where ten seconds are over, somebody else pressed it, or the
    case has gone on in the meantime.
    """
    must_be_aware(at)

    def work(connection: Connection) -> Recorded:
        seen = attempt_of_the_day(connection, attempt_id, lock=False)
        people = contact.lock_people(connection, {seen["debtor_id"], seen["recipient_id"]})
        attempt = attempt_of_the_day(connection, attempt_id, lock=True)
        last = _last_entry(connection, attempt_id)
        if last is None or not _may_be_undone(connection, attempt, last, by, at):
            raise _too_late(attempt_id)
        known, before = OUTCOMES[last["outcome"]], last["before"]
        heard = Heard(attempt, known, people, by, at)
        facts = take_back(connection, heard, before)
        contact.set_outcome(connection, attempt_id, _as_it_was(before))
        if not stopping_holds(connection, attempt["debtor_id"], at):
            facts += restore_item(connection, heard, before)  # under a hold the case stays out of the queue
        write_entry(connection, "undone", attempt, known, None, by=by, at=at)
        body: dict[str, Json] = {"attempt_id": attempt_id, "outcome": known.code, "by": by}
        append(connection, [About(attempt_id, Fact("outcome_undone", at, body)), *facts])
        return recorded(connection, attempt, known, new=False)

    return in_one_transaction(store, work)


def _as_it_was(before: dict[str, Any]) -> dict[str, Any]:
    """The attempt before the word that is undone; a note that came with the first word goes with it."""
    last_at = before["outcome_at"]
    values = {
        "outcome": before["outcome"],
        "connected": before["connected"],
        "outcome_at": None if last_at is None else datetime.fromisoformat(last_at),
    }
    return {**values, "note": None, "note_salt": None} if before["outcome"] is None else values


def correct_outcome(
    store: Store,
    attempt_id: str,
    outcome: str,
    *,
    by: str,
    at: datetime,
    why: str,
    note: str | None = None,
    callback_at: datetime | None = None,
) -> Recorded:
    """
    Another outcome in place of the one on record, with the reason. What the first bound is free again, and what the
    second asks for holds. The queue item does not come back: the next night decides.

    A collector corrects their own attempts. A hold ends, and a call that counted as connected stops counting, by a
    supervisor's word only. Raises Unusable `why_missing`, `not_for_role`, `attempt_unknown`, `outcome_unknown`,
    `outcome_not_of_channel`, `nothing_to_correct`, and those of the callback time.
    """
    must_be_aware(at)
    words = must_say_why(why, f"attempt {attempt_id!r}", "correcting its outcome")
    known = known_outcome(outcome)
    check_callback(known, callback_at, at, attempt_id)

    def work(connection: Connection) -> Recorded:
        seen = attempt_of_the_day(connection, attempt_id, lock=False)
        people = contact.lock_people(connection, {seen["debtor_id"], seen["recipient_id"]})
        attempt = attempt_of_the_day(connection, attempt_id, lock=True)
        must_be_of_channel(attempt, known)
        first = attempt["outcome"]
        if first is None or first == outcome:
            raise _nothing_to_correct(attempt_id, first)
        last = _last_entry(connection, attempt_id)
        before = {} if last is None else last["before"]
        must_be_allowed(connection, by, _verb(attempt, before, known.connected, by))
        heard = Heard(attempt, known, people, by, at, callback_at)
        facts = take_back(connection, heard, before)
        changed, more = heed(connection, heard, Then.STAY)
        entry = write_entry(connection, "corrected", attempt, known, changed, by=by, at=at, note=note)
        set_outcome(connection, attempt, known, at, entry)
        body: dict[str, Json] = {
            "attempt_id": attempt_id,
            "before": first,
            "outcome": outcome,
            "connected": known.connected,
            "by": by,
            "why": explained(connection, about=attempt_id, kind="outcome_corrected", words=words, by=by, at=at),
            "note": entry["note_commitment"],
            **callback_told(callback_at),
        }
        append(connection, [About(attempt_id, Fact("outcome_corrected", at, body)), *facts, *more])
        return recorded(connection, attempt, known, new=True)

    return in_one_transaction(store, work)


def _verb(attempt: RowMapping, before: dict[str, Any], connected: bool | None, by: str) -> str:
    """What the correction amounts to: a collector's own slip, or something a supervisor answers for."""
    frees_a_call = attempt["connected"] is not False and connected is False
    if attempt["collector_id"] != by or before.get("holds") or frees_a_call:
        return "outcome.correct_for_another"
    return "outcome.correct"


def _last_entry(connection: Connection, attempt_id: str) -> RowMapping | None:
    """The entry that holds: the last one that says what came of the attempt, unless it was undone."""
    found = None
    for entry in outcome_entries.of_attempts(connection, [attempt_id]):
        if entry["kind"] in ("recorded", "corrected"):
            found = entry
        elif entry["kind"] == "undone":
            found = None
    return found


def _may_be_undone(connection: Connection, attempt: RowMapping, last: RowMapping, by: str, at: datetime) -> bool:
    if last["kind"] != "recorded" or last["by"] != by or at - last["at"] > UNDO_WITHIN:
        return False
    if permits.open_for(connection, {attempt["debtor_id"], attempt["recipient_id"]}):
        return False  # another contact is under way: two permits would be open for one person
    was = last["before"].get("item")
    if was is None:
        return True
    item = queue.item_with_id(connection, attempt["queue_item_id"], lock=True)
    return item is not None and (item.claimed_by in (None, by)) and _nobody_went_on(connection, item)


def _nobody_went_on(connection: Connection, item: QueueItem) -> bool:
    """No newer item of the person is live: a night that came in the meantime has decided anew."""
    live = queue.live_item_of(connection, item.person_id)
    return live is None or live.queue_item_id == item.queue_item_id or item.status is Status.CLAIMED


def _too_late(attempt_id: str) -> Unusable:
    return unusable(
        "undo_too_late",
        f"attempt {attempt_id!r}",
        "its outcome can't be undone any more.",
        "After ten seconds, or once the case has gone on, others rely on it.",
        "Correct it with a reason: the first entry stays in the log beside it.",
    )


def _nothing_to_correct(attempt_id: str, first: str | None) -> Unusable:
    return unusable(
        "nothing_to_correct",
        f"attempt {attempt_id!r}",
        "no outcome is on record yet." if first is None else f"its outcome is {first!r} already.",
        "A correction says that another outcome is true.",
        "Record the outcome." if first is None else "Choose the outcome that is true.",
    )
