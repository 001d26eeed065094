"""
Kinds that speak about one act: who, when, how often, from what data, under what standing.

The fields are what the TOML says; `judge.py` and `columns.py` read them, and a test holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

CALLS = ("call", "ai_call")
OBLIGORS = ("borrower", "co_borrower", "guarantor")
CONTACT_CHANNELS = ("call", "ai_call", "sms", "email", "letter", "visit")
PURPOSES = ("collect", "locate", "pass_message", "service", "answer_request")
ROLES = (*OBLIGORS, "contact_person", "third_party")
TRIGGERS = ("unreachable", "dead", "incapable")
COUNTED = ("connected_call", "dial", "message")


def _known(values: tuple[str, ...], vocabulary: tuple[str, ...], what: str) -> None:
    for value in values:
        if value not in vocabulary:
            raise ValueError(f"{what} {value!r} is not one of {', '.join(vocabulary)}")


@dataclass(frozen=True, slots=True)
class ClosedHours:
    """No contact while the recipient's wall clock is in [closed_from, closed_to)."""

    closed_from: time
    closed_to: time
    channels: tuple[str, ...] = CONTACT_CHANNELS
    lifted_by: str | None = None
    """A consent of the debtor (Standing.consents); it lifts for obligors only."""

    def __post_init__(self) -> None:
        _known(self.channels, CONTACT_CHANNELS, "channel")
        if self.closed_from == self.closed_to:
            raise ValueError("closed_from and closed_to are the same minute")


@dataclass(frozen=True, slots=True)
class Counts:
    """
    At most `at_most` of `what` per `per` in `days` local calendar days, the day of the act being the last.

    what: connected_call (outbound, reached or not known not to be) | dial (outbound call attempts) | message.
    An act is refused once the history already holds `at_most`. Counted over every loan, number and agency of
    the lender (pooled) whenever the caller hands in that history.
    """

    what: str
    per: tuple[str, ...]
    at_most: int
    unit: str
    channels: tuple[str, ...]
    days: int = 1
    lifted_by: str | None = None
    purposes: tuple[str, ...] = PURPOSES
    """Purposes of acts the cap stops; every earlier contact counts, whatever it was for."""

    def __post_init__(self) -> None:
        _known((self.what,), COUNTED, "what")
        _known(self.per, ("debtor", "number", "person"), "per")
        _known(self.channels, CONTACT_CHANNELS, "channel")
        _known(self.purposes, PURPOSES, "purpose")
        if len(self.per) != 1:
            raise ValueError("per names exactly one of debtor, number, person")
        if self.at_most < 0 or self.days < 1:
            raise ValueError("at_most is at least 0 and days at least 1")


@dataclass(frozen=True, slots=True)
class CollectOnlyFrom:
    """Payment is asked of `roles` only. What others may be contacted for is the `third_party` kind's business."""

    roles: tuple[str, ...]

    def __post_init__(self) -> None:
        _known(self.roles, ROLES, "role")


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """
    When and for what somebody who does not owe the debt may be contacted at all.

    only_roles: who among them; only_if: one of these must be shown; purposes: what for; empty is no condition.
    """

    only_roles: tuple[str, ...] = ()
    only_if: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    may_disclose_debt: bool = False
    stops_when_declined: bool = True

    def __post_init__(self) -> None:
        _known(self.only_roles, ROLES, "role")
        _known(self.only_if, TRIGGERS, "only_if")
        _known(self.purposes, PURPOSES, "purpose")


@dataclass(frozen=True, slots=True)
class Unreachable:
    """
    What shows that the debtor can't be reached, since the debtor was last reached:

    number_invalid: the debtor's own number is known not to work;
    failed_calls: that many failed calls to the debtor, from the next local day on;
    failed_days: failed calls on that many consecutive local days, at once.
    """

    failed_calls: int
    failed_days: int
    unit: str
    number_invalid: bool = True

    def __post_init__(self) -> None:
        if self.failed_calls < 1 or self.failed_days < 1:
            raise ValueError("failed_calls and failed_days are at least 1")
        if self.failed_days < self.failed_calls:
            raise ValueError("failed_days is less than failed_calls: no reader has been written for that")


@dataclass(frozen=True, slots=True)
class LawfulSources:
    """Contact data may come from these sources only; an unknown source is not one of them."""

    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hold:
    """
    While one of `holds` (or a `flag`) stands, acts for `purposes` wait. "*" is any hold that no other
    provision in force names.
    """

    holds: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ("collect", "locate", "pass_message")

    def __post_init__(self) -> None:
        _known(self.flags, ("debtor_dead", "debtor_incapable"), "flag")
        _known(self.purposes, PURPOSES, "purpose")
        if not self.holds and not self.flags:
            raise ValueError("holds and flags are both empty")


@dataclass(frozen=True, slots=True)
class Switch:
    """Acts on `channels` need a switch that is off until somebody turns it on."""

    channels: tuple[str, ...]
    flag: str

    def __post_init__(self) -> None:
        _known(self.channels, CONTACT_CHANNELS, "channel")
        _known((self.flag,), ("visits_enabled",), "flag")


@dataclass(frozen=True, slots=True)
class StoppedChannel:
    """A channel its owner stopped is not used for `purposes`."""

    purposes: tuple[str, ...]

    def __post_init__(self) -> None:
        _known(self.purposes, PURPOSES, "purpose")


@dataclass(frozen=True, slots=True)
class VisitNeeds:
    """
    What a visit needs before it may start, asked of Standing.facts: `visitors` (count), `visit_ids_carried`,
    `visit_recorded`, `visit_entry_agreed`. A fact that is not stated is unknown, and the visit waits.
    """

    visitors_at_least_people: int = 0
    ids_carried: bool = False
    recorded_throughout: bool = False
    entry_agreed: bool = False

    def needs(self) -> tuple[tuple[str, int | bool], ...]:
        """(fact, what it must be) for each condition this provision states."""
        wanted: list[tuple[str, int | bool]] = []
        if self.visitors_at_least_people:
            wanted.append(("visitors", self.visitors_at_least_people))
        if self.ids_carried:
            wanted.append(("visit_ids_carried", True))
        if self.recorded_throughout:
            wanted.append(("visit_recorded", True))
        if self.entry_agreed:
            wanted.append(("visit_entry_agreed", True))
        return tuple(wanted)
