"""Promises to pay: where each one stands."""

from __future__ import annotations

from pathlib import Path

import typer

from arrears.cli._cases import Case

app = typer.Typer(help="Promises to pay: pending, due today, kept, partly kept, broken or superseded.")


@app.callback()
def promises() -> None:
    """Promises to pay: pending, due today, kept, partly kept, broken or superseded."""


@app.command()
def status(
    file: Path = typer.Argument(..., metavar="FILE.jsonl", help="One account a line: promises, payments, as_of."),
) -> None:
    """
    Say where every promise of every account in FILE stands at its `as_of`, and how much of it was paid.

    Prints one JSON object a line, in the order of the file. Reads nothing else and writes nothing.

    Exits 0; 1 where a line can't be answered (stderr names it, the others are answered); 2 where there is no file.
    """
    from arrears.cli._cases import answer_each

    raise typer.Exit(answer_each(file, _answer))


def _answer(case: Case) -> Case:
    """The contract's answer to one account."""
    from arrears.cli._cases import count, each, hundredths, instant, text
    from arrears.kernel.money import decimal_text
    from arrears.outcome.promise_clock import Payment, Promise, standings

    def promise(record: Case) -> Promise:
        return Promise(
            promise_id=text(record, "promise_id"),
            made_at=instant(record, "made_at"),
            amount=hundredths(record, "amount"),
            due_at=instant(record, "due_at"),
            tolerance_hours=count(record, "tolerance_hours"),
        )

    def payment(record: Case) -> Payment:
        return Payment(amount=hundredths(record, "amount"), at=instant(record, "at"))

    case_id = text(case, "id")
    found = standings(each(case, "promises", promise), each(case, "payments", payment), instant(case, "as_of"))
    return {
        "id": case_id,
        "promises": [
            {"promise_id": one.promise_id, "status": one.status.value, "paid": decimal_text(one.paid)} for one in found
        ],
    }
