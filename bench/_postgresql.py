"""
A real PostgreSQL for a bench: started in a directory of its own, reached through a socket there, stopped afterwards.

It runs with the server's ordinary durability (fsync, synchronous_commit and full_page_writes on): a figure that a
power cut would take back is no figure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SETTINGS = {"listen_addresses": "", "max_connections": "60", "shared_buffers": "512MB", "max_wal_size": "4GB"}


@contextmanager
def postgresql(**settings: str) -> Iterator[str]:
    """The URL of an empty database on a server of this bench alone. RuntimeError where there is no PostgreSQL."""
    room = Path(tempfile.mkdtemp(prefix="arrears-bench-"))
    data, sockets = room / "data", room / "sockets"
    data.mkdir(mode=0o700)
    sockets.mkdir()
    room.chmod(0o755)
    if os.getuid() == 0:
        shutil.chown(data, "postgres", "postgres")
        shutil.chown(sockets, "postgres", "postgres")
    try:
        _run("initdb", "-D", str(data), "-U", "arrears", "-A", "trust", "-E", "UTF8", "--locale=C")
        given = {**SETTINGS, "unix_socket_directories": str(sockets), **settings}
        options = " ".join(f"-c {name}='{value}'" for name, value in given.items())
        _run("pg_ctl", "-D", str(data), "-o", options, "-l", str(data / "log"), "-w", "-t", "60", "start")
        try:
            yield f"postgresql://arrears@/postgres?host={sockets}"
        finally:
            _run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _run(program: str, *arguments: str) -> None:
    """PostgreSQL refuses to run as root: there it runs as the user its package made."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("postgres")
    if not found and on_path is None:
        raise RuntimeError("no PostgreSQL on this machine: run `scripts/setup test`, which installs it")
    binaries = found[-1].parent if found else Path(str(on_path)).parent
    command = [str(binaries / program), *arguments]
    if os.getuid() == 0:
        command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--", *command]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{program} failed:\n{done.stdout}")
