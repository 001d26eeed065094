"""
Made-up people: who borrows, where they live, when they are paid, how they can be reached.

Nobody here exists. Names begin with a word for "made up" (拟, 例, 样, 虚, 仿) and go on with stars. Phone numbers begin
with 154, which is assigned to no operator in China's plan as libphonenumber knows it (a test asks it of each). Identity
numbers carry a correct check digit on division 99, which no place has. Mail goes to `example.invalid`, a name that
can't be registered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.synthetic.draw import Days, Draw, Floats, Ints, days, null_where, numbers, picked, spelled

OTHERS_FROM = 1 << 40
"""Indices from here on are co-borrowers, guarantors and contact persons: this plus 3 × loan + their place."""

CAUSES = (
    "income_shock",
    "illness",
    "over_indebtedness",
    "dispute",
    "cash_flow_timing",
    "forgetfulness",
    "unwilling",
    "vulnerable",
)
CAUSE_SHARES = (0.20, 0.08, 0.22, 0.05, 0.25, 0.12, 0.05, 0.03)

OCCUPATIONS = ("white_collar", "worker", "business_owner", "retired_public", "student", "other")
OCCUPATION_SHARES = (0.34, 0.33, 0.16, 0.07, 0.04, 0.06)
_AGES_FROM = np.array([24, 20, 26, 60, 19, 22])
_AGES_SPAN = np.array([28, 38, 34, 18, 6, 40])

INCOME_PATTERNS = ("monthly", "weekly", "seasonal", "irregular")
_PATTERNS_BY_OCCUPATION = np.array(
    [
        [0.96, 0.00, 0.00, 0.04],  # white_collar
        [0.55, 0.12, 0.13, 0.20],  # worker
        [0.10, 0.00, 0.25, 0.65],  # business_owner
        [1.00, 0.00, 0.00, 0.00],  # retired_public
        [0.50, 0.00, 0.00, 0.50],  # student
        [0.30, 0.05, 0.15, 0.50],  # other
    ]
)
PAYDAYS = (5, 10, 15, 28, 30)
PAYDAY_SHARES = (0.18, 0.30, 0.27, 0.13, 0.12)
OFF_CLUSTER = 0.20

VULNERABILITIES = ("illness", "disability", "bereavement", "incapacity", "job_loss_dependants", "other")
VULNERABLE = 0.04
VULNERABILITY_SHARES = (0.34, 0.15, 0.12, 0.03, 0.30, 0.06)

PROVINCES = (
    "广东省",
    "江苏省",
    "山东省",
    "浙江省",
    "河南省",
    "四川省",
    "湖北省",
    "福建省",
    "湖南省",
    "安徽省",
    "河北省",
    "上海市",
    "北京市",
    "陕西省",
    "江西省",
    "重庆市",
    "辽宁省",
    "云南省",
    "广西壮族自治区",
    "山西省",
    "贵州省",
    "内蒙古自治区",
    "新疆维吾尔自治区",
    "天津市",
    "黑龙江省",
    "吉林省",
    "甘肃省",
    "海南省",
    "宁夏回族自治区",
    "青海省",
    "西藏自治区",
)
PROVINCE_SHARES = (
    *(0.115, 0.080, 0.078, 0.062, 0.068, 0.060, 0.046, 0.040, 0.047, 0.045, 0.050, 0.030, 0.028, 0.028, 0.032, 0.026),
    *(0.028, 0.028, 0.030, 0.023, 0.024, 0.016, 0.018, 0.012, 0.016, 0.013, 0.014, 0.008, 0.006, 0.004, 0.003),
)
_XINJIANG = PROVINCES.index("新疆维吾尔自治区")
ZONES = ("Asia/Shanghai", "Asia/Urumqi")
URUMQI_IN_XINJIANG = 0.60
ZONE_UNKNOWN = 0.005
ENGLISH = 0.015

_FIRST = "拟例样虚仿"
_STARS = "枢璇玑权衡阳光宿井鬼柳星张翼轸角亢氐房心尾箕斗牛虚危室壁奎娄胃昴毕觜参辰曜岁荧镇白"
_NAMES = tuple(a + b + c for a in _FIRST for b in _STARS for c in _STARS)

SOURCES = ("reserved_information", "contract", "debtor_authorisation", "lawful_public_channel")
SOURCE_SHARES = (0.62, 0.24, 0.13, 0.01)
NO_PHONE = 0.03
SECOND_PHONE = 0.30
HAS_EMAIL = 0.35
HAS_ADDRESS = 0.55


def person_of(loan: Ints) -> Ints:
    """The borrower of each loan: of every 20 loans three belong to someone who has one already."""
    group, place = np.divmod(loan, 20)
    return group * 17 + np.where(place < 17, place, (place - 17) * 5)


def people_of(loans: int) -> int:
    """How many borrowers there are among so many loans."""
    return loans // 20 * 17 + min(loans % 20, 17)


def person_ids(people: Ints) -> pa.Array:
    """P0000000001 for a borrower, Q000000000001 for anybody else."""
    if len(people) and people[0] >= OTHERS_FROM:
        return spelled("Q", (people - OTHERS_FROM, 12))
    return spelled("P", (people, 10))


def phone(people: Ints, slot: int = 0) -> Ints:
    """Eleven digits beginning with 154. No two are alike in a book of up to 15 million loans."""
    other = people >= OTHERS_FROM
    line = np.where(other, 99_999_999 - (people - OTHERS_FROM), people * 2 + slot)
    return 15_400_000_000 + line * 38_237_357 % 100_000_000


@dataclass(frozen=True)
class Ways:
    """How these people live, as far as loans and contacts depend on it."""

    cause: Ints
    occupation: Ints
    pattern: Ints
    payday: Ints
    """0 where there is none to state."""
    province: Ints
    zone: Ints
    """Place in ZONES; 2 is unknown."""

    @property
    def offset_hours(self) -> Ints:
        """Hours ahead of UTC."""
        return np.where(self.zone == 1, 6, 8)


def ways_of(draw: Draw, people: Ints) -> Ways:
    """The drawn facts of these people."""
    occupation = draw.choose("occupation", people, OCCUPATION_SHARES)
    edges = np.cumsum(_PATTERNS_BY_OCCUPATION, axis=1)[occupation]
    pattern = (draw.uniform("income pattern", people)[:, None] >= edges).sum(axis=1).astype(np.int64)
    clustered = np.array(PAYDAYS)[draw.choose("payday", people, PAYDAY_SHARES)]
    loose = 1 + draw.below("payday off the clusters", people, 28)
    payday = np.where(draw.happens("off the clusters", people, OFF_CLUSTER), loose, clustered)
    province = draw.choose("province", people, PROVINCE_SHARES)
    in_urumqi = (province == _XINJIANG) & draw.happens("keeps Urumqi time", people, URUMQI_IN_XINJIANG)
    zone = np.where(draw.happens("zone unknown", people, ZONE_UNKNOWN), 2, in_urumqi.astype(np.int64))
    return Ways(
        cause=draw.choose("root cause", people, CAUSE_SHARES),
        occupation=occupation,
        pattern=np.minimum(pattern, 3),
        payday=np.where(pattern == 0, payday, 0),
        province=province,
        zone=zone,
    )


def has_phone(draw: Draw, people: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether a lawful phone number is on file."""
    return ~draw.happens("no phone", people, NO_PHONE)


