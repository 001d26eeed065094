"""The law: list it, read it, check it, and replay contacts against it."""

from __future__ import annotations

import typer

from arrears.cli._law_audit import audit
from arrears.cli._law_diff import diff
from arrears.cli._law_pages import check, list_, show

app = typer.Typer(help="The law as data: what it says, and what a contact history shows against it.")


@app.callback()
def law() -> None:
    """The law as data: what it says, and what a contact history shows against it."""


app.command(name="list")(list_)
app.command(name="show")(show)
app.command(name="check")(check)
app.command(name="diff")(diff)
app.command(name="audit")(audit)
