"""
Fill a template, and look again: at the values, and at the text that came of them.

Reads:  a Template, values, a Law and a day, and a conduct review where the caller has one
Gives:  Filled, or MessageRefused with every fault
Never:  sends anything (a message goes out only with a Permit); leaves a slot unfilled; makes a value up
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeAlias

from arrears.contact.messages.check import forbidden_in, outside_problems, problems_of, required_of, says, too_long
from arrears.contact.messages.load import vocabulary
from arrears.contact.messages.segments import segments
from arrears.contact.messages.table import SLOT, Filled, MessageRefused, Review, Slot, Template
from arrears.kernel.money import Money
from arrears.kernel.problem import Problem
from arrears.law.load import Law

Value: TypeAlias = str | int | date | Money
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069{}]")
"""Control characters, marks that turn the direction of a text, and braces that another program might fill."""
_PHONE = re.compile(r"\+?[0-9][0-9 \-()]{2,18}[0-9]")
_URL = re.compile(r"https://[a-z0-9.\-]+(/[^\s<>\"]*)?", re.IGNORECASE)
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SIGNS = {"CNY": ("元", "CNY "), "USD": ("美元", "$"), "GBP": ("英镑", "£"), "EUR": ("欧元", "€")}


def fill(
    template: Template,
    channel: str,
    language: str,
    values: Mapping[str, Value],
    *,
    law: Law,
    day: date,
    outside: str = "",
    form: str = "envelope",
    review: Review | None = None,
) -> Filled:
    """
    The message, checked anew. `outside` is what will be visible on the envelope of a letter, `form` envelope or
    postcard; `review` reads the whole text once more (conduct.review_message). Raises MessageRefused.
    """
    where = f"{template.id} [{channel}.{language}]"
    wording = template.wording(channel, language)
    if wording is None:
        known = ", ".join(f"{each.channel}.{each.language}" for each in template.wordings)
        raise MessageRefused([_problem("no_wording", where, "it has no such wording.", f"It has: {known}.")])
    problems = problems_of(template, law, day)
    texts: dict[str, str] = {}
    for name in wording.slots:
        if name not in values:
            problems.append(_problem("slot_unfilled", where, f"{{{name}}} has no value.", "Give one."))
            continue
        texts[name] = _as_text(values[name], language)
        problems += _of_value(f"{where} {{{name}}}", template.slots[name], values[name], texts[name])
    for name in sorted(set(values) - set(template.slots)):
        problems.append(_problem("slot_unknown", where, f"there is no slot {name!r}.", "Leave it out, or correct it."))
    text = SLOT.sub(lambda match: texts.get(match[1], match[0]), wording.text)
    problems += forbidden_in(text, language, where, law, day)
    if channel == "sms":
        problems += too_long(text, template.segments_at_most, where)
    if channel == "voicemail":
        problems += _tells_of_debt(" ".join(texts.values()), language, where)
    if channel == "letter":
        problems += outside_problems(outside, language, form)
    if review is not None:
        problems += [
            _problem("conduct", where, f"{said}.", "Say it otherwise, or not at all.")
            for said in review(text, language)
        ]
    if problems:
        raise MessageRefused(list(dict.fromkeys(problems)))
    required = required_of(template, channel, law, day)
    return Filled(
        template_id=template.id,
        channel=channel,
        language=language,
        text=text,
        segments=segments(text) if channel == "sms" else 0,
        elements=tuple(name for name, element in vocabulary().elements.items() if says(wording, element)),
        provisions=tuple(sorted({each.provision.id for each in required if each.provision is not None})),
        law_id=law.law_id,
    )


def _as_text(value: Value, language: str) -> str:
    zh = language == "zh"
    if isinstance(value, Money):
        after, before = _SIGNS.get(value.currency, (value.currency, f"{value.currency} "))
        amount = f"{abs(value.cents) // 100:,}.{abs(value.cents) % 100:02d}"
        sign = "-" if value.cents < 0 else ""
        return f"{sign}{amount}{after}" if zh else f"{sign}{before}{amount}"
    if isinstance(value, date):
        if zh:
            return f"{value.year}年{value.month}月{value.day}日"
        return f"{_MONTHS[value.month - 1]} {value.day}, {value.year}"
    return str(value).strip()


_TYPES: dict[str, type | tuple[type, ...]] = {"money": Money, "date": date, "count": int}


def _of_value(where: str, slot: Slot, value: Value, text: str) -> Iterator[Problem]:
    wanted = _TYPES.get(slot.kind, str)
    if not isinstance(value, wanted) or isinstance(value, bool):
        yield _problem("wrong_value", where, f"{type(value).__name__} is no {slot.kind}.", f"Give a {slot.kind}.")
        return
    if not text:
        yield _problem("slot_unfilled", where, "its value is empty.", "Give one: unknown is never blank.")
    if len(text) > slot.most:
        yield _problem(
            "value_too_long", where, f"it has {len(text)} characters, {slot.most} are allowed.", "Shorten it."
        )
    if _UNSAFE.search(text) or ("\n" in text and slot.kind != "lines"):
        yield _problem("unsafe_value", where, "it has control characters or braces.", "Give plain text.")
    if slot.kind == "phone" and not _PHONE.fullmatch(text):
        yield _problem("wrong_value", where, f"“{text}” is no telephone number.", "Give digits, spaces and hyphens.")
    if slot.kind == "url" and not _URL.fullmatch(text):
        yield _problem("wrong_value", where, f"“{text}” is no https address.", "Give one that begins with https://.")
    if slot.kind == "text" and re.search(r"https?://|www\.", text):
        yield _problem("link_in_text", where, "a link is hidden in a text.", "Links go into slots of kind url.")


def _tells_of_debt(text: str, language: str, where: str) -> Iterator[Problem]:
    """A business name that says what it does for a living makes a voicemail tell of a debt (12 CFR 1006.2(j)(1)(i))."""
    for pattern in vocabulary().outside[language]:
        if match := pattern.search(text):
            yield _problem(
                "not_limited_content", where, f"“{match[0]}” tells whoever hears it of a debt.", "Leave it out."
            )


def _problem(code: str, where: str, what: str, fix: str) -> Problem:
    return Problem(code=code, where=where, what=what, why="It would reach somebody as it is.", fix=fix)
