"""
A mapping suggested for files nobody has mapped yet: by what their columns are called, in Chinese or English, and by
what their values look like.

Comes in: headers and the shape of each column. Goes out: TOML for a person to correct. A suggestion is never used
by itself: two columns that look alike may mean different money.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from arrears.book.table import DERIVED, TABLES

SYNONYMS: dict[str, str] = {
    "account_id": (
        "loan_id loan_no loan_number contract_no account_no account_number 借据号 借据编号 合同号 合同编号 "
        "贷款编号 账户号 借款编号 订单号"
    ),
    "person_id": "customer_id client_id borrower_id cust_no customer_no member_id 客户号 客户编号 用户编号 用户号",
    "lender_id": "lender fund_provider 资金方 出借方 贷款机构 机构号 机构编号",
    "product": "product_type loan_type product_name 产品 产品类型 产品名称 贷款品种",
    "currency": "ccy currency_code 币种",
    "opened_on": (
        "issue_date issued_on disbursed_on disbursement_date start_date loan_date open_date "
        "放款日 放款日期 借款日期 起息日 开户日期"
    ),
    "matures_on": "maturity maturity_date end_date 到期日 到期日期 合同到期日",
    "limit_cents": "credit_limit limit limit_bal 额度 授信额度 信用额度",
    "principal_cents": "principal outstanding_principal principal_balance 剩余本金 本金余额 未还本金 本金 应还本金",
    "balance_cents": "balance outstanding outstanding_balance total_due 余额 欠款总额 剩余应还 贷款余额 未结清金额",
    "overdue_cents": "overdue overdue_amount arrears past_due past_due_amount 逾期金额 逾期总额 逾期本息 拖欠金额",
    "reported_days_past_due": "dpd days_past_due overdue_days days_late 逾期天数 拖欠天数",
    "oldest_unpaid_due_on": "oldest_due_date first_overdue_date overdue_since 最早逾期日 首次逾期日 逾期起始日",
    "status_code": "status loan_status account_status 状态 贷款状态 账户状态",
    "annual_rate_bps": "rate interest_rate annual_rate apr 利率 年利率 年化利率",
    "installment_cents": "installment instalment monthly_payment emi payments 月供 每期应还 每月还款额 期供",
    "instalment_no": "period installment_no instalment_number term_no 期数 期次 第几期 还款期次",
    "due_on": "due_date payment_due_date 应还日期 应还款日 到期还款日",
    "interest_cents": "interest interest_due 利息 应还利息",
    "fee_cents": "fee fees 费用 手续费 服务费",
    "penalty_cents": "penalty late_fee penalty_interest 罚息 违约金 滞纳金",
    "payment_id": "transaction_id payment_no serial_no 流水号 还款流水号 交易号",
    "paid_on": "payment_date paid_date repaid_on 还款日期 实还日期 支付日期",
    "amount_cents": "amount payment_amount paid_amount 金额 还款金额 实还金额",
    "start_on": "start_date from_date 开始日期 起始日期",
    "end_on": "end_date to_date 结束日期 截止日期",
    "reason": "reason 原因 事由",
    "month_on": "month period_month 月份 账期 统计月",
    "months_late": "months_overdue mob_late 逾期期数 逾期月数",
    "name": "full_name borrower_name customer_name 姓名 客户姓名 借款人姓名 借款人",
    "id_number": "id_card national_id identity_no 身份证 身份证号 身份证号码 证件号码 证件号",
    "birth_on": "birth_date date_of_birth dob birthday 出生日期 生日",
    "language": "language lang 语言",
    "time_zone": "timezone tz 时区",
    "province": "province state region 省份 省 所在省",
    "occupation": "occupation job profession 职业 职业类型",
    "payday": "payday salary_day 发薪日 工资日",
    "role": "role relationship party_type 角色 关系 与借款人关系",
    "liability": "liability liability_type 责任 责任类型 担保方式",
    "contact_point_id": "contact_point_id phone_id 联系方式编号",
    "value": "phone mobile mobile_no telephone email address 手机号 手机号码 手机 电话 联系电话 邮箱 地址 联系地址",
    "lawful_source": "source data_source obtained_from 来源 信息来源 联系方式来源 数据来源",
    "contact_id": "call_id contact_id record_id 通话编号 催记编号 记录编号",
    "number": "called_number number dialed_number 号码 被叫号码 拨打号码",
    "at": "call_time contact_time called_at time timestamp 拨打时间 联系时间 通话时间 催收时间",
    "channel": "channel contact_type 渠道 联系渠道 方式 催收方式",
    "direction": "direction 方向 呼叫方向",
    "connected": "connected answered 是否接通 接通",
    "outcome": "outcome result disposition 结果 催收结果 通话结果",
    "kind": "hold_type kind 暂停类型",
    "placed_on": "placed_on hold_date 登记日期 受理日期",
}

SHAPES: dict[str, re.Pattern[str]] = {
    "mobile number": re.compile(r"(\+?86[- ]?)?1[0-9]{10}"),
    "identity number": re.compile(r"[0-9]{17}[0-9Xx]"),
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "date": re.compile(
        r"(19|20)[0-9]{2}[-/.年](0?[1-9]|1[0-2])[-/.月](0?[1-9]|[12][0-9]|3[01])日?([ T][0-9:.]+)?"
        r"|(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
    ),
    "instant": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]{5,}(Z|[+-][0-9:]{2,6})"),
    "whole number": re.compile(r"-?[0-9]{1,9}"),
    "amount": re.compile(r"[¥￥$€£]?-?[0-9][0-9,]*(\.[0-9]{1,2}0*)?(元)?"),
    "percentage": re.compile(r"[0-9.]+ ?[%％]"),
    "yes or no": re.compile(r"(?i:true|false|yes|no|y|n|是|否)"),
}
"""Looked for in this order: the first that nearly all values have is the shape of the column."""

FITS: dict[str, frozenset[str]] = {
    "date": frozenset({"date", "instant"}),
    "timestamp('UTC')": frozenset({"instant", "date"}),
    "int64": frozenset({"amount", "whole number"}),
    "int32": frozenset({"whole number", "percentage", "amount"}),
    "boolean": frozenset({"yes or no", "whole number"}),
}
NEARLY_ALL = 0.9
LONGEST_NAME = 100
"""A longer name of a column is a sentence, and like no other name."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One column of a file: its name, its shape and how many different values it has."""

    name: str
    shape: str
    distinct: int
    words: tuple[str, ...] = ()
    """Its different values, where they are few words."""
    latest: date | None = None
    """Its last day, where its values are days."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A column that may feed a column of the book, and how well (0 to 1)."""

    table: str
    column: str
    source: str
    score: float


