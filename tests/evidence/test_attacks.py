"""
Attacks on a bundle and on a log: by a stranger (no key), by an insider who may sign manifests, and by the keeper of
the key. The first two never pass; the third is caught by anyone who kept a checkpoint.
"""

from __future__ import annotations

import io
import json
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from tests.evidence.material import (
    ENTRIES,
    KEY,
    NAME,
    RECORDING,
    SLICE,
    STRANGER,
    WHOLE,
    bundled,
    checkpoints,
    contents_of,
    resealed,
    tree_of,
    verified,
)

from arrears.evidence import verify
from arrears.evidence.log import export_line, export_log
from arrears.evidence.verify import main

BUNDLES = pytest.mark.parametrize("bundle", [WHOLE, SLICE], ids=["whole log", "part of a log"])
Contents = dict[str, bytes]


@pytest.fixture(autouse=True)
def _signatures_are_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of copies carry the same few signatures; a signature's answer depends on nothing else."""
    monkeypatch.setattr(verify, "ed25519_verifies", lru_cache(verify.ed25519_verifies))


# A stranger changes bytes.


def places(bundle: bytes) -> Iterator[int]:
    """Every byte; of the verifier's copy inside, whose bytes are all alike to the checks, one in 251."""
    start = bundle.index(contents_of(bundle)["verify.py"])
    stop = start + len(contents_of(bundle)["verify.py"])
    yield from range(start)
    yield from range(start, stop, 251)
    yield from range(stop, len(bundle))


@pytest.mark.parametrize(("bundle", "mask"), [(WHOLE, 0x20), (SLICE, 0x01)], ids=["whole log", "part of a log"])
def test_no_byte_of_a_bundle_can_be_changed(tmp_path: Path, bundle: bytes, mask: int) -> None:
    """Contents, names, checksums, dates, the directory: one bit anywhere, and it fails with exit 1, never 2 or 0."""
    file = tmp_path / "bundle.zip"
    altered = bytearray(bundle)
    passed = []
    for place in places(bundle):
        altered[place] ^= mask
        file.write_bytes(altered)
        if not verify.recognised(file) or not verify.verify(file).failures:
            passed.append(place)
        altered[place] ^= mask
    assert passed == []


@BUNDLES
def test_no_bundle_cut_short_or_with_more_after_it_passes(tmp_path: Path, bundle: bytes) -> None:
    """Truncated anywhere past the name of its format, it is a damaged bundle (1); padded before or behind, too."""
    for length in [*range(80, 1500, 7), *range(1500, len(bundle), 997), len(bundle) - 1]:
        assert verified(tmp_path, bundle[:length]).failures, length
    for padded in (bundle + b"\x00", b"\x00" + bundle, bundle + bundle, bundle + bytes(5000)):
        assert verified(tmp_path, padded).failures


@BUNDLES
def test_the_same_files_zipped_again_are_not_the_bundle(tmp_path: Path, bundle: bytes) -> None:
    """Compressed, dated or in another order: the contents still verify, and the container is named as altered."""
    for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", compression) as again:
            for name, content in contents_of(bundle).items():
                again.writestr(name, content)
        codes = verified(tmp_path, target.getvalue()).failures
        assert codes == [["container_altered"], ["container_claims"]][compression == zipfile.ZIP_DEFLATED]


def rezipped(contents: Contents | list[tuple[str, bytes]]) -> bytes:
    """In the one form of the container, with nothing resealed: what a stranger can do."""
    directory, body = b"", b""
    members = [*contents.items()] if isinstance(contents, dict) else contents
    for name, content in members:
        crc, path = zlib.crc32(content), name.encode()
        directory += verify.central_header(path, crc, len(content), len(body))
        body += verify.local_header(path, crc, len(content)) + content
    return body + directory + verify.end_record(len(members), len(directory), len(body))


@BUNDLES
def test_a_file_lies_in_the_container_once_and_in_its_place(tmp_path: Path, bundle: bytes) -> None:
    """A decoy of the same name, which some tools would show and others not; and an order that is not the one."""
    inside = [*contents_of(bundle).items()]
    place = [name for name, _ in inside].index("log.jsonl")
    decoy = [*inside[:place], ("log.jsonl", b"decoy"), *inside[place:]]
    for members in (decoy, inside[::-1], [*inside[:place], inside[place], *inside[place:]]):
        assert verified(tmp_path, rezipped(members)).failures == ["container_altered"]


