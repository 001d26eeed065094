"""
What a rule answers: one word, the paragraphs behind it, the events they rest on, and warnings beside it.

A rule says `barred(...)`, `free(...)` or one of the other answers; clause and force come from the provision file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from arrears.law.audit.case import Event

ALLOWED = "allowed"
PROHIBITED = "prohibited"
COMPLIANT = "presumed_compliant"
VIOLATION = "presumed_violation"
SAFE = "safe_harbor"
UNSAFE = "no_safe_harbor"
LIMITED = "limited_content"
UNLIMITED = "not_limited_content"
REQUIRED = "required"
NOT_REQUIRED = "not_required"


@dataclass(frozen=True, slots=True)
class Ground:
    """One paragraph and the events that bring it into play. `force` is what it does here, where not its own."""

    provision: str
    events: tuple[int, ...] = ()
    force: str | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to a case; `answer` None means that it cannot be judged, and `unsupported` says why."""

    answer: str | None
    grounds: tuple[Ground, ...] = ()
    flags: tuple[str, ...] = ()
    unsupported: str | None = None

    def flagged(self, flags: Iterable[str]) -> Finding:
        return replace(self, flags=tuple(dict.fromkeys((*self.flags, *flags))))


def places(events: Iterable[Event | None]) -> tuple[int, ...]:
    """The places of these events in the sender's timeline; the proposed step has none."""
    return tuple(sorted({event.index for event in events if event is not None and event.index is not None}))


def because(provision: str, *events: Event | None, force: str | None = None) -> Ground:
    return Ground(provision, places(events), force)


def barred(provision: str, *events: Event | None) -> Finding:
    return Finding(PROHIBITED, (because(provision, *events),))


def free(provision: str, *events: Event | None) -> Finding:
    return Finding(ALLOWED, (because(provision, *events, force="permitted"),))


def answered(answer: str, provision: str, *events: Event | None) -> Finding:
    return Finding(answer, (because(provision, *events),))


def unknown(why: str) -> Finding:
    return Finding(None, unsupported=why)