def shape_of(values: Sequence[str]) -> str:
    """What nearly all of these values look like."""
    if not values:
        return "empty"
    for shape, pattern in SHAPES.items():
        if sum(pattern.fullmatch(value) is not None for value in values) >= NEARLY_ALL * len(values):
            return shape
    return "few words" if len(set(values)) <= 12 else "text"


def plain(name: str) -> str:
    """A name without width, case and separators: "Loan No." and "loan_no" are alike."""
    return re.sub(r"[\s_\-.()（）/]+", "", unicodedata.normalize("NFKC", name).casefold())


@cache
def known_names() -> frozenset[str]:
    """Every name that a column of the book goes by, plain."""
    names = {name for columns in TABLES.values() for name in columns}
    return frozenset(map(plain, names | {word for words in SYNONYMS.values() for word in words.split()}))


def likeness(book_column: str, name: str) -> float:
    """How much a sender's name is like a column of the book, from 0 to 1."""
    words = [
        book_column,
        book_column.removesuffix("_cents").removesuffix("_on"),
        *SYNONYMS.get(book_column, "").split(),
    ]
    if len(name) > LONGEST_NAME:
        return 0.0
    given = plain(name)
    best = 0.0
    for word in map(plain, words):
        if given == word:
            return 1.0
        best = max(best, 0.95 * difflib.SequenceMatcher(None, given, word).ratio())
    return best


def suggestions(seen: Sequence[Seen], tables: Sequence[str] = tuple(TABLES)) -> list[Suggestion]:
    """For every column of these tables the best column of the file, where one is near enough; best first."""
    found = []
    for table in tables:
        for column, kind in TABLES[table].items():
            if (table, column) in DERIVED:
                continue
            fits = FITS.get(kind.lstrip("!"))
            for given in seen:
                score = likeness(column, given.name)
                if fits is not None and given.shape not in fits | {"empty", "few words"}:
                    score -= 0.3
                if column == "value" and given.shape in ("mobile number", "email"):
                    score = max(score, 0.8)
                if column == "id_number" and given.shape == "identity number":
                    score = max(score, 0.8)
                if score >= 0.72:
                    found.append(Suggestion(table, column, given.name, round(score, 2)))
    best: dict[tuple[str, str], Suggestion] = {}
    for suggestion in sorted(found, key=lambda one: (-one.score, one.source)):
        best.setdefault((suggestion.table, suggestion.column), suggestion)
    return sorted(best.values(), key=lambda one: (-one.score, one.table, one.column))


def table_of(seen: Sequence[Seen]) -> str:
    """The table that a file most likely feeds: where most of its columns find a place and few that are needed lack."""

    def covered(table: str) -> float:
        found = {one.column: one.score for one in suggestions(seen, (table,))}
        lacking = [name for name, kind in TABLES[table].items() if kind.startswith("!") and name not in found]
        return sum(found.values()) - 0.5 * len(lacking)

    return max(TABLES, key=covered)
