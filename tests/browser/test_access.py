"""The order desk and the ledger have no serious fault that axe finds, in either theme; and no word of one language
stands in the other, at the terminal too."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DISTRICTS, Desk
from tests.browser.eyes import serious_faults
from tests.browser.station import answering
from tests.browser.test_desk import choose_template
from tests.browser.test_terminal import Seat, seat, touch

__all__ = ["seat"]
pytestmark = [
    pytest.mark.browser,
    # the server that Dash's files come from leaves closing them to the collector of garbage
    pytest.mark.filterwarnings(
        "ignore::pytest.PytestUnraisableExceptionWarning", "ignore:unclosed file:ResourceWarning"
    ),
]
THEME = "zhongshu-theme"
OWN = ["演示员", "演示值班长", "中文"]  # people, and the link to the other language
# Texts that can be seen and hold none of `own`.
CHINESE = """(own) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), chinese = /[\\u4e00-\\u9fff]/.test(text);
    const ours = !own.some((word) => text.includes(word)), seen = walker.currentNode.parentElement.checkVisibility();
    if (chinese && ours && seen) found.push(text);
  }
  return found;
}"""


@pytest.mark.parametrize("theme", ["night", "day"])
def test_the_desk_and_the_ledger_have_no_serious_fault(desk: Desk, theme: str):
    order = desk.order(*DISTRICTS[:8])
    answering(desk.station, order, DISTRICTS[:3], answer="in_position")
    page = desk.open(cookies={THEME: theme})
    expect(page.locator(f"html[data-theme={theme}]")).to_have_count(1)
    choose_template(page)
    expect(page.locator("#desk-before-fields .big")).to_have_text("270")
    assert serious_faults(page) == []
    page.locator("#desk-today-rows tr").click()
    expect(page.locator("#ledger-table tbody tr")).to_have_count(8)
    assert serious_faults(page) == []


def test_a_terminal_in_english_says_no_word_of_chinese(seat: Seat):
    seat.order(title="Man your posts", text="Come at once")
    page = seat.open()
    page.context.add_cookies([{"name": "language", "value": "en", "url": seat.url}])
    page.reload()
    touch(page)
    expect(page.locator("#order-buttons .go")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.evaluate(CHINESE, OWN) == []


def test_a_desk_in_english_says_no_word_of_chinese(desk: Desk):
    desk.order(*DISTRICTS[:3], title="Ice", text="Spread the salt")
    page = desk.open(cookies={"language": "en"})
    page.locator("#desk-today-rows tr").click()
    expect(page.locator("#ledger-table tbody tr")).to_have_count(3)
    assert page.evaluate(CHINESE, OWN) == []
