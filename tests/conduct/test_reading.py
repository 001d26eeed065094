"""Reading: plain words, clauses with their voice, amounts; and facts that decide."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.conduct.amounts import amounts_in, chinese_number, english_number
from arrears.conduct.clauses import clauses_of
from arrears.conduct.follow import moments
from arrears.conduct.normalise import normalise
from arrears.conduct.patterns import all_patterns, matches
from arrears.conduct.review import blocks, review, review_message
from arrears.conduct.table import Code, Conversation, Facts, Language, Speaker, Turn
from arrears.conduct.weigh_facts import overstated, waived_share, waiver_over


def codes(text: str, language: Language = "zh", **about: object) -> set[str]:
    """The codes found in one message."""
    return {finding.code.value for finding in review_message(text, language, **about)}  # type: ignore[arg-type]


@given(st.text(max_size=80), st.sampled_from(["zh", "en"]))
def test_every_normal_character_leads_back_to_the_original(text: str, language: Language) -> None:
    """Any part of the normalised text is quoted as a verbatim part of the original."""
    normal = normalise(text, language)
    assert len(normal.at) == len(normal.text)
    assert list(normal.at) == sorted(normal.at)
    if normal.text:
        assert normal.quote(0, len(normal.text)) in text


@pytest.mark.parametrize(
    ("hidden", "plain"),
    [
        ("呼 死 你", "呼死你"),
        ("呼.死.你", "呼死你"),
        ("爆通訊錄", "爆通讯录"),
        ("zai bu huan钱 xie 你一tiao腿", "再不还钱 卸你一条腿"),
        ("ｆａ院的传票", "法院的传票"),
        ("🔪", "刀"),
        ("威信转给我", "微信转给我"),
    ],
)
def test_evasions_read_as_the_plain_words(hidden: str, plain: str) -> None:
    """Traditional, full-width, spaced, pinyin, homophone, emoji."""
    assert normalise(hidden, "zh").text == plain


@pytest.mark.parametrize(("hidden", "plain"), [("W a r r a n t", "warrant"), ("j.a.i.l", "jail"), ("arr3st", "arrest")])
def test_spelled_out_english_words_are_joined(hidden: str, plain: str) -> None:
    """Letters apart, or letters as figures."""
    assert normalise(hidden, "en").text == plain


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("两万三", 23_000),
        ("六千六百五", 6650),
        ("十五", 15),
        ("一万零五十", 10_050),
        ("三千零二", 3002),
        ("十一万", 110_000),
    ],
)
def test_spoken_chinese_numbers(words: str, number: int) -> None:
    """The last digit without its unit counts tenths of the unit before it, unless 零 stands between."""
    assert chinese_number(words) == number


@pytest.mark.parametrize(
    ("words", "number"), [("seventy-three hundred", 7300), ("nine ten", 910), ("four thousand two hundred", 4200)]
)
def test_spoken_english_numbers(words: str, number: int) -> None:
    """Spoken hundreds and spoken pairs."""
    assert english_number(words) == number


@given(st.integers(1, 99_999_999))
def test_an_amount_in_figures_is_read_to_the_cent(cents: int) -> None:
    """Written with two decimals and thousands marks, in either language."""
    shown = f"{cents // 100:,}.{cents % 100:02d}"
    assert [amount.cents for amount in amounts_in(f"应还{shown}元", "zh")] == [cents]
    assert [amount.cents for amount in amounts_in(f"you owe ${shown}", "en")] == [cents]


@pytest.mark.parametrize("text", ["工号5533", "逾期34天", "8月15号", "第2期", "尾号8835", "12378"])
def test_what_is_no_money_is_no_amount(text: str) -> None:
    """Staff numbers, days, dates, card endings and hotlines."""
    assert [amount for amount in amounts_in(text, "zh") if amount.cents < 1_000_000] == []


@pytest.mark.parametrize(
    ("text", "language", "voice"),
    [
        ("我们不会联系您家人", "zh", "denied"),
        ("你不还我们不会放过你", "zh", "asserted"),
        ("您刚才问会不会坐牢", "zh", "reported"),
        ("we will not contact your family", "en", "denied"),
        ("we won't let this go", "en", "asserted"),
        ("if anyone claims to be a court, report it", "en", "reported"),
    ],
)
def test_a_clause_knows_its_voice(text: str, language: Language, voice: str) -> None:
    """A denial that is a threat is no denial."""
    clause = clauses_of(normalise(text, language).text, language)[0]
    found = "reported" if clause.reported else "denied" if clause.denied_from is not None else "asserted"
    assert found == voice


@pytest.mark.parametrize(("language", "pattern"), all_patterns(), ids=lambda each: getattr(each, "name", each))
def test_each_pattern_finds_its_example_and_leaves_its_twin(language: Language, pattern) -> None:  # type: ignore[no-untyped-def]
    """Every row of the pattern files comes with an offending and an innocent wording."""

    def live(text: str) -> bool:
        audience = sorted(pattern.audiences)[0] if pattern.audiences else "borrower"
        talk = Conversation("p", language, (Turn(Speaker.AGENT, text),), "call", audience)
        return any(match.live and match.pattern.name == pattern.name for match in matches(moments(talk)[1][0]))

    assert live(pattern.finds)
    assert not live(pattern.leaves)


def offer(text: str, due: str, cap_bp: int | None, language: Language = "zh") -> Conversation:
    """One message with a waiver in it."""
    whole, _, part = due.partition(".")
    facts = Facts(amount_due=int(whole) * 100 + int(part or 0), max_waiver_bp=cap_bp)
    return Conversation("w", language, (Turn(Speaker.AGENT, text),), "chat", "borrower", facts)


@given(due=st.integers(100, 900), percent=st.integers(1, 90), extra=st.integers(0, 1))
def test_a_waiver_exactly_at_the_cap_is_inside_and_one_yuan_more_is_not(due: int, percent: int, extra: int) -> None:
    """The share is compared exactly: no rounding makes a cap out of an excess, or an excess out of a cap."""
    total = due * 100
    waived = due * percent + extra
    talk = offer(f"一次性结清的话给您减免{waived}.00元", f"{total}.00", percent * 100)
    moment = moments(talk)[1][0]
    assert waived_share(moment) is not None
    assert waiver_over(moment) is bool(extra)


def test_without_a_known_cap_no_waiver_is_over() -> None:
    """Unknown is never zero."""
    assert not waiver_over(moments(offer("给您减免5000元", "10000.00", None))[1][0])


@given(st.integers(100, 50_000), st.integers(-50, 50))
def test_only_more_than_is_due_is_a_wrong_amount(due: int, step: int) -> None:
    """A lower sum, asked as part or settlement, is no misstatement; the exact sum neither."""
    said = due + step * due // 100
    talk = offer(f"您现在应还{said}.37元", f"{due}.37", 0)
    assert (overstated(moments(talk)[1][0]) is not None) is (said > due)


@pytest.mark.parametrize(("said", "over"), [("1030.00", False), ("1030.01", True), ("1299.99", True)])
def test_a_rounded_amount_may_be_three_per_cent_above_what_is_due_and_no_cent_more(said: str, over: bool) -> None:
    """Of 1,000.00 due, about 1,030.00 is rounding; a cent more misstates the debt."""
    talk = offer(f"您现在应还大约{said}元", "1000.00", 0)
    assert (overstated(moments(talk)[1][0]) is not None) is over


def test_what_was_just_said_is_answered_once_and_what_was_told_stays_known() -> None:
    """A stop request is fresh for the agent's next words alone; that it was made is known to the end."""
    said = ((Speaker.BORROWER, "别再打了"), (Speaker.AGENT, "好"), (Speaker.BORROWER, "嗯"), (Speaker.AGENT, "再见"))
    talk = Conversation("s", "zh", tuple(Turn(*each) for each in said), "call", "borrower")
    first, second = moments(talk)[1]
    assert {"stop", "now_stop"} <= first.state
    assert "stop" in second.state
    assert "now_stop" not in second.state


