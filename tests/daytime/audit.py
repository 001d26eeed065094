"""
Everything that must be true of a store at any moment between two verbs, read from its rows and its log alone.

The tests of concurrency, of kills and of random days end with `audit`; it is the slow, obvious reading of what the
verbs promise.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.schema import Table

from arrears.evidence.tree import Tree, leaf_hash, root_from_range, size_of
from arrears.evidence.verify import commitment
from arrears.store.evidence import head, range_from_bytes
from arrears.store.open import Store
from arrears.store.schema import (
    accounts,
    attempts,
    contact_points,
    decision_requests,
    decisions,
    evidence_entries,
    evidence_head,
    holds,
    means,
    outcome_entries,
    payment_plans,
    payments,
    permits,
    persons,
    promises,
    queue_items,
    refusals,
)

CONNECTED_A_DAY = 3
DIALS_A_DAY = 6

STATUS_AFTER = {
    "case_claimed": "claimed",
    "case_taken_over": "claimed",
    "case_released": "waiting",
    "case_rested": "waiting",
    "case_finished": "done",
    "case_withdrawn": "withdrawn",
}


def audit(store: Store, today: date) -> None:
    """Raises AssertionError with the sentence that is not true."""
    with store.read() as connection:
        log = _log(connection)
        _the_log_has_no_gap_and_its_root_is_the_tree_of_its_entries(connection, log)
        _every_row_has_its_fact_and_every_fact_its_row(connection, log)
        _one_permit_is_open_for_a_person(connection)
        _no_cap_is_exceeded(connection)
        _the_queue_is_what_the_log_says(connection, log)
        _nobody_on_hold_and_nobody_paid_is_in_the_queue(connection, today)
        _money_adds_up(connection)
        _no_personal_data_is_in_the_log(connection, log)


def _log(connection: Connection) -> list[Any]:
    return list(connection.execute(select(evidence_entries).order_by(evidence_entries.c.entry_index)).mappings())


def _the_log_has_no_gap_and_its_root_is_the_tree_of_its_entries(connection: Connection, log: list[Any]) -> None:
    assert [entry["entry_index"] for entry in log] == list(range(len(log))), "the log has a gap"
    for entry in log:
        assert entry["leaf_hash"] == leaf_hash(entry["data"]), f"entry {entry['entry_index']} does not fit its hash"
    now = head(connection)
    assert now.size == len(log), "the head counts other entries than there are"
    assert now.root == Tree(entry["leaf_hash"] for entry in log).root(), "the root is not that of the entries"
    kept = range_from_bytes(connection.execute(select(evidence_head.c.compact_range)).scalar_one())
    assert (size_of(kept), root_from_range(kept)) == (now.size, now.root), "the compact range is not in step"


def _every_row_has_its_fact_and_every_fact_its_row(connection: Connection, log: list[Any]) -> None:
    def ids(table: Table, column: str, *where: Any) -> list[str]:
        return sorted(connection.execute(select(table.c[column]).where(*where)).scalars())

    def about(kind: str) -> list[str]:
        return sorted(entry["about"] for entry in log if entry["kind"] == kind)

    made = ids(attempts, "attempt_id", attempts.c.source == "day", attempts.c.direction == "outbound")
    assert made == ids(permits, "attempt_id") == about("attempt_permitted"), "attempts, permits and facts differ"
    assert ids(refusals, "refusal_id") == about("contact_refused"), "refusals and facts differ"
    ours = (attempts.c.source == "day", attempts.c.direction == "outbound")
    with_outcome = ids(attempts, "attempt_id", *ours, attempts.c.outcome.is_not(None))
    theirs = ids(attempts, "attempt_id", attempts.c.source == "day", attempts.c.direction == "inbound")
    assert theirs == about("inbound_recorded"), "contacts of theirs and facts differ"
    assert with_outcome == _with_an_outcome(log), "outcomes and facts differ"
    said = [entry["about"] for entry in log if entry["kind"] in SAID_OF_AN_OUTCOME]
    assert ids(outcome_entries, "attempt_id") == sorted(said), "entries about outcomes and facts differ"
    assert ids(promises, "promise_id") == about("promise_taken"), "promises and facts differ"
    assert ids(payments, "payment_id", payments.c.source == "day") == about("payment_received"), "payments differ"
    reversed_ids = ids(payments, "payment_id", payments.c.source == "day", payments.c.reversed_on.is_not(None))
    assert reversed_ids == about("payment_reversed"), "reversals and facts differ"
    assert ids(holds, "hold_id", holds.c.source == "day") == about("hold_placed"), "holds and facts differ"
    assert ids(payment_plans, "payment_plan_id") == about("payment_plan_agreed"), "plans and facts differ"
    running = ids(payment_plans, "account_id", payment_plans.c.ended_at.is_(None))
    assert len(running) == len(set(running)), "two plans run on one account"
    assert ids(decision_requests, "request_id") == about("decision_requested"), "requests and facts differ"
    assert ids(decisions, "decision_id") == about("decision_taken"), "decisions and facts differ"
    assert ids(means, "means_id") == about("means_recorded"), "means and facts differ"
    assert ids(holds, "hold_id", holds.c.lifted_at.is_not(None)) == about("hold_lifted"), "lifted holds differ"


SAID_OF_AN_OUTCOME = ("outcome_recorded", "note_added", "outcome_undone", "outcome_corrected")


def _with_an_outcome(log: list[Any]) -> list[str]:
    """Attempts whose last word is an outcome and not its undoing; of a message several outcomes are known."""
    words: Counter[str] = Counter()
    for entry in log:
        if entry["kind"] == "outcome_recorded":
            words[entry["about"]] += 1
        elif entry["kind"] == "outcome_undone":
            words[entry["about"]] -= 1
    return sorted(attempt for attempt, n in words.items() if n)


def _one_permit_is_open_for_a_person(connection: Connection) -> None:
    """About a debtor or towards one, at most one attempt waits for its outcome."""
    opened = [
        row
        for row in connection.execute(select(attempts)).mappings()
        if row["source"] == "day" and row["direction"] == "outbound" and row["outcome"] is None
    ]
    people = Counter(person for row in opened for person in {row["debtor_id"], row["recipient_id"]})
    assert all(n == 1 for n in people.values()), f"two permits open for one person: {people}"


def _no_cap_is_exceeded(connection: Connection) -> None:
    """
    Counted the obvious way, day by day in the recipient's zone, open attempts as connected. What others did counts
    too, but days on which nothing was done here are theirs to answer for.
    """
    zones = {row.person_id: row.time_zone for row in connection.execute(select(persons))}
    connected: Counter[tuple[str, date]] = Counter()
    dials: Counter[tuple[str, date]] = Counter()
    ours = set()
    for row in connection.execute(select(attempts)).mappings():
        zone = zones.get(row["recipient_id"])
        assert zone is not None or row["source"] == "book", "an attempt to somebody whose time zone nobody knows"
        if zone is None or row["channel"] not in ("call", "ai_call") or row["direction"] != "outbound":
            continue
        day = row["at"].astimezone(ZoneInfo(zone)).date()
        dials[(row["number"], day)] += 1
        if row["connected"] is not False:
            connected[(row["debtor_id"], day)] += 1
        if row["source"] == "day":
            ours |= {(row["number"], day), (row["debtor_id"], day)}
    for what, counted, cap in (("connected calls", connected, CONNECTED_A_DAY), ("dials", dials, DIALS_A_DAY)):
        over = {key: n for key, n in counted.items() if n > cap and key in ours}
        assert not over, f"more than {cap} {what} a day: {over}"


def _the_queue_is_what_the_log_says(connection: Connection, log: list[Any]) -> None:
    """Replaying the facts gives the status of every item; two collectors never had one item at once."""
    status: dict[str, str] = {}
    holder: dict[str, str] = {}
    for entry in log:
        if entry["kind"] not in (*STATUS_AFTER, "case_restored"):
            continue
        item, body = entry["about"], json.loads(entry["data"])["body"]
        status[item] = body["status"] if entry["kind"] == "case_restored" else STATUS_AFTER[entry["kind"]]
        if entry["kind"] == "case_restored":
            holder[item] = body["claimed_by"]
        elif entry["kind"] in ("case_claimed", "case_taken_over"):
            holder[item] = body["by"]
        elif entry["kind"] in ("case_released", "case_rested", "case_finished") and item in holder:
            assert holder.pop(item) == body["by"], f"{item} was given back by somebody who did not hold it"
        else:
            holder.pop(item, None)
    for row in connection.execute(select(queue_items)).mappings():
        if row["withdrawn_reason"] == "withdrawn_next_night":  # said once for all of them, by night_published
            continue
        said = status.get(row["queue_item_id"], "waiting")
        assert row["status"] == said, f"{row['queue_item_id']} is {row['status']} and the log says {said}"
        assert row["claimed_by"] == (holder.get(row["queue_item_id"]) if row["status"] == "claimed" else None)


def _nobody_on_hold_and_nobody_paid_is_in_the_queue(connection: Connection, today: date) -> None:
    held = {
        row["person_id"]
        for row in connection.execute(select(holds)).mappings()
        if row["lifted_at"] is None and row["placed_on"] <= today and (row["ends_on"] is None or row["ends_on"] > today)
    }
    owed = {row.account_id: row.overdue_cents for row in connection.execute(select(accounts))}
    live = select(queue_items).where(queue_items.c.status.in_(("waiting", "claimed")))
    people = []
    for row in connection.execute(live).mappings():
        people.append(row["person_id"])
        assert row["person_id"] not in held, f"{row['person_id']} is held and in the queue"
        amounts = [owed[account] for account in row["account_ids"]]
        assert None in amounts or row["overdue_cents"] == sum(amounts), (
            "the queue shows another amount than the account"
        )
        assert None in amounts or sum(amounts) > 0, f"{row['person_id']} has paid and is in the queue"
    assert len(people) == len(set(people)), "a person is in the queue twice"


def _money_adds_up(connection: Connection) -> None:
    """The components of what is overdue sum to it, and nothing is below zero."""
    for row in connection.execute(select(accounts)).mappings():
        parts = [row[f"overdue_{part}_cents"] for part in ("principal", "interest", "fee", "penalty")]
        if None not in parts and row["overdue_cents"] is not None:
            assert sum(parts) == row["overdue_cents"], f"{row['account_id']}: components don't sum to what is overdue"
            assert min(parts) >= 0
        assert row["outstanding_cents"] >= 0
    for row in connection.execute(select(payments).where(payments.c.source == "day")).mappings():
        assert 0 <= sum(row["split"].values()) <= row["amount_cents"], "a payment was split into more than it is"


def _no_personal_data_is_in_the_log(connection: Connection, log: list[Any]) -> None:
    whole = b"\n".join(entry["data"] for entry in log).decode()
    for name in connection.execute(select(persons.c.name).where(persons.c.name.is_not(None))).scalars():
        assert name not in whole, "a name is in the log"
    for value in connection.execute(select(contact_points.c.value)).scalars():
        assert value not in whole, "a number is in the log"
    for row in connection.execute(select(attempts)).mappings():
        if row["number"] is not None:
            assert row["number"] not in whole, "a number is in the log"
        if row["note"] is not None:
            assert row["note"] not in whole, "a note is in the log"
            assert commitment(row["note"], row["note_salt"]) in whole, "a note has no commitment in the log"
