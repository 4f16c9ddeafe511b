"""Many live browsers in one process: bare websockets that speak just enough Socket.IO, and note when what arrived.

Run as its own process: `python -m benchmarks.swarm URL TOKEN KIND N` with KIND wall or post. It answers one JSON line
for each command line it reads: `seen SECONDS` (arrivals since the last question) or `ack ORDER` (every post confirms).
"""

from gevent import monkey

monkey.patch_all()

import json
import sys
import time
from collections import defaultdict

import gevent
import websocket
from gevent.fileobject import FileObjectThread


class Browser:
    """One socket in one room. `arrivals` are (when, event, size, order ids and line states)."""

    def __init__(self, url: str, token: str, room: str):
        self.room, self.arrivals, self.answers = room, [], 0
        self._socket = websocket.create_connection(
            url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket",
            timeout=30,
            header=["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"],  # as every browser offers
            skip_utf8_validation=True,  # in Python it costs more than everything else a browser here does
        )
        self._socket.recv()
        self._socket.send("40/live," + json.dumps({"token": token}))
        answer = self._socket.recv()
        if not answer.startswith("40/live"):
            raise RuntimeError(answer)
        self.send("join", room, number=0)
        self.joined = gevent.event.Event()
        self.reader = gevent.spawn(self._read)

    def send(self, event: str, payload: object, number: int | None = None) -> None:
        counted = "" if number is None else str(number)
        self._socket.send(f"42/live,{counted}{json.dumps([event, payload])}")

    def _read(self) -> None:
        self._socket.settimeout(None)
        while True:
            try:
                message = self._socket.recv()
            except (OSError, websocket.WebSocketException):  # the city was taken down: the benchmark is over
                return
            if message == "2":
                self._socket.send("3")
            elif message.startswith("42/live,"):
                self.arrivals.append((time.time(), message))
            elif message.startswith("43/live,0"):
                self.joined.set()
            elif message.startswith("43/live,"):
                self.answers += 1


def rooms_of(kind: str, n: int, posts: list[str]) -> list[str]:
    return ["wall"] * n if kind == "wall" else [f"post:{post}" for post in posts[:n]]


def seen(browsers: list[Browser], seconds: float) -> dict[str, list[list[float]]]:
    """For each kind of event, one list of arrival times per browser, from the last question until now."""
    gevent.sleep(seconds)
    found = defaultdict(list)
    for browser in browsers:
        by_event = defaultdict(list)
        for at, message in browser.arrivals:
            event, payload = json.loads(message[message.index("[") :])
            kinds = {row["kind"] for row in payload.get("rows", [])} or {""}
            for kind in kinds:
                n = sum(row["kind"] == kind and row.get("state") == "acknowledged" for row in payload.get("rows", []))
                by_event[f"{event}:{kind}".rstrip(":")].append((at, n))
        browser.arrivals.clear()
        for event, times in by_event.items():
            found[event].append(times)
    return found


def acknowledge(browsers: list[Browser], order: str) -> float:
    """Every post of the swarm confirms within one second; when the first did."""
    began = time.time()
    for i, browser in enumerate(browsers):
        post = browser.room.removeprefix("post:")
        said = {"order": order, "post": post, "version": 1, "person": f"p-{post}"}
        gevent.spawn_later(i / len(browsers), browser.send, "acknowledged", said, 7)
    return began


def main() -> None:
    url, token, kind, n, *posts = sys.argv[1:]
    rooms = rooms_of(kind, int(n), posts)
    browsers: list[Browser] = []
    for start in range(0, len(rooms), 50):
        jobs = [gevent.spawn(Browser, url, token, room) for room in rooms[start : start + 50]]
        gevent.joinall(jobs, raise_error=True)
        browsers += [job.value for job in jobs]
    for browser in browsers:
        browser.joined.wait(30)
    print(json.dumps({"connected": len(browsers)}), flush=True)
    for line in FileObjectThread(sys.stdin):
        command, value = line.split()
        answer = seen(browsers, float(value)) if command == "seen" else acknowledge(browsers, value)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
