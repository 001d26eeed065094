"""
What is owed and how it is made up, account by account.

Comes in: rows of the store. Goes out: Account, ready to print. Never: fills a gap; what the book does not contain is
said in words, and an amount nobody knows is never zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from arrears.store.pages import CasePage, Row
from arrears.web.words.catalogue import Words
from arrears.web.words.labels import label
from arrears.web.words.treatments import treatment, why_chosen

COMPONENTS = ("principal", "interest", "fee", "penalty")


@dataclass(frozen=True, slots=True)
class Instalment:
    """One line of the schedule. `state` is paid | unpaid | ahead | unknown, in words beside it."""

    no: int
    due: str
    parts: tuple[str, ...]
    total: str
    state: str
    state_words: str


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment. `news` marks one received in the workspace, after the book."""

    on: str
    amount: str
    note: str
    news: bool


@dataclass(frozen=True, slots=True)
class Account:
    """One loan."""

    account_id: str
    product: str
    status: str
    is_lead: bool
    overdue: str
    outstanding: str
    parts: tuple[tuple[str, str], ...]
    parts_missing: bool
    late: tuple[tuple[str, str], ...]
    how_counted: str
    terms: tuple[tuple[str, str], ...]
    pauses: tuple[str, ...]
    instalments: tuple[Instalment, ...]
    instalments_before: int
    instalments_after: int
    has_schedule: bool
    payments: tuple[Paid, ...]
    why: str | None
    """Tonight's step for this account and why; None where the night has no row for it."""


def accounts_of(page: CasePage, words: Words) -> list[Account]:
    """The person's accounts, the one that leads first, then by what is overdue."""
    schedule, paid, paused, planned = (
        _by_account(rows) for rows in (page.instalments, page.payments, page.pauses, page.plan)
    )
    lead = page.item["lead_account_id"]
    ordered = sorted(page.accounts, key=lambda row: row["account_id"] != lead)
    return [_account(row, words, row["account_id"] == lead, schedule, paid, paused, planned) for row in ordered]


def _by_account(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["account_id"]].append(row)
    return found


def _account(
    row: Row,
    words: Words,
    is_lead: bool,
    schedule: dict[str, list[Row]],
    paid: dict[str, list[Row]],
    paused: dict[str, list[Row]],
    planned: dict[str, list[Row]],
) -> Account:
    account_id, currency = row["account_id"], row["currency"]
    parts = [(label(words, "component", part), row[f"overdue_{part}_cents"]) for part in COMPONENTS]
    lines = schedule.get(account_id, [])
    shown, before, after = _near(lines, row["oldest_unpaid_due_on"], row["as_of"])
    return Account(
        account_id=account_id,
        product=label(words, "product", row["product"]),
        status=label(words, "loan_status", row["loan_status"]),
        is_lead=is_lead,
        overdue=words.money(row["overdue_cents"], currency),
        outstanding=words.money(row["outstanding_cents"], currency),
        parts=tuple((name, words.money(cents, currency)) for name, cents in parts if cents is not None),
        parts_missing=all(cents is None for _, cents in parts),
        late=_late(row, words),
        how_counted=label(words, "age_source", row["age_source"]),
        terms=_terms(row, words, received_here(paid.get(account_id, []))),
        pauses=tuple(_pause(each, words) for each in paused.get(account_id, [])),
        instalments=tuple(_instalment(each, row, words) for each in shown),
        instalments_before=before,
        instalments_after=after,
        has_schedule=bool(lines),
        payments=tuple(_payment(each, words) for each in paid.get(account_id, [])[:12]),
        why=_why(planned.get(account_id, []), words),
    )


def _late(row: Row, words: Words) -> tuple[tuple[str, str], ...]:
    """The numbers of lateness kept apart: raw, and what counts after grace and pauses."""
    said = [
        (words.say("Oldest unpaid"), words.day(row["oldest_unpaid_due_on"])),
        (words.say("Days past due"), words.count(row["days_past_due"])),
        (words.say("After grace and pauses"), words.count(row["delinquent_days"])),
    ]
    if row["bucket"] is not None:
        said.append((words.say("Bucket"), row["bucket"]))
    if row["risk_class"] is not None:
        said.append((words.say("Risk class"), label(words, "risk_class", row["risk_class"])))
    return tuple(said)


