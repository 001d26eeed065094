"""Offers, plans and decisions from the command line: the verb's own checks behind each command, and its facts."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from tests.daytime.audit import audit
from tests.daytime.authority import give_authority
from tests.daytime.test_doors import arrears
from tests.daytime.town import add_user, build, facts, kinds

from arrears.daytime import record_inbound
from arrears.kernel.problem import Unusable
from arrears.store.open import Store
from arrears.store.schema import queue_items


def town(store: Store, inbound: bool = True) -> None:
    """Two debtors who owe 9,800.00, a supervisor and a head; the first borrower has just contacted li."""
    build(store, 2)
    give_authority(store)
    add_user(store, "fang", "supervisor")
    add_user(store, "hana", "head")
    if inbound:
        record_inbound(store, debtor_id="P-1", by="li", at=datetime.now(UTC))


def test_means_offers_plan_and_its_status_are_one_path(store: Store) -> None:
    """What a month can bear makes the offers; the one that is agreed to is shown payment by payment."""
    town(store)
    assert "unknown, so no plan is offered" in arrears(store, "offers", "account", "A-1", "--by", "li")
    said = arrears(store, "offers", "means", "P-1", "--income", "wages=4000", "--living", "2000", "--by", "li")
    assert said.endswith(": a month can bear 1000.00 CNY\n")
    told = json.loads(arrears(store, "offers", "account", "A-1", "--by", "li", "--json"))
    opening = next(offer for offer in told["offers"] if offer["offer"] == told["next"])
    assert (opening["kind"], opening["needs"], len(opening["instalments"])) == ("instalments", None, 10)

    agree = ("plan", "agree", "A-1", "--offer", told["next"], "--accepted", "recorded_call", "--by", "li")
    assert "9800.00 CNY in 10" in arrears(store, *agree)
    assert (
        arrears(store, "plan", "show", "A-1").count("pending")
        + arrears(store, "plan", "show", "A-1").count("due_today")
        == 10
    )
    [status] = [json.loads(line) for line in arrears(store, "plan", "status", "--json").splitlines()]
    assert (status["account_id"], status["status"], status["paid"]) == ("A-1", "running", "0.00")
    assert arrears(store, "plan", "show", "A-2") == "no plan\n"
    with pytest.raises(Unusable) as refused:
        arrears(store, *agree)
    assert refused.value.problem.code in ("plan_running", "promise_under_hold")
    audit(store, datetime.now(UTC).date())


def test_what_goes_beyond_a_role_is_asked_listed_weighed_and_decided(store: Store) -> None:
    """The list names the role; the preconditions are printed; the decision says until when it holds."""
    town(store)
    asked = arrears(store, "decisions", "ask", "A-1", "hardship", "--why", "住院", "--by", "li")
    assert asked.endswith("hardship of A-1 is asked of supervisor\n")
    key = asked.split(":")[0]
    [row] = [json.loads(line) for line in arrears(store, "decisions", "list", "--json").splitlines()]
    assert (row["key"], row["why"], row["role"]) == (key, "hardship", "supervisor")
    weighed = arrears(store, "decisions", "list", key)
    assert re.search(r"hardship  by supervisor and above\n  unknown +asked_or_shown", weighed)

    decide = ("decisions", "decide", key, "hardship", "--why", "有住院证明", "--by", "fang")
    with pytest.raises(Unusable) as refused:
        arrears(store, *decide)
    assert refused.value.problem.code == "precondition_fails"
    assert re.search(r"hardship of A-1 until 20", arrears(store, *decide, "--confirm", "asked_or_shown"))
    assert arrears(store, "decisions", "list") == "0 to decide\n"
    assert {"decision_requested", "decision_taken", "hold_placed"} <= set(kinds(store))
    audit(store, datetime.now(UTC).date())


def test_an_item_of_the_night_is_listed_and_written_off_by_the_head(store: Store) -> None:
    town(store, inbound=False)
    with store.write() as connection:
        connection.execute(update(queue_items).where(queue_items.c.person_id == "P-1").values(for_decision=True))
    [row] = [json.loads(line) for line in arrears(store, "decisions", "list", "--json").splitlines()]
    write_off = ("decisions", "decide", row["key"], "write_off", "--why", "账龄过长", "--confirm", "ledger")
    with pytest.raises(Unusable) as refused:
        arrears(store, *write_off, "--by", "fang")
    assert refused.value.problem.code == "not_for_role"
    assert "write_off of A-1\n" in arrears(store, *write_off, "--by", "hana")
    assert len(facts(store, "decision_taken")) == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("plan", "agree", "A-1", "--pay", "tomorrow=1.00", "--accepted", "signed", "--by", "li"), "day_unreadable"),
        (
            ("plan", "agree", "A-1", "--pay", "2020-01-01=9800.00", "--kind", "settlement", "--accepted", "signed"),
            "plan_",
        ),
        (("plan", "agree", "A-1", "--offer", "o9", "--accepted", "signed"), "offer_unknown"),
        (("plan", "show", "A-9"), "account_unknown"),
        (("offers", "means", "P-1", "--income", "a=1:USD", "--income", "b=1:CNY", "--living", "0"), "income_in_two"),
        (("offers", "means", "P-1", "--income", "wages", "--living", "0"), "amount_unreadable"),
        (("decisions", "ask", "A-1", "decline", "--why", "x"), "decision_unknown"),
        (("decisions", "decide", "item-none", "close", "--why", "x"), "not_on_the_desk"),
        (("decisions", "list", "item-none"), "not_on_the_desk"),
    ],
)
def test_what_cannot_be_meant_is_said_and_changes_nothing(store: Store, words: tuple[str, ...], code: str) -> None:
    """Each with its own stable code; nothing but the borrower's own contact is in the log."""
    town(store)
    by = () if "--by" in words or words[1] in ("show", "list") else ("--by", "li")
    with pytest.raises(Unusable) as refused:
        arrears(store, *words, *by)
    assert refused.value.problem.code.startswith(code)
    assert kinds(store) == ["inbound_recorded"]