@BUNDLES
def test_a_stranger_can_not_drop_add_or_replace_a_file(tmp_path: Path, bundle: bytes) -> None:
    """Whichever file it is, in a container that is otherwise right."""
    assert verified(tmp_path, rezipped(contents_of(bundle))).failures == []
    for name in contents_of(bundle):
        dropped, emptied = contents_of(bundle), contents_of(bundle)
        del dropped[name]
        emptied[name] = b""
        assert verified(tmp_path, rezipped(dropped)).failures, name
        assert verified(tmp_path, rezipped(emptied)).failures, name
    manifest, note, *others = contents_of(bundle).items()
    added = [manifest, note, *sorted([*others, ("files/more.txt", b"more")])]
    assert verified(tmp_path, rezipped(added)).failures == ["file_unlisted"]


@BUNDLES
def test_a_stranger_who_reseals_the_bundle_needs_another_key(tmp_path: Path, bundle: bytes) -> None:
    """Signed by another key the manifest fails; with the key exchanged too, the published key tells them apart."""
    resigned = resealed(bundle, lambda contents: None, STRANGER)
    assert "note_unsigned" in verified(tmp_path, resigned).failures
    part = None if bundle == WHOLE else (2, 3, 4, 8)
    forged = bundled(part=part, key=STRANGER)
    assert verified(tmp_path, forged).failures == []
    assert verified(tmp_path, forged, key=KEY.public_text).failures == ["key_other"]


def test_a_manifest_note_can_not_pass_for_a_checkpoint_nor_a_checkpoint_for_it(tmp_path: Path) -> None:
    """Both are signed by one key; what is signed says which it is."""
    note = contents_of(WHOLE)["manifest.note"]
    with pytest.raises(verify.Refused, match="not a checkpoint"):
        verify.checkpoint_from(note, verify.key_from(KEY.public_text), "checkpoint")

    swapped = contents_of(WHOLE)
    swapped["manifest.note"] = swapped["checkpoint"]
    assert "manifest_unsigned" in verified(tmp_path, rezipped(swapped)).failures


# An insider changes entries and signs a fresh manifest over what came of it.


def lines(contents: Contents) -> list[bytes]:
    return contents["log.jsonl"].splitlines(keepends=True)


def renumbered(kept: list[bytes]) -> bytes:
    """Entries written as if they had always been in this order."""
    return b"".join(export_line(index, json.loads(line)["leaf"].encode()) for index, line in enumerate(kept))


def entries_changed(change: Callable[[list[bytes]], list[bytes]], again: bool) -> Callable[[Contents], object]:
    def apply(contents: Contents) -> None:
        changed = change(lines(contents))
        contents["log.jsonl"] = renumbered(changed) if again else b"".join(changed)

    return apply


def reworded(kept: list[bytes]) -> list[bytes]:
    """One entry says something else, with a hash that fits it."""
    said = json.loads(kept[2])
    said["leaf"] = said["leaf"].replace("attempt_permitted", "attempt_refused")
    return [*kept[:2], export_line(said["index"], said["leaf"].encode()), *kept[3:]]


def backdated(kept: list[bytes]) -> list[bytes]:
    said = json.loads(kept[0])
    return [export_line(said["index"], said["leaf"].replace("2026-03-05", "2026-03-04").encode()), *kept[1:]]


ALTERATIONS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "the first dropped": lambda kept: kept[1:],
    "one in the middle dropped": lambda kept: kept[:2] + kept[3:],
    "the last dropped": lambda kept: kept[:-1],
    "all dropped": lambda kept: [],
    "two swapped": lambda kept: [kept[1], kept[0], *kept[2:]],
    "the ends swapped": lambda kept: [kept[-1], *kept[1:-1], kept[0]],
    "all in reverse": lambda kept: kept[::-1],
    "one doubled in place": lambda kept: [*kept[:2], kept[1], *kept[2:]],
    "one replayed at the end": lambda kept: [*kept, kept[0]],
    "all replayed": lambda kept: kept * 2,
    "one reworded": reworded,
    "one backdated": backdated,
}


