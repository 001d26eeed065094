"""
Offers and values account by account, in the plainest words: what the columns of decision must agree with.

Reads:  one late account as a dictionary, a treatment and the policy
Gives:  whether it fits and the ladder has reached it; what it is worth in cents
Never:  is used at night
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from arrears.decision.allocate.problem import MAX_VALUE
from arrears.decision.eligible import SECONDS_A_DAY
from arrears.decision.policy import ATTEMPT_CHANNELS, CHANNELS, Policy, Treatment
from arrears.decision.value import COUNT_COLUMNS


def one_offer(row: Mapping[str, Any], treatment: Treatment, policy: Policy, as_of: date) -> tuple[bool, bool]:
    """(fits, open) for one late account: the obvious version. `points` are the kinds of contact point on file."""
    fits = (
        row["stage"] in treatment.stages
        and row["overdue_cents"] >= treatment.overdue_at_least_cents
        and (not treatment.buckets or row["bucket"] in treatment.buckets)
        and (not treatment.segments or row["segment"] in treatment.segments)
        and (not treatment.products or row["product"] in treatment.products)
        and treatment.vulnerable in (None, row["vulnerable"])
        and treatment.talked_before in (None, row["answered_before"] == "yes")
        and (treatment.reachable is None or treatment.reachable == bool(row["points"]))
        and not (treatment.for_decision and row.get("decided", False))
    )
    step = policy.ladder[treatment.step]
    today = as_of.toordinal() - date(1970, 1, 1).toordinal()

    def since(column: str) -> int:
        return int(today - (row[column] + row["offset_seconds"]) // SECONDS_A_DAY)

    possible: dict[str, int] = {}
    for other in policy.treatments:
        if other.step < treatment.step and CHANNELS[other.channel] in row["points"]:
            possible[other.channel] = max(possible.get(other.channel, 0), policy.ladder[other.step].at_most)
    needed = min(step.needs_attempts, sum(possible.values()))
    waited = row["attempts"] >= needed and since("last_second") >= step.wait_days
    if treatment.channel in ATTEMPT_CHANNELS:
        waited = (
            waited
            and since(f"last_{treatment.channel}_second") >= step.again_after_days
            and row[f"attempts_{treatment.channel}"] < step.at_most
        )
    return fits, waited


def one_value(row: Mapping[str, Any], treatment: Treatment, policy: Policy) -> int:
    """The value of one treatment for a person with one account: the obvious version."""
    amount = float(min(row["overdue_cents"], MAX_VALUE))
    value = amount * (treatment.recovery.share_ppm.get(row["stage"], 0) / 1_000_000)
    for fact, words in treatment.recovery.by_word.items():
        value *= words[row[fact]] / 1000 if row[fact] in words else 1.0
    for fact, permille in treatment.recovery.by_count.items():
        value *= permille[min(row[COUNT_COLUMNS[fact]], len(permille) - 1)] / 1000
    of, recent = policy.harm, row["attempts_7d"]
    complaint = treatment.complaint_ppm * of.complaint_cost_cents / 1_000_000
    complaints = of.attempts_7d_permille[min(recent, len(of.attempts_7d_permille) - 1)] / 1000 * complaint
    fatigue = float(recent + 1) * float(treatment.fatigue_cents)
    harmed = (complaints + fatigue) * (of.vulnerable_permille / 1000 if row["vulnerable"] else 1.0)
    return int(math.floor(value + 0.5) - treatment.cost_cents - math.floor(harmed + 0.5))
