"""
News about the step just taken, carried over a redirect as a word of a closed list.

The address holds the code alone, so nobody can put words of their own on a page.
"""

from __future__ import annotations

from collections.abc import Mapping

from arrears.web.words.catalogue import Words
from arrears.web.words.catalogue import marked as _

SAID: Mapping[str, tuple[str, str]] = {
    "signed_out": ("told", _("You are signed out.")),
    "claimed": ("allowed", _("This case is yours.")),
    "released": ("told", _("The case is back in the queue.")),
    "finished": ("allowed", _("The case is done for today.")),
    "recorded": ("allowed", _("The outcome is recorded.")),
    "recorded_withdrawn": ("held", _("Recorded. The case is on hold from this moment; all work on it has stopped.")),
    "promised": ("allowed", _("The promise is recorded. Nothing more is done until it falls due.")),
    "held": ("held", _("The case is on hold from this moment; all work on it has stopped.")),
    "held_already": ("held", _("The case was on hold for this already. Nothing was changed.")),
    "nothing_next": ("told", _("No case can be worked at this minute.")),
    "not_yours": ("refused", _("You don't hold this case any more. Nothing was recorded.")),
    "claimed_by_another": ("refused", _("A colleague holds this case. It is not given to two people at once.")),
    "permit_open": ("refused", _("A permitted contact waits for its outcome. Record that first.")),
    "rested": ("told", _("The case rests for two hours. You find it among your rested cases.")),
    "still_yours": ("told", _("You still hold this case. Finish it, let it rest or give it back first.")),
    "lifted": ("told", _("The hold is ended. The next night decides anew.")),
    "paid_in": ("allowed", _("The payment is recorded and taken off what is overdue.")),
    "reversed": ("told", _("The payment is reversed; what it took off is owed again.")),
    "noted": ("allowed", _("It is on record.")),
    "heard": ("told", _("Taken down. The card that fits stands under “What to say”.")),
    "point_added": ("allowed", _("It is on record. Whether it may be used now is said below.")),
    "undone": ("told", _("The outcome is undone. The contact waits for its outcome.")),
    "corrected": ("told", _("The outcome is corrected. The first entry stays on record.")),
    "amount_unreadable": ("refused", _("Write digits with at most two decimals, such as 1200.50.")),
    "claim_unreadable": ("refused", _("Write the amount with at most two decimals and the payday as 1 to 31.")),
    "no_file": ("refused", _("Choose the file that they sent.")),
    "day_missing": ("refused", _("Choose the day on which it happens.")),
    "gone": ("refused", _("This case is not in the queue any more.")),
    "paid": ("told", _("Nothing of this case is overdue any more. There is nothing to collect.")),
    "for_decision": (
        "told",
        _("A person decides about this case. A supervisor or the head finds it under “To decide”."),
    ),
    "decided": ("allowed", _("It is decided and on record. The queue and the next night follow it.")),
    "asked_above": ("told", _("It is asked of whoever may decide it. Until then nothing is changed.")),
    "agreed": ("allowed", _("The plan is agreed. Collection is held while it is kept.")),
    "on_hold": ("held", _("This case is on hold. It can't be taken.")),
    "settings": ("told", _("Saved.")),
}
"""Code to (state, message)."""


def said_of(words: Words, code: str | None) -> tuple[str, str] | None:
    """The news for a code, or None where the code is not on the list."""
    found = SAID.get(code or "")
    return None if found is None else (found[0], words.say(found[1]))
