"""
The words of a provision's page, in Chinese and English: what each field is called, and what each mark means.

One place for the terminal and the workspace, so that a reader meets the same word for the same mark.
"""

from __future__ import annotations

from arrears.kernel.reasons import WORDS, Reason
from arrears.law.cases import Case
from arrears.law.vocabulary import worded

HEADS: dict[str, tuple[str, str]] = {
    "citation": ("条文", "Clause"),
    "source": ("来源", "Source"),
    "authority": ("效力来源", "Kind of text"),
    "force": ("约束力", "Force"),
    "confidence": ("核实程度", "How sure"),
    "in_force": ("施行", "In force"),
    "read_on": ("最近核读", "Last read"),
    "scope": ("适用范围", "Whom it binds"),
    "note": ("研究编号", "Note"),
    "gives_way_to": ("让位于", "Gives way to"),
    "words": ("释义", "Explanation"),
    "text": ("原文", "Its own words"),
    "encoding": ("系统如何执行", "How it is applied"),
    "cases": ("界线两侧的案例", "Cases on both sides"),
    "file": ("文件", "File"),
}

MARKS: dict[str, tuple[str, str]] = {
    "prohibited": ("禁止", "prohibited"),
    "presumed_violation": ("推定违规（可反证）", "presumed violation (can be rebutted)"),
    "required": ("必须", "required"),
    "permitted": ("允许（例外）", "permitted (an exception)"),
    "advised": ("不宜（劝导性）", "advised against"),
    "house": ("产品政策，并非法律", "house policy, and no law"),
    "seen-text": ("已读原文", "its words were read"),
    "seen-report": ("见于转述，原文未读", "seen in reports; the text itself was not read"),
    "recalled": ("凭记忆，须核实", "recalled: check before quoting"),
    "uncertain": ("不确定，须核实", "uncertain: check before quoting"),
    "law": ("法律", "law"),
    "administrative_regulation": ("行政法规", "administrative regulation"),
    "judicial_interpretation": ("司法解释", "judicial interpretation"),
    "judicial_policy": ("司法政策文件", "judicial policy"),
    "departmental_rule": ("部门规章", "departmental rule"),
    "normative_document": ("规范性文件", "normative document"),
    "recommended_standard": ("推荐性国家标准", "recommended national standard"),
    "self_regulation": ("行业自律", "self-regulation"),
    "local_notice": ("地方通知", "local notice"),
    "reported_guidance": ("报道的窗口指导", "reported guidance"),
    "market_data": ("市场数据", "market data"),
    "house_policy": ("产品政策", "house policy"),
}

OPEN_END = ("至今", "to this day")
NOT_READ = ("（未读到原文，因此不显示）", "(its words were not read, so none are shown)")
ALLOWED = ("允许", "allowed")


def told_case(case: Case, lang: str) -> tuple[str, str]:
    """A case as (situation, answer the provision must give), in `lang`: zh or en."""
    says = case.says.split(" / ", 1)
    situation = says[lang == "en"] if len(says) == 2 else case.says
    answer = str(case.expect)
    if answer == "allowed":
        return situation, ALLOWED[lang == "en"]
    try:
        return situation, WORDS[Reason(answer)][lang == "en"]
    except ValueError:
        return situation, " → ".join(worded(part, lang) for part in answer.split(">"))


KINDS: dict[str, tuple[str, str]] = {
    "allocation": ("还款冲抵顺序", "order in which a payment is applied"),
    "audited": ("事后审计规则", "rule for auditing a contact log"),
    "closed_hours": ("禁止联系时段", "closed hours"),
    "collect_only_from": ("只能向谁催收", "of whom payment may be asked"),
    "counts": ("联系频次上限", "limit on the number of contacts"),
    "day_ladder": ("按逾期天数分类", "class by days past due"),
    "debt_amount": ("债务金额", "amount of a debt"),
    "debt_order": ("多笔债务的清偿顺序", "order among several debts"),
    "duty": ("应尽义务", "duty"),
    "effects": ("法律效果", "legal effect"),
    "erase": ("删除个人信息", "erasure of personal data"),
    "excess": ("超出部分", "what is in excess"),
    "forbids": ("禁止的内容或做法", "forbidden words or practice"),
    "guarantee": ("保证责任", "guarantee"),
    "heir_owes": ("继承人责任", "what heirs owe"),
    "hold": ("暂停催收", "hold on collection"),
    "instalment_limit": ("分期上限", "limit on instalments"),
    "keep": ("保存期限", "how long records are kept"),
    "lawful_sources": ("信息的合法来源", "lawful sources of data"),
    "limitation": ("诉讼时效", "limitation period"),
    "limitation_start": ("时效起算", "start of limitation"),
    "penalises": ("处罚", "penalty for a practice"),
    "penalty_rate": ("罚息利率", "penalty rate"),
    "rate_cap": ("利率上限", "cap on rates"),
    "reference_rate": ("参考利率", "reference rate"),
    "says": ("必须说明的内容", "what must be said"),
    "stopped_channel": ("已停用的渠道", "a channel that was stopped"),
    "switch": ("开关", "switch"),
    "test": ("法律判断标准", "legal test"),
    "third_party": ("联系第三人", "contact with third parties"),
    "unreachable": ("何谓失联", "when somebody counts as out of reach"),
    "visit_needs": ("上门条件", "conditions of a visit"),
}
"""Every kind of rule in a few words."""

