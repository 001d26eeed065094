"""
What a policy says: treatments, their costs and use of capacity, who is eligible, the ladder, expected recovery, harm.

Comes in: TOML text and the file's name. Goes out: a Policy, whose id is its name and a hash of all it says; or
Unusable with every fault listed. Never: reads a file (`load.py` does), a default for something the text got
wrong, a treatment that reaches anybody but the borrower, a fact that must not decide (sex, age, marriage,
education, ethnicity and what stands in for them).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

import numpy as np
import rfc8785

from arrears.decision.allocate.problem import MAX_USE, Terms
from arrears.decision.read_policy import Reader, merged, refused, scaled
from arrears.decision.settlement import Settlement, read_settlement
from arrears.kernel.toml_text import toml_of

CHANNELS = {"call": "phone", "sms": "phone", "email": "email", "letter": "address", "none": None}
"""Channel to the kind of contact point it needs. Visits are not here: they are off by default (law, house pack)."""
ATTEMPT_CHANNELS = ("call", "sms", "email", "letter")
MOST_CAPACITIES = 8
MOST_DIGITS = 4
"""Of the number of a step of the ladder."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """Whole units per day (None: no limit), and the unit people think in: `per` units are one `en` or `zh`."""

    name: str
    per_day: int | None
    per: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the ladder: how long to wait, and what must have been tried."""

    number: int
    wait_days: int
    again_after_days: int
    needs_attempts: int
    at_most: int


@dataclass(frozen=True, slots=True)
class Recovery:
    """
    Expected share of the overdue amount that this treatment brings in beyond what comes by itself: `share_ppm` by
    stage, times each factor. A factor is a table by a word, or a list by a count whose last entry is for more.
    """

    basis: str
    source: str
    share_ppm: Mapping[str, int]
    by_word: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    by_count: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Treatment:
    """Something that may be done for the borrower tonight."""

    id: str
    zh: str
    en: str
    channel: str
    step: int
    cost_cents: int
    uses: Mapping[str, int]
    stages: tuple[str, ...]
    recovery: Recovery
    complaint_ppm: int
    fatigue_cents: int
    buckets: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    vulnerable: bool | None = None
    talked_before: bool | None = None
    reachable: bool | None = None
    """False: for those of whom no number or address is on file; True: for those of whom one is."""
    overdue_at_least_cents: int = 1
    for_decision: bool = False
    """A person decides: the item lies on the desk of those who may, and in no collector's queue."""


@dataclass(frozen=True, slots=True)
class Harm:
    """What a complaint costs, and how much more easily harm is done to some and after many attempts."""

    complaint_cost_cents: int
    vulnerable_permille: int
    attempts_7d_permille: tuple[int, ...]


