"""
What a message is made of: a template, its wordings, its slots, and the message that comes of filling it.

Gives:  Template, Wording, Slot, Filled; MessageRefused with every fault and not the first
Never:  holds a person's name: who is written to comes in as values when a template is filled
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from arrears.kernel.problem import Problem, Unusable

LANGUAGES = ("zh", "en")
CHANNELS = ("sms", "letter", "voicemail")
SENDERS = ("lender", "agency")
SLOT_KINDS = ("text", "money", "date", "phone", "url", "count", "lines")
"""`lines` is text of several lines, such as a plan's instalments."""

SLOT = re.compile(r"\{([a-z][a-z0-9_]*)\}")

Review: TypeAlias = Callable[[str, str], Sequence[str]]
"""(text, language) to what a conduct review has against it, in words; empty where it has nothing."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that a value goes to. `most` is how many characters it may have."""

    kind: str
    most: int
    about_zh: str
    about_en: str


@dataclass(frozen=True, slots=True)
class Wording:
    """One text of a template, for one channel in one language."""

    channel: str
    language: str
    text: str

    @property
    def slots(self) -> tuple[str, ...]:
        """The slots it names, each once, in order."""
        return tuple(dict.fromkeys(SLOT.findall(self.text)))


@dataclass(frozen=True, slots=True)
class Template:
    """One message that may be sent, in both languages for every channel it has."""

    id: str
    packs: tuple[str, ...]
    """Jurisdictions whose law it is checked by, and may be sent under."""
    purpose: str
    """law.kinds.contact.PURPOSES"""
    senders: tuple[str, ...]
    """lender | agency: an agency says by whom it was commissioned."""
    first: bool
    """Whether it may be the first contact about a debt."""
    validation: bool
    """Whether it is the validation notice of 12 CFR 1006.34."""
    products: tuple[str, ...]
    """Limited to these (empty: any)."""
    says: tuple[str, ...]
    """What the house wants in it beyond what law requires: names of elements.toml."""
    segments_at_most: int
    about_zh: str
    about_en: str
    slots: Mapping[str, Slot]
    wordings: tuple[Wording, ...]
    where: str = field(default="", compare=False)

    def wording(self, channel: str, language: str) -> Wording | None:
        return next((each for each in self.wordings if (each.channel, each.language) == (channel, language)), None)

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.channel for each in self.wordings))


@dataclass(frozen=True, slots=True)
class Filled:
    """A message that may be sent once the gate has permitted it."""

    template_id: str
    channel: str
    language: str
    text: str
    segments: int
    """Of a text message; 0 for anything else."""
    elements: tuple[str, ...]
    """What it was found to say, of elements.toml."""
    provisions: tuple[str, ...]
    """Provisions whose required content it was checked for."""
    law_id: str


class MessageRefused(Unusable):
    """A template or a message that may not be used. `problems` lists every fault found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0])
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)
