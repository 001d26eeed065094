"""
Writes the reference pages from the code: reasons, commands, exit codes. `--check` only compares.

A test runs it with `--check`, so a command or a reason without a page fails the suite.
"""

from __future__ import annotations

import sys
from pathlib import Path

import typer.main

from arrears import cli
from arrears.kernel.reasons import WORDS, Reason

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
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
    with command.make_context(" ".join(path), [], resilient_parsing=True, terminal_width=100, max_content_width=100) as at:
        return "\n".join(line.rstrip() for line in command.get_help(at).strip().splitlines())


def pages() -> dict[Path, str]:
    """Every generated page by its path."""
    return {REFERENCE / "reasons.md": reasons_page(), REFERENCE / "commands.md": commands_page()}


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
        print(f"wrote docs/reference/{path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
