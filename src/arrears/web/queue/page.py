"""
The queue: one key takes the next case.

Reads:  the store
Gives:  the page; a claim when the collector asks for the next case
Never:  hands a collector a case by reading the page: only the POST claims.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from arrears.daytime import take_next
from arrears.store.pages import find_cases, read_queue
from arrears.web.queue.view import queue_view
from arrears.web.render import go_to
from arrears.web.visitor import QUEUE_ROLES, InRole, Visitor
from arrears.web.workspace import Working

router = APIRouter()
Collecting = Annotated[Visitor, Depends(InRole(*QUEUE_ROLES))]


@router.get("/queue")
def show(request: Request, visitor: Collecting, work: Working) -> Response:
    with work.store.read() as connection:
        page = read_queue(connection, visitor.me.user_id, visitor.at)
    return work.pages.show(
        request, "queue/page.html", here="/queue", view=queue_view(page, work.law, visitor.words, visitor.at, work.zone)
    )


@router.get("/find")
def find(request: Request, visitor: Collecting, work: Working, asked: str = "") -> Response:
    """
    A case that is in no list, because somebody calls in: by account, person or telephone number exactly, or by how the
    name begins. One is opened; several are shown masked, to be told apart by their account.
    """
    asked = asked.strip()[:200]
    with work.store.read() as connection:
        found = find_cases(connection, asked) if asked else []
        if len(found) == 1:
            return go_to(f"/case/{found[0].key}")
        page = read_queue(connection, visitor.me.user_id, visitor.at)
    view = queue_view(page, work.law, visitor.words, visitor.at, work.zone, looked_for=asked, found=found)
    return work.pages.show(
        request, "queue/page.html", status=200 if found else 404, here="/queue", back="/queue", view=view
    )


@router.post("/queue/next")
def take(visitor: Collecting, work: Working) -> Response:
    item = take_next(work.store, visitor.me.user_id, at=visitor.at)
    return go_to("/queue?said=nothing_next" if item is None else f"/case/{item.queue_item_id}")
