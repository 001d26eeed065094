"""The cards: complete, in both languages, sayable, and refused where they are not."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from arrears.cli import application
from arrears.conduct.review import objections
from arrears.law.load import load_law, pack_names
from arrears.playbook.cards import (
    AUDIENCES,
    CARD_IDS,
    DATA,
    SLOTS,
    TASKS,
    TONES,
    Card,
    Deck,
    DeckRefused,
    fill,
    read_deck,
)
from arrears.playbook.cards.card import examples, slots_of
from arrears.playbook.match import CARDS

RUNNER = CliRunner()
READ_ON = date(2026, 11, 23)


@cache
def clauses() -> frozenset[str]:
    return frozenset(provision.id for provision in load_law(pack_names(), READ_ON).provisions)


@cache
def deck() -> Deck:
    return read_deck(clauses(), objections)


def refused(at: Path) -> DeckRefused:
    with pytest.raises(DeckRefused) as found:
        read_deck(clauses(), objections, at)
    return found.value


@pytest.fixture
def spoiled(tmp_path: Path) -> Callable[[Callable[[str], str]], DeckRefused]:
    """A deck of one card of ours, spoiled in one place; gives what the loader says to it."""

    def spoil(change: Callable[[str], str]) -> DeckRefused:
        text = (DATA / "X1.toml").read_text(encoding="utf-8")
        changed = change(text)
        assert changed != text
        (tmp_path / "X1.toml").write_text(changed, encoding="utf-8")
        return refused(tmp_path)

    return spoil


def test_every_card_of_the_map_is_there() -> None:
    """Whatever the source teaches in these chapters can be looked up before a call."""
    assert tuple(card.id for card in deck().cards) == CARD_IDS


def test_what_the_matcher_names_is_a_card() -> None:
    """A card that is matched can be opened."""
    assert set(CARDS) <= {card.id for card in deck().cards}


def test_the_shipped_cards_pass_the_conduct_review_and_rest_on_clauses_that_packs_have() -> None:
    """The loader checks every wording in its language and every clause; that it gave a deck says that all passed."""
    assert sum(len(card.say) for card in deck().cards) >= 9 * len(CARD_IDS)


@pytest.mark.parametrize("tone", TONES)
def test_every_tone_has_three_wordings_that_differ(tone: str) -> None:
    """Nobody says one sentence all day, and no card repeats another's."""
    for card in deck().cards:
        said = card.wordings(tone)
        assert len({say.zh for say in said}) >= 3, card.id
        assert len({say.en for say in said}) >= 3, card.id


def test_no_wording_stands_on_two_cards() -> None:
    """A card is worth opening for what only it says."""
    for language in ("zh", "en"):
        said = [say.in_(language) for card in deck().cards for say in card.say]
        assert sorted({text for text in said if said.count(text) > 1}) == []


def test_every_card_serves_most_of_the_four_tasks() -> None:
    """A card about one task only would leave the rest of the call without words."""
    four = set(TASKS) - {"open", "close"}
    for card in deck().cards:
        assert len({say.task for say in card.say} & four) >= 2, card.id


def test_every_text_is_in_its_own_language() -> None:
    """Chinese stands under zh and English under en, and neither is the other copied."""
    for path in sorted(DATA.glob("*.toml")):
        for at, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for zh in re.findall(r'\bzh\s*= "([^"]*)"', line):
                assert re.search("[一-鿿]", zh), f"{path.name}:{at}: no Chinese under zh"
            for en in re.findall(r'\ben\s*= "([^"]*)"', line):
                assert not re.search("[一-鿿]", en), f"{path.name}:{at}: Chinese under en"


def test_both_languages_fill_the_same_slots_or_fewer_but_never_an_unknown_one() -> None:
    """A wording that is filled has no brace left."""
    for card in deck().cards:
        for say in card.say:
            for language in ("zh", "en"):
                text = say.in_(language)
                assert set(slots_of(text)) <= set(SLOTS), (card.id, text)
                assert "{" not in (fill(text, examples(language)) or "{"), (card.id, text)


def test_a_promise_on_record_is_only_spoken_of_when_a_call_opens() -> None:
    """What asks for money or a day names what is agreed now, never the figure of a promise that was broken."""
    for card in deck().cards:
        for say in card.say:
            if say.task != "open":
                named = set(slots_of(say.zh)) | set(slots_of(say.en))
                assert not named & {"promised_day", "promised_amount"}, (card.id, say.en)


def test_a_wording_whose_value_is_not_known_is_not_filled() -> None:
    """Nothing is made up: without the day that was promised there is no sentence about it."""
    assert fill("{promised_day} and {promised_amount}", {"promised_day": "5 March"}) is None


