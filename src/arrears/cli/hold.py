"""Holds: what stops collection from a person, and its end."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

from arrears.cli._day import BY, DATABASE, HOME, JSON_LINES, WHY

app = typer.Typer(help="Holds: what stops collection from a person, and its end.", no_args_is_help=True)


@app.callback()
def hold() -> None:
    """Holds: what stops collection from a person, and its end."""


@app.command("list")
def list_(
    person: str | None = typer.Option(None, "--person", metavar="PERSON_ID", help="Of this person alone."),
    kind: str | None = typer.Option(None, "--kind", help="Of this kind alone."),
    json_lines: bool = JSON_LINES,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """List the holds in force, the oldest first, at most 500. Changes nothing."""
    import json

    from arrears.cli._day import now, opened
    from arrears.store.day_lists import holds_in_force

    names = ("hold_id", "person_id", "kind", "placed_on", "ends_on", "source", "placed_by")
    with opened(home, database) as store, store.read() as connection:
        rows = holds_in_force(connection, now(), person_id=person, kind=kind)
    for row in rows:
        told = {name: None if row[name] is None else str(row[name]) for name in names}
        print(json.dumps(told) if json_lines else "  ".join(told[name] or "-" for name in names))
    if not json_lines:
        print(f"{len(rows)} in force")


@app.command()
def place(
    person_id: str = typer.Argument(..., metavar="PERSON_ID"),
    kind: str = typer.Argument(..., metavar="KIND", help="Such as dispute, hardship, stop or complaint."),
    ends_on: datetime | None = typer.Option(
        None, formats=["%Y-%m-%d"], help="First day it no longer holds. [default: until it is lifted]"
    ),
    by: str = BY,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    Stop collection from a person now and everywhere: queued and claimed work is withdrawn, the gate refuses contact.

    A person who is held for that kind already stays so, and it exits 0. Exits 2 for an unknown person, kind or user.
    """
    from arrears.cli._day import acting, now, opened
    from arrears.daytime import place_hold

    with opened(home, database) as store:
        placed = place_hold(
            store,
            person_id=person_id,
            kind=kind,
            by=acting(store, by),
            at=now(),
            ends_on=None if ends_on is None else ends_on.date(),
        )
    print(f"{placed.hold_id}: {person_id} is held for {kind}{'' if placed.new else ' already'}")
    if placed.withdrawn:
        print(f"withdrawn: {', '.join(placed.withdrawn)}")


@app.command()
def lift(
    hold_id: str = typer.Argument(..., metavar="HOLD_ID", help="As `arrears hold list` shows it."),
    why: str = WHY,
    by: str = BY,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    End a hold, with the reason: a supervisor, the head of collections or compliance may.

    Withdrawn work does not come back: the next night decides. A hold that has ended stays ended, and it exits 0.
    """
    from arrears.cli._day import acting, now, opened
    from arrears.daytime import lift_hold

    with opened(home, database) as store:
        ended = lift_hold(store, hold_id, by=acting(store, by), at=now(), why=why)
    print(f"{hold_id} {'is lifted' if ended else 'had ended already'}")
