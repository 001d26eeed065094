"""
What happened in a case, newest first: attempts, refusals, promises, payments, holds.

Comes in: rows of the store, the instant. Goes out: Event, ready to print. Every event says who did it and what came
of it; a promise says where it stands now, by the promise clock.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from arrears.outcome.promise_clock import Payment, Promise, Standing, standings
from arrears.outcome.table import HOLD_KINDS, OUTCOMES
from arrears.store.pages import CasePage, Row
from arrears.web.masks import masked_number
from arrears.web.words.catalogue import Words
from arrears.web.words.labels import label

STATE_OF_PROMISE = {
    "pending": "told",
    "due_today": "held",
    "kept": "allowed",
    "kept_late": "allowed",
    "partly_kept": "held",
    "broken": "refused",
    "superseded": "quiet",
}
ICONS = {"call": "call", "ai_call": "call", "sms": "message", "email": "letter", "letter": "letter", "visit": "visit"}


@dataclass(frozen=True, slots=True)
class Event:
    """One line. `state` and `state_words` make its badge, where it has one."""

    at: datetime
    when: str
    icon: str
    title: str
    detail: str
    state: str | None = None
    state_words: str | None = None


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """One promise with where it stands."""

    amount: str
    due: str
    state: str
    state_words: str
    paid: str


def story_of(page: CasePage, words: Words, zone: tzinfo, at: datetime) -> list[Event]:
    """Every event up to `at`, newest first."""
    standing = standing_of(page, at)
    events = [
        *(_attempt(row, page, words, zone) for row in page.attempts),
        *(_refusal(row, page, words, zone) for row in page.refusals),
        *(_promise(row, page, words, zone, standing.get(row["promise_id"])) for row in page.promises),
        *(_payment(row, words, zone) for row in page.payments if row["reversed_on"] is None),
    ]
    for row in page.holds:
        events.extend(_hold(row, page, words, zone))
    return sorted(events, key=lambda event: event.at, reverse=True)


def promises_of(page: CasePage, words: Words, at: datetime) -> list[PromiseLine]:
    """Promises, newest first, by the promise clock."""
    standing = standing_of(page, at)
    lines = []
    for row in reversed(page.promises):
        its = standing.get(row["promise_id"])
        status = str(its.status) if its else "pending"
        lines.append(
            PromiseLine(
                amount=words.money(row["amount_cents"], row["currency"]),
                due=words.moment(row["due_at"], _said_in(row)),
                state=STATE_OF_PROMISE[status],
                state_words=label(words, "promise", status),
                paid=words.money(its.paid if its else 0, row["currency"]),
            )
        )
    return lines


def _said_in(row: Row) -> timezone:
    """The offset in which the promise's time was said."""
    return timezone(timedelta(minutes=row["due_offset_minutes"]))


def standing_of(page: CasePage, at: datetime) -> dict[str, Standing]:
    """Promise id to where it stands at `at`, account by account."""
    made: dict[str, list[Row]] = defaultdict(list)
    for row in page.promises:
        if row["made_at"] <= at:
            made[row["account_id"]].append(row)
    found: dict[str, Standing] = {}
    for account_id, rows in made.items():
        promises = [
            Promise(
                promise_id=row["promise_id"],
                made_at=row["made_at"],
                amount=row["amount_cents"],
                due_at=row["due_at"].astimezone(_said_in(row)),
                tolerance_hours=row["tolerance_hours"],
            )
            for row in rows
        ]
        payments = [
            Payment(row["amount_cents"], _paid_at(row))
            for row in page.payments
            if row["account_id"] == account_id and row["reversed_on"] is None
        ]
        found.update((each.promise_id, each) for each in standings(promises, payments, at))
    return found


def _paid_at(row: Row) -> datetime:
    """The instant of a payment; a book that gives the day alone means some time of it, taken as its noon."""
    if row["paid_at"] is not None:
        known: datetime = row["paid_at"]
        return known
    return datetime.combine(row["paid_on"], time(12), UTC)


def _name(page: CasePage, user_id: str | None, words: Words) -> str:
    if user_id is None:
        return words.say("from the lender's book")
    return page.people.get(user_id, user_id)


