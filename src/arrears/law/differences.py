"""
What changed in law between two days, and which proposed acts would be judged otherwise.

Comes in: a Law and two days. Goes out: provisions that began, ended or changed; or, for a column of acts, the rows
whose verdict differs. Never: decides which of the two days is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from arrears.law.columns import judge_columns
from arrears.law.load import Law
from arrears.law.provision import Provision


@dataclass(frozen=True, slots=True)
class Difference:
    """One provision that is not on the second day what it was on the first. `change`: began | ended | changed."""

    change: str
    before: Provision | None
    after: Provision | None

    @property
    def id(self) -> str:
        provision = self.after or self.before
        if provision is None:
            raise ValueError("a difference has a provision on one of its days")
        return provision.id


def differences(law: Law, first: date, second: date) -> list[Difference]:
    """Provisions by id, in order, that began, ended or changed between the two days; empty where none did."""
    before = {item.id: item for item in law.on(first)}
    after = {item.id: item for item in law.on(second)}
    found: list[Difference] = []
    for provision_id in sorted(before | after):
        old, new = before.get(provision_id), after.get(provision_id)
        if old is None:
            found.append(Difference("began", None, new))
        elif new is None:
            found.append(Difference("ended", old, None))
        elif old != new:
            found.append(Difference("changed", old, new))
    return found


def verdicts_that_differ(
    law: Law,
    acts: ir.Table,
    history: ir.Table,
    *,
    as_of: date,
    first: date,
    second: date,
    zones: Sequence[str] | None = None,
) -> ir.Table:
    """
    Acts judged by the law of `first` and by that of `second`, where the answer or the provision behind it differs:
    act_id, allowed_before, provision_before, allowed_after, provision_after.
    """
    sides = []
    for day, side in ((first, "before"), (second, "after")):
        verdicts = judge_columns(law.pinned_to(day), acts, history, as_of=as_of, zones=zones)
        sides.append(
            verdicts.select(
                **{"act_id": "act_id", f"allowed_{side}": "allowed", f"provision_{side}": "provision_id"},
            )
        )
    both = sides[0].inner_join(sides[1], "act_id")
    none = ibis.literal("")
    differs = (both.allowed_before != both.allowed_after) | (
        ibis.coalesce(both.provision_before, none) != ibis.coalesce(both.provision_after, none)
    )
    return both.filter(differs)
