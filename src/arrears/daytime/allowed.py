"""
Which role may do which verb, asked in the verb's own transaction, so that a page and a command are checked alike.

Reads:  the users on record
Gives:  nothing, or Unusable `not_for_role`
Never:  trusts what a page says of a role. What the borrower asks for is taken down by whoever hears it.
"""

from __future__ import annotations

from sqlalchemy import Connection

from arrears.daytime.transaction import unusable
from arrears.store import people

COLLECTING = ("collector", "supervisor", "head")
LEADING = ("supervisor", "head")

ROLES = {
    "hold.place": (*COLLECTING, "compliance"),
    "hold.lift": (*LEADING, "compliance"),
    "payment.record": LEADING,
    "payment.reverse": LEADING,
    "consent.record": COLLECTING,
    "consent.withdraw": (*COLLECTING, "compliance"),
    "case.take_over": LEADING,
    "outcome.correct": COLLECTING,
    "outcome.correct_for_another": LEADING,
    "contact.record_inbound": COLLECTING,
    "contact_point.add": LEADING,
    "step.finish": (*COLLECTING, "compliance"),
    "document.ask": COLLECTING,
    "document.receive": (*COLLECTING, "compliance"),
    "document.read": (*COLLECTING, "compliance"),
    "decision.read": LEADING,
    "means.record": COLLECTING,
}
"""Verb to the roles that may do it."""

FEEDS = {
    "hold.place": ("portal",),
    "consent.record": ("portal",),
    "promise.take": ("portal",),
    "consent.withdraw": ("portal",),
    "means.record": ("portal",),
    "payment.record": ("bank",),
    "payment.reverse": ("bank",),
}
"""Who does a verb without being a person: the borrower's own portal, the bank's file of payments."""


def is_feed(by: str, verb: str) -> bool:
    """Whether `by` does this verb without being a person."""
    return by in FEEDS.get(verb, ())


def must_be_allowed(connection: Connection, by: str, verb: str) -> None:
    """Raises Unusable `not_for_role` unless `by` may do `verb`."""
    if is_feed(by, verb):
        return
    role = people.role_of(connection, by)
    if role not in ROLES[verb]:
        raise unusable(
            "not_for_role",
            f"user {by!r}",
            f"is {role or 'not an active user'}, and {verb} is for {', '.join(ROLES[verb])}.",
            "Who may change what is decided about a borrower answers for it by name.",
            "Ask somebody of that role to do it.",
        )
