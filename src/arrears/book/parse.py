"""
How a text becomes a value, and what is wrong with it where it does not: SQL expressions over one column.

Pure: a column in, an expression out. An expression reads the plain form of each shape (ISO days and instants with their
offset, digits with a point, eleven digits of a mobile phone); every other text goes to the strict reader of its shape
(`kernel.reading`, which `readers.py` puts on the connection), and properties hold the two equal. Amounts never pass
through a float, and nothing is rounded but an interest rate, to the nearest basis point.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from arrears.book.mapping import Cell
from arrears.book.readers import BETWEEN
from arrears.book.vocabulary import CHOICES, FIRST_DAY, INTEGER_RANGES, MAY_BE_NEGATIVE, MAY_LIE_AHEAD, YEARS_AHEAD
from arrears.kernel.money import ABSURD_CENTS
from arrears.kernel.reading.amount import DECIMALS, LARGEST
from arrears.kernel.reading.instant import zone_names

YES = ("true", "t", "yes", "y", "1", "是", "有")
NO = ("false", "f", "no", "n", "0", "否")
LONG_IDS = ("_id", "id_number", "value", "number")
EXPONENT = "[0-9](\\.[0-9]+)?[eE]\\+?[0-9]+"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?"
_ISO_INSTANT = f"[12][0-9]{{3}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_TIME}(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])"
_ISO_LOCAL = f"(19[7-9][0-9]|20[0-3][0-9])-[0-9]{{2}}-[0-9]{{2}}[T ]{_TIME}"
_MOBILE = "1[3-9][0-9]{9}"
_PLAIN_ADDRESS = "[a-z0-9_-]{1,60}@[a-z0-9]{1,60}(\\.[a-z]{2,20}){1,3}"
_COMMON = r"[^\x20-\x7E\x{A1}-\x{AC}\x{AE}-\x{17F}\x{2010}-\x{2027}\x{3001}-\x{303F}\x{4E00}-\x{9FEF}\x{FF01}-\x{FF5E}]"
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


def cleaned(sql: str) -> str:
    """
    A cell as `kernel.reading.text.cleaned` leaves it: no invisible characters, plain spaces, none at the ends. What is
    all ASCII and no control character needs only the last.
    """
    plain = f"trim({sql}, ' ')"
    return f"CASE WHEN regexp_matches({sql}, '[^\\x20-\\x7E]') THEN cleaned({sql}) ELSE {plain} END"


def cleaned_id(sql: str) -> str:
    """The same for ids, of which a spreadsheet's or a data frame's ".0" is taken off."""
    text = cleaned(sql)
    return f"CASE WHEN regexp_full_match({text}, '[0-9]+\\.0+') THEN regexp_extract({text}, '^[0-9]+') ELSE {text} END"


def coded(cell: Cell, text: str) -> str:
    """The sender's word turned into the book's; NULL where that is "", or nothing says what the word means."""
    if cell.codes is None:
        return text
    words = " ".join(f"WHEN {literal(word)} THEN {_or_null(means)}" for word, means in cell.codes.items())
    other = _or_null(cell.other or "")
    return f"CASE WHEN {text} IS NULL THEN NULL ELSE CASE {text} {words} ELSE {other} END END"


def _or_null(means: str) -> str:
    return literal(means) if means else "NULL"


def value_of(table: str, name: str, base: str, cell: Cell, text: str, kind: str) -> str:
    """
    The value of a column of type `base` from an expression of SQL type `kind`. The value of a contact point is read as
    its channel asks, so `v_channel` must stand before it in the same SELECT.
    """
    if base == "string":
        return _string(table, name, cell, text)
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


def _string(table: str, name: str, cell: Cell, text: str) -> str:
    if (table, name) == ("contact_points", "value"):
        phone = f"CASE WHEN regexp_full_match({text}, '{_MOBILE}') THEN {text} ELSE read_phone({text}) END"
        email = (
            f"CASE WHEN regexp_full_match({text}, {literal(_PLAIN_ADDRESS)}) THEN {text} ELSE read_email({text}) END"
        )
        return f"CASE v_channel WHEN 'phone' THEN {phone} WHEN 'email' THEN {email} ELSE {text} END"
    if name == "id_number":
        plain = f"regexp_full_match({text}, '[0-9]{{17}}[0-9X]') AND NOT ends_with({text}, '000')"
        return f"CASE WHEN {plain} THEN {text} ELSE read_identity_number({text}) END"
    return f"{literal(cell.prefix)} || {text}" if cell.prefix else text


def _amount(cell: Cell, text: str, kind: str) -> str:
    decimals = DECIMALS[cell.amount]
    scale = 10**decimals

    def bounded(sql: str) -> str:
        # What would not fit is absurd all the same, and must be told so rather than lost.
        return f"CASE WHEN {sql} > {LARGEST} THEN {LARGEST} WHEN {sql} < -{LARGEST} THEN -{LARGEST} ELSE {sql} END"

    if kind == "BIGINT":
        return f"CAST({bounded(f'{text}::HUGEINT * {scale}')} AS BIGINT)"
    tail = rf"(\.[0-9]{{1,{decimals}}}0*)?" if decimals else r"(\.0+)?"
    number = f"CAST(TRY_CAST({text} AS DECIMAL(24, {decimals})) * {scale} AS HUGEINT)"
    return (
        f"CASE WHEN {text} IS NULL THEN NULL "
        f"WHEN regexp_full_match({text}, '-?[0-9]{{1,16}}{tail}') THEN CAST({bounded(number)} AS BIGINT) "
        f"ELSE read_amount({_asked(text, cell)}) END"
    )


def _asked(text: str, cell: Cell) -> str:
    """The arguments with which the reader of amounts is asked about a text."""
    return f"CAST({text} AS VARCHAR), {literal(cell.amount)}, {literal('yes' if cell.exponents else '')}"


def _sign(text: str, cell: Cell) -> str:
    """The currencies that the sign in a text may mean, as "CNY JPY"; NULL where it has none."""
    said = f"CAST({text} AS VARCHAR)"
    return f"CASE WHEN regexp_matches({said}, '[^0-9.,-]') THEN sign_of_amount({_asked(text, cell)}) END"


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
    if cell.century is not None:
        return f"read_six_digits({text}, {_six_digits(cell)})"
    asked = f"read_day({text}, {_day(cell)})"
    if cell.date:
        return asked
    iso = "[12][0-9]{3}-[0-9]{2}-[0-9]{2}"
    return f"CASE WHEN regexp_full_match({text}, '{iso}') THEN TRY_CAST({text} AS DATE) ELSE {asked} END"


def _day(cell: Cell) -> str:
    return f"{literal(BETWEEN.join(cell.date))}, {literal(cell.zone or '')}"


def _six_digits(cell: Cell) -> str:
    return f"{literal(str(cell.century))}, {literal(str(cell.month_offset))}"


def _truth(text: str) -> str:
    lowered = f"lower(CAST({text} AS VARCHAR))"
    return f"CASE WHEN {lowered} IN {listed(YES)} THEN true WHEN {lowered} IN {listed(NO)} THEN false END"


def _instant(cell: Cell, text: str) -> str:
    text = f"CAST({text} AS VARCHAR)"
    local = ""
    if cell.zone:
        calm = (
            f"regexp_full_match({text}, '{_ISO_LOCAL}') AND left({text}, 10) NOT IN {listed(uncertain_days(cell.zone))}"
        )
        local = f"WHEN {calm} THEN timezone({literal(cell.zone)}, TRY_CAST({text} AS TIMESTAMP)) "
    return (
        f"CASE WHEN {text} IS NULL THEN NULL "
        f"WHEN regexp_full_match({text}, '{_ISO_INSTANT}') THEN TRY_CAST({text} AS TIMESTAMPTZ) {local}"
        f"ELSE read_instant({text}, {literal(cell.zone or '')}) END"
    )


@lru_cache(maxsize=16)
def uncertain_days(zone: str) -> tuple[str, ...]:
    """Days from 1970 to 2039 on which clocks in a zone are put on or back, with the days beside them."""
    there = ZoneInfo(zone)
    noon = datetime(1969, 12, 31, 12, tzinfo=UTC)
    found: set[date] = {date(1970, 1, 1)}
    before = noon.astimezone(there).utcoffset()
    for _ in range(365 * 70 + 20):
        noon += timedelta(days=1)
        offset = noon.astimezone(there).utcoffset()
        if offset != before:
            found |= {noon.date() + timedelta(days=step) for step in range(-2, 3)}
        before = offset
    return tuple(sorted(day.isoformat() for day in found))


def faults_of(
    table: str, name: str, kind: str, cell: Cell | None, text: str, value: str, as_of: date, currency: str = "NULL"
) -> Faults:
    """
    Everything that can be wrong with one column, the first that applies first. `currency` is the SQL of the currency
    that the row is in; NULL is unknown.
    """
    base = kind.lstrip("!")
    given = cell or Cell(constant="")
    found: Faults = []
    if given.codes is not None and given.other is None:
        found.append((f"{text} IS NOT NULL AND {text} NOT IN {listed(given.codes)}", "unknown_code"))
    said = coded(given, text)
    if base == "string":
        found += _text_faults(table, name, said, value)
    elif base == "int64":
        found += _amount_faults(table, name, given, said, value, currency)
    elif base == "int32":
        found += _number_faults(table, name, said, value)
    elif base == "date":
        found += _date_faults(table, name, given, said, value, as_of)
    elif base == "boolean":
        found.append((f"{value} IS NULL AND {said} IS NOT NULL", "not_yes_or_no"))
    else:
        found += _instant_faults(given, said, value, as_of)
    if kind.startswith("!"):
        found.append((f"{value} IS NULL", "missing_value"))
    return found


def _refused(reader: str, codes: tuple[str, ...], text: str, value: str, more: str = "") -> Faults:
    """What the strict reader of a shape says about a text that gave no value."""
    said = f"CAST({text} AS VARCHAR)"
    asked = f"CASE WHEN {value} IS NULL AND {text} IS NOT NULL THEN fault_of_{reader}({said}{more}) END"
    return [(f"{asked} = {literal(code)}", code) for code in codes]


def _text_faults(table: str, name: str, text: str, value: str) -> Faults:
    choices = CHOICES.get((table, name))
    if choices is not None:
        code = "no_lawful_source" if name == "lawful_source" else "unknown_code"
        missing = "no_lawful_source" if name == "lawful_source" else None
        found = [(f"{value} IS NOT NULL AND {value} NOT IN {listed(choices)}", code)]
        return [*found, (f"{value} IS NULL", missing)] if missing else found
    if name == "time_zone":
        return [(f"{value} IS NOT NULL AND {value} NOT IN {listed(zone_names())}", "not_a_time_zone")]
    found = [(f"CASE WHEN regexp_matches({text}, '{_COMMON}') THEN is_garbled({text}) ELSE false END", "garbled_text")]
    if (table, name) == ("contact_points", "value"):
        found.append((f"regexp_full_match({text}, '{EXPONENT}')", "digits_lost"))
        found += _refused("phone", ("not_one_phone", "names_somebody_else"), _on("phone", text), value)
        found += _refused("email", ("not_one_email",), _on("email", text), value)
    elif name == "id_number":
        found += _refused("identity_number", ("digits_lost",), text, value)
    elif name.endswith(LONG_IDS):
        found.append((f"regexp_full_match({value}, '{EXPONENT}')", "digits_lost"))
    return found


def _on(channel: str, text: str) -> str:
    return f"(CASE WHEN v_channel = {literal(channel)} THEN {text} END)"


def _amount_faults(table: str, name: str, cell: Cell, text: str, value: str, currency: str) -> Faults:
    codes = ("absurd_amount", "too_many_decimals", "exponent_form", "not_an_amount")
    sign = _sign(text, cell)
    found = _refused("amount", codes, text, value, _asked(text, cell).removeprefix(f"CAST({text} AS VARCHAR)"))
    found += [
        (f"{sign} IS NOT NULL AND NOT coalesce(contains({sign}, {currency}), false)", "currency_differs"),
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
    last = date(as_of.year + YEARS_AHEAD, 12, 31).isoformat()
    if cell.century is not None:
        found = _refused("six_digits", ("impossible_date", "not_a_date"), text, value, f", {_six_digits(cell)}")
    else:
        codes = ("impossible_date", "not_a_date", "instant_for_a_day")
        found = _refused("day", codes, text, value, f", {_day(cell)}")
    found.append((f"{value} < DATE '{FIRST_DAY}' OR {value} > DATE '{last}'", "date_out_of_range"))
    if (table, name) not in MAY_LIE_AHEAD:
        found.append((f"{value} > DATE '{as_of.isoformat()}'", "date_after_book"))
    return found


def _instant_faults(cell: Cell, text: str, value: str, as_of: date) -> Faults:
    # An instant of the book's day has passed midnight somewhere up to fourteen hours ahead of UTC.
    late = (as_of + timedelta(days=2)).isoformat()
    codes = ("instant_without_offset", "time_skipped", "time_repeated", "not_an_instant")
    return [
        *_refused("instant", codes, text, value, f", {literal(cell.zone or '')}"),
        (f"{value} >= TIMESTAMPTZ '{late} 00:00:00+00'", "date_after_book"),
        (f"{value} < TIMESTAMPTZ '{FIRST_DAY} 00:00:00+00'", "date_out_of_range"),
    ]
