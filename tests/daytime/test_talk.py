"""A conversation is noted while it happens, by whoever is in it, and only as it may go on."""

from __future__ import annotations

from typing import Any

import pytest
from tests.daytime.town import at, build, call, claimed, facts, kinds

from arrears.contact.permit import Permit
from arrears.daytime import hear, note_step, record_inbound, record_outcome, talk_of
from arrears.kernel.problem import Unusable
from arrears.playbook.call_flow import State, Step
from arrears.store.evidence import entries
from arrears.store.open import Store
from arrears.store.reconcile import reconcile

UNPAID = "厂里三个月没发工资，我拿什么还"
ILL = "我上周查出来肺癌，下周一手术"


def on_the_phone(store: Store) -> Permit:
    debtor = build(store)[0]
    claimed(store, debtor, at("09:59"))
    permit = call(store, debtor, at("10:00"))
    assert isinstance(permit, Permit)
    return permit


def says(store: Store, words: str, moment: str = "10:02", **more: Any) -> Any:
    return hear(store, **{"person_id": "P-1", "words": words, "language": "zh", "by": "li", "at": at(moment), **more})


def note(store: Store, step: str, moment: str = "10:02", by: str = "li") -> State:
    return note_step(store, person_id="P-1", step=step, by=by, at=at(moment)).state


def code_of(act: Any) -> str:
    with pytest.raises(Unusable) as caught:
        act()
    return caught.value.problem.code


def test_what_is_heard_opens_a_card_and_stays_out_of_the_log(store: Store) -> None:
    """The words are in the store; the log has what was made of them, and a commitment."""
    permit = on_the_phone(store)
    found = says(store, UNPAID)
    assert found.cards[0].card == "X1"
    with store.read() as connection:
        talk = talk_of(connection, "P-1", "li", at("10:03"))
        log = b"".join(data for _, data in entries(connection))
    assert talk is not None
    assert (talk.attempt_id, talk.cards[0], talk.heard[0]["words"]) == (permit.attempt_id, "X1", UNPAID)
    assert UNPAID.encode() not in log
    assert len(facts(store, "heard")) == 1


def test_nobody_notes_a_conversation_they_are_not_in(store: Store) -> None:
    """Neither a colleague nor anybody before a contact was permitted; and nothing is no words."""
    build(store)
    before = kinds(store)
    assert code_of(lambda: says(store, UNPAID)) == "no_conversation"
    assert code_of(lambda: note(store, "right_party")) == "no_conversation"
    assert kinds(store) == before


def test_words_of_no_use_are_said_to_be_none(store: Store) -> None:
    """Empty, of invisible characters, or in a language that is not read; what is too long is cut."""
    on_the_phone(store)
    assert code_of(lambda: says(store, " \u200b ")) == "nothing_heard"
    assert code_of(lambda: says(store, UNPAID, language="fr")) == "language_unknown"
    says(store, "😀😀😀")
    says(store, "没钱" * 50_000, "10:03")
    with store.read() as connection:
        talk = talk_of(connection, "P-1", "li", at("10:03"))
    assert talk is not None
    assert [len(row["words"]) for row in talk.heard] == [3, 2_000]


def test_the_steps_follow_the_machine(store: Store) -> None:
    """What may not be noted now is refused with what may."""
    on_the_phone(store)
    assert code_of(lambda: note(store, "commitment")) == "step_not_now"
    assert code_of(lambda: note(store, "shout")) == "step_unknown"
    assert note(store, "right_party") is State.TALKING
    assert code_of(lambda: note(store, "right_party")) == "step_not_now"
    assert code_of(lambda: note(store, "learn_reason", by="wang")) == "no_conversation"
    note(store, "learn_reason")
    assert note(store, "vulnerable") is State.PROTECTED
    assert code_of(lambda: note(store, "ask_payment")) == "step_not_now"
    with store.read() as connection:
        talk = talk_of(connection, "P-1", "li", at("10:03"))
        found = reconcile(connection)
    assert talk is not None
    assert talk.flow.done == (Step.LEARNT_REASON,)
    assert not [one for one in found.differences if one.what in ("steps of conversations", "what was heard")]
    assert found.counts["steps of conversations"] == 3


def test_illness_is_heard_as_such(store: Store) -> None:
    """The page stops the tasks for it; a person confirms."""
    on_the_phone(store)
    assert says(store, ILL).vulnerable


def test_a_conversation_can_be_noted_for_half_an_hour_after_it_ended(store: Store) -> None:
    """Then it is over, and the next one begins at its opening."""
    permit = on_the_phone(store)
    note(store, "right_party")
    record_outcome(store, permit.attempt_id, "right_party", by="li", at=at("10:05"))
    assert note(store, "end_next_step", "10:34") is State.ENDED
    assert code_of(lambda: note(store, "right_party", "10:36")) == "no_conversation"
    record_inbound(store, debtor_id="P-1", by="wang", at=at("11:00"))
    assert note(store, "right_party", "11:01", by="wang") is State.TALKING
