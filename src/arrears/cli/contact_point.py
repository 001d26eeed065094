"""Contact points: a number or address of somebody that was lawfully learned by day."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

from arrears.cli._day import BY, DATABASE, HOME, WHY

app = typer.Typer(
    help="Contact points: a number or address of somebody that was lawfully learned by day.", no_args_is_help=True
)


@app.callback()
def contact_point() -> None:
    """Contact points: a number or address of somebody that was lawfully learned by day."""


@app.command()
def add(
    person_id: str = typer.Argument(..., metavar="PERSON_ID"),
    channel: str = typer.Argument(..., metavar="KIND", help="phone, email or address."),
    source: str = typer.Option(..., "--source", help="The lawful source, such as contract or debtor_authorisation."),
    obtained_on: datetime | None = typer.Option(
        None, formats=["%Y-%m-%d"], help="The day on which it was learned. [default: today]"
    ),
    why: str = WHY,
    by: str = BY,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    Take down one number or address of a person, read from standard input so that no list of commands keeps it.

    A supervisor or the head of collections may. One the person has already is left as it is, and it exits 0. Exits 2
    for a value that is not one number or address of theirs, one that another person has, and a source that is not
    lawful.
    """
    import sys

    from arrears.cli._day import acting, now, opened
    from arrears.daytime import add_contact_point

    with opened(home, database) as store:
        added = add_contact_point(
            store,
            person_id=person_id,
            channel=channel,
            value=sys.stdin.readline().strip(),
            lawful_source=source,
            by=acting(store, by),
            at=now(),
            why=why,
            obtained_on=None if obtained_on is None else obtained_on.date(),
        )
    print(f"{added.contact_point_id}: {'on record' if added.new else 'on record already; nothing was changed'}")
