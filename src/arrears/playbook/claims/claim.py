"""
The kinds of claims: what each says, what must be said with it, which papers show it and what to ask.

Gives:  CLAIM_KINDS, and the faults of a claim before it is taken down
Never:  has a kind that is about somebody else's money or a way to reach third parties: a receivable is an amount and a
        day, and whoever owes it is not asked for (X1).

Source: rows S2, S5, X1, X4 to X6, X10 and X11 of what the manual teaches, as lawful craft.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from arrears.kernel.problem import Problem


class Field(StrEnum):
    """What a claim may carry beside its words."""

    AMOUNT = "amount"
    ON = "on"
    """The day it speaks of: paid on, expected on, lost on."""
    PAYDAY = "payday"
    """Day of the month, 1 to 31."""


Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ClaimKind:
    """One kind, words as (Chinese, English). `needs` must be said; `may` can be."""

    code: str
    words: Words
    needs: tuple[Field, ...] = ()
    may: tuple[Field, ...] = ()
    papers: tuple[Words, ...] = ()
    """What would show it; asked for, never demanded."""
    asks: tuple[Words, ...] = ()
    """Open questions, the first first."""
    hardship: bool = False
    """The person may need the hardship route, whether or not they pay."""


_ALL = (
    ClaimKind(
        "income",
        ("收入", "income"),
        needs=(Field.AMOUNT,),
        may=(Field.PAYDAY,),
        papers=(("近三个月工资条或入账流水", "payslips or bank entries of the last three months"),),
        asks=(
            ("这笔收入每个月哪一天到账？", "On which day of the month does it arrive?"),
            ("除了这一笔，还有没有别的收入？", "Is there any other income besides this one?"),
        ),
    ),
    ClaimKind(
        "job_lost",
        ("失去工作", "lost their job"),
        may=(Field.ON,),
        papers=(("离职证明或失业登记", "notice of dismissal or unemployment registration"),),
        asks=(
            ("什么时候停的工作？现在生活靠什么？", "When did the work end, and what are you living on now?"),
            ("有没有申请失业金或别的补助？", "Have you applied for unemployment or other benefit?"),
        ),
        hardship=True,
    ),
    ClaimKind(
        "receivable",
        ("有款未收回", "money owed to them"),
        needs=(Field.AMOUNT,),
        may=(Field.ON,),
        papers=(("合同、对账单或欠条", "the contract, statement or note of hand"),),
        asks=(
            ("这笔款约定哪天到？迟到的话怎么办？", "When is it due to you, and what if it comes late?"),
            (
                "如果只靠这一笔不稳妥，还有哪些收入可以先安排一部分？",
                "So that all does not hang on one payment: what other income could cover a part first?",
            ),
        ),
    ),
    ClaimKind(
        "payment_made",
        ("称已还款", "says it is paid"),
        needs=(Field.AMOUNT, Field.ON),
        papers=(("转账凭证或还款截图", "the transfer slip or a picture of it"),),
        asks=(("通过哪个渠道还的，付款户名是谁？", "Through which channel, and from whose account?"),),
    ),
    ClaimKind(
        "illness",
        ("生病", "illness"),
        may=(Field.ON,),
        papers=(("就诊或住院的凭据（只需能看出时间和影响）", "a note of treatment: its time and effect are enough"),),
        asks=(
            ("现在身体怎么样，方便说话吗？", "How are you now, and is this a good moment to talk?"),
            ("治病这段时间，生活和吃药每月大概要多少？", "What do living and treatment cost you a month just now?"),
        ),
        hardship=True,
    ),
    ClaimKind(
        "death",
        ("有人去世", "a death"),
        may=(Field.ON,),
        papers=(("死亡证明（方便时再提供）", "the death certificate, when it is convenient"),),
        asks=(
            ("请节哀。以后由哪位来联系比较合适？", "I am sorry for your loss. Who would you like us to speak with?"),
        ),
        hardship=True,
    ),
    ClaimKind(
        "dependants",
        ("要养家", "people who depend on them"),
        may=(Field.AMOUNT,),
        papers=(("家庭基本开支的大致清单", "a rough list of what the household needs"),),
        asks=(("每月家里必须的开支大概多少？", "What does the household need each month at the least?"),),
        hardship=True,
    ),
    ClaimKind(
        "other_debts",
        ("还有其他债务", "other debts"),
        may=(Field.AMOUNT,),
        papers=(("各笔债务和月供的清单", "a list of the debts and their instalments"),),
        asks=(
            ("一共有几笔，每月要还多少？", "How many are there, and what do they take a month?"),
            ("有没有法院已经立案或执行的？", "Has any of them gone to court or to enforcement?"),
        ),
    ),
    ClaimKind(
        "business_down",
        ("生意不好", "business is down"),
        may=(Field.AMOUNT, Field.ON),
        papers=(("近几个月的流水", "the last months' turnover"),),
        asks=(
            (
                "最近几个月的流水大概是多少？什么时候会好一些？",
                "What were the last months' takings, and when do they pick up?",
            ),
        ),
    ),
    ClaimKind(
        "dispute",
        ("对债务有异议", "disputes the debt"),
        may=(Field.AMOUNT,),
        papers=(("能说明异议的任何材料", "anything that shows what is wrong"),),
        asks=(("您觉得哪一笔、哪一项不对？", "Which part of it do you think is wrong?"),),
    ),
    ClaimKind(
        "told_by_us",
        ("称我方曾答应", "says we agreed to it"),
        may=(Field.AMOUNT, Field.ON),
        papers=(("当时的短信或通话时间", "the message, or when the call was"),),
        asks=(("是哪一天、通过什么方式说的？", "On what day was it said, and how?"),),
    ),
    ClaimKind(
        "not_liable",
        ("称不该由其偿还", "says another should pay"),
        papers=(("合同签字页或分割协议", "the signature page or the settlement between them"),),
        asks=(("合同是谁签的？当时是怎么约定的？", "Who signed the contract, and what was agreed then?"),),
    ),
    ClaimKind(
        "lender_fault",
        ("称商家或学校违约", "says the seller or school broke its word"),
        papers=(("购买或培训合同、退费申请", "the sales or course contract, the request for refund"),),
        asks=(
            ("贷款是谁介绍办的，和商家是什么关系？", "Who arranged the loan, and how were they linked to the seller?"),
        ),
    ),
    ClaimKind(
        "asset_for_sale",
        ("在变卖财产", "is selling something"),
        needs=(Field.AMOUNT,),
        may=(Field.ON,),
        papers=(("挂牌或买卖合同", "the listing or the contract of sale"),),
        asks=(("预计什么时候能成交？", "When do you expect it to sell?"),),
    ),
    ClaimKind(
        "moved",
        ("地址或电话变了", "has moved, or has a new number"),
        may=(Field.ON,),
        asks=(("以后用哪个号码、什么时间联系您最方便？", "Which number and what time suit you best from now on?"),),
    ),
)

CLAIM_KINDS: dict[str, ClaimKind] = {kind.code: kind for kind in _ALL}


@dataclass(frozen=True, slots=True)
class Claim:
    """
    One claim. `amount_cents` in minor units of `currency`; `payday` is a day of the month; `on` the day it is about,
    where the borrower lives.
    """

    claim_id: str
    kind: str
    said_at: datetime
    amount_cents: int | None = None
    currency: str | None = None
    on: date | None = None
    payday: int | None = None
    account_id: str | None = None


def faults(
    kind: str, *, amount_cents: int | None, currency: str | None, on: date | None, payday: int | None, today: date
) -> list[Problem]:
    """Everything that keeps a claim from being taken down; `today` is the borrower's day."""
    where = f"claim of kind {kind[:40]!r}"
    known = CLAIM_KINDS.get(kind)
    if known is None:
        return [
            Problem(
                "claim_kind_unknown",
                where,
                "is not a kind of claim.",
                "What would show it, and what to ask, follows from its kind.",
                f"Choose one of {', '.join(CLAIM_KINDS)}.",
            )
        ]
    given = {Field.AMOUNT: amount_cents, Field.ON: on, Field.PAYDAY: payday}
    found = []
    for field, value in given.items():
        if value is None and field in known.needs:
            found.append(
                Problem(
                    f"claim_needs_{field}",
                    where,
                    f"says no {_NAMES[field]}.",
                    "Without it nothing can support or contradict the claim.",
                    f"Ask for it and write it down; or choose a kind that needs none of {', '.join(known.needs)}.",
                )
            )
        if value is not None and field not in (*known.needs, *known.may):
            found.append(
                Problem(
                    f"claim_takes_no_{field}",
                    where,
                    f"has no {_NAMES[field]}.",
                    "A figure nobody reads would look as if it had been weighed.",
                    "Leave it out, or write it into the words.",
                )
            )
    if amount_cents is not None and (amount_cents <= 0 or not currency):
        found.append(
            Problem(
                "claim_amount_unclear",
                where,
                "the amount is not above zero, or has no currency.",
                "Amounts are compared only in one currency.",
                "Give an amount above 0.00 with its currency.",
            )
        )
    if payday is not None and not 1 <= payday <= 31:
        found.append(
            Problem(
                "claim_payday_unclear",
                where,
                f"{payday} is no day of a month.",
                "The payday sets when money can be there.",
                "Give 1 to 31.",
            )
        )
    if kind == "payment_made" and on is not None and on > today:
        found.append(
            Problem(
                "claim_payment_to_come",
                where,
                f"{on} is still to come.",
                "A payment that is to come is a promise.",
                "Take it as a promise, with the hour and the source of the money.",
            )
        )
    return found


_NAMES = {Field.AMOUNT: "amount", Field.ON: "day", Field.PAYDAY: "day of the month on which it is paid"}
