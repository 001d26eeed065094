"""
Writes the reference pages from the code: reasons, commands, exit codes. `--check` only compares.

A test runs it with `--check`, so a command or a reason without a page fails the suite.
"""

from __future__ import annotations

import sys
from pathlib import Path

import typer.main
from source_coverage import coverage_page

from arrears import cli
from arrears.book import synthetic
from arrears.book.faults import CELL_FAULTS, ROW_FAULTS, WARNINGS
from arrears.book.table import DECLARED, Column
from arrears.kernel.reasons import WORDS, Reason
from arrears.playbook.call_flow import WARNINGS as SAID_AT_WARNINGS
from arrears.playbook.call_flow import drawing
from arrears.playbook.claims import CAUSES, CLAIM_KINDS
from arrears.playbook.claims.weigh import GROUNDS

DOCS = Path(__file__).parents[1] / "docs"
REFERENCE = DOCS / "reference"
GENERATED = "<!-- Written by `make docs` from the code. Change the code, not this page. -->\n\n"


def reasons_page() -> str:
    """One heading per reason, in the order of the enum."""
    lines = [GENERATED, "# Reasons 原因\n\n", (Reason.__doc__ or "").strip() + "\n"]
    for reason in Reason:
        zh, en = WORDS[reason]
        lines.append(f"\n## {reason.value}\n\n{zh}\n\n{en}\n")
    return "".join(lines)


def commands_page() -> str:
    """The help of every command, as it is printed."""
    root = typer.main.get_command(cli.application())
    lines = [GENERATED, "# Commands 命令\n\n```text\n", (cli.__doc__ or "").strip(), "\n```\n"]
    for path, command in _walk(("arrears",), root):
        lines.append(f"\n## {' '.join(path)}\n\n```text\n{_help(path, command)}\n```\n")
    return "".join(lines)


def _walk(path, command):  # type: ignore[no-untyped-def]
    yield path, command
    for name in sorted(getattr(command, "commands", {})):
        yield from _walk((*path, name), command.commands[name])


def _help(path, command) -> str:  # type: ignore[no-untyped-def]
    with command.make_context(
        " ".join(path), [], resilient_parsing=True, terminal_width=100, max_content_width=100
    ) as at:
        return "\n".join(line.rstrip() for line in command.get_help(at).strip().splitlines())


_BOOK = """# The book 账簿

What a lender's files become: the tables that `arrears book import` publishes and the night reads. A table that was not
sent is absent, which is another thing than empty: “no payment was made” and “nobody told us” are different facts.
`!` marks a column that is never empty. Amounts are whole cents; `…_on` is a calendar day at the borrower's place, `…_at`
and `at` an instant; `learned_on` is the day we were told, kept apart so that a past night can be replayed.

Three levels are each enough for a night: `accounts` with `reported_days_past_due`, `oldest_unpaid_due_on` or `status_code`;
`accounts` with `instalments` and `payments`; `accounts` with `months`.
"""

_MADE_UP = """
Names begin with a word for “made up” (拟 例 样 虚 仿). Phone numbers begin with 154, which is assigned to
no operator in China's plan as libphonenumber knows it.
Identity numbers carry a correct check digit on division 99, which no place has. Mail goes to `example.invalid`.
"""

_ON_DISK = """
## On disk

```text
HOME/books/<day>-<16 hex>/   the id derives from the day and the accepted rows
  <table>.parquet            sorted by key, so the order of rows in the files leaves no trace
  quarantine.parquet         where, row, column, code, value, what, why, fix, zh
  manifest.json              as_of, sequence, sources (sha256, read, accepted, quarantined), mapping, tables (rows, hashes),
                             totals by currency, declared totals, differences, warnings, people left unprotected,
                             absent tables and columns, notes
```

`arrears.book.read.open_book(directory, con)` opens one on an Ibis connection; `latest_book(home)` finds the last.
"""