def _terms(row: Row, words: Words, here: int) -> tuple[tuple[str, str], ...]:
    """What the contract says, as far as the book tells."""
    known = [(words.say("Status"), label(words, "loan_status", row["loan_status"]))]
    if row["opened_on"] is not None:
        known.append((words.say("Opened"), words.day(row["opened_on"])))
    if row["matures_on"] is not None:
        known.append((words.say("Matures"), words.day(row["matures_on"])))
    if row["annual_rate_bps"] is not None:
        known.append((words.say("Yearly rate"), words.percent(row["annual_rate_bps"] / 10_000, 2)))
    if row["installment_cents"] is not None:
        known.append((words.say("Usual instalment"), words.money(row["installment_cents"], row["currency"])))
    if row["limit_cents"] is not None:
        known.append((words.say("Limit"), words.money(row["limit_cents"], row["currency"])))
    return (*known, *_lenders_balance(row, words, here))


def received_here(payments: Sequence[Row]) -> int:
    """What the day received of an account, of the payments that are on file."""
    return sum(row["amount_cents"] for row in payments if row["source"] == "day" and row["reversed_on"] is None)


def _lenders_balance(row: Row, words: Words, here: int) -> list[tuple[str, str]]:
    """
    What the lender says is owed, beside ours; where the sums differ, by how much and why: the night's reason, or since
    then a payment that was received here.
    """
    theirs, ours, currency = row["lender_balance_cents"], row["outstanding_cents"], row["currency"]
    if theirs is None:
        return []
    said = [(words.say("Lender's balance, %(day)s", day=words.day(row["as_of"])), words.money(theirs, currency))]
    reason = row["balance_reason"] or ("paid_here" if here and theirs - ours == here else None)
    if reason is not None:
        why = label(words, "balance_reason", reason)
        more = words.say("%(money)s: %(why)s", money=words.money(theirs - ours, currency), why=why)
        said.append((words.say("Lender's balance less ours"), more))
    return said


def _pause(row: Row, words: Words) -> str:
    return words.say(
        "%(kind)s, %(first)s to %(last)s",
        kind=label(words, "pause", row["reason"]),
        first=words.day(row["start_on"]),
        last=words.day(row["end_on"]),
    )


def _near(lines: list[Row], oldest: date | None, as_of: date) -> tuple[list[Row], int, int]:
    """The lines around today: one paid before the oldest unpaid, all that are due, two ahead; and how many are cut."""
    if len(lines) <= 8:
        return lines, 0, 0
    first = next((place for place, line in enumerate(lines) if oldest is None or line["due_on"] >= oldest), 0)
    due = sum(line["due_on"] <= as_of for line in lines)
    start, stop = max(0, min(first, due) - 1), min(len(lines), due + 2)
    start = max(start, stop - 14)
    return lines[start:stop], start, len(lines) - stop


def _instalment(line: Row, row: Row, words: Words) -> Instalment:
    cents = [line[f"{part}_cents"] for part in COMPONENTS]
    oldest = row["oldest_unpaid_due_on"]
    if line["due_on"] > row["as_of"]:
        state, said = "ahead", words.say("not due yet")
    elif row["age_source"] != "schedule":
        state, said = "unknown", words.say("the book does not say")
    elif oldest is None or line["due_on"] < oldest:
        state, said = "paid", words.say("paid")
    else:
        state, said = "unpaid", words.say("not fully paid")
    return Instalment(
        no=line["instalment_no"],
        due=words.day(line["due_on"]),
        parts=tuple(words.money(each, row["currency"]) for each in cents),
        total=words.money(sum(cents), row["currency"]),
        state=state,
        state_words=said,
    )


def _payment(row: Row, words: Words) -> Paid:
    notes = []
    if row["reversed_on"] is not None:
        notes.append(words.say("reversed on %(day)s: never made", day=words.day(row["reversed_on"])))
    if row["designation"] is not None:
        notes.append(words.say("meant for: %(part)s", part=label(words, "component", row["designation"])))
    if row["source"] == "day":
        notes.append(words.say("received in the workspace"))
    return Paid(
        on=words.day(row["paid_on"]),
        amount=words.money(row["amount_cents"], row["currency"]),
        note=words.pair("；", "; ").join(notes),
        news=row["source"] == "day",
    )


def _why(rows: list[Row], words: Words) -> str | None:
    if not rows:
        return None
    row = rows[0]
    if row["treatment"] is None:
        return words.reason(row["reason"]) if row["reason"] else words.say("Nothing tonight")
    second = row["second_treatment"]
    return why_chosen(
        words,
        name=treatment(words, row["treatment"], row["channel"]),
        value_cents=row["value_cents"],
        second=treatment(words, second, begins=False) if second else None,
        second_value_cents=row["second_value_cents"],
        currency=row["currency"],
    )
