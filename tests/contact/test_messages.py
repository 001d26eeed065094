"""Messages: each template says what law wants of it and nothing it may not, before it is filled and after."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from arrears.cli.messages import app
from arrears.contact.messages.check import outside_problems, problems_of, required_of, says
from arrears.contact.messages.fill import fill
from arrears.contact.messages.load import TEMPLATES, read_templates, vocabulary
from arrears.contact.messages.segments import segments
from arrears.contact.messages.table import SLOT, MessageRefused, Template, Wording
from arrears.kernel.money import Money
from arrears.law.audit.judge import answer
from arrears.law.load import load_law

DAY = date(2026, 11, 24)
LAWS = {pack: load_law([pack], DAY) for pack in ("cn", "us")}
SHIPPED = {template.id: template for template in read_templates()}
WORDINGS = [
    pytest.param(template, wording, id=f"{template.id}.{wording.channel}.{wording.language}")
    for template in SHIPPED.values()
    for wording in template.wordings
]
SAMPLE: dict[str, Any] = {
    "text": "例行 Lixing",
    "money": Money(120_050),
    "date": date(2026, 11, 20),
    "phone": "199-0000-0001",
    "url": "https://lender.invalid/help",
    "count": 12,
    "lines": "1 Nowhere Road\nSpringfield",
}


def values(template: Template, **other: Any) -> dict[str, Any]:
    """A value for every slot, of its kind."""
    return {name: SAMPLE[slot.kind] for name, slot in template.slots.items()} | other


def without(template: Template, wording: Wording, text: str) -> Template:
    """The template with this text in place of one of its wordings."""
    changed = Wording(wording.channel, wording.language, text)
    wordings = tuple(changed if each == wording else each for each in template.wordings)
    fields = {name: getattr(template, name) for name in Template.__dataclass_fields__}
    return Template(**{**fields, "wordings": wordings})


@pytest.mark.parametrize(("template", "wording"), WORDINGS)
def test_every_shipped_text_holds_and_can_be_filled(template: Template, wording: Wording) -> None:
    """In both languages; filled, nothing is left to fill and every value is in it."""
    for pack in template.packs:
        assert problems_of(template, LAWS[pack], DAY) == []
        done = fill(template, wording.channel, wording.language, values(template), law=LAWS[pack], day=DAY)
        assert SLOT.search(done.text) is None
        assert "199-0000-0001" in done.text
        assert (done.segments > 0) is (wording.channel == "sms")
        assert done.law_id == LAWS[pack].law_id


@pytest.mark.parametrize(("template", "wording"), WORDINGS)
def test_a_text_that_loses_what_it_must_say_is_refused(template: Template, wording: Wording) -> None:
    """Whatever is required, a text without a word of it is refused with the element and the clause."""
    pack = template.packs[0]
    required = required_of(template, wording.channel, LAWS[pack], DAY)
    faults = [each.what for each in problems_of(without(template, wording, "."), LAWS[pack], DAY)]
    for each in required:
        about = vocabulary().elements[each.element].about_en
        assert any(f"it does not say {about} /" in fault for fault in faults), (each, faults)
    if wording.channel == "voicemail":
        assert any("it lacks business_name" in fault for fault in faults)


@pytest.mark.parametrize(
    ("template_id", "channel", "provision"),
    [
        ("first_notice", "sms", "cn.cba_2026.institution_stated"),
        ("first_notice", "sms", "cn.sms_2026.sms_sender"),
        ("first_notice", "letter", "cn.card_2011.letter_contents"),
        ("first_notice_by_agency", "sms", "cn.cba_2026.commissioned_by"),
        ("first_notice_by_agency", "letter", "cn.cba_2026.commissioned_by"),
        ("us_first_text", "sms", "us.reg_f.initial_disclosure"),
        ("us_first_text", "sms", "us.reg_f.opt_out_notice"),
        ("us_later_letter", "letter", "us.reg_f.later_disclosure"),
        ("us_validation_notice", "letter", "us.reg_f.validation_information"),
        ("us_validation_notice", "letter", "us.reg_f.validation_protections"),
        ("us_validation_notice", "letter", "us.reg_f.validation_response"),
    ],
)
def test_required_content_comes_from_the_provisions(template_id: str, channel: str, provision: str) -> None:
    """And of the law of the day: before a provision began, nothing is required by it."""
    template = SHIPPED[template_id]
    law = LAWS[template.packs[0]]
    by = {each.provision.id for each in required_of(template, channel, law, DAY) if each.provision}
    assert provision in by
    began = law.get(provision).in_force_from
    first = max(pack.first_day for pack in law.packs)
    if began > first:
        early = {each.provision.id for each in required_of(template, channel, law, first) if each.provision}
        assert provision not in early


def test_a_later_text_need_not_name_itself_as_a_first_one_must() -> None:
    """The guide's rule is of the first contact; the house asks for the name in every text all the same."""
    first, later = SHIPPED["first_notice"], SHIPPED["follow_up"]
    law = LAWS["cn"]
    of = {each.element: each.provision for each in required_of(first, "sms", law, DAY)}
    assert of["institution_name"] is not None
    of = {each.element: each.provision for each in required_of(later, "sms", law, DAY)}
    assert of["institution_name"] is None


