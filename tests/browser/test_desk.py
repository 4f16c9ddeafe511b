"""The order desk and the ledger, told as stories in a browser before a real station."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from domain.account import Actor, Role
from operations.drafts import OrderRequest
from operations.receipts import Receipt
from operations.targets import Targets
from tests.browser.station import Station, answering, serving
from tests.reception import zhengzhou

pytestmark = [
    pytest.mark.browser,
    # the server that Dash's files come from leaves closing them to the collector of garbage
    pytest.mark.filterwarnings(
        "ignore::pytest.PytestUnraisableExceptionWarning", "ignore:unclosed file:ResourceWarning"
    ),
]

DISTRICTS = [post.code for post in zhengzhou().posts_of(["district"])]
TOWNS = [post.code for post in zhengzhou().posts_of(["township"])]


FASTEST_REPAINT_MS = """() => Math.min(...Array.from({ length: 12 }, () => {
  const start = performance.now(); zhongshu.desk.desk.refresh(); return performance.now() - start; }))"""


class Desk:
    def __init__(self, station: Station, url: str, new_context: Callable[..., BrowserContext]) -> None:
        self.station, self.url, self.new_context = station, url, new_context

    def open(self, who: str = "officer", *, query: str = "", **options: object) -> Page:
        context = self.new_context(**{"viewport": {"width": 1920, "height": 1080}} | options)
        context.add_cookies([{"name": "as", "value": who, "url": self.url}])
        page = context.new_page()
        page.goto(f"{self.url}/desk/{query}")
        expect(page.locator("#desk-link")).to_have_class("link live", timeout=15000)
        page.locator("#desk[data-ready]").wait_for()
        return page

    def order(self, *posts: str, **changes: object) -> str:
        given = {"title": "路滑", "text": "撒布融雪剂", "targets": Targets(posts=posts or tuple(DISTRICTS[:3]))}
        return self.station.orders.issue(self.station.officer, OrderRequest(**given | changes)).id

    def latest(self):
        return self.station.orders.latest(self.station.officer)[0][0]

    def reached(self, order: str, posts: list[str], kind: str) -> None:
        seats = {post: Actor(f"token:{post}", post, Role.POST, post=post, known_by="device") for post in posts}
        self.station.ledger.record([Receipt(order, post, 1, kind, seats[post]) for post in posts])


@pytest.fixture
def desk(tmp_path: Path, free_port: Callable[[], int], new_context: Callable[..., BrowserContext]) -> Iterator[Desk]:
    station = Station(tmp_path, zhengzhou())
    for post in (*DISTRICTS, *TOWNS):
        station.staff(post, "演示员01", phone="0371-00000000")
    with serving(station.server(), free_port()) as url:
        yield Desk(station, url, new_context)
    station.database.close()


def choose_template(page: Page, key: str = "snow_and_ice") -> None:
    page.get_by_label("预案", exact=True).first.select_option(key)


def big(page: Page):
    return page.locator("#desk-before-fields .big")


def test_a_template_is_counted_shown_and_sent_with_one_key_and_its_ledger_opens(desk: Desk):
    page = desk.open()
    expect(page.locator("#desk-before-fields .problem")).to_have_text("没有任何值班席会收到：至少选一个。")
    choose_template(page)
    expect(big(page)).to_have_text("270")
    expect(page.locator("#desk-before-fields .reach")).to_contain_text("16 + 215 + 20 + 19")
    shown = page.locator(".received .words").inner_text()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#ledger-head h1")).to_have_text("寒潮暴雪应对到岗")
    expect(page.locator("#ledger-table tbody tr")).to_have_count(270)
    assert desk.latest().text == shown
    assert f"order={desk.latest().id}" in page.url
    page.go_back()
    expect(page.locator("#desk-today-rows tr")).to_have_count(1)
    expect(big(page)).to_have_text("0")


def test_a_pressed_key_sends_one_order_however_often_it_is_pressed(desk: Desk):
    page = desk.open()
    choose_template(page)
    expect(big(page)).to_have_text("270")
    for _ in range(4):
        page.keyboard.press("Control+Enter")
    expect(page.locator("#ledger-head h1")).to_be_visible()
    page.wait_for_timeout(500)
    assert len(desk.station.orders.latest(desk.station.officer)) == 1


def test_typed_names_the_list_and_the_map_all_choose_the_same_posts(desk: Desk):
    page = desk.open()
    page.keyboard.press("/")
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


def test_a_drill_looks_different_says_so_and_leaves_by_its_own_way(desk: Desk):
    page = desk.open()
    choose_template(page)
    page.locator(".modes .drill").click()
    expect(page.locator("#desk-send")).to_contain_text("演练发给 270 个值班席")
    expect(page.locator("#desk-drill-mark")).to_be_visible()
    expect(page.locator(".received .words")).to_contain_text("【演练】")
    assert (
        page.evaluate("() => getComputedStyle(document.querySelector('#desk-send')).backgroundColor")
        == "rgb(189, 166, 255)"
    )
    page.locator("#desk-send").click()
    expect(page.locator("#ledger-head")).to_contain_text("演练")
    assert desk.latest().mode == "drill"


def test_an_unusually_wide_order_waits_for_the_typed_count(desk: Desk):
    for _ in range(3):
        desk.order(template="snow_and_ice", title="", text="")
    page = desk.open()
    choose_template(page)
    expect(page.locator(".typed-count")).to_contain_text("输入 270 以确认")
    expect(page.locator("#desk-send")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Control+Enter")
    page.locator(".typed-count input").fill("270")
    expect(page.locator("#desk-send")).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#ledger-table tbody tr")).to_have_count(270)


def test_who_is_unreachable_now_is_named_before_sending(desk: Desk):
    desk.station.connected |= set(DISTRICTS[1:])
    page = desk.open()
    page.get_by_label("标题").fill("路滑")
    page.get_by_label("正文").fill("撒布融雪剂")
    page.get_by_role("checkbox", name="县（市）区", exact=True).click()
    expect(page.locator(".silent-names")).to_contain_text(zhengzhou().post_by_code[DISTRICTS[0]].name)
    page.locator(".chk", has_text="发送名单").click()
    expect(page.locator("dialog .names li")).to_have_count(16)


def test_a_draft_survives_a_reload_and_what_was_cleared_comes_back(desk: Desk):
    page = desk.open()
    page.get_by_label("正文").fill("撒布融雪剂")
    page.reload()
    expect(page.get_by_label("正文")).to_have_value("撒布融雪剂", timeout=10000)
    page.get_by_role("button", name="清空").click()
    expect(page.get_by_label("正文")).to_have_value("")
    page.get_by_role("button", name="恢复").click()
    expect(page.get_by_label("正文")).to_have_value("撒布融雪剂")


def test_nothing_is_sent_while_the_link_is_gone(desk: Desk):
    page = desk.open()
    choose_template(page)
    expect(big(page)).to_have_text("270")
    desk.station.cut_off()
    expect(page.locator("#desk-stop")).to_contain_text("断线")
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(400)
    assert desk.station.orders.latest(desk.station.officer) == []
    desk.station.reachable = True
    expect(page.locator("#desk-send")).to_have_attribute("aria-disabled", "false", timeout=12000)


def test_the_ledger_lives_its_groups_sum_and_one_key_shows_who_is_silent(desk: Desk):
    order = desk.order(*DISTRICTS[:8])
    page = desk.open(query=f"?order={order}")
    expect(page.locator("#ledger-table tbody tr")).to_have_count(8)
    desk.reached(order, DISTRICTS[:6], "delivered")
    answering(desk.station, order, DISTRICTS[:3], answer="in_position")
    answering(desk.station, order, DISTRICTS[3:4], answer="cannot", note="<b>道路中断</b>")
    counts = page.locator("#ledger-filters .chip b")
    expect(counts.nth(3)).to_have_text("3")
    assert [int(each) for each in counts.all_inner_texts()] == [8, 2, 2, 3, 0, 1]
    expect(page.locator("#ledger-table")).to_contain_text("<b>道路中断</b>")
    expect(page.locator("#ledger-faces .n")).to_have_text("4 / 8")
    expect(page.locator("#ledger-curve svg")).to_have_attribute("aria-label", "确认曲线：已确认 4，已到位 3，共 8")
    page.keyboard.press("e")
    expect(page.locator("#ledger-table tbody tr")).to_have_count(4)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#ledger-table tr.sel")).to_have_count(1)
    expect(page.locator("#ledger-table tr.sel a")).to_have_attribute("href", "tel:037100000000")
    page.keyboard.press("/")
    page.keyboard.type("没有这里")
    expect(page.locator("#ledger-table tbody tr")).to_have_count(0)


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
    page.get_by_role("button", name="解除指令").click()
    page.locator("dialog textarea").fill("  ")
    page.locator("dialog .btn.danger").click()
    expect(page.locator("dialog .problem")).to_have_text("请写明原因。")
    page.locator("dialog textarea").fill("误发")
    page.locator("dialog .btn.danger").click()
    expect(page.locator("#ledger-head .ended")).to_contain_text("误发")
    expect(page.get_by_role("button", name="解除指令")).to_have_count(0)


def test_who_may_only_look_finds_no_form_and_no_telephone(desk: Desk):
    order = desk.order()
    page = desk.open("leader", query=f"?order={order}")
    expect(page.locator("#ledger-table tbody tr")).to_have_count(3)
    expect(page.locator("#ledger-acts .btn")).to_have_count(1)
    assert page.locator("#ledger-table a[href^=tel]").count() == 0
    page.get_by_role("button", name="新指令").click()
    expect(page.locator("#desk-send")).to_have_count(0)


def test_the_file_of_the_ledger_is_downloaded(desk: Desk):
    order = desk.order()
    page = desk.open(query=f"?order={order}")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出回执").click()
    assert len(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()) == 4


def test_six_hundred_lines_that_answer_at_once_stay_smooth(desk: Desk):
    order = desk.order(targets=Targets(tiers=("district", "township", "unit", "special_grid", "district_unit")))
    page = desk.open(query=f"?order={order}")
    expect(page.locator("#ledger-table tbody tr")).to_have_count(590)
    page.evaluate("() => document.querySelectorAll('#ledger-table tbody tr').forEach((row) => { row.__first = 1; })")
    for start in range(0, 215, 43):
        answering(desk.station, order, TOWNS[start : start + 43])
    expect(page.locator("#ledger-filters .chip b").nth(3)).to_have_text("215")
    kept = "() => [...document.querySelectorAll('#ledger-table tbody tr')].filter((row) => row.__first).length"
    assert page.evaluate(kept) == 590  # moved and filled, none made anew
    assert page.evaluate(FASTEST_REPAINT_MS) < 50


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1440, 900)])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_main_act_needs_no_scrolling(desk: Desk, width: int, height: int, language: str):
    page = desk.open(query=f"?lang={language}", viewport={"width": width, "height": height})
    page.locator(".what select").select_option("snow_and_ice")
    expect(big(page)).to_have_text("270")
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    box = page.locator("#desk-send").bounding_box()
    assert box["y"] + box["height"] < height
    overlapping = "() => [...document.querySelectorAll('.col')].some((one) => one.scrollWidth > one.clientWidth + 1)"
    assert page.evaluate(overlapping) is False


def test_a_desk_that_comes_back_later_reads_what_it_missed(desk: Desk):
    order = desk.order(*DISTRICTS[:3])
    page = desk.open(query=f"?order={order}")
    desk.station.cut_off()
    expect(page.locator("#desk-link")).to_have_class("link lost")
    answering(desk.station, order, DISTRICTS[:3])
    desk.station.reachable = True
    end = time.monotonic() + 12
    while page.locator("#ledger-filters .chip b").nth(3).inner_text() != "3":
        assert time.monotonic() < end
        page.wait_for_timeout(100)
