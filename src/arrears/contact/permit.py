"""
What the gate answers: a permit for one attempt, or a refusal with every ground.

Gives:  Ground, Permit, Refusal
Never:  lets anybody but the gate make a Permit. A permit covers one attempt, at one minute, to one number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from typing import Final

from arrears.kernel.fact import Json
from arrears.kernel.reasons import WORDS, Reason
from arrears.law.act import Act, Finding


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that stands against an act: the reason people read, and the provision where law is the reason."""

    reason: Reason
    zh: str
    en: str
    provision_id: str | None = None
    citation: str | None = None
    force: str | None = None
    confidence: str | None = None
    allowed_again_at: datetime | None = None
    events: tuple[str, ...] = ()
    """Ids of the earlier attempts that caused it."""

    @classmethod
    def of_house(cls, reason: Reason, allowed_again_at: datetime | None = None, events: tuple[str, ...] = ()) -> Ground:
        """A ground of the product itself: not claimed, paid, no such number."""
        zh, en = WORDS[reason]
        return cls(reason, zh, en, allowed_again_at=allowed_again_at, events=events)

    @classmethod
    def of_law(cls, finding: Finding) -> Ground:
        """What a provision says against the act."""
        return cls(
            reason=finding.reason,
            zh=finding.words_zh,
            en=finding.words_en,
            provision_id=finding.provision_id,
            citation=finding.citation,
            force=finding.force,
            confidence=finding.confidence,
            allowed_again_at=finding.allowed_again_at,
            events=finding.events,
        )

    def as_json(self) -> dict[str, Json]:
        """What the store keeps and a fact carries: no personal data."""
        again = self.allowed_again_at
        return {
            "reason": str(self.reason),
            "zh": self.zh,
            "en": self.en,
            "provision_id": self.provision_id,
            "citation": self.citation,
            "force": self.force,
            "confidence": self.confidence,
            "allowed_again_at": None if again is None else again.isoformat(),
            "events": list(self.events),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Json]) -> Ground:
        """The ground that `as_json` wrote."""
        again = kept["allowed_again_at"]
        events = kept["events"]
        return cls(
            reason=Reason(str(kept["reason"])),
            zh=str(kept["zh"]),
            en=str(kept["en"]),
            provision_id=_text(kept["provision_id"]),
            citation=_text(kept["citation"]),
            force=_text(kept["force"]),
            confidence=_text(kept["confidence"]),
            allowed_again_at=None if again is None else datetime.fromisoformat(str(again)),
            events=tuple(str(event) for event in events) if isinstance(events, list) else (),
        )


def _text(value: Json) -> str | None:
    return None if value is None else str(value)


class _OnlyTheGate:
    """The gate holds the one instance; whoever has it may make permits."""


_MADE_BY_THE_GATE: Final = _OnlyTheGate()


@dataclass(frozen=True, slots=True)
class Permit:
    """
    The gate's yes to one act. `attempt_id` is the attempt it covers, recorded before the permit is handed out.

    Made by `contact.gate.decide` and nowhere else: the constructor refuses anybody without the gate's token.
    """

    permit_id: str
    attempt_id: str
    act: Act
    law_id: str
    new: bool = field(default=True, compare=False, kw_only=True)
    """False where it had been given before: the answer to the same request, or one that is still open."""
    made_by: InitVar[_OnlyTheGate] = field(kw_only=True)

    def __post_init__(self, made_by: _OnlyTheGate) -> None:
        if made_by is not _MADE_BY_THE_GATE:
            raise TypeError("only the gate makes permits: call contact.gate.decide")

    @property
    def allowed(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Refusal:
    """The gate's no, with every ground and not the first."""

    act: Act
    law_id: str
    grounds: tuple[Ground, ...]
    refusal_id: str | None = None
    """Where the refusal is recorded; None for a preview."""

    @property
    def allowed(self) -> bool:
        return False

    @property
    def allowed_again_at(self) -> datetime | None:
        """When every ground has lapsed, or None where one of them has no known end."""
        return lapses_at(self.grounds)


def lapses_at(grounds: tuple[Ground, ...]) -> datetime | None:
    """The latest end of the grounds; None where there is none or one has no known end."""
    ends = [ground.allowed_again_at for ground in grounds]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None
