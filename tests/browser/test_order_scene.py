"""The order scene in a real browser, told by a real Socket.IO server: the confirmed are lit, the silent stay dark."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe

from data_feeds.city import load
from domain.city import City, Post, Tier
from tests.conftest import ROOT, a_free_port, listens, running, until

ANSWERS = ["received", "in_position", "need_support", "cannot"]
TEXT = "请各值班席值班负责人 {until} 前到岗确认，启动融雪防滑预案，按责任路段备足机具、融雪剂和人员。"
NUMBERS = count(1)

pytestmark = pytest.mark.browser


def stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Stage:
    """The wall's own page in a process of its own, and a live link that says what a test tells it to say."""

    def __init__(self, port: int) -> None:
        self.url, self.told, self.http = f"http://127.0.0.1:{port}/wall/", list[dict[str, Any]](), httpx.Client()

    def ask(self, name: str, **said: object) -> None:
        self.http.post(f"{self.url.removesuffix('/wall/')}/stage/{name}", json=said).raise_for_status()

    def tell(self, *rows: dict[str, Any]) -> None:
        self.told += [row for row in rows if row["kind"] == "order"]
        self.ask("rows", rows=list(rows))

    def clear(self) -> None:
        """What one test told must not run into the next one."""
        long_ago = stamp(datetime.now(UTC) - timedelta(hours=5))
        ended = {"version": 99, "state": "closed", "issued_at": long_ago, "ended_at": long_ago}
        self.ask("rows", rows=[row | ended for row in self.told])
        self.ask("ticks", on=True)
        self.told.clear()


@contextmanager
def a_stage(city: str) -> Iterator[Stage]:
    port = a_free_port()
    harness = [sys.executable, "-m", "tests.browser.harness", "--port", str(port), "--city", city]
    with running([*harness, "--empty", "--no-order"], cwd=ROOT):
        until(lambda: listens(port), 20, "the harness")
        stage = Stage(port)
        yield stage
        stage.http.close()


def order(posts: list[Post], **more: Any) -> dict[str, Any]:
    """An order row to `posts`, issued just now unless `ago` seconds are given."""
    issued = datetime.now(UTC) - timedelta(seconds=more.pop("ago", 5))
    tiers: dict[str, int] = {}
    for post in posts:
        tiers[post.tier] = tiers.get(post.tier, 0) + 1
    until = stamp(issued + timedelta(hours=8))
    name = f"o{next(NUMBERS)}"
    row = {"kind": "order", "id": name, "version": 1, "no": "1124-03", "chain": name, "references": None, "edition": 1}
    row |= {"superseded_by": None, "title": "寒潮暴雪应对，全域到岗", "text": TEXT.format(until="14:40"), "grade": 2}
    row |= {
        "mode": "live",
        "state": "running",
        "issued_at": stamp(issued),
        "issued_by": "演示员02",
        "signer": "演示员01",
    }
    row |= {"ground": "市气象台道路结冰橙色预警", "callback": "0371-00000000", "valid_until": until, "ended_at": None}
    row |= {"limits": {"district": 60, "township": 600, "unit": 300, "special_grid": 300}, "answers": ANSWERS}
    return row | {"targets": len(posts), "tiers": tiers, "posts_off_map": 0} | more


def line(told: dict[str, Any], post: Post, state: str = "sent", **more: Any) -> dict[str, Any]:
    """A ledger row; `after` is when it was confirmed, in seconds after the issue, and `answer` what was answered."""
    issued = datetime.fromisoformat(told["issued_at"])
    at = stamp(issued + timedelta(seconds=more.pop("after", 4)))
    reached = ["queued", "sent", "delivered", "read", "acknowledged"]
    times = {f"{step}_at": at if step in reached[: reached.index(state) + 1] else None for step in reached}
    row = {"kind": "line", "id": f"{told['id']}/{post.code}", "version": reached.index(state) + 1, "order": told["id"]}
    row |= {"post": post.code, "tier": post.tier, "state": state, "by": None, "known_by": None, "note": None} | times
    answer = more.pop("answer", "received") if state == "acknowledged" else None
    answers = [{"at": at, "answer": answer, "note": "", "by": "演示员03"}] if answer else []
    return row | {"answer": answer, "answers": answers, "late": False, "reason": ""} | more


@pytest.fixture(scope="module")
def city() -> City:
    return load(ROOT / "cities" / "zhengzhou")


@pytest.fixture(scope="module")
def the_stage() -> Iterator[Stage]:
    with a_stage("zhengzhou") as stage:
        yield stage


@pytest.fixture
def stage(the_stage: Stage) -> Iterator[Stage]:
    yield the_stage
    the_stage.clear()