@pytest.mark.parametrize(
    ("language", "words", "kind"),
    [
        ("zh", "否则后果自负。", "threats"),
        ("zh", "将通知您的家人。", "spreading private facts"),
        ("zh", "拒不还款将承担刑事责任。", "threatening crime"),
        ("zh", "法院已立案。", "posing as a state"),
        ("zh", "还清后可消除征信记录。", "erase a credit record"),
        ("zh", "可向亲友借款还清。", "new loans"),
        ("en", "Pay today or else.", "threats"),
        ("en", "We will inform your employer.", "spreading private facts"),
        ("en", "You may face arrest.", "threatening crime"),
        ("en", "The sheriff is on the way.", "posing as a state"),
        ("en", "We can erase your credit record.", "erase a credit record"),
        ("en", "You could take another loan.", "new loans"),
    ],
)
def test_words_that_press_are_refused_in_the_template_and_in_a_value(language: str, words: str, kind: str) -> None:
    """With the words, the class and who forbids it; the same text without them is fine."""
    template = SHIPPED["hardship_offer"]
    wording = template.wording("letter", language)
    assert wording is not None
    bad = without(template, wording, f"{wording.text}\n{words}")
    faults = [each for each in problems_of(bad, LAWS["cn"], DAY) if each.code == "forbidden_words"]
    assert any(kind in each.what for each in faults), faults
    reply = SHIPPED["us_validation_notice"]
    with pytest.raises(MessageRefused) as refused:
        fill(reply, "letter", language, values(reply, address=words), law=LAWS["us"], day=DAY)
    assert any(each.code == "forbidden_words" for each in refused.value.problems)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("overdue", None, "slot_unfilled"),
        ("overdue", 1200.5, "wrong_value"),
        ("overdue", "1200", "wrong_value"),
        ("due_on", "tomorrow", "wrong_value"),
        ("phone", "call me", "wrong_value"),
        ("name", "", "slot_unfilled"),
        ("name", "a" * 11, "value_too_long"),
        ("name", "甲\n乙", "unsafe_value"),
        ("name", "甲\u202e乙", "unsafe_value"),
        ("name", "{phone}", "unsafe_value"),
        ("name", "www.x.cn", "link_in_text"),
        ("nickname", "甲", "slot_unknown"),
    ],
)
def test_a_value_that_does_not_fit_its_slot_is_refused(name: str, value: Any, code: str) -> None:
    """Each with its slot; nothing is cut to fit, and what is missing is never blank."""
    template = SHIPPED["first_notice"]
    given_values = values(template, **{name: value})
    if value is None:
        del given_values[name]
    with pytest.raises(MessageRefused) as refused:
        fill(template, "sms", "zh", given_values, law=LAWS["cn"], day=DAY)
    assert code in {each.code for each in refused.value.problems}


def test_every_fault_is_named_and_not_the_first() -> None:
    """Somebody who corrects one should not find the next only then."""
    template = SHIPPED["first_notice"]
    with pytest.raises(MessageRefused) as refused:
        fill(template, "sms", "zh", {"phone": "x", "name": "甲" * 30}, law=LAWS["cn"], day=DAY)
    assert {"slot_unfilled", "wrong_value", "value_too_long"} <= {each.code for each in refused.value.problems}


def test_a_review_that_finds_something_refuses_the_message() -> None:
    """The conduct reader stands above this stage and is handed in; what it says is in the refusal."""
    template, law = SHIPPED["follow_up"], LAWS["cn"]
    seen: list[tuple[str, str]] = []

    def review(text: str, language: str) -> list[str]:
        seen.append((text, language))
        return ["threat: “…”"]

    with pytest.raises(MessageRefused, match="threat"):
        fill(template, "sms", "en", values(template), law=law, day=DAY, review=review)
    done = fill(template, "sms", "en", values(template), law=law, day=DAY, review=lambda text, language: [])
    assert seen == [(done.text, "en")]


