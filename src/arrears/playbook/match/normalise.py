"""
One spelling for what was said: width, script, dialect words, recognition slips, fillers.

Reads:  a text as it was typed or recognised, and its language
Gives:  lower-case text in simplified characters (zh) or with contractions written out (en), clauses kept apart by ","
        and sentences by "."
Never:  drops a word that carries meaning. The replacements are data (`lexicon/<language>.toml`), longest first.
"""

from __future__ import annotations

import re
import unicodedata

from opencc import OpenCC

from arrears.playbook.match.load import Lexicon

_SIMPLIFIED = OpenCC("t2s")
_CLAUSE_END = re.compile(r"[,、:：()\[\]【】《》<>\"“”~—–|]+|\s-+\s|-{2,}|/")
_SENTENCE_END = re.compile(r"[.!?;。！？；…\n\r]+")
_MARKS = re.compile(r"\s*([,.])[\s,.]*")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff0])\s+(?=[\u3400-\u9fff0])")
_QUESTION = re.compile(r"[?？]")


def normalised(text: str, lexicon: Lexicon) -> str:
    """`text` in one spelling; numbers become "0", a question mark becomes the word `qmark` before its end."""
    folded = unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("‘", "'")
    if lexicon.language == "zh":
        folded = _SIMPLIFIED.convert(folded)
        folded = _BETWEEN_HAN.sub(",", folded)
    for pattern, written in lexicon.first:
        folded = pattern.sub(written, folded)
    folded = _QUESTION.sub(" qmark.", folded)
    folded = _NUMBER.sub("0", folded)
    folded = _SENTENCE_END.sub(".", _CLAUSE_END.sub(",", folded))
    for pattern, written in lexicon.rewrites:
        folded = pattern.sub(written, folded)
    folded = _MARKS.sub(r"\1", re.sub(r"\s+", " ", folded))
    return folded.strip(" ,.")
