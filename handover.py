"""What the demo city is handed before it plays: keys of its own, people at the posts, the pace of city time. The demo
process reads the keys from a file of the demo's folder; a live city has neither the file nor the keys."""

import csv
import io
import json
import os
import socket
from pathlib import Path
from random import Random
from typing import Any

from administration import ground_of, opened
from config import Settings
from domain.account import SYSTEM
from domain.city import City, Tier
from domain.citytime import CityTime, day_of
from operations.account_ports import Ground
from operations.keys import READ, SOURCE, Keys, Scope, robot_scope
from operations.people import COLUMNS, People
from operations.zones import zone_of
from storage.clock import SharedClock
from storage.passwords import KeyedPins

REPORTS, ANSWERS = "demo reports", "demo terminals"  # the names of its keys


def file_of(folder: Path) -> Path:
    return folder / "demo.json"


def hand_over(settings: Settings) -> None:
    """Prepare the demo city; what an earlier start has prepared stays."""
    with opened(settings) as database:
        base = ground_of(database, settings)
        pace(SharedClock(database), settings.demo_speed)
        seat_people(base, settings)
        kept = read(settings.folder)
        began = kept.get("began") or str(day_of(base.clock.now(), zone_of(base.city)))
        write(settings.folder, keys(base, kept) | {"began": began, "totals_port": free_port(kept.get("totals_port"))})


def pace(clock: SharedClock, speed: float) -> None:
    """City time goes on from where it is, at this speed."""
    before, now = clock.city_time(), clock.real()
    if before.speed != speed:
        clock.set(CityTime(now, before.at(now), speed))


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
        (post.code, f"{profile['name']}{number:02d}", "", "")
        for post in city.posts
        if post.tier is not Tier.CITY
        for number in sorted(chance.sample(range(1, 100), each))
    ]


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


def read(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads(file_of(folder).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write(folder: Path, said: dict[str, Any]) -> None:
    draft = file_of(folder).with_suffix(".draft")
    descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(said, file)
    draft.replace(file_of(folder))


def free_port(wanted: int | None) -> int:
    """A port of this machine that nobody listens on: the wanted one if it is free."""
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", wanted or 0))
        except OSError:
            return free_port(None)
        return int(one.getsockname()[1])


def totals_url(settings: Settings) -> str | None:
    """Where the demo's source systems tell their totals; None in a live city."""
    port = read(settings.folder).get("totals_port") if settings.demo else None
    return f"http://127.0.0.1:{port}" if port else None
