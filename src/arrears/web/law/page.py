"""
The law browser: every provision of the loaded packs, found by words, kind, force or certainty.

Reads:  the law as it was loaded, the newest night's own summary
Gives:  /law, the list; /law/<provision>, one provision with every version of it
Never:  changes a provision: law is changed in its files, with its cases, and loaded again.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from arrears.store.pages import read_night
from arrears.web.faults import Fault, FaultKind
from arrears.web.law.view import Asked, list_view, provision_view
from arrears.web.night.page import night_files
from arrears.web.visitor import LAW_ROLES, InRole, Visitor
from arrears.web.workspace import Working, Workspace

router = APIRouter()
Reading = Annotated[Visitor, Depends(InRole(*LAW_ROLES))]


@router.get("/law")
def show_list(
    request: Request, visitor: Reading, work: Working, find: str = "", kind: str = "", force: str = "", sure: str = ""
) -> Response:
    asked = Asked(find.strip()[:200], kind, force, sure)
    view = list_view(work.law, asked, held_tonight(work), _today(work), visitor.words)
    return work.pages.show(request, "law/list.html", here="/law", view=view)


@router.get("/law/{provision_id}")
def show_provision(request: Request, provision_id: str, visitor: Reading, work: Working) -> Response:
    versions = [item for item in work.law.provisions if item.id == provision_id]
    if not versions:
        raise Fault(FaultKind.NOT_FOUND)
    view = provision_view(work.law, versions, held_tonight(work).get(provision_id, 0), _today(work), visitor.words)
    return work.pages.show(request, "law/page.html", here="/law", view=view)


def held_tonight(work: Workspace) -> Counter[str]:
    """Provision to the accounts that the newest night left alone because of it; empty where no night is here."""
    with work.store.read() as connection:
        page = read_night(connection)
    files = None if page is None else night_files(work.home, page.night["as_of"].isoformat(), page.night["night_id"])
    held: Counter[str] = Counter()
    for row in files["summary"]["reasons"] if files else ():
        if row["provision_id"]:
            held[row["provision_id"]] += row["accounts"]
    return held


def _today(work: Workspace) -> date:
    return work.clock().astimezone(work.zone).date()
