"""
The forms of what they say: each does one verb, with the verb's own checks and words.

Reads:  the store, the folder of kept files
Gives:  the case again with the news, or a file that somebody sent
Never:  opens a file in the page: it is handed out as a download, and that it was opened is a fact.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from arrears.daytime import (
    ask_for_document,
    confirm_cause,
    finish_step,
    hear,
    note_step,
    open_document,
    pin_next_step,
    read_document,
    receive_document,
    take_back_claim,
    take_claim,
)
from arrears.kernel.money import cents_from_text
from arrears.kernel.problem import Unusable
from arrears.store import claims
from arrears.store.kept_files import ENDINGS, FOLDER
from arrears.store.pages import CasePage
from arrears.web.case.page import case_rows, not_recorded
from arrears.web.case.records import done, one_of
from arrears.web.faults import Fault, FaultKind
from arrears.web.render import HEADERS, go_to
from arrears.web.visitor import QUEUE_ROLES, InRole, Posted, Visitor
from arrears.web.workspace import Working, Workspace

router = APIRouter(prefix="/case/{item_id}")
Collecting = Annotated[Visitor, Depends(InRole(*QUEUE_ROLES))]


@router.post("/say")
def claim(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    page = case_rows(item_id, work)
    amount, day, payday = form.get("amount", "").replace(",", ""), form.get("on", ""), form.get("payday", "")
    try:
        cents = cents_from_text(amount) if amount else None
        on = date.fromisoformat(day) if day else None
        pays = int(payday) if payday else None
    except ValueError:
        return go_to(f"/case/{item_id}?said=claim_unreadable")
    return done(
        request,
        item_id,
        visitor,
        work,
        "noted",
        lambda: take_claim(
            work.store,
            person_id=page.item["person_id"],
            kind=form.get("kind", ""),
            by=visitor.me.user_id,
            at=visitor.at,
            amount_cents=cents,
            currency=_currency(page),
            on=on,
            payday=pays,
            words=form.get("words"),
            request_key=form.get("request_key") or None,
        ),
    )


@router.post("/say-back")
def claim_back(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    by, at = visitor.me.user_id, visitor.at
    claim_id = _of_case("claim_id", form, item_id, work)
    return done(request, item_id, visitor, work, "noted", lambda: take_back_claim(work.store, claim_id, by=by, at=at))


@router.post("/document-ask")
def document_ask(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    by, at = visitor.me.user_id, visitor.at
    claim_id = _of_case("claim_id", form, item_id, work)
    return done(request, item_id, visitor, work, "noted", lambda: ask_for_document(work.store, claim_id, by=by, at=at))


async def file_sent(request: Request) -> tuple[str, bytes] | None:
    """Name and bytes of the file of a form; None where none was chosen. The edge has bounded its size."""
    sent = (await request.form()).get("file")
    return (sent.filename or "", await sent.read()) if isinstance(sent, UploadFile) else None


@router.post("/document")
def document(
    request: Request,
    item_id: str,
    visitor: Collecting,
    work: Working,
    form: Posted,
    sent: Annotated[tuple[str, bytes] | None, Depends(file_sent)],
) -> Response:
    if sent is None:
        return go_to(f"/case/{item_id}?said=no_file")
    name, data = sent
    claim_id = _of_case("claim_id", form, item_id, work)
    return done(
        request,
        item_id,
        visitor,
        work,
        "noted",
        lambda: receive_document(
            work.store,
            claim_id,
            data,
            file_name=name,
            folder=work.home / FOLDER,
            by=visitor.me.user_id,
            at=visitor.at,
        ),
    )


@router.post("/document-read")
def document_read(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    supports = form.get("supports")
    if supports not in ("yes", "no"):
        raise Fault(FaultKind.NOT_FOUND)
    document_id = _of_case("document_id", form, item_id, work)
    return done(
        request,
        item_id,
        visitor,
        work,
        "noted",
        lambda: read_document(
            work.store,
            document_id,
            supports=supports == "yes",
            by=visitor.me.user_id,
            at=visitor.at,
            why=form.get("why", ""),
        ),
    )


@router.post("/document-open")
def document_open(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    document_id = _of_case("document_id", form, item_id, work)
    try:
        opened = open_document(
            work.store,
            document_id,
            folder=work.home / FOLDER,
            by=visitor.me.user_id,
            at=visitor.at,
        )
    except Unusable as fault:
        return not_recorded(request, item_id, visitor, work, fault)
    ending = ENDINGS[opened.media_type]
    return Response(
        opened.data,
        media_type=opened.media_type,
        headers={
            **HEADERS,
            "cache-control": "no-store",
            "content-disposition": f'attachment; filename="{opened.document_id}.{ending}"',
        },
    )


@router.post("/cause")
def cause(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    page = case_rows(item_id, work)
    return done(
        request,
        item_id,
        visitor,
        work,
        "noted",
        lambda: confirm_cause(
            work.store,
            person_id=page.item["person_id"],
            cause=form.get("cause", ""),
            by=visitor.me.user_id,
            at=visitor.at,
        ),
    )


@router.post("/step")
def step(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    page = case_rows(item_id, work)
    try:
        due_on = date.fromisoformat(form.get("due_on", ""))
    except ValueError:
        return go_to(f"/case/{item_id}?said=day_missing")
    return done(
        request,
        item_id,
        visitor,
        work,
        "noted",
        lambda: pin_next_step(
            work.store,
            person_id=page.item["person_id"],
            step=form.get("step", ""),
            due_on=due_on,
            by=visitor.me.user_id,
            at=visitor.at,
        ),
    )


@router.post("/step-done")
def step_done(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    by, at = visitor.me.user_id, visitor.at
    step_id = _of_case("next_step_id", form, item_id, work)
    return done(request, item_id, visitor, work, "noted", lambda: finish_step(work.store, step_id, by=by, at=at))


@router.post("/hear")
def heard(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    page = case_rows(item_id, work)
    return done(
        request,
        item_id,
        visitor,
        work,
        "heard",
        lambda: hear(
            work.store,
            person_id=page.item["person_id"],
            words=form.get("words", ""),
            language=form.get("language", ""),
            by=visitor.me.user_id,
            at=visitor.at,
        ),
    )


@router.post("/note")
def note(request: Request, item_id: str, visitor: Collecting, work: Working, form: Posted) -> Response:
    page = case_rows(item_id, work)
    return done(
        request,
        item_id,
        visitor,
        work,
        "noted",
        lambda: note_step(
            work.store,
            person_id=page.item["person_id"],
            step=form.get("step", ""),
            by=visitor.me.user_id,
            at=visitor.at,
        ),
    )


def _of_case(name: str, form: dict[str, str], item_id: str, work: Workspace) -> str:
    """A claim, document or next step of this case's person; one of another case is not there."""
    person_id = case_rows(item_id, work).item["person_id"]
    with work.store.read() as connection:
        step = claims.step_of(connection, person_id)
        rows = {
            "claim_id": claims.claims_of(connection, person_id),
            "document_id": claims.documents_of(connection, person_id),
            "next_step_id": [] if step is None else [step],
        }[name]
    return one_of(form.get(name), [row[name] for row in rows])


def _currency(page: CasePage) -> str:
    """The currency they are spoken to in: that of the account that leads the case."""
    lead = page.item["lead_account_id"]
    return next(
        (str(row["currency"]) for row in page.accounts if row["account_id"] == lead), page.accounts[0]["currency"]
    )
