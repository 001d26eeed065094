"""
From TOML files to templates and the vocabularies they are checked by. The one file of the stage that reads a disk.

Reads:  templates/*.toml (and a lender's own folder of the same shape), elements.toml, duties.toml, forbidden.toml,
        outside.toml, limited_content.toml
Gives:  Template; Vocabulary. Every fault in the form of a file is found here, what it says is checked in `check.py`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from arrears.contact.messages.table import (
    CHANNELS,
    LANGUAGES,
    SENDERS,
    SLOT_KINDS,
    MessageRefused,
    Slot,
    Template,
    Wording,
)
from arrears.kernel.problem import Problem
from arrears.kernel.toml_text import toml_of
from arrears.law.kinds.contact import PURPOSES
from arrears.law.kinds.content import CLASSES

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"

_KEYS = frozenset(
    ("id", "packs", "purpose", "senders", "first", "validation", "products", "says", "segments_at_most")
) | {"about", "slots", *CHANNELS}
WHY = "A message is read by somebody who can't ask what was meant."


@dataclass(frozen=True, slots=True)
class Element:
    """How it is seen that a text says something: slots it has, and per language patterns that are all found."""

    name: str
    about_zh: str
    about_en: str
    slots: tuple[str, ...]
    patterns: Mapping[str, tuple[re.Pattern[str], ...]]


@dataclass(frozen=True, slots=True)
class Duty:
    """Elements that a provision requires of a text on one of `media`. `when`: first | later | always | validation."""

    provision: str
    when: str
    media: tuple[str, ...]
    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that a limited-content message may have, with the parts it stands for."""

    parts: tuple[str, ...]
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What messages must say, must not say, and may show on their outside."""

    elements: Mapping[str, Element]
    duties: tuple[Duty, ...]
    forbidden: Mapping[str, Mapping[str, tuple[re.Pattern[str], ...]]]
    """Class of conduct to language to patterns."""
    outside: Mapping[str, tuple[re.Pattern[str], ...]]
    outside_slots: tuple[str, ...]
    sentences: tuple[Sentence, ...]


def _patterns(body: Mapping[str, Any], language: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in body.get(language, ()))


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


@cache
def vocabulary() -> Vocabulary:
    """The vocabularies that are shipped."""
    elements = {
        name: Element(
            name=name,
            about_zh=body["about"]["zh"],
            about_en=body["about"]["en"],
            slots=tuple(body.get("slots", ())),
            patterns={language: _patterns(body, language) for language in LANGUAGES},
        )
        for name, body in _toml("elements.toml").items()
    }
    duties = tuple(
        Duty(body["provision"], body["when"], tuple(body["media"]), tuple(body["elements"]))
        for body in _toml("duties.toml")["duty"]
    )
    forbidden = {
        name: {language: _patterns(body, language) for language in LANGUAGES}
        for name, body in _toml("forbidden.toml").items()
    }
    unknown = [name for name in forbidden if name not in CLASSES]
    unknown += [name for duty in duties for name in duty.elements if name not in elements]
    if unknown:
        raise ValueError(f"the vocabularies of messages name what nobody knows: {unknown}")
    outside = _toml("outside.toml")
    sentences = tuple(
        Sentence(tuple(body["parts"]), {language: body[language] for language in LANGUAGES})
        for body in _toml("limited_content.toml")["sentence"]
    )
    return Vocabulary(
        elements=elements,
        duties=duties,
        forbidden=forbidden,
        outside={language: _patterns(outside, language) for language in LANGUAGES},
        outside_slots=tuple(outside["slots"]),
        sentences=sentences,
    )


def read_templates(folder: Path = TEMPLATES) -> tuple[Template, ...]:
    """Every template of a folder, by id. Raises MessageRefused with every fault in the form of its files."""
    problems: list[Problem] = []
    found = [_read(path, problems) for path in sorted(folder.glob("*.toml"))]
    if not found:
        problems.append(
            Problem(
                code="no_templates",
                where=str(folder),
                what="there is no template in it.",
                why="Nothing can be written without one.",
                fix="Give a folder of <id>.toml files.",
            )
        )
    if problems:
        raise MessageRefused(problems)
    return tuple(each for each in found if each is not None)


def _read(path: Path, problems: list[Problem]) -> Template | None:
    where = "/".join(path.parts[-2:])
    before = len(problems)

    def complain(code: str, what: str, fix: str) -> None:
        problems.append(Problem(code=code, where=where, what=what, why=WHY, fix=fix))

    try:
        body = toml_of(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        complain("not_toml", f"it is not TOML: {fault}.", "Correct the syntax.")
        return None
    for key in sorted(set(body) - _KEYS):
        complain("unknown_key", f"{key!r} is not part of a template.", f"Use some of: {', '.join(sorted(_KEYS))}.")
    for key, kind in (
        ("id", str),
        ("packs", list),
        ("purpose", str),
        ("senders", list),
        ("about", dict),
        ("slots", dict),
    ):
        if not isinstance(body.get(key), kind) or not body[key]:
            complain("missing_key", f"{key!r} is missing or empty.", "Write it as in the other templates.")
    if len(problems) > before:
        return None
    if body["id"] != path.stem:
        complain("misfiled", f"its id is {body['id']!r} and its file {path.stem!r}.", "Make the two the same.")
    if body["purpose"] not in PURPOSES:
        complain("unknown_purpose", f"{body['purpose']!r} is no purpose.", f"Use one of: {', '.join(PURPOSES)}.")
    for sender in body["senders"]:
        if sender not in SENDERS:
            complain("unknown_sender", f"{sender!r} is no sender.", f"Use some of: {', '.join(SENDERS)}.")
    for language in LANGUAGES:
        if not body["about"].get(language):
            complain(
                "about_missing", f"about.{language} is missing.", "Say in a line what it is for, in both languages."
            )
    for name in body.get("says", ()):
        if name not in vocabulary().elements:
            complain("unknown_element", f"{name!r} is no element.", "Use names of elements.toml.")
    slots = {name: slot for name, given in body["slots"].items() if (slot := _slot(name, given, complain)) is not None}
    wordings = tuple(_wordings(body, slots, complain))
    if len(problems) > before:
        return None
    return Template(
        id=body["id"],
        packs=tuple(body["packs"]),
        purpose=body["purpose"],
        senders=tuple(body["senders"]),
        first=bool(body.get("first", False)),
        validation=bool(body.get("validation", False)),
        products=tuple(body.get("products", ())),
        says=tuple(body.get("says", ())),
        segments_at_most=int(body.get("segments_at_most", 3)),
        about_zh=body["about"]["zh"],
        about_en=body["about"]["en"],
        slots=slots,
        wordings=wordings,
        where=where,
    )


def _slot(name: str, given: Any, complain: Any) -> Slot | None:
    if not isinstance(given, dict) or given.get("kind") not in SLOT_KINDS:
        complain("wrong_slot", f"slots.{name} has no known kind.", f"Give kind as one of: {', '.join(SLOT_KINDS)}.")
        return None
    most = given.get("most", {"money": 20, "date": 18, "phone": 20, "count": 6}.get(given["kind"]))
    if not isinstance(most, int) or most < 1 or not given.get("zh") or not given.get("en"):
        complain("wrong_slot", f"slots.{name} lacks most, zh or en.", "Say how long it may be and what it is.")
        return None
    return Slot(given["kind"], most, given["zh"], given["en"])


def _wordings(body: Mapping[str, Any], slots: Mapping[str, Slot], complain: Any) -> list[Wording]:
    found = []
    for channel in CHANNELS:
        texts = body.get(channel)
        if texts is None:
            continue
        for language in LANGUAGES:
            text = texts.get(language)
            if not isinstance(text, str) or not text.strip():
                complain("no_wording", f"{channel}.{language} is missing.", "Write every channel in both languages.")
                continue
            wording = Wording(channel, language, text.strip())
            unknown = [name for name in wording.slots if name not in slots]
            if unknown:
                complain("unknown_slot", f"{channel}.{language} names {unknown}.", "Add them to [slots].")
            if re.search(r"[{}]", re.sub(r"\{[a-z][a-z0-9_]*\}", "", wording.text)):
                complain(
                    "loose_brace", f"{channel}.{language} has a brace that is no slot.", "Write {name}, or no brace."
                )
            found.append(wording)
    used = {name for wording in found for name in wording.slots}
    for name in sorted(set(slots) - used):
        complain("unused_slot", f"slots.{name} is in no wording.", "Use it, or take it out.")
    if not found:
        complain("no_wording", "it has no wording.", f"Write one of: {', '.join(CHANNELS)}.")
    return found