@BUNDLES
@pytest.mark.parametrize("again", [False, True], ids=["as they were", "renumbered"])
@pytest.mark.parametrize("change", ALTERATIONS.values(), ids=ALTERATIONS.keys())
def test_an_insider_can_not_alter_the_entries(
    tmp_path: Path, bundle: bytes, change: Callable[[list[bytes]], list[bytes]], again: bool
) -> None:
    """Dropped, swapped, doubled, replayed or reworded: the signed root or the entry's proof says so."""
    altered = resealed(bundle, entries_changed(change, again))
    codes = verified(tmp_path, altered).failures
    assert codes
    assert "manifest_unsigned" not in codes
    assert "unreadable" not in codes


def replaced(name: str, content: bytes) -> Callable[[Contents], object]:
    return lambda contents: contents.update({name: content})


def dropped(*names: str) -> Callable[[Contents], object]:
    def apply(contents: Contents) -> None:
        for name in names:
            del contents[name]

    return apply


def shuffled(name: str) -> Callable[[Contents], object]:
    def apply(contents: Contents) -> None:
        changed = contents[name].splitlines(keepends=True)
        random.Random(1).shuffle(changed)
        contents[name] = b"".join(changed)

    return apply


def rewritten(name: str, old: bytes, new: bytes) -> Callable[[Contents], object]:
    return lambda contents: contents.update({name: contents[name].replace(old, new)})


def opened_as(**changes: object) -> bytes:
    opening = {**json.loads(contents_of(WHOLE)["openings.jsonl"]), **changes}
    return verify.canonical(opening).encode() + b"\n"


OLDER, FORKED = checkpoints()[1], checkpoints([*ENTRIES[:8], b"{}"])[2]


@BUNDLES
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (replaced("files/call.flac", RECORDING + b"\x00"), "original_unrecorded"),
        (replaced("openings.jsonl", opened_as(value="李四")), "opening_false"),
        (replaced("openings.jsonl", opened_as(salt="00" * 32)), "opening_false"),
        (replaced("openings.jsonl", opened_as(index=4)), "opening_false"),
        (replaced("openings.jsonl", opened_as(path=["body", "attempt_id"])), "opening_false"),
        (replaced("openings.jsonl", opened_as(path=["body", "person", "0"])), "opening_false"),
        (replaced("checkpoint", OLDER), "checkpoint_not_newest|checkpoint_name|tail_unsigned|entry_not_in_log"),
        (replaced("checkpoint", FORKED), "checkpoint_root|checkpoints_fork"),
        (replaced("checkpoints/00000000000000000004", OLDER), "checkpoint_name"),
        (replaced("checkpoints/00000000000000000007", STRANGER.sign_checkpoint(7, bytes(32))), "note_unsigned"),
        (
            replaced("checkpoints/00000000000000000007", KEY.sign_checkpoint(7, bytes(32))),
            "checkpoint_root|checkpoints_fork",
        ),
        (replaced("checkpoints/00000000000000000007", KEY.sign_checkpoint(7, bytes(31))), "checkpoint_form"),
        (replaced("checkpoints/00000000000000000007", KEY.sign_note("another log\n7\nx\n")), "checkpoint_form|base64"),
        (dropped("checkpoint"), "file_missing"),
        (dropped("log.jsonl"), "file_missing"),
        (dropped("key"), "file_missing"),
        (replaced("key", STRANGER.public_text.encode()), "note_unsigned"),
        (replaced("key", b"lender.example/evidence+00000000+AAAA"), "key_id"),
        (replaced("key", b"nothing"), "key_form"),
    ],
)
def test_an_insider_can_not_exchange_what_the_log_vouches_for(
    tmp_path: Path, bundle: bytes, change: Callable[[Contents], object], code: str
) -> None:
    """Originals, disclosed values, checkpoints and the key, each with a manifest that fits."""
    codes = verified(tmp_path, resealed(bundle, change)).failures
    assert {*code.split("|")} & {*codes}, codes


