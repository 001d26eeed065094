"""A day's work in a real browser, in both languages, with a mouse, with the keyboard alone, and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page
from sqlalchemy import select
from tests.web.browser import Person
from tests.web.conftest import Workspace
from tests.web.small_book import MIDNIGHT, NOON

from arrears.store import schema

pytestmark = pytest.mark.browser
Sits = Callable[..., Person]

WORDS = {
    "tom": {
        "why": "Follow-up call: expected to recover about ¥261 more than it costs",
        "room": "Connected calls today: 0 of 3",
        "permitted": "Permitted: Call",
        "first": "Say who you are and for whom you call",
        "recorded": "The outcome is recorded.",
        "promise": "Record the promise",
        "promised": "The promise is recorded. Nothing more is done until it falls due.",
        "wrong": "They owe ¥64,152.00 in all; a promise can't be more.",
        "refused": "outside lawful hours where the borrower is",
        "again": "Next lawful time: Wed 25 Nov 08:00",
        "help": "Keys of this page",
        "call": "Call 199****0001",
    },
    "lina": {
        "why": "跟进通话，扣除成本后预计多收回约 ¥261",
        "room": "今日接通：0 / 3 次",
        "permitted": "已许可：拨打",
        "first": "先说明您是谁、代表谁",
        "recorded": "结果已记录。",
        "promise": "记录承诺",
        "promised": "承诺已记录，到期前不再采取其他措施。",
        "wrong": "对方共欠 ¥64,152.00，承诺金额不能超过此数。",
        "refused": "当地时间不在允许时段",
        "again": "下次合法时间：11月25日 周三 08:00",
        "help": "本页快捷键",
        "call": "拨打 199****0001",
    },
}


def facts(workspace: Workspace) -> list[str]:
    with workspace.store.read() as connection:
        wanted = select(schema.evidence_entries.c.kind).order_by(schema.evidence_entries.c.entry_index)
        return list(connection.execute(wanted).scalars())


@pytest.mark.parametrize("username", ["tom", "lina"])
def test_a_collector_takes_the_next_case_sees_why_calls_and_takes_a_promise(
    person: Sits, served: Workspace, username: str
) -> None:
    """From sign-in to a promise in a dozen steps, each said back in the reader's language."""
    said = WORDS[username]
    who = person(username)
    page = who.page
    who.sees(said["why"])
    page.click("button[data-key=n]")
    who.arrives("**/case/queue-wang")
    who.sees(said["why"], said["room"])
    page.click("button[data-key=c]")
    who.sees(said["permitted"], "19900000001", said["first"])
    page.click("button[name=outcome][value=no_answer]")
    who.arrives("**said=recorded")
    who.sees(said["recorded"])
    page.click("button[data-key=z]")
    who.arrives("**/queue?said=rested")
    page.click("button[data-key=n]")
    who.arrives("**/case/queue-li")
    page.click("button[data-key=c]")
    who.sees(said["permitted"])
    page.click("#promise-name")
    page.fill("#field-amount", "99999999")
    page.fill("#field-due_on", "2026-11-28")
    page.select_option("#field-channel", "bank_transfer")
    page.select_option("#field-money_source", "salary")
    page.get_by_text(said["promise"], exact=True).click()
    who.sees(said["wrong"])
    assert page.input_value("#field-due_on") == "2026-11-28"
    page.fill("#field-amount", "1500")
    page.get_by_text(said["promise"], exact=True).click()
    who.sees(said["promised"], "¥1,500.00")
    assert facts(served)[-9:] == [
        "case_claimed",
        "attempt_permitted",
        "outcome_recorded",
        "case_rested",
        "case_claimed",
        "attempt_permitted",
        "promise_taken",
        "case_finished",
        "outcome_recorded",
    ]


@pytest.mark.parametrize("username", ["tom", "lina"])
def test_the_whole_path_works_from_the_keyboard_alone(person: Sits, served: Workspace, username: str) -> None:
    """Not one click: sign in, help, next, call, outcome, next, call, promise."""
    said = WORDS[username]
    who = person(username)
    page = who.page
    who.presses("?")
    assert said["help"] in page.locator("#key-help[open]").inner_text()
    page.keyboard.press("Escape")
    who.presses("n")
    who.arrives("**/case/queue-wang")
    who.presses("?")
    assert said["call"] in page.locator("#key-help[open]").inner_text()
    page.keyboard.press("Escape")
    who.presses("c")
    who.sees(said["permitted"])
    who.presses("1")
    who.sees(said["recorded"])
    who.presses("z")
    who.arrives("**/queue?said=rested")
    who.presses("n")
    who.arrives("**/case/queue-li")
    who.presses("c")
    who.sees(said["permitted"])
    who.presses("p")
    assert 'id="field-amount"' in page.evaluate("document.activeElement.outerHTML.slice(0, 300)")
    page.keyboard.type("250.50")
    page.keyboard.press("Tab")
    # A date field takes its parts in the order of the browser's own language; here month, day, year.
    page.keyboard.type("11282026")
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.id") == "field-due_on":
        page.keyboard.press("Tab")
    for _ in range(8):
        if page.evaluate("document.activeElement.id") == "field-channel":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    who.sees(said["promised"])
    with served.store.read() as connection:
        promise = connection.execute(select(schema.promises)).mappings().one()
    assert (promise["amount_cents"], promise["due_at"].astimezone(NOON.tzinfo).day) == (25_050, 28)


