"""
From packs of TOML files to a Law, or a refusal that lists everything wrong with them.

Reads: packs/<pack>/pack.toml, packs/<pack>/<instrument>/<provision>.toml and <provision>.cases.toml, and a
lender's own stricter policy of the same shape. This is the one file of the stage that touches a disk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import rfc8785

from arrears.kernel.days import zone_named
from arrears.kernel.problem import Problem, Unusable
from arrears.law.cases import Case, read_cases
from arrears.law.kinds import CONTACT_KINDS, RANK
from arrears.law.provision import Provision
from arrears.law.read_fields import Source, filled, read_toml
from arrears.law.read_provision import read_provision

PACKS = Path(__file__).parent / "packs"
HOUSE = "house"
"""The product's own floor under every law: holds, visits off, stopped channels. Always loaded."""


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
    _on_contact: dict[date, tuple[Provision, ...]] = field(default_factory=dict, compare=False, repr=False)

    def on(self, day: date) -> tuple[Provision, ...]:
        """Provisions in force on `day`. A day before a pack's first is refused: no rule is stretched back."""
        day = self.pinned_on or day
        if day not in self._on:
            self._refuse_days_before_first(day)
            held = (provision for provision in self.provisions if provision.in_force_on(day))
            self._on[day] = tuple(sorted(held, key=self.order))
        return self._on[day]

    def on_contact(self, day: date) -> tuple[Provision, ...]:
        """The part of `on(day)` that speaks about one act; what the gate reads at every attempt."""
        if day not in self._on_contact:
            self._on_contact[day] = tuple(item for item in self.on(day) if item.kind in CONTACT_KINDS)
        return self._on_contact[day]

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
        return _identified(replace(self, pinned_on=day, _on={}, _on_contact={}))

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
    from arrears.law.check import POLICY, problems_between

    wanted = [*packs, *([HOUSE] if house and HOUSE not in packs else [])]
    folders = [(name, packs_at / name) for name in wanted]
    if house:
        folders = [
            (name, PACKS / HOUSE if name == HOUSE and not (packs_at / HOUSE).is_dir() else at) for name, at in folders
        ]
    if policy is not None:
        folders.append((POLICY, policy))
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


def pack_names(packs_at: Path = PACKS) -> tuple[str, ...]:
    """Every jurisdiction that has a pack, by name; the house is none."""
    return tuple(sorted(path.parent.name for path in packs_at.glob("*/pack.toml") if path.parent.name != HOUSE))


def read_all_cases(law: Law) -> Iterator[tuple[Provision, Case]]:
    """Every case of every provision, for `arrears law check` and the tests."""
    for provision in law.provisions:
        for case in read_cases_of(provision):
            yield provision, case


def read_cases_of(provision: Provision) -> Iterator[Case]:
    """The cases beside one provision, in the order of their file."""
    path = _cases_path(Path(provision.where))
    yield from read_cases(Source(str(path), path.read_text(encoding="utf-8")))


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
    body = read_toml(source)
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
