"""
Identifiers. Ids that must be equal on a second run are derived from what they name; the rest are drawn by
the edge and passed in.
"""

from __future__ import annotations

import hashlib


def derived_id(prefix: str, *parts: object) -> str:
    """A short id that is the same for the same parts: `prefix-` and 16 hex digits of a SHA-256."""
    text = "\x1f".join(str(part) for part in parts)
    return f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
