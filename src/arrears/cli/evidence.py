"""The evidence log: verify it, export it, sign its head, check proofs of other logs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from arrears.cli._cases import Case
from arrears.cli._home import store_url
from arrears.cli._terminal import console

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from arrears.evidence.log import SigningKey
    from arrears.kernel.problem import Unusable
    from arrears.store.open import Store

app = typer.Typer(help="The evidence log: verify, export, sign; check Merkle proofs.", no_args_is_help=True)


HOME = typer.Option(Path("var"), "--home", envvar="ARREARS_HOME", help="Where state lives.")
DATABASE = typer.Option(
    None, "--database", envvar="ARREARS_DATABASE_URL", help="A PostgreSQL or SQLite URL.  [default: HOME/arrears.db]"
)
DIFFERENCES_SHOWN = 20
FAULTS = {
    "row_without_fact": ("有数据而无事实", "a row that no fact made true"),
    "fact_without_row": ("有事实而无数据", "a fact whose row is gone"),
    "differs": ("数据与事实不符", "the row is not what the fact says"),
    "columns_differ": ("条目旁的列与条目不符", "the columns beside the entry are not what the entry says"),
}
KEY = typer.Option(None, "--key", help="The log's public key, as text or a file.  [default: HOME/evidence.pub]")


@app.command()
def verify(
    path: Path | None = typer.Argument(None, metavar="[FILE]", help="A bundle, an exported log, or log.jsonl."),
    home: Path = HOME,
    database: str | None = DATABASE,
    key: str | None = KEY,
    checkpoint: list[Path] = typer.Option([], "--checkpoint", help="A checkpoint kept earlier; may be repeated."),
) -> None:
    """
    Verify the store's evidence log, or FILE, entry by entry; changes nothing.

    The store's log is read out and given to the same verifier that goes with every bundle, together with the
    checkpoints signed so far. FILE is held to the key of --key, or to that of HOME where it has one: material that
    another key signed fails. Says in Chinese and in English what was checked and what failed. Writes nothing.

    Exits 0 where everything verifies; 1 where anything does not; 2 where FILE is no bundle or log, or no store.
    """
    from arrears.cli._evidence_key import PUBLIC, public_key
    from arrears.evidence.verify import main as verifier

    asked = [argument for kept in checkpoint for argument in ("--checkpoint", str(kept))]
    if path is not None:
        home_key = None if key else public_key(home)
        used = key or home_key
        code = verifier(
            [str(path), *asked, *(["--key", used] if used else [])], key_at="" if key else str(home / PUBLIC)
        )
        if home_key and code == 1:
            print(_HELD_TO.format(home=home), file=sys.stderr)
        raise typer.Exit(code)
    raise typer.Exit(_verify_store(home, database, key, checkpoint))


_HELD_TO = (
    "材料按本机 {home} 的公钥核验。若为他人的日志，请用 --key 给出其公布的公钥。\n"
    "The material was held to the key of {home}. If it is somebody else's log, give their published key with --key."
)


@app.command()
def reconcile(home: Path = HOME, database: str | None = DATABASE) -> None:
    """
    Compare the log with the tables it speaks of, both ways: each fact has its row, and each row its fact.

    `verify` shows that nothing was changed in the log; this shows that nothing was changed beside it: a deleted
    attempt, a payment nobody recorded, an outcome reworded. Reads only. Exits 0 where all agree, 1 where any differs.
    """
    from arrears.store.reconcile import PAIRINGS
    from arrears.store.reconcile import reconcile as compared

    with _opened(home, database, only_read=True) as store, store.read() as connection:
        found = compared(connection)
    print(f"{found.facts} 条事实 facts")
    for (what, count), zh in zip(found.counts.items(), (pairing.zh for pairing in PAIRINGS), strict=True):
        print(f"  {zh} {what}: {count}")
    for kind, count in sorted(found.not_compared.items()):
        print(f"  未比对 not compared: {kind}: {count}")
    for one in found.differences[:DIFFERENCES_SHOWN]:
        zh, en = FAULTS[one.fault]
        about = f" ({one.about})" if one.about else ""
        print(f"[失败 FAILED] {one.zh} {one.key}：{zh}{about}\n    {one.what} {one.key}: {en}{about}")
    if found.differences:
        many = len(found.differences)
        print(f"结论：不一致，共 {many} 处。\nResult: they do NOT agree; {many} differences.")
        raise typer.Exit(1)
    print("结论：事实与数据逐一对应。\nResult: every fact has its row, and every row its fact.")


@app.command()
def bundle(
    out: Path = typer.Argument(..., metavar="OUT.zip", help="A new file."),
    person: str | None = typer.Option(None, "--person", help="Only what concerns this person. [default: the log]"),
    files: list[Path] = typer.Option([], "--file", help="A file as it was received, to enclose; may be repeated."),
    disclose: bool = typer.Option(False, "--disclose", help="Also open the numbers and notes that entries commit to."),
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    Write OUT.zip, which a court, an examiner or the borrower verifies with nothing but Python.

    With --person it holds only the entries about that person and their proofs, so it shows nobody else's. Signs the
    head of the log first, as `arrears evidence checkpoint` does. --disclose hands over personal data: numbers and
    notes with their salts. Exits 2 where OUT.zip exists, or there is no key, no such person, or nothing to bundle.
    """
    from arrears.cli._evidence_bundle import write
    from arrears.cli._evidence_key import signing_key

    signer = signing_key(home)
    with _opened(home, database) as store:
        count = write(store, signer, out, person=person, files=files, disclose=disclose)
    print(f"{count} entries written to {out}; anyone verifies it with: arrears evidence verify {out}")
    print("or, with Python alone: python verify.py", out, "--key", signer.public_text)


