"""
The one place where conduct reads files: the word lists, patterns, advice and weights that come with it.

Everything is read once and kept. Tables are TOML written for people; weights are NumPy arrays without pickles.
"""

from __future__ import annotations

import io
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from opencc import OpenCC

from arrears.conduct.table import LANGUAGES, Language

DATA = Path(__file__).with_name("data")


@cache
def table(name: str) -> dict[str, Any]:
    """A TOML file of `conduct/data/`, by its name without the ending."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def wordings(module: str, name: str) -> dict[Language, re.Pattern[str]]:
    """The wordings of one question of `data/wordings.toml`, by language."""
    entry = table("wordings")[module][name]
    return {language: re.compile(entry[language]) for language in LANGUAGES}


@cache
def wording(module: str, name: str) -> re.Pattern[str]:
    """The wording of a question that is asked alike in both languages."""
    return re.compile(table("wordings")[module][name]["any"])


@cache
def weights(name: str) -> dict[str, NDArray[Any]] | None:
    """The arrays of `conduct/data/<name>.npz`; None where it was not trained yet."""
    path = DATA / f"{name}.npz"
    if not path.exists():
        return None
    with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
        return {key: arrays[key] for key in arrays.files}


@cache
def simplified(character: str) -> str:
    """A traditional character's simplified form, as OpenCC has it; any other character as it is."""
    return str(_converter().convert(character))


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")
