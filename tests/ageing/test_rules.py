"""Rules as a lender writes them: what is not said keeps its default, what contradicts itself is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from arrears.ageing.rules import FIVE_CLASSES, M_BUCKETS, AgeingRules, Bucket, RiskClass
from arrears.kernel.problem import Unusable

PAGE = Path(__file__).parents[2] / "docs" / "concepts" / "ageing.md"


def test_the_page_shows_the_default_rules() -> None:
    """The TOML on the page is the default, word for word, so the page can't drift from the code."""
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    assert AgeingRules.from_toml(block) == AgeingRules()


OWN = """
dpd_on_due_date = 1
grace_days = 3
order = ["principal", "interest", "fee", "penalty"]
principal_first_products = []
follow_designation = false
bucket_while_paused = "recomputed"
current_bucket = "Stage 0"
ageing_statuses = ["active"]
[risk_classes]
watch = 0
bad = 60
[risk_classes_by_product.credit_card]
watch = 5
[status_code_days]
"Late (31-120 days)" = 31
[[buckets]]
name = "Stage 1"
from_day = 1
to_day = 45
[[buckets]]
name = "Stage 2"
from_day = 50
"""


@pytest.mark.parametrize("text", ["", OWN])
def test_what_the_rules_say_can_be_kept_and_read_again(text: str) -> None:
    """A night's manifest holds them as JSON, and the day counts by those very rules."""
    rules = AgeingRules.from_toml(text)
    for in_order in (False, True):  # a store may sort the keys of what it keeps
        kept = json.loads(json.dumps(rules.said(), sort_keys=in_order))
        assert AgeingRules.from_said(kept) == rules
    assert (rules == AgeingRules()) == (text == "")


def test_a_contradiction_names_the_lenders_file() -> None:
    """Not "ageing rules", of which a lender may have several."""
    with pytest.raises(Unusable, match=r"^ours\.toml: grace_days: -1 is negative"):
        AgeingRules.from_toml("grace_days = -1", where="ours.toml")


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (0, "M0"),
        (1, "M1"),
        (30, "M1"),
        (31, "M2"),
        (60, "M2"),
        (61, "M3"),
        (90, "M3"),
        (91, "M4"),
        (120, "M4"),
        (121, "M5"),
        (150, "M5"),
        (151, "M6"),
        (180, "M6"),
        (181, "M7+"),
        (4000, "M7+"),
    ],
)
def test_both_edges_of_every_m_bucket(days: int, bucket: str) -> None:
    """Law note M22: industry usage, recalled, without legal force."""
    assert AgeingRules().bucket_of(days) == bucket


@pytest.mark.parametrize(
    ("days", "risk_class"),
    [
        (0, "normal"),
        (1, "special_mention"),
        (90, "special_mention"),
        (91, "substandard"),
        (270, "substandard"),
        (271, "doubtful"),
        (360, "doubtful"),
        (361, "loss"),
    ],
)
def test_more_than_ninety_days_is_day_91(days: int, risk_class: str) -> None:
    """Law note M20: "more than", not "from"; 90 and 270 were seen in a report, 360 is recalled."""
    assert AgeingRules().risk_class_of(days, "consumer_loan") == risk_class


def test_a_product_may_have_a_ladder_of_its_own() -> None:
    """Cards under the older, stricter rule (law note M21): 90, 120, 180."""
    rules = AgeingRules.from_toml(
        """
        [risk_classes_by_product.credit_card]
        special_mention = 0
        substandard = 90
        doubtful = 120
        loss = 180
        """
    )
    assert [rules.risk_class_of(days, "credit_card") for days in (120, 121, 180, 181)] == [
        "substandard",
        "doubtful",
        "doubtful",
        "loss",
    ]
    assert rules.risk_class_of(181, "consumer_loan") == "substandard"


def test_days_that_no_range_holds_are_outside_and_not_current() -> None:
    """Ranges may leave gaps; an account in one is late all the same."""
    rules = AgeingRules(buckets=(Bucket("early", 4, 30), Bucket("late", 61)))
    assert [rules.bucket_of(days) for days in (0, 3, 4, 31, 61)] == ["M0", "outside", "early", "outside", "late"]


def test_what_is_not_said_keeps_its_default() -> None:
    """A file of one line changes one rule."""
    assert AgeingRules.from_toml("grace_days = 3") == AgeingRules(grace_days=3)
    assert AgeingRules().buckets == M_BUCKETS
    assert AgeingRules().risk_classes == FIVE_CLASSES


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("grace = 3", "no such rule: grace"),
        ("grace_days = -1", "grace_days: -1 is negative"),
        ("grace_days = 1.5", "1.5 is not a whole number"),
        ("dpd_on_due_date = 2", "dpd_on_due_date: 2"),
        ('order = ["fee", "interest", "principal"]', "does not name each component once"),
        ('bucket_while_paused = "melted"', "'melted' is not known"),
        ("follow_designation = 1", "true or false"),
        ("[[buckets]]\nname = 'a'", "from_day"),
        ("[[buckets]]\nname='a'\nfrom_day=1\nto_day=30\n[[buckets]]\nname='b'\nfrom_day=30", "share a day"),
        ("[[buckets]]\nname='a'\nfrom_day=9\nto_day=3", "ends before it starts"),
        ("[risk_classes]\nloss = 90\ndoubtful = 60", "does not rise"),
        ("this is no toml", "not TOML"),
    ],
)
def test_rules_that_cannot_be_trusted_are_refused_with_the_reason(text: str, words: str) -> None:
    """Before the first account is aged."""
    with pytest.raises(Unusable, match=re.escape(words)):
        AgeingRules.from_toml(text)


def test_a_ladder_made_in_code_is_checked_too() -> None:
    """The same rule, whichever way it came."""
    with pytest.raises(Unusable, match="does not rise"):
        AgeingRules(risk_classes_by_product={"credit_card": (RiskClass("loss", 90), RiskClass("doubtful", 60))})
