"""`arrears user`: who may sign in, with which role; add them, put them out, change what they may do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from arrears.kernel.problem import Problem, Unusable

if TYPE_CHECKING:
    from arrears.store.open import Store

app = typer.Typer(no_args_is_help=True, help="Who may sign in to the workspace, and with which role.")

HOME = typer.Option(Path("var"), envvar="ARREARS_HOME", help="Where state lives.")
DATABASE = typer.Option(None, envvar="ARREARS_DATABASE_URL", help="The store.", show_default="HOME/arrears.db")
USERNAME = typer.Argument(..., metavar="USERNAME", help="Such as li.na.")
STDIN = typer.Option(False, "--password-stdin", help="Read the password from the first line of standard input.")
ROLES = "collector, supervisor, head, compliance or admin."


@app.command()
def add(
    username: str = USERNAME,
    role: str = typer.Option(..., "--role", help=ROLES),
    name: str = typer.Option("", "--name", help="As it stands on pages. [default: the user name]", show_default=False),
    language: str = typer.Option("zh", "--language", help="Language of the pages: zh or en."),
    password_stdin: bool = STDIN,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    Add a user, who can then sign in. Asks twice for the password, and shows it to nobody.

    The password is taken as it is typed, spaces too; at least 8 characters. Exits 2 where the name is taken or can't
    be used, or the password is too short.
    """
    from arrears.daytime import create_user

    password = _password(password_stdin)
    with _opened(home, database) as store:
        made = create_user(
            store, username=username, name=name, password=password, role=role, language=language, at=_now()
        )
    print(f"{made.username} is added as {made.role}: sign in at the address that `arrears serve` prints.")


@app.command("list")
def list_(home: Path = HOME, database: str | None = DATABASE) -> None:
    """List every user, those who were put out too. Changes nothing."""
    from arrears.daytime import list_users

    with _opened(home, database) as store:
        users = list_users(store)
    for user in users:
        state = "active" if user.active else "disabled"
        print(f"{user.username:<20} {user.role:<12} {state:<9} {user.language}  {user.name}")
    if not users:
        print("There is no user yet. Add one with: arrears user add NAME --role admin")


@app.command()
def disable(username: str = USERNAME, home: Path = HOME, database: str | None = DATABASE) -> None:
    """
    Put a user out: sessions end at once and the name can't sign in. What they did stays as it is.

    Doing it twice changes nothing. Exits 2 where there is no such user.
    """
    from arrears.daytime import disable_user

    with _opened(home, database) as store:
        disable_user(store, username, at=_now())
    print(f"{username} is disabled and signed out.")


@app.command()
def enable(username: str = USERNAME, home: Path = HOME, database: str | None = DATABASE) -> None:
    """Let a user who was put out sign in again, with the password they had. Exits 2 where there is no such user."""
    from arrears.daytime import enable_user

    with _opened(home, database) as store:
        enable_user(store, username, at=_now())
    print(f"{username} may sign in again.")


@app.command()
def role(
    username: str = USERNAME,
    role: str = typer.Argument(..., metavar="ROLE", help=ROLES),
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """Give a user another role; it holds from their next page on. Exits 2 where there is no such user or role."""
    from arrears.daytime import change_role

    with _opened(home, database) as store:
        changed = change_role(store, username, role, at=_now())
    print(f"{changed.username} is now {changed.role}.")


@app.command()
def password(
    username: str = USERNAME,
    password_stdin: bool = STDIN,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    Give a user another password, end their sessions and forget wrong tries. Asks twice, and shows it to nobody.

    Exits 2 where there is no such user, or the password is too short.
    """
    from arrears.daytime import change_password

    chosen = _password(password_stdin)
    with _opened(home, database) as store:
        change_password(store, username, chosen, at=_now())
    print(f"{username} has a new password and is signed out everywhere.")


def _now() -> datetime:
    return datetime.now().astimezone()


def _password(from_stdin: bool) -> str:
    """As it was typed, but for the end of the line."""
    if from_stdin:
        return _line(sys.stdin.buffer.readline).removesuffix("\n").removesuffix("\r")
    if not sys.stdin.isatty():
        raise _no_password("there is no terminal to ask at.", "Pass it on standard input with --password-stdin.")
    given: str = typer.prompt("Password", hide_input=True, confirmation_prompt="The same again")
    return given


def _line(read: Callable[[], bytes]) -> str:
    try:
        given = read().decode()
    except UnicodeDecodeError as fault:
        raise _no_password("it is not UTF-8.", "Pass it as UTF-8 text.") from fault
    if not given:
        raise _no_password("nothing came.", "Write it on the first line of standard input.")
    return given


def _no_password(what: str, fix: str) -> Unusable:
    why = "A user without one could not sign in."
    return Unusable(Problem(code="no_password", where="password", what=what, why=why, fix=fix))


@contextmanager
def _opened(home: Path, database: str | None) -> Iterator[Store]:
    """The store at this version's tables, made where there is none."""
    from arrears.cli._home import private_home, store_url
    from arrears.store.migrate import migrate
    from arrears.store.open import open_store

    if database is None:
        private_home(home)
    store = open_store(store_url(home, database))
    try:
        migrate(store)
        yield store
    finally:
        store.close()