def _births(draw: Draw, people: Ints, occupation: Ints, as_of: date) -> Days:
    years: Floats = _AGES_FROM[occupation] + draw.uniform("age", people) * _AGES_SPAN[occupation]
    return np.datetime64(as_of, "D") - (years * 365.25).astype(np.int64)


_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)


def id_numbers(people: Ints, births: Days) -> pa.Array:
    """18 characters: division 99 (no such place), birth, serial, and the check character of ISO 7064 MOD 11-2."""
    month = births.astype("datetime64[M]")
    year = births.astype("datetime64[Y]").astype(np.int64) + 1970
    of_year = month.astype(np.int64) % 12 + 1
    day = (births - month).astype(np.int64) + 1
    whole = people % 10_000_000
    body = (99_0000 + whole // 1000) * 10**11 + (year * 10_000 + of_year * 100 + day) * 1000 + whole % 1000
    rest, total = body.copy(), np.zeros(len(body), dtype=np.int64)
    for weight in _WEIGHTS[::-1]:
        rest, digit = np.divmod(rest, 10)
        total += digit * weight
    text = np.empty((len(body), 18), dtype=np.uint8)
    rest = body
    for place in range(16, -1, -1):
        rest, digit = np.divmod(rest, 10)
        text[:, place] = digit + 48
    text[:, 17] = _CHECKS[total % 11]
    offsets = np.arange(0, (len(body) + 1) * 18, 18, dtype=np.int32)
    return pa.StringArray.from_buffers(len(body), pa.py_buffer(offsets.tobytes()), pa.py_buffer(text.tobytes()))


def persons(draw: Draw, people: Ints, as_of: date, *, identified: bool) -> pa.Table:
    """PERSONS of these people; identity numbers only where `identified`."""
    ways = ways_of(draw, people)
    born = _births(draw, people, ways.occupation, as_of)
    unknown = pa.nulls(len(people), pa.string())
    vulnerable = draw.happens("vulnerable", people, VULNERABLE) | (ways.cause == CAUSES.index("vulnerable"))
    kinds = picked(VULNERABILITIES, draw.choose("vulnerability", people, VULNERABILITY_SHARES))
    return pa.table(
        {
            "person_id": person_ids(people),
            "name": picked(_NAMES, draw.below("name", people, len(_NAMES))),
            "id_number": id_numbers(people, born) if identified else unknown,
            "birth_on": days(born),
            "language": picked(("zh", "en"), draw.happens("speaks English", people, ENGLISH).astype(np.int64)),
            "time_zone": picked((*ZONES, None), ways.zone),
            "province": picked(PROVINCES, ways.province),
            "occupation": picked(OCCUPATIONS, ways.occupation),
            "income_pattern": picked(INCOME_PATTERNS, ways.pattern),
            "payday": numbers(ways.payday, ways.payday == 0, "int32"),
            "vulnerability": null_where(kinds, ~vulnerable),
        }
    )


def contact_points(draw: Draw, people: Ints, as_of: date, *, every_kind: bool) -> pa.Table:
    """
    CONTACT_POINTS of these people: one phone for 97 of 100; where `every_kind`, also second phones, mail and addresses.
    """
    other = bool(len(people)) and bool(people[0] >= OTHERS_FROM)
    pieces = [_points(draw, people[has_phone(draw, people)], as_of, "phone", 1)]
    if every_kind and not other:
        pieces.append(_points(draw, people[draw.happens("second phone", people, SECOND_PHONE)], as_of, "phone", 2))
        pieces.append(_points(draw, people[draw.happens("has email", people, HAS_EMAIL)], as_of, "email", 3))
        pieces.append(_points(draw, people[draw.happens("has address", people, HAS_ADDRESS)], as_of, "address", 4))
    table = pa.concat_tables(pieces)
    return table if len(pieces) == 1 else table.take(np.argsort(_order(pieces), kind="stable"))


def _order(pieces: list[pa.Table]) -> Ints:
    ids = np.concatenate([piece["contact_point_id"].to_numpy(zero_copy_only=False) for piece in pieces])
    return np.unique(ids, return_inverse=True)[1].astype(np.int64)


def _points(draw: Draw, people: Ints, as_of: date, channel: str, slot: int) -> pa.Table:
    what = f"point {slot}"
    if channel == "phone":
        value = spelled((phone(people, slot - 1), 11))
    elif channel == "email":
        value = spelled("made-up-", (people % 10**10, 10), "@example.invalid")
    else:
        value = spelled("虚构市样本路", (1 + draw.below("street number", people, 998), 3), "号")
    ids = person_ids(people)
    back = draw.below(f"{what} obtained", people, 900) + 31
    state = draw.choose(f"{what} valid", people, (0.25, 0.05, 0.70))
    return pa.table(
        {
            "contact_point_id": _joined("K", ids, f"-{slot}"),
            "person_id": ids,
            "channel": picked((channel,), np.zeros(len(people), dtype=np.int64)),
            "value": value,
            "lawful_source": picked(SOURCES, draw.choose(f"{what} source", people, SOURCE_SHARES)),
            "obtained_on": days(np.datetime64(as_of, "D") - back),
            "valid": pa.array(state == 0, mask=state == 2),
        }
    )


def _joined(before: str, ids: pa.Array, after: str) -> pa.Array:
    return pc.binary_join_element_wise(before, ids, after, "")


HOLD_KINDS = ("dispute", "hardship", "stop", "complaint", "represented", "deceased", "plan")
HOLD_SHARES = (0.28, 0.32, 0.12, 0.12, 0.06, 0.03, 0.07)
ON_HOLD = 0.03


def holds(draw: Draw, people: Ints, as_of: date) -> pa.Table:
    """HOLDS: three people in a hundred, and whoever stopped paying because of a dispute."""
    cause = draw.choose("root cause", people, CAUSE_SHARES)
    disputed = (cause == CAUSES.index("dispute")) & draw.happens("dispute is open", people, 0.5)
    held = draw.happens("on hold", people, ON_HOLD) | disputed
    people, disputed = people[held], disputed[held]
    kind = np.where(disputed, 0, draw.choose("hold", people, HOLD_SHARES))
    placed = np.datetime64(as_of, "D") - 1 - draw.below("hold placed", people, 40)
    is_plan = kind == HOLD_KINDS.index("plan")
    ends = placed + 30 * (2 + draw.below("plan ends", people, 10))
    return pa.table(
        {
            "person_id": person_ids(people),
            "kind": picked(HOLD_KINDS, kind),
            "placed_on": days(placed),
            "learned_on": days(placed),
            "ends_on": days(ends, ~is_plan),
        }
    )
