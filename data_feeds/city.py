"""Reads a city's folder into a City, or says everything that is wrong with it."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data_feeds import city_lists as lists
from data_feeds import city_plans as plans
from data_feeds import city_posts as seats
from data_feeds.city_boundaries import outlines
from data_feeds.city_calendar import calendar
from data_feeds.city_demo import demo
from data_feeds.city_escalation import escalation
from data_feeds.city_files import CityError, Entry, Folder, document
from data_feeds.city_posts import Bounds, Known
from data_feeds.city_readiness import readiness
from data_feeds.city_tags import tagged
from domain.city import City, District, Post, Tier, Unit

__all__ = ["CityError", "load"]

SETTINGS = (
    *("code", "name", "name_en", "centre", "centre_en", "timezone", "hub", "bounds", "promises"),
    *(
        "device_classes",
        "files_by_rule",
        "callback_number",
        "district_units",
        "no_places",
        "map_note",
        "diverted",
        "drill_mark",
        "language",
        "all_clear",
        "second_person",
        "banned_phrases",
    ),
)


def load(folder: Path) -> City:
    """The city that a folder of CSV, YAML and GeoJSON describes. Boundaries, units, special grids, references,
    indicators, templates and a demo profile may be missing. Raises CityError with every problem of the folder.

    A folder that has not changed is not read again: a backup asks for its city five times."""
    return _read(
        folder, frozenset((path, it.st_mtime_ns, it.st_size) for path in folder.rglob("*") for it in [path.lstat()])
    )


@lru_cache(maxsize=4)
def _read(folder: Path, _files: frozenset[tuple[Path, int, int]]) -> City:
    reading = Folder(folder)
    city = _city(reading, document(reading, "city.yaml").only(SETTINGS))
    reading.stop_if_wrong()
    return city


def _city(reading: Folder, settings: Entry) -> City:
    known = Known(_bounds(settings))
    known.posts.take(settings)
    where = seats.districts(reading, known)
    them = seats.units(reading, known)
    staffed = list(_posts(reading, settings, known, where=where, them=them))
    no_places = settings.parts("no_places", ("lon", "lat", "note"))
    return City(
        code=settings.words("code"),
        name=settings.name("name"),
        name_en=settings.first("name_en", "name"),
        centre=settings.words("centre"),
        centre_en=settings.first("centre_en", "centre"),
        timezone=_timezone(settings),
        hub=_hub(settings, known.bounds),
        bounds=known.bounds,
        districts=tuple(district for _, district in where),
        units=tuple(them),
        posts=tuple(tagged(reading, [post for _, post in staffed])),
        sources=tuple(lists.sources(reading, known)),
        categories=tuple(lists.categories(reading, known)),
        device_classes=tuple(lists.device_classes(settings, known)),
        indicators=tuple(lists.indicators(reading, known)),
        references=tuple(lists.references(reading)),
        district_aliases=seats.aliases((entry, it.code, _spellings(it)) for entry, it in where),
        post_aliases=seats.aliases(_post_spellings(where, staffed)),
        files_by_rule=_files_by_rule(settings, known),
        calendar=calendar(reading),
        language=settings.words("language") or City.language,
        district_boundaries=outlines(reading, "districts", known.districts),
        township_boundaries=outlines(reading, "townships", known.posts),
        map_note=_both(settings.part("map_note")),
        diverted=_both(settings.part("diverted")),
        no_places=tuple((entry.number("lon"), entry.number("lat")) for entry in no_places),
        demo=demo(reading, known),
        **_dispatching(reading, settings),
    )


def _dispatching(reading: Folder, settings: Entry) -> dict[str, Any]:
    """What the city lays down about orders."""
    mark, banned = settings.words("drill_mark") or City.drill_mark, plans.banned_phrases(settings)
    climbs = escalation(reading)
    return {
        "promises": tuple(lists.promises(settings)),
        "templates": tuple(plans.templates(reading, mark=mark, relative=banned.get("plan", ()))),
        "callback_number": settings.words("callback_number"),
        "drill_mark": mark,
        "second_person": plans.second_person(settings),
        "banned_phrases": banned,
        "all_clear_title": _all_clear(settings, "title") or City.all_clear_title,
        "all_clear_text": _all_clear(settings, "text") or City.all_clear_text,
        "readiness": readiness(reading, plans.second_person(settings).from_grade),
        "ladder": climbs.ladder,
        "leader_duties": climbs.leader_duties,
        "channel_tests": climbs.channel_tests,
        "routine_words": climbs.words,
    }


def _both(said: Entry) -> tuple[str, ...]:
    """The city's own words for something, in both languages; empty where it says nothing of it."""
    said.only(("name", "name_en"))
    if not said.words("name") and not said.words("name_en"):
        return ()
    return said.name("name"), said.name("name_en")


def _all_clear(settings: Entry, name: str) -> str:
    """The standard words of an all-clear; {no}, {title} and {issued} stand in their place."""
    return settings.part("all_clear").only(("title", "text")).words(name)


def _bounds(settings: Entry) -> Bounds:
    west, south, east, north = settings.numbers("bounds", 4)
    if west >= east or south >= north:
        settings.complain("bounds", "the bounds enclose nothing", "write [west, south, east, north] in degrees")
    return west, south, east, north


def _hub(settings: Entry, bounds: Bounds) -> tuple[float, float]:
    lon, lat = settings.numbers("hub", 2)
    if not (bounds[0] <= lon <= bounds[2] and bounds[1] <= lat <= bounds[3]):
        settings.complain("hub", "the hub lies outside the city's bounds", "write [lon, lat] in degrees")
    return lon, lat


def _timezone(settings: Entry) -> str:
    name = settings.name("timezone")
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        settings.complain("timezone", f"there is no time zone {name!r}", "use a name such as Europe/Berlin")
        return "UTC"


def _posts(
    reading: Folder, settings: Entry, known: Known, *, where: list[tuple[Entry, District]], them: list[Unit]
) -> Iterator[tuple[Entry, Post]]:
    """Every post, the city's own first, then tier by tier."""
    city, rule = settings.words("code"), settings.part("district_units")
    yield settings, seats.city_post(settings)
    yield from ((entry, seats.district_post(it, city)) for entry, it in where)
    yield from seats.placed_posts(reading, "townships.csv", Tier.TOWNSHIP, known=known)
    yield from ((settings, seats.unit_post(it, city)) for it in them)
    yield from seats.district_unit_posts(rule, them, [district for _, district in where], known=known)
    yield from seats.placed_posts(reading, "special_grids.csv", Tier.SPECIAL_GRID, known=known)


def _spellings(it: District | Post) -> tuple[str, ...]:
    return it.code, it.name, it.short, it.name_en, it.short_en


def _post_spellings(
    where: list[tuple[Entry, District]], staffed: list[tuple[Entry, Post]]
) -> Iterator[tuple[Entry, str, tuple[str, ...]]]:
    """A township or special grid is called by its own names, and by its district's name before its own."""
    names = {it.code: (it.name, it.short) for _, it in where}
    for entry, post in staffed:
        if post.tier in (Tier.TOWNSHIP, Tier.SPECIAL_GRID):
            full = (name + post.name for name in names.get(post.district or "", ()))
            yield entry, post.code, (*_spellings(post), *full)


def _files_by_rule(settings: Entry, known: Known) -> frozenset[str]:
    named = settings.items("files_by_rule")
    for code in named:
        if code not in known.sources.taken:
            settings.complain("files_by_rule", f"there is no source {code}", "use codes of sources.csv")
    return frozenset(named)
