"""The `arrears` command as a person runs it: its own process, its own umask, its own streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def arrears(
    *words: str | Path, given: bytes = b"", umask: int = 0o022, prefix: tuple[str, ...] = (), **env: str
) -> subprocess.CompletedProcess[bytes]:
    """Run it to its end. The environment names no home and no database but those given here."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ARREARS_")}
    return subprocess.run(
        [*prefix, sys.executable, "-m", "arrears", *map(str, words)],
        input=given,
        capture_output=True,
        check=False,
        env={**own, **env},
        umask=umask,
    )


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    """Everything that was printed."""
    return (done.stdout + done.stderr).decode()


def told_what_to_do(done: subprocess.CompletedProcess[bytes], *words: str) -> str:
    """What an unusable input is told: exit code 2, one message of ours, no traceback."""
    text = said(done)
    assert done.returncode == 2, text
    assert "Traceback" not in text
    assert done.stderr.decode().startswith("arrears: "), text
    for word in words:
        assert word in text, text
    return text