@pytest.mark.parametrize("username", ["tom", "lina"])
def test_outside_hours_the_refusal_stands_beside_the_button_with_clause_and_time(
    person: Sits, served: Workspace, username: str
) -> None:
    """The page was read in time; by the press it is late. Nothing was dialled, and the page says why and until when."""
    said = WORDS[username]
    served.clock.now = MIDNIGHT - timedelta(minutes=50)
    who = person(username)
    page = who.page
    who.presses("n")
    who.arrives("**/case/queue-wang")
    served.clock.now = MIDNIGHT
    who.presses("c")
    who.sees(said["refused"], said["again"], "GB/T 45251-2025")
    assert page.locator(".notice.refused[data-land]").evaluate("el => el === document.activeElement")
    assert page.locator("button[data-key=c]").count() == 0
    page.click("#more-ways-name")
    for button in page.locator("#allowed .button").all():
        assert button.is_disabled()
        described = button.get_attribute("aria-describedby")
        assert described
        assert page.locator(f"#{described}").inner_text()
    assert facts(served)[-1] == "contact_refused"


def test_letters_typed_into_a_field_are_letters(person: Sits, served: Workspace) -> None:
    """A note with n, c and d in it takes no case, makes no call and records no dispute."""
    who = person("tom")
    page = who.page
    who.presses("n")
    who.arrives("**/case/queue-wang")
    who.presses("c")
    who.sees("Permitted: Call")
    who.presses("w")
    page.keyboard.type("no one; could be dead line, 19")
    before = facts(served)
    assert page.input_value("#field-note") == "no one; could be dead line, 19"
    assert page.url.endswith("/case/queue-wang")
    assert facts(served) == before


def test_single_keys_can_be_switched_off(person: Sits) -> None:
    """Whoever dictates to the machine, or rests a hand on the keys, is not acted for."""
    who = person("tom")
    page = who.page
    who.presses(",")
    page.click("button[name=keys][value=off]")
    page.wait_for_selector("body[data-keys=off]")
    who.presses("n")
    page.wait_for_timeout(300)
    assert page.url.endswith("/queue")


def test_a_held_key_takes_one_case(person: Sits, served: Workspace) -> None:
    """A key that repeats, or is pressed twice before the answer, is one step."""
    who = person("tom")
    page = who.page
    page.keyboard.down("n")
    page.keyboard.down("n")
    page.keyboard.up("n")
    who.arrives("**/case/queue-wang")
    page.wait_for_load_state("networkidle")
    assert facts(served).count("case_claimed") == 1


def test_the_language_changes_on_the_page_one_is_on(person: Sits) -> None:
    """The switch is on every page, and stays."""
    who = person("tom")
    page = who.page
    page.goto("/case/queue-wang")
    page.click("button[name=language][value=zh]")
    page.wait_for_selector("html[lang=zh-CN]")
    assert page.url.endswith("/case/queue-wang")
    assert "为何是此案" in who.text


def test_dark_is_a_choice_of_the_reader(person: Sits) -> None:
    """The page takes the system's colours until somebody chooses, and then theirs."""
    who = person("tom")
    page = who.page
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    who.presses(",")
    page.click("button[name=theme][value=dark]")
    page.wait_for_selector("html[data-theme=dark]")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light


@pytest.mark.parametrize("username", ["fang", "hana"])
@pytest.mark.parametrize("width", [390, 768, 1440])
def test_no_page_is_wider_than_its_window(person: Sits, username: str, width: int) -> None:
    """On a phone, a tablet and a desk, in both languages: nothing is reached by scrolling sideways."""
    who = person(username, width=width)
    for path in ("/queue", "/case/queue-wang", "/case/queue-hostile", "/case/queue-card", "/night", "/style", "/nope"):
        who.page.goto(path)
        assert who.overflow_px <= 0, path


