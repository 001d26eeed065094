"""
Inputs that are almost right: a sound value in which one place is something else, and values nobody meant.

Grammar over examples: what a reader takes is known by its own sound cases, so that what is drawn here reaches past
the first check of a reader into its arithmetic.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import strategies as st

ODD: list[Any] = [
    *(None, True, False, 0, -1, 1, 2, 10**6, 10**30, -(10**30), 0.5, 1e308, -0.0, float("inf"), float("nan")),
    *("", " ", "0", "-1", "1", "1.00", "-0.01", "0.001", "1e9", "1" * 5000, "9" * 40 + ".00", "NaN", "Infinity"),
    *("9999-12-31", "0001-01-01", "2026-02-30", "2026-11-24", "20261124", "2026-11-24T10:00:00+08:00"),
    *("9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00", "2026-11-24T10:00:00", "2026-11-24T25:00:00Z"),
    *("\ud800", "\x00", "\x1b[2J", "\u202e", "é", "人", "👩\u200d👩", "a" * 5000, "nowhere", "Asia/Nowhere"),
    *([], {}, [None], [[]], [{}], {"": None}, {"method": {}}, [1, "2", None], {"id": "\ud800"}),
]
ODD_VALUES = st.sampled_from(ODD) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places_of(value: Any) -> list[tuple[Any, ...]]:
    """The path of every place in a JSON value."""
    found: list[tuple[Any, ...]] = [()]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += [(key, *path) for path in places_of(inner)]
    return found


@st.composite
def almost(draw: st.DrawFn, sound: list[dict[str, Any]]) -> Any:
    """A sound value with one to three places replaced, taken out, doubled or renamed."""
    value = copy.deepcopy(draw(st.sampled_from(sound)))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places_of(value)))
        if not path:
            if draw(st.booleans()):
                return copy.deepcopy(draw(ODD_VALUES))
            continue
        _change(draw, value, path)
    return value


def _change(draw: st.DrawFn, value: Any, path: tuple[Any, ...]) -> None:
    for key in path[:-1]:
        value = value[key]
    key, how = path[-1], draw(st.sampled_from(["replace", "replace", "replace", "take out", "double", "rename"]))
    if how == "replace":
        value[key] = copy.deepcopy(draw(ODD_VALUES))  # the next change must not reach into ODD itself
    elif how == "take out":
        del value[key]
    elif how == "double" and isinstance(value, list):
        value.append(copy.deepcopy(value[key]))
    elif isinstance(value, dict):
        value[draw(st.text(max_size=10))] = value.pop(key)


DEEP = b"[" * 100_000
WRONG_LINES = [
    *(b"{", b"null", b"[]", b'"text"', b"1", b"{}", b'{"id": "x"}', b'{"id": "\\ud800"}', b"\xff\xfe{}", b"\x00", DEEP),
    *(b'{"id": 1' + b"0" * 5000 + b"}", b'{"a": ' * 5000 + b"1" + b"}" * 5000, b'{"id": "x", "id": "y"}', b"NaN"),
]


def line_of(value: Any) -> bytes:
    """A value as one line of a file, surrogates and infinities and all."""
    return json.dumps(value).encode()
