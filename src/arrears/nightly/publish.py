"""
Publish a night: run it on DuckDB from a book's directory, write its files beside the others, rename them into place.

A night is `home/nights/<as_of>-<id>/`: aged.parquet (AGED with SEGMENTED), plan.parquet, choices.parquet,
queue.parquet, policy.json, certificate.json, summary.json, manifest.json. It is there whole or not at all; a killed
run leaves a directory named `.draft-…` that the next run removes. The same inputs give the same bytes.

A day is decided once. The same book, law, policy and ageing rules again write nothing; another for a decided
day is refused (DayDecided) unless `again`, and then the new night names the one it replaces.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import ibis
import ibis.expr.types as ir

from arrears import __version__
from arrears.ageing.rules import AgeingRules
from arrears.book.publish import sync
from arrears.book.read import file_sha256, manifest_of, open_book
from arrears.decision.policy import Policy
from arrears.kernel.problem import Problem, Unusable
from arrears.kernel.shape import misshapen
from arrears.law.load import Law
from arrears.nightly.run import ORDER, Day, code_id, day_id, night_id_of, rules_id, run_night
from arrears.nightly.summary import summary_of

FORMAT = 1
DRAFT = ".draft-"
POLICY = "policy.json"
"""What the policy says, in the form whose hash its id carries: whoever checks the certificate reads it here."""
SAID = {
    **dict.fromkeys(("night_id", "as_of", "book_id", "law_id", "policy_id", "ageing_rules_id"), str),
    "files": dict,
}
"""What every manifest of a night says; the rest is read where it is there."""
ROWS_PER_GROUP = 122_880
Told = Callable[[str, float], None]
"""Called when a stage is done, with its name and its seconds."""


class DayDecided(Unusable):
    """The day is decided on other inputs. Exit code 3."""


@dataclass(frozen=True)
class Engine:
    """DuckDB's settings, chosen at the edge."""

    threads: int = field(default_factory=lambda: os.cpu_count() or 2)
    memory: str = "5GB"


@dataclass(frozen=True)
class Published:
    """`new` is False where the day was decided before on the same inputs; then nothing changed."""

    path: Path
    new: bool
    manifest: dict[str, Any]


def publish_night(
    home: Path,
    book: Path,
    law: Law,
    policy: Policy,
    ageing_rules: AgeingRules,
    *,
    day: Day | None = None,
    day_read_at: str | None = None,
    again: bool = False,
    dry_run: bool = False,
    engine: Engine | None = None,
    told: Told | None = None,
) -> Published:
    """
    Decide the night of `book` and publish it in `home`. Raises DayDecided, or Unusable for what can't be read.

    `dry_run` decides and summarises in a directory that is removed; the manifest it returns carries `summary` and
    `certificate`, and nothing is left behind.
    """
    about = manifest_of(book)
    as_of = date.fromisoformat(about["as_of"])
    inputs = {
        "book_id": about["book_id"],
        "law_id": law.law_id,
        "policy_id": policy.policy_id,
        "ageing_rules_id": rules_id(ageing_rules),
    }
    with _room(home) as room:
        decided = night_of(home, as_of)
        if decided is not None and not dry_run:
            manifest = night_manifest(decided)
            if all(manifest[key] == value for key, value in inputs.items()):
                return Published(decided, False, manifest)
            if not again:
                raise _refuse(decided, manifest, inputs)
        with _draft(room) as draft:
            manifest = {
                "format": FORMAT,
                "night_id": night_id_of(as_of, about["book_id"], law, policy, ageing_rules, day),
                "as_of": as_of.isoformat(),
                **inputs,
                "ageing_rules": ageing_rules.said(),
                "settlement": dict(policy.settlement.said) if policy.settlement else None,
                "for_decision": [treatment.id for treatment in policy.treatments if treatment.for_decision],
                "day_id": day_id(day),
                "day_read_at": day_read_at,
                "code_version": __version__,
                "code_id": code_id(),
                "replaces": night_manifest(decided)["night_id"] if decided is not None else None,
            }
            (draft / POLICY).write_bytes(policy.said)
            said = _decide(draft, book, law, policy, ageing_rules, day, engine or Engine(), told)
            if dry_run:
                return Published(draft, True, {**manifest, **said})
            for name, value in said.items():
                _write_json(draft / f"{name}.json", value)
            files = sorted(path.name for path in draft.iterdir())
            manifest["files"] = {name: file_sha256(draft / name) for name in files}
            _write_json(draft / "manifest.json", manifest)
            target = room / f"{as_of.isoformat()}-{manifest['night_id'].removeprefix('night-')}"
            if target.exists():
                return Published(target, False, night_manifest(target))
            for name in files:
                sync(draft / name)
            sync(draft)
            draft.rename(target)
            sync(room)
            return Published(target, True, manifest)


