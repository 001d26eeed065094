"""
What the commands of the day share: the store, the user who acts, the minute.

Gives:  opened, acting, role_acting, cents_of, law_today, now
Never:  lets a command act for nobody: each names the user whose role is checked and whose name the evidence carries.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from arrears.kernel.problem import Problem, Unusable

if TYPE_CHECKING:
    from arrears.law.load import Law
    from arrears.store.open import Store
    from arrears.store.people import User

HOME = typer.Option(Path("var"), envvar="ARREARS_HOME", help="Where state lives.")
DATABASE = typer.Option(None, envvar="ARREARS_DATABASE_URL", help="The store.", show_default="HOME/arrears.db")
BY = typer.Option(
    ..., "--by", metavar="USERNAME", help="Who does it: the role is checked, the name is in the evidence."
)
WHY = typer.Option(..., "--why", help="The reason, in a sentence. Kept in the store; the evidence has its commitment.")
PACKS = typer.Option("cn", "--law", help="Law packs, separated by commas.")
JSON_LINES = typer.Option(False, "--json", help="One JSON object a line.")


@contextmanager
def opened(home: Path, database: str | None) -> Iterator[Store]:
    """The store at this version's tables. Raises Unusable where there is none."""
    from arrears.cli._home import private_home, store_url
    from arrears.store.migrate import migrate
    from arrears.store.open import open_store

    if database is None and not (home / "arrears.db").is_file():
        raise Unusable(
            Problem(
                code="no_store",
                where=str(home / "arrears.db"),
                what="there is no store.",
                why="The day is worked on what a night has published, and there is none yet.",
                fix="Run `arrears night run` with the same --home, or name the store with --database.",
            )
        )
    if database is None:
        private_home(home)
    store = open_store(store_url(home, database))
    try:
        migrate(store)
        yield store
    finally:
        store.close()


def acting(store: Store, username: str) -> str:
    """The id of the user who acts."""
    return _user(store, username).user_id


def role_acting(store: Store, username: str) -> str:
    """The role of the user who acts."""
    return _user(store, username).role


def _user(store: Store, username: str) -> User:
    from arrears.store.people import user_named

    with store.read() as connection:
        user = user_named(connection, username.strip().lower())
    if user is None or not user.active:
        raise Unusable(
            Problem(
                code="user_unknown",
                where=f"--by {username!r}",
                what="there is no active user of that name.",
                why="Who acts on a borrower's case answers for it by name.",
                fix="Give the name you sign in with; `arrears user list` shows them.",
            )
        )
    return user


def law_today(packs: str) -> Law:
    """The law of these packs, separated by commas, as it is read today."""
    from arrears.law.load import load_law

    return load_law(packs.split(","), run_on=now().date())


def now() -> datetime:
    """This minute, with the machine's offset."""
    return datetime.now().astimezone()


def cents_of(amount: str) -> int:
    """An amount that was typed, in minor units. Raises Unusable `amount_unreadable`."""
    from arrears.kernel.money import cents_from_text

    try:
        return cents_from_text(amount)
    except ValueError as fault:
        raise Unusable(
            Problem(
                code="amount_unreadable",
                where=f"AMOUNT {amount!r}",
                what="it is not an amount.",
                why="Money is taken down to the cent or not at all.",
                fix="Write digits with at most two decimals, such as 1200.50.",
            )
        ) from fault
