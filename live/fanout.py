"""What is emitted travels through Redis to every web process, and comes back soon after an outage."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import socketio
from redis import RedisError

from live import keys, wire
from live.connection import options
from operations.ports import Row

NAMESPACE = "/live"
RETRY_S, LOOK_S = 0.5, 1.0
HEARS_WITHIN_S = 5.0
log = logging.getLogger("live")


class Stopped(BaseException):
    """Ends the listening. Not an Exception: python-socketio's loop would log it as an error and go on."""


class LiveManager(socketio.RedisManager):
    """python-socketio's own, but it never gives up silently and never waits longer than half a second.

    `on_rows(rooms)` hears of every emission to browsers; `on_return()` is called when Redis is back after having been
    away: what was emitted in between is lost, so everybody reads again.
    """

    def __init__(self, url: str, write_only: bool = False) -> None:
        super().__init__(
            url, channel=keys.SOCKETS, write_only=write_only, logger=log, json=wire, redis_options=options(url)
        )
        self.stopped, self._hears = threading.Event(), threading.Event()
        self.on_rows: Callable[[Sequence[str]], None] = lambda _rooms: None
        self.on_return: Callable[[], None] = lambda: None

    def pre_connect(self, eio_sid: str, namespace: str) -> str:
        """Nobody is let in before this process hears what is emitted, or knows that everybody will be told to read
        again: what came between the reading of rows and the first hearing would never be told."""
        self._hears.wait(HEARS_WITHIN_S)
        sid: str = super().pre_connect(eio_sid, namespace)
        return sid

    def _publish(self, data: Row) -> int:
        if not self.connected:
            self._redis_connect()
        assert self.redis
        heard_by: int = self.redis.publish(self.channel, wire.dumps(data))
        return heard_by

    def _handle_emit(self, message: Row) -> None:
        room = message.get("room")
        self.on_rows([room] if isinstance(room, str) else room or [])
        super()._handle_emit(message)

    def _thread(self) -> None:
        with suppress(Stopped):
            super()._thread()

    def _listen(self) -> Iterator[str | bytes]:
        """What is emitted anywhere; raises Stopped at the end."""
        was_lost = False
        while not self.stopped.is_set():
            try:
                pubsub = self._subscribe()
                if was_lost:
                    log.info("listening to Redis again")
                    self.on_return()
                was_lost = False
                self._hears.set()
                yield from self._messages(pubsub)
            except (RedisError, OSError) as error:
                if not was_lost:
                    log.error("cannot listen to Redis: %s; trying on", error)
                was_lost = True
                self._hears.set()
                self.stopped.wait(RETRY_S)
        raise Stopped

    def _subscribe(self) -> Any:
        self._redis_connect()
        assert self.pubsub
        self.pubsub.subscribe(self.channel)
        return self.pubsub

    def _messages(self, pubsub: Any) -> Iterator[str | bytes]:
        while not self.stopped.is_set():
            message = pubsub.get_message(timeout=LOOK_S)
            if message is not None:
                yield message["data"]
        pubsub.close()


class Emitter:
    """Emits to browsers from a process that serves none."""

    def __init__(self, url: str) -> None:
        self._manager = LiveManager(url, write_only=True)

    def __call__(self, event: str, data: Row, rooms: Sequence[str]) -> None:
        """One message however many rooms; raises RedisError when it cannot be sent."""
        self._manager.emit(event, data, namespace=NAMESPACE, to=list(rooms))
