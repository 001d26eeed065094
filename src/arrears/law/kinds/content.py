"""
Kinds about what is said and done: what a text must contain, what is forbidden, what follows when it is done.

Classes of conduct are a closed vocabulary, CLASSES, so that a review of a call and a provision mean the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from arrears.law.kinds.answering import UNKNOWN, Answer, Given, Line, answered

CLASSES: dict[str, tuple[str, str]] = {
    "impersonate_authority": ("冒充国家机关、司法机关", "posing as a state or judicial body"),
    "impersonate_lender": ("外部机构冒充委托方", "an agency posing as the lender"),
    "spread_privacy": ("散布隐私或信息", "spreading private facts"),
    "threaten": ("威胁、恐吓、胁迫", "threats, intimidation, coercion"),
    "abuse": ("辱骂、侮辱", "abuse and insult"),
    "defame": ("捏造事实诽谤", "defamation"),
    "fraud": ("欺诈", "fraud"),
    "violence": ("暴力", "violence"),
    "detain": ("限制人身自由、拘禁", "detaining or confining a person"),
    "mislead_or_exaggerate": ("误导、虚构、夸大", "misleading, inventing or exaggerating"),
    "false_promise": ("虚假承诺", "a false promise"),
    "promise_record_erasure": ("承诺消除征信记录", "promising to erase a credit record"),
    "threaten_crime_for_default": ("以刑事责任恐吓一般逾期", "threatening crime over plain default"),
    "charge_extra_fee": ("以催收名义收费", "charging a fee in the name of collection"),
    "induce_borrowing": ("诱导以贷养贷或非法筹资", "pushing into new loans or illegal fundraising"),
    "post_in_public": ("公共场所张贴", "posting notices in public"),
    "private_phone_or_account": ("使用私人电话或社交账号", "using a private phone or social account"),
    "enter_without_consent": ("未经同意进入住宅或办公区域", "entering a home or office area without consent"),
    "film_home": ("拍摄、窥视住宅", "filming or spying on a home"),
    "harass": ("骚扰、滋扰、侵扰安宁", "harassing, pestering, disturbing private peace"),
    "harassing_frequency": ("频繁致电", "calling too often"),
    "follow_or_hound": ("跟踪、纠缠", "following or hounding a person"),
    "blackmail": ("敲诈勒索", "blackmail"),
    "forge_official_papers": ("伪造公文、证件、印章", "forging official papers or seals"),
    "sham_lawsuit": ("以捏造的事实起诉", "suing on invented facts"),
    "provoke_trouble": ("寻衅滋事", "provoking trouble"),
    "against_law_or_morals": ("其他违法违规或违背公序良俗的手段", "other means against law or public morals"),
    "sell_or_leak_data": ("出售、非法提供个人信息", "selling or leaking personal data"),
    "publish_data": ("公开个人信息", "publishing personal data"),
    "get_data_by_deceit": ("以误导、欺诈、胁迫处理信息", "getting data by deceit or coercion"),
    "get_data_unlawfully": ("窃取、购买个人信息", "stealing or buying personal data"),
    "spoof_number": ("改号、虚拟拨号", "spoofing the caller's number"),
    "sim_bank": ("批量插卡设备", "SIM banks"),
    "platform_charges_borrower": ("平台向借款人收取息费", "a platform charging the borrower"),
    "charge_undisclosed_cost": ("收取未明示的息费", "charging a cost that was not disclosed"),
    "place_with_violent_agency": ("委托有暴力催收记录的机构", "placing debt with an agency known for violence"),
    "pay_on_recovery_alone": ("单一以回款金额提成", "paying collectors on recovery alone"),
    "subcontract": ("未经同意转委托", "sub-contracting without consent"),
    "keep_data_after_end": ("委托终止后保留数据", "keeping data after the mandate ends"),
    "no_mandate": ("未经书面委托开展催收", "collecting without a written mandate"),
    "unfair_discrimination": ("算法不公平歧视", "unfair discrimination by an algorithm"),
    "decide_by_opaque_ai": ("由不可解释的AI作出高风险决定", "letting unexplainable AI decide in a high-risk scene"),
    "deny_time_bar": ("谎称未过诉讼时效", "denying that a debt is time-barred"),
    "press_third_party_to_pay": ("迫使第三人代偿", "pressing a third party to pay"),
    "hire_barred_person": ("录用有暴力犯罪或严重失信记录者", "hiring somebody with a violent or bad-credit record"),
}
"""Class of conduct to (Chinese, English)."""


def _all_known(classes: Iterable[str]) -> None:
    for name in classes:
        if name not in CLASSES:
            raise ValueError(f"class {name!r} is not in the vocabulary of kinds/content.py")


@dataclass(frozen=True, slots=True)
class Forbids:
    """None of `classes` is done. given: does = [class, …]."""

    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        _all_known(self.classes)

    def answer(self, given: Given) -> Answer:
        if "does" not in given:
            return UNKNOWN
        return "forbidden" if set(given["does"]) & set(self.classes) else "not_forbidden"

    def lines(self) -> tuple[Line, ...]:
        return (*((name, "forbidden") for name in self.classes), ("answer", "not_forbidden"))

    def stands_on(self, given: Given) -> Iterable[Line]:
        hit = [(name, "forbidden") for name in given.get("does", ()) if name in self.classes]
        return hit or [answered(self.answer(given))]


@dataclass(frozen=True, slots=True)
class Says:
    """
    A text in one of `media` says every element. given: medium, says = [element, …], first = whether it is the
    first contact. answers: complete | incomplete | not_asked.
    """

    elements: tuple[str, ...]
    media: tuple[str, ...]
    only_first: bool = False

    def answer(self, given: Given) -> Answer:
        if "medium" not in given or "says" not in given or (self.only_first and "first" not in given):
            return UNKNOWN
        if given["medium"] not in self.media or (self.only_first and not given["first"]):
            return "not_asked"
        return "complete" if set(self.elements) <= set(given["says"]) else "incomplete"

    def lines(self) -> tuple[Line, ...]:
        return (*((element, "missing") for element in self.elements), ("answer", "complete"), ("answer", "not_asked"))

    def stands_on(self, given: Given) -> Iterable[Line]:
        if self.answer(given) == "incomplete":
            missing = [element for element in self.elements if element not in given["says"]]
            return [(missing[0], "missing")] if len(missing) == 1 else []
        return [answered(self.answer(given))]


@dataclass(frozen=True, slots=True)
class Penalises:
    """
    What may follow for whoever does `classes`; zero is not stated. given: does = [class, …].
    answers: punishable | not_by_this.
    """

    classes: tuple[str, ...]
    prison_at_most_years: int = 0
    prison_if_serious_at_most_years: int = 0
    detention_at_most_days: int = 0
    detention_if_serious_at_most_days: int = 0
    fine_at_most_cents: int = 0
    fine_if_serious_at_most_cents: int = 0
    fine_if_serious_at_most_pct: int = 0
    """Of last year's turnover."""
    only_if_serious: bool = False

    def __post_init__(self) -> None:
        _all_known(self.classes)

    def answer(self, given: Given) -> Answer:
        if "does" not in given or (self.only_if_serious and "serious" not in given):
            return UNKNOWN
        done = bool(set(given["does"]) & set(self.classes)) and (not self.only_if_serious or bool(given["serious"]))
        return "punishable" if done else "not_by_this"

    def lines(self) -> tuple[Line, ...]:
        return (*((name, "punishable") for name in self.classes), ("answer", "not_by_this"))

    def stands_on(self, given: Given) -> Iterable[Line]:
        if self.answer(given) == "punishable":
            return [(name, "punishable") for name in given["does"] if name in self.classes]
        return [answered(self.answer(given))]
