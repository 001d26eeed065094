"""
What a file that a lender sent really is: its kind, and for text its encoding, before one value is believed.

Comes in: a path. Goes out: `Sniffed`. A text file is read once in pieces, however long its lines are; a line longer
than LONGEST_LINE stops it there. Raises Unusable where the file is empty, is not what its name says, is damaged, or
mixes encodings.
"""

from __future__ import annotations

import codecs
import errno
import gzip
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, cast

import numpy as np
import numpy.typing as npt

from arrears.book.encodings import MOST_WORDS, OTHERS, likelier_encoding, utf16_without_mark, words_of
from arrears.kernel.problem import Problem, Unusable

PIECE = 1 << 22
LONGEST_LINE = 1 << 20

TEXT_NAMES = (".csv", ".tsv", ".txt", ".asc")


@dataclass(frozen=True, slots=True)
class Sniffed:
    """Kind is text | parquet | xlsx. The rest is about text."""

    path: Path
    kind: str
    packed: bool = False
    """gzip"""
    encoding: str = "utf-8"
    """utf-8 | utf-8-sig | gb18030, or one of `encodings.OTHERS` where the mapping says so"""
    quoted: bool = False
    """There is a quotation mark somewhere."""
    damaged: bool = False
    """There may be a NUL, a lone carriage return or a line that can't be decoded somewhere."""


def sniff(path: Path, encoding: str | None = None) -> Sniffed:
    """What `path` is. `encoding`, where the mapping names one, is taken at its word. Raises Unusable."""
    where = path.name
    try:
        with path.open("rb") as stream:
            start = stream.read(8)
    except OSError as fault:
        raise _stop(
            where,
            "file_not_found",
            f"it can't be read: {fault.strerror}.",
            "Nothing can be imported from it.",
            "Check the path and who may read it.",
        ) from None
    if not start:
        raise _empty(where)
    suffixes = [suffix.lower() for suffix in path.suffixes]
    last = suffixes[-1] if suffixes else ""
    packed = start.startswith(b"\x1f\x8b")
    if last == ".parquet" or start.startswith(b"PAR1"):
        return _expect(path, "parquet", start.startswith(b"PAR1"), last == ".parquet", start)
    if last in (".xlsx", ".xlsm") or start.startswith(b"PK\x03\x04"):
        _expect(path, "xlsx", start.startswith(b"PK\x03\x04"), last in (".xlsx", ".xlsm"), start)
        return _workbook(path)
    if packed != (last == ".gz") or start.startswith(b"\xd0\xcf\x11\xe0"):
        raise _misnamed(where, start, "text" if last != ".gz" else "gzip")
    return _text(path, packed, encoding)


def opened(path: Path, packed: bool) -> IO[bytes]:
    """The bytes of a text file, unpacked."""
    plain: IO[bytes] = path.open("rb")
    return cast("IO[bytes]", gzip.GzipFile(fileobj=plain)) if packed else plain


def pieces(path: Path, packed: bool) -> Iterator[bytes]:
    """The bytes of a text file, unpacked, a piece at a time. Raises Unusable where a packed file is damaged."""
    try:
        with opened(path, packed) as stream:
            while piece := stream.read(PIECE):
                yield piece
    except (EOFError, zlib.error, gzip.BadGzipFile) as fault:
        raise _stop(
            path.name,
            "damaged_archive",
            f"the gzip data is damaged ({fault}).",
            "What could be unpacked may not be all of it.",
            "Send the file again and compare its size or checksum with the lender's.",
        ) from None


def _text(path: Path, packed: bool, encoding: str | None) -> Sniffed:
    utf8 = codecs.getincrementaldecoder("utf-8")()
    valid, quoted, damaged, first, held, lines = True, False, False, b"", 0, 0
    for piece in pieces(path, packed):
        if not first:
            first = piece[:8]
            _refuse_other_kinds(path.name, piece)
        ends = np.flatnonzero(np.frombuffer(piece, dtype=np.uint8) == 10)
        _guard_lines(path.name, ends, held, len(piece), lines)
        held = len(piece) - int(ends[-1]) - 1 if len(ends) else held + len(piece)
        lines += len(ends)
        quoted = quoted or b'"' in piece
        damaged = damaged or b"\0" in piece or piece.count(b"\r") != piece.count(b"\r\n")
        if valid:
            try:
                utf8.decode(piece)
            except UnicodeDecodeError:
                valid = False
    if not first:
        raise _empty(path.name)
    if valid:
        try:
            utf8.decode(b"", final=True)
        except UnicodeDecodeError:
            valid = False
    found = encoding or ("utf-8" if valid else _which(path, packed))
    if found == "utf-8" and first.startswith(codecs.BOM_UTF8):
        found = "utf-8-sig"
    damaged = damaged or (encoding is not None and not valid)
    return Sniffed(path, "text", packed, found, quoted, damaged)


