"""
Decide about a case that waits on the desk: an item of the night that a person decides, or what somebody asked for.

Reads:  the store; the law for the limitation period and a plan's bound
Gives:  Weighed (what is asked, and every precondition), Decided
Never:  decides past a precondition that fails, or beyond what the policy gives the role; leaves the queue, the account
        or the next night as they were.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping

from arrears.daytime.agree_plan import plan_of, role_for
from arrears.daytime.ask_for_decision import PLAN_KIND, read_terms
from arrears.daytime.authority import agreeing_role, authority
from arrears.daytime.explain import explained, must_say_why
from arrears.daytime.gather import days_of, local_day_of
from arrears.daytime.keep_plan import end_plan
from arrears.daytime.place_hold import locked_person, placed_by_decision
from arrears.daytime.promise_standing import plans_at
from arrears.daytime.take_case import case_fact
from arrears.daytime.take_promise import borrower_of, known_account
from arrears.daytime.transaction import drawn_id, in_one_transaction, must_be_aware, unusable
from arrears.decision.settlement import DECISIONS, Settlement
from arrears.kernel.fact import Fact, Json
from arrears.law.kinds.periods import Limitation
from arrears.law.load import Law, provisions_of
from arrears.outcome.desk import (
    ENDS_ON_A_DAY,
    HOLD_OF,
    MAKES_A_PLAN,
    Check,
    OnRecord,
    State,
    checks_of,
    standing_against,
)
from arrears.outcome.payment_plan import PlanStatus, Terms
from arrears.store import contact, desk, outcome, plans, queue
from arrears.store.contact import Person
from arrears.store.evidence import About, append
from arrears.store.open import Store

DECLINED = "declined"
"""Why an item of the desk is done: collection goes on."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What waits, and what each decision would take. `request` is None for an item of the night."""

    key: str
    account: RowMapping
    person_id: str
    request: RowMapping | None
    item_id: str | None
    settlement: Settlement
    checks: dict[str, tuple[Check, ...]]
    today: date


@dataclass(frozen=True, slots=True)
class Decided:
    """`until_on`: the first day on which it holds no more; None until somebody lifts it."""

    decision_id: str
    account_id: str
    person_id: str
    kind: str
    until_on: date | None
    hold_id: str | None
    payment_plan_id: str | None


def weigh(connection: Connection, law: Law, key: str, at: datetime) -> Weighed:
    """Raises Unusable `not_on_the_desk`, `no_authority`."""
    request = desk.request_with_id(connection, key)
    item = None if request is not None else queue.item_with_id(connection, key, lock=False)
    waits = request["closed_at"] is None if request is not None else item is not None and item.status.is_live
    if not waits or (item is not None and not item.for_decision):
        raise unusable(
            "not_on_the_desk",
            f"{key[:60]!r}",
            "waits for no decision: it is decided, withdrawn, or was never on the desk.",
            "A case is decided about once, from what is known of it now.",
            "Choose one that `arrears decisions list` shows.",
        )
    account_id = request["account_id"] if request is not None else item.lead_account_id if item is not None else ""
    account = known_account(connection, account_id)
    settlement = authority(connection)
    known = _on_record(connection, law, account, settlement, at)
    return Weighed(
        key=key,
        account=account,
        person_id=borrower_of(account),
        request=request,
        item_id=None if item is None else item.queue_item_id,
        settlement=settlement,
        checks={kind: checks_of(kind, known) for kind in DECISIONS},
        today=known.today,
    )


