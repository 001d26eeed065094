"""
Take in a payment the moment it is known, and withdraw the work it makes needless.

Reads:  the store
Gives:  PaymentReceived
Never:  takes one payment twice, or leaves a paid case in a queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from arrears.ageing.rules import COMPONENTS, AgeingRules
from arrears.daytime.allowed import must_be_allowed
from arrears.daytime.explain import explained, must_say_why
from arrears.daytime.gather import local_day_of
from arrears.daytime.keep_plan import follow_plan
from arrears.daytime.place_hold import withdrawn_facts
from arrears.daytime.take_promise import known_account
from arrears.daytime.transaction import in_one_transaction, must_be_aware, unusable
from arrears.kernel.fact import Fact, Json
from arrears.kernel.money import decimal_text, together
from arrears.kernel.reasons import Reason
from arrears.outcome.split_payment import split
from arrears.store import contact, outcome, queue
from arrears.store.contact import Person
from arrears.store.evidence import About, append
from arrears.store.open import Store

# A payment's own clock may run a little ahead of ours; more than this is a wrong date.
CLOCKS_DIFFER_SECONDS = 300


@dataclass(frozen=True, slots=True)
class PaymentReceived:
    """Amounts in minor units. `split` is what came off each overdue component; `overdue_cents` None is unknown."""

    payment_id: str
    account_id: str
    new: bool
    amount_cents: int
    split: Mapping[str, int]
    overdue_cents: int | None
    outstanding_cents: int
    withdrawn: tuple[str, ...]


def receive_payment(
    store: Store,
    *,
    payment_id: str,
    account_id: str,
    amount_cents: int,
    currency: str,
    paid_at: datetime,
    at: datetime,
    by: str,
    channel: str | None = None,
    designation: str | None = None,
) -> PaymentReceived:
    """
    Idempotent by `payment_id`: the same payment again changes nothing. When nothing of the person's is overdue any
    more, queued and claimed work is withdrawn in the same transaction. Money pays the components in the order of the
    ageing rules that the night of the account's figures was decided by.

    Raises Unusable `payment_not_positive`, `payment_for_unknown_account`, `payment_in_other_currency`,
    `payment_in_the_future`, `payment_differs` (the same id with another content), `designation_unknown`,
    `not_for_role`.
    """
    must_be_aware(at)
    _check(payment_id, amount_cents, must_be_aware(paid_at), at, designation)

    def work(connection: Connection) -> PaymentReceived:
        must_be_allowed(connection, by, "payment.record")
        account = known_account(connection, account_id)
        zone_of = _borrower(connection, account)
        account = known_account(connection, account_id, lock=True)
        if account["currency"] != currency:
            raise unusable(
                "payment_in_other_currency",
                f"payment {payment_id!r}",
                f"it is in {currency}, and account {account_id!r} is in {account['currency']}.",
                "Amounts of two currencies never add.",
                "Convert it before it is booked, or name the right account.",
            )
        known = outcome.payment_with_id(connection, payment_id)
        if known is not None:
            _must_be_the_same(known, account_id, amount_cents, currency)
            return _received(known, account, False, ())
        rules = rules_of(connection, account)
        shares = split(
            amount_cents,
            overdue_parts(account),
            product=account["product"],
            days_past_due=account["days_past_due"],
            designation=designation,
            rules=rules,
        )
        row = {
            "payment_id": payment_id,
            "account_id": account_id,
            "paid_on": local_day_of(zone_of, paid_at) or paid_at.date(),
            "learned_on": local_day_of(zone_of, at) or at.date(),
            "amount_cents": amount_cents,
            "currency": currency,
            "designation": designation,
            "source": "day",
            "paid_at": paid_at,
            "received_at": at,
            "channel": channel,
            "split": dict(shares.taken),
        }
        outcome.add_payment(connection, row)
        now = figures_after(account, shares.taken, amount_cents, rules)
        outcome.set_account(connection, account_id, now)
        body: dict[str, Json] = {
            "payment_id": payment_id,
            "account_id": account_id,
            "amount_cents": amount_cents,
            "currency": currency,
            "paid_at": paid_at.isoformat(),
            "overdue_cents": now["overdue_cents"],
            "by": by,
        }
        followed = follow_plan(connection, account_id, by=by, at=at)
        withdrawn, facts = _refresh_work(connection, account["person_id"], at)
        append(connection, [About(payment_id, Fact("payment_received", at, body)), *followed, *facts])
        return _received(row, {**account, **now}, True, withdrawn)

    return in_one_transaction(store, work)


def reverse_payment(store: Store, payment_id: str, *, at: datetime, by: str, why: str) -> PaymentReceived:
    """
    The payment was never made: what it took off is owed again. Reversing it twice changes nothing. Raises Unusable
    `payment_unknown`, `payment_of_the_book` for one that only the lender's book knows, `why_missing`, `not_for_role`.
    """
    must_be_aware(at)
    words = must_say_why(why, f"payment {payment_id!r}", "reversing it")

    def work(connection: Connection) -> PaymentReceived:
        must_be_allowed(connection, by, "payment.reverse")
        seen = _payment(connection, payment_id)
        account = known_account(connection, seen["account_id"])
        person = _borrower(connection, account)
        account = known_account(connection, seen["account_id"], lock=True)
        payment = _payment(connection, payment_id)
        if payment["reversed_on"] is not None:
            return _received(payment, account, False, ())
        outcome.set_payment(connection, payment_id, {"reversed_on": local_day_of(person, at) or at.date()})
        now: dict[str, Any] = {}
        # Figures of a night that already saw the payment are the next night's to correct.
        if payment["learned_on"] >= account["as_of"]:
            back = {component: -cents for component, cents in payment["split"].items()}
            now = figures_after(account, back, -payment["amount_cents"], rules_of(connection, account))
            outcome.set_account(connection, payment["account_id"], now)
        said = explained(connection, about=payment_id, kind="payment_reversed", words=words, by=by, at=at)
        body: dict[str, Json] = {"payment_id": payment_id, "account_id": payment["account_id"], "by": by, "why": said}
        followed = follow_plan(connection, account["account_id"], by=by, at=at)
        _, facts = _refresh_work(connection, account["person_id"], at)
        append(connection, [About(payment_id, Fact("payment_reversed", at, body)), *followed, *facts])
        return _received(payment, {**account, **now}, True, ())

    return in_one_transaction(store, work)


def _borrower(connection: Connection, account: RowMapping) -> Person | None:
    """The account's borrower, locked until the transaction ends; None where the book names none."""
    person_id = account["person_id"]
    return contact.lock_people(connection, [person_id]).get(person_id) if person_id else None


