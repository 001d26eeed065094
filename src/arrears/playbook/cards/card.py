"""
What a card is made of, and the closed words it uses.

Gives:  Card and its parts, Deck, the slots a wording may hold, DeckRefused with every fault and not the first
Never:  holds anything about a person: who is spoken to comes in as values when a wording is filled
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from arrears.kernel.problem import Problem, Unusable
from arrears.segmentation.table import STAGES

LANGUAGES = ("zh", "en")
KINDS = ("act", "limit", "guard")
"""act: lawful craft. limit: lawful inside bounds that the card names. guard: never done, and known when it is seen."""

TASKS = ("open", "ask_payment", "learn_reason", "consequence", "commitment", "close")
"""The four tasks of a call, between its opening and its end."""

TONES = ("first_call", "follow_up", "broken_promise")
AUDIENCES = ("borrower", "third_party")
OFFERS = ("pay_in_full", "pay_arrears", "instalments", "settlement", "hardship")
REFERRED_TO = ("hardship", "legal", "supervisor", "person_decides")
PER_TONE = 3
"""A card has at least so many wordings for each tone, so that nobody says the same sentence all day."""

PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Words:
    """The same thing in both languages. Neither is a translation word by word."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a wording that the case fills: what goes there, and how it looks in an example."""

    about: Words
    example: Words
    names_debt: bool = True
    """Whether it tells whoever hears it that there is a debt. Such a slot is never spoken to a third party."""


SLOTS: Mapping[str, Slot] = {
    "borrower_name": Slot(Words("借款人称呼", "how the borrower is addressed"), Words("陈女士", "Ms Carter"), False),
    "agent_name": Slot(Words("催收员姓名", "the collector's name"), Words("林舟", "Sam Reed"), False),
    "service_phone": Slot(Words("客服电话", "the service number"), Words("95×××", "0800 ×××"), False),
    "call_back_time": Slot(
        Words("约定的回电时间", "the agreed time of a call"), Words("明天上午十点", "ten tomorrow"), False
    ),
    "lender_name": Slot(Words("债权机构", "the lender"), Words("禾田银行", "Hetian Bank")),
    "overdue_amount": Slot(Words("逾期金额", "the amount overdue"), Words("1,200元", "$240")),
    "due_day": Slot(Words("应还日", "the day it was due"), Words("3月5日", "5 March")),
    "days_past_due": Slot(Words("逾期天数", "days past due"), Words("12", "12")),
    "promised_day": Slot(Words("答应的日期", "the day that was promised"), Words("3月15日", "15 March")),
    "promised_amount": Slot(Words("答应的金额", "the amount that was promised"), Words("600元", "$120")),
    "agreed_day": Slot(Words("现在约定的日期", "the day being agreed now"), Words("3月20日", "20 March")),
    "agreed_amount": Slot(Words("现在约定的金额", "the amount being agreed now"), Words("400元", "$80")),
    "payday": Slot(Words("发薪日", "payday"), Words("每月10日", "the 10th")),
    "offer": Slot(
        Words("可行的方案", "an offer that policy permits"), Words("分六期、每期200元", "six payments of $40")
    ),
    "pay_channel": Slot(Words("官方还款渠道", "the official way to pay"), Words("手机银行", "our payment page")),
}
"""
Every slot there is. A wording that names another is refused: nothing would fill it. What was promised is on record;
what is being agreed is filled by the two who talk, and stands open until then.
"""

CARD_IDS = (
    *(f"T{number}" for number in range(1, 6)),
    *(f"S{number}" for number in range(1, 6)),
    *(f"X{number}" for number in range(1, 15)),
    *(f"C{number}" for number in range(1, 7)),
    *("L1", *(f"L2-{stage}" for stage in STAGES), "L3", "L4", "L5"),
    *(f"P{number}" for number in range(1, 5)),
    *(f"N{number}" for number in range(1, 13)),
    *(f"K{number}" for number in range(1, 9)),
)
"""The cards that are shipped, in the order of the map of the source."""


@dataclass(frozen=True, slots=True)
class Say:
    """One wording, as it is spoken."""

    task: str
    tone: str
    zh: str
    en: str
    to: str = "borrower"
    law: tuple[str, ...] = ()
    """Packs under which it is true (empty: under any)."""
    only_if: Words | None = None
    """What must be so before it may be said. Every consequence has it: only what is true of this loan is told."""

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Never:
    """A habit that is refused: why, the clauses it breaks, and the lawful way to the same need."""

    habit: Words
    why: Words
    clauses: tuple[str, ...]
    instead: Words
    heard_as: Words | None = None
    """How it sounds when somebody does it, so that it is known when it is heard. Never offered as a wording."""


@dataclass(frozen=True, slots=True)
class Refer:
    """When to stop, and who goes on."""

    when: Words
    to: str


@dataclass(frozen=True, slots=True)
class Card:
    """One card, complete in both languages."""

    id: str
    row: str
    """The row of the map of the source that it is for."""
    kinds: tuple[str, ...]
    title: Words
    gist: Words
    cues: tuple[Words, ...]
    verify: tuple[Words, ...]
    documents: tuple[Words, ...]
    ask: tuple[Words, ...]
    say: tuple[Say, ...]
    never: tuple[Never, ...]
    next_steps: tuple[Words, ...]
    refer: tuple[Refer, ...]
    offers: tuple[str, ...] = ()

    def wordings(self, tone: str, task: str | None = None) -> tuple[Say, ...]:
        """What may be said in one tone, for one task or for any."""
        return tuple(one for one in self.say if one.tone == tone and task in (None, one.task))


@dataclass(frozen=True, slots=True)
class Deck:
    """Every card, in order."""

    cards: tuple[Card, ...]

    def card(self, card_id: str) -> Card:
        """The card of that id. Raises KeyError where there is none."""
        for card in self.cards:
            if card.id == card_id:
                return card
        raise KeyError(card_id)


class DeckRefused(Unusable):
    """Cards that may not be used. `problems` lists every fault found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0])
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def slots_of(text: str) -> tuple[str, ...]:
    """What stands in braces in a wording, each once, in order."""
    return tuple(dict.fromkeys(PLACE.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str | None:
    """The wording with its slots filled; None where a value is not known, so that nothing is made up."""
    if any(name not in values for name in slots_of(text)):
        return None
    return PLACE.sub(lambda found: values[found.group(1)], text)


def examples(language: str) -> dict[str, str]:
    """A value for every slot, as in a made-up case."""
    return {name: slot.example.in_(language) for name, slot in SLOTS.items()}


def order_of(card_id: str) -> tuple[int, str]:
    """Cards stand in the order of the map; a card that is not of it comes last, by its id."""
    return (CARD_IDS.index(card_id) if card_id in CARD_IDS else len(CARD_IDS), card_id)
