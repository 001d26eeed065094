"""
From a moment to the features that the trained models weigh.

Gives {feature name: weight} in four blocks: `t:` runs of characters or words of the turn, `p:` of the words it answers,
`g:` ideas and pairs of ideas in one clause (`~` where denied or reported), `x:` who, where, what is known, and what the
facts say about amounts. Names are readable, so that an explanation can show what weighed.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from math import sqrt

from arrears.conduct.follow import Heard, Moment, live_hits
from arrears.conduct.patterns import matches
from arrears.conduct.table import WRITTEN, Language
from arrears.conduct.weigh_facts import fact_marks

_DIGITS = re.compile(r"\d+")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[a-z']+|0|¥|[^\sa-z0]")
GROUP_WEIGHT = 0.21
PAIR_WEIGHT = 0.15
CONTEXT_WEIGHT = 0.35
PATTERN_WEIGHT = 0.8
ANSWER_WEIGHT = 0.4


def features_of(moment: Moment) -> dict[str, float]:
    """Everything the models see of one agent turn."""
    language = moment.heard.language
    found: dict[str, float] = {}
    _add(found, "t:", runs(masked(moment.heard), language, long=True), 1.0)
    answered: list[str] = []
    for answer in moment.answers[-2:]:
        answered += runs(masked(answer), language, long=False)
    _add(found, "p:", answered, ANSWER_WEIGHT)
    _ideas(found, moment)
    for name in _context(moment):
        found[f"x:{name}"] = CONTEXT_WEIGHT
    for match in matches(moment):
        found[f"r:{match.pattern.name}{'' if match.live else '~'}"] = PATTERN_WEIGHT
        found[f"rc:{match.pattern.code}{'' if match.live else '~'}"] = PATTERN_WEIGHT
    return found


def masked(heard: Heard) -> str:
    """The text with every amount as one sign and every other figure as 0."""
    parts: list[str] = []
    last = 0
    text = heard.text
    for amount in heard.amounts:
        parts += [_DIGITS.sub("0", text[last : amount.start]), "¥"]
        last = amount.end
    parts.append(_DIGITS.sub("0", text[last:]))
    return _SPACE.sub(" ", "".join(parts)).strip()


def _add(found: dict[str, float], prefix: str, runs: list[str], weight: float) -> None:
    names = {prefix + run for run in runs}
    if names:
        value = weight / sqrt(len(names))
        for name in names:
            found[name] = value


def runs(text: str, language: Language, long: bool) -> list[str]:
    """Runs of characters (Chinese) or words (English), the longer ones with `long`."""
    if language == "zh":
        text = text.replace(" ", ",")
        sizes = (1, 2, 3, 4) if long else (1, 2, 3)
        return [text[k : k + size] for size in sizes for k in range(len(text) - size + 1)]
    words = _WORD.findall(text)
    found = list(words)
    found += [f"{a} {b}" for a, b in pairwise(words)]
    if long:
        found += [f"{a} {b} {c}" for a, b, c in zip(words, words[1:], words[2:], strict=False)]
        for word in words:
            if len(word) > 4:
                found += [f"_{word[k : k + 4]}" for k in range(len(word) - 3)]
    return found


def _ideas(found: dict[str, float], moment: Moment) -> None:
    by_clause: dict[int, set[str]] = {}
    for hit, at, live in live_hits(moment.heard):
        name = hit.group if live else f"~{hit.group}"
        found[f"g:{name}"] = GROUP_WEIGHT
        by_clause.setdefault(at, set()).add(name)
    for at, names in by_clause.items():
        near = sorted(names)
        for k, one in enumerate(near):
            for other in near[k + 1 :]:
                found[f"gg:{_pair(one, other)}"] = PAIR_WEIGHT
        for one in near:
            for other in by_clause.get(at + 1, ()):
                found.setdefault(f"gn:{_pair(one, other)}", PAIR_WEIGHT * 0.6)
        if moment.conversation.audience == "third_party":
            for one in near:
                found[f"ug:{one}"] = GROUP_WEIGHT
    for answer in moment.answers:
        for hit in answer.hits:
            found[f"pg:{hit.group}"] = GROUP_WEIGHT * 0.6
    if moment.before is not None:
        for hit in moment.before.hits:
            found[f"ag:{hit.group}"] = GROUP_WEIGHT * 0.5


@cache
def _pair(one: str, other: str) -> str:
    return f"{one}+{other}" if one <= other else f"{other}+{one}"


def _context(moment: Moment) -> list[str]:
    talk = moment.conversation
    names = [f"to_{talk.audience}", f"by_{talk.channel}"]
    if talk.channel in WRITTEN:
        names.append("written")
    if moment.position == 0:
        names.append("opening")
    if len(talk.turns) == 1:
        names.append("alone")
    if not moment.answers and moment.position:
        names.append("unanswered")
    names += sorted(moment.state)
    offered = "route" in moment.state or moment.heard.says("hardship_route")
    if not offered and moment.state & {"hardship", "fact_hardship"}:
        names.append("hardship_no_route")
        if moment.heard.says("pay_ask"):
            names.append("hardship_pressed")
    if moment.state & {"stop", "fact_ceased"} and moment.heard.says("pay_ask", "repeat"):
        names.append("stop_pressed")
    if moment.heard.normal.evasions:
        names.append("evasive")
    names += fact_marks(moment)
    return names
