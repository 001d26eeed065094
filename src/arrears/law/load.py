"""
From packs of TOML files to a Law, or a refusal that lists everything wrong with them.

Reads: packs/<pack>/pack.toml, packs/<pack>/<instrument>/<provision>.toml and <provision>.cases.toml, and a
lender's own stricter policy of the same shape. This is the one file of the stage that touches a disk.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import rfc8785

from arrears.kernel.days import zone_named
from arrears.kernel.problem import Problem, Unusable
from arrears.law.cases import Case, read_cases
from arrears.law.kinds import KINDS, RANK
from arrears.law.provision import AUTHORITIES, CONFIDENCES, FORCES, Provision
from arrears.law.read_fields import Source, filled

PACKS = Path(__file__).parent / "packs"
HOUSE = "house"
"""The product's own floor under every law: holds, visits off, stopped channels. Always loaded."""

STATED = {
    "id": "Name it <pack>.<instrument>.<provision>, as the file lies.",
    "citation": "Write the instrument and the clause; where the clause was not seen, say so in words.",
    "source": "Say where the words can be read: issuer, number, date, and how they were seen.",
    "in_force": "Write in_force = { from = 2026-01-30 }, and until = the first day it no longer holds.",
    "read_on": "Write the day a person last read the source against this file.",
    "authority": f"One of: {', '.join(AUTHORITIES)}.",
    "force": f"One of: {', '.join(FORCES)}.",
    "confidence": f"One of: {', '.join(CONFIDENCES)}.",
    "words": 'Write words = { zh = "…", en = "…" }.',
}
OPTIONAL = ("text", "note_id", "scope", "except", "products", "lenders")


@dataclass(frozen=True, slots=True)
class Pack:
    """One jurisdiction (or the house). `clock` is the zone whose calendar says which version holds."""

    id: str
    name_zh: str
    name_en: str
    clock: str
    first_day: date
    covers: tuple[str, ...] = ()
    """Kinds that must be in force on every day from first_day on; a day without one is a gap."""


class LawRefused(Unusable):
    """The packs can't be trusted, so nothing is decided by them. `problems` lists every fault found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0])
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Law:
    """Packs that were loaded and checked. `on(day)` is what holds on a day, in the order of reporting."""

    packs: tuple[Pack, ...]
    provisions: tuple[Provision, ...]
    pinned_on: date | None = None
    """Judge acts of any day by the law of this one: said on purpose, and part of law_id."""
    law_id: str = ""
    _on: dict[date, tuple[Provision, ...]] = field(default_factory=dict, compare=False, repr=False)

    def on(self, day: date) -> tuple[Provision, ...]:
        """Provisions in force on `day`. A day before a pack's first is refused: no rule is stretched back."""
        day = self.pinned_on or day
        if day not in self._on:
            self._refuse_days_before_first(day)
            held = (provision for provision in self.provisions if provision.in_force_on(day))
            self._on[day] = tuple(sorted(held, key=self.order))
        return self._on[day]

    def order(self, provision: Provision) -> tuple[int, int, bool, str, date]:
        """The fixed order of findings: kind, pack as loaded (the house last), general before limited, id."""
        place = {pack.id: number for number, pack in enumerate(self.packs)}
        limited = bool(provision.products or provision.lenders)
        kind = RANK[type(provision.encoding)]
        return (kind, place[provision.pack], limited, provision.id, provision.in_force_from)

    def get(self, provision_id: str, day: date | None = None) -> Provision:
        """The provision of that id in force on `day` (the newest version where no day is given)."""
        versions = [item for item in self.provisions if item.id == provision_id]
        if day is not None:
            versions = [item for item in versions if item.in_force_on(day)]
        if not versions:
            raise KeyError(provision_id)
        return max(versions, key=lambda item: item.in_force_from)

    def pinned_to(self, day: date) -> Law:
        """The same packs, judging every act by the law in force on `day`: for books older than the packs."""
        return _identified(replace(self, pinned_on=day, _on={}))

    @property
    def clocks(self) -> dict[str, str]:
        """Pack to the zone whose calendar day decides which version holds."""
        return {pack.id: pack.clock for pack in self.packs}

    def _refuse_days_before_first(self, day: date) -> None:
        for pack in self.packs:
            if day < pack.first_day:
                raise Unusable(
                    Problem(
                        code="day_before_first",
                        where=f"packs/{pack.id}/pack.toml",
                        what=f"{day} is before {pack.first_day}, the first day this pack was encoded for.",
                        why="A rule is never stretched back over days nobody has read.",
                        fix=f"Judge on purpose by another day's law with law.pinned_to(day), or encode {day}.",
                    )
                )


