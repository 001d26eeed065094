"""Every word of every page, in both languages."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from tests.web.asking import sign_in, words_of

from arrears.book.vocabulary import CHOICES
from arrears.law.provision import CONFIDENCES, FORCES
from arrears.outcome.promise_clock import PromiseStatus
from arrears.outcome.table import OUTCOMES
from arrears.segmentation.table import SEGMENTS, STAGES
from arrears.store.people import ROLES
from arrears.web.case.story import STATE_OF_PROMISE
from arrears.web.case.view import OUTCOME_KEYS
from arrears.web.words.catalogue import Words
from arrears.web.words.collect import brought_up_to_date, catalogue, messages
from arrears.web.words.labels import LABELS

PLACES = re.compile(r"%\(\w+\)[sd]")
UTC8 = ZoneInfo("Asia/Shanghai")


def as_tuple(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (str(value),)


def test_nothing_is_said_in_english_alone() -> None:
    """Every message of the code and the templates has its Chinese; run arrears.web.words.collect, then translate."""
    kept = catalogue("zh")
    said = {message[0] if isinstance(message, tuple) else message for _, _, message in messages()}
    assert len(said) > 300
    missing = [text for text in said if kept.get(text) is None or not all(as_tuple(kept.get(text).string))]  # type: ignore[union-attr]
    assert missing == []


def test_nothing_is_translated_that_nothing_says() -> None:
    """A message that left the pages leaves the catalogue too."""
    kept = catalogue("zh")
    today = brought_up_to_date(kept, "zh")
    assert {str(one.id) for one in kept if one.id} == {str(one.id) for one in today if one.id}


def test_a_translation_fills_the_same_places() -> None:
    """A name lost from a translation would be lost from the page, and a new one would break it."""
    for message in catalogue("zh"):
        for told in as_tuple(message.string):
            assert set(PLACES.findall(told)) == set(PLACES.findall(as_tuple(message.id)[-1])), message.id
            assert "%" not in PLACES.sub("", told), message.id


def test_chinese_uses_chinese_punctuation() -> None:
    """A comma or full stop of the other script between Chinese characters is a slip."""
    for message in catalogue("zh"):
        for told in as_tuple(message.string):
            assert not re.search(r"[㐀-鿿][,;:?!.]", told), told


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("role", ROLES),
        ("party", CHOICES["parties", "role"]),
        ("liability", CHOICES["parties", "liability"]),
        ("point", CHOICES["contact_points", "channel"]),
        ("channel", CHOICES["contacts", "channel"]),
        ("product", CHOICES["accounts", "product"]),
        ("loan_status", CHOICES["accounts", "loan_status"]),
        ("income", CHOICES["persons", "income_pattern"]),
        ("segment", CHOICES["persons", "occupation"]),
        ("segment", SEGMENTS),
        ("vulnerability", CHOICES["persons", "vulnerability"]),
        ("pause", CHOICES["pauses", "reason"]),
        ("stage", STAGES),
        ("promise", [str(status) for status in PromiseStatus]),
        ("confidence", CONFIDENCES),
        ("force", FORCES),
    ],
)
def test_every_code_of_a_closed_list_has_words(name: str, codes: list[str]) -> None:
    """A code on a page is a slip: the list it comes from and its labels are held together here."""
    assert set(codes) <= set(LABELS[name])


def test_every_outcome_has_a_key_and_no_two_of_a_channel_share_one() -> None:
    """One key per outcome; a promise has its own form, and what the book alone says needs none."""
    assert set(OUTCOMES) - set(OUTCOME_KEYS) == {"promised", "not_recorded"}
    assert set(STATE_OF_PROMISE) == {str(status) for status in PromiseStatus}
    reserved = set("acfgjklnopqvwz?,")
    for channel in ("call", "ai_call", "sms", "email", "letter", "visit"):
        keys = [
            OUTCOME_KEYS[code] for code, one in OUTCOMES.items() if channel in one.channels and code in OUTCOME_KEYS
        ]
        assert len(keys) == len(set(keys)), channel
        assert not reserved & set(keys), channel


@pytest.mark.parametrize("path", ["/queue", "/case/queue-wang", "/case/queue-card", "/style"])
def test_a_chinese_page_says_nothing_in_english(client: TestClient, path: str) -> None:
    """No message of more than two words stands untranslated on a page read in Chinese."""
    sign_in(client, "lina")
    page = words_of(client.get(path).text)
    english = {
        text
        for _, _, message in messages()
        for text in ([message] if isinstance(message, str) else message)
        if len(text.split()) > 2 and "%" not in text
    }
    assert [text for text in english if text in page] == []


def test_money_says_its_currency_and_unknown_is_never_zero() -> None:
    """The whole amount with its sign, or the word for unknown."""
    zh, en = Words("zh"), Words("en")
    assert zh.money(123450, "CNY") == en.money(123450, "CNY") == "¥1,234.50"
    assert en.money(123450, "TWD") == "NT$1,234.50"
    assert en.money(-50, "CNY") == "-¥0.50"
    assert (zh.money(None, "CNY"), en.money(None, "CNY")) == ("未知", "unknown")
    assert en.money_round(123456.7, "CNY") == "¥1,235"
    assert en.money(99_999_999_999_999, "CNY") == "¥999,999,999,999.99"


def test_days_and_hours_read_as_the_language_writes_them() -> None:
    """Near days have a weekday, far ones a year."""
    at = datetime(2026, 3, 9, 10, 12, tzinfo=UTC8)
    assert Words("zh").moment(at, UTC8) == "3月9日 周一 10:12"
    assert Words("en").moment(at, UTC8) == "Mon 9 Mar 10:12"
    assert Words("en").moment(at, UTC8, at + timedelta(days=400)) == "9 Mar 2026 10:12"
    assert Words("zh").day(date(2026, 3, 9)) == "2026年3月9日"
    assert Words("zh").place(ZoneInfo("Asia/Urumqi")) == "乌鲁木齐"


def test_a_count_of_one_is_said_as_one() -> None:
    """English has a singular; Chinese does not."""
    assert Words("en").say_n("%(n)s day late", "%(n)s days late", 1) == "1 day late"
    assert Words("en").say_n("%(n)s day late", "%(n)s days late", 45) == "45 days late"
    assert Words("zh").say_n("%(n)s day late", "%(n)s days late", 1) == "逾期 1 天"
