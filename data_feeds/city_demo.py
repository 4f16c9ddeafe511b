"""The demo profile of a city: what a made-up day of it looks like. Read only to run the demo city."""

from collections.abc import Collection, Mapping
from datetime import date
from string import Formatter

from data_feeds.city_files import Entry, Folder, document, plain
from data_feeds.city_posts import Codes, Known
from domain.order import ANSWERS
from domain.plan import ORDERED

BUILT_IN_SLOTS = ("district", "township", "category")
SECTIONS = (
    *("cases", "sources", "districts", "categories", "handling", "devices", "robots", "slots", "texts"),
    *("tags", "people", "grid_workers", "words"),
)
CASES = ("per_day", "history", "weekdays", "day_shape", "holidays")
HANDLING = (
    *(f"{stage}_s" for stage in ("file_by_rule", "file_by_person", "assign", "accept")),
    *("finish_share_of_limit", "close_h", "not_filed_share", "voided_share", "cross_boundary_share"),
)
DEVICES = ("count", "never_seen_share", "offline_share", "outage_min", "gateways")
ROBOT = ("median_s", "spread", "slow_share", "slow_factor", "silent")
SPREAD = ("median", "spread")
PEOPLE = ("name", "each")
GRID = ("median_s", "spread", "slow_share", "slow_factor", "silent_share", "need_support_share")
WORDS = ("refuse", "void", "need_support", "cannot")


def demo(folder: Folder, known: Known) -> Mapping[str, object]:
    """The profile as plain values, empty where the city has none. The README of the city's folder explains each."""
    if not folder.has("demo.yaml"):
        return {}
    entry = document(folder, "demo.yaml").only(SECTIONS)
    _cases(entry.part("cases"))
    _weights(entry.part("sources"), known.sources.taken, "source")
    _weights(entry.part("districts"), known.districts.taken, "district")
    for source, weights in _under(entry.part("categories"), ("default", *known.sources.taken)):
        _weights(weights, known.categories.taken, f"category ({source})")
    _handling(entry.part("handling"))
    _devices(entry.part("devices"), known.device_classes)
    _robots(entry.part("robots"), known.districts.taken)
    _texts(entry.part("texts"), entry.part("slots"), known.categories.taken)
    _lists(entry.part("tags"), known.sources.taken)
    _lists(entry.part("words"), WORDS)
    _people(entry.part("people").only(PEOPLE))
    _people(entry.part("grid_workers").only((*PEOPLE, *GRID)))
    for key in GRID:
        entry.part("grid_workers").number(key, 0, at_least=0)
    found = plain(entry.values)
    return found if isinstance(found, Mapping) else {}


def _under(entry: Entry, allowed: Collection[str]) -> list[tuple[str, Entry]]:
    entry.only(allowed)
    return [(key, entry.part(key)) for key in entry.values]


def _weights(entry: Entry, known: Collection[str], what: str) -> None:
    for key in entry.values:
        if key not in known:
            entry.complain(key, f"there is no {what} {key}", "use a code of the city's tables")
        entry.number(key, at_least=0)


def _cases(entry: Entry) -> None:
    entry.only(CASES)
    entry.number("per_day", at_least=1)
    history = entry.part("history").only(("days", "from", "noise"))
    history.whole("days", 0, at_least=0)
    history.number("from", 1, at_least=1)
    history.number("noise", 0, at_least=0)
    entry.numbers("weekdays", 7)
    entry.numbers("day_shape", 96)
    for holiday in entry.parts("holidays", ("from", "to", "factor", "name")):
        holiday.number("factor", at_least=0)
        _day(holiday, "from")
        _day(holiday, "to")


def _day(entry: Entry, key: str) -> None:
    try:
        date.fromisoformat(entry.words(key))
    except ValueError:
        entry.complain(key, f"{key} is {entry.words(key)!r}", "write a day such as 2026-10-01")


def _handling(entry: Entry) -> None:
    entry.only(HANDLING)
    for key in entry.values:
        if key.endswith("_share"):
            entry.number(key, at_least=0)
        else:
            _spread(entry.part(key).only(SPREAD), SPREAD)


def _spread(entry: Entry, keys: Collection[str]) -> None:
    for key in keys if entry.values else ():
        entry.number(key, at_least=0)


def _devices(entry: Entry, classes: Codes) -> None:
    for _, part in _under(entry, classes.taken):
        part.only(DEVICES)
        part.whole("count", at_least=0)
        part.number("never_seen_share", 0, at_least=0)
        part.number("offline_share", 0, at_least=0)
        _spread(part.part("outage_min").only(SPREAD), SPREAD)
        _spread(part.part("gateways").only(("size", "outages_a_day")), ("size", "outages_a_day"))


def _robots(entry: Entry, districts: Collection[str]) -> None:
    entry.only((*ORDERED, "district_unit", "district_factor", "answers", "in_position_s"))
    _weights(entry.part("district_factor"), districts, "district")
    _weights(entry.part("answers"), ANSWERS, "answer")
    _spread(entry.part("in_position_s").only(SPREAD), SPREAD)
    for tier in (*ORDERED, "district_unit"):
        robot = entry.part(tier).only(ROBOT)
        for key in robot.values:
            robot.number(key, at_least=0)


def _texts(texts: Entry, slots: Entry, categories: Collection[str]) -> None:
    named = {*BUILT_IN_SLOTS, *slots.values}
    for slot in slots.values:
        slots.items(slot)
    for key in texts.values:
        if key not in categories and key != "default":
            texts.complain(key, f"there is no category {key}", "use a code of categories.csv, or default")
        for pattern in texts.items(key):
            for slot in _slots(pattern):
                if slot not in named:
                    texts.complain(key, f"the place {{{slot}}} is not declared", "add it under slots")


def _lists(entry: Entry, allowed: Collection[str]) -> None:
    entry.only(allowed)
    for key in entry.values:
        entry.items(key)


def _people(entry: Entry) -> None:
    entry.words("name")
    entry.whole("each", 1, at_least=1)


def _slots(pattern: str) -> list[str]:
    try:
        return [name for _, name, _, _ in Formatter().parse(pattern) if name is not None]
    except ValueError:
        return [pattern]
