"""Every verb of the day has a command, with the roles, reasons and facts of the verb behind it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from tests.daytime.audit import audit
from tests.daytime.town import AS_OF, account_now, add_user, build, facts, item_now, kinds, town_of
from typer.testing import CliRunner

from arrears.cli import application
from arrears.kernel.problem import Unusable
from arrears.store.open import Store
from arrears.store.schema import consents, explanations, holds


def arrears(store: Store, *words: str, typed: str | None = None) -> str:
    """Run a command on this store; what it printed."""
    done = CliRunner().invoke(application(), [*words, "--database", store.url], input=typed, catch_exceptions=True)
    if isinstance(done.exception, Unusable):
        raise done.exception
    assert done.exit_code == 0, f"{words}\n{done.output}\n{done.exception!r}"
    return done.output


def town(store: Store) -> None:
    build(store, 2)
    add_user(store, "fang", "supervisor")


def test_a_hold_is_placed_listed_and_lifted_with_a_reason(store: Store) -> None:
    """The queue is emptied of the person at once; the reason is in the store and its commitment in the log."""
    town(store)

    arrears(store, "hold", "place", "P-1", "dispute", "--by", "li")
    [listed] = [json.loads(line) for line in arrears(store, "hold", "list", "--json").splitlines()]
    assert (listed["person_id"], listed["kind"], listed["placed_by"]) == ("P-1", "dispute", "li")
    assert "is held for dispute already" in arrears(store, "hold", "place", "P-1", "dispute", "--by", "li")
    assert "is lifted" in arrears(store, "hold", "lift", listed["hold_id"], "--by", "fang", "--why", "已书面答复")
    assert "had ended already" in arrears(store, "hold", "lift", listed["hold_id"], "--by", "fang", "--why", "again")

    assert arrears(store, "hold", "list") == "0 in force\n"
    assert kinds(store) == ["hold_placed", "case_withdrawn", "hold_lifted"]
    with store.read() as connection:
        assert connection.execute(select(explanations.c.words)).scalars().all() == ["已书面答复"]
    audit(store, datetime.now(UTC).date())


def test_a_payment_is_recorded_once_and_reversed_with_a_reason(store: Store) -> None:
    """The same number twice is one payment; reversed, it is owed again."""
    town(store)
    debtor = town_of(store)[0]
    paid = ("payment", "record", "A-1", "1200.00", "--id", "pay-1", "--by", "fang")

    assert "0.00 CNY still overdue" in arrears(store, *paid)
    assert "on record already" in arrears(store, *paid)
    assert item_now(store, debtor)["withdrawn_reason"] == "withdrawn_paid"
    assert "is reversed" in arrears(store, "payment", "reverse", "pay-1", "--by", "fang", "--why", "银行退回")
    assert "was reversed already" in arrears(store, "payment", "reverse", "pay-1", "--by", "fang", "--why", "again")

    assert account_now(store, debtor)["overdue_cents"] == 1_200_00
    assert (facts(store, "payment_received"), facts(store, "payment_reversed")) == (["pay-1"], ["pay-1"])


def test_a_consent_is_recorded_and_withdrawn(store: Store) -> None:
    """Given twice is given once; what was not given can't be taken back."""
    town(store)
    words = ("P-1", "contact_outside_hours", "--by", "li")

    assert "nothing was changed" in arrears(store, "consent", "withdraw", *words)
    arrears(store, "consent", "record", *words)
    assert "nothing was changed" in arrears(store, "consent", "record", *words)
    arrears(store, "consent", "withdraw", *words)

    assert kinds(store) == ["consent_given", "consent_withdrawn"]
    with store.read() as connection:
        [row] = connection.execute(select(consents)).mappings()
    assert row["withdrawn_at"] is not None


def test_a_contact_point_is_taken_down_from_standard_input(store: Store) -> None:
    """Its digits stand in no list of commands and in no answer; the same one again changes nothing."""
    town(store)
    words = ("contact-point", "add", "P-1", "phone", "--source", "contract", "--by", "fang", "--why", "合同附页")

    said = arrears(store, *words, typed="199-0000-7777\n")
    assert said.endswith(": on record\n")
    assert "7777" not in said
    assert "on record already" in arrears(store, *words, typed="+86 199 0000 7777\n")
    with pytest.raises(Unusable, match="not one phone number"):
        arrears(store, *words, typed="")

    assert kinds(store) == ["contact_point_added"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("hold", "lift", "hold-1", "--by", "li", "--why", "x"), "not_for_role"),
        (("hold", "lift", "hold-1", "--by", "fang", "--why", " "), "why_missing"),
        (("hold", "lift", "hold-1", "--by", "fang", "--why", "x"), "hold_not_found"),
        (("hold", "place", "P-1", "dispute", "--by", "nobody"), "user_unknown"),
        (("hold", "place", "P-1", "grudge", "--by", "li"), "hold_unknown"),
        (("hold", "place", "P-9", "stop", "--by", "li"), "person_unknown"),
        (("payment", "record", "A-1", "1.00", "--id", "p", "--by", "li"), "not_for_role"),
        (("payment", "record", "A-1", "1,5", "--id", "p", "--by", "fang"), "amount_unreadable"),
        (("payment", "record", "A-9", "1.00", "--id", "p", "--by", "fang"), "account_unknown"),
        (("payment", "reverse", "p", "--by", "li", "--why", "x"), "not_for_role"),
        (("payment", "reverse", "p", "--by", "fang", "--why", " "), "why_missing"),
        (("payment", "reverse", "p", "--by", "fang", "--why", "x"), "payment_unknown"),
        (("consent", "record", "P-1", "anything", "--by", "li"), "consent_unknown"),
        (("consent", "record", "P-9", "visit", "--by", "li"), "person_unknown"),
    ],
)
def test_what_is_not_allowed_or_cannot_be_meant_changes_nothing(
    store: Store, words: tuple[str, ...], code: str
) -> None:
    """A role that may not, a reason that is missing, a thing that is not there: said with what to do."""
    town(store)

    with pytest.raises(Unusable) as caught:
        arrears(store, *words)

    assert caught.value.problem.code == code
    assert kinds(store) == []
    with store.read() as connection:
        assert connection.execute(select(holds)).all() == []
    audit(store, AS_OF)