def load_law(
    packs: Sequence[str],
    run_on: date,
    policy: Path | None = None,
    *,
    house: bool = True,
    packs_at: Path = PACKS,
) -> Law:
    """
    The law of `packs` (such as ["cn"]) with the house rules under it and a lender's `policy` directory on top.

    Raises LawRefused where any file is faulty, a day is not covered, two rules clash, or a reading is older
    than 365 days on `run_on`. `house=False` is for reading a pack alone, never for deciding contact.
    """
    from arrears.law.check import problems_between

    wanted = [*packs, *([HOUSE] if house and HOUSE not in packs else [])]
    folders = [(name, packs_at / name) for name in wanted]
    if house:
        folders = [
            (name, PACKS / HOUSE if name == HOUSE and not (packs_at / HOUSE).is_dir() else at) for name, at in folders
        ]
    if policy is not None:
        folders.append(("lender", policy))
    problems: list[Problem] = []
    read_packs: list[Pack] = []
    provisions: list[Provision] = []
    cases: dict[str, tuple[Case, ...]] = {}
    for name, folder in folders:
        pack = _read_pack(name, folder, problems)
        if pack is None:
            continue
        read_packs.append(pack)
        for provision, its_cases in _read_provisions(pack, folder, problems):
            provisions.append(provision)
            cases[provision.where] = its_cases
    law = Law(packs=tuple(read_packs), provisions=tuple(provisions))
    problems.extend(problems_between(law, cases, run_on))
    if problems:
        raise LawRefused(problems)
    return _identified(law)


def read_all_cases(law: Law) -> Iterator[tuple[Provision, Case]]:
    """Every case of every provision, for `arrears law check` and the tests."""
    for provision in law.provisions:
        path = _cases_path(Path(provision.where))
        source = Source(str(path), path.read_text(encoding="utf-8"))
        for case in read_cases(source):
            yield provision, case


def _read_pack(name: str, folder: Path, problems: list[Problem]) -> Pack | None:
    path = folder / "pack.toml"
    source = Source(str(path), path.read_text(encoding="utf-8") if path.is_file() else "")
    if not path.is_file():
        source.complain(
            "no_pack",
            f"there is no pack {name!r}.",
            "Nothing can be decided by a law that is not there.",
            "Name a pack that is shipped (cn, us, uk), or add its folder with a pack.toml.",
        )
        problems.extend(source.problems)
        return None
    body = _toml(source)
    pack = filled(Pack, body, source, table="pack") if body is not None else None
    if pack is not None:
        try:
            zone_named(pack.clock)
        except ValueError as fault:
            source.complain(
                "wrong_clock", f"{fault}.", "The clock decides which version holds.", "Correct it.", key="clock"
            )
    problems.extend(source.problems)
    return pack


def _read_provisions(pack: Pack, folder: Path, problems: list[Problem]) -> Iterator[tuple[Provision, tuple[Case, ...]]]:
    for path in sorted(folder.glob("*/*.toml")):
        if path.name.endswith(".cases.toml"):
            continue
        source = Source(str(path), path.read_text(encoding="utf-8"))
        provision = read_provision(pack.id, path.parent.name, source)
        problems.extend(source.problems)
        if provision is None:
            continue
        beside = _cases_path(path)
        text = beside.read_text(encoding="utf-8") if beside.is_file() else ""
        its_cases = Source(str(beside), text)
        if not beside.is_file():
            its_cases.complain(
                "no_cases",
                f"{provision.id} has no cases.",
                "No rule is switched on without its own cases.",
                f"Write {beside.name} with a case on each side of every line the provision draws.",
            )
        cases = tuple(read_cases(its_cases)) if text else ()
        problems.extend(its_cases.problems)
        yield provision, cases


def _cases_path(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(".toml") + ".cases.toml")


def _toml(source: Source) -> dict[str, Any] | None:
    try:
        return tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as fault:
        source.complain("not_toml", f"it is not TOML: {fault}.", "Nothing in it can be read.", "Correct the syntax.")
        return None


