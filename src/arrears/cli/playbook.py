"""The playbook: what fits what the borrower says, and the cards that say what to do about it."""

from __future__ import annotations

from pathlib import Path

import typer

from arrears.cli._cards import list_, show
from arrears.cli._cases import Case

app = typer.Typer(help="The playbook: what fits what the borrower says, and the cards.")


@app.callback()
def playbook() -> None:
    """The playbook: what fits what the borrower says, and the cards."""


@app.command()
def match(
    file: Path = typer.Argument(..., metavar="FILE.jsonl", help='One text a line: {"id", "language": zh|en, "text"}.'),
) -> None:
    """
    Match what people say to cards X1 to X14, and say whether someone is vulnerable and which rights they exercise.

    Prints one JSON object a line, in the order of FILE. Works offline; reads nothing else and writes nothing.

    Exits 0; 1 where a line can't be answered (stderr names it, the others are answered); 2 where there is no file.
    """
    from arrears.cli._cases import answer_each

    raise typer.Exit(answer_each(file, _matched))


app.command(name="list")(list_)
app.command(name="show")(show)


def _matched(case: Case) -> Case:
    """The contract's answer to one text."""
    from arrears.cli._cases import text
    from arrears.playbook.match import match

    case_id = text(case, "id")
    found = match(text(case, "text"), text(case, "language"))
    return {
        "id": case_id,
        "cards": [{"card": one.card, "score": one.score} for one in found.cards],
        "vulnerable": found.vulnerable,
        "rights": list(found.rights),
    }
