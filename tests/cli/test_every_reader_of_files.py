"""
Every command that reads a whole file, on files that are almost right: it is used, or refused with what to do.

A sound file is changed in its meaning (one to three places of its table hold something else) or in its bytes. The
command ends with one of its own codes, never as a fault of ours, and what is refused is named by its file.
ARREARS_FUZZ=1000 draws that many examples of each; without it there are few, for every day.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import tempfile
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cli.hostile import almost
from tests.cli.main_here import arrears_here

SOURCE = Path(__file__).parents[2] / "src" / "arrears"
EXAMPLES = int(os.environ.get("ARREARS_FUZZ", "2"))

LOG = """contact_id,person,debtor,debt,number,at,channel,direction,outcome,time_zone
c1,p1,p1,d1,+12125550101,2026-03-05T10:12:00-05:00,call,outbound,no_answer,America/New_York
c2,p1,p1,d1,+12125550101,2026-03-06T10:12:00-05:00,call,outbound,talked,America/New_York
"""
RULES = b'grace_days = 3\norder = ["interest", "fee", "penalty", "principal"]\nbucket_while_paused = "frozen"\n'
POLICY = b"""extends = "default-2026-11"
[policy]
name = "own"
currency = "CNY"
in_force = 2026-11-01
window_days = 30
[capacity.messages]
per_day = 50
word = { per = 1, zh = "m", en = "message" }
"""
VALUES = {
    "institution": "某某银行",
    "name": "王先生",
    "contract": "尾号0001",
    "overdue": {"cents": 12000, "currency": "CNY"},
    "balance": {"cents": 12000, "currency": "CNY"},
    "due_on": "2026-11-30",
    "phone": "95000",
    "pay_at": "手机银行",
}


# ── from a value to the bytes of a file ──


def in_toml(value: Any) -> str:
    """A value as TOML on one line; what TOML has no form for is written as JSON would, to be refused."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(str(key))} = {in_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(in_toml, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str | bool | int) or value is None:
        return json.dumps(value)
    return str(value)


def as_toml(value: Any) -> bytes:
    said = value if isinstance(value, dict) else {"value": value}
    return "\n".join(f"{json.dumps(str(key))} = {in_toml(inner)}" for key, inner in said.items()).encode()


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def rows_of(value: Any) -> list[dict[str, Any]]:
    """What is left of a table once anything in it may be anything."""
    rows = value.get("rows") if isinstance(value, dict) else value
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [{name.encode("utf-8", "replace").decode(): inner for name, inner in row.items()} for row in found]


def cell(value: Any) -> str:
    said = value if isinstance(value, str) else "" if value is None else json.dumps(value)
    return said.encode("utf-8", "replace").decode()


def as_csv(value: Any) -> bytes:
    rows = rows_of(value)
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    written = csv.writer(out)
    written.writerow(names)
    written.writerows([cell(row.get(name)) for name in names] for row in rows)
    return out.getvalue().encode()


def as_parquet(value: Any) -> bytes:
    """Columns of their own types where every cell has one, of text where not."""
    rows = rows_of(value)
    columns = {}
    for name in dict.fromkeys(name for row in rows for name in row):
        cells = [row.get(name) for row in rows]
        try:
            columns[name] = pa.array(cells)
        except (pa.ArrowException, OverflowError, UnicodeError):
            columns[name] = pa.array(map(cell, cells))
    out = io.BytesIO()
    try:
        pq.write_table(pa.table(columns), out)
    except pa.ArrowException:
        out = io.BytesIO()
        pq.write_table(pa.table({name: pa.array([cell(row.get(name)) for row in rows]) for name in columns}), out)
    return out.getvalue()


def as_workbook(value: Any) -> bytes:
    rows = rows_of(value)
    book = openpyxl.Workbook()
    names = list(dict.fromkeys(name for row in rows for name in row))
    for row in [dict(zip(names, names, strict=True)), *rows]:
        book.active.append([_in_a_sheet(row.get(name)) for name in names])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _in_a_sheet(value: Any) -> Any:
    if isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < 10**15):
        return value
    return "".join(letter for letter in cell(value)[:32_000] if letter >= " ")


def as_lines(value: Any) -> bytes:
    return b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in _listed(value))


