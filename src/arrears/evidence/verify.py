#!/usr/bin/env python3
"""
证据验证程序：只需要 Python，不需要安装任何东西，也不联网。
The verifier of an arrears evidence bundle or exported log. Needs Python 3.11 and nothing else; no network.

    python verify.py BUNDLE.zip            a bundle, or the folder it was unpacked into
    python verify.py LOG_FOLDER            an exported log: log.jsonl, checkpoint, key, checkpoints/…
    python verify.py log.jsonl             bare entries: says the root they give
      --key KEY           the log's public key from a source you trust (a file, or its text)
      --checkpoint FILE   a checkpoint you kept earlier: the log must still contain all it covered

Exit code: 0 everything verifies; 1 something does not, and the output says what; 2 the input is not a bundle or log.

What is relied on: SHA-256, Ed25519 (RFC 8032), Merkle trees and proofs (RFC 9162, 2.1), canonical JSON (RFC 8785),
signed notes and checkpoints (C2SP signed-note, tlog-checkpoint). The formats are in docs/concepts/evidence.md.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import itertools
import json
import json.encoder
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

FORMAT = "arrears-evidence/1"
LOG_FILES = {"log.jsonl", "checkpoint", "key"}
MARKS = {"manifest.json", "manifest.note", *LOG_FILES}


# Every finding, in Chinese and in English.
WORDS = {
    "container_same": ("压缩包只有一种写法，逐字节相符", "the container has its one form, byte for byte"),
    "container_altered": ("压缩包结构被改动：{part}", "the container was altered: {part}"),
    "container_content": ("压缩包内容与校验码不符：{name}", "the content of {name} does not fit its checksum"),
    "container_claims": ("压缩包自称的内容多于其字节", "the container claims more content than it has bytes"),
    "unreadable": ("内容无法读取：{fault}", "it can't be read: {fault}"),
    "file_missing": ("缺少文件：{name}", "{name} is missing"),
    "file_unlisted": ("清单外的文件：{name}", "{name} is not in the manifest"),
    "file_foreign": ("不属于日志的文件：{name}", "{name} is no part of a log"),
    "file_altered": ("文件被改动：{name}", "{name} was altered: its size or hash is not the manifest's"),
    "manifest_unsigned": ("清单与其签名不符", "the manifest does not fit its signature"),
    "manifest_format": ("清单格式未知", "the manifest is of an unknown format"),
    "manifest_signed": ("清单签名有效，列出 {count} 个文件", "the manifest is signed and lists {count} files"),
    "json_broken": ("{what}：不是有效的 JSON", "{what}: not valid JSON"),
    "json_form": ("{what}：不是规范 JSON（RFC 8785）", "{what}: not canonical JSON (RFC 8785)"),
    "base64": ("Base64 有误或不是标准形式", "base64 that is broken or not in its standard form"),
    "key_form": ("公钥格式有误", "the public key is not of the form name+id+base64"),
    "key_id": ("公钥与其编号不符", "the public key does not fit its id"),
    "key_other": ("材料中的公钥不是所给的公钥", "the key inside is not the key given"),
    "key_none": ("{name}：没有公钥，无法验证签名", "{name}: no public key to check its signature with; give --key"),
    "key_inside": (
        "公钥取自材料本身，请与另行公布的指纹核对：{fingerprint}",
        "the key comes from the material itself: compare its fingerprint with the published one: {fingerprint}",
    ),
    "key_given": ("公钥由您提供：{name}", "the key is the one you gave: {name}"),
    "key_at": ("公钥取自 {where}：{name}", "the key is the one in {where}: {name}"),
    "note_form": ("{name}：签名文件格式有误", "{name}: not a signed note"),
    "note_signature": ("{name}：签名验证失败", "{name}: the signature does not verify"),
    "note_unsigned": ("{name}：没有该密钥的签名", "{name}: not signed by this key"),
    "checkpoint_form": ("{name}：检查点格式有误", "{name}: not a checkpoint (origin, size, root)"),
    "checkpoint_origin": ("{name}：检查点属于另一日志", "{name}: a checkpoint of another log"),
    "checkpoint_name": ("{name}：文件名与检查点不符", "{name}: the name does not fit the checkpoint"),
    "checkpoint_not_newest": ("{name} 比 checkpoint 更新", "{name} is newer than checkpoint"),
    "checkpoint_root": ("{name}：前 {size} 条与其根不符", "{name}: the first {size} entries do not give its root"),
    "checkpoint_short": ("{name}：应有 {size} 条，此处 {have} 条", "{name}: covers {size} entries, {have} are here"),
    "checkpoints_fork": (
        "{name} 与 {later} 相互矛盾：日志被分叉或改写",
        "{name} and {later} contradict each other: the log was forked or rewritten",
    ),
    "checkpoints_unproven": ("缺少 {name} 到 {later} 的证明", "no proof from {name} to {later}: ask for one"),
    "checkpoints_agree": ("{count} 个检查点签名有效且相互一致", "{count} checkpoints, signed and in agreement"),
    "checkpoint_none": ("没有检查点：请将根与可信来源核对", "no checkpoint: compare the root with one you trust"),
    "tail_unsigned": (
        "最新检查点之后有 {count} 条未签名",
        "{count} entries after the newest checkpoint are not signed",
    ),
    "entry_broken": ("日志第 {number} 行：不是日志条目", "log line {number}: not an entry"),
    "entry_hash": ("日志第 {number} 行：内容与哈希不符", "log line {number}: the entry does not fit its hash"),
    "entry_form": ("日志第 {number} 行：不是规范的一行", "log line {number}: not in the one form of a line"),
    "entry_order": ("第 {wanted} 条处却是第 {index} 条", "entry {index} stands where {wanted} must"),
    "entry_unproven": ("第 {index} 条没有对应的证明", "entry {index} has no proof in its place"),
    "entry_not_in_log": ("第 {index} 条不在检查点的日志中", "entry {index} is not in the log of the checkpoint"),
    "proofs_left": ("证明多于条目", "there are more proofs than entries"),
    "log_whole": ("日志 {size} 条，无缺号，根 {root}", "the log has {size} entries without a gap, root {root}"),
    "log_slice": (
        "{count} 条记录，逐条证明在检查点的日志（{size} 条）中",
        "{count} entries, each proven to be in the log of the checkpoint ({size} entries)",
    ),
    "original_unrecorded": ("{name}：第 {index} 条没有记录其哈希", "{name}: entry {index} does not record its hash"),
    "originals": ("{count} 份原件与其条目相符", "{count} originals fit the entries that recorded them"),
    "opening_false": (
        "第 {index} 条 {path}：与披露内容不符",
        "entry {index} {path}: does not commit to what is disclosed",
    ),
    "openings": ("{count} 项披露内容与其承诺相符", "{count} disclosed values fit their commitments"),
    "salt": ("盐值不是 32 字节", "a salt has 32 bytes"),
}


class Refused(ValueError):  # noqa: N818 - reads as what it is
    """Something does not verify: a code of WORDS, and what its words need."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(WORDS[code][1].format(**facts))
        self.code, self.facts = code, facts


