"""
What the case page says, from the rows and previews of one moment.

Comes in: store.pages.CasePage, the gate's previews, words, the instant, what was revealed. Goes out: CaseView, every
value ready to print. Never: shows personal data that was not asked for, or leaves a gap in the book as a blank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from arrears.contact.permit import Ground
from arrears.daytime import Preview
from arrears.kernel.reasons import Reason
from arrears.law.load import Law
from arrears.law.local_time import plausible_zones
from arrears.outcome.table import HOLD_WORDS, Outcome, outcomes_of
from arrears.queue.claim import Status
from arrears.store.pages import NOT_QUEUED, CasePage, Row, in_contact
from arrears.web.case.allowed import WAYS_SHOWN, GroundLine, Way, ground_line, ways_of
from arrears.web.case.asks import Chip, chips_of
from arrears.web.case.message import Message, message_of
from arrears.web.case.owed import Account, accounts_of
from arrears.web.case.story import Event, PromiseLine, promises_of, story_of
from arrears.web.masks import masked_id, masked_name, masked_number
from arrears.web.parts.day_bar import DayBar, bar_words, day_bar
from arrears.web.parts.sums import sum_words, worst_words
from arrears.web.queue.view import figures_of
from arrears.web.words.catalogue import Words, marked
from arrears.web.words.labels import label
from arrears.web.words.treatments import treatment
from arrears.web.workspace import Letterhead

STORY_SHOWN = 10
OUTCOME_KEYS = {
    "no_answer": "1",
    "busy": "2",
    "switched_off": "3",
    "not_in_service": "4",
    "voicemail": "5",
    "wrong_number": "6",
    "third_party": "7",
    "third_party_declined": "8",
    "right_party": "9",
    "refused": "0",
    "says_paid": "y",
    "hung_up": "u",
    "callback_requested": "b",
    "channel_stopped": "x",
    "disputed": "d",
    "hardship": "h",
    "represented": "r",
    "stop_requested": "t",
    "complained": "m",
    "deceased": "e",
    "incident": "i",
    "nobody_home": "1",
    "sent": "1",
    "delivered": "2",
    "undelivered": "3",
    "replied": "4",
}
"""One key per outcome of a channel; a promise has its own form behind `p`."""

HOLDS_ASKED_FOR = ("dispute", "hardship", "stop", "complaint", "represented", "deceased", "incident")


NO_WAY_TO_THEM = marked(
    "No number or address of theirs is known to work. Ask the lender for one from a lawful source; "
    "a supervisor takes it down on this page."
)
NO_WAY = marked(
    "The book has no contact point for anybody in this case. "
    "Nobody can be contacted until the lender sends one with its lawful source."
)


@dataclass(frozen=True, slots=True)
class Who:
    """The person, masked unless asked for."""

    name: str
    named: bool
    facts: tuple[tuple[str, str], ...]
    revealed: bool
    can_reveal: bool


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody else in the case."""

    name: str
    role: str
    liability: str
    owes: bool
    accounts: int


@dataclass(frozen=True, slots=True)
class OutcomeButton:
    """One outcome, with its key."""

    code: str
    words: str
    key: str | None
    holds: bool


@dataclass(frozen=True, slots=True)
class OpenAttempt:
    """
    A permit that was used: the attempt waits for its outcome. Its number is shown whole, to be dialled; where
    something has come between (`ended`), it is masked: what is left to do is to end the contact and record it.
    """

    attempt_id: str
    permit_id: str
    channel: str
    channel_words: str
    number: str
    dial: str | None
    whom: str
    since: str
    ended: tuple[GroundLine, ...]
    message: Message | None
    """What is written, where the contact is in writing."""
    groups: tuple[tuple[str, tuple[OutcomeButton, ...]], ...]


