"""
One conversation as a small machine: from opening to an agreed end, with the two things that may break in on it.

Reads:  the steps of a conversation in the order noted
Gives:  Flow: where it stands, which tasks are done, what may come next; the machine's own drawing
Never:  lets a task go on once the person was heard to be vulnerable or to claim a right; answers abuse with abuse.

Source: rows C2 (four tasks), C5 (every call ends with something agreed) and S1 (three warnings, then another channel).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Words = tuple[str, str]


class State(StrEnum):
    """Where a conversation stands."""

    OPENING = "opening"
    """Somebody answered, and nothing about the debt is said before it is known who."""
    TALKING = "talking"
    PROTECTED = "protected"
    """They are vulnerable or claim a right: no task goes on, only the way to those who help or answer."""
    ENDED = "ended"


class Step(StrEnum):
    """What can be noted."""

    RIGHT_PARTY = "right_party"
    NOT_THEM = "not_them"
    ASKED_PAYMENT = "ask_payment"
    LEARNT_REASON = "learn_reason"
    TOLD_CONSEQUENCE = "consequence"
    COMMITMENT = "commitment"
    ABUSE = "abuse"
    VULNERABLE = "vulnerable"
    RIGHT_CLAIMED = "right_claimed"
    END_PROMISE = "end_promise"
    END_PLAN = "end_plan"
    END_DECISION = "end_decision"
    END_NEXT_STEP = "end_next_step"
    END_CHANNEL = "end_channel"
    HUNG_UP = "hung_up"


TASKS = (Step.ASKED_PAYMENT, Step.LEARNT_REASON, Step.TOLD_CONSEQUENCE, Step.COMMITMENT)
"""In the order in which they are best come to; each is a task of the cards of the same name."""
ENDS = (Step.END_PROMISE, Step.END_PLAN, Step.END_DECISION, Step.END_NEXT_STEP, Step.END_CHANNEL, Step.HUNG_UP)
STATE_WORDS: Mapping[State, Words] = {
    State.OPENING: ("开场，先确认身份", "opening: who is it?"),
    State.TALKING: ("沟通中", "talking"),
    State.PROTECTED: ("停止催收，转帮助或答复", "stopped: help or an answer comes first"),
    State.ENDED: ("已结束", "ended"),
}
STEP_WORDS: Mapping[Step, Words] = {
    Step.RIGHT_PARTY: ("确认是本人", "it is they"),
    Step.NOT_THEM: ("不是本人，礼貌结束", "it is not they: end politely"),
    Step.ASKED_PAYMENT: ("问能否现在还", "ask for payment now"),
    Step.LEARNT_REASON: ("问清原因", "learn the reason"),
    Step.TOLD_CONSEQUENCE: ("说明真实后果", "say what truly follows"),
    Step.COMMITMENT: ("请对方作出安排", "ask for a commitment"),
    Step.ABUSE: ("对方辱骂，已提醒", "abuse: a warning was given"),
    Step.VULNERABLE: ("听出处境脆弱", "heard that they are vulnerable"),
    Step.RIGHT_CLAIMED: ("提出异议、投诉或停止联系", "a right was claimed: dispute, complaint or stop"),
    Step.END_PROMISE: ("以承诺结束", "ended with a promise"),
    Step.END_PLAN: ("以分期安排结束", "ended with a plan"),
    Step.END_DECISION: ("提交主管决定后结束", "ended with a request for a decision"),
    Step.END_NEXT_STEP: ("约定下一步后结束", "ended with an agreed next step"),
    Step.END_CHANNEL: ("结束通话，改用书面", "ended; go on in writing"),
    Step.HUNG_UP: ("对方挂断", "they hung up"),
}
WARNINGS: tuple[Words, ...] = (
    ("我愿意听您说，也请您注意用语。", "I want to hear you out. Please mind the language."),
    ("咱们平等沟通，我不会骂您，也请您别骂我。", "We speak as equals: I will not insult you, please do not insult me."),
    (
        "这是最后一次提醒，再这样我只能先结束通话，之后用书面方式联系您。",
        "This is the last time I ask. If it goes on I must end the call, and we will write to you instead.",
    ),
)
"""What is said at the first, second and final warning. A fourth time the call ends, and the next contact is written."""


def _machine() -> dict[tuple[State, Step], State]:
    table = {
        (State.OPENING, Step.RIGHT_PARTY): State.TALKING,
        (State.OPENING, Step.NOT_THEM): State.ENDED,
        (State.OPENING, Step.HUNG_UP): State.ENDED,
        (State.PROTECTED, Step.END_NEXT_STEP): State.ENDED,
        (State.PROTECTED, Step.END_DECISION): State.ENDED,
        (State.PROTECTED, Step.HUNG_UP): State.ENDED,
    }
    table |= {(State.TALKING, task): State.TALKING for task in TASKS}
    table |= {(State.TALKING, end): State.ENDED for end in ENDS}
    for state in (State.OPENING, State.TALKING):
        table[state, Step.VULNERABLE] = table[state, Step.RIGHT_CLAIMED] = State.PROTECTED
        table[state, Step.ABUSE] = state
        table[state, Step.END_CHANNEL] = State.ENDED
    return table


MACHINE: Mapping[tuple[State, Step], State] = _machine()
"""
Every step that may be noted, by the state it is noted in. Two of them hang on the count of warnings: abuse after the
last warning ends the call, and going on in writing is open once a warning was given.
"""


@dataclass(frozen=True, slots=True)
class Noted:
    """One step as it was noted."""

    step: Step
    at: datetime


@dataclass(frozen=True, slots=True)
class Flow:
    """
    Where the conversation stands. `warnings` counts those given. `ended_by` is the step that ended it.
    """

    state: State
    done: tuple[Step, ...]
    warnings: int
    ended_by: Step | None
    steps: tuple[Noted, ...]

    @property
    def task(self) -> Step | None:
        """The next task; None where none may go on, or all are done."""
        if self.state is not State.TALKING:
            return None
        return next((task for task in TASKS if task not in self.done), None)

    @property
    def may(self) -> tuple[Step, ...]:
        """What may be noted now, in the order of the list of steps."""
        return tuple(step for step in Step if self._allows(step))

    @property
    def warning(self) -> Words | None:
        """What to say at the warning just given; None where none was, or it ended the call."""
        if self.state is State.ENDED or not self.steps or self.steps[-1].step is not Step.ABUSE:
            return None
        return WARNINGS[self.warnings - 1]

    def _allows(self, step: Step) -> bool:
        if (self.state, step) not in MACHINE or (step in TASKS and step in self.done):
            return False
        return step is not Step.END_CHANNEL or self.warnings > 0


START = Flow(State.OPENING, (), 0, None, ())


def after(flow: Flow, noted: Noted) -> Flow | None:
    """The flow after one more step; None where it may not be noted now."""
    if noted.step not in flow.may:
        return None
    warned_out = noted.step is Step.ABUSE and flow.warnings == len(WARNINGS)
    then = State.ENDED if warned_out else MACHINE[flow.state, noted.step]
    return Flow(
        state=then,
        done=(*flow.done, noted.step) if noted.step in TASKS else flow.done,
        warnings=flow.warnings + (noted.step is Step.ABUSE and not warned_out),
        ended_by=noted.step if then is State.ENDED else None,
        steps=(*flow.steps, noted),
    )


def flow_of(steps: Iterable[Noted]) -> Flow:
    """The flow that these steps make. Raises ValueError for one that could not have been noted."""
    flow = START
    for noted in steps:
        then = after(flow, noted)
        if then is None:
            raise ValueError(f"{noted.step} can't follow {flow.state}")
        flow = then
    return flow


def drawing(language: str) -> str:
    """The machine as a Mermaid state diagram: one arrow for all steps between two states."""
    index = 0 if language == "zh" else 1
    arrows: dict[tuple[State, State], list[str]] = {}
    for (state, step), then in MACHINE.items():
        arrows.setdefault((state, then), []).append(STEP_WORDS[step][index])
    last = ("最后提醒之后仍辱骂", "abuse after the last warning")[index]
    for state in (State.OPENING, State.TALKING):
        arrows[state, State.ENDED].append(last)
    lines = ["stateDiagram-v2", f"    [*] --> {State.OPENING}"]
    lines += [f"    {state}: {words[index]}" for state, words in STATE_WORDS.items()]
    join = "、" if language == "zh" else ", "
    lines += [f"    {state} --> {then}: {join.join(steps)}" for (state, then), steps in arrows.items()]
    return "\n".join([*lines, f"    {State.ENDED} --> [*]"])
