"""
The design system, shown by itself: tokens, type, and each component in each of its states.

Reads:  nothing of anybody's
Gives:  one page, for whoever builds or checks pages; any signed-in user may read it
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from arrears.store.people import ROLES
from arrears.web.parts.day_bar import DayBar
from arrears.web.render import STATIC
from arrears.web.visitor import InRole, Visitor
from arrears.web.workspace import Working

router = APIRouter()
SignedInAs = Annotated[Visitor, Depends(InRole(*ROLES))]

STATES = ("allowed", "refused", "held", "told", "quiet")
ICONS = ("call", "message", "letter", "visit", "money", "promise", "lock", "eye", "person", "mark")


@router.get("/style")
def show(request: Request, visitor: SignedInAs, work: Working) -> Response:
    noon = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
    zone = ZoneInfo("Asia/Shanghai")
    return work.pages.show(
        request,
        "style/page.html",
        here="/style",
        states=STATES,
        icons=ICONS,
        colours=colours(),
        open_bar=DayBar(zone, ((480, 1320),), 720, noon.astimezone(zone)),
        closed_bar=DayBar(zone, ((480, 1320),), 1400, noon.astimezone(zone)),
    )


def colours() -> list[str]:
    """Names of the colour tokens, read off the style sheet itself."""
    sheet = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    light = sheet.split("@media", 1)[0]
    return re.findall(r"--([a-z0-9-]+):\s*#[0-9a-f]{6}", light)
