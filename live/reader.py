"""What is now, read from Redis: the snapshot that the wall shows, and who is connected."""

import json
from collections.abc import Callable
from datetime import datetime

from redis import Redis

from live import keys
from live.activity import active
from live.presence import safely_connected
from operations.ports import Row


class RedisReader:
    """The LiveReader of every door."""

    def __init__(self, redis: Redis, now: Callable[[], datetime]) -> None:
        self._redis, self._now = redis, now

    def vitals(self) -> Row | None:
        """The newest snapshot, None before the first tick. Its own as-of times say how old it is."""
        found = self._redis.get(keys.VITALS)
        return json.loads(found) if found else None

    def connected(self) -> set[str]:
        """Posts with a terminal connected at this moment; none known while Redis is away."""
        return safely_connected(self._redis, self._now())

    def active(self) -> set[str]:
        """Posts where a person used the terminal within the last 15 minutes; none known while Redis is away."""
        return active(self._redis, self._now())

    def devices_by_district(self, device_class: str) -> dict[str, list[int]]:
        """District → [registered, online], as of the class's tile."""
        found = self._redis.get(keys.by_district(device_class))
        return json.loads(found) if found else {}
