"""
How late each account is on the night of a book, as whole columns.

Reads:  book.table.Snapshot   one book on one business day, at any of its three levels
Gives:  ageing.table.AGED     one row per account: days, amounts by component, bucket, class
Never:  reads the clock, runs a query or goes row by row. The day is `snapshot.as_of`.

Where the age comes from, the first that an account has (`age_source`):

    schedule       instalments, in a book that also has payments (a book without them says nothing of what was paid)
    due_date       the tape's oldest unpaid due date
    reported_days  the tape's days past due
    status_code    the tape's status word, by the lender's own table of fewest days (`status_code_days`)
    months         months late in the latest month: month n is 30(n-1)+1 days or more, so the bucket is M{n}
    not_overdue    the tape says that nothing is overdue, or the loan is closed
    unknown        none of these: days, bucket and class are null, never zero
"""

from __future__ import annotations

from dataclasses import replace

import ibis
import ibis.expr.types as ir

from arrears.ageing.pause_columns import as_day, known_pauses, paused_days, running
from arrears.ageing.pay_down import Ledger, owed
from arrears.ageing.rules import COMPONENTS, AgeingRules
from arrears.ageing.table import AGED
from arrears.book.table import Snapshot
from arrears.kernel.table import conform, nullable

_DAYS_IN_A_MONTH_LATE = 30
"""Of the M-buckets (M22): n months late is at least 30(n-1)+1 days."""


def age(snapshot: Snapshot, rules: AgeingRules) -> ir.Table:
    """Every account of the book, as AGED: lazy, on the snapshot's engine."""
    snapshot = replace(snapshot, tables={name: nullable(table) for name, table in snapshot.tables.items()})
    accounts = snapshot["accounts"]
    accounts = accounts.mutate(is_ageing=accounts.loan_status.isin(sorted(rules.ageing_statuses)))
    known = None if "pauses" in snapshot.absent else known_pauses(snapshot["pauses"], snapshot.as_of)
    scheduled = owed(Ledger.tonight(snapshot), rules) if _has_schedules(snapshot) else None

    def dated(some: ir.Table) -> ir.Table:
        some = _with_months(_with_schedule(some, scheduled), snapshot)
        return _with_days(_with_source(some, rules), snapshot, rules)

    if known is None:
        aged = dated(accounts)
        days = _less_grace(aged.days_past_due, ibis.literal(0), rules)
        aged = aged.mutate(paused=ibis.literal(False), delinquent_days=days, bucket_days=days)
    else:
        few = dated(accounts.semi_join(known, "account_id"))
        aged = _with_pauses(dated(accounts), _rest(few, known, snapshot, rules), rules)
    return conform(_classed(aged, rules), AGED, name="aged")


def _has_schedules(book: Snapshot) -> bool:
    """Instalments and payments both: without the second, nobody told us what was paid."""
    return not {"instalments", "payments"} & book.absent


def _with_schedule(accounts: ir.Table, scheduled: ir.Table | None) -> ir.Table:
    """Accounts with what their schedule says, and `has_schedule`."""
    if scheduled is None:
        return accounts.mutate(
            has_schedule=ibis.literal(False),
            scheduled_outstanding_cents=ibis.null("int64"),
            not_yet_due_cents=ibis.null("int64"),
            due_charges_cents=ibis.null("int64"),
            unpaid_since_on=ibis.null("date"),
            **{f"overdue_{name}_cents": ibis.null("int64") for name in COMPONENTS},
        )
    found = scheduled.rename(scheduled_outstanding_cents="outstanding_cents", unpaid_since_on="oldest_unpaid_due_on")
    both = accounts.left_join(found, "account_id")
    return both.mutate(has_schedule=both.account_id_right.notnull()).drop("account_id_right")


def _with_months(accounts: ir.Table, snapshot: Snapshot) -> ir.Table:
    """Accounts with `months_late` and `month_status_code` of their latest month, both null where there is none."""
    if "months" in snapshot.absent:
        return accounts.mutate(months_late=ibis.null("int32"), month_status_code=ibis.null("string"))
    months = snapshot["months"]
    months = months.filter(months.month_on <= ibis.literal(snapshot.as_of))
    latest = months.group_by("account_id").agg(month_on=months.month_on.max())
    now = months.semi_join(latest, ["account_id", "month_on"])
    now = now.group_by("account_id").agg(
        months_late=now.months_late.max().cast("int32"), month_status_code=now.status_code.max()
    )
    return accounts.left_join(now, "account_id").drop("account_id_right")


