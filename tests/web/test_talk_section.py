"""What to say, on the case page: the card that fits, in the case's own figures, and what stops it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient
from tests.web.asking import post, sign_in
from tests.web.conftest import Workspace
from tests.web.test_case_page import WANG, kinds_of_facts, permitted

from arrears.conduct.review import objections
from arrears.daytime.deck import checked_deck

UNPAID = "工地的老板欠我两万块工钱，一直没结"
ILL = "我上周查出来肺癌，下周一手术"


def talk_on(client: TestClient) -> str:
    found = re.search(r'<section class="panel talk".*?</section>', client.get(WANG).text, re.S)
    assert found
    return found[0]


def wordings_on(client: TestClient) -> list[str]:
    return [unescape(one) for one in re.findall(r'<span class="wording">(.*?)</span>', talk_on(client), re.S)]


def test_before_the_contact_the_page_prepares_and_notes_nothing(client: TestClient, workspace: Workspace) -> None:
    """A card of their work or stage with its opening; no form to write down what nobody said."""
    sign_in(client, "tom")
    section = talk_on(client)
    assert "before the contact" in section
    assert "/hear" not in section
    assert "/note" not in section
    assert wordings_on(client)
    assert post(client, f"{WANG}/hear", words=UNPAID, language="zh").status_code == 422
    assert "heard" not in kinds_of_facts(workspace)


def test_what_they_say_opens_its_card_in_their_language(client: TestClient, workspace: Workspace) -> None:
    """The collector reads English, the borrower hears Chinese, with the case's own figures."""
    sign_in(client, "tom")
    permitted(client)
    post(client, f"{WANG}/note", step="right_party")
    assert post(client, f"{WANG}/hear", words=UNPAID, language="zh").headers["location"].endswith("said=heard")
    section = talk_on(client)
    assert "Somebody owes me" in section
    assert all(re.search(r"[㐀-鿿]", wording) for wording in wordings_on(client))
    assert kinds_of_facts(workspace)[-2:] == ["call_step_noted", "heard"]


def test_the_next_wording_follows_the_tasks(client: TestClient) -> None:
    """Opening, then the first task that is not done; each is noted once."""
    sign_in(client, "tom")
    permitted(client)
    opening = wordings_on(client)
    post(client, f"{WANG}/note", step="right_party")
    asking = wordings_on(client)
    post(client, f"{WANG}/note", step="ask_payment")
    assert opening != asking != wordings_on(client)
    assert post(client, f"{WANG}/note", step="ask_payment").status_code == 422


def test_nothing_of_a_card_is_said_before_it_is_known_who_answers(client: TestClient) -> None:
    """Who calls, that it is recorded, and the question; no lender, no sum, no offer."""
    sign_in(client, "tom")
    permitted(client)
    (said,) = wordings_on(client)
    assert "请问是王**本人吗" in said
    assert not re.search(r"银行|欠|还款|逾期|¥|方案|\d", said)
    post(client, f"{WANG}/note", step="right_party")
    assert said not in wordings_on(client)
    assert len(wordings_on(client)) >= 2


def test_illness_stops_the_asking_and_shows_the_way_to_help(client: TestClient) -> None:
    """One press holds collection; once noted, no wording that asks for money is left."""
    sign_in(client, "tom")
    permitted(client)
    post(client, f"{WANG}/note", step="right_party")
    post(client, f"{WANG}/hear", words=ILL, language="zh")
    assert "Hardship: stop collection now" in talk_on(client)
    post(client, f"{WANG}/note", step="vulnerable")
    section = talk_on(client)
    assert "stopped: help or an answer comes first" in section
    assert 'value="ask_payment"' not in section


@pytest.mark.parametrize(
    ("said", "hold"),
    [
        ("你们别再打给我了，有事发短信", "stop"),
        ("这笔钱我根本没借过", "dispute"),
        ("我请了律师，你找他谈", "represented"),
    ],
)
def test_a_right_that_is_heard_is_one_press_from_its_hold(client: TestClient, said: str, hold: str) -> None:
    """The machine suggests; a person records it."""
    sign_in(client, "tom")
    permitted(client)
    post(client, f"{WANG}/hear", words=said, language="zh")
    assert f'id="protect-{hold}"' in talk_on(client)


def test_abuse_is_answered_with_three_calm_warnings(client: TestClient) -> None:
    """Said in their language; the fourth time the conversation has ended."""
    sign_in(client, "tom")
    permitted(client)
    for n, words in ((1, "请您注意用语"), (2, "平等沟通"), (3, "最后一次")):
        post(client, f"{WANG}/note", step="abuse")
        section = talk_on(client)
        assert f"Warning {n} of 3" in section
        assert words in section
    post(client, f"{WANG}/note", step="abuse")
    assert "ended" in talk_on(client)
    assert not wordings_on(client)


def test_a_card_can_be_chosen_only_among_those_that_fit(client: TestClient) -> None:
    """What the address names besides them is not shown."""
    sign_in(client, "tom")
    other = re.search(r"\?card=([A-Z0-9a-z_-]+)", talk_on(client))
    assert other
    chosen = client.get(f"{WANG}?card={other[1]}").text
    assert re.search(rf'<span class="code">{other[1]}</span>', chosen)
    assert '<span class="code">X13</span>' not in client.get(f"{WANG}?card=X13").text


def test_nothing_that_the_page_says_to_say_is_flagged(client: TestClient) -> None:
    """As it is shown, figures filled in, for every card that could be shown here."""
    sign_in(client, "tom")
    permitted(client)
    for said in (UNPAID, "我欠了十几家网贷，法院都冻结我了", "有本事你们就去告我"):
        post(client, f"{WANG}/hear", words=said, language="zh")
        for step in ("right_party", "ask_payment", "learn_reason", "consequence", "commitment"):
            for wording in wordings_on(client):
                assert not objections(wording, "zh", "borrower"), wording
            post(client, f"{WANG}/note", step=step)
    assert len(checked_deck()[0].cards) > 20


def test_the_summary_says_what_was_noted_and_is_put_into_the_note_to_be_edited(client: TestClient) -> None:
    """In the collector's language; a claim stays a claim."""
    sign_in(client, "tom")
    permitted(client)
    assert 'data-fills="field-note"' not in client.get(WANG).text
    post(client, f"{WANG}/note", step="right_party")
    post(client, f"{WANG}/say", kind="receivable", amount="20000", words="老板欠我")
    post(client, f"{WANG}/step", step="they_send_papers", due_on="2026-11-27")
    draft = re.search(r'data-fills="field-note" data-value="([^"]*)"', client.get(WANG).text)
    assert draft
    said = unescape(draft[1])
    assert "it is they" in said
    assert "They said: money owed to them ¥20,000.00 (not yet verified)" in said.replace("CN¥", "¥")
    assert "Next: they send a document Fri 27 Nov" in said


def test_the_sheet_holds_what_is_known_and_prompts_for_the_rest(client: TestClient) -> None:
    """Its own page, to print; for those who work cases."""
    sign_in(client, "tom")
    post(client, f"{WANG}/claim")
    post(client, f"{WANG}/say", kind="illness", words="我住院了")
    page = client.get(f"{WANG}/sheet").text
    assert "Preparation" in page
    assert "illness" in page
    assert all(f'<span class="code">N{n}</span>' in page for n in range(1, 13))
    assert "王晓燕" not in page
