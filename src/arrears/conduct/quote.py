"""
Which words of a turn to mark for a code: the shortest run of clauses that carries the weight, quoted verbatim.
"""

from __future__ import annotations

from arrears.conduct.follow import Moment, live_hits
from arrears.conduct.model import Model
from arrears.conduct.patterns import matches

LONGEST = 160


def quote_for(moment: Moment, code: str, place: int, model: Model | None) -> str:
    """A non-empty verbatim part of the turn; the whole turn where no clause stands out."""
    heard = moment.heard
    original = heard.normal.original
    for match in matches(moment):
        if match.live and match.pattern.code == code:
            return _whole_clauses(moment, match.start, match.end)
    if model is not None and heard.clauses:
        weights = [0.0] * len(heard.clauses)
        for hit, at, live in live_hits(heard):
            row = model.features.get(f"g:{hit.group if live else '~' + hit.group}")
            if row is not None:
                weights[at] += float(model.first[row, place])
        for at, clause in enumerate(heard.clauses):
            weights[at] += _weight(heard.text[clause.start : clause.end], model, place)
        best = max(range(len(weights)), key=lambda at: weights[at])
        clause = heard.clauses[best]
        found = heard.normal.quote(clause.start, clause.end).strip()
        if found:
            return found
    return original.strip()[:LONGEST] or original


def _weight(text: str, model: Model, place: int) -> float:
    total = 0.0
    for size in (2, 3):
        for k in range(len(text) - size + 1):
            row = model.features.get(f"t:{text[k : k + size]}")
            if row is not None:
                total += float(model.first[row, place]) * 0.1
    if not total:
        for word in text.split():
            row = model.features.get(f"t:{word}")
            if row is not None:
                total += float(model.first[row, place]) * 0.1
    return total


def _whole_clauses(moment: Moment, start: int, end: int) -> str:
    heard = moment.heard
    for clause in heard.clauses:
        if clause.start <= start < clause.end:
            start = clause.start
        if clause.start < end <= clause.end:
            end = clause.end
    return heard.normal.quote(start, end).strip()
