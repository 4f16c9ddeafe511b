"""The command line's verb that rolls days up again from their cases, for whoever holds the machine."""

from argparse import Namespace
from datetime import timedelta

from administration import opened
from commands import say
from config import Settings
from data_feeds import city
from operations.zones import zone_of
from storage.history import Rollups


def roll(settings: Settings, options: Namespace) -> None:
    """Roll up a day, or every day up to another one; what was rolled up before is replaced."""
    zone = zone_of(city.load(settings.city_dir))
    last = options.last or options.day
    with opened(settings) as database:
        rollups = Rollups(database, zone)
        for offset in range((last - options.day).days + 1):
            day = (options.day + timedelta(days=offset)).isoformat()
            say(f"{day}: {rollups.roll(day):,} reported")
