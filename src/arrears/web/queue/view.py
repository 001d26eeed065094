"""
What the queue page says, from the rows of one moment.

Comes in: store.pages.QueuePage, words, the instant. Goes out: QueueView, every value ready to print.
Never: shows a whole name, or a count as exact beyond what was counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from arrears.law.load import Law
from arrears.law.local_time import plausible_zones
from arrears.store.pages import COUNT_MAX, Found, QueuePage, Row, case_key
from arrears.web.masks import masked_account, masked_name
from arrears.web.parts.day_bar import DayBar, bar_words, day_bar
from arrears.web.parts.sums import sum_words, worst_words
from arrears.web.words.catalogue import Words
from arrears.web.words.labels import label
from arrears.web.words.treatments import treatment, why_chosen, worth


@dataclass(frozen=True, slots=True)
class Line:
    """One case of a list."""

    href: str
    who: str
    account: str
    """The last of the lead account's number: enough to tell two people of one family name apart."""
    overdue: str
    late: str
    stage: str
    step: str
    worth: str
    second: str | None
    why: str
    when: str
    hours_left: str
    lease: str | None


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """One account that the night left alone, where it left everybody alone."""

    href: str
    who: str
    account_id: str
    owed: str
    bucket: str
    reason: str


@dataclass(frozen=True, slots=True)
class QueueView:
    """
    `empty` says why there is nothing to take: no_night | night_empty | opens_later | day_over | all_others | all_done;
    None: there is something.
    """

    counts: dict[str, str]
    over: int
    mine: list[Line]
    first: Line | None
    """What the key takes: the collector's own case where there is one, else the head of the queue."""
    bar: DayBar | None
    bar_words: str
    rested: list[Line]
    ahead: list[Line]
    figures: str | None
    stale: bool
    empty: str | None
    opens: str | None
    left_alone: list[LeftAlone]
    looked_for: str | None
    """What was asked for, where it is not one case."""
    found: list[tuple[str, str, str]]
    """Those it may be: address, masked name, end of an account's number."""


def queue_view(
    page: QueuePage,
    law: Law,
    words: Words,
    at: datetime,
    house_zone: tzinfo,
    looked_for: str | None = None,
    found: Sequence[Found] = (),
) -> QueueView:
    """The page at `at`."""
    counts = page.counts
    head = [*page.mine, *page.ahead][:1]
    channel = head[0]["channel"] if head and head[0]["channel"] != "none" else "call"
    bar = day_bar(law, head[0]["time_zone"], channel, at) if head else None
    return QueueView(
        counts={
            name: words.count(n)
            if n <= COUNT_MAX
            else words.pair(f"{words.count(COUNT_MAX)} 以上", f"{words.count(COUNT_MAX)}+")
            for name, n in counts.items()
        },
        over=counts["over"],
        mine=[_line(row, page.owed[row["person_id"]], words, at, mine=True) for row in page.mine],
        first=_line(head[0], page.owed[head[0]["person_id"]], words, at) if head else None,
        bar=bar,
        bar_words=bar_words(bar, words) if head else "",
        rested=[_line(row, page.owed[row["person_id"]], words, at) for row in page.rested],
        ahead=[_line(row, page.owed[row["person_id"]], words, at) for row in page.ahead],
        figures=figures_of(page.night, words, at),
        stale=page.night is not None and (at.date() - page.night["as_of"]).days > 1,
        empty=_empty(page),
        opens=_opens(page, words, house_zone),
        left_alone=[_left_alone(row, words) for row in page.left_alone],
        looked_for=looked_for,
        found=[
            (
                f"/case/{one.key}",
                masked_name(one.name) if one.name else words.say("Name not in the book"),
                masked_account(one.account_id or ""),
            )
            for one in found
        ],
    )


def figures_of(night: Row | None, words: Words, at: datetime) -> str | None:
    """Of which day the figures are, and how old."""
    if night is None:
        return None
    return words.say(
        "Figures of %(day)s, computed %(ago)s.",
        day=words.day(night["as_of"]),
        ago=words.ago(night["published_at"], at),
    )


def _empty(page: QueuePage) -> str | None:
    if page.night is None:
        return "no_night"
    if page.ahead or page.mine or page.counts["now"]:
        return None
    if not page.counts["of_night"]:
        return "night_empty"
    if page.counts["later"]:
        return "opens_later"
    if page.counts["over"]:
        return "day_over"
    return "all_others" if page.counts["others"] else "all_done"


def _left_alone(row: Row, words: Words) -> LeftAlone:
    return LeftAlone(
        href=f"/case/{case_key(row['person_id'])}" if row["person_id"] else "",
        who=masked_name(row["name"]) if row["name"] else words.say("Name not in the book"),
        account_id=row["account_id"],
        owed=words.money(row["outstanding_cents"], row["currency"]),
        bucket=row["bucket"] or words.unknown,
        reason=words.reason(row["reason"] or ""),
    )


def _opens(page: QueuePage, words: Words, zone: tzinfo) -> str | None:
    return None if page.next_opens_at is None else words.moment(page.next_opens_at, zone)


def _line(row: Row, owed: Sequence[Row], words: Words, at: datetime, *, mine: bool = False) -> Line:
    name = treatment(words, row["treatment"], row["channel"])
    second = row["second_treatment"]
    zones = plausible_zones(row["time_zone"])
    return Line(
        href=f"/case/{row['queue_item_id']}",
        who=masked_name(row["name"]) if row["name"] else words.say("Name not in the book"),
        account=masked_account(row["lead_account_id"]),
        overdue=sum_words(owed, "overdue_cents", words),
        late=worst_words(owed, words),
        stage=label(words, "stage", row["stage"]),
        step=name,
        worth=worth(words, row["value_cents"], row["currency"], row["treatment"]),
        second=words.say(
            "else %(step)s, %(worth)s",
            step=treatment(words, second, begins=False),
            worth=words.money_round(row["second_value_cents"], row["currency"]),
        )
        if second and len(row["account_ids"]) == 1  # the second best is one account's; the worth is all of them
        else None,
        why=why_chosen(
            words,
            name=name,
            value_cents=row["lead_value_cents"],
            second=treatment(words, second, begins=False) if second else None,
            second_value_cents=row["second_value_cents"],
            currency=row["currency"],
        ),
        when=_window(row, words, zones),
        hours_left=_left(row, words, at),
        lease=words.clock(row["claimed_until"], zones[0] if zones else ZoneInfo("UTC")) if mine else None,
    )


def _window(row: Row, words: Words, zones: tuple[ZoneInfo, ...]) -> str:
    if not zones:
        return words.say("no time zone on file")
    zone = zones[0]
    return words.say(
        "%(opens)s to %(closes)s, %(zone)s time",
        opens=words.clock(row["not_before_at"], zone),
        closes=words.clock(row["not_after_at"], zone),
        zone=words.place(zone),
    )


def _left(row: Row, words: Words, at: datetime) -> str:
    if at < row["not_before_at"]:
        return words.say("opens in %(span)s", span=words.span(row["not_before_at"] - at))
    if at >= row["not_after_at"]:
        return words.say("closed for today")
    return words.say("%(span)s left", span=words.span(row["not_after_at"] - at))
