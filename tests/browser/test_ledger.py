"""The ledger of an order, told as stories in a browser before a real station."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from domain.account import SYSTEM
from operations.account_ports import Ground
from operations.deliveries import Deliveries
from operations.drafts import OrderRequest
from operations.escalation import Escalations
from operations.grid_pages import GridPages
from operations.grid_workers import GridWorkers
from operations.targets import Targets
from tests.browser.conftest import DISTRICTS, TOWNS, Desk
from tests.browser.station import answering
from tests.browser.waits import comes_to, resized

pytestmark = [
    pytest.mark.browser,
    # the server that Dash's files come from leaves closing them to the collector of garbage
    pytest.mark.filterwarnings(
        "ignore::pytest.PytestUnraisableExceptionWarning", "ignore:unclosed file:ResourceWarning"
    ),
]

FASTEST_REPAINT_MS = """() => Math.min(...Array.from({ length: 12 }, () => {
  const start = performance.now(); zhongshu.desk.desk.refresh(); return performance.now() - start; }))"""


def test_the_ledger_lives_its_groups_sum_and_one_key_shows_who_is_silent(desk: Desk):
    order = desk.order(*DISTRICTS[:8])
    page = desk.open(query=f"?order={order}")
    expect(page.locator("#ledger-table tbody tr")).to_have_count(8)
    desk.reached(order, DISTRICTS[:6], "delivered")
    answering(desk.station, order, DISTRICTS[:3], answer="in_position")
    answering(desk.station, order, DISTRICTS[3:4], answer="cannot", note="<b>道路中断</b>")
    expect(page.locator("#ledger-filters .chip b")).to_have_text(["8", "2", "2", "3", "0", "1", "0"])
    expect(page.locator("#ledger-table")).to_contain_text("<b>道路中断</b>")
    expect(page.locator("#ledger-faces .n")).to_have_text("4 / 8")
    expect(page.locator("#ledger-curve svg")).to_have_attribute("aria-label", "确认曲线：已确认 4，已到位 3，共 8")
    page.keyboard.press("e")
    expect(page.locator("#ledger-table tbody tr")).to_have_count(4)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#ledger-table tr.sel")).to_have_count(1)
    expect(page.locator("#ledger-table tr.sel a")).to_have_attribute("href", "tel:037100000000")
    page.keyboard.press("/")
    expect(page.locator("#ledger-filters input")).to_be_focused()
    page.keyboard.type("没有这里")
    expect(page.locator("#ledger-table tbody tr")).to_have_count(0)


def test_each_stopwatch_says_how_fast_its_tier_was_and_who_answered_by_name(desk: Desk):
    order = desk.order(*DISTRICTS[:3], *TOWNS[:24])
    page = desk.open(query=f"?order={order}")
    took = page.locator("#ledger-faces .took")
    expect(took.nth(0)).to_have_text("具名确认 0/3")
    answering(desk.station, order, [*DISTRICTS[:2], *TOWNS[:20]])
    expect(took.nth(0)).to_have_text(re.compile(r"^中位数 0:\d\d · 95 分位 0:\d\d · 最长 0:\d\d · 具名确认 2/3$"))
    expect(took.nth(1)).to_have_text(re.compile(r"^中位数 0:\d\d · 95 分位 0:\d\d · 最长 0:\d\d · 具名确认 20/24$"))
    assert took.nth(1).evaluate("(words) => words.scrollWidth <= words.clientWidth")


def test_a_correction_shows_its_difference_and_opens_the_new_edition(desk: Desk):
    order = desk.order()
    page = desk.open(query=f"?order={order}")
    page.get_by_role("button", name="补充更正").click()
    page.locator("dialog").get_by_label("正文").first.fill("撒布防滑沙")
    expect(page.locator(".difference del")).to_have_text("融雪剂")
    expect(page.locator(".difference ins")).to_have_text("防滑沙")
    page.locator("dialog").get_by_label("原因").first.fill("融雪剂用完")
    page.locator("dialog .btn.go").click()
    expect(page.locator("#ledger-head .words")).to_have_text("撒布防滑沙")
    expect(page.locator("#ledger-head")).to_contain_text("第 1 版")
    assert desk.latest().references == order


def test_withdrawing_wants_a_reason_and_ends_the_order(desk: Desk):
    order = desk.order()
    page = desk.open(query=f"?order={order}")
    page.get_by_role("button", name="撤销指令").click()
    page.locator("dialog .reason input").fill("  ")
    page.locator("dialog .btn.danger").click()
    expect(page.locator("dialog .problem")).to_have_text("请写明原因。")
    page.locator("dialog .reason input").fill("误发")
    page.locator("dialog .btn.danger").click()
    expect(page.locator("#ledger-head .ended")).to_contain_text("误发")
    expect(page.get_by_role("button", name="撤销指令")).to_have_count(0)


def test_who_may_only_look_finds_no_form_and_no_telephone(desk: Desk):
    order = desk.order()
    page = desk.open("leader", query=f"?order={order}")
    expect(page.locator("#ledger-table tbody tr")).to_have_count(3)
    expect(page.locator("#ledger-acts .btn")).to_have_count(1)
    assert page.locator("#ledger-table a[href^=tel]").count() == 0
    page.get_by_role("button", name="新指令").click()
    expect(page.locator("#desk-send")).to_have_count(0)


def test_whom_to_dial_stands_on_the_ledger_from_the_first_second_with_what_came_of_it(desk: Desk):
    order, station = desk.order(*DISTRICTS[:2]), desk.station
    begin, read = station.database.begin, station.database.read
    deliveries = Deliveries(begin, read, clock=station.clock, ways=(), outside=False)
    Escalations(begin, read, station.clock, station.city, deliveries, reserved_take_part=True).fire_due()
    page = desk.open(query=f"?order={order}")
    cell = page.locator("#ledger-table tbody tr").first.locator(".phone")
    expect(cell).to_have_text(re.compile(r"^演示员01 0371-00000000\s*请拨打 已通未通$"))
    expect(cell.locator("a")).to_have_attribute("href", "tel:037100000000")
    page.get_by_role("button", name="请拨打 2").click()
    cell.get_by_role("button", name="未通").click()
    expect(page.locator("#ledger-table tbody tr")).to_have_count(1)  # the other one is still to be dialled
    page.get_by_role("button", name="全部").click()
    missed = page.locator("#ledger-table tbody tr", has_text="未通，拨打 1 次")
    missed.get_by_role("button", name="已通").click()
    expect(page.locator("#ledger-table")).to_contain_text("已通，拨打 2 次")
    page.get_by_role("button", name="新指令").click()
    expect(page.locator("#desk-today-rows tr").first).to_contain_text("请拨打 1 执行中")
    answering(station, order, DISTRICTS[:2])
    expect(page.locator("#desk-today-rows tr").first).not_to_contain_text("请拨打")


def test_an_officer_of_the_orders_subtree_puts_it_on_the_wall_after_its_end_too_and_takes_it_down(desk: Desk):
    order = desk.order()
    desk.station.orders.close(desk.station.officer, order)
    page, other = desk.open("plain", query=f"?order={order}"), desk.open(f"district:{DISTRICTS[0]}")
    page.get_by_role("button", name="上墙").click()
    page.locator("dialog .go").click()
    held = page.get_by_role("button", name="从大屏撤下")
    expect(held).to_have_text(re.compile(r"^上墙中，到 \d\d:\d\d 撤下$"))
    expect(other.locator("#desk-show")).to_contain_text("墙上：路滑")
    assert other.get_by_role("button", name="撤下").count() == 0  # it was issued above this officer
    held.click()
    expect(page.get_by_role("button", name="上墙")).to_be_visible()
    expect(other.locator("#desk-show")).not_to_contain_text("墙上")


def test_the_file_of_the_ledger_is_downloaded(desk: Desk):
    order = desk.order()
    page = desk.open(query=f"?order={order}")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出回执").click()
    assert len(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()) == 4


def test_six_hundred_lines_that_answer_at_once_stay_smooth(desk: Desk):
    everybody = Targets(tiers=("district", "township", "unit", "special_grid", "district_unit"))
    order = desk.order(targets=everybody, confirmed_count=590)
    page = desk.open(query=f"?order={order}")
    expect(page.locator("#ledger-table tbody tr")).to_have_count(590)
    page.evaluate("() => document.querySelectorAll('#ledger-table tbody tr').forEach((row) => { row.__first = 1; })")
    for start in range(0, 215, 43):
        answering(desk.station, order, TOWNS[start : start + 43])
    expect(page.locator("#ledger-filters .chip b").nth(3)).to_have_text("215")
    kept = "() => [...document.querySelectorAll('#ledger-table tbody tr')].filter((row) => row.__first).length"
    assert page.evaluate(kept) == 590  # moved and filled, none made anew
    assert page.evaluate(FASTEST_REPAINT_MS) < 50
    resized(page, 1440, 900)
    comes_to(page, CURVE, {"above the acts, without scrolling": True, "high enough": True})


CURVE = """() => {
  const box = (part) => document.getElementById('ledger-' + part).getBoundingClientRect();
  const [curve, acts] = [box('curve'), box('acts')];
  return { "above the acts, without scrolling": curve.bottom <= acts.top, "high enough": curve.height >= 80 };
}"""


def test_a_desk_that_comes_back_later_reads_what_it_missed(desk: Desk):
    order = desk.order(*DISTRICTS[:3])
    page = desk.open(query=f"?order={order}")
    desk.station.cut_off()
    expect(page.locator("#desk-link")).to_have_class("link lost")
    answering(desk.station, order, DISTRICTS[:3])
    desk.station.reachable = True
    expect(page.locator("#ledger-filters .chip b").nth(3)).to_have_text("3", timeout=30_000)


def test_grid_workers_are_counted_and_who_needs_support_stands_first(desk: Desk):
    station = desk.station
    town = TOWNS[0]
    workers = GridWorkers(Ground(station.database.begin, station.database.read, station.clock, station.city))
    rows = "".join(f"{town},0{n},演示网格员00{n}\n" for n in range(1, 4))
    workers.take_file(SYSTEM, f"township,grid,name\n{rows}".encode(), {})
    request = OrderRequest(Targets(grid_workers_of=(town,)), title="入户查看", text="请入户查看")
    order = station.orders.issue(station.officer, request).id
    page = desk.open(query=f"?order={order}")
    button = page.locator("#ledger-filters .chip", has_text="网格员")
    expect(button).to_have_text("网格员 3 名：已确认 0，需支援 0，未送出 0")
    button.click()
    expect(page.locator(".workers p")).to_have_count(3)
    pages = GridPages(
        station.database.begin,
        station.database.read,
        clock=station.clock,
        city=station.city,
        token_of=station.calls.token,
    )
    third = next(line for line in pages.lines(station.officer, order) if line.grid == "03")
    token = pages.link_path(station.officer, order, third.worker).removeprefix("/g/")
    pages.answer(token, "need_support")
    expect(button).to_have_text("网格员 3 名：已确认 0，需支援 1，未送出 0")
    expect(page.locator(".workers p").first).to_contain_text("演示网格员003: 需支援")
