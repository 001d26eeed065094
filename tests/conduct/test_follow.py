"""What a turn is judged in: what the file knows, what was offered before, and in which voice each word is said."""

from __future__ import annotations

import pytest

from arrears.conduct import load
from arrears.conduct.clauses import clauses_of
from arrears.conduct.follow import Moment, live_hits, moments
from arrears.conduct.read_conversation import conversation_of
from arrears.conduct.table import Language

ASKS = "请您今天还款。"


def talk(*turns: str, **facts: object) -> list[Moment]:
    """The collector's turns; what the borrower says is marked with a dash."""
    said = [
        {"speaker": "borrower" if text.startswith("-") else "agent", "text": text.removeprefix("-")} for text in turns
    ]
    call = {"id": "c", "language": "zh", "channel": "call", "audience": "borrower", "facts": facts, "turns": said}
    return moments(conversation_of(call))[1]


@pytest.mark.parametrize("fact", ["ceased", "disputed", "hardship", "represented"])
def test_a_fact_is_known_in_every_turn_where_the_file_says_so_and_in_none_where_it_does_not(fact: str) -> None:
    """No and nothing are no yes."""
    assert [turn.state for turn in talk(ASKS, ASKS, **{fact: True})] == [{f"fact_{fact}"}] * 2
    assert [turn.state for turn in talk(ASKS, **{fact: False})] == [frozenset()]
    assert [turn.state for turn in talk(ASKS, **{fact: None})] == [frozenset()]


def test_a_way_out_counts_as_offered_from_the_turn_after_the_offer_on() -> None:
    """A turn that offers nothing is no offer, and an offer made once stays made for the call."""
    route = ["route" in turn.state for turn in talk(ASKS, "我帮您做困难登记。", ASKS, ASKS)]
    assert route == [False, False, True, True]


def test_what_the_borrower_says_is_known_from_the_next_turn_on_and_answered_in_that_one() -> None:
    """A request to stop holds for the rest of the call, and is fresh only in the turn that answers it."""
    before, answers, after = talk(ASKS, "-别再给我打电话。", "好的,记下了。", "-嗯。", ASKS)
    assert not {"stop", "now_stop"} & before.state
    assert {"stop", "now_stop"} <= answers.state
    assert "stop" in after.state
    assert "now_stop" not in after.state
    assert [len(turn.answers) for turn in (before, answers, after)] == [0, 1, 1]
    assert [turn.position for turn in (before, answers, after)] == [0, 1, 2]


def test_a_word_is_meant_as_said_unless_its_clause_denies_it() -> None:
    """Each word belongs to its own clause."""
    (turn,) = talk("我们不会联系家人,请您还款。")
    meant = {(turn.heard.text[hit.start : hit.end], at, live) for hit, at, live in live_hits(turn.heard)}
    assert ("家人", 0, False) in meant
    assert all(live is (at == 1) for _, at, live in meant)


@pytest.mark.parametrize(("language", "between"), [("zh", None), ("en", ",")])
def test_every_word_that_is_known_stands_in_a_clause(language: Language, between: str | None) -> None:
    """So that a turn with a word in it has a clause to say in which voice it is meant."""
    for group, written in load.table(f"{language}_words")["groups"].items():
        for word in written.split(between):
            assert clauses_of(word.strip().rstrip("*"), language), (group, word)
