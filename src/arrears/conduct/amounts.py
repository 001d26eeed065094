"""
Amounts of money in speech, in Chinese and English, as minor units (cents).

Reads: normalised text. Gives every mention in order with its place. Knows Arabic figures with thousands marks,
Chinese numerals with 万 and 千 and the spoken short forms (六千六, 两万三), English number words and the spoken
hundreds (seventy-three hundred), "k". A bare number is a mention only where it can be money.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from arrears.conduct import load
from arrears.conduct.table import Language

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "俩": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "幺": 1,
}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
MOST_DIGITS = 15
"""Of a sum of money: kernel/money.py takes no more."""
MOST_WORDS = 24
"""Characters of a spoken number: nine places, each with its unit, and to spare."""
_ZH_WORDS = r"[零〇一二两三四五六七八九十百千万]+"
_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?"
_ZH = load.wording("amounts", "zh")
_NOT_MONEY_AFTER = re.compile(
    r"^\s?(?:天|日|号|月|年|点|分钟|小时|个|期|次|条|遍|位|岁|楼|栋|室|号楼|周|星期|礼拜|人|张|部|套|层|折|%|个点|点钟|分期|组|通|秒|倍|点半|点前|台|"
    r"种|份|笔|家|手|口|句|字|成|样|级|起|度|辆|斤|平|米|公里|代|届|类|名|则|項|项|遍|趟|下|回|刀|下子|工作日|个工作日|来号|路|步|g|gb|m|寸)"
)
_NOT_MONEY_BEFORE = re.compile(
    r"(?:工号|编号|坐席|尾号|后四位|卡号|号码|电话|第|周|星期|礼拜|逾期|案号|单号|门牌|房号|m|代码|热线|拨打|拨|每|身份证|末四位|m\d|字第|民初|组|年|月|前)\s?$"
)
_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_EN_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_EN_SMALL = {
    **{word: number for number, word in enumerate(_ONES)},
    **{word: 10 * number for number, word in enumerate(_EN_TENS, start=2)},
    "fourty": 40,
}
_EN_WORD = "|".join(sorted(_EN_SMALL, key=len, reverse=True))
_EN = load.wording("amounts", "en")
_EN_NOT_MONEY_AFTER = load.wording("amounts", "en_not_money_after")
_EN_NOT_MONEY_BEFORE = load.wording("amounts", "en_not_money_before")
_MONEY_LIKE_BEFORE = re.compile(
    r"(?:pay|paid|owe|owed|owing|for|balance|the|is|about|send|take|clear|settle|on|of|and|off)\s$"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """`cents` minor units, said at `text[start:end]`. `sure` where a currency mark or unit stands beside it."""

    cents: int
    start: int
    end: int
    sure: bool


def amounts_in(text: str, language: Language) -> list[Amount]:
    """Every amount said, in order."""
    return _chinese(text) if language == "zh" else _english(text)


def chinese_number(words: str) -> int | None:
    """两万三 is 23000, 六千六百五 is 6650, 十五 is 15, 九百 is 900; None where the words are no number."""
    if not words or len(words) > MOST_WORDS or set(words) - set(_DIGITS) - set(_UNITS):
        return None
    if not set(words) & set(_UNITS):
        return int("".join(str(_DIGITS[word]) for word in words))
    total = section = digit = 0
    last_unit = 1
    zero = False
    for word in words:
        if word in _DIGITS:
            digit, zero = _DIGITS[word], zero or word in "零〇"
        elif word == "万":
            section += digit
            total, section, digit, last_unit, zero = (total + (section or 1)) * 10_000, 0, 0, 10_000, False
        else:
            section += (digit or 1) * _UNITS[word]
            digit, last_unit, zero = 0, _UNITS[word], False
    # The spoken short form: a last digit without its unit counts tenths of the unit before it.
    if digit and last_unit >= 100 and not zero:
        digit *= last_unit // 10
    return total + section + digit


_FORMAL = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬圆圓", "一二二三三四五六六七八九十百千万元元")
_MIXED = re.compile(r"(?<![\d.,])\d(?=[千百]|万[\d一二三四五六七八九])|(?<=[千百万])\d(?![\d.,])")


def _spelled(text: str) -> str:
    """Numerals of contracts (伍仟捌佰) and mixed ones (5千8百) as spoken ones, a character for a character."""
    return _MIXED.sub(lambda digit: "零一二三四五六七八九"[int(digit[0])], text.translate(_FORMAL))


def _chinese(text: str) -> list[Amount]:
    text = _spelled(text)
    found = []
    for match in _ZH.finditer(text):
        start, end = match.span()
        before, after = text[max(0, start - 6) : start], text[end : end + 4]
        unit = bool(match["unit"] or match["unit2"] or match["mark"])
        if match["figure"]:
            cents = _cents(match["figure"])
            if cents is None:
                continue
            scale = {"万": 10_000, "w": 10_000, "千": 1000, "k": 1000, "百": 100}.get(match["scale"] or "")
            if match["scale"] == " ":
                scale = None
            if scale:
                cents = cents * scale + _DIGITS.get(match["half"] or "", 0) * scale * 10
                unit = True
            elif match["half"]:
                continue
            shown = match["figure"]
            if not unit and (len(shown.replace(",", "").split(".")[0]) < 3 or shown.startswith("0")):
                continue
            if not unit and (len(shown) == 11 or re.search(r"[\d.:/\-]$", before) or re.match(r"[:/\-]\d", after)):
                continue
            if not unit and re.match(r"20[12]\d$", shown):
                continue
        else:
            number = chinese_number(match["words"])
            if number is None or match["words"].startswith("万") or text[max(0, start - 1) : start] in ("分", "息"):
                continue
            if match["frac"]:
                if len(match["frac"]) > MOST_DIGITS:
                    continue
                tenth = int("".join(str(_DIGITS[word]) for word in match["frac"][1:-1]))
                places = len(match["frac"]) - 2
                scale = 10_000 if match["fracscale"] == "万" else 1000
                cents = (number * 10**places + tenth) * scale * 100 // 10**places
                unit = True
            else:
                cents = number * 100
            if match["mao"]:
                cents += _DIGITS[match["mao"][0]] * 10
            if not unit and (number < 100 or not set(match["words"]) & set("百千万")):
                continue
        if _NOT_MONEY_BEFORE.search(before) and not unit:
            continue
        if _NOT_MONEY_AFTER.match(after) and not (unit and match["unit"] != "") and not match["mark"]:
            continue
        found.append(Amount(cents, start, end, unit))
    return found


def _cents(figure: str) -> int | None:
    """None where no sum of money has so many digits: a run of them is a number of something else."""
    whole, _, part = figure.replace(",", "").partition(".")
    if len(whole) > MOST_DIGITS:
        return None
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)


def _english(text: str) -> list[Amount]:
    found = []
    for match in _EN.finditer(text):
        start, end = match.span()
        before, after = text[max(0, start - 14) : start], text[end : end + 14]
        sure = bool(match["mark"] or match["unit"] or match["unit2"])
        if match["figure"]:
            cents = _cents(match["figure"])
            if cents is None:
                continue
            if match["k"]:
                cents, sure = cents * (100 if "hundred" in match["k"] else 1000), True
            small = len(match["figure"].split(".")[0].replace(",", "")) < 3 and "." not in match["figure"]
            if not sure and (small or re.fullmatch(r"(?:19|20)\d\d", match["figure"])):
                continue
            if not sure and re.fullmatch(r"\d{5,}", match["figure"]) and len(match["figure"]) > 7:
                continue
            if (
                not sure
                and "," not in match["figure"]
                and "." not in match["figure"]
                and _EN_NOT_MONEY_BEFORE.search(before)
            ):
                continue
        else:
            number = english_number(match["words"])
            if number is None or (number < 100 and not sure):
                continue
            cents = number * 100
        if not sure and _EN_NOT_MONEY_AFTER.match(after):
            continue
        found.append(Amount(cents, start, end, sure))
    return found


def english_number(words: str) -> int | None:
    """ "seventy-three hundred" is 7300, "nine ten" is 910, "sixty-four hundred and fifty" is 6450; None where none."""
    total = section = 0
    last: int | None = None
    for word in re.split(r"[\s-]+", words.strip()):
        if word in ("a", "an"):
            last = None
            section = section or 0
            continue
        if word == "and":
            continue
        if word == "hundred":
            section = (section or 1) * 100
            last = 100
        elif word in ("thousand", "grand"):
            total, section, last = (total + (section or 1)) * 1000, 0, 1000
        else:
            number = _EN_SMALL[word]
            # Spoken pairs: "nine ten" is nine hundred and ten, "eight fifty" eight hundred and fifty.
            if last is not None and 0 < last < 100 and not (last >= 20 and last % 10 == 0 and number < 10):
                section = section * 100
            section += number
            last = number
    found = total + section
    return found or None
