"""What matching promises: the contract's shape, the same answer however it is written, and floors on unseen texts."""

from __future__ import annotations

import json
import random
import statistics
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC
from typer.testing import CliRunner

from arrears.cli import application
from arrears.playbook.match import CARDS, LANGUAGES, RIGHTS, Matched, match
from arrears.playbook.match.load import WEIGHTS, read_weights
from arrears.playbook.match.train import MATERIAL, Item, digest_of, material_paths, read_items

DEV = Path(__file__).parent / "cases" / "playbook_dev.jsonl"
HELD_OUT = MATERIAL / "held_out.jsonl"


def _answers(path: Path) -> list[tuple[Item, Matched]]:
    return [(item, match(item.text, item.language)) for item in read_items([path])]


@given(text=st.text(max_size=200), language=st.sampled_from(LANGUAGES))
def test_any_text_gets_at_most_three_different_cards_best_first(text: str, language: str) -> None:
    found = match(text, language)
    names = [one.card for one in found.cards]
    given_scores = [one.score for one in found.cards]
    assert len(names) <= 3
    assert len(set(names)) == len(names)
    assert set(names) <= set(CARDS)
    assert given_scores == sorted(given_scores, reverse=True)
    assert all(0 <= score <= 1 for score in given_scores)
    assert set(found.rights) <= set(RIGHTS)


@pytest.mark.parametrize("path", [DEV, HELD_OUT], ids=["development", "held out"])
def test_most_texts_it_was_not_trained_on_get_their_card_first_and_nothing_where_nothing_fits(path: Path) -> None:
    answers = _answers(path)
    carded = [(item, [one.card for one in got.cards]) for item, got in answers if item.cards]
    none = [got.cards for item, got in answers if not item.cards]
    assert statistics.mean(bool(got) and got[0] == item.cards[0] for item, got in carded) >= 0.80
    assert statistics.mean(item.cards[0] in got for item, got in carded) >= 0.88
    assert statistics.mean(not got for got in none) >= 0.70


def test_a_person_in_trouble_is_seen_and_so_is_a_right() -> None:
    answers = _answers(DEV)
    assert statistics.mean(got.vulnerable for item, got in answers if item.vulnerable) >= 0.85
    wanted = [(right, got.rights) for item, got in answers for right in item.rights]
    assert statistics.mean(right in got for right, got in wanted) >= 0.88


def test_traditional_and_full_width_writing_reads_as_the_same_text() -> None:
    traditional = OpenCC("s2t")
    texts = [item.text for item in read_items([DEV]) if item.language == "zh"]
    wide = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
    same = sum(match(text, "zh") == match(traditional.convert(text), "zh") for text in texts)
    assert same >= 0.95 * len(texts)  # some characters have two simplified forms
    for text in texts:
        assert match(text, "zh") == match(text.translate(wide), "zh")


def test_no_text_of_the_evaluation_is_in_the_material() -> None:
    trained = {item.text for language in LANGUAGES for item in read_items(material_paths(language))}
    assert trained
    assert not trained & {item.text for item in read_items([DEV, HELD_OUT])}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_packed_weights_are_of_the_material_beside_them(language: str) -> None:
    held = read_weights((WEIGHTS / f"{language}.npz").read_bytes())
    assert held.digest == digest_of(language), "run python -m arrears.playbook.match.train"


def test_a_wrong_label_in_the_material_names_its_line(tmp_path: Path) -> None:
    row = {"id": "a", "language": "zh", "text": "啊", "labels": {"cards": ["X15"], "vulnerable": False, "rights": []}}
    (tmp_path / "x.jsonl").write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.jsonl:1: \['X15'\]"):
        read_items([tmp_path / "x.jsonl"])


def test_an_unknown_language_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(ValueError, match="zh, en"):
        match("bonjour", "fr")


def test_the_command_answers_good_lines_and_names_the_bad_one(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": "1", "language": "zh", "text": "厂里三个月没发工资了，拿什么还"}),
        "{not json",
        json.dumps({"id": "3", "language": "en", "text": ""}),
    ]
    (tmp_path / "said.jsonl").write_text("\n".join(lines), encoding="utf-8")
    result = CliRunner().invoke(application(), ["playbook", "match", str(tmp_path / "said.jsonl")])
    assert result.exit_code == 1
    first, last = (json.loads(line) for line in result.stdout.splitlines())
    assert first["id"] == "1"
    assert first["cards"][0]["card"] == "X1"
    assert last == {"id": "3", "cards": [], "vulnerable": False, "rights": []}
    assert "2" in result.stderr


def test_a_sentence_is_read_while_the_speaker_draws_breath() -> None:
    items = read_items([DEV])
    random.Random(1).shuffle(items)
    match("暖机", "zh"), match("warm", "en")
    took = []
    for item in items:
        start = time.perf_counter()
        match(item.text, item.language)
        took.append(time.perf_counter() - start)
    assert statistics.median(took) < 0.020


def test_a_very_long_text_is_read_in_bounded_time() -> None:
    start = time.perf_counter()
    match("他说没钱，" * 200_000, "zh")
    assert time.perf_counter() - start < 10
