"""The verifier: what is true verifies, on a machine with nothing but Python, and is told in two languages."""

from __future__ import annotations

import ast
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.material import ENTRIES, KEY, SALT, SLICE, STRANGER, WHOLE, checkpoints, contents_of, verified

from arrears.evidence import log, verify
from arrears.evidence.bundle import Bundle, Original, write_bundle
from arrears.evidence.tree import leaf_hash

VERIFIER = Path(verify.__file__)


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Isolated (-I) and without site packages (-S), in a locale that knows no Chinese: nothing but Python."""
    command = [sys.executable, "-I", "-S", *arguments]
    return subprocess.run(command, capture_output=True, check=False, env={"LC_ALL": "C", "PYTHONUTF8": "0"})


@pytest.mark.parametrize("bundle", [WHOLE, SLICE], ids=["whole log", "part of a log"])
def test_a_bundle_verifies_with_the_verifier_that_lies_in_it(tmp_path: Path, bundle: bytes) -> None:
    """Exit 0, zipped or unpacked, and each finding in Chinese and in English."""
    (tmp_path / "verify.py").write_bytes(contents_of(bundle)["verify.py"])
    (tmp_path / "bundle.zip").write_bytes(bundle)
    zipfile.ZipFile(io.BytesIO(bundle)).extractall(tmp_path / "unpacked")
    for given_path in ("bundle.zip", "unpacked"):
        ran = run(str(tmp_path / "verify.py"), str(tmp_path / given_path))
        told = ran.stdout.decode()
        assert (ran.returncode, ran.stderr) == (0, b""), told
        for words in ("清单签名有效", "the manifest is signed", "原件", "originals fit", "披露", "全部通过"):
            assert words in told
        assert "FAILED" not in told


def test_the_published_key_and_a_kept_checkpoint_are_held_against_the_bundle(tmp_path: Path) -> None:
    """With them nothing has to be taken from the bundle on trust."""
    (tmp_path / "bundle.zip").write_bytes(WHOLE)
    (tmp_path / "kept").write_bytes(checkpoints()[0])
    (tmp_path / "key").write_text(KEY.public_text)
    asked = [str(VERIFIER), str(tmp_path / "bundle.zip"), "--checkpoint", str(tmp_path / "kept"), "--key"]
    assert "公钥由您提供" in run(*asked, KEY.public_text).stdout.decode()
    assert run(*asked, str(tmp_path / "key")).returncode == 0
    assert run(*asked, STRANGER.public_text).returncode == 1


def test_an_exported_log_verifies_as_a_folder_and_as_bare_lines(tmp_path: Path) -> None:
    """Bare lines give their root, and the verifier says that nothing of them is signed."""
    log.export_log(tmp_path / "log", ENTRIES, checkpoints(), KEY.public_text)
    assert verify.verify(tmp_path / "log").failures == []
    bare = verify.verify(tmp_path / "log" / "log.jsonl")
    assert (bare.failures, bare.size) == ([], len(ENTRIES))
    assert "nothing of it is signed" in bare.text()
    signed = verify.verify(tmp_path / "log" / "log.jsonl", KEY.public_text, {"kept": checkpoints()[1]})
    assert signed.failures == []
    assert "2 entries after the newest checkpoint are not signed" in signed.text()


@pytest.mark.parametrize(
    "content",
    [b"", b"no bundle", b"PK", b"PK\x03\x04" + bytes(40), b'{"id": 1}\n', bytes(5000)],
    ids=["empty", "text", "PK", "half a zip", "other JSON lines", "zeros"],
)
def test_what_is_no_bundle_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    """Exit 2: nothing was checked, so nothing can have failed."""
    (tmp_path / "file").write_bytes(content)
    ran = run(str(VERIFIER), str(tmp_path / "file"))
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert "not an evidence bundle" in ran.stderr.decode()


def test_a_zip_of_something_else_an_empty_folder_and_nothing_at_all_are_no_bundles(tmp_path: Path) -> None:
    """Exit 2 for each."""
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("letter.txt", "hello")
    (tmp_path / "folder").mkdir()
    for name in ("other.zip", "folder", "nothing"):
        assert run(str(VERIFIER), str(tmp_path / name)).returncode == 2


def test_the_same_state_gives_the_same_bytes_in_a_zip_that_any_tool_opens(tmp_path: Path) -> None:
    """zipfile reads what its own writer did not write."""
    again = io.BytesIO()
    originals = {"b.flac": Original(b"2"), "a/é.flac": Original(b"1")}
    made = Bundle(KEY, list(enumerate(ENTRIES)), checkpoints(), originals=originals)
    turned = Bundle(KEY, list(enumerate(ENTRIES)), checkpoints()[::-1], originals=dict(reversed(originals.items())))
    write_bundle(again, made)
    other = io.BytesIO()
    write_bundle(other, turned)
    assert again.getvalue() == other.getvalue()
    with zipfile.ZipFile(again) as opened:
        assert opened.testzip() is None
        assert opened.read("files/a/é.flac") == b"1"


def test_an_original_on_disk_is_copied_without_being_held_in_memory(tmp_path: Path) -> None:
    """And gives the same bundle as its bytes do."""
    (tmp_path / "call.flac").write_bytes(b"sound" * 1_000_000)
    made = []
    for content in (tmp_path / "call.flac", b"sound" * 1_000_000):
        target = io.BytesIO()
        write_bundle(target, Bundle(KEY, list(enumerate(ENTRIES)), checkpoints(), originals={"c": Original(content)}))
        made.append(target.getvalue())
    assert made[0] == made[1]
    assert verified(tmp_path, made[0]).failures == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"entries": []}, "covers every entry"),
        ({"checkpoints": checkpoints()[:2]}, "covers every entry"),
        ({"checkpoints": []}, "covers every entry"),
        ({"entries": [(3, ENTRIES[3])]}, "a part of a log needs its tree"),
        ({"originals": {"../x": Original(b"")}}, "can't be the path"),
        ({"originals": {"/x": Original(b"")}}, "can't be the path"),
        ({"originals": {"a//b": Original(b"")}}, "can't be the path"),
        ({"originals": {"a\\b": Original(b"")}}, "can't be the path"),
        ({"originals": {"": Original(b"")}}, "can't be the path"),
    ],
)
def test_parts_that_do_not_make_a_bundle_are_refused_before_a_byte_is_written(
    changes: dict[str, object], message: str
) -> None:
    """Nobody is handed a bundle that can't verify."""
    target = io.BytesIO()
    parts = {"key": KEY, "entries": list(enumerate(ENTRIES)), "checkpoints": checkpoints(), **changes}
    with pytest.raises(ValueError, match=message):
        write_bundle(target, Bundle(**parts))  # type: ignore[arg-type]
    assert target.getvalue() == b""