def _with_source(accounts: ir.Table, rules: AgeingRules) -> ir.Table:
    """Accounts with `age_source` and `told_days`: the days a word, a number or a month tells, where one does."""
    by_month = (accounts.months_late - 1) * _DAYS_IN_A_MONTH_LATE + 1
    coded = _coded_days(accounts.status_code, rules)
    month_coded = _coded_days(accounts.month_status_code, rules)
    accounts = accounts.mutate(
        age_source=ibis.cases(
            (~accounts.is_ageing, "not_overdue"),
            (accounts.has_schedule, "schedule"),
            (accounts.oldest_unpaid_due_on.notnull(), "due_date"),
            (accounts.reported_days_past_due.notnull(), "reported_days"),
            (coded.notnull(), "status_code"),
            (accounts.months_late.notnull() | month_coded.notnull(), "months"),
            (accounts.overdue_cents == 0, "not_overdue"),
            else_="unknown",
        )
    )
    return accounts.mutate(
        told_days=ibis.cases(
            (accounts.age_source == "reported_days", accounts.reported_days_past_due.cast("int64")),
            (accounts.age_source == "status_code", coded),
            (accounts.age_source == "months", by_month.cast("int64").fill_null(month_coded)),
            (accounts.age_source == "not_overdue", ibis.literal(0, "int64")),
            else_=ibis.null("int64"),
        )
    )


def _coded_days(code: ir.StringValue, rules: AgeingRules) -> ir.IntegerValue:
    """The fewest days past due a status word means; null where the rules don't know it."""
    nothing = ibis.null("int64")
    if not rules.status_code_days:
        return nothing
    pairs = [(code == word, ibis.literal(days, "int64")) for word, days in sorted(rules.status_code_days.items())]
    days: ir.IntegerValue = ibis.cases(*pairs, else_=nothing)
    return days


def _with_days(accounts: ir.Table, snapshot: Snapshot, rules: AgeingRules) -> ir.Table:
    """
    Accounts with `days_past_due` and `due_on`, the due date that the days are counted from: the unpaid one where
    it is known, else the one the told days imply.
    """
    night = ibis.literal(snapshot.as_of)
    known_due = ibis.ifelse(accounts.age_source == "due_date", accounts.oldest_unpaid_due_on, accounts.unpaid_since_on)
    is_dated = accounts.age_source.isin(["schedule", "due_date"])
    counted = ibis.greatest(night.delta(known_due, unit="day") + rules.dpd_on_due_date, 0).fill_null(0)
    days = ibis.ifelse(is_dated, counted, ibis.greatest(accounts.told_days, 0))
    days = ibis.ifelse(accounts.age_source == "unknown", ibis.null("int64"), days.cast("int64"))
    accounts = accounts.mutate(days_past_due=days.cast("int32"), known_due_on=known_due)
    implied = as_day(night - (accounts.days_past_due - rules.dpd_on_due_date).as_interval("D"))
    due_on = ibis.ifelse(accounts.age_source.isin(["schedule", "due_date"]), accounts.known_due_on, implied)
    return accounts.mutate(due_on=ibis.ifelse(accounts.days_past_due > 0, due_on, ibis.null("date")))


def _rest(
    few: ir.Table,
    known: ir.Table,
    snapshot: Snapshot,
    rules: AgeingRules,
) -> ir.Table:
    """
    Of accounts that had a pause: (account_id, paused_days, is_resting, frozen_days). `frozen_days` are the
    delinquent days on the day the bucket froze, 0 where nothing was late then.
    """
    night = ibis.literal(snapshot.as_of)
    now = few.filter(few.due_on.notnull()).select("account_id", "due_on", on=night)
    rest = few.select("account_id").left_join(paused_days(known, now), "account_id").drop("account_id_right")
    resting = running(known, snapshot.as_of)
    then = resting.inner_join(few.select("account_id", "age_source", "due_on"), "account_id")
    then = then.select("account_id", "age_source", "due_on", on="frozen_on")
    if _has_schedules(snapshot) and rules.bucket_while_paused == "frozen":
        once = owed(Ledger.on_days(snapshot, resting.select("account_id", on="frozen_on")), rules)
        then = then.left_join(once.select("account_id", then_due_on="oldest_unpaid_due_on"), "account_id")
        by_schedule = then.age_source == "schedule"
        then = then.mutate(due_on=ibis.ifelse(by_schedule, then.then_due_on, then.due_on))
    then = then.select("account_id", "due_on", "on")
    off = paused_days(known, then.filter(then.due_on.notnull()))
    then = then.left_join(off, "account_id").drop("account_id_right")
    days = ibis.greatest(then.on.delta(then.due_on, unit="day") + rules.dpd_on_due_date, 0).fill_null(0)
    then = then.select(
        "account_id",
        is_resting=ibis.literal(True),
        frozen_days=_less_grace(days, then.paused_days.fill_null(0), rules),
    )
    return rest.left_join(then, "account_id").drop("account_id_right")