class NotEvidence(Exception):  # noqa: N818 - reads as what it is
    """The input is neither a bundle nor a log."""


# ── Merkle trees (RFC 9162, 2.1) ─────────────────────────────────────────────────────────────────────────────────────


def leaf_hash(data: bytes) -> bytes:
    """2.1.1: the 0x00 keeps an entry from passing for a node."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """2.1.1: the 0x01 keeps a node from passing for an entry."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class GrowingTree:
    """The root after each entry, remembering only the perfect subtrees on the left."""

    def __init__(self) -> None:
        self.size = 0
        self._perfect: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        carry = self.size
        while carry & 1:
            leaf = node_hash(self._perfect.pop(), leaf)
            carry >>= 1
        self._perfect.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self._perfect:
            return hashlib.sha256().digest()
        root, *lefts = self._perfect[::-1]
        for left in lefts:
            root = node_hash(left, root)
        return root


def verify_inclusion(index: int, size: int, leaf: bytes, proof: list[bytes], root: bytes) -> bool:
    """2.1.3.2: `leaf` (a leaf hash) is entry `index` of the tree of `size` with this root."""
    if not 0 <= index < size < 1 << 64 or any(len(each) != 32 for each in (leaf, *proof)):
        return False
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def verify_consistency(size1: int, size2: int, proof: list[bytes], root1: bytes, root2: bytes) -> bool:
    """2.1.4.2: the tree of size1 is a prefix of the tree of size2. From size 0 nothing is shown: always False."""
    if not 0 < size1 <= size2 < 1 << 64:
        return False
    if size1 == size2:
        return not proof and root1 == root2
    if not proof or any(len(each) != 32 for each in (root1, root2, *proof)):
        return False
    first, *rest = [root1, *proof] if size1 & (size1 - 1) == 0 else proof
    fn, sn, fr, sr = size1 - 1, size2 - 1, first, first
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    for c in rest:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == root1 and sr == root2


