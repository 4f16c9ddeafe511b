"""The rule of the second person as two officers see it, each at a desk of their own before a real station."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk

pytestmark = [
    pytest.mark.browser,
    # the server that Dash's files come from leaves closing them to the collector of garbage
    pytest.mark.filterwarnings(
        "ignore::pytest.PytestUnraisableExceptionWarning", "ignore:unclosed file:ResourceWarning"
    ),
]


def ask(page: Page, mode: str = "live") -> None:
    """A grave order, asked for with one key."""
    page.get_by_label("预案", exact=True).first.select_option("flood")
    page.locator(f".modes .{mode}").click()
    expect(page.locator("#desk-send")).to_contain_text("请第二人复核，发给 270 个")
    expect(page.locator("#desk-send")).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#desk-strip")).to_contain_text("等待第二人同意")


def test_a_second_person_reads_exactly_what_goes_and_both_desks_open_its_ledger(desk: Desk):
    first, second = desk.open(), desk.open("second", viewport={"width": 1440, "height": 900})
    ask(first)
    assert desk.station.orders.latest(desk.station.officer) == []
    second.get_by_role("button", name="查看并决定").click()
    shown = second.locator("dialog .exact .words").inner_text()
    expect(second.locator("dialog .big")).to_have_text("270")
    short = second.locator("dialog .shorts .words").first
    expect(short).to_be_visible()
    expect(second.locator("dialog .shorts summary")).to_contain_text("短信")
    expect(short).to_contain_text("签发：演示值班长；复核：演示副值班长。")
    assert shown in short.inner_text()
    expect(second.locator("dialog .btn.go")).to_be_in_viewport(ratio=1)
    second.locator("dialog .btn.go").click()
    for page in (first, second):
        expect(page.locator("#ledger-head h1")).to_have_text("强降雨内涝应对到岗")
        expect(page.locator("#desk-strip")).to_be_hidden()
    assert (desk.latest().text, desk.latest().second) == (shown, "演示副值班长")
    expect(first.locator("#ledger-head")).to_contain_text("第二人 演示副值班长")


def test_a_refusal_says_why_and_gives_the_draft_back_and_a_drill_waits_too(desk: Desk):
    first, second = desk.open(), desk.open("second")
    ask(first, "drill")
    second.get_by_role("button", name="查看并决定").click()
    expect(second.locator("dialog .exact")).to_contain_text("【演练】")
    second.locator("dialog .chip", has_text="时机未到").click()
    second.get_by_role("button", name="不同意", exact=True).click()
    expect(first.locator("#desk-strip")).to_contain_text("演示副值班长 未同意：时机未到")
    first.get_by_role("button", name="取回草稿").click()
    expect(first.get_by_label("标题").first).to_have_value("强降雨内涝应对到岗")
    assert desk.station.orders.latest(desk.station.officer) == []


def test_who_asked_may_send_alone_only_after_the_wait_and_with_a_reason(desk: Desk):
    page = desk.open()
    ask(page)
    alone = page.locator("#desk-strip").get_by_role("button", name="紧急单独发出")
    expect(alone).to_be_hidden()
    expect(page.locator("#desk-strip .line")).to_contain_text("秒后可紧急单独发出")
    desk.station.clock.ahead = timedelta(seconds=25)  # nobody came
    page.evaluate("() => { const { link } = zhongshu.desk.desk, now = link.now; link.now = () => now() + 25000; }")
    page.evaluate("() => { zhongshu.desk.desk.now = zhongshu.desk.desk.link.now; zhongshu.desk.desk.refresh(); }")
    expect(alone).to_be_visible()
    alone.click()
    page.locator("dialog textarea").fill("值班长因故离席，险情紧急")
    page.locator("dialog .btn.danger").click()
    expect(page.locator("#ledger-head")).to_contain_text("未经第二人，紧急发出：值班长因故离席，险情紧急")
    assert desk.latest().override == "值班长因故离席，险情紧急"
