"""The command line's replay: a file of cases through the door of the city that runs here."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import administration
from commands import Refused, say
from config import Settings
from data_feeds import city, mapping
from data_feeds.csv_rows import CsvError
from data_feeds.replay import Asked, Replay, ReplayRefused, account, dry_run
from data_feeds.replay_door import DoorClosed, HttpDoor
from domain.account import SYSTEM, Permission
from domain.place import Places
from operations.keys import Keys, source_scope
from storage.clock import SharedClock
from storage.database import Database


def replay(settings: Settings, options: Namespace) -> None:
    """Report what the file holds, or with --dry-run only say what would become of it."""
    if settings.demo:
        raise Refused("Real cases never go into the demo city: set DEMO=0, or run go-live first.")
    for path in (options.file, options.mapping):
        if not path.is_file():
            raise Refused(f"There is no file {path}.")
    refused = (CsvError, ReplayRefused, DoorClosed, mapping.MappingError, city.CityError)
    try:
        (look_only if options.dry_run else report)(settings, options)
    except refused as problem:
        raise Refused(str(problem)) from problem


def look_only(settings: Settings, options: Namespace) -> None:
    """Needs no running city: the file, the mapping and the city's folder are enough."""
    rules, here = mapping.load(options.mapping), city.load(settings.city_dir)
    found = dry_run(options.file, rules, city=here, places=Places(here), now=datetime.now(UTC))
    say(*account(found, rules))


def report(settings: Settings, options: Namespace) -> None:
    """Through the public door, with a key of this run alone."""
    rules = mapping.load(options.mapping)
    with administration.opened(settings) as database, key_of_this_run(settings, database, options.file.name) as key:
        door, clock = HttpDoor(settings.local_url, key), SharedClock(database)
        try:
            replay_of = Replay(city.load(settings.city_dir), rules, clock=clock, door=door, say=say)
            tally = replay_of.run(options.file, Asked(options.speed, options.start))
        finally:
            door.close()
    say(*account(tally, rules))


@contextmanager
def key_of_this_run(settings: Settings, database: Database, about: str) -> Iterator[str]:
    """May report for every source of the city and read cases; what a killed run of this file left is revoked first."""
    ground = administration.ground_of(database, settings)
    keys, name = Keys(ground), f"replay {about}"[:60].strip()
    for left in keys.all(SYSTEM):
        if left.name == name and not left.revoked_at:
            keys.revoke(SYSTEM, left.id)
    scope = source_scope(ground.city.source_by_code)
    made = keys.create(SYSTEM, name, replace(scope, permissions=scope.permissions | {Permission.SEE_CASES}))
    try:
        yield made.secret
    finally:
        keys.revoke(SYSTEM, made.id)
