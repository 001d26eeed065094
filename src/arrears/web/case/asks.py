"""
What a collector typed into the promise form, as a promise or as what is wrong with it, field by field.

Comes in: the form, the accounts of the case, the borrower's zone, the instant. Goes out: Wanted, or errors with what
to write instead. Never: guesses a day, an hour or an amount.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from arrears.kernel.money import cents_from_text
from arrears.outcome.promise import CHANNELS, MONEY_SOURCES
from arrears.store.pages import Row
from arrears.web.words.catalogue import Words

FURTHEST = timedelta(days=92)
"""A promise further off than a quarter is a plan, and is made as one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A promise ready to be taken. `due_at` keeps the borrower's offset."""

    account_id: str
    amount_cents: int
    due_at: datetime
    channel: str
    money_source: str


def promise_asked(
    form: Mapping[str, str], accounts: Sequence[Row], zone: tzinfo, at: datetime, words: Words
) -> Wanted | dict[str, str]:
    """The promise, or a message per field that is wrong."""
    errors: dict[str, str] = {}
    account = next((row for row in accounts if row["account_id"] == form.get("account_id")), None)
    if account is None:
        errors["account_id"] = words.say("Choose one of this person's accounts.")
    amount = _amount(form.get("amount", ""), account, words, errors)
    due_at = _due(form.get("due_on", ""), form.get("due_time", ""), zone, at, words, errors)
    channel, source = form.get("channel", ""), form.get("money_source", "")
    if channel not in CHANNELS:
        errors["channel"] = words.say("Say how it will be paid.")
    if source not in MONEY_SOURCES:
        errors["money_source"] = words.say("Ask where the money comes from; a promise without a source is seldom kept.")
    if errors or account is None or amount is None or due_at is None:
        return errors
    return Wanted(account["account_id"], amount, due_at, channel, source)


def agreed_time(form: Mapping[str, str], zone: tzinfo) -> datetime | None:
    """The time that somebody asked to be contacted at, where they live; None where it is not a time."""
    try:
        day, hour = date.fromisoformat(form.get("callback_on", "")), time.fromisoformat(form.get("callback_time", ""))
    except ValueError:
        return None
    return datetime.combine(day, hour.replace(tzinfo=None), zone)


def _amount(text: str, account: Row | None, words: Words, errors: dict[str, str]) -> int | None:
    plain = text.replace(",", "").replace("，", "").replace("¥", "").replace("￥", "").strip()
    if not plain:
        errors["amount"] = words.say("Write the amount they named.")
        return None
    try:
        cents = cents_from_text(plain)
    except ValueError:
        errors["amount"] = words.say("Write digits with at most two decimals, such as 1200.50.")
        return None
    if cents <= 0:
        errors["amount"] = words.say("The amount must be above zero.")
        return None
    if account is not None and cents > account["outstanding_cents"]:
        errors["amount"] = words.say(
            "They owe %(outstanding)s in all; a promise can't be more.",
            outstanding=words.money(account["outstanding_cents"], account["currency"]),
        )
        return None
    return cents


def _due(
    day_text: str, time_text: str, zone: tzinfo, at: datetime, words: Words, errors: dict[str, str]
) -> datetime | None:
    try:
        day = date.fromisoformat(day_text)
    except ValueError:
        errors["due_on"] = words.say("Choose the day they named.")
        return None
    try:
        hour = time.fromisoformat(time_text)
    except ValueError:
        errors["due_time"] = words.say("Give the hour, such as 18:00; a promise falls due at a minute.")
        return None
    due_at = datetime.combine(day, hour.replace(tzinfo=None), zone)
    if due_at <= at:
        errors["due_on" if day < at.astimezone(zone).date() else "due_time"] = words.say(
            "That moment has passed where they live. Choose a later one."
        )
        return None
    if due_at - at > FURTHEST:
        errors["due_on"] = words.say(
            "More than three months off is a plan, not a promise. Ask for a nearer first step."
        )
        return None
    return due_at


@dataclass(frozen=True, slots=True)
class Chip:
    """A value that one press writes into the promise form: which field, what, and in words why it is a natural one."""

    field: str
    value: str
    words: str


def chips_of(
    accounts: Sequence[Row], payday: int | None, today: date, words: Words, means: Row | None = None
) -> tuple[Chip, ...]:
    """
    Amounts of the first account (all that is overdue, one instalment, what they can afford in a month) and the days
    that suit (paydays within reach).
    What they can afford is asked, not guessed: there is a chip for it only once it is known.
    """
    found: list[Chip] = []
    lead = accounts[0] if accounts else None
    if lead is not None:
        for cents, said in (
            (lead["overdue_cents"], words.say("all overdue")),
            (lead["installment_cents"], words.say("one instalment")),
            (_affordable(lead, means), words.say("what they can afford in a month")),
        ):
            if cents and cents <= lead["outstanding_cents"]:
                money = words.money(cents, lead["currency"])
                found.append(Chip("amount", f"{cents // 100}.{cents % 100:02d}", f"{said} {money}"))
    for day in paydays(payday, today):
        found.append(Chip("due_on", day.isoformat(), words.say("payday %(day)s", day=words.weekday(day))))
    return tuple(found)


def _affordable(account: Row, means: Row | None) -> int | None:
    """By their own statement, in the currency of the debt; None where nobody asked, zero where nothing is left."""
    return None if means is None or means["currency"] != account["currency"] else int(means["sustainable_cents"])


def paydays(payday: int | None, today: date) -> list[date]:
    """The next two paydays; one beyond a month's end is its last day."""
    if payday is None or not 1 <= payday <= 31:
        return []
    found = []
    for month in range(today.month - 1, today.month + 2):
        year, of = today.year + month // 12, month % 12 + 1
        found.append(date(year, of, min(payday, monthrange(year, of)[1])))
    return [day for day in found if day > today and day - today < FURTHEST][:2]
