"""
How a text becomes a value, and what is wrong with it where it does not: SQL expressions over one column.

Pure: a column in, an expression out. Amounts never pass through a float, and nothing is rounded but an interest rate,
to the nearest basis point. `parse_slowly.py` in the tests does the same a cell at a time, and a property holds them
equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import available_timezones

from arrears.book.mapping import Cell
from arrears.book.vocabulary import CHOICES, FIRST_DAY, INTEGER_RANGES, MAY_BE_NEGATIVE, MAY_LIE_AHEAD, YEARS_AHEAD
from arrears.kernel.money import ABSURD_CENTS

SPACES = " \t\u3000\u00a0"
DECIMALS = {"units": 2, "cents": 0, "wan": 6}
CURRENCY_SIGNS = r"^(CNY|RMB|NT\$|US\$|HK\$|[¥￥$€£])\s*"
EXPONENT = "-?[0-9](\\.[0-9]+)?[eE]\\+?[0-9]{1,2}"
WIDE, NARROW = "０１２３４５６７８９．，－", "0123456789.,-"
_LARGEST = 9_000_000_000_000_000_000
YES = ("true", "t", "yes", "y", "1", "是", "有")
NO = ("false", "f", "no", "n", "0", "否")
LONG_IDS = ("_id", "id_number", "value", "number")
Faults = list[tuple[str, str]]
"""(condition, code) in the order in which they are looked for."""


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def listed(words: Iterable[str]) -> str:
    """A list of texts as SQL writes it after IN."""
    return "(" + ", ".join(literal(word) for word in sorted(words)) + ")"


def coded(cell: Cell, text: str) -> str:
    """The sender's word turned into the book's; NULL where that is "", or nothing says what the word means."""
    if cell.codes is None:
        return text
    words = " ".join(f"WHEN {literal(word)} THEN {_or_null(means)}" for word, means in cell.codes.items())
    other = _or_null(cell.other or "")
    return f"CASE WHEN {text} IS NULL THEN NULL ELSE CASE {text} {words} ELSE {other} END END"


def _or_null(means: str) -> str:
    return literal(means) if means else "NULL"


def value_of(name: str, base: str, cell: Cell, text: str, kind: str) -> str:
    """The value of a column of type `base` from an expression of SQL type `kind`."""
    if base == "string":
        return f"{literal(cell.prefix)} || {text}" if cell.prefix else text
    if base == "int64":
        return _amount(cell, text, kind)
    if base == "int32":
        if kind == "BIGINT" and not name.endswith("_bps"):
            return f"TRY_CAST({text} AS INTEGER)"
        return _rate(cell, text) if name.endswith("_bps") else _whole(text)
    if base == "date":
        return text if kind == "DATE" else _date(cell, text)
    if base == "boolean":
        return text if kind == "BOOLEAN" else _truth(text)
    return text if kind == "TIMESTAMPTZ" else _instant(cell, text)


def _amount(cell: Cell, text: str, kind: str) -> str:
    decimals = DECIMALS[cell.amount]
    scale = 10**decimals

    def bounded(sql: str) -> str:
        # What would not fit is absurd all the same, and must be told so rather than lost.
        return f"CASE WHEN {sql} > {_LARGEST} THEN {_LARGEST} WHEN {sql} < -{_LARGEST} THEN -{_LARGEST} ELSE {sql} END"

    if kind == "BIGINT":
        return f"CAST({bounded(f'{text}::HUGEINT * {scale}')} AS BIGINT)"

    def cents(sql: str) -> str:
        number = f"CAST(TRY_CAST({sql} AS DECIMAL(24, {decimals})) * {scale} AS HUGEINT)"
        return f"CAST({bounded(number)} AS BIGINT)"

    tail = rf"(\.[0-9]{{1,{decimals}}}0*)?" if decimals else r"(\.0+)?"
    bare = _bare(text)
    ungrouped = f"replace({bare}, ',', '')"
    exact = ""
    if cell.exponents:
        fine = f"TRY_CAST({text} AS DECIMAL(30, 12)) * {scale}"
        exact = f"WHEN regexp_full_match({text}, '{EXPONENT}') AND {fine} % 1 = 0 THEN TRY_CAST({fine} AS BIGINT) "
    return (
        f"CASE WHEN {text} IS NULL THEN NULL {exact}"
        f"WHEN regexp_full_match({text}, '-?[0-9]{{1,16}}{tail}') THEN {cents(text)} "
        f"WHEN regexp_full_match({bare}, '-?([0-9]{{1,16}}|[0-9]{{1,3}}(,[0-9]{{3}}){{1,5}}){tail}') "
        f"THEN {cents(ungrouped)} END"
    )


def _bare(text: str) -> str:
    """An amount without its currency sign, in narrow digits."""
    signless = f"regexp_replace(translate({text}, '{WIDE}', '{NARROW}'), {literal(CURRENCY_SIGNS)}, '')"
    return f"regexp_replace({signless}, '\\s*元$', '')"


def _whole(text: str) -> str:
    return (
        f"CASE WHEN regexp_full_match({text}, '-?[0-9]{{1,9}}(\\.0+)?') "
        f"THEN TRY_CAST(regexp_replace({text}, '\\.0+$', '') AS INTEGER) END"
    )


def _rate(cell: Cell, text: str) -> str:
    scale = {"percent": 100, "fraction": 10_000, "bps": 1}[cell.rate]
    text = f"CAST({text} AS VARCHAR)"
    number = f"TRY_CAST(rtrim({text}, '%％ ') AS DECIMAL(18, 8))"
    percent = f"CASE WHEN regexp_matches({text}, '[%％]') THEN 100 ELSE {scale} END"
    return (
        f"CASE WHEN regexp_full_match({text}, '-?[0-9]{{1,6}}(\\.[0-9]+)? ?[%％]?') "
        f"THEN TRY_CAST(round({number} * {percent}) AS INTEGER) END"
    )


def _date(cell: Cell, text: str) -> str:
    text = f"CAST({text} AS VARCHAR)"
    if cell.century is None:
        forms = ", ".join(literal(form) for form in cell.date)
        return f"CAST(TRY_STRPTIME({text}, [{forms}]) AS DATE)"
    month = f"TRY_CAST(substr({text}, 3, 2) AS INTEGER)"
    month = f"CASE WHEN {month} > {cell.month_offset} THEN {month} - {cell.month_offset} ELSE {month} END"
    return (
        f"CASE WHEN regexp_full_match({text}, '[0-9]{{6}}') THEN TRY_CAST(({cell.century} + "
        f"TRY_CAST(substr({text}, 1, 2) AS INTEGER)) || '-' || ({month}) || '-' || substr({text}, 5, 2) AS DATE) END"
    )


def _truth(text: str) -> str:
    lowered = f"lower(CAST({text} AS VARCHAR))"
    return f"CASE WHEN {lowered} IN {listed(YES)} THEN true WHEN {lowered} IN {listed(NO)} THEN false END"


def _instant(cell: Cell, text: str) -> str:
    text = f"CAST({text} AS VARCHAR)"
    with_offset = f"regexp_matches({text}, '[0-9](Z|[+-][0-9]{{2}}(:?[0-9]{{2}})?)$') AND {text} LIKE '%:%'"
    naive = f"timezone({literal(cell.zone)}, TRY_CAST({text} AS TIMESTAMP))" if cell.zone else "NULL"
    return f"CASE WHEN {with_offset} THEN TRY_CAST({text} AS TIMESTAMPTZ) ELSE {naive} END"


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def faults_of(table: str, name: str, kind: str, cell: Cell | None, text: str, value: str, as_of: date) -> Faults:
    """Everything that can be wrong with one column, the first that applies first."""
    base = kind.lstrip("!")
    given = cell or Cell(constant="")
    found: Faults = []
    if given.codes is not None and given.other is None:
        found.append((f"{text} IS NOT NULL AND {text} NOT IN {listed(given.codes)}", "unknown_code"))
    said = coded(given, text)
    if base == "string":
        found += _text_faults(table, name, value)
    elif base == "int64":
        found += _amount_faults(table, name, given, said, value)
    elif base == "int32":
        found += _number_faults(table, name, said, value)
    elif base == "date":
        found += _date_faults(table, name, given, said, value, as_of)
    elif base == "boolean":
        found.append((f"{value} IS NULL AND {said} IS NOT NULL", "not_yes_or_no"))
    else:
        found += _instant_faults(said, value, as_of)
    if kind.startswith("!"):
        found.append((f"{value} IS NULL", "missing_value"))
    return found


def _text_faults(table: str, name: str, value: str) -> Faults:
    choices = CHOICES.get((table, name))
    if choices is not None:
        code = "no_lawful_source" if name == "lawful_source" else "unknown_code"
        missing = "no_lawful_source" if name == "lawful_source" else None
        found = [(f"{value} IS NOT NULL AND {value} NOT IN {listed(choices)}", code)]
        return [*found, (f"{value} IS NULL", missing)] if missing else found
    if name == "time_zone":
        return [(f"{value} IS NOT NULL AND {value} NOT IN {listed(_zones())}", "not_a_time_zone")]
    if name.endswith(LONG_IDS):
        return [(f"regexp_full_match({value}, '[0-9](\\.[0-9]+)?[eE]\\+?[0-9]+')", "digits_lost")]
    return []


def _amount_faults(table: str, name: str, cell: Cell, text: str, value: str) -> Faults:
    none = f"{value} IS NULL AND {text} IS NOT NULL"
    said = f"CAST({text} AS VARCHAR)"
    finer = r"-?([0-9]{1,16}|[0-9]{1,3}(,[0-9]{3}){1,5})\.[0-9]+"
    found = [
        (f"{none} AND regexp_full_match({_bare(said)}, '-?[0-9]{{17,}}(\\.[0-9]*)?')", "absurd_amount"),
        (f"{none} AND regexp_full_match({_bare(said)}, '{finer}')", "too_many_decimals"),
        (f"{none} AND regexp_full_match({said}, '{EXPONENT}')", "exponent_form"),
        (none, "not_an_amount"),
        (f"{value} > {ABSURD_CENTS} OR {value} < -{ABSURD_CENTS}", "absurd_amount"),
    ]
    if (table, name) not in MAY_BE_NEGATIVE and cell.negative == "refused":
        found.append((f"{value} < 0", "negative_amount"))
    return found


def _number_faults(table: str, name: str, text: str, value: str) -> Faults:
    low, high = INTEGER_RANGES[table, name]
    return [
        (f"{value} IS NULL AND {text} IS NOT NULL", "not_a_whole_number"),
        (f"{value} < {low} OR {value} > {high}", "number_out_of_range"),
    ]


def _date_faults(table: str, name: str, cell: Cell, text: str, value: str, as_of: date) -> Faults:
    shape = r"[0-9]{4}[-/.年]?[0-9]{1,2}[-/.月]?[0-9]{1,2}日?([ T].*)?"
    if cell.century is not None:
        shape = "[0-9]{6}"
    last = date(as_of.year + YEARS_AHEAD, 12, 31).isoformat()
    none = f"{value} IS NULL AND {text} IS NOT NULL"
    found = [
        (f"{none} AND regexp_full_match(CAST({text} AS VARCHAR), {literal(shape)})", "impossible_date"),
        (none, "not_a_date"),
        (f"{value} < DATE '{FIRST_DAY}' OR {value} > DATE '{last}'", "date_out_of_range"),
    ]
    if (table, name) not in MAY_LIE_AHEAD:
        found.append((f"{value} > DATE '{as_of.isoformat()}'", "date_after_book"))
    return found


def _instant_faults(text: str, value: str, as_of: date) -> Faults:
    # An instant of the book's day has passed midnight somewhere up to fourteen hours ahead of UTC.
    late = (as_of + timedelta(days=2)).isoformat()
    naive = f"TRY_CAST(CAST({text} AS VARCHAR) AS TIMESTAMP) IS NOT NULL"
    return [
        (f"{value} IS NULL AND {text} IS NOT NULL AND {naive}", "instant_without_offset"),
        (f"{value} IS NULL AND {text} IS NOT NULL", "not_an_instant"),
        (f"{value} >= TIMESTAMPTZ '{late} 00:00:00+00'", "date_after_book"),
        (f"{value} < TIMESTAMPTZ '{FIRST_DAY} 00:00:00+00'", "date_out_of_range"),
    ]
