"""`arrears law list|show|check`: the provisions, for people who read law and not code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from arrears.cli import EXIT_FOUND, EXIT_UNUSABLE
from arrears.law.marks import HEADS, MARKS, NOT_READ, OPEN_END, told_case

if TYPE_CHECKING:
    from arrears.law.load import Law
    from arrears.law.provision import Provision

LANGS = ("zh", "en")

PACK = typer.Option(["cn"], "--pack", help="Jurisdiction; may be given more than once.")
LANG = typer.Option("zh", help="zh or en.")
ON_DAY = typer.Option(None, "--on", formats=["%Y-%m-%d"], help="Only what holds on this day.  [default: today]")
RUN_DAY = typer.Option(None, "--run-on", formats=["%Y-%m-%d"], help="Day of the run.  [default: today]")

UNDATED = date.min
"""A day of run on which no reading is stale: to be read again, a stale law must be readable."""

STALE = ("，已超过365天，须重新核读", ", more than 365 days ago: read it again")


def list_(
    pack: list[str] = PACK,
    day: datetime | None = ON_DAY,
    kind: str | None = typer.Option(None, help="Only this kind of rule, such as counts or closed_hours."),
    find: str | None = typer.Option(None, help="Only provisions whose id, clause or words contain this."),
    lang: str = LANG,
) -> None:
    """
    List the provisions in force on a day: what each says in a line, its force and how sure we are.

    Reads only; changes nothing. Exits 2 where a pack can't be trusted, with every fault in it.
    """
    en = _english(lang)
    law = _law(pack, run_on=UNDATED)
    on = day.date() if day else _today()
    shown = sorted((item for item in law.on(on) if _wanted(item, kind, find)), key=lambda item: item.id)
    current = ""
    for item in shown:
        if item.instrument != current:
            current = item.instrument
            print(f"\n{item.pack} / {current}")
        mark = "" if item.confidence == "seen-text" else f" [{MARKS[item.confidence][en]}]"
        print(f"  {item.id}  ({MARKS[item.force][en]}){mark}")
        print(f"      {item.words_en if en else item.words_zh}")
    count = f"{len(shown)} provisions in force on {on}" if en else f"{on} 施行中的规定共 {len(shown)} 条"
    print(f"\n{count}.  law_id {law.law_id}" if en else f"\n{count}。law_id {law.law_id}")


def show(
    provision_id: str = typer.Argument(..., metavar="ID", help="Such as cn.gbt_45251.connected_calls, or F01."),
    pack: list[str] = PACK,
    day: datetime | None = ON_DAY,
    lang: str = LANG,
) -> None:
    """
    Show one provision: its own words, where they stand, how sure we are, how it is applied, and its cases.

    ID is a provision's id or the number of the research note (F01), which may name several. Reads only; changes
    nothing. Exits 2 where there is no such provision.
    """
    en = _english(lang)
    law = _law(pack, run_on=UNDATED)
    found = [item for item in law.provisions if provision_id in (item.id, item.note_id)]
    if day is not None:
        found = [item for item in found if item.in_force_on(day.date())]
    if not found:
        near = [item.id for item in law.provisions if provision_id.lower() in item.id.lower()]
        hint = f" Did you mean: {', '.join(near[:5])}?" if near else " `arrears law list` names them all."
        _stop(f"no provision {provision_id!r} in {', '.join(pack)}.{hint}")
    for item in sorted(found, key=law.order):
        _page(item, en)


def check(
    pack: list[str] = PACK,
    policy: Path | None = typer.Option(None, help="Folder of the lender's own stricter rules, laid on top."),
    day: datetime | None = RUN_DAY,
    lang: str = LANG,
) -> None:
    """
    Check packs: sources, days, gaps, clashes, stale readings, and every provision's own cases.

    Reads only; changes nothing. Exits 0 where all holds, 1 where a case fails, 2 where a pack can't be trusted.
    """
    from arrears.law.run_cases import run_cases

    en = _english(lang)
    law = _law(pack, policy, day.date() if day else None)
    outcomes = list(run_cases(law))
    failed = [outcome for outcome in outcomes if not outcome.holds]
    for outcome in failed:
        wanted, got = outcome.case.expect, ", ".join(outcome.answers)
        said = ("“{}”应为{}，规则给出{}。", "“{}” expects {} and the rule answers {}.")[en]
        print(f"{outcome.case.where}: {said.format(outcome.case.says, wanted, got)}")
    summary = (
        "{} 条规定、{} 类规则（{}）：无空档、无冲突、无过期核读。\n{}/{} 个案例成立。law_id {}",
        "{} provisions of {} kinds ({}): no gap, no clash, no stale reading.\n{} of {} cases hold.  law_id {}",
    )[en]
    kinds = len({item.kind for item in law.provisions})
    names = ", ".join(item.id for item in law.packs)
    held = len(outcomes) - len(failed)
    print(summary.format(len(law.provisions), kinds, names, held, len(outcomes), law.law_id))
    if failed:
        raise typer.Exit(EXIT_FOUND)


def _page(item: Provision, en: int) -> None:
    from arrears.law.check import READ_EVERY_DAYS
    from arrears.law.plain import in_plain_words

    until = str(item.in_force_until) if item.in_force_until else OPEN_END[en]
    rows = [
        ("words", item.words_en if en else item.words_zh),
        ("citation", item.citation),
        ("source", item.source),
        ("authority", MARKS[item.authority][en]),
        ("force", MARKS[item.force][en]),
        ("confidence", MARKS[item.confidence][en]),
        ("in_force", f"{item.in_force_from} – {until}"),
        ("read_on", f"{item.read_on}{STALE[en] if (_today() - item.read_on).days > READ_EVERY_DAYS else ''}"),
        ("scope", item.scope),
        ("gives_way_to", ", ".join(item.excepts)),
        ("note", item.note_id or ""),
    ]
    print(f"\n{item.id}\n{'=' * len(item.id)}")
    for key, value in rows:
        if value:
            print(f"{HEADS[key][en]}: {value}" if en else f"{HEADS[key][en]}：{value}")
    _block(HEADS["encoding"][en], in_plain_words(item, LANGS[en]))
    _block(HEADS["text"][en], item.text.splitlines() or [NOT_READ[en]])
    _block(HEADS["cases"][en], _cases(item, en))
    print(f"\n{HEADS['file'][en]}: {'/'.join(Path(item.where).parts[-4:])}")


def _block(head: str, lines: Sequence[str]) -> None:
    print(f"\n{head}")
    for line in lines:
        print(f"  {line}")


def _cases(item: Provision, en: int) -> list[str]:
    from arrears.law.load import read_cases_of

    return ["  →  ".join(told_case(case, LANGS[en])) for case in read_cases_of(item)]


def _wanted(item: Provision, kind: str | None, find: str | None) -> bool:
    if kind is not None and item.kind != kind:
        return False
    text = f"{item.id} {item.note_id} {item.citation} {item.words_zh} {item.words_en} {item.text}"
    return find is None or find.lower() in text.lower()


def _law(packs: list[str], policy: Path | None = None, run_on: date | None = None) -> Law:
    from arrears.law.load import LawRefused, load_law

    try:
        return load_law(packs, run_on or _today(), policy)
    except LawRefused as fault:
        count = len(fault.problems)
        typer.echo(f"{fault}\narrears law: {count} fault(s); nothing is decided by this law.", err=True)
        raise typer.Exit(EXIT_UNUSABLE) from fault


def _english(lang: str) -> int:
    if lang not in LANGS:
        _stop(f"--lang is {lang!r}; use zh or en.")
    return LANGS.index(lang)


def _today() -> date:
    return datetime.now().astimezone().date()


def _stop(message: str) -> None:
    typer.echo(f"arrears law: {message}", err=True)
    raise typer.Exit(EXIT_UNUSABLE)
