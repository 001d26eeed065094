"""TOML that a person wrote: it is read, or refused in one way."""

from __future__ import annotations

import tomllib

import pytest

from arrears.ageing.rules import AgeingRules
from arrears.kernel.problem import Unusable
from arrears.kernel.toml_text import toml_of

UNREADABLE = ["a = ", "a = " + "1" * 5_000, "a = " + "[" * 50_000, "a = " + "{b = " * 5_000, "a = 2026-02-30", "\0"]


@pytest.mark.parametrize("text", UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_is_no_toml_is_refused_in_one_way(text: str) -> None:
    """A number too long and brackets too deep are faults of the text, as wrong syntax is."""
    with pytest.raises(tomllib.TOMLDecodeError):
        toml_of(text)


@pytest.mark.parametrize("text", UNREADABLE, ids=range(len(UNREADABLE)))
def test_ageing_rules_that_are_no_toml_say_so(text: str) -> None:
    """The reader of rules tells it as a fault of the file."""
    with pytest.raises(Unusable, match="TOML"):
        AgeingRules.from_toml(text)