def test_a_guard_card_shows_the_habit_the_clause_and_the_lawful_way() -> None:
    """What is refused is named, with the law of more than one place, and the need behind it is met lawfully."""
    guards = [card for card in deck().cards if "guard" in card.kinds]
    assert guards
    for card in guards:
        packs = {clause.split(".")[0] for never in card.never for clause in never.clauses}
        assert {"cn", "us"} <= packs or {"cn", "uk"} <= packs, card.id
        for never in card.never:
            assert never.instead.zh != never.habit.zh
            assert never.instead.en != never.habit.en


def test_every_guard_card_lets_hear_the_habit_and_the_conduct_review_knows_it() -> None:
    """What a card refuses is found by the reader when a collector says it, in both languages."""
    for card in deck().cards:
        heard = [never.heard_as for never in card.never if never.heard_as is not None]
        assert heard or "guard" not in card.kinds, card.id
        for words in heard:
            for language in ("zh", "en"):
                text = words.in_(language)
                assert any(objections(text, language, to) for to in AUDIENCES), (card.id, text)


def test_every_consequence_says_when_it_is_true() -> None:
    """Nothing is held over anybody that does not apply to this loan at this age."""
    for card in deck().cards:
        for say in card.say:
            assert say.task != "consequence" or say.only_if is not None, (card.id, say.en)


def test_a_third_party_hears_nothing_that_tells_of_a_debt() -> None:
    """Neither the lender, an amount nor a day goes to anybody who does not owe."""
    told = re.compile(
        r"欠|贷|还款|逾期|债|催|\b(debt|loan|owe|owes|overdue|payment|arrears|collect\w*)\b", re.IGNORECASE
    )
    for card in deck().cards:
        for say in card.say:
            if say.to == "third_party":
                assert not told.search(say.zh), (card.id, say.zh)
                assert not told.search(say.en), (card.id, say.en)


def test_a_clause_that_no_pack_has_is_refused(spoiled: Callable[[Callable[[str], str]], DeckRefused]) -> None:
    """A reason nobody can look up is no reason."""
    fault = spoiled(lambda text: text.replace("us.reg_f.third_parties", "us.reg_f.third_partys")).problems[0]
    assert fault.code == "unknown_clause"
    assert "us.reg_f.third_partys" in fault.what
    assert "arrears law list" in fault.fix


def test_a_wording_that_conduct_objects_to_is_refused(
    spoiled: Callable[[Callable[[str], str]], DeckRefused],
) -> None:
    """The refusal names the file, the line of the wording and what is wrong with it."""

    def threaten(text: str) -> str:
        return re.sub(r'^en   = ".*"$', 'en   = "Pay today or the police will arrest you."', text, count=1, flags=re.M)

    fault = spoiled(threaten).problems[0]
    assert fault.code == "flagged_wording"
    assert "threat_unlawful" in fault.what
    assert fault.row is not None
    assert fault.row > 1


@pytest.mark.parametrize(
    ("was", "becomes", "code", "word"),
    [
        ("{agreed_day}", "{agreement_day}", "unknown_slot", "agreement_day"),
        ('task = "open"', 'task = "greet"', "unknown_word", "greet"),
        ('tone = "follow_up"', 'tone = "fourth_call"', "unknown_word", "fourth_call"),
        ('to   = "hardship"', 'to   = "nobody"', "unknown_word", "nobody"),
        ('offers = ["pay_arrears"', 'offers = ["half_off"', "unknown_word", "half_off"),
        ('kinds = ["act"', 'kinds = ["deed"', "unknown_word", "deed"),
        ('id    = "X1"', 'id    = "X99"', "misfiled", "X99"),
        ("clauses = [", "clause = [", "unknown_key", "clause"),
        ('task = "open"', "task = 3", "wrong_type", "task"),
        ("kinds = [", "kinds = ", "not_toml", "TOML"),
        ("only_if = ", "if_only = ", "unknown_key", "if_only"),
    ],
)
def test_a_word_outside_the_closed_lists_is_refused(
    spoiled: Callable[[Callable[[str], str]], DeckRefused], was: str, becomes: str, code: str, word: str
) -> None:
    """Whoever writes a card is told the place, the word and what may stand there."""
    faults = spoiled(lambda text: text.replace(was, becomes)).problems
    found = [fault for fault in faults if fault.code == code]
    assert found
    assert word in str(found[0])
    assert all(fault.where.endswith("X1.toml") and fault.why and fault.fix for fault in faults)


