"""Where facts decide: what is said to be owed beside what is, and what is waived beside what may be."""

from __future__ import annotations

import pytest

from arrears.conduct.follow import Moment, moments
from arrears.conduct.read_conversation import conversation_of
from arrears.conduct.table import Language
from arrears.conduct.weigh_facts import fact_marks, overstated, waived_share, waiver_granted_over, waiver_over


def moment(text: str, language: Language, **facts: object) -> Moment:
    """One turn of a collector; 10,000.00 are due and 20 % may be waived, unless said otherwise."""
    known = {"amount_due": "10000.00", "max_waiver_pct": 20, **facts}
    talk = {"id": "c", "language": language, "channel": "call", "audience": "borrower", "facts": known}
    return moments(conversation_of({**talk, "turns": [{"speaker": "agent", "text": text}]}))[1][0]


@pytest.mark.parametrize(
    ("text", "language", "share"),
    [
        ("给您打八折结清", "zh", 2000),
        ("给您打七五折结清", "zh", 2500),
        ("给您打九折结清", "zh", 1000),
        ("减免一半", "zh", 5000),
        ("全部减免", "zh", 10_000),
        ("免掉百分之三十", "zh", 3000),
        ("免20%", "zh", 2000),
        ("免12.5%", "zh", 1250),
        ("免掉2000元", "zh", 2000),
        ("免掉2000.01元", "zh", 2001),
        ("还8000元就算结清", "zh", 2000),
        ("还7999.99元就算结清", "zh", 2001),
        ("还10000元就算结清", "zh", None),
        ("免掉10000元", "zh", None),
        ("应还10000元", "zh", None),
        ("给您减免到20000元", "zh", None),  # more than is due is no waiver
        ("还2000元,免20%", "zh", 2000),  # a first payment does not forgive the rest
        ("We can waive 20 percent", "en", 2000),
        ("We can waive twenty-five percent of it", "en", 2500),
        ("we'll knock off ninety percent", "en", 9000),
        ("pay 8000 and we're done", "en", 2000),
        ("half off if you settle today", "en", 5000),
        ("the interest is 20 percent a year", "en", None),
    ],
)
def test_the_share_that_is_waived_is_read_in_every_way_it_is_said(
    text: str, language: Language, share: int | None
) -> None:
    """In hundredths of a percent of what is due, rounded up: a fold, a half, a percentage, a sum, less to be paid."""
    assert waived_share(moment(text, language)) == share


@pytest.mark.parametrize(
    ("text", "language", "over"),
    [
        ("免20%", "zh", False),
        ("免20.01%", "zh", True),
        ("免掉2000元", "zh", False),
        ("免掉2000.01元", "zh", True),
        ("We can waive 20 percent", "en", False),
        ("We can waive 21 percent", "en", True),
    ],
)
def test_a_waiver_exactly_at_the_cap_is_inside(text: str, language: Language, over: bool) -> None:
    """Both sides of the authority's line; with no cap known nothing is over it."""
    assert waiver_over(moment(text, language)) is over
    assert waiver_over(moment(text, language, max_waiver_pct=None)) is False
    assert ("waiver_over" in fact_marks(moment(text, language))) is over
    assert ("waiver_inside" in fact_marks(moment(text, language))) is not over
    assert "waiver_cap_unknown" in fact_marks(moment(text, language, max_waiver_pct=None))


@pytest.mark.parametrize(
    ("text", "granted"),
    [("减免一半", True), ("我们不会减免一半", False), ("我帮您申请减免一半,批不批不保证", False)],
)
def test_what_is_denied_or_applied_for_is_not_granted(text: str, granted: bool) -> None:
    """Only a promise can be beyond authority."""
    assert waiver_granted_over(moment(text, "zh")) is granted


@pytest.mark.parametrize(
    ("text", "language", "cents"),
    [
        ("您欠10300元", "zh", None),  # a round figure within three per cent
        ("您欠10400元", "zh", 1_040_000),
        ("您欠10301元", "zh", 1_030_100),  # not round: every yuan counts
        ("欠大概10301元", "zh", 1_030_100),
        ("欠大概10299元", "zh", None),
        ("您欠10000元", "zh", None),
        ("您欠9000元", "zh", None),
        ("当初借了20000元", "zh", None),
        ("额度是50000元", "zh", None),
        ("您欠1999999元", "zh", 199_999_900),
        ("您欠2000000元", "zh", None),  # two hundred times what is due was misheard, not overstated
        ("You owe $10,300", "en", None),
        ("You owe $10,500", "en", 1_050_000),
        ("you borrowed $20,000", "en", None),
    ],
)
def test_a_sum_above_what_is_due_stands_as_owed_only_where_it_is_said_so(
    text: str, language: Language, cents: int | None
) -> None:
    """The sum once borrowed, a limit or a salary is no demand; "about" gives room for three per cent."""
    found = overstated(moment(text, language))
    assert (found.cents if found else None) == cents
    assert overstated(moment(text, language, amount_due=None)) is None


@pytest.mark.parametrize(
    ("text", "mark", "there"),
    [
        ("本金8000加利息2000", "sum_adds_up", True),
        ("本金8000加利息1000", "sum_adds_up", False),
        ("本金8000加利息3000", "sum_adds_up", False),
        ("本金5000加利息3000加罚息2000", "sum_adds_up", True),
        ("一共10000元", "sum_adds_up", False),
        ("一共10000元", "sum_due", True),
        ("一共9999元", "sum_due", False),
        ("先还3000元", "sum_under", True),
        ("您欠10500元", "sum_over", True),
        ("当初借了20000元", "sum_over_other", True),
    ],
)
def test_what_the_sums_of_a_turn_say_beside_what_is_due(text: str, mark: str, there: bool) -> None:
    """Parts that add up to what is due explain it and misstate nothing."""
    assert (mark in fact_marks(moment(text, "zh"))) is there
