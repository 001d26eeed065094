"""
What has to be true before a person decides something about a case: each precondition by itself, with why.

Reads:  what is on record of the account, the law's limitation period, the policy's figures
Gives:  Check per precondition: pass, fail or unknown, with words in Chinese and English
Never:  decides, or takes the unknown for a pass: what nobody knows is confirmed by whoever decides, or not done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from arrears.decision.settlement import DECISIONS
from arrears.kernel.money import decimal_text
from arrears.law.kinds.answering import years_on

HOLD_OF: dict[str, str] = {
    "hardship": "hardship",
    "litigate": "litigation",
    "hand_over": "handed_over",
    "write_off": "written_off",
    "close": "case_closed",
}
"""Decision to the kind of hold that it places."""
MAKES_A_PLAN = ("restructure", "settlement")
ENDS_ON_A_DAY = ("hardship", "litigate", "decline")
"""These are looked at again on a day; the others hold until somebody lifts them."""
STOPS_COLLECTION = ("dispute", "represented", "complaint", "deceased", "incident")
"""What the borrower, or somebody for them, said and nobody has answered yet."""


class State(StrEnum):
    PASS = "pass"  # noqa: S105 - a state, no password
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """One precondition. `provision_id` where the law asks for it."""

    code: str
    state: State
    zh: str
    en: str
    provision_id: str | None = None


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What is known of the account when it is decided about. None is unknown. Minor units."""

    today: date
    owed_cents: int
    overdue_cents: int | None
    parts_known: bool
    unpaid_since: date | None
    matures_on: date | None
    last_acknowledged: date | None
    """The last payment, promise or plan: each begins the limitation period anew."""
    limitation_years: int | None
    limitation_provision: str | None
    court_cost_cents: int
    court_recovery_permille: int
    holds: frozenset[str]
    plan_running: bool
    means_known: bool
    identity_known: bool
    address_known: bool
    conversations: int


def checks_of(kind: str, known: OnRecord) -> tuple[Check, ...]:
    """The preconditions of a decision, in the order in which they are read."""
    return tuple(_CHECKS[kind](known))


def _restructure(known: OnRecord) -> Iterator[Check]:
    yield from _no_open_question(known)
    yield _no_plan(known)
    yield Check(
        "means",
        State.PASS if known.means_known else State.UNKNOWN,
        "收支情况已登记" if known.means_known else "收支情况未登记",
        "means are on record" if known.means_known else "no means are on record",
    )


def _hardship(known: OnRecord) -> Iterator[Check]:
    asked = "hardship" in known.holds
    yield Check(
        "asked_or_shown",
        State.PASS if asked or known.means_known else State.UNKNOWN,
        "借款人已申请，或收支情况已登记" if asked or known.means_known else "没有申请记录，收支情况也未登记",
        "the borrower asked, or means are on record"
        if asked or known.means_known
        else "no request and no means are on record",
    )


def _litigate(known: OnRecord) -> Iterator[Check]:
    yield from _no_open_question(known)
    yield _no_plan(known)
    yield _limitation(known)
    for code, there, zh, en in (
        ("amounts", known.parts_known, "欠款构成", "how the debt is made up"),
        ("identity", known.identity_known, "身份证件号码", "the identity number"),
        ("address", known.address_known, "地址", "an address"),
    ):
        yield Check(
            code,
            State.PASS if there else State.FAIL,
            f"{zh}{'在案' if there else '不在案'}",
            f"{en} is {'on file' if there else 'not on file'}",
        )
    yield Check("contract", State.UNKNOWN, "合同与放款凭证是否齐备", "contract and proof of payment out are complete")
    yield _worth_it(known)


