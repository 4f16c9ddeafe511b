"""The terminal of a post, told as stories in a phone's browser before a real station."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from operations.drafts import OrderRequest
from operations.targets import Targets
from tests.browser.eyes import serious_faults
from tests.browser.station import Station, serving
from tests.browser.waits import comes_to, resized
from tests.outside import until
from tests.reception import zhengzhou

pytestmark = pytest.mark.browser

POST = "410181106"
PHONE = {"viewport": {"width": 360, "height": 800}, "has_touch": True, "is_mobile": True}
PHONE |= {"service_workers": "block"}  # the stories of the worker open their pages with it


class Seat:
    """A post with its terminal, and the officer who orders it."""

    def __init__(self, station: Station, url: str, new_context: Callable[..., BrowserContext]) -> None:
        self.station, self.url, self.new_context = station, url, new_context

    def open(self, who: str = f"post:{POST}", **options: object) -> Page:
        context = self.new_context(**PHONE | options)
        context.add_cookies([{"name": "as", "value": who, "url": self.url}])
        page = context.new_page()
        page.goto(f"{self.url}/terminal")
        expect(page.locator("#terminal-link")).to_have_class("link live", timeout=30_000)
        return page

    def order(self, **changes: object) -> str:
        given = {"title": "寒潮应对到岗", "text": "立即到岗", "grade": 2, "targets": Targets(posts=(POST,))}
        return self.station.orders.issue(self.station.officer, OrderRequest(**given | changes)).id

    def line(self, order: str):
        return self.station.orders.ledger(self.station.officer, order)[1][0]


@pytest.fixture
def seat(tmp_path: Path, station_port: int, new_context: Callable[..., BrowserContext]) -> Iterator[Seat]:
    station = Station(tmp_path, zhengzhou())
    station.staff(POST, names=("演示员01", "演示员02"))
    with serving(station.front(), station_port) as url:
        yield Seat(station, url, new_context)
    station.database.close()


def choose(page: Page, n: int = 0) -> None:
    page.locator("#terminal-people .person").nth(n).click()


def touch(page: Page) -> None:
    page.locator("#order-head").click()


def read(page: Page) -> None:
    """Until this page knows that the centre has every order as read."""
    lines = "Object.values(zhongshu.terminal.state.link.rows.line)"
    page.wait_for_function(f"() => {lines}.length > 0 && {lines}.every((line) => line.read_at)")


def test_an_order_comes_is_read_by_a_hand_and_confirmed_by_name(seat: Seat):
    page = seat.open()
    expect(page.locator("#terminal-idle")).to_be_visible()
    order = seat.order()
    expect(page.locator("#order-words h1")).to_have_text("寒潮应对到岗")
    until(lambda: seat.line(order).delivered_at, what="the receipt of its delivery")
    page.wait_for_timeout(700)
    assert seat.line(order).read_at is None
    touch(page)
    until(lambda: seat.line(order).read_at, what="the receipt of its reading")
    page.locator("#order-buttons .go").click()
    choose(page)
    expect(page.locator("#order-answered .given")).to_contain_text("演示员01")
    expect(page.locator("#order-answered")).to_contain_text("选名，未核验")
    line = seat.line(order)
    assert (line.by, line.known_by, line.answers[-1].answer) == ("演示员01", "chosen", "received")
    page.locator("#order-buttons .go", has_text="已到位").click()
    expect(page.locator("#order-answered .given")).to_have_count(2)
    assert [answer.answer for answer in seat.line(order).answers] == ["received", "in_position"]


def test_the_bell_rings_until_a_hand_is_on_the_terminal(seat: Seat):
    page = seat.open()
    page.locator("#idle-test").click()
    ringing = "() => zhongshu.terminalSound.ringing"
    assert page.evaluate(ringing) is False
    seat.order()
    page.wait_for_function(ringing)
    expect(page).to_have_title(re.compile("^●"))
    touch(page)
    page.wait_for_function("() => !zhongshu.terminalSound.ringing")


def test_an_answer_given_without_a_network_is_kept_and_goes_out_when_it_returns(seat: Seat):
    page = seat.open()
    order = seat.order()
    touch(page)
    page.locator("#order-who button").click()
    choose(page)
    seat.station.cut_off()
    expect(page.locator("#terminal-net")).to_contain_text("网络断开")
    page.locator("#order-buttons .go").click()
    expect(page.locator("#order-buttons .go")).to_contain_text("已存下")
    expect(page.locator("#terminal-net")).to_contain_text("恢复后自动发出")
    assert seat.line(order).acknowledged_at is None
    seat.station.reachable = True
    expect(page.locator("#order-answered .given")).to_contain_text("演示员01", timeout=30_000)
    expect(page.locator("#terminal-net")).to_be_hidden()
    line = seat.line(order)
    assert line.acknowledged_at - line.answers[0].claimed_at > timedelta(0)
    comes_to(page, f"() => localStorage.getItem('zhongshu-kept-{POST}')", "[]")


def test_a_correction_takes_the_old_words_down_and_says_how_many_were_withdrawn(seat: Seat):
    page = seat.open()
    order = seat.order()
    expect(page.locator("#order-words")).to_contain_text("立即到岗")
    seat.station.orders.correct(seat.station.officer, order, {"text": "十五分钟内到岗"}, reason="改时间")
    expect(page.locator("#order-words")).to_contain_text("十五分钟内到岗")
    expect(page.locator("#order-words")).not_to_contain_text("立即到岗")
    expect(page.locator("#order-words .edition")).to_contain_text("已撤回 1 个旧版本")
    expect(page.locator("#order-words .edition")).to_contain_text("改动：内容")
    expect(page.locator("#order-words .edition")).to_contain_text("原因：改时间")
    expect(page.locator("#order-words .body ins")).to_have_text("十五分钟内")
    page.reload()
    expect(page.locator("#order-words .body ins")).to_have_text("十五分钟内")


def test_a_cancelled_order_is_taken_down_with_its_reason_and_put_away_by_hand(seat: Seat):
    page = seat.open()
    order = seat.order()
    expect(page.locator("#terminal-order")).to_be_visible()
    seat.station.orders.cancel(seat.station.officer, order, reason="误发")
    expect(page.locator("#terminal-ended")).to_contain_text("指令已撤销")
    expect(page.locator("#terminal-ended")).to_contain_text("误发")
    expect(page.locator("body")).not_to_contain_text("立即到岗")
    page.locator("#terminal-ended .go").click()
    expect(page.locator("#terminal-idle")).to_be_visible()


def test_an_order_that_ran_out_while_the_terminal_was_away_is_never_shown(seat: Seat):
    order = seat.order(limits=1, valid_until=seat.station.clock.real() + timedelta(seconds=60))
    seat.station.clock.ahead = timedelta(seconds=61)
    page = seat.open()
    expect(page.locator("#terminal-idle")).to_be_visible()
    expect(page.locator("#terminal-order")).to_be_hidden()
    seat.station.orders.expire_due()
    assert seat.line(order).state == "expired"
    page.reload()
    expect(page.locator("#terminal-link")).to_have_class("link live")
    expect(page.locator("body")).not_to_contain_text("立即到岗")


def test_a_drill_is_violet_and_says_so_in_its_words(seat: Seat):
    page = seat.open()
    seat.order(mode="drill")
    expect(page.locator("#order-words h1")).to_have_text("【演练】寒潮应对到岗")
    expect(page.locator("#order-head .mode")).to_have_text("演练")
    expect(page.locator("#order-buttons .go")).to_have_css("background-color", "rgb(189, 166, 255)")


def test_a_wrong_pin_is_refused_aloud_and_a_right_one_is_known(seat: Seat):
    seat.station.staff(POST, pin="2468")
    page = seat.open()
    order = seat.order()
    page.locator("#order-buttons .go").click()
    choose(page)
    page.locator("#terminal-people input").fill("1111")
    page.locator("#terminal-people .go").click()
    expect(page.locator("#terminal-net")).to_contain_text("PIN 不正确")
    assert seat.line(order).acknowledged_at is None
    page.locator("#order-who button").click()
    choose(page)
    page.locator("#terminal-people input").fill("2468")
    page.locator("#terminal-people .go").click()
    page.locator("#order-buttons .go").click()
    expect(page.locator("#order-answered")).to_contain_text("PIN 核验")
    assert seat.line(order).known_by == "pin"


def test_a_person_who_is_logged_in_answers_without_choosing(seat: Seat):
    page = seat.open(f"person:{POST}")
    order = seat.order()
    page.locator("#order-buttons .go").click()
    expect(page.locator("#order-answered")).to_contain_text("本人登录")
    assert (seat.line(order).by, seat.line(order).known_by) == ("演示员09", "login")


def test_trouble_is_told_with_a_note_and_text_stays_text(seat: Seat):
    page = seat.open()
    order = seat.order(title="<b>雪</b>", text="<img src=x onerror=alert(1)> {x}".replace("{x}", ""))
    expect(page.locator("#order-words h1")).to_have_text("<b>雪</b>")
    page.locator("#order-buttons button", has_text="需支援").click()
    choose(page)
    page.locator("#terminal-note textarea").fill("<i>缺融雪剂 5 吨</i>")
    page.locator("#terminal-note .go").click()
    expect(page.locator("#order-answered .given")).to_contain_text("<i>缺融雪剂 5 吨</i>")
    assert seat.line(order).answers[0].note == "<i>缺融雪剂 5 吨</i>"


def test_several_orders_stand_in_a_list_and_the_newest_unread_fills_the_screen(seat: Seat):
    page = seat.open()
    seat.order(title="第一")
    touch(page)
    read(page)
    seat.order(title="第二", grade=4)
    expect(page.locator("#order-words h1")).to_have_text("第二")
    expect(page.locator("#order-others .other")).to_have_count(1)
    resized(page, 360, 640)
    comes_to(page, READABLE, True)  # the words are read above the answers on a small phone
    touch(page)
    read(page)
    page.locator("#order-others .other").click()
    expect(page.locator("#order-words h1")).to_have_text("第一")


READABLE = """() => {
  const [words, answers] = ['.body', '.bottom'].map((part) => document.querySelector(`#terminal-order ${part}`));
  return words.getBoundingClientRect().bottom < answers.getBoundingClientRect().top;
}"""


def test_everybody_can_use_the_terminal(seat: Seat):
    page = seat.open()
    expect(page.locator("#terminal-idle")).to_be_visible()
    found = {"idle": serious_faults(page)}
    order = seat.order()
    touch(page)
    expect(page.locator("#order-buttons .go")).to_be_visible()
    found["asked"] = serious_faults(page)
    page.locator("#order-buttons .go").click()
    expect(page.locator("#terminal-people .person").first).to_be_visible()
    found["people"] = serious_faults(page)
    choose(page)
    expect(page.locator("#order-answered .given")).to_have_count(1)
    found["order"] = serious_faults(page)
    seat.station.orders.cancel(seat.station.officer, order, reason="误发")
    expect(page.locator("#terminal-ended")).to_be_visible()
    found["ended"] = serious_faults(page)
    assert found == {state: [] for state in ("idle", "asked", "people", "order", "ended")}


def test_nothing_is_wider_than_the_screen_even_with_names_twice_as_long(seat: Seat):
    seat.station.staff(POST, names=("演示员" * 12,))
    page = seat.open(viewport={"width": 320, "height": 800})
    seat.order(
        title="寒潮应对到岗" * 10, text="立即到岗" * 60, ground="依据文件" * 20, callback="0371-00000000 转 1234"
    )
    expect(page.locator("#terminal-order")).to_be_visible()
    page.locator("#order-who button").click()
    choose(page)
    for width in (320, 360, 1280):
        resized(page, width, 800)
        comes_to(page, IN_SIGHT, [True, True])


# Whether nothing is wider than the screen, and the answer begins on it.
IN_SIGHT = """() => [document.documentElement.scrollWidth <= innerWidth,
  document.querySelector('#order-buttons .go').getBoundingClientRect().top < innerHeight]"""
