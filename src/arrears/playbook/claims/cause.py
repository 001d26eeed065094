"""
Why it is not paid: the root causes of default, the claims and cards that point to each, and what each deserves.

Reads:  claims with where they stand, cards that matched
Gives:  the causes pointed to, those with most support first; a person confirms one
Never:  infers `unwilling`: it takes means that are known and a refusal, so only a person ever says it.

Source: row S5 (restore the true cause and motive).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from arrears.playbook.claims.claim import Claim
from arrears.playbook.claims.weigh import Standing, Status

Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cause:
    """One root cause: its name, and the treatment it deserves, as (Chinese, English)."""

    code: str
    words: Words
    deserves: Words
    claims: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()


_ALL = (
    Cause(
        "vulnerable",
        ("处境脆弱", "in a vulnerable situation"),
        ("停下催收，转困难帮助和专人", "stop collecting: hardship route and a person who may help"),
        claims=("illness", "death"),
        cards=("X11",),
    ),
    Cause(
        "illness",
        ("生病或照顾病人", "illness, their own or of someone they care for"),
        ("先问困难帮助，按基本生活之外能付的定", "offer hardship help; only what is left after living costs"),
        claims=("illness",),
        cards=("X5",),
    ),
    Cause(
        "income_shock",
        ("收入骤减", "a fall in income"),
        ("降低月供或缓一段，等收入恢复", "a lower instalment, or a pause until income returns"),
        claims=("job_lost", "business_down"),
        cards=("X5", "X1"),
    ),
    Cause(
        "over_indebtedness",
        ("负债过多", "too many debts"),
        ("看全部债务再定，重组或困难安排", "a full statement of affairs, then restructuring or hardship"),
        claims=("other_debts",),
        cards=("X3",),
    ),
    Cause(
        "dispute",
        ("对债务有异议", "a dispute about the debt"),
        ("先停，查清再说", "stop, and find out first"),
        claims=("dispute", "not_liable", "lender_fault"),
        cards=("X4", "X6"),
    ),
    Cause(
        "cash_flow_timing",
        ("钱没到位，时间错开", "the money comes later than the bill"),
        ("把还款日挪到进账日之后", "move the due day to after the money comes"),
        claims=("receivable", "asset_for_sale"),
        cards=("X1",),
    ),
    Cause(
        "forgetfulness",
        ("忘了或没注意", "forgot, or did not notice"),
        ("提醒一次，建议绑定自动扣款", "one reminder, and an offer of direct debit"),
        claims=("payment_made",),
    ),
    Cause(
        "unwilling",
        ("有能力而不愿还", "able and not willing"),
        ("说明真实后果，约定最后期限，再交专人决定", "true consequences, a last date, then a person decides"),
        cards=("X2", "X10"),
    ),
)
CAUSES: dict[str, Cause] = {cause.code: cause for cause in _ALL}
ONLY_A_PERSON = ("unwilling", "forgetfulness")
"""Never pointed to by claims alone."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A cause and what points to it: claim ids that stand, and cards."""

    cause: str
    claims: tuple[str, ...]
    cards: tuple[str, ...]


def causes_pointed_to(
    claims: Sequence[Claim], standings: Mapping[str, Standing], cards: Iterable[str] = ()
) -> tuple[Pointer, ...]:
    """
    Causes with at least one claim that is not contradicted; supported claims weigh two, open ones one, a card one.
    """
    matched = tuple(cards)
    found = []
    for place, cause in enumerate(_ALL):
        if cause.code in ONLY_A_PERSON:
            continue
        standing = [
            (claim.claim_id, standings[claim.claim_id].status)
            for claim in claims
            if claim.kind in cause.claims and standings[claim.claim_id].status is not Status.CONTRADICTED
        ]
        if not standing:
            continue
        of_cards = tuple(card for card in matched if card in cause.cards)
        weight = sum(2 if status is Status.SUPPORTED else 1 for _, status in standing) + len(of_cards)
        found.append((-weight, place, Pointer(cause.code, tuple(claim for claim, _ in standing), of_cards)))
    return tuple(pointer for _, _, pointer in sorted(found, key=lambda one: one[:2]))