@pytest.mark.parametrize(("template", "wording"), WORDINGS)
def test_the_conduct_reader_has_nothing_against_a_shipped_text(template: Template, wording: Wording) -> None:
    """What we write would pass the review that what collectors write must pass."""
    from arrears.conduct.review import review_message

    done = fill(template, wording.channel, wording.language, values(template), law=LAWS[template.packs[0]], day=DAY)
    found = review_message(done.text, "zh" if wording.language == "zh" else "en", channel=wording.channel)
    assert [(finding.code, finding.quote) for finding in found] == []


# The outside.


@pytest.mark.parametrize(
    ("lines", "language", "holds"),
    [
        ("例行银行\n拟先生 收\n某省某市某路1号", "zh", True),
        ("例行银行 催收部", "zh", False),
        ("逾期通知", "zh", False),
        ("ABC Inc., 1 Nowhere Road", "en", True),
        ("ABC Debt Collectors", "en", False),
        ("URGENT", "en", False),
    ],
)
def test_an_envelope_shows_names_and_addresses_and_no_debt(lines: str, language: str, holds: bool) -> None:
    """12 CFR 1006.22(f)(2), and the house everywhere."""
    assert (outside_problems(lines, language) == []) is holds
    template = SHIPPED["first_notice"]
    if not holds:
        with pytest.raises(MessageRefused, match="envelope tells of a debt"):
            fill(template, "letter", language, values(template), law=LAWS["cn"], day=DAY, outside=lines)


def test_nothing_is_sent_as_a_postcard() -> None:
    """Whoever carries it reads it."""
    template = SHIPPED["first_notice"]
    with pytest.raises(MessageRefused, match="postcard"):
        fill(template, "letter", "zh", values(template), law=LAWS["cn"], day=DAY, form="postcard")


# The voicemail.


def test_the_voicemail_is_limited_content_by_the_audits_own_reading() -> None:
    """The parts of its sentences, handed to the engine that answers the Bureau's examples."""
    template = SHIPPED["limited_voicemail"]
    for language in ("zh", "en"):
        wording = template.wording("voicemail", language)
        assert wording is not None
        parts = [
            part
            for sentence in vocabulary().sentences
            if sentence.words[language] in wording.text
            for part in sentence.parts
        ]
        case = {
            "id": "voicemail",
            "rule": "1006.2(j)",
            "facts": {"collector": {"business_name": "ABC Inc.", "name_indicates_debt_collection": False}},
            "timeline": [],
            "action": {
                "at": "2026-11-24T12:00:00-05:00",
                "event": "voicemail",
                "by": "collector",
                "to": "consumer",
                "components": parts,
                "complete": True,
            },
            "ask": {"kind": "classify_voicemail"},
        }
        assert answer(case)["answer"] == "limited_content"


@pytest.mark.parametrize(("language", "more"), [("zh", "请尽快处理您的账户。"), ("en", "It is about your account.")])
def test_a_word_more_makes_it_no_limited_content(language: str, more: str) -> None:
    """And a word less too: the number to call back is one of the four parts."""
    template = SHIPPED["limited_voicemail"]
    wording = template.wording("voicemail", language)
    assert wording is not None
    codes = {each.code for each in problems_of(without(template, wording, wording.text + more), LAWS["us"], DAY)}
    assert codes == {"not_limited_content"}
    less = re.sub(r"(请回电\{phone\}。|Please call \{phone\}\.)", "", wording.text)
    assert problems_of(without(template, wording, less), LAWS["us"], DAY)


def test_a_business_name_that_tells_of_collection_is_not_left_on_a_voicemail() -> None:
    """12 CFR 1006.2(j)(1)(i): a name that does not indicate debt collection."""
    template = SHIPPED["limited_voicemail"]
    with pytest.raises(MessageRefused, match="tells whoever hears it"):
        fill(
            template,
            "voicemail",
            "en",
            values(template, institution="Ficus Debt Recovery", agent="Robin"),
            law=LAWS["us"],
            day=DAY,
        )


# Length.


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("文" * 70, 1),
        ("文" * 71, 2),
        ("文" * 134, 2),
        ("文" * 135, 3),
        ("a" * 70 + "文", 2),
    ],
)
def test_a_text_message_is_counted_in_parts(text: str, parts: int) -> None:
    """160 and 153 of GSM 03.38, 70 and 67 of UCS-2; the sign of the euro is two."""
    assert segments(text) == parts