@pytest.mark.parametrize(
    "change",
    [
        shuffled("inclusion.jsonl"),
        replaced("inclusion.jsonl", b""),
        dropped("inclusion.jsonl"),
        dropped("consistency.jsonl"),
        replaced("consistency.jsonl", b""),
        rewritten("inclusion.jsonl", b"\n", b"\n{}\n"),
        rewritten("inclusion.jsonl", b'"proof":["', b'"proof":["00'),
        rewritten("inclusion.jsonl", b"a", b"b"),
        rewritten("consistency.jsonl", b"a", b"b"),
        rewritten("consistency.jsonl", b"4", b"5"),
    ],
)
def test_a_part_of_a_log_is_worth_its_proofs(tmp_path: Path, change: Callable[[Contents], object]) -> None:
    """Shuffled, emptied, doubled, altered or taken away: without every proof it does not verify."""
    assert verified(tmp_path, resealed(SLICE, change)).failures


# The keeper of the key rewrites the past, and signs all of it.


@pytest.mark.parametrize("part", [None, (2, 3, 4, 8)], ids=["whole log", "part of a log"])
def test_a_rewritten_log_contradicts_a_checkpoint_that_someone_kept(
    tmp_path: Path, part: tuple[int, ...] | None
) -> None:
    """By itself it is flawless; an auditor's earlier checkpoint shows the fork: that is what checkpoints are for."""
    rewritten = [ENTRIES[0], b'{"kind":"nothing_happened"}', *ENTRIES[2:]]
    forged = bundled(rewritten, part=part)
    assert verified(tmp_path, forged).failures == []
    for size, note in zip((4, 7, 9), checkpoints(), strict=True):
        codes = verified(tmp_path, forged, kept={"kept": note}).failures
        assert codes in (["checkpoint_root"], ["checkpoints_fork"], ["checkpoints_fork", "checkpoints_fork"]), size


def test_the_checkpoint_one_kept_may_be_older_or_the_same_and_the_honest_log_fits_it(tmp_path: Path) -> None:
    """No alarm where nothing was rewritten. One at a size the bundle has no proof for is said to be missing."""
    for bundle in (WHOLE, SLICE):
        for note in checkpoints():
            assert verified(tmp_path, bundle, kept={"kept": note}).failures == []
    five = KEY.sign_checkpoint(5, tree_of(ENTRIES).root(5))
    assert verified(tmp_path, WHOLE, kept={"kept": five}).failures == []
    assert set(verified(tmp_path, SLICE, kept={"kept": five}).failures) == {"checkpoints_unproven"}


def test_a_log_that_lost_entries_is_shorter_than_a_kept_checkpoint(tmp_path: Path) -> None:
    """Rolled back to an older state, with that state's own checkpoint."""
    export_log(tmp_path / "log", ENTRIES[:7], checkpoints()[:2], KEY.public_text)
    assert verify.verify(tmp_path / "log").failures == []
    assert verify.verify(tmp_path / "log", None, {"kept": checkpoints()[2]}).failures == ["checkpoint_short"]


# The same on an exported log.


def test_no_byte_of_an_exported_log_can_be_changed(tmp_path: Path) -> None:
    """Entries, checkpoints and key; without a manifest they vouch for each other."""
    export_log(tmp_path / "log", ENTRIES, checkpoints(), KEY.public_text)
    for file in sorted(path for path in (tmp_path / "log").rglob("*") if path.is_file()):
        whole = file.read_bytes()
        for place in range(len(whole)):
            for mask in (0x01, 0x20):
                file.write_bytes(whole[:place] + bytes([whole[place] ^ mask]) + whole[place + 1 :])
                assert verify.verify(tmp_path / "log").failures, (file.name, place, mask)
        file.write_bytes(whole)
    assert verify.verify(tmp_path / "log").failures == []


@pytest.mark.parametrize("change", ALTERATIONS.values(), ids=ALTERATIONS.keys())
@pytest.mark.parametrize("again", [False, True], ids=["as they were", "renumbered"])
def test_an_exported_log_can_not_be_altered(
    tmp_path: Path, change: Callable[[list[bytes]], list[bytes]], again: bool
) -> None:
    """With or without fresh numbers."""
    export_log(tmp_path / "log", ENTRIES, checkpoints(), KEY.public_text)
    file = tmp_path / "log" / "log.jsonl"
    changed = change(file.read_bytes().splitlines(keepends=True))
    file.write_bytes(renumbered(changed) if again else b"".join(changed))
    assert verify.verify(tmp_path / "log").failures


