"""The replay verb: a CSV file of civic cases through the door of the running city."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import checks
from commands import Refused, say
from config import Settings
from data_feeds import city, mapping
from data_feeds.csv_rows import CsvError
from data_feeds.mapping import FieldMapping, MappingError
from data_feeds.replay import Asked, Replay, ReplayRefused, account, dry_run
from data_feeds.replay_door import DoorClosed, HttpDoor
from data_feeds.replay_tally import Tally
from domain.account import SYSTEM, Permission
from domain.city import City
from domain.place import Places
from operations.account_ports import Ground
from operations.keys import Keys, Scope
from storage.clock import SharedClock
from storage.database import Database

MAY = frozenset({Permission.REPORT_CASES, Permission.STEP_CASES, Permission.SEE_CASES})


def replay(settings: Settings, options: Namespace) -> None:
    """Report the file's cases, and close with the account of every row."""
    try:
        rules, town = mapping.load(options.mapping), city.load(settings.city_dir)
        if options.dry_run:
            say(*account(try_out(options, rules, town), rules), "Nothing was sent: this was a dry run.")
        else:
            say(*account(send(settings, options, rules, town), rules))
    except (MappingError, CsvError, ReplayRefused, DoorClosed) as problem:
        raise Refused(str(problem)) from problem


def try_out(options: Namespace, rules: FieldMapping, town: City) -> Tally:
    return dry_run(options.file, rules, city=town, places=Places(town), now=datetime.now(UTC))


def send(settings: Settings, options: Namespace, rules: FieldMapping, town: City) -> Tally:
    if settings.demo:
        raise Refused("Real cases never mix with the demo's: set DEMO=0, start that city, and replay into it.")
    checks.database(settings.database_url)
    database = Database(settings.database_url)
    clock = SharedClock(database)
    try:
        with a_key(Ground(database.begin, database.read, clock, town), town) as key:
            door = HttpDoor(settings.local_url, key)
            say(f"Reporting to {settings.local_url} with mapping version {rules.version} ({rules.digest}).")
            return Replay(town, rules, clock, door, say).run(options.file, Asked(options.speed, options.start))
    finally:
        database.close()


@contextmanager
def a_key(ground: Ground, town: City) -> Iterator[str]:
    """A key for this run alone, for every source of the city."""
    keys = Keys(ground)
    name = f"replay {datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
    made = keys.create(SYSTEM, name, Scope(MAY, frozenset(source.code for source in town.sources)))
    try:
        yield made.secret
    finally:
        keys.revoke(SYSTEM, made.id)
