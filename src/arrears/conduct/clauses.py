"""
Clauses, and in which voice each is said: asserted, denied, reported or only supposed.

"We will not contact your family", "you asked whether you go to jail: no" and "if anyone claims to be a court, report
it" speak of forbidden things without doing them. A clause knows from where on its words are denied, and whether it
tells of somebody else's words. Denials that are threats ("we won't let you off", 不会放过你) are no denials.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from arrears.conduct import load
from arrears.conduct.table import Language

_ENDS = load.wordings("clauses", "ends")
_DENIES = load.wordings("clauses", "denies")
_FORBIDS = load.wordings("clauses", "forbids")
_REPORTS = load.wordings("clauses", "reports")
_LISTS = re.compile(r"^(?:也不|更不|也没|更没|或者?|以及|和|nor|or)")


@dataclass(frozen=True, slots=True)
class Clause:
    """`text[start:end]`. Words from `denied_from` on are denied; `reported` where it tells of others' words."""

    start: int
    end: int
    denied_from: int | None
    reported: bool

    def live(self, at: int, until: int | None = None) -> bool:
        """Whether words from `at` (to `until`) are meant as said."""
        last = at if until is None else min(until, self.end) - 1
        return not self.reported and (self.denied_from is None or last < self.denied_from)


def clauses_of(text: str, language: Language) -> list[Clause]:
    """The clauses of a normalised text, in order; together they cover every word."""
    found: list[Clause] = []
    start = 0
    for end in [*_ENDS[language].finditer(text), None]:
        stop = end.start() if end else len(text)
        if stop > start:
            found.append(_clause(text, start, stop, language, found[-1] if found else None))
        start = end.end() if end else stop
    return found


def _clause(text: str, start: int, end: int, language: Language, before: Clause | None) -> Clause:
    part = text[start:end]
    denies = _DENIES[language].search(part)
    reports = _REPORTS[language].search(part) is not None
    denied_from = None if denies is None else start + denies.start()
    if _FORBIDS[language].search(part):
        denied_from = start
    if denied_from is None and before is not None and before.denied_from is not None and _LISTS.match(part.lstrip()):
        denied_from = start
    return Clause(start, end, denied_from, reports)


def clause_at(clauses: list[Clause], place: int) -> int:
    """The index of the clause that holds `place`, or of the last one before it."""
    low, high = 0, len(clauses)
    while low < high:
        middle = (low + high) // 2
        if clauses[middle].start <= place:
            low = middle + 1
        else:
            high = middle
    return max(0, low - 1)