@dataclass(frozen=True, slots=True)
class PromiseForm:
    """What was typed, and what is wrong with it, by field."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseView:
    """The whole page."""

    item_id: str
    standing: str
    """mine | free | with_another | done | withdrawn | not_queued"""
    standing_words: str
    live_href: str | None
    can_work: bool
    can_promise: bool
    """Whoever speaks with the borrower takes the promise, unless a colleague holds the case or nobody took it yet."""
    who: Who
    overdue: str
    outstanding: str
    late: str
    stage: str
    step: str
    why: str | None
    figures: str | None
    bar: DayBar | None
    bar_words: str
    accounts: list[Account]
    parties: list[Party]
    holds: list[str]
    open_attempt: OpenAttempt | None
    ways: list[Way]
    ways_shown: int
    ways_folded: str
    ways_grounds: tuple[GroundLine, ...]
    ways_missing: str | None
    no_way_to_them: str | None
    """The borrower has no contact point, or none that is not known to be wrong: what to do then."""
    promises: list[PromiseLine]
    story: list[Event]
    older: list[Event]
    history_missing: bool
    gaps: list[str]
    refusal: list[GroundLine]
    promise_form: PromiseForm
    promise_accounts: list[tuple[str, str]]
    promise_chips: tuple[Chip, ...]
    local_today: str
    request_key: str


def case_view(
    page: CasePage,
    previews: Sequence[Preview],
    law: Law,
    words: Words,
    at: datetime,
    *,
    me: str,
    house_zone: tzinfo,
    identity: Mapping[str, object] | None = None,
    revealed: dict[str, str] | None = None,
    refusal: list[GroundLine] | None = None,
    promise_form: PromiseForm | None = None,
    request_key: str = "",
    letterhead: Letterhead | None = None,
) -> CaseView:
    """The page at `at` for collector `me`."""
    item, person = page.item, page.person
    zones = plausible_zones(person["time_zone"])
    zone: tzinfo = zones[0] if zones else house_zone
    consents = frozenset(row["kind"] for row in page.consents if row["withdrawn_at"] is None)
    bar = day_bar(law, person["time_zone"], "call", at, consents)
    standing, standing_words = _standing(page, words, at, me, zone)
    accounts = accounts_of(page, words)
    story = story_of(page, words, zone, at)
    ways = ways_of(previews, page, words, zone, revealed=revealed or {})
    return CaseView(
        item_id=item["queue_item_id"],
        standing=standing,
        standing_words=standing_words,
        live_href=_live(page),
        can_work=standing == "mine",
        can_promise=standing not in ("with_another", "free"),
        who=_who(person, words, at, identity),
        overdue=sum_words(page.accounts, "overdue_cents", words),
        outstanding=sum_words(page.accounts, "outstanding_cents", words),
        late=worst_words(page.accounts, words),
        stage=label(words, "stage", item["stage"]),
        step=treatment(words, item["treatment"], item["channel"]),
        why=next((account.why for account in accounts if account.is_lead), None),
        figures=figures_of(page.night, words, at),
        bar=bar,
        bar_words=bar_words(bar, words),
        accounts=accounts,
        parties=_parties(page, words),
        holds=[words.pair(*HOLD_WORDS[row["kind"]]) for row in page.holds if _in_force(row, at, zone)],
        open_attempt=_open_attempt(page, previews, words, zone, me, law, letterhead, at),
        ways=ways.all,
        ways_shown=WAYS_SHOWN,
        ways_folded=ways.folded,
        ways_grounds=ways.shared,
        ways_missing=None if ways.all else words.say(NO_WAY),
        no_way_to_them=None if _has_a_way(page) else words.say(NO_WAY_TO_THEM),
        promises=promises_of(page, words, at),
        story=story[:STORY_SHOWN],
        older=story[STORY_SHOWN:],
        history_missing=not page.attempts,
        gaps=gaps_of(page, words),
        refusal=refusal or [],
        promise_form=promise_form or PromiseForm(),
        promise_accounts=[(one.account_id, f"{one.product} {one.account_id} · {one.overdue}") for one in accounts],
        promise_chips=chips_of(
            sorted(page.accounts, key=lambda row: row["account_id"] != item["lead_account_id"]),
            person["payday"],
            at.astimezone(zone).date(),
            words,
            page.means,
        ),
        local_today=at.astimezone(zone).date().isoformat(),
        request_key=request_key,
    )


def _has_a_way(page: CasePage) -> bool:
    mine = page.item["person_id"]
    return any(row["person_id"] == mine and row["valid"] is not False for row in page.points)


def _standing(page: CasePage, words: Words, at: datetime, me: str, zone: tzinfo) -> tuple[str, str]:
    item = page.item
    if item["status"] == NOT_QUEUED:
        return "not_queued", words.say("Not in the queue")
    status = Status(item["status"])
    calling = status is Status.CLAIMED and in_contact(page, item["claimed_by"])
    if calling and item["claimed_by"] == me:
        return "mine", words.say("Yours until the outcome is recorded")
    if status is Status.CLAIMED and item["claimed_until"] is not None and (calling or at < item["claimed_until"]):
        until = words.clock(item["claimed_until"], zone)
        if item["claimed_by"] == me:
            return "mine", words.say("Yours until %(time)s", time=until)
        name = page.people.get(item["claimed_by"], item["claimed_by"])
        return "with_another", words.say("With %(name)s until %(time)s", name=name, time=until)
    if status.is_live:
        return "free", words.say("Nobody holds it")
    if status is Status.DONE:
        return "done", words.say("Promised") if item["closed_why"] == "promised" else words.say("Done for today")
    return "withdrawn", words.say("Withdrawn: %(why)s", why=words.reason(item["withdrawn_reason"] or ""))


def _live(page: CasePage) -> str | None:
    """Where the person's case is now, when this item is no longer it."""
    live = page.live_item_id
    return f"/case/{live}" if live is not None and live != page.item["queue_item_id"] else None


