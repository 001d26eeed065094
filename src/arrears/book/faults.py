"""
What can be wrong with one row of a lender's file: a code, and the words for it in English and Chinese.

The words are templates over {column} (the sender's name for it), {value} (shortened, and masked where it is about a
person), {table} and {detail}. Faults of a whole file are `Unusable` and are worded where they are found.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault: what is wrong, why it matters, what to do, and the same in one Chinese sentence."""

    code: str
    what: str
    why: str
    fix: str
    zh: str


_ASK = "Ask the lender for the right value and send the row again."

CELL_FAULTS: tuple[Fault, ...] = (
    Fault(
        "missing_value",
        "{column} is empty.",
        "A row of {table} means nothing without it, and unknown is never taken as zero.",
        "Fill it in, or give it a `constant` in the mapping if it is the same for all rows.",
        "{column} 为空；该列必填。请补上，或在映射中写明常量。",
    ),
    Fault(
        "not_an_amount",
        "{column} is {value}, which is not an amount.",
        "Money is counted in whole cents and is never guessed.",
        "Write digits with at most two decimals, such as 1234.50.",
        "{column} 的值 {value} 不是金额。请写数字，最多两位小数，如 1234.50。",
    ),
    Fault(
        "exponent_form",
        "{column} is {value}, a number in exponent form.",
        "Spreadsheets write long numbers so and drop their last digits.",
        "Export plain digits; or say `exponents = true` in the mapping, where the sender writes exact numbers so.",
        "{column} 的值 {value} 是科学计数法。请导出普通数字；如确为精确值，请在映射中写 exponents = true。",
    ),
    Fault(
        "too_many_decimals",
        "{column} is {value}, with more than two decimals.",
        "Rounding it would make totals that nobody can reconcile.",
        "Send whole cents, or set the unit of the amount in the mapping (`amount`).",
        "{column} 的值 {value} 超过两位小数。请保留到分，或在映射中写明单位。",
    ),
    Fault(
        "negative_amount",
        "{column} is {value}, less than zero.",
        "A negative amount here is a sign the wrong way round or a credit that the mapping does not mention.",
        'Correct it, or say `negative = "credit"` in the mapping if it is money in the borrower\'s favour.',
        '{column} 的值 {value} 为负数。请更正；如为溢缴款，请在映射中写 negative = "credit"。',
    ),
    Fault(
        "absurd_amount",
        "{column} is {value}, more than 100 billion.",
        "No consumer loan is that large: it is a typing error, or cents taken for units.",
        "Correct it, or set the unit of the amount in the mapping (`amount`).",
        "{column} 的值 {value} 过大。请核对金额或单位（元、分、万元）。",
    ),
    Fault(
        "not_a_date",
        "{column} is {value}, which is not a date in any form this mapping reads.",
        "A date read wrongly moves days past due.",
        'Write 2026-11-20, or name the form in the mapping (`date = "%d.%m.%Y"`).',
        "{column} 的值 {value} 不是可识别的日期。请写成 2026-11-20，或在映射中写明格式。",
    ),
    Fault(
        "impossible_date",
        "{column} is {value}, a day that no calendar has.",
        "A date read wrongly moves days past due.",
        _ASK,
        "{column} 的值 {value} 是不存在的日期。请向贷款方核实。",
    ),
    Fault(
        "date_after_book",
        "{column} is {value}, after the day of the book.",
        "What has not happened yet can't be in a book of that day.",
        "Correct it, or import with the business day it belongs to (`--as-of`).",
        "{column} 的值 {value} 晚于账簿日期。请更正，或用正确的 --as-of 导入。",
    ),
    Fault(
        "date_out_of_range",
        "{column} is {value}, before 1900 or more than 60 years ahead.",
        "No loan or person of this book reaches that far: it is a placeholder or a century read wrongly.",
        "Leave it empty if it is not known, or set `century` in the mapping.",
        "{column} 的值 {value} 超出合理范围。未知请留空，或在映射中写明世纪。",
    ),
    Fault(
        "not_a_whole_number",
        "{column} is {value}, which is not a whole number.",
        "The column counts something.",
        "Write digits only.",
        "{column} 的值 {value} 不是整数。请只写数字。",
    ),
    Fault(
        "number_out_of_range",
        "{column} is {value}, outside what the column can mean.",
        "A count that can't be is a typing error.",
        _ASK,
        "{column} 的值 {value} 超出合理范围。请向贷款方核实。",
    ),
    Fault(
        "not_an_instant",
        "{column} is {value}, which is not a date and time.",
        "Contact caps are counted by the minute.",
        "Write 2026-11-20T10:12:00+08:00.",
        "{column} 的值 {value} 不是日期时间。请写成 2026-11-20T10:12:00+08:00。",
    ),
    Fault(
        "instant_without_offset",
        "{column} is {value}, a time without its offset from UTC.",
        "Lawful hours are those of the borrower's place, and this could be any place's.",
        "Write the offset (+08:00), or name the zone of the file in the mapping (`zone`).",
        "{column} 的值 {value} 没有时区。请写明 +08:00，或在映射中写 zone。",
    ),
    Fault(
        "time_skipped",
        "{column} is {value}, a time that clocks went over when they were put on.",
        "No minute had that name, and which one was meant is not ours to guess.",
        "Write the offset from UTC with it, such as 2026-03-08T03:30:00-04:00.",
        "{column} 的值 {value} 在夏令时拨快时被跳过，并不存在。请写明与 UTC 的时差。",
    ),
    Fault(
        "time_repeated",
        "{column} is {value}, a time that clocks showed twice when they were put back.",
        "The two are an hour apart, and which one was meant is not ours to guess.",
        "Write the offset from UTC with it, such as 2026-11-01T01:30:00-05:00.",
        "{column} 的值 {value} 在夏令时拨回时出现两次，无法判断是哪一次。请写明与 UTC 的时差。",
    ),
    Fault(
        "instant_for_a_day",
        "{column} is {value}, an instant where a day is asked.",
        "Which day it is depends on the place: 16:00 UTC is the next day in Shanghai.",
        "Write the day alone (2026-11-20); or name the zone of the file in the mapping (`zone`), and its midnights are "
        "read.",
        "{column} 的值 {value} 是时刻而不是日期，属于哪一天取决于地点。请只写日期，或在映射中写 zone。",
    ),
    Fault(
        "currency_differs",
        "{column} is {value}, whose sign is not of the currency that this row is in.",
        "Taken without its sign, it would be as many of another currency.",
        "Send it in the book's currency, or correct the sign; if nothing says which currency that is, write `currency` "
        "in the mapping.",
        "{column} 的值 {value} 的币种符号与该行币种不符。请更正，或在映射中写明 currency。",
    ),
    Fault(
        "garbled_text",
        "{column} is {value}, with a character that no text has (private use, not assigned, or a control character).",
        "It was read in the wrong encoding or damaged on its way, and would be spoken and printed so.",
        "Export the file again as UTF-8 and look at this cell.",
        "{column} 的值 {value} 含有乱码字符（私用区、未定义或控制字符）。请以 UTF-8 重新导出并核对。",
    ),
    Fault(
        "not_one_phone",
        "{column} is {value}, which is not one phone number and nothing else.",
        "Two numbers in a cell, a word or a stump are counted and dialled as neither.",
        "Send one row for each number, with the number alone; leave the row out if there is none.",
        "{column} 的值 {value} 不是单个电话号码。请一行一个号码，不带备注；没有号码请删除该行。",
    ),
    Fault(
        "names_somebody_else",
        "{column} is {value}: the remark says that the number is another person's.",
        "Under the borrower's name it would be a call to a third party about a debt.",
        "Send it under that person, where they are a party to the loan and the source is lawful; else leave it out.",
        "{column} 的值 {value} 注明为他人号码，不得作为借款人的联系方式。请归到本人名下，或删除该行。",
    ),
    Fault(
        "not_one_email",
        "{column} is {value}, which is not one e-mail address and nothing else.",
        "A message to it reaches nobody, or somebody else.",
        "Send one row for each address, such as name@example.com.",
        "{column} 的值 {value} 不是单个电子邮箱地址。请一行一个地址。",
    ),
    Fault(
        "not_yes_or_no",
        "{column} is {value}, which is neither yes nor no.",
        "The column is a yes, a no or empty for unknown.",
        "Write true or false, or map the words with `codes`.",
        "{column} 的值 {value} 不是“是”或“否”。请更正，或用 codes 映射。",
    ),
    Fault(
        "unknown_code",
        "{column} is {value}, a word that is not on the list.",
        "Guessing what it stands for could put a person in the wrong treatment.",
        "Say what it means with `codes` in the mapping, or correct the row.",
        "{column} 的值 {value} 不在允许的取值内。请在映射的 codes 中写明含义，或更正。",
    ),
    Fault(
        "no_lawful_source",
        "{column} is {value}, which is not one of the six lawful sources of contact data.",
        "A number or address from anywhere else may not be used (China Banking Association guide of 2026-01-30; "
        "as reported, article number not seen).",
        "Name the true source if it is one of the six (see the how-to); otherwise leave the contact point out.",
        "{column} 的值 {value} 不属于六种合法渠道，联系方式不得导入。如确有合法来源请如实写明，否则请删除该行。",
    ),
    Fault(
        "not_a_time_zone",
        "{column} is {value}, which is not an IANA time zone.",
        "Lawful hours are those of the borrower's place.",
        "Write a name such as Asia/Shanghai, or leave it empty: the account is then held, not guessed.",
        "{column} 的值 {value} 不是 IANA 时区。请写 Asia/Shanghai 之类的名称，或留空。",
    ),
    Fault(
        "digits_lost",
        "{column} is {value}: a spreadsheet has shortened a long number.",
        "The last digits are gone, so it names another account or person.",
        "Format the column as text in the spreadsheet before typing or pasting, and export again.",
        "{column} 的值 {value} 被电子表格截短，尾数已丢失。请先把该列设为文本再导出。",
    ),
)
"""Faults of one cell. The place in this tuple, from 1, is the number by which columns of faults are kept."""

