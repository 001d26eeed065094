"""
What stands against a text: required content that is missing, forbidden words, length, an outside that tells of a debt.

Reads:  a template's wording (or the text it became), a Law and a day
Gives:  Problems, every one and not the first; what law requires of a text, by provision
Never:  reads a file or a clock; corrects a text; takes a template's word for what it says
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from arrears.contact.messages.load import Element, vocabulary
from arrears.contact.messages.segments import segments
from arrears.contact.messages.table import SLOT, Template, Wording
from arrears.kernel.problem import Problem
from arrears.law.kinds.content import CLASSES, Forbids, Says
from arrears.law.load import Law
from arrears.law.provision import Provision

_MEDIA = {("sms", "agency"): "agency_message", ("letter", "agency"): "agency_letter"}
OF_COLLECTING = frozenset({"cn.card_2011.letter_contents"})
"""Provisions whose words speak of texts that collect, not of every text on that medium."""

LIMITED = "us.reg_f.limited_content"
REQUIRED_PARTS = ("business_name", "contact_person_name", "reply_request", "reply_number")
"""12 CFR 1006.2(j)(1)."""


@dataclass(frozen=True, slots=True)
class Required:
    """An element that a text must have, and the provision that says so (None: the house)."""

    element: str
    provision: Provision | None


def required_of(template: Template, channel: str, law: Law, day: date) -> list[Required]:
    """Everything law and house require of the template's text on this channel on that day, each element once."""
    found: dict[str, Required] = {}
    media = {channel, *(_MEDIA.get((channel, sender), channel) for sender in template.senders)}
    held = [item for item in law.on(day) if item.pack in template.packs]
    for item in held:
        rule = item.encoding
        if item.id in OF_COLLECTING and template.purpose != "collect":
            continue
        if not isinstance(rule, Says) or not media & set(rule.media) or (rule.only_first and not template.first):
            continue
        if any(item.binds(product, None) for product in (template.products or (None,))):
            for element in rule.elements:
                found.setdefault(element, Required(element, item))
    by_id = {item.id: item for item in held}
    for duty in vocabulary().duties:
        if duty.provision in by_id and channel in duty.media and _falls_due(duty.when, template):
            for element in duty.elements:
                found.setdefault(element, Required(element, by_id[duty.provision]))
    for element in template.says:
        found.setdefault(element, Required(element, None))
    return list(found.values())


def _falls_due(when: str, template: Template) -> bool:
    due = {
        "always": True,
        "first": template.first,
        "later": not template.first,
        "validation": template.validation,
    }
    return due[when]


def says(wording: Wording, element: Element) -> bool:
    """Whether the wording has the slots and the words by which the element is seen."""
    return set(element.slots) <= set(wording.slots) and all(
        pattern.search(wording.text) for pattern in element.patterns[wording.language]
    )


def problems_of(template: Template, law: Law, day: date) -> list[Problem]:
    """Everything wrong with what a template says; empty where it may be used under this law on that day."""
    return [problem for wording in template.wordings for problem in _of_wording(template, wording, law, day)]


def _of_wording(template: Template, wording: Wording, law: Law, day: date) -> Iterator[Problem]:
    where = f"{template.where} [{wording.channel}.{wording.language}]"
    for required in required_of(template, wording.channel, law, day):
        element = vocabulary().elements.get(required.element)
        if element is None:
            yield _problem(
                "element_unknown", where, f"{required.element} is required and nothing says how it is seen.",
                "What nobody can see nobody can check.", "Add it to elements.toml.",
            )  # fmt: skip
        elif not says(wording, element):
            yield _missing(where, element, required.provision)
    if wording.channel == "voicemail":
        yield from not_limited(wording, where)
    bare = SLOT.sub("", wording.text)
    yield from forbidden_in(bare, wording.language, where, law, day)
    if wording.channel == "sms":
        wide = "文" if wording.language == "zh" else "x"
        longest = SLOT.sub(lambda match: wide * template.slots[match[1]].most, wording.text)
        yield from too_long(longest, template.segments_at_most, where)


