"""Feedback after an order, told as one story: the terminal asks once, the desk reads it beside the ledger."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_terminal import Seat, choose, seat, touch

__all__ = ["seat"]  # a fixture

pytestmark = [
    pytest.mark.browser,
    # the server that Dash's files come from leaves closing them to the collector of garbage
    pytest.mark.filterwarnings(
        "ignore::pytest.PytestUnraisableExceptionWarning", "ignore:unclosed file:ResourceWarning"
    ),
]


def test_a_post_says_what_went_well_in_one_sentence_and_the_desk_reads_it(seat: Seat):
    page = seat.open()
    order = seat.order()
    expect(page.locator("#order-words h1")).to_be_visible()
    touch(page)
    page.locator("#order-buttons .go").click()
    choose(page)
    expect(page.locator("#order-answered .given")).to_be_visible()
    seat.station.orders.close(seat.station.officer, order, reason="到岗完成")
    page.locator("#terminal-ended .go").click()
    asked = page.locator("#idle-feedback")
    expect(asked).to_contain_text("「寒潮应对到岗」已结束")
    asked.get_by_role("button", name="说一句").click()
    well, hindered = page.get_by_label("哪些做得好"), page.get_by_label("哪些有阻碍")
    expect(well).to_be_focused()
    well.fill("电话通畅")
    hindered.fill("<b>道路结冰</b>")
    page.route("**/terminal/post/feedback", lambda route: route.abort(), times=1)  # the network is away for a moment
    page.locator("#terminal-note .go").click()
    expect(asked).to_contain_text("暂时办不了")
    asked.get_by_role("button", name="说一句").click()
    expect(hindered).to_have_value("<b>道路结冰</b>")
    page.locator("#terminal-note .go").click()
    expect(asked).to_be_empty()
    context = seat.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "as", "value": "leader", "url": seat.url}])
    desk = context.new_page()
    desk.goto(f"{seat.url}/desk?order={order}")
    desk.locator("#ledger-acts .feedback").click()
    sheet = desk.locator("#desk-sheet")
    expect(sheet.locator("tbody tr")).to_have_count(1)
    expect(sheet).to_contain_text("电话通畅")
    expect(sheet).to_contain_text("<b>道路结冰</b>")
