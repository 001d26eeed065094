"""`arrears` in this process, with streams, umask and exit code as a process of its own would have: for many runs."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from arrears.cli import main


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def arrears_here(*words: str | Path) -> Ran:
    """Run the command to its end. An exception that gets past it fails the test that called."""
    with _as_a_process(["arrears", *map(str, words)]) as (out, err):
        try:
            main()
            code: object = 0
        except SystemExit as ended:
            code = ended.code or 0
        sys.stdout.flush()
        sys.stderr.flush()
        said, told = out.buffer.getvalue(), err.buffer.getvalue()  # type: ignore[attr-defined]
    if not isinstance(code, int):
        raise TypeError(f"ended with {code!r}")
    return Ran(code, said.decode(), told.decode())


@contextmanager
def _as_a_process(argv: list[str]) -> Iterator[tuple[io.TextIOWrapper, io.TextIOWrapper]]:
    before = sys.argv, sys.stdout, sys.stderr, os.umask(0o022)
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    sys.argv, sys.stdout, sys.stderr = argv, out, err
    try:
        yield out, err
    finally:
        sys.argv, sys.stdout, sys.stderr = before[:3]
        os.umask(before[3])