# The writer and the verifier share no code; here they are held together.


def test_the_verifier_takes_nothing_from_the_writer() -> None:
    """Two readings of the formats, so that one mistake is not made twice."""
    imported = {
        alias.name if isinstance(node, ast.Import) else node.module or ""
        for node in ast.walk(ast.parse(VERIFIER.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert not any(name.startswith("arrears") for name in imported)
    for writer in ("log", "bundle", "tree"):
        source = VERIFIER.with_name(f"{writer}.py").read_text(encoding="utf-8")
        assert "evidence.verify" not in source


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_the_canonical_text_is_that_of_the_library(value: object) -> None:
    """RFC 8785 twice: names by UTF-16 code unit, escapes as in ECMAScript."""
    assert verify.canonical(value).encode() == rfc8785.dumps(value)  # type: ignore[arg-type]
    assert verify.parsed(rfc8785.dumps(value), "it") == value  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1,"a":1}',
        b'{"a":1}\n',
        b'"\\u00e9"',
        b'"\\/"',
        b'"\\u0041"',
        b"-0",
        b"1.0",
        b"1e3",
        b"0.5",
        b"01",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b'"\xff"',
        b'"\\ud800"',
        b"",
        b"[" * 100_000,
        b'{"\xee\x80\x80":1,"\xf0\x90\x80\x80":2}',
    ],
)
def test_json_that_is_not_canonical_is_refused(text: bytes) -> None:
    """One value, one text: spaces, other escapes, fractions, repeated or unordered names are refused."""
    with pytest.raises(verify.Refused):
        verify.parsed(text, "it")


@given(values, st.integers(0, 10**6))
def test_a_line_a_commitment_and_a_leaf_come_out_the_same_on_both_sides(value: object, index: int) -> None:
    """log.jsonl, salted commitments, leaf hashes."""
    data = rfc8785.dumps(value)  # type: ignore[arg-type]
    assert log.export_line(index, data) == verify.entry_line(index, data.decode(), leaf_hash(data))
    assert log.commit(value, SALT) == verify.commitment(value, SALT)  # type: ignore[arg-type]


