"""Where a claim stands follows from what is on record, and from nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.playbook.claims import (
    CAUSES,
    CLAIM_KINDS,
    Claim,
    Document,
    Known,
    Money,
    Paid,
    Status,
    causes_pointed_to,
    faults,
    weigh,
)
from arrears.playbook.claims.cause import ONLY_A_PERSON
from arrears.playbook.claims.weigh import GROUNDS, SETTLING

TODAY = date(2026, 11, 24)
SAID = datetime(2026, 11, 24, 2, tzinfo=UTC)
YEN = "CNY"


def claim(kind: str, claim_id: str = "c1", said_at: datetime = SAID, **more: object) -> Claim:
    return Claim(claim_id, kind, said_at, **{"currency": YEN, **more})  # type: ignore[arg-type]


def paid(cents: int, on: date, **more: object) -> Paid:
    return Paid("p1", "A-1", Money(cents, YEN), on, **more)  # type: ignore[arg-type]


def says_paid(account_id: str | None = None, currency: str = YEN) -> Claim:
    return claim("payment_made", amount_cents=500_00, on=date(2026, 11, 18), account_id=account_id, currency=currency)


def status(one: Claim, **known: object) -> tuple[Status, list[str]]:
    standing = weigh(one, Known(TODAY, claims=[one], **known))  # type: ignore[arg-type]
    return standing.status, [ground.code for ground in standing.grounds]


@pytest.mark.parametrize(
    ("payments", "book_day", "wanted", "ground"),
    [
        ([paid(500_00, date(2026, 11, 19))], None, Status.SUPPORTED, "payment_found"),
        ([paid(500_00, date(2026, 11, 21))], None, Status.SUPPORTED, "payment_found"),
        ([paid(500_00, date(2026, 11, 22))], date(2026, 11, 24), Status.CONTRADICTED, "payment_absent"),
        ([paid(450_00, date(2026, 11, 18))], None, Status.CONTRADICTED, "payment_differs"),
        (
            [paid(500_00, date(2026, 11, 18), reversed_on=date(2026, 11, 20))],
            None,
            Status.CONTRADICTED,
            "payment_reversed",
        ),
        ([], date(2026, 11, 22), Status.CONTRADICTED, "payment_absent"),
        ([], date(2026, 11, 21), Status.UNVERIFIED, "payment_not_yet"),
        ([], None, Status.UNVERIFIED, "payment_not_yet"),
    ],
)
def test_a_payment_is_found_or_missing_only_where_the_book_can_show_it(
    payments: list[Paid], book_day: date | None, wanted: Status, ground: str
) -> None:
    """A transfer has three days to arrive; a book that does not reach past them contradicts nobody."""
    assert status(says_paid(), payments=payments, book_day=book_day) == (wanted, [ground])


def test_a_payment_of_another_account_or_currency_shows_nothing() -> None:
    """What was paid on one debt is not what they say they paid on another."""
    mine = [paid(500_00, date(2026, 11, 18))]
    assert status(says_paid(account_id="A-2"), payments=mine)[0] is Status.UNVERIFIED
    assert status(says_paid(currency="USD"), payments=mine)[0] is Status.UNVERIFIED


def test_what_a_person_read_outranks_the_records_and_the_latest_reading_holds() -> None:
    """A slip that was seen settles it, until somebody reads a better one."""
    early, late = SAID, SAID + timedelta(hours=1)
    shows = Document("d1", "c1", TODAY, TODAY, True, early)
    denies = Document("d2", "c1", TODAY, TODAY, False, late)
    late_book = date(2026, 11, 24)
    assert status(says_paid(), documents=[shows], book_day=late_book)[0] is Status.SUPPORTED
    assert status(says_paid(), documents=[shows, denies], book_day=late_book)[0] is Status.CONTRADICTED
    again = replace(shows, read_at=late + timedelta(hours=1))
    assert status(says_paid(), documents=[again, denies], book_day=late_book)[0] is Status.SUPPORTED


def test_a_paper_that_was_asked_for_or_not_yet_read_decides_nothing() -> None:
    """Asking is no doubt, and an unread file is no proof."""
    asked = Document("d1", "c1", TODAY, None, None)
    unread = Document("d2", "c1", TODAY, TODAY, None)
    assert status(claim("illness"), documents=[asked, unread]) == (
        Status.UNVERIFIED,
        ["document_asked", "document_unread"],
    )
    assert status(claim("illness"), documents=[replace(asked, claim_id="other")]) == (Status.UNVERIFIED, [])


@pytest.mark.parametrize(
    ("then", "now", "wanted"),
    [
        (4_000_00, 3_000_00, "repeats_earlier"),
        (4_000_00, 2_999_99, "differs_from_earlier"),
        (3_000_00, 4_000_01, "differs_from_earlier"),
        (3_000_00, 4_000_00, "repeats_earlier"),
    ],
)
def test_two_incomes_differ_only_by_more_than_a_quarter(then: int, now: int, wanted: str) -> None:
    """The later one is set against the one before it, never the earlier against the later."""
    first = claim("income", "c0", SAID - timedelta(days=9), amount_cents=then)
    second = claim("income", "c1", SAID, amount_cents=now)
    known = Known(TODAY, claims=[first, second])
    assert [ground.code for ground in weigh(second, known).grounds] == [wanted]
    assert weigh(first, known).grounds == ()


def test_incomes_in_two_currencies_are_not_compared() -> None:
    """It is said that they can't be, and neither is called wrong."""
    first = claim("income", "c0", SAID - timedelta(days=1), amount_cents=4_000_00, currency="USD")
    second = claim("income", "c1", amount_cents=9_000_00)
    standing = weigh(second, Known(TODAY, claims=[first, second]))
    assert (standing.status, [ground.code for ground in standing.grounds]) == (Status.UNVERIFIED, ["other_currency"])


