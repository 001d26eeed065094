"""
The conversation in a few sentences for the file: a draft to be read, put right and kept as the outcome's note.

Comes in: the conversation, the claims, the case's rows. Goes out: text of at most NOTE_MAX letters. Never: states more
than was noted, or a claim as a fact.
"""

from __future__ import annotations

from datetime import tzinfo

from sqlalchemy import RowMapping

from arrears.daytime import Ledger, Talk
from arrears.outcome.next_step import STEPS
from arrears.playbook.call_flow import STEP_WORDS
from arrears.playbook.claims import CAUSES, CLAIM_KINDS
from arrears.store.pages import CasePage
from arrears.web.case.claims_view import STATE_WORDS
from arrears.web.words.catalogue import Words

NOTE_MAX = 500


def summary_of(talk: Talk, ledger: Ledger, page: CasePage, words: Words, zone: tzinfo) -> str:
    """What was done, in order; what they said and where it stands; the cause, the promise, the next step."""
    begun = talk.flow.steps[0].at if talk.flow.steps else None
    parts = []
    if begun is not None:
        done = words.say(", ").join(
            f"{words.clock(noted.at, zone)} {words.pair(*STEP_WORDS[noted.step])}" for noted in talk.flow.steps
        )
        parts.append(done)
    said = [_claim(row, ledger, words) for row in ledger.rows if begun is not None and row["said_at"] >= begun]
    if said:
        parts.append(words.say("They said: %(what)s", what=words.say(", ").join(said)))
    if ledger.cause is not None:
        parts.append(words.say("Cause: %(what)s", what=words.pair(*CAUSES[ledger.cause["cause"]].words)))
    for promise in page.promises:
        if begun is not None and promise["made_at"] >= begun:
            told = (
                f"{words.money(promise['amount_cents'], promise['currency'])} {words.moment(promise['due_at'], zone)}"
            )
            parts.append(words.say("Promised: %(what)s", what=told))
    if ledger.step is not None:
        told = f"{words.pair(*STEPS[ledger.step['step']])} {words.weekday(ledger.step['due_on'])}"
        parts.append(words.say("Next: %(what)s", what=told))
    return words.say(". ").join(parts)[:NOTE_MAX]


def _claim(row: RowMapping, ledger: Ledger, words: Words) -> str:
    """A claim with its figure and where it stands."""
    told = words.pair(*CLAIM_KINDS[row["kind"]].words)
    if row["amount_cents"] is not None:
        told = f"{told} {words.money(row['amount_cents'], row['currency'])}"
    return words.say("%(cause)s (%(deserves)s)", cause=told, deserves=words.say(_state(row, ledger)))


def _state(row: RowMapping, ledger: Ledger) -> str:
    return STATE_WORDS[ledger.standings[row["claim_id"]].status]
