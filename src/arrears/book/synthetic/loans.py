"""
Made-up loans: terms, what was paid, what is late, and the schedule and payments that add up to it.

A loan has n monthly instalments of equal principal (the last takes the remainder of the division) and interest on
what is left. The first instalments, each paid whole on its day or some days later (never after the next falls due),
are settled; then come `missed` instalments that fell due and were not paid (the oldest perhaps in part), then those
not yet due. So the schedule sums to the amount lent, the payments to what is settled, and the days past due of the
account are those of its oldest unpaid instalment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.synthetic import people as folk
from arrears.book.synthetic.draw import Bools, Days, Draw, Ints, days, numbers, picked, spelled

LENDER = "lender-made-up"

PRODUCTS = ("consumer_loan", "credit_card", "micro_loan", "auto_loan", "study_loan")
PRODUCT_SHARES = (0.45, 0.25, 0.20, 0.07, 0.03)
_MEDIAN_YUAN = np.array([12_000, 6_500, 3_000, 68_000, 16_000])
_SIGMA = np.array([0.80, 0.75, 0.60, 0.45, 0.40])
_LEAST_YUAN = np.array([1_000, 500, 500, 15_000, 3_000])
_MOST_YUAN = np.array([200_000, 100_000, 20_000, 400_000, 60_000])
_TERMS = np.array(
    [
        [6, 12, 12, 12, 24, 36],
        [3, 6, 6, 12, 12, 24],
        [3, 3, 6, 6, 12, 12],
        [12, 24, 36, 36, 36, 60],
        [12, 12, 18, 24, 24, 36],
    ]
)
_RATE_FROM_BPS = np.array([720, 1200, 1500, 480, 600])
_RATE_SPAN_BPS = np.array([1600, 600, 900, 600, 600])

STATES = ("current", "closed", "one", "two", "three", "four_to_six", "seven_to_twelve", "charged_off")
STATE_SHARES = (0.54, 0.03, 0.20, 0.075, 0.05, 0.06, 0.03, 0.015)
_MISSED_FROM = np.array([0, 0, 1, 2, 3, 4, 7, 7])
_MISSED_SPAN = np.array([1, 1, 1, 1, 1, 3, 6, 6])
MOST_MISSED = 12
PART_PAID = 0.15

_LATE_SHARE = np.array([0.30, 0.25, 0.40, 0.10, 0.65, 0.45, 0.35, 0.25])
_LATE_DAYS = np.array([8, 8, 12, 4, 12, 7, 20, 10])
"""By root cause: how often a settled instalment was late, and by how many days at most."""

REVERSED = 0.01
CHARGED_BACK = 0.02
PAUSED_LATE, PAUSED_OTHER = 0.03, 0.005
PAUSE_REASONS = ("holiday", "disaster", "breathing_space", "dispute", "other")
PAUSE_SHARES = (0.35, 0.15, 0.30, 0.10, 0.10)
CO_BORROWER, GUARANTOR, CONTACT_PERSON = 0.06, 0.04, 0.45


@dataclass(frozen=True)
class Loans:
    """The facts of some loans that everything else follows from. Amounts in cents."""

    loan: Ints
    person: Ints
    product: Ints
    principal: Ints
    terms: Ints
    """Number of instalments."""
    rate_bps: Ints
    settled: Ints
    """Instalments paid in full."""
    missed: Ints
    """Instalments that fell due and were not."""
    due_day: Ints
    last_due_month: Ints
    """Months since 1970-01 of the latest instalment that fell due, or of the last one of a closed loan."""
    charged_off: Bools
    as_of: np.datetime64

    @property
    def each(self) -> Ints:
        """Principal of every instalment but the last."""
        return self.principal // self.terms

    def due_on(self, number: Ints, rows: Ints) -> Days:
        """The due date of instalment `number` (from 1) of the loans at `rows`."""
        months = self.last_due_month[rows] - (self.settled + self.missed)[rows] + number
        return day_of_month(months, self.due_day[rows])

    def principal_of(self, number: Ints, rows: Ints) -> Ints:
        """Principal of one instalment."""
        each = self.each[rows]
        last = self.principal[rows] - each * (self.terms[rows] - 1)
        return np.where(number == self.terms[rows], last, each)

    def interest_of(self, number: Ints, rows: Ints) -> Ints:
        """A month's interest on what is left before the instalment, to the nearest cent, halves up."""
        left = self.principal[rows] - self.each[rows] * (number - 1)
        return (left * self.rate_bps[rows] + 60_000) // 120_000

    def penalty_of(self, number: Ints, rows: Ints) -> Ints:
        """Half as much again as the rate, a day (of 360), on the principal of an instalment that was missed."""
        is_missed = (number > self.settled[rows]) & (number <= (self.settled + self.missed)[rows])
        late = (self.as_of - self.due_on(number, rows)).astype(np.int64)
        penalty = self.principal_of(number, rows) * self.rate_bps[rows] * late * 3 // (2 * 10_000 * 360)
        return np.where(is_missed, penalty, 0)