def room(post: Post, placed: list[Post]) -> float:
    """How far the nearest other township is: the wider, the larger the place on the map."""
    return min((post.lon - other.lon) ** 2 + (post.lat - other.lat) ** 2 for other in placed if other is not post)


def towns(city: City, n: int) -> list[Post]:
    """The `n` townships with the most room around them: a pixel beside their point is surely theirs."""
    placed = [post for post in city.posts_of([Tier.TOWNSHIP]) if post.lon is not None]
    return sorted(placed, key=lambda post: -room(post, placed))[:n]


def opened(page: Any, stage: Stage, scene: str = "scene-order", language: str = "zh-CN") -> Any:
    page.goto(f"{stage.url}?lang={language}")
    page.wait_for_selector(f"#wall.{scene}[data-ready]", timeout=15000)
    page.wait_for_function("zhongshu.live.state.link.state === 'live' && zhongshu.map.cells.length > 0")
    return page


# The mean colour of the light's canvas in a small square at a township's own third: off its centre point.
PIXEL = """(code) => {
  const canvas = document.getElementById("wall-light"), cell = zhongshu.map.cells.find((c) => c.code === code);
  const data = canvas.getContext("2d").getImageData(cell.x - 1, cell.y - 7, 3, 3).data;
  return [0, 1, 2, 3].map((i) => [...data].filter((_, n) => n % 4 === i).reduce((a, b) => a + b) / (data.length / 4));
}"""


def colour(page: Any, post: Post) -> SimpleNamespace:
    red, green, blue, alpha = page.evaluate(PIXEL, post.code)
    return SimpleNamespace(red=red, green=green, blue=blue, alpha=alpha)


def text_of(page: Any, selector: str) -> str:
    return " ".join(page.inner_text(selector).split())


def settled(page: Any, *rows: dict[str, Any]) -> None:
    """Until the browser has these rows and has painted them, without any flash."""
    wanted = [[row["id"], row["version"]] for row in rows if row["kind"] == "line"]
    known = "(rows) => rows.every(([id, v]) => (zhongshu.live.state.rows.line[id] || {}).version >= v)"
    page.wait_for_function(known, arg=wanted)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.fixture
def still_page(new_context: Any) -> Any:
    """A page whose owner wants no motion: every picture is at once what it will be."""
    return new_context(viewport={"width": 1920, "height": 1080}, reduced_motion="reduce").new_page()


def test_a_receipt_lights_exactly_its_township(still_page: Any, stage: Stage, city: City) -> None:
    one, two, *others = towns(city, 40)[::8]
    told = order([one, two, *others], ago=20)
    stage.tell(told, *[line(told, post) for post in [one, two, *others]])
    page = opened(still_page, stage)
    dark = {post.code: colour(page, post) for post in [one, two, *others]}
    assert all(seen.blue < 30 for seen in dark.values())
    rows = [line(told, one, "delivered"), line(told, two, "acknowledged")]
    stage.tell(*rows)
    settled(page, *rows)
    assert colour(page, one).blue == pytest.approx(dark[one.code].blue + 0.17 * 232, abs=12)
    assert colour(page, two).blue > 120
    assert colour(page, two).green > 80
    assert all(colour(page, post) == dark[post.code] for post in others)


def test_confirmations_are_counted_and_the_full_stopwatch_stops(page: Any, stage: Stage, city: City) -> None:
    posts = [*city.posts_of([Tier.DISTRICT])[:2], *towns(city, 3)]
    told = order(posts, ago=30)
    stage.tell(told, *[line(told, post, "delivered") for post in posts])
    opened(page, stage)
    assert text_of(page, ".face[data-tier=district] .cnt") == "0/2 已确认"
    rows = [line(told, posts[0], "acknowledged", after=12), line(told, posts[1], "acknowledged", after=19)]
    stage.tell(*rows, line(told, posts[2], "acknowledged", after=20, answer="in_position"))
    page.wait_for_selector(".face.done[data-tier=district]")
    assert text_of(page, ".face[data-tier=district] .time") == "0:19"
    assert text_of(page, ".face[data-tier=district] .cnt") == "2/2 全部确认"
    assert text_of(page, ".face[data-tier=township] .cnt") == "1/3 已确认"
    assert text_of(page, "[data-answer=in_position]") == "已到位 1"
    assert text_of(page, "[data-answer=received]") == "收到 2"
    shown = page.inner_text(".face.running .time")
    page.wait_for_function("(was) => document.querySelector('.face.running .time').textContent > was", arg=shown)


