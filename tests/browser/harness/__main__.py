"""A real Flask-SocketIO server for the front end alone: `python -m tests.browser.harness --port 8060`."""

import argparse
import logging
import time
from datetime import UTC, datetime, timedelta
from threading import Thread

from flask import Flask, Response, jsonify, request
from flask_socketio import Namespace, SocketIO

from callbacks import wall
from domain.account import Actor, Role
from tests.browser.harness import cities, day
from tests.browser.harness.play import Play

CASE_EVERY_S = 4


class Live(Namespace):
    """The namespace of the protocol, as far as a browser that only looks needs it."""

    def __init__(self, play: Play) -> None:
        super().__init__("/live")
        self.play = play
        self.joined = 0

    def on_connect(self, auth: object = None) -> None:
        del auth

    def on_join(self, room: str) -> dict[str, object]:
        self.joined += 1
        return self.play.answer(room)


class Stage:
    """What a test can ask for, one method for each thing: POST /stage/<name> with its arguments as JSON."""

    def __init__(self, play: Play, live: Live, socketio: SocketIO) -> None:
        self.play, self.live, self.socketio = play, live, socketio

    def emit(self, event: str, payload: object) -> None:
        self.socketio.emit(event, payload, namespace="/live")

    def rows(self, rows: list[dict[str, object]]) -> None:
        self.emit("rows", {"rows": self.play.keep(rows)})

    def ticks(self, on: bool, every_s: float = 1.0) -> None:
        self.play.ticking, self.play.every_s = on, every_s

    def cases(self, on: bool) -> None:
        self.play.reporting = on

    def patch(self, tiles: dict[str, dict[str, object]]) -> None:
        self.play.patches = tiles

    def speed(self, speed: float) -> None:
        self.play.set_speed(speed)

    def skip(self) -> None:
        self.emit("vitals", self.play.vitals(skip=1))

    def notice(self, key: str, build: str = "") -> None:
        self.play.build = build or self.play.build
        self.emit("notice", {"key": key, "build": build})

    def order(self, age_s: float = 0, until_s: float = 0, **changes: object) -> None:
        issued = datetime.now(UTC) - timedelta(seconds=age_s)
        order = day.order(self.play.city, issued, **{"id": "o2"} | changes)
        self.rows([order, *day.lines(self.play.city, order, issued, until_s=until_s)])

    def run(self, n: int) -> None:
        """`n` ticks with a case each, as fast as browsers take them."""
        for _ in range(n):
            self.emit("rows", {"rows": [self.play.report(self.play.now()[1])]})
            self.emit("vitals", self.play.vitals())
            time.sleep(self.play.every_s)


def build(play: Play, *, demo: bool) -> tuple[Flask, SocketIO]:
    server = Flask("harness")
    server.secret_key = "for tests only"
    socketio = SocketIO(server, async_mode="threading")
    live = Live(play)
    socketio.on_namespace(live)
    stage = Stage(play, live, socketio)
    wall.mount(server, city=play.city, who=who, language_of=language, demo=demo, build="b1")
    server.after_request(remember)
    server.add_url_rule("/stage/<name>", "stage", lambda name: perform(stage, name), methods=["POST"])
    socketio.start_background_task(tick, stage)
    return server, socketio


def who() -> Actor:
    return Actor("demo", "演示员01", Role(request.cookies.get("role", Role.WALL)))


def language() -> str:
    return request.args.get("lang") or request.cookies.get("lang") or "zh-CN"


def remember(answer: Response) -> Response:
    if "lang" in request.args:
        answer.set_cookie("lang", request.args["lang"])
    return answer


def perform(stage: Stage, name: str) -> Response:
    at = time.time()
    done = getattr(stage, name)(**(request.get_json(silent=True) or {}))
    return jsonify({"done": done, "joined": stage.live.joined, "seq": stage.play.seq, "at": at})


def tick(stage: Stage) -> None:
    play, last_case = stage.play, 0.0
    while True:
        time.sleep(play.every_s)
        if play.reporting and time.monotonic() - last_case > CASE_EVERY_S / play.speed:
            last_case = time.monotonic()
            stage.emit("rows", {"rows": [play.report(play.now()[1])]})
        if play.ticking:
            stage.emit("vitals", play.vitals())


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--port", type=int, action="append", required=True)
    words.add_argument("--city", action="append", help="one for each port")
    words.add_argument("--empty", action="store_true")
    words.add_argument("--no-order", action="store_true")
    words.add_argument("--live", action="store_true", help="not a demo")
    asked = words.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    for port, city in zip(asked.port, asked.city or ["made:16"], strict=True):
        play = Play(cities.of(city), empty=asked.empty, order=not asked.no_order)
        server, socketio = build(play, demo=not asked.live)
        told = {"host": "127.0.0.1", "port": port, "allow_unsafe_werkzeug": True}
        Thread(target=socketio.run, args=[server], kwargs=told).start()


if __name__ == "__main__":
    main()
