"""
One TOML file to one Provision, or every fault in it, each with its line, why it matters and what to do.

Never: a default for what the law's own text must say. No citation, no rule.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from arrears.law.kinds import KINDS
from arrears.law.provision import AUTHORITIES, CONFIDENCES, FORCES, Provision
from arrears.law.read_fields import Source, filled, read_toml

STATED = {
    "id": "Name it <pack>.<instrument>.<provision>, as the file lies.",
    "citation": "Write the instrument and the clause; where the clause was not seen, say so in words.",
    "source": "Say where the words can be read: issuer, number, date, and how they were seen.",
    "in_force": "Write in_force = { from = 2026-01-30 }, and until = the first day it no longer holds.",
    "read_on": "Write the day a person last read the source against this file.",
    "authority": f"One of: {', '.join(AUTHORITIES)}.",
    "force": f"One of: {', '.join(FORCES)}.",
    "confidence": f"One of: {', '.join(CONFIDENCES)}.",
    "words": 'Write words = { zh = "…", en = "…" }.',
}
OPTIONAL = ("text", "note_id", "scope", "except", "products", "lenders")


TYPES: dict[str, tuple[type, str]] = {
    "id": (str, "text"),
    "citation": (str, "text"),
    "source": (str, "text"),
    "in_force": (dict, "a table"),
    "read_on": (date, "a day such as 2026-11-23, without quotes"),
    "authority": (str, "text"),
    "force": (str, "text"),
    "confidence": (str, "text"),
    "words": (dict, "a table"),
    "text": (str, "text"),
    "note_id": (str, "text"),
    "scope": (str, "text"),
    "except": (list, "a list"),
    "products": (list, "a list"),
    "lenders": (list, "a list"),
}


def read_provision(pack: str, instrument: str, source: Source) -> Provision | None:
    """One file as a Provision, or None with its problems in `source`."""
    body = read_toml(source)
    if body is None:
        return None
    for key, fix in STATED.items():
        if key not in body or body[key] in ("", {}):
            source.complain(
                f"{key}_missing",
                f"{key} is missing.",
                "No citation, no rule: a provision that can't be checked is not applied.",
                fix,
            )
    encodings = [key for key in body if key in KINDS]
    unknown = [key for key in body if key not in (*STATED, *OPTIONAL, *KINDS)]
    for key in unknown:
        table = isinstance(body[key], dict)
        source.complain(
            "unknown_kind" if table else "unknown_key",
            f"[{key}] is no kind of rule this product knows." if table else f"{key!r} is no part of a provision.",
            "What is not understood is not applied, and what is not applied must not look as if it were.",
            f"Use one of: {', '.join(KINDS if table else (*STATED, *OPTIONAL))}.",
            key=key,
        )
    if len(encodings) != 1 and not unknown:
        source.complain(
            "not_one_encoding",
            f"it has {len(encodings)} encodings ({', '.join(encodings) or 'none'}).",
            "One provision, one encoding: two could disagree.",
            f"Keep exactly one table of: {', '.join(KINDS)}.",
        )
    if not _of_types(body, source):
        return None
    _check_vocabulary(body, source)
    _check_dates(body, source)
    if source.problems:
        return None
    kind = encodings[0]
    encoding = filled(KINDS[kind], body[kind], source, table=kind)
    if encoding is None:
        return None
    force_from, until = body["in_force"]["from"], body["in_force"].get("until")
    return Provision(
        id=body["id"],
        pack=pack,
        instrument=instrument,
        citation=body["citation"],
        source=body["source"],
        authority=body["authority"],
        force=body["force"],
        confidence=body["confidence"],
        in_force_from=force_from,
        in_force_until=until,
        read_on=body["read_on"],
        text=body.get("text", "").strip(),
        words_zh=body["words"]["zh"],
        words_en=body["words"]["en"],
        encoding=encoding,
        scope=body.get("scope", ""),
        note_id=body.get("note_id"),
        products=tuple(body.get("products", ())),
        lenders=tuple(body.get("lenders", ())),
        excepts=tuple(body.get("except", ())),
        where=source.where,
    )


def _of_types(body: dict[str, Any], source: Source) -> bool:
    """Whether every key that is there is of the type its name says."""
    right = True
    for key, (kind, described) in TYPES.items():
        if key in body and (not isinstance(body[key], kind) or isinstance(body[key], datetime)):
            right = False
            source.complain(
                "wrong_type",
                f"{key} is {body[key]!r}.",
                "A rule read wrongly is applied wrongly.",
                f"Write {key} as {described}.",
                key=key,
            )
    return right


def _check_vocabulary(body: dict[str, Any], source: Source) -> None:
    for key, allowed in (("force", FORCES), ("confidence", CONFIDENCES), ("authority", AUTHORITIES)):
        value = body.get(key)
        if value and value not in allowed:
            source.complain(
                f"unknown_{key}",
                f"{key} is {value!r}.",
                "The law's own force is kept, in words that mean one thing.",
                f"Use one of: {', '.join(allowed)}.",
                key=key,
            )
    if body.get("confidence") == "seen-text" and not body.get("text", "").strip():
        source.complain(
            "seen_text_without_text",
            "confidence is seen-text and text is empty.",
            "Words that were read can be shown; words that can't be shown were not read.",
            "Copy the clause's words into text, or lower confidence to seen-report.",
            key="confidence",
        )
    words = body.get("words")
    if words and not all(isinstance(words.get(lang), str) and words[lang].strip() for lang in ("zh", "en")):
        source.complain(
            "words_missing",
            "words lacks zh or en.",
            "People read the law in their language.",
            STATED["words"],
            key="words",
        )


def _check_dates(body: dict[str, Any], source: Source) -> None:
    in_force = body.get("in_force")
    if not in_force:
        return
    first, until = in_force.get("from"), in_force.get("until")
    unknown = set(in_force) - {"from", "until"}
    if unknown or not isinstance(first, date) or (until is not None and not isinstance(until, date)):
        source.complain(
            "in_force_missing",
            f"in_force is {', '.join(f'{key} = {value}' for key, value in in_force.items())}.",
            "A rule without a first day can't be told from one that is not yet law.",
            STATED["in_force"],
            key="in_force",
        )
    elif until is not None and until <= first:
        source.complain(
            "ends_before_it_starts",
            f"in_force runs from {first} until {until}.",
            "Such a provision holds on no day at all.",
            "Check both days at the source; `until` is the first day it no longer holds.",
            key="in_force",
        )