def test_a_commitment_says_nothing_without_its_salt_and_needs_all_of_it() -> None:
    """The same name twice gives two commitments; 31 bytes of salt are refused on both sides."""
    assert log.commit("张三", SALT) != log.commit("张三", SALT[::-1])
    with pytest.raises(ValueError, match="32 random bytes"):
        log.commit("张三", SALT[:-1])
    with pytest.raises(verify.Refused, match="32 bytes"):
        verify.commitment("张三", SALT[:-1])


# Ed25519: the three first vectors of RFC 8032, 7.1, and the library beside it.

RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        "655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
        "b00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
        "c027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_signatures_of_the_rfc_verify_and_no_other_message_does(public: str, message: str, signature: str) -> None:
    """RFC 8032, 7.1."""
    key, text, signed = (bytes.fromhex(each) for each in (public, message, signature))
    assert verify.ed25519_verifies(key, text, signed)
    assert not verify.ed25519_verifies(key, text + b"\x00", signed)


def _library_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=50), st.integers(0, 64 * 8 - 1))
def test_signatures_verify_where_the_library_says_so_and_with_one_bit_flipped_they_do_not(
    seed: bytes, message: bytes, bit: int
) -> None:
    """Made by the library, verified here; and the flipped one refused by both."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert verify.ed25519_verifies(public, message, signature)
    flipped = bytearray(signature)
    flipped[bit // 8] ^= 1 << bit % 8
    assert not verify.ed25519_verifies(public, message, bytes(flipped))
    assert not _library_verifies(public, message, bytes(flipped))


def test_a_signature_has_one_form() -> None:
    """S + L verifies the same equation and is refused, as are lengths and keys that are none (RFC 8032, 5.1.7)."""
    key, text, signed = (bytes.fromhex(each) for each in RFC_8032[2])
    order = 2**252 + 27742317777372353535851937790883648493
    larger = (int.from_bytes(signed[32:], "little") + order).to_bytes(32, "little")
    assert not verify.ed25519_verifies(key, text, signed[:32] + larger)
    assert not verify.ed25519_verifies(key, text, signed[:-1])
    assert not verify.ed25519_verifies(key[:-1], text, signed)
    assert not verify.ed25519_verifies(b"\xff" * 32, text, signed)
    assert not verify.ed25519_verifies((2).to_bytes(32, "little"), text, signed)


# Keys and notes.


def test_a_key_survives_being_written_and_never_shows_its_secret() -> None:
    """The secret text is for the keeper alone: not in repr, not in a message."""
    again = log.SigningKey.from_secret_text(KEY.secret_text + "\n")
    assert again == KEY
    assert KEY.seed.hex() not in repr(KEY)
    assert KEY.secret_text.split("+")[-1] not in repr(KEY)
    assert verify.key_from(KEY.public_text).name == KEY.name


@pytest.mark.parametrize(
    "text",
    ["", KEY.public_text, KEY.secret_text.replace("PRIVATE", "PUBLIC"), KEY.secret_text.replace("lender", "bank")],
)
def test_a_signing_key_that_is_none_is_refused(text: str) -> None:
    """A public key in its place, another name: the log would be signed by nobody."""
    with pytest.raises(ValueError, match=r"no signing key|does not fit its id"):
        log.SigningKey.from_secret_text(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb"])
def test_a_log_has_a_name_that_a_note_can_carry(name: str) -> None:
    """No space, no plus sign, no line break."""
    with pytest.raises(ValueError, match="can't name a log"):
        log.SigningKey(name, bytes(32))


def test_a_note_may_carry_the_signatures_of_others() -> None:
    """A witness adds a line; ours still has to be there and to verify."""
    note = checkpoints()[0]
    line = STRANGER.sign_note("x\n").split(b"\n\n")[1].replace(b"lender", b"witness")
    assert verify.checkpoint_from(note + line, verify.key_from(KEY.public_text), "checkpoint").size == 4
    text, ours = note.rsplit(b"\n\n", 1)
    with pytest.raises(verify.Refused, match="not signed by this key"):
        verify.checkpoint_from(text + b"\n\n" + line, verify.key_from(KEY.public_text), "checkpoint")
    assert ours
