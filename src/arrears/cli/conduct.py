"""Conduct: findings and duties in messages and transcripts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

app = typer.Typer(help="Conduct: findings and duties in messages and transcripts.")


@app.callback()
def conduct() -> None:
    """Conduct: findings and duties in messages and transcripts."""


@app.command()
def review(
    file: Path = typer.Argument(..., metavar="FILE.jsonl", help="One conversation or message a line."),
    format: str = typer.Option("json", "--format", help="json (one object a line) or table."),
) -> None:
    """
    Review every conversation in FILE: unlawful or abusive conduct by the agent, with quote, clause and what to say
    instead; the seven duties; abuse by the other party. Labels in the file are not read.

    Reads nothing else and writes nothing. Exits 0; 1 where a line can't be read (stderr names it, the rest is
    reviewed); 2 where there is no file or no such format.
    """
    import json
    import sys

    from arrears.cli._cases import Case, Tally, each_answer, unsupported
    from arrears.conduct.read_conversation import conversation_of
    from arrears.conduct.review import review as review_one
    from arrears.kernel.problem import Problem, Unusable

    if format not in ("json", "table"):
        raise Unusable(
            Problem(
                code="unknown_format",
                where="--format",
                what=f"{format!r} is no format.",
                why="The output would not be what was asked for.",
                fix="Write json or table.",
            )
        )

    def reviewed(case: Case, number: int) -> str:
        def warn(sentence: str) -> None:
            print(f"{file}:{number}: {sentence}", file=sys.stderr)

        found = review_one(conversation_of(case, warn))
        return json.dumps(found.as_json(), ensure_ascii=False) if format == "json" else _as_table(found)

    tally = Tally()
    for told in each_answer(file, reviewed, tally, unsupported, rest="reviewed"):
        print(told)
    raise typer.Exit(tally.code)


@app.command()
def explain(
    text: str = typer.Argument(..., help="One sentence or message, as the agent would say it."),
    language: str = typer.Option("", "--language", help="zh or en; found from the text where left out."),
    audience: str = typer.Option("borrower", "--audience", help="borrower, obligor, third_party or unknown."),
    channel: str = typer.Option("sms", "--channel", help="call, sms, email, letter, chat or visit."),
) -> None:
    """
    Show how TEXT is read: the plain words, each clause with its voice, every finding with what decided it.

    Reads and writes nothing. Exits 0 where nothing was found, 1 where something was.
    """
    from arrears.conduct.follow import live_hits, moments
    from arrears.conduct.read_conversation import conversation_of
    from arrears.conduct.review import review as review_one

    given: dict[str, Any] = {
        "id": "text",
        "channel": channel,
        "audience": audience,
        "turns": [{"speaker": "agent", "text": text}],
    }
    if language:
        given["language"] = language
    conversation = conversation_of(given)
    print(f"language  {conversation.language}")
    for moment in moments(conversation)[1]:
        heard = moment.heard
        print(f"reads     {heard.text}")
        if heard.normal.evasions:
            print(f"hidden    {', '.join(heard.normal.evasions)}")
        spoken = live_hits(heard)
        for place, clause in enumerate(heard.clauses):
            voice = "reported" if clause.reported else "denied" if clause.denied_from is not None else "asserted"
            ideas = sorted({hit.group for hit, at, _ in spoken if at == place})
            print(f"clause    {voice:9} {heard.text[clause.start : clause.end].strip()}  [{' '.join(ideas)}]")
    found = review_one(conversation)
    for finding in found.findings:
        print(f"\n{finding.code.value}  {finding.severity}  {finding.score:.2f}  “{finding.quote}”")
        print(f"  clause   {finding.clause}")
        print(f"  instead  {finding.instead}")
        for reason in finding.because:
            print(f"  because  {reason}")
    if not found.findings:
        print("\nnothing found")
    raise typer.Exit(1 if found.findings else 0)


def _as_table(found: Any) -> str:
    lines = [f"{found.id}: {len(found.findings)} finding{'s' if len(found.findings) != 1 else ''}"]
    for finding in found.findings:
        lines.append(f"  turn {finding.turn:<3} {finding.severity:7} {finding.code.value:24} “{finding.quote}”")
    done = [duty for duty, state in found.duties.items() if state]
    missing = [duty for duty, state in found.duties.items() if state is False]
    lines.append(f"  done: {', '.join(done) or '-'}; not done: {', '.join(missing) or '-'}")
    lines += [f"  turn {turn:<3} abuse by the other party “{quote}”" for turn, quote in found.abuse_by_other_party]
    return "\n".join(lines)
