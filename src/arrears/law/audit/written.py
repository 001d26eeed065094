"""
Whether something a consumer said was said in writing, and whether it has been received.

Comments 6(c)(1)-1 and 38-1: mail, the returned form, hand and courier are writing; so is an electronic message
through a medium on which the collector accepts messages from consumers. Speech is not.
"""

from __future__ import annotations

from collections.abc import Mapping

from arrears.law.audit.case import Case, Event
from arrears.law.audit.media import named_medium
from arrears.law.audit.words import as_list, says, truth, words

_SPOKEN = r" (telephone|phone|oral|orally|verbal|verbally|spoken|speech|call|voicemail|conversation) "
_ON_PAPER = (
    r" (letter|mail|mailed|post|posted|courier|hand|form|writing|written|slip|notice reply|reply form|fax|delivered) "
)
_ACCEPTED = {
    "email": ("accepts_consumer_email", "accepts_email", "accepts_emails", "accepts_consumer_emails"),
    "text": (
        "accepts_consumer_text",
        "accepts_text",
        "accepts_texts",
        "accepts_text_messages",
        "accepts_consumer_texts",
    ),
    "web": ("accepts_portal", "accepts_web", "accepts_consumer_portal", "accepts_website", "accepts_portal_messages"),
    "social_media": ("accepts_social_media", "accepts_consumer_social_media", "accepts_social_media_messages"),
}


def in_writing(case: Case, event: Event) -> bool:
    """Written, or electronic through an accepted medium."""
    if event.denied("in_writing", "written"):
        return False
    via = words(event.get("via", "medium", "channel", "form", "manner"))
    accepted = event.get("accepted_medium", "medium_accepted", "collector_accepts_medium", "accepted_by_collector")
    if truth(accepted) is False:
        return False
    if event.yes("in_writing", "written"):
        return True
    if not via.strip():
        return not event.yes("oral", "orally")
    if says(via, r" (portal|website|web|app|online|electronic form) "):
        return _accepts(case, "web", truth(accepted))
    if says(via, r" (text|sms) "):
        return _accepts(case, "text", truth(accepted))
    if says(via, r" (social|facebook|messenger|instagram|twitter|linkedin) "):
        return _accepts(case, "social_media", truth(accepted))
    if says(via, r" (email|e mail) "):
        return _accepts(case, "email", truth(accepted))
    if says(via, _ON_PAPER):
        return True
    return not says(via, _SPOKEN)


def _accepts(case: Case, medium: str, stated: bool | None) -> bool:
    """What a case does not mention is in order: a medium is accepted unless it is said not to be."""
    if stated is not None:
        return stated
    own = case.facts.get("collector")
    holders = [own, case.facts] if isinstance(own, Mapping) else [case.facts]
    for holder in holders:
        for name in _ACCEPTED[medium]:
            if name in holder:
                return truth(holder[name]) is True
        for name in ("accepted_electronic_media", "accepts_electronic_media", "accepted_media", "accepts"):
            if name in holder:
                return medium in {named_medium(entry) for entry in as_list(holder[name])}
        for name, value in holder.items():
            line = words(name)
            if says(line, r" accept", r" (electronic|consumer messages|messages) ") and truth(value) is False:
                return False
            if says(line, r" accept") and named_medium(name) == medium:
                return truth(value) is True
    return True


def received(case: Case, event: Event) -> bool:
    """Comment 6(c)(1)-1: complete on receipt. A letter that is only posted has not been received."""
    if event.denied("received"):
        return False
    if event.kind.endswith("_posted") or event.kind.endswith("_mailed"):
        return False
    when = event.get("received_at", "received_on")
    if when is not None and case.action is not None:
        day = str(when)
        if len(day) <= 10:
            return day <= case.action.at.date().isoformat()
        from datetime import datetime

        return datetime.fromisoformat(day) <= case.action.at
    return True
