"""A wall's order scene told by a real Socket.IO server, and what its browser tests ask of the page."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from playwright.sync_api import TimeoutError

from data_feeds.city import load
from domain.city import City, Post, Tier
from tests.browsers import Contexts
from tests.conftest import ROOT, a_free_port, listens, running, until

ANSWERS = ["received", "in_position", "need_support", "cannot"]
TEXT = "请各值班席值班负责人 {until} 前到岗确认，启动融雪防滑预案，按责任路段备足机具、融雪剂和人员。"
NUMBERS = count(1)


def stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Stage:
    """The wall's own page in a process of its own, and a live link that says what a test tells it to say."""

    def __init__(self, port: int) -> None:
        self.url, self.told, self.http = (
            f"http://127.0.0.1:{port}/wall/",
            list[dict[str, Any]](),
            httpx.Client(timeout=60),
        )

    def ask(self, name: str, **said: object) -> dict[str, Any]:
        answer = self.http.post(f"{self.url.removesuffix('/wall/')}/stage/{name}", json=said).raise_for_status()
        return dict(answer.json())

    def tell(self, *rows: dict[str, Any]) -> float:
        """Tells every wall, and says when, in seconds since the epoch."""
        self.told += [row for row in rows if row["kind"] == "order"]
        return float(self.ask("rows", rows=list(rows))["at"])

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
        until(lambda: listens(port), 60, "the harness")
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


# A wall that nobody holds and no order has, and that knows of nothing that still runs.
AT_REST = """() => {
  const { taken, locked, pushed } = zhongshu.wall.showing, { link, rows } = zhongshu.live.state;
  const runs = Object.values(rows.order).some((order) => order.state === "running");
  return link.state === "live" && !taken && !locked && !pushed && !runs;
}"""


class Wall:
    """One page that many stories are told on; each finds it at rest, and what a story that failed left is not kept."""

    def __init__(self, page: Any, stage: Stage) -> None:
        self.page, self.stage = page, stage

    def at_rest(self) -> Any:
        if self.page.url != f"{self.stage.url}?lang=zh-CN" or not self.rests():
            opened(self.page, self.stage, "scene-overview")
        return self.page

    def rests(self) -> bool:
        self.page.set_viewport_size({"width": 1920, "height": 1080})
        self.page.keyboard.press("l")
        try:
            self.page.wait_for_function(AT_REST, timeout=8000)
        except TimeoutError:
            return False
        return True


@pytest.fixture(scope="module")
def the_wall(contexts: Contexts, the_stage: Stage) -> Iterator[Wall]:
    with contexts.lent() as make:
        yield Wall(make(viewport={"width": 1920, "height": 1080}).new_page(), the_stage)


@pytest.fixture
def wall(the_wall: Wall, stage: Stage) -> Any:
    """The page of this file's stories, as one finds a wall with no order."""
    return the_wall.at_rest()


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
    page.wait_for_selector(f"#wall.{scene}[data-ready]", timeout=30_000)
    page.wait_for_function("zhongshu.live.state.link.state === 'live' && zhongshu.map.cells.length > 0")
    return page


def shows(page: Any, told: dict[str, Any]) -> Any:
    """The page as soon as this order has the whole wall and is painted."""
    page.wait_for_function("(id) => zhongshu.wall.showing.taken === id", arg=told["id"])
    page.wait_for_selector("#wall.scene-order[data-ready]")
    settled(page)
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


# The map is drawn for the room that the scene leaves it, and the light for that map.
DRAWN = """() => {
  const { width, height } = document.querySelector('#wall-map-over > svg').viewBox.baseVal, size = zhongshu.map.size();
  const { screen } = zhongshu.lightScreen;
  return width === size[0] && height === size[1] && screen.cells === zhongshu.map.cells && !screen.stale;
}"""


def settled(page: Any, *rows: dict[str, Any]) -> None:
    """Until the browser has these rows and has painted them, without any flash."""
    wanted = [[row["id"], row["version"]] for row in rows if row["kind"] == "line"]
    known = "(rows) => rows.every(([id, v]) => (zhongshu.live.state.rows.line[id] || {}).version >= v)"
    page.wait_for_function(known, arg=wanted)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.wait_for_function(DRAWN)
