"""
Workdays and holidays of mainland China, by the calendar the State Council announces year by year.

Comes in: days. Goes out: whether one is a workday, and workdays counted on. A year that has not been announced (or
that the calendar package does not hold) is an error: it is not a year of ordinary weeks.
"""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar

from arrears.kernel.problem import Problem, Unusable


def is_workday(day: date) -> bool:
    """Whether people work on that day: make-up Saturdays do, announced holidays do not."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError as fault:
        raise _unknown_year(day) from fault


def workdays_after(day: date, count: int) -> date:
    """The day that many workdays after `day`, which is not itself counted. `count` is at least 1."""
    if count < 1:
        raise ValueError("count is at least 1: the day itself is not a workday after itself")
    found = 0
    while found < count:
        day += timedelta(days=1)
        found += is_workday(day)
    return day


def next_workday(day: date) -> date:
    """`day` itself where it is a workday, else the first one after it."""
    return day if is_workday(day) else workdays_after(day, 1)


def _unknown_year(day: date) -> Unusable:
    return Unusable(
        Problem(
            code="calendar_year_unknown",
            where="calendar of China (chinesecalendar)",
            what=f"{day.year} is not in the holiday calendar, so {day} can't be told to be a workday.",
            why="Holidays and make-up days are announced each year; guessing them moves a deadline.",
            fix="Install the release of chinesecalendar that holds this year, or state the day yourself.",
        )
    )
