"""
The one way in which a reader refuses.
"""

from __future__ import annotations


class Unreadable(ValueError):  # noqa: N818 - reads as what it is
    """A text that is not what was asked for. `code` is a snake_case fact, stable: quarantines group by it."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(what)
        self.code = code
