"""A roll-call from the desk, who will probably answer, and the checklist of a plan: told before a real station."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from domain.order import Kind
from operations.targets import Targets
from tests.browser.conftest import DISTRICTS, Desk
from tests.browser.station import answering

pytestmark = [
    pytest.mark.browser,
    # the server that Dash's files come from leaves closing them to the collector of garbage
    pytest.mark.filterwarnings(
        "ignore::pytest.PytestUnraisableExceptionWarning", "ignore:unclosed file:ResourceWarning"
    ),
]


def test_a_roll_call_needs_no_words_and_lists_the_absent_with_whom_to_dial(desk: Desk):
    page = desk.open()
    expect(page.get_by_role("button", name="点名", exact=True)).to_be_disabled()
    page.get_by_role("checkbox", name="县（市）区", exact=True).click()
    page.get_by_role("button", name="点名", exact=True).click()
    page.locator("dialog .chip", has_text="3 分钟内").click()
    page.locator("dialog .btn.go", has_text="点名 16 个值班席").click()
    expect(page.locator("#ledger-head .kind")).to_have_text("点名")
    order = desk.latest()
    assert (order.kind, order.limits) == (Kind.ROLL_CALL, {"district": 180})
    answering(desk.station, order.id, DISTRICTS[:14])
    expect(page.locator("#ledger-faces .n")).to_have_text("14 / 16")
    page.get_by_role("button", name="缺席名单").click()
    expect(page.locator("dialog tbody tr")).to_have_count(2)
    expect(page.locator("dialog tbody a").first).to_have_attribute("href", "tel:037100000000")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    assert Axe().run(page).violations_count == 0


def test_before_sending_it_says_who_will_probably_answer_or_that_the_history_is_too_short(desk: Desk):
    page = desk.open()
    page.get_by_label("标题").fill("路滑")
    page.get_by_label("正文").fill("撒布融雪剂")
    page.get_by_role("checkbox", name="县（市）区", exact=True).click()
    line = page.locator(".chk", has_text="预计按时确认")
    expect(line).to_contain_text("历史不足")
    page.route(re.compile("_dash-update-component"), lambda route: None)  # the desk asks again every ten seconds
    line.evaluate("(line) => { line.remove(); }")
    outlook = """() => { const { desk } = zhongshu.desk; desk.preview = { ...desk.preview, stale: false, outlook: {
      of: 16, within_s: 600, events: 40, n: 600, expected: 14.6, low: 13, high: 16, more_silent: 0,
      likely_silent: [{ post: desk.preview.posts[0], p: 0.31, people: [{ name: "演示员01", phone: "0371-1" }] }] } };
      desk.refresh(); }"""
    page.evaluate(outlook)  # forty orders of history would take a minute to make
    expect(line).to_contain_text("10:00 内 15 / 16")
    line.click()
    expect(page.locator("dialog tbody tr")).to_contain_text("31%")
    expect(page.locator("dialog tbody a")).to_have_attribute("href", "tel:03711")


def test_a_step_of_the_plan_is_ticked_on_one_desk_and_seen_on_the_other(desk: Desk):
    targets = Targets(posts=tuple(DISTRICTS[:2]))
    order = desk.order(template="large_event", title="", text="", grade=3, targets=targets)
    first, second = (desk.open(who, query=f"?order={order}") for who in ("officer", "second"))
    first.locator("#ledger-checklist input").first.check()
    expect(second.locator("#ledger-checklist h3")).to_contain_text("1 / 5")
    expect(second.locator("#ledger-checklist .done")).to_contain_text("演示值班长")
    second.locator("#ledger-checklist input").first.uncheck()
    expect(first.locator("#ledger-checklist h3")).to_contain_text("0 / 5")
    expect(desk.open("leader", query=f"?order={order}").locator("#ledger-checklist input").first).to_be_disabled()


def test_one_quiet_line_says_who_will_be_missing_and_opens_the_list(desk: Desk):
    desk.station.on_duty(DISTRICTS[0])
    page = desk.open()
    line = page.locator("#desk-duty button")
    expect(line).to_have_text("586 个值班席没有轮值表，1 名值班人员联系方式未核实")
    page.set_viewport_size({"width": 1440, "height": 900})
    line.click()
    expect(page.locator("dialog section").first.locator("li")).to_have_count(100)
    expect(page.locator("dialog section").last.locator("tbody tr")).to_contain_text("值班人，未核实")
    assert page.locator("dialog").evaluate("(sheet) => sheet.scrollWidth - sheet.clientWidth") <= 0
    assert Axe().run(page).violations_count == 0
