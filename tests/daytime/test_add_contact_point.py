"""A number or address that was lawfully learned by day: whose it is, its source, and what the night makes of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pytest
from sqlalchemy import insert, select
from tests.daytime.audit import audit
from tests.daytime.town import AS_OF, add_user, at, build, call, claimed, facts, kinds, point, town_of

from arrears.book.table import TABLES, Snapshot
from arrears.contact.permit import Permit
from arrears.daytime import PointAdded, add_contact_point, day_tables, record_inbound, record_outcome
from arrears.kernel.problem import Unusable
from arrears.kernel.table import arrow_schema
from arrears.nightly.run import day_id, with_day
from arrears.store.open import Store
from arrears.store.schema import contact_points, explanations, parties, persons

WHY = "借款人来信更新"
NEW = "199-0000-7777"


def town(store: Store, debtors: int = 2) -> None:
    build(store, debtors)
    add_user(store, "fang", "supervisor")


def add(store: Store, **changed: Any) -> PointAdded:
    asked: dict[str, Any] = {
        "person_id": "P-1",
        "channel": "phone",
        "value": NEW,
        "lawful_source": "debtor_authorisation",
        "by": "fang",
        "at": at("10:00"),
        "why": WHY,
    }
    return add_contact_point(store, **(asked | changed))


def refused(store: Store, **changed: Any) -> str:
    before = kinds(store)
    with pytest.raises(Unusable) as caught:
        add(store, **changed)
    assert kinds(store) == before
    return caught.value.problem.code


def with_a_contact_person(store: Store, number: str = "199-0000-8888") -> None:
    """P-1 named somebody when they signed."""
    with store.write() as connection:
        connection.execute(insert(persons).values(person_id="F-1", name="李三", time_zone="Asia/Shanghai"))
        connection.execute(
            insert(parties).values(account_id="A-1", person_id="F-1", role="contact_person", liability="none")
        )
        connection.execute(insert(contact_points).values(**point("C-F", "F-1", number)))


def test_a_number_taken_down_may_be_called_at_once(store: Store) -> None:
    """It stands in the store with its source, its day and who took it down; the log has a commitment, no digits."""
    town(store)
    debtor = town_of(store)[0]
    claimed(store, debtor, at("09:59"))
    added = add(store)

    assert added.new
    assert facts(store, "contact_point_added") == [added.contact_point_id]
    with store.read() as connection:
        row = (
            connection.execute(
                select(contact_points).where(contact_points.c.contact_point_id == added.contact_point_id)
            )
            .mappings()
            .one()
        )
        assert connection.execute(select(explanations.c.words)).scalars().all() == [WHY]
    assert (row["value"], row["lawful_source"], row["obtained_on"], row["added_by"], row["valid"]) == (
        NEW,
        "debtor_authorisation",
        AS_OF,
        "fang",
        None,
    )
    assert isinstance(call(store, debtor, at("10:01"), point_id=added.contact_point_id), Permit)
    audit(store, AS_OF)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"by": "li"}, "not_for_role"),
        ({"by": "nobody"}, "not_for_role"),
        ({"why": " "}, "why_missing"),
        ({"person_id": "P-9"}, "person_unknown"),
        ({"channel": "fax"}, "channel_unknown"),
        ({"lawful_source": "bought"}, "no_lawful_source"),
        ({"lawful_source": ""}, "no_lawful_source"),
        ({"value": "无"}, "not_one_phone"),
        ({"value": f"{NEW} 他父亲的"}, "names_somebody_else"),
        ({"value": f"{NEW}, 199-0000-7778"}, "not_one_phone"),
        ({"value": "a@b", "channel": "email"}, "not_one_email"),
        ({"value": "12345678", "channel": "address"}, "not_one_address"),
        ({"obtained_on": date(2026, 11, 25)}, "obtained_in_the_future"),
        ({"lawful_source": "told_by_reserved_contact"}, "nobody_told_us"),
    ],
)
def test_what_is_not_lawfully_theirs_is_not_taken_down(store: Store, changed: dict[str, Any], code: str) -> None:
    """Each is said with its own name and leaves nothing behind."""
    town(store)
    assert refused(store, **changed) == code
    audit(store, AS_OF)


@pytest.mark.parametrize(
    "spelling", ["19900000002", "+86 199 0000 0002", "１９９-００００-０００２", "0086 (199) 0000-0002"]
)
def test_a_number_of_another_person_in_any_spelling_is_not_put_under_the_borrowers_name(
    store: Store, spelling: str
) -> None:
    """P-2 has it: a call to it would take one person for another."""
    town(store)
    assert refused(store, value=spelling) == "number_of_somebody_else"


@pytest.mark.parametrize("spelling", ["(199) 0000-8888", "+86 (0)199 0000 8888", "199 0000 8888 转 12"])
def test_a_contact_persons_number_is_never_the_borrowers(store: Store, spelling: str) -> None:
    """Whoever stands in the person's own accounts is compared by key, so no spelling passes."""
    town(store)
    with_a_contact_person(store)
    assert refused(store, value=spelling) == "number_of_somebody_else"


