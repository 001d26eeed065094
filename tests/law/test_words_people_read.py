"""A compliance officer who has never seen code reads every provision, in Chinese and in English."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest

from arrears.kernel.days import aware
from arrears.kernel.reasons import Reason
from arrears.law.act import Act, PastContact, Standing
from arrears.law.judge import judge
from arrears.law.kinds import KINDS, contact
from arrears.law.kinds.content import CLASSES
from arrears.law.load import load_law
from arrears.law.plain import allowed_again, in_plain_words
from arrears.law.provision import Provision
from arrears.law.vocabulary import NAMES

LAW = load_law(["cn"], date(2026, 11, 23))


@pytest.mark.parametrize("provision", LAW.provisions, ids=lambda item: f"{item.id} {item.in_force_from}")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_encoding_is_said_in_words_and_not_in_names(provision: Provision, lang: str) -> None:
    """No snake_case name of the encoding reaches a page."""
    said = in_plain_words(provision, lang)
    assert said
    for sentence in said:
        assert "_" not in sentence, sentence
        assert sentence.endswith(("。", ".", "；"))
        assert any("\u4e00" <= letter <= "\u9fff" for letter in sentence) == (lang == "zh"), sentence


def names_in(encoding: Any) -> set[str]:
    """Every name an encoding uses that a person would have to understand."""
    found: set[str] = set()
    for item in dataclasses.fields(encoding):
        value = getattr(encoding, item.name)
        if isinstance(value, tuple):
            found |= {part for part in value if isinstance(part, str)}
        elif isinstance(value, dict):
            found |= set(value) | {part for part in value.values() if isinstance(part, str)}
    return found


def test_every_name_has_one_meaning_in_both_languages() -> None:
    """A name an encoding uses is in the vocabulary, once."""
    used = {name for provision in LAW.provisions for name in names_in(provision.encoding)}
    assert used <= set(NAMES) | set(CLASSES), used - set(NAMES) - set(CLASSES)
    assert not set(NAMES) & set(CLASSES)


def test_every_kind_of_the_china_pack_is_used_and_said() -> None:
    """A kind nobody uses is a reader nobody tests."""
    used = {provision.kind for provision in LAW.provisions}
    assert {name for name in KINDS if name != "audited"} <= used, "audited answers cases of the US pack"


def test_a_refusal_names_the_clause_its_force_and_when_it_lapses() -> None:
    """What a collector sees beside the disabled button, with its numbers."""
    at = aware("2026-11-24T15:00:00+08:00")
    calls = [
        PastContact(f"C-{n}", at - timedelta(hours=n + 1), "call", "P-1", "P-1", number="199-0000-0001", connected=True)
        for n in range(3)
    ]
    act = Act(at, "call", "P-1", "P-1", "borrower", number="199-0000-0001", lawful_source="contract")
    verdict = judge(LAW, act, Standing("Asia/Shanghai"), calls)
    (finding,) = verdict.against
    assert finding.reason is Reason.REFUSED_CONNECTED_CALLS_TODAY
    assert finding.citation == "GB/T 45251-2025, clause not read (probably 5.3 业务管理)"
    assert finding.force == "prohibited"
    assert finding.confidence == "seen-report"
    assert set(finding.events) == {"C-0", "C-1", "C-2"}
    assert allowed_again(verdict.allowed_again_at, "en") == "allowed again on 2026-11-25 08:00 Asia/Shanghai"
    assert allowed_again(verdict.allowed_again_at, "zh") == "2026-11-25 08:00 Asia/Shanghai 起可再联系"


def test_a_hold_has_no_known_end() -> None:
    """Nobody can say when a dispute is answered, so no time is promised."""
    act = Act(aware("2026-11-24T15:00:00+08:00"), "letter", "P-1", "P-1", "borrower", lawful_source="contract")
    verdict = judge(LAW, act, Standing("Asia/Shanghai", holds=frozenset({"dispute"})), ())
    assert verdict.allowed_again_at is None
    assert allowed_again(None, "en") == "allowed again only once the reason is gone"


def test_every_reason_is_given_and_not_only_the_first() -> None:
    """At night, on hold, from a bought list: three findings, each with its clause."""
    act = Act(aware("2026-11-24T23:00:00+08:00"), "letter", "P-1", "P-1", "borrower", lawful_source="data_broker")
    verdict = judge(LAW, act, Standing("Asia/Shanghai", holds=frozenset({"complaint"})), ())
    assert [finding.provision_id for finding in verdict.against] == [
        "cn.cba_2026.contact_data_sources",
        "house.hold.complaint",
        "cn.cba_2026.contact_hours",
        "cn.gbt_45251.contact_hours",
    ]


def test_a_rule_for_cards_is_not_cited_against_a_consumer_loan() -> None:
    """A plan on a consumer loan is honoured by the house, not by an article on bank cards."""
    act = Act(aware("2026-11-24T15:00:00+08:00"), "letter", "P-1", "P-1", "borrower", lawful_source="contract")

    def cited(product: str | None) -> list[str]:
        standing = Standing("Asia/Shanghai", holds=frozenset({"plan"}), facts={"product": product})
        return [finding.provision_id for finding in judge(LAW, act, standing, ()).against]

    assert cited("credit_card") == ["cn.card_2011.plan_signed", "house.hold.plan"]
    assert cited("consumer_loan") == ["house.hold.plan"]
    assert cited(None) == ["cn.card_2011.plan_signed", "house.hold.plan"], "an unknown product is no escape"


def test_contact_vocabulary_is_closed() -> None:
    """A channel, a role or a purpose that is misspelt in a file is refused, not skipped."""
    with pytest.raises(ValueError, match="fax"):
        contact.Counts(what="dial", per=("number",), at_most=1, unit="faxes", channels=("fax",))
    with pytest.raises(ValueError, match="uncle"):
        contact.CollectOnlyFrom(roles=("uncle",))
    with pytest.raises(ValueError, match="nag"):
        contact.Hold(holds=("dispute",), purposes=("nag",))
