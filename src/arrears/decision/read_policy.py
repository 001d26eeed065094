"""
Reading a policy's TOML: every key known, every number whole and in range, every fault with its line and what to do.

Comes in: parsed TOML and the text it came from. Goes out: plain values, or Problems collected in the Reader.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date
from typing import Any

from arrears.kernel.problem import Problem, Unusable
from arrears.law.read_fields import Source

WHY = "A policy decides who is contacted, so nothing in it is guessed or skipped."
FACTS_BY_WORD = {
    "segment": ("white_collar", "retired_public", "business_owner", "worker", "other", "unknown"),
    "answered_before": ("yes", "no", "unknown"),
    "payday_near": ("yes", "no", "unknown"),
    "product": ("credit_card", "consumer_loan", "micro_loan", "auto_loan", "study_loan", "other"),
}
FACTS_BY_COUNT = ("attempts_7d", "attempts_30d")
"""What a scorecard may look at, besides the stage and the overdue amount."""
FORBIDDEN_FACTS = frozenset(
    {
        *("sex", "gender", "age", "birth_on", "birth_date", "marriage", "marital_status", "education"),
        *("ethnicity", "ethnic_group", "religion", "nationality", "province", "name", "language", "id_number"),
    }
)
"""What must never decide how a person is treated, and what stands in for it."""
THIRD_PARTY_KEYS = ("recipient", "recipients", "recipient_role", "recipient_roles", "to", "others", "third_party")
MONEY_KEYS = (
    *("cost_cents", "complaint_cost_cents", "fatigue_cents", "overdue_at_least_cents"),
    *("minimum_instalment_cents", "court_cost_cents"),
)


class PolicyRefused(Unusable):
    """The policy can't be used. The message is the first fault; `problems` are all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems[0])
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def refused(where: str, code: str, what: str, fix: str) -> PolicyRefused:
    return PolicyRefused([Problem(code=code, where=where, what=what, why=WHY, fix=fix)])


