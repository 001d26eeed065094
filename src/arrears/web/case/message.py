"""
The text of a permitted message: filled from the case, checked as filled, in the person's language, with its cost.

Comes in: the case's rows, the attempt, the law, the lender's letterhead, words, the instant. Goes out: Message, or what
stands against each text. Never: sends; makes up what the book or the lender did not say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache

from arrears.conduct.review import review_message
from arrears.contact.messages.fill import Value, fill
from arrears.contact.messages.load import read_templates
from arrears.contact.messages.table import MessageRefused, Template
from arrears.decision.load import load_policy, shipped
from arrears.kernel.money import Money, together
from arrears.law.load import Law
from arrears.store.pages import CasePage, Row
from arrears.web.words.catalogue import LANGUAGES, Words
from arrears.web.workspace import Letterhead


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is None where nothing may be sent as it stands; `against` says why."""

    text: str | None
    language: str
    language_words: str
    facts: tuple[str, ...]
    against: tuple[str, ...]


@cache
def _templates() -> Mapping[str, Template]:
    return {one.id: one for one in read_templates()}


@cache
def _cost_cents() -> int | None:
    """What a text message costs by the policies that come with arrears."""
    found = {one.cost_cents for name in shipped() for one in load_policy(name).treatments if one.channel == "sms"}
    return max(found, default=None)


def message_of(
    page: CasePage, attempt: Row, law: Law, head: Letterhead | None, words: Words, at: datetime, zone: tzinfo
) -> Message | None:
    """The message of an attempt in writing; None for one that is spoken."""
    if attempt["channel"] not in ("sms", "email", "letter"):
        return None
    language = page.person["language"] if page.person["language"] in LANGUAGES else "zh"
    if attempt["channel"] != "sms" or attempt["recipient_id"] != page.item["person_id"]:
        return _none(language, words, words.say("There is no text of ours for this channel or this person yet."))
    if head is None:
        return _none(
            language,
            words,
            words.say(
                "The lender's name and service number are not set: start with --institution and --service-phone."
            ),
        )
    template = _templates()["follow_up" if _written_or_called(page, attempt) else "first_notice"]
    day = at.astimezone(zone).date()
    try:
        filled = fill(
            template,
            "sms",
            language,
            _values(page, template, head, language),
            law=law,
            day=day,
            review=lambda text, of: [
                f"{each.code}: {each.quote}" for each in review_message(text, "en" if of == "en" else "zh")
            ],
        )
    except MessageRefused as refused:
        return _none(language, words, *(f"{each.what} {each.fix}" for each in refused.problems))
    return Message(filled.text, language, LANGUAGES[language], _facts(filled.segments, words), ())


def _none(language: str, words: Words, *against: str) -> Message:
    return Message(None, language, LANGUAGES[language], (), against)


def _facts(parts: int, words: Words) -> tuple[str, ...]:
    cost = (_cost_cents() or 0) * parts
    return (
        words.say("Checked as filled: what the law asks of it is in it, and conduct review has nothing against it."),
        words.say_n("Sent in %(n)s part.", "Sent in %(n)s parts.", parts),
        *(
            [words.say("It costs about %(money)s by the policy.", money=words.money(cost * parts, "CNY"))]
            if cost
            else []
        ),
    )


def _written_or_called(page: CasePage, attempt: Row) -> bool:
    """Whether there was an outbound contact about the debt before this one."""
    return any(row["direction"] == "outbound" and row["attempt_id"] != attempt["attempt_id"] for row in page.attempts)


def _values(page: CasePage, template: Template, head: Letterhead, language: str) -> dict[str, Value]:
    """A value for each slot of the wording that something on record fills; the rest stays out and is named."""
    rows: Sequence[Row] = page.accounts
    currencies = {row["currency"] for row in rows}
    overdue = together([row["overdue_cents"] for row in rows])
    days = [row["days_past_due"] for row in rows if row["days_past_due"] is not None]
    due = [row["oldest_unpaid_due_on"] for row in rows if row["oldest_unpaid_due_on"] is not None]
    known: dict[str, Value | None] = {
        "institution": head.institution,
        "phone": head.phone,
        "name": page.person["name"],
        "overdue": Money(overdue.known, currencies.pop()) if len(currencies) == 1 and not overdue.unknown else None,
        "days": max(days, default=None),
        "due_on": min(due, default=None),
    }
    wording = template.wording("sms", language)
    wanted = wording.slots if wording is not None else ()
    return {name: value for name in wanted if (value := known.get(name)) is not None}