# ── Canonical JSON (RFC 8785) ────────────────────────────────────────────────────────────────────────────────────────


_written = json.encoder.encode_basestring  # of a text, with the escapes of RFC 8785, 3.2.2.2


def canonical(value: Any) -> str:
    """The one text of a JSON value. ValueError for fractions, which no entry holds, and integers beyond 2**53."""
    if isinstance(value, str):
        return _written(value)
    if isinstance(value, dict):  # names in the order of their UTF-16 code units
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join([f"{canonical(name)}:{canonical(value[name])}" for name in names]) + "}"
    if isinstance(value, list):
        return "[" + ",".join([canonical(each) for each in value]) + "]"
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int) and abs(value) < 1 << 53:
        return str(value)
    raise ValueError(f"{value!r} is not a value that an entry holds")


def parsed(data: bytes, what: str) -> Any:
    """The value of canonical JSON bytes; Refused where they are anything else."""
    try:
        value = json.loads(data.decode())
        same = canonical(value).encode() == data
    except (ValueError, RecursionError) as fault:
        raise Refused("json_broken", what=what) from fault
    if not same:
        raise Refused("json_form", what=what)
    return value


# ── Ed25519 (RFC 8032, 5.1 and section 6) ────────────────────────────────────────────────────────────────────────────

_P = 2**255 - 19
_Q = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, x·y = T/Z


def _add(a: Point, b: Point) -> Point:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % _P, (a[1] + a[0]) * (b[1] + b[0]) % _P
    g, h = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point, scalar = _add(point, point), scalar >> 1
    return result


def _point(data: bytes) -> Point | None:
    """5.1.3, decoding; None where the bytes are no point or not its one encoding."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


_BASE = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))


def ed25519_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """5.1.7, with the equation not multiplied by the cofactor."""
    if len(public) != 32 or len(signature) != 64 or _BASE is None:
        return False
    a, r, s = _point(public), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= _Q:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _Q
    left, right = _times(s, _BASE), _add(r, _times(k, a))
    return all((left[i] * right[2] - right[i] * left[2]) % _P == 0 for i in (0, 1))


# ── Signed notes and checkpoints (C2SP) ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Key:
    """A log's public key; its name is the log's origin."""

    name: str
    key_id: bytes
    public: bytes

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.public).hexdigest()


@dataclass(frozen=True)
class Checkpoint:
    """What a signer said: the log of this origin had this size and root."""

    origin: str
    size: int
    root: bytes


def unbase64(text: str) -> bytes:
    """Standard base64 in its one form."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as fault:
        raise Refused("base64") from fault
    if base64.b64encode(data).decode() != text:
        raise Refused("base64")
    return data


def key_from(text: str) -> Key:
    """`<name>+<key id in hex>+<base64 of 0x01 and 32 bytes>`, as in signed-note."""
    match = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\n?", text)
    if match is None:
        raise Refused("key_form")
    name, key_id, data = match[1], bytes.fromhex(match[2]), unbase64(match[3])
    if len(data) != 33 or data[0] != 1 or hashlib.sha256(name.encode() + b"\n" + data).digest()[:4] != key_id:
        raise Refused("key_id")
    return Key(name, key_id, data[1:])


