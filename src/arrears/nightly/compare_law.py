"""
Which accounts of a book would be decided differently by the law of another day.

Reads:  a Snapshot, a Law and two of its days, a Policy, AgeingRules
Gives:  Compared: the acts that one day's law allows and the other's does not (or for another reason), and the plans
        that differ, each one row per account (and channel)
Never:  publishes anything, or says which of the two days is right. Book, policy and rules are the same on both sides,
        so whatever differs is the law's doing: directly, or because the night's capacity then went elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from arrears.ageing.rules import AgeingRules
from arrears.book.table import Snapshot
from arrears.decision.law_mask import acts_of
from arrears.decision.policy import CHANNELS, Policy
from arrears.law.differences import verdicts_that_differ
from arrears.law.load import Law
from arrears.nightly.run import run_night, zones_of

SAID = ("treatment", "channel", "reason", "provision_id")


@dataclass(frozen=True, slots=True)
class Compared:
    """`accounts` is how many the book has."""

    accounts: int
    acts: pa.Table
    """account_id, channel, allowed_before, provision_before, allowed_after, provision_after; sorted."""
    plans: pa.Table
    """account_id, and treatment, channel, reason, provision_id of each side (`…_before`, `…_after`); sorted."""

    @property
    def account_ids(self) -> list[str]:
        """Every account of either table, once, in order."""
        return sorted({*self.acts["account_id"].to_pylist(), *self.plans["account_id"].to_pylist()})


def compare_law(
    con: Any, snapshot: Snapshot, law: Law, policy: Policy, rules: AgeingRules, first: date, second: date
) -> Compared:
    """The night of `snapshot` under the law of `first` and under that of `second`, side by side, on `con`."""
    kept: dict[str, ir.Table] = {}

    def on(side: str) -> ir.Table:
        def keep(name: str, table: ir.Table) -> ir.Table:
            kept[name] = con.create_table(f"{side}_{name}", table, temp=True)
            return kept[name]

        return run_night(snapshot, law.pinned_to(first if side == "before" else second), policy, rules, keep=keep).plan

    before, after = on("before"), on("after")
    acts = [
        verdicts_that_differ(
            law,
            acts_of(kept["late"], channel),
            kept["history"],
            as_of=snapshot.as_of,
            first=first,
            second=second,
            zones=zones_of(snapshot),
        )
        .to_pyarrow()
        .rename_columns({"act_id": "account_id"})
        for channel in policy.channels
        if CHANNELS[channel]
    ]
    named = [
        table.add_column(1, "channel", pa.array([channel] * len(table), pa.string()))
        for channel, table in zip([each for each in policy.channels if CHANNELS[each]], acts, strict=True)
    ]
    return Compared(
        accounts=int(before.count().execute()),
        acts=pa.concat_tables(named).sort_by([("account_id", "ascending"), ("channel", "ascending")]),
        plans=_plans_that_differ(before, after).to_pyarrow(),
    )


def _plans_that_differ(before: ir.Table, after: ir.Table) -> ir.Table:
    """Accounts whose treatment, channel, reason or provision is not the same on both sides."""
    sides = [
        plan.select("account_id", **{f"{name}_{side}": name for name in SAID})
        for plan, side in ((before, "before"), (after, "after"))
    ]
    both = sides[0].inner_join(sides[1], "account_id")
    same = [both[f"{name}_before"].fill_null("") == both[f"{name}_after"].fill_null("") for name in SAID]
    whole = same[0]
    for each in same[1:]:
        whole = whole & each
    return both.filter(~whole).order_by("account_id")
