"""`arrears law diff`: what changed in law between two days, and which accounts of a book are decided otherwise."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from arrears.cli import EXIT_FOUND
from arrears.cli._law_pages import LANG, LANGS, PACK, UNDATED, _english, _law
from arrears.kernel.problem import Problem, Unusable

if TYPE_CHECKING:
    from arrears.law.load import Law
    from arrears.nightly.compare_law import Compared

CHANGES = {"began": ("新施行", "began"), "ended": ("失效", "ended"), "changed": ("变更", "changed")}

SAMPLE = 10
"""Accounts shown without --all."""

WORDS = {
    "head": (
        "{} 的 {:,} 个账户中，{:,} 个按 {} 与 {} 的法律会有不同处理。",
        "Of {1:,} accounts of {0}, {2:,} are decided differently by the law of {3} and of {4}.",
    ),
    "acts": ("拟联系在夜间判断中的变化", "What the night would judge otherwise, contact by contact"),
    "plans": ("处置计划的变化", "What the plan would be otherwise"),
    "sample": ("账户（前 {} 个；--all 列出全部）", "Accounts (the first {}; --all lists every one)"),
    "every": ("账户", "Accounts"),
    "allowed": ("允许", "allowed"),
    "none": ("不联系", "no contact"),
    "capacity": ("（法律未直接改变，产能改分配所致）", "(not by law itself: capacity went elsewhere)"),
}


def diff(
    first: datetime = typer.Option(..., "--from", formats=["%Y-%m-%d"], help="The earlier day."),
    second: datetime = typer.Option(..., "--to", formats=["%Y-%m-%d"], help="The later day."),
    book: str | None = typer.Option(
        None, "--book", help="A book's directory, or its day in --home. Without it only provisions are compared."
    ),
    home: Path = typer.Option(Path("var"), help="Where state lives.", envvar="ARREARS_HOME"),
    policy: Path | None = typer.Option(None, help="Folder of the lender's own stricter rules, laid on top."),
    treatments: str | None = typer.Option(
        None, help="The night's policy: a file, or the name of a shipped one.", show_default="by the book's currency"
    ),
    rules: Path | None = typer.Option(
        None, help="The lender's ageing rules, a TOML file.", show_default="this project's"
    ),
    every: bool = typer.Option(False, "--all", help="List every account that is decided differently."),
    pack: list[str] = PACK,
    lang: str = LANG,
) -> None:
    """
    Show which provisions began, ended or changed between two days, and which accounts that decides differently.

    With --book the night of that book is decided twice, by the law of each day and otherwise alike. Reads only;
    changes nothing and contacts nobody. Exits 0 where no account is decided differently (or none was asked about),
    1 where some are, 2 where book, policy or packs can't be used.
    """
    en = _english(lang)
    law = _law(pack, policy, run_on=UNDATED)
    _print_provisions(law, first.date(), second.date(), en)
    if book is None:
        return
    compared, as_of = _compared(_directory(book, home), law, treatments, rules, first.date(), second.date())
    found = compared.account_ids
    said = WORDS["head"][en].format(as_of, compared.accounts, len(found), first.date(), second.date())
    print(f"\n{said}")
    print_compared(compared, every=every, en=en)
    if found:
        raise typer.Exit(EXIT_FOUND)


def _print_provisions(law: Law, first: date, second: date, en: int) -> None:
    from arrears.law.differences import differences
    from arrears.law.plain import in_plain_words

    found = differences(law, first, second)
    for difference in found:
        print(f"\n{CHANGES[difference.change][en]}  {difference.id}")
        for sign, item in (("-", difference.before), ("+", difference.after)):
            if item is not None:
                print(f"  {sign} {item.citation}")
                for line in in_plain_words(item, LANGS[en]):
                    print(f"  {sign}   {line}")
    total = ("\n{} 至 {}：{} 条规定有变化。", "\n{} to {}: {} provisions differ.")[en]
    print(total.format(first, second, len(found)))


def _compared(
    directory: Path, law: Law, treatments: str | None, rules: Path | None, first: date, second: date
) -> tuple[Compared, date]:
    import ibis

    from arrears.book.read import manifest_of, open_book
    from arrears.cli._ageing_rules import rules_from
    from arrears.decision.load import default_policy_for, load_policy
    from arrears.nightly.compare_law import compare_law

    currency = sorted(manifest_of(directory)["totals"])[0]
    policy = load_policy(treatments) if treatments else default_policy_for(currency)
    con = ibis.duckdb.connect()
    con.raw_sql("SET TimeZone = 'UTC'")
    snapshot = open_book(directory, con)
    return compare_law(con, snapshot, law, policy, rules_from(rules), first, second), snapshot.as_of


def print_compared(compared: Compared, *, every: bool, en: int) -> None:
    """How many contacts and plans differ, by channel and provision, and the accounts: all, or a sample."""
    found = compared.account_ids
    _print_counts(compared, en)
    _print_accounts(compared, found if every else found[:SAMPLE], every, en)


def _print_counts(compared: Compared, en: int) -> None:
    acts = Counter(
        (row["channel"], _verdict(row, "before", en), _verdict(row, "after", en)) for row in compared.acts.to_pylist()
    )
    if acts:
        print(f"\n{WORDS['acts'][en]}")
    for (channel, before, after), count in sorted(acts.items(), key=lambda each: (-each[1], each[0])):
        print(f"  {count:>9,}  {_word(channel, en)}: {before} → {after}")
    direct = set(compared.acts["account_id"].to_pylist())
    plans: Counter[tuple[str, str, bool]] = Counter()
    for row in compared.plans.to_pylist():
        plans[_plan(row, "before", en), _plan(row, "after", en), _by_law(row, direct)] += 1
    if plans:
        print(f"\n{WORDS['plans'][en]}")
    for (before, after, by_law), count in sorted(plans.items(), key=lambda each: (-each[1], each[0])):
        why = "" if by_law else f"  {WORDS['capacity'][en]}"
        print(f"  {count:>9,}  {before} → {after}{why}")


def _by_law(row: dict[str, str | None], direct: set[str | None]) -> bool:
    return row["account_id"] in direct or row["provision_id_before"] != row["provision_id_after"]


def _print_accounts(compared: Compared, shown: list[str], every: bool, en: int) -> None:
    if not shown:
        return
    print(f"\n{WORDS['every'][en] if every else WORDS['sample'][en].format(len(shown))}")
    plans = {row["account_id"]: row for row in compared.plans.to_pylist()}
    acts: dict[str, list[dict[str, object]]] = {}
    for row in compared.acts.to_pylist():
        acts.setdefault(row["account_id"], []).append(row)
    for account_id in shown:
        parts = [
            f"{_word(str(row['channel']), en)}: {_verdict(row, 'before', en)} → {_verdict(row, 'after', en)}"
            for row in acts.get(account_id, [])
        ]
        plan = plans.get(account_id)
        if plan is not None:
            parts.append(f"{_plan(plan, 'before', en)} → {_plan(plan, 'after', en)}")
        print(f"  {account_id}  {'; '.join(parts)}")


def _verdict(row: dict[str, object], side: str, en: int) -> str:
    return WORDS["allowed"][en] if row[f"allowed_{side}"] else str(row[f"provision_{side}"])


def _plan(row: dict[str, str | None], side: str, en: int) -> str:
    """The treatment, or the reason for none with its provision."""
    from arrears.kernel.reasons import WORDS as REASONS
    from arrears.kernel.reasons import Reason

    treatment, reason = row[f"treatment_{side}"], row[f"reason_{side}"]
    if treatment is not None:
        channel = row[f"channel_{side}"]
        return treatment if channel is None else f"{treatment} ({_word(channel, en)})"
    provision = row[f"provision_id_{side}"]
    words = REASONS[Reason(str(reason))][en]
    return words if provision is None else f"{words} ({provision})"


def _word(channel: str, en: int) -> str:
    from arrears.law.vocabulary import worded

    return WORDS["none"][en] if channel == "none" else worded(channel, LANGS[en])


def _directory(book: str, home: Path) -> Path:
    """The book at that path, or the newest of that day in `home`."""
    from arrears.book.read import books

    if Path(book).is_dir():
        return Path(book)
    found = [path for path, manifest in books(home) if manifest["as_of"] == book]
    if not found:
        raise Unusable(
            Problem(
                code="no_book",
                where=f"--book {book}",
                what=f"it is no directory, and there is no book of that day in {home}.",
                why="Accounts are decided on a book as it stood on one day.",
                fix="Give the directory of an imported book, or its day as YYYY-MM-DD with the --home it is in.",
            )
        )
    return found[-1]
