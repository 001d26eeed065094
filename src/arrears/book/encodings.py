"""
Which encoding a text is most likely in that is no UTF-8 and may decode as GB18030, as almost any bytes do.

Comes in: the cells of a file as bytes. Goes out: the name of a likelier encoding, or None where GB18030 it is. Each
encoding is asked how probable these bytes are in it, character by character: what is usual there (the first level of
its national standard, syllables, kana, letters by frequency) is probable, what is rare is not, and private use or what
is not assigned hardly happens. GB18030 begins ahead of the rest, since that is what lenders send.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import pairwise
from math import log

CODECS = {
    "big5": "cp950",
    "big5-hkscs": "big5hkscs",
    "shift_jis": "cp932",
    "euc_jp": "euc_jp",
    "euc_kr": "cp949",
    "windows-1251": "cp1251",
    "koi8-r": "koi8_r",
    "windows-1252": "cp1252",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
}
"""How each encoding beside UTF-8 and GB18030 is named to people, and the codec that reads it."""
OTHERS = tuple(name for name in CODECS if not name.startswith("utf-16"))
"""Those that a mapping may name: in UTF-16 a line end is no single byte, so it is named and refused."""

AHEAD = 8.0
"""By how much (in natural logarithms) another encoding must be the more probable one."""
MOST_WORDS = 20_000
UNREADABLE = -12.0
"""A byte of a word that is not in the encoding at all: a few damaged words leave the rest to decide."""

_WORD = re.compile(rb"[^\x00-\x1f,;|\"]*[\x80-\xff][^\x00-\x1f,;|\"]*")
_MARKS = set("·．。，、；：？！（）《》〈〉“”‘’—…－～％％＃＆＠「」『』【】　°×")

# Surnames, given names, and what loan books head and fill their columns with.
_CHINESE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
    "姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "伟芳娜敏静秀丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉红文建国海燕梅春志晓辉婷宇鹏飞波浩然欣怡雪琳佳慧"
    "子梓涵轩博俊凤成新云荣民德小东生永中天光安庆学立忠祥林珍玲莉萍云琴素云凯健鑫旭冬阳峰帅楠倩雯"
    "姓名客户身份证号码手机电话地址省市区县镇乡村路街道号楼室单元借款合同编日期金额本余息费率逾天数状态正常结清"
    "逾欠还应已未总期放贷到账银行卡类型产品消费信用车房抵押担保人共同配偶父母亲朋友联系方式性别男女年龄单位工作"
    "公司有限责任备注是否无内外已停催收投诉时间结果接通承诺还款广州京上海深圳南北西川湖浙江苏东山河四重福建辽"
)
_KOREAN = (
    "김이박최정강조윤장임한오서신권황안송전홍고문손양배백허남심노하곽성차주우구민진지나엄원채천방공현함변염여추"
    "도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용예경봉사부가에의는을를로과와대출액번호객상품체일"
    "자잔환만계좌행료미납총합월년수아영준혜희철숙순미동재승태유린빈윤시훈호건규형관병종광복춘말분덕"
)
_JAPANESE = (
    "佐藤鈴木高橋田中伊渡辺山本村小林加吉口松井上清斎崎森池橋阿部石川前後岡長谷藤近坂遠青福西太三岩野原和竹"
    "金子千葉大島平今河武杉菅宮新内丸増久保安一郎二三子美恵裕翔真由香直樹健健太太郎花陽智之明幸修司氏名顧客"
    "番号金額貸付残高延滞日数契約電話東京都道府県市区町村銀行支店口座利息返済期限状態"
)
_CYRILLIC = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
        (110, 85, 80, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20, 19, 17, 17, 16, 16, 14, 12, 10, 9, 7, 6, 5, 4,
         3, 3, 1, 1),
        strict=True,
    )
)  # fmt: skip
"""Per thousand letters of Russian."""
_USUAL_ACCENTS = set("äöüßéèêáíóñç")
_ACCENTED = set("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýÿŠšŽžŒœŸ")

Probability = Callable[[str], float]


def words_of(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The cells of some lines that are not all ASCII, whatever the delimiter."""
    for line in lines:
        yield from (word.strip() for word in _WORD.findall(line))


def likelier_encoding(words: Iterable[bytes]) -> str | None:
    """The encoding that these words are in, if they are most likely not in GB18030."""
    different = sorted({word for word in words if word})[:MOST_WORDS]
    if not different:
        return None
    taken = max(_sum(different, "gb18030", usual) for usual in (_simplified, _traditional))
    best, reached = None, taken + AHEAD
    for name, usual in _USUAL.items():
        found = _sum(different, CODECS[name], usual)
        if found > reached:
            best, reached = name, found
    return best


