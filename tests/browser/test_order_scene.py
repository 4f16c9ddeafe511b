"""The order scene in a real browser, told by a real Socket.IO server: what is confirmed is lit, what is silent is dark."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIO
from werkzeug.serving import WSGIRequestHandler, make_server

from callbacks.wall import mount
from data_feeds.city import load
from domain.city import City, Post, Tier

CITIES = Path(__file__).parents[2] / "cities"
ANSWERS = ["received", "in_position", "need_support", "cannot"]
TEXT = "请各值班席值班负责人 {until} 前到岗确认，启动融雪防滑预案，按责任路段备足机具、融雪剂和人员。"

pytestmark = pytest.mark.browser


def stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """A test says what it saw; the server need not."""


class Stage:
    """The wall's own page, and a live link that says what a test tells it to say."""

    def __init__(self, city: City, *, language: str = "zh-CN", demo: bool = True) -> None:
        self.city, self.demo, self.rows, self.seq = city, demo, dict[str, dict[str, Any]](), 0
        server = Flask("stage")
        mount(server, city=city, who=lambda: "wall", language_of=lambda: language, demo=demo, build="test")
        self.live = SocketIO(server, async_mode="threading")
        self.live.on_event("join", self.joined, namespace="/live")
        self.http = make_server("127.0.0.1", 0, server, threaded=True, request_handler=Quiet)
        self.stopped, self.silent = threading.Event(), threading.Event()
        self.threads = [threading.Thread(target=self.http.serve_forever), threading.Thread(target=self.tick)]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}/wall/"

    def joined(self, room: str) -> dict[str, Any]:
        return {"ok": True, "room": room, "vitals": self.vitals(), "rows": list(self.rows.values()), "you": {}}

    def vitals(self) -> dict[str, Any]:
        now = stamp(datetime.now(UTC))
        return {"epoch": "e", "seq": self.seq, "at": now, "real_at": now, "speed": 1, "demo": self.demo, "tiles": {}}

    def tick(self) -> None:
        while not self.stopped.wait(0.5):
            self.seq += 1
            if not self.silent.is_set():
                self.live.emit("vitals", self.vitals(), namespace="/live")

    def tell(self, *rows: dict[str, Any]) -> None:
        for row in rows:
            self.rows[f"{row['kind']} {row['id']}"] = row
        self.live.emit("rows", {"rows": list(rows)}, namespace="/live")

    def __enter__(self) -> "Stage":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.http.shutdown()
        for thread in self.threads:
            thread.join()
        self.http.server_close()


def order(posts: list[Post], **more: Any) -> dict[str, Any]:
    """An order row to `posts`, issued just now unless `ago` seconds are given."""
    issued = datetime.now(UTC) - timedelta(seconds=more.pop("ago", 5))
    tiers: dict[str, int] = {}
    for post in posts:
        tiers[post.tier] = tiers.get(post.tier, 0) + 1
    until = stamp(issued + timedelta(hours=8))
    row = {"kind": "order", "id": "o1", "version": 1, "no": "1124-03", "chain": "o1", "references": None, "edition": 1}
    row |= {"superseded_by": None, "title": "寒潮暴雪应对，全域到岗", "text": TEXT.format(until="14:40"), "grade": 2}
    row |= {"mode": "live", "state": "running", "issued_at": stamp(issued), "issued_by": "演示员02", "signer": "演示员01"}
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
    return load(CITIES / "zhengzhou")


@pytest.fixture
def stage(city: City) -> Iterator[Stage]:
    with Stage(city) as stage:
        yield stage


def towns(city: City, n: int) -> list[Post]:
    return [post for post in city.posts_of([Tier.TOWNSHIP]) if post.lon is not None][:n]


def opened(page: Any, stage: Stage, scene: str = "scene-order") -> Any:
    page.goto(stage.url)
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
