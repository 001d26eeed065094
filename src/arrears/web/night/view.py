"""
What the night page says, from the files of the night and the state of its queue.

Comes in: summary.json and certificate.json as they were published, the store's row, words. Goes out: NightView, every
value ready to print; numbers for a chart stand in the table behind it. Never: adds up what the night did not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from arrears.decision.allocate.problem import PRICE_SCALE
from arrears.decision.load import load_policy, shipped
from arrears.store.pages import NightPage
from arrears.web.night.accounts_view import address_of
from arrears.web.queue.view import figures_of
from arrears.web.words.catalogue import Words, marked
from arrears.web.words.labels import label
from arrears.web.words.treatments import treatment


@dataclass(frozen=True, slots=True)
class BucketLine:
    """One bucket. `…_value` are the numbers a chart draws, `…href` where the accounts are listed."""

    name: str
    accounts: str
    accounts_value: int
    overdue: str
    overdue_value: int | None
    treated: str
    href: str
    treated_href: str


@dataclass(frozen=True, slots=True)
class TreatmentLine:
    """One treatment: how many get it, what it is expected to bring after cost, and what it costs."""

    name: str
    channel: str
    accounts: str
    value: str
    value_value: int
    cost: str
    href: str


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """Why accounts get nothing."""

    words: str
    provision: str | None
    accounts: str
    share: float
    share_words: str
    overdue: str
    href: str


@dataclass(frozen=True, slots=True)
class CapacityLine:
    """One capacity: used of its limit, and what one more unit would be worth, in words."""

    name: str
    used: str
    limit: str
    share: float | None
    price: str


@dataclass(frozen=True, slots=True)
class NightView:
    """The whole page."""

    figures: str
    night_id: str
    policy_id: str
    law_id: str
    replaces: str | None
    accounts: str
    persons: str
    overdue: str
    value: str
    cost: str
    work: tuple[tuple[str, str], ...]
    buckets: list[BucketLine]
    buckets_reading: str
    treatments: list[TreatmentLine]
    treatments_reading: str
    reasons: list[ReasonLine]
    reasons_reading: str
    capacities: list[CapacityLine]
    bound: str
    reached: str
    gap: str
    gap_words: str
    method: str
    told: list[str]
    """What the lender did not tell of this book, what was worked out instead, and where it tells another sum."""


def night_view(
    page: NightPage, summary: Mapping[str, Any], certificate: Mapping[str, Any], words: Words, at: datetime
) -> NightView:
    """The page at `at`."""
    currency = page.currency or "CNY"
    buckets = _buckets(summary["buckets"], words, currency)
    treatments = _treatments(summary["treatments"], words, currency)
    untreated = sum(row["accounts"] for row in summary["reasons"])
    reasons = _reasons(summary["reasons"], untreated, words, currency)
    value = sum(row["value_cents"] for row in summary["treatments"])
    cost = sum(row["cost_cents"] for row in summary["treatments"])
    bound = certificate["upper_bound"] / PRICE_SCALE
    return NightView(
        figures=figures_of(page.night, words, at) or "",
        night_id=page.night["night_id"],
        policy_id=page.night["policy_id"],
        law_id=page.night["law_id"],
        replaces=page.night["manifest"].get("replaces"),
        accounts=words.count(summary["accounts"]),
        persons=words.count(summary["persons_treated"]),
        overdue=_overdue(summary, words, currency),
        value=words.money_round(value, currency),
        cost=words.money_round(cost, currency),
        work=tuple(
            (words.say(name), words.count(page.work.get(status, 0)))
            for status, name in (
                ("waiting", marked("waiting")),
                ("claimed", marked("being worked")),
                ("done", marked("done")),
                ("withdrawn", marked("withdrawn")),
            )
        ),
        buckets=buckets,
        buckets_reading=_reading_of_buckets(summary, words, currency),
        treatments=treatments,
        treatments_reading=_reading_of_treatments(summary, value, cost, words, currency),
        reasons=reasons,
        reasons_reading=_reading_of_reasons(summary, untreated, reasons, words),
        capacities=[_capacity(row, words, currency) for row in certificate["capacities"]],
        bound=words.money_round(bound, currency),
        reached=words.money_round(certificate["value_cents"], currency),
        gap=_gap(certificate["gap_cents"], words, currency),
        gap_words=_gap_words(certificate, bound, words, currency),
        method=certificate["method"],
        told=_told(summary, words, currency),
    )


def _told(summary: Mapping[str, Any], words: Words, currency: str) -> list[str]:
    said = []
    if summary.get("absent"):
        tables = [label(words, "book_table", name) for name in summary["absent"]]
        said.append(words.say("The lender did not send: %(tables)s.", tables=words.pair("、", ", ").join(tables)))
    for name, how in summary.get("derived", {}).items():
        said.append(
            words.say(
                "Worked out, not told by the lender: %(name)s = %(how)s.",
                name=name,
                how=words.pair(how["zh"], how["en"]),
            )
        )
    if summary["overdue_unknown"]:
        n = words.count(summary["overdue_unknown"])
        said.append(words.say("Of %(n)s accounts the overdue amount is unknown; no sum counts them.", n=n))
    for row in summary.get("balances", ()):
        said.append(
            words.say(
                "On %(n)s accounts the lender's balance is another than ours, in all by %(more)s: %(why)s.",
                n=words.count(row["accounts"]),
                more=words.money_round(row["lender_balance_cents"] - row["outstanding_cents"], currency),
                why=label(words, "balance_reason", row["balance_reason"]),
            )
        )
    return said


def _buckets(rows: Sequence[Mapping[str, Any]], words: Words, currency: str) -> list[BucketLine]:
    return [
        BucketLine(
            name=row["bucket"] or words.unknown,
            accounts=words.count(row["accounts"]),
            accounts_value=row["accounts"],
            overdue=words.money_round(row["overdue_cents"], currency),
            overdue_value=None if row["overdue_cents"] is None else round(row["overdue_cents"] / 100),
            treated=words.count(row["treated"]),
            href=address_of({"bucket": row["bucket"]}),
            treated_href=address_of({"bucket": row["bucket"]}, treated=True),
        )
        for row in rows
    ]


def _treatments(rows: Sequence[Mapping[str, Any]], words: Words, currency: str) -> list[TreatmentLine]:
    return [
        TreatmentLine(
            name=treatment(words, row["treatment"], row["channel"]),
            channel=label(words, "channel", row["channel"]),
            accounts=words.count(row["accounts"]),
            value=words.money_round(row["value_cents"], currency),
            value_value=round(row["value_cents"] / 100),
            cost=words.money_round(row["cost_cents"], currency),
            href=address_of({"treatment": row["treatment"], "channel": row["channel"]}),
        )
        for row in sorted(rows, key=lambda row: -row["value_cents"])
    ]


def _reasons(rows: Sequence[Mapping[str, Any]], untreated: int, words: Words, currency: str) -> list[ReasonLine]:
    return [
        ReasonLine(
            words=words.reason(row["reason"]) if row["reason"] else words.unknown,
            provision=row["provision_id"],
            accounts=words.count(row["accounts"]),
            share=row["accounts"] / untreated,
            share_words=words.percent(row["accounts"] / untreated)
            if row["accounts"] / untreated >= 0.0005
            else words.say("less than %(share)s", share="0.1%"),
            overdue=words.money_round(row["overdue_cents"], currency),
            # A reason counts those alone who get no step.
            href=address_of({"treatment": None, "reason": row["reason"], "provision_id": row["provision_id"]}),
        )
        for row in sorted(rows, key=lambda row: -row["accounts"])
    ]


def _reading_of_buckets(summary: Mapping[str, Any], words: Words, currency: str) -> str:
    if any(row["overdue_cents"] is None for row in summary["buckets"]):
        unsaid = sum(row["accounts"] for row in summary["buckets"] if row["overdue_cents"] is None)
        return words.say(
            "The book does not say how much is overdue on %(late)s of %(all)s accounts.",
            late=words.count(unsaid),
            all=words.count(summary["accounts"]),
        )
    late = [row for row in summary["buckets"] if row["overdue_cents"]]
    total = sum(row["overdue_cents"] for row in late)
    if not total:
        return words.say("Nothing is overdue in this book.")
    most = max(late, key=lambda row: row["overdue_cents"])
    return words.say(
        "%(bucket)s holds the most overdue money, %(overdue)s: %(money)s of it in %(accounts)s of the accounts.",
        bucket=most["bucket"] or words.unknown,
        overdue=words.money_round(most["overdue_cents"], currency),
        money=words.percent(most["overdue_cents"] / total, 0),
        accounts=words.percent(most["accounts"] / max(1, summary["accounts"]), 0),
    )


def _overdue(summary: Mapping[str, Any], words: Words, currency: str) -> str:
    """The sum; where a bucket's is unknown, what is known of it is said to be the least."""
    known = words.money_round(summary["overdue_cents"], currency)
    if all(row["overdue_cents"] is not None for row in summary["buckets"]):
        return known
    return words.say("at least %(money)s", money=known) if summary["overdue_cents"] else words.unknown


