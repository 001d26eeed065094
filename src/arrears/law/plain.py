"""
An encoding in plain language, in Chinese or English, for people who have never seen code.

Comes in: a provision. Goes out: sentences that say the same as the encoding and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from arrears.kernel.money import decimal_text
from arrears.law import plain_money
from arrears.law.kinds import audited, contact, content, duties
from arrears.law.plain_money import Pairs
from arrears.law.provision import Provision
from arrears.law.vocabulary import listed, worded


def in_plain_words(provision: Provision, lang: str) -> list[str]:
    """Sentences that say what the encoding says; `lang` is zh or en."""
    say = _SAY.get(type(provision.encoding))
    if say is None:
        raise TypeError(f"{provision.id}: the kind {provision.kind} has no words in plain.py")
    sentences = [zh if lang == "zh" else en[0].upper() + en[1:] for zh, en in say(provision.encoding, lang)]
    if provision.products:
        zh, en = "适用产品：{}。", "Products: {}."
        sentences.append((zh if lang == "zh" else en).format(listed(provision.products, lang)))
    if provision.lenders:
        zh, en = "适用机构：{}。", "Lenders: {}."
        sentences.append((zh if lang == "zh" else en).format(listed(provision.lenders, lang)))
    return sentences


def allowed_again(at: datetime | None, lang: str) -> str:
    """ "allowed again on 2026-11-25 08:00 Asia/Shanghai", or that nobody can say when."""
    if at is None:
        return "何时可以再联系，需先解除上述原因" if lang == "zh" else "allowed again only once the reason is gone"
    place = getattr(at.tzinfo, "key", None) or at.tzname()
    seconds = f":{at:%S}" if at.second else ""
    clock = f"{at:%Y-%m-%d %H:%M}{seconds} {place}"
    return f"{clock} 起可再联系" if lang == "zh" else f"allowed again on {clock}"


def _closed_hours(rule: contact.ClosedHours, lang: str) -> Pairs:
    start, end = f"{rule.closed_from:%H:%M}", f"{rule.closed_to:%H:%M}"
    said = [
        (
            f"对方当地时间{start}起至{end}前不得联系（{listed(rule.channels, lang)}）；{start}整已关闭，{end}整开放。",
            f"No contact from {start} to {end} on the recipient's clock ({listed(rule.channels, lang)}); "
            f"{start}:00 is closed, {end}:00 is open.",
        )
    ]
    if rule.lifted_by:
        agreed = worded(rule.lifted_by, lang)
        said.append((f"例外：{agreed}，且对方为债务人一方。", f"Except where {agreed}, and only for those who owe."))
    return said


def _counts(rule: contact.Counts, lang: str) -> Pairs:
    what, per, via = worded(rule.what, lang), worded(rule.per[0], lang), listed(rule.channels, lang)
    days_zh = "当日" if rule.days == 1 else f"{rule.days}个自然日内"
    days_en = "in a local calendar day" if rule.days == 1 else f"in {rule.days} local calendar days"
    said = [
        (
            f"{per}{days_zh}{what}最多{rule.at_most}次（{via}）：已有{rule.at_most}次的，不得再联系。",
            f"At most {rule.at_most} {what} {per} {days_en} ({via}): once there have been {rule.at_most}, no more.",
        )
    ]
    if rule.lifted_by:
        said.append((f"例外：{worded(rule.lifted_by, lang)}。", f"Except where {worded(rule.lifted_by, lang)}."))
    return said


def _collect_only_from(rule: contact.CollectOnlyFrom, lang: str) -> Pairs:
    return [
        (f"只向以下人员催收：{listed(rule.roles, lang)}。", f"Payment is asked only of: {listed(rule.roles, lang)}.")
    ]


def _third_party(rule: contact.ThirdParty, lang: str) -> Pairs:
    said: Pairs = []
    if rule.only_roles:
        who = listed(rule.only_roles, lang)
        said.append((f"第三人中仅可联系：{who}。", f"Among third parties only: {who}."))
    if rule.only_if:
        when = listed(rule.only_if, lang)
        said.append((f"仅在下列情形之一：{when}。", f"Only if one of these is shown: {when}."))
    if rule.purposes:
        said.append((f"仅限：{listed(rule.purposes, lang)}。", f"Only for: {listed(rule.purposes, lang)}."))
    if not rule.may_disclose_debt:
        said.append(("不得透露欠款。", "The debt is not disclosed."))
    if rule.stops_when_declined:
        said.append(("对方拒绝后永久停止。", "Once they decline, never again."))
    return said


def _unreachable(rule: contact.Unreachable, lang: str) -> Pairs:
    said: Pairs = [
        (
            f"自上次联系上债务人之后：连续{rule.failed_calls}次拨打未接通的，次日起；"
            f"连续{rule.failed_days}日每日均有拨打未接通的，当日即可。",
            f"Since the debtor was last reached: {rule.failed_calls} failed calls, from the next day on; or a failed "
            f"call on each of {rule.failed_days} days running, at once.",
        )
    ]
    if rule.number_invalid:
        said.append(("或者本人号码已确认无效。", "Or the debtor's own number is known not to work."))
    return said


def _lawful_sources(rule: contact.LawfulSources, lang: str) -> Pairs:
    sources = listed(rule.sources, lang)
    return [
        (
            f"联系方式只能来自：{sources}；来源不明即不得使用。",
            f"Contact data comes only from: {sources}. Unknown is none of them.",
        )
    ]


def _hold(rule: contact.Hold, lang: str) -> Pairs:
    stands = listed((*rule.holds, *rule.flags), lang)
    waits = listed(rule.purposes, lang)
    return [(f"存在“{stands}”时，停止：{waits}。", f"While this stands ({stands}), these wait: {waits}.")]


def _switch(rule: contact.Switch, lang: str) -> Pairs:
    return [
        (
            f"{listed(rule.channels, lang)}：须先{worded(rule.flag, lang)}。",
            f"{listed(rule.channels, lang)}: only once {worded(rule.flag, lang)}.",
        )
    ]


def _stopped_channel(rule: contact.StoppedChannel, lang: str) -> Pairs:
    return [
        (
            "本人停用的渠道不得再用于：" + listed(rule.purposes, lang) + "。",
            "A channel its owner stopped is not used for: " + listed(rule.purposes, lang) + ".",
        )
    ]


def _visit_needs(rule: contact.VisitNeeds, lang: str) -> Pairs:
    said: Pairs = []
    if rule.visitors_at_least_people:
        said.append(
            (f"至少{rule.visitors_at_least_people}人同行。", f"At least {rule.visitors_at_least_people} people.")
        )
    if rule.ids_carried:
        said.append(("携带并出示证件。", "With identification."))
    if rule.recorded_throughout:
        said.append(("全程录音录像。", "Recorded throughout."))
    if rule.entry_agreed:
        said.append(("进入前已征得同意。", "Entry agreed beforehand."))
    return said


def _forbids(rule: content.Forbids, lang: str) -> Pairs:
    return [(f"禁止：{listed(rule.classes, lang)}。", f"Forbidden: {listed(rule.classes, lang)}.")]


def _says(rule: content.Says, lang: str) -> Pairs:
    first = ("首次联系时，", "At first contact, ") if rule.only_first else ("", "")
    what, where = listed(rule.elements, lang), listed(rule.media, lang)
    return [(f"{first[0]}{where}须包含：{what}。", f"{first[1]}{where} must say: {what}.")]


def _penalises(rule: content.Penalises, lang: str) -> Pairs:
    said: Pairs = [(f"行为：{listed(rule.classes, lang)}。", f"Acts: {listed(rule.classes, lang)}.")]
    amounts = [
        (rule.prison_at_most_years, "最高有期徒刑{}年。", "Prison of up to {} years."),
        (rule.prison_if_serious_at_most_years, "情节严重的最高{}年。", "If serious, up to {} years."),
        (rule.detention_at_most_days, "最高拘留{}日。", "Detention of up to {} days."),
        (rule.detention_if_serious_at_most_days, "情节严重的最高拘留{}日。", "If serious, up to {} days."),
        (
            rule.fine_if_serious_at_most_pct,
            "情节严重的可处上年营业额{}%以下罚款。",
            "If serious, up to {} % of last year's turnover.",
        ),
    ]
    said += [(zh.format(value), en.format(value)) for value, zh, en in amounts if value]
    if rule.fine_at_most_cents:
        most = decimal_text(rule.fine_at_most_cents)
        said.append((f"罚款最高{most}元。", f"A fine of up to CNY {most}."))
    if rule.fine_if_serious_at_most_cents:
        most = decimal_text(rule.fine_if_serious_at_most_cents)
        said.append((f"情节严重的罚款最高{most}元。", f"If serious, a fine of up to CNY {most}."))
    if rule.only_if_serious:
        said.append(("以情节严重为要件。", "Only where serious."))
    return said


def _duty(rule: duties.Duty, lang: str) -> Pairs:
    said: Pairs = [
        (
            f"{worded(rule.on, lang)}：应当{listed(rule.do, lang)}。",
            f"{worded(rule.on, lang)}: {listed(rule.do, lang)}.",
        )
    ]
    if rule.within_days:
        said.append((f"{rule.within_days}日内。", f"Within {rule.within_days} days."))
    if rule.each_year_at_least_times:
        said.append(
            (
                f"每年至少{rule.each_year_at_least_times}次。",
                f"At least {rule.each_year_at_least_times} time(s) a year.",
            )
        )
    return said


def _effects(rule: duties.Effects, lang: str) -> Pairs:
    return [
        (f"{worded(event, lang)} → {worded(effect, lang)}。", f"{worded(event, lang)} → {worded(effect, lang)}.")
        for event, effect in rule.of.items()
    ]


def _test(rule: duties.LegalTest, lang: str) -> Pairs:
    said: Pairs = [(f"问：是否{worded(rule.of, lang)}。", f"Asks whether: {worded(rule.of, lang)}.")]
    if rule.any_of:
        said.append((f"须有其一：{listed(rule.any_of, lang)}。", f"One of: {listed(rule.any_of, lang)}."))
    if rule.all_of:
        said.append((f"须全部具备：{listed(rule.all_of, lang)}。", f"All of: {listed(rule.all_of, lang)}."))
    if rule.none_of:
        said.append((f"不得有：{listed(rule.none_of, lang)}。", f"None of: {listed(rule.none_of, lang)}."))
    said += _numbers(rule.at_least, lang, "至少", "at least")
    said += _numbers(rule.more_than, lang, "超过", "more than")
    return said


def _numbers(lines: Mapping[str, int], lang: str, zh: str, en: str) -> Pairs:
    return [
        (f"{worded(name, lang)}{zh}{line}。", f"{worded(name, lang)}: {en} {line}.") for name, line in lines.items()
    ]


_SAY: dict[type[Any], Callable[[Any, str], Pairs]] = {
    contact.ClosedHours: _closed_hours,
    contact.Counts: _counts,
    contact.CollectOnlyFrom: _collect_only_from,
    contact.ThirdParty: _third_party,
    contact.Unreachable: _unreachable,
    contact.LawfulSources: _lawful_sources,
    contact.Hold: _hold,
    contact.Switch: _switch,
    contact.StoppedChannel: _stopped_channel,
    contact.VisitNeeds: _visit_needs,
    content.Forbids: _forbids,
    content.Says: _says,
    content.Penalises: _penalises,
    **plain_money.SAY,
    duties.Duty: _duty,
    duties.Effects: _effects,
    duties.LegalTest: _test,
    audited.Audited: audited.Audited.said,
}
