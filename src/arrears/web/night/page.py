"""
The night, for those who answer for it: the plan, why and why not, what capacity is worth, and the proof.

Reads:  the newest night in the store, and its files in the home folder
Gives:  the page, with the age of its figures; the accounts behind each of them
Never:  shows the files of another night than the one that people are working.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from arrears.store.pages import NightPage, case_keys, read_night
from arrears.web.night.accounts_view import AccountsView, Asked, accounts_view
from arrears.web.night.view import night_view
from arrears.web.queue.view import figures_of
from arrears.web.visitor import NIGHT_ROLES, QUEUE_ROLES, InRole, Visitor
from arrears.web.workspace import Working, Workspace

router = APIRouter()
Answering = Annotated[Visitor, Depends(InRole(*NIGHT_ROLES))]


@router.get("/night")
def show(request: Request, visitor: Answering, work: Working) -> Response:
    with work.store.read() as connection:
        page = read_night(connection)
    files = None if page is None else night_files(work.home, page.night["as_of"].isoformat(), page.night["night_id"])
    view = None
    if page is not None and files is not None:
        view = night_view(page, files["summary"], files["certificate"], visitor.words, visitor.at)
    return work.pages.show(
        request,
        "night/page.html",
        here="/night",
        view=view,
        night_id=None if page is None else page.night["night_id"],
    )


@router.get("/night/accounts")
def list_accounts(request: Request, visitor: Answering, work: Working) -> Response:
    """The accounts behind a figure, which the address names. An address of a night gone by lists the newest."""
    with work.store.read() as connection:
        page = read_night(connection)
    view = None if page is None else _accounts(page, Asked.of(request.query_params), visitor, work)
    return work.pages.show(request, "night/accounts.html", view=view)


def _accounts(page: NightPage, asked: Asked, visitor: Visitor, work: Workspace) -> AccountsView | None:
    from arrears.nightly.behind_figure import ROWS, behind_figure  # with it comes the engine, which few pages need

    directory = night_directory(work.home, page.night["as_of"].isoformat(), page.night["night_id"])
    behind = behind_figure(directory, asked.figure(), page=asked.page)
    if behind is None:
        return None
    cases: Mapping[str, str] = {}
    if visitor.me.role in QUEUE_ROLES:
        with work.store.read() as connection:
            cases = case_keys(connection, {row["person_id"] for row in behind.rows if row["person_id"]})
    return accounts_view(
        asked,
        behind,
        cases,
        visitor.words,
        figures=figures_of(page.night, visitor.words, visitor.at) or "",
        currency=page.currency or "CNY",
        per_page=ROWS,
    )


def night_directory(home: Path, as_of: str, night_id: str) -> Path:
    """Where the files of a night are, if they are in this home."""
    return home / "nights" / f"{as_of}-{night_id.removeprefix('night-')}"


def night_files(home: Path, as_of: str, night_id: str) -> dict[str, Any] | None:
    """What the night wrote about itself; None where its files are not in this home."""
    directory = night_directory(home, as_of, night_id)
    return _read(directory) if (directory / "manifest.json").is_file() else None


@lru_cache(maxsize=8)
def _read(directory: Path) -> dict[str, Any]:
    """A published night never changes, so its files are read once."""
    return {
        name: json.loads((directory / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("summary", "certificate")
    }