def note_text(note: bytes, key: Key, name: str) -> str:
    """The text of a signed note. Refused unless this key signed it, with a signature that verifies."""
    body, gap, signatures = note.decode("utf-8", "replace").rpartition("\n\n")
    if not gap or not signatures.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f\ufffd]", body + signatures):
        raise Refused("note_form", name=name)
    text, signed = body + "\n", False
    for line in signatures[:-1].split("\n"):
        match = re.fullmatch(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)", line)
        if match is None:
            raise Refused("note_form", name=name)
        signature = unbase64(match[2])
        if match[1] == key.name and signature[:4] == key.key_id:
            if not ed25519_verifies(key.public, text.encode(), signature[4:]):
                raise Refused("note_signature", name=name)
            signed = True
    if not signed:
        raise Refused("note_unsigned", name=name)
    return text


def checkpoint_from(note: bytes, key: Key, name: str) -> Checkpoint:
    """A checkpoint signed by this key, for the log of its name."""
    text = note_text(note, key, name)
    match = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]{0,19})\n([A-Za-z0-9+/=]+)\n((?:[^\n]+\n)*)", text)
    if match is None:
        raise Refused("checkpoint_form", name=name)
    root = unbase64(match[3])
    if len(root) != 32:
        raise Refused("checkpoint_form", name=name)
    if match[1] != key.name:
        raise Refused("checkpoint_origin", name=name)
    if name.startswith("checkpoints/") and name != checkpoint_name(int(match[2])):
        raise Refused("checkpoint_name", name=name)
    return Checkpoint(match[1], int(match[2]), root)


def checkpoint_name(size: int) -> str:
    """Where an earlier checkpoint lies in a bundle or log."""
    return f"checkpoints/{size:020d}"


# ── The container: a zip that has exactly one form ───────────────────────────────────────────────────────────────────

_DAY_ONE = 0x21  # 1980-01-01 00:00, the first day a zip can say


def local_header(name: bytes, crc: int, size: int) -> bytes:
    """Before each file; its name is UTF-8, its content is stored as it is."""
    return struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0x800, 0, 0, _DAY_ONE, crc, size, size, len(name), 0) + name


def central_header(name: bytes, crc: int, size: int, offset: int) -> bytes:
    """The same in the directory at the end, with where the file begins."""
    fields = (b"PK\x01\x02", 20, 20, 0x800, 0, 0, _DAY_ONE, crc, size, size, len(name), 0, 0, 0, 0, 0, offset)
    return struct.pack("<4s6H3I5H2I", *fields) + name


def end_record(count: int, size: int, offset: int) -> bytes:
    """The last bytes, with the name of this format."""
    return struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, size, offset, len(FORMAT)) + FORMAT.encode()


def check_container(file: BinaryIO, members: list[tuple[str, int, int]]) -> None:
    """Every byte of the zip is what its members (name, crc, size) give, once each and in order; else Refused."""
    names = [name for name, _, _ in members]
    if names != ["manifest.json", "manifest.note", *sorted({*names} - {"manifest.json", "manifest.note"})]:
        raise Refused("container_altered", part="order")
    directory = b""
    for name, crc, size in members:
        header = local_header(name.encode(), crc, size)
        directory += central_header(name.encode(), crc, size, file.tell())
        if file.read(len(header)) != header:
            raise Refused("container_altered", part=name)
        found, left = 0, size
        while left and (chunk := file.read(min(left, 1 << 20))):
            found, left = zlib.crc32(chunk, found), left - len(chunk)
        if left or found != crc:
            raise Refused("container_content", name=name)
    ending = directory + end_record(len(members), len(directory), file.tell())
    if file.read(len(ending) + 1) != ending:
        raise Refused("container_altered", part="end")


