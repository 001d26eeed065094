"""What is an instant, and what is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from arrears.kernel.reading import Unreadable
from arrears.kernel.reading.instant import read_instant

NEW_YORK, SHANGHAI = "America/New_York", "Asia/Shanghai"


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2025-07-02 12:00:00 UTC", NEW_YORK, "2025-07-02 12:00"),
        ("2025-07-02 12:00:00 GMT", NEW_YORK, "2025-07-02 12:00"),
        ("2025-07-02T12:00:00Z", NEW_YORK, "2025-07-02 12:00"),
        ("2025-07-02 12:00:00 UTC+8", NEW_YORK, "2025-07-02 04:00"),
        ("2025-07-02 12:00:00 America/Los_Angeles", NEW_YORK, "2025-07-02 19:00"),
        ("2025-07-02T12:00:00-05", None, "2025-07-02 17:00"),
        ("2025-07-02T12:00:00-0500", None, "2025-07-02 17:00"),
        ("2025-07-02T12:00:00+08:00[Asia/Shanghai]", NEW_YORK, "2025-07-02 04:00"),
        ("2025-07-02T12:00[Asia/Shanghai]", NEW_YORK, "2025-07-02 04:00"),
        ("2025-07-02 1:30 PM", NEW_YORK, "2025-07-02 17:30"),
        ("2025-07-02 1:30 AM", NEW_YORK, "2025-07-02 05:30"),
        ("2025-07-02 12:05 a.m.", NEW_YORK, "2025-07-02 04:05"),
        ("2025-07-02 下午1:30", SHANGHAI, "2025-07-02 05:30"),
        ("2025年7月2日 上午9时05分", SHANGHAI, "2025-07-02 01:05"),
        ("2025/7/2 9:05", SHANGHAI, "2025-07-02 01:05"),
        ("２０２５－０７－０２　１２：００：００", SHANGHAI, "2025-07-02 04:00"),
        ("20250702120000", SHANGHAI, "2025-07-02 04:00"),
        ("20250702T120000Z", None, "2025-07-02 12:00"),
        ("2025-07-02T00:00:00", SHANGHAI, "2025-07-01 16:00"),
        ("2025-11-02 01:30:00-05:00", NEW_YORK, "2025-11-02 06:30"),
        ("2025-11-02 01:30:00-04:00", NEW_YORK, "2025-11-02 05:30"),
        ("2025-03-09 03:00:00", NEW_YORK, "2025-03-09 07:00"),
        ("2025-03-09 01:59:59", NEW_YORK, "2025-03-09 06:59:59"),
        ("\u200b2025-07-02 12:00:00\u00a0UTC\ufeff", None, "2025-07-02 12:00"),
    ],
)
def test_an_instant_is_read_as_it_is_written(text: str, zone: str | None, utc: str) -> None:
    """A word about the zone outranks the zone of the file; the file's is used only where there is none."""
    assert read_instant(text, zone) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone", "code"),
    [
        ("2025-07-02 12:00:00foo", NEW_YORK, "not_an_instant"),
        ("2025-07-02 12:00:00 UTC foo", NEW_YORK, "not_an_instant"),
        ("2025-07-02", NEW_YORK, "not_an_instant"),
        ("2025-07-02T", NEW_YORK, "not_an_instant"),
        ("1751457600", NEW_YORK, "not_an_instant"),
        ("1751457600000", NEW_YORK, "not_an_instant"),
        ("2025-02-30 12:00", NEW_YORK, "not_an_instant"),
        ("2025-07-02 24:00", NEW_YORK, "not_an_instant"),
        ("2025-07-02 12:60", NEW_YORK, "not_an_instant"),
        ("2025-07-02 23:59:60Z", NEW_YORK, "not_an_instant"),
        ("2025-07-02 13:30 PM", NEW_YORK, "not_an_instant"),
        ("2025-07-02 0:30 AM", NEW_YORK, "not_an_instant"),
        ("2025-07-02 上午1:30 PM", SHANGHAI, "not_an_instant"),
        ("2025-07-02 12:00 CST", NEW_YORK, "not_an_instant"),
        ("2025-07-02 12:00 Mars/Phobos", NEW_YORK, "not_an_instant"),
        ("2025-07-02T12:00:00+07:00[Asia/Shanghai]", NEW_YORK, "not_an_instant"),
        ("2025-07-02T12:00:00+15:00", NEW_YORK, "not_an_instant"),
        ("2025-07-02T12:00-5", NEW_YORK, "not_an_instant"),
        ("07/02/2025 12:00", NEW_YORK, "not_an_instant"),
        ("2025-07-02 12:00:00", None, "instant_without_offset"),
        ("2025-03-09 02:30:00", NEW_YORK, "time_skipped"),
        ("2025-03-09 02:00:00", NEW_YORK, "time_skipped"),
        ("2025-11-02 01:30:00", NEW_YORK, "time_repeated"),
        ("2025-11-02 01:00:00", NEW_YORK, "time_repeated"),
        ("2025-11-02 01:30:00 America/New_York", None, "time_repeated"),
    ],
)
def test_what_is_not_one_instant_is_refused(text: str, zone: str | None, code: str) -> None:
    """Caps are counted and hours are kept by the minute, so a part of a text is never dropped and none is guessed."""
    with pytest.raises(Unreadable) as refused:
        read_instant(text, zone)
    assert refused.value.code == code


@given(
    instant=some.datetimes(
        datetime(1971, 1, 1), datetime(2037, 12, 31), timezones=some.timezones().filter(lambda zone: "/" in str(zone))
    )
)
def test_what_is_written_with_its_offset_comes_back(instant: datetime) -> None:
    """In every zone, on both sides of every change of the clocks."""
    whole = instant.utcoffset()
    if whole is not None and whole.total_seconds() % 60 == 0:
        assert read_instant(instant.isoformat(), None) == instant.astimezone(UTC)
