"""
What can come of an attempt: the closed list of outcomes, and what each one means for the rest of the day.

Gives:  OUTCOMES (code to Outcome), HOLD_REQUESTS (hold kind to words), and the words of both in zh and en
Never:  decides whether a contact is allowed (the gate does), or how long a hold lasts (the law does)

`connected` says whether a call reached somebody: null for writing, where the word means nothing. Until an
outcome is recorded the gate counts the attempt as connected.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Then(StrEnum):
    """What becomes of the queue item once the outcome is recorded."""

    LATER = "later"
    """Back into the queue, not before the time that was agreed on."""
    KEEP = "keep"
    """The collector keeps it for another number or person; given back, it rests until RETRY_AFTER has passed."""
    STAY = "stay"
    """The collector keeps it: another number or another person may still be tried."""
    DONE = "done"
    """Worked for today."""
    WITHDRAWN = "withdrawn"
    """A hold was asked for: nothing more happens to the case until the hold ends."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome. `channels` are those on which it can happen; `hold` is the kind of hold it places at once."""

    code: str
    zh: str
    en: str
    channels: tuple[str, ...]
    connected: bool | None
    then: Then
    hold: str | None = None
    number_is_wrong: bool = False
    """The number is not the recipient's: it is marked invalid and not used again."""
    declines: bool = False
    """The person reached is not the debtor and wants no further contact: never again."""
    stops_channel: bool = False
    """The recipient asked for this channel not to be used."""
    asks_time: bool = False
    """They named a time: it is recorded with the outcome, and nobody contacts them before it."""


CALLS = ("call", "ai_call")
WRITTEN = ("sms", "email", "letter")
SPOKEN = (*CALLS, "visit")
ANY = (*CALLS, *WRITTEN, "visit")
NOT_RECORDED = "not_recorded"

_ALL = (
    # Nobody was reached.
    Outcome("no_answer", "无人接听", "no answer", CALLS, False, Then.KEEP),
    Outcome("busy", "占线", "busy", CALLS, False, Then.KEEP),
    Outcome("switched_off", "关机或不在服务区", "switched off or out of reach", CALLS, False, Then.KEEP),
    Outcome("not_in_service", "空号或停机", "number not in service", CALLS, False, Then.STAY, number_is_wrong=True),
    Outcome("nobody_home", "上门无人", "nobody there", ("visit",), False, Then.KEEP),
    # Somebody or something was reached, and it was not the person.
    Outcome("voicemail", "转入语音信箱", "voicemail", CALLS, True, Then.KEEP),
    Outcome("wrong_number", "号码错误", "wrong number", CALLS, True, Then.STAY, number_is_wrong=True),
    Outcome("third_party", "他人接听", "somebody else answered", SPOKEN, True, Then.KEEP),
    Outcome(
        "third_party_declined",
        "他人要求不再联系",
        "somebody else asked not to be contacted again",
        (*SPOKEN, "sms"),
        True,
        Then.STAY,
        declines=True,
    ),
    # The person was reached.
    Outcome("right_party", "联系到本人", "spoke with the person", SPOKEN, True, Then.DONE),
    Outcome("promised", "承诺还款", "promised to pay", ANY, True, Then.DONE),
    Outcome("says_paid", "称已还款", "says it is paid", ANY, True, Then.DONE),
    Outcome("refused", "拒绝还款", "refuses to pay", ANY, True, Then.DONE),
    Outcome("hung_up", "挂断", "hung up", CALLS, True, Then.DONE),
    Outcome("callback_requested", "要求改时间联系", "asked for another time", SPOKEN, True, Then.LATER, asks_time=True),
    Outcome(
        "channel_stopped", "要求停用该渠道", "asked not to use this channel", ANY, True, Then.DONE, stops_channel=True
    ),
    # The person asked for something that stops collection at once.
    Outcome("disputed", "对债务有异议", "disputes the debt", ANY, True, Then.WITHDRAWN, hold="dispute"),
    Outcome("hardship", "申请困难帮助", "asked for hardship help", ANY, True, Then.WITHDRAWN, hold="hardship"),
    Outcome("represented", "已委托代理人", "has a representative", ANY, True, Then.WITHDRAWN, hold="represented"),
    Outcome("stop_requested", "要求停止联系", "asked contact to stop", ANY, True, Then.WITHDRAWN, hold="stop"),
    Outcome("complained", "提出投诉", "complained", ANY, True, Then.WITHDRAWN, hold="complaint"),
    Outcome(
        "deceased", "获知借款人已故", "told that the borrower has died", ANY, True, Then.WITHDRAWN, hold="deceased"
    ),
    Outcome("incident", "发生事件", "an incident happened", ANY, True, Then.WITHDRAWN, hold="incident"),
    # Writing.
    Outcome("sent", "已发送", "sent", WRITTEN, None, Then.DONE),
    Outcome("delivered", "已送达", "delivered", WRITTEN, None, Then.DONE),
    Outcome("undelivered", "未送达", "not delivered", WRITTEN, None, Then.STAY),
    Outcome("replied", "已回复", "replied", WRITTEN, None, Then.DONE),
    # From a book whose sender did not say, and of a contact whose maker is gone: said by whoever took the case over.
    Outcome(NOT_RECORDED, "未记录", "not recorded", (), None, Then.STAY),
)