def read_provision(pack: str, instrument: str, source: Source) -> Provision | None:
    """One file as a Provision, or None with its problems in `source`."""
    body = _toml(source)
    if body is None:
        return None
    for key, fix in STATED.items():
        if key not in body or body[key] in ("", {}):
            source.complain(
                f"{key}_missing",
                f"{key} is missing.",
                "No citation, no rule: a provision that can't be checked is not applied.",
                fix,
            )
    encodings = [key for key in body if key in KINDS]
    unknown = [key for key in body if key not in (*STATED, *OPTIONAL, *KINDS)]
    for key in unknown:
        table = isinstance(body[key], dict)
        source.complain(
            "unknown_kind" if table else "unknown_key",
            f"[{key}] is no kind of rule this product knows." if table else f"{key!r} is no part of a provision.",
            "What is not understood is not applied, and what is not applied must not look as if it were.",
            f"Use one of: {', '.join(KINDS if table else (*STATED, *OPTIONAL))}.",
            key=key,
        )
    if len(encodings) != 1 and not unknown:
        source.complain(
            "not_one_encoding",
            f"it has {len(encodings)} encodings ({', '.join(encodings) or 'none'}).",
            "One provision, one encoding: two could disagree.",
            f"Keep exactly one table of: {', '.join(KINDS)}.",
        )
    _check_words(body, source)
    if source.problems:
        return None
    kind = encodings[0]
    encoding = filled(KINDS[kind], body[kind], source, table=kind)
    if encoding is None:
        return None
    force_from, until = body["in_force"]["from"], body["in_force"].get("until")
    return Provision(
        id=body["id"],
        pack=pack,
        instrument=instrument,
        citation=body["citation"],
        source=body["source"],
        authority=body["authority"],
        force=body["force"],
        confidence=body["confidence"],
        in_force_from=force_from,
        in_force_until=until,
        read_on=body["read_on"],
        text=body.get("text", "").strip(),
        words_zh=body["words"]["zh"],
        words_en=body["words"]["en"],
        encoding=encoding,
        scope=body.get("scope", ""),
        note_id=body.get("note_id"),
        products=tuple(body.get("products", ())),
        lenders=tuple(body.get("lenders", ())),
        excepts=tuple(body.get("except", ())),
        where=source.where,
    )


def _check_words(body: dict[str, Any], source: Source) -> None:
    for key, allowed in (("force", FORCES), ("confidence", CONFIDENCES), ("authority", AUTHORITIES)):
        value = body.get(key)
        if value and value not in allowed:
            source.complain(
                f"unknown_{key}",
                f"{key} is {value!r}.",
                "The law's own force is kept, in words that mean one thing.",
                f"Use one of: {', '.join(allowed)}.",
                key=key,
            )
    if body.get("confidence") == "seen-text" and not body.get("text", "").strip():
        source.complain(
            "seen_text_without_text",
            "confidence is seen-text and text is empty.",
            "Words that were read can be shown; words that can't be shown were not read.",
            "Copy the clause's words into text, or lower confidence to seen-report.",
            key="confidence",
        )
    in_force = body.get("in_force")
    if isinstance(in_force, dict) and in_force:
        first, until = in_force.get("from"), in_force.get("until")
        if not isinstance(first, date):
            source.complain(
                "in_force_missing",
                "in_force has no day `from`.",
                "A rule without a first day can't be told from one that is not yet law.",
                STATED["in_force"],
                key="in_force",
            )
        elif until is not None and until <= first:
            source.complain(
                "ends_before_it_starts",
                f"in_force runs from {first} until {until}.",
                "Such a provision holds on no day at all.",
                "Check both days at the source; `until` is the first day it no longer holds.",
                key="in_force",
            )
    words = body.get("words")
    if isinstance(words, dict) and words and not (words.get("zh") and words.get("en")):
        source.complain(
            "words_missing",
            "words lacks zh or en.",
            "People read the law in their language.",
            STATED["words"],
            key="words",
        )


def _identified(law: Law) -> Law:
    """The law with its id: a hash of everything it says and of nothing else."""
    body = {
        "packs": [
            {"id": pack.id, "clock": pack.clock, "first_day": pack.first_day.isoformat(), "covers": list(pack.covers)}
            for pack in law.packs
        ],
        "pinned_on": law.pinned_on.isoformat() if law.pinned_on else None,
        "provisions": [item.as_plain() for item in sorted(law.provisions, key=law.order)],
    }
    return replace(law, law_id=f"law-{hashlib.sha256(rfc8785.dumps(body)).hexdigest()[:16]}")


def provisions_of(law: Law, kinds: Iterable[type[Any]], day: date) -> tuple[Provision, ...]:
    """Provisions in force on `day` whose encoding is one of `kinds`, in the order of reporting."""
    wanted = tuple(kinds)
    return tuple(item for item in law.on(day) if isinstance(item.encoding, wanted))
