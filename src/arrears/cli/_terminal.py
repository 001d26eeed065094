"""
What a command prints: text of others can't steer the terminal, and no letter of it can stop the command.

Reads:  sys.stdout and sys.stderr as Python opened them
Gives:  the same streams with controls written out (`kernel.shown`), and a Rich console for tables and progress
Never:  changes what JSON means: a control written out is a JSON escape of itself.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any, TextIO

from arrears.kernel.shown import shown

if TYPE_CHECKING:
    from rich.console import Console


class Plain(io.TextIOWrapper):
    """A text stream that writes controls out. `beneath` is the stream as it was, for a console of ours."""

    beneath: TextIO

    def write(self, text: str, /) -> int:
        super().write(shown(text))
        return len(text)


def plain(stream: TextIO) -> TextIO:
    """The stream with controls written out, and a letter that its encoding lacks as a number."""
    if isinstance(stream, Plain) or not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.flush()
    # Written through, so that what a console writes to the stream beneath stays in order.
    made = Plain(
        stream.buffer,
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
        write_through=True,
    )
    made.beneath = stream
    return made


def use_plain_streams() -> None:
    """From here on nothing that is printed steers the terminal."""
    sys.stdout, sys.stderr = plain(sys.stdout), plain(sys.stderr)


def console(*, stderr: bool = False, **settings: Any) -> Console:
    """For tables and progress, which colour by controls of their own: text of others goes through `shown` first."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream.beneath if isinstance(stream, Plain) else stream, **settings)
