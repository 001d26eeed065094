"""Consents of a person that lift a rule, and their withdrawal."""

from __future__ import annotations

from pathlib import Path

import typer

from arrears.cli._day import BY, DATABASE, HOME

app = typer.Typer(help="Consents of a person that lift a rule, and their withdrawal.", no_args_is_help=True)
KIND = typer.Argument(..., metavar="KIND", help="contact_outside_hours, more_attempts_per_number or visit.")


@app.callback()
def consent() -> None:
    """Consents of a person that lift a rule, and their withdrawal."""


@app.command()
def record(
    person_id: str = typer.Argument(..., metavar="PERSON_ID"),
    kind: str = KIND,
    by: str = BY,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    Note that a person consented. The gate takes it into account from now on; nothing else does.

    One that was given already stays given, and it exits 0. Exits 2 for an unknown person, kind or user.
    """
    _note(person_id, kind, by, home, database, given=True)


@app.command()
def withdraw(
    person_id: str = typer.Argument(..., metavar="PERSON_ID"),
    kind: str = KIND,
    by: str = BY,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    Note that a person took a consent back. It holds from now on, for every contact that is not made yet.

    Where there was none to take back nothing changes, and it exits 0.
    """
    _note(person_id, kind, by, home, database, given=False)


def _note(person_id: str, kind: str, by: str, home: Path, database: str | None, *, given: bool) -> None:
    from arrears.cli._day import acting, now, opened
    from arrears.daytime import record_consent

    with opened(home, database) as store:
        changed = record_consent(store, person_id=person_id, kind=kind, by=acting(store, by), at=now(), given=given)
    state = "has consented to" if given else "does not consent to"
    print(f"{person_id} {state} {kind}{'' if changed else ' already; nothing was changed'}")