def test_a_log_holds_nothing_but_its_files_and_none_is_missing(tmp_path: Path) -> None:
    """A file that nothing vouches for is named, and so is a manifest that was taken away."""
    export_log(tmp_path / "log", ENTRIES, checkpoints(), KEY.public_text)
    (tmp_path / "log" / "letter.txt").write_text(NAME)
    assert verify.verify(tmp_path / "log").failures == ["file_foreign"]
    (tmp_path / "log" / "letter.txt").unlink()
    for name in ("checkpoint", "key", "log.jsonl"):
        kept = (tmp_path / "log" / name).read_bytes()
        (tmp_path / "log" / name).unlink()
        assert verify.verify(tmp_path / "log").failures, name
        (tmp_path / "log" / name).write_bytes(kept)

    zipfile.ZipFile(io.BytesIO(WHOLE)).extractall(tmp_path / "unpacked")
    for name in ("manifest.json", "manifest.note", "verify.py"):
        (tmp_path / "unpacked" / name).unlink()
    assert "file_foreign" in verify.verify(tmp_path / "unpacked").failures


HOSTILE = [
    b'{"bundle":"arrears-evidence/1"}',
    b'{"bundle":"arrears-evidence/1","files":[]}',
    b'{"bundle":"arrears-evidence/1","files":{"key":null}}',
    b'{"bundle":"arrears-evidence/1","files":{"key":{"sha256":7,"size":"x"}}}',
    b"[" * 100_000,
    b"null",
    b"\xff\xfe",
]


@pytest.mark.parametrize("manifest", HOSTILE)
def test_whatever_a_manifest_says_the_verifier_answers(tmp_path: Path, manifest: bytes) -> None:
    """Signed nonsense is a failure told in words, not a crash."""
    contents = contents_of(WHOLE)
    contents["manifest.json"] = manifest
    contents["manifest.note"] = KEY.sign_note(verify.manifest_text(KEY.name, manifest))
    (tmp_path / "bundle.zip").write_bytes(rezipped(contents))
    assert main([str(tmp_path / "bundle.zip")]) == 1


@pytest.mark.parametrize(
    "line",
    [
        b"null\n",
        b"[]\n",
        b"{}\n",
        b'{"index":0}\n',
        b'{"index":0,"leaf":7,"leaf_hash":""}\n',
        b'{"index":0,"leaf":"[]","leaf_hash":"' + verify.leaf_hash(b"[]").hex().encode() + b'"}\n',
        b'{"index":true,"leaf":"{}","leaf_hash":"' + verify.leaf_hash(b"{}").hex().encode() + b'"}\n',
        b'{"index":"0","leaf":"{}","leaf_hash":"' + verify.leaf_hash(b"{}").hex().encode() + b'"}\n',
        b'{"index":0,"leaf":"{}","leaf_hash":"' + verify.leaf_hash(b"{}").hex().upper().encode() + b'"}\n',
        b'{"index":0,"leaf":"{}","leaf_hash":"' + verify.leaf_hash(b"{}").hex().encode() + b'","more":1}\n',
        b'{"index":0,"leaf":"{}","leaf_hash":"' + verify.leaf_hash(b"{}").hex().encode() + b'"}',
        b"\xff\n",
        b"\n",
        b'{"leaf":' * 50_000 + b"\n",
    ],
)
def test_whatever_a_line_of_the_log_says_the_verifier_answers(tmp_path: Path, line: bytes) -> None:
    """A line has one form; in any other it is a failure of its number."""
    (tmp_path / "log.jsonl").write_bytes(line + export_line(1, b"{}"))
    report = verify.verify(tmp_path / "log.jsonl")
    assert {code for code in report.failures if code.startswith("entry_")}


def test_a_thousand_failures_are_told_in_a_page(tmp_path: Path) -> None:
    """The first twenty in words, and how many there are (entry 7 does stand where 7 must)."""
    (tmp_path / "log.jsonl").write_bytes(export_line(7, b"{}") * 1000)
    told = verify.verify(tmp_path / "log.jsonl").text()
    assert told.count("FAILED") == 20
    assert "999 failures" in told
