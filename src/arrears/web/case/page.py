"""
The case, and every step that can be taken on it.

Reads:  the store, the law through the gate's preview
Gives:  the page; one verb of the day per POST
Never:  dials: a permit shows the number and the collector dials. Never: takes a step for somebody who does not hold
        the case, except a borrower's own request to hold collection, which anybody who hears it records at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import tzinfo
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from arrears.contact.permit import Permit
from arrears.daytime import (
    Ledger,
    claim,
    finish,
    ledger_of,
    place_attempt,
    place_hold,
    preview,
    record_outcome,
    release,
    rest,
    take_next,
    take_promise,
    talk_of,
)
from arrears.daytime.basis import basis_of
from arrears.daytime.promise_standing import promises_at
from arrears.daytime.reveal_detail import PURPOSES, NotRevealed, WhyHidden, reveal_detail
from arrears.kernel.problem import Unusable
from arrears.law.local_time import plausible_zones
from arrears.outcome.promise import CHANNELS, MONEY_SOURCES
from arrears.outcome.promise_clock import PromiseStatus
from arrears.outcome.table import HOLD_KINDS, SPOKEN
from arrears.queue.claim import FINISHED_WHY, NotClaimed, QueueItem, WhyNot
from arrears.store.pages import CasePage, in_contact, read_case
from arrears.store.talks import last_heard
from arrears.web.case.allowed import ground_line
from arrears.web.case.asks import Wanted, agreed_time, promise_asked
from arrears.web.case.claims_view import LedgerView, ledger_view
from arrears.web.case.plan_view import plans_view
from arrears.web.case.records_view import records_of
from arrears.web.case.summary import summary_of
from arrears.web.case.talk_view import TalkView, talk_view, tone_of
from arrears.web.case.view import HOLDS_ASKED_FOR, CaseView, PromiseForm, case_view
from arrears.web.faults import Fault, FaultKind
from arrears.web.render import go_to
from arrears.web.visitor import QUEUE_ROLES, InRole, Posted, Visitor
from arrears.web.words.catalogue import marked
from arrears.web.words.labels import label
from arrears.web.workspace import Working, Workspace

router = APIRouter(prefix="/case/{item_id}")
Collecting = Annotated[Visitor, Depends(InRole(*QUEUE_ROLES))]

WHY_NOT = {
    WhyNot.GONE: "gone",
    WhyNot.CLAIMED_BY_ANOTHER: "claimed_by_another",
    WhyNot.HELD: "on_hold",
    WhyNot.PERMIT_OPEN: "permit_open",
    WhyNot.PAID: "paid",
    WhyNot.FOR_DECISION: "for_decision",
}


WHY_HIDDEN = {
    WhyHidden.NOT_YOUR_CASE: marked(
        "Not shown: you don't hold this case. Take it first, or record that they contacted you."
    ),
    WhyHidden.ONLY_TO_ANSWER: marked("Not shown: who was contacted answers, and begins no contact of their own."),
    WhyHidden.TOO_MANY: marked("Not shown: you have looked at as many details as an hour allows."),
}


@router.get("")
def show(request: Request, item_id: str, visitor: Collecting, work: Working) -> Response:
    return _page(request, item_id, visitor, work)


@router.get("/allowed")
def refresh_allowed(request: Request, item_id: str, visitor: Collecting, work: Working) -> Response:
    """The allowed-now panel alone: the page asks for it every minute, because hours pass while a case is open."""
    return _page(request, item_id, visitor, work, template="case/allowed.html")


@router.get("/{step}")
def back_to_case(item_id: str, step: str, visitor: Collecting) -> Response:
    """A step is taken by a form. Its address read again, after a reload, is the case."""
    return go_to(f"/case/{item_id}")


@router.post("/claim")
def take(item_id: str, visitor: Collecting, work: Working) -> Response:
    return _moved(item_id, claim(work.store, item_id, visitor.me.user_id, at=visitor.at), "claimed")


@router.post("/release")
def let_go(item_id: str, visitor: Collecting, work: Working) -> Response:
    answer = release(work.store, item_id, visitor.me.user_id, at=visitor.at)
    return _moved(item_id, answer, "released", then="/queue")


@router.post("/finish")
def done(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    """Done for today: with a reason, unless an outcome says it."""
    try:
        answer = finish(work.store, item_id, visitor.me.user_id, at=visitor.at, why=form.get("why") or None)
    except Unusable as fault:
        return not_recorded(request, item_id, visitor, work, fault)
    return _moved(item_id, answer, "finished", then="/queue")


@router.post("/rest")
def let_rest(item_id: str, visitor: Collecting, work: Working) -> Response:
    """Not now: the case comes back in two hours, and until then its collector finds it among their rested cases."""
    return _moved(item_id, rest(work.store, item_id, visitor.me.user_id, at=visitor.at), "rested", then="/queue")


@router.post("/next")
def next_case(item_id: str, visitor: Collecting, work: Working) -> Response:
    """The next case. One that is still held is not put down by asking for another."""
    item = take_next(work.store, visitor.me.user_id, at=visitor.at)
    if item is None:
        return go_to("/queue?said=nothing_next")
    return go_to(f"/case/{item.queue_item_id}{'?said=still_yours' if item.queue_item_id == item_id else ''}")


@router.post("/attempt")
def ask_the_gate(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    page = case_rows(item_id, work)
    try:
        answer = place_attempt(
            work.store,
            work.law,
            queue_item_id=item_id,
            contact_point_id=form.get("contact_point_id", ""),
            channel=form.get("channel", ""),
            collector_id=visitor.me.user_id,
            at=visitor.at,
            request_key=form.get("request_key") or None,
        )
    except Unusable as fault:
        raise Fault(FaultKind.NOT_FOUND) from fault
    if isinstance(answer, Permit):
        return go_to(f"/case/{item_id}")
    zone = zone_of(page, work)
    return _page(
        request,
        item_id,
        visitor,
        work,
        status=409,
        refusal=[ground_line(ground, visitor.words, zone) for ground in answer.grounds],
    )


@router.post("/outcome")
def record(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    page = case_rows(item_id, work)
    attempt_id = form.get("attempt_id", "")
    _must_be_of_case(page, attempt_id, visitor)
    try:
        recorded = record_outcome(
            work.store,
            attempt_id,
            form.get("outcome", ""),
            by=visitor.me.user_id,
            at=visitor.at,
            note=form.get("note", "")[:500] or None,
            callback_at=agreed_time(form, zone_of(page, work)) if form.get("outcome") == "callback_requested" else None,
        )
    except Unusable as fault:
        return not_recorded(request, item_id, visitor, work, fault)
    return go_to(f"/case/{item_id}?said={'recorded_withdrawn' if recorded.hold_id else 'recorded'}")


@router.post("/promise")
def promise(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    page = case_rows(item_id, work)
    me = visitor.me.user_id
    attempt_id = form.get("attempt_id") or None
    if attempt_id is not None:
        _must_be_of_case(page, attempt_id, visitor)
    wanted = promise_asked(form, page.accounts, zone_of(page, work), visitor.at, visitor.words)
    if isinstance(wanted, Wanted):
        try:
            take_promise(
                work.store,
                account_id=wanted.account_id,
                amount_cents=wanted.amount_cents,
                due_at=wanted.due_at,
                channel=wanted.channel,
                money_source=wanted.money_source,
                by=me,
                at=visitor.at,
                attempt_id=attempt_id,
                request_key=form.get("request_key") or None,
            )
            if attempt_id is not None:
                record_outcome(work.store, attempt_id, "promised", by=me, at=visitor.at)
        except Unusable as fault:
            return not_recorded(request, item_id, visitor, work, fault)
        return go_to(f"/case/{item_id}?said=promised")
    return _page(
        request, item_id, visitor, work, status=422, promise_form=PromiseForm(values=dict(form), errors=wanted)
    )


@router.post("/hold")
def hold(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    """What the borrower asks for holds from this transaction on, whoever holds the case."""
    page = case_rows(item_id, work)
    kind = form.get("kind", "")
    if kind not in HOLDS_ASKED_FOR:
        raise Fault(FaultKind.NOT_FOUND)
    placed = place_hold(work.store, person_id=page.item["person_id"], kind=kind, by=visitor.me.user_id, at=visitor.at)
    return go_to(f"/case/{item_id}?said={'held' if placed.new else 'held_already'}")


@router.post("/reveal")
def reveal(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    """Shown once, on the page that answers; reading it is a fact with its purpose."""
    page = case_rows(item_id, work)
    purpose = form.get("purpose", "")
    point_id = form.get("contact_point_id") or None
    if purpose not in PURPOSES:
        raise Fault(FaultKind.NOT_FOUND)
    person_id = page.item["person_id"]
    if point_id is not None:
        owner = next((row["person_id"] for row in page.points if row["contact_point_id"] == point_id), None)
        if owner is None:
            raise Fault(FaultKind.NOT_FOUND)
        person_id = owner
    shown = reveal_detail(
        work.store,
        person_id=person_id,
        purpose=purpose,
        by=visitor.me.user_id,
        at=visitor.at,
        contact_point_id=point_id,
        debtor_id=page.item["person_id"],
    )
    if isinstance(shown, NotRevealed):
        words = visitor.words
        return _page(request, item_id, visitor, work, status=403, said=("refused", words.say(WHY_HIDDEN[shown.why])))
    if point_id is None:
        return _page(request, item_id, visitor, work, identity=shown)
    return _page(request, item_id, visitor, work, revealed={point_id: str(shown["value"])})


def case_rows(item_id: str, work: Workspace) -> CasePage:
    with work.store.read() as connection:
        page = read_case(connection, item_id)
    if page is None:
        raise Fault(FaultKind.NOT_FOUND)
    return page


def _holds(page: CasePage, visitor: Visitor) -> bool:
    me, until = visitor.me.user_id, page.item["claimed_until"]
    return page.item["claimed_by"] == me and ((until is not None and visitor.at < until) or in_contact(page, me))


def _must_be_of_case(page: CasePage, attempt_id: str, visitor: Visitor) -> None:
    """An attempt of this case, made by this collector: nobody records an outcome for somebody else's call."""
    for row in page.attempts:
        if row["attempt_id"] == attempt_id and row["collector_id"] == visitor.me.user_id:
            return
    raise Fault(FaultKind.NOT_FOUND)


