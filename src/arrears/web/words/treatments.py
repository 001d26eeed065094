"""
Tonight's step for an account in words: what was chosen, what it is worth, and what came second.

Comes in: a row of the plan. Goes out: one sentence with its numbers. An expectation is said to be one ("about").
"""

from __future__ import annotations

import re
from functools import cache

from arrears.decision.load import load_policy, shipped
from arrears.web.words.catalogue import Words
from arrears.web.words.labels import LABELS

_HEAD = re.compile("[:：（(]")


@cache
def _shipped_words() -> dict[str, tuple[str, str]]:
    """Treatment id to (Chinese, English) of every policy that comes with arrears."""
    return {one.id: (one.zh, one.en) for name in shipped() for one in load_policy(name).treatments}


def treatment(
    words: Words, treatment_id: str | None, channel: str | None = None, *, begins: bool = True, whole: bool = False
) -> str:
    """
    A treatment's name as the policy words it; one of a lender's own policy by its channel and id.

    `begins` is False inside a sentence; `whole` keeps what the policy explains after a colon or in brackets.
    """
    if treatment_id is None:
        return words.say("Nothing tonight")
    pair = _shipped_words().get(treatment_id)
    if pair is not None:
        name = words.pair(*pair) if whole else _HEAD.split(words.pair(*pair), maxsplit=1)[0].strip()
        return name[:1].upper() + name[1:] if begins else name
    plain = treatment_id.replace("_", " ")
    if channel and channel != "none" and channel in LABELS["channel"]:
        return words.pair(
            f"{words.say(LABELS['channel'][channel])}（{plain}）", f"{words.say(LABELS['channel'][channel])} ({plain})"
        )
    return plain


def why_chosen(
    words: Words,
    *,
    name: str,
    value_cents: float | None,
    second: str | None,
    second_value_cents: float | None,
    currency: str,
) -> str:
    """Why this step and not another."""
    if value_cents is None:
        return words.say("%(step)s was chosen tonight; its expected value is not on file.", step=name)
    value = words.money_round(value_cents, currency)
    if second is not None and second_value_cents is not None and second_value_cents > value_cents:
        # The plan pays for scarce effort: what would bring more here is left to those for whom it brings more still.
        return words.say(
            "%(step)s: expected to recover about %(value)s more than it costs. %(second)s would bring about "
            "%(second_value)s here, but there is not enough of it tonight, and it goes to cases where it brings more.",
            step=name,
            value=value,
            second=second[:1].upper() + second[1:],
            second_value=words.money_round(second_value_cents, currency),
        )
    if second is None or second_value_cents is None:
        return words.say(
            "%(step)s: expected to recover about %(value)s more than it costs. No other lawful step is worth its cost.",
            step=name,
            value=value,
        )
    return words.say(
        "%(step)s: expected to recover about %(value)s more than it costs; "
        "next best is %(second)s, about %(second_value)s.",
        step=name,
        value=value,
        second=second,
        second_value=words.money_round(second_value_cents, currency),
    )


def how_late(words: Words, days: int | None, bucket: str | None) -> str:
    """ "45 days late, M2"; unknown is said."""
    late = words.say("days late unknown") if days is None else words.say_n("%(n)s day late", "%(n)s days late", days)
    return late if bucket is None else words.pair(f"{late}，{bucket}", f"{late}, {bucket}")


def worth(words: Words, value_cents: float | None, currency: str, treatment_id: str | None = None) -> str:
    """ "about ¥261 after cost, ¥43 a minute": with what the queue is ordered by, where minutes are known."""
    if value_cents is None:
        return words.say("expected value not on file")
    told = words.say("about %(value)s after cost", value=words.money_round(value_cents, currency))
    minutes = _minutes().get(treatment_id or "", 0)
    if not minutes:
        return told
    each = words.say("%(value)s a minute", value=words.money_round(value_cents / minutes, currency))
    return words.pair(f"{told}，{each}", f"{told}, {each}")


@cache
def _minutes() -> dict[str, int]:
    """Treatment id to the minutes of people's time it takes, of every policy that comes with arrears."""
    from arrears.queue.from_plan import MINUTES  # with it comes the night's engine, which few pages need

    return {one.id: one.uses.get(MINUTES, 0) for name in shipped() for one in load_policy(name).treatments}
