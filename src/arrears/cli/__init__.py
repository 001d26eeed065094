"""
The command line: one file per command, found by its name.

Each module here that has `app` (a Typer application) becomes `arrears <module name>`. Modules import what is
heavy inside their functions, so that `--help` is quick.

Exit codes, for every command:
  0  done (a re-run that changed nothing is also done)
  1  done, and something was found: a violation, a tampered entry, quarantined rows with --strict
  2  the input or the call is unusable; the message says where, what, why and what to do
  3  stopped by a safety rule: totals that don't reconcile, a day already decided
  70 a fault of our own; the message says where its report lies

What a command writes is for its owner's eyes alone: directories are 0700, files 0600.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from typing import NoReturn

import typer

from arrears.kernel.problem import Problem, Unusable

EXIT_FOUND = 1
EXIT_UNUSABLE = 2
EXIT_STOPPED = 3


def application() -> typer.Typer:
    """Every command, in alphabetical order."""
    root = typer.Typer(
        name="arrears",
        help=__import__("arrears").__doc__,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )

    @root.callback(invoke_without_command=False)
    def version(show: bool = typer.Option(False, "--version", help="Print the version.", is_eager=True)) -> None:
        if show:
            print(__import__("arrears").__version__)
            raise typer.Exit

    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        if module.name.startswith("_"):
            continue
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        command = getattr(loaded, "app", None)
        if command is not None:
            root.add_typer(command, name=module.name.replace("_", "-"))
    return root


def main() -> None:
    """The `arrears` command: whatever happens, one readable message and the exit code that it means."""
    from arrears.cli._faults import tell_fault, unusable_of
    from arrears.cli._terminal import use_plain_streams

    os.umask(0o077)
    use_plain_streams()
    try:
        application()()
    except Unusable as fault:
        _stop(fault.problem)
    except Exception as fault:  # the edge: past here there is only a traceback
        problem = unusable_of(fault)
        if problem is None:
            sys.exit(tell_fault(fault))
        _stop(problem)


def _stop(problem: Problem) -> NoReturn:
    print(f"arrears: {problem}", file=sys.stderr)
    sys.exit(EXIT_UNUSABLE)