def zone_of(page: CasePage, work: Workspace) -> tzinfo:
    zones = plausible_zones(page.person["time_zone"])
    return zones[0] if zones else work.zone


def _moved(item_id: str, answer: QueueItem | NotClaimed, said: str, *, then: str | None = None) -> Response:
    if isinstance(answer, NotClaimed):
        return go_to(f"/case/{item_id}?said={WHY_NOT[answer.why]}")
    return go_to(f"{then or f'/case/{item_id}'}?said={said}")


def not_recorded(request: Request, item_id: str, visitor: Visitor, work: Workspace, fault: Unusable) -> Response:
    """The verb's own words: where, what, why and what to do. Nothing was changed."""
    words = visitor.words
    return _page(
        request,
        item_id,
        visitor,
        work,
        status=422,
        said=("refused", words.say("Not recorded: %(what)s", what=f"{fault.problem.what} {fault.problem.fix}")),
    )


def _page(
    request: Request,
    item_id: str,
    visitor: Visitor,
    work: Workspace,
    *,
    template: str = "case/page.html",
    status: int = 200,
    said: tuple[str, str] | None = None,
    **shown: Any,
) -> Response:
    page = case_rows(item_id, work)
    # For a case that is not theirs a collector sees what the law says; that it is not theirs is said once, above.
    collector_id = visitor.me.user_id if _holds(page, visitor) else None
    previews = preview(work.store, work.law, person_id=page.item["person_id"], at=visitor.at, collector_id=collector_id)
    view = case_view(
        page,
        previews,
        work.law,
        visitor.words,
        visitor.at,
        me=visitor.me.user_id,
        house_zone=work.zone,
        request_key=secrets.token_hex(16),
        letterhead=work.letterhead,
        **shown,
    )
    ledger, ledger_shown = _ledger(page, visitor, work)
    return work.pages.show(
        request,
        template,
        status=status,
        said=said,
        back=f"/case/{item_id}",
        view=view,
        records=records_of(page, visitor),
        ledger=ledger_shown,
        talk=_talk(page, visitor, work, ledger, request.query_params.get("card")),
        lists=_lists(visitor, view),
        plans=plans_view(page, visitor, work),
    )


