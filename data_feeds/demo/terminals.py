"""The posts' terminals at the Socket.IO door: one connection with a key that answers for all posts."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import socketio
from socketio.exceptions import SocketIOError

from data_feeds.demo.door import Attempts
from data_feeds.demo.robots import Robots, Row

NAMESPACE = "/live"
ROOMS_AT_ONCE = 60
TURN_S = 0.05
RETRY_S = 1.0
PATIENCE_S = 20
log = logging.getLogger("demo")


class Terminals:
    """Everything happens in the thread of `run`; the socket's own threads only put what they hear in its queue."""

    def __init__(self, robots: Robots, url: str, key: Callable[[], str]) -> None:
        self._robots, self._url, self._key = robots, url, key
        self._heard: queue.SimpleQueue[Sequence[Row] | None] = queue.SimpleQueue()  # None: read everything anew
        self._client: Any = socketio.Client(reconnection=False, handle_sigint=False)
        self._client.on("connect", lambda: self._heard.put(None), namespace=NAMESPACE)
        self._client.on("rows", lambda said: self._heard.put(said["rows"]), namespace=NAMESPACE)
        self._client.on("notice", self._notice, namespace=NAMESPACE)
        self._attempts = Attempts("connecting the posts' terminals")

    def _notice(self, said: Row) -> None:
        if said.get("key") == "resync":
            self._heard.put(None)

    def run(self, stopped: threading.Event) -> None:
        while not stopped.is_set():
            if self._client.connected or self._connect(stopped):
                self._turn(stopped)
        self._client.disconnect()

    def _connect(self, stopped: threading.Event) -> bool:
        try:
            token = {"token": self._key()}
            self._client.connect(self._url, auth=token, namespaces=[NAMESPACE], transports=["websocket"])
        except (SocketIOError, OSError) as error:
            self._attempts.failed(str(error))
            stopped.wait(RETRY_S)
            return False
        self._attempts.worked()
        return True

    def _turn(self, stopped: threading.Event) -> None:
        try:
            self._listen()
            for deed in self._robots.due(datetime.now(UTC)):
                self._client.emit(deed.event, deed.payload(), namespace=NAMESPACE)
        except (SocketIOError, OSError) as error:
            self._attempts.failed(str(error))
            self._client.disconnect()
            stopped.wait(RETRY_S)

    def _listen(self) -> None:
        """Take in what was heard within one turn."""
        end = time.monotonic() + TURN_S
        while (wait := end - time.monotonic()) > 0:
            try:
                rows = self._heard.get(timeout=wait)
            except queue.Empty:
                return
            if rows is None:
                self._robots.heard_all(self._join(list(self._robots.posts)), datetime.now(UTC))
            else:
                self._hear(rows)

    def _hear(self, rows: Sequence[Row]) -> None:
        unclear = self._robots.heard(rows, datetime.now(UTC))
        if unclear:
            self._robots.heard(self._join(sorted(unclear)), datetime.now(UTC))

    def _join(self, posts: Sequence[str]) -> list[Row]:
        """Enter the rooms of these posts; the rows in them."""
        rows: list[Row] = []
        for start in range(0, len(posts), ROOMS_AT_ONCE):
            rooms = [f"post:{post}" for post in posts[start : start + ROOMS_AT_ONCE]]
            answer = self._client.call("join", rooms, namespace=NAMESPACE, timeout=PATIENCE_S)
            if answer["ok"]:
                rows += answer["rows"]
            else:
                log.warning("%d posts cannot be joined: %s", len(rooms), answer["problem"])
        return rows
