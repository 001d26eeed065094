"""
From a code to what a reader needs beside it: severity, the clause, and what to say instead.

Reads `data/advice.toml`. Gives no verdict of its own.
"""

from __future__ import annotations

from typing import NamedTuple

from arrears.conduct import load
from arrears.conduct.table import Code, Language


class Advice(NamedTuple):
    """What stands beside a finding."""

    severity: str
    clause: str
    provision: str
    instead: str


def advice(code: Code, language: Language) -> Advice:
    """The advice for a code in the conversation's language."""
    row = load.table("advice")[code.value]
    said = row[language]
    return Advice(row["severity"], said["citation"], said["provision"], said["instead"])


def severity(code: Code, score: float) -> str:
    """The code's severity, one step lower where the reader is not sure."""
    full = str(load.table("advice")[code.value]["severity"])
    if score >= 0.6:
        return full
    return {"block": "high", "high": "medium"}.get(full, "low")