def ledger_on(page: CasePage, visitor: Visitor, work: Workspace) -> LedgerView:
    """What they said, for the page that shows it."""
    return _ledger(page, visitor, work)[1]


def _ledger(page: CasePage, visitor: Visitor, work: Workspace) -> tuple[Ledger, LedgerView]:
    person_id = page.item["person_id"]
    with work.store.read() as connection:
        ledger = ledger_of(connection, person_id, visitor.at)
        may_write = basis_of(connection, person_id, visitor.me.user_id, visitor.at) is not None
    return ledger, ledger_view(ledger, visitor, zone_of(page, work), may_write=may_write)


def _talk(page: CasePage, visitor: Visitor, work: Workspace, ledger: Ledger, chosen: str | None) -> TalkView:
    person_id, at = page.item["person_id"], visitor.at
    with work.store.read() as connection:
        talk = talk_of(connection, person_id, visitor.me.user_id, at)
        if talk is not None and talk.channel not in SPOKEN:
            talk = None
        last = None if talk is not None and talk.heard else last_heard(connection, person_id)
        last_promise = page.promises[-1] if page.promises else None
        stands = [] if last_promise is None else promises_at(connection, last_promise["account_id"], at)
    broken = any(
        last_promise is not None
        and one.promise_id == last_promise["promise_id"]
        and one.status in (PromiseStatus.BROKEN, PromiseStatus.PARTLY_KEPT)
        for one in stands
    )
    return talk_view(
        talk,
        page,
        visitor,
        work.law,
        zone_of(page, work),
        tone=tone_of(page, broken),
        last_heard=last,
        chosen=chosen,
        letterhead=work.letterhead,
        summary="" if talk is None else summary_of(talk, ledger, page, visitor.words, zone_of(page, work)),
    )


def _lists(visitor: Visitor, view: CaseView) -> Mapping[str, list[tuple[str, str]]]:
    """The choices of the forms, in words."""
    words = visitor.words
    return {
        "channels": [(code, words.pair(*pair)) for code, pair in CHANNELS.items()],
        "sources": [(code, words.pair(*pair)) for code, pair in MONEY_SOURCES.items()],
        "finished_why": [(code, words.pair(*pair)) for code, pair in FINISHED_WHY.items() if code != "worked"],
        "purposes": [(code, label(words, "reveal", code)) for code in PURPOSES],
        "holds": [(code, words.pair(*HOLD_KINDS[code])) for code in HOLDS_ASKED_FOR],
        "points": [(way.contact_point_id, f"{way.role} {way.value}") for way in view.ways],
    }
