"""
Made-up contact history: what was tried with late borrowers in the 30 days before the book, and what came of it.

All of it is lawful: at most two attempts a loan on one day, the second of them never a call; between 08:30 and 19:30
where the borrower is; to the borrower only. How often a call is answered depends on the root cause.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.synthetic import people as folk
from arrears.book.synthetic.draw import Draw, Ints, null_where, picked, spelled
from arrears.book.synthetic.loans import STATE_SHARES, Loans, account_ids

_ANSWERS = np.array([0.30, 0.26, 0.20, 0.34, 0.44, 0.52, 0.08, 0.28])
"""Share of calls answered, by root cause in the order of people.CAUSES."""

CHANNELS = ("call", "ai_call", "sms", "letter")
CHANNEL_SHARES = (0.62, 0.09, 0.25, 0.04)
ANSWERED = ("right_party", "refused", "third_party", "wrong_number")
ANSWERED_SHARES = (0.72, 0.14, 0.08, 0.06)
UNANSWERED = ("no_answer", "voicemail")
UNANSWERED_SHARES = (0.82, 0.18)
OUTCOMES = (*ANSWERED, *UNANSWERED, "sent")
INBOUND = 0.03
LATE_SHARE = sum(STATE_SHARES[2:]) / sum(STATE_SHARES)


def contacts(draw: Draw, of: Loans, contacts_per_loan: int) -> pa.Table:
    """CONTACTS of these loans: about `contacts_per_loan` for each loan of the book, all of them to late borrowers."""
    late_days = np.zeros(len(of.loan), np.int64)
    rows = np.flatnonzero(of.missed)
    late_days[rows] = (of.as_of - of.due_on(of.settled[rows] + 1, rows)).astype(np.int64)
    reachable = folk.has_phone(draw, of.person)
    window = np.minimum(late_days, 30)
    # Each late loan has a whole number of contacts around twice the mean at most; short lateness leaves less room.
    most = 2 * contacts_per_loan / LATE_SHARE * 1.12
    tried = np.minimum(draw.below("contacts", of.loan, int(most) + 1), 2 * window)
    tried = np.where(reachable, tried, 0)
    at = np.repeat(np.arange(len(of.loan)), tried)
    step = np.arange(len(at)) - np.repeat(np.cumsum(tried) - tried, tried)
    ago = 1 + step * window[at] // tried[at]
    first_of_day = (step == 0) | (ago != np.concatenate([[0], ago[:-1]]))
    which = of.loan[at] * 256 + step
    channel = draw.choose("channel", which, CHANNEL_SHARES)
    channel = np.where(first_of_day, channel, 2)
    return _rows(draw, of, at, step, ago, which, channel)


def _rows(draw: Draw, of: Loans, at: Ints, step: Ints, ago: Ints, which: Ints, channel: Ints) -> pa.Table:
    person = of.person[at]
    ways = folk.ways_of(draw, of.person)
    is_call = channel < 2
    inbound = is_call & draw.happens("inbound", which, INBOUND)
    answered = is_call & (inbound | (draw.uniform("answered", which) < _ANSWERS[ways.cause][at]))
    spoken = np.where(inbound, 0, draw.choose("spoken to", which, ANSWERED_SHARES))
    silent = len(ANSWERED) + draw.choose("not answered", which, UNANSWERED_SHARES)
    outcome = np.where(is_call, np.where(answered, spoken, silent), len(OUTCOMES) - 1)
    # A voicemail took the call, so it counts as connected.
    connected = answered | (is_call & (outcome == OUTCOMES.index("voicemail")))
    # A call outside their own day would be unlawful, so the minute is drawn on the borrower's clock.
    minute = 510 + draw.below("minute", which, 660) - ways.offset_hours[at] * 60
    second = draw.below("second", which, 60)
    when = (of.as_of - ago).astype("datetime64[s]").astype(np.int64) + minute * 60 + second
    letter = channel == CHANNELS.index("letter")
    ids = folk.person_ids(person)
    points = pc.binary_join_element_wise("K", ids, "-1", "")
    return pa.table(
        {
            "contact_id": spelled("C", (of.loan[at], 10), "-", (step, 3)),
            "person_id": ids,
            "account_id": account_ids(of.loan[at]),
            "contact_point_id": null_where(points, letter),
            "number": null_where(spelled((folk.phone(person), 11)), letter),
            "at": pa.array(when * 1_000_000).cast(pa.timestamp("us", tz="UTC")),
            "channel": picked(CHANNELS, channel),
            "direction": picked(("outbound", "inbound"), inbound.astype(np.int64)),
            "connected": pa.array(connected, mask=~is_call),
            "outcome": picked(OUTCOMES, outcome),
        }
    )
