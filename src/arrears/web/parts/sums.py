"""
What a person owes on all accounts together, as every page says it.

Comes in: rows of accounts and the column to add up. Goes out: words, per currency. Never: takes what nobody knows for
nothing; an account that the lender's newest book no longer has is in no sum.
"""

from __future__ import annotations

from collections.abc import Sequence

from arrears.kernel.money import together
from arrears.store.pages import Row
from arrears.web.words.catalogue import Words
from arrears.web.words.treatments import how_late

LEFT_THE_BOOK = "left_the_book"


def sum_words(rows: Sequence[Row], column: str, words: Words) -> str:
    """ "¥1,234.50"; "at least ¥1,234.50" where an amount is unknown beside those that are known."""
    by_currency: dict[str, list[int | None]] = {}
    for row in rows:
        if row["loan_status"] != LEFT_THE_BOOK:
            by_currency.setdefault(row["currency"], []).append(row[column])
    said = [_words_of(amounts, currency, words) for currency, amounts in sorted(by_currency.items())]
    return " + ".join(said) or words.unknown


def worst_words(rows: Sequence[Row], words: Words) -> str:
    """Days and bucket of one account, the one furthest behind; where there are several, that it is the worst."""
    rows = [row for row in rows if row["loan_status"] != LEFT_THE_BOOK]
    known = [row for row in rows if row["days_past_due"] is not None]
    if not known:
        return how_late(words, None, rows[0]["bucket"] if len(rows) == 1 else None)
    worst = max(known, key=lambda row: (row["days_past_due"], row["bucket"] or ""))
    told = how_late(words, worst["days_past_due"], worst["bucket"])
    if len(rows) == 1:
        return told
    of = words.say("worst of %(n)s accounts", n=words.count(len(rows)))
    return words.pair(f"{told}（{of}）", f"{told} ({of})")


def _words_of(amounts: Sequence[int | None], currency: str, words: Words) -> str:
    sums = together(amounts)
    if not sums.unknown:
        return words.money(sums.known, currency)
    return words.say("at least %(money)s", money=words.money(sums.known, currency)) if sums.known else words.unknown
