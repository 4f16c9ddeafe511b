"""The order scene in a real browser, told by a real Socket.IO server: the confirmed are lit, the silent stay dark."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.city import City, Tier
from tests.browser.eyes import serious_faults
from tests.browser.order_stage import (
    PIXEL,
    Stage,
    city,
    colour,
    line,
    opened,
    order,
    settled,
    shows,
    stage,
    stamp,
    text_of,
    the_stage,
    the_wall,
    towns,
    wall,
)
from tests.browser.waits import comes_to, resized

__all__ = ["city", "stage", "the_stage", "the_wall", "wall"]  # fixtures
pytestmark = pytest.mark.browser


def test_a_receipt_lights_exactly_its_township(wall: Any, stage: Stage, city: City) -> None:
    one, two, *others = towns(city, 40)[::8]
    told = order([one, two, *others], ago=20)
    stage.tell(told, *[line(told, post) for post in [one, two, *others]])
    shows(wall, told)
    dark = {post.code: colour(wall, post) for post in [one, two, *others]}
    assert all(seen.blue < 30 for seen in dark.values())
    rows = [line(told, one, "delivered"), line(told, two, "acknowledged")]
    stage.tell(*rows)
    settled(wall, *rows)
    assert colour(wall, one).blue == pytest.approx(dark[one.code].blue + 0.17 * 232, abs=12)
    assert colour(wall, two).blue > 120
    assert colour(wall, two).green > 80
    assert all(colour(wall, post) == dark[post.code] for post in others)


def test_confirmations_are_counted_and_the_full_stopwatch_stops(wall: Any, stage: Stage, city: City) -> None:
    posts = [*city.posts_of([Tier.DISTRICT])[:2], *towns(city, 3)]
    told = order(posts, ago=30)
    stage.tell(told, *[line(told, post, "delivered") for post in posts])
    shows(wall, told)
    assert text_of(wall, ".face[data-tier=district] .cnt") == "0/2 已确认"
    rows = [line(told, posts[0], "acknowledged", after=12), line(told, posts[1], "acknowledged", after=19)]
    stage.tell(*rows, line(told, posts[2], "acknowledged", after=20, answer="in_position"))
    wall.wait_for_selector(".face.done[data-tier=district]")
    assert text_of(wall, ".face[data-tier=district] .time") == "0:19"
    assert text_of(wall, ".face[data-tier=district] .cnt") == "2/2 全部确认"
    assert text_of(wall, ".face[data-tier=township] .cnt") == "1/3 已确认"
    assert text_of(wall, "[data-answer=in_position]") == "已到位 1"
    assert text_of(wall, "[data-answer=received]") == "收到 2"
    shown = wall.inner_text(".face.running .time")
    wall.wait_for_function("(was) => document.querySelector('.face.running .time').textContent > was", arg=shown)


def test_the_silent_stay_dark_and_their_number_leads_to_their_name(wall: Any, stage: Stage, city: City) -> None:
    silent, reached = towns(city, 30)[3], towns(city, 30)[20]
    told = order([silent, reached], ago=20)
    stage.tell(told, line(told, silent), line(told, reached, "acknowledged"))
    shows(wall, told)
    number = wall.inner_text(f".order-silent .row[data-post='{silent.code}'] .k")
    assert wall.text_content(f"#order-marks text[data-post='{silent.code}']") == number == "1"
    assert silent.name in wall.inner_text(f".order-silent .row[data-post='{silent.code}']")
    assert colour(wall, silent).blue < 30 < 120 < colour(wall, reached).blue
    row = line(told, silent, "delivered", after=19)
    stage.tell(row)
    settled(wall, row)
    wall.wait_for_selector("#order-marks .silent-number", state="detached")


def test_who_needs_support_or_cannot_never_wears_the_confirmed_light(wall: Any, stage: Stage, city: City) -> None:
    support, cannot, fine = towns(city, 30)[2:30:12]
    told = order([support, cannot, fine], ago=20)
    rows = [line(told, post, "acknowledged") for post in (support, cannot, fine)]
    for row, answer in zip(rows, ("need_support", "cannot", "received"), strict=True):
        row["answer"] = row["answers"][0]["answer"] = answer
    stage.tell(told, *rows)
    shows(wall, told)
    for post, sign in ((support, "warn"), (cannot, "alarm")):
        seen = colour(wall, post)
        assert seen.red > seen.blue
        wall.wait_for_selector(f"#order-marks .need-mark.{sign}[data-post='{post.code}']", state="attached")
    assert colour(wall, fine).blue > 120
    assert text_of(wall, ".face .cnt") == "3/3 全部确认"


def test_a_drill_is_violet_and_says_so_everywhere(wall: Any, stage: Stage, city: City) -> None:
    posts = [*city.posts_of([Tier.DISTRICT])[:1], *towns(city, 2)]
    told = order(posts, ago=20, mode="drill", title="低温冻害桌面推演")
    stage.tell(told, *[line(told, post, "acknowledged") for post in posts])
    shows(wall, told)
    lit = colour(wall, posts[1])
    assert lit.blue > lit.red > lit.green
    assert wall.inner_text(".order-what h2").startswith("【演练】")
    assert wall.inner_text(".order-what .body").startswith("【演练】")
    assert wall.inner_text(".order-what .mode") == "演练"
    colours = wall.evaluate("[...document.querySelectorAll('.face.done .time')].map((e) => getComputedStyle(e).color)")
    assert set(colours) == {"rgb(189, 166, 255)"}
    wall.evaluate("zhongshu.wall.choose('overview')")
    wall.wait_for_selector("#wall.scene-overview:not([data-mode])")


def test_past_its_limit_a_stopwatch_turns_red_and_says_so(wall: Any, stage: Stage, city: City) -> None:
    posts = city.posts_of([Tier.DISTRICT])[:3]
    told = order(posts, ago=20, limits={"district": 24})
    stage.tell(told, *[line(told, post, "delivered") for post in posts])
    shows(wall, told)
    wall.wait_for_selector(".face.over")
    assert text_of(wall, ".face .under").startswith("超限")
    assert wall.evaluate("getComputedStyle(document.querySelector('.face .time')).color") == "rgb(255, 96, 89)"


def test_the_words_of_an_order_are_text_and_never_markup(wall: Any, stage: Stage, city: City) -> None:
    post = towns(city, 1)[0]
    hostile = "<img src=x onerror=alert(1)><b>粗</b>"
    told = order([post], title=hostile, text=hostile, ground=hostile, signer=hostile, callback=hostile, no=hostile)
    stage.tell(told, line(told, post))
    shows(wall, told)
    assert wall.inner_text(".order-what h2") == hostile
    assert wall.query_selector(".order-what img") is None
    assert wall.query_selector("#scene-order b b") is None


def test_nothing_is_drawn_until_a_confirmation_flashes_and_runs_home_and_then_stands_still(
    moving_page: Any, stage: Stage, city: City
) -> None:
    page, (post, *others) = moving_page, towns(city, 30)[9:22]
    told = order([post, *others], ago=25)
    stage.tell(told, line(told, post, "delivered"), *[line(told, other, "acknowledged") for other in others])
    opened(page, stage)
    settled(page)
    page.evaluate(COUNTED, post.code)
    page.wait_for_function(AT_REST)
    drawn = page.evaluate("window.drawn")
    page.wait_for_timeout(2200)
    assert page.evaluate("window.drawn") == drawn
    row = line(told, post, "acknowledged", after=26)
    stage.tell(row)
    page.wait_for_function("(drawn) => window.drawn > drawn", arg=drawn)
    page.wait_for_function("window.bluest > window.blue + 10 && window.blue > 120")  # it has flashed


# Counts each time that the light is drawn, remembers when that was, and how blue a township is and has been.
COUNTED = (
    "(code) => { const blue = () => ("
    + PIXEL
    + """)(code)[2], own = CanvasRenderingContext2D.prototype.drawImage;
  Object.assign(window, { drawn: 0, drawn_at: performance.now(), blue: 0, bluest: 0 });
  CanvasRenderingContext2D.prototype.drawImage = function (...a) {
    Object.assign(window, { drawn: window.drawn + 1, drawn_at: performance.now() });
    requestAnimationFrame(() => { window.blue = blue(); window.bluest = Math.max(window.bluest, window.blue); });
    return own.apply(this, a);
  }; }"""
)
AT_REST = "() => performance.now() - window.drawn_at > 1000"


def test_without_a_link_the_light_dims_and_the_stopwatch_stops(wall: Any, stage: Stage, city: City) -> None:
    posts = towns(city, 4)
    told = order(posts, ago=20)
    stage.tell(told, line(told, posts[0], "acknowledged"), *[line(told, post, "delivered") for post in posts[1:]])
    shows(wall, told)
    lit = colour(wall, posts[0])
    stage.ask("ticks", on=False)
    wall.wait_for_selector("#scene-order.stale")
    settled(wall)
    assert colour(wall, posts[0]).alpha < 0.5 * lit.alpha
    stopped = wall.inner_text(".face .time")
    wall.wait_for_timeout(1300)
    assert wall.inner_text(".face .time") == stopped
    stage.ask("ticks", on=True)
    wall.wait_for_selector("#scene-order:not(.stale)")
    wall.wait_for_function("(was) => document.querySelector('.face .time').textContent !== was", arg=stopped)


def test_an_order_that_ended_says_how_and_its_stopwatch_stands(wall: Any, stage: Stage, city: City) -> None:
    posts = towns(city, 2)
    told = order(posts, ago=20)
    stage.tell(told, *[line(told, post, "delivered") for post in posts])
    shows(wall, told)
    end = stamp(datetime.fromisoformat(told["issued_at"]) + timedelta(seconds=25))
    stage.tell(told | {"version": 2, "state": "cancelled", "ended_at": end})
    wall.wait_for_selector(".order-what .ended")
    assert wall.inner_text(".order-what .ended").startswith("已撤销")
    wall.wait_for_selector(".face.ended")
    assert wall.inner_text(".face .note") == "指令结束时未全部确认"


def test_reserved_posts_and_units_are_counted_in_words(wall: Any, stage: Stage, city: City) -> None:
    reserved = [post for post in city.posts if post.reserved][:2]
    units = city.posts_of([Tier.UNIT])[:3]
    posts = [*towns(city, 2), *reserved, *city.posts_of([Tier.DISTRICT])[:1], *units]
    told = order(posts, ago=20)
    stage.tell(told, *[line(told, post, "acknowledged") for post in posts[:3]], *[line(told, p) for p in posts[3:]])
    shows(wall, told)
    assert text_of(wall, "#order-note") == "另有 2 个预留值班席不在图上，已确认 1"
    assert text_of(wall, "#order-small .tier").startswith("承办单位 0/3")


def test_the_scene_has_no_serious_fault_of_access(wall: Any, stage: Stage, city: City) -> None:
    posts = city.posts_of([Tier.DISTRICT, Tier.TOWNSHIP, Tier.UNIT, Tier.SPECIAL_GRID])
    told = order(posts, ago=700)
    stage.tell(told, *[line(told, post, "delivered" if n % 5 else "acknowledged") for n, post in enumerate(posts)])
    shows(wall, told)
    assert serious_faults(wall) == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_word_leaves_its_screen_at_any_size(wall: Any, stage: Stage, city: City, language: str) -> None:
    posts = city.posts_of([Tier.DISTRICT, Tier.TOWNSHIP, Tier.UNIT, Tier.SPECIAL_GRID])
    told = order(posts, ago=700)
    rows = [line(told, post, "acknowledged", after=650) for post in posts[:180]]
    rows += [line(told, post) for post in posts[180:190]] + [line(told, post, "delivered") for post in posts[190:]]
    stage.tell(told, *rows)
    if language == "en":
        opened(wall, stage, language=language)
    shows(wall, told)
    for width, height, screens in ((1920, 1080, 1), (3840, 2160, 1), (5760, 1080, 3)):
        resized(wall, width, height)
        wall.wait_for_function("(width) => zhongshu.lightScreen.screen.rem * 192 === width", arg=width / screens)
        settled(wall)
        comes_to(wall, OUT_OF_PLACE, [], width / screens)
        comes_to(wall, "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]", [width, height])


# Texts of the scene that cross a seam between screens, leave the wall, or are under 20 px at 1080p.
OUT_OF_PLACE = """(screen) => {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize), found = [];
  const walker = document.createTreeWalker(document.getElementById("scene-order"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, range = document.createRange(), parent = node.parentElement;
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (!node.data.trim() || !box.width || !parent.checkVisibility()) continue;
    const seam = Math.floor(box.left / screen) !== Math.floor((box.right - 1) / screen);
    const out = box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight;
    const zoom = parent.currentCSSZoom || 1;
    const small = parseFloat(getComputedStyle(parent).fontSize) < 1.99 * rem && zoom === 1;
    if (seam || out || small) found.push([node.data, Math.round(box.left), Math.round(box.right), seam, out, small]);
  }
  return found;
}"""