class Files:
    """The files of a bundle or log by name: in a zip, in a folder, or one bare log.jsonl."""

    def __init__(self, path: Path) -> None:
        self.zip: zipfile.ZipFile | None = None
        self.where: dict[str, Path] = {"log.jsonl": path}
        self.bare = path.is_file() and not _looks_like_zip(path)
        if path.is_dir():
            self.where = {each.relative_to(path).as_posix(): each for each in path.rglob("*") if each.is_file()}
        elif not self.bare:
            self.zip = zipfile.ZipFile(path)
            if sum(each.file_size for each in self.zip.infolist()) > path.stat().st_size:
                raise Refused("container_claims")
        self.names = sorted(self.zip.namelist() if self.zip else self.where)

    def open(self, name: str) -> IO[bytes]:
        if name not in self.names:
            raise Refused("file_missing", name=name)
        return self.zip.open(name) if self.zip else self.where[name].open("rb")

    def read(self, name: str) -> bytes:
        with self.open(name) as file:
            return file.read()

    def lines(self, name: str) -> Iterator[bytes]:
        with self.open(name) as file:
            yield from file

    def values(self, name: str) -> Iterator[Any]:
        """The value of each line, where there is such a file."""
        for line in self.lines(name) if name in self.names else ():
            yield parsed(line.removesuffix(b"\n"), name)


def _ends(path: Path) -> bytes:
    """The first and the last bytes of a file, where its format is named."""
    with path.open("rb") as file:
        head = file.read(4096)
        file.seek(max(path.stat().st_size - 4096, 0))
        return head + file.read()


def _looks_like_zip(path: Path) -> bool:
    ends = _ends(path)
    return ends.startswith(b"PK") or FORMAT.encode() in ends or zipfile.is_zipfile(path)


def recognised(path: Path) -> bool:
    """A bundle or a log, whole or damaged: anything that carries one of their marks."""
    if not path.is_file():
        return path.is_dir() and any((path / name).exists() for name in MARKS)
    ends = _ends(path)
    try:
        marked = path.name == "log.jsonl" or FORMAT.encode() in ends or b'"leaf":' in ends or b'"leaf_hash":' in ends
        return marked or bool(MARKS & {*zipfile.ZipFile(path).namelist()})
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error):
        return False


# ── What is checked, and how it is told ──────────────────────────────────────────────────────────────────────────────


@dataclass
class Report:
    """Every finding: True it verifies, False it does not, None a remark; with its code and the facts of its words."""

    findings: list[tuple[bool | None, str, dict[str, object]]] = field(default_factory=list)
    size: int = 0
    root: bytes = b""

    @property
    def failures(self) -> list[str]:
        """The codes of what does not verify."""
        return [code for verifies, code, _ in self.findings if verifies is False]

    def say(self, verifies: bool | None, code: str, **facts: object) -> None:
        self.findings.append((verifies, code, facts))

    def fail(self, fault: Refused) -> None:
        self.say(False, fault.code, **fault.facts)

    def text(self) -> str:
        """For a person: each finding in both languages (the first 20 failures), and what follows from them."""
        marks = {True: "[通过 ok]", False: "[失败 FAILED]", None: "[说明 note]"}
        lines, failed = [], 0
        for verifies, code, facts in self.findings:
            failed += verifies is False
            if verifies is not False or failed <= 20:
                zh, en = (words.format(**facts) for words in WORDS[code])
                lines.append(f"{marks[verifies]} {zh}\n    {en}")
        if failed:
            lines.append(f"结论：不通过，共 {failed} 处失败。\nResult: NOT verified; {failed} failures.")
        elif any(code == "checkpoints_agree" for _, code, _ in self.findings):
            lines.append("结论：全部通过，与签名时一致；这并不说明记录所述属实。")
            lines.append(
                "Result: everything verifies, as it was when signed. That what it states is true is not shown."
            )
        else:
            lines.append("结论：内容前后相符，但没有任何签名。\nResult: it fits together, and nothing of it is signed.")
        return "\n".join(lines)


@dataclass
class Log:
    """What was read of a log: how many entries, its root at some sizes, the entries asked for."""

    count: int = 0
    roots: dict[int, bytes] = field(default_factory=dict)
    entries: dict[int, Any] = field(default_factory=dict)


