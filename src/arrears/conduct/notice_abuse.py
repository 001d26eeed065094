"""
Turns in which the borrower or a third party swears at, insults or threatens the collector.

Protects the collector and explains why a call was ended; it is never held against the borrower as a finding.
"""

from __future__ import annotations

from arrears.conduct import load
from arrears.conduct.follow import Heard
from arrears.conduct.table import Speaker

_ABUSIVE = load.wordings("notice_abuse", "abusive")
_SELF = load.wordings("notice_abuse", "self")


def abuse_by_others(heard: list[Heard]) -> tuple[tuple[int, str], ...]:
    """(turn, verbatim quote) of each abusive turn by the other party."""
    found = []
    for turn in heard:
        if turn.speaker not in (Speaker.BORROWER, Speaker.THIRD_PARTY):
            continue
        for match in _ABUSIVE[turn.language].finditer(turn.text):
            clause = next((c for c in turn.clauses if c.start <= match.start() < c.end), None)
            start, end = (clause.start, clause.end) if clause else match.span()
            if _SELF[turn.language].search(turn.text[start:end]):
                continue
            found.append((turn.index, turn.normal.quote(start, max(end, match.end())).strip()))
            break
    return tuple(found)
