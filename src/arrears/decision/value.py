"""
What each treatment is worth for each account and person: a plain scorecard, every coefficient in the policy.

    gross = overdue × share(stage) × factors          expected recovery beyond what comes by itself, whole cents
    harm  = complaints + fatigue                      expected cost of the contact to the borrower and to us
    value = sum of gross over the person's accounts − cost − harm

where complaints = complaint_ppm × complaint cost × attempts factor × vulnerability factor, and fatigue =
fatigue_cents × (1 + attempts in the last 7 days) × vulnerability factor.

Arithmetic is `+ − × floor` on doubles in a fixed order, halves rounded up, so every engine gives the same cents.
`tests/decision/row_by_row.py` says the same for one account; a test holds the two equal. Never: sex, age, marriage,
education, ethnicity, or anything the policy reader refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from arrears.decision.allocate.problem import MAX_VALUE
from arrears.decision.policy import Harm, Treatment

PAYDAY_WITHIN_DAYS = 2
"""A payday is near from the day itself to two days after it: money has come and is not yet spent."""


def gross(row: ir.Table, treatment: Treatment) -> ir.IntegerValue:
    """Expected recovery in cents on one account, as a column; rows need the columns of SCORED."""
    amount = ibis.least(row.overdue_cents, MAX_VALUE).cast("float64")
    value: Any = amount * _share(row, treatment)
    for fact, words in treatment.recovery.by_word.items():
        value = value * _by_word(row[fact], words)
    for fact, permille in treatment.recovery.by_count.items():
        value = value * _by_count(row[COUNT_COLUMNS[fact]], permille)
    return (value + 0.5).floor().cast("int64")


COUNT_COLUMNS = {"attempts_7d": "attempts_7d", "attempts_30d": "attempts"}
SCORED = ("overdue_cents", "stage", "segment", "product", "answered_before", "payday_near", "attempts", "attempts_7d")
"""The columns a scorecard looks at; `segment` is "unknown" where it is null."""


def harm(attempts_7d: ir.IntegerValue, vulnerable: ir.BooleanValue, treatment: Treatment, of: Harm) -> ir.IntegerValue:
    """Expected harm in cents of one contact, as a column."""
    more = ibis.ifelse(vulnerable, of.vulnerable_permille / 1000, 1.0)
    complaint = treatment.complaint_ppm * of.complaint_cost_cents / 1_000_000
    complaints = _by_count(attempts_7d, of.attempts_7d_permille) * complaint
    fatigue = (attempts_7d + 1).cast("float64") * float(treatment.fatigue_cents)
    total: Any = (complaints + fatigue) * more + 0.5
    return total.floor().cast("int64")


def _share(row: ir.Table, treatment: Treatment) -> Any:
    shares = [(row.stage == stage, ppm / 1_000_000) for stage, ppm in treatment.recovery.share_ppm.items()]
    return ibis.cases(*shares, else_=0.0)


def _by_word(column: Any, permille: Mapping[str, int]) -> Any:
    return ibis.cases(*[(column == word, n / 1000) for word, n in permille.items()], else_=1.0)


def _by_count(column: Any, permille: tuple[int, ...]) -> Any:
    steps = [(column == count, n / 1000) for count, n in enumerate(permille[:-1])]
    return ibis.cases(*steps, else_=permille[-1] / 1000) if steps else ibis.literal(permille[-1] / 1000)


def payday_near(payday: ir.IntegerValue, as_of: date) -> ir.StringValue:
    """yes, no or unknown: whether the payday was on one of the last days; a 31st falls on the month's last day."""
    near = sorted(_paydays_within(as_of))
    return ibis.cases((payday.isnull(), "unknown"), (payday.isin(near), "yes"), else_="no")


def _paydays_within(as_of: date) -> set[int]:
    found: set[int] = set()
    for back in range(PAYDAY_WITHIN_DAYS + 1):
        day = as_of - timedelta(days=back)
        found.add(day.day)
        if (day + timedelta(days=1)).day == 1:
            found.update(range(day.day, 32))
    return found