ROW_FAULTS: tuple[Fault, ...] = (
    Fault(
        "wrong_number_of_columns",
        "the row has {detail}.",
        "Values may have slipped into other columns.",
        "Look for a missing or extra delimiter, or a quotation mark that is not closed.",
        "该行列数不对（{detail}）。请检查分隔符或未闭合的引号。",
    ),
    Fault(
        "control_character",
        "the row holds a character that no text has (NUL, or a lone carriage return).",
        "The row was damaged on its way, so its values can't be trusted.",
        "Export the file again.",
        "该行含有非法控制字符。请重新导出文件。",
    ),
    Fault(
        "undecodable_line",
        "the row can't be read in the encoding that the mapping names.",
        "Names and words in it would come out wrong.",
        "Export the file again in one encoding, UTF-8 if possible.",
        "该行无法按映射写明的编码读取。请用统一编码（最好是 UTF-8）重新导出。",
    ),
    Fault(
        "no_match",
        "{column} is {value}, and {detail} has no such row.",
        "The row can't be completed.",
        "Send the missing row, or take this one out.",
        "{column} 的值 {value} 在 {detail} 中不存在。请补上缺失的行，或删除该行。",
    ),
    Fault(
        "several_matches",
        "{column} is {value}, and {detail} has several such rows.",
        "Which of them belongs to this row is not ours to guess.",
        "Leave one of them, or narrow the join in the mapping (`where`).",
        "{column} 的值 {value} 在 {detail} 中有多行。请只保留一行，或在映射中收窄条件。",
    ),
    Fault(
        "duplicate_id",
        "{detail} is in several rows that differ.",
        "Which of them is right is not ours to guess, so none is taken.",
        "Send one row for it.",
        "{detail} 出现在多行且内容不同。请只保留正确的一行。",
    ),
    Fault(
        "duplicate_row",
        "the row repeats another one word for word ({detail}).",
        "Taking it twice would double what is owed; the other one was taken.",
        "Nothing, if it is the same thing sent twice; otherwise give it its own id.",
        "该行与另一行完全相同（{detail}），只采用一行。如确为两笔，请使用不同编号。",
    ),
    Fault(
        "unknown_account",
        "{column} is {value}, and no file has an account with that id.",
        "A payment, schedule or party of an unknown loan can't be applied to anything.",
        "Send the account, or correct the id.",
        "{column} 的值 {value} 在账户文件中不存在。请补上账户，或更正编号。",
    ),
    Fault(
        "account_quarantined",
        "{column} is {value}, an account that is itself in quarantine.",
        "It can be applied when the account can.",
        "Correct the account's own row; this one needs nothing.",
        "{column} 的值 {value} 所属账户本身已被隔离。请先更正账户行。",
    ),
    Fault(
        "unknown_person",
        "{column} is {value}, and nobody in the book has that id.",
        "Contact data and history are kept only for people of this book.",
        "Send the person, or correct the id.",
        "{column} 的值 {value} 在账簿中没有对应的人。请补上人员，或更正编号。",
    ),
    Fault(
        "person_quarantined",
        "{column} is {value}, a person who is in quarantine.",
        "It can be used when the person can.",
        "Correct the person's own row; this one needs nothing.",
        "{column} 的值 {value} 所指人员本身已被隔离。请先更正人员行。",
    ),
    Fault(
        "out_of_order",
        "{detail}.",
        "The later day comes before the earlier one.",
        _ASK,
        "{detail}：后一日期早于前一日期。请向贷款方核实。",
    ),
    Fault(
        "contact_person_is_not_an_obligor",
        "the person is a contact person, yet {detail}.",
        "A contact person owes nothing and is never asked to pay.",
        'Give the role under which they signed (co_borrower, guarantor), or liability "none".',
        "联系人不承担债务，但{detail}。请写明其签约身份，或将责任改为 none。",
    ),
    Fault(
        "obligor_without_liability",
        "the role is {value} and the liability is none.",
        "Whether this person owes the debt decides whether they may be contacted about it.",
        "State the liability of the contract, or make them a contact person.",
        "角色为 {value} 但责任为 none。请按合同写明责任，或改为联系人。",
    ),
    Fault(
        "currency_mix",
        "{column} is {value}, and the mapping says that this book is in {detail}.",
        "Amounts of two currencies never add.",
        "Import the other currency as a book of its own home, or list both in the mapping (`currencies`).",
        "{column} 的值 {value} 与映射写明的币种 {detail} 不同。请分开导入，或在 currencies 中写明。",
    ),
)
"""Faults that need the whole row, or other rows."""