def decide_case(
    store: Store,
    law: Law,
    key: str,
    kind: str,
    *,
    by: str,
    at: datetime,
    why: str,
    confirmed: Collection[str] = (),
    until_on: date | None = None,
    terms: Terms | None = None,
) -> Decided:
    """
    `key` is a request or an item of the night; `confirmed` are the preconditions nobody could know that whoever decides
    has checked. `until_on` may shorten how long it holds. A plan is decided by the request's terms, or by `terms` on an
    item of the night, accepted by the borrower.

    Raises Unusable `not_on_the_desk`, `not_for_role`, `decision_unknown`, `precondition_fails`, `terms_missing`,
    `decision_until`, `why_missing`, and with the fault of a plan's terms.
    """
    must_be_aware(at)
    words = must_say_why(why, f"{key[:60]!r}", "the decision")
    if kind not in DECISIONS:
        raise unusable(
            "decision_unknown",
            f"{key[:60]!r}",
            f"{kind[:40]!r} is no decision.",
            "What follows depends on what is decided.",
            f"Choose one of {', '.join(DECISIONS)}.",
        )

    def work(connection: Connection) -> Decided:
        role = agreeing_role(connection, by)
        person = locked_person(connection, weigh(connection, law, key, at).person_id)
        weighed = weigh(connection, law, key, at)
        _must_be_given(weighed.settlement, role, kind, by)
        _must_pass(weighed, kind, confirmed)
        until = _until(weighed, kind, until_on)
        decision_id = drawn_id("decision")
        row: dict[str, Any] = {
            "decision_id": decision_id,
            "person_id": person.person_id,
            "account_id": weighed.account["account_id"],
            "kind": kind,
            "decided_at": at,
            "decided_by": by,
            "decided_on": weighed.today,
            "until_on": until,
            "checked": [_said(check, confirmed) for check in weighed.checks[kind]],
            "request_id": None if weighed.request is None else weighed.request["request_id"],
            "queue_item_id": weighed.item_id,
        }
        done = _effect(connection, law, weighed, person, kind, role, terms, until, by=by, at=at)
        row |= {"hold_id": done.hold_id, "payment_plan_id": done.payment_plan_id}
        desk.add_decision(connection, row)
        _close_requests(connection, weighed, decision_id, at)
        said = explained(connection, about=decision_id, kind="decision_taken", words=words, by=by, at=at)
        append(connection, [_fact(row, said, at), *done.facts])
        return Decided(
            decision_id, row["account_id"], person.person_id, kind, until, done.hold_id, done.payment_plan_id
        )

    return in_one_transaction(store, work)


@dataclass(frozen=True, slots=True)
class _Done:
    facts: tuple[About, ...]
    hold_id: str | None = None
    payment_plan_id: str | None = None


def _effect(
    connection: Connection,
    law: Law,
    weighed: Weighed,
    person: Person,
    kind: str,
    role: str,
    terms: Terms | None,
    until: date | None,
    *,
    by: str,
    at: datetime,
) -> _Done:
    """What becomes of the account and the queue."""
    if kind in MAKES_A_PLAN:
        return _plan(connection, law, weighed, kind, role, terms, by=by, at=at)
    if kind == "decline":
        if weighed.item_id is None:
            return _Done(())
        [item] = queue.live_items(connection, [person.person_id])
        queue.set_done(connection, item.queue_item_id, at, DECLINED)
        return _Done((case_fact("case_finished", item, by, at, why=DECLINED),))
    ended = _end_running_plan(connection, weighed.account["account_id"], by, at)
    hold_id, facts = placed_by_decision(connection, person, HOLD_OF[kind], ends_on=until, by=by, at=at)
    return _Done((*ended, *facts), hold_id=hold_id)


def _plan(
    connection: Connection,
    law: Law,
    weighed: Weighed,
    kind: str,
    role: str,
    terms: Terms | None,
    *,
    by: str,
    at: datetime,
) -> _Done:
    request, account_id = weighed.request, weighed.account["account_id"]
    asked = read_terms(request["terms"]) if request is not None and request["terms"] else terms
    if asked is None or asked.kind != PLAN_KIND[kind]:
        raise unusable(
            "terms_missing",
            f"{weighed.key!r}",
            f"a {kind} has payments, and none are given." if asked is None else f"the terms are of {asked.kind}.",
            "A plan is what the borrower accepted, payment by payment.",
            "Give its payments, or decide what was asked for.",
        )
    needs = role_for(connection, law, account_id, asked, role, at)
    if needs != role:
        raise unusable(
            "plan_needs_approval",
            f"{weighed.key!r}",
            f"a {role} may not agree to these terms; a {needs} may.",
            "What is granted to one borrower is answered for by those whom the policy gives it to.",
            "Leave it to them, or decline it.",
        )
    request_id = None if request is None else request["request_id"]
    agreed, facts = plan_of(connection, law, account_id, asked, role, by=by, at=at, request_id=request_id)
    return _Done(tuple(facts), payment_plan_id=agreed.payment_plan_id)


def _end_running_plan(connection: Connection, account_id: str, by: str, at: datetime) -> list[About]:
    """Hardship may be decided while a plan runs: the plan ends by it and is not broken."""
    running = plans.unended_plan(connection, account_id)
    if running is None:
        return []
    status = plans_at(connection, account_id, at)[-1].status
    return end_plan(connection, running, PlanStatus.ENDED if status is PlanStatus.RUNNING else status, by=by, at=at)


