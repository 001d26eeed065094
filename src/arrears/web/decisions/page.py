"""
The decision desk: what waits for a person, one item with its preconditions, and the decision.

Reads:  the store, the law for limitation and instalments
Gives:  /decisions, the list; /decisions/<key>, one; one verb of the day per POST
Never:  checks a precondition itself: the verb does, and what it refuses is said with what to do.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from arrears.daytime.agree_plan import terms_of_offer
from arrears.daytime.authority import authority
from arrears.daytime.decide_case import Weighed, decide_case, weigh
from arrears.daytime.offers_for import OffersFor, offers_now
from arrears.kernel.problem import Unusable
from arrears.outcome.payment_plan import Terms
from arrears.store import desk, explanations
from arrears.web.decisions.view import item_lines, item_view, matrix, request_lines
from arrears.web.faults import Fault, FaultKind
from arrears.web.render import go_to
from arrears.web.visitor import Form, InRole, Posted, Visitor
from arrears.web.workspace import Working, Workspace

router = APIRouter(prefix="/decisions")
Deciding = Annotated[Visitor, Depends(InRole("supervisor", "head"))]
CONFIRMS = "confirm_"


@router.get("")
def show_list(request: Request, visitor: Deciding, work: Working) -> Response:
    words = visitor.words
    with work.store.read() as connection:
        requests, items = desk.open_requests(connection), desk.waiting_items(connection)
        try:
            who_may = matrix(authority(connection), words)
        except Unusable:
            who_may = []
    return work.pages.show(
        request,
        "decisions/list.html",
        here="/decisions",
        requests=request_lines(requests, words, visitor.at),
        items=item_lines(items, words),
        who_may=who_may,
    )


@router.get("/{key}")
def show_item(request: Request, key: str, visitor: Deciding, work: Working) -> Response:
    return _item(request, key, visitor, work)


@router.post("/{key}")
def decide(request: Request, key: str, visitor: Deciding, work: Working, form: Posted) -> Response:
    """What the button says, with the reason, and what was confirmed by hand."""
    try:
        decide_case(
            work.store,
            work.law,
            key,
            form.get("kind", ""),
            by=visitor.me.user_id,
            at=visitor.at,
            why=form.get("why", ""),
            confirmed={name.removeprefix(CONFIRMS) for name in form if name.startswith(CONFIRMS)},
            until_on=_day(form.get("until_on")),
            terms=_terms(key, visitor, work, form),
        )
    except Unusable as fault:
        return _item(request, key, visitor, work, fault=fault, form=form)
    return go_to("/decisions?said=decided")


def _terms(key: str, visitor: Visitor, work: Workspace, form: Form) -> Terms | None:
    """The plan of the offer that was chosen, where one was."""
    offer = form.get("offer")
    if not offer or form.get("kind") not in ("restructure", "settlement"):
        return None
    with work.store.read() as connection:
        account_id = weigh(connection, work.law, key, visitor.at).account["account_id"]
        terms = terms_of_offer(connection, work.law, account_id, offer, visitor.me.role, visitor.at)
    return Terms(*terms, form.get("accepted", ""), visitor.at)


def _item(
    request: Request,
    key: str,
    visitor: Visitor,
    work: Workspace,
    *,
    fault: Unusable | None = None,
    form: Form | None = None,
) -> Response:
    words = visitor.words
    with work.store.read() as connection:
        try:
            weighed = weigh(connection, work.law, key, visitor.at)
        except Unusable as gone:
            if gone.problem.code == "not_on_the_desk":
                return go_to("/decisions?said=gone") if desk.known(connection, key) else _not_found()
            raise Fault(FaultKind.NOT_FOUND) from gone
        offers = _offers(connection, weighed, visitor, work)
        before = desk.decisions_of(connection, weighed.person_id)
        why = next((row["words"] for row in explanations.about(connection, [key])), None)
    said = None
    if fault is not None:
        said = ("refused", words.say("Not decided: %(what)s", what=f"{fault.problem.what} {fault.problem.fix}"))
    return work.pages.show(
        request,
        "decisions/item.html",
        here="/decisions",
        status=200 if fault is None else 422,
        back=f"/decisions/{key}",
        said=said,
        view=item_view(weighed, why, offers, before, visitor.me.role, words),
        form=form or {},
    )


def _not_found() -> Response:
    raise Fault(FaultKind.NOT_FOUND)


def _offers(connection: Connection, weighed: Weighed, visitor: Visitor, work: Workspace) -> OffersFor | None:
    """The plans that this role may agree to; None where none can be made."""
    try:
        return offers_now(connection, work.law, weighed.account, visitor.me.role, visitor.at)
    except Unusable:
        return None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
