"""A demo never reaches a lender's people, and its published passwords open nothing of a lender's."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.running import arrears, said, told_what_to_do
from tests.daytime.town import at

from arrears.cli._home import DEMO_MARK, demo_home, is_demo
from arrears.cli.serve import refuse_published_passwords
from arrears.daytime import create_user, disable_user, list_users
from arrears.daytime.sign_in import DEMO_PASSWORD, DEMO_USERS
from arrears.kernel.problem import Unusable
from arrears.store.migrate import migrate
from arrears.store.open import Store, open_store


def test_a_demo_leaves_the_database_that_the_environment_names_alone(tmp_path: Path) -> None:
    """ARREARS_DATABASE_URL and ARREARS_HOME are a lender's; the demo works on its own home, and serves from it."""
    production = tmp_path / "production.db"
    store = open_store(f"sqlite:///{production}")
    migrate(store)
    store.close()
    before = production.read_bytes()

    done = arrears(
        *("demo", "--home", tmp_path / "demo", "--loans", "50", "--no-serve"),
        ARREARS_DATABASE_URL=f"sqlite:///{production}",
        ARREARS_HOME=str(tmp_path / "lender"),
    )

    assert done.returncode == 0, said(done)
    assert production.read_bytes() == before
    assert not (tmp_path / "lender").exists()
    own = open_store(f"sqlite:///{tmp_path / 'demo' / 'arrears.db'}")
    assert {user.username for user in list_users(own)} == set(DEMO_USERS)
    own.close()
    assert is_demo(tmp_path / "demo", None)


@pytest.mark.parametrize("there", ["arrears.db", "books/x", "letter.txt"])
def test_a_demo_refuses_a_home_that_it_did_not_make(tmp_path: Path, there: str) -> None:
    """Whatever lies there is somebody's."""
    file = tmp_path / "home" / there
    file.parent.mkdir(parents=True)
    file.write_text("a lender's")

    told_what_to_do(arrears("demo", "--home", tmp_path / "home", "--no-serve"), str(tmp_path / "home"))

    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == [Path(there).parts[0]]
    assert file.read_text() == "a lender's"


def test_a_demo_takes_an_empty_directory_and_its_own_from_before(tmp_path: Path) -> None:
    """Running it again is running it again."""
    home = demo_home(tmp_path / "new")
    assert (home / DEMO_MARK).is_file()
    (home / "arrears.db").touch()
    assert demo_home(home) == home


def test_another_store_is_not_the_demos_whatever_the_home(tmp_path: Path) -> None:
    """With --database it is that store whose users sign in."""
    home = demo_home(tmp_path / "new")
    assert is_demo(home, None)
    assert is_demo(home, f"sqlite:///{home / 'arrears.db'}")
    assert not is_demo(home, "postgresql://arrears@/production")


def test_serve_refuses_users_with_the_published_password(store: Store) -> None:
    """It names them and says what to do; once they are put out, it serves."""
    for name in DEMO_USERS[:2]:
        create_user(
            store, username=name, name=name, password=DEMO_PASSWORD, role="collector", at=at("08:00"), demo=True
        )
    create_user(store, username="head", name="head", password="their own words", role="head", at=at("08:00"))

    with pytest.raises(Unusable, match="collector, supervisor can sign in") as caught:
        refuse_published_passwords(store)
    assert caught.value.problem.code == "demo_password_in_use"

    for name in DEMO_USERS[:2]:
        disable_user(store, name, at=at("09:00"))
    refuse_published_passwords(store)
