"""Hints between processes: something was committed, somebody was revoked. A lost hint only costs a moment."""

import time
from contextlib import suppress
from typing import Any

from redis import Redis, RedisError

from live import keys, wire

URGENT = b"urgent"


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
    """The receiving side of one channel; after an outage it listens again by itself."""

    def __init__(self, redis: Redis, channel: str) -> None:
        self._redis, self._channel = redis, channel
        self._pubsub: Any = None

    def wait(self, seconds: float) -> bytes | None:
        """The next hint, or None after `seconds`; while Redis is away it only waits."""
        try:
            self._subscribe()
            message = self._pubsub.get_message(timeout=seconds)
        except RedisError:
            self.close()
            time.sleep(min(seconds, 0.5))
            return None
        return message["data"] if message else None

    def _subscribe(self) -> None:
        if self._pubsub is None:
            pubsub = self._redis.pubsub(ignore_subscribe_messages=True)
            pubsub.subscribe(self._channel)
            self._pubsub = pubsub

    def close(self) -> None:
        if self._pubsub is not None:
            pubsub, self._pubsub = self._pubsub, None
            with suppress(RedisError):
                pubsub.close()


def whose(hint: bytes | None) -> str:
    """The id that a hint of a revocation names, if any."""
    try:
        return str(wire.loads(hint or b"{}").get("id", ""))
    except (ValueError, AttributeError):
        return ""
