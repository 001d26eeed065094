"""
What must hold between provisions before any of them is believed: no gap, no overlap, no clash, no stale reading.

Comes in: a Law as read, its cases, the day of the run. Goes out: problems, each with file, line, what, why and
what to do. Empty means the law may be used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from arrears.kernel.problem import Problem
from arrears.law.cases import Case
from arrears.law.kinds import CONTACT_KINDS, KINDS
from arrears.law.provision import Provision
from arrears.law.read_fields import Source
from arrears.law.sides import missing_sides

if TYPE_CHECKING:
    from arrears.law.load import Law, Pack

READ_EVERY_DAYS = 365
POLICY = "lender"
"""Pack id of a lender's own policy."""


def problems_between(law: Law, cases: Mapping[str, Sequence[Case]], run_on: date) -> list[Problem]:
    """Every problem in the set; `cases` are those beside each provision, by its file."""
    found: list[Problem] = []
    for provision in law.provisions:
        found.extend(_stale(provision, run_on))
        found.extend(_misfiled(provision))
        found.extend(_one_sided(provision, cases.get(provision.where, ())))
        found.extend(_loosens(provision))
    found.extend(_versions(law.provisions))
    found.extend(_exceptions(law.provisions))
    found.extend(_clashes(law.provisions))
    for pack in law.packs:
        found.extend(_uncovered(pack, law.provisions))
    return found


def _at(provision: Provision, key: str, code: str, what: str, why: str, fix: str) -> Problem:
    path = Path(provision.where)
    source = Source(provision.where, path.read_text(encoding="utf-8") if path.is_file() else "")
    source.complain(code, what, why, fix, key=key)
    return source.problems[0]


def _stale(provision: Provision, run_on: date) -> Iterator[Problem]:
    age = (run_on - provision.read_on).days
    if age > READ_EVERY_DAYS:
        yield _at(
            provision,
            "read_on",
            "stale_reading",
            f"read_on is {provision.read_on}, {age} days before this run.",
            f"Rules are re-read at least every {READ_EVERY_DAYS} days.",
            f"Read {provision.citation} at its source; if the words still match, set read_on to that day; if not, "
            "close this version with in_force.until and add the next.",
        )


def _misfiled(provision: Provision) -> Iterator[Problem]:
    path = Path(provision.where)
    stem = path.stem.split("-until-")[0]
    expected = f"{provision.pack}.{provision.instrument}.{stem}"
    if path.name and provision.id != expected:
        yield _at(
            provision,
            "id",
            "misfiled",
            f"id is {provision.id!r} and the file lies where {expected!r} would.",
            "A reader who follows a citation must find the file.",
            "Rename one of them; a closed version is named <provision>-until-<year>.toml.",
        )


def _one_sided(provision: Provision, cases: Sequence[Case]) -> Iterator[Problem]:
    for line, side in missing_sides(provision, cases):
        path = provision.where.removesuffix(".toml") + ".cases.toml"
        yield Problem(
            code="case_missing_a_side",
            where=path,
            row=1,
            what=f"no case stands on the side {side!r} of the line {line!r}.",
            why="A line is known only where something stands on each side of it.",
            fix=f"Add a case of {provision.id} whose answer is {side!r}, as near to the line as it goes.",
        )


def _loosens(provision: Provision) -> Iterator[Problem]:
    """A lender's own policy only tightens; a rule about contact names its exceptions in its own table."""
    if provision.pack == POLICY and (provision.force == "permitted" or provision.kind == "unreachable"):
        yield _at(
            provision,
            "force",
            "policy_loosens",
            f"the lender's {provision.id} permits something ({provision.force}, {provision.kind}).",
            "A policy may be stricter than the law and never looser.",
            'Leave the permission to the law\'s own packs, or write the stricter line as force = "house".',
        )
    if provision.excepts and provision.kind in CONTACT_KINDS:
        yield _at(
            provision,
            "except",
            "exception_not_read",
            f"{provision.id} is a {provision.kind}, and no reader of an act looks at `except`.",
            "An exception that is written and not applied is one that nobody may rely on.",
            "Say it in the table itself (roles, purposes, lifted_by, products), where both readers see it.",
        )