def _missing(where: str, element: Element, provision: Provision | None) -> Problem:
    by = f"{provision.citation} ({provision.id})" if provision is not None else "the house"
    slots = f" with {', '.join('{' + name + '}' for name in element.slots)}" if element.slots else ""
    return _problem(
        "content_missing",
        where,
        f"it does not say {element.about_en} / 未写明{element.about_zh}{slots}.",
        f"Required by {by}.",
        f"Write it so that {element.name} of elements.toml is found.",
    )


def forbidden_in(text: str, language: str, where: str, law: Law, day: date) -> Iterator[Problem]:
    """A problem per class of conduct that the text has words of, with the provisions that forbid it."""
    for name, of in vocabulary().forbidden.items():
        hit = next((match[0] for pattern in of[language] if (match := pattern.search(text))), None)
        if hit is not None:
            by = [
                item.id for item in law.on(day) if isinstance(item.encoding, Forbids) and name in item.encoding.classes
            ]
            yield _problem(
                "forbidden_words",
                where,
                f"“{hit}”: {CLASSES[name][1]} / {CLASSES[name][0]}.",
                f"Forbidden by {', '.join(by) if by else 'the house'}.",
                "Say what is the case, without it.",
            )


def too_long(text: str, at_most: int, where: str) -> Iterator[Problem]:
    """A text message in more parts than its template allows."""
    count = segments(text)
    if count > at_most:
        yield _problem(
            "too_long",
            where,
            f"it is sent in {count} parts, with every slot at its longest, and {at_most} are allowed.",
            "Every part is paid for, and parts may arrive apart.",
            "Shorten it, or raise segments_at_most.",
        )


def not_limited(wording: Wording, where: str) -> Iterator[Problem]:
    """A voicemail with a sentence that a limited-content message does not have, or without a part it must have."""
    known = {sentence.words[wording.language]: sentence.parts for sentence in vocabulary().sentences}
    rest = wording.text
    parts: list[str] = []
    for words in sorted(known, key=len, reverse=True):
        if words in rest:
            rest = rest.replace(words, "", 1)
            parts += known[words]
    if rest.strip():
        yield _problem(
            "not_limited_content",
            where,
            f"“{rest.strip()}” is no sentence of a limited-content message.",
            f"Anything more may tell a third party of a debt ({LIMITED}).",
            "Use the sentences of limited_content.toml.",
        )
    missing = [part for part in REQUIRED_PARTS if part not in parts]
    if missing:
        yield _problem(
            "not_limited_content",
            where,
            f"it lacks {', '.join(missing)}.",
            f"A limited-content message has four parts ({LIMITED}).",
            "Use the sentences of limited_content.toml.",
        )


def outside_problems(lines: str, language: str, form: str = "envelope") -> list[Problem]:
    """
    What stands against the outside of a letter: words that tell of a debt, or a postcard at all. Provisions:
    us.reg_f.envelope, us.reg_f.postcard; elsewhere the house's own line.
    """
    if form == "postcard":
        return [
            _problem(
                "postcard",
                "outside",
                "nothing about a debt is written on a postcard / 不得以明信片催收.",
                "Whoever carries it reads it (12 CFR 1006.22(f)(1); the house everywhere).",
                "Send a letter in an envelope.",
            )
        ]
    return [
        _problem(
            "outside_tells_of_a_debt",
            "outside",
            f"“{match[0]}” on the envelope tells of a debt / 信封外可见催收内容.",
            "Others see the outside (12 CFR 1006.22(f)(2); the house everywhere).",
            "Leave names, addresses and postage, and an innocuous business name.",
        )
        for pattern in vocabulary().outside[language]
        if (match := pattern.search(lines))
    ]


def _problem(code: str, where: str, what: str, why: str, fix: str) -> Problem:
    return Problem(code=code, where=where, what=what, why=why, fix=fix)
