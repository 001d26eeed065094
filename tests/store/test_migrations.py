"""The tables of a migrated store are those of the schema, on both databases, and every step goes both ways."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, column, insert, inspect, table, update

from arrears.kernel.problem import Unusable
from arrears.store.migrate import downgrade, migrate, newest, version
from arrears.store.open import Store, open_store
from arrears.store.schema import evidence_head, metadata


def test_a_migrated_store_has_exactly_the_tables_of_the_schema(store: Store) -> None:
    """Nothing that the schema names is missing, nothing else is there, and types, keys and indexes agree."""
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)

    assert differences == []


def test_every_check_of_the_schema_is_in_the_database(store: Store) -> None:
    """Alembic does not compare check constraints, so they are compared by name here."""
    with store.read() as connection:
        there = inspect(connection)
        for made in metadata.sorted_tables:
            wanted = {str(rule.name) for rule in made.constraints if isinstance(rule, CheckConstraint)}
            assert {check["name"] for check in there.get_check_constraints(made.name)} == wanted, made.name


def test_a_store_goes_up_down_and_up_again(empty_store: Store) -> None:
    """The way down leaves nothing behind that would stop the way up."""
    assert version(empty_store) is None
    assert migrate(empty_store) == newest()

    downgrade(empty_store, "base")

    with empty_store.read() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    assert version(empty_store) is None
    assert migrate(empty_store) == newest()


def test_migrating_again_changes_nothing(store: Store) -> None:
    """Every start of the program may call it."""
    with store.write() as connection:
        connection.execute(update(evidence_head).values(size=0))

    assert migrate(store) == newest() == migrate(store)


def test_two_processes_that_start_at_once_migrate_one_after_the_other(empty_store: Store) -> None:
    """The second waits, and then finds nothing to do."""
    faults: list[BaseException] = []

    def start() -> None:
        own = open_store(empty_store.url)
        try:
            migrate(own)
        except BaseException as fault:
            faults.append(fault)
        finally:
            own.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert version(empty_store) == newest()


def test_a_store_of_a_newer_program_is_left_alone(store: Store) -> None:
    """An older program says so and changes nothing."""
    with store.write() as connection:
        connection.execute(update(table("alembic_version", column("version_num"))).values(version_num="9999"))

    with pytest.raises(Unusable, match="9999, which this version of arrears does not know"):
        migrate(store)


def test_tables_made_in_a_transaction_that_fails_are_not_there(empty_store: Store) -> None:
    """Both databases roll tables back with everything else, so a migration is whole or not at all."""

    def stopped_half_way() -> None:
        with empty_store.write() as connection:
            metadata.create_all(connection)
            connection.execute(insert(evidence_head).values(log_id=1, size=0, root=b"", compact_range=b""))
            raise RuntimeError("the machine stopped")

    with pytest.raises(RuntimeError, match="the machine stopped"):
        stopped_half_way()

    with empty_store.read() as connection:
        assert inspect(connection).get_table_names() == []


def test_the_first_start_makes_the_directory_of_the_file(tmp_path: Path) -> None:
    """Nobody has to prepare a place for the embedded database."""
    opened = open_store(str(tmp_path / "new" / "place" / "arrears.db"))

    assert migrate(opened) == newest()
    opened.close()


@pytest.mark.parametrize("url", ["mysql://host/name", "nonsense://", "http://example.invalid/db"])
def test_a_database_we_do_not_know_is_refused_with_what_to_give(url: str) -> None:
    """The message names what is possible."""
    with pytest.raises(Unusable, match="Give sqlite:///"):
        open_store(url)


def test_a_store_of_before_the_days_own_tables_goes_on_with_what_it_has(empty_store: Store) -> None:
    """An attempt left open by the older program is an open permit for the newer one, and its outcome ends it."""
    from tests.daytime.town import at, night, user

    from arrears.daytime import record_outcome
    from arrears.store.permits import open_for

    migrate(empty_store, "0002_sign_in_tries")
    attempt = {"attempt_id": "K-1", "source": "day", "at": at("10:00"), "channel": "call", "direction": "outbound"}
    attempt |= {"purpose": "collect", "debtor_id": "P-1", "recipient_id": "P-1", "account_ids": ["A-1"]}
    with empty_store.write() as connection:
        connection.execute(insert(metadata.tables["users"]), [user("li")])
        connection.execute(insert(metadata.tables["nights"]).values(**night()))
        connection.execute(insert(metadata.tables["persons"]).values(person_id="P-1", time_zone="Asia/Shanghai"))
        connection.execute(insert(metadata.tables["attempts"]).values(**attempt, collector_id="li"))

    assert migrate(empty_store) == newest()

    with empty_store.read() as connection:
        assert [permit.attempt_id for permit in open_for(connection, ["P-1"])] == ["K-1"]
    assert record_outcome(empty_store, "K-1", "no_answer", by="li", at=at("10:05")).new
    with empty_store.read() as connection:
        assert open_for(connection, ["P-1"]) == ()