Signed = list[tuple[str, Checkpoint]]
"""The checkpoints whose signature verifies, each with its file's name, from the smallest to the largest."""


def entry_line(index: int, leaf: str, hashed: bytes) -> bytes:
    """The one form of a line of log.jsonl."""
    return f'{{"index":{index},"leaf":{canonical(leaf)},"leaf_hash":"{hashed.hex()}"}}\n'.encode()


def commitment(value: Any, salt: bytes) -> str:
    """What an entry holds in place of personal data; 32 random bytes of salt make it say nothing by itself."""
    if len(salt) != 32:
        raise Refused("salt")
    return hashlib.sha256(b"\x02" + salt + canonical(value).encode()).hexdigest()


def manifest_text(origin: str, manifest: bytes) -> str:
    """What is signed over a manifest. Its second line is no size, so that it never passes for a checkpoint."""
    return f"{FORMAT} manifest\n{origin}\n{hashlib.sha256(manifest).hexdigest()}\n"


def read_entries(lines: Iterable[bytes], report: Report) -> Iterator[tuple[int, Any, bytes]]:
    """(index, value, leaf hash) of every line that is an entry; the others are failures."""
    for number, line in enumerate(lines, start=1):
        try:
            said = json.loads(line)
            index, leaf = said["index"], said["leaf"]
            value, hashed = parsed(leaf.encode(), f"log.jsonl {number}"), leaf_hash(leaf.encode())
            if said["leaf_hash"] != hashed.hex():
                raise Refused("entry_hash", number=number)
            if line != entry_line(index, leaf, hashed) or not isinstance(value, dict):
                raise Refused("entry_form", number=number)
        except Refused as fault:
            report.fail(fault)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            report.say(False, "entry_broken", number=number)
        else:
            yield index, value, hashed


def check_whole_log(lines: Iterable[bytes], signed: Signed, wanted: set[int], report: Report) -> Log:
    """Entries 0, 1, 2 … without a gap, which give the root of every checkpoint."""
    log, tree, sizes = Log(), GrowingTree(), {mark.size for _, mark in signed}
    log.roots[0] = tree.root()
    for index, value, hashed in read_entries(lines, report):
        if index != tree.size:
            report.say(False, "entry_order", index=index, wanted=tree.size)
        tree.add(hashed)
        if tree.size in sizes:
            log.roots[tree.size] = tree.root()
        if index in wanted:
            log.entries[index] = value
    log.count, report.size, report.root = tree.size, tree.size, tree.root()
    for name, mark in signed:
        if mark.size > log.count:
            report.say(False, "checkpoint_short", name=name, size=mark.size, have=log.count)
        elif log.roots[mark.size] != mark.root:
            report.say(False, "checkpoint_root", name=name, size=mark.size)
    return log


def check_slice(files: Files, signed: Signed, wanted: set[int], report: Report) -> Log:
    """Some entries, each proven to be in the newest checkpoint's tree, and each checkpoint in the next one's."""
    newest = dict(signed).get("checkpoint")
    if newest is None:
        raise Refused("file_missing", name="checkpoint")
    log, last, proofs = Log(), -1, files.values("inclusion.jsonl")
    report.size, report.root = newest.size, newest.root
    for index, value, hashed in read_entries(files.lines("log.jsonl"), report):
        said = next(proofs, None)
        if said is None or said["index"] != index or index <= last:
            report.say(False, "entry_unproven", index=index)
        elif not verify_inclusion(index, newest.size, hashed, hashes_of(said), newest.root):
            report.say(False, "entry_not_in_log", index=index)
        last, log.count = index, log.count + 1
        if index in wanted:
            log.entries[index] = value
    if next(proofs, None) is not None:
        report.say(False, "proofs_left")

    steps = {(said["from"], said["to"]): hashes_of(said) for said in files.values("consistency.jsonl")}
    for (name, mark), (after, later) in itertools.pairwise(signed):
        proof = [] if mark.size == later.size else steps.get((mark.size, later.size))
        if mark.size and proof is None:
            report.say(False, "checkpoints_unproven", name=name, later=after)
        elif mark.size and not verify_consistency(mark.size, later.size, proof or [], mark.root, later.root):
            report.say(False, "checkpoints_fork", name=name, later=after)
        elif not mark.size and mark.root != GrowingTree().root():
            report.say(False, "checkpoint_root", name=name, size=0)
    return log


