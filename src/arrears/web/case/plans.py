"""
The plan on the case page: agree on an offer, or ask a role above.

Reads:  the store, the law for its bound on instalments
Gives:  one verb of the day per POST, then the case again
Never:  makes an offer itself (`offers_for` does), or agrees beyond a role (the verb refuses, and its words are shown).
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from arrears.daytime.agree_plan import agree_offer, terms_of_offer
from arrears.daytime.ask_for_decision import ask_for_decision
from arrears.kernel.problem import Unusable
from arrears.outcome.desk import MAKES_A_PLAN
from arrears.outcome.payment_plan import Terms
from arrears.store.pages import CasePage
from arrears.web.case.page import case_rows, not_recorded
from arrears.web.faults import Fault, FaultKind
from arrears.web.render import go_to
from arrears.web.visitor import QUEUE_ROLES, InRole, Posted, Visitor
from arrears.web.workspace import Working

router = APIRouter(prefix="/case/{item_id}")
Collecting = Annotated[Visitor, Depends(InRole(*QUEUE_ROLES))]


@router.post("/plan")
def agree(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    """The offer that was chosen, once the borrower has accepted it."""
    account_id = _account(case_rows(item_id, work), form.get("account_id"))
    try:
        agree_offer(
            work.store,
            work.law,
            account_id=account_id,
            offer=form.get("offer", ""),
            accepted_how=form.get("accepted", ""),
            accepted_at=visitor.at,
            by=visitor.me.user_id,
            at=visitor.at,
            request_key=form.get("request_key") or None,
        )
    except Unusable as fault:
        return not_recorded(request, item_id, visitor, work, fault)
    return go_to(f"/case/{item_id}?said=agreed")


@router.post("/ask")
def ask(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    """What goes beyond the role is asked of the role that may: a plan by its offer, or another decision."""
    account_id = _account(case_rows(item_id, work), form.get("account_id"))
    kind, offer, terms = form.get("kind", ""), form.get("offer", ""), None
    try:
        if kind in MAKES_A_PLAN and offer:
            with work.store.read() as connection:
                told = terms_of_offer(connection, work.law, account_id, offer, visitor.me.role, visitor.at)
            terms = Terms(*told, form.get("accepted", ""), visitor.at)
        ask_for_decision(
            work.store,
            work.law,
            account_id=account_id,
            kind=kind,
            by=visitor.me.user_id,
            at=visitor.at,
            why=form.get("why", ""),
            terms=terms,
        )
    except Unusable as fault:
        return not_recorded(request, item_id, visitor, work, fault)
    return go_to(f"/case/{item_id}?said=asked_above")


def _account(page: CasePage, account_id: str | None) -> str:
    if account_id not in {row["account_id"] for row in page.accounts}:
        raise Fault(FaultKind.NOT_FOUND)
    return str(account_id)