def _must_be_given(settlement: Settlement, role: str, kind: str, by: str) -> None:
    grant = settlement.grant(role)
    if grant is None or kind not in grant.decides:
        lowest = settlement.lowest_that_decides(kind)
        raise unusable(
            "not_for_role",
            f"user {by!r}",
            f"is {role}, and to {kind} is for {lowest or 'nobody'}, by the policy.",
            "Who ends a case answers for it by name.",
            "Leave it to them, or decide something else.",
        )


def _must_pass(weighed: Weighed, kind: str, confirmed: Collection[str]) -> None:
    against = standing_against(weighed.checks[kind], confirmed)
    if against:
        told = "; ".join(f"{check.en} ({check.code}: {check.state})" for check in against)
        raise unusable(
            "precondition_fails",
            f"{weighed.key!r}",
            f"to {kind} it has to be true first: {told}.",
            "What is decided without its preconditions harms the borrower or is lost before a court.",
            "Put right what fails; confirm what is unknown once you have checked it; or decide something else.",
        )


def _until(weighed: Weighed, kind: str, asked: date | None) -> date | None:
    """The day on which it is looked at again; asked for, or the latest that the policy leaves. A request is just no."""
    if kind not in ENDS_ON_A_DAY or (kind == "decline" and weighed.request is not None):
        return None
    latest = weighed.today + timedelta(days=weighed.settlement.review_days)
    if asked is not None and not weighed.today < asked <= latest:
        raise unusable(
            "decision_until",
            f"{weighed.key!r}",
            f"it would hold until {asked}.",
            "Every decision that waits for something is looked at again, by the policy.",
            f"Give a day after {weighed.today} and no later than {latest}.",
        )
    return asked or latest


def _close_requests(connection: Connection, weighed: Weighed, decision_id: str, at: datetime) -> None:
    """What was asked about the account is answered by whatever is decided about it."""
    waiting = desk.open_request_of(connection, weighed.account["account_id"])
    if waiting is not None:
        desk.close_request(connection, waiting["request_id"], {"closed_at": at, "decision_id": decision_id})


def _on_record(connection: Connection, law: Law, account: RowMapping, settlement: Settlement, at: datetime) -> OnRecord:
    person_id, account_id = borrower_of(account), account["account_id"]
    person = contact.people_now(connection, [person_id])[person_id]
    today = local_day_of(person, at) or at.date()
    limitation = next(
        (
            (item.encoding.ordinary_years, item.id)
            for item in provisions_of(law, [Limitation], today)
            if isinstance(item.encoding, Limitation) and (not item.products or account["product"] in item.products)
        ),
        (None, None),
    )
    standing = plans_at(connection, account_id, at)
    said = [row["made_at"].date() for row in outcome.promises_of(connection, account_id)]
    said += [plan.row["agreed_at"].date() for plan in standing]
    paid = desk.last_payment_on(connection, account_id)
    return OnRecord(
        today=today,
        owed_cents=account["outstanding_cents"],
        overdue_cents=account["overdue_cents"],
        parts_known=all(account[f"overdue_{part}_cents"] is not None for part in ("principal", "interest", "fee")),
        unpaid_since=account["oldest_unpaid_due_on"],
        matures_on=account["matures_on"],
        last_acknowledged=max([*said, *([paid] if paid else [])], default=None),
        limitation_years=limitation[0],
        limitation_provision=limitation[1],
        court_cost_cents=settlement.court_cost_cents,
        court_recovery_permille=settlement.court_recovery_permille,
        holds=contact.holds_of(connection, [person_id], days_of([person], at))[person_id],
        plan_running=any(plan.status is PlanStatus.RUNNING for plan in standing),
        means_known=plans.means_of(connection, person_id) is not None,
        identity_known=desk.identity_known(connection, person_id),
        address_known=desk.address_known(connection, person_id),
        conversations=desk.conversations(connection, person_id),
    )


def _said(check: Check, confirmed: Collection[str]) -> dict[str, Json]:
    by_hand = check.state is State.UNKNOWN and check.code in confirmed
    return {"code": check.code, "state": str(check.state), "confirmed": by_hand, "provision_id": check.provision_id}


def _fact(row: dict[str, Any], why: str, at: datetime) -> About:
    names = ("decision_id", "person_id", "account_id", "kind", "request_id", "queue_item_id", "hold_id")
    body: dict[str, Json] = {
        **{name: row[name] for name in (*names, "payment_plan_id", "checked")},
        "until_on": None if row["until_on"] is None else row["until_on"].isoformat(),
        "by": row["decided_by"],
        "why": why,
    }
    return About(row["decision_id"], Fact("decision_taken", at, body))
