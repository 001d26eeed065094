"""
The night: what each account of a book needs tomorrow, in the order in which it is worked out.

Reads:  a Snapshot, a Law, a Policy, AgeingRules, and what the day knows that the book does not
Gives:  a Night: every stage as a table, the plan, the queue, and the certificate
Never:  reads a clock or the book's files (`publish.py` does); settles on an engine.

The same inputs give the same rows. `keep` says where a stage is materialised; without one, on the engine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from arrears.ageing.from_book import age
from arrears.ageing.rules import AgeingRules
from arrears.book.table import TABLES, Snapshot
from arrears.book.vocabulary import KEYS
from arrears.decision.allocate.certificate import certificate_of
from arrears.decision.allocate.solve import Solution
from arrears.decision.from_segmentation import decide
from arrears.decision.law_mask import Keep
from arrears.decision.policy import Policy
from arrears.kernel.ids import derived_id
from arrears.kernel.problem import Problem, Unusable
from arrears.kernel.table import conform, nullable
from arrears.law.load import Law
from arrears.queue.from_plan import fill_queue
from arrears.segmentation.from_ageing import cases

Day = Mapping[str, pa.Table]
"""What `daytime.day_tables` gives: contact points, contacts, holds, payments of our own day, in the book's shapes."""

DAY_TABLES = ("contact_points", "contacts", "holds", "payments")
"""The tables of a Day that the night reads."""

ORDER = {"aged": "account_id", "choices": "lead_account_id", "plan": "account_id", "queue": "priority"}
"""The stages that a night keeps, each with the column it is sorted by."""


@dataclass(frozen=True)
class Night:
    """One night, decided."""

    night_id: str
    as_of: date
    aged: ir.Table
    plan: ir.Table
    choices: ir.Table
    queue: ir.Table
    solution: Solution

    @property
    def certificate(self) -> dict[str, Any]:
        return {"night_id": self.night_id, "as_of": self.as_of.isoformat(), **certificate_of(self.solution)}


def run_night(
    snapshot: Snapshot,
    law: Law,
    policy: Policy,
    ageing_rules: AgeingRules,
    *,
    day: Day | None = None,
    book_id: str = "",
    keep: Keep | None = None,
) -> Night:
    """The night of `snapshot.as_of`. Raises Unusable where the policy is in another currency than the book."""
    keep = keep or on_engine
    book = with_day(snapshot, day) if day else snapshot
    night_id = night_id_of(snapshot.as_of, book_id, law, policy, ageing_rules, day)
    refuse_another_currency(book, policy)
    zones = zones_of(book)
    ages = age(book, ageing_rules)
    aged = keep("aged", cases(paid_here(ages, snapshot, day["payments"]) if day and "payments" in day else ages, book))
    decided = decide(aged, book, law, policy, zones, keep)
    plan = keep("plan", decided.plan)
    queue = keep("queue", fill_queue(plan, decided.late, policy, law, zones, as_of=book.as_of, night_id=night_id))
    return Night(night_id, book.as_of, aged, plan, decided.choices, queue, decided.solution)


def on_engine(name: str, table: ir.Table) -> ir.Table:
    """Materialise a stage where its data is."""
    return table.cache()


def with_day(snapshot: Snapshot, day: Day) -> Snapshot:
    """
    The book with what our own day knows laid over it: contact points, contacts, holds and payments that the lender has
    not sent.

    A row whose key the book has is the book's. Payments join only a book that has payments: a tape's amounts
    already contain them by its own day, and later ones are taken off when the night is published.
    """
    tables = dict(snapshot.tables)
    absent = set(snapshot.absent)
    for name in ("contacts", "holds", "payments"):
        rows = day.get(name)
        if rows is None or rows.num_rows == 0 or (name == "payments" and name in snapshot.absent):
            continue
        ours, theirs = nullable(conform(ibis.memtable(rows), TABLES[name], name=name)), nullable(tables[name])
        tables[name] = theirs.union(ours.anti_join(theirs, list(KEYS[name])), distinct=False)
        absent.discard(name)
    points = day.get("contact_points")
    if points is not None and points.num_rows:
        ours = nullable(conform(ibis.memtable(points), TABLES["contact_points"], name="contact_points"))
        tables["contact_points"] = points_with_day(nullable(tables["contact_points"]), ours)
        absent.discard("contact_points")
    return replace(snapshot, tables=tables, absent=frozenset(absent))


