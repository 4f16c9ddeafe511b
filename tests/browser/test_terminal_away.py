"""The terminal away from its network: on the home screen, reloaded without a link, back after an hour."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_terminal import POST, Seat, choose, seat
from tests.outside import until

__all__ = ["seat"]
pytestmark = pytest.mark.browser
KEPT_PAGE = "async () => Boolean(await caches.match('/terminal'))"
THE_WORKER = "() => navigator.serviceWorker.controller && navigator.serviceWorker.controller.state === 'activated'"


def with_worker(seat: Seat, **options: object) -> Page:
    page = seat.open(service_workers="allow", **options)
    page.wait_for_function(THE_WORKER)
    page.wait_for_function(KEPT_PAGE)
    return page


def test_a_reload_without_a_network_shows_what_was_kept_and_an_answer_goes_out_later(seat: Seat):
    page = with_worker(seat)
    kept, short = seat.order(), seat.order(title="很快到期", limits=1, valid_until=soon(seat, 10))
    page.wait_for_function("(n) => (localStorage.getItem('zhongshu-orders-' + n) || '').includes('很快到期')", arg=POST)
    away(seat, page)
    page.reload()
    expect(page.locator("#terminal-net")).to_contain_text("以下内容可能已有变化")
    expect(page.locator("#order-words")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("很快到期", timeout=30_000)  # it ran out while nobody could say so
    page.locator("#order-buttons .go").click()
    choose(page)
    expect(page.locator("#order-buttons .go")).to_contain_text("已存下")
    page.reload()
    expect(page.locator("#order-buttons .go")).to_contain_text("已存下")
    assert seat.line(kept).acknowledged_at is None
    back(seat, page)
    expect(page.locator("#order-answered .given")).to_contain_text("演示员01", timeout=30_000)
    line = seat.line(kept)
    assert line.answers[0].claimed_at < line.answers[0].at
    assert seat.line(short).acknowledged_at is None


def away(seat: Seat, page: Page) -> None:
    """No new connection from this browser, and the one it has is cut."""
    seat.station.cut_off()
    page.context.set_offline(True)


def back(seat: Seat, page: Page) -> None:
    seat.station.reachable = True
    page.context.set_offline(False)


def soon(seat: Seat, seconds: float):
    return seat.station.clock.real() + timedelta(seconds=seconds)


def test_a_terminal_that_comes_back_shows_the_newest_edition_alone_and_how_many_were_withdrawn(seat: Seat):
    page = with_worker(seat)
    order = seat.order()
    expect(page.locator("#order-words")).to_contain_text("立即到岗")
    away(seat, page)
    expect(page.locator("#terminal-net")).to_contain_text("网络断开", timeout=30_000)
    for text in ("十五分钟内到岗", "十分钟内到岗"):
        order = seat.station.orders.correct(seat.station.officer, order, {"text": text}, reason="改时间").id
    back(seat, page)
    page.reload()
    expect(page.locator("#order-words")).to_contain_text("十分钟内到岗")
    expect(page.locator("#order-words .edition")).to_contain_text("已撤回 2 个旧版本")
    expect(page.locator("body")).not_to_contain_text("立即到岗")
    away(seat, page)
    page.reload()  # nor is an old one what this device has kept
    expect(page.locator("#order-words")).to_contain_text("十分钟内到岗")
    expect(page.locator("body")).not_to_contain_text("立即到岗")
    back(seat, page)


def test_a_place_is_asked_for_by_a_hand_only_and_goes_with_the_answer(seat: Seat):
    page = seat.open(geolocation={"longitude": 113.1234567, "latitude": 34.7}, permissions=["geolocation"])
    order = seat.order()
    page.locator("#order-buttons .go").click()
    choose(page)
    expect(page.locator("#order-answered .given")).to_have_count(1)
    assert seat.line(order).answers[0].place is None
    page.locator("#order-answered .attach button").click()
    expect(page.locator("#order-answered .given")).to_have_count(2)
    expect(page.locator("#order-answered")).to_contain_text("已附位置")
    assert [answer.place for answer in seat.line(order).answers] == [None, (113.12346, 34.7)]


def test_the_post_hands_over_from_its_own_terminal(seat: Seat):
    seat.station.on_duty(POST)
    page = seat.open()
    expect(page.locator("#idle-duty")).to_contain_text("演示员")
    expect(page.locator("#idle-who")).to_contain_text("按值班表")
    before = page.locator("#idle-who b").inner_text()
    late: list[Route] = []
    page.route("**/terminal/post", lambda route: late.append(route))
    page.locator("#idle-duty button").click()
    until(lambda: late or page.wait_for_timeout(20), what="the question that is answered late")
    page.keyboard.press("Escape")
    with page.expect_response("**/terminal/post"):
        late[0].continue_()
    page.unroute("**/terminal/post")
    expect(page.locator("#terminal-duty")).to_be_hidden()  # an answer that comes late opens nothing again
    page.locator("#idle-duty button").click()
    page.locator("#terminal-duty .person").first.click()
    page.locator("#terminal-duty button", has_text="仍要交班").click()
    page.locator("#terminal-duty .quiet").click()
    expect(page.locator("#idle-who b")).not_to_have_text(before)
    order = seat.order()
    page.reload()
    page.locator("#order-buttons .go").click()  # whoever stands there answers, without choosing a name
    expect(page.locator("#order-answered .given")).to_have_count(1)
    assert seat.line(order).by != before


def test_a_new_version_takes_over_once_the_terminal_is_idle_and_no_answer_is_lost(seat: Seat):
    page = with_worker(seat)
    order = seat.order()
    page.locator("#order-who button").click()
    choose(page)
    away(seat, page)
    expect(page.locator("#terminal-net")).to_contain_text("网络断开")
    page.locator("#order-buttons .go").click()
    expect(page.locator("#order-buttons .go")).to_contain_text("已存下")
    seat.station.install("b2")  # while it was away, another version was installed
    back(seat, page)
    expect(page.locator("#order-answered .given")).to_have_count(1, timeout=30_000)
    assert page.locator("body").get_attribute("data-build") == "b1"  # not under the hand of somebody who reads an order
    seat.station.orders.cancel(seat.station.officer, order, reason="误发")
    page.locator("#terminal-ended .go").click()
    expect(page.locator("body")).to_have_attribute("data-build", "b2", timeout=30_000)
    page.wait_for_function("async () => (await caches.keys()).every((name) => name.endsWith('-b2'))", timeout=30_000)
    assert len(seat.line(order).answers) == 1
