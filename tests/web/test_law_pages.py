"""The law browser: what a compliance officer reads is what the gate and the night apply."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest
from fastapi.testclient import TestClient
from tests.web.asking import sign_in, words_of
from tests.web.conftest import Workspace

from arrears.law.kinds import NAME_OF
from arrears.law.load import Law
from arrears.law.marks import INSTRUMENTS, KINDS, MARKS
from arrears.law.provision import AUTHORITIES, CONFIDENCES, FORCES
from arrears.web.law.view import Asked, list_view, provision_view
from arrears.web.words.catalogue import Words

DAY = date(2026, 11, 24)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_provision_in_force_stands_once_in_the_list(law: Law, language: str) -> None:
    """Nothing that holds is missing, and nothing that does not hold is shown as if it did."""
    view = list_view(law, Asked(), Counter(), DAY, Words(language))
    shown = [line.href.removeprefix("/law/") for lines in view.groups.values() for line in lines]
    assert sorted(shown) == sorted(item.id for item in law.provisions if item.in_force_on(DAY))


def test_the_list_opens_short_with_every_instrument_one_press_away(client: TestClient, law: Law) -> None:
    """Unasked, every instrument is a closed fold with a jump to it; what was asked for stands open, and only that."""
    sign_in(client, "compl")
    page = client.get("/law").text
    folds = re.findall(r'<details class="[^"]*law-group" id="(group-\d+)"( open)?>', page)
    held = {item.instrument for item in law.provisions if item.in_force_on(DAY)}
    assert len(folds) == len(held)
    assert [mark for _, mark in folds if mark] == []
    assert re.findall(r'href="#(group-\d+)"', page) == [name for name, _ in folds]
    found = client.get("/law", params={"kind": "closed_hours"}).text
    assert all(mark for _, mark in re.findall(r'law-group" id="(group-\d+)"( open)?>', found))
    assert 'value="closed_hours" selected' in found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_provision_has_a_page_with_its_encoding_and_its_cases(law: Law, language: str) -> None:
    """No provision is applied that a reader can't read: sentences, cases and certainty are on every page."""
    for provision_id in {item.id for item in law.provisions}:
        versions = [item for item in law.provisions if item.id == provision_id]
        view = provision_view(law, versions, 0, DAY, Words(language))
        assert len(view.versions) == len(versions)
        for version in view.versions:
            assert version.plain, provision_id
            assert all(version.plain), provision_id
            assert version.cases, provision_id


def test_marks_kinds_and_instruments_all_have_words(law: Law) -> None:
    """A code is never shown to a reader: each has its pair of words."""
    assert set(KINDS) == set(NAME_OF.values())
    assert set(MARKS) >= {*FORCES, *CONFIDENCES, *AUTHORITIES}
    assert {item.instrument for item in law.provisions} <= set(INSTRUMENTS)


def test_a_search_narrows_the_list_and_says_when_nothing_matches(client: TestClient) -> None:
    """Words, kind, force and certainty each narrow; none found is said with what to do."""
    sign_in(client, "compl")
    everything = words_of(client.get("/law").text)
    hours = words_of(client.get("/law", params={"kind": "closed_hours"}).text)
    assert len(hours) < len(everything) / 3
    assert "GB/T 45251-2025" in hours
    assert "没有符合的" in words_of(client.get("/law", params={"find": "没有这样的词"}).text)
    injected = client.get("/law", params={"find": "<script>alert(1)</script>", "kind": "nonsense"})
    assert injected.status_code == 200
    assert "<script>alert" not in injected.text


def test_what_was_not_read_in_the_original_is_marked_on_its_page(client: TestClient, law: Law) -> None:
    """Certainty is not small print."""
    sign_in(client, "compl")
    unread = next(item for item in law.provisions if item.confidence == "recalled" and item.in_force_on(DAY))
    read = next(item for item in law.provisions if item.confidence == "seen-text" and item.in_force_on(DAY))
    assert "引用前请先核对" in words_of(client.get(f"/law/{unread.id}").text)
    page = words_of(client.get(f"/law/{read.id}").text)
    assert "引用前请先核对" not in page
    assert read.text.splitlines()[0][:20] in page


def test_a_provision_that_is_not_there_is_not_found(client: TestClient, workspace: Workspace) -> None:
    """A wrong address is answered in words, and a stranger is asked to sign in first."""
    assert client.get("/law").status_code == 303
    sign_in(client, "compl")
    assert client.get("/law/cn.nothing.here").status_code == 404
