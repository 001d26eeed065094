"""`arrears law audit`: replay a contact history against the law, from cases or from a plain contact log."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import typer

from arrears.cli import EXIT_UNUSABLE

FORMATS = ("json", "table")
SHOWN_EVENTS = 12


def audit(
    file: Path | None = typer.Argument(None, metavar="[FILE.jsonl]", help="Cases, one JSON object a line."),
    pack: str = typer.Option("us", help="The law to judge by: us or cn."),
    format_: str = typer.Option("json", "--format", help="json (one object a line) or table."),
    log: Path | None = typer.Option(None, help="A contact log instead of cases: CSV or Parquet."),
    mapping: Path | None = typer.Option(
        None, help="What the log's columns and codes mean (TOML), or the name of one that is shipped."
    ),
    held: Path | None = typer.Option(None, help="Write the rows that could not be audited, with reasons, to this CSV."),
) -> None:
    """
    Replay contacts against the law and say which were lawful, presumed violations or violations, and why.

    With FILE.jsonl, answers each case by the paragraph it names: one answer with its clauses, their force and the
    events they rest on. With --log, reads a dialler's export and prints every violation and presumption with the
    contacts that made it; a row without offset, with an impossible time or a duplicate is reported and held, never
    guessed. Rows may come in any order, and numbers in any spelling.

    Reads only; changes nothing. Exits 0, or 1 where a log shows findings or held rows.
    """
    if format_ not in FORMATS:
        _stop(f"--format is {format_!r}; use one of: {', '.join(FORMATS)}.")
    if log is not None:
        if mapping is None:
            _stop("--log needs --mapping: a file that says what the columns mean, or the name of one that is shipped.")
        raise typer.Exit(_audit_log(log, str(mapping), pack, format_, held))
    if file is None:
        _stop("Give a file of cases, or a log with --log and --mapping.")
    if pack != "us":
        _stop(f"Cases are judged by Regulation F: --pack us. For {pack!r}, use --log.")
    raise typer.Exit(_audit_cases(file, format_))


def _stop(message: str) -> None:
    typer.echo(f"arrears: {message}", err=True)
    raise typer.Exit(EXIT_UNUSABLE)


def _audit_cases(file: Path | None, format_: str) -> int:
    from arrears.cli._cases import Tally, each_answer
    from arrears.law.audit.judge import answer

    if file is None:
        return EXIT_UNUSABLE
    answers: list[dict[str, Any]] = []
    tally = Tally()
    for found in each_answer(file, lambda case, _: answer(case), tally, _no_answer):
        if format_ == "json":
            typer.echo(json.dumps(found, ensure_ascii=False))
        answers.append(found)
    if format_ == "table":
        _print_answers(answers)
    return tally.code


def _no_answer(case_id: object, why: str) -> dict[str, Any]:
    return {"id": case_id, "answer": None, "reasons": [], "flags": [], "unsupported": why}


def _print_answers(answers: list[dict[str, Any]]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from arrears.cli._terminal import console
    from arrears.kernel.shown import shown

    table = Table("case", "answer", "clause", "force", "events", "flags", show_lines=False)
    for found in answers:
        reasons = found["reasons"] or [{"clause": found.get("unsupported", ""), "force": "", "events": []}]
        for place, reason in enumerate(reasons):
            cells = (
                str(found["id"]) if place == 0 else "",
                str(found["answer"]) if place == 0 else "",
                reason["clause"],
                reason["force"],
                ", ".join(map(str, reason["events"])),
                "\n".join(found["flags"]) if place == 0 else "",
            )
            table.add_row(*(escape(shown(cell)) for cell in cells))
    console().print(table)


def _audit_log(log: Path, mapping: str, pack: str, format_: str, held: Path | None) -> int:
    from arrears.cli._contact_log import audited

    return audited(log, mapping, pack, format_, held, run_on=date.today())  # noqa: DTZ011 - the day of the run