def paid_here(aged: ir.Table, snapshot: Snapshot, received: pa.Table) -> ir.Table:
    """
    A lender's balance that is more than ours by what the day received, to the cent, and that the book does not list,
    has that reason. A payment that the book may list under another number explains nothing: somebody has to look.
    """
    if received.num_rows == 0 or "payments" in snapshot.absent:
        return aged
    ours = nullable(conform(ibis.memtable(received), TABLES["payments"], name="payments"))
    theirs = nullable(snapshot["payments"])
    news = ours.filter(ours.reversed_on.isnull(), ours.learned_on <= snapshot.as_of, ours.paid_on <= snapshot.as_of)
    news = news.anti_join(theirs, "payment_id").anti_join(theirs, ["account_id", "paid_on", "amount_cents"])
    here = news.group_by("account_id").agg(here_cents=news.amount_cents.sum().cast("int64"))
    joined = aged.left_join(here, "account_id").drop("account_id_right")
    explains = (joined.balance_reason == "unexplained") & (
        joined.lender_balance_cents - joined.outstanding_cents == joined.here_cents
    )
    reason = ibis.ifelse(explains.fill_null(False), ibis.literal("paid_here"), joined.balance_reason)
    return joined.mutate(balance_reason=reason).select(aged.columns)


def points_with_day(theirs: ir.Table, ours: ir.Table) -> ir.Table:
    """
    The book's contact points with those the day took down; one that the day found to be wrong stays wrong until the
    book has another value for it.
    """
    wrong = ours.filter(~ours.valid.fill_null(True))
    known = theirs.semi_join(wrong, ["contact_point_id", "value"]).mutate(valid=ibis.literal(False))
    rest = theirs.anti_join(wrong, ["contact_point_id", "value"])
    added = ours.anti_join(theirs, "contact_point_id")
    return rest.union(known.select(rest.columns), distinct=False).union(added.select(rest.columns), distinct=False)


def zones_of(snapshot: Snapshot) -> tuple[str, ...]:
    """The time zones in use that this machine's zone table knows, sorted."""
    known = available_timezones()
    found = snapshot["persons"].select("time_zone").distinct().to_pyarrow()["time_zone"].to_pylist()
    return tuple(sorted(zone for zone in found if zone in known))


def refuse_another_currency(snapshot: Snapshot, policy: Policy) -> None:
    """Values in two currencies do not compare, so capacity can't be shared between them."""
    accounts = snapshot["accounts"]
    found = accounts.group_by("currency").agg(n=ibis._.count()).order_by("currency").to_pyarrow().to_pydict()
    others = [
        f"{n} in {currency}"
        for currency, n in zip(found["currency"], found["n"], strict=True)
        if currency != policy.currency
    ]
    if others:
        raise Unusable(
            Problem(
                code="policy_in_another_currency",
                where=policy.policy_id,
                what=f"its amounts are in {policy.currency}, and the book has accounts {', '.join(others)}.",
                why="A cost in one currency can't be weighed against a recovery in another.",
                fix="Give a policy in the book's currency with --policy, and import one currency at a time.",
            )
        )


def night_id_of(as_of: date, book_id: str, law: Law, policy: Policy, rules: AgeingRules, day: Day | None) -> str:
    """The same inputs give the same id."""
    return derived_id("night", as_of, book_id, law.law_id, policy.policy_id, rules_id(rules), day_id(day), code_id())


def rules_id(rules: AgeingRules) -> str:
    """A name for everything the ageing rules say."""
    return derived_id("rules", _steady(rules))


def _steady(value: Any) -> str:
    """A text of frozen dataclasses, sets and mappings that does not depend on their order in memory."""
    if hasattr(value, "__dataclass_fields__"):
        return "{" + ",".join(f"{name}:{_steady(getattr(value, name))}" for name in value.__dataclass_fields__) + "}"
    if isinstance(value, frozenset | set):
        return "<" + ",".join(sorted(_steady(one) for one in value)) + ">"
    if isinstance(value, Mapping):
        return "(" + ",".join(f"{_steady(key)}={_steady(value[key])}" for key in sorted(value)) + ")"
    if isinstance(value, tuple | list):
        return "[" + ",".join(_steady(one) for one in value) + "]"
    return repr(value)


def day_id(day: Day | None) -> str:
    """A name for the rows that the day adds, whatever their order."""
    if not day or all(day[name].num_rows == 0 for name in day if name in DAY_TABLES):
        return "no day"
    digest = hashlib.sha256()
    for name in DAY_TABLES:
        if name in day:
            rows = sorted(repr(sorted(row.items())) for row in day[name].to_pylist())
            digest.update("\n".join([name, *rows]).encode())
    return f"day-{digest.hexdigest()[:16]}"


@cache
def code_id() -> str:
    """A name for the code and the data files that decide: the stages below and the night itself."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for stage in ("kernel", "law", "book", "ageing", "segmentation", "decision", "queue", "nightly"):
        for file in sorted((root / stage).rglob("*")):
            if file.suffix in (".py", ".toml"):
                digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes())
    return f"code-{digest.hexdigest()[:16]}"