def test_the_silent_stay_dark_and_their_number_leads_to_their_name(still_page: Any, stage: Stage, city: City) -> None:
    silent, reached = towns(city, 30)[3], towns(city, 30)[20]
    told = order([silent, reached], ago=20)
    stage.tell(told, line(told, silent), line(told, reached, "acknowledged"))
    page = opened(still_page, stage)
    number = page.inner_text(f".order-silent .row[data-post='{silent.code}'] .k")
    assert page.text_content(f"#order-marks text[data-post='{silent.code}']") == number == "1"
    assert silent.name in page.inner_text(f".order-silent .row[data-post='{silent.code}']")
    assert colour(page, silent).blue < 30 < 120 < colour(page, reached).blue
    row = line(told, silent, "delivered", after=19)
    stage.tell(row)
    settled(page, row)
    assert page.query_selector("#order-marks .silent-number") is None


def test_who_needs_support_or_cannot_never_wears_the_confirmed_light(still_page: Any, stage: Stage, city: City) -> None:
    support, cannot, fine = towns(city, 30)[2:30:12]
    told = order([support, cannot, fine], ago=20)
    rows = [line(told, post, "acknowledged") for post in (support, cannot, fine)]
    for row, answer in zip(rows, ("need_support", "cannot", "received"), strict=True):
        row["answer"] = row["answers"][0]["answer"] = answer
    stage.tell(told, *rows)
    page = opened(still_page, stage)
    for post, sign in ((support, "warn"), (cannot, "alarm")):
        seen = colour(page, post)
        assert seen.red > seen.blue
        assert page.query_selector(f"#order-marks .need-mark.{sign}[data-post='{post.code}']")
    assert colour(page, fine).blue > 120
    assert text_of(page, ".face .cnt") == "3/3 全部确认"


def test_a_drill_is_violet_and_says_so_everywhere(still_page: Any, stage: Stage, city: City) -> None:
    posts = [*city.posts_of([Tier.DISTRICT])[:1], *towns(city, 2)]
    told = order(posts, ago=20, mode="drill", title="低温冻害桌面推演")
    stage.tell(told, *[line(told, post, "acknowledged") for post in posts])
    page = opened(still_page, stage)
    lit = colour(page, posts[1])
    assert lit.blue > lit.red > lit.green
    assert page.inner_text(".order-what h2").startswith("【演练】")
    assert page.inner_text(".order-what .body").startswith("【演练】")
    assert page.inner_text(".order-what .mode") == "演练"
    colours = page.evaluate("[...document.querySelectorAll('.face.done .time')].map((e) => getComputedStyle(e).color)")
    assert set(colours) == {"rgb(189, 166, 255)"}
    page.evaluate("zhongshu.wall.choose('overview')")
    page.wait_for_selector("#wall.scene-overview:not([data-mode])")


def test_past_its_limit_a_stopwatch_turns_red_and_says_so(page: Any, stage: Stage, city: City) -> None:
    posts = city.posts_of([Tier.DISTRICT])[:3]
    told = order(posts, ago=20, limits={"district": 24})
    stage.tell(told, *[line(told, post, "delivered") for post in posts])
    opened(page, stage)
    page.wait_for_selector(".face.over", timeout=15000)
    assert text_of(page, ".face .under").startswith("超限")
    assert page.evaluate("getComputedStyle(document.querySelector('.face .time')).color") == "rgb(255, 96, 89)"


def test_the_words_of_an_order_are_text_and_never_markup(page: Any, stage: Stage, city: City) -> None:
    post = towns(city, 1)[0]
    hostile = "<img src=x onerror=alert(1)><b>粗</b>"
    told = order([post], title=hostile, text=hostile, ground=hostile, signer=hostile, callback=hostile, no=hostile)
    stage.tell(told, line(told, post))
    opened(page, stage)
    assert page.inner_text(".order-what h2") == hostile
    assert page.query_selector(".order-what img") is None
    assert page.query_selector("#scene-order b b") is None


def test_nothing_is_drawn_while_nothing_moves(page: Any, stage: Stage, city: City) -> None:
    posts = towns(city, 12)
    told = order(posts, ago=25)
    stage.tell(told, *[line(told, post, "acknowledged") for post in posts])
    opened(page, stage)
    page.wait_for_timeout(300)
    page.evaluate("""() => {
      const own = CanvasRenderingContext2D.prototype.drawImage;
      window.drawn = 0;
      CanvasRenderingContext2D.prototype.drawImage = function (...a) { window.drawn += 1; return own.apply(this, a); };
    }""")
    page.wait_for_timeout(2200)
    assert page.evaluate("window.drawn") == 0


def test_a_confirmation_flashes_and_runs_home_and_then_stands_still(page: Any, stage: Stage, city: City) -> None:
    post = towns(city, 30)[9]
    told = order([post], ago=20)
    stage.tell(told, line(told, post, "delivered"))
    opened(page, stage)
    page.wait_for_timeout(1200)
    row = line(told, post, "acknowledged", after=21)
    stage.tell(row)
    settled(page, row)
    fresh = colour(page, post)
    page.wait_for_timeout(3000)
    assert fresh.blue > colour(page, post).blue > 120