def utf16_without_mark(start: bytes) -> str | None:
    """UTF-16 without its byte-order mark: its commas, digits and line ends are pairs of a plain byte and a zero."""
    pairs = [start[at : at + 2] for at in range(0, len(start) - 1, 2)]
    little = sum(pair[1] == 0 and 9 <= pair[0] < 0x80 for pair in pairs)
    big = sum(pair[0] == 0 and 9 <= pair[1] < 0x80 for pair in pairs)
    if max(little, big) < 4 or max(little, big) < len(pairs) // 25:
        return None
    return "utf-16-le" if little >= 2 * big else "utf-16-be" if big >= 2 * little else None


def _sum(words: list[bytes], codec: str, usual: Probability) -> float:
    return sum(_word(word, codec, usual) for word in words)


def _word(word: bytes, codec: str, usual: Probability) -> float:
    try:
        text = word.decode(codec)
    except UnicodeDecodeError:
        return UNREADABLE * len(word)
    return sum(_ASCII if letter < "\x80" else usual(letter) for letter in text) + _shape(text)


_ASCII = log(1 / 50)
_MARK = log(0.02 / 40)
_NEVER = log(1e-10)


def _shape(text: str) -> float:
    """What follows what: one script a word, accents seldom side by side, a capital where a word begins."""
    return sum(log(0.02) for one, two in pairwise(text) if _clash(one, two))


def _clash(one: str, two: str) -> bool:
    if one.islower() and two.isupper():
        return True
    if one.isascii() and two.isascii():
        return False
    if one in _ACCENTED or two in _ACCENTED:
        return one in _ACCENTED and two in _ACCENTED
    latin = one if one.isascii() else two if two.isascii() else ""
    return latin.isalpha() and latin.islower() and (one + two).isalpha()


def _level(letter: str, codec: str) -> int:
    """The row of a national standard of 94 by 94 that a character stands in, or 0; by its first byte."""
    try:
        return letter.encode(codec)[0]
    except UnicodeEncodeError:
        return 0


def _han(letter: str) -> bool:
    return "\u3400" <= letter <= "\u9fff" or letter >= "\U00020000" or "\uf900" <= letter <= "\ufaff"


@cache
def _simplified(letter: str) -> float:
    if letter in _MARKS:
        return _MARK
    if not _han(letter):
        return _foreign(letter)
    first = _level(letter, "gb2312")
    if letter in _COMMON["gb18030"]:
        return log(0.7 / len(_COMMON["gb18030"]))
    return log(0.2 / 3400 if 0xB0 <= first <= 0xD7 else 0.06 / 3008 if first else 0.004 / 21000)


@cache
def _traditional(letter: str) -> float:
    """Traditional characters, in whichever encoding."""
    if letter in _MARKS:
        return _MARK
    if not _han(letter):
        return _foreign(letter)
    first = _level(letter, "big5")
    return log(0.93 / 5401 if 0xA4 <= first <= 0xC6 else 0.04 / 7652 if first else 0.004 / 5000)


@cache
def _japanese(letter: str) -> float:
    if letter in _MARKS:
        return _MARK
    if "\u3041" <= letter <= "\u30fe":
        return log(0.35 / 170)
    if "\uff61" <= letter <= "\uff9f":
        return log(0.1 / 63)
    if not _han(letter):
        return _foreign(letter)
    if letter in _COMMON["japanese"]:
        return log(0.35 / len(_COMMON["japanese"]))
    first = _level(letter, "euc_jp")
    return log(0.15 / 2800 if 0xB0 <= first <= 0xCF else 0.02 / 3400 if first else 0.001 / 6000)


@cache
def _korean(letter: str) -> float:
    if letter in _MARKS:
        return _MARK
    if "\uac00" <= letter <= "\ud7a3":
        if letter in _COMMON["korean"]:
            return log(0.9 / len(_COMMON["korean"]))
        return log(0.06 / 2350 if _level(letter, "euc_kr") else 2e-5 / 8822)
    return log(0.02 / 4888) if _han(letter) else _foreign(letter)


@cache
def _cyrillic(letter: str) -> float:
    small = letter.lower()
    if small in _CYRILLIC:
        return log(_CYRILLIC[small] / 1000 * (0.85 if letter == small else 0.1))
    return _MARK if letter in "№«»—–" else _foreign(letter)


@cache
def _latin(letter: str) -> float:
    if letter in _ACCENTED:
        return log(0.25 / 12 if letter in _USUAL_ACCENTS else 0.04 / 55)
    return _MARK if letter in "°€£§«»–’ºª" else _foreign(letter)


def _foreign(letter: str) -> float:
    """A character of another script, or of none."""
    return log(1e-7) if letter.isprintable() else _NEVER


_USUAL: dict[str, Probability] = {
    "big5": _traditional,
    "big5-hkscs": _traditional,
    "shift_jis": _japanese,
    "euc_jp": _japanese,
    "euc_kr": _korean,
    "windows-1251": _cyrillic,
    "koi8-r": _cyrillic,
    "windows-1252": _latin,
}
_COMMON = {"gb18030": frozenset(_CHINESE), "korean": frozenset(_KOREAN), "japanese": frozenset(_JAPANESE)}
