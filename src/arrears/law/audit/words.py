"""
Reading what people wrote into fields: the same thing is spelled many ways, and a rule asks for the thing.

Comes in: any JSON value. Goes out: one line of lower-case words, or a plain yes, no or unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

_SPLIT = re.compile(r"[^a-z0-9()$%]+")
_NO = {"false", "no", "none", "not", "0", "n", "never", "unknown"}
_YES = {"true", "yes", "y", "1"}


def words(value: Any) -> str:
    """Every word in a value, keys of true entries included, padded so that ' word ' finds a whole word."""
    found: list[str] = []
    _collect(value, found)
    return " " + " ".join(found) + " "


def _collect(value: Any, found: list[str]) -> None:
    if value is None or value is False:
        return
    if isinstance(value, Mapping):
        for key, entry in value.items():
            if entry is None or entry is False:
                continue
            found.extend(_split(str(key)))
            if entry is not True:
                _collect(entry, found)
    elif isinstance(value, str):
        found.extend(_split(value))
    elif isinstance(value, Iterable):
        for entry in value:
            _collect(entry, found)
    elif value is not True:
        found.extend(_split(str(value)))


def _split(text: str) -> list[str]:
    return [word for word in _SPLIT.split(text.lower().replace("’", "'").replace("'", "")) if word]


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def says(value: Any, *patterns: str) -> bool:
    """
    Whether the words of `value` match every one of the patterns.

    A pattern is a regular expression over ' word word '; write ' cease' to match from the start of a word.
    """
    line = value if isinstance(value, str) and value.startswith(" ") else words(value)
    return all(_compiled(pattern).search(line) is not None for pattern in patterns)


def truth(value: Any) -> bool | None:
    """Yes, no, or None where nothing was said. A non-empty text that is no plain 'no' says yes."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return bool(value)
    if isinstance(value, str):
        lowered = value.strip().lower()
        return not (lowered in _NO or lowered == "")
    return bool(value)


def as_list(value: Any) -> list[Any]:
    """A value, or several, as a list."""
    if value is None:
        return []
    if isinstance(value, list | tuple | set):
        return list(value)
    return [value]
