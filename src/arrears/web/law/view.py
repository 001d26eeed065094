"""
What the law pages say.

Comes in: the law as loaded, what was asked, how many accounts each provision held tonight, the day, words. Goes out:
values ready to print. Never: says that a provision holds which is not in force on the day, or hides how sure we are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from arrears.law.check import READ_EVERY_DAYS
from arrears.law.load import Law, read_cases_of
from arrears.law.marks import HEADS, INSTRUMENTS, KINDS, MARKS, OPEN_END, told_case
from arrears.law.plain import in_plain_words
from arrears.law.provision import CONFIDENCES, FORCES, Provision
from arrears.web.words.catalogue import Words

STATE_OF_FORCE = {
    "prohibited": "refused",
    "presumed_violation": "held",
    "required": "told",
    "permitted": "allowed",
    "advised": "held",
    "house": "quiet",
}
"""Force to the mark it carries on the page; the word always stands beside it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader looks for; empty text is no limit."""

    find: str = ""
    kind: str = ""
    force: str = ""
    sure: str = ""

    def wants(self, item: Provision) -> bool:
        text = f"{item.id} {item.note_id} {item.citation} {item.words_zh} {item.words_en} {item.text}".lower()
        return (
            all(word in text for word in self.find.lower().split())
            and self.kind in ("", item.kind)
            and self.force in ("", item.force)
            and self.sure in ("", item.confidence)
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One provision in the list. `sure` is None where its own words were read."""

    href: str
    says: str
    citation: str
    force: str
    force_state: str
    sure: str | None
    held: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class ListView:
    """The list, by instrument, and the choices above it."""

    asked: Asked
    kinds: Sequence[tuple[str, str]]
    forces: Sequence[tuple[str, str]]
    sures: Sequence[tuple[str, str]]
    groups: Mapping[str, Sequence[Line]]
    open: bool
    """Whether the groups stand open: where something was looked for, what was found is seen at once."""
    reading: str
    total: int


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a provision. `text` is empty where its words were not read."""

    title: str
    says: str
    holds: str
    holds_state: str
    text: Sequence[str]
    plain: Sequence[str]
    cases: Sequence[tuple[str, str]]
    facts: Sequence[tuple[str, str]]
    source: str


@dataclass(frozen=True, slots=True)
class ProvisionView:
    """The page of one provision; the version that holds comes first."""

    id: str
    instrument: str
    kind: str
    force: str
    force_state: str
    sure: str
    seen: bool
    held: str
    versions: Sequence[Version]


def list_view(law: Law, asked: Asked, held: Counter[str], today: date, words: Words) -> ListView:
    """What holds on `today`, in the order of the packs."""
    holding = [
        item
        for item in sorted(law.provisions, key=lambda one: (one.pack, one.instrument, one.id))
        if item.in_force_on(today)
    ]
    groups: dict[str, list[Line]] = {}
    found = [item for item in holding if asked.wants(item)]
    for item in found:
        groups.setdefault(_instrument(law, item, words), []).append(_line(item, held, words))
    present = {item.kind for item in holding}
    unread = sum(item.confidence != "seen-text" for item in found)
    reading = words.say(
        "%(n)s of %(all)s provisions in force today; the own words of %(unread)s of them were not read.",
        n=words.count(len(found)),
        all=words.count(len(holding)),
        unread=words.count(unread),
    )
    return ListView(
        asked=asked,
        kinds=[
            ("", words.say("Any kind")),
            *sorted(((kind, words.pair(*KINDS[kind])) for kind in present), key=lambda pair: pair[1]),
        ],
        forces=[("", words.say("Any force")), *((force, _mark(force, words)) for force in FORCES)],
        sures=[("", words.say("Any certainty")), *((sure, _mark(sure, words)) for sure in CONFIDENCES)],
        groups=groups,
        open=asked != Asked() or len(groups) == 1,
        reading=reading,
        total=len(found),
    )


def provision_view(law: Law, versions: Sequence[Provision], held: int, today: date, words: Words) -> ProvisionView:
    """Every version of one provision, the one in force on `today` first and then the newest."""
    ordered = sorted(versions, key=lambda item: (not item.in_force_on(today), -item.in_force_from.toordinal()))
    first = ordered[0]
    return ProvisionView(
        id=first.id,
        instrument=_instrument(law, first, words),
        kind=words.pair(*KINDS[first.kind]),
        force=_mark(first.force, words),
        force_state=STATE_OF_FORCE[first.force],
        sure=_mark(first.confidence, words),
        seen=first.confidence == "seen-text",
        held=words.say_n(
            "%(n)s account is left alone tonight because of it.",
            "%(n)s accounts are left alone tonight because of it.",
            held,
        )
        if held
        else words.say("No account is left alone tonight because of it."),
        versions=[_version(law, item, today, words) for item in ordered],
    )


def _line(item: Provision, held: Counter[str], words: Words) -> Line:
    return Line(
        href=f"/law/{item.id}",
        says=words.pair(item.words_zh, item.words_en),
        citation=item.citation,
        force=_mark(item.force, words),
        force_state=STATE_OF_FORCE[item.force],
        sure=None if item.confidence == "seen-text" or item.force == "house" else _mark(item.confidence, words),
        held=words.count(held[item.id]) if held[item.id] else None,
        note=item.note_id,
    )


def _version(law: Law, item: Provision, today: date, words: Words) -> Version:
    lang = words.language
    until = words.day(item.in_force_until) if item.in_force_until else words.pair(*OPEN_END)
    span = f"{words.day(item.in_force_from)} – {until}"
    if item.in_force_on(today):
        holds, state = words.say("In force today: %(span)s", span=span), "allowed"
    elif today < item.in_force_from:
        holds, state = words.say("Not in force yet: %(span)s", span=span), "held"
    else:
        holds, state = words.say("No longer in force: %(span)s", span=span), "quiet"
    stale = (today - item.read_on).days > READ_EVERY_DAYS
    read_on = words.day(item.read_on)
    rows = [
        ("authority", _mark(item.authority, words)),
        ("confidence", _mark(item.confidence, words)),
        ("read_on", words.say("%(day)s: more than a year ago, read it again", day=read_on) if stale else read_on),
        ("scope", item.scope),
        ("gives_way_to", ", ".join(item.excepts)),
        ("note", item.note_id or ""),
    ]
    return Version(
        title=item.citation,
        says=words.pair(item.words_zh, item.words_en),
        holds=holds,
        holds_state=state,
        text=item.text.splitlines(),
        plain=in_plain_words(item, lang),
        cases=[told_case(case, lang) for case in read_cases_of(item)],
        facts=[(words.pair(*HEADS[key]), value) for key, value in rows if value],
        source=item.source,
    )


def _mark(code: str, words: Words) -> str:
    return words.pair(*MARKS[code])


def _instrument(law: Law, item: Provision, words: Words) -> str:
    pack = next(one for one in law.packs if one.id == item.pack)
    name = words.pair(*INSTRUMENTS[item.instrument]) if item.instrument in INSTRUMENTS else item.instrument
    return name if len(law.packs) <= 2 else f"{words.pair(pack.name_zh, pack.name_en)}{words.say(': ')}{name}"