@given(st.text(max_size=400))
def test_more_text_is_never_fewer_parts(text: str) -> None:
    """Whatever is added."""
    assert segments(text) <= segments(text + "a") <= segments(text + "a文")


def test_a_template_that_may_grow_too_long_is_refused_before_it_is_filled() -> None:
    """Every slot at its longest."""
    template = SHIPPED["follow_up"]
    wording = template.wording("sms", "zh")
    assert wording is not None
    long = without(template, wording, wording.text + "谢谢" * 150)
    assert "too_long" in {each.code for each in problems_of(long, LAWS["cn"], DAY)}


# Loading.


def broken(tmp_path: Path, old: str, new: str, name: str = "opt_out_confirmation") -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    text = (TEMPLATES / f"{name}.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / f"{name}.toml").write_text(text.replace(old, new), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('id      = "opt_out', 'id = "other', "misfiled"),
        ("purpose = ", "aim = ", "unknown_key"),
        ('"answer_request"', '"nagging"', "unknown_purpose"),
        ('["lender"]', '["neighbour"]', "unknown_sender"),
        ('["institution_name"]', '["good_wishes"]', "unknown_element"),
        ('en = "[{institution}]', 'fr = "[{institution}]', "no_wording"),
        ("{phone}。", "{fax}。", "unknown_slot"),
        ('kind = "phone"', 'kind = "fax"', "wrong_slot"),
        ("已按您的要求", "{已按您的要求", "loose_brace"),
        ("[slots]", '[slots]\nextra = { kind = "date", zh = "日", en = "day" }', "unused_slot"),
        ("packs   =", "packs", "not_toml"),
    ],
)
def test_a_template_with_a_single_fault_is_refused_for_it(tmp_path: Path, old: str, new: str, code: str) -> None:
    """With the file, what is wrong and what to do."""
    with pytest.raises(MessageRefused) as refused:
        read_templates(broken(tmp_path, old, new))
    found = {each.code for each in refused.value.problems}
    assert code in found, found
    assert all(each.where and each.fix for each in refused.value.problems)


def test_every_element_can_be_seen_and_can_be_missed() -> None:
    """Each element is found in some shipped text, and in no empty one: a check that can't fail shows nothing."""
    texts = [wording for template in SHIPPED.values() for wording in template.wordings]
    unused = {"says_it_is_ai"}
    for name, element in vocabulary().elements.items():
        assert not says(Wording("sms", "zh", "。"), element), name
        assert name in unused or any(says(wording, element) for wording in texts), name


# The command.


def run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.output


@pytest.mark.parametrize(("lang", "said"), [("zh", "0 处问题"), ("en", "0 faults")])
def test_the_shipped_templates_check_out(lang: str, said: str) -> None:
    """Exit 0."""
    code, output = run("check", "--lang", lang, "--on", DAY)
    assert (code, said in output) == (0, True), output


def test_the_command_shows_a_template_with_its_clauses_and_lists_all() -> None:
    """What a compliance officer reads before it is used."""
    code, page = run("show", "us_first_text", "--lang", "en", "--on", DAY)
    assert code == 0
    assert "12 CFR 1006.6(e)" in page
    assert all(name in run("list", "--lang", "zh")[1] for name in SHIPPED)


def test_a_folder_with_a_fault_is_said_and_ends_with_one(tmp_path: Path) -> None:
    """Exit 1: required content is missing from a lender's own template."""
    folder = broken(tmp_path, "【{institution}】", "")
    code, output = run("check", "--templates", folder, "--lang", "en", "--on", DAY)
    assert code == 1
    assert "cn.sms_2026.sms_sender" in output


def test_the_command_fills_and_reviews(tmp_path: Path) -> None:
    """Exit 0 with the text; exit 1 with every fault."""
    file = tmp_path / "values.json"
    body = {"institution": "例行银行", "phone": "199-0000-0001"}
    file.write_text(json.dumps(body), encoding="utf-8")
    code, text = run("fill", "opt_out_confirmation", "--values", file, "--on", DAY)
    assert (code, text.strip()) == (0, "【例行银行】已按您的要求停止以短信与您联系。需要时可致电199-0000-0001。")
    file.write_text(json.dumps({**body, "institution": "你这个老赖"}), encoding="utf-8")
    assert run("fill", "opt_out_confirmation", "--values", file, "--on", DAY)[0] == 1
    file.write_text("[]")
    result = CliRunner().invoke(app, ["fill", "first_notice", "--values", str(file)])
    assert "no JSON object" in str(result.exception)
