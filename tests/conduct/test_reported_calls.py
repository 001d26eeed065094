"""
Sentences and calls that other programs missed or flagged wrongly, and what may and may not be said after a disclosure.

`cases/bugs/`: made from public bug reports and transcripts of other projects; each folder's source.md says which.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from arrears.conduct.amounts import amounts_in
from arrears.conduct.read_conversation import conversation_of
from arrears.conduct.review import review, review_message
from arrears.conduct.table import Language

BUGS = Path(__file__).parent / "cases" / "bugs"


def _cases() -> list[Any]:
    found = []
    for folder in sorted(BUGS.iterdir()):
        expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
        for line in (folder / "input.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found.append(pytest.param(row, expected, id=f"{folder.name[:2]}-{row['id']}"))
    return found


@pytest.mark.parametrize(("row", "expected"), _cases())
def test_what_others_missed_is_found_and_what_they_flagged_wrongly_is_not(
    row: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Evasive spelling, threats of legal process; apologies, warnings of fraud, and long lawful calls."""
    codes = [finding.code.value for finding in review(conversation_of(row)).findings]
    if "must" in expected:
        assert set(expected["must"].get(row["id"], ())) <= set(codes)
        assert not set(expected["never"].get(row["id"], ())) & set(codes)
    else:
        assert codes == expected[row["id"]]


DISCLOSED = {
    "illness": ("I've got cancer, I'm in hospital for chemo.", "我得了癌症,现在住院化疗。"),
    "stop": ("Stop calling me, letters only.", "别再给我打电话,只写信。"),
    "complaint": ("I want to make a complaint about your colleague.", "我要投诉你们同事。"),
    "dispute": ("I dispute this, it isn't mine.", "这笔不是我借的,我有异议。"),
}
RIGHTLY = {
    "illness": (
        "I'm so sorry. I've put the account on hold, please look after yourself.",
        "听到这个我很难过,账户我先暂停,您保重。",
    ),
    "stop": (
        "That's noted, nobody will call you again. Which address should the letters go to?",
        "记下了,以后不再打电话,信寄哪个地址?",
    ),
    "complaint": (
        "I'm sorry. I've logged the complaint and you'll hear in writing within five days.",
        "对不起,投诉我登记了,五天内书面答复您。",
    ),
    "dispute": ("Thank you, I've registered the dispute and collection is paused.", "好的,异议已经登记,催收先暂停。"),
}
WRONGLY = {
    "illness": (
        "Being ill is no excuse, pay me today or your kids will see what you are.",
        "生病不是理由,今天必须还,不然孩子都抬不起头。",
    ),
    "stop": ("I'll keep calling every hour until you pay.", "我天天给你打,打到你还为止。"),
    "complaint": ("Your complaint makes no difference, nobody reads those.", "投诉也没用,没人看那个。"),
    "dispute": ("Your dispute makes no difference, we don't care about that, you pay.", "异议也没用,不登记,先还钱。"),
}
CODES = {
    "illness": "exploits_vulnerability",
    "stop": "harassment",
    "complaint": "ignores_rights",
    "dispute": "ignores_rights",
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("state", sorted(DISCLOSED))
def test_a_disclosure_colours_no_turn_but_the_one_that_offends(language: Language, state: str) -> None:
    """
    Ten lawful turns after it are clean; one that presses on is found, wherever it stands. States are kept for the call:
    the offending turn comes last.
    """
    at = 0 if language == "en" else 1
    turns = [{"speaker": "borrower", "text": DISCLOSED[state][at]}]
    for _ in range(5):
        turns += [
            {"speaker": "agent", "text": RIGHTLY[state][at]},
            {"speaker": "borrower", "text": ("OK.", "好。")[at]},
        ]
    call = {"id": "c", "channel": "call", "language": language, "audience": "borrower", "facts": {}}
    assert review(conversation_of({**call, "turns": turns})).findings == ()
    pressed = [*turns, {"speaker": "agent", "text": WRONGLY[state][at]}]
    found = review(conversation_of({**call, "turns": pressed})).findings
    assert {finding.turn for finding in found} == {len(turns)}
    assert CODES[state] in {finding.code.value for finding in found}


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("We will tell your boss and your mother about this debt.", "en", "third_party_pressure"),
        ("Everyone at your workplace will know that you don't pay your bills.", "en", "third_party_pressure"),
        ("今天不还就给你通讯录里的人挨个打电话。", "zh", "third_party_pressure"),
        ("再不还就通知你们村委会。", "zh", "third_party_pressure"),
        ("你把花呗套现还款。", "zh", "inducing_debt"),
        ("像你这样的要判三年。", "zh", "threat_unlawful"),
        ("你这个老赖,不要脸。", "zh", "abuse"),
        ("Pay up, you lazy bastard.", "en", "abuse"),
        ("Give me the card number, you piece of shit.", "en", "abuse"),
    ],
)
def test_plain_offences_are_found_wherever_they_stand(text: str, language: Language, code: str) -> None:
    """One sentence is enough."""
    assert code in {finding.code.value for finding in review_message(text, language)}


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("伍仟捌佰元", 580_000),
        ("5千8百", 580_000),
        ("壹万贰仟叁佰肆拾伍元整", 1_234_500),
        ("3万5", 3_500_000),
        ("两万三", 2_300_000),
    ],
)
def test_an_amount_is_read_in_every_numeral(written: str, cents: int) -> None:
    """Contracts write formal numerals, chats mix figures and characters."""
    assert [amount.cents for amount in amounts_in(f"您还欠{written}没还", "zh")] == [cents]
