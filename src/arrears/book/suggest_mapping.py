"""
The text of a mapping for files nobody has mapped yet, which imports as it is or says which lines a person must fill in.

Comes in: the columns of each file, and how many title lines it has. Goes out: TOML. What can't be fed is written as a
comment that begins with "needed" or "left out"; a table without what every row of it needs is commented as a whole, so
that the rest imports. Only accounts are never left out: a book is about accounts, and the import names what it lacks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date

from arrears.book.suggest import FITS, Seen, suggestions, table_of
from arrears.book.table import TABLES
from arrears.book.vocabulary import CHOICES, MAY_LIE_AHEAD

CONSTANTS = {
    "lender_id": "my-lender",
    "loan_status": "active",
    "product": "consumer_loan",
    "role": "borrower",
    "liability": "full",
}
MEANINGS = {
    "消费贷": "consumer_loan", "消费贷款": "consumer_loan", "个人消费贷": "consumer_loan", "小额贷": "micro_loan",
    "小额贷款": "micro_loan", "车贷": "auto_loan", "汽车贷款": "auto_loan", "信用卡": "credit_card",
    "助学贷款": "study_loan",
    "正常": "active", "逾期": "active", "已逾期": "active", "结清": "closed", "已结清": "closed", "核销": "written_off",
    "已核销": "written_off", "人民币": "CNY", "RMB": "CNY", "借款人": "borrower", "共同借款人": "co_borrower",
    "担保人": "guarantor", "保证人": "guarantor", "联系人": "contact_person", "电话": "call",
    "短信": "sms", "上门": "visit",
    "呼出": "outbound", "呼入": "inbound", "current": "active", "late": "active", "paid off": "closed",
}  # fmt: skip
"""Words of lenders whose meaning is not in doubt."""
NO_DAY = date(2026, 1, 31)


def suggested_toml(files: Mapping[str, Sequence[Seen]], titles: Mapping[str, int] | None = None) -> str:
    """
    A mapping for these files, to be corrected by hand: what was recognised, what is needed and was not, and what is
    left over. A file that feeds accounts and has people in it feeds persons, parties and contact points too.
    """
    tables = {name: table_of(seen) for name, seen in files.items()}
    keys = _keys(files)
    body: list[str] = []
    for name, seen in files.items():
        fed = [tables[name]]
        if tables[name] == "accounts":
            extra = {one.table for one in suggestions(seen, ("persons", "contact_points")) if one.score >= 0.8}
            fed += [table for table in ("persons", "parties", "contact_points") if table in extra or table == "parties"]
        used: set[str] = set()
        for table in fed:
            body += _table(table, keys[name], seen, used, beside=table != fed[0])
        left = [one.name for one in seen if one.name not in used]
        if left:
            body += [f"# not used of {_told(name)}: {', '.join(map(_told, left))}", ""]
    if "accounts" not in tables.values():
        body.append('# needed: no file looks like one of accounts; [[table]] with into = "accounts" feeds them')
    lines = ['name = "my-lender"', f"as_of = {_latest(files, tables).isoformat()} # the business day: check this"]
    lines += ['currency = "CNY"', 'zone = "Asia/Shanghai" # of times without an offset: check this', ""]
    for name in files:
        lines += [f"[files.{keys[name]}]", f"match = [{_quoted(_no_pattern(name))}]"]
        if titles and titles.get(name):
            lines.append(f"skip = {titles[name]} # lines above the header")
        lines.append("")
    return "\n".join([*lines, *body])


def _latest(files: Mapping[str, Sequence[Seen]], tables: Mapping[str, str]) -> date:
    """The last day that the files say anything of: no book is older than its facts."""
    days = []
    for name, seen in files.items():
        by_name = {one.name: one for one in seen}
        for one in suggestions(seen, (tables[name], "accounts")):
            latest = by_name[one.source].latest
            ahead = (one.table, one.column) in MAY_LIE_AHEAD
            if latest is not None and not ahead and "date" in TABLES[one.table][one.column]:
                days.append(latest)
    return max(days, default=NO_DAY)


def _table(table: str, key: str, seen: Sequence[Seen], used: set[str], *, beside: bool) -> list[str]:
    lines = ["[[table]]", f'into = "{table}"', f'from = "{key}"']
    if beside and table == "persons":
        lines.append("distinct = true # one row a person, however many loans")
    lines.append("[table.columns]")
    found = {one.column: one for one in suggestions(seen, (table,))}
    by_name = {one.name: one for one in seen}
    lacking, taken = [], []
    for column, kind in TABLES[table].items():
        needed = kind.startswith("!") and not (table == "accounts" and column == "currency")
        line, why_not = "", ""
        if column in found:
            source = by_name[found[column].source]
            line, why_not = _fed(table, column, source, seen)
            if not why_not:
                taken.append(source.name)
                line += f" # {found[column].score:.2f}"
        elif column in CONSTANTS and kind.startswith("!"):
            line = f'{column} = {{ constant = "{CONSTANTS[column]}" }} # check this'
        elif column == "channel" and table == "contact_points" and "value" in found:
            shape = by_name[found["value"].source].shape
            line = f'channel = {{ constant = "{"email" if shape == "email" else "phone"}" }} # check this'
        elif column == "contact_point_id" and "value" in found:
            line = f'{column} = {{ column = {_quoted(found["value"].source)}, prefix = "point-" }}'
        elif needed:
            line, why_not = f'{column} = ""', "nothing looks like it" + _words_of(table, column)
        if why_not:
            line = f"# {line} # {'needed' if needed else 'left out'}: {why_not}"
            lacking += [column] if needed else []
        lines += [line] if line else []
    if lacking and table != "accounts":
        told = f"# {table} are left out until these lines are filled in: {', '.join(lacking)}"
        return [told, *(line if line.startswith("# ") else f"# {line}" for line in lines), ""]
    used.update(taken)
    return [*lines, ""]


def _fed(table: str, column: str, source: Seen, seen: Sequence[Seen]) -> tuple[str, str]:
    """The line that feeds a column, and why it can't be used as it is, or nothing."""
    plain = f"{column} = {_quoted(source.name)}"
    if not source.name or sum(one.name == source.name for one in seen) > 1:
        return plain, "the header has no such name, or has it twice"
    fits = FITS.get(TABLES[table][column].lstrip("!"))
    if fits is not None and source.shape not in fits | {"empty"}:
        return plain, f"its values look like {source.shape}; say how they are written"
    choices = CHOICES.get((table, column))
    if choices is None or (set(source.words) <= choices and source.shape in ("few words", "empty")):
        return plain, ""
    if not source.words:
        return plain, "its values are too many to be codes" + _words_of(table, column)
    codes = {word: word if word in choices else MEANINGS.get(word, "") for word in source.words}
    codes = {word: means if means in choices else "" for word, means in codes.items()}
    inside = ", ".join(f"{_quoted(word)} = {_quoted(means)}" for word, means in codes.items())
    line = f"{column} = {{ column = {_quoted(source.name)}, codes = {{ {inside} }} }}"
    unclear = [word for word, means in codes.items() if not means]
    return line, f"say what {', '.join(map(_told, unclear))} mean" + _words_of(table, column) if unclear else ""


def _words_of(table: str, column: str) -> str:
    choices = sorted(CHOICES.get((table, column), ()))
    return f" (one of {', '.join(choices)})" if 0 < len(choices) <= 12 else ""


def _keys(files: Mapping[str, Sequence[Seen]]) -> dict[str, str]:
    """A key of TOML for each file, no two alike and none the first part of a column's name."""
    keys: dict[str, str] = {}
    for name, seen in files.items():
        key = re.sub(r"[^A-Za-z0-9_-]+", "-", name.partition(".")[0]).strip("-") or "file"
        while key in keys.values() or any(one.name.startswith(f"{key}.") for one in seen):
            key += "-2"
        keys[name] = key
    return keys


def _quoted(text: str) -> str:
    """A basic string of TOML; JSON writes the same escapes but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _told(text: str) -> str:
    """A name in a comment, on one line."""
    return re.sub(r"[\x00-\x1f\x7f]", " ", text)


def _no_pattern(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)
