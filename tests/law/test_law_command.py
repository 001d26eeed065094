"""`arrears law list|show|check`: what a compliance officer types, and what comes back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from arrears.cli.law import app

RUN = CliRunner()


def said(*words: str, code: int = 0) -> str:
    result = RUN.invoke(app, list(words))
    assert result.exit_code == code, result.output
    return result.output


@pytest.mark.parametrize(
    ("lang", "head", "answer"),
    [
        ("zh", "系统如何执行", "今日接通通话已达上限"),
        ("en", "How it is applied", "the day's connected calls are used up"),
    ],
)
def test_a_provision_is_shown_whole_in_either_language(lang: str, head: str, answer: str) -> None:
    """Clause, force, certainty, days, encoding in words, and cases with their answers."""
    page = said("show", "cn.gbt_45251.connected_calls", "--lang", lang)
    for part in (head, answer, "GB/T 45251-2025, clause not read", "2025-02-28", "2026-11-23", "F01"):
        assert part in page


def test_the_number_of_the_note_names_every_provision_made_of_it() -> None:
    """C08 is five crimes and five files."""
    page = said("show", "C08", "--lang", "en")
    for crime in ("blackmail", "posing_as_state_staff", "forged_papers", "provoking_trouble", "sham_lawsuit"):
        assert f"cn.criminal_law.{crime}" in page


def test_words_that_were_read_are_shown_and_words_that_were_not_are_not() -> None:
    """民法典 art. 561 stands on its page; art. 57 of the card measures says that it was not read."""
    assert "第五百六十一条" in said("show", "M04")
    assert "未读到原文" in said("show", "M03")


def test_an_older_version_is_shown_for_its_own_day() -> None:
    """What held in 2025, and not what holds now."""
    page = said("show", "cn.psapl.harassing_messages", "--on", "2025-06-01", "--lang", "en")
    assert "art. 42" in page
    assert "art. 50(1)(5)" not in page


def test_the_list_is_that_of_a_day_and_can_be_searched() -> None:
    """Before the CBA guide there is no cap on dial attempts."""
    assert "cn.cba_2026.dial_attempts" in said("list", "--kind", "counts", "--on", "2026-01-30")
    assert "cn.cba_2026.dial_attempts" not in said("list", "--kind", "counts", "--on", "2026-01-29")
    found = said("list", "--find", "遗产", "--lang", "zh")
    assert "cn.civil_code.heirs" in found
    assert "cn.gbt_45251.connected_calls" not in found


def test_the_house_says_that_it_is_no_law() -> None:
    """A reader must never take our own line for a statute."""
    assert "house policy, and no law" in said("show", "house.hold.hardship", "--lang", "en")
    assert "产品政策，并非法律" in said("show", "house.hold.hardship", "--lang", "zh")


@pytest.mark.parametrize(("lang", "word"), [("zh", "无冲突"), ("en", "no clash")])
def test_a_sound_law_checks_out(lang: str, word: str) -> None:
    """Exit 0, and how many cases were run."""
    assert word in said("check", "--lang", lang, "--run-on", "2026-11-23")


def test_a_stale_law_is_refused_with_every_fault() -> None:
    """Exit 2: nothing is decided by a law nobody has read for a year."""
    result = RUN.invoke(app, ["check", "--run-on", "2027-11-24"])
    assert result.exit_code == 2
    assert "Rules are re-read at least every 365 days" in result.output
    assert "nothing is decided by this law" in result.output


def test_a_policy_is_laid_on_top_and_a_looser_one_is_refused(tmp_path: Path) -> None:
    """The lender's own folder is checked with the packs it is laid on."""
    faults = Path(__file__).parent / "faults"
    (tmp_path / "rules").mkdir()
    (tmp_path / "pack.toml").write_text(
        'id = "lender"\nname_zh = "本机构"\nname_en = "Ours"\nclock = "Asia/Shanghai"\nfirst_day = 2020-01-01\n'
    )
    shutil.copy(faults / "sound.cases.toml", tmp_path / "rules" / "night.cases.toml")
    text = (faults / "policy_loosens.toml").read_text()
    (tmp_path / "rules" / "night.toml").write_text(text.replace('"permitted"', '"house"'))
    assert "lender" in said("check", "--policy", str(tmp_path), "--run-on", "2026-11-23")
    (tmp_path / "rules" / "night.toml").write_text(text)
    assert RUN.invoke(app, ["check", "--policy", str(tmp_path), "--run-on", "2026-11-23"]).exit_code == 2


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["show", "cn.nowhere.nothing"], "no provision"),
        (["show", "connected"], "cn.gbt_45251.connected_calls"),
        (["list", "--pack", "xx"], "there is no pack"),
        (["list", "--lang", "fr"], "zh or en"),
    ],
)
def test_what_can_not_be_answered_says_what_to_do(words: list[str], what: str) -> None:
    """Exit 2 and one readable message; a near miss is offered."""
    result = RUN.invoke(app, words)
    assert result.exit_code == 2
    assert what in result.output


def test_what_changed_between_two_days_is_shown_on_both_sides() -> None:
    """The fine for harassing messages doubled with 2026, and the guide began at the end of January."""
    page = said("diff", "--from", "2025-12-31", "--to", "2026-01-30", "--lang", "en")
    assert "changed  cn.psapl.harassing_messages" in page
    assert "-   A fine of up to CNY 500.00." in page
    assert "+   A fine of up to CNY 1000.00." in page
    assert "began  cn.cba_2026.dial_attempts" in page
    assert "2026-01-30: 0 provisions differ" in said(
        "diff", "--from", "2026-01-30", "--to", "2026-01-30", "--lang", "en"
    )
