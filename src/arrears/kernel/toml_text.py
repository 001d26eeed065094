"""
TOML that a person wrote: one way to read it, and one fault where it can't be read.

Reads:  a text
Gives:  toml_of, which raises `tomllib.TOMLDecodeError` and nothing else
Never:  says where the text came from: whoever opened the file knows that.
"""

from __future__ import annotations

import tomllib
from typing import Any


def toml_of(text: str) -> dict[str, Any]:
    """
    The table that a text says.

    `tomllib` itself lets a number with too many digits, and brackets inside brackets without end, out as other faults.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise tomllib.TOMLDecodeError("tables or lists lie in each other too deep to be read") from None
    except ValueError:
        raise tomllib.TOMLDecodeError("a number has too many digits to be read") from None
