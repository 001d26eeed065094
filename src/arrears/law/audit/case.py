"""
One audit case as the rules read it: facts, a timeline, a proposed step and a question.

Comes in: the JSON object of the law-audit contract. Goes out: `Case`, its events in time order with their place in
the sender's timeline. Field names vary between senders, so every reader takes several spellings.
Raises: Unusable, when an instant has no offset or is no instant; it is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from arrears.kernel.problem import Problem, Unusable
from arrears.law.audit.words import as_list, says, truth, words

_STEP = re.compile(r"\(([^()]+)\)")
_PARAGRAPH = re.compile(r"(?:12\s*CFR\s*|§|reg(?:ulation)?\s*f\s*)*(?:1006\.)?(\d+)((?:\([^()]+\))*)", re.IGNORECASE)

Paragraph = tuple[str, ...]


def paragraph(text: Any) -> Paragraph:
    """'1006.6(d)(4)(ii)' or '6(d)(4)(ii)' as ('6', 'd', '4', 'ii'); () where there is none."""
    found = _PARAGRAPH.search(str(text or "").replace(" ", ""))
    if not found:
        return ()
    return (found.group(1), *_STEP.findall(found.group(2)))


def within(inner: Paragraph, outer: Paragraph) -> bool:
    """Whether `inner` is `outer` or a part of it."""
    return inner[: len(outer)] == outer


@dataclass(frozen=True)
class Event:
    """One thing that happened, or the step proposed (`index` None)."""

    index: int | None
    kind: str
    at: datetime
    raw: Mapping[str, Any]

    def get(self, *names: str, default: Any = None) -> Any:
        """The first of these fields that is present, whatever it holds."""
        for name in names:
            if name in self.raw:
                return self.raw[name]
        return default

    def has(self, *names: str) -> bool:
        return any(name in self.raw for name in names)

    def yes(self, *names: str) -> bool:
        """Said to be so."""
        return any(truth(self.raw.get(name)) is True for name in names)

    def no(self, *names: str) -> bool:
        """Said not to be so: false, null or empty, where the field is present."""
        return any(name in self.raw and truth(self.raw[name]) is not True for name in names)

    def denied(self, *names: str) -> bool:
        """Said to be false, in so many words."""
        return any(name in self.raw and truth(self.raw[name]) is False for name in names)

    def named(self, said: bool, *patterns: str) -> bool:
        """Whether some field whose name matches the patterns is said to be so (or not so)."""
        return any(truth(value) is said and says(name, *patterns) for name, value in self.raw.items())

    @cached_property
    def line(self) -> str:
        """Every word of the event."""
        return words({"event": self.kind, **{key: entry for key, entry in self.raw.items() if key not in ("at",)}})

    def says(self, *patterns: str) -> bool:
        return says(self.line, *patterns)

    @property
    def by(self) -> str:
        """collector, consumer, creditor, attorney … or the name given."""
        given = self.get(
            "by", "from_", "from", "sender", "placed_by", "initiated_by", "made_by", "call_placed_by", "given_by"
        )
        if given is not None:
            return str(given)
        if self.kind in CONSUMER_KINDS:
            return "consumer"
        return "collector"

    @property
    def debts(self) -> tuple[str, ...]:
        found = self.get("debts", "debt", "debt_ids", "about_debts", "debt_id", "account", "accounts")
        return tuple(str(debt) for debt in as_list(found))

    @property
    def number(self) -> str | None:
        found = self.get("number", "phone", "phone_number", "telephone_number", "dialed_number", "to_number")
        return None if found is None else str(found)

    @property
    def address(self) -> str | None:
        found = self.get("address", "email_address", "to_address", "mailing_address", "email")
        return None if found is None else str(found)


CONSUMER_KINDS = {
    "consumer_request",
    "inbound_call",
    "consumer_letter_posted",
    "consumer_letter_received",
    "consumer_letter",
    "consent",
    "consent_withdrawn",
    "dispute",
    "original_creditor_request",
    "web_session_start",
    "web_session_end",
    "consumer_provided_email",
    "consumer_provided_number",
    "consumer_provided_phone",
    "refuse_to_pay",
    "cease_communication",
}

_ALIASES = {
    "call": "call_attempt",
    "phone_call": "call_attempt",
    "telephone_call": "call_attempt",
    "outbound_call": "call_attempt",
    "call_placed": "call_attempt",
    "place_call": "call_attempt",
    "ringless_voicemail_drop": "ringless_voicemail",
    "sms": "text",
    "text_message": "text",
    "send_text": "text",
    "send_email": "email",
    "email_message": "email",
    "mail": "letter",
    "send_letter": "letter",
    "mail_letter": "letter",
    "consumer_call": "inbound_call",
    "telephone_conversation": "conversation",
    "request": "consumer_request",
    "withdraw_consent": "consent_withdrawn",
    "consent_revoked": "consent_withdrawn",
    "sue": "file_lawsuit",
    "lawsuit": "file_lawsuit",
}


def instant(text: Any, where: str) -> datetime:
    """An aware instant; a text without offset, or no instant at all, is refused."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Unusable(
            Problem(
                code="instant_without_offset" if at is not None else "instant_unreadable",
                where=where,
                what=f"'{str(text)[:60]}' is no instant with an offset.",
                why="Hours and days are counted at the consumer's place; an instant without offset could be any of 24.",
                fix="Write it as 2026-03-10T14:00:00-04:00.",
            )
        )
    return at


