"""Plays a day to every browser that joins: a tick a second, a case now and then, and whatever a test asks for."""

import random
import threading
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.city import City
from tests.browser.harness import day

Row = dict[str, object]
START = datetime(2026, 11, 24, 8, 42, 10, tzinfo=UTC)
EMBERS = 286


class Play:
    """What the server would know: the snapshot's tiles, the rows, the clocks. One lock; times as in the protocol."""

    def __init__(self, city: City, *, empty: bool = False, order: bool = True) -> None:
        self.city, self.empty = city, empty
        self.epoch, self.seq, self.build = f"{time.time_ns() % 0xFFFF:x}", 0, "b1"
        self.speed, self.every_s, self.ticking, self.reporting = 1.0, 1.0, True, not empty
        self.real_start, self.city_start = datetime.now(UTC), START
        self.patches: dict[str, Row] = {}
        self.rows: dict[tuple[str, str], Row] = {}
        self.random, self.reported = random.Random(11), 0
        self.lock = threading.RLock()
        if not empty:
            self._past(order)

    def _past(self, order: bool) -> None:
        for _ in range(EMBERS):
            self.report(START - timedelta(seconds=self.random.uniform(2, 900)))
        if order:
            issued = self.real_start - timedelta(hours=2, minutes=12, seconds=8)
            ended = day.order(self.city, issued, state="closed", ended_at=day.stamp(issued + timedelta(minutes=9)))
            self.keep([ended, *day.lines(self.city, ended, issued, until_s=1e9)])

    # ---- clocks ----
    def now(self) -> tuple[datetime, datetime]:
        """Real time and city time."""
        real = datetime.now(UTC)
        return real, self.city_start + (real - self.real_start) * self.speed

    def set_speed(self, speed: float) -> None:
        self.real_start, self.city_start = self.now()
        self.speed = speed

    # ---- rows ----
    def keep(self, rows: list[Row]) -> list[Row]:
        with self.lock:
            for row in rows:
                self.rows[str(row["kind"]), str(row["id"])] = row
        return rows

    def report(self, at: datetime) -> Row:
        self.reported += 1
        return self.keep([day.case(self.city, self.reported, at, self.random)])[0]

    # ---- what is sent ----
    def vitals(self, *, skip: int = 0) -> Row:
        with self.lock:
            real, city = self.now()
            self.seq += 1 + skip
            return {
                **{"epoch": self.epoch, "seq": self.seq, "at": day.stamp(city), "real_at": day.stamp(real)},
                **{"speed": self.speed, "demo": True, "day": "2026-11-24", "tiles": self._tiles(real, city)},
            }

    def _tiles(self, real: datetime, city: datetime) -> dict[str, Row]:
        local = city.astimezone(ZoneInfo(self.city.timezone))
        tiles = day.tiles(self.city, real, local.hour * 4 + local.minute // 15)
        tiles["urgent"].pop("real")
        for row in tiles["urgent"]["rows"]:
            row["reported_at"] = day.stamp(city - timedelta(minutes=row.pop("minutes"), seconds=20))
        if self.empty:
            tiles = emptied(tiles)
        return {key: tile | self.patches.get(key, {}) for key, tile in tiles.items()}

    def answer(self, room: str) -> Row:
        with self.lock:
            you = {"name": "演示员01", "role": "duty", "post": None}
            rows = list(self.rows.values())
            return {"ok": True, "room": room, "vitals": self.vitals(), "rows": rows, "you": you, "build": self.build}


def emptied(tiles: dict[str, Row]) -> dict[str, Row]:
    """The same tiles on the first day of a city: nothing reported, no device registered."""
    zero = {"value": 0, "same_time_yesterday": None, "yesterday": None, "counts": {"filed": 0, "finished": 0}}
    tiles["cases_today"] |= zero
    tiles["curve"] |= {"today": [0] * 67, "yesterday": [], "low": [], "high": [], "days": 0}
    tiles["sources"]["rows"] = [[row[0], 0, "off", 0, None] for row in tiles["sources"]["rows"]]
    tiles["filing"] |= dict.fromkeys(("p50_s", "p95_s", "yesterday_p50_s", "yesterday_p95_s"))
    tiles["filing"] |= {"n": 0, "by_rule": 0}
    tiles["districts"]["rows"] = {code: [0, 0.0] for code in tiles["districts"]["rows"]}
    tiles["latency"]["rows"] = []
    tiles["urgent"] |= {"n": 0, "rows": []}
    tiles["indicators"]["rows"] = []
    for key in [key for key in tiles if key.startswith("devices_")]:
        tiles[key] = {"as_of": None, "limit_s": 180, "state": "not_connected"}
    return tiles
