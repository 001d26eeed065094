"""
Closed lists of the book, the night and the law, in words for people.

Each value is a message of the catalogue. Lists that come with their own pair of words (reasons, outcomes, holds,
lawful sources, provisions) are not here: `Words.pair` reads those.
"""

from __future__ import annotations

from collections.abc import Mapping

from arrears.web.words.catalogue import Words
from arrears.web.words.catalogue import marked as _

LABELS: Mapping[str, Mapping[str, str]] = {
    "role": {
        "collector": _("Collector"),
        "supervisor": _("Supervisor"),
        "head": _("Head of collections"),
        "compliance": _("Compliance officer"),
        "admin": _("Administrator"),
    },
    "check": {"pass": _("holds"), "fail": _("fails"), "unknown": _("not known")},
    "party": {
        "borrower": _("Borrower"),
        "co_borrower": _("Co-borrower"),
        "guarantor": _("Guarantor"),
        "contact_person": _("Contact person"),
        "third_party": _("Third party"),
    },
    "liability": {
        "full": _("owes all of it"),
        "joint": _("owes all of it, jointly"),
        "general_guarantee": _("answers after the borrower (general guarantee)"),
        "joint_guarantee": _("answers beside the borrower (joint guarantee)"),
        "none": _("owes nothing"),
    },
    "channel": {
        "call": _("Call"),
        "ai_call": _("Automated call"),
        "sms": _("Text message"),
        "email": _("E-mail"),
        "letter": _("Letter"),
        "visit": _("Visit"),
        "none": _("No contact"),
    },
    "point": {"phone": _("Phone"), "email": _("E-mail"), "address": _("Address")},
    "product": {
        "credit_card": _("Credit card"),
        "consumer_loan": _("Consumer loan"),
        "micro_loan": _("Micro loan"),
        "auto_loan": _("Car loan"),
        "study_loan": _("Study loan"),
        "other": _("Other loan"),
    },
    "loan_status": {
        "active": _("active"),
        "closed": _("closed"),
        "charged_off": _("charged off"),
        "written_off": _("written off"),
    },
    "offer": {
        "pay_in_full": _("Pay all at once"),
        "pay_arrears": _("Pay what is overdue"),
        "instalments": _("Instalments"),
        "settlement": _("One payment, the rest waived"),
        "hardship": _("Hardship arrangement"),
    },
    "stage": {
        "before_due": _("before due"),
        "growth": _("growth"),
        "maturity": _("maturity"),
        "decline": _("decline"),
        "end": _("end"),
    },
    "segment": {
        "white_collar": _("White-collar"),
        "retired_public": _("Retired from public service"),
        "business_owner": _("Business owner"),
        "worker": _("Worker"),
        "student": _("Student"),
        "other": _("Other"),
        "unknown": _("unknown"),
    },
    "vulnerability": {
        "illness": _("Illness"),
        "disability": _("Disability"),
        "bereavement": _("Bereavement"),
        "incapacity": _("Incapacity"),
        "job_loss_dependants": _("Lost work, with dependants"),
        "other": _("Vulnerable, kind not stated"),
    },
    "income": {
        "monthly": _("paid monthly"),
        "weekly": _("paid weekly"),
        "seasonal": _("seasonal income"),
        "irregular": _("irregular income"),
    },
    "risk_class": {
        "normal": _("Normal"),
        "special_mention": _("Special mention"),
        "substandard": _("Substandard"),
        "doubtful": _("Doubtful"),
        "loss": _("Loss"),
    },
    "component": {
        "principal": _("Principal"),
        "interest": _("Interest"),
        "fee": _("Fees"),
        "penalty": _("Penalty"),
    },
    "age_source": {
        "schedule": _("counted from the schedule and the payments"),
        "due_date": _("counted from the oldest unpaid due date"),
        "reported_days": _("as the lender reported it"),
        "status_code": _("read from the lender's status code"),
        "months": _("read from the monthly record"),
        "not_overdue": _("nothing is overdue"),
        "unknown": _("can't be known from this book"),
    },
    "balance_reason": {
        "not_yet_due": _("the lender counts interest or charges of instalments to come"),
        "principal_alone": _("the lender counts principal alone"),
        "due_today": _("the lender leaves out charges that fall due today"),
        "credit": _("the lender's balance is in the borrower's favour"),
        "paid_here": _("the lender does not count yet what was received here"),
        "unexplained": _("schedule and payments come to another sum: it has to be looked at"),
    },
    "book_table": {
        "accounts": _("accounts"),
        "instalments": _("schedules of instalments"),
        "payments": _("payments"),
        "chargebacks": _("chargebacks"),
        "pauses": _("pauses"),
        "months": _("monthly records"),
        "persons": _("people"),
        "parties": _("parties to the loans"),
        "contact_points": _("contact points"),
        "contacts": _("contact history"),
        "holds": _("holds"),
    },
    "pause": {
        "holiday": _("payment holiday"),
        "dispute": _("dispute"),
        "breathing_space": _("breathing space"),
        "disaster": _("disaster relief"),
        "other": _("pause"),
    },
    "promise": {
        "pending": _("open"),
        "due_today": _("due today"),
        "kept": _("kept"),
        "kept_late": _("kept late"),
        "partly_kept": _("partly kept"),
        "broken": _("broken"),
        "superseded": _("replaced by a later one"),
    },
    "confidence": {
        "seen-text": _("clause read"),
        "seen-report": _("known from a report"),
        "recalled": _("from memory, unchecked"),
        "uncertain": _("uncertain"),
    },
    "force": {
        "prohibited": _("prohibited"),
        "presumed_violation": _("presumed a violation"),
        "required": _("required"),
        "permitted": _("permitted"),
        "advised": _("advised against"),
        "house": _("house rule"),
    },
    "reveal": {
        "confirm_identity": _("To confirm who they are"),
        "dial_by_hand": _("To dial by hand"),
        "answer_request": _("To answer their request"),
        "write_letter": _("To write a letter"),
        "correct_record": _("To correct the record"),
    },
}
"""Name of the list, then code to message. A code that is not listed is shown as it stands."""


def label(words: Words, kind: str, code: str | None) -> str:
    """The words for a code of a list; None is unknown."""
    if code is None:
        return words.unknown
    message = LABELS[kind].get(code)
    return code if message is None else words.say(message)