def rules_of(connection: Connection, account: RowMapping) -> AgeingRules:
    """The ageing rules behind an account's figures: those of its night, as that night's manifest keeps them."""
    return AgeingRules.from_said(outcome.ageing_rules_said(connection, account["night_id"]), where=account["night_id"])


def overdue_parts(account: RowMapping) -> dict[str, int]:
    """Overdue cents per component; all of it principal where the book gives the total alone."""
    parts = {component: account[f"overdue_{component}_cents"] for component in COMPONENTS}
    if any(cents is None for cents in parts.values()):
        return {**dict.fromkeys(COMPONENTS, 0), "principal": account["overdue_cents"] or 0}
    return parts


def figures_after(
    account: RowMapping, taken: Mapping[str, int], amount_cents: int, rules: AgeingRules
) -> dict[str, Any]:
    """The account's figures after `taken` came off its overdue components and `amount_cents` off what is owed."""
    now: dict[str, Any] = {"outstanding_cents": max(account["outstanding_cents"] - amount_cents, 0)}
    if account["overdue_cents"] is None:
        # Unknown stays unknown, unless nothing at all is owed any more.
        now["overdue_cents"] = 0 if now["outstanding_cents"] == 0 else None
        return now
    now["overdue_cents"] = account["overdue_cents"] - sum(taken.values())
    for component in COMPONENTS:
        if account[f"overdue_{component}_cents"] is not None:
            now[f"overdue_{component}_cents"] = account[f"overdue_{component}_cents"] - taken.get(component, 0)
    if now["overdue_cents"] == 0 and account["days_past_due"] is not None:
        # A payment cures at once, not tomorrow.
        now |= {"days_past_due": 0, "delinquent_days": 0, "oldest_unpaid_due_on": None, "bucket": rules.current_bucket}
    return now


