"""The wall as a page: nothing asked of other hosts, text that is text, hands that lock it, orders that take it over."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.eyes import serious_faults
from tests.browser.harness import cities
from tests.browser.order_stage import colour, settled
from tests.browser.pictures import HD, Stage, harness, shown
from tests.browser.waits import watched
from tests.browsers import Contexts

pytestmark = pytest.mark.browser
HOSTILE = '<img src=x onerror="window.broken=1"><b>井盖</b>'


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with harness("--city", "made:16", "--no-order") as running:
        yield running


@pytest.fixture(scope="module")
def wall(contexts: Contexts, stage: Stage) -> Iterator[Page]:
    """The page all stories of this file are told on; each leaves it as it was."""
    with contexts.lent() as make:
        page = make(viewport={"width": HD[0], "height": HD[1]}).new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        shown(page, stage.url)
        yield page


def a_case(stage: Stage, wall: Page, **changes: object) -> float:
    """Reports a case, and says when, in seconds since the epoch."""
    at = wall.evaluate("new Date(zhongshu.live.city_ms()).toISOString()")
    row = {"kind": "case", "id": f"x{at}", "version": 1, "no": "1", "source": "S01", "category": None, "title": "井盖"}
    row |= {"district": "D001", "township": "T0011", "lon": 113.1, "lat": 34.9, "state": "reported", "unit": None}
    row |= {"urgency": "normal", "filed_by": None, "reported_at": at, "filed_at": None, "finished_at": None}
    return stage.do("rows", rows=[row | {"closed_at": None} | changes])["at"]


def test_what_is_asked_for_early_is_what_is_used(wall: Page):
    for name in ("plotly.min.js", "city.json", "zh-CN.json"):  # a preload that nobody used would have been asked twice
        assert len([url for url in wall.asked if name in url]) == 1, name


def test_a_case_that_is_reported_is_on_the_wall_within_a_second(wall: Page, stage: Stage):
    shown = watched(wall, "document.getElementById('tile-feed').innerText.includes('路面塌陷五米')")
    reported = a_case(stage, wall, title="路面塌陷五米")
    assert shown() - reported < 1
    expect(wall.locator("#tile-feed")).to_contain_text("第2区 2-2号：来源1上报路面塌陷五米")


def test_a_title_is_text_whatever_it_contains(wall: Page, stage: Stage):
    a_case(stage, wall, title=HOSTILE)
    expect(wall.locator("#tile-feed")).to_contain_text(HOSTILE)
    stage.do("order", id="hostile", title=HOSTILE, grade=4)
    expect(wall.locator("#tile-last .order-title")).to_contain_text(HOSTILE)
    assert wall.locator("#tile-feed img, #tile-last img").count() == 0
    assert wall.evaluate("window.broken") is None
    stage.do("order", id="hostile", version=2, grade=4, state="closed", ended_at="2020-01-01T00:00:00.000Z")


def test_a_newer_version_replaces_the_sentence_and_an_older_one_does_not(wall: Page, stage: Stage):
    a_case(stage, wall, id="v", title="甲", version=2)
    expect(wall.locator("#tile-feed")).to_contain_text("上报甲")
    a_case(stage, wall, id="v", title="乙", version=1)
    wall.wait_for_timeout(300)
    expect(wall.locator("#tile-feed")).to_contain_text("上报甲")


def test_axe_finds_no_serious_fault_in_the_overview(wall: Page):
    assert serious_faults(wall) == []


def test_nothing_on_the_wall_is_smaller_than_it_can_be_read(wall: Page):
    small = wall.evaluate(
        """() => [...document.querySelectorAll('#wall *')]
          .filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
          .map((e) => [parseFloat(getComputedStyle(e).fontSize), e.textContent])
          .filter(([size]) => size < 20)"""
    )
    assert small == []


def test_a_key_locks_the_scene_and_the_letter_resumes(wall: Page):
    mark = wall.locator("#wall-lock")
    expect(mark).to_be_hidden()
    wall.keyboard.press("x")
    expect(mark).to_be_visible()
    wall.keyboard.press("l")
    expect(mark).to_be_hidden()


def test_a_touch_locks_the_scene_and_a_click_on_the_mark_resumes(wall: Page):
    wall.mouse.click(960, 500)
    expect(wall.locator("#wall-lock")).to_be_visible()
    wall.locator("#wall-lock").click()
    expect(wall.locator("#wall-lock")).to_be_hidden()


def test_ticks_and_cases_never_move_the_map(wall: Page, stage: Stage):
    drawn = "document.querySelectorAll('.choroplethlocation').length"
    place = f"[zhongshu.map.version, ...zhongshu.map.project([113.3, 34.8]), {drawn}]"
    before = wall.evaluate(place)
    stage.do("ticks", on=True, every_s=0.1)
    wall.wait_for_timeout(1500)
    stage.do("ticks", on=True, every_s=1.0)
    assert wall.evaluate(place) == before


def test_the_light_stands_on_the_shapes(wall: Page):
    """The canvas' projection and plotly's drawing agree: a township's cell lies where its district is drawn."""
    inside = wall.evaluate(
        """() => zhongshu.map.cells.every((cell) => {
          const c = document.createElement('canvas').getContext('2d');
          return c.isPointInPath(cell.path, cell.x, cell.y);
        })"""
    )
    assert inside is True
    corner = wall.evaluate(
        """() => {
          const box = document.getElementById('wall-map').getBoundingClientRect();
          const drawn = document.querySelector('.choroplethlocation').getBoundingClientRect();
          const [x, y] = zhongshu.map.project([113.0, 35.0]);
          return [x - (drawn.left - box.left), y - (drawn.top - box.top)];
        }"""
    )
    assert max(abs(one) for one in corner) < 3


