"""
The gate: may this act happen at this minute? The one place that makes permits.

Reads:  a Situation (the act, what holds for the people in it, what happened before, the state of the case) and
        the Law
Gives:  a Permit, or a Refusal with every ground: what the provisions say, and then what the product itself asks
Never:  reads the store, a clock or a queue; answers from the first ground alone; takes the unknown for permission

Whatever stands against an act refuses it, a presumption as well as a prohibition: the gate is stricter than the
law may be, and the ground keeps the law's own force for those who read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from arrears.contact.permit import _MADE_BY_THE_GATE, Ground, Permit, Refusal
from arrears.kernel.reasons import Reason
from arrears.law.act import Act, PastContact, Standing
from arrears.law.judge import judge
from arrears.law.load import Law

CHANNELS_OF = {
    "phone": ("call", "ai_call", "sms"),
    "email": ("email",),
    "address": ("letter", "visit"),
}
"""Kind of contact point to the channels that use it."""

PRESSING = ("collect", "locate", "pass_message")
"""Purposes that need something to be overdue. To answer what somebody asked, or to serve them, does not."""

STOPPING_HOLDS = frozenset(
    {
        *("dispute", "hardship", "represented", "stop", "complaint", "deceased", "plan", "incident"),
        *("litigation", "handed_over", "written_off", "case_closed"),
    }
)
"""Holds that stop collection, whatever provision names them. An open promise is the law's to judge."""

_HOLD_REASONS = {
    Reason.REFUSED_HOLD,
    Reason.HELD_FOR_DISPUTE,
    Reason.HELD_FOR_HARDSHIP,
    Reason.HELD_FOR_REPRESENTATION,
    Reason.HELD_FOR_STOP_REQUEST,
    Reason.HELD_FOR_COMPLAINT,
    Reason.HELD_FOR_DEATH,
    Reason.HELD_FOR_PLAN_BEING_KEPT,
    Reason.HELD_FOR_INCIDENT,
    Reason.HELD_FOR_LITIGATION,
    Reason.HELD_FOR_HAND_OVER,
    Reason.HELD_FOR_WRITE_OFF,
    Reason.HELD_FOR_CLOSED_CASE,
}


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the gate looks at, gathered in one read under lock."""

    act: Act
    standings: tuple[Standing, ...]
    """What holds for the recipient and the debtor, once per product of the accounts: rules may bind one of them."""
    history: Sequence[PastContact]
    """Contacts about this debtor, to this recipient and to this number."""
    overdue_cents: int | None
    """Of the act's accounts together, after every payment known. None is unknown."""
    claimed: bool | None = None
    """Whether the collector holds the case. None where nobody is asking to work it (a preview)."""
    number_is_valid: bool | None = None
    """False where it is known not to be the recipient's. None is not yet known, and no obstacle."""
    permit_open: str | None = None
    """The attempt of a permit that somebody else has open for the person, or that is about another debt."""
    agreed_at: datetime | None = None
    """The time the recipient asked to be contacted at about this debt."""
    recipient_holds: frozenset[str] = frozenset()
    """Holds of the recipient, where that is somebody other than the debtor."""


def grounds_against(law: Law, situation: Situation) -> tuple[Ground, ...]:
    """Everything that stands against the act, the provisions first, each once. Empty: it is allowed."""
    history = known_by(situation.history, situation.act.at)
    found: dict[tuple[str | None, Reason], Ground] = {}
    if not situation.standings:
        _add(found, Ground.of_house(Reason.REFUSED_UNKNOWN_FACT))
    for standing in situation.standings:
        for finding in judge(law, situation.act, standing, history).against:
            _add(found, Ground.of_law(finding))
    for ground in _of_the_house(situation, {ground.reason for ground in found.values()}):
        _add(found, ground)
    return tuple(found.values())


def decide(law: Law, situation: Situation, *, permit_id: str, attempt_id: str) -> Permit | Refusal:
    """A Permit for the attempt `attempt_id`, or a Refusal. The ids are drawn by the edge."""
    grounds = grounds_against(law, situation)
    if grounds:
        return Refusal(situation.act, law.law_id, grounds)
    return Permit(permit_id, attempt_id, situation.act, law.law_id, made_by=_MADE_BY_THE_GATE)


def given_before(permit_id: str, attempt_id: str, act: Act, law_id: str) -> Permit:
    """The permit of an attempt on record, for a caller who asks again while it is open or with the same request."""
    return Permit(permit_id, attempt_id, act, law_id, new=False, made_by=_MADE_BY_THE_GATE)


def known_by(history: Sequence[PastContact], at: datetime) -> list[PastContact]:
    """
    History as it counts at `at`. What is on record is known, so an attempt whose clock runs ahead of ours counts
    as made now: two collectors whose clocks differ by a second must not both have the last call.
    """
    return [past if past.at <= at else replace(past, at=at) for past in history]


def _of_the_house(situation: Situation, said: set[Reason]) -> list[Ground]:
    """What the product asks beyond the provisions."""
    reasons = []
    if situation.claimed is False:
        reasons.append(Reason.REFUSED_NOT_CLAIMED)
    if situation.number_is_valid is False:
        reasons.append(Reason.REFUSED_NUMBER_INVALID)
    if situation.act.purpose in PRESSING:
        if situation.overdue_cents is None:
            reasons.append(Reason.REFUSED_UNKNOWN_FACT)
        elif situation.overdue_cents <= 0:
            reasons.append(Reason.REFUSED_PAID)
    if _is_held(situation) and not said & _HOLD_REASONS:
        reasons.append(Reason.REFUSED_HOLD)
    return [*(Ground.of_house(reason) for reason in reasons), *_of_other_contact(situation)]


def _is_held(situation: Situation) -> bool:
    """Provisions say this already where a pack encodes the hold; collection does not depend on it."""
    held = frozenset().union(*(standing.holds for standing in situation.standings)) | situation.recipient_holds
    return situation.act.purpose == "collect" and bool(held & STOPPING_HOLDS)


def _of_other_contact(situation: Situation) -> list[Ground]:
    """A contact that may be under way at this minute, and the one that was agreed on."""
    act, found = situation.act, []
    if situation.permit_open is not None:
        found.append(Ground.of_house(Reason.REFUSED_PERMIT_OPEN, events=(situation.permit_open,)))
    agreed = situation.agreed_at
    if agreed is not None and act.at < agreed and act.purpose in PRESSING:
        found.append(Ground.of_house(Reason.REFUSED_BEFORE_AGREED_TIME, agreed))
    return found


def _add(found: dict[tuple[str | None, Reason], Ground], ground: Ground) -> None:
    """Keep one ground per provision and reason: the one that lasts longest, an unknown end being the longest."""
    key = (ground.provision_id, ground.reason)
    kept = found.get(key)
    if kept is None or _lasts_longer(ground, kept):
        found[key] = ground


def _lasts_longer(one: Ground, other: Ground) -> bool:
    if other.allowed_again_at is None or one.allowed_again_at is None:
        return other.allowed_again_at is not None
    return one.allowed_again_at > other.allowed_again_at
