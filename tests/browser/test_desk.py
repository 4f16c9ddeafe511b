"""The order desk, told as stories in a browser before a real station."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import DISTRICTS, TOWNS, Desk
from tests.browser.eyes import serious_faults
from tests.browser.station import answering
from tests.browser.waits import comes_to, resized
from tests.reception import zhengzhou

pytestmark = [
    pytest.mark.browser,
    # the server that Dash's files come from leaves closing them to the collector of garbage
    pytest.mark.filterwarnings(
        "ignore::pytest.PytestUnraisableExceptionWarning", "ignore:unclosed file:ResourceWarning"
    ),
]


def choose_template(page: Page, key: str = "snow_and_ice") -> None:
    """The plan, at a grade that one login may send."""
    page.get_by_label("预案", exact=True).first.select_option(key)
    page.locator(".levels .grade-3").click()


def big(page: Page):
    return page.locator("#desk-before-fields .big")


def counted(page: Page) -> int:
    """How many the centre counts for what stands there now: a shape is counted again with every corner."""
    page.wait_for_function("() => { const { preview: p } = zhongshu.desk.desk; return p && p.ok && !p.stale; }")
    return int(big(page).inner_text())


def test_a_template_is_counted_shown_and_sent_once_however_often_its_key_is_pressed_and_its_ledger_opens(desk: Desk):
    page = desk.open()
    expect(page.locator("#desk-before-fields .problem")).to_have_text("没有任何值班席会收到：至少选一个。")
    choose_template(page)
    expect(big(page)).to_have_text("270")
    expect(page.locator("#desk-before-fields .reach")).to_contain_text("16 + 215 + 20 + 19")
    expect(page.locator("#desk-send")).to_have_attribute("aria-disabled", "false")
    shown = page.locator(".received .words").inner_text()
    for _ in range(4):
        page.keyboard.press("Control+Enter")
    expect(page.locator("#ledger-head h1")).to_have_text("寒潮暴雪应对到岗")
    expect(page.locator("#ledger-table tbody tr")).to_have_count(270)
    assert desk.latest().text == shown
    assert f"order={desk.latest().id}" in page.url
    page.wait_for_timeout(500)
    assert len(desk.station.orders.latest(desk.station.officer)) == 1
    page.go_back()
    expect(page.locator("#desk-today-rows tr")).to_have_count(1)
    expect(big(page)).to_have_text("0")


def test_typed_names_the_list_and_the_map_all_choose_the_same_posts(desk: Desk):
    page = desk.open()
    page.keyboard.press("/")
    expect(page.locator(".typed input")).to_be_focused()
    page.keyboard.type("站街")
    page.locator(".hit").first.wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(big(page)).to_have_text("0")  # no words yet
    page.get_by_label("标题").fill("路滑")
    page.get_by_label("正文").fill("撒布融雪剂")
    expect(big(page)).to_have_text("1")
    page.locator(".map .cell").first.dispatch_event("click")
    expect(big(page)).to_have_text("2")
    page.locator(".tiers .name", has_text="承办单位").first.click()
    page.locator(".picks .pick").first.click()
    expect(big(page)).to_have_text("3")
    page.keyboard.press("Escape")
    page.get_by_role("checkbox", name="乡镇（街道）").click()
    expect(big(page)).to_have_text("216")
    page.locator(".map .cell").first.dispatch_event("click")
    expect(page.locator(".minus .chip")).to_have_count(1)
    expect(big(page)).to_have_text("215")
    page.locator(".minus .chip").click()
    expect(big(page)).to_have_text("216")
    page.get_by_label("正文").fill("撒布融雪剂，清扫桥面。" * 60)
    page.get_by_role("button", name="短消息全文 500 字，正文已截断").click()
    expect(page.locator("dialog .shorts .words").first).to_contain_text("撒布融雪剂，清扫桥面。撒布融雪剂")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()


def test_a_drill_looks_different_says_so_and_leaves_by_its_own_way_and_nobody_is_kept_from_it(desk: Desk):
    order = desk.order()
    answering(desk.station, order, DISTRICTS[:1], answer="cannot", note="道路中断")
    page = desk.open()
    choose_template(page)
    page.locator(".modes .drill").click()
    expect(page.locator("#desk-send")).to_contain_text("演练发给 270 个值班席")
    expect(page.locator("#desk-drill-mark")).to_be_visible()
    expect(page.locator(".received .words")).to_contain_text("【演练】")
    expect(page.locator("#desk-send")).to_have_css("background-color", "rgb(189, 166, 255)")
    assert serious_faults(page) == []
    page.locator("#desk-send").click()
    expect(page.locator("#ledger-head")).to_contain_text("演练")
    assert desk.latest().mode == "drill"
    page.go_back()
    page.locator("#desk-today-rows tr", has_text="路滑").click()
    expect(page.locator("#ledger-table tbody tr")).to_have_count(3)
    page.get_by_role("button", name="补充更正").click()
    expect(page.locator("dialog")).to_be_visible()
    assert serious_faults(page) == [], "a sheet"


def test_an_unusually_wide_order_waits_for_the_typed_count(desk: Desk):
    for _ in range(3):
        desk.order(template="snow_and_ice", title="", text="", grade=3)
    page = desk.open()
    choose_template(page)
    expect(page.locator(".typed-count")).to_contain_text("输入 270 以确认")
    expect(page.locator("#desk-send")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Control+Enter")
    page.locator(".typed-count input").fill("270")
    expect(page.locator("#desk-send")).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#ledger-table tbody tr")).to_have_count(270)


def test_a_draft_survives_a_reload_comes_back_when_cleared_and_names_who_is_unreachable_before_sending(desk: Desk):
    desk.station.connected |= set(DISTRICTS[1:])
    page = desk.open()
    page.get_by_label("正文").fill("撒布融雪剂")
    page.reload()
    expect(page.get_by_label("正文")).to_have_value("撒布融雪剂")
    page.get_by_role("button", name="清空").click()
    expect(page.get_by_label("正文")).to_have_value("")
    page.get_by_role("button", name="恢复").click()
    expect(page.get_by_label("正文")).to_have_value("撒布融雪剂")
    page.get_by_label("标题").fill("路滑")
    page.get_by_role("checkbox", name="县（市）区", exact=True).click()
    expect(page.locator(".silent-names")).to_contain_text(zhengzhou().post_by_code[DISTRICTS[0]].name)
    page.locator(".chk", has_text="发送名单").click()
    expect(page.locator("dialog .names li")).to_have_count(16)


def test_nothing_is_sent_without_a_link_and_an_order_whose_answer_is_lost_opens_and_is_not_sent_twice(desk: Desk):
    page = desk.open()
    choose_template(page)
    expect(big(page)).to_have_text("270")
    desk.station.cut_off()
    expect(page.locator("#desk-stop")).to_contain_text("断线")
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(400)
    assert desk.station.orders.latest(desk.station.officer) == []
    desk.station.reachable = True
    expect(page.locator("#desk-send")).to_have_attribute("aria-disabled", "false", timeout=30_000)

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    held, questions = list[Route](), re.compile("_dash-update-component")
    page.route(questions, lambda route: held.append(route))
    page.keyboard.press("Control+Enter")
    expect(page.locator("#desk-send")).to_contain_text("正在发出")
    page.route(questions, lose_the_answer)
    for route in held:
        lose_the_answer(route)
    expect(page.locator("#ledger-head h1")).to_have_text("寒潮暴雪应对到岗", timeout=30_000)
    assert len(desk.station.orders.latest(desk.station.officer)) == 1
    page.get_by_role("button", name="新指令").click()
    expect(page.get_by_label("正文")).to_have_value("")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_main_act_and_the_running_orders_need_no_scrolling(desk: Desk, language: str):
    for _ in range(2):
        desk.order(*DISTRICTS[:3], *TOWNS[:5])
    page = desk.open(query=f"?lang={language}")
    page.locator(".what select").select_option("snow_and_ice")
    expect(big(page)).to_have_text("270")
    rows = page.locator("#desk-today-rows tr")
    for tier, of in ((7, 3), (8, 5)):  # the stopwatches of the districts and of the townships
        expect(rows.nth(1).locator("td").nth(tier)).to_have_text(re.compile(rf"^\d:\d\d\s+0 / {of}$"))
    for width, height in ((1920, 1080), (1440, 900)):
        resized(page, width, height)
        comes_to(page, TOO_WIDE, [False, False])  # the map draws itself anew a moment after its window
        comes_to(page, BELOW, [False, False])


TOO_WIDE = """() => [document.documentElement.scrollWidth > innerWidth,
  [...document.querySelectorAll('.col')].some((one) => one.scrollWidth > one.clientWidth + 1)]"""
# Whether the main act and the second of the running orders lie below the window's end.
BELOW = """() => ['#desk-send', '#desk-today-rows tr:nth-child(2)']
  .map((one) => document.querySelector(one).getBoundingClientRect().bottom >= innerHeight)"""


def test_a_shape_on_the_map_a_tag_and_a_saved_group_are_counted_and_ordered(desk: Desk):
    page = desk.open()
    page.get_by_label("标题").fill("路滑")
    page.get_by_label("正文").fill("撒布融雪剂")
    page.get_by_role("button", name="在地图上画范围").click()
    box = page.locator(".stage .map").bounding_box()
    for x, y in ((0.55, 0.2), (0.75, 0.2), (0.75, 0.5), (0.55, 0.5)):
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
    expect(big(page)).not_to_have_text("0")
    page.keyboard.press("Escape")
    expect(page.locator(".more .hint")).to_contain_text("范围内值班席")
    drawn = counted(page)
    expect(page.locator(".map .in").first).to_be_attached()
    page.locator(".more .chip", has_text="山区").click()
    both = counted(page)
    assert both > drawn
    page.get_by_role("button", name="存为分组").click()
    page.locator("dialog input").fill("核心和山区")
    page.locator("dialog .btn.go").click()
    page.locator(".more .chip", has_text="清除范围").click()
    page.locator(".more .chip", has_text="山区").first.click()
    expect(big(page)).to_have_text("0")
    page.locator(".more .chip", has_text="核心和山区").click()
    expect(big(page)).to_have_text(str(both))
    expect(page.locator("#desk-send")).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#ledger-table tbody tr")).to_have_count(both)


def test_a_shape_is_made_and_changed_without_a_mouse(desk: Desk):
    page = desk.open()
    page.get_by_label("标题").fill("路滑")
    page.get_by_label("正文").fill("撒布融雪剂")
    sheet = page.locator("dialog")
    press(page, "输入范围")
    expect(sheet.get_by_label("地点")).to_be_focused()
    page.keyboard.type(zhengzhou().post_by_code[DISTRICTS[0]].name)
    expect(sheet.get_by_label("经度")).not_to_have_value("")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(sheet.get_by_label("半径（米）")).to_be_focused()
    page.keyboard.type("3000")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".more .hint")).to_contain_text("范围内值班席")
    expect(big(page)).not_to_have_text("0")
    around = counted(page)
    expect(page.locator(".drawn .shape")).to_have_count(1)
    press(page, "输入范围")
    expect(sheet.get_by_label("地点")).to_be_focused()
    expect(sheet.get_by_label("半径（米）")).to_have_value("3000")
    press(page, "加一个多边形")
    corners = sheet.get_by_label("角，一行一个：经度，纬度")
    expect(corners).to_be_focused()
    page.keyboard.type("113.60, 34.70\n113.75, 34.70\n113.7")
    assert serious_faults(page) == []
    page.keyboard.press("Control+Enter")
    expect(sheet.locator(".problem")).to_have_text("第 3 行不是经度和纬度。")
    corners.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(", 34.80")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".drawn .shape")).to_have_count(2)
    assert counted(page) > around


def press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name)
    button.focus()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")


def test_a_first_order_to_everybody_waits_for_the_typed_count_too(desk: Desk):
    page = desk.open()
    page.get_by_label("标题").fill("路滑")
    page.get_by_label("正文").fill("撒布融雪剂")
    for tier in ("县（市）区", "乡镇（街道）", "承办单位", "重点专属网格", "县（市）区承办单位"):
        page.get_by_role("checkbox", name=tier, exact=True).click()
    expect(page.locator(".typed-count")).to_contain_text("尚无以往指令可比。输入 590 以确认")
    expect(page.locator("#desk-send")).to_have_attribute("aria-disabled", "true")
    page.locator(".typed-count input").fill("590")
    expect(page.locator("#desk-send")).to_have_attribute("aria-disabled", "false")