def _limitation(known: OnRecord) -> Check:
    """
    Counted from the day it could be claimed (instalments: from the last, art. 189), for as long as art. 188 says, and
    anew from an acknowledgement before its end (art. 195).
    """
    begins = max((day for day in (known.unpaid_since, known.matures_on) if day is not None), default=None)
    if begins is None or known.limitation_years is None:
        return Check("limitation", State.UNKNOWN, "无法确定时效起算日", "the day on which time began to run is unknown")
    ends = years_on(begins, known.limitation_years)
    again = known.last_acknowledged
    if again is not None and begins < again <= ends:
        begins, ends = again, years_on(again, known.limitation_years)
    runs = known.today <= ends
    return Check(
        "limitation",
        State.PASS if runs else State.FAIL,
        f"自 {begins} 起算，{ends} 届满" + ("" if runs else "，已届满"),
        f"counted from {begins}, it ends on {ends}" + ("" if runs else ", which is over"),
        known.limitation_provision,
    )


def _worth_it(known: OnRecord) -> Check:
    brings = known.owed_cents * known.court_recovery_permille // 1000
    worth = brings > known.court_cost_cents
    told = (decimal_text(brings), decimal_text(known.court_cost_cents))
    return Check(
        "worth_its_cost",
        State.PASS if worth else State.FAIL,
        f"预计收回 {told[0]}，费用 {told[1]}（策略估计）",
        f"expected to bring {told[0]} at a cost of {told[1]}, by the policy's estimate",
    )


def _hand_over(known: OnRecord) -> Iterator[Check]:
    yield from _no_open_question(known)
    yield _no_plan(known)
    yield Check("told", State.UNKNOWN, "借款人已被告知移交", "the borrower was told of it")
    yield Check(
        "fit_taker", State.UNKNOWN, "接收方在机构名单内并已核实", "who takes it is on the list, and was checked"
    )


def _write_off(known: OnRecord) -> Iterator[Check]:
    yield Check(
        "owed",
        State.PASS if known.owed_cents > 0 else State.FAIL,
        f"尚欠 {decimal_text(known.owed_cents)}",
        f"{decimal_text(known.owed_cents)} is owed",
    )
    yield _no_plan(known)
    yield Check("ledger", State.UNKNOWN, "委托机构的核销审批已完成", "the lender has approved it in its own ledger")


def _close(known: OnRecord) -> Iterator[Check]:
    nothing = known.owed_cents == 0
    yield Check(
        "nothing_owed",
        State.PASS if nothing else State.UNKNOWN,
        "已无欠款" if nothing else f"尚欠 {decimal_text(known.owed_cents)}，仍要结案",
        "nothing is owed" if nothing else f"{decimal_text(known.owed_cents)} is owed, and it is closed all the same",
    )


def _no_open_question(known: OnRecord) -> Iterator[Check]:
    found = sorted(known.holds & set(STOPS_COLLECTION))
    yield Check(
        "no_open_question",
        State.FAIL if found else State.PASS,
        f"有未答复的事项：{'、'.join(found)}" if found else "没有未答复的争议、投诉或代理",
        f"waits for an answer: {', '.join(found)}" if found else "no dispute, complaint or representation is open",
    )


def _no_plan(known: OnRecord) -> Check:
    return Check(
        "no_plan_running",
        State.FAIL if known.plan_running else State.PASS,
        "分期协议履行中" if known.plan_running else "没有履行中的分期协议",
        "a plan is being kept" if known.plan_running else "no plan is being kept",
    )


def _decline(_known: OnRecord) -> Iterator[Check]:
    return iter(())


_CHECKS = {
    "restructure": _restructure,
    "settlement": lambda known: (check for check in _restructure(known) if check.code != "means"),
    "hardship": _hardship,
    "litigate": _litigate,
    "hand_over": _hand_over,
    "write_off": _write_off,
    "close": _close,
    "decline": _decline,
}
if set(_CHECKS) != set(DECISIONS):
    raise AssertionError("every decision has its preconditions, and nothing else has")


def standing_against(checks: tuple[Check, ...], confirmed: Collection[str]) -> tuple[Check, ...]:
    """What keeps it from being decided: what failed, and what nobody knows and whoever decides did not confirm."""
    return tuple(
        check
        for check in checks
        if check.state is State.FAIL or (check.state is State.UNKNOWN and check.code not in confirmed)
    )
