"""
The reader: a conversation in, a Review out.

Layers, each explainable: words made plain (normalise), clauses with their voice (clauses), the state so far (follow),
written patterns and trained scores (patterns, model), arithmetic on facts (weigh_facts), and the contract's reading
rules last (rules). Pure: reads no clock, no network; its tables are loaded once.
"""

from __future__ import annotations

import re

from arrears.conduct.advise import advice, severity
from arrears.conduct.duties import duties_of
from arrears.conduct.features import features_of
from arrears.conduct.follow import Heard, Moment, moments
from arrears.conduct.model import Model, model
from arrears.conduct.notice_abuse import abuse_by_others
from arrears.conduct.patterns import matches
from arrears.conduct.quote import quote_for
from arrears.conduct.rules import apply_rules
from arrears.conduct.table import (
    CODES,
    Code,
    Conversation,
    Facts,
    Finding,
    Language,
    Review,
    Speaker,
    Turn,
)

_HAN = re.compile(r"[㐀-鿿]")
_WORDLIKE = re.compile(r"[^\W\d_]{2}")
_WORDS = re.compile(r"[A-Za-z]{2,}")


def review(conversation: Conversation) -> Review:
    """Findings, duties and abuse by the other party, for one conversation or message."""
    heard, agent = moments(conversation)
    found = _findings(conversation.language, agent)
    other: Language = "en" if conversation.language == "zh" else "zh"
    mixed = {turn.index for turn in heard if turn.speaker is Speaker.AGENT and _speaks(turn, other)}
    if mixed:
        seen = {(finding.turn, finding.code) for finding in found}
        also = _findings(other, moments(conversation, other)[1])
        found += [each for each in also if each.turn in mixed and (each.turn, each.code) not in seen]
    found.sort(key=lambda finding: (finding.turn, CODES.index(finding.code)))
    duties, shown = duties_of(conversation, heard, agent, {(f.turn, f.code) for f in found})
    return Review(conversation.id, tuple(found), duties, abuse_by_others(heard), shown)


def review_message(
    text: str,
    language: Language,
    channel: str = "sms",
    audience: str = "borrower",
    facts: Facts | None = None,
) -> tuple[Finding, ...]:
    """The findings in one outgoing message, before it is sent."""
    one = Conversation("message", language, (Turn(Speaker.AGENT, text),), channel, audience, facts or Facts())
    return review(one).findings


def objections(text: str, language: str, audience: str = "borrower", channel: str = "call") -> tuple[str, ...]:
    """What stands against a sentence of ours, in words: each finding's code with its quote."""
    spoken: Language = "en" if language == "en" else "zh"
    return tuple(f"{found.code}: “{found.quote}”" for found in review_message(text, spoken, channel, audience))


def blocks(
    text: str,
    language: Language,
    channel: str = "sms",
    audience: str = "borrower",
    facts: Facts | None = None,
) -> tuple[Finding, ...]:
    """The findings that must stop this message; empty where it may go."""
    found = review_message(text, language, channel, audience, facts)
    return tuple(finding for finding in found if finding.severity in ("block", "high"))


def decide(agent: list[Moment], scored: list[list[float]], known: Model | None) -> list[set[Code]]:
    """The codes of every agent turn: scores over their thresholds, sure patterns, then the contract's rules."""
    limits = known.thresholds if known is not None else [0.5] * len(CODES)
    flagged: list[set[Code]] = []
    for moment, scores in zip(agent, scored, strict=True):
        flagged.append({code for place, code in enumerate(CODES) if scores[place] >= limits[place]})
        flagged[-1] |= {Code(match.pattern.code) for match in matches(moment) if match.live and match.pattern.sure}
    apply_rules(agent, flagged, scored)
    for moment, codes in zip(agent, flagged, strict=True):
        if not _WORDLIKE.search(moment.heard.text):
            codes.clear()
    return flagged


def _findings(language: Language, agent: list[Moment]) -> list[Finding]:
    known = model(language)
    scored = scores_of(agent, known)
    flagged = decide(agent, scored, known)
    found = []
    for moment, codes, scores in zip(agent, flagged, scored, strict=True):
        for code in codes:
            place = CODES.index(code)
            score = max(0.0, min(1.0, scores[place]))
            beside = advice(code, language)
            found.append(
                Finding(
                    code=code,
                    turn=moment.heard.index,
                    quote=quote_for(moment, code.value, place, known),
                    severity=severity(code, score),
                    clause=beside.clause,
                    instead=beside.instead,
                    score=round(score, 3),
                    because=_because(moment, code, place, known),
                )
            )
    return found


def scores_of(agent: list[Moment], known: Model | None) -> list[list[float]]:
    """A probability per code for every agent turn; without weights, what the written patterns say."""
    if known is None:
        return [
            [float(any(m.live and m.pattern.code == code.value for m in matches(moment))) for code in CODES]
            for moment in agent
        ]
    raws = [known.raw(features_of(moment)) for moment in agent]
    return [[float(score) for score in row] for row in known.scores(raws)]


def _because(moment: Moment, code: Code, place: int, known: Model | None) -> tuple[str, ...]:
    named = [match.pattern.name for match in matches(moment) if match.live and match.pattern.code == code.value]
    if known is not None:
        named += [f"{name} {share:+.2f}" for name, share in known.weighed(features_of(moment), place)]
    return tuple(named)


def _speaks(heard: Heard, language: Language) -> bool:
    text = heard.normal.original
    if language == "zh":
        return len(_HAN.findall(text)) >= 4
    return len(_WORDS.findall(text)) >= 5 and len(_HAN.findall(text)) < len("".join(_WORDS.findall(text)))