@pytest.mark.parametrize(
    ("offending", "innocent", "language"),
    [
        ("明天派出所就去你家抓你,等着坐牢。", "欠款是民事纠纷,派出所不会因此抓人,也不会坐牢。", "zh"),
        ("再不还就爆通讯录,让你全家都知道。", "我们没有您的通讯录,也不会联系您的家人。", "zh"),
        ("你直接微信转给我个人,我帮你入账。", "请勿转给任何个人微信,只通过APP还款。", "zh"),
        ("You'll be arrested tomorrow, the police have the warrant.", "Nobody is arrested for a civil debt.", "en"),
        ("Send the cash to my personal Venmo, not the portal.", "Please pay only through the online portal.", "en"),
    ],
)
def test_a_denial_or_a_correction_is_not_the_offence(offending: str, innocent: str, language: Language) -> None:
    """The same words, said to say that it does not happen."""
    assert codes(offending, language)
    assert not codes(innocent, language)


def test_the_words_of_others_are_never_findings() -> None:
    """Only what the agent says can be a finding."""
    talk = Conversation(
        "o",
        "zh",
        (
            Turn(Speaker.BORROWER, "你个王八蛋,信不信我砍死你"),
            Turn(Speaker.SYSTEM, "派出所明天抓人"),
            Turn(Speaker.AGENT, "您先消消气,我们稍后再联系。"),
        ),
    )
    found = review(talk)
    assert not found.findings
    assert [turn for turn, _ in found.abuse_by_other_party] == [0]


def test_a_message_that_must_not_go_is_blocked_with_the_sentence_and_a_lawful_wording() -> None:
    """What outgoing paths ask: which findings stop it, and what to say instead."""
    found = blocks("你好。明天派出所就去你家抓你,等着坐牢。", "zh")
    assert Code.THREAT_UNLAWFUL in {finding.code for finding in found}
    assert all(finding.instead and finding.quote for finding in found)
    assert not blocks("您好,【宁川消费金融】您的账单500.00元已到期,请通过APP还款。", "zh")


def test_a_review_depends_on_nothing_but_the_conversation() -> None:
    """The same conversation gives the same review, whatever its id."""
    talk = Conversation("a", "zh", (Turn(Speaker.AGENT, "今天不还就让你全村都知道"),))
    assert review(talk).findings == review(replace(talk, id="b")).findings