INSTRUMENTS: dict[str, tuple[str, str]] = {
    "ai_label_2025": ("人工智能生成合成内容标识办法", "Measures on labelling AI-generated content"),
    "ai_opinion_2026": ("银行业保险业人工智能应用指导意见", "Guidance on AI in banking and insurance"),
    "anti_fraud_2022": ("反电信网络诈骗法", "Law against telecom and online fraud"),
    "assisted_loans_2025": ("互联网助贷业务通知", "Notice on platform-assisted loans"),
    "card_2011": ("商业银行信用卡业务监督管理办法", "Measures on banks' credit cards"),
    "card_2022": ("信用卡业务规范健康发展通知", "Notice on orderly credit cards"),
    "card_crime_2018": ("妨害信用卡管理刑事案件解释", "Interpretation on credit-card crime"),
    "cba_2026": ("银行业协会催收工作指引", "Banking association guide on collection"),
    "cfc_2024": ("消费金融公司管理办法", "Measures on consumer finance companies"),
    "civil_code": ("民法典及司法解释", "Civil Code and its interpretations"),
    "civil_procedure_2024": ("民事诉讼法", "Civil Procedure Law"),
    "civil_procedure_rules_2022": ("民诉法解释", "Interpretation of the Civil Procedure Law"),
    "complaints_2020": ("银行业保险业消费投诉处理管理办法", "Measures on complaints in banking and insurance"),
    "consumer_rights_2022": ("银行保险机构消费者权益保护管理办法", "Measures on consumer protection"),
    "cost_statement_2026": ("个人贷款综合融资成本明示规定", "Rules on stating the cost of personal loans"),
    "court_policy_2017": ("最高法院金融审判意见", "Supreme Court opinion on financial trials"),
    "credit_reporting_2013": ("征信业管理条例", "Regulation on credit reporting"),
    "criminal_law": ("刑法及司法解释", "Criminal Law and its interpretations"),
    "e_signature_2019": ("电子签名法", "Electronic Signature Law"),
    "evidence_rules_2020": ("民事诉讼证据规定", "Rules on evidence in civil cases"),
    "gbt_45251": ("GB/T 45251-2025 贷后催收风控指引", "GB/T 45251-2025, collection of loans"),
    "illegal_lending_2019": ("非法放贷刑事案件意见", "Opinion on illegal lending"),
    "internet_court_2018": ("互联网法院规定与在线诉讼规则", "Internet courts and online litigation"),
    "limitation_rules_2021": ("诉讼时效规定", "Rules on limitation"),
    "market": ("公布的市场数据", "published market data"),
    "micro_loan_cost_2025": ("小额贷款公司综合融资成本指引", "Guide on the cost of micro loans"),
    "netloan_2020": ("商业银行互联网贷款管理办法", "Measures on banks' internet loans"),
    "network_data_2025": ("网络数据安全管理条例", "Regulation on network data security"),
    "nifa_2024": ("互联网金融协会催收指引", "Internet finance association guide on collection"),
    "ningxia_2025": ("宁夏通信管理局通知", "Notice of the Ningxia communications office"),
    "pact_2018": ("互联网金融逾期债务催收自律公约", "Self-regulation pact on overdue debts"),
    "pboc_251": ("人民币贷款利率有关问题的通知", "Notice on interest on loans"),
    "pipl": ("个人信息保护法", "Personal Information Protection Law"),
    "private_lending_2021": ("民间借贷司法解释", "Interpretation on private lending"),
    "psapl": ("治安管理处罚法", "Public Security Administration Punishments Law"),
    "reported_guidance": ("报道的窗口指导", "reported guidance"),
    "risk_class_2023": ("商业银行金融资产风险分类办法", "Measures on risk classes of assets"),
    "sms_2026": ("通信短信息服务管理规定", "Rules on text message services"),
    "soft_violence_2019": ("软暴力刑事案件意见", "Opinion on soft violence"),
    "channel": ("本产品政策：渠道", "House policy: channels"),
    "hold": ("本产品政策：暂停催收", "House policy: holds"),
    "keeping": ("本产品政策：保存", "House policy: keeping of records"),
    "aja_1970": ("1970年司法管理法（英国）", "Administration of Justice Act 1970"),
    "breathing_space": ("喘息空间条例（英国）", "Breathing Space Regulations"),
    "cca_1974": ("1974年消费信贷法（英国）", "Consumer Credit Act 1974"),
    "conc_7": ("英国金融行为监管局手册 CONC 7", "FCA Handbook, CONC 7"),
    "mcob_13": ("英国金融行为监管局手册 MCOB 13", "FCA Handbook, MCOB 13"),
    "ofcom": ("英国通信管理局持续滥用政策", "Ofcom, persistent misuse"),
    "scots_moratorium": ("苏格兰债务暂缓", "Scottish moratorium"),
    "bankruptcy": ("美国破产法", "Bankruptcy Code"),
    "fdcpa": ("公平债务催收法（美国）", "Fair Debt Collection Practices Act"),
    "reg_f": ("F条例（美国）", "Regulation F"),
    "tcpa": ("电话消费者保护法（美国）", "Telephone Consumer Protection Act"),
    "usc_5": ("美国法典第5编：联邦假日", "5 U.S.C., federal holidays"),
    "rosenthal": ("加州罗森塔尔法", "Rosenthal Act (California)"),
    "dc_code_28": ("哥伦比亚特区法典第28编", "D.C. Code, title 28"),
    "cmr_940_7": ("马萨诸塞州 940 CMR 7", "940 CMR 7 (Massachusetts)"),
    "nycrr_23_1": ("纽约州 23 NYCRR 1", "23 NYCRR 1 (New York)"),
    "rcny_6_5": ("纽约市 6 RCNY 5", "6 RCNY 5 (New York City)"),
    "rcw_19_16": ("华盛顿州 RCW 19.16", "RCW 19.16 (Washington)"),
    "wv_code_46a": ("西弗吉尼亚州法典 46A", "W. Va. Code 46A"),
}
"""Every instrument by the name people know it by; the clause and the full title stand on the provision's page."""
