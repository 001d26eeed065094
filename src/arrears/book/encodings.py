"""
Which encoding a text is most likely in that is no UTF-8 and decodes as GB18030, as almost any bytes do.

Comes in: pieces of text as bytes, the words of a file. Goes out: the name of a likelier encoding, or None where GB18030
it is. The sign is how common the characters are: Chinese text keeps to the 6,763 of GB 2312 but for a rare name, and
Big5, Shift-JIS or EUC-KR read as GB18030 are rare characters, private use and kana, or nothing but Chinese characters
whose bytes are common Korean syllables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

OTHERS = ("big5", "shift_jis", "euc_jp", "euc_kr", "windows-1252")
CODECS = {"big5": "cp950", "shift_jis": "cp932", "euc_jp": "euc_jp", "euc_kr": "cp949", "windows-1252": "cp1252"}
"""How a mapping names an encoding beside UTF-8 and GB18030, and the codec that reads it."""

_WORD = re.compile(rb"[^\x00-\x1f,;|\"]*[\x80-\xff][^\x00-\x1f,;|\"]*")
_SYLLABLES = set(
    "김이박최정강조윤장임한오서신권황안송전홍고문손양배백허남심노하곽성차주우구민진지나엄원채천방공"
    "가의는은을를에도로과와기사대출금액번호고객상품명연체일자잔상환만계좌은행자료미납총합원월년수아영현준서민지"
)
ENOUGH = 8
"""Different characters from which on a file's own share of common ones says something."""


def words_of(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The cells of some lines that are not all ASCII, whatever the delimiter."""
    for line in lines:
        yield from (word.strip() for word in _WORD.findall(line))


@dataclass(frozen=True, slots=True)
class _As:
    """A text read in one encoding: its characters beyond ASCII, and how many of them are usual."""

    letters: int
    usual: int
    odd: int = 0
    """Private use, not assigned, or of another script than the text."""

    @property
    def share(self) -> float:
        return self.usual / self.letters if self.letters else 0.0


def likelier_encoding(words: Iterable[bytes]) -> str | None:
    """The encoding that these words are in, if they are most likely not in GB18030."""
    different = sorted(set(words))
    if not different:
        return None
    if all(_is_latin(word) for word in different):
        return "windows-1252"
    chinese = _as_gb(different)
    if _is_korean(different):
        return "euc_kr"
    if all(_decoded(word, "gb18030") for word in different):
        if chinese.odd == 0 and (chinese.letters < ENOUGH or chinese.share >= 0.6):
            return None
        if chinese.odd and chinese.share >= 0.9:
            return None
    shares = {"big5": _as_big5(different), "shift_jis": _as_shift_jis(different), "euc_jp": _as_euc_jp(different)}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= 0.8 and shares[best] > chinese.share else None


def _pairs(word: bytes) -> Iterator[bytes]:
    """The characters of a word in any encoding of one or two bytes a character, ASCII left out."""
    at = 0
    while at < len(word):
        if word[at] < 0x80:
            at += 1
        else:
            yield word[at : at + 2]
            at += 2


def _as_gb(words: list[bytes]) -> _As:
    letters = usual = odd = 0
    for letter in {letter for word in words for letter in _decoded(word, "gb18030") if letter > "\x7f"}:
        letters += 1
        point = ord(letter)
        if (
            0xE000 <= point <= 0xF8FF
            or 0x3040 <= point <= 0x312F
            or 0x370 <= point <= 0x4FF
            or 0x2500 <= point <= 0x257F
        ):
            odd += 1
        elif _encodes(letter, "gb2312"):
            usual += 1
    return _As(letters, usual, odd)


def _encodes(letter: str, codec: str) -> bool:
    try:
        letter.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _decoded(word: bytes, codec: str) -> str:
    try:
        return word.decode(codec)
    except UnicodeDecodeError:
        return ""


def _share(words: list[bytes], codec: str, usual: range, also: Iterable[range] = ()) -> float:
    """The share of usual characters by their first byte; 0 where a word is not in this encoding at all."""
    firsts: list[int] = []
    for word in words:
        if not _decoded(word, codec):
            return 0.0
        firsts += [pair[0] for pair in _pairs(word)]
    return sum(first in usual or any(first in other for other in also) for first in firsts) / max(len(firsts), 1)


def _as_big5(words: list[bytes]) -> float:
    return _share(words, "cp950", range(0xA4, 0xC7), [range(0xA1, 0xA3)])


def _as_shift_jis(words: list[bytes]) -> float:
    # Kana, the first level of kanji, full-width marks.
    return _share(words, "cp932", range(0x88, 0x99), [range(0x81, 0x84)])


def _as_euc_jp(words: list[bytes]) -> float:
    kana = sum(pair[0] in (0xA4, 0xA5) for word in words for pair in _pairs(word))
    whole = sum(1 for word in words for _ in _pairs(word))
    return _share(words, "euc_jp", range(0xB0, 0xD0), [range(0xA1, 0xA6)]) if kana > 0.2 * whole else 0.0


def _is_korean(words: list[bytes]) -> bool:
    letters = {letter for word in words for letter in _decoded(word, "cp949") if letter > "\x7f"}
    syllables = {letter for letter in letters if "\uac00" <= letter <= "\ud7a3"}
    if any(not _decoded(word, "cp949") for word in words) or len(letters) < 4:
        return False
    return len(syllables) >= 0.9 * len(letters) and len(syllables & _SYLLABLES) >= max(2, 0.3 * len(syllables))


def _is_latin(word: bytes) -> bool:
    """A word of Latin letters in which every one beyond ASCII stands alone, as in "Müller"."""
    text = _decoded(word, "cp1252")
    alone = re.search(rb"[\x80-\xff]{2}", word) is None
    return bool(text) and alone and bool(re.fullmatch(r"[A-Za-zÀ-ÖØ-öø-ÿŠšŽžŒœŸ' .-]{3,}", text))