@dataclass(frozen=True)
class Policy:
    """One version of a policy. `policy_id` names it and all it says."""

    name: str
    policy_id: str
    currency: str
    in_force: date
    window_days: int
    about_zh: str
    about_en: str
    slots: Mapping[str, time]
    capacities: tuple[Capacity, ...]
    ladder: Mapping[int, Step]
    harm: Harm
    treatments: tuple[Treatment, ...]
    settlement: Settlement | None = None
    """Who may agree to what; None where the text does not say, and then nobody agrees to anything."""
    said: bytes = field(default=b"", repr=False)
    """All that it says, as canonical JSON: `policy_id` is the name and the hash of this."""

    def terms(self) -> Terms:
        """What allocation needs to know of it."""
        return Terms(
            treatments=tuple(treatment.id for treatment in self.treatments),
            capacities=tuple(capacity.name for capacity in self.capacities),
            use=np.array(
                [[treatment.uses.get(c.name, 0) for c in self.capacities] for treatment in self.treatments],
                dtype=np.int64,
            ).reshape(len(self.treatments), len(self.capacities)),
            limits=tuple(capacity.per_day for capacity in self.capacities),
        )

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that reach somebody, in the order treatments name them."""
        return tuple(dict.fromkeys(t.channel for t in self.treatments if t.channel != "none"))

    def treatment(self, treatment_id: str) -> Treatment:
        return next(treatment for treatment in self.treatments if treatment.id == treatment_id)


def policy_from_toml(text: str, *, where: str, bases: Mapping[str, str] | None = None) -> Policy:
    """
    The policy that `text` says; `bases` are the texts that `extends` may name. Raises Unusable, whose message is
    the first fault and whose `problems` are all of them.
    """
    try:
        said = toml_of(text)
    except tomllib.TOMLDecodeError as fault:
        raise refused(where, "policy_not_toml", f"it is not TOML: {fault}.", "Correct the syntax.") from fault
    base_name = said.pop("extends", None)
    if base_name is not None:
        if not bases or not isinstance(base_name, str) or base_name not in bases:
            known = ", ".join(sorted(bases or {})) or "none"
            raise refused(where, "policy_base_unknown", f"it extends {base_name!r}.", f"Extend one of: {known}.")
        scale = said.pop("money_scale", None)
        base = tomllib.loads(bases[base_name])
        said = merged(scaled(base, scale, where), said)
    reader = Reader(
        where, text if base_name is None else f"{text}\n{(bases or {})[base_name]}", own_lines=len(text.splitlines())
    )
    policy = _policy(said, reader)
    reader.stop_if_wrong()
    return policy


def _policy(said: dict[str, Any], reader: Reader) -> Policy:
    reader.known(said, ("policy", "slot", "capacity", "ladder", "harm", "treatment", "settlement"), "a policy")
    head = reader.table(said, "policy")
    reader.known(head, ("name", "currency", "in_force", "window_days", "about_zh", "about_en"), "[policy]")
    capacities = tuple(_capacity(name, body, reader) for name, body in reader.tables(said, "capacity").items())
    if len(capacities) > MOST_CAPACITIES:
        reader.complain(
            "too_many_capacities",
            f"there are {len(capacities)} capacities.",
            f"Keep at most {MOST_CAPACITIES}.",
            "capacity",
        )
    ladder = {}
    for number, body in reader.tables(said, "ladder").items():
        if not (number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS):
            reader.complain("wrong_step", f"[ladder.{number}] is not a number.", "Number the steps 1, 2, 3 …", number)
            continue
        ladder[int(number)] = _step(int(number), body, reader)
    harm = _harm(reader.table(said, "harm"), reader)
    slots = {}
    for channel, clock in reader.table(said, "slot").items():
        try:
            slots[channel] = time.fromisoformat(str(clock))
        except ValueError:
            reader.complain(
                "wrong_slot", f"slot {channel} is {clock!r}.", 'Write a time of day such as "10:00".', channel
            )
    treatments = tuple(
        _treatment(name, body, reader, {c.name for c in capacities}, ladder, slots)
        for name, body in reader.tables(said, "treatment").items()
    )
    if not treatments:
        reader.complain("no_treatment", "it has no treatment.", "Add at least one [treatment.…].", None)
    name = reader.word(head, "name")
    canonical = rfc8785.dumps(_plain(said))
    digest = hashlib.sha256(canonical).hexdigest()[:12]
    return Policy(
        name=name,
        policy_id=f"{name}-{digest}",
        currency=reader.word(head, "currency"),
        in_force=reader.day(head, "in_force"),
        window_days=reader.whole(head, "window_days", 1, 365),
        about_zh=reader.word(head, "about_zh"),
        about_en=reader.word(head, "about_en"),
        slots=slots,
        capacities=capacities,
        ladder=ladder,
        harm=harm,
        treatments=treatments,
        settlement=read_settlement(_plain(said["settlement"]), reader) if "settlement" in said else None,
        said=canonical,
    )


def _capacity(name: str, body: dict[str, Any], reader: Reader) -> Capacity:
    reader.known(body, ("per_day", "word"), f"[capacity.{name}]")
    word = reader.table(body, "word")
    per_day = None if body.get("per_day") == "unlimited" else reader.whole(body, "per_day", 0, 10**9)
    return Capacity(
        name, per_day, reader.whole(word, "per", 1, 10**6), reader.word(word, "zh"), reader.word(word, "en")
    )


def _step(number: int, body: dict[str, Any], reader: Reader) -> Step:
    keys = ("wait_days", "again_after_days", "needs_attempts", "at_most")
    reader.known(body, keys, f"[ladder.{number}]")
    wait, again, needs, most = (reader.whole(body, key, 0, 1000) for key in keys)
    return Step(number, wait, again, needs, most)


def _harm(body: dict[str, Any], reader: Reader) -> Harm:
    reader.known(
        body, ("basis", "source", "complaint_cost_cents", "vulnerable_permille", "attempts_7d_permille"), "[harm]"
    )
    reader.basis(body, "harm")
    return Harm(
        reader.whole(body, "complaint_cost_cents", 0, 10**9),
        reader.whole(body, "vulnerable_permille", 1000, 10**6),
        reader.counts(body, "attempts_7d_permille"),
    )


def _treatment(
    name: str,
    body: dict[str, Any],
    reader: Reader,
    capacities: set[str],
    ladder: Mapping[int, Step],
    slots: Mapping[str, time],
) -> Treatment:
    reader.third_parties(name, body)
    reader.known(
        body,
        (
            *("zh", "en", "channel", "step", "cost_cents", "uses", "stages", "buckets", "segments", "products"),
            *("vulnerable", "talked_before", "reachable", "overdue_at_least_cents", "for_decision", "recovery", "harm"),
        ),
        f"[treatment.{name}]",
    )
    channel = reader.choice(body, "channel", tuple(CHANNELS))
    if channel in ATTEMPT_CHANNELS and channel not in slots:
        reader.complain(
            "no_slot", f"{name} goes by {channel} and [slot] has no {channel}.", f'Write {channel} = "10:00".', "slot"
        )
    step = reader.whole(body, "step", 1, 100)
    if step not in ladder:
        reader.complain("no_step", f"{name} stands on step {step}.", f"Add [ladder.{step}] or use another step.", name)
    uses = reader.table(body, "uses")
    for capacity, units in uses.items():
        if capacity not in capacities:
            reader.complain(
                "unknown_capacity",
                f"{name} uses {capacity}, which is no capacity.",
                f"Use one of: {', '.join(sorted(capacities))}; or add [capacity.{capacity}].",
                "uses",
            )
        if not isinstance(units, int) or isinstance(units, bool) or not 0 <= units <= MAX_USE:
            reader.complain(
                "wrong_use", f"{name} uses {units!r} {capacity}.", f"Use 0 to {MAX_USE} whole units.", "uses"
            )
    harm = reader.table(body, "harm")
    reader.known(harm, ("basis", "source", "complaint_ppm", "fatigue_cents"), f"[treatment.{name}.harm]")
    reader.basis(harm, f"treatment.{name}.harm")
    stages = reader.words(body, "stages", required=True)
    return Treatment(
        id=name,
        zh=reader.word(body, "zh"),
        en=reader.word(body, "en"),
        channel=channel,
        step=step,
        cost_cents=reader.whole(body, "cost_cents", 0, 10**9),
        uses={k: v for k, v in uses.items() if isinstance(v, int)},
        stages=stages,
        recovery=_recovery(name, reader.table(body, "recovery"), reader, stages),
        complaint_ppm=reader.whole(harm, "complaint_ppm", 0, 10**6),
        fatigue_cents=reader.whole(harm, "fatigue_cents", 0, 10**9),
        buckets=reader.words(body, "buckets"),
        segments=reader.words(body, "segments"),
        products=reader.words(body, "products"),
        vulnerable=reader.maybe(body, "vulnerable"),
        talked_before=reader.maybe(body, "talked_before"),
        reachable=reader.maybe(body, "reachable"),
        overdue_at_least_cents=(
            reader.whole(body, "overdue_at_least_cents", 1, 10**13) if "overdue_at_least_cents" in body else 1
        ),
        for_decision=bool(reader.maybe(body, "for_decision")),
    )


def _recovery(name: str, body: dict[str, Any], reader: Reader, stages: tuple[str, ...]) -> Recovery:
    where = f"treatment.{name}.recovery"
    reader.known(body, ("basis", "source", "share_ppm", "factors_permille"), f"[{where}]")
    reader.basis(body, where)
    shares = reader.table(body, "share_ppm")
    for stage in stages:
        if stage not in shares:
            reader.complain(
                "no_share", f"{name} is for {stage} and share_ppm has no {stage}.", f"Write {stage} = …", "share_ppm"
            )
    by_word, by_count = reader.factors(body.get("factors_permille", {}), where)
    return Recovery(
        basis=str(body.get("basis", "")),
        source=str(body.get("source", "")),
        share_ppm={stage: reader.whole(shares, stage, 0, 10**6) for stage in shares},
        by_word=by_word,
        by_count=by_count,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
