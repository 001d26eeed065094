"""
Agree on a payment plan with a borrower, and show where it stands.

Reads:  the store: what is owed, the means, the authority of the newest night; the law for its bound
Gives:  PlanAgreed
Never:  agrees to two plans on one account, to one that begins before today, or beyond what the role may: that is
        asked of the role that may.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping

from arrears.daytime.authority import agreeing_role, authority
from arrears.daytime.gather import local_day_of
from arrears.daytime.keep_plan import end_plan
from arrears.daytime.offers_for import case_of_offers, offers_now
from arrears.daytime.place_hold import locked_person, placed_by_decision
from arrears.daytime.promise_standing import plans_at
from arrears.daytime.take_promise import borrower_of, close_work, known_account, must_be_in_contact
from arrears.daytime.transaction import drawn_id, in_one_transaction, must_be_aware, unusable
from arrears.decision.settlement import PARTS
from arrears.kernel.fact import Fact, Json
from arrears.kernel.problem import Unusable
from arrears.law.load import Law
from arrears.law.local_time import plausible_zones
from arrears.outcome.payment_plan import TOLERANCE_HOURS, Debt, PlanStatus, Terms, faults, needed_role
from arrears.store import contact, desk, plans
from arrears.store.evidence import About, append
from arrears.store.open import Store


@dataclass(frozen=True, slots=True)
class PlanAgreed:
    """`held_until`: the first day on which collection goes on, unless the first payment arrives. Minor units."""

    payment_plan_id: str
    account_id: str
    person_id: str
    kind: str
    currency: str
    payments: tuple[tuple[date, int], ...]
    waiver: Mapping[str, int]
    held_until: date
    withdrawn: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(amount for _, amount in self.payments)


def agree_plan(
    store: Store,
    law: Law,
    *,
    account_id: str,
    kind: str,
    payments: Sequence[tuple[date, int]],
    waiver: Mapping[str, int] | None = None,
    accepted_how: str,
    accepted_at: datetime,
    by: str,
    at: datetime,
    attempt_id: str | None = None,
    request_key: str | None = None,
) -> PlanAgreed:
    """
    The terms of an offer, or others inside authority, law and means, once the borrower has accepted them. From this
    transaction on collection from the person is held while the plan is kept.

    Raises Unusable with the fault of the terms (`plan_…`, `means_unknown`), `plan_needs_approval` where a role above
    has to approve, `plan_beyond_every_role`, `plan_running`, `no_authority`, `not_for_role`, `account_unknown`,
    `promise_needs_contact`, `promise_under_hold`.
    """
    must_be_aware(at)
    terms = Terms(kind, tuple(payments), _whole(waiver or {}, account_id), accepted_how, must_be_aware(accepted_at))

    def work(connection: Connection) -> PlanAgreed:
        earlier = plans.plan_of_request(connection, request_key) if request_key else None
        if earlier is not None:
            return _known(connection, earlier)
        role = agreeing_role(connection, by)
        person_id = borrower_of(known_account(connection, account_id))
        locked_person(connection, person_id)
        must_be_in_contact(connection, person_id, by, at)
        needs = role_for(connection, law, account_id, terms, role, at)
        if needs != role:
            raise unusable(
                "plan_needs_approval",
                f"plan for account {account_id!r}",
                f"a {role} may not agree to it; a {needs} may.",
                "What is granted to one borrower is answered for by those whom the policy gives it to.",
                "Ask for their decision with the same terms, or agree on others.",
            )
        agreed, facts = plan_of(
            connection, law, account_id, terms, role, by=by, at=at, attempt_id=attempt_id, request_key=request_key
        )
        append(connection, facts)
        return agreed

    return in_one_transaction(store, work)


def agree_offer(
    store: Store,
    law: Law,
    *,
    account_id: str,
    offer: str,
    accepted_how: str,
    accepted_at: datetime,
    by: str,
    at: datetime,
    attempt_id: str | None = None,
    request_key: str | None = None,
) -> PlanAgreed:
    """The same by the name of an offer as it stands now. Raises Unusable `offer_unknown` too."""
    with store.read() as connection:
        role = agreeing_role(connection, by)
        kind, payments, waiver = terms_of_offer(connection, law, account_id, offer, role, at)
    return agree_plan(
        store,
        law,
        account_id=account_id,
        kind=kind,
        payments=payments,
        waiver=waiver,
        accepted_how=accepted_how,
        accepted_at=accepted_at,
        by=by,
        at=at,
        attempt_id=attempt_id,
        request_key=request_key,
    )


def terms_of_offer(
    connection: Connection, law: Law, account_id: str, offer: str, role: str, at: datetime
) -> tuple[str, tuple[tuple[date, int], ...], Mapping[str, int]]:
    """Kind, payments and waiver of an offer as it stands now. `pay_in_full` is a settlement that waives nothing."""
    found = offers_now(connection, law, known_account(connection, account_id), role, at)
    chosen = next((one for one in found.offers if one.name == offer), None)
    if chosen is None or not chosen.payments:
        raise unusable(
            "offer_unknown",
            f"offer {offer[:20]!r} for account {account_id!r}",
            "is no offer that makes a plan now." if chosen is None else "asks for no payment, so it makes no plan.",
            "Offers follow what is owed, the means and the day.",
            f"Choose one of {', '.join(one.name for one in found.offers if one.payments)}; hardship is asked for.",
        )
    return "settlement" if chosen.kind == "pay_in_full" else chosen.kind, chosen.payments, chosen.waiver


def role_for(connection: Connection, law: Law, account_id: str, terms: Terms, role: str, at: datetime) -> str:
    """The lowest role, from this one on, that may agree to the terms. Raises Unusable with the fault of the terms."""
    account = known_account(connection, account_id)
    debt = _debt(connection, law, account, role, at)
    for fault in faults(terms, debt):
        raise Unusable(fault)
    needs = needed_role(terms, debt, authority(connection).from_role(role))
    if needs is None:
        raise unusable(
            "plan_beyond_every_role",
            f"plan for account {account_id!r}",
            "no role may agree to it.",
            "What no role may grant is not in the policy.",
            "Agree on fewer payments, an earlier first one or a smaller waiver.",
        )
    return needs


def plan_of(
    connection: Connection,
    law: Law,
    account_id: str,
    terms: Terms,
    role: str,
    *,
    by: str,
    at: datetime,
    attempt_id: str | None = None,
    request_key: str | None = None,
    request_id: str | None = None,
) -> tuple[PlanAgreed, list[About]]:
    """The plan, inside a transaction that has locked the person and found the role sufficient; with its facts."""
    account = known_account(connection, account_id, lock=True)
    debt = _debt(connection, law, account, role, at)
    for fault in faults(terms, debt):
        raise Unusable(fault)
    person = locked_person(connection, account["person_id"])
    facts = _end_what_is_over(connection, account_id, by, at)
    held_until = terms.payments[0][0] + timedelta(days=1 + TOLERANCE_HOURS // 24)
    hold_id, placed = placed_by_decision(connection, person, "plan", ends_on=held_until, by=by, at=at)
    zones = plausible_zones(person.time_zone)
    offset = at.astimezone(zones[0] if zones else at.tzinfo).utcoffset() or timedelta()
    row: dict[str, Any] = {
        "payment_plan_id": drawn_id("plan"),
        "account_id": account_id,
        "person_id": person.person_id,
        "kind": terms.kind,
        "currency": account["currency"],
        "owed_cents": debt.total,
        "total_cents": terms.total,
        "waiver": dict(terms.waiver),
        "agreed_at": at,
        "agreed_by": by,
        "accepted_how": terms.accepted_how,
        "accepted_at": terms.accepted_at,
        "offset_minutes": int(offset.total_seconds() // 60),
        "hold_id": hold_id,
        "request_id": request_id,
        "attempt_id": attempt_id,
        "request_key": request_key,
    }
    lines = [
        {"payment_plan_id": row["payment_plan_id"], "instalment_no": no, "due_on": due_on, "amount_cents": amount}
        for no, (due_on, amount) in enumerate(terms.payments, start=1)
    ]
    plans.add_plan(connection, row, lines)
    waiting = desk.open_request_of(connection, account_id)
    if waiting is not None and waiting["request_id"] != request_id:
        desk.close_request(connection, waiting["request_id"], {"closed_at": at, "decision_id": row["payment_plan_id"]})
    closed, of_work = close_work(connection, person.person_id, by, at)
    return _agreed(row, terms.payments, held_until, closed), [*facts, _fact(row, terms), *placed, *of_work]


def _end_what_is_over(connection: Connection, account_id: str, by: str, at: datetime) -> list[About]:
    """A plan that is kept or missed makes room for the next; one that runs does not."""
    before = plans.unended_plan(connection, account_id)
    if before is None:
        return []
    standing = plans_at(connection, account_id, at)[-1]
    if standing.status is PlanStatus.RUNNING:
        raise unusable(
            "plan_running",
            f"plan for account {account_id!r}",
            f"plan {before['payment_plan_id']} is being kept on it, agreed at {before['agreed_at'].isoformat()}.",
            "Two plans on one debt would each ask for all of it.",
            "Keep that plan, or have a supervisor decide on another in its place.",
        )
    return end_plan(connection, before, standing.status, by=by, at=at, ask=False)


def _debt(connection: Connection, law: Law, account: RowMapping, role: str, at: datetime) -> Debt:
    settlement = authority(connection)
    asked, means = case_of_offers(connection, law, account, role, at, settlement)
    person = contact.people_now(connection, [account["person_id"]])[account["person_id"]]
    return Debt(
        account_id=account["account_id"],
        owed=asked.owed,
        arrears=account["overdue_cents"],
        today=local_day_of(person, at) or at.date(),
        now=at,
        sustainable=None if means is None else asked.sustainable_instalment,
        minimum_instalment=asked.minimum_instalment,
        instalments_most=asked.law_instalments,
    )


def _whole(waiver: Mapping[str, int], account_id: str) -> dict[str, int]:
    unknown = sorted(set(waiver) - set(PARTS))
    if unknown:
        raise unusable(
            "waiver_part_unknown",
            f"plan for account {account_id!r}",
            f"{unknown[0][:40]!r} is no part of a debt.",
            "Authority to waive is given part by part.",
            f"Choose from {', '.join(PARTS)}.",
        )
    return {part: waiver.get(part, 0) for part in PARTS}


def _fact(row: Mapping[str, Any], terms: Terms) -> About:
    names = ("payment_plan_id", "account_id", "person_id", "kind", "currency", "owed_cents", "total_cents")
    body: dict[str, Json] = {
        **{name: row[name] for name in (*names, "accepted_how", "hold_id", "request_id", "attempt_id")},
        "payments": [[due_on.isoformat(), amount] for due_on, amount in terms.payments],
        "waiver": dict(terms.waiver),
        "accepted_at": terms.accepted_at.isoformat(),
        "by": row["agreed_by"],
    }
    return About(row["payment_plan_id"], Fact("payment_plan_agreed", row["agreed_at"], body))


def _agreed(
    row: Mapping[str, Any] | RowMapping,
    payments: Sequence[tuple[date, int]],
    held_until: date,
    closed: tuple[str, ...],
) -> PlanAgreed:
    return PlanAgreed(
        payment_plan_id=row["payment_plan_id"],
        account_id=row["account_id"],
        person_id=row["person_id"],
        kind=row["kind"],
        currency=row["currency"],
        payments=tuple(payments),
        waiver=row["waiver"],
        held_until=held_until,
        withdrawn=closed,
    )


def _known(connection: Connection, row: RowMapping) -> PlanAgreed:
    lines = plans.instalments_of(connection, row["payment_plan_id"])
    payments = [(line["due_on"], line["amount_cents"]) for line in lines]
    return _agreed(row, payments, payments[0][0] + timedelta(days=1 + TOLERANCE_HOURS // 24), ())
