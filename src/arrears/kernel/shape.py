"""
Whether a document that arrears wrote still has the fields that its readers take for granted.

Reads:  what JSON gave, and the fields wanted with their types
Gives:  what is wrong with the first that is not so, or None
Never:  reads a file, or looks deeper than the first level.
"""

from __future__ import annotations

from collections.abc import Mapping


def misshapen(said: object, fields: Mapping[str, type]) -> str | None:
    """What keeps `said` from being an object with these fields; None where nothing does."""
    if not isinstance(said, dict):
        return "it is no JSON object"
    for name, kind in fields.items():
        if name not in said:
            return f"it does not say {name}"
        if not isinstance(said[name], kind) or (kind is int and isinstance(said[name], bool)):
            return f"its {name} is no {_WORDS[kind]}"
    return None


_WORDS = {str: "text", int: "whole number", list: "list", dict: "object"}
