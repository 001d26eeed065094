"""Proofs of another library's log, true and tampered, through the command; and lines that are no proofs at all."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from arrears.evidence.tree import Tree, leaf_hash

PROOFS = Path(__file__).parent / "cases" / "proofs.jsonl"
VECTORS = [json.loads(line) for line in PROOFS.read_text().splitlines()]


def run(file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from arrears.cli import main; main()", "evidence", "vectors", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def answers(tmp_path: Path, vectors: list[Any]) -> list[bool]:
    file = tmp_path / "vectors.jsonl"
    file.write_text("\n".join(json.dumps(vector) for vector in vectors))
    ran = run(file)
    assert (ran.returncode, ran.stderr) == (0, "")
    return [json.loads(line)["ok"] for line in ran.stdout.splitlines()]


def test_the_published_vectors_come_out_as_their_library_says() -> None:
    """The two true ones verify; what a careless verifier lets through does not."""
    ran = run(PROOFS)
    assert [json.loads(line) for line in ran.stdout.splitlines()] == [
        {"id": f"{vector['kind']}/{vector['case']}", "ok": not vector["wantErr"]} for vector in VECTORS
    ]
    assert (ran.returncode, ran.stderr) == (0, "")


def test_proofs_that_other_verifiers_let_through_are_refused() -> None:
    """From the empty tree to any root, an empty path between sizes, one path for several sizes."""
    cases = PROOFS.with_name("consistency-zero-and-sizes.jsonl")
    ran = run(cases)
    expected = json.loads(cases.with_name("consistency-zero-and-sizes.expected.json").read_text())
    answered = [json.loads(line) for line in ran.stdout.splitlines()]
    assert {one["id"]: one["ok"] for one in answered} == expected
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_expected_refusal_is_not_read(tmp_path: Path) -> None:
    """`wantErr` turned around, or absent, changes nothing."""
    turned = [{**vector, "wantErr": not vector["wantErr"]} for vector in VECTORS]
    without = [{key: value for key, value in vector.items() if key != "wantErr"} for vector in VECTORS]
    assert answers(tmp_path, turned) == answers(tmp_path, without) == [not vector["wantErr"] for vector in VECTORS]


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


WHOLE = Tree(leaf_hash(bytes([number])) for number in range(11))
INCLUSION: dict[str, Any] = {
    "kind": "inclusion",
    "case": "own",
    "leafIdx": 4,
    "treeSize": 11,
    "leafHash": text(leaf_hash(bytes([4]))),
    "root": text(WHOLE.root()),
    "proof": [text(each) for each in WHOLE.inclusion(4)],
}
CONSISTENCY: dict[str, Any] = {
    "kind": "consistency",
    "case": "own",
    "size1": 6,
    "size2": 11,
    "root1": text(WHOLE.root(6)),
    "root2": text(WHOLE.root()),
    "proof": [text(each) for each in WHOLE.consistency(6)],
}
SINGLE = {**INCLUSION, "leafIdx": 0, "treeSize": 1, "leafHash": text(bytes(32)), "root": text(bytes(32)), "proof": []}
SAME = {**CONSISTENCY, "size1": 11, "root1": text(WHOLE.root()), "proof": []}


def test_an_empty_proof_may_be_written_as_a_list_as_null_or_not_at_all(tmp_path: Path) -> None:
    """A tree of one leaf has it; two trees of one size have it."""
    for vector in (SINGLE, SAME):
        bare = {key: value for key, value in vector.items() if key != "proof"}
        assert answers(tmp_path, [vector, {**vector, "proof": None}, bare]) == [True, True, True]


NUMBERS: list[Any] = [None, -1, True, "4", 4.0, 1.5, 1 << 63, (1 << 64) - 1, 1 << 64, 10**40, [], {}]
HASHES: list[Any] = [
    None,
    "",
    "!",
    "AAAA",
    7,
    True,
    [],
    text(bytes(31)),
    text(bytes(33)),
    text(bytes(32)),
    "A" * 45,
    "嗨",
]
LISTS: list[Any] = [
    None,
    [],
    {},
    "",
    "AAAA",
    0,
    True,
    [None],
    [""],
    [7],
    [[]],
    ["!"],
    [text(bytes(32))] * 64,
    [text(bytes(31))],
]


@pytest.mark.parametrize("vector", [INCLUSION, CONSISTENCY], ids=["inclusion", "consistency"])
def test_a_field_that_is_missing_or_malformed_never_verifies_and_never_crashes(
    tmp_path: Path, vector: dict[str, Any]
) -> None:
    """Every field replaced by every absurdity, one at a time; the true one in between still verifies."""
    wrong = []
    for name in vector:
        if name in {"kind", "case"}:
            continue
        absurd = LISTS if name == "proof" else HASHES if name in {"leafHash", "root", "root1", "root2"} else NUMBERS
        wrong += [{**vector, name: value} for value in absurd]
        wrong.append({key: value for key, value in vector.items() if key != name})
    wrong.append({**vector, "kind": "exclusion"})
    found = answers(tmp_path, [each for one in wrong for each in (one, vector)])
    assert not any(found[::2])
    assert all(found[1::2])


def test_a_hash_of_another_length_can_not_shift_bytes_between_two_hashes(tmp_path: Path) -> None:
    """Left and right are concatenated: 31 and 33 bytes give the same node as 32 and 32."""
    joined = base64.b64decode(INCLUSION["leafHash"]) + base64.b64decode(INCLUSION["proof"][0])
    shifted = {
        **INCLUSION,
        "leafHash": text(joined[:31]),
        "proof": [text(joined[31:]), *INCLUSION["proof"][1:]],
    }
    assert answers(tmp_path, [INCLUSION, shifted]) == [True, False]


def test_sizes_that_are_the_same_need_the_same_root_and_no_proof(tmp_path: Path) -> None:
    """From size 0 nothing is shown, not even to itself."""
    other = {**SAME, "root1": text(bytes(32))}
    padded = {**SAME, "proof": [text(bytes(32))]}
    empty = {**SAME, "size1": 0, "size2": 0, "root1": text(WHOLE.root(0)), "root2": text(WHOLE.root(0))}
    from_empty = {**CONSISTENCY, "size1": 0, "root1": text(WHOLE.root(0)), "proof": []}
    backwards = {**CONSISTENCY, "size1": 11, "size2": 6, "root1": CONSISTENCY["root2"], "root2": CONSISTENCY["root1"]}
    assert answers(tmp_path, [SAME, other, padded, empty, from_empty, backwards]) == [True] + [False] * 5


def test_a_line_that_is_no_vector_is_named_and_the_others_are_checked(tmp_path: Path) -> None:
    """Exit 1, a stderr line each, nothing lost."""
    file = tmp_path / "vectors.jsonl"
    nameless = {key: value for key, value in INCLUSION.items() if key != "case"}
    file.write_text("\n".join([json.dumps(INCLUSION), "{", "[]", "", json.dumps(nameless), json.dumps(CONSISTENCY)]))
    ran = run(file)
    assert ran.returncode == 1
    assert [json.loads(line) for line in ran.stdout.splitlines()] == [
        {"id": "inclusion/own", "ok": True},
        {"id": "consistency/own", "ok": True},
    ]
    assert [line.split(": ")[0] for line in ran.stderr.splitlines()] == [f"{file}:{number}" for number in (2, 3, 5)]


def test_a_file_that_is_not_there_is_unusable(tmp_path: Path) -> None:
    """Exit 2 and one message."""
    ran = run(tmp_path / "none.jsonl")
    assert ran.returncode == 2
    assert "can't be read" in ran.stderr
