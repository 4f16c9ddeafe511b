"""The city's time zone, opened once."""

from functools import cache
from zoneinfo import ZoneInfo

from domain.city import City


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone_of(city: City) -> ZoneInfo:
    return _zone(city.timezone)
