"""The day's counts and the open urgent cases in Redis: added up announcement by announcement, or rebuilt from SQL."""

import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from redis import Redis

from domain.counting import TOTAL
from live import keys, wire
from operations.ports import Announcement, Recount, Row

DAYS = 29  # today, and the 28 days it is compared with
NOT_READY, FENCED_OFF, REPEATED, APPLIED = -2, -1, 0, 1
_URGENT = ("high", "critical")
_OPEN = ("reported", "received", "filed", "assigned")

# One step: a relay that lost its lease, an announcement that is already in, and a Redis that lost its memory change
# nothing; else the announcement's counts and urgent cases go in together with its id.
_APPLY = """
if redis.call('EXISTS', KEYS[1]) == 0 then return -2 end
local fence = tonumber(redis.call('GET', KEYS[2]) or '0')
if tonumber(ARGV[1]) < fence then return -1 end
if tonumber(ARGV[1]) > fence then redis.call('SET', KEYS[2], ARGV[1]) end
if redis.call('SADD', KEYS[3], ARGV[2]) == 0 then return 0 end
for day, fields in pairs(cjson.decode(ARGV[3])) do
  for field, n in pairs(fields) do redis.call('HINCRBY', ARGV[5] .. day, field, n) end
end
for _, change in ipairs(cjson.decode(ARGV[4])) do
  local id, version, score, row = change[1], change[2], change[3], change[4]
  local known = redis.call('HGET', KEYS[4], id)
  if not known or cjson.decode(known).version < version then
    if score then
      redis.call('HSET', KEYS[4], id, row)
      redis.call('ZADD', KEYS[5], score, id)
    else
      redis.call('HDEL', KEYS[4], id)
      redis.call('ZREM', KEYS[5], id)
    end
  end
end
return 1
"""


class NotReady(Exception):
    """Redis has no counts that may be added to: they must be rebuilt first."""


class FencedOff(Exception):
    """Another relay has taken over."""


def days_of(today: date) -> list[date]:
    """The days that are kept; tomorrow too, so that midnight finds its first cases in place."""
    return [today + timedelta(days=1 - back) for back in range(DAYS + 1)]


def urgent_score(row: Row) -> float | None:
    """Where an open urgent case stands in the list, the smallest first: critical ones, then the oldest; None for any
    other case."""
    if row["urgency"] not in _URGENT or row["state"] not in _OPEN:
        return None
    return (0 if row["urgency"] == "critical" else 1e11) + wire.moment(row["reported_at"]).timestamp()


def urgent_changes(rows: Sequence[Row]) -> list[tuple[str, int, float | Literal[False], str]]:
    """(id, version, place in the list or False for out of it, the row as text) of each case."""
    cases = [row for row in rows if row["kind"] == "case"]
    return [(row["id"], row["version"], urgent_score(row) or False, wire.dumps(row)) for row in cases]


class Counters:
    """Written by the relay that holds the lease, as its fencing number proves; read by the tick."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._apply = redis.register_script(_APPLY)

    def is_complete(self, today: date) -> bool:
        """Whether the counts of `today` may be added to; the step from one day to the next is made here."""
        epoch, day = self._redis.mget(keys.EPOCH, keys.DAY)
        if epoch is None or day is None:
            return False
        known = date.fromisoformat(wire.text(day))
        if known == today - timedelta(days=1):
            self._drop(set(days_of(today)))
            self._redis.set(keys.DAY, today.isoformat(), xx=True)
            return True
        return known == today

    def project(self, fence: int, announcements: Sequence[Announcement]) -> None:
        """Add announcements, each at most once however often it comes; raises NotReady or FencedOff."""
        with self._redis.pipeline(transaction=False) as pipe:
            for announcement in announcements:
                self._apply(
                    [keys.EPOCH, keys.FENCE, keys.APPLIED, keys.URGENT, keys.URGENT_ORDER],
                    [
                        fence,
                        announcement.id,
                        wire.dumps(announcement.counts),
                        wire.dumps(urgent_changes(announcement.rows)),
                        keys.counts(""),
                    ],
                    client=pipe,
                )
            outcomes = pipe.execute()
        if NOT_READY in outcomes:
            raise NotReady
        if FENCED_OFF in outcomes:
            raise FencedOff

    def forget(self, ids: Sequence[int]) -> None:
        """These are marked in SQL and will never come again."""
        if ids:
            self._redis.srem(keys.APPLIED, *ids)

    def rebuild(self, fence: int, recount: Recount, today: date) -> str:
        """Replace everything by what SQL says, in one step; the new epoch. Raises FencedOff, or WatchError."""
        with self._redis.pipeline() as pipe:
            pipe.watch(keys.FENCE)
            if int(pipe.get(keys.FENCE) or 0) > fence:
                raise FencedOff
            old = list(self._redis.scan_iter(match=keys.counts("*"), count=1000))
            pipe.multi()
            pipe.delete(*old, keys.APPLIED, keys.URGENT, keys.URGENT_ORDER)
            for day, fields in recount.counts.items():
                if fields:
                    pipe.hset(keys.counts(day), items=[part for pair in fields.items() for part in pair])
            if recount.contained:
                pipe.sadd(keys.APPLIED, *recount.contained)
            for id, _, score, row in urgent_changes(recount.urgent):
                pipe.hset(keys.URGENT, id, row)
                pipe.zadd(keys.URGENT_ORDER, {id: score})
            epoch = secrets.token_hex(4)
            pipe.mset({keys.EPOCH: epoch, keys.DAY: today.isoformat(), keys.FENCE: fence})
            pipe.execute()
        return epoch

    def _drop(self, kept: set[date]) -> None:
        names = {keys.counts(day).encode() for day in (TOTAL, *map(date.isoformat, kept))}
        old = [name for name in self._redis.scan_iter(match=keys.counts("*"), count=1000) if name not in names]
        if old:
            self._redis.delete(*old)