def _attempt(row: Row, page: CasePage, words: Words, zone: tzinfo) -> Event:
    outcome = OUTCOMES.get(row["outcome"] or "")
    told = words.pair(outcome.zh, outcome.en) if outcome else words.say("no outcome recorded yet")
    channel = label(words, "channel", row["channel"])
    inbound = row["direction"] == "inbound"
    whom = label(words, "party", row["recipient_role"]) if row["recipient_role"] else ""
    title = words.say("%(channel)s from the person", channel=channel) if inbound else channel
    about = [told]
    if row["recipient_role"] not in (None, "borrower"):
        about.append(whom)
    if row["number"]:
        about.append(masked_number(row["number"]))
    about.append(_name(page, row["collector_id"], words))
    if row["note"]:
        about.append(row["note"])
    connected = row["connected"]
    state = None if connected is None else ("allowed" if connected else "quiet")
    return Event(
        at=row["at"],
        when=words.moment(row["at"], zone),
        icon=ICONS.get(row["channel"], "told"),
        title=title,
        detail=" · ".join(about),
        state=state,
        state_words=None if connected is None else (words.say("reached") if connected else words.say("not reached")),
    )


def _refusal(row: Row, page: CasePage, words: Words, zone: tzinfo) -> Event:
    grounds = [words.pair(str(each["zh"]), str(each["en"])) for each in row["grounds"]]
    return Event(
        at=row["at"],
        when=words.moment(row["at"], zone),
        icon="lock",
        title=words.say("%(channel)s refused by the gate", channel=label(words, "channel", row["channel"])),
        detail=" · ".join([*grounds[:3], _name(page, row["collector_id"], words)]),
        state="refused",
        state_words=words.say("refused"),
    )


def _promise(row: Row, page: CasePage, words: Words, zone: tzinfo, its: Standing | None) -> Event:
    status = str(its.status) if its else "pending"
    return Event(
        at=row["made_at"],
        when=words.moment(row["made_at"], zone),
        icon="promise",
        title=words.say(
            "Promised %(amount)s by %(due)s",
            amount=words.money(row["amount_cents"], row["currency"]),
            due=words.moment(row["due_at"], _said_in(row)),
        ),
        detail=" · ".join(
            [
                label(words, "pay_channel", row["channel"]),
                label(words, "money_source", row["money_source"]),
                _name(page, row["taken_by"], words),
            ]
        ),
        state=STATE_OF_PROMISE[status],
        state_words=label(words, "promise", status),
    )


def _payment(row: Row, words: Words, zone: tzinfo) -> Event:
    exact = row["paid_at"] is not None
    return Event(
        at=_paid_at(row),
        when=words.moment(row["paid_at"], zone) if exact else _day_alone(row["paid_on"], words),
        icon="money",
        title=words.say("Paid %(amount)s", amount=words.money(row["amount_cents"], row["currency"])),
        detail=words.say("received in the workspace")
        if row["source"] == "day"
        else words.say("from the lender's book"),
    )


def _day_alone(day: date, words: Words) -> str:
    return words.weekday(day)


def _hold(row: Row, page: CasePage, words: Words, zone: tzinfo) -> list[Event]:
    kind = words.pair(*HOLD_KINDS[row["kind"]]) if row["kind"] in HOLD_KINDS else row["kind"]
    placed = row["placed_at"] or datetime.combine(row["placed_on"], time(0), zone)
    events = [
        Event(
            at=placed,
            when=words.moment(placed, zone) if row["placed_at"] else _day_alone(row["placed_on"], words),
            icon="held",
            title=words.say("On hold: %(kind)s", kind=kind),
            detail=_name(page, row["placed_by"], words),
            state="held",
            state_words=words.say("on hold") if row["lifted_at"] is None else words.say("lifted"),
        )
    ]
    if row["lifted_at"] is not None:
        events.append(
            Event(
                at=row["lifted_at"],
                when=words.moment(row["lifted_at"], zone),
                icon="allowed",
                title=words.say("Hold lifted: %(kind)s", kind=kind),
                detail=" · ".join(part for part in (row["lifted_why"], _name(page, row["lifted_by"], words)) if part),
            )
        )
    return events
