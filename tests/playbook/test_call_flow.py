"""One conversation: its four tasks, its three warnings, and what breaks in on it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.playbook.call_flow import (
    ENDS,
    MACHINE,
    START,
    STATE_WORDS,
    STEP_WORDS,
    TASKS,
    WARNINGS,
    Noted,
    State,
    Step,
    after,
    drawing,
    flow_of,
)

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


def steps(*names: Step) -> list[Noted]:
    return [Noted(name, NOW) for name in names]


def test_nothing_about_the_debt_is_noted_before_it_is_known_who_answers() -> None:
    """Neither a task nor a commitment, in the opening."""
    abused = flow_of(steps(Step.ABUSE, Step.ABUSE))
    for flow in (START, abused):
        assert not set(flow.may) & {*TASKS, *ENDS} - {Step.HUNG_UP, Step.END_CHANNEL}
        assert flow.task is None


def test_the_next_task_is_the_first_that_is_not_done() -> None:
    """Done in another order too; none is noted twice."""
    flow = flow_of(steps(Step.RIGHT_PARTY, Step.LEARNT_REASON))
    assert flow.done == (Step.LEARNT_REASON,)
    assert flow.task is Step.ASKED_PAYMENT
    assert Step.LEARNT_REASON not in flow.may


def test_three_warnings_are_given_and_the_fourth_time_ends_the_call() -> None:
    """Each with its own words; then the next contact is written."""
    flow = flow_of(steps(Step.RIGHT_PARTY))
    said = []
    for _ in range(3):
        flow = after(flow, Noted(Step.ABUSE, NOW)) or START
        said.append(flow.warning)
    assert said == list(WARNINGS)
    assert flow.warnings == 3
    last = after(flow, Noted(Step.ABUSE, NOW))
    assert last is not None
    assert (last.state, last.ended_by, last.warnings, last.warning) == (State.ENDED, Step.ABUSE, 3, None)


def test_the_count_goes_on_from_the_opening_into_the_talk() -> None:
    """Two warnings before they say who they are, and the next is the final one; only then is writing open."""
    flow = flow_of(steps(Step.ABUSE, Step.ABUSE, Step.RIGHT_PARTY, Step.ASKED_PAYMENT))
    assert flow.warning is None
    again = flow_of([*flow.steps, *steps(Step.ABUSE)])
    assert again.warning == WARNINGS[2]
    assert Step.END_CHANNEL in again.may
    assert Step.END_CHANNEL not in flow_of(steps(Step.RIGHT_PARTY)).may


@pytest.mark.parametrize("heard", [Step.VULNERABLE, Step.RIGHT_CLAIMED])
def test_what_protects_stops_every_task(heard: Step) -> None:
    """From any moment of the call; what is left is a next step or somebody's decision."""
    for before in (
        (),
        (Step.RIGHT_PARTY,),
        (Step.RIGHT_PARTY, Step.ABUSE),
        (Step.RIGHT_PARTY, Step.ABUSE, Step.ABUSE, Step.ABUSE),
    ):
        flow = flow_of(steps(*before, heard))
        assert flow.task is None
        assert set(flow.may) == {Step.END_NEXT_STEP, Step.END_DECISION, Step.HUNG_UP}


@given(st.lists(st.sampled_from(Step), max_size=14))
def test_a_walk_by_what_may_be_noted_never_breaks_the_rules(wished: list[Step]) -> None:
    """A call ends once, never by itself, and never with more than three warnings."""
    flow = START
    for wish in wished:
        then = after(flow, Noted(wish, NOW))
        if then is None:
            assert wish not in flow.may
            continue
        assert flow.state is not State.ENDED
        flow = then
    assert flow.warnings <= len(WARNINGS)
    assert (flow.ended_by is None) == (flow.state is not State.ENDED)
    assert flow_of(flow.steps) == flow
    if flow.ended_by in ENDS and flow.ended_by not in (Step.HUNG_UP, Step.END_NEXT_STEP, Step.END_DECISION):
        assert not {Step.VULNERABLE, Step.RIGHT_CLAIMED} & {noted.step for noted in flow.steps}


def test_every_state_can_be_left_and_reached() -> None:
    """The machine has no corner that a call could be stuck in."""
    assert {state for state, _ in MACHINE} == set(State) - {State.ENDED}
    assert set(MACHINE.values()) == set(State)
    assert {step for _, step in MACHINE} == set(Step)
    with pytest.raises(ValueError, match="can't follow"):
        flow_of(steps(Step.COMMITMENT))


def test_the_drawing_has_every_state_and_step_that_moves() -> None:
    """In both languages, from the same table."""
    for index, language in enumerate(("zh", "en")):
        drawn = drawing(language)
        assert all(f"{state}: {words[index]}" in drawn for state, words in STATE_WORDS.items())
        assert all(words[index] in drawn for step, words in STEP_WORDS.items() if step)
