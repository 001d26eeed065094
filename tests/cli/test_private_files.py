"""What arrears writes is for its owner's eyes, whatever the umask of the shell."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cli.running import arrears, said

ROOM, FILE = 0o700, 0o600


def open_to_others(home: Path) -> list[str]:
    """Everything under a home that somebody else on the machine may read, write or enter."""
    return [str(path) for path in (home, *home.rglob("*")) if path.stat().st_mode & 0o077]


def test_a_home_its_database_books_nights_keys_and_exports_are_their_owners_alone(tmp_path: Path) -> None:
    """With umask 022, the default of most systems."""
    home, export, asked = tmp_path / "home", tmp_path / "export", tmp_path / "quarantine.csv"
    for words in (
        ("book", "generate", "--size", "50", "--out", tmp_path / "incoming"),
        ("book", "import", tmp_path / "incoming", "--home", home, "--quarantine", asked),
        ("night", "run", "--home", home),
        ("evidence", "export", export, "--home", home),
        ("user", "list", "--home", home),
    ):
        done = arrears(*words, umask=0o022)
        assert done.returncode == 0, said(done)

    assert open_to_others(home) == []
    assert open_to_others(export) == []
    assert asked.stat().st_mode & 0o777 == FILE
    assert home.stat().st_mode & 0o777 == ROOM
    assert (home / "arrears.db").stat().st_mode & 0o777 == FILE


def test_a_home_from_before_is_closed_at_the_next_command(tmp_path: Path) -> None:
    """An older version left it open; nobody has to know."""
    home = tmp_path / "home"
    assert arrears("user", "list", "--home", home).returncode == 0
    home.chmod(0o755)
    (home / "arrears.db").chmod(0o644)

    assert arrears("user", "list", "--home", home).returncode == 0

    assert home.stat().st_mode & 0o777 == ROOM
    assert (home / "arrears.db").stat().st_mode & 0o777 == FILE


def test_a_directory_that_is_not_a_home_keeps_its_mode(tmp_path: Path) -> None:
    """`--home .` in a folder full of other things closes what arrears makes there and nothing else."""
    home = tmp_path / "shared"
    home.mkdir(mode=0o755)
    (home / "letter.txt").write_text("somebody's")
    home.chmod(0o755)

    assert arrears("user", "list", "--home", home).returncode == 0

    assert home.stat().st_mode & 0o777 == 0o755
    assert (home / "arrears.db").stat().st_mode & 0o777 == FILE
    shutil.rmtree(home)
