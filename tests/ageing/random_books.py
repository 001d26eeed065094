"""Random books of a few accounts, and one engine that ages them in columns, compiled once per set of rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from hypothesis import strategies as st
from tests.ageing.by_hand import Rows

from arrears.ageing.from_book import age
from arrears.ageing.rules import AgeingRules
from arrears.book.table import TABLES, Snapshot
from arrears.kernel.table import schema_of

AS_OF = date(2024, 6, 15)
AGED_TABLES = ("accounts", "instalments", "payments", "chargebacks", "pauses", "months")

Row = dict[str, Any]
Book = dict[str, list[Row]]


class Engine:
    """A DuckDB that holds one book at a time. The expression of a night is compiled once and run on many books."""

    def __init__(self) -> None:
        self.con = ibis.duckdb.connect()
        self.con.con.execute("set threads = 2")
        self.tables: dict[str, ir.Table] = {}
        for name in AGED_TABLES:
            self.con.con.execute(f"create table {name} ({_columns(name)})").fetchall()
            self.tables[name] = ibis.table(_schema(name), name=name)
        self._compiled: dict[Any, tuple[str, list[str]]] = {}

    def age(
        self, book: Book, rules: AgeingRules, as_of: date = AS_OF, absent: frozenset[str] = frozenset()
    ) -> list[Row]:
        """The rows of AGED, by account."""
        for name in AGED_TABLES:
            rows = pa.Table.from_pylist(_whole(name, book.get(name, [])), schema=_schema(name).to_pyarrow())
            self.con.con.execute(f"delete from {name}").fetchall()
            self.con.con.register("incoming", rows)
            self.con.con.execute(f"insert into {name} select * from incoming").fetchall()
            self.con.con.unregister("incoming")
        sql, columns = self._sql(rules, as_of, absent)
        found = self.con.con.execute(sql).fetchall()
        return sorted((dict(zip(columns, row, strict=True)) for row in found), key=lambda row: row["account_id"])

    def _sql(self, rules: AgeingRules, as_of: date, absent: frozenset[str]) -> tuple[str, list[str]]:
        key = (repr(rules), as_of, absent)
        if key not in self._compiled:
            expression = age(Snapshot(as_of, self.tables, absent), rules)
            self._compiled[key] = (str(ibis.to_sql(expression, dialect="duckdb")), list(expression.columns))
        return self._compiled[key]


def _schema(name: str) -> ibis.Schema:
    return schema_of({column: kind.lstrip("!") for column, kind in TABLES[name].items()})


def _columns(name: str) -> str:
    words = {"string": "varchar", "int64": "bigint", "int32": "integer", "date": "date"}
    return ", ".join(f"{column} {words[kind.lstrip('!')]}" for column, kind in TABLES[name].items())


def _whole(name: str, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    return [{column: row.get(column) for column in TABLES[name]} for row in rows]


def rows_of(book: Book, account_id: str, absent: frozenset[str] = frozenset()) -> Rows:
    """What a book says about one account, as the plain version reads it."""

    def some(name: str) -> list[Row] | None:
        if name in absent:
            return None
        return _whole(name, [row for row in book.get(name, []) if row["account_id"] == account_id])

    (account,) = _whole("accounts", [row for row in book["accounts"] if row["account_id"] == account_id])
    return Rows(account, *(some(name) for name in AGED_TABLES[1:]))


def account(account_id: str = "A-1", **said: Any) -> Row:
    """One account with nothing but what is said."""
    return {
        "account_id": account_id,
        "lender_id": "L-1",
        "product": "consumer_loan",
        "currency": "CNY",
        "balance_cents": 100_000,
        "loan_status": "active",
    } | said


def instalment(account_id: str, number: int, due_on: date, principal: int, **parts: int) -> Row:
    return {
        "account_id": account_id,
        "instalment_no": number,
        "due_on": due_on,
        "principal_cents": principal,
        "interest_cents": parts.get("interest", 0),
        "fee_cents": parts.get("fee", 0),
        "penalty_cents": parts.get("penalty", 0),
    }


def payment(account_id: str, paid_on: date, amount: int, **said: Any) -> Row:
    return {"payment_id": "P", "account_id": account_id, "paid_on": paid_on, "learned_on": paid_on} | {
        "amount_cents": amount,
        **said,
    }


class Draw:
    """Random facts from one seed: mostly past, some after the night, with few amounts so that sums often meet."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def one_of(self, *values: Any) -> Any:
        return self.random.choice(values)

    def day(self) -> date:
        return AS_OF + timedelta(days=self.random.randint(-400, 60))

    def delay(self) -> timedelta:
        return timedelta(days=self.one_of(0, 0, self.random.randint(0, 90)))

    def amount(self) -> int:
        return int(self.one_of(0, self.random.randint(1, 30), 100, 250, 500))

    def money(self) -> int:
        return int(self.one_of(self.amount(), self.random.randint(1, 3000)))

    def schedule(self, account_id: str) -> list[Row]:
        first, step = self.day(), self.one_of(0, 1, 15, 30, 30, 31)
        return [
            instalment(
                account_id,
                number,
                first + timedelta(days=step * number),
                self.amount(),
                **{part: self.amount() for part in ("interest", "fee", "penalty")},
            )
            for number in range(self.random.randint(1, 8))
        ]

    def payments(self, account_id: str) -> list[Row]:
        found = []
        for number in range(self.random.randint(0, 6)):
            paid_on = self.day()
            found.append(
                payment(
                    account_id,
                    paid_on,
                    self.money(),
                    payment_id=f"{account_id}-{number}",
                    learned_on=paid_on + self.delay(),
                    reversed_on=self.one_of(None, None, None, self.day()),
                    designation=self.one_of(None, None, None, "principal", "interest", "fee", "penalty", "any"),
                )
            )
        return found

    def chargebacks(self, account_id: str) -> list[Row]:
        found = []
        for _ in range(self.one_of(0, 0, 1, 2, 3)):
            day = self.day()
            found.append(
                {
                    "account_id": account_id,
                    "charged_back_on": day,
                    "learned_on": day + self.delay(),
                    "amount_cents": self.money(),
                }
            )
        return found

    def pauses(self, account_id: str) -> list[Row]:
        found = []
        for _ in range(self.one_of(0, 0, 1, 2, 3)):
            start_on = self.day()
            found.append(
                {
                    "account_id": account_id,
                    "start_on": start_on,
                    "end_on": start_on + timedelta(days=self.random.randint(-2, 150)),
                    "reason": "dispute",
                    "learned_on": start_on + self.one_of(self.delay(), timedelta(days=-3)),
                }
            )
        return found

    def months(self, account_id: str) -> list[Row]:
        return [
            {
                "account_id": account_id,
                "month_on": date(2024, number, 1),
                "months_late": self.one_of(None, self.random.randint(-2, 9)),
                "status_code": self.one_of(None, "late", "strange"),
            }
            for number in range(4, 4 + self.random.randint(0, 4))
        ]

    def account(self, account_id: str) -> Row:
        return account(
            account_id,
            product=self.one_of("consumer_loan", "credit_card"),
            loan_status=self.one_of("active", "active", "active", "charged_off", "closed"),
            overdue_cents=self.one_of(None, 0, 700),
            reported_days_past_due=self.one_of(None, self.random.randint(-3, 400)),
            oldest_unpaid_due_on=self.one_of(None, None, self.day()),
            status_code=self.one_of(None, "late", "strange"),
        )

    def book(self, size: int) -> Book:
        """Accounts of every level."""
        found: Book = {name: [] for name in AGED_TABLES}
        for number in range(size):
            account_id = f"A-{number:04d}"
            found["accounts"].append(self.account(account_id))
            if self.one_of(True, True, True, False):
                found["instalments"] += self.schedule(account_id)
                found["payments"] += self.payments(account_id)
                found["chargebacks"] += self.chargebacks(account_id)
            found["pauses"] += self.pauses(account_id)
            found["months"] += self.months(account_id)
        return found


books = st.integers(0, 2**32).map(lambda seed: Draw(seed).book(120))
"""A batch of accounts from one seed: a night is one query, so many accounts cost little more than one."""


RULES = {
    "the default": AgeingRules(),
    "a lender with grace, its own buckets and words": AgeingRules.from_toml(
        """
        grace_days = 5
        dpd_on_due_date = 1
        order = ["interest", "penalty", "principal", "fee"]
        bucket_while_paused = "frozen"
        [[buckets]]
        name = "early"
        from_day = 4
        to_day = 30
        [[buckets]]
        name = "late"
        from_day = 61
        [status_code_days]
        late = 35
        [risk_classes_by_product.credit_card]
        special_mention = 0
        substandard = 90
        doubtful = 120
        loss = 180
        """
    ),
    "one that recomputes buckets in a pause and follows no designation": AgeingRules.from_toml(
        """
        bucket_while_paused = "recomputed"
        follow_designation = false
        principal_first_from_day = 31
        """
    ),
    "one with nothing special": AgeingRules.from_toml(
        """
        follow_designation = false
        principal_first_products = []
        ageing_statuses = ["active"]
        """
    ),
}