WARNINGS: tuple[Fault, ...] = (
    Fault(
        "overdue_above_balance",
        "more is overdue than is owed at all.",
        "More would be asked of the person than they owe.",
        "Ask the lender which of the two is right; if the balance is principal alone, map the whole of what is owed.",
        "逾期金额大于未还总额。请向贷款方核实；如余额仅为本金，请映射全部欠款。",
    ),
    Fault(
        "late_without_overdue",
        "days past due are counted and nothing is overdue.",
        "One of the two is wrong: the person would be treated as late, or left alone, without reason.",
        "Ask the lender how the two columns are made.",
        "有逾期天数但逾期金额为零。请向贷款方核实两列口径。",
    ),
    Fault(
        "overdue_without_lateness",
        "an amount is overdue and no day past due is counted.",
        "One of the two is wrong: the person would be treated as late, or left alone, without reason.",
        "Ask the lender how the two columns are made.",
        "有逾期金额但逾期天数为零。请向贷款方核实两列口径。",
    ),
    Fault(
        "days_past_due_differ",
        "the days past due are not those since the oldest unpaid due day.",
        "Ages and limits count from one of them.",
        "Ask the lender from which day it counts.",
        "逾期天数与最早未还到期日不符。请核实起算口径。",
    ),
    Fault(
        "principal_above_balance",
        "the principal is more than everything that is owed.",
        "One of the two amounts is of another thing than its column.",
        "Look at the columns in the mapping.",
        "剩余本金大于未还总额。请核对映射的列。",
    ),
    Fault(
        "closed_with_a_balance",
        "the loan is closed and something is still owed or overdue.",
        "A closed loan is not worked, so a debt would be forgotten, or a closed loan be taken for open.",
        "Ask the lender; or correct `codes` of loan_status in the mapping.",
        "贷款已结清但仍有余额或逾期。请核实，或更正 loan_status 的 codes。",
    ),
    Fault(
        "wrong_check_digit",
        "the last character of the identity number does not fit the others.",
        "With one digit wrong it names nobody, or another person.",
        _ASK,
        "身份证号码校验码不符。请向贷款方核实。",
    ),
    Fault(
        "hold_of_one_who_left",
        "nobody in today's files has that id; an earlier book had, and none of their accounts is sent any more.",
        "It is kept as theirs. If the lender gives people other ids now, it protects nobody who is here.",
        "Nothing, where they repaid or were sold; otherwise ask the lender which ids its list uses.",
        "名单上的人员已随其账户离开账簿，该限制仍为其保留。如贷款方更换了人员编号，请核实名单所用编号。",
    ),
)
"""What is odd about a row that is taken all the same: counted, and shown with the totals."""

FAULTS: dict[str, Fault] = {fault.code: fault for fault in (*CELL_FAULTS, *ROW_FAULTS)}
CELL_NUMBER: dict[str, int] = {fault.code: number for number, fault in enumerate(CELL_FAULTS, start=1)}
