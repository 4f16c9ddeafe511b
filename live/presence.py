"""Presence: which posts have a terminal connected now, over all web processes."""

import logging
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from redis import Redis, RedisError

from live import keys, wire
from live.outage import Outage
from operations.ports import Row
from operations.rows import stamp

REFRESH_S = 5.0
GONE_AFTER_S = 15.0  # a web process that died takes its terminals with it
log = logging.getLogger("live")


def connected(redis: Redis, now: datetime, among: str = keys.PRESENCE) -> set[str]:
    members: list[Any] = redis.zrangebyscore(among, now.timestamp(), "+inf")
    return {wire.text(member).partition(" ")[0] for member in members}


def post_row(post: str, is_connected: bool, last_seen_ms: int) -> Row:
    seen = stamp(datetime.fromtimestamp(last_seen_ms / 1000, UTC))
    return {"kind": "post", "id": post, "version": last_seen_ms, "connected": is_connected, "last_seen_at": seen}


def post_rows(redis: Redis, now: datetime) -> list[Row]:
    """A row for every post that ever had a terminal."""
    here = connected(redis, now)
    seen = redis.hgetall(keys.LAST_SEEN)
    return [post_row(code := wire.text(post), code in here, int(at)) for post, at in seen.items()]


class Presence:
    """The posts whose terminals this web process serves: all of them, or of a kind that is counted `among` itself.
    `changed(rows)` is told when one comes or goes."""

    def __init__(
        self,
        redis: Redis,
        now: Callable[[], datetime],
        changed: Callable[[Sequence[Row]], None],
        *,
        among: str = keys.PRESENCE,
    ) -> None:
        self._redis, self._now, self._changed, self._among = redis, now, changed, among
        self._process = secrets.token_hex(4)
        self._sockets: Counter[str] = Counter()
        self._outage = Outage("presence of terminals", log)

    def came(self, posts: Iterable[str]) -> None:
        fresh = []
        for post in posts:
            self._sockets[post] += 1
            if self._sockets[post] == 1:
                fresh.append(post)
        self._outage.attempt(lambda: self._say(fresh, True))

    def went(self, posts: Iterable[str]) -> None:
        last = []
        for post in posts:
            self._sockets[post] -= 1
            if self._sockets[post] <= 0:
                del self._sockets[post]
                last.append(post)
        self._outage.attempt(lambda: self._say(last, False))

    def refresh(self) -> None:
        """Say again who is here; to be called every REFRESH_S seconds."""
        self._outage.attempt(lambda: self._write(list(self._sockets), True))

    def _say(self, posts: Sequence[str], here: bool) -> None:
        if not posts:
            return
        seen_ms = self._write(posts, here)
        elsewhere = connected(self._redis, self._now(), self._among) if not here else set()
        self._changed([post_row(post, here or post in elsewhere, seen_ms) for post in posts])

    def _write(self, posts: Sequence[str], here: bool) -> int:
        now = self._now().timestamp()
        members = [f"{post} {self._process}" for post in posts]
        with self._redis.pipeline() as pipe:
            if members and here:
                pipe.zadd(self._among, dict.fromkeys(members, now + GONE_AFTER_S))
            elif members:
                pipe.zrem(self._among, *members)
            pipe.zremrangebyscore(self._among, "-inf", now)
            if posts:
                pipe.hset(keys.LAST_SEEN, mapping=dict.fromkeys(posts, int(now * 1000)))
            pipe.execute()
        return int(now * 1000)


def safely_connected(redis: Redis, now: datetime) -> set[str]:
    """The posts connected now; none while Redis is away: nobody knows then."""
    try:
        return connected(redis, now)
    except RedisError:
        return set()
