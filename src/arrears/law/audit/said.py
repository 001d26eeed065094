"""What a step says or holds, as one line of words."""

from __future__ import annotations

from arrears.law.audit.case import Case, Event
from arrears.law.audit.words import words


def flagged(action: Event) -> str:
    """Every content flag and every field said to be true, as one line of words."""
    marked = [name for name, value in action.raw.items() if value is True]
    return words(
        [
            action.get("content_flags", "flags", "content", "contents", "says", "script", "words", "purpose"),
            marked,
            action.kind,
        ]
    )


def proposed_step(case: Case) -> Event | None:
    return case.action if case.action is not None else (case.events[-1] if case.events else None)
