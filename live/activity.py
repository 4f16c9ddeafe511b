"""Activity: at which posts a person has touched the terminal lately. A terminal that is connected may stand in an empty
room; one that somebody has just touched does not."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from redis import Redis, RedisError

from live import keys, wire
from live.outage import Outage
from operations.ports import Row
from operations.rows import stamp

LATELY_S = 15 * 60.0
TOLD_EVERY_S = 60.0  # a terminal says it at most so often, and what comes more often is not written
log = logging.getLogger("live")


def active(redis: Redis, now: datetime) -> set[str]:
    """The posts where somebody touched the terminal within the last 15 minutes; none known while Redis is away."""
    try:
        return {post for post, _at in _lately(redis, now)}
    except RedisError:
        return set()


def activity_rows(redis: Redis, now: datetime) -> list[Row]:
    return [activity_row(post, at) for post, at in _lately(redis, now)]


def activity_row(post: str, at: float) -> Row:
    when = stamp(datetime.fromtimestamp(at, UTC))
    return {"kind": "activity", "id": post, "version": int(at * 1000), "active_at": when}


def _lately(redis: Redis, now: datetime) -> list[tuple[str, float]]:
    found: list[Any] = redis.zrangebyscore(keys.ACTIVE, now.timestamp() - LATELY_S, "+inf", withscores=True)
    return [(wire.text(post), at) for post, at in found]


class Activity:
    """What the terminals of this web process say. `changed(rows)` is told of it."""

    def __init__(self, redis: Redis, now: Callable[[], datetime], changed: Callable[[Sequence[Row]], None]) -> None:
        self._redis, self._now, self._changed = redis, now, changed
        self._told: dict[str, float] = {}
        self._outage = Outage("activity at terminals", log)

    def touched(self, posts: Iterable[str]) -> None:
        """A person has just used the terminal of these posts."""
        at = self._now().timestamp()
        fresh = [post for post in posts if at - self._told.get(post, -TOLD_EVERY_S) >= TOLD_EVERY_S]
        if fresh and self._outage.attempt(partial(self._write, fresh, at)):
            self._told |= dict.fromkeys(fresh, at)
            self._changed([activity_row(post, at) for post in fresh])

    def _write(self, posts: Sequence[str], at: float) -> None:
        with self._redis.pipeline() as pipe:
            pipe.zadd(keys.ACTIVE, dict.fromkeys(posts, at))
            pipe.zremrangebyscore(keys.ACTIVE, "-inf", at - LATELY_S)
            pipe.expire(keys.ACTIVE, int(LATELY_S))
            pipe.execute()
