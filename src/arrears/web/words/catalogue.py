"""
What a page says, in the reader's language: messages, money, days and times.

Comes in: an English message (the msgid), values, a language. Goes out: words in that language. Messages are
looked up in `<language>.po` beside this file, read once at start; English is the msgid itself.

Never: reads the clock. "How long ago" takes both instants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, format_timedelta, get_timezone_location
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent
from babel.support import NullTranslations, Translations

from arrears.kernel.reasons import WORDS, Reason

LANGUAGES: Mapping[str, str] = {"zh": "中文", "en": "English"}
"""Language code to its own name, in the order of the switch. The first is the default."""

_LOCALE = {"zh": "zh_Hans_CN", "en": "en_GB"}
_DAY = {"zh": "M月d日 EEE", "en": "EEE d MMM"}
_DAY_AND_YEAR = {"zh": "y年M月d日", "en": "d MMM y"}
_HERE = Path(__file__).parent


def marked(message: str) -> str:
    """Marks a message for the catalogue where it is written, to be looked up later. Gives it back unchanged."""
    return message


@lru_cache(maxsize=len(LANGUAGES))
def _messages(language: str) -> NullTranslations:
    source = _HERE / f"{language}.po"
    if not source.exists():
        return NullTranslations()
    with source.open("rb") as opened:
        catalogue = read_po(opened, locale=_LOCALE[language])
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


@dataclass(frozen=True, slots=True)
class Words:
    """One language. Cheap to make; the catalogue behind it is read once for the process."""

    language: str

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise ValueError(f"{self.language!r} is not one of {', '.join(LANGUAGES)}")

    @property
    def locale(self) -> str:
        return _LOCALE[self.language]

    @property
    def html_lang(self) -> str:
        """BCP 47, so that the browser picks Chinese glyphs and not Japanese ones."""
        return "zh-CN" if self.language == "zh" else "en"

    # messages

    @property
    def gettext(self) -> Callable[[str], str]:
        return _messages(self.language).gettext

    @property
    def ngettext(self) -> Callable[[str, str, int], str]:
        return _messages(self.language).ngettext

    def say(self, message: str, **values: object) -> str:
        """The message in this language, its %(name)s filled in."""
        told: str = self.gettext(message)
        return told % values if values else told

    def say_n(self, one: str, many: str, n: int, **values: object) -> str:
        """The message for n things; %(n)s is n, grouped."""
        return str(self.ngettext(one, many, n)) % {"n": self.count(n), **values}

    def pair(self, zh: str, en: str) -> str:
        """Words that come as a pair from the law or the list of reasons."""
        return zh if self.language == "zh" else en

    def reason(self, value: str) -> str:
        """A reason of the closed list in words; a value that is not on the list is shown as it stands."""
        try:
            return self.pair(*WORDS[Reason(value)])
        except ValueError:
            return value

    # numbers

    def money(self, cents: int | None, currency: str) -> str:
        """123450 of CNY to "¥1,234.50". None is unknown, and unknown is said and never shown as zero."""
        if cents is None:
            return self.unknown
        return format_currency(Decimal(cents) / 100, currency, locale=_money_locale(self.locale, currency))

    def money_round(self, cents: float | None, currency: str) -> str:
        """For an expectation, which nobody holds: whole units, no cents."""
        if cents is None:
            return self.unknown
        whole = round(cents / 100)
        return format_currency(
            whole, currency, format="¤#,##0;-¤#,##0", locale=_money_locale(self.locale, currency), currency_digits=False
        )

    def count(self, n: float | None) -> str:
        return self.unknown if n is None else format_decimal(n, locale=self.locale)

    def percent(self, share: float | None, digits: int = 1) -> str:
        if share is None:
            return self.unknown
        return format_percent(share, format=f"#,##0.{'0' * digits}%" if digits else "#,##0%", locale=self.locale)

    @property
    def unknown(self) -> str:
        return self.say("unknown")

    # days and times

    def day(self, day: date | None) -> str:
        """ "9 Mar 2026" and "2026年3月9日"."""
        return self.unknown if day is None else format_date(day, _DAY_AND_YEAR[self.language], locale=self.locale)

    def weekday(self, day: date, now: datetime | None = None) -> str:
        """ "Mon 9 Mar" and "3月9日 周一"; with its year instead of the weekday where `now` is half a year away."""
        if now is not None and abs(now.date() - day) > timedelta(days=183):
            return self.day(day)
        return format_date(day, _DAY[self.language], locale=self.locale)

    def clock(self, at: datetime | time, zone: tzinfo | None = None) -> str:
        """ "08:00": hours and minutes, at `zone` where the instant has none of its own place."""
        local = at.astimezone(zone) if zone is not None and isinstance(at, datetime) else at
        return format_time(local, "HH:mm", locale=self.locale)

    def moment(self, at: datetime | None, zone: tzinfo, now: datetime | None = None) -> str:
        """ "Mon 9 Mar 10:12" at `zone`; with its year instead of the weekday where `now` is half a year away."""
        if at is None:
            return self.unknown
        far = now is not None and abs(now - at) > timedelta(days=183)
        day = _DAY_AND_YEAR if far else _DAY
        return format_datetime(at.astimezone(zone), f"{day[self.language]} HH:mm", locale=self.locale)

    def place(self, zone: ZoneInfo) -> str:
        """ "Shanghai" and "上海": the city that names the zone."""
        return get_timezone_location(zone, locale=self.locale, return_city=True)

    def ago(self, then: datetime, now: datetime) -> str:
        """ "2 hours ago"; a future instant is "in 2 hours"."""
        return format_timedelta(then - now, add_direction=True, threshold=1.2, locale=self.locale)

    def span(self, length: timedelta) -> str:
        """ "28 minutes"."""
        return format_timedelta(length, threshold=1.2, locale=self.locale)


def _money_locale(locale: str, currency: str) -> str:
    # In English Babel writes CNY as "CN¥" to keep it apart from the yen. No book here mixes the two, and
    # the currency code stands beside the totals, so the plain sign of the home locale reads better.
    return "zh_Hans_CN" if currency == "CNY" else locale