def book_page() -> str:
    """Every table and column of the book, every fault of a row, and what the made-up book draws."""
    lines = [GENERATED, _BOOK]
    for name, table in DECLARED.items():
        key = ", ".join(f"`{column}`" for column in table.key)
        lines.append(f"\n## {name}\n\n{table.about} Key: {key}.\n\n| column | type | values |\n|---|---|---|\n")
        lines += [f"| `{column}` | {of.kind} | {_values(column, of)} |\n" for column, of in table.columns.items()]
    lines.append("\n## What can be wrong with a row\n\n`code` in the quarantine, for one cell or for a whole row.\n\n")
    lines += _faults((*CELL_FAULTS, *ROW_FAULTS))
    lines.append(
        "\n## What is taken and warned of\n\nContradictions and what is odd, counted and shown with the totals of an import.\n\n"
    )
    lines += _faults(WARNINGS)
    drawn = (synthetic.__doc__ or "").partition("otherwise):\n\n")[2].partition("\n\n`detail")
    lines.append(
        "\n## The made-up book\n\n`arrears book generate` draws, as shares of loans unless said otherwise:\n\n"
    )
    lines.append(f"```text\n{drawn[0]}\n```\n\n`detail{drawn[2].rstrip()}\n")
    return "".join([*lines, _MADE_UP, _ON_DISK])


def _values(name: str, column: Column) -> str:
    words = [column.about] if column.about else []
    if column.choices and name != "currency":
        words.append(", ".join(f"`{word}`" for word in sorted(column.choices)))
    if column.between:
        words.append(f"{column.between[0]:,} to {column.between[1]:,}")
    return "; ".join(words)


def _faults(faults) -> list[str]:  # type: ignore[no-untyped-def]
    def cell(text: str) -> str:
        for name in ("{column}", "{value}", "{detail}", "{table}"):
            text = text.replace(name, "…")
        return text.replace("|", "/").strip()

    head = "| code | why it matters | what to do | 中文 |\n|---|---|---|---|\n"
    return [head, *(f"| `{one.code}` | {cell(one.why)} | {cell(one.fix)} | {cell(one.zh)} |\n" for one in faults)]


def conversation_page() -> str:
    """The machine of a conversation, drawn from its own table; the kinds of claims and the causes."""
    lines = [GENERATED, "# The conversation 沟通\n\nWhat it is for: [conversation.md](../concepts/conversation.md).\n"]
    for language, name in (("en", "The steps of a conversation"), ("zh", "一次沟通的步骤")):
        lines.append(f"\n## {name}\n\n```mermaid\n{drawing(language)}\n```\n")
    lines.append("\n## Warnings 提醒\n\n| | 中文 | English |\n|---|---|---|\n")
    lines += [f"| {n} | {zh} | {en} |\n" for n, (zh, en) in enumerate(SAID_AT_WARNINGS, 1)]
    lines.append("\n## Claims 陈述\n\n| kind | 中文 | English | must say | would show it |\n|---|---|---|---|---|\n")
    for kind in CLAIM_KINDS.values():
        papers = "; ".join(english for _, english in kind.papers)
        lines.append(f"| `{kind.code}` | {kind.words[0]} | {kind.words[1]} | {', '.join(kind.needs)} | {papers} |\n")
    lines.append("\n## Grounds 依据\n\n| ground | 中文 | English |\n|---|---|---|\n")
    lines += [f"| `{code}` | {zh} | {en} |\n" for code, (zh, en) in GROUNDS.items()]
    lines.append("\n## Root causes 根本原因\n\n| cause | 中文 | English | deserves |\n|---|---|---|---|\n")
    lines += [f"| `{one.code}` | {one.words[0]} | {one.words[1]} | {one.deserves[1]} |\n" for one in CAUSES.values()]
    return "".join(lines)


def pages() -> dict[Path, str]:
    """Every generated page by its path."""
    return {
        REFERENCE / "reasons.md": reasons_page(),
        REFERENCE / "commands.md": commands_page(),
        REFERENCE / "book.md": book_page(),
        REFERENCE / "conversation.md": conversation_page(),
        DOCS / "concepts" / "source-coverage.md": GENERATED + coverage_page(),
    }


def main() -> int:
    """0 when every page is (now) as the code says; 1 with `--check` where one is not."""
    stale = [path for path, text in pages().items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.name} is not what the code says: run `make docs` and commit it")
        return 1 if stale else 0
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for path in stale:
        path.write_text(pages()[path])
        print(f"wrote {path.relative_to(DOCS.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
