"""
The offers that can be made on a live account: what is owed, what can be paid and when, what the role may grant.

Reads:  the store; the law for its bound on instalments
Gives:  OffersFor
Never:  takes unknown means for none: without a statement of means no plan and no hardship is offered, and that is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping

from arrears.daytime.authority import authority, law_bound
from arrears.daytime.gather import local_day_of
from arrears.daytime.take_promise import known_account
from arrears.daytime.transaction import must_be_aware, unusable
from arrears.decision.settlement import PARTS, Settlement
from arrears.law.load import Law
from arrears.playbook.propose import Offer, Request, Role, propose
from arrears.store import contact, plans
from arrears.store.open import Store

NEEDS_MEANS = ("instalments", "hardship")
"""Kinds of offer that say something about what the borrower can pay."""


@dataclass(frozen=True, slots=True)
class OffersFor:
    """The offers for one account and one role, and every figure behind them. Minor units; None is unknown."""

    account_id: str
    person_id: str
    currency: str
    as_of: date
    role: str
    owed: Mapping[str, int]
    arrears: int | None
    sustainable: int | None
    means_on: date | None
    paydays: tuple[int, ...]
    instalments_most: int
    provision_id: str | None
    offers: tuple[Offer, ...]
    next: str | None
    """The offer to open with; None where means have to be asked first."""


def offers_for(store: Store, law: Law, account_id: str, *, role: str, at: datetime) -> OffersFor:
    """
    Raises Unusable `account_unknown`, `nothing_owed`, `no_authority`, `not_for_role`.
    """
    must_be_aware(at)
    with store.read() as connection:
        return offers_now(connection, law, known_account(connection, account_id), role, at)


def offers_now(connection: Connection, law: Law, account: RowMapping, role: str, at: datetime) -> OffersFor:
    """The same inside a verb's transaction."""
    settlement = authority(connection)
    asked, means = case_of_offers(connection, law, account, role, at, settlement)
    found = propose(asked)
    offers = [one for one in found.offers if means is not None or one.kind not in NEEDS_MEANS]
    opening = found.next if any(one.name == found.next for one in offers) else None
    return OffersFor(
        account_id=account["account_id"],
        person_id=account["person_id"],
        currency=account["currency"],
        as_of=asked.as_of,
        role=role,
        owed=asked.owed,
        arrears=account["overdue_cents"],
        sustainable=None if means is None else asked.sustainable_instalment,
        means_on=None if means is None else means["recorded_at"].date(),
        paydays=tuple(asked.paydays),
        instalments_most=asked.law_instalments,
        provision_id=law_bound(law, account["product"], asked.as_of, settlement)[1],
        offers=tuple(offers),
        next=opening if means is not None else None,
    )


def case_of_offers(
    connection: Connection, law: Law, account: RowMapping, role: str, at: datetime, settlement: Settlement
) -> tuple[Request, RowMapping | None]:
    """The debt to settle, as `playbook.propose` reads it, and the statement of means behind it."""
    if not settlement.from_role(role):
        raise unusable(
            "not_for_role",
            f"role {role!r}",
            "agrees to nothing, by the policy.",
            "Who makes an offer must be able to keep it, or to ask somebody who can.",
            f"Ask {', '.join(grant.role for grant in settlement.grants)}.",
        )
    person_id = account["person_id"] or ""
    person = contact.people_now(connection, [person_id]).get(person_id)
    if person is None or account["outstanding_cents"] <= 0:
        raise unusable(
            "nothing_owed",
            f"account {account['account_id']!r}",
            "has no borrower on record." if person is None else "owes nothing.",
            "An offer is made to somebody, about something that is owed.",
            "Choose another account.",
        )
    as_of = local_day_of(person, at) or at.date()
    means = plans.means_of(connection, person_id)
    if means is not None and means["currency"] != account["currency"]:
        means = None
    owed = owed_parts(account)
    request = Request(
        as_of=as_of,
        owed=owed,
        arrears=min(max(account["overdue_cents"] or 0, 0), sum(owed.values())),
        sustainable_instalment=0 if means is None else means["sustainable_cents"],
        minimum_instalment=settlement.minimum_instalment_cents,
        paydays=paydays_of(plans.income_of(connection, person_id)),
        role=role,
        authority=[
            Role(grant.role, grant.instalments, grant.first_payment_days, dict(grant.waive_bps))
            for grant in settlement.grants
        ],
        discount_rate=settlement.discount_rate_bps,
        law_instalments=law_bound(law, account["product"], as_of, settlement)[0],
    )
    return request, means


def owed_parts(account: RowMapping) -> dict[str, int]:
    """
    What is owed by part. Interest, fees and penalties are owed once due, so what is overdue of them is all of them, and
    the rest is principal; where the book gives no parts, or they do not fit, all of it is principal, of which least is
    waived.
    """
    charges = {part: account[f"overdue_{part}_cents"] for part in PARTS if part != "principal"}
    total = account["outstanding_cents"]
    known = [cents for cents in charges.values() if cents is not None and cents >= 0]
    if len(known) < len(charges) or sum(known) > total:
        return {**dict.fromkeys(PARTS, 0), "principal": total}
    return {**charges, "principal": total - sum(known)}


def paydays_of(income: RowMapping | None) -> list[int]:
    """Days of the month on which income comes in: none where it is irregular, seasonal or weekly, or nobody knows."""
    if income is None or income["payday"] is None or income["income_pattern"] not in (None, "monthly"):
        return []
    return [int(income["payday"])] if 1 <= income["payday"] <= 31 else []