class Reader:
    """Reads one policy and remembers what is wrong with it."""

    def __init__(self, where: str, text: str, own_lines: int) -> None:
        self.source = Source(where, text)
        self.own_lines = own_lines

    def complain(self, code: str, what: str, fix: str, key: str | None) -> None:
        line = self.source.line_of(key)
        self.source.problems.append(
            Problem(
                code=code,
                where=self.source.where,
                row=line if line <= self.own_lines else None,
                what=what,
                why=WHY,
                fix=fix,
            )
        )

    def stop_if_wrong(self) -> None:
        if self.source.problems:
            raise PolicyRefused(self.source.problems)

    def known(self, body: Mapping[str, Any], keys: tuple[str, ...], place: str) -> None:
        for key in body:
            if key not in keys:
                self.complain("unknown_key", f"{key!r} is no part of {place}.", f"Use: {', '.join(keys)}.", key)

    def table(self, body: Mapping[str, Any], key: str) -> dict[str, Any]:
        found = body.get(key)
        if isinstance(found, dict):
            return found
        self.complain("no_table", f"[{key}] is missing.", f"Add [{key}]; the shipped default shows its form.", key)
        return {}

    def tables(self, body: Mapping[str, Any], key: str) -> dict[str, dict[str, Any]]:
        return {name: inner for name, inner in self.table(body, key).items() if isinstance(inner, dict)}

    def whole(self, body: Mapping[str, Any], key: str, least: int, most: int) -> int:
        value = body.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.complain("wrong_number", f"{key} is {value!r}.", f"Write a whole number from {least} to {most}.", key)
        return least

    def word(self, body: Mapping[str, Any], key: str) -> str:
        value = body.get(key)
        if isinstance(value, str) and value.strip():
            return value
        self.complain("no_words", f"{key} is {value!r}.", "Write a text.", key)
        return ""

    def words(self, body: Mapping[str, Any], key: str, *, required: bool = False) -> tuple[str, ...]:
        value = body.get(key, [])
        if isinstance(value, list) and all(isinstance(word, str) for word in value) and (value or not required):
            return tuple(value)
        self.complain("wrong_words", f"{key} is {value!r}.", 'Write a list of words such as ["growth"].', key)
        return ()

    def choice(self, body: Mapping[str, Any], key: str, choices: tuple[str, ...]) -> str:
        value = body.get(key)
        if value in choices:
            return str(value)
        self.complain("wrong_choice", f"{key} is {value!r}.", f"Use one of: {', '.join(choices)}.", key)
        return choices[-1]

    def maybe(self, body: Mapping[str, Any], key: str) -> bool | None:
        value = body.get(key)
        if value is None or isinstance(value, bool):
            return value
        self.complain("wrong_choice", f"{key} is {value!r}.", "Write true or false, or leave it out.", key)
        return None

    def day(self, body: Mapping[str, Any], key: str) -> date:
        value = body.get(key)
        if isinstance(value, date):
            return value
        self.complain("no_day", f"{key} is {value!r}.", "Write a day such as 2026-11-01, without quotes.", key)
        return date(1970, 1, 1)

    def counts(self, body: Mapping[str, Any], key: str) -> tuple[int, ...]:
        value = body.get(key)
        if isinstance(value, list) and value and all(isinstance(n, int) and 0 <= n <= 10**6 for n in value):
            return tuple(value)
        self.complain(
            "wrong_list", f"{key} is {value!r}.", "Write a list of whole numbers, for 0, 1, 2 … attempts.", key
        )
        return (1000,)

    def basis(self, body: Mapping[str, Any], place: str) -> None:
        """A number says where it comes from: nobody's measurement is a prior, and says so."""
        if body.get("basis") not in ("prior", "measured"):
            self.complain(
                "no_basis",
                f"[{place}] has basis {body.get('basis')!r}.",
                'Write basis = "prior" for a judgement, or "measured" with its source.',
                place,
            )
        elif body["basis"] == "measured" and not body.get("source"):
            self.complain("no_source", f"[{place}] is measured and names no source.", 'Write source = "…".', place)

    def factors(self, body: Any, place: str) -> tuple[dict[str, dict[str, int]], dict[str, tuple[int, ...]]]:
        """The factors of a scorecard: each by a fact that may decide."""
        by_word: dict[str, dict[str, int]] = {}
        by_count: dict[str, tuple[int, ...]] = {}
        for fact, given in (body if isinstance(body, dict) else {}).items():
            if fact in FORBIDDEN_FACTS:
                self.complain(
                    "forbidden_fact",
                    f"[{place}] looks at {fact}.",
                    "Remove it: sex, age, marriage, education, ethnicity and what stands in for them never decide.",
                    fact,
                )
            elif fact in FACTS_BY_COUNT:
                by_count[fact] = self.counts(body, fact)
            elif fact in FACTS_BY_WORD and isinstance(given, dict):
                self.known(given, FACTS_BY_WORD[fact], f"{place}, {fact}")
                by_word[fact] = {word: self.whole(given, word, 0, 10**6) for word in given}
            else:
                known = ", ".join((*FACTS_BY_WORD, *FACTS_BY_COUNT))
                self.complain("unknown_fact", f"[{place}] looks at {fact}.", f"Use: {known}.", fact)
        return by_word, by_count

    def third_parties(self, name: str, body: Mapping[str, Any]) -> None:
        """Treatments go to the borrower. Nothing here presses anybody through others."""
        for key in THIRD_PARTY_KEYS:
            if key in body and body[key] not in ("borrower", ["borrower"]):
                self.complain(
                    "third_party_treatment",
                    f"{name} is addressed to {body[key]!r}.",
                    "Remove it: a treatment reaches the borrower alone; nobody is pressed through others.",
                    key,
                )


def merged(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with what `over` says in its place, table by table."""
    out = dict(base)
    for key, value in over.items():
        inner = out.get(key)
        out[key] = merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return out


def scaled(base: dict[str, Any], scale: Mapping[str, Any] | None, where: str) -> dict[str, Any]:
    """`base` with every amount of money times `times` over `over`, halves rounded up."""
    if scale is None:
        return base
    times, over = scale.get("times"), scale.get("over")
    if not isinstance(times, int) or not isinstance(over, int) or times < 1 or over < 1:
        raise refused(
            where, "wrong_scale", f"money_scale is {dict(scale)}.", "Write times and over, whole and above 0."
        )

    def walk(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {
            key: (2 * inner * times + over) // (2 * over)
            if key in MONEY_KEYS and isinstance(inner, int)
            else walk(inner)
            for key, inner in value.items()
        }

    out: dict[str, Any] = walk(copy.deepcopy(base))
    return out
