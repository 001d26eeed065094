"""
What the borrower says, as claims that can be checked: the listening half of look, listen, ask, pin down.

Reads:  claims as they were taken down, and what is known of payments, promises, documents and the book
Gives:  where each claim stands, the questions and papers that would settle it, and the causes it points to
Never:  calls anybody a liar: a claim is unverified, supported or contradicted, and each says by what.
"""

from __future__ import annotations

from arrears.playbook.claims.cause import CAUSES, Cause, Pointer, causes_pointed_to
from arrears.playbook.claims.claim import CLAIM_KINDS, Claim, ClaimKind, Field, faults
from arrears.playbook.claims.weigh import Document, Ground, Known, Money, Paid, Promised, Standing, Status, weigh

__all__ = [
    "CAUSES",
    "CLAIM_KINDS",
    "Cause",
    "Claim",
    "ClaimKind",
    "Document",
    "Field",
    "Ground",
    "Known",
    "Money",
    "Paid",
    "Pointer",
    "Promised",
    "Standing",
    "Status",
    "causes_pointed_to",
    "faults",
    "weigh",
]