def test_without_a_link_the_light_dims_and_the_stopwatch_stops(page: Any, stage: Stage, city: City) -> None:
    posts = towns(city, 4)
    told = order(posts, ago=20)
    stage.tell(told, line(told, posts[0], "acknowledged"), *[line(told, post, "delivered") for post in posts[1:]])
    opened(page, stage)
    page.wait_for_timeout(200)
    lit = colour(page, posts[0])
    stage.ask("ticks", on=False)
    page.wait_for_selector("#scene-order.stale", timeout=6000)
    page.wait_for_timeout(200)
    assert colour(page, posts[0]).alpha < 0.5 * lit.alpha
    stopped = page.inner_text(".face .time")
    page.wait_for_timeout(1300)
    assert page.inner_text(".face .time") == stopped
    stage.ask("ticks", on=True)
    page.wait_for_selector("#scene-order:not(.stale)")
    page.wait_for_function("(was) => document.querySelector('.face .time').textContent !== was", arg=stopped)


def test_an_order_that_ended_says_how_and_its_stopwatch_stands(page: Any, stage: Stage, city: City) -> None:
    posts = towns(city, 2)
    told = order(posts, ago=20)
    stage.tell(told, *[line(told, post, "delivered") for post in posts])
    opened(page, stage)
    end = stamp(datetime.fromisoformat(told["issued_at"]) + timedelta(seconds=25))
    stage.tell(told | {"version": 2, "state": "cancelled", "ended_at": end})
    page.wait_for_selector(".order-what .ended")
    assert page.inner_text(".order-what .ended").startswith("已解除")
    page.wait_for_selector(".face.ended")
    assert page.inner_text(".face .note") == "指令结束时未全部确认"


def test_reserved_posts_and_units_are_counted_in_words(page: Any, stage: Stage, city: City) -> None:
    reserved = [post for post in city.posts if post.reserved][:2]
    units = city.posts_of([Tier.UNIT])[:3]
    posts = [*towns(city, 2), *reserved, *city.posts_of([Tier.DISTRICT])[:1], *units]
    told = order(posts, ago=20)
    stage.tell(told, *[line(told, post, "acknowledged") for post in posts[:3]], *[line(told, p) for p in posts[3:]])
    opened(page, stage)
    assert text_of(page, "#order-note") == "另有 2 个预留值班席不在图上，已确认 1"
    assert text_of(page, "#order-small .tier").startswith("承办单位 0/3")


def test_no_order_yet_is_said_and_no_light_burns(still_page: Any, city: City) -> None:
    with a_stage("zhengzhou") as stage:
        page = opened(still_page, stage, scene="scene-overview")
    page.evaluate("zhongshu.wall.choose('order')")
    page.wait_for_selector("#scene-order[data-state=none] .order-empty")
    page.wait_for_timeout(400)
    assert all(colour(page, post).blue < 45 for post in towns(city, 60)[::10])
    assert not page.is_visible(".order-side")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_word_leaves_its_screen_at_any_size(page: Any, stage: Stage, city: City, language: str) -> None:
    posts = city.posts_of([Tier.DISTRICT, Tier.TOWNSHIP, Tier.UNIT, Tier.SPECIAL_GRID])
    told = order(posts, ago=700)
    rows = [line(told, post, "acknowledged", after=650) for post in posts[:180]]
    rows += [line(told, post) for post in posts[180:190]] + [line(told, post, "delivered") for post in posts[190:]]
    stage.tell(told, *rows)
    opened(page, stage, language=language)
    for width, height, screens in ((1920, 1080, 1), (3840, 2160, 1), (5760, 1080, 3)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function("(width) => zhongshu.lightScreen.screen.rem * 192 === width", arg=width / screens)
        page.wait_for_timeout(200)
        assert page.evaluate(OUT_OF_PLACE, width / screens) == []
        scroll = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert scroll == [width, height]


def test_the_scene_has_no_serious_fault_of_access(page: Any, stage: Stage, city: City) -> None:
    posts = city.posts_of([Tier.DISTRICT, Tier.TOWNSHIP, Tier.UNIT, Tier.SPECIAL_GRID])
    told = order(posts, ago=700)
    stage.tell(told, *[line(told, post, "delivered" if n % 5 else "acknowledged") for n, post in enumerate(posts)])
    opened(page, stage)
    faults = Axe().run(page).response["violations"]
    assert [fault["id"] for fault in faults if fault["impact"] in ("serious", "critical")] == []


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
