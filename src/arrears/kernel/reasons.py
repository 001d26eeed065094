"""
The closed list of reasons: why an account was held, why a contact was refused, why work was withdrawn.

One enum, one heading each in `docs/reference/reasons.md` (generated), and one word pair for people. The
collector sees the words; the ledger stores the value.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Snake_case facts. `held_…` keeps an account out of tonight's plan, `refused_…` stops one contact,
    `withdrawn_…` takes work out of a queue, `no_…` says why nothing was chosen."""

    # held: the night does nothing with the account until the reason ends
    HELD_FOR_DISPUTE = "held_for_dispute"
    HELD_FOR_HARDSHIP = "held_for_hardship"
    HELD_FOR_REPRESENTATION = "held_for_representation"
    HELD_FOR_STOP_REQUEST = "held_for_stop_request"
    HELD_FOR_COMPLAINT = "held_for_complaint"
    HELD_FOR_DEATH = "held_for_death"
    HELD_FOR_PLAN_BEING_KEPT = "held_for_plan_being_kept"
    HELD_FOR_OPEN_PROMISE = "held_for_open_promise"
    HELD_FOR_AGREED_TIME = "held_for_agreed_time"
    HELD_FOR_LITIGATION = "held_for_litigation"
    HELD_FOR_HAND_OVER = "held_for_hand_over"
    HELD_FOR_WRITE_OFF = "held_for_write_off"
    HELD_FOR_CLOSED_CASE = "held_for_closed_case"
    HELD_FOR_PAUSE = "held_for_pause"
    HELD_FOR_INCIDENT = "held_for_incident"
    HELD_FOR_MISSING_TIME_ZONE = "held_for_missing_time_zone"
    HELD_FOR_MISSING_CONTACT_POINT = "held_for_missing_contact_point"
    HELD_FOR_MISSING_AGE = "held_for_missing_age"
    HELD_FOR_MISSING_OVERDUE_AMOUNT = "held_for_missing_overdue_amount"
    HELD_FOR_MISSING_BORROWER = "held_for_missing_borrower"
    HELD_FOR_MINIMUM_WAIT = "held_for_minimum_wait"

    # refused: one act at one minute
    REFUSED_OUTSIDE_HOURS = "refused_outside_hours"
    REFUSED_CONNECTED_CALLS_TODAY = "refused_connected_calls_today"
    REFUSED_ATTEMPTS_TO_NUMBER_TODAY = "refused_attempts_to_number_today"
    REFUSED_THIRD_PARTY = "refused_third_party"
    REFUSED_THIRD_PARTY_DECLINED = "refused_third_party_declined"
    REFUSED_THIRD_PARTY_PURPOSE = "refused_third_party_purpose"
    REFUSED_THIRD_PARTY_DISCLOSURE = "refused_third_party_disclosure"
    REFUSED_DEBTOR_CAN_BE_REACHED = "refused_debtor_can_be_reached"
    REFUSED_NOT_AN_OBLIGOR = "refused_not_an_obligor"
    REFUSED_HOLD = "refused_hold"
    REFUSED_NO_LAWFUL_SOURCE = "refused_no_lawful_source"
    REFUSED_MESSAGES_TODAY = "refused_messages_today"
    REFUSED_VISIT_NOT_ENABLED = "refused_visit_not_enabled"
    REFUSED_VISIT_CONDITIONS = "refused_visit_conditions"
    REFUSED_CHANNEL_STOPPED = "refused_channel_stopped"
    REFUSED_NUMBER_INVALID = "refused_number_invalid"
    REFUSED_PAID = "refused_paid"
    REFUSED_NOT_CLAIMED = "refused_not_claimed"
    REFUSED_PERMIT_OPEN = "refused_permit_open"
    REFUSED_BEFORE_AGREED_TIME = "refused_before_agreed_time"
    REFUSED_BY_PROVISION = "refused_by_provision"
    REFUSED_UNKNOWN_FACT = "refused_unknown_fact"
    REFUSED_BY_CONDUCT = "refused_by_conduct"

    # withdrawn: work already queued
    WITHDRAWN_PAID = "withdrawn_paid"
    WITHDRAWN_HOLD = "withdrawn_hold"
    WITHDRAWN_PROMISE_TAKEN = "withdrawn_promise_taken"
    WITHDRAWN_NEXT_NIGHT = "withdrawn_next_night"

    # nothing chosen
    NO_ARREARS = "no_arrears"
    NO_LAWFUL_TREATMENT = "no_lawful_treatment"
    NO_TREATMENT_WORTH_ITS_COST = "no_treatment_worth_its_cost"
    NO_CAPACITY_LEFT = "no_capacity_left"
    NO_TREATMENT_FITS = "no_treatment_fits"
    NO_SECOND_CONTACT_TODAY = "no_second_contact_today"


