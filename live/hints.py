"""Hints between processes: something was committed, somebody was revoked. A lost hint only costs a moment."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from redis import Redis, RedisError

from live import keys, wire

URGENT = b"urgent"
log = logging.getLogger("live")


class Hints:
    """The sending side. Redis being away is no reason to fail: the facts are in SQL."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def committed(self, urgent: bool = False) -> None:
        """Something was announced; `urgent` (an order) is carried at once, not gathered with what comes next."""
        with suppress(RedisError):
            self._redis.publish(keys.OUTBOX, URGENT if urgent else b"")

    def revoked(self, kind: str, id: str) -> None:
        """A session, key, token or account may no longer be here: its sockets are closed."""
        with suppress(RedisError):
            self._redis.publish(keys.REVOKED, wire.dumps({"kind": kind, "id": id}))


class Ear:
    """The receiving side of one channel. After an outage it subscribes again and says so."""

    def __init__(self, redis: Redis, channel: str, on_return: Callable[[], None] = lambda: None) -> None:
        self._redis, self._channel, self._on_return = redis, channel, on_return
        self._pubsub: Any = None
        self._was_lost = False

    def wait(self, seconds: float) -> bytes | None:
        """The next hint, or None after `seconds`; while Redis is away it only waits."""
        try:
            self._subscribe()
            message = self._pubsub.get_message(timeout=seconds)
        except RedisError:
            self._lose()
            time.sleep(min(seconds, 0.5))
            return None
        return message["data"] if message else None

    def _subscribe(self) -> None:
        if self._pubsub is None:
            pubsub = self._redis.pubsub(ignore_subscribe_messages=True)
            pubsub.subscribe(self._channel)
            self._pubsub = pubsub
            if self._was_lost:
                self._was_lost = False
                self._on_return()

    def _lose(self) -> None:
        self._was_lost = True
        self.close()

    def close(self) -> None:
        if self._pubsub is not None:
            pubsub, self._pubsub = self._pubsub, None
            with suppress(RedisError):
                pubsub.close()
