"""
One proposed act, what is known about the people in it, and what happened before: all that law looks at.

Comes in: plain values, gathered by the caller in one read. Never: a query, a clock, a queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from arrears.kernel.reasons import Reason


@dataclass(frozen=True, slots=True)
class Act:
    """Something a lender is about to do: at this instant, through this channel, to this person."""

    at: datetime
    channel: str
    """call | ai_call | sms | email | letter | visit"""
    debtor_id: str
    """The person whose debt it is: caps are counted per debtor."""
    recipient_id: str
    recipient_role: str
    """borrower | co_borrower | guarantor | contact_person | third_party"""
    account_ids: tuple[str, ...] = ()
    number: str | None = None
    """The number or address used; attempts are counted per number."""
    purpose: str = "collect"
    """collect | locate | pass_message | service | answer_request"""
    lawful_source: str | None = None
    discloses_debt: bool = False


@dataclass(frozen=True, slots=True)
class PastContact:
    """One earlier attempt or contact, in either direction, by whoever worked for this lender."""

    contact_id: str
    at: datetime
    channel: str
    person_id: str
    debtor_id: str
    direction: str = "outbound"
    number: str | None = None
    connected: bool | None = None
    outcome: str | None = None
    account_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for the people in the act at that instant. None is unknown, and unknown is never permission."""

    time_zone: str | None
    """The recipient's IANA zone; several plausible ones joined by "|"."""
    holds: frozenset[str] = frozenset()
    """Kinds of book.table.HOLDS that are in force for the debtor."""
    consents: frozenset[str] = frozenset()
    """e.g. contact_outside_hours, more_attempts_per_number, visit"""
    channels_stopped: frozenset[str] = frozenset()
    declined_on: date | None = None
    """The day a contact person refused further contact."""
    debtor_dead: bool = False
    debtor_incapable: bool = False
    visits_enabled: bool = False
    facts: Mapping[str, str | int | bool | None] = field(default_factory=dict)
    """Anything else a kind of provision asks for by name."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One provision that speaks about the act: against it, or for it."""

    provision_id: str
    citation: str
    force: str
    """prohibited | presumed_violation | required | permitted"""
    reason: Reason
    confidence: str
    """seen-text | seen-report | recalled | uncertain"""
    words_zh: str
    words_en: str
    allowed_again_at: datetime | None = None
    events: tuple[str, ...] = ()
    """contact_ids of the history that caused it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every provision that stands against the act, all of them and not the first; empty means lawful."""

    act: Act
    against: tuple[Finding, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.against

    @property
    def allowed_again_at(self) -> datetime | None:
        """When every finding has lapsed, or None where one of them has no known end."""
        ends = [finding.allowed_again_at for finding in self.against]
        if not ends or any(end is None for end in ends):
            return None
        return max(end for end in ends if end is not None)
