"""
What every test may ask for: a store, on SQLite and on a real PostgreSQL that the tests start for themselves.

One server per run, shared by all pytest-xdist workers, in a directory of its own under the system's temporary
directory, reached through a socket there (no port is taken). It runs with fsync off: the tests kill clients, not
the machine. A watcher stops it when the run ends, even where the run is killed. Each test gets a database of its
own, copied from a migrated template.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings

from arrears.store.migrate import migrate
from arrears.store.open import Store, open_store

# An example is slow because the machine is busy, never because the law it tries is broken.
settings.register_profile("arrears", deadline=None)
settings.load_profile("arrears")

IN_MEMORY = Path("/dev/shm")
LEAST_FREE = 4 << 30


def _work_in_memory() -> None:
    """
    The files of tests lie in memory where the machine has room for them: a store writes to the disk at every step, and
    the tests kill processes, not the machine. TMPDIR, where it is set, is obeyed.
    """
    if "TMPDIR" in os.environ or not os.access(IN_MEMORY, os.W_OK):
        return
    if shutil.disk_usage(IN_MEMORY).free >= LEAST_FREE:
        os.environ["TMPDIR"] = os.environ["PYTEST_DEBUG_TEMPROOT"] = str(IN_MEMORY)
        tempfile.tempdir = None


_work_in_memory()

SHARED = "arrears_shared"
TEMPLATE = "arrears_template"


def pytest_configure(config: pytest.Config) -> None:
    """The directory that the run shares: made by the controller, named to its workers."""
    worker = getattr(config, "workerinput", None)
    shared = worker[SHARED] if worker else tempfile.mkdtemp(prefix="arrears-tests-")
    config.stash[SHARED_KEY] = Path(shared)


SHARED_KEY = pytest.StashKey[Path]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput[SHARED] = str(node.config.stash[SHARED_KEY])


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    shared = config.stash.get(SHARED_KEY, None)
    if shared is None:
        return
    if (shared / "started").exists():
        _as_server("pg_ctl", "-D", str(shared / "data"), "-m", "immediate", "stop", check=False)
    shutil.rmtree(shared, ignore_errors=True)


def _binaries() -> Path | None:
    """The newest PostgreSQL of Debian's layout, or the one on PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("postgres")
    return Path(on_path).parent if on_path else None


def _as_server(program: str, *arguments: str, check: bool = True) -> None:
    """PostgreSQL refuses to run as root: there it runs as the user its package made."""
    binaries = _binaries()
    assert binaries is not None
    command = [str(binaries / program), *arguments]
    if os.getuid() == 0:
        command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if check and done.returncode:
        raise RuntimeError(f"{program} failed:\n{done.stdout}\n{done.stderr}")


def _start(shared: Path) -> None:
    data, sockets = shared / "data", shared / "sockets"
    sockets.mkdir()
    shared.chmod(0o755)
    data.mkdir(mode=0o700)
    if os.getuid() == 0:
        shutil.chown(data, "postgres", "postgres")
        shutil.chown(sockets, "postgres", "postgres")
    _as_server("initdb", "-D", str(data), "-U", "arrears", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "max_connections": "150",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "shared_buffers": "64MB",
    }
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    _as_server("pg_ctl", "-D", str(data), "-o", options, "-l", str(data / "log"), "-w", "-t", "60", "start")
    (shared / "started").touch()
    _watch(shared)
    with psycopg.connect(f"host={sockets} user=arrears dbname=postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{TEMPLATE}"')
    store = open_store(f"postgresql://arrears@/{TEMPLATE}?host={sockets}")
    migrate(store)
    store.close()


def _watch(shared: Path) -> None:
    """Stop the server once the process that owns the run is gone, however it went."""
    owner = (os.environ.get("PYTEST_XDIST_WORKER") and os.getppid()) or os.getpid()
    postmaster = (shared / "data" / "postmaster.pid").read_text().split("\n", maxsplit=1)[0]
    script = f"while kill -0 {owner}; do sleep 1; done; kill -QUIT {postmaster}; sleep 1; rm -rf {shared}"
    subprocess.Popen(
        ["sh", "-c", script],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@pytest.fixture(scope="session")
def postgresql(request: pytest.FixtureRequest) -> Path:
    """The directory of the socket of a running PostgreSQL that has the migrated template."""
    if _binaries() is None:
        pytest.fail("no PostgreSQL on this machine: run `scripts/setup test` (make test does), which installs it")
    shared: Path = request.config.stash[SHARED_KEY]
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "started").exists():
            _start(shared)
    return shared / "sockets"


@pytest.fixture
def postgresql_url(postgresql: Path) -> Iterator[str]:
    """A migrated database of this test alone; dropped afterwards."""
    yield from _database(postgresql, template=TEMPLATE)


@pytest.fixture
def empty_postgresql_url(postgresql: Path) -> Iterator[str]:
    """A database without any table."""
    yield from _database(postgresql, template="template0")


def _database(sockets: Path, template: str) -> Iterator[str]:
    name = f"t_{uuid.uuid4().hex}"
    with psycopg.connect(f"host={sockets} user=arrears dbname=postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield f"postgresql://arrears@/{name}?host={sockets}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    store = open_store(f"sqlite:///{path}")
    migrate(store)
    store.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite file of this test alone."""
    path = tmp_path / "arrears.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty, migrated store: every test that asks for it runs on both databases."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty, migrated store, on both databases."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store without any table, on both databases."""
    if request.param == "sqlite":
        opened = open_store(f"sqlite:///{tmp_path / 'empty.db'}")
    else:
        opened = open_store(request.getfixturevalue("empty_postgresql_url"))
    yield opened
    opened.close()
