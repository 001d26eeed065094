"""
What has been said so far: the state that a turn is judged in.

Reads every turn in order, whoever speaks. Gives, for each agent turn, a Moment: the turn read (normalised, clauses,
ideas, amounts), the words it answers, and what is known by then (a stop request, a dispute, hardship, a
representative, a relative invited). Decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from arrears.conduct import load
from arrears.conduct.amounts import Amount, amounts_in
from arrears.conduct.clauses import Clause, clause_at, clauses_of
from arrears.conduct.normalise import Normal, normalise
from arrears.conduct.table import Conversation, Language, Speaker
from arrears.conduct.words import Hit, hits


@dataclass(frozen=True, slots=True)
class Heard:
    """One turn, read once."""

    index: int
    speaker: Speaker
    normal: Normal
    language: Language
    clauses: list[Clause]
    hits: list[Hit]
    amounts: list[Amount]

    @property
    def text(self) -> str:
        """The normalised text."""
        return self.normal.text

    def says(self, *groups: str) -> bool:
        """Whether one of the ideas is spoken of, denied or not."""
        return any(hit.group in groups for hit in self.hits)


@dataclass(frozen=True, slots=True)
class Moment:
    """One agent turn with everything that was there when it was said."""

    conversation: Conversation
    heard: Heard
    position: int
    """How many agent turns came before."""
    answers: tuple[Heard, ...]
    """Turns by others since the agent last spoke."""
    before: Heard | None
    """The agent's own last turn."""
    state: frozenset[str] = field(default_factory=frozenset)


_STATES = {name: load.wordings("follow", name) for name in load.table("wordings")["follow"]}


def hear(index: int, speaker: Speaker, text: str, language: Language) -> Heard:
    """One turn, read."""
    normal = normalise(text, language)
    return Heard(
        index=index,
        speaker=speaker,
        normal=normal,
        language=language,
        clauses=clauses_of(normal.text, language),
        hits=hits(normal.text, language),
        amounts=amounts_in(normal.text, language),
    )


def moments(conversation: Conversation, language: Language | None = None) -> tuple[list[Heard], list[Moment]]:
    """Every turn heard, and a Moment for each agent turn that has words."""
    language = language or conversation.language
    heard: list[Heard] = []
    found: list[Moment] = []
    state: set[str] = {
        f"fact_{name}"
        for name in ("ceased", "disputed", "hardship", "represented")
        if getattr(conversation.facts, name) is True
    }
    answers: list[Heard] = []
    before: Heard | None = None
    for index, turn in enumerate(conversation.turns):
        now = hear(index, turn.speaker, turn.text, language)
        heard.append(now)
        if turn.speaker is Speaker.AGENT:
            state = {name for name in state if not name.startswith("now_")}
            for answer in answers:
                told = _told(answer)
                state |= told | {f"now_{name}" for name in told}
            if now.text.strip():
                found.append(Moment(conversation, now, len(found), tuple(answers), before, frozenset(state)))
                before, answers = now, []
                if now.says("hardship_route"):
                    state.add("route")
        elif turn.speaker in (Speaker.BORROWER, Speaker.THIRD_PARTY):
            answers.append(now)
    return heard, found


def _told(answer: Heard) -> set[str]:
    return {name for name, pattern in _STATES.items() if pattern[answer.language].search(answer.text)}


def live_hits(heard: Heard) -> list[tuple[Hit, int, bool]]:
    """(hit, clause index, meant as said) for each hit of a turn."""
    found = []
    for hit in heard.hits:
        at = clause_at(heard.clauses, hit.start)
        found.append((hit, at, heard.clauses[at].live(hit.start)))
    return found
