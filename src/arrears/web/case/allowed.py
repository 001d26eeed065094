"""
What is allowed now: every way to reach every party, with the reason and the clause beside what is not.

Comes in: the gate's previews, the case's rows. Goes out: Way per contact point, borrower first. Never: decides; the
gate is asked again, and answers for itself, when a button is pressed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from arrears.book.lawful_sources import LAWFUL_SOURCES
from arrears.contact.permit import Ground
from arrears.daytime import Preview
from arrears.law.local_time import plausible_zones
from arrears.store.pages import CasePage, Row
from arrears.web.masks import masked_name, masked_point
from arrears.web.words.catalogue import Words, marked
from arrears.web.words.labels import label


@dataclass(frozen=True, slots=True)
class GroundLine:
    """One thing that stands against it: reason, clause, how sure we are of the clause, when it lapses."""

    reason: str
    words: str
    citation: str | None
    confidence: str | None
    force: str | None
    channels: str
    """The channels it stands against, named only where others of the same point are free of it."""
    again: str | None


@dataclass(frozen=True, slots=True)
class RoomLine:
    """One count that still has room, with the clause that draws it."""

    words: str
    citation: str
    confidence: str | None


@dataclass(frozen=True, slots=True)
class ChannelButton:
    """One channel of one contact point."""

    channel: str
    name: str
    allowed: bool
    key: str | None


@dataclass(frozen=True, slots=True)
class Way:
    """One contact point of one party. `no` is its place on the page, from 1."""

    no: int
    contact_point_id: str
    person_id: str
    kind: str
    value: str
    revealed: bool
    who: str
    role: str
    is_borrower: bool
    source: str
    invalid: bool
    channels: tuple[ChannelButton, ...]
    grounds: tuple[GroundLine, ...]
    room: tuple[RoomLine, ...]
    state: str
    """allowed | refused, by every channel, or mixed"""


WAYS_SHOWN = 2
"""The rest stand behind a fold, so that a promise and a request are in reach without scrolling."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Every way, those with an open channel first. `shared` stands against each of them, and is said once."""

    all: list[Way]
    shared: tuple[GroundLine, ...]
    folded: str


def ways_of(
    previews: Sequence[Preview],
    page: CasePage,
    words: Words,
    zone: tzinfo,
    *,
    revealed: dict[str, str],
) -> Ways:
    """
    One per contact point; within the open and the refused in the gate's order, borrower first. `revealed` has the
    values that were asked for, by point id.
    """
    points = {row["contact_point_id"]: row for row in page.points}
    zones = {row["person_id"]: row["time_zone"] for row in (page.person, *page.parties)}
    names = {row["person_id"]: row["name"] for row in (*page.parties, page.person)}
    shared = _shared(previews)
    grouped: dict[tuple[str, str], list[Preview]] = {}
    for preview in previews:
        grouped.setdefault((preview.contact_point_id, preview.recipient_id), []).append(preview)
    ways: list[Way] = []
    key_free = True
    for (point_id, person_id), its in grouped.items():
        point = points.get(point_id)
        there = plausible_zones(zones.get(person_id))
        keyed = (
            next((each.channel for each in its if each.allowed and each.channel == "call"), None) if key_free else None
        )
        key_free = key_free and keyed is None
        ways.append(
            Way(
                no=0,
                contact_point_id=point_id,
                person_id=person_id,
                kind=label(words, "point", its[0].point_channel),
                value=_value(point, revealed, words),
                revealed=point_id in revealed,
                who=masked_name(names[person_id]) if names.get(person_id) else words.say("Name not in the book"),
                role=label(words, "party", its[0].recipient_role),
                is_borrower=person_id == page.item["person_id"],
                source=_source(point, words),
                invalid=point is not None and point["valid"] is False,
                channels=tuple(
                    ChannelButton(
                        each.channel,
                        label(words, "channel", each.channel),
                        each.allowed,
                        "c" if each.channel == keyed else None,
                    )
                    for each in its
                ),
                grounds=_grounds(its, words, there[0] if there else zone, shared),
                room=_room(its, words),
                state=_state(its),
            )
        )
    ordered = [replace(way, no=no) for no, way in enumerate(sorted(ways, key=lambda way: way.state == "refused"), 1)]
    against_all = [ground for ground in (previews[0].grounds if previews else ()) if _key(ground) in shared]
    return Ways(
        all=ordered,
        shared=tuple(ground_line(ground, words, zone) for ground in against_all),
        folded=_folded(ordered[WAYS_SHOWN:], words),
    )


