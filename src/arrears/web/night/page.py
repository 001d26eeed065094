"""
The night, for those who answer for it: the plan, why and why not, what capacity is worth, and the proof.

Reads:  the newest night in the store, and its files in the home folder
Gives:  the page, with the age of its figures
Never:  shows the files of another night than the one that people are working.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from arrears.store.pages import read_night
from arrears.web.night.view import night_view
from arrears.web.visitor import NIGHT_ROLES, InRole, Visitor
from arrears.web.workspace import Working

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


def night_files(home: Path, as_of: str, night_id: str) -> dict[str, Any] | None:
    """What the night wrote about itself; None where its files are not in this home."""
    directory = home / "nights" / f"{as_of}-{night_id.removeprefix('night-')}"
    return _read(directory) if (directory / "manifest.json").is_file() else None


@lru_cache(maxsize=8)
def _read(directory: Path) -> dict[str, Any]:
    """A published night never changes, so its files are read once."""
    return {
        name: json.loads((directory / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("summary", "certificate")
    }