def test_a_missing_language_is_refused(spoiled: Callable[[Callable[[str], str]], DeckRefused]) -> None:
    """The line of the wording that lacks it is named, once, and not the whole card."""
    faults = spoiled(lambda text: re.sub(r'^en   = ".*"\n', "", text, count=1, flags=re.M)).problems
    assert [fault.code for fault in faults] == ["missing_key"]
    assert "lacks en" in faults[0].what
    assert faults[0].row is not None
    assert faults[0].row > 1
    assert len(str(faults[0])) < 300


def test_an_empty_text_is_refused(spoiled: Callable[[Callable[[str], str]], DeckRefused]) -> None:
    """A language that is there and says nothing is missing all the same."""
    faults = spoiled(lambda text: re.sub(r"^gist  = .*$", 'gist  = { zh = " ", en = "x" }', text, flags=re.M)).problems
    assert [fault.code for fault in faults] == ["empty_text"]


def test_a_consequence_without_its_condition_is_refused(
    spoiled: Callable[[Callable[[str], str]], DeckRefused],
) -> None:
    """Only what is true of this loan, at this age, is told."""
    faults = spoiled(lambda text: re.sub(r"^only_if = .*\n", "", text, flags=re.M)).problems
    assert {fault.code for fault in faults} == {"consequence_without_condition"}


def test_a_slot_that_tells_of_the_debt_is_refused_to_a_third_party(
    spoiled: Callable[[Callable[[str], str]], DeckRefused],
) -> None:
    """A neighbour who is asked to pass a message on never hears who lent the money."""
    faults = spoiled(
        lambda text: text.replace('tone = "first_call"\n', 'tone = "first_call"\nto   = "third_party"\n', 1)
    ).problems
    assert "tells_of_the_debt" in {fault.code for fault in faults}


def test_too_few_wordings_for_a_tone_are_refused(spoiled: Callable[[Callable[[str], str]], DeckRefused]) -> None:
    """A tone with one sentence is a recording."""
    faults = spoiled(lambda text: text.replace('tone = "broken_promise"', 'tone = "follow_up"')).problems
    assert [fault.code for fault in faults] == ["too_few_wordings"]


def test_a_card_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    """Of two cards with one id only one would ever be shown."""
    shutil.copy(DATA / "X1.toml", tmp_path / "X1.toml")
    shutil.copy(DATA / "X1.toml", tmp_path / "X1-copy.toml")
    assert {"duplicate_id", "misfiled"} <= {fault.code for fault in refused(tmp_path).problems}


def test_a_folder_without_cards_is_refused(tmp_path: Path) -> None:
    """An empty deck is a wrong path, and says so."""
    assert [fault.code for fault in refused(tmp_path).problems] == ["no_cards"]


@pytest.mark.parametrize(("lang", "word"), [("zh", "张卡片"), ("en", "cards")])
def test_the_command_lists_every_card(lang: str, word: str) -> None:
    """One line a card, in the language asked for."""
    done = RUNNER.invoke(application(), ["playbook", "list", "--lang", lang])
    assert done.exit_code == 0, done.output
    for card in deck().cards:
        assert any(line.startswith(card.id + " ") and card.title.in_(lang) in line for line in done.output.splitlines())
    assert word in done.output.splitlines()[-1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_shows_a_whole_card(lang: str) -> None:
    """Everything that the file says in that language is printed, with the citation of every clause."""
    card: Card = deck().card("X1")
    done = RUNNER.invoke(application(), ["playbook", "show", "X1", "--lang", lang])
    assert done.exit_code == 0, done.output
    for words in (card.title, card.gist, *card.cues, *card.verify, *card.documents, *card.ask, *card.next_steps):
        assert words.in_(lang) in done.output
    for say in card.say:
        assert say.in_(lang) in done.output
    for never in card.never:
        assert never.habit.in_(lang) in done.output
        for clause in never.clauses:
            assert clause in done.output


def test_a_card_that_is_not_there_is_told_with_those_that_are() -> None:
    """Exit 2, and the list to choose from."""
    done = RUNNER.invoke(application(), ["playbook", "show", "X77"])
    assert done.exit_code != 0
    assert "X77" in str(done.exception)
    assert "X5" in str(done.exception)


def test_a_lenders_own_cards_are_checked_alike(tmp_path: Path) -> None:
    """A folder given by the lender passes the same checks, and its faults are printed."""
    text = (DATA / "X1.toml").read_text(encoding="utf-8")
    (tmp_path / "X1.toml").write_text(text.replace('task = "open"', 'task = "greet"'), encoding="utf-8")
    done = RUNNER.invoke(application(), ["playbook", "list", "--cards", str(tmp_path)])
    assert done.exit_code == 2
    assert "greet" in done.output
