"""Every figure of the wall opens its definition, by hand and by key, and the sheet goes away by itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from domain.vitals import VITALS
from layouts.text import catalogue
from tests.browser.eyes import serious_faults
from tests.browser.pictures import Stage, harness, looked_at, shown
from tests.browsers import Contexts

pytestmark = pytest.mark.browser
WORDS = catalogue("zh-CN")
HEADINGS = "#scene-overview [aria-haspopup=dialog]"
TILE = "(heading) => heading.closest('[data-tile]').dataset.tile"
WITHIN = """(sheet) => {
  const at = sheet.getBoundingClientRect(), wide = innerWidth / Math.round(innerWidth / innerHeight / 16 * 9);
  const screen = (x) => Math.floor(x / wide);
  return at.top >= 0 && at.bottom <= innerHeight && screen(at.left) === screen(at.right - 1); }"""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with harness("--city", "made:16") as running:
        yield running


@pytest.fixture(scope="module")
def one_page(contexts: Contexts, stage: Stage) -> Iterator[Page]:
    with looked_at(contexts, stage) as page:
        page.locator(f"{HEADINGS}.what-key").wait_for()
        yield page


@pytest.fixture
def wall(one_page: Page, stage: Stage) -> Iterator[Page]:
    """The page all stories of this file are told on; each leaves it as it was."""
    yield one_page
    one_page.keyboard.press("Escape")
    one_page.keyboard.press("l")
    stage.do("patch", tiles={})


def sheet(page: Page) -> Locator:
    return page.locator("#wall-definition")


def kind_of(heading: Locator) -> str:
    key = str(heading.evaluate(TILE))
    return "devices" if key.startswith("devices_") else key


def assert_defines(page: Page, kind: str) -> None:
    expect(sheet(page).locator(".formula")).to_have_text(WORDS[f"vital.{kind}.formula"])
    expect(sheet(page).locator(".unit")).to_have_text(WORDS[f"vital.{kind}.unit"])
    expect(sheet(page).locator(".source")).to_have_text(WORDS[f"vital.{kind}.source"])
    expect(sheet(page).locator(".version")).to_have_text("1")
    expect(sheet(page).locator(".owner")).to_contain_text("城市运行中心")
    expect(sheet(page).locator(".limit")).to_contain_text(" 秒")
    expect(sheet(page).locator(".now")).not_to_have_text("")
    assert "vital." not in sheet(page).inner_text()
    assert "{" not in sheet(page).inner_text()
    page.wait_for_function(f"() => ({WITHIN})(document.getElementById('wall-definition'))")


def test_every_figure_opens_its_definition_by_a_click_and_closes_by_the_next(wall: Page):
    seen = set()
    for heading in wall.locator(HEADINGS).all():
        heading.click()
        assert_defines(wall, kind_of(heading))
        seen.add(kind_of(heading))
        sheet(wall).locator(".now").click()
        expect(sheet(wall)).to_be_hidden()
    assert seen == {vital.key.removesuffix("_<class>") for vital in VITALS}


def test_every_figure_opens_its_definition_by_enter_and_gives_the_focus_back(wall: Page):
    for heading in wall.locator(HEADINGS).all():
        heading.press("Enter")
        expect(sheet(wall).locator(".formula")).to_have_text(WORDS[f"vital.{kind_of(heading)}.formula"])
        wall.keyboard.press("Escape")
        expect(sheet(wall)).to_be_hidden()
        expect(heading).to_be_focused()


def test_the_question_mark_goes_from_figure_to_figure_and_round(wall: Page):
    tiles = [heading.evaluate(TILE) for heading in wall.locator(HEADINGS).all()]
    told = []
    for _ in range(len(tiles) + 1):
        wall.keyboard.press("?")
        told.append(wall.evaluate("zhongshu.definition.shown"))
    assert told == [*tiles, tiles[0]]


def test_opening_a_definition_holds_the_picture_as_any_touch_does(wall: Page):
    expect(wall.locator("#wall-lock")).to_be_hidden()
    wall.locator("#tile-filing .heading").click()
    expect(wall.locator("#wall-lock")).to_be_visible()


def test_the_open_figure_follows_the_snapshot_and_says_when_it_is_old(wall: Page, stage: Stage):
    wall.locator("#tile-filing .heading").click()
    expect(sheet(wall).locator(".now")).to_have_text("中位数 19 秒，95 分位 52 秒，今日立案 8,990 件")
    stage.do("patch", tiles={"filing": {"p50_s": 23, "as_of": "2020-01-01T00:00:00.000Z"}})
    expect(sheet(wall).locator(".now")).to_contain_text("中位数 23 秒")
    expect(sheet(wall).locator(".since")).to_contain_text("起未更新")


def test_what_is_not_connected_is_defined_and_has_no_value(wall: Page):
    wall.locator("[data-tile=diverted] .label").click()
    expect(sheet(wall).locator(".now")).to_have_text(WORDS["wall.not_connected"])
    expect(sheet(wall).locator(".formula")).to_have_text(WORDS["vital.diverted.formula"])


def test_the_device_on_the_wall_is_shown_no_way_to_the_cases(wall: Page):
    wall.locator("#tile-cases .heading").click()
    expect(sheet(wall).locator("a")).to_have_count(0)


def test_who_may_read_cases_is_led_to_them_and_the_sheet_goes_away_after_a_minute_or_with_its_scene(
    new_context, stage: Stage
):
    context = new_context(viewport={"width": 5760, "height": 1080})
    context.add_cookies([{"name": "role", "value": "leader", "url": stage.url}])
    page = context.new_page()
    page.clock.install()
    shown(page, stage.url)
    page.locator("#tile-cases .heading").click()
    expect(sheet(page).locator("a")).to_have_attribute("href", "/trends/cases?day=2026-11-24")
    page.locator("[data-tile=cross] .label").click()
    expect(sheet(page).locator("a")).to_have_attribute("href", "/trends/cases?cross=1")
    page.keyboard.press("Escape")
    page.locator("#tile-latency .heading").click()
    expect(sheet(page).locator("a")).to_have_count(0)
    page.keyboard.press("Escape")
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 60)
    page.locator("#tile-urgent .heading").click()
    expect(sheet(page)).to_be_visible()
    assert sheet(page).evaluate(WITHIN)
    page.clock.fast_forward(58_000)
    expect(sheet(page)).to_be_visible()
    page.clock.fast_forward(3_000)
    expect(sheet(page)).to_be_hidden()
    page.clock.resume()
    page.locator("#tile-urgent .heading").click()
    expect(sheet(page)).to_be_visible()
    page.locator("#wall-tab-order").click()
    expect(sheet(page)).to_be_hidden()


def test_axe_finds_no_serious_fault_in_a_definition(wall: Page):
    wall.locator("#tile-sources .heading").click()
    assert serious_faults(wall) == []
