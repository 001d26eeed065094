"""
What happened in a case, newest first: attempts, refusals, promises, payments, holds.

Comes in: rows of the store, the instant. Goes out: Event, ready to print. Every event says who did it and what came
of it; a promise says where it stands now, by the promise clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from itertools import groupby

from arrears.daytime.promise_standing import promise_of
from arrears.outcome.promise import CHANNELS, MONEY_SOURCES
from arrears.outcome.promise_clock import Payment, Standing, standings
from arrears.outcome.table import HOLD_WORDS, OUTCOMES
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
    """
    One line. `state` and `state_words` make its badge, where it has one; `paid` is (currency, cents) of a payment;
    `within` are the events that a line stands for.
    """

    at: datetime
    when: str
    icon: str
    title: str
    detail: str
    state: str | None = None
    state_words: str | None = None
    paid: tuple[str, int] | None = None
    within: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """One promise with where it stands."""

    amount: str
    due: str
    state: str
    state_words: str
    paid: str


def story_of(page: CasePage, words: Words, zone: tzinfo, at: datetime) -> list[Event]:
    """Every event up to `at`, newest first; payments that follow one another are one line until it is opened."""
    teller = Teller(page, words, zone, at, standing_of(page, at))
    events = [
        *map(teller.attempt, page.attempts),
        *map(teller.refusal, page.refusals),
        *map(teller.promise, page.promises),
        *map(teller.payment, (row for row in page.payments if row["reversed_on"] is None)),
        *(event for row in page.holds for event in teller.hold(row)),
    ]
    ordered = sorted(events, key=lambda event: event.at, reverse=True)
    runs = [list(run) for _, run in groupby(ordered, key=lambda event: event.paid is not None)]
    return [
        line for run in runs for line in ([_one_line(run, words)] if len(run) > 1 and run[0].paid is not None else run)
    ]


def _one_line(payments: list[Event], words: Words) -> Event:
    """Payments one after another as a line: how many, how much, from when to when."""
    sums: dict[str, int] = defaultdict(int)
    for event in payments:
        if event.paid is not None:
            sums[event.paid[0]] += event.paid[1]
    total = " + ".join(words.money(cents, currency) for currency, cents in sums.items())
    return Event(
        at=payments[0].at,
        when=payments[0].when,
        icon="money",
        title=words.say_n("%(n)s payment, %(total)s", "%(n)s payments, %(total)s", len(payments), total=total),
        detail=words.say("from %(first)s to %(last)s", first=payments[-1].when, last=payments[0].when),
        within=tuple(payments),
    )


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
        zone = _said_in(rows[0])
        payments = [
            Payment(row["amount_cents"], _paid_at(row, zone))
            for row in page.payments
            if row["account_id"] == account_id and row["reversed_on"] is None
        ]
        promises = [promise_of(row) for row in rows]
        found.update((each.promise_id, each) for each in standings(promises, payments, at))
    return found


def _paid_at(row: Row, zone: tzinfo) -> datetime:
    """The instant of a payment; where the book gives the day alone, the end of that day: never too early."""
    if row["paid_at"] is not None:
        known: datetime = row["paid_at"]
        return known
    return datetime.combine(row["paid_on"], time(23, 59, 59), zone)


@dataclass(frozen=True, slots=True)
class Teller:
    """Puts one row into words."""

    page: CasePage
    words: Words
    zone: tzinfo
    now: datetime
    standing: Mapping[str, Standing]

    def when(self, at: datetime) -> str:
        return self.words.moment(at, self.zone, self.now)

    def day(self, on: date) -> str:
        return self.words.weekday(on, self.now)

    def name(self, user_id: str | None) -> str:
        if user_id is None:
            return self.words.say("from the lender's book")
        return self.page.people.get(user_id, user_id)

    def attempt(self, row: Row) -> Event:
        words = self.words
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
        about.append(self.name(row["collector_id"]))
        if row["note"]:
            about.append(row["note"])
        connected = row["connected"]
        state = None if connected is None else ("allowed" if connected else "quiet")
        return Event(
            at=row["at"],
            when=self.when(row["at"]),
            icon=ICONS.get(row["channel"], "told"),
            title=title,
            detail=" · ".join(about),
            state=state,
            state_words=None
            if connected is None
            else (words.say("connected") if connected else words.say("not connected")),
        )

    def refusal(self, row: Row) -> Event:
        words = self.words
        grounds = [words.pair(str(each["zh"]), str(each["en"])) for each in row["grounds"]]
        return Event(
            at=row["at"],
            when=self.when(row["at"]),
            icon="lock",
            title=words.say("%(channel)s refused by the gate", channel=label(words, "channel", row["channel"])),
            detail=" · ".join([*grounds[:3], self.name(row["collector_id"])]),
            state="refused",
            state_words=words.say("refused"),
        )

    def promise(self, row: Row) -> Event:
        words = self.words
        its = self.standing.get(row["promise_id"])
        status = str(its.status) if its else "pending"
        return Event(
            at=row["made_at"],
            when=self.when(row["made_at"]),
            icon="promise",
            title=words.say(
                "Promised %(amount)s by %(due)s",
                amount=words.money(row["amount_cents"], row["currency"]),
                due=words.moment(row["due_at"], _said_in(row)),
            ),
            detail=" · ".join(
                [
                    words.pair(*CHANNELS.get(row["channel"], (row["channel"],) * 2)),
                    words.pair(*MONEY_SOURCES.get(row["money_source"], (row["money_source"],) * 2)),
                    self.name(row["taken_by"]),
                ]
            ),
            state=STATE_OF_PROMISE[status],
            state_words=label(words, "promise", status),
        )

    def payment(self, row: Row) -> Event:
        words = self.words
        exact = row["paid_at"] is not None
        return Event(
            at=_paid_at(row, self.zone),
            when=self.when(row["paid_at"]) if exact else self.day(row["paid_on"]),
            icon="money",
            title=words.say("Paid %(amount)s", amount=words.money(row["amount_cents"], row["currency"])),
            detail=words.say("received in the workspace")
            if row["source"] == "day"
            else words.say("from the lender's book"),
            paid=(row["currency"], row["amount_cents"]),
        )

    def hold(self, row: Row) -> list[Event]:
        words = self.words
        kind = words.pair(*HOLD_WORDS[row["kind"]]) if row["kind"] in HOLD_WORDS else row["kind"]
        placed = row["placed_at"] or datetime.combine(row["placed_on"], time(0), self.zone)
        events = [
            Event(
                at=placed,
                when=self.when(placed) if row["placed_at"] else self.day(row["placed_on"]),
                icon="held",
                title=words.say("On hold: %(kind)s", kind=kind),
                detail=self.name(row["placed_by"]),
                state="held",
                state_words=words.say("on hold") if row["lifted_at"] is None else words.say("lifted"),
            )
        ]
        if row["lifted_at"] is not None:
            events.append(
                Event(
                    at=row["lifted_at"],
                    when=self.when(row["lifted_at"]),
                    icon="allowed",
                    title=words.say("Hold lifted: %(kind)s", kind=kind),
                    detail=" · ".join(part for part in (row["lifted_why"], self.name(row["lifted_by"])) if part),
                )
            )
        return events
