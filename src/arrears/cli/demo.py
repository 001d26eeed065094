"""
`arrears demo`: from a lender's file to a workspace, with the commands it runs shown as they are run.

Two books: the made-up Chinese one, made anew for today so that its queue is today's, and the real Taiwan card book,
which stays on its own day of 2005 and says what it does not contain.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from arrears.kernel.problem import Problem, Unusable

app = typer.Typer(help="Import a sample book, run its night, print what was decided, and open the workspace.")

USERS = (
    ("collector", "催收员 Collector", "collector", "zh"),
    ("supervisor", "主管 Supervisor", "supervisor", "zh"),
    ("head", "负责人 Head of collections", "head", "en"),
    ("compliance", "合规 Compliance", "compliance", "en"),
)
SEED = 20261123
LOANS = 3000
LAST_HOUR = 21
"""From this hour in Shanghai the day's lawful hours are all but over, and the book of tomorrow is made."""


class Sample(StrEnum):
    """The books that come with arrears."""

    SYNTHETIC = "synthetic"
    UCI_CARDS = "uci-cards"


@app.callback(invoke_without_command=True)
def demo(
    book: Sample = typer.Option(
        Sample.SYNTHETIC, help="synthetic: made-up, Chinese, whole. uci-cards: real, Taiwan, 2005."
    ),
    home: Path | None = typer.Option(None, help="Where state lives.", show_default="var/demo-BOOK"),
    loans: int = typer.Option(LOANS, min=50, help="Size of the synthetic book."),
    serve: bool = typer.Option(
        True, "--serve/--no-serve", help="Open the workspace at the end, or stop after the summary."
    ),
    port: int = typer.Option(8080, help="Port of the workspace; the next free one where it is taken."),
    lang: str = typer.Option("en", help="Language of the summary: zh or en."),
) -> None:
    """
    Import a sample book, run its night, print what was decided, and open the workspace.

    Writes under --home only, which must be new or a demo's own; a database that the environment names is left alone.
    Contacts nobody. Running it again on the same day changes nothing.
    """
    from arrears.cli._home import demo_home
    from arrears.daytime.sign_in import DEMO_PASSWORD

    where = demo_home(home or Path("var") / f"demo-{book.value}")
    if not (where / "nights").is_dir() or not _decided_today(where, book):
        _import(book, where, loans)
        _run("night", "run", "--home", str(where))
    _run("night", "show", "--home", str(where), "--lang", lang)
    _create_users(where)
    print("\nSign in as any of these, with the password " + DEMO_PASSWORD)
    for username, name, _, _ in USERS:
        print(f"  {username:<12} {name}")
    if not serve:
        print(f"\nOpen the workspace with: arrears serve --home {where}")
        return
    sys.stdout.flush()
    head = ("--institution", "示例机构", "--service-phone", "010-00000000")
    _run("serve", "--home", str(where), "--port", str(_free(port)), *head)


def business_day(now: datetime) -> date:
    """The day in Shanghai that still has lawful hours ahead of it."""
    there = now.astimezone(ZoneInfo("Asia/Shanghai"))
    return there.date() + timedelta(days=1 if there.hour >= LAST_HOUR else 0)


def _decided_today(home: Path, book: Sample) -> bool:
    nights = [night.name for night in (home / "nights").iterdir() if not night.name.startswith(".")]
    if book is Sample.UCI_CARDS:
        return bool(nights)
    today = business_day(datetime.now().astimezone()).isoformat()
    return any(name.startswith(today) for name in nights)


def _import(book: Sample, home: Path, loans: int) -> None:
    if book is Sample.UCI_CARDS:
        _run("book", "import", str(_example("uci-cards")), "--home", str(home))
        return
    day = business_day(datetime.now().astimezone()).isoformat()
    incoming = home / "incoming" / day
    _run("book", "generate", "--size", str(loans), "--seed", str(SEED), "--as-of", day, "--out", str(incoming))
    _run("book", "import", str(incoming), "--home", str(home))


def _example(name: str) -> Path:
    folder = Path(__file__).parents[3] / "examples" / name
    if not folder.is_dir():
        raise Unusable(
            Problem(
                code="no_example",
                where=str(folder),
                what="the example book is not there.",
                why="Examples are in the repository and not in the installed package.",
                fix="Run this from a clone of the repository, or use --book synthetic.",
            )
        )
    return folder


def _run(*words: str) -> None:
    """Show a command, run it, and stop with its exit code where it fails."""
    print(f"\n$ arrears {' '.join(words)}", flush=True)
    # A demo works on its own home and nothing else, whatever the environment says.
    own = {name: value for name, value in os.environ.items() if not name.startswith("ARREARS_")}
    done = subprocess.run([sys.executable, "-m", "arrears", *words], check=False, env=own)
    if done.returncode:
        raise typer.Exit(done.returncode)


def _create_users(home: Path) -> None:
    from arrears.cli._home import store_url
    from arrears.daytime.sign_in import DEMO_PASSWORD, create_user
    from arrears.store.open import open_store

    store = open_store(store_url(home, None))
    at = datetime.now().astimezone()
    try:
        for username, name, role, language in USERS:
            try:
                create_user(
                    store,
                    username=username,
                    name=name,
                    password=DEMO_PASSWORD,
                    role=role,
                    language=language,
                    at=at,
                    demo=True,
                )
            except Unusable as known:
                if known.problem.code != "user_exists":
                    raise
    finally:
        store.close()


def _free(port: int) -> int:
    """`port`, or the next one that nothing listens on."""
    for candidate in range(port, port + 50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", candidate)):
                return candidate
    return port
