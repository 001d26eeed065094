"""
Check a published night: its files against its manifest, its certificate against the policy and the plan.

Reads:  a night's directory; the policy that is published in it, or a shipped one of the same id
Gives:  every way in which they disagree, in words; none means that the night is what its manifest says
Never:  believes the certificate about what a treatment uses or how much there is: the policy says that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from arrears.book.read import file_sha256
from arrears.decision.load import load_policy, shipped
from arrears.decision.verify_certificate import verify
from arrears.nightly.publish import POLICY, night_manifest

NIGHT_FILES = ("aged.parquet", "plan.parquet", "queue.parquet")
"""What the day takes in."""


def faults_of(directory: Path) -> list[str]:
    """What is wrong with a night; an empty list is a night that holds."""
    manifest = night_manifest(directory)
    wrong = list(_changed(directory, manifest.get("files")))
    missing = [name for name in (*NIGHT_FILES, "choices.parquet", "certificate.json") if not _is_there(directory, name)]
    if missing:
        return [*wrong, *(f"{name} is not there, so the certificate can't be checked" for name in missing)]
    try:
        return wrong + list(_contradictions(directory, manifest))
    except (duckdb.Error, OSError, ValueError, KeyError, TypeError) as fault:
        return [*wrong, f"the files can't be read as those of a night ({type(fault).__name__})"]


def digest_of(directory: Path) -> str:
    """SHA-256 over the hashes of what the day takes in: the fact `night_published` carries it."""
    digest = hashlib.sha256()
    for name in NIGHT_FILES:
        digest.update(bytes.fromhex(file_sha256(directory / name)))
    return digest.hexdigest()


def _is_there(directory: Path, name: str) -> bool:
    return (directory / name).is_file()


def _changed(directory: Path, listed: Any) -> Iterator[str]:
    """Files that are not what the manifest says, are not there, or are in no manifest."""
    if not isinstance(listed, dict) or not listed:
        yield "manifest.json lists no files"
        return
    for name, said in sorted(listed.items()):
        if Path(name).name != name or not _is_there(directory, name):
            yield f"{name} is in the manifest and not in the night"
        elif file_sha256(directory / name) != said:
            yield f"{name} is not the file that was published: its hash differs from the manifest's"
    for path in sorted(directory.iterdir()):
        if path.name not in listed and path.name != "manifest.json":
            yield f"{path.name} is in the night and not in the manifest"


def _contradictions(directory: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    policy = _policy(directory, manifest)
    if policy is None:
        yield f"the policy {manifest.get('policy_id')} is not at hand, so uses and limits can't be checked"
        return
    certificate = json.loads((directory / "certificate.json").read_text(encoding="utf-8"))
    with pq.ParquetFile(directory / "choices.parquet") as choices, pq.ParquetFile(directory / "plan.parquet") as plan:
        yield from verify(certificate, choices.iter_batches(), plan.iter_batches(), policy=policy)
    yield from _tables(directory, manifest)


def _policy(directory: Path, manifest: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the policy of the night says, where its id is the hash of it."""
    texts = [load_policy(name).said for name in shipped()]
    if _is_there(directory, POLICY):
        texts.insert(0, (directory / POLICY).read_bytes())
    for text in texts:
        said: dict[str, Any] = json.loads(text)
        if f"{said['policy']['name']}-{hashlib.sha256(text).hexdigest()[:12]}" == manifest.get("policy_id"):
            return said
    return None


_DIFFERENT = """
SELECT count(*) FROM (SELECT DISTINCT person_id, treatment FROM {one} WHERE treatment IS NOT NULL) a
FULL JOIN (SELECT DISTINCT person_id, treatment FROM {other} WHERE treatment IS NOT NULL) b
USING (person_id, treatment) WHERE a.person_id IS NULL OR b.person_id IS NULL
"""


def _tables(directory: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Plan, choices and queue name the same treatment for the same people, by the night's law and policy."""
    with duckdb.connect() as con:
        for name in ("plan", "choices", "queue"):
            file = str(directory / f"{name}.parquet").replace("'", "''")
            con.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{file}')").fetchall()  # noqa: S608 - own path
        for one, other in (("plan", "choices"), ("plan", "queue")):
            differ = con.execute(_DIFFERENT.format(one=one, other=other)).fetchall()[0][0]
            if differ:
                yield f"{differ} people have another treatment in the {one} than in the {other}"
        for key in ("policy_id", "law_id"):
            others = con.execute(
                f"SELECT count(*) FROM plan WHERE {key} IS DISTINCT FROM ?",  # noqa: S608 - our own column
                [manifest.get(key)],
            ).fetchall()[0][0]
            if others:
                yield f"{others} rows of the plan were made by another {key} than the manifest's"
