"""
Written patterns: one wording of one code, with an example of what it finds and of what it must leave alone.

Reads `data/zh_patterns.toml` and `data/en_patterns.toml`. In `regex`, `{group}` stands for any word of that group.
A match is live where its clause is neither denied nor reported, unless the pattern says `voice = "any"`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from arrears.conduct import load
from arrears.conduct.clauses import clause_at
from arrears.conduct.follow import Moment
from arrears.conduct.table import LANGUAGES, Language

_GROUP = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One row of the pattern file."""

    name: str
    code: str
    regex: re.Pattern[str]
    needs: frozenset[str]
    audiences: frozenset[str]
    any_voice: bool
    sure: bool
    """Decides alone, where the models are unsure."""
    finds: str
    leaves: str


@dataclass(frozen=True, slots=True)
class Match:
    """A pattern found at `text[start:end]` of the normalised turn."""

    pattern: Pattern
    start: int
    end: int
    live: bool


@cache
def patterns(language: Language) -> tuple[Pattern, ...]:
    """Every pattern of a language, in the order of the file."""
    found = []
    for place, row in enumerate(load.table(f"{language}_patterns")["pattern"]):
        found.append(
            Pattern(
                name=f"{language}.{row['code']}.{place}",
                code=row["code"],
                regex=re.compile(_GROUP.sub(lambda named: _any_of(language, named[1]), row["regex"])),
                needs=frozenset(_GROUP.findall(row["regex"])) if not row.get("optional") else frozenset(),
                audiences=frozenset(row.get("audiences", ())),
                any_voice=row.get("voice") == "any",
                sure=bool(row.get("sure", False)),
                finds=row["finds"],
                leaves=row.get("leaves", ""),
            )
        )
    return tuple(found)


def matches(moment: Moment) -> list[Match]:
    """The first live match of every pattern in a turn; or the first one, where none is live."""
    heard = moment.heard
    spoken = {hit.group for hit in heard.hits}
    found = []
    for pattern in patterns(heard.language):
        if not pattern.needs <= spoken or (pattern.audiences and moment.conversation.audience not in pattern.audiences):
            continue
        best: Match | None = None
        for hit in pattern.regex.finditer(heard.text):
            clause = heard.clauses[clause_at(heard.clauses, hit.start())] if heard.clauses else None
            live = pattern.any_voice or clause is None or clause.live(hit.start(), hit.end())
            if best is None or (live and not best.live):
                best = Match(pattern, hit.start(), hit.end(), live)
            if live:
                break
        if best is not None:
            found.append(best)
    return found


def _any_of(language: Language, group: str) -> str:
    written = load.table(f"{language}_words")["groups"][group]
    if language == "zh":
        words = sorted(written.split(), key=len, reverse=True)
        return "(?:" + "|".join(map(re.escape, words)) + ")"
    words = sorted((word.strip() for word in written.split(",")), key=len, reverse=True)
    return r"\b(?:" + "|".join(re.escape(word).replace(r"\*", r"\w*") for word in words) + r")\b"


def all_patterns() -> list[tuple[Language, Pattern]]:
    """Both languages, for tests and pages."""
    return [(language, pattern) for language in LANGUAGES for pattern in patterns(language)]
