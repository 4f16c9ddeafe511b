"""An audience of walls in one process, for benchmarks.fanout: how old each tick is when it arrives.

Run as its own process: `python -m benchmarks.audience URL TOKEN N`. For each line SECONDS that it reads it answers one
JSON line: the ages in milliseconds of all ticks that arrived in that time.
"""

from gevent import monkey

monkey.patch_all()

import json
import sys
import time
from datetime import datetime
from functools import lru_cache

import gevent
import websocket
from gevent.fileobject import FileObjectThread

from benchmarks.swarm import Browser

_MARK = '"real_at":"'


@lru_cache(maxsize=8)
def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


class Wall(Browser):
    """Notes how old a tick is, and keeps nothing else of it."""

    def _read(self) -> None:
        self._socket.settimeout(None)
        while True:
            try:
                message = self._socket.recv()
            except (OSError, websocket.WebSocketException):
                return
            if message == "2":
                self._socket.send("3")
            elif message.startswith('42/live,["vitals"'):
                start = message.index(_MARK) + len(_MARK)
                self.arrivals.append(time.time() - moment(message[start : start + 24]))
            elif message.startswith("43/live,0"):
                self.joined.set()


def connect(url: str, token: str, n: int) -> list[Wall]:
    walls: list[Wall] = []
    while len(walls) < n:
        jobs = [gevent.spawn(Wall, url, token, "wall") for _ in range(min(50, n - len(walls)))]
        gevent.joinall(jobs, raise_error=True)
        walls += [job.value for job in jobs]
    for wall in walls:
        wall.joined.wait(30)
    return walls


def main() -> None:
    url, token, n = sys.argv[1:]
    walls = connect(url, token, int(n))
    print(json.dumps(len(walls)), flush=True)
    for line in FileObjectThread(sys.stdin):
        for wall in walls:
            wall.arrivals.clear()
        gevent.sleep(float(line))
        print(json.dumps([round(age * 1000, 1) for wall in walls for age in wall.arrivals]), flush=True)


if __name__ == "__main__":
    main()
