"""
Check a certificate against the plan's own files, without the code that made it.

Reads:  the certificate; batches of choices.parquet (one row per person) and of plan.parquet (one row per account);
        what the policy says, where uses and limits are not to be taken from the certificate itself
Gives:  every way in which they disagree; none means that the bound, the value and the gap are what they say
Never:  imports the allocation, its prices or its arithmetic; reads a file itself.

What is checked: no capacity is exceeded; each person has one treatment that was allowed; the values of the chosen
treatments sum to the value; and the bound is at least what duality says for the stated prices, recomputed here row
by row in whole numbers:  bound = Σ price·limit + Σ over persons of max(0, value·65536 − Σ price·use).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

SCALE = 65536


def verify(
    certificate: Mapping[str, Any],
    choices: Iterable[pa.RecordBatch],
    plan: Iterable[pa.RecordBatch],
    *,
    policy: Mapping[str, Any] | None = None,
) -> list[str]:
    """What is wrong, in words; an empty list is a certificate that holds. `policy` is what `Policy.said` says."""
    wrong = _terms_differ(certificate, policy) if policy is not None else []
    if wrong:
        return wrong
    treatments = certificate["treatments"]
    price = {capacity["id"]: int(capacity["price"]) for capacity in certificate["capacities"]}
    for capacity in certificate["capacities"]:
        if price[capacity["id"]] < 0:
            wrong.append(f"the price of {capacity['id']} is below zero, so the bound bounds nothing")
        if capacity["limit"] is None and price[capacity["id"]] != 0:
            wrong.append(f"{capacity['id']} has no limit and yet a price")
    charge = [sum(price[name] * units for name, units in one["uses"].items()) for one in treatments]
    place = {one["id"]: t for t, one in enumerate(treatments)}
    counts = [0] * len(treatments)
    persons = worth = surplus = 0
    for batch in choices:
        persons += batch.num_rows
        values = [batch.column(f"value_{one['id']}").to_numpy(zero_copy_only=False) for one in treatments]
        best = np.zeros(batch.num_rows, dtype=np.int64)
        for value, cost in zip(values, charge, strict=True):
            np.maximum(best, value * SCALE - cost, out=best)
        surplus += (int((best >> 20).sum()) << 20) + int((best & ((1 << 20) - 1)).sum())
        taken = batch.column("treatment").fill_null("").to_numpy(zero_copy_only=False)
        unknown = set(taken) - set(place) - {""}
        wrong += [f"treatment {name} is in the choices and not in the certificate" for name in sorted(unknown)]
        for treatment, t in place.items():
            mine = values[t][taken == treatment]
            counts[t] += len(mine)
            worth += int(mine.sum())
            refused = int((mine <= certificate["not_allowed_value_cents"] // 2).sum())
            if refused:
                wrong.append(f"{refused} persons have {treatment}, which was not allowed for them")
    limits = {capacity["id"]: capacity["limit"] for capacity in certificate["capacities"]}
    bound = surplus + sum(price[name] * limit for name, limit in limits.items() if limit is not None)
    used = {
        name: sum(n * one["uses"].get(name, 0) for n, one in zip(counts, treatments, strict=True)) for name in limits
    }
    wrong += _differences(certificate, persons, worth, bound, counts, used)
    wrong += _plan_differences(plan, worth)
    return wrong


def _terms_differ(certificate: Mapping[str, Any], policy: Mapping[str, Any]) -> list[str]:
    """Where the certificate's treatments, their uses or the limits are not those of the policy."""
    uses = {name: {c: n for c, n in body.get("uses", {}).items() if n} for name, body in policy["treatment"].items()}
    limits = {
        name: None if body["per_day"] == "unlimited" else body["per_day"] for name, body in policy["capacity"].items()
    }
    said_uses = {one["id"]: {c: n for c, n in one["uses"].items() if n} for one in certificate["treatments"]}
    said_limits = {one["id"]: one["limit"] for one in certificate["capacities"]}
    wrong = []
    for what, said, right in (("treatment", said_uses, uses), ("capacity", said_limits, limits)):
        for name in sorted(said.keys() | right.keys()):
            if name not in said or name not in right:
                wrong.append(f"{what} {name} is in the {'policy' if name in right else 'certificate'} alone")
            elif said[name] != right[name]:
                wrong.append(f"{what} {name} has {said[name]} in the certificate and {right[name]} in the policy")
    if len(said_uses) != len(certificate["treatments"]) or len(said_limits) != len(certificate["capacities"]):
        wrong.append("a treatment or a capacity stands twice in the certificate")
    return wrong


def _differences(
    certificate: Mapping[str, Any], persons: int, worth: int, bound: int, counts: list[int], used: Mapping[str, int]
) -> list[str]:
    said = [("persons", persons), ("value_cents", worth), ("upper_bound", bound)]
    wrong = [f"{key} is {certificate[key]} and comes to {found}" for key, found in said if certificate[key] != found]
    for one, count in zip(certificate["treatments"], counts, strict=True):
        if one["chosen"] != count:
            wrong.append(f"{one['id']} is said to be chosen {one['chosen']} times and is {count} times")
    for capacity in certificate["capacities"]:
        found = used[capacity["id"]]
        if capacity["used"] != found:
            wrong.append(f"{capacity['id']} is said to be used {capacity['used']} times and is {found} times")
        if capacity["limit"] is not None and found > capacity["limit"]:
            wrong.append(f"{capacity['id']} is used {found} times, over its limit of {capacity['limit']}")
    if worth * SCALE > bound:
        wrong.append("the plan is worth more than its bound: the bound is none")
    gap = (bound - worth * SCALE) / SCALE
    if abs(gap - certificate["gap_cents"]) > max(1e-6, abs(gap) * 1e-9):
        wrong.append(f"gap_cents is {certificate['gap_cents']} and comes to {gap}")
    return wrong


def _plan_differences(plan: Iterable[pa.RecordBatch], worth: int) -> list[str]:
    """The plan adds up to the choices, and every row has a treatment or a reason, never both."""
    total = neither = 0
    for batch in plan:
        treated = batch.column("treatment").is_valid().to_numpy(zero_copy_only=False)
        reasoned = batch.column("reason").is_valid().to_numpy(zero_copy_only=False)
        neither += int((treated == reasoned).sum())
        value = batch.column("value_cents").fill_null(0).to_numpy(zero_copy_only=False)
        total += int(value.astype(np.int64).sum())
    wrong = [f"{neither} rows of the plan have both or neither of treatment and reason"] if neither else []
    if total != worth:
        wrong.append(f"the plan's accounts are worth {total} and its choices {worth}")
    return wrong
