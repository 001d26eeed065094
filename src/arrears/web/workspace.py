"""What the pages of one running application work on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from arrears.kernel.days import zone_named
from arrears.law.load import Law
from arrears.store.open import Store
from arrears.web.render import Pages


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes, as the lender says it: without it no message can be filled."""

    institution: str
    phone: str


@dataclass(frozen=True, slots=True)
class Workspace:
    """`clock` gives an aware instant; `home` holds the nights' files."""

    store: Store
    law: Law
    home: Path
    clock: Callable[[], datetime]
    pages: Pages
    letterhead: Letterhead | None = None

    @property
    def zone(self) -> tzinfo:
        """The lender's own clock, for times that belong to no borrower: that of the first law pack."""
        return zone_named(self.law.packs[0].clock)


def workspace_of(request: Request) -> Workspace:
    """The workspace of the application that answers this request."""
    workspace: Workspace = request.app.state.workspace
    return workspace


Working = Annotated[Workspace, Depends(workspace_of)]
