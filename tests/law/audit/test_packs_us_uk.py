"""The packs of the United States, seven of its jurisdictions, and the United Kingdom."""

from __future__ import annotations

from datetime import date

import pytest

from arrears.law.audit.figures import figure
from arrears.law.audit.holidays import business_days_between, business_days_on, public_holidays
from arrears.law.load import load_law
from arrears.law.run_cases import run_cases

RUN_ON = date(2026, 11, 23)
STATES = ["us_ca", "us_dc", "us_ma", "us_ny", "us_nyc", "us_wa", "us_wv"]


@pytest.mark.parametrize("packs", [["us"], ["uk"], *(["us", state] for state in STATES)], ids="+".join)
def test_every_provision_gives_the_answers_of_its_cases(packs: list[str]) -> None:
    """The packs load without a gap or a clash, alone and a state upon the federal one."""
    failed = [f"{one.provision.id}: {one.case.says}" for one in run_cases(load_law(packs, RUN_ON)) if not one.holds]
    assert not failed


def test_regulation_f_stands_in_its_own_words() -> None:
    """Each paragraph was read: verbatim words, a clause, the force of the text."""
    read = [item for item in load_law(["us"], RUN_ON, house=False).provisions if item.instrument == "reg_f"]
    assert len(read) > 80
    for item in read:
        assert item.text, item.id
        assert item.confidence == "seen-text", item.id
        assert item.citation.startswith("12 CFR 1006"), item.id


def test_what_was_not_read_says_so() -> None:
    """Nothing recalled is passed off as seen."""
    for packs in (["us"], ["uk"], *([state] for state in STATES)):
        for item in load_law(packs, RUN_ON, house=False).provisions:
            assert (item.confidence == "seen-text") == bool(item.text), item.id


@pytest.mark.parametrize(
    ("provision", "name", "value"),
    [
        ("us.reg_f.call_frequency", "at_most", 7),
        ("us.reg_f.call_frequency", "days", 7),
        ("us.reg_f.call_after_conversation", "days", 7),
        ("us.reg_f.excluded_consent", "days", 7),
        ("us.reg_f.email_creditor", "opt_out_at_least_days", 35),
        ("us.reg_f.text_consent", "within_days", 60),
        ("us.reg_f.validation_period", "assumed_receipt_days", 5),
        ("us.reg_f.validation_period", "after_receipt_days", 30),
        ("us.reg_f.furnish", "wait_days", 14),
        ("us.reg_f.records", "keep_years", 3),
    ],
)
def test_the_figures_are_those_of_the_regulation(provision: str, name: str, value: int) -> None:
    """The engine reads them from the files; a slip in a file is seen here."""
    assert figure(provision, name) == value


def test_public_holidays_are_those_of_6103_a() -> None:
    """4 July 2026 is a Saturday: the Friday off in lieu is 6103(b) and counts as a day."""
    assert date(2026, 7, 4) in public_holidays(2026)
    assert date(2026, 7, 3) not in public_holidays(2026)
    assert business_days_on(date(2026, 6, 29), 5) == date(2026, 7, 6)
    assert len(public_holidays(2026)) == 11
    assert date(2026, 11, 26) in public_holidays(2026)
    assert date(2026, 5, 25) in public_holidays(2026)


def test_days_counted_on_and_days_between_agree() -> None:
    """Both leave out the first day, weekends and holidays."""
    start = date(2026, 1, 1)
    for step in range(1, 300):
        assert business_days_between(start, business_days_on(start, step)) == step
