"""
One phone number.

Taken      seven to fifteen digits, with a plus, spaces, points, hyphens and parentheses as people write them, and an
           extension named as one ("转 8001", "ext. 12").
Refused    two numbers in a cell, words (无), a stump, one digit over and over, and any remark. A remark may say whose
           number it is: one that is the father's would be a call to a third party under the borrower's name.
"""

from __future__ import annotations

import re

from arrears.kernel.reading.text import cleaned_id, narrow
from arrears.kernel.reading.unreadable import Unreadable

FEWEST, MOST = 7, 15
_NUMBER = re.compile(
    r"(?P<main>\+?[0-9 ().-]+?)(?: ?(?:转|轉|分机|分機|[eE][xX][tT]\.?|[xX]|#) ?(?P<extension>[0-9]{1,6}))?"
)
_OTHERS = re.compile(
    r"父|母|爸|妈|媽|妻|夫|老公|老婆|太太|配偶|爱人|愛人|对象|男友|女友|儿|兒|女|子|兄|弟|姐|姊|妹|哥|叔|伯|舅|姨|姑|爷|爺|奶|"
    r"公公|婆婆|岳|嫂|媳|婿|亲|親|家属|家屬|家人|联系人|聯繫人|朋友|同学|同學|同事|领导|领导|老板|单位|單位|公司|邻居|鄰居|"
    r"担保|擔保|村|代接|他人|"
    r"\b(?:father|dad|mother|mum|mom|wife|husband|spouse|partner|son|daughter|brother|sister|parents?|uncle|aunt|"
    r"cousin|friend|colleague|boss|work|office|employer|neighbou?r|relative|family|guarantor|contact|roommate|"
    r"girlfriend|boyfriend|grand[a-z]+|in-law)\b",
    re.IGNORECASE,
)


def read_phone(text: str) -> str:
    """The number as it is written, in narrow digits. Not yet the key by which numbers are compared."""
    plain = narrow(cleaned_id(text))
    match = _NUMBER.fullmatch(plain)
    if match is None:
        if _OTHERS.search(plain):
            raise Unreadable("names_somebody_else", "the remark says that the number is another person's")
        raise Unreadable("not_one_phone", "it is not one phone number and nothing else")
    digits = re.sub("[^0-9]", "", match["main"])
    several = len(re.findall("[0-9]{7,}", match["main"])) > 1
    balanced = re.sub(r"[^()]", "", match["main"]) in ("", "()", "()()")
    if not FEWEST <= len(digits) <= MOST or len(set(digits)) == 1 or several or not balanced:
        raise Unreadable("not_one_phone", "it has too few or too many digits to be one phone number")
    return plain
