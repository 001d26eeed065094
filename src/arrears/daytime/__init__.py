"""
The day: every verb opens one transaction, decides, appends its facts to the evidence log, and commits.

Reads:  the store, the law where a contact is about to happen, and `at`, which the edge passes in
Gives:  one function per thing that happens in a day; a verb that returns has happened, durably and with its facts
Never:  reads the clock, or leaves half of a verb behind. A verb that raises has changed nothing.

Refusals that are part of the work are values (`Refusal`, `NotClaimed`, `NotSignedIn`). A call that can't be
meant (no such account, an amount below zero) raises `Unusable` with where, what, why and what to do; its
`problem.code` is stable.
"""

from __future__ import annotations

from arrears.daytime.add_contact_point import PointAdded, add_contact_point
from arrears.daytime.change_user import change_password, change_role, disable_user, enable_user, list_users
from arrears.daytime.claim_documents import ask_for_document, open_document, read_document, receive_document
from arrears.daytime.correct_outcome import correct_outcome, undo_outcome
from arrears.daytime.day_tables import day_tables
from arrears.daytime.offers_for import OffersFor, offers_for
from arrears.daytime.pin_down import confirm_cause, finish_step, pin_next_step
from arrears.daytime.place_attempt import Preview, place_attempt, preview
from arrears.daytime.place_hold import HoldPlaced, lift_hold, place_hold, record_consent
from arrears.daytime.publish_night import NightLoaded, load_night
from arrears.daytime.receive_payment import PaymentReceived, receive_payment, reverse_payment
from arrears.daytime.record_inbound import record_inbound
from arrears.daytime.record_means import MeansRecorded, Stated, record_means
from arrears.daytime.record_outcome import Recorded, record_outcome
from arrears.daytime.reveal_detail import NotRevealed, reveal_detail
from arrears.daytime.sign_in import NotSignedIn, SignedIn, anybody, create_user, sign_in, sign_out, use_language, who
from arrears.daytime.take_case import claim, finish, release, rest, take_next, take_over
from arrears.daytime.take_claim import Ledger, ledger_of, take_back_claim, take_claim
from arrears.daytime.take_promise import PromiseTaken, take_promise
from arrears.daytime.talk import Talk, hear, note_step, talk_of

__all__ = [
    "HoldPlaced",
    "Ledger",
    "MeansRecorded",
    "NightLoaded",
    "NotRevealed",
    "NotSignedIn",
    "OffersFor",
    "PaymentReceived",
    "PointAdded",
    "Preview",
    "PromiseTaken",
    "Recorded",
    "SignedIn",
    "Stated",
    "Talk",
    "add_contact_point",
    "anybody",
    "ask_for_document",
    "change_password",
    "change_role",
    "claim",
    "confirm_cause",
    "correct_outcome",
    "create_user",
    "day_tables",
    "disable_user",
    "enable_user",
    "finish",
    "finish_step",
    "hear",
    "ledger_of",
    "lift_hold",
    "list_users",
    "load_night",
    "note_step",
    "offers_for",
    "open_document",
    "pin_next_step",
    "place_attempt",
    "place_hold",
    "preview",
    "read_document",
    "receive_document",
    "receive_payment",
    "record_consent",
    "record_inbound",
    "record_means",
    "record_outcome",
    "release",
    "rest",
    "reveal_detail",
    "reverse_payment",
    "sign_in",
    "sign_out",
    "take_back_claim",
    "take_claim",
    "take_next",
    "take_over",
    "take_promise",
    "talk_of",
    "undo_outcome",
    "use_language",
    "who",
]
