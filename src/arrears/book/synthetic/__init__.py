"""
A made-up Chinese consumer-loan book of any size: seeded, whole, and consistent with itself.

Comes in: how many loans, a seed, the business day. Goes out: the tables of `book.table`, as files that `arrears book
import` takes, or published at once (`publish_synthetic`, for measurements). The same arguments give the same values,
and a loan's facts do not depend on how many others there are.

What is drawn, and how often (shares of loans unless said otherwise):

    product       consumer loan 45 %, card instalments 25 %, micro loan 20 %, auto loan 7 %, study loan 3 %
    amount        lognormal per product around a median of 12,000, 6,500, 3,000, 68,000, 16,000 yuan, with bounds
    terms, rate   3 to 60 monthly instalments of equal principal; 4.8 to 24 % a year, by product
    lateness      not late 54 %, closed 3 %; missed instalments: one 20 %, two 7.5 %, three 5 %, four to six 6 %,
                  seven to twelve 3 %; charged off after seven to twelve 1.5 %
    payments      15 % of late loans paid part of the oldest missed instalment; 1 % of them had a payment reversed;
                  2 % of late cards a chargeback. How often and how late settled instalments were paid follows the
                  borrower's root cause (cash-flow timing 25 %, over-indebtedness 22 %, income shock 20 %,
                  forgetfulness 12 %, illness 8 %, dispute 5 %, unwilling 5 %, vulnerable 3 %), which is never told
    paydays       80 % of monthly earners on the 5th, 10th, 15th, 28th or 30th; instalments fall due on the payday
    people        17 borrowers to 20 loans; occupations, incomes and provinces by shares in people.py; 60 % of
                  Xinjiang keeps Urumqi time; 0.5 % have no time zone on file; about 7 % vulnerable
    parties       co-borrowers 6 %, guarantors 4 %, contact persons 45 % (liability "none")
    reaching      97 % of people have a phone with a lawful source; 30 % a second one, 35 % mail, 55 % an address
    holds         3 % of borrowers, and half of those whose root cause is a dispute
    pauses        3 % of late loans, 0.5 % of others, begun in the last 60 days
    history       the last 30 days, about `contacts_per_loan` for each loan of the book, all to late borrowers and all
                  lawful; 8 to 52 % of calls are answered, by root cause

`detail="tape"` leaves out schedules, payments, chargebacks, pauses, identity numbers, second contact points and
everybody who is not a borrower. These shares are chosen to exercise a collections product; they are not estimates of
any lender's book.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from arrears.book.publish import ROWS_PER_GROUP, arrow_schema, drafting
from arrears.book.synthetic import history, loans, people
from arrears.book.synthetic.draw import Draw, Ints
from arrears.book.table import DECLARED, DERIVED, TABLES, Column
from arrears.kernel.money import decimal_text
from arrears.kernel.number import KINDS, point_key

Detail: TypeAlias = Literal["full", "tape"]
Progress: TypeAlias = Callable[[int], None]
"""Called with the number of loans just made; a whole book reports `steps_of(...)` loans."""

CHUNK = 200_000
TAPE = ("contacts", "accounts", "persons", "contact_points", "parties", "holds")
FULL = ("contacts", "payments", "instalments", "accounts", "persons", "contact_points", "parties", "holds")
SMALL = ("chargebacks", "pauses")
THREADS = 2


def tables_of(detail: Detail) -> tuple[str, ...]:
    """The tables of TABLES that a book of this detail has, the largest first."""
    return TAPE if detail == "tape" else (*FULL, *SMALL)


def steps_of(count: int, detail: Detail) -> int:
    """How many loans `Progress` will have been told of by the end."""
    return count * len(tables_of(detail))


def pieces(
    table: str, count: int, seed: int, as_of: date, detail: Detail, contacts_per_loan: int = 2
) -> Iterator[tuple[pa.Table, int]]:
    """One table of the book in key order, in pieces, each with the number of loans it stands for."""
    draw = Draw(seed)
    full = detail == "full"
    if table in ("persons", "contact_points", "holds"):
        borrowers, only_borrowers = people.people_of(count), not full or table == "holds"
        for who in _spans(borrowers, CHUNK):
            stands_for = (int(who[-1]) + 1) * count // borrowers - int(who[0]) * count // borrowers
            yield _of_people(draw, table, who, as_of, full), stands_for if only_borrowers else 0
        if only_borrowers:
            return
    for loan in _spans(count, CHUNK // 4 if full else CHUNK):
        yield _of_loans(draw, table, loan, as_of, full, contacts_per_loan), len(loan)


def _spans(count: int, step: int) -> Iterator[Ints]:
    for start in range(0, count, step):
        yield np.arange(start, min(start + step, count), dtype=np.int64)


def _of_people(draw: Draw, table: str, who: Ints, as_of: date, full: bool) -> pa.Table:
    if table == "persons":
        return people.persons(draw, who, as_of, identified=full)
    if table == "contact_points":
        return people.contact_points(draw, who, as_of, every_kind=full)
    return people.holds(draw, who, as_of)


def _of_loans(draw: Draw, table: str, loan: Ints, as_of: date, full: bool, per_loan: int) -> pa.Table:
    if table in ("persons", "contact_points"):
        others = np.sort(np.concatenate([person for *_, person in loans.others_of(draw, loan)]))
        return _of_people(draw, table, others, as_of, full)
    if table == "parties":
        return loans.parties(draw, loan, everyone=full)
    of = loans.loans_of(draw, loan, as_of)
    if table == "contacts":
        return history.contacts(draw, of, per_loan)
    if table == "instalments":
        return loans.instalments(of)
    make = {
        "accounts": loans.accounts,
        "payments": loans.payments,
        "chargebacks": loans.chargebacks,
        "pauses": loans.pauses,
    }
    return make[table](draw, of)


def completed(table: str, made: pa.Table) -> pa.Table:
    """
    The same rows with every column that the book declares, in its order and of its type. What is not drawn is empty,
    or, where a column is never empty, the first word or number that it may hold.
    """
    declared = DECLARED[table].columns
    for at, column in enumerate(schema := arrow_schema(table)):
        if column.name in made.column_names:
            continue
        given: str | int | None = None
        if TABLES[table][column.name].startswith("!"):
            of = declared.get(column.name, Column("!string"))
            if of.choices is None and of.between is None:
                raise TypeError(
                    f"{table}.{column.name} is never empty and nothing draws it: draw it in book/synthetic, or declare "
                    "its choices in book/table.py"
                )
            given = of.choices[0] if of.choices else of.between[0] if of.between else None
        made = made.add_column(
            min(at, made.num_columns), column.name, pa.repeat(pa.scalar(given, column.type), len(made))
        )
    return made.select(schema.names).cast(schema)


def keyed(table: str, made: pa.Table) -> pa.Table:
    """The same rows with what import makes of them: everybody made up is in China."""
    if (table, "number_key") not in DERIVED:
        return made
    of = made["value" if table == "contact_points" else "number"]
    plain = pc.match_substring_regex(of, "^1[3-9][0-9]{9}$")
    mobile = pc.binary_join_element_wise(pa.scalar("+86"), of, "")
    channels, texts = made["channel"].to_pylist(), pc.if_else(plain, None, of).to_pylist()
    rest = [
        None if text is None else point_key(KINDS.get(channel, channel), text)
        for channel, text in zip(channels, texts, strict=True)
    ]
    keys = pc.if_else(pc.fill_null(plain, False), mobile, pa.chunked_array([pa.array(rest, pa.string())]))
    return made.set_column(made.schema.get_field_index("number_key"), "number_key", keys)


def generate(
    out: Path,
    *,
    loans: int,
    seed: int,
    as_of: date,
    detail: Detail = "full",
    contacts_per_loan: int = 2,
    format: Literal["parquet", "csv"] = "parquet",
    progress: Progress | None = None,
) -> dict[str, int]:
    """
    Write a made-up book into `out`: one file per table, and `book.toml`, which maps them and declares the totals.
    Gives the rows of each table. The directory is made; files of the same names are replaced.
    """
    out.mkdir(parents=True, exist_ok=True)
    totals: dict[str, int] = {"principal_cents": 0, "overdue_cents": 0}

    def write(table: str) -> tuple[str, int]:
        schema, rows, columns = arrow_schema(table), 0, set()
        target = out / f"{table}.{format}"
        with pq.ParquetWriter(target, schema) if format == "parquet" else pa_csv.CSVWriter(target, schema) as writer:
            for made, whole in pieces(table, loans, seed, as_of, detail, contacts_per_loan):
                made = completed(table, made)
                writer.write_table(made, ROWS_PER_GROUP)
                rows += made.num_rows
                columns |= {name for name in totals if name in made.column_names}
                for name in columns if table == "accounts" else ():
                    totals[name] += pc.sum(made[name]).as_py()
                if progress:
                    progress(whole)
        return table, rows

    with ThreadPoolExecutor(THREADS) as pool:
        counts = dict(pool.map(write, tables_of(detail)))
    (out / "book.toml").write_text(
        f"""# A made-up book: {loans} loans, seed {seed}, detail {detail}. Nobody in it exists.
