"""The law: replay contacts against it."""

from __future__ import annotations

import typer

from arrears.cli._law_audit import audit

app = typer.Typer(help="The law as data: what it says, and what a contact history shows against it.")


@app.callback()
def law() -> None:
    """The law as data: what it says, and what a contact history shows against it."""


app.command(name="audit")(audit)