def _with_pauses(accounts: ir.Table, rest: ir.Table, rules: AgeingRules) -> ir.Table:
    """Accounts with `paused`, `delinquent_days` and `bucket_days`, the days their bucket is read from."""
    both = accounts.left_join(rest, "account_id").drop("account_id_right")
    days = _less_grace(both.days_past_due, both.paused_days.fill_null(0), rules)
    both = both.mutate(paused=both.is_resting.fill_null(False) & both.is_ageing, delinquent_days=days)
    if rules.bucket_while_paused == "recomputed":
        return both.mutate(bucket_days=both.delinquent_days)
    is_frozen = both.paused & (both.days_past_due > 0)
    return both.mutate(bucket_days=ibis.ifelse(is_frozen, both.frozen_days, both.delinquent_days))


def _less_grace(days: ir.IntegerValue, paused: ir.IntegerValue, rules: AgeingRules) -> ir.IntegerValue:
    """Delinquent days; null where the days are. (`greatest` alone would take a null for nothing.)"""
    less = ibis.greatest(days - rules.grace_days - paused, 0)
    known: ir.IntegerValue = ibis.ifelse(days.isnull(), ibis.null("int64"), less.cast("int64"))
    return known


def _classed(accounts: ir.Table, rules: AgeingRules) -> ir.Table:
    """The columns of AGED, but for their order and exact types."""
    days = accounts.days_past_due
    is_late = (days > 0).fill_null(False)
    has_schedule = accounts.age_source == "schedule"
    by_schedule = sum((accounts[f"overdue_{name}_cents"] for name in COMPONENTS[1:]), accounts.overdue_fee_cents)
    nothing = ibis.literal(0, "int64")
    overdue = ibis.cases(
        (~accounts.is_ageing, nothing),
        (has_schedule, by_schedule),
        else_=accounts.overdue_cents.fill_null(ibis.ifelse(days == 0, nothing, ibis.null("int64"))),
    )
    told = accounts.age_source.isin(["schedule", "due_date", "reported_days"])
    return accounts.mutate(
        overdue_cents=overdue,
        outstanding_cents=ibis.ifelse(has_schedule, accounts.scheduled_outstanding_cents, accounts.balance_cents),
        lender_balance_cents=accounts.balance_cents,
        balance_reason=ibis.ifelse(has_schedule, _balance_reason(accounts), ibis.null("string")),
        oldest_unpaid_due_on=ibis.ifelse(is_late & told, accounts.due_on, ibis.null("date")),
        delinquent_since_on=ibis.ifelse(
            is_late & told, as_day(accounts.due_on + ibis.interval(days=rules.grace_days)), ibis.null("date")
        ),
        bucket=_bucket(accounts.bucket_days, rules),
        risk_class=_risk_class(days, accounts.product, rules),
        **{
            f"overdue_{name}_cents": ibis.cases(
                (overdue == 0, nothing),
                (has_schedule, accounts[f"overdue_{name}_cents"]),
                else_=ibis.null("int64"),
            )
            for name in COMPONENTS
        },
    )


def _balance_reason(accounts: ir.Table) -> ir.StringValue:
    """Why the lender's balance is not what the schedule leaves owing, one of BALANCE_REASONS; null where it is."""
    ours, theirs, charges = accounts.scheduled_outstanding_cents, accounts.balance_cents, accounts.due_charges_cents
    late_charges = accounts.overdue_fee_cents + accounts.overdue_penalty_cents + accounts.overdue_interest_cents
    reason: ir.StringValue = ibis.cases(
        (theirs == ours, ibis.null("string")),
        (theirs == ours + accounts.not_yet_due_cents, "not_yet_due"),
        (theirs == ours - charges, "principal_alone"),
        (theirs == ours - charges + late_charges, "due_today"),
        (theirs < 0, "credit"),
        else_="unexplained",
    )
    return reason


def _bucket(days: ir.IntegerValue, rules: AgeingRules) -> ir.StringValue:
    inside = [
        (
            days >= bucket.from_day if bucket.to_day is None else days.between(bucket.from_day, bucket.to_day),
            bucket.name,
        )
        for bucket in rules.buckets
    ]
    name: ir.StringValue = ibis.cases(
        (days.isnull(), ibis.null("string")), (days <= 0, rules.current_bucket), *inside, else_=rules.outside_bucket
    )
    return name


def _risk_class(days: ir.IntegerValue, product: ir.StringValue, rules: AgeingRules) -> ir.StringValue:
    def by(ladder_of: str) -> ir.StringValue:
        worst_first = [(days > step.over_days, step.name) for step in reversed(rules.ladder_of(ladder_of))]
        name: ir.StringValue = ibis.cases((days.isnull(), ibis.null("string")), *worst_first, else_=rules.normal_class)
        return name

    name = by("")
    for special in sorted(rules.risk_classes_by_product):
        name = ibis.ifelse(product == special, by(special), name)
    return name