def _versions(provisions: Sequence[Provision]) -> Iterator[Problem]:
    by_id: dict[str, list[Provision]] = defaultdict(list)
    for provision in provisions:
        by_id[provision.id].append(provision)
    for versions in by_id.values():
        versions.sort(key=lambda item: item.in_force_from)
        for before, after in pairwise(versions):
            if before.in_force_until is None or before.in_force_until > after.in_force_from:
                yield _at(
                    after,
                    "in_force",
                    "versions_overlap",
                    f"{after.id} holds from {after.in_force_from}, while {Path(before.where).name} holds until "
                    f"{before.in_force_until or 'further notice'}.",
                    "Two versions of one provision on one day: neither can be picked.",
                    f"Close the earlier with in_force.until = {after.in_force_from}.",
                )
            elif before.in_force_until < after.in_force_from:
                yield _at(
                    after,
                    "in_force",
                    "versions_leave_a_gap",
                    f"no version of {after.id} covers {before.in_force_until} up to {after.in_force_from}.",
                    "A night in the gap could not be decided.",
                    "Find what held in between and add it, or correct the days.",
                )


def _exceptions(provisions: Sequence[Provision]) -> Iterator[Problem]:
    known = {provision.id for provision in provisions}
    for provision in provisions:
        for named in provision.excepts:
            if named not in known:
                yield _at(
                    provision,
                    "except",
                    "unknown_exception",
                    f"except names {named!r}, which is in none of the packs loaded.",
                    "An exception that can't be read can't be honoured.",
                    "Correct the id, or load the pack it is in.",
                )


def _clashes(provisions: Sequence[Provision]) -> Iterator[Problem]:
    """Two provisions answering one question differently on one day, with neither going before the other."""
    asked: dict[str, list[Provision]] = defaultdict(list)
    for provision in provisions:
        for question in getattr(provision.encoding, "questions", tuple)():
            asked[f"{provision.kind}: {question}"].append(provision)
    for question, answering in asked.items():
        for one, other in combinations(answering, 2):
            if one.id == other.id or one.id in other.excepts or other.id in one.excepts:
                continue
            if _meet(one, other) and one.encoding != other.encoding:
                yield _at(
                    other,
                    other.kind,
                    "clash",
                    f"{other.id} and {one.id} both answer “{question}” and differ.",
                    "Law is never picked by the order of files.",
                    'Say which goes first: except = ["…"] in the one that gives way, or limit products or lenders.',
                )


def _meet(one: Provision, other: Provision) -> bool:
    in_time = (one.in_force_until is None or other.in_force_from < one.in_force_until) and (
        other.in_force_until is None or one.in_force_from < other.in_force_until
    )
    in_products = not one.products or not other.products or bool(set(one.products) & set(other.products))
    in_lenders = not one.lenders or not other.lenders or bool(set(one.lenders) & set(other.lenders))
    return in_time and in_products and in_lenders


def _uncovered(pack: Pack, provisions: Sequence[Provision]) -> Iterator[Problem]:
    """A kind the pack promises must be in force on every day from its first; the last version stays open."""
    for kind in pack.covers:
        if kind not in KINDS:
            yield Problem(
                code="unknown_kind",
                where=f"packs/{pack.id}/pack.toml",
                column="covers",
                row=1,
                what=f"covers names {kind!r}, which is no kind of rule.",
                why="A promise nobody can check is none.",
                fix=f"Use some of: {', '.join(KINDS)}.",
            )
            continue
        spans = sorted(
            (item.in_force_from, item.in_force_until or date.max)
            for item in provisions
            if item.pack == pack.id and item.kind == kind
        )
        reached = pack.first_day
        for first, until in spans:
            if first > reached:
                break
            reached = max(reached, until)
        if reached != date.max:
            yield Problem(
                code="day_not_covered",
                where=f"packs/{pack.id}/pack.toml",
                column="first_day",
                row=1,
                what=f"no {kind} of pack {pack.id} is in force on {reached}.",
                why="A day without the rule would be a day without the limit.",
                fix=f"Add the {kind} that held on {reached}, or move first_day.",
            )