def as_zip(value: Any) -> bytes:
    """Members with any content, under any name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        for name, content in (value if isinstance(value, dict) else {"x": value}).items():
            text = content if isinstance(content, str) else json.dumps(content)
            bundle.writestr(name.encode("utf-8", "replace").decode() or "x", text.encode("utf-8", "surrogatepass"))
    return out.getvalue()


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# ── sound files ──


@cache
def made() -> Path:
    """A lender's files as CSV, their home with a night in it, and its log, once."""
    room = Path(tempfile.mkdtemp(prefix="arrears-readers-"))
    small = ("--size", "8", "--seed", "3", "--as-of", "2026-11-24", "--format", "csv", "--detail", "tape")
    for words in (
        ("book", "generate", *small, "--out", room / "in"),
        ("book", "import", room / "in", "--home", room / "home"),
        ("night", "run", "--home", room / "home"),
        ("evidence", "export", room / "log", "--home", room / "home"),
        ("evidence", "bundle", room / "bundle.zip", "--home", room / "home"),
    ):
        ran = arrears_here(*words)
        assert ran.code == 0, ran.err
    (room / "log.csv").write_text(LOG, encoding="utf-8")
    return room


def rows_in(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def members(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        return {name: bundle.read(name).decode() for name in bundle.namelist()}


def shipped(name: str) -> Callable[[], bytes]:
    return lambda: (SOURCE / name).read_bytes()


def written(name: str) -> Callable[[], bytes]:
    return lambda: (made() / name).read_bytes()


@dataclass(frozen=True)
class Reader:
    """A command; `{}` in it is the drawn file, `{dir}` its directory, `{made}` what `made` made."""

    words: str
    file: str
    sound: Callable[[], bytes]
    read: Callable[[bytes], Any]
    write: Callable[[Any], bytes]
    beside: str = ""
    """A directory in `made` whose other files lie beside the drawn one."""
    used: tuple[int, ...] = (0,)
    """How the command ends on the sound file."""

    def drawn(self) -> st.SearchStrategy[bytes]:
        sound = self.sound()
        value = self.read(sound)
        return almost([value]).map(self.write) | changed(self.write(value)) | changed(sound)


def toml_in(data: bytes) -> Any:
    return tomllib.loads(data.decode())


def lines_in(data: bytes) -> Any:
    return [json.loads(line) for line in data.splitlines()]


def text_in(data: bytes) -> Any:
    return {"text": data.decode()}


def as_text(value: Any) -> bytes:
    said = value.get("text", "") if isinstance(value, dict) else value
    return cell(said).encode()


AUDIT = "law audit --mapping plain --log {}"
IMPORT = "book import {dir} --home {dir}-home"
READERS = {
    "audit log, CSV": Reader(AUDIT, "log.csv", LOG.encode, rows_in, as_csv, used=(0, 1)),
    "audit log, Parquet": Reader(AUDIT, "log.parquet", LOG.encode, rows_in, as_parquet, used=(0, 1)),
    "audit mapping": Reader(
        "law audit --log {made}/log.csv --mapping {}",
        "m.toml",
        shipped("law/audit/mappings/plain.toml"),
        toml_in,
        as_toml,
        used=(0, 1),
    ),
    "book, CSV": Reader(IMPORT, "accounts.csv", written("in/accounts.csv"), rows_in, as_csv, "in"),
    "contacts, CSV": Reader(IMPORT, "contacts.csv", written("in/contacts.csv"), rows_in, as_csv, "in"),
    "people, CSV": Reader(IMPORT, "persons.csv", written("in/persons.csv"), rows_in, as_csv, "in"),
    "holds, CSV": Reader(IMPORT, "holds.csv", written("in/holds.csv"), rows_in, as_csv, "in"),
    "book, Parquet": Reader(
        "book import {dir} --home {dir}-home", "accounts.parquet", written("in/accounts.csv"), rows_in, as_parquet, "in"
    ),
    "book, XLSX": Reader(
        "book import {dir} --home {dir}-home", "accounts.xlsx", written("in/accounts.csv"), rows_in, as_workbook, "in"
    ),
    "book looked at": Reader("book check {}", "accounts.csv", written("in/accounts.csv"), rows_in, as_csv),
    "book a mapping is suggested for": Reader(
        "book check {} --suggest", "accounts.xlsx", written("in/accounts.csv"), rows_in, as_workbook
    ),
    "book's mapping": Reader(IMPORT, "book.toml", written("in/book.toml"), toml_in, as_toml, "in"),
    "mapping of a lender": Reader(
        "book check {made}/in --mapping {}",
        "m.toml",
        shipped("book/mappings/lendingclub-2018.toml"),
        toml_in,
        as_toml,
        used=(2,),
    ),
    "mapping of every table": Reader(
        "book check {made}/in --mapping {}", "m.toml", shipped("book/mappings/arrears.toml"), toml_in, as_toml
    ),
    "policy": Reader("night run --dry-run --home {made}/home --policy {}", "p.toml", lambda: POLICY, toml_in, as_toml),
    "whole policy": Reader(
        "night run --dry-run --home {made}/home --policy {}",
        "p.toml",
        shipped("decision/policies/default-2026-11.toml"),
        toml_in,
        as_toml,
    ),
    "ageing rules": Reader(
        "night run --dry-run --home {made}/home --rules {}", "r.toml", lambda: RULES, toml_in, as_toml
    ),
    "template": Reader(
        "messages check --templates {dir}",
        "first_notice.toml",
        shipped("contact/messages/templates/first_notice.toml"),
        toml_in,
        as_toml,
    ),
    "values of a message": Reader(
        "messages fill first_notice --values {}", "v.json", lambda: as_json(VALUES), json.loads, as_json
    ),
    "bundle": Reader("evidence verify {} --home {dir}", "b.zip", written("bundle.zip"), members, as_zip, used=(1,)),
    "log": Reader("evidence verify {} --home {dir}", "log.jsonl", written("log/log.jsonl"), lines_in, as_lines),
    "exported log": Reader("evidence verify {dir}", "log.jsonl", written("log/log.jsonl"), lines_in, as_lines, "log"),
    "exported checkpoint": Reader(
        "evidence verify {dir}", "checkpoint", written("log/checkpoint"), text_in, as_text, "log"
    ),
    "exported key": Reader("evidence verify {dir}", "key", written("log/key"), text_in, as_text, "log"),
    "key given": Reader(
        "evidence verify {made}/bundle.zip --key {}", "own.pub", written("home/evidence.pub"), text_in, as_text
    ),
    "checkpoint kept": Reader(
        "evidence verify {made}/bundle.zip --checkpoint {}", "kept", written("log/checkpoint"), text_in, as_text
    ),
}


@st.composite
def changed(draw: st.DrawFn, sound: bytes) -> bytes:
    """The bytes with one to four pieces taken out, doubled, flipped or replaced."""
    data = bytearray(sound)
    odd = (
        b"\x00",
        b"\xff\xfe",
        b'"',
        b"\n\n",
        b",",
        b";",
        b"\xef\xbb\xbf",
        b"[" * 3000,
        b"9" * 6000,
        b"'",
        b"\r",
        b"=",
    )
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        upto = min(len(data), at + draw(st.sampled_from([1, 2, 8, 60, 4000])))
        how = draw(st.sampled_from(["out", "twice", "flip", "odd", "odd", "encoded"]))
        if how == "out":
            del data[at:upto]
        elif how == "twice":
            data[at:at] = data[at:upto]
        elif how == "flip" and at < len(data):
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif how == "encoded":
            encoding = draw(st.sampled_from(["utf-16", "gb18030", "utf-32-be", "latin-1", "utf-7"]))
            data = bytearray(data.decode("latin-1").encode(encoding, "replace"))
        else:
            data[at:at] = draw(st.sampled_from(odd))
    return bytes(data)


def holds(reader: Reader, data: bytes) -> int:
    """One of the command's own exit codes, which is given, and a message that names the file where it is refused."""
    with tempfile.TemporaryDirectory() as given:
        folder = Path(given) / "in"
        if reader.beside:
            shutil.copytree(made() / reader.beside, folder)
            for other in folder.glob(f"{Path(reader.file).stem}.*"):
                other.unlink()
        else:
            folder.mkdir()
        file = folder / reader.file
        file.write_bytes(data)
        words = reader.words.replace("{}", str(file)).replace("{dir}", str(folder)).replace("{made}", str(made()))
        ran = arrears_here(*words.split(" "))
    about = f"{data[:3000]!r}\n{ran.out[-500:]}\n{ran.err[-2000:]}"
    assert ran.code in (0, 1, 2, 3), about
    assert "Traceback" not in ran.out + ran.err, about
    if ran.code in (2, 3):
        told = ran.out + ran.err
        assert reader.file in told or folder.name in told, about
        assert len(told.split()) > 5, about
    elif ran.code == 1:
        assert ran.out + ran.err, about
    return ran.code


@pytest.mark.parametrize("name", READERS)
def test_a_file_that_is_almost_right_is_used_or_refused_by_name(name: str) -> None:
    """The sound one is used; any place of it may be anything, and so may its bytes."""
    reader = READERS[name]
    assert holds(reader, reader.write(reader.read(reader.sound()))) in reader.used
    dear = "night run" in reader.words

    @settings(
        max_examples=max(1, EXAMPLES // 2) if dear else EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(data=reader.drawn())
    def drawn(data: bytes) -> None:
        holds(reader, data)

    drawn()