def _reading_of_treatments(summary: Mapping[str, Any], value: int, cost: int, words: Words, currency: str) -> str:
    if not summary["treatments"]:
        return words.say("Nothing was worth doing tonight, or nothing was lawful.")
    return words.say(
        "%(persons)s people get a step tonight, expected to bring %(value)s after a cost of %(cost)s.",
        persons=words.count(summary["persons_treated"]),
        value=words.money_round(value, currency),
        cost=words.money_round(cost, currency),
    )


def _reading_of_reasons(summary: Mapping[str, Any], untreated: int, reasons: Sequence[ReasonLine], words: Words) -> str:
    if not reasons:
        return words.say("Every account gets a step tonight.")
    return words.say(
        "%(n)s of %(all)s accounts are left alone tonight; most often: %(reason)s.",
        n=words.count(untreated),
        all=words.count(summary["accounts"]),
        reason=reasons[0].words,
    )


@cache
def _capacity_words() -> dict[str, tuple[int, str, str]]:
    """Capacity to how many units people count as one, and its words, of every policy that comes with arrears."""
    return {one.name: (one.per, one.zh, one.en) for name in shipped() for one in load_policy(name).capacities}


def _capacity(row: Mapping[str, Any], words: Words, currency: str) -> CapacityLine:
    plain = row["id"].replace("_", " ")
    per, zh, en = _capacity_words().get(row["id"], (1, plain, plain))
    unit = words.pair(zh, en)
    worth = row["price"] * per / PRICE_SCALE
    if row["closed"]:
        price = words.say("There is none of it today, so nobody gets what needs it.")
    elif row["limit"] is None:
        price = words.say("It has no limit.")
    elif row["price"] == 0:
        price = words.say("There is enough of it: one more would bring nothing.")
    else:
        price = words.say(
            "One more (%(unit)s) would bring about %(worth)s more.",
            unit=unit,
            worth=_small_money(worth, words, currency),
        )
    return CapacityLine(
        name=unit,
        used=words.count(round(row["used"] / per, 1)),
        limit=words.say("no limit") if row["limit"] is None else words.count(round(row["limit"] / per, 1)),
        share=None if not row["limit"] else row["used"] / row["limit"],
        price=price,
    )


def _small_money(cents: float, words: Words, currency: str) -> str:
    """Cents where whole units would hide the amount."""
    return words.money_round(cents, currency) if cents >= 10_000 else words.money(round(cents), currency)


def _gap_words(certificate: Mapping[str, Any], bound: float, words: Words, currency: str) -> str:
    """What the certificate proves, in one sentence."""
    if certificate["gap_cents"] <= 0:
        return words.say("No other plan under the same law and capacity could be worth more than this one.")
    return words.say(
        "No plan under the same law and capacity could be worth more than %(bound)s, "
        "so at most %(gap)s (%(share)s) is left on the table.",
        bound=words.money_round(bound, currency),
        gap=_gap(certificate["gap_cents"], words, currency),
        share=_share_words(certificate["relative_gap"], words),
    )


def _gap(cents: float, words: Words, currency: str) -> str:
    """A gap that is there is never shown as none."""
    if 0 < cents < 1:
        return words.say("less than %(share)s", share=words.money(1, currency))
    return words.money(round(cents), currency)


def _share_words(share: float, words: Words) -> str:
    return words.percent(share, 4) if share >= 5e-7 else words.say("less than %(share)s", share="0.0001%")
