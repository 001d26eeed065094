"""
The seven duties of a lawful conversation: done, not done, or without meaning here (`None`).

Reads the whole conversation and the findings. Gives the duties in the contract's order, and the turn that shows each
one that was done. Messages, letters and third parties have fewer duties; a false name states no identity, and an
unlawful threat explains no consequence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from arrears.conduct import load
from arrears.conduct.follow import Heard, Moment
from arrears.conduct.table import DUTIES, WRITTEN, Code, Conversation, Language, Speaker

_FIRM = load.wordings("duties", "firm")
_OWN = load.wordings("duties", "own")
_RECORDING = load.wordings("duties", "recording")
_ASKS_WHO = load.wordings("duties", "asks_who")
_YES = load.wordings("duties", "yes")
_PAY = load.wordings("duties", "pay")
_REASON = load.wordings("duties", "reason")
_CONSEQUENCE = load.wordings("duties", "consequence")
_DATE = load.wordings("duties", "date")
_WILL = load.wordings("duties", "will")
_WHOLE = load.wordings("duties", "whole")
_UNSURE = load.wordings("duties", "unsure")
_AGREES = load.wordings("duties", "agrees")


def duties_of(
    conversation: Conversation, heard: list[Heard], agent: list[Moment], found: Iterable[tuple[int, Code]]
) -> tuple[dict[str, bool | None], dict[str, int]]:
    """(duty to true, false or None; duty to the turn that shows it)."""
    flagged = set(found)
    language = conversation.language
    shown: dict[str, int] = {}
    duties: dict[str, bool | None] = dict.fromkeys(DUTIES, None)
    meant = _meant(conversation)
    finders = {
        "identity_stated": lambda: _identity(agent, language, flagged),
        "recording_notice": lambda: _first(agent, _RECORDING[language]),
        "identity_confirmed": lambda: _confirmed(heard, language),
        "payment_asked": lambda: _asked(agent, language),
        "reason_asked": lambda: _first(agent, _REASON[language], live=False),
        "consequence_explained": lambda: _consequence(agent, language, flagged),
        "commitment_obtained": lambda: _commitment(heard, language),
    }
    for duty in meant:
        turn = finders[duty]()
        duties[duty] = turn is not None
        if turn is not None:
            shown[duty] = turn
    return duties, shown


def _meant(conversation: Conversation) -> tuple[str, ...]:
    if conversation.channel in WRITTEN:
        names: tuple[str, ...] = ("identity_stated", "payment_asked", "consequence_explained")
    elif conversation.channel == "chat":
        names = tuple(duty for duty in DUTIES if duty != "recording_notice")
    else:
        names = DUTIES
    if conversation.audience == "third_party":
        return tuple(name for name in names if name in DUTIES[:2])
    return names


def _identity(agent: list[Moment], language: Language, flagged: set[tuple[int, Code]]) -> int | None:
    posing = {turn for turn, code in flagged if code in (Code.FALSE_AUTHORITY, Code.PRETEXT)}
    for moment in agent[:3]:
        if moment.heard.index in posing:
            return None
        original = moment.heard.normal.original
        text = original if language == "en" else moment.heard.text
        if _FIRM[language].search(text) and (_OWN[language].search(text) or moment.position == 0):
            return moment.heard.index
    return None


def _first(agent: list[Moment], pattern: re.Pattern[str], live: bool = True) -> int | None:
    for moment in agent:
        for match in pattern.finditer(moment.heard.text):
            clause = next((c for c in moment.heard.clauses if c.start <= match.start() < c.end), None)
            if not live or clause is None or clause.live(match.start()):
                return moment.heard.index
    return None


def _confirmed(heard: list[Heard], language: Language) -> int | None:
    asked = False
    for turn in heard:
        if turn.speaker is Speaker.AGENT:
            asked = asked or _ASKS_WHO[language].search(turn.text) is not None
        elif asked and turn.speaker is Speaker.BORROWER and _YES[language].search(turn.text.strip()):
            return turn.index
    return None


def _asked(agent: list[Moment], language: Language) -> int | None:
    for moment in agent:
        text = moment.heard.text
        parts = list(text)
        for amount in moment.heard.amounts:
            parts[amount.start : amount.end] = "¥" * (amount.end - amount.start)
        shown = "".join(parts)
        shown = re.sub("¥+", lambda run: "¥" + " " * (len(run[0]) - 1) if language == "en" else run[0], shown)
        for match in _PAY[language].finditer(shown):
            clause = next((c for c in moment.heard.clauses if c.start <= match.start() < c.end), None)
            if clause is None or clause.live(match.start()):
                return moment.heard.index
    return None


def _consequence(agent: list[Moment], language: Language, flagged: set[tuple[int, Code]]) -> int | None:
    for moment in agent:
        if (moment.heard.index, Code.THREAT_UNLAWFUL) in flagged or (
            moment.heard.index,
            Code.FALSE_AUTHORITY,
        ) in flagged:
            continue
        turn = _first([moment], _CONSEQUENCE[language])
        if turn is not None:
            return turn
    return None


def _commitment(heard: list[Heard], language: Language) -> int | None:
    last: Heard | None = None
    for turn in heard:
        if turn.speaker is Speaker.AGENT:
            last = turn
            continue
        if turn.speaker is not Speaker.BORROWER:
            continue
        text = turn.text.strip()
        if _UNSURE[language].search(text):
            continue
        sum_said = bool(turn.amounts) or _WHOLE[language].search(text) is not None
        dated = _DATE[language].search(text) is not None
        if sum_said and dated and _WILL[language].search(text):
            return turn.index
        if last is not None and (_AGREES[language].search(text) or dated or sum_said):
            both = sum_said or last.amounts or _WHOLE[language].search(last.text)
            when = dated or _DATE[language].search(last.text)
            if (
                both
                and when
                and (_AGREES[language].search(text) or _WILL[language].search(text))
                and not last.says("threat_open")
            ):
                return turn.index
    return None