def _who(person: Row, words: Words, at: datetime, identity: Mapping[str, object] | None) -> Who:
    shown = identity is not None
    facts: list[tuple[str, str]] = []
    if person["id_number"]:
        facts.append((words.say("Identity number"), person["id_number"] if shown else masked_id(person["id_number"])))
    if isinstance(person["birth_on"], date):
        facts.append(
            (words.say("Age"), words.count(_age(person["birth_on"], at.date())))
            if not shown
            else (words.say("Born"), words.day(person["birth_on"]))
        )
    for name, kind, column in (
        (words.say("Work"), "segment", "occupation"),
        (words.say("Income"), "income", "income_pattern"),
        (words.say("Vulnerable"), "vulnerability", "vulnerability"),
    ):
        if person[column]:
            facts.append((name, label(words, kind, person[column])))
    if person["payday"]:
        facts.append((words.say("Payday"), words.say("day %(day)s of the month", day=person["payday"])))
    if person["province"]:
        facts.append((words.say("Province"), person["province"]))
    if person["language"]:
        facts.append((words.say("Speaks"), {"zh": "中文", "en": "English"}.get(person["language"], person["language"])))
    name = person["name"]
    return Who(
        name=words.say("Name not in the book") if not name else name if shown else masked_name(name),
        named=bool(name),
        facts=tuple(facts),
        revealed=shown,
        can_reveal=bool(name or person["id_number"]) and not shown,
    )


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _parties(page: CasePage, words: Words) -> list[Party]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in page.parties:
        if row["person_id"] != page.item["person_id"]:
            found.setdefault((row["person_id"], row["role"]), []).append(row)
    return [
        Party(
            name=masked_name(rows[0]["name"]) if rows[0]["name"] else words.say("Name not in the book"),
            role=label(words, "party", role),
            liability=label(words, "liability", rows[0]["liability"]),
            owes=any(row["liability"] != "none" for row in rows),
            accounts=len(rows),
        )
        for (_, role), rows in found.items()
    ]


def _in_force(row: Row, at: datetime, zone: tzinfo) -> bool:
    return row["lifted_at"] is None and (row["ends_on"] is None or at.astimezone(zone).date() < row["ends_on"])