def _decide(
    draft: Path,
    book: Path,
    law: Law,
    policy: Policy,
    rules: AgeingRules,
    day: Day | None,
    engine: Engine,
    told: Told | None,
) -> dict[str, Any]:
    con = _connect(draft, engine)
    started = perf_counter()

    def keep(name: str, table: ir.Table) -> ir.Table:
        nonlocal started
        if name in ORDER:
            kept = write_sorted(con, table, draft / f"{name}.parquet", ORDER[name])
        else:
            kept = con.create_table(name, table, temp=True)
        if told:
            told(name, perf_counter() - started)
        started = perf_counter()
        return kept

    try:
        snapshot = open_book(book, con)
        with _selects_as_written():
            night = run_night(snapshot, law, policy, rules, day=day, book_id=manifest_of(book)["book_id"], keep=keep)
            book_said = manifest_of(book)
            said = {
                "summary": {
                    **summary_of(night),
                    "derived": book_said.get("derived", {}),
                    "absent": sorted(book_said["absent"]),
                },
                "certificate": night.certificate,
            }
    finally:
        con.disconnect()
        shutil.rmtree(draft / "spill", ignore_errors=True)
    if told:
        told("summary", perf_counter() - started)
    return said


def write_sorted(con: Any, table: ir.Table, path: Path, key: str) -> ir.Table:
    """Rows in the order of `key`, in row groups of one size: the same rows are the same bytes."""
    con.to_parquet(
        table.order_by(key), str(path), compression="zstd", compression_level=1, row_group_size=ROWS_PER_GROUP
    )
    return con.read_parquet(str(path))


@contextmanager
def _selects_as_written() -> Iterator[None]:
    """
    Ibis folds selects into one another before it hands them over, which takes longer than a small night itself and
    repeats expressions. DuckDB does it as it plans; so that folding is off meanwhile.
    """
    before = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = before


def _connect(draft: Path, engine: Engine) -> Any:
    con = ibis.duckdb.connect()
    for setting in (
        f"threads = {engine.threads}",
        f"memory_limit = '{engine.memory}'",
        f"temp_directory = '{draft / 'spill'}'",
        "preserve_insertion_order = true",
        "TimeZone = 'UTC'",
        "enable_progress_bar = false",
    ):
        con.raw_sql(f"SET {setting}")
    return con


def nights(home: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every published night of `home`, oldest day first; within a day, the replaced before what replaced it."""
    room = home / "nights"
    found = [path for path in room.iterdir() if not path.name.startswith(".")] if room.is_dir() else []
    opened = [(path, night_manifest(path)) for path in found if (path / "manifest.json").is_file()]
    replaced = {manifest["night_id"]: manifest.get("replaces") for _, manifest in opened}

    def depth(night_id: str) -> int:
        steps, seen = 0, {night_id}
        while (before := replaced.get(night_id)) is not None and before not in seen:
            steps, night_id = steps + 1, before
            seen.add(before)
        return steps

    yield from sorted(opened, key=lambda one: (one[1]["as_of"], depth(one[1]["night_id"]), one[0].name))


def night_of(home: Path, as_of: date) -> Path | None:
    """The night that stands for a day: the one nothing replaced."""
    found = [path for path, manifest in nights(home) if manifest["as_of"] == as_of.isoformat()]
    return found[-1] if found else None


def latest_night(home: Path) -> Path | None:
    """The night of the latest day, or None."""
    last = None
    for path, _ in nights(home):
        last = path
    return last


def night_manifest(directory: Path) -> dict[str, Any]:
    """What `manifest.json` of a night says. Raises Unusable where there is none."""
    try:
        manifest: dict[str, Any] = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
        if wrong := misshapen(manifest, SAID):
            raise ValueError(wrong)
        date.fromisoformat(manifest["as_of"])
    except (OSError, ValueError, RecursionError) as fault:
        raise Unusable(
            Problem(
                code="no_night",
                where=str(directory),
                what=f"there is no readable manifest.json ({type(fault).__name__}: {fault}).",
                why="Only a published night has one, and only a published night is whole.",
                fix="Run the night again with `arrears night run`.",
            )
        ) from fault
    return manifest


def _refuse(decided: Path, manifest: dict[str, Any], inputs: dict[str, str]) -> DayDecided:
    differs = ", ".join(
        f"{key} {manifest[key]} then, {value} now" for key, value in inputs.items() if manifest[key] != value
    )
    return DayDecided(
        Problem(
            code="day_already_decided",
            where=str(decided),
            what=f"{manifest['as_of']} is decided already, on other inputs ({differs}).",
            why="A day is decided once: what people have begun to work must not change under their hands.",
            fix="Keep that night, or decide the day again on purpose with --again; the old night stays on file.",
        )
    )


@contextmanager
def _room(home: Path) -> Iterator[Path]:
    """`home/nights`, for one run at a time: another waits."""
    room = home / "nights"
    room.mkdir(parents=True, exist_ok=True)
    with (room / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield room


@contextmanager
def _draft(room: Path) -> Iterator[Path]:
    """A directory nobody reads. Those of killed runs are removed; so is this one, unless it was renamed."""
    for left in room.glob(f"{DRAFT}*"):
        shutil.rmtree(left, ignore_errors=True)
    draft = room / f"{DRAFT}{os.getpid()}"
    draft.mkdir()
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    sync(path)