def _refresh_work(connection: Connection, person_id: str | None, at: datetime) -> tuple[tuple[str, ...], list[About]]:
    """Live items of the person show what is overdue now, and are withdrawn where nothing is."""
    if person_id is None:
        return (), []
    for item in queue.live_items(connection, [person_id]):
        sums = together(outcome.overdue_of(connection, item.account_ids).values())
        if sums.may_be_above_zero:
            queue.set_overdue(connection, item.queue_item_id, sums.known)
        else:
            queue.set_overdue(connection, item.queue_item_id, 0)
            withdrawn = queue.withdraw(connection, person_id, Reason.WITHDRAWN_PAID, at)
            return withdrawn, withdrawn_facts(withdrawn, person_id, Reason.WITHDRAWN_PAID, at)
    return (), []


def _received(
    payment: Mapping[str, Any] | RowMapping,
    account: Mapping[str, Any] | RowMapping,
    new: bool,
    withdrawn: tuple[str, ...],
) -> PaymentReceived:
    return PaymentReceived(
        payment_id=payment["payment_id"],
        account_id=payment["account_id"],
        new=new,
        amount_cents=payment["amount_cents"],
        split=payment["split"] or {},
        overdue_cents=account["overdue_cents"],
        outstanding_cents=account["outstanding_cents"],
        withdrawn=withdrawn,
    )


def _check(payment_id: str, amount_cents: int, paid_at: datetime, at: datetime, designation: str | None) -> None:
    where = f"payment {payment_id!r}"
    if amount_cents <= 0:
        raise unusable(
            "payment_not_positive",
            where,
            f"the amount is {decimal_text(amount_cents)}.",
            "Money that comes back is a reversal, which names the payment it undoes.",
            "Give an amount above 0.00, or reverse the payment.",
        )
    if (paid_at - at).total_seconds() > CLOCKS_DIFFER_SECONDS:
        raise unusable(
            "payment_in_the_future",
            where,
            f"it was paid at {paid_at.isoformat()}, and it is now {at.isoformat()}.",
            "Money that has not come yet can't stop collection.",
            "Give the time at which it was paid, or take a promise.",
        )
    if designation is not None and designation not in COMPONENTS:
        raise unusable(
            "designation_unknown",
            where,
            f"{designation!r} is not a part of a debt.",
            "The payer's word for what is paid decides before any order of ours.",
            f"Choose one of {', '.join(COMPONENTS)}, or leave it out.",
        )


def _must_be_the_same(known: RowMapping, account_id: str, amount_cents: int, currency: str) -> None:
    same = (known["account_id"], known["amount_cents"], known["currency"]) == (account_id, amount_cents, currency)
    if not same:
        raise unusable(
            "payment_differs",
            f"payment {known['payment_id']!r}",
            f"it is on record as {known['currency']} {decimal_text(known['amount_cents'])} for "
            f"account {known['account_id']!r}.",
            "One id is one payment; two that differ can't both be true.",
            "Find out which is right; reverse the one on record, and send the other under its own id.",
        )


def _payment(connection: Connection, payment_id: str) -> RowMapping:
    payment = outcome.payment_with_id(connection, payment_id)
    if payment is None:
        raise unusable(
            "payment_unknown",
            f"payment {payment_id!r}",
            "is not on record.",
            "Only a payment that was received can be undone.",
            "Check the payment id.",
        )
    if payment["source"] != "day":
        raise unusable(
            "payment_of_the_book",
            f"payment {payment_id!r}",
            "it came with the lender's book.",
            "The book is the lender's record; the next one says that it was reversed.",
            "Send reversed_on with the next book.",
        )
    return payment
