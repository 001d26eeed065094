"""
What a promise to pay must say before it is taken.

Reads:  what the borrower said, and what is owed
Gives:  the faults of the promise, each with a stable code; none where it can be taken
Never:  decides whether it is kept: `promise_clock` does, from the payments.
"""

from __future__ import annotations

from datetime import datetime

from arrears.kernel.money import decimal_text
from arrears.kernel.problem import Problem

CHANNELS: dict[str, tuple[str, str]] = {
    "app": ("手机银行或还款 App", "the lender's app"),
    "bank_transfer": ("银行转账", "bank transfer"),
    "direct_debit": ("绑定账户代扣", "direct debit"),
    "counter": ("柜面还款", "at a branch"),
    "payment_link": ("官方还款链接", "official payment link"),
}
"""How it will be paid, to words in (Chinese, English). Cash to a collector is not a way to pay."""

MONEY_SOURCES: dict[str, tuple[str, str]] = {
    "salary": ("工资", "wages"),
    "business": ("经营收入", "business income"),
    "receivable": ("应收款到账", "a receivable"),
    "savings": ("存款", "savings"),
    "sale_of_asset": ("变卖资产", "sale of an asset"),
    "family_offer": ("家人主动帮助", "help the family offered"),
    "pension_or_benefit": ("退休金或补助", "pension or benefit"),
    "other": ("其他", "other"),
}
"""Where the money comes from, to words in (Chinese, English). New borrowing is not on the list on purpose."""


def faults(
    *,
    account_id: str,
    amount_cents: int,
    outstanding_cents: int,
    due_at: datetime,
    made_at: datetime,
    channel: str,
    money_source: str,
    tolerance_hours: int,
) -> list[Problem]:
    """Everything that keeps the promise from being taken."""
    where = f"promise for account {account_id!r}"
    found = []
    if amount_cents <= 0:
        found.append(
            Problem(
                "promise_not_positive",
                where,
                f"the amount is {decimal_text(amount_cents)}.",
                "Nothing can be kept that was not promised.",
                "Give an amount above 0.00.",
            )
        )
    if amount_cents > outstanding_cents:
        found.append(
            Problem(
                "promise_above_balance",
                where,
                f"{decimal_text(amount_cents)} is more than the {decimal_text(outstanding_cents)} that is owed.",
                "Nobody is asked for more than they owe.",
                f"Give at most {decimal_text(outstanding_cents)}.",
            )
        )
    if due_at <= made_at:
        found.append(
            Problem(
                "promise_in_the_past",
                where,
                f"due {due_at.isoformat()} is not after it is made, {made_at.isoformat()}.",
                "A promise is about a time to come.",
                "Give a later day and hour.",
            )
        )
    if channel not in CHANNELS:
        found.append(
            Problem(
                "promise_channel_unknown",
                where,
                f"{channel!r} is not a way to pay.",
                "Payments are made through official channels only.",
                f"Choose one of {', '.join(CHANNELS)}.",
            )
        )
    if money_source not in MONEY_SOURCES:
        found.append(
            Problem(
                "promise_money_source_unknown",
                where,
                f"{money_source!r} is not a source of money on the list.",
                "A promise with a source is kept more often, and one to be paid with new debt is not asked for.",
                f"Choose one of {', '.join(MONEY_SOURCES)}.",
            )
        )
    if tolerance_hours < 0:
        found.append(
            Problem(
                "promise_tolerance_negative",
                where,
                f"the tolerance is {tolerance_hours} hours.",
                "A promise is not broken before it is due.",
                "Give 0 or more hours.",
            )
        )
    return found