def hashes_of(said: Mapping[str, Any]) -> list[bytes]:
    """The hashes of a proof, written in lower-case hex."""
    return [bytes.fromhex(each) for each in said["proof"]]


def check_manifest(files: Files, key: Key, report: Report) -> dict[str, Any]:
    """The manifest is signed, and names every file with its size and hash. Gives what it says of each file."""
    raw = files.read("manifest.json")
    if note_text(files.read("manifest.note"), key, "manifest.note") != manifest_text(key.name, raw):
        raise Refused("manifest_unsigned")
    manifest = parsed(raw, "manifest.json")
    if manifest["bundle"] != FORMAT:
        raise Refused("manifest_format")
    listed: dict[str, Any] = manifest["files"]
    for name in sorted({*files.names} - {*listed, "manifest.json", "manifest.note"}):
        report.say(False, "file_unlisted", name=name)
    for name, said in listed.items():
        if name not in files.names:
            report.say(False, "file_missing", name=name)
            continue
        digest, size = hashlib.sha256(), 0
        with files.open(name) as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
        if (digest.hexdigest(), size) != (said["sha256"], said["size"]):
            report.say(False, "file_altered", name=name)
    report.say(True, "manifest_signed", count=len(listed))
    return listed


def check_checkpoints(notes: Mapping[str, bytes], key: Key | None, report: Report) -> Signed:
    """Each is signed by the key; the one named `checkpoint` is the newest of those in the material."""
    signed = []
    for name, note in notes.items():
        try:
            if key is None:
                raise Refused("key_none", name=name)
            signed.append((name, checkpoint_from(note, key, name)))
        except Refused as fault:
            report.fail(fault)
    newest = dict(signed).get("checkpoint")
    for name, mark in signed:
        if newest and name.startswith("checkpoints/") and mark.size > newest.size:
            report.say(False, "checkpoint_not_newest", name=name)
    return sorted(signed, key=lambda each: each[1].size)


def check_originals(listed: Mapping[str, Any], log: Log, report: Report) -> None:
    """Each original that names an entry is the one whose hash that entry recorded."""
    originals = {name: said for name, said in listed.items() if "entry" in said}
    recorded = 0
    for name, said in originals.items():
        if said["sha256"] in strings_in(log.entries.get(said["entry"])):
            recorded += 1
        else:
            report.say(False, "original_unrecorded", name=name, index=said["entry"])
    if recorded:
        report.say(True, "originals", count=recorded)


def strings_in(value: Any) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings_in(each)


def check_openings(openings: list[Any], log: Log, report: Report) -> None:
    """Each disclosed value is the one that its entry committed to, in the place it says."""
    true = 0
    for opening in openings:
        held: Any = log.entries.get(opening["index"])
        for step in opening["path"]:
            held = held.get(step) if isinstance(held, dict) else None
        if held == commitment(opening["value"], bytes.fromhex(opening["salt"])):
            true += 1
        else:
            report.say(False, "opening_false", index=opening["index"], path=".".join(opening["path"]))
    if true:
        report.say(True, "openings", count=true)


def check_tail(log: Log, signed: Signed, bare: bool, report: Report) -> None:
    """Entries that no signature covers could have been added by anyone; a bare log says how many they are."""
    covered = signed[-1][1].size if signed else 0
    if not signed:
        report.say(None, "checkpoint_none")
    elif log.count > covered:
        report.say(None if bare else False, "tail_unsigned", count=log.count - covered)


def check_key(files: Files, key_text: str | None, key_at: str, report: Report) -> Key | None:
    """The key given (or found at `key_at`), else the one inside; they must not differ. A bare log has none inside."""
    inside = None if files.bare else key_from(files.read("key").decode())
    given = key_from(key_text) if key_text else None
    if given and inside and given != inside:
        raise Refused("key_other")
    if given and key_at:
        report.say(None, "key_at", where=key_at, name=given.name)
    elif given:
        report.say(None, "key_given", name=given.name)
    elif inside:
        report.say(None, "key_inside", fingerprint=inside.fingerprint)
    return given or inside