def test_what_a_contact_person_told_needs_that_somebody_spoke_with_one(store: Store) -> None:
    """Their call is on record first."""
    town(store)
    with_a_contact_person(store)
    told = {"lawful_source": "told_by_reserved_contact"}
    assert refused(store, **told) == "nobody_told_us"
    record_inbound(store, debtor_id="P-1", person_id="F-1", by="li", at=at("09:50"))
    assert add(store, **told).new
    audit(store, AS_OF)


def test_taken_down_again_in_another_spelling_it_is_the_one_on_record_and_stays_wrong_where_it_was(
    store: Store,
) -> None:
    """A number that was found to be wrong does not become right by being typed in again."""
    town(store)
    first = add(store)
    again = add(store, value="+86 199 0000 7777", at=at("10:01"))
    assert again == PointAdded(first.contact_point_id, new=False)
    debtors = town_of(store)
    claimed(store, debtors[0], at("10:02"))
    permit = call(store, debtors[0], at("10:03"))
    assert isinstance(permit, Permit)
    record_outcome(store, permit.attempt_id, outcome="wrong_number", by="li", at=at("10:04"))
    assert not add(store, value=debtors[0].phone, at=at("10:05")).new
    with store.read() as connection:
        valid = connection.execute(
            select(contact_points.c.valid).where(contact_points.c.contact_point_id == debtors[0].point_id)
        ).scalar_one()
    assert valid is False
    audit(store, AS_OF)


def debtors_of(store: Store) -> list[Any]:
    from tests.daytime.town import town_of

    return town_of(store)


def test_two_windows_take_down_one_number_once(store: Store) -> None:
    """And where they take it down for two people, one of them gets it."""
    town(store)

    def one(n: int) -> PointAdded:
        return add(store, value=("199-0000-7777", "+8619900007777")[n % 2])

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(one, range(8)))
    assert len({each.contact_point_id for each in found}) == 1
    assert sum(each.new for each in found) == 1
    audit(store, AS_OF)


def test_the_next_night_knows_what_was_taken_down_and_what_was_found_wrong(store: Store) -> None:
    """The book's own point stays wrong while its value is the same; with another value it is the book's again."""
    town(store)
    added = add(store)
    debtor = town_of(store)[0]
    claimed(store, debtor, at("10:02"))
    permit = call(store, debtor, at("10:03"))
    assert isinstance(permit, Permit)
    record_outcome(store, permit.attempt_id, outcome="wrong_number", by="li", at=at("10:04"))

    day = {"contact_points": day_tables(store, AS_OF)["contact_points"]}
    book = {("C-1", debtor.phone): False, ("C-1", "199-0000-5555"): None}
    for (point_id, value), valid in book.items():
        row = {**dict.fromkeys(TABLES["contact_points"]), **point(point_id, "P-1", value)}
        row = {name: row[name] for name in TABLES["contact_points"]}
        theirs = ibis.memtable(pa.Table.from_pylist([row], schema=arrow_schema(TABLES["contact_points"])))
        laid = with_day(Snapshot(as_of=AS_OF, tables={"contact_points": theirs}), day)
        known = {r["contact_point_id"]: r["valid"] for r in laid["contact_points"].to_pyarrow().to_pylist()}
        assert known == {"C-1": valid, added.contact_point_id: None}
    assert day_id(day) != "no day"
    earlier = day_tables(store, date(2026, 11, 23))["contact_points"].to_pylist()
    assert added.contact_point_id not in {row["contact_point_id"] for row in earlier}