def _open_attempt(
    page: CasePage,
    previews: Sequence[Preview],
    words: Words,
    zone: tzinfo,
    me: str,
    law: Law,
    letterhead: Letterhead | None,
    at: datetime,
) -> OpenAttempt | None:
    for row in page.attempts:
        if (
            row["source"] == "day"
            and row["outcome"] is None
            and row["collector_id"] == me
            and row["queue_item_id"] == page.item["queue_item_id"]
        ):
            break
    else:
        return None
    names = {each["person_id"]: each["name"] for each in (*page.parties, page.person)}
    name = names.get(row["recipient_id"])
    counted = row["number"] or ""
    points = {each["contact_point_id"]: each["value"] for each in page.points}
    number = points.get(row["contact_point_id"]) or counted
    ended = tuple(ground_line(ground, words, zone) for ground in _come_between(row, previews))
    return OpenAttempt(
        attempt_id=row["attempt_id"],
        permit_id=row["permit_id"] or "",
        channel=row["channel"],
        channel_words=label(words, "channel", row["channel"]),
        number=masked_number(number) if ended else number,
        dial="".join(each for each in counted if each.isdigit() or each == "+")
        if row["channel"] == "call" and not ended
        else None,
        whom=f"{label(words, 'party', row['recipient_role'])} {masked_name(name) if name else masked_number(number)}",
        since=words.clock(row["at"], zone),
        ended=ended,
        message=None if ended else message_of(page, row, law, letterhead, words, at, zone),
        groups=_outcome_groups(row["channel"], words),
    )


def _come_between(attempt: Row, previews: Sequence[Preview]) -> list[Ground]:
    """
    What stands against a permitted contact now and did not when it was permitted: a hold, a payment, the hour.

    A count that this attempt itself filled is no such thing, and neither is the lease that a permit outlives.
    """
    return [
        ground
        for each in previews
        if (each.contact_point_id, each.channel) == (attempt["contact_point_id"], attempt["channel"])
        for ground in each.grounds
        if attempt["attempt_id"] not in ground.events and ground.reason is not Reason.REFUSED_NOT_CLAIMED
    ]


def _outcome_groups(channel: str, words: Words) -> tuple[tuple[str, tuple[OutcomeButton, ...]], ...]:
    """Outcomes in the order of a call: nobody, somebody else, the person, what the person asks for."""
    groups: dict[str, list[OutcomeButton]] = {}
    for outcome in outcomes_of(channel):
        if outcome.code == "promised":
            continue
        button = OutcomeButton(
            outcome.code, words.pair(outcome.zh, outcome.en), OUTCOME_KEYS.get(outcome.code), outcome.hold is not None
        )
        groups.setdefault(_group(outcome, words), []).append(button)
    return tuple((name, tuple(buttons)) for name, buttons in groups.items())


def _group(outcome: Outcome, words: Words) -> str:
    if outcome.hold is not None:
        return words.say("They ask for something: collection stops at once")
    if outcome.connected is None:
        return words.say("What came of it")
    if not outcome.connected:
        return words.say("Nobody was reached")
    if outcome.code in ("voicemail", "wrong_number", "third_party", "third_party_declined"):
        return words.say("Somebody or something else answered")
    return words.say("The person was reached")


def gaps_of(page: CasePage, words: Words) -> list[str]:
    """What this book does not contain about the case, in plain words."""
    gaps = []
    if not page.person["name"]:
        gaps.append(words.say("The book has no name for this person."))
    if not page.person["time_zone"]:
        gaps.append(words.say("The book gives no place or time zone, so no lawful hour is known."))
    if not page.points:
        gaps.append(words.say("The book has no phone number, e-mail or address."))
    if not page.instalments:
        gaps.append(words.say("The book has no schedule of instalments."))
    if not any(row["source"] == "book" for row in page.payments):
        gaps.append(words.say("The book has no payments."))
    if not any(row["source"] == "book" for row in page.attempts):
        gaps.append(words.say("The book has no earlier contacts."))
    if all(row["overdue_principal_cents"] is None for row in page.accounts):
        gaps.append(words.say("The book does not say how the overdue amount is made up."))
    return gaps