OUTCOMES: dict[str, Outcome] = {outcome.code: outcome for outcome in _ALL}

HOLD_KINDS: dict[str, tuple[str, str]] = {
    "dispute": ("争议", "dispute"),
    "hardship": ("困难申请", "hardship request"),
    "represented": ("已有代理人", "represented"),
    "stop": ("要求停止联系", "stop request"),
    "complaint": ("投诉", "complaint"),
    "deceased": ("已故", "deceased"),
    "plan": ("分期协议履行中", "plan being kept"),
    "promise": ("承诺未到期", "open promise"),
    "incident": ("事件调查中", "incident"),
}
"""book.table.HOLDS kinds to their words in (Chinese, English)."""

DECIDED_HOLDS: dict[str, tuple[str, str]] = {
    "litigation": ("已移送诉讼", "referred to litigation"),
    "handed_over": ("已移交机构或受让方", "handed over to an agency or buyer"),
    "written_off": ("已核销", "written off"),
    "case_closed": ("已结案", "case closed"),
}
"""Kinds of hold that a decision on the desk places and nobody asks for, to words in (Chinese, English)."""

HOLD_WORDS = {**HOLD_KINDS, **DECIDED_HOLDS}


CONSENTS: dict[str, tuple[str, str]] = {
    "contact_outside_hours": ("同意在夜间等时段联系", "agreed to contact outside the usual hours"),
    "more_attempts_per_number": ("同意增加联系次数", "agreed to more attempts a day"),
    "visit": ("同意上门", "agreed to a visit"),
}
"""Consents that lift a rule (law.act.Standing.consents), in (Chinese, English)."""


OF_THE_DEBT = ("dispute", "complaint", "deceased", "incident")
"""Requests that are about the debt itself, whoever makes them; the others are about the one who asks."""


def who_is_held(kind: str, *, by_debtor: bool, by_obligor: bool) -> tuple[bool, bool]:
    """
    (the debtor, the one who asked) to be held for a request of `kind` made by that person. What a stranger tells of
    the debtor holds the debtor, except a wish to be left alone, which is the stranger's own.
    """
    if by_debtor:
        return True, True
    if by_obligor:
        return kind in OF_THE_DEBT, kind not in ("deceased", "incident")
    return kind != "stop", False


def outcomes_of(channel: str) -> tuple[Outcome, ...]:
    """What can be recorded for an attempt on `channel`, in the order shown to the collector."""
    return tuple(outcome for outcome in _ALL if channel in outcome.channels)
