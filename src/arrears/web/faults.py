"""
What can go wrong between a browser and a page, as a closed list with words that say what to do.

Gives:  Fault, raised by pages and their dependencies; `app.py` turns one into a page in the reader's language
Never:  tells a visitor more about a thing than that it is not theirs to see.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from arrears.web.words.catalogue import marked as _


@dataclass(frozen=True, slots=True)
class FaultWords:
    """HTTP status and the page's words: what happened, and what to do."""

    status: int
    title: str
    what: str
    do: str


class FaultKind(Enum):
    """Every fault that has a page."""

    SIGN_IN_FIRST = FaultWords(
        401, _("Sign in first"), _("Your session has ended, or there was none."), _("Sign in and go on.")
    )
    NOT_FOR_ROLE = FaultWords(
        403,
        _("This page is not for your role"),
        _("It is open to: %(roles)s. You are signed in as %(role)s."),
        _("Go back to your own pages, or ask your administrator if your role should change."),
    )
    FORGED = FaultWords(
        403,
        _("This form was not accepted"),
        _("It did not carry the mark of a page of this site, or the page was older than your sign-in."),
        _("Go back, load the page again and send it once more. Nothing was changed."),
    )
    OLDER_PAGE = FaultWords(
        403,
        _("This form was not accepted"),
        _("The page was older than your sign-in."),
        _("Go back, load the page again and send it once more. Nothing was changed."),
    )
    NOT_YOURS = FaultWords(
        403,
        _("This case is with somebody else"),
        _("Its collector holds it, and one case has one collector at a time."),
        _("Take the next case from your queue."),
    )
    NOT_FOUND = FaultWords(
        404,
        _("There is no such page"),
        _("The address is wrong, or what stood here has gone."),
        _("Go back to your queue and open the case from there."),
    )
    TOO_LARGE = FaultWords(
        413, _("That was too much at once"), _("The form is larger than any of our pages sends."), _("Send less text.")
    )
    CONTROL_CHARACTER = FaultWords(
        422,
        _("That can't be read"),
        _("It holds a control character, which no key types and no page shows."),
        _("Go back, type the text by hand and send it again. Nothing was changed."),
    )
    BROKEN = FaultWords(
        500,
        _("Something broke on our side"),
        _("What you sent was not half-done: a step is recorded whole or not at all."),
        _("Try once more. If it happens again, give the number below to your administrator."),
    )


class Fault(Exception):  # noqa: N818 - a fault is what it is called everywhere else
    """Raised to show the page of `kind`."""

    def __init__(self, kind: FaultKind, *, roles: tuple[str, ...] = ()) -> None:
        super().__init__(kind.name.lower())
        self.kind = kind
        self.roles = roles
