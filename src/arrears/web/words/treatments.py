"""
Tonight's step for an account in words: what was chosen, what it is worth, and what came second.

Comes in: a row of the plan. Goes out: one sentence with its numbers. An expectation is said to be one ("about").
"""

from __future__ import annotations

from arrears.web.words.catalogue import Words
from arrears.web.words.labels import LABELS


def treatment(words: Words, treatment_id: str | None, channel: str | None = None) -> str:
    """A treatment's name: from our list, else its channel's, else the policy's own word for it."""
    if treatment_id is None:
        return words.say("Nothing tonight")
    message = LABELS["treatment"].get(treatment_id)
    if message is not None:
        return words.say(message)
    if channel and channel != "none" and channel in LABELS["channel"]:
        return f"{words.say(LABELS['channel'][channel])} ({treatment_id})"
    return treatment_id.replace("_", " ")


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
    if second is None or second_value_cents is None:
        return words.say(
            "%(step)s is expected to recover about %(value)s more than it costs. No other lawful step is worth its cost.",
            step=name,
            value=value,
        )
    return words.say(
        "%(step)s is expected to recover about %(value)s more than it costs; next best is %(second)s, about %(second_value)s.",
        step=name,
        value=value,
        second=second,
        second_value=words.money_round(second_value_cents, currency),
    )


def how_late(words: Words, days: int | None, bucket: str | None) -> str:
    """ "45 days late, M2"; unknown is said."""
    late = words.say("days late unknown") if days is None else words.say_n("%(n)s day late", "%(n)s days late", days)
    return late if bucket is None else words.pair(f"{late}，{bucket}", f"{late}, {bucket}")