def _guard_lines(where: str, ends: npt.NDArray[np.int64], held: int, size: int, lines: int) -> None:
    """Stop at the first line that is longer than LONGEST_LINE; only a piece of it was ever in memory."""
    starts = np.concatenate([[-1 - held], ends])
    lengths = np.diff(np.concatenate([starts, [size]])) - 1
    too_long = np.flatnonzero(lengths > LONGEST_LINE)
    if len(too_long):
        line = lines + int(too_long[0]) + 1
        raise _stop(
            where,
            "line_too_long",
            f"line {line} is longer than {LONGEST_LINE:,} bytes.",
            "No row of a loan book is that long: the line ends are missing, or this is not a table.",
            "Open the file at that line, and export it again with one row a line.",
        )


def _refuse_other_kinds(where: str, piece: bytes) -> None:
    if piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _stop(
            where,
            "unsupported_encoding",
            "the text is in UTF-16.",
            "UTF-8, UTF-8 with a byte-order mark and GB18030 are read.",
            "Save it as “CSV UTF-8”.",
        )
    unmarked = utf16_without_mark(piece[:4096])
    if unmarked is not None:
        raise _in_another(where, unmarked, read_as_gb=False)
    if piece.startswith((b"PK\x03\x04", b"PAR1", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")):
        raise _misnamed(where, piece[:8], "text")
    if b"\n" not in piece and b"\r" in piece:
        raise _stop(
            where,
            "old_line_ends",
            "its lines end with carriage returns alone.",
            "All of it would be read as one row.",
            "Save it again with line ends of Windows or Unix.",
        )


def _which(path: Path, packed: bool) -> str:
    """
    The encoding of a text that is not all UTF-8: GB18030, or another or a mixture, which stops the import.

    A line that is no UTF-8 must be GB18030. A line that is both and has a three-byte UTF-8 sequence is UTF-8: to be
    GB18030 by chance, every Chinese word in it would need very rare bytes. Lines with shorter sequences only
    could be either and are taken to be as the rest.
    """
    utf8_line = gb_line = neither = number = 0
    rest = b""
    words: set[bytes] = set()
    for piece in chain(pieces(path, packed), (b"\n",)):
        lines = (rest + piece).split(b"\n")
        rest = lines.pop()
        for line in lines:
            number += 1
            if not line.isascii():
                utf8_line, gb_line, neither = _seen(line, number, utf8_line, gb_line, neither)
        if len(words) < MOST_WORDS:
            words.update(islice(words_of(lines), MOST_WORDS))
    if utf8_line and (gb_line or neither):
        raise _mixed(path.name, utf8_line, gb_line, neither)
    likelier = likelier_encoding(words)
    if likelier is not None:
        raise _in_another(path.name, likelier, read_as_gb=not neither)
    if neither:
        raise _in_neither(path.name, neither)
    return "gb18030"


def _mixed(where: str, utf8_line: int, gb_line: int, neither: int) -> Unusable:
    if not gb_line:
        return _in_neither(where, neither)
    return _stop(
        where,
        "mixed_encodings",
        f"line {utf8_line} is in UTF-8 and line {gb_line} in GB18030.",
        "Read as either, names and words of the other come out wrong.",
        "Export it in one encoding (UTF-8 if possible); or name the encoding in the mapping, and the lines that "
        "are not in it go to quarantine.",
    )


def _in_another(where: str, likelier: str, *, read_as_gb: bool) -> Unusable:
    named = f'say encoding = "{likelier}" in the mapping'
    if read_as_gb:
        what = f"by its characters it is most likely in {likelier}; read as GB18030, it would be nonsense."
        fix = f'Save it as UTF-8; or {named}, or "gb18030" if that is what it is.'
    else:
        what = f"it is neither UTF-8 nor GB18030; by its characters it is most likely in {likelier}."
        fix = f"Save it as UTF-8; or {named}."
    if likelier not in OTHERS:
        fix = "Save it as UTF-8."
    return _stop(where, "unsupported_encoding", what, "Names and words would be spoken and printed wrongly.", fix)


def _in_neither(where: str, line: int) -> Unusable:
    return _stop(
        where,
        "unsupported_encoding",
        f"line {line} is neither UTF-8 nor GB18030.",
        "UTF-8, UTF-8 with a byte-order mark and GB18030 are read.",
        "Export it again as UTF-8; if only a few lines are damaged, name the encoding in the mapping, and "
        "they go to quarantine.",
    )


def _seen(line: bytes, number: int, utf8_line: int, gb_line: int, neither: int) -> tuple[int, int, int]:
    """The first line in UTF-8, in GB18030 and in neither, this one counted."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        try:
            line.decode("gb18030")
        except UnicodeDecodeError:
            return utf8_line, gb_line, neither or number
        return utf8_line, gb_line or number, neither
    if not utf8_line and any(letter >= "\u0800" for letter in text):
        utf8_line = number
    return utf8_line, gb_line, neither


DAMAGED_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    RuntimeError,
    ValueError,
    struct.error,
    OSError,
)
"""What Python raises where a zip is damaged, locked or of a later kind; see `is_damage`."""


def is_damage(fault: BaseException) -> bool:
    """A place before the beginning of a file is asked for by a damaged zip; other faults of a disk are the disk's."""
    return not isinstance(fault, OSError) or fault.errno in (None, errno.EINVAL)


def _workbook(path: Path) -> Sniffed:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except DAMAGED_ZIP as fault:
        if not is_damage(fault):
            raise
        raise _stop(
            path.name,
            "damaged_archive",
            "the workbook can't be opened: its zip structure is damaged.",
            "What could be read may not be all of it.",
            "Open it in a spreadsheet and save it again, or send it again.",
        ) from None
    if "xl/workbook.xml" not in names:
        raise _misnamed(path.name, b"PK\x03\x04", "an Excel workbook")
    return Sniffed(path, "xlsx")


def _expect(path: Path, kind: str, is_kind: bool, named: bool, start: bytes) -> Sniffed:
    if is_kind and named:
        return Sniffed(path, kind)
    if named:
        raise _misnamed(path.name, start, {"parquet": "Parquet", "xlsx": "an Excel workbook"}[kind])
    if kind == "parquet" or _is_workbook(path):
        raise _misnamed(path.name, start, "text", is_workbook=kind == "xlsx")
    raise _misnamed(path.name, start, "text")


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except DAMAGED_ZIP as fault:
        if not is_damage(fault):
            raise
        return False


def _misnamed(where: str, start: bytes, named: str, *, is_workbook: bool = False) -> Unusable:
    really, fix = "something else", "Find out what it is, and send a CSV, Parquet or XLSX file."
    if is_workbook:
        really, fix = "an Excel workbook", "Rename it to .xlsx, or save the sheet as CSV."
    elif start.startswith(b"PK\x03\x04"):
        really, fix = "a zip archive", "Unpack it and give the files inside."
    elif start.startswith(b"\x1f\x8b"):
        really, fix = "gzip data", "Rename it to .csv.gz, or unpack it."
    elif start.startswith(b"PAR1"):
        really, fix = "a Parquet file", "Rename it to .parquet."
    elif start.startswith(b"\xd0\xcf\x11\xe0"):
        really, fix = "an old Excel file (.xls)", "Save it as .xlsx or CSV."
    return _stop(
        where,
        "not_what_its_name_says",
        f"by its name it is {named}, by its content {really}.",
        "Read as what it is not, it would give rows of nonsense.",
        fix,
    )


def _empty(where: str) -> Unusable:
    return _stop(
        where,
        "empty_file",
        "the file is empty.",
        "An empty file may be an export that failed; it does not say that there are no loans.",
        "Export it again. If there is truly nothing to send, leave the file out, or send it with its header alone.",
    )


def _stop(where: str, code: str, what: str, why: str, fix: str) -> Unusable:
    return Unusable(Problem(code=code, where=where, what=what, why=why, fix=fix))
