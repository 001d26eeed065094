"""
From a JSON object in the contract's form to a Conversation.

Strict about shapes (a fault is a ValueError that names the field and what to write), lenient about words: a speaker,
channel or audience that is not in the contract becomes `unknown` and is told to the caller. Labels and notes are
never read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from arrears.conduct.table import AUDIENCES, CHANNELS, Conversation, Facts, Language, Speaker, Turn

_HAN = re.compile(r"[㐀-鿿豈-﫿]")
_SPEAKERS = {
    "agent": Speaker.AGENT,
    "collector": Speaker.AGENT,
    "borrower": Speaker.BORROWER,
    "customer": Speaker.BORROWER,
    "third_party": Speaker.THIRD_PARTY,
    "system": Speaker.SYSTEM,
}
_MOST_AMOUNT = Decimal(10) ** 15


def conversation_of(given: Mapping[str, Any], warn: Callable[[str], None] = lambda _: None) -> Conversation:
    """
    The conversation of one JSON object.

    `warn` hears, in one sentence each, what was taken otherwise than written. Raises ValueError where the object
    can't be a conversation: no turns, a turn that is no object, text that is no text, a fact of the wrong kind.
    """
    name = given.get("id")
    if isinstance(name, bool) or not isinstance(name, str | int):
        raise ValueError("id is missing or is not text. Give every line its own id.")
    turns = given.get("turns")
    if not isinstance(turns, list) or not turns:
        raise ValueError("turns is missing or empty. Write a list with at least one {speaker, text}.")
    said = tuple(_turn(place, turn, warn) for place, turn in enumerate(turns))
    return Conversation(
        id=str(name),
        language=_language(given.get("language"), said, warn),
        turns=said,
        channel=_one_of(given.get("channel"), "channel", CHANNELS, "call", warn),
        audience=_one_of(given.get("audience"), "audience", AUDIENCES, "unknown", warn),
        facts=_facts(given.get("facts")),
    )


def _turn(place: int, turn: object, warn: Callable[[str], None]) -> Turn:
    if not isinstance(turn, dict):
        raise ValueError(f"turns[{place}] is no object. Write {{speaker, text}}.")
    text = turn.get("text")
    if not isinstance(text, str):
        raise ValueError(f"turns[{place}].text is missing or is not text. Write what was said, or an empty text.")
    speaker = turn.get("speaker")
    known = _SPEAKERS.get(speaker.strip().lower()) if isinstance(speaker, str) else None
    if known is None:
        warn(f"turns[{place}].speaker {str(speaker)[:40]!r} is not known; the turn is kept and can carry no finding.")
        known = Speaker.UNKNOWN
    return Turn(known, text)


def _language(given: object, turns: tuple[Turn, ...], warn: Callable[[str], None]) -> Language:
    if given == "zh":
        return "zh"
    if given == "en":
        return "en"
    text = "".join(turn.text for turn in turns)
    found: Language = "zh" if len(_HAN.findall(text)) * 4 > len(text) else "en"
    if given is not None:
        warn(f"language {str(given)[:20]!r} is not zh or en; read as {found}.")
    return found


def _one_of(given: object, field: str, known: tuple[str, ...], otherwise: str, warn: Callable[[str], None]) -> str:
    if isinstance(given, str) and given in known:
        return given
    if given is not None:
        warn(f"{field} {str(given)[:20]!r} is not known; read as {otherwise}.")
    return otherwise


def _facts(given: object) -> Facts:
    if given is None:
        return Facts()
    if not isinstance(given, dict):
        raise ValueError("facts is no object. Leave it out, or write {...}.")
    return Facts(
        days_past_due=_whole(given.get("days_past_due"), "days_past_due"),
        amount_due=_hundredths(given.get("amount_due"), "amount_due"),
        ceased=_truth(given.get("ceased"), "ceased"),
        disputed=_truth(given.get("disputed"), "disputed"),
        hardship=_truth(given.get("hardship"), "hardship"),
        represented=_truth(given.get("represented"), "represented"),
        max_waiver_bp=_hundredths(given.get("max_waiver_pct"), "max_waiver_pct"),
    )


def _whole(given: object, field: str) -> int | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int):
        raise ValueError(f"facts.{field} is not a whole number.")
    return given


def _hundredths(given: object, field: str) -> int | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise ValueError(f'facts.{field} is not an amount. Write text with two decimals, such as "5000.00".')
    try:
        amount = Decimal(str(given).replace(",", ""))
    except InvalidOperation as fault:
        raise ValueError(f'facts.{field} is not an amount. Write text with two decimals, such as "5000.00".') from fault
    if not amount.is_finite() or not 0 <= amount <= _MOST_AMOUNT:
        raise ValueError(f"facts.{field} is negative, endless or too large.")
    return int(amount * 100)


def _truth(given: object, field: str) -> bool | None:
    if given is None or isinstance(given, bool):
        return given
    raise ValueError(f"facts.{field} is not true or false.")