WORDS: dict[Reason, tuple[str, str]] = {
    Reason.HELD_FOR_DISPUTE: ("有争议，暂停催收", "disputed: collection waits for the answer"),
    Reason.HELD_FOR_HARDSHIP: ("困难申请处理中，暂停催收", "hardship request open: collection waits"),
    Reason.HELD_FOR_REPRESENTATION: ("已有代理人，只与代理人联系", "represented: only the representative is contacted"),
    Reason.HELD_FOR_STOP_REQUEST: ("借款人要求停止联系", "the borrower asked contact to stop"),
    Reason.HELD_FOR_COMPLAINT: ("投诉处理中，暂停催收", "complaint open: collection waits for the answer"),
    Reason.HELD_FOR_DEATH: ("借款人已故，转人工处理", "the borrower has died: a person decides"),
    Reason.HELD_FOR_PLAN_BEING_KEPT: ("分期协议履行中，停止催收", "a plan is being kept: collection stops"),
    Reason.HELD_FOR_OPEN_PROMISE: ("承诺还款未到期", "a promise is open and not yet due"),
    Reason.HELD_FOR_AGREED_TIME: ("约定的联系时间未到", "they asked to be contacted on a later day"),
    Reason.HELD_FOR_LITIGATION: ("已移送诉讼，停止催收", "referred to litigation: collection stops"),
    Reason.HELD_FOR_HAND_OVER: ("已移交机构或受让方，停止催收", "handed over: whoever took it contacts the borrower"),
    Reason.HELD_FOR_WRITE_OFF: (
        "已核销，停止催收，还款仍入账",
        "written off: collection stops, money is still recorded",
    ),
    Reason.HELD_FOR_CLOSED_CASE: ("已结案", "the case is closed"),
    Reason.HELD_FOR_PAUSE: ("账户暂停期内", "the account is in a pause"),
    Reason.HELD_FOR_INCIDENT: ("事件调查中，暂停催收", "an incident is being looked into"),
    Reason.HELD_FOR_MISSING_TIME_ZONE: ("缺少时区，无法判断当地时间", "no time zone on file: local time is unknown"),
    Reason.HELD_FOR_MISSING_CONTACT_POINT: ("没有合法来源的联系方式", "no contact point with a lawful source"),
    Reason.HELD_FOR_MISSING_AGE: ("无法确定逾期天数", "days past due can't be determined"),
    Reason.HELD_FOR_MISSING_OVERDUE_AMOUNT: ("账簿没有逾期金额", "the book does not say how much is overdue"),
    Reason.HELD_FOR_MISSING_BORROWER: ("没有借款人记录", "no borrower on file"),
    Reason.HELD_FOR_MINIMUM_WAIT: ("未到下一步的最短间隔", "the ladder's minimum wait has not passed"),
    Reason.REFUSED_OUTSIDE_HOURS: ("当地时间不在允许时段", "outside lawful hours where the borrower is"),
    Reason.REFUSED_CONNECTED_CALLS_TODAY: ("今日接通通话已达上限", "the day's connected calls are used up"),
    Reason.REFUSED_ATTEMPTS_TO_NUMBER_TODAY: ("今日该号码拨打已达上限", "today's attempts to this number are used up"),
    Reason.REFUSED_THIRD_PARTY: ("不得联系第三人催收", "third parties are not contacted about a debt"),
    Reason.REFUSED_THIRD_PARTY_DECLINED: ("该联系人已拒绝，不再联系", "this contact person declined: never again"),
    Reason.REFUSED_THIRD_PARTY_PURPOSE: (
        "联系第三人仅限获取联系方式或请求转告",
        "a third party may only be asked for contact details or to pass a message",
    ),
    Reason.REFUSED_THIRD_PARTY_DISCLOSURE: ("不得向第三人透露欠款", "the debt is not disclosed to a third party"),
    Reason.REFUSED_DEBTOR_CAN_BE_REACHED: (
        "未满足失联条件，不得联系第三人",
        "it is not shown that the debtor can't be reached, so no third party is contacted",
    ),
    Reason.REFUSED_NOT_AN_OBLIGOR: ("对方不是债务人或担保人", "this person does not owe the debt"),
    Reason.REFUSED_HOLD: ("案件处于暂停状态", "the case is on hold"),
    Reason.REFUSED_NO_LAWFUL_SOURCE: ("联系方式没有合法来源", "the contact point has no lawful source"),
    Reason.REFUSED_MESSAGES_TODAY: ("今日消息条数已达上限", "the day's messages are used up"),
    Reason.REFUSED_VISIT_CONDITIONS: (
        "上门条件不具备（人数、证件、录像、同意）",
        "a visit's conditions are not met (people, identification, recording, consent)",
    ),
    Reason.REFUSED_VISIT_NOT_ENABLED: ("上门催收未启用", "visits are switched off"),
    Reason.REFUSED_CHANNEL_STOPPED: ("借款人已要求停用该渠道", "the borrower stopped this channel"),
    Reason.REFUSED_NUMBER_INVALID: ("该号码不是对方的号码", "this number is not theirs"),
    Reason.REFUSED_PAID: ("已还清逾期款", "nothing is overdue any more"),
    Reason.REFUSED_NOT_CLAIMED: ("案件未由您领取", "the case is not claimed by you"),
    Reason.REFUSED_PERMIT_OPEN: (
        "已有一次获准的联系尚未记录结果",
        "a permitted contact with this person waits for its outcome",
    ),
    Reason.REFUSED_BEFORE_AGREED_TIME: ("约定的联系时间未到", "they asked to be contacted at a later time"),
    Reason.REFUSED_BY_PROVISION: ("法规不允许", "a provision does not allow it"),
    Reason.REFUSED_UNKNOWN_FACT: ("缺少判断所需事实", "a fact needed to decide is unknown"),
    Reason.REFUSED_BY_CONDUCT: ("内容未通过合规审查", "the text did not pass conduct review"),
    Reason.WITHDRAWN_PAID: ("已付款，任务撤回", "paid: the work is withdrawn"),
    Reason.WITHDRAWN_HOLD: ("案件暂停，任务撤回", "on hold: the work is withdrawn"),
    Reason.WITHDRAWN_PROMISE_TAKEN: ("已承诺还款，任务撤回", "a promise was taken: the work is withdrawn"),
    Reason.WITHDRAWN_NEXT_NIGHT: ("新一晚计划已生成", "a newer night has replaced it"),
    Reason.NO_ARREARS: ("没有逾期", "nothing is overdue"),
    Reason.NO_LAWFUL_TREATMENT: ("没有合法可用的措施", "no treatment is lawful tonight"),
    Reason.NO_TREATMENT_WORTH_ITS_COST: ("没有值得其成本的措施", "no treatment is worth its cost"),
    Reason.NO_CAPACITY_LEFT: ("今晚产能不足", "capacity went to cases where it helps more"),
    Reason.NO_TREATMENT_FITS: ("策略中没有适用的措施", "the policy has no treatment for this case"),
    Reason.NO_SECOND_CONTACT_TODAY: ("同一借款人今日已安排联系", "the person is already contacted about another loan"),
}
"""(Chinese, English) for every reason; a test holds the two complete."""
