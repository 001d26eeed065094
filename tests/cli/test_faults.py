"""A disk, a file or a database that can't be used is told as that; a fault of ours is told as ours."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tests.cli.main_here import arrears_here
from tests.cli.running import arrears, said

from arrears import cli
from arrears.kernel.problem import Unusable

PRIVATE = "李娜 19900000001"


@pytest.mark.parametrize(
    ("fault", "kept"),
    [
        (ValueError(PRIVATE), False),
        (KeyError(PRIVATE), False),
        (UnicodeDecodeError("utf-8", PRIVATE.encode(), 0, 1, PRIVATE), False),
        (RuntimeError("a promise of the code is broken"), True),
    ],
)
def test_a_fault_of_ours_ends_with_70_and_a_report_that_holds_nobodys_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fault: Exception, kept: bool
) -> None:
    """Never 1, which means that something was found; never a traceback in anybody's terminal."""

    def broken() -> None:
        raise fault

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr(cli, "application", lambda: broken)
    ran = arrears_here("law", "list")
    assert ran.code == 70
    assert "Traceback" not in ran.err
    assert PRIVATE not in ran.err
    [report] = tmp_path.iterdir()
    assert str(report) in ran.err
    assert report.stat().st_mode & 0o777 == 0o600
    text = report.read_text()
    assert PRIVATE not in text
    assert "test_faults.py" in text
    assert ("a promise of the code is broken" in text) is kept


def test_an_unusable_input_is_no_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2, and the message alone."""
    from arrears.kernel.problem import Problem

    def broken() -> None:
        raise Unusable(Problem(code="x", where="here", what="It is so.", why="Because.", fix="Do that."))

    monkeypatch.setattr(cli, "application", lambda: broken)
    ran = arrears_here("law", "list")
    assert (ran.code, ran.err) == (2, "arrears: here: It is so. Because. Do that.\n")


def test_what_steers_a_terminal_is_written_out(tmp_path: Path) -> None:
    """ESC, a bell, a C1 control and a turn of direction from somebody's file reach the terminal as numbers."""
    file = tmp_path / "cases.jsonl"
    hostile = "\x1b[2J\x07\x9b5m\u202eevil"
    case = {"id": hostile, "language": "zh", "turns": [{"speaker": "agent", "text": hostile}]}
    file.write_text(json.dumps(case) + "\n" + json.dumps({**case, "turns": hostile}) + "\n", encoding="utf-8")
    for form in ("json", "table"):
        ran = arrears_here("conduct", "review", file, "--format", form)
        for steers in ("\x1b", "\x07", "\x9b", "\u202e"):
            assert steers not in ran.out + ran.err
        assert "\\u202e" in ran.out
    assert json.loads(arrears_here("conduct", "review", file).lines[0])["id"] == hostile
    assert sys.stdout is not None


def test_a_letter_that_the_terminal_lacks_stops_nothing(tmp_path: Path) -> None:
    """A terminal of ASCII, and half of a surrogate pair, which no encoding has."""
    file = tmp_path / "cases.jsonl"
    file.write_text('{"id": "\\ud800人", "language": "zh", "turns": [{"speaker": "agent", "text": "您好"}]}\n')
    done = arrears("conduct", "review", file, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0, said(done)
    assert json.loads(done.stdout)["id"] == "\ud800人"