def test_what_is_pressed_on_a_phone_is_large_enough(person: Sits) -> None:
    """Every button and field is at least 24 by 24 (WCAG 2.2 AA); the main ones are 40 high."""
    who = person("tom", width=390, height=844)
    for path in ("/queue", "/case/queue-wang"):
        who.page.goto(path)
        for control in who.page.locator("button:visible, summary:visible, select:visible, input:visible").all():
            box = control.bounding_box()
            assert box is not None
            assert box["height"] >= 24, control.evaluate("el => el.outerHTML")
            assert box["width"] >= 24, control.evaluate("el => el.outerHTML")
        for control in who.page.locator(".button:visible").all():
            box = control.bounding_box()
            assert box is not None
            assert box["height"] >= 40


def test_a_hostile_name_runs_nothing(person: Sits) -> None:
    """Shown whole on request, it is text: the title stays, and no script of it runs."""
    who = person("tom")
    page = who.page
    page.goto("/case/queue-hostile")
    who.presses("k")
    who.arrives("**said=claimed")
    who.presses("v")
    page.get_by_role("button", name="Show", exact=True).first.click()
    who.sees("<img src=x onerror=")
    assert page.title() != "1"
    assert page.locator("img").count() == 0


def test_a_chart_is_drawn_from_the_table_below_it(person: Sits) -> None:
    """The canvas is there, the table is there, and the table comes with the numbers."""
    who = person("hana")
    page = who.page
    page.goto("/style")
    page.wait_for_selector("figure.drawn canvas")
    assert page.locator("figure table").is_visible()


def test_every_control_has_a_name_and_every_page_one_heading(person: Sits) -> None:
    """A reader who hears the page is told what each control is, once."""
    who = person("hana")
    page = who.page
    for path in ("/queue", "/case/queue-wang", "/night", "/style", "/nope"):
        page.goto(path)
        nameless = page.evaluate(
            """() => [...document.querySelectorAll('button, a, input:not([type=hidden]), select, summary')]
                .filter((el) => el.checkVisibility())
                .filter((el) => !(el.textContent.trim() || el.getAttribute('aria-label') || el.labels?.length))
                .map((el) => el.outerHTML)"""
        )
        assert nameless == [], path
        doubled = page.evaluate(
            """() => { const ids = [...document.querySelectorAll('[id]')].map((el) => el.id);
                       return ids.filter((id, at) => ids.indexOf(id) !== at); }"""
        )
        assert doubled == [], path
        dangling = page.evaluate(
            """() => [...document.querySelectorAll('[aria-describedby], [aria-labelledby]')]
                .flatMap((el) => ['aria-describedby', 'aria-labelledby'].map((name) => el.getAttribute(name) || ''))
                .flatMap((ids) => ids.split(/\\s+/)).filter((id) => id && !document.getElementById(id))"""
        )
        assert dangling == [], path
        if path != "/style":  # the page of components shows headings of every level
            assert page.locator("h1").count() == 1, path


def test_a_refresh_of_what_is_allowed_closes_no_fold_and_takes_no_focus(person: Sits) -> None:
    """The panel asks anew each minute; the clause that is being read stays open, and the keyboard stays where it is."""
    who = person("tom")
    page = who.page
    page.goto("/case/queue-wang")
    page.click("#room-1-1-mark")
    page.wait_for_selector("#room-1-1[open]")
    with page.expect_response("**/allowed"):
        page.evaluate("htmx.trigger('#allowed', 'refresh')")
    page.wait_for_selector("#allowed:not(.htmx-swapping, .htmx-settling)")
    assert page.locator("#room-1-1[open]").count() == 1
    assert page.evaluate("document.activeElement.id") == "room-1-1-mark"


def test_changing_the_language_keeps_what_was_typed(person: Sits) -> None:
    """A half-filled promise is there in the other language too, in its open fold."""
    who = person("tom")
    page = who.page
    who.presses("n")
    who.arrives("**/case/queue-wang")
    who.presses("p")
    page.fill("#field-amount", "1234.50")
    page.fill("#field-due_on", "2026-11-28")
    page.select_option("#field-channel", "bank_transfer")
    page.click("button[name=language][value=zh]")
    page.wait_for_selector("html[lang=zh-CN]")
    who.sees("为何是此案")
    assert page.input_value("#field-amount") == "1234.50"
    assert page.input_value("#field-due_on") == "2026-11-28"
    assert page.input_value("#field-channel") == "bank_transfer"
    assert page.locator("#field-amount").is_visible()
    assert page.url.endswith("/case/queue-wang")


def test_without_a_connection_a_key_says_so_and_what_was_typed_stays(person: Sits, served: Workspace) -> None:
    """Nothing is lost, nothing was sent, and the page says both; once the line is back the same key works."""
    who = person("tom")
    page = who.page
    who.presses("n")
    who.arrives("**/case/queue-wang")
    who.presses("c")
    who.sees("Permitted: Call")
    who.presses("w")
    page.keyboard.type("rang out")
    page.keyboard.press("Escape")
    before = facts(served)
    page.context.set_offline(True)
    who.presses("1")
    who.sees("No connection", "What you typed is still here")
    assert page.input_value("#field-note") == "rang out"
    assert facts(served) == before
    page.context.set_offline(False)
    who.presses("1")
    who.sees("The outcome is recorded.")


