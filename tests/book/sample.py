"""
A small lender's book written by hand, and ways to break it: what the tests of import share.

Two accounts, their people and a few of everything else, as CSV text by table. Nobody in it exists.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from arrears.book.load_mapping import load_mapping
from arrears.book.take_in import Stopped, TakenIn, take_in
from arrears.kernel.problem import Unusable

AS_OF = date(2026, 11, 20)

TABLES: dict[str, str] = {
    "accounts": ",".join(
        (
            *("account_id", "person_id", "lender_id", "product", "currency", "opened_on", "balance_cents"),
            *("overdue_cents", "principal_cents", "reported_days_past_due", "loan_status"),
        )
    )
    + """
A1,P1,L1,consumer_loan,CNY,2026-01-05,100000,20000,90000,15,active
A2,P2,L1,micro_loan,CNY,2026-02-05,50000,0,50000,0,active
""",
    "persons": """person_id,name,birth_on,time_zone
P1,拟天枢,1990-01-01,Asia/Shanghai
P2,例天璇,1985-05-05,Asia/Urumqi
P3,样玉衡,1980-03-03,Asia/Shanghai
""",
    "parties": """account_id,person_id,role,liability
A1,P1,borrower,full
A1,P3,contact_person,none
A2,P2,borrower,full
""",
    "instalments": """account_id,instalment_no,due_on,principal_cents,interest_cents,fee_cents,penalty_cents
A1,1,2026-11-05,45000,500,0,0
A1,2,2026-12-05,45000,500,0,0
""",
    "payments": """payment_id,account_id,paid_on,learned_on,amount_cents
Y1,A1,2026-11-06,2026-11-07,25500
""",
    "pauses": """account_id,start_on,end_on,reason,learned_on
A2,2026-11-10,2026-11-25,holiday,2026-11-10
""",
    "contact_points": """contact_point_id,person_id,channel,value,lawful_source
K1,P1,phone,15400000001,contract
K2,P2,phone,15400000002,reserved_information
""",
    "contacts": """contact_id,person_id,account_id,number,at,channel,direction,connected,outcome
C1,P1,A1,15400000001,2026-11-18T10:12:00+08:00,call,outbound,true,right_party
""",
    "holds": """person_id,kind,placed_on,learned_on
P2,hardship,2026-11-12,2026-11-12
""",
}

MAPPING = """extends = "arrears"
as_of = 2026-11-20
currency = "CNY"
"""


def written(
    folder: Path,
    tables: Mapping[str, str | bytes] = TABLES,
    *,
    mapping: str = MAPPING,
    ending: str = ".csv",
) -> Path:
    """A directory with these files and book.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in tables.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / f"{name}{ending}").write_bytes(data)
    (folder / "book.toml").write_text(mapping)
    return folder


def with_row(table: str, *rows: str) -> dict[str, str]:
    """The sample with rows added to one table."""
    return {**TABLES, table: TABLES[table] + "".join(row + "\n" for row in rows)}


def changed(table: str, row: int, **cells: str) -> dict[str, str]:
    """The sample with cells of one data row (from 1) replaced."""
    lines = list(csv.reader(io.StringIO(TABLES[table])))
    for column, value in cells.items():
        if column not in lines[0]:
            lines = [[*line, column if place == 0 else ""] for place, line in enumerate(lines)]
        lines[row][lines[0].index(column)] = value
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines)
    return {**TABLES, table: out.getvalue()}


def only(*names: str) -> dict[str, str]:
    """Some tables of the sample."""
    return {name: TABLES[name] for name in names}


def imported(folder: Path, home: Path, **options: object) -> TakenIn:
    """Import a directory made by `written`."""
    return take_in([folder], home=home, mapping=load_mapping(folder / "book.toml"), **options)  # type: ignore[arg-type]


def unusable(folder: Path, home: Path, **options: object) -> Unusable:
    """The fault with which an import refuses its input as a whole."""
    try:
        taken = imported(folder, home, **options)
    except Unusable as fault:
        assert not published(home), "an unusable input left something published"
        return fault
    raise AssertionError(f"the import went through: {taken.rows}, {taken.problems}")


def stopped(folder: Path, home: Path, **options: object) -> Stopped:
    """The safety rule that stopped an import."""
    before = published(home)
    try:
        imported(folder, home, **options)
    except Stopped as fault:
        assert published(home) == before, "a stopped import left something published"
        return fault
    raise AssertionError("the import was not stopped")


def published(home: Path) -> list[str]:
    """The names of the books of a home, and of anything else that a reader could take for one."""
    room = home / "books"
    return sorted(path.name for path in room.iterdir() if path.name != ".lock") if room.is_dir() else []


def codes(taken: TakenIn) -> list[str]:
    """The codes in quarantine, in the order of files and rows."""
    return [fault.problem.code for fault in taken.problems]


def balanced(taken: TakenIn) -> bool:
    """accepted + quarantined = read, for every file, and the quarantine names as many rows."""
    named = {(fault.problem.where, fault.problem.row) for fault in taken.problems}
    return all(
        source.accepted + source.quarantined == source.read
        and source.quarantined == sum(where == source.file for where, _ in named)
        for source in taken.sources
    )