def test_a_grave_order_takes_the_room_within_two_seconds_and_a_lesser_one_does_not(wall: Page, stage: Stage):
    stage.do("order", id="three", grade=3)
    wall.wait_for_timeout(1500)
    expect(wall.locator("#wall")).to_contain_class("scene-overview")
    expect(wall.locator("#tile-last")).to_contain_text("正在执行")
    shown = watched(wall, "document.getElementById('wall').classList.contains('scene-order')")
    issued = stage.do("order", id="grave", grade=2)["at"]
    assert shown() - issued < 2
    expect(wall.locator("#scene-overview")).to_be_hidden()
    ended = "2020-01-01T00:00:00.000Z"
    for ident, grade in (("three", 3), ("grave", 2)):
        stage.do("order", id=ident, version=2, grade=grade, state="closed", ended_at=ended)
    expect(wall.locator("#wall")).to_contain_class("scene-overview")


def test_without_motion_a_figure_is_simply_the_new_one(wall: Page):
    steps = wall.evaluate(
        """async () => {
          const seen = new Set(), figure = document.querySelector('#tile-cases .figure');
          const watch = new MutationObserver(() => seen.add(figure.textContent));
          watch.observe(figure, {childList: true, characterData: true, subtree: true});
          zhongshu.parts.roll(figure, 12284, (n) => zhongshu.format.number(n));
          await new Promise((done) => setTimeout(done, 400));
          watch.disconnect();
          return [...seen];
        }"""
    )
    assert steps[0] == "12,284"
    assert set(steps) <= {"12,284", "9,071"}, "nothing in between"


def test_a_city_with_no_case_and_no_order_still_reads_as_a_city_and_no_light_burns(page: Page):
    with harness("--city", "made:5", "--empty") as empty:
        shown(page, empty.url)
        expect(page.locator("#tile-cases .figure")).to_have_text("0")
        expect(page.locator("#tile-feed")).to_contain_text("今日尚无事件")
        expect(page.locator("#tile-last")).to_contain_text("尚无指令")
        expect(page.locator("#tile-urgent")).to_contain_text("没有在办的紧急事件")
        assert "NaN" not in page.locator("#wall").inner_text()
        assert "undefined" not in page.locator("#wall").inner_text()
        page.evaluate("zhongshu.wall.choose('order')")
        page.wait_for_selector("#scene-order[data-state=none] .order-empty")
        settled(page)
        assert all(colour(page, post).blue < 45 for post in cities.of("made:5").posts if post.lon is not None)
        expect(page.locator(".order-side")).to_be_hidden()
