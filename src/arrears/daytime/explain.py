"""
Keep why somebody did what asks for a reason.

Reads:  nothing
Gives:  the commitment that the fact carries in place of the words
Never:  lets the words into the evidence log: people write names into them, and the log can't forget.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import Connection

from arrears.daytime.transaction import drawn_id, unusable
from arrears.evidence.verify import commitment
from arrears.store import explanations

WORDS_MAX = 500


def must_say_why(why: str | None, where: str, about: str) -> str:
    """The reason, trimmed. Raises Unusable `why_missing` where there is none."""
    words = (why or "").strip()
    if not words:
        raise unusable(
            "why_missing",
            where,
            f"no reason is given for {about}.",
            "It changes what others rely on, so whoever does it says why.",
            "Write the reason in a sentence.",
        )
    return words[:WORDS_MAX]


def explained(connection: Connection, *, about: str, kind: str, words: str, by: str, at: datetime) -> str:
    """Keep the reason for a fact of this kind; its commitment."""
    salt = secrets.token_bytes(32)
    explanations.add(
        connection,
        {
            "explanation_id": drawn_id("explanation"),
            "about": about,
            "kind": kind,
            "at": at,
            "by": by,
            "words": words,
            "salt": salt,
        },
    )
    return commitment(words, salt)
