"""Ageing: how late a loan is, where its payments went, what a pause did to it."""

from __future__ import annotations

from pathlib import Path

import typer

from arrears.cli._cases import Case

app = typer.Typer(help="Ageing: how late a loan is, where its payments went, what a pause did to it.")


@app.callback()
def ageing() -> None:
    """Ageing: how late a loan is, where its payments went, what a pause did to it."""


@app.command()
def explain(
    file: Path = typer.Argument(..., metavar="FILE.jsonl", help="One case a line, with its own conventions."),
) -> None:
    """
    Work out every case in FILE by its own conventions, and show the figures it asks for.

    Prints {"id": …, "result": {…}} a line, in the order of the file, or {"id": …, "unsupported": why} where a
    convention is not known here. Reads nothing else and writes nothing.

    Exits 0; 1 where a line can't be read (stderr names it, the others are answered); 2 where there is no file.
    """
    from arrears.cli._cases import answer_each

    raise typer.Exit(answer_each(file, _explained))


def _explained(case: Case) -> Case:
    from arrears.ageing.explain import explain
    from arrears.ageing.read_case import Unsupported

    if "id" not in case:
        raise ValueError("id is missing. An answer is found by it.")
    try:
        return {"id": case["id"], "result": explain(case)}
    except Unsupported as why:
        return {"id": case["id"], "unsupported": str(why)}
