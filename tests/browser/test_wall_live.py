"""The wall on a live link: figures dim when they are old, a lost link shows, and everything comes back by itself."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness.day import stamp
from tests.browser.pictures import Stage, harness, looked_at
from tests.browser.waits import comes_to, comes_to_be, watched
from tests.browsers import Contexts
from tests.outside import until

pytestmark = pytest.mark.browser
LOST = "document.getElementById('wall').classList.contains('lost')"
LONG_AGO = "2020-01-01T00:00:00.000Z"
LAST_ORDER = ""  # the one tile that shows no figure of the snapshot: it is as old as the link
TILES = {"cases_today", "cross", "curve", "devices_iot", "devices_video", "districts", "diverted", "filing"}
TILES |= {"indicators", "latency", "sources", "urgent", LAST_ORDER}
# This Chromium lets every page sound; most browsers suspend a page's sound until a hand was on it.
NO_SOUND_WITHOUT_A_HAND = (
    "window.AudioContext = class extends AudioContext { constructor() { super(); this.suspend(); } }"
)


@pytest.fixture(scope="module")
def running() -> Iterator[ExitStack]:
    with ExitStack() as running:
        yield running


@pytest.fixture(scope="module")
def stage(running: ExitStack) -> Stage:
    return running.enter_context(harness("--city", "made:16"))


@pytest.fixture(scope="module")
def one_page(contexts: Contexts, stage: Stage) -> Iterator[Page]:
    with looked_at(contexts, stage) as page:
        yield page


@pytest.fixture
def wall(one_page: Page, stage: Stage) -> Iterator[Page]:
    """The page all stories of this file are told on, as it was found."""
    yield one_page
    stage.do("ticks", on=True)
    stage.do("patch", tiles={})
    stage.do("speed", speed=1)
    one_page.wait_for_function("!document.querySelector('.dim') && document.querySelector('.link.live')")


def tiles(wall: Page, which: str = "") -> set[str]:
    """The names of the tiles that are so."""
    found = wall.locator(f"#scene-overview [data-tile]{which}")
    return set(found.evaluate_all("tiles => tiles.map((tile) => tile.dataset.tile)"))


def test_the_client_speaks_to_a_real_server(wall: Page):
    answer = wall.evaluate("zhongshu.live.call('join', 'wall')")
    assert answer["ok"] is True
    assert answer["vitals"]["tiles"]["cases_today"]["value"] == 9071


def test_an_old_figure_dims_alone_says_since_when_and_recovers(wall: Page, stage: Stage):
    tile, other = wall.locator("#tile-sources"), wall.locator("#tile-urgent")
    stage.do("patch", tiles={"sources": {"as_of": LONG_AGO}})
    expect(tile).to_contain_class("dim")
    expect(tile.locator(".since")).to_contain_text("起未更新")
    expect(other).not_to_contain_class("dim")
    stage.do("patch", tiles={})
    expect(tile).not_to_contain_class("dim")
    expect(tile.locator(".note")).to_be_visible()


def test_every_figure_dims_at_its_own_age_and_recovers(wall: Page, stage: Stage):
    comes_to_be(wall, lambda: tiles(wall), TILES)
    stage.do("patch", tiles={name: {"as_of": LONG_AGO} for name in TILES - {LAST_ORDER}})
    expect(wall.locator("#scene-overview [data-tile].dim")).to_have_count(len(TILES) - 1)
    comes_to_be(wall, lambda: tiles(wall, ".dim"), TILES - {LAST_ORDER})
    stage.do("patch", tiles={})
    expect(wall.locator("#scene-overview .dim")).to_have_count(0)


def test_a_figure_grows_old_though_ticks_keep_coming(wall: Page, stage: Stage):
    as_of = time.time()
    dimmed = watched(wall, "document.getElementById('tile-filing').classList.contains('dim')")
    stage.do("patch", tiles={"filing": {"as_of": stamp(datetime.fromtimestamp(as_of, UTC)), "limit_s": 2}})
    assert 1.9 < dimmed() - as_of < 4.5


def test_without_ticks_the_whole_page_dims_within_four_seconds_and_comes_back(wall: Page, stage: Stage):
    last_tick = f"{LOST} && (window.silence = zhongshu.live.tick_age_ms())"
    lost = watched(wall, last_tick)
    stage.do("ticks", on=False)
    lost()
    assert wall.evaluate("window.silence") < 4000
    expect(wall.locator("#wall-link")).to_contain_text("断线")
    expect(wall.locator("#scene-overview [data-tile].dim")).to_have_count(len(TILES))
    same = "(all) => new Set(all.map((one) => getComputedStyle(document.querySelector(one)).color)).size"
    comes_to(wall, same, 1, ["#tile-sources .body .name", "#tile-feed .words"])
    expect(wall.locator("#tile-cases > h2 .since")).to_contain_text("截至")
    back = watched(wall, f"!({LOST})")
    again = stage.do("ticks", on=True)["at"]
    assert back() - again < 2.5
    expect(wall.locator("#wall-link")).to_contain_text("实时")
    expect(wall.locator("#tile-cases")).not_to_contain_class("dim")


def test_while_the_link_is_lost_the_clock_runs_and_no_age_grows(wall: Page, stage: Stage):
    stage.do("ticks", on=False)
    expect(wall.locator("#wall")).to_contain_class("lost")
    clock, ages = wall.locator("#wall-clock").inner_text(), wall.locator("#tile-urgent .n").all_inner_texts()
    clock_is = "document.getElementById('wall-clock').innerText"
    wall.wait_for_function(f"(clock) => {clock_is} > clock", arg=clock)
    wall.wait_for_timeout(1300)
    assert wall.locator("#tile-urgent .n").all_inner_texts() == ages


def test_a_gap_in_the_ticks_asks_for_the_whole_again(wall: Page, stage: Stage):
    before = stage.do("cases", on=True)["joined"]
    stage.do("skip")
    until(lambda: stage.do("cases", on=True)["joined"] > before, what="the whole to be asked for again")
    wall.wait_for_timeout(500)
    assert stage.do("cases", on=True)["joined"] == before + 1


def test_the_speed_of_the_city_is_shown_when_it_is_not_one(wall: Page, stage: Stage):
    expect(wall.locator("#wall-demo .speed")).to_be_hidden()
    expect(wall.locator("#wall-demo-time")).to_be_visible()  # the stage's day is not today
    stage.do("speed", speed=20)
    expect(wall.locator("#wall-demo .speed")).to_have_text("20×")


def test_figures_stay_fresh_at_twenty_times_the_speed(wall: Page, stage: Stage):
    stage.do("speed", speed=20)
    expect(wall.locator("#wall-demo .speed")).to_have_text("20×")
    wall.wait_for_timeout(2500)
    assert wall.locator("#scene-overview .dim").count() == 0


def test_a_source_that_is_dead_says_so_in_its_row(wall: Page, stage: Stage):
    stage.do("patch", tiles={"sources": {"rows": [["S01", 12, "alarm", 7400, None], ["S02", 9, "off", 0, None]]}})
    row = wall.locator("#tile-sources .row").first
    expect(row).to_contain_text("告警 数据延迟 2 小时")
    expect(row.locator(".mark.alarm")).to_be_visible()
    expect(wall.locator("#tile-sources .row").nth(1)).to_contain_text("未接入")
    expect(wall.locator("#tile-sources .note")).to_have_text("1 个来源全部中断")
    expect(wall.locator("#tile-cases .reference")).to_contain_text("来源全部中断，件数不再增加")
    stage.do("patch", tiles={"sources": {"rows": [["S01", 12, "alarm", 7400, None], ["S02", 9, "normal", 0, None]]}})
    expect(wall.locator("#tile-sources .note")).to_have_text("2 个来源，1 个中断")
    expect(wall.locator("#tile-cases .reference")).to_contain_text("1 个来源中断，件数不全")


def test_devices_that_are_being_checked_say_so(wall: Page, stage: Stage):
    stage.do("patch", tiles={"devices_iot": {"checking": True}})
    expect(wall.locator("#tile-vitals .vital-sign").first).to_contain_text("核对中")


def test_what_is_not_connected_shows_no_figure(wall: Page):
    tile = wall.locator("#tile-vitals .vital-sign[data-tile=diverted]")
    expect(tile).to_contain_text("未接入")
    expect(tile.locator(".label")).to_have_text("样例分流累计办结")  # the city's own word
    assert not any(letter.isdigit() for letter in tile.locator(".value").inner_text())


def test_a_wall_recovers_from_a_restarted_server_by_itself(wall: Page, stage: Stage, running: ExitStack):
    running.close()
    try:
        expect(wall.locator("#wall")).to_contain_class("lost")
    finally:
        running.enter_context(harness("--city", "made:16", port=stage.port))
    expect(wall.locator("#wall")).not_to_contain_class("lost", timeout=60_000)
    expect(wall.locator("#wall-link")).to_contain_text("实时")
    assert stage.do("cases", on=True)["joined"] >= 1


def test_a_new_version_reloads_the_page_once_and_only_once(wall: Page, stage: Stage):
    loads: list[str] = []
    wall.on("framenavigated", lambda frame: loads.append(frame.url))
    wall.evaluate("window.before = true")
    stage.do("notice", key="reload", build="b2")
    wall.wait_for_function("!window.before && document.querySelector('#wall[data-ready]')")
    stage.do("notice", key="reload", build="b2")
    wall.wait_for_timeout(1500)
    assert len(loads) == 1
    stage.do("notice", key="nothing", build="b1")


def test_the_tones_of_a_grave_order_are_switched_by_hand_and_a_wall_that_may_not_sound_says_so(
    wall: Page, stage: Stage
):
    switch, played = wall.locator("#wall-sound"), "zhongshu.wallSound.played"
    wall.add_init_script(NO_SOUND_WITHOUT_A_HAND)
    wall.reload()
    expect(switch).to_have_text("♪ 无声：点按允许")
    stage.do("order", id="mute", grade=2)
    wall.wait_for_selector("#wall.scene-order")
    assert wall.evaluate(played) == 0
    switch.click()
    expect(switch).to_have_text("♪")
    expect(wall.locator("#wall-lock")).to_be_hidden()
    stage.do("order", id="loud", grade=2)
    wall.wait_for_function(f"{played} === 1")
    switch.click()
    expect(switch).to_have_text("♪ 已关")
    wall.reload()
    expect(switch).to_have_text("♪ 已关")
