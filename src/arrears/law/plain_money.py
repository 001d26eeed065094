"""The kinds about money and time in plain language, in Chinese and English: see `plain.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from arrears.kernel.money import decimal_text
from arrears.law.kinds import money, periods
from arrears.law.vocabulary import listed, worded

Pairs = list[tuple[str, str]]
"""(Chinese, English) sentences."""


def _percent(bps: int) -> str:
    return decimal_text(bps).removesuffix("0").removesuffix(".0") + "%"


def rate_cap(rule: money.RateCap, lang: str) -> Pairs:
    said: Pairs = []
    if rule.lpr_multiple:
        said.append(
            (
                f"全部成本不超过合同成立时一年期LPR的{rule.lpr_multiple}倍。",
                f"All costs together: at most {rule.lpr_multiple} times the one-year LPR at signing.",
            )
        )
        if rule.short_tenor_at_most_months:
            cap, months = _percent(rule.all_in_at_most_bps), rule.short_tenor_at_most_months
            said.append((f"{months}个月以内的不超过年化{cap}。", f"Up to {months} month(s): at most {cap} a year."))
    else:
        said.append(
            (
                f"全部成本合计不超过年化{_percent(rule.all_in_at_most_bps)}。",
                f"All costs together: at most {_percent(rule.all_in_at_most_bps)} a year.",
            )
        )
    if rule.average_at_most_bps:
        said.append(
            (
                f"新增平均不超过{_percent(rule.average_at_most_bps)}。",
                f"New loans on average: at most {_percent(rule.average_at_most_bps)}.",
            )
        )
    if rule.on_request:
        said.append(("由债务人请求调减。", "The excess is cut at the debtor's request."))
    return said


def penalty_rate(rule: money.PenaltyRate, lang: str) -> Pairs:
    return [
        (
            f"逾期罚息：合同利率加收{rule.overdue_at_least_pct}%至{rule.overdue_at_most_pct}%；"
            f"挪用加收{rule.misuse_at_least_pct}%至{rule.misuse_at_most_pct}%。",
            f"Overdue: the contract rate and {rule.overdue_at_least_pct} to {rule.overdue_at_most_pct} % of it; "
            f"misuse: {rule.misuse_at_least_pct} to {rule.misuse_at_most_pct} %.",
        ),
        *(
            [("未付利息按罚息利率计复利。", "Unpaid interest compounds at the penalty rate.")]
            if rule.unpaid_interest_compounds
            else []
        ),
    ]


def reference_rate(rule: money.ReferenceRate, lang: str) -> Pairs:
    name = worded(rule.series, lang)
    return [
        (
            f"{name} {item.month_on:%Y-%m}：{_percent(item.bps)}。",
            f"{name} {item.month_on:%Y-%m}: {_percent(item.bps)}.",
        )
        for item in rule.months
    ]


def allocation(rule: money.Allocation, lang: str) -> Pairs:
    arrow = " → ".join
    return [
        (
            (f"逾期第{band.from_days}天起：" if band.from_days else "顺序：")
            + arrow(worded(part, lang) for part in band.order)
            + "。",
            (f"From day {band.from_days} past due: " if band.from_days else "Order: ")
            + arrow(worded(part, lang) for part in band.order)
            + ".",
        )
        for band in rule.bands
    ]


def debt_order(rule: money.DebtOrder, lang: str) -> Pairs:
    order = " → ".join(worded(step, lang) for step in rule.steps)
    return [(f"数项债务的清偿次序：{order}。", f"Which debt first: {order}.")]


def instalment_limit(rule: money.InstalmentLimit, lang: str) -> Pairs:
    said: Pairs = [(f"分期最长{rule.at_most_months}个月。", f"A plan of at most {rule.at_most_months} months.")]
    if rule.cash_at_most_cents:
        cash = decimal_text(rule.cash_at_most_cents)
        said.append(
            (
                f"预借现金分期最高{cash}元、{rule.cash_at_most_months}个月。",
                f"Cash-advance instalments: at most CNY {cash} and {rule.cash_at_most_months} months.",
            )
        )
    return said


def day_ladder(rule: money.DayLadder, lang: str) -> Pairs:
    return [
        (
            f"逾期第{rung.from_days}天起至少为：{worded(rung.name, lang)}。",
            f"From day {rung.from_days} past due, at least {worded(rung.name, lang)}.",
        )
        for rung in rule.rungs
    ]


def excess(rule: money.Excess, lang: str) -> Pairs:
    return [
        (
            f"违约金超过损失{rule.over_loss_pct}%的，一般认定过高。",
            f"A penalty more than {rule.over_loss_pct} % above the loss is normally excessive.",
        )
    ]


def debt_amount(rule: money.DebtAmount, lang: str) -> Pairs:
    said: Pairs = []
    if rule.principal_is_received:
        said.append(("本金以实际收到的金额为准。", "The principal is what was received."))
    if rule.no_interest_unless_agreed:
        said.append(("未约定利息的，视为没有利息。", "Where no interest was agreed there is none."))
    return said


def heir_owes(rule: money.HeirOwes, lang: str) -> Pairs:
    said: Pairs = []
    if rule.up_to_estate_received:
        said.append(("继承人以所得遗产实际价值为限。", "An heir answers for no more than was received."))
    if rule.nothing_if_renounced:
        said.append(("放弃继承的不负清偿责任。", "An heir who renounced answers for nothing."))
    return said


def guarantee(rule: money.Guarantee, lang: str) -> Pairs:
    form = worded(rule.unclear_form_is, lang)
    return [
        (
            f"期间不明的，保证期间为到期后{rule.default_months}个月，不中止、中断、延长。",
            f"Without a clear period the guarantee lasts {rule.default_months} months after the due date; "
            "nothing stops or restarts it.",
        ),
        (f"方式不明的，按{form}。", f"Without a clear form it is {form}."),
    ]


def keep(rule: periods.Keep, lang: str) -> Pairs:
    what = listed(rule.what, lang)
    said: Pairs = []
    if rule.until_settled:
        said.append((f"{what}：至少保存至结清。", f"{what}: kept at least until the debt is settled."))
    if rule.at_least_months:
        start = worded(rule.counted_from, lang)
        said.append(
            (
                f"{what}：自{start}起至少保存{rule.at_least_months}个月。",
                f"{what}: kept at least {rule.at_least_months} months from {start}.",
            )
        )
    return said


def erase(rule: periods.Erase, lang: str) -> Pairs:
    when = listed(rule.when, lang)
    return [
        (
            f"有下列情形之一的删除：{when}；法定期限未满的仅可存储。",
            f"Deleted where: {when}. While a legal period runs it is stored and nothing else.",
        )
    ]


def limitation(rule: periods.Limitation, lang: str) -> Pairs:
    said: Pairs = [
        (
            f"{worded(rule.claim, lang)}：{rule.ordinary_years}年。",
            f"{worded(rule.claim, lang)}: {rule.ordinary_years} years.",
        )
    ]
    if rule.longest_years:
        said.append((f"最长{rule.longest_years}年。", f"At most {rule.longest_years} years."))
    return said


def limitation_start(rule: periods.LimitationStart, lang: str) -> Pairs:
    return [
        (
            "同一债务分期履行的，自最后一期到期起算。",
            "For one debt in instalments, the period runs from the last due date.",
        )
    ]


SAY: dict[type[Any], Callable[[Any, str], Pairs]] = {
    money.RateCap: rate_cap,
    money.PenaltyRate: penalty_rate,
    money.ReferenceRate: reference_rate,
    money.Allocation: allocation,
    money.DebtOrder: debt_order,
    money.InstalmentLimit: instalment_limit,
    money.DayLadder: day_ladder,
    money.Excess: excess,
    money.DebtAmount: debt_amount,
    money.HeirOwes: heir_owes,
    money.Guarantee: guarantee,
    periods.Keep: keep,
    periods.Erase: erase,
    periods.Limitation: limitation,
    periods.LimitationStart: limitation_start,
}
