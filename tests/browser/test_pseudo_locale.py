"""No word on a live screen is written in code: in a language of marked letters every one that is seen is marked."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from layouts import text as words
from tests import pseudo
from tests.browser.conftest import DISTRICTS, Desk
from tests.browser.harness import cities
from tests.browser.harness.__main__ import build
from tests.browser.harness.play import Play
from tests.browser.station import answering, serving
from tests.browser.test_terminal import POST, Seat, choose, seat
from tests.outside import a_free_port

__all__ = ["seat"]
pytestmark = [
    pytest.mark.browser,
    # the server that Dash's files come from leaves closing them to the collector of garbage
    pytest.mark.filterwarnings(
        "ignore::pytest.PytestUnraisableExceptionWarning", "ignore:unclosed file:ResourceWarning"
    ),
]
OURS = {"路滑", "撒布融雪剂", "寒潮应对到岗", "立即到岗", "演示员", "演示值班长", "演示副值班长", "CSV", "PDF", "XLSX"}


@pytest.fixture(autouse=True)
def _marked_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {language: pseudo.catalogue(language) for language in words.LANGUAGES}
    monkeypatch.setattr(words, "catalogue", made.__getitem__)


def with_marked_words(context: BrowserContext) -> None:
    """The catalogue that scripts fetch is the marked one, too."""
    said = json.dumps(words.catalogue("zh-CN"))
    context.route("**/locales/*.json*", lambda route: route.fulfill(body=said, content_type="application/json"))


def unmarked(page: Page, known: set[str]) -> list[str]:
    shown = page.evaluate(pseudo.SEEN)
    assert len(shown) > 10
    return pseudo.unmarked(shown, known | OURS)


@pytest.fixture
def marked_desk(desk: Desk) -> Desk:
    plain = desk.new_context

    def make(**options: object) -> BrowserContext:
        context = plain(**options)
        with_marked_words(context)
        return context

    desk.new_context = make
    return desk


def test_desk_and_ledger_say_nothing_of_their_own(marked_desk: Desk):
    known = pseudo.strings_of(marked_desk.station.city)
    order = marked_desk.order(*DISTRICTS[:4])
    answering(marked_desk.station, order, DISTRICTS[:2])
    answering(marked_desk.station, order, DISTRICTS[2:3], answer="need_support", note="路滑")
    page = marked_desk.open()
    expect(page.locator("#desk-today-rows tr")).to_have_count(1)
    assert unmarked(page, known) == []
    page.locator("#desk-show button").click()
    expect(page.locator("dialog[open]")).to_have_count(1)
    assert unmarked(page, known) == []
    page.goto(f"{marked_desk.url}/desk/?order={order}")
    expect(page.locator("#ledger-table tbody tr")).to_have_count(4, timeout=30_000)
    assert unmarked(page, known) == []


def test_a_terminal_says_nothing_of_its_own(seat: Seat):
    known = pseudo.strings_of(seat.station.city)
    seat.station.on_duty(POST)
    page = seat.open()
    expect(page.locator("#idle-duty button")).to_be_visible()
    assert unmarked(page, known) == []
    page.locator("#idle-duty button").click()
    expect(page.locator("#terminal-duty .person")).to_have_count(1)
    assert unmarked(page, known) == []
    page.keyboard.press("Escape")
    order = seat.order()
    page.locator("#order-who button").click()
    choose(page)
    page.locator("#order-buttons .go").click()
    expect(page.locator("#order-answered .given")).to_have_count(1)
    assert unmarked(page, known) == []
    seat.station.cut_off()
    expect(page.locator("#terminal-net")).to_be_visible()
    assert unmarked(page, known) == []
    seat.station.reachable = True
    seat.station.orders.cancel(seat.station.officer, order, reason="路滑")
    expect(page.locator("#terminal-ended")).to_be_visible(timeout=30_000)
    assert unmarked(page, known) == []


def test_a_wall_says_nothing_of_its_own(new_context: Callable[..., BrowserContext]):
    play = Play(cities.of("made:5"))
    server, _socketio = build(play, demo=True)
    with serving(server, a_free_port()) as address:
        context = new_context(viewport={"width": 1920, "height": 1080})
        with_marked_words(context)
        page = context.new_page()
        page.goto(f"{address}/wall/")
        page.wait_for_selector("#wall[data-ready]", timeout=30_000)
        page.wait_for_function("zhongshu.live.state.link.state === 'live'")
        play.reporting = False  # what comes from now on would be said by no row that is known here
        with play.lock:
            rows = list(play.rows.values())
        known = pseudo.strings_of(play.city) | {row["title"] for row in rows if row.get("title")}
        known |= {str(row.get("text")) for row in rows if row.get("text")}
        overview = unmarked(page, known)
        page.click("#wall-tab-order")
        page.wait_for_selector("#wall.scene-order")
        page.wait_for_function("document.querySelector('#order-faces .face')")
        told = [row for row in rows if row["kind"] == "order"]
        known |= {str(told[0][name]) for name in ("ground", "signer", "title", "text")}
        assert (overview, unmarked(page, known)) == ([], [])
        play.ticking = False
