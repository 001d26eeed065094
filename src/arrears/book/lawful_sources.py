"""
The lawful sources of a contact point. A number or address that came from anywhere else is refused at import.

Source: 金融机构个人消费类贷款催收工作指引(试行), China Banking Association, 2026-01-30 (self-regulatory; members and
their agencies). The six sources are stated by several reports of the guide; its article number was not seen, so
the confidence is "seen-report" and no article is named here.
"""

from __future__ import annotations

CITATION = "金融机构个人消费类贷款催收工作指引(试行), 中国银行业协会, 2026-01-30; article number not seen"
CONFIDENCE = "seen-report"

LAWFUL_SOURCES: dict[str, tuple[str, str]] = {
    "contract": ("合同约定", "agreed in the contract"),
    "reserved_information": ("预留信息", "left with the lender by the borrower"),
    "debtor_authorisation": ("债务人授权", "authorised by the debtor"),
    "lawful_public_channel": ("合法公开渠道", "a lawful public channel"),
    "told_by_reserved_contact": ("预留联系人告知", "told by a contact person whom the borrower named"),
    "credit_bureau_or_similar_with_authorisation": (
        "授权下经征信等机构获取",
        "from a credit bureau or similar, with the debtor's authorisation",
    ),
}
"""Value in CONTACT_POINTS.lawful_source to its words in (Chinese, English)."""