extends = "arrears"
name = "synthetic"
as_of = {as_of.isoformat()}
currency = "CNY"

[totals]
accounts = {counts["accounts"]}
principal = "{decimal_text(totals["principal_cents"])}"
overdue = "{decimal_text(totals["overdue_cents"])}"
""",
        encoding="utf-8",
    )
    return {name: counts[name] for name in TABLES if name in counts}


def publish_synthetic(
    home: Path,
    *,
    loans: int,
    seed: int,
    as_of: date,
    detail: Detail = "tape",
    contacts_per_loan: int = 2,
    progress: Progress | None = None,
) -> Path:
    """
    Publish a made-up book in `home` without files in between: for measurements, where import is not what is measured.
    Gives its directory. The rows are those that `generate` and `arrears book import` would give.
    """
    with drafting(home) as draft:

        def batches(table: str) -> Iterator[pa.RecordBatch]:
            for made, whole in pieces(table, loans, seed, as_of, detail, contacts_per_loan):
                yield from keyed(table, completed(table, made)).to_batches()
                if progress:
                    progress(whole)

        def write(table: str) -> int:
            return draft.write(table, batches(table))

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(write, tables_of(detail)))
        path, _ = draft.publish(
            as_of,
            {
                "mapping": {"name": "synthetic", "sha256": None},
                "sources": [],
                "quarantined": 0,
                "totals": {},
                "notes": [f"made up: {loans} loans, seed {seed}, detail {detail}"],
            },
        )
    return path


__all__ = ["generate", "pieces", "publish_synthetic", "steps_of", "tables_of"]
