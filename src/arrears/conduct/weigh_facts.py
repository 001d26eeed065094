"""
Where facts decide: amounts beside `amount_due`, waivers beside `max_waiver_pct`.

Reads a moment. Gives marks for the models (`sum_over`, `waiver_over`, …) and the two verdicts that rest on arithmetic
alone. All money is in minor units; a share is compared by cross-multiplication, so a waiver exactly at the cap
is inside.
"""

from __future__ import annotations

import re

from arrears.conduct import load
from arrears.conduct.amounts import Amount, chinese_number
from arrears.conduct.follow import Moment

_ABOUT = re.compile(
    r"(?:大概|差不多|将近|近|大约|左右|约|不到|快|几乎|about|nearly|almost|around|roughly|some|over)\s?$"
)
_NOT_THE_DEBT = re.compile(
    r"(?:借了|借款|贷了|贷款|合同金额|放款|总额度|额度|原|工资|收入|月薪|到手|卡里|首付|抵押|估价|市价|罚款|赔|超过|以上|"
    r"borrowed|originally|salary|income|limit|worth|lend|earn|wage|up to|more than|over|score)\s?.{0,6}$"
)
_WAIVE = load.wording("weigh_facts", "waive")
_LESS_PAID = load.wording("weigh_facts", "less_paid")
_HALF = re.compile(
    r"(?:免|减|砍|打|只还|只收|还|另)(?:你)?(?:掉|一)?(?:一)?半|对折|五折|\bhalf (?:off|of|price|the)\b|\bhalf\b"
)
_FOLD = re.compile(r"([一二三四五六七八九1-9])(?:\.?([1-9一二三四五六七八九]))?折")
_PERCENT = load.wording("weigh_facts", "percent")
_ALL = load.wording("weigh_facts", "all")
_EN_TENS = ["ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_TENS = {
    **{word: 10 * number for number, word in enumerate(_EN_TENS, start=1)},
    "twenty-five": 25,
    "seventy-five": 75,
}
_WAIVED_BEFORE = load.wording("weigh_facts", "waived_before")
_WAIVED_AFTER = load.wording("weigh_facts", "waived_after")
_APPLY = load.wording("weigh_facts", "apply")


def fact_marks(moment: Moment) -> list[str]:
    """What the facts say of the amounts in this turn, as context for the models."""
    marks = list(_sum_marks(moment))
    share = waived_share(moment)
    cap = moment.conversation.facts.max_waiver_bp
    if share is not None:
        marks.append("waiver")
        if cap is None:
            marks.append("waiver_cap_unknown")
        else:
            marks.append("waiver_over" if waiver_over(moment) else "waiver_inside")
    return marks


def _sum_marks(moment: Moment) -> set[str]:
    due = moment.conversation.facts.amount_due
    heard = moment.heard
    marks: set[str] = set()
    if not heard.amounts:
        return marks
    marks.add("sum")
    if due is None:
        return marks
    for amount in heard.amounts:
        if amount.cents == due:
            marks.add("sum_due")
        elif amount.cents > due:
            marks.add("sum_over" if stated_over(moment, amount, due) else "sum_over_other")
        else:
            marks.add("sum_under")
    total = sum(amount.cents for amount in heard.amounts)
    if len(heard.amounts) > 1 and total == due:
        marks.add("sum_adds_up")
    return marks


def stated_over(moment: Moment, amount: Amount, due: int) -> bool:
    """Whether an amount stands there as what is owed and is more than is due."""
    text = moment.heard.text
    before = text[max(0, amount.start - 12) : amount.start]
    near = _ABOUT.search(before) is not None or amount.cents % 10_000 == 0
    if amount.cents <= due or (near and amount.cents * 100 <= due * 103):
        return False
    return _NOT_THE_DEBT.search(before) is None and amount.cents < due * 200


def overstated(moment: Moment) -> Amount | None:
    """The first amount that stands as owed and is above `amount_due`; None where there is none."""
    due = moment.conversation.facts.amount_due
    if due is None:
        return None
    return next((amount for amount in moment.heard.amounts if stated_over(moment, amount, due)), None)


def waived_share(moment: Moment) -> int | None:
    """The share of the debt that this turn offers to forgive, in hundredths of a per cent; None for no offer."""
    text = moment.heard.text
    due = moment.conversation.facts.amount_due
    words = _WAIVE.search(text)
    less = _LESS_PAID.search(text)
    if words is None and less is None:
        return None
    shares: list[int] = []
    if _ALL.search(text):
        shares.append(10_000)
    if words is not None and _HALF.search(text):
        shares.append(5000)
    for fold in _FOLD.finditer(text):
        tens = _digit(fold[1]) * 1000 + (_digit(fold[2]) * 100 if fold[2] else 0)
        shares.append(10_000 - tens)
    for percent in _PERCENT.finditer(text):
        whole = percent[1] or (chinese_number(percent[2]) if percent[2] else _TENS[percent[3]])
        if words is not None and whole is not None:
            head, _, tail = str(whole).partition(".")
            shares.append(int(head) * 100 + int((tail + "00")[:2]))
    if due:
        for amount in moment.heard.amounts:
            before = text[max(0, amount.start - 10) : amount.start]
            after = text[amount.end : amount.end + 12]
            if amount.cents >= due:
                continue
            if _WAIVED_BEFORE.search(before) or _WAIVED_AFTER.match(after):
                shares.append(-(-amount.cents * 10_000 // due))
            elif less is not None and re.search(r"还|付|给|交|结清|pay|for|give|send|of|at|with|take|settle", before):
                shares.append(-(-(due - amount.cents) * 10_000 // due))
    return max(shares) if shares else None


def _digit(mark: str) -> int:
    return int(mark) if mark.isdigit() else (chinese_number(mark) or 0)


def waiver_over(moment: Moment) -> bool:
    """Whether the turn grants more than the collector may, by the facts."""
    cap = moment.conversation.facts.max_waiver_bp
    share = waived_share(moment)
    return cap is not None and share is not None and share > cap


def waiver_granted_over(moment: Moment) -> bool:
    """As `waiver_over`, and the turn grants it: it neither denies it nor speaks of applying for it."""
    if not waiver_over(moment) or _APPLY.search(moment.heard.text):
        return False
    words = _WAIVE.search(moment.heard.text) or _LESS_PAID.search(moment.heard.text)
    if words is None:
        return False
    return all(
        not (clause.start <= words.start() < clause.end) or clause.live(words.start())
        for clause in moment.heard.clauses
    )