def _event(raw: Mapping[str, Any], index: int | None, where: str) -> Event:
    kind = str(raw.get("event", raw.get("kind", raw.get("type", "")))).strip().lower().replace("-", "_")
    return Event(index=index, kind=_ALIASES.get(kind, kind), at=instant(raw.get("at"), where), raw=raw)


@dataclass(frozen=True)
class Case:
    """A question about a history. `rule` is the paragraph under test; the case is judged by it alone."""

    id: str
    rule: Paragraph
    rule_text: str
    ask: Mapping[str, Any]
    facts: Mapping[str, Any]
    events: tuple[Event, ...]
    action: Event | None
    memo: dict[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Case:
        name = str(raw.get("id", "case"))
        timeline = [_event(entry, i, f"{name}, timeline[{i}]") for i, entry in enumerate(raw.get("timeline") or [])]
        timeline.sort(key=lambda event: event.at)
        proposed = raw.get("action")
        action = None
        if proposed:
            action = _event(
                {"at": _latest(raw), **proposed} if "at" not in proposed else proposed, None, f"{name}, action"
            )
        return cls(
            id=name,
            rule=paragraph(raw.get("rule")),
            rule_text=str(raw.get("rule", "")),
            ask=raw.get("ask") or {},
            facts=raw.get("facts") or {},
            events=tuple(timeline),
            action=action,
        )

    # ── what the facts say ───────────────────────────────────────────────

    def fact(self, *names: str, default: Any = None) -> Any:
        """A standing fact by name, at the top, under the consumer or under the collector."""
        for holder in (self.facts, self.facts.get("consumer"), self.facts.get("collector")):
            if isinstance(holder, Mapping):
                for name in names:
                    if name in holder:
                        return holder[name]
        return default

    def states(self, *names: str) -> bool | None:
        """Whether a fact, or the proposed step, says so."""
        if self.action is not None:
            for name in names:
                if name in self.action.raw:
                    return truth(self.action.raw[name])
        return truth(self.fact(*names))

    @property
    def deceased(self) -> bool:
        if truth(self.fact("consumer_deceased", "deceased", "consumer_is_deceased", "decedent")) is True:
            return True
        if says(self.facts.get("consumer", {}), " (deceased|decedent|dead) "):
            return True
        return any(event.says(" (death|died|deceased) ") and event.kind == "knowledge" for event in self.events)

    @property
    def debts(self) -> Mapping[str, Mapping[str, Any]]:
        held = self.facts.get("debts") or {}
        if isinstance(held, Mapping):
            return {str(key): entry if isinstance(entry, Mapping) else {} for key, entry in held.items()}
        return {str(entry.get("id", i)): entry for i, entry in enumerate(held) if isinstance(entry, Mapping)}

    def debts_of(self, event: Event) -> tuple[str, ...]:
        """The debts an event is about: all of them where it names none."""
        return event.debts or tuple(self.debts)

    @cached_property
    def until_action(self) -> tuple[Event, ...]:
        """The events at or before the proposed step."""
        if self.action is None:
            return self.events
        return tuple(event for event in self.events if event.at <= self.action.at)

    def of_kind(self, *kinds: str) -> Iterator[Event]:
        return (event for event in self.until_action if event.kind in kinds)

    # ── days ─────────────────────────────────────────────────────────────

    @cached_property
    def home_zone(self) -> ZoneInfo | None:
        """The one zone in which days are counted; None where only the offsets in the log are known."""
        from arrears.law.audit.place import zones_at

        moment = self.action.at if self.action else (self.events[-1].at if self.events else None)
        zones = zones_at(self, moment)
        return zones[0] if zones else None

    def day(self, at: datetime) -> date:
        """The calendar day at the consumer's place."""
        return (at.astimezone(self.home_zone) if self.home_zone else at).date()


def _latest(raw: Mapping[str, Any]) -> Any:
    timeline = raw.get("timeline") or []
    return (raw.get("ask") or {}).get("as_of") or (timeline[-1].get("at") if timeline else None)


def as_day(value: Any) -> date | None:
    """A calendar day from '2026-03-10' or from an instant; None where there is none."""
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def days_after(day: date, count: int) -> date:
    return day + timedelta(days=count)