@app.command()
def export(
    folder: Path = typer.Argument(..., metavar="FOLDER", help="A new folder."),
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    Sign the log as it is now and write it to FOLDER: log.jsonl, checkpoint, checkpoints/ and key.

    The checkpoint is kept in the store, as `arrears evidence checkpoint` does; entries are only read. Anyone can then
    run the verifier on FOLDER. Exits 2 where FOLDER exists, or there is no store or no key.
    """
    from arrears.cli._evidence_key import signing_key
    from arrears.evidence.log import export_log, size_of_checkpoint
    from arrears.kernel.problem import Problem, Unusable
    from arrears.store import evidence as log

    signer = signing_key(home)
    if folder.exists():
        raise Unusable(
            Problem(
                code="export_exists",
                where=str(folder),
                what="There is something here already.",
                why="An export never writes over another.",
                fix="Name a folder that does not exist yet.",
            )
        )
    with _opened(home, database) as store:
        size = size_of_checkpoint(sign_head(store, home).encode())
        with store.read() as connection:
            # What was appended since is left out: an export ends where its checkpoint does.
            notes = [note.encode() for kept, note in log.checkpoints(connection) if kept <= size]
            entries = _counted(_leaves(connection, size), size, "writing entries")
            export_log(folder, entries, notes, signer.public_text)
    print(f"{size} entries written to {folder}; verify with: arrears evidence verify {folder}")


@app.command()
def checkpoint(home: Path = HOME, database: str | None = DATABASE) -> None:
    """
    Sign the head of the log, keep the checkpoint in the store, and print it.

    Give the printed checkpoint to someone outside (an examiner, a mailbox, a newspaper): nobody can then rewrite what
    it covers without being found out. Signing the same head again changes nothing and prints the same checkpoint.
    """
    with _opened(home, database) as store:
        print(sign_head(store, home), end="")


@app.command()
def key(
    home: Path = HOME,
    name: str | None = typer.Option(None, "--name", help="The log's name, such as lender.example/evidence."),
) -> None:
    """
    Print the public key of the log; make the key first where HOME has none.

    Writes HOME/evidence.key (readable by you alone: keep a copy elsewhere) and HOME/evidence.pub (publish it). A key
    that is there is never replaced.
    """
    from arrears.cli._evidence_key import made_key

    print(made_key(home, name).public_text)


@app.command()
def vectors(
    file: Path = typer.Argument(..., metavar="FILE.jsonl", help="One proof a line, inclusion or consistency."),
) -> None:
    """
    Check every Merkle proof in FILE (RFC 9162, SHA-256) and say whether it verifies. Writes nothing.

    Prints {"id": "kind/case", "ok": true or false} a line, in the order of the file. A proof that is malformed in
    any way does not verify; `wantErr` is not read.

    Exits 0; 1 where a line is no vector at all (stderr names it, the others are checked); 2 where there is no file.
    """
    from arrears.cli._cases import answer_each

    raise typer.Exit(answer_each(file, _checked))


def _checked(case: Case) -> Case:
    """The contract's answer to one vector."""
    kind, name = case.get("kind"), case.get("case")
    if not isinstance(kind, str) or not isinstance(name, str):
        raise ValueError('kind and case are missing. A vector has both, such as "inclusion" and "0/happy-path".')
    try:
        return {"id": f"{kind}/{name}", "ok": _verifies(kind, case)}
    except (ValueError, TypeError):
        return {"id": f"{kind}/{name}", "ok": False}


def _verifies(kind: str, case: Case) -> bool:
    """Raises ValueError or TypeError where a field is not what a vector holds."""
    from arrears.evidence.verify import verify_consistency, verify_inclusion

    listed = case.get("proof")
    if not isinstance(listed, list | None):
        raise TypeError("proof is not a list")
    proof = [_hash(each) for each in listed or ()]
    if kind == "inclusion":
        index, size = _size(case, "leafIdx"), _size(case, "treeSize")
        return verify_inclusion(index, size, _hash(case.get("leafHash")), proof, _hash(case.get("root")))
    if kind == "consistency":
        size1, size2 = _size(case, "size1"), _size(case, "size2")
        return verify_consistency(size1, size2, proof, _hash(case.get("root1")), _hash(case.get("root2")))
    raise ValueError(f"{kind} is neither inclusion nor consistency")


def _size(case: Case, name: str) -> int:
    found = case.get(name)
    if not isinstance(found, int) or isinstance(found, bool):
        raise TypeError(f"{name} is not a whole number")
    return found


def _hash(found: object) -> bytes:
    import base64

    if not isinstance(found, str):
        raise TypeError("a hash is base64 text")
    return base64.b64decode(found, validate=True)


def _verify_store(home: Path, database: str | None, key: str | None, kept: list[Path]) -> int:
    """The store's log through the verifier, and the head that the store remembers beside it."""
    import tempfile

    from arrears.cli._evidence_key import PUBLIC, public_key
    from arrears.evidence.tree import EMPTY_ROOT
    from arrears.evidence.verify import verify as verified
    from arrears.store import evidence as log

    public = Path(key).read_text(encoding="utf-8") if key and Path(key).is_file() else key or public_key(home)
    with (
        _opened(home, database, only_read=True) as store,
        store.read() as connection,
        tempfile.TemporaryDirectory() as room,
    ):
        head = log.head(connection)
        notes = {f"checkpoint {size}": note.encode() for size, note in log.checkpoints(connection)}
        notes |= {str(path): path.read_bytes() for path in kept}
        file = Path(room) / "log.jsonl"
        with file.open("wb") as lines:
            lines.writelines(_counted(log.lines(connection), head.size, "reading entries"))
        if not file.stat().st_size and not notes and (head.size, head.root) == (0, EMPTY_ROOT):
            print("日志为空。\nThe log is empty.")
            return 0
        report = verified(file, public, notes, key_at="" if key else str(home / PUBLIC))
    print(report.text())
    if (head.size, head.root) != (report.size, report.root):
        print(
            f"[失败 FAILED] 库中记录的日志首部（{head.size} 条）与条目（{report.size} 条）不符\n"
            f"    the head that the store remembers ({head.size} entries) is not that of its entries ({report.size})"
        )
        return 1
    return 1 if report.failures else 0


def sign_head(store: Store, home: Path) -> str:
    """The checkpoint of the log as it is now, kept in the store."""
    from arrears.cli._evidence_key import signing_key

    return signed_head(store, signing_key(home))


def signed_head(store: Store, signer: SigningKey) -> str:
    """The same, with the key at hand."""
    from datetime import UTC, datetime

    from arrears.store import evidence as log

    with store.write() as connection:
        head = log.head(connection)
        note = signer.sign_checkpoint(head.size, head.root).decode()
        log.keep_checkpoint(connection, head.size, datetime.now(UTC), note)
    return note


@contextmanager
def _opened(home: Path, database: str | None, *, only_read: bool = False) -> Iterator[Store]:
    """The store that is there; never a new one."""
    from sqlalchemy.exc import DBAPIError

    from arrears.store.migrate import version
    from arrears.store.open import open_store

    url = store_url(home, database)
    file = url.removeprefix("sqlite:///") if url.startswith("sqlite:///") or "://" not in url else None
    if file is not None and not Path(file).is_file():
        raise _no_store(file, "There is no such file.")
    store = open_store(url, only_read=only_read)
    try:
        where = file or store.engine.url.render_as_string()
        try:
            known = version(store)
        except DBAPIError as fault:
            raise _no_store(where, f"It can't be read ({str(fault.orig).splitlines()[0]}).") from fault
        if known is None:
            raise _no_store(where, "It has no tables of ours.")
        yield store
    finally:
        store.close()


def _no_store(where: str, what: str) -> Unusable:
    from arrears.kernel.problem import Problem, Unusable

    fix = "Give --home or --database of an installation that has run a night or a demo."
    return Unusable(Problem(code="store_missing", where=where, what=what, why="The log lies in the store.", fix=fix))


def _leaves(connection: Connection, stop: int) -> Iterator[bytes]:
    """The canonical bytes of the first `stop` entries, in order."""
    import json

    from arrears.store import evidence as log

    for line in log.lines(connection, stop=stop):
        yield json.loads(line)["leaf"].encode()


def _counted(items: Iterator[bytes], total: int, doing: str) -> Iterator[bytes]:
    """The same items with a progress bar on stderr, where a person watches and it takes long."""
    from rich.progress import track

    bar = console(stderr=True)
    return iter(track(items, doing, total, console=bar, transient=True, disable=not bar.is_terminal))