def _folded(ways: Sequence[Way], words: Words) -> str:
    """What stands behind the fold, so that nobody has to open it to learn that nothing there is allowed."""
    told = words.say_n("%(n)s more way to reach somebody", "%(n)s more ways to reach somebody", len(ways))
    still = sum(way.state != "refused" for way in ways)
    allowed = words.say("%(n)s of them allowed", n=words.count(still)) if still else words.say("none of them allowed")
    return words.pair(f"{told}，{allowed}", f"{told}, {allowed}")


Key = tuple[str, str | None, datetime | None]


def _key(ground: Ground) -> Key:
    return ground.reason, ground.provision_id, ground.allowed_again_at


def _shared(previews: Sequence[Preview]) -> frozenset[Key]:
    """What stands against every channel of every contact point, where there are several."""
    if len({each.contact_point_id for each in previews}) < 2:
        return frozenset()
    return frozenset.intersection(*(frozenset(map(_key, each.grounds)) for each in previews))


COUNTED = {
    ("connected_call", "debtor"): marked("Connected calls today: %(used)s of %(at_most)s"),
    ("dial", "number"): marked("Dials to this number today: %(used)s of %(at_most)s"),
    ("message", "number"): marked("Messages to this number today: %(used)s of %(at_most)s"),
    ("message", "debtor"): marked("Messages today: %(used)s of %(at_most)s"),
    ("message", "person"): marked("Messages today: %(used)s of %(at_most)s"),
}


def _room(its: Sequence[Preview], words: Words) -> tuple[RoomLine, ...]:
    """The counts of the channels that are allowed, each once."""
    found: dict[str, RoomLine] = {}
    for room in (room for preview in its if preview.allowed for room in preview.room):
        message = COUNTED.get((room.what, room.per)) if room.days == 1 else None
        told = words.say(
            message or marked("Contacts of this kind in %(days)s days: %(used)s of %(at_most)s"),
            **({} if message else {"days": room.days}),
            used=room.used,
            at_most=room.at_most,
        )
        house = room.force == "house"
        citation = label(words, "force", "house") if house else room.citation
        sure = None if house else label(words, "confidence", room.confidence)
        found.setdefault(room.provision_id, RoomLine(told, citation, sure))
    return tuple(found.values())


def _state(its: Sequence[Preview]) -> str:
    allowed = {each.allowed for each in its}
    return "mixed" if len(allowed) == 2 else ("allowed" if True in allowed else "refused")


def _value(point: Row | None, revealed: dict[str, str], words: Words) -> str:
    if point is None:
        return words.unknown
    return revealed.get(point["contact_point_id"]) or masked_point(point["channel"], point["value"])


def _source(point: Row | None, words: Words) -> str:
    if point is None or point["lawful_source"] not in LAWFUL_SOURCES:
        return words.unknown
    return words.pair(*LAWFUL_SOURCES[point["lawful_source"]])


def _grounds(its: Sequence[Preview], words: Words, zone: tzinfo, shared: frozenset[Key]) -> tuple[GroundLine, ...]:
    """Each ground once, with the channels it stands against where it does not stand against them all."""
    against: dict[Key, tuple[Ground, list[str]]] = {}
    for preview in its:
        for ground in preview.grounds:
            if _key(ground) not in shared:
                against.setdefault(_key(ground), (ground, []))[1].append(preview.channel)
    return tuple(
        ground_line(ground, words, zone, channels=[] if len(channels) == len(its) else channels)
        for ground, channels in against.values()
    )


def ground_line(ground: Ground, words: Words, zone: tzinfo, channels: Sequence[str] = ()) -> GroundLine:
    """A ground in words, its times where the person is."""
    named = words.reason(ground.reason)
    told = words.pair(ground.zh, ground.en)
    return GroundLine(
        reason=named,
        words="" if told == named else told,
        # The house's own line has no clause to name: what it is, is said in the reader's language.
        citation=label(words, "force", "house") if ground.force == "house" else ground.citation,
        confidence=label(words, "confidence", ground.confidence)
        if ground.confidence and ground.force != "house"
        else None,
        force=label(words, "force", ground.force) if ground.force else None,
        channels=words.pair("、", ", ").join(label(words, "channel", channel) for channel in channels),
        again=words.moment(ground.allowed_again_at, zone) if ground.allowed_again_at else None,
    )
