"""How an order ends, and what else stands on the desk: few acts to correct, withdraw or give the all-clear; warnings as
drafts; the switch between peace and war; told in a browser before a real station."""

import time

import pytest
from playwright.sync_api import Locator, Page, expect

from domain.account import SYSTEM
from domain.order import Kind, OrderState
from domain.readiness import Condition
from tests.browser.conftest import DISTRICTS, Desk
from tests.browser.station import answering
from tests.callbacks.test_desk import an_alert

pytestmark = [
    pytest.mark.browser,
    # the server that Dash's files come from leaves closing them to the collector of garbage
    pytest.mark.filterwarnings(
        "ignore::pytest.PytestUnraisableExceptionWarning", "ignore:unclosed file:ResourceWarning"
    ),
]


class Hand:
    """An officer's hand, which counts what it does."""

    def __init__(self, page: Page) -> None:
        self.page, self.acts, self.began = page, 0, time.monotonic()

    def touch(self, what: Locator) -> None:
        self.acts += 1
        what.click()

    def write(self, what: Locator, words: str) -> None:
        self.acts += 1
        what.fill(words)


def today(page: Page, verb: str) -> Locator:
    return page.locator("#desk-today-rows tr").first.get_by_role("button", name=verb)


def test_a_correction_takes_three_acts_from_the_desk_and_less_than_a_minute(desk: Desk):
    order = desk.order(mode="drill", text="撒布融雪剂")
    hand = Hand(desk.open())
    hand.touch(today(hand.page, "更正"))
    hand.write(hand.page.locator("dialog").get_by_label("正文").first, "撒布防滑沙")
    hand.touch(hand.page.locator("dialog .btn.go"))
    expect(hand.page.locator("dialog[open]")).to_have_count(0)
    corrected = desk.latest()
    assert (corrected.references, corrected.text, corrected.edition) == (order, "【演练】撒布防滑沙", 2)
    assert hand.acts <= 3
    assert time.monotonic() - hand.began < 60
    expect(hand.page.locator("#desk-today-rows tr").first).to_contain_text("第 2 版")


def test_withdrawing_takes_three_acts_from_the_desk(desk: Desk):
    order, hand = desk.order(), Hand(desk.open())
    hand.touch(today(hand.page, "撤销"))
    hand.touch(hand.page.locator("dialog .chip", has_text="误发"))
    hand.touch(hand.page.locator("dialog .btn.danger"))
    expect(hand.page.locator("#desk-today-rows tr").first).to_contain_text("已撤销")
    ended = desk.station.orders.get(desk.station.officer, order)
    assert (ended.state, ended.reason) == (OrderState.CANCELLED, "误发")
    assert hand.acts == 3
    expect(today(hand.page, "撤销")).to_have_count(0)


def test_the_all_clear_takes_two_acts_shows_its_words_and_the_ended_order_says_so_with_who_was_late(desk: Desk):
    order = desk.order(*DISTRICTS[:4])
    answering(desk.station, order, DISTRICTS[:1], answer="in_position")
    answering(desk.station, order, DISTRICTS[1:2], answer="need_support", note="缺车")
    page = desk.open(query=f"?order={order}")
    hand = Hand(page)
    expect(page.locator("#ledger-answers")).to_contain_text("已到位1")
    expect(page.locator("#ledger-table tbody tr").first).to_contain_text("缺车")  # who asks for help stands first
    hand.touch(page.get_by_role("button", name="解除", exact=True))
    shown = page.locator("dialog").get_by_label("正文").input_value()
    hand.touch(page.locator("dialog .btn.go"))
    expect(page.locator("#ledger-head .kind")).to_have_text("解除通知")
    over = desk.latest()
    assert (over.kind, over.references, over.text) == (Kind.ALL_CLEAR, order, shown)
    assert hand.acts == 2
    page.get_by_role("button", name="← 查看被解除的指令").click()
    expect(page.locator("#ledger-head .ended")).to_contain_text("已解除")
    page.get_by_role("button", name="迟到和未确认 2").click()
    expect(page.locator("dialog table.late tbody tr")).to_have_count(2)
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        page.get_by_role("button", name="指令凭证 PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")


def test_one_post_tells_its_calls_and_its_escalation_and_a_meeting_is_for_all(desk: Desk):
    order = desk.order(*DISTRICTS[:2])
    page = desk.open(query=f"?order={order}")
    expect(page.locator("#ledger-table tbody tr")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    drawer = page.locator("#ledger-drawer")
    expect(drawer.locator(".person a")).to_have_attribute("href", "tel:037100000000")
    drawer.get_by_role("button", name="未通").click()
    expect(drawer).to_contain_text("未通，拨打 1 次")
    drawer.get_by_role("button", name="已通").click()
    expect(drawer).to_contain_text("已通，拨打 2 次")
    drawer.get_by_role("button", name="立即升级").click()
    expect(drawer).to_contain_text("人工升级")
    expect(page.locator("#ledger-table tr.sel td.step")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    page.get_by_role("button", name="开设会议").click()
    page.locator("dialog input").fill("https://meet.example/snow")
    page.locator("dialog .btn.go").click()
    expect(page.get_by_role("link", name="进入会议")).to_have_attribute("href", "https://meet.example/snow")


def test_a_warning_from_outside_is_drafted_sent_and_gone_and_another_dismissed_with_a_reason(desk: Desk):
    proposals = desk.station.proposals
    proposals.receive(SYSTEM, an_alert("a"))
    proposals.receive(SYSTEM, an_alert("b"))
    page = desk.open()
    expect(page.locator("#desk-strip")).to_contain_text("外部预警：暴雪")
    expect(page.locator("#desk-strip")).to_contain_text("全部 2 条")
    page.locator("#desk-strip").get_by_role("button", name="起草指令").click()
    expect(page.locator("#desk-strip")).to_contain_text("正在按此起草")
    expect(page.get_by_label("依据").first).to_have_value("暴雪橙色预警")
    expect(page.locator("#desk-send")).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#ledger-head h1")).to_be_visible()
    expect(page.locator("#desk-strip")).not_to_contain_text("全部 2 条")
    expect(page.locator("#desk-strip")).to_contain_text("起草指令")  # the other one
    page.locator("#desk-strip").get_by_role("button", name="不下达").click()
    page.locator("dialog .chip", has_text="不涉及本市").click()
    page.locator("dialog .btn.go").click()
    expect(page.locator("#desk-strip")).to_be_hidden()
    states = {one["state"] for one in proposals.latest(desk.station.officer, open_only=False)}
    assert states == {"accepted", "dismissed"}


def test_war_lists_every_effect_before_it_is_thrown_and_peace_brings_everything_back(desk: Desk):
    page = desk.open()
    chosen = page.locator("#desk-what-fields .levels .on")
    expect(chosen).to_contain_text("Ⅳ级")
    page.get_by_role("button", name="平时").click()
    expect(page.locator("dialog .effects tbody tr")).to_have_count(6)
    page.locator("dialog .chip", has_text="红色预警").click()
    page.locator("dialog .btn.danger").click()
    expect(page.locator("#desk-readiness")).to_contain_text("战时 自")
    expect(chosen).to_contain_text("Ⅱ级")
    desk.station.readiness.switch(desk.station.officer, Condition.PEACE, reason="险情解除", version=1)
    expect(page.locator("#desk-readiness")).to_have_text("平时")
    expect(chosen).to_contain_text("Ⅳ级")
    district = desk.open(f"district:{DISTRICTS[0]}")
    expect(district.locator("#desk-readiness .state")).to_have_text("平时")
    expect(district.locator("#desk-readiness button")).to_have_count(0)