def check_files(files: Files, key: Key | None, report: Report) -> dict[str, Any]:
    """A bundle's files are those of its signed manifest; a log has no others than its own."""
    foreign = [name for name in files.names if name not in LOG_FILES and not name.startswith("checkpoints/")]
    try:
        if key and (files.zip or not {"manifest.json", "manifest.note", "verify.py"}.isdisjoint(foreign)):
            return check_manifest(files, key, report)
    except Refused as fault:
        report.fail(fault)
    else:
        for name in foreign:
            report.say(False, "file_foreign", name=name)
    return {}


def check_content(files: Files, key: Key | None, kept: Mapping[str, bytes], report: Report) -> None:
    """The files, the checkpoints, the entries, the originals and what is disclosed, in this order."""
    listed = check_files(files, key, report)
    notes = {name: files.read(name) for name in files.names if name.startswith("checkpoint")}
    if not files.bare and "checkpoint" not in notes:
        raise Refused("file_missing", name="checkpoint")
    signed = check_checkpoints({**notes, **kept}, key, report)
    openings = list(files.values("openings.jsonl"))
    wanted = {said["entry"] for said in listed.values() if "entry" in said} | {each["index"] for each in openings}

    before = len(report.failures)
    if "inclusion.jsonl" in files.names:
        log = check_slice(files, signed, wanted, report)
    else:
        log = check_whole_log(files.lines("log.jsonl"), signed, wanted, report)
        check_tail(log, signed, files.bare, report)
    if len(report.failures) == before:
        code = "log_slice" if "inclusion.jsonl" in files.names else "log_whole"
        report.say(True, code, count=log.count, size=report.size, root=report.root.hex())
        if signed:
            report.say(True, "checkpoints_agree", count=len(signed))
    check_originals(listed, log, report)
    check_openings(openings, log, report)


def verify(
    path: Path, key_text: str | None = None, kept: Mapping[str, bytes] | None = None, *, key_at: str = ""
) -> Report:
    """
    Everything that can be checked of a bundle or log. `kept` are checkpoints from elsewhere, by a name to tell
    them by; `key_at` says where the key was found, where the person who asks did not give it. Raises NotEvidence
    where the input is neither.
    """
    if not recognised(path):
        raise NotEvidence
    report = Report()
    try:
        files = Files(path)
        if files.zip:
            try:
                with path.open("rb") as file:
                    check_container(file, [(each.filename, each.CRC, each.file_size) for each in files.zip.infolist()])
                report.say(True, "container_same")
            except Refused as fault:
                report.fail(fault)
        key = check_key(files, key_text, key_at, report)
        check_content(files, key, {f"({name})": note for name, note in (kept or {}).items()}, report)
    except Refused as fault:
        report.fail(fault)
    except Exception as fault:  # whatever a forger thought of is a failure, not a crash
        report.say(False, "unreadable", fault=f"{type(fault).__name__} {fault}")
    return report


def main(arguments: list[str] | None = None, *, key_at: str = "") -> int:
    """The command; gives the exit code."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("path", type=Path)
    asked.add_argument("--key")
    asked.add_argument("--checkpoint", type=Path, action="append", default=[])
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    given = asked.parse_args(arguments)
    try:
        key = Path(given.key).read_text(encoding="utf-8") if given.key and Path(given.key).is_file() else given.key
        report = verify(given.path, key, {str(path): path.read_bytes() for path in given.checkpoint}, key_at=key_at)
    except NotEvidence:
        sys.stderr.write(f"{given.path}: 不是证据包或日志 / not an evidence bundle or log\n")
        return 2
    except (OSError, UnicodeDecodeError) as fault:
        sys.stderr.write(f"无法读取 / can't be read: {fault}\n")
        return 2
    sys.stdout.write(report.text() + "\n")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