def day_of_month(months: Ints, day: Ints) -> Days:
    """That day of that month (months since 1970-01), or the month's last where it is shorter."""
    month = months.astype("datetime64[M]")
    length = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(np.int64)
    found: Days = month.astype("datetime64[D]") + (np.minimum(day, length) - 1)
    return found


def loans_of(draw: Draw, loan: Ints, as_of: date) -> Loans:
    """The drawn facts of these loans."""
    person = folk.person_of(loan)
    product = draw.choose("product", loan, PRODUCT_SHARES)
    yuan = _MEDIAN_YUAN[product] * np.exp(_SIGMA[product] * draw.normal("amount", loan))
    yuan = np.clip(yuan, _LEAST_YUAN[product], _MOST_YUAN[product])
    state = draw.choose("state", loan, STATE_SHARES)
    missed = _MISSED_FROM[state] + draw.below("missed", loan, _MISSED_SPAN[state])
    terms = _TERMS[product, draw.below("terms", loan, 6)]
    # Seven missed instalments need a loan of at least seven: of twelve, since terms come in half years.
    terms = np.maximum(terms, -(-missed // 6) * 6 * (missed > 3))
    closed = state == STATES.index("closed")
    # A loan that is not late has at least one instalment to come; a late one may have reached its end.
    room = np.where(missed == 0, terms, terms - missed + 1)
    settled = np.where(closed, terms, draw.below("settled", loan, room))
    payday = folk.ways_of(draw, person).payday
    due_day = np.where(payday == 0, 1 + draw.below("due day", loan, 28), payday)
    today = np.datetime64(as_of, "D")
    this_month = np.full(len(loan), today.astype("datetime64[M]").astype(np.int64))
    # What falls due today is not late yet: it is neither settled nor missed.
    last_due_month = this_month - (day_of_month(this_month, due_day) >= today)
    last_due_month -= np.where(closed, 1 + draw.below("closed since", loan, 6), 0)
    return Loans(
        loan=loan,
        person=person,
        product=product,
        principal=(yuan / 100).astype(np.int64) * 10_000,
        terms=terms,
        rate_bps=_RATE_FROM_BPS[product] + draw.below("rate", loan, _RATE_SPAN_BPS[product] // 10) * 10,
        settled=settled,
        missed=missed,
        due_day=due_day,
        last_due_month=last_due_month,
        charged_off=state == STATES.index("charged_off"),
        as_of=today,
    )


def account_ids(loan: Ints) -> pa.Array:
    """A0000000001."""
    return spelled("A", (loan, 10))


def late_rows(of: Loans) -> Ints:
    """Places of the loans with something missed."""
    return np.flatnonzero(of.missed)


def part_paid(draw: Draw, of: Loans, rows: Ints) -> Ints:
    """What was paid towards the oldest missed instalment: nothing for most, part of interest and principal for some."""
    number = of.settled[rows] + 1
    whole = of.principal_of(number, rows) + of.interest_of(number, rows)
    some = draw.happens("part paid", of.loan[rows], PART_PAID)
    share = 0.2 + 0.6 * draw.uniform("part", of.loan[rows])
    return np.where(some, (whole * share).astype(np.int64), 0)


def charged_back(draw: Draw, of: Loans, rows: Ints) -> Ints:
    """Money taken back after the oldest missed instalment, on a few late cards."""
    loan = of.loan[rows]
    card = of.product[rows] == PRODUCTS.index("credit_card")
    happened = card & ~of.charged_off[rows] & draw.happens("charged back", loan, CHARGED_BACK)
    return np.where(happened, 5_000 + draw.below("charged back amount", loan, 451) * 100, 0)


def accounts(draw: Draw, of: Loans) -> pa.Table:
    """ACCOUNTS, with what the lender itself says about how late each is and how much is overdue."""
    every = np.arange(len(of.loan))
    late = late_rows(of)
    number = of.settled[late] + 1
    oldest = np.full(len(of.loan), np.datetime64(0, "D"))
    oldest[late] = of.due_on(number, late)
    paid, back = part_paid(draw, of, late), charged_back(draw, of, late)
    overdue, interest = np.zeros(len(of.loan), np.int64), np.zeros(len(of.loan), np.int64)
    for step in range(MOST_MISSED):
        rows = np.flatnonzero(of.missed > step)
        at = of.settled[rows] + 1 + step
        of_interest = of.interest_of(at, rows)
        charge = of_interest + of.penalty_of(at, rows)
        interest[rows] += charge
        overdue[rows] += charge + of.principal_of(at, rows)
    overdue[late] += back - paid
    # A part payment meets interest first, then principal.
    to_interest = np.minimum(paid, of.interest_of(number, late))
    left = np.where(of.settled == of.terms, 0, of.principal - of.each * of.settled)
    left[late] -= paid - to_interest
    left[late] += back
    interest[late] -= to_interest
    none = of.missed == 0
    status = np.where(of.settled == of.terms, 1, np.where(of.charged_off, 2, 0))
    off_on = np.full(len(of.loan), of.as_of - 1 - draw.below("charged off on", of.loan, 20))
    card = of.product == PRODUCTS.index("credit_card")
    first = np.ones(len(of.loan), np.int64)
    return pa.table(
        {
            "account_id": account_ids(of.loan),
            "person_id": folk.person_ids(of.person),
            "lender_id": picked((LENDER,), every * 0),
            "product": picked(PRODUCTS, of.product),
            "currency": picked(("CNY",), every * 0),
            "opened_on": days(of.due_on(first * 0, every)),
            "matures_on": days(of.due_on(of.terms, every)),
            "limit_cents": numbers(-(-of.principal // 100_000) * 120_000, ~card),
            "principal_cents": numbers(left),
            "balance_cents": numbers(left + interest),
            "overdue_cents": numbers(overdue),
            "reported_days_past_due": numbers(np.where(none, 0, (of.as_of - oldest).astype(np.int64)), kind="int32"),
            "oldest_unpaid_due_on": days(oldest, none),
            "status_code": picked(("正常", "结清", "逾期", "核销"), np.where(status > 0, status * 2 - 1, 2 * ~none)),
            "loan_status": picked(("active", "closed", "charged_off"), status),
            "charged_off_on": days(off_on, status != 2),
            "annual_rate_bps": numbers(of.rate_bps, kind="int32"),
            "installment_cents": numbers(of.principal_of(first, every) + of.interest_of(first, every)),
        }
    )


def instalments(of: Loans) -> pa.Table:
    """INSTALMENTS: every one of every loan, settled or not."""
    rows = np.repeat(np.arange(len(of.loan)), of.terms)
    number = np.arange(len(rows)) - np.repeat(np.cumsum(of.terms) - of.terms, of.terms) + 1
    return pa.table(
        {
            "account_id": account_ids(of.loan[rows]),
            "instalment_no": numbers(number, kind="int32"),
            "due_on": days(of.due_on(number, rows)),
            "principal_cents": numbers(of.principal_of(number, rows)),
            "interest_cents": numbers(of.interest_of(number, rows)),
            "fee_cents": numbers(number * 0),
            "penalty_cents": numbers(of.penalty_of(number, rows)),
        }
    )


def payments(draw: Draw, of: Loans) -> pa.Table:
    """PAYMENTS: one for each settled instalment, parts of the oldest missed one, and a few that were reversed."""
    rows = np.repeat(np.arange(len(of.loan)), of.settled)
    number = np.arange(len(rows)) - np.repeat(np.cumsum(of.settled) - of.settled, of.settled) + 1
    cause = folk.ways_of(draw, of.person).cause[rows]
    which = of.loan[rows] * 64 + number
    was_late = draw.uniform("late", which) < _LATE_SHARE[cause]
    due = of.due_on(number, rows)
    late = np.where(was_late, 1 + draw.below("days late", which, _LATE_DAYS[cause]), 0)
    late = np.minimum(late, (of.as_of - due).astype(np.int64))
    whole = _payments(
        of, rows, number, due + late, of.principal_of(number, rows) + of.interest_of(number, rows), due < due
    )
    owing = late_rows(of)
    oldest = of.settled[owing] + 1
    due = of.due_on(oldest, owing)
    since = (of.as_of - due).astype(np.int64)
    paid = part_paid(draw, of, owing)
    parts = _payments(of, owing, oldest, due + draw.below("part paid on", of.loan[owing], since + 1), paid, due < due)
    bounced = draw.happens("reversed", of.loan[owing], REVERSED)
    amount = np.where(bounced, of.principal_of(oldest, owing), 0)
    back = _payments(of, owing, oldest + 500, due + np.minimum(2, since), amount, bounced)
    table = pa.concat_tables([whole, parts, back])
    order = np.argsort(np.concatenate([rows, owing, owing]) * 1000 + np.concatenate([number, oldest, oldest + 500]))
    table = table.take(order)
    return table.filter(pc.greater(table["amount_cents"], 0))


def _payments(of: Loans, rows: Ints, number: Ints, paid_on: Days, cents: Ints, back: Bools) -> pa.Table:
    return pa.table(
        {
            "payment_id": spelled("Y", (of.loan[rows], 10), "-", (number, 3)),
            "account_id": account_ids(of.loan[rows]),
            "paid_on": days(paid_on),
            "learned_on": days(np.minimum(paid_on + 1, of.as_of)),
            "amount_cents": numbers(cents),
            "reversed_on": days(np.minimum(paid_on + 3, of.as_of), ~back),
            "designation": pa.nulls(len(rows), pa.string()),
        }
    )


def chargebacks(draw: Draw, of: Loans) -> pa.Table:
    """CHARGEBACKS: after the oldest missed instalment fell due, so they add to what is overdue, not to its age."""
    rows = late_rows(of)
    cents = charged_back(draw, of, rows)
    rows, cents = rows[cents > 0], cents[cents > 0]
    since = (of.as_of - of.due_on(of.settled[rows] + 1, rows)).astype(np.int64)
    on = of.as_of - draw.below("charged back on", of.loan[rows], since + 1)
    return pa.table(
        {
            "account_id": account_ids(of.loan[rows]),
            "charged_back_on": days(on),
            "learned_on": days(on),
            "amount_cents": numbers(cents),
        }
    )


def pauses(draw: Draw, of: Loans) -> pa.Table:
    """PAUSES of 7 to 30 days that began in the last 60."""
    share = np.where(of.missed > 0, PAUSED_LATE, PAUSED_OTHER)
    rows = np.flatnonzero((draw.uniform("paused", of.loan) < share) & (of.settled < of.terms) & ~of.charged_off)
    loan = of.loan[rows]
    start = of.as_of - draw.below("pause began", loan, 60)
    return pa.table(
        {
            "account_id": account_ids(loan),
            "start_on": days(start),
            "end_on": days(start + 6 + draw.below("pause lasts", loan, 24)),
            "reason": picked(PAUSE_REASONS, draw.choose("pause reason", loan, PAUSE_SHARES)),
            "learned_on": days(start),
        }
    )


def others_of(draw: Draw, loan: Ints) -> tuple[tuple[str, Ints, Ints], ...]:
    """(role, place of the loan, person) of the co-borrowers, guarantors and contact persons of these loans."""
    found = []
    for place, (role, share) in enumerate(
        (("co_borrower", CO_BORROWER), ("guarantor", GUARANTOR), ("contact_person", CONTACT_PERSON))
    ):
        rows = np.flatnonzero(draw.happens(role, loan, share))
        found.append((role, rows, folk.OTHERS_FROM + loan[rows] * 3 + place))
    return tuple(found)


def parties(draw: Draw, loan: Ints, *, everyone: bool) -> pa.Table:
    """PARTIES: the borrower, and where `everyone`, co-borrowers, guarantors and contact persons (who owe nothing)."""
    columns = [(folk.person_ids(folk.person_of(loan)), np.arange(len(loan)), loan * 0, loan * 0)]
    if everyone:
        joint = draw.happens("joint guarantee", loan, 0.6).astype(np.int64)
        for place, (_, rows, person) in enumerate(others_of(draw, loan), start=1):
            liability = (1, 2 + joint, 4)[place - 1]
            owed = liability[rows] if isinstance(liability, np.ndarray) else np.full(len(rows), liability)
            columns.append((folk.person_ids(person), rows, np.full(len(rows), place), owed))
    people = pa.concat_arrays([ids for ids, *_ in columns])
    rows, role, owed = (np.concatenate([column[at] for column in columns]) for at in (1, 2, 3))
    table = pa.table(
        {
            "account_id": account_ids(loan[rows]),
            "person_id": people,
            "role": picked(("borrower", "co_borrower", "guarantor", "contact_person"), role),
            "liability": picked(("full", "joint", "general_guarantee", "joint_guarantee", "none"), owed),
        }
    )
    return table.take(np.argsort(rows * 4 + role, kind="stable")) if everyone else table
