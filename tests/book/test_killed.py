"""A killed import leaves nothing half published, and running it again finishes the work."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from tests.book.sample import imported, published

from arrears.book.read import books, manifest_of
from arrears.book.synthetic import generate

PROGRAM = """
import sys
from pathlib import Path
from arrears.book.load_mapping import load_mapping
from arrears.book.take_in import take_in
import duckdb, pyarrow
print("ready", flush=True)
folder, home = map(Path, sys.argv[1:3])
taken = take_in([folder], home=home, mapping=load_mapping(folder / "book.toml"))
print(taken.book_id, taken.is_new, flush=True)
"""


def started(folder: Path, home: Path) -> subprocess.Popen[str]:
    """An import in a process of its own, up to the moment it begins to work."""
    running = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder), str(home)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "src"},
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "ready\n"
    return running


@pytest.mark.slow
def test_an_import_killed_at_any_moment_publishes_all_or_nothing(tmp_path: Path) -> None:
    """
    SIGKILL at random moments over the whole length of the work: afterwards a home holds whole books only, and the
    next run publishes the same book as an import that was left alone.
    """
    folder = tmp_path / "in"
    generate(folder, loans=2_000, seed=11, as_of=date(2026, 11, 20), format="csv")
    begun = time.monotonic()
    undisturbed = imported(folder, tmp_path / "alone")
    lasts = time.monotonic() - begun
    draws = random.Random(20261120)
    killed_before_the_end = 0
    for attempt in range(6):
        home = tmp_path / f"home-{attempt}"
        running = started(folder, home)
        time.sleep(draws.uniform(0, 1.1 * lasts))
        running.send_signal(signal.SIGKILL)
        running.wait(timeout=30)
        whole = [path for path, _ in books(home)]
        killed_before_the_end += not whole
        for path in whole:
            assert path.name == undisturbed.book_id
            assert manifest_of(path)["tables"] == manifest_of(undisturbed.directory)["tables"]
        again = imported(folder, home)
        assert again.book_id == undisturbed.book_id
        assert again.is_new is (not whole)
        assert published(home) == [undisturbed.book_id], "a leftover was not removed"
    assert killed_before_the_end, "no run was killed before it was done: the test proves nothing"


@pytest.mark.slow
def test_two_imports_at_once_publish_one_book(tmp_path: Path) -> None:
    """The second waits for the first, and then finds its work done."""
    folder, home = tmp_path / "in", tmp_path / "home"
    generate(folder, loans=500, seed=3, as_of=date(2026, 11, 20))
    running = [started(folder, home) for _ in range(2)]
    told = sorted(process.communicate(timeout=120)[0].split()[1] for process in running)
    assert told == ["False", "True"]
    assert len(published(home)) == 1
