"""
The forms beside a contact: lift a hold, record or reverse a payment, note a consent, a contact of theirs, a correction.

Reads:  the store
Gives:  one verb of the day per POST, then the case again
Never:  checks a role itself: the verb does, for a page as for a command, and its words are shown.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from arrears.daytime import (
    add_contact_point,
    correct_outcome,
    lift_hold,
    receive_payment,
    record_consent,
    record_inbound,
    reverse_payment,
    take_over,
    undo_outcome,
)
from arrears.kernel.money import cents_from_text
from arrears.kernel.problem import Unusable
from arrears.queue.claim import NotClaimed
from arrears.web.case.page import WHY_NOT, case_rows, not_recorded
from arrears.web.faults import Fault, FaultKind
from arrears.web.render import go_to
from arrears.web.visitor import QUEUE_ROLES, InRole, Posted, Visitor
from arrears.web.workspace import Working, Workspace

router = APIRouter(prefix="/case/{item_id}")
Collecting = Annotated[Visitor, Depends(InRole(*QUEUE_ROLES))]


@router.post("/lift")
def lift(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    page = case_rows(item_id, work)
    hold_id = one_of(form.get("hold_id"), [row["hold_id"] for row in page.holds])
    return done(
        request,
        item_id,
        visitor,
        work,
        "lifted",
        lambda: lift_hold(work.store, hold_id, by=visitor.me.user_id, at=visitor.at, why=form.get("why", "")),
    )


@router.post("/payment")
def payment(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    page = case_rows(item_id, work)
    accounts = {row["account_id"]: row["currency"] for row in page.accounts}
    account_id = one_of(form.get("account_id"), list(accounts))
    try:
        cents = cents_from_text(form.get("amount", "").replace(",", ""))
    except ValueError:
        return go_to(f"/case/{item_id}?said=amount_unreadable")
    return done(
        request,
        item_id,
        visitor,
        work,
        "paid_in",
        lambda: receive_payment(
            work.store,
            payment_id=form.get("payment_id") or f"desk-{secrets.token_hex(8)}",
            account_id=account_id,
            amount_cents=cents,
            currency=accounts[account_id],
            paid_at=visitor.at,
            at=visitor.at,
            by=visitor.me.user_id,
            channel="desk",
        ),
    )


@router.post("/reverse")
def reverse(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    page = case_rows(item_id, work)
    payment_id = one_of(form.get("payment_id"), [row["payment_id"] for row in page.payments])
    return done(
        request,
        item_id,
        visitor,
        work,
        "reversed",
        lambda: reverse_payment(work.store, payment_id, by=visitor.me.user_id, at=visitor.at, why=form.get("why", "")),
    )


@router.post("/consent")
def consent(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    page = case_rows(item_id, work)
    return done(
        request,
        item_id,
        visitor,
        work,
        "noted",
        lambda: record_consent(
            work.store,
            person_id=page.item["person_id"],
            kind=form.get("kind", ""),
            by=visitor.me.user_id,
            at=visitor.at,
            given=form.get("given") != "no",
        ),
    )


@router.post("/contact-point")
def contact_point(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    page = case_rows(item_id, work)
    return done(
        request,
        item_id,
        visitor,
        work,
        "point_added",
        lambda: add_contact_point(
            work.store,
            person_id=page.item["person_id"],
            channel=form.get("channel", ""),
            value=form.get("value", ""),
            lawful_source=form.get("lawful_source", ""),
            by=visitor.me.user_id,
            at=visitor.at,
            why=form.get("why", ""),
        ),
    )


@router.post("/inbound")
def inbound(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    page = case_rows(item_id, work)
    return done(
        request,
        item_id,
        visitor,
        work,
        "noted",
        lambda: record_inbound(
            work.store,
            debtor_id=page.item["person_id"],
            by=visitor.me.user_id,
            at=visitor.at,
            channel=form.get("channel", ""),
        ),
    )


@router.post("/undo")
def undo(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    attempt_id = _attempt(item_id, work, form)
    return done(
        request,
        item_id,
        visitor,
        work,
        "undone",
        lambda: undo_outcome(work.store, attempt_id, by=visitor.me.user_id, at=visitor.at),
    )


@router.post("/correct")
def correct(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    attempt_id = _attempt(item_id, work, form)
    return done(
        request,
        item_id,
        visitor,
        work,
        "corrected",
        lambda: correct_outcome(
            work.store,
            attempt_id,
            form.get("outcome", ""),
            by=visitor.me.user_id,
            at=visitor.at,
            why=form.get("why", ""),
        ),
    )


@router.post("/take-over")
def take_it_over(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    try:
        taken = take_over(work.store, item_id, visitor.me.user_id, at=visitor.at, why=form.get("why", ""))
    except Unusable as fault:
        return not_recorded(request, item_id, visitor, work, fault)
    said = WHY_NOT[taken.why] if isinstance(taken, NotClaimed) else "claimed"
    return go_to(f"/case/{item_id}?said={said}")


def done(
    request: Request, item_id: str, visitor: Visitor, work: Workspace, said: str, verb: Callable[[], object]
) -> Response:
    """The case again with the news; or with the verb's own words where nothing was changed."""
    try:
        verb()
    except Unusable as fault:
        return not_recorded(request, item_id, visitor, work, fault)
    return go_to(f"/case/{item_id}?said={said}")


def one_of(asked: str | None, known: list[str]) -> str:
    """A thing of this case; one of another case is not there."""
    if asked is None or asked not in known:
        raise Fault(FaultKind.NOT_FOUND)
    return asked


def _attempt(item_id: str, work: Workspace, form: dict[str, str]) -> str:
    page = case_rows(item_id, work)
    return one_of(form.get("attempt_id"), [row["attempt_id"] for row in page.attempts])