def test_illness_is_never_contradicted_by_a_record() -> None:
    """Only a person who read a paper can say so."""
    ill = claim("illness", on=date(2026, 11, 1))
    everything = {"payments": [paid(1, TODAY)], "book_day": TODAY, "payday": 5, "holds": [("h1", "plan")]}
    assert status(ill, **everything) == (Status.UNVERIFIED, [])


def test_a_death_that_the_lender_has_on_record_is_supported() -> None:
    """Nobody is asked to prove twice what the book says."""
    assert status(claim("death"), holds=[("h1", "deceased")]) == (Status.SUPPORTED, ["lender_knows"])


CODES = st.sampled_from(sorted(CLAIM_KINDS))
DAYS = st.dates(date(2026, 10, 1), date(2026, 12, 31))
CLAIMS = st.builds(
    Claim,
    claim_id=st.sampled_from(["c1", "c2", "c3"]),
    kind=CODES,
    said_at=st.datetimes(datetime(2026, 10, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),
    amount_cents=st.integers(1, 10_000_00) | st.none(),
    currency=st.just(YEN),
    on=DAYS | st.none(),
    payday=st.integers(1, 31) | st.none(),
)


@given(
    claims=st.lists(CLAIMS, max_size=4, unique_by=lambda one: one.claim_id),
    payments=st.lists(st.builds(paid, st.integers(1, 10_000_00), DAYS), max_size=3),
    book_day=DAYS | st.none(),
    readings=st.lists(st.booleans() | st.none(), max_size=3),
)
def test_every_standing_says_by_what(
    claims: list[Claim], payments: list[Paid], book_day: date | None, readings: list[bool | None]
) -> None:
    """A claim that is not open has a ground that decides; each ground has its words; a reading always decides."""
    papers = [
        Document(f"d{n}", "c1", None, TODAY, value, None if value is None else SAID) for n, value in enumerate(readings)
    ]
    known = Known(TODAY, book_day, payments, papers, claims, payday=10)
    standings = {one.claim_id: weigh(one, known) for one in claims}
    for standing in standings.values():
        assert all(ground.code in GROUNDS for ground in standing.grounds)
        assert standing.status is Status.UNVERIFIED or standing.grounds
        if standing.claim_id == "c1" and any(value is not None for value in readings):
            assert standing.status is not Status.UNVERIFIED
    pointers = causes_pointed_to(claims, standings)
    assert not {pointer.cause for pointer in pointers} & set(ONLY_A_PERSON)
    refuted = {one for one, standing in standings.items() if standing.status is Status.CONTRADICTED}
    assert not refuted & {claim_id for pointer in pointers for claim_id in pointer.claims}


def test_a_claim_that_is_supported_points_harder_than_one_that_is_open() -> None:
    """Illness shown by a paper goes before a receivable that nobody has seen."""
    ill, owed = claim("illness", "c1"), claim("receivable", "c2", amount_cents=1)
    papers = [Document("d1", "c1", TODAY, TODAY, True, SAID)]
    known = Known(TODAY, documents=papers, claims=[ill, owed])
    standings = {one.claim_id: weigh(one, known) for one in (owed, ill)}
    assert [pointer.cause for pointer in causes_pointed_to([owed, ill], standings)] == [
        "vulnerable",
        "illness",
        "cash_flow_timing",
    ]
    with_card = causes_pointed_to([owed], standings, ["X1", "X9"])
    assert [(pointer.cause, pointer.cards) for pointer in with_card] == [("cash_flow_timing", ("X1",))]


@pytest.mark.parametrize(
    ("kind", "said", "code"),
    [
        ("gossip", {}, "claim_kind_unknown"),
        ("payment_made", {"amount_cents": 1, "currency": YEN}, "claim_needs_on"),
        ("income", {}, "claim_needs_amount"),
        ("illness", {"amount_cents": 1, "currency": YEN}, "claim_takes_no_amount"),
        ("income", {"amount_cents": 0, "currency": YEN}, "claim_amount_unclear"),
        ("income", {"amount_cents": 5, "currency": None}, "claim_amount_unclear"),
        ("income", {"amount_cents": 5, "currency": YEN, "payday": 32}, "claim_payday_unclear"),
        (
            "payment_made",
            {"amount_cents": 1, "currency": YEN, "on": TODAY + timedelta(days=1)},
            "claim_payment_to_come",
        ),
    ],
)
def test_a_claim_that_nothing_could_settle_is_not_taken(kind: str, said: dict[str, object], code: str) -> None:
    """Each refusal says what to give instead."""
    nothing: dict[str, object] = {"amount_cents": None, "currency": None, "on": None, "payday": None}
    found = faults(kind, **{**nothing, **said}, today=TODAY)  # type: ignore[arg-type]
    assert [problem.code for problem in found] == [code]
    assert found[0].fix


def test_every_kind_can_be_asked_about_in_both_languages() -> None:
    """No kind without a question, and no cause without the treatment it deserves, in Chinese and English."""
    for kind in CLAIM_KINDS.values():
        assert kind.asks, kind.code
        for words in (kind.words, *kind.papers, *kind.asks):
            assert words[0].strip()
            assert words[1].isascii()
    for cause in CAUSES.values():
        assert set(cause.claims) <= set(CLAIM_KINDS)
        assert cause.deserves[0] != cause.deserves[1]
    assert timedelta(days=3) == SETTLING