def test_enter_in_the_note_records_nothing(person: Sits, served: Workspace) -> None:
    """In a real browser: the outcome's own key does, Enter does not."""
    who = person("tom")
    page = who.page
    who.presses("n")
    who.arrives("**/case/queue-wang")
    who.presses("c")
    who.sees("Permitted: Call")
    before = facts(served)
    page.fill("#field-note", "rang out")
    page.press("#field-note", "Enter")
    page.press("#field-note", "Escape")
    assert facts(served) == before
    assert page.input_value("#field-note") == "rang out"


TOPS = """() => Object.fromEntries(Object.entries({
    who: 'h1', owed: '.case-head .stats', why: '.case-head .why', claims: '#claims-name', step: '.pinned',
    allowed: '#allowed-name', promise: '#promise-name', asks: '#hold-name', permit: '#permit',
    outcomes: '.outcomes fieldset:nth-of-type(4) .outcome-grid',
}).map(([name, where]) => [name, document.querySelector(where)]).filter(([, found]) => found)
  .map(([name, found]) => [name, found.getBoundingClientRect()]).map(([name, at]) => [name, [at.top, at.bottom]]))"""


@pytest.mark.parametrize("username", ["tom", "lina"])
@pytest.mark.parametrize("width", [1200, 1440])
def test_promise_request_and_next_step_are_in_sight_before_and_after_a_permit(
    person: Sits, username: str, width: int
) -> None:
    """On a desk of 900 px nobody scrolls to what moves a case on: neither as it is opened nor in the call."""
    who = person(username, width=width)
    page = who.page
    who.presses("n")
    who.arrives("**/case/queue-wang")
    pins_a_step(page)
    before = page.evaluate(TOPS)
    assert {name for name in ("promise", "asks", "step", "allowed") if before[name][1] > 900} == set(), before
    who.presses("c")
    who.sees(WORDS[username]["permitted"])
    after = page.evaluate(TOPS)
    in_sight = {"promise", "asks", "step", "permit", *(["outcomes"] if width == 1440 else [])}
    assert {name for name in in_sight if after[name][1] > 900} == set(), after


def test_they_are_in_sight_of_a_case_that_nobody_may_contact_now(person: Sits, served: Workspace) -> None:
    """What stands against every channel fills the panel of what is allowed, and pushes nothing out of sight."""
    served.clock.now = MIDNIGHT
    who = person("tom")
    who.page.goto("/case/queue-wang")
    tops = who.page.evaluate(TOPS)
    assert {name for name in ("promise", "asks", "claims") if tops[name][1] > 900} == set(), tops


def test_on_a_phone_the_case_reads_in_the_order_of_a_call(person: Sits) -> None:
    """Who, what is owed, why now, what they say, what is allowed, a promise; and in a call the number comes first."""
    who = person("tom", width=390, height=844)
    page = who.page
    page.goto("/case/queue-wang")
    tops = page.evaluate(TOPS)
    order = ["who", "owed", "why", "claims", "allowed", "promise"]
    assert sorted(order, key=lambda name: tops[name][0]) == order, tops
    page.get_by_role("button", name="Take this case").click()
    who.arrives("**said=claimed")
    page.locator("button[data-key=c]").click()
    who.sees("Permitted: Call")
    tops = page.evaluate(TOPS)
    order = ["permit", "claims", "promise", "outcomes", "who"]
    assert sorted(order, key=lambda name: tops[name][0]) == order, tops
    assert tops["permit"][0] < 200


def pins_a_step(page: Page) -> None:
    """Somebody has noted what happens next."""
    page.locator("details:has(#step-code) > summary").click()
    page.select_option("#step-code", index=0)
    page.fill("#step-on", "2026-11-27")
    page.click("#step-send")
    page.locator(".pinned").wait_for()


@pytest.mark.parametrize(("width", "height", "screens"), [(1440, 900, 4), (390, 844, 6)])
def test_the_list_of_the_law_is_a_few_screens_until_something_is_opened(
    person: Sits, width: int, height: int, screens: int
) -> None:
    """It was 13,000 px, and 21,000 on a phone; a jump brings its instrument into sight."""
    page = person("tom", width=width, height=height).page
    page.goto("/law")
    assert page.evaluate("document.documentElement.scrollHeight") <= screens * height
    assert page.locator(".law-list:visible").count() == 0
    if width > 1000:  # on a phone the closed list is its own index
        jump = page.locator(".law-jump a").last
        jump.click()
        group = page.locator(str(jump.get_attribute("href")))
        assert 0 <= group.evaluate("el => el.getBoundingClientRect().top") <= height
