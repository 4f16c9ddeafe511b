"""What the demo city is handed before it plays: keys of its own, people at the posts, city time. The demo process reads
its keys from a file of the demo's folder; a live city has neither the file nor the keys."""

import csv
import io
from datetime import datetime, time, timedelta
from itertools import zip_longest
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from administration import ground_of, opened
from config import Settings
from demo_file import free_port, read, write
from domain.account import SYSTEM
from domain.city import City, Tier
from domain.citytime import REAL, CityTime, day_of
from operations.account_ports import Ground
from operations.grid_workers import COLUMNS as GRID_COLUMNS
from operations.grid_workers import GridWorkers
from operations.keys import READ, SOURCE, Keys, Scope, robot_scope
from operations.people import COLUMNS, People
from operations.zones import zone_of
from storage.clock import SharedClock
from storage.passwords import KeyedPins

NIGHT_ENDS, BEGINS_AT = time(9), time(10, 30)  # local; before nine a day has hardly a case to show
DUTIES = ("duty", "deputy", "leader")  # of the first people at a demo post

REPORTS, ANSWERS = "demo reports", "demo terminals"  # the names of its keys


def hand_over(settings: Settings) -> None:
    """Prepare the demo city; what an earlier start has prepared stays."""
    with opened(settings) as database:
        base = ground_of(database, settings)
        kept, clock = read(settings.folder), SharedClock(database)
        if not kept.get("began"):
            begin_by_day(clock, zone_of(base.city))
        time = pace(clock, settings.demo_speed)
        seat_people(base, settings)
        seat_grid_workers(base)
        began = kept.get("began") or str(day_of(base.clock.now(), zone_of(base.city)))
        port = free_port(kept.get("totals_port"))
        write(settings.folder, keys(base, kept) | {"began": began, "totals_port": port, "time": told(time)})


def begin_by_day(clock: SharedClock, zone: ZoneInfo) -> None:
    """A city first played at night begins in the morning of that day; its screens say that the time is the demo's."""
    real = clock.real()
    if clock.city_time() == REAL:
        clock.set(CityTime(real, real + until_morning(real.astimezone(zone))))


def until_morning(local: datetime) -> timedelta:
    """How far city time is set ahead at this local time; by day not at all."""
    wall_clock = local.replace(tzinfo=None)
    night = wall_clock.time() < NIGHT_ENDS
    return datetime.combine(wall_clock, BEGINS_AT) - wall_clock if night else timedelta(0)


def pace(clock: SharedClock, speed: float) -> CityTime:
    """City time goes on from where it is, at this speed."""
    before, now = clock.city_time(), clock.real()
    if before.speed == speed:
        return before
    after = CityTime(now, before.at(now), speed)
    clock.set(after)
    return after


def told(time: CityTime) -> dict[str, object]:
    return {"real": time.real_base.isoformat(), "city": time.city_base.isoformat(), "speed": time.speed}


def seat_people(base: Ground, settings: Settings) -> None:
    """The people of the city's demo profile at every post, unless somebody has entered people already."""
    people = People(base, KeyedPins(settings.secret_key))
    if any(people.counts(SYSTEM).values()):
        return
    rows = made_up_people(base.city, settings.demo_seed)
    if rows:
        text = io.StringIO()
        csv.writer(text).writerows([COLUMNS, *rows])
        people.take_file(SYSTEM, text.getvalue().encode(), {})


def made_up_people(city: City, seed: int) -> list[tuple[str, str, str, str]]:
    profile: Any = city.demo.get("people")
    if not profile:
        return []
    chance, each = Random(seed), profile.get("each", 1)
    return [
        (post.code, f"{profile['name']}{number:02d}", duty, "")
        for post in city.posts
        if post.tier is not Tier.CITY
        for duty, number in zip_longest(DUTIES[:each], sorted(chance.sample(range(1, 100), each)), fillvalue="")
    ]


def seat_grid_workers(base: Ground) -> None:
    """The grid workers of the city's demo profile, so many in each township, unless somebody has entered some."""
    workers = GridWorkers(base)
    rows = made_up_grid_workers(base.city)
    if rows and not any(n for n, _ in workers.counts(SYSTEM).values()):
        workers.take(SYSTEM, list(enumerate(rows, 1)))


def made_up_grid_workers(city: City) -> list[dict[str, str]]:
    """The first of each township is its chief. Nobody has a number: nothing of a demo leaves."""
    profile: Any = city.demo.get("grid_workers")
    if not profile:
        return []
    each, blank = profile.get("each", 1), dict.fromkeys(GRID_COLUMNS, "")
    seats = [(post.code, place) for post in city.posts_of({Tier.TOWNSHIP}) for place in range(1, each + 1)]
    said = [
        {"township": code, "grid": f"{place:02d}", "name": f"{profile['name']}{number:03d}"}
        for number, (code, place) in enumerate(seats, 1)
    ]
    return [blank | one | {"role": "chief" if one["grid"] == "01" else "worker"} for one in said]


def keys(base: Ground, kept: dict[str, Any]) -> dict[str, str]:
    """The two keys: those of an earlier start while they are valid and may do what they have to."""
    robots = robot_scope([post.code for post in base.city.posts if post.tier is not Tier.CITY])
    reports = Scope(SOURCE | READ)
    return {
        "report": key(base, REPORTS, reports, kept.get("report")),
        "answer": key(base, ANSWERS, robots, kept.get("answer")),
    }


def key(base: Ground, name: str, scope: Scope, kept: str | None) -> str:
    known = Keys(base).asker(kept) if kept else None
    if kept and known and (known.actor.extra, known.actor.posts) == (scope.permissions, scope.posts):
        return kept
    return Keys(base).remake(SYSTEM, name, scope).secret
