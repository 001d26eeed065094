"""Situations for the tests of the gate: one that is lawful in every way, to be changed in one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

from arrears.contact.gate import Situation
from arrears.law.act import Act, PastContact, Standing
from arrears.law.load import Law, load_law

TEN = datetime.fromisoformat("2026-11-24T10:00:00+08:00")


@cache
def of_china() -> Law:
    """The law of China with the house rules."""
    return load_law(["cn"], date(2026, 11, 24))


def lawful(**changes: Any) -> Situation:
    """A claimed case, an overdue debt, ten in the morning, the borrower's own phone; with changes of the Situation."""
    made = Situation(
        act=Act(
            at=TEN,
            channel="call",
            debtor_id="P-1",
            recipient_id="P-1",
            recipient_role="borrower",
            account_ids=("A-1",),
            number="19900000001",
            lawful_source="contract",
            discloses_debt=True,
        ),
        standings=(Standing(time_zone="Asia/Shanghai", facts={"product": "consumer_loan"}),),
        history=(),
        overdue_cents=1,
        claimed=True,
    )
    return replace(made, **changes)


def acting(**changes: Any) -> Situation:
    """The same with changes of the act."""
    return lawful(act=replace(lawful().act, **changes))


def standing(**changes: Any) -> Situation:
    """The same with changes of what holds for the people."""
    return lawful(standings=(replace(lawful().standings[0], **changes),))


def called(n: int, at: datetime = TEN, **changes: Any) -> PastContact:
    """An earlier call to the borrower."""
    made = PastContact(
        contact_id=f"K-{n}",
        at=at,
        channel="call",
        person_id="P-1",
        debtor_id="P-1",
        number="19900000001",
        connected=True,
    )
    return replace(made, **changes)
