"""
Follow a payment plan: hold collection while it is kept, end it when it is kept or an instalment is missed.

Reads:  the store, in the transaction of a verb that changed a payment, or of a night that brought payments in
Gives:  the facts of what changed
Never:  needs a clock of its own: the hold ends by its day unless a payment moved that day, so a plan nobody looks at
        holds no longer than it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from arrears.daytime.authority import authority
from arrears.daytime.explain import explained
from arrears.daytime.place_hold import lift, placed_by_decision
from arrears.daytime.promise_standing import PlanStanding, plans_at
from arrears.daytime.transaction import drawn_id
from arrears.kernel.fact import Fact, Json
from arrears.outcome.payment_plan import PLAN_STATUS_WORDS, PlanStatus
from arrears.store import contact, desk, outcome, plans
from arrears.store.evidence import About

PLAN_KEPT = "the plan is kept"
BY_ITSELF = "plan"
"""Who asks where a plan broke: nobody."""


def follow_plan(connection: Connection, account_id: str, *, by: str, at: datetime) -> list[About]:
    """
    Bring the account's plan in step with its payments; nothing where none is on record. The person is locked. A plan
    that was kept and no longer is, a payment of it being reversed, runs again.
    """
    if not plans.plans_of(connection, account_id):
        return []
    standing = plans_at(connection, account_id, at)[-1]
    row = standing.row
    if row["ended_at"] is not None:
        return _reopened(connection, standing, by, at) if row["ended_why"] == PlanStatus.KEPT else []
    if standing.status is PlanStatus.RUNNING:
        return _hold_moved(connection, row, standing.held_until, at)
    return end_plan(connection, row, standing.status, by=by, at=at)


def follow_every_plan(connection: Connection, *, by: str, at: datetime) -> list[About]:
    """The same for every plan that nothing has ended, person by person: a night has brought payments in."""
    facts: list[About] = []
    running = plans.accounts_with_unended_plans(connection)
    contact.lock_people(connection, {row["person_id"] for row in running})
    for row in running:
        facts += follow_plan(connection, row["account_id"], by=by, at=at)
    return facts


def end_plan(
    connection: Connection, plan: RowMapping, status: PlanStatus, *, by: str, at: datetime, ask: bool = True
) -> list[About]:
    """
    Nothing follows the plan any more. A broken one lies on the desk from now on, unless something is agreed in its
    place at once (`ask` False): a person looks at what broke, and collection goes on by the night meanwhile. One that
    is kept with a waiver stays on hold until somebody lifts it: what was waived is not collected before the lender's
    own book says so.
    """
    plans.set_plan(connection, plan["payment_plan_id"], {"ended_at": at, "ended_why": str(status)})
    facts = [_fact("payment_plan_ended", plan, at, why=str(status), by=by)]
    if status is PlanStatus.KEPT and any(plan["waiver"].values()):
        _waive(connection, plan, 1)
        return facts + _hold_moved(connection, plan, None, at)
    if status.is_broken:
        return facts + (_asked_what_next(connection, plan, status, at) if ask else [])
    return facts + lift(connection, plan["hold_id"], by=by, at=at, why=PLAN_KEPT)


def _asked_what_next(connection: Connection, plan: RowMapping, status: PlanStatus, at: datetime) -> list[About]:
    """The request that a broken plan makes by itself; none where one is open, or no policy says who decides it."""
    _, said = plans.authority_said(connection)
    role = None if said is None else authority(connection).lowest_that_decides("restructure")
    if role is None or desk.open_request_of(connection, plan["account_id"]) is not None:
        return []
    row: dict[str, Any] = {
        "request_id": drawn_id("request"),
        "person_id": plan["person_id"],
        "account_id": plan["account_id"],
        "kind": "restructure",
        "terms": None,
        "role": role,
        "asked_at": at,
        "asked_by": BY_ITSELF,
    }
    desk.add_request(connection, row)
    words = f"plan {plan['payment_plan_id']}: {PLAN_STATUS_WORDS[status][1]}"
    why = explained(connection, about=row["request_id"], kind="decision_requested", words=words, by=BY_ITSELF, at=at)
    names = ("request_id", "person_id", "account_id", "kind", "role", "terms")
    body: dict[str, Json] = {**{name: row[name] for name in names}, "by": BY_ITSELF, "why": why}
    return [About(row["request_id"], Fact("decision_requested", at, body))]


def _hold_moved(connection: Connection, plan: RowMapping, until: date | None, at: datetime) -> list[About]:
    """The hold ends on another day now; nothing where it was lifted, or the day is the same."""
    hold = outcome.hold_with_id(connection, plan["hold_id"], lock=True)
    if hold is None or hold["lifted_at"] is not None or hold["ends_on"] == until:
        return []
    outcome.set_hold(connection, hold["hold_id"], {"ends_on": until})
    body: dict[str, Json] = {
        "hold_id": hold["hold_id"],
        "person_id": hold["person_id"],
        "kind": hold["kind"],
        "ends_on": None if until is None else until.isoformat(),
        "payment_plan_id": plan["payment_plan_id"],
    }
    return [About(hold["hold_id"], Fact("hold_moved", at, body))]


def _reopened(connection: Connection, standing: PlanStanding, by: str, at: datetime) -> list[About]:
    """A payment of a kept plan was reversed: the plan runs again from where it stands, or is missed by now."""
    plan = standing.row
    plans.set_plan(connection, plan["payment_plan_id"], {"ended_at": None, "ended_why": None})
    now = plans_at(connection, plan["account_id"], at)[-1]
    if now.status is PlanStatus.KEPT:
        plans.set_plan(connection, plan["payment_plan_id"], {"ended_at": plan["ended_at"], "ended_why": "kept"})
        return []
    facts = [_fact("payment_plan_reopened", plan, at, by=by)]
    if any(plan["waiver"].values()):
        _waive(connection, plan, -1)
    if now.status is not PlanStatus.RUNNING:
        return (
            facts
            + _hold_moved(connection, plan, at.date(), at)
            + end_plan(connection, now.row, now.status, by=by, at=at)
        )
    hold = outcome.hold_with_id(connection, plan["hold_id"])
    person = contact.people_now(connection, [plan["person_id"]]).get(plan["person_id"])
    if hold is not None and hold["lifted_at"] is None:
        return facts + _hold_moved(connection, plan, now.held_until, at)
    if person is None or now.held_until is None:
        return facts
    hold_id, placed = placed_by_decision(connection, person, "plan", ends_on=now.held_until, by=by, at=at)
    plans.set_plan(connection, plan["payment_plan_id"], {"hold_id": hold_id})
    return facts + placed


def _waive(connection: Connection, plan: RowMapping, times: int) -> None:
    """What was waived is owed no more (times 1), or again (times -1)."""
    account = outcome.account_with_id(connection, plan["account_id"], lock=True)
    if account is not None:
        outcome.set_account(connection, plan["account_id"], figures_waived(account, plan["waiver"], times))


def figures_waived(account: RowMapping, waiver: Mapping[str, int], times: int) -> dict[str, int]:
    """The account's figures after a waiver: each overdue part no lower than nothing, unknown parts left unknown."""
    now = {"outstanding_cents": max(account["outstanding_cents"] - times * sum(waiver.values()), 0)}
    taken = 0
    for part, cents in waiver.items():
        overdue = account[f"overdue_{part}_cents"]
        if overdue is not None:
            now[f"overdue_{part}_cents"] = max(overdue - times * cents, 0)
            taken += overdue - now[f"overdue_{part}_cents"]
    if account["overdue_cents"] is not None:
        now["overdue_cents"] = min(max(account["overdue_cents"] - taken, 0), now["outstanding_cents"])
    return now


def _fact(kind: str, plan: RowMapping, at: datetime, **more: Json) -> About:
    body: dict[str, Json] = {
        "payment_plan_id": plan["payment_plan_id"],
        "account_id": plan["account_id"],
        "person_id": plan["person_id"],
        **more,
    }
    return About(plan["payment_plan_id"], Fact(kind, at, body))
