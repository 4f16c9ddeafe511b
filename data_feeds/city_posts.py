"""The city's people and places: its districts, its units, and every post with the one above it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TypeAlias

from data_feeds.city_files import Entry, Folder, table
from domain.city import District, Post, Tier, Unit

Bounds: TypeAlias = tuple[float, float, float, float]
RULE_KEYS = ("code", "name", "name_en", "short", "short_en")
PLACE_COLUMNS = "short name_en short_en kind reserved aliases"
RULE_WORDS = {
    f"{what}{suffix}": attribute
    for what in ("unit", "district")
    for suffix, attribute in {
        "": "code",
        "_name": "name",
        "_short": "short",
        "_name_en": "name_en",
        "_short_en": "short_en",
    }.items()
}


@dataclass
class Codes:
    """The codes taken so far in one list of the city, each with the place that took it. A list may stand within a
    wider one, in which its codes must be their own as well."""

    what: str
    within: "Codes | None" = None
    taken: dict[str, str] = field(default_factory=dict)

    def take(self, entry: Entry, key: str = "code") -> str:
        code = entry.name(key)
        for codes in (self, self.within):
            if codes and code in codes.taken:
                entry.complain(key, f"the {codes.what} {code} stands already in {codes.taken[code]}", "choose another")
                break
        for codes in (self, self.within):
            if codes and code:
                codes.taken.setdefault(code, f"{entry.file}:{entry.line}")
        return code

    def known(self, entry: Entry, key: str) -> str:
        """The code that another list must hold."""
        code = entry.name(key)
        if code and code not in self.taken:
            entry.complain(key, f"there is no {self.what} {code}", f"use the code of a {self.what} that exists")
        return code


@dataclass
class Known:
    """The codes that the city's files have declared so far, and the box its points must lie in."""

    bounds: Bounds
    posts: Codes = field(default_factory=lambda: Codes("post"))
    sources: Codes = field(default_factory=lambda: Codes("source"))
    categories: Codes = field(default_factory=lambda: Codes("category"))
    device_classes: Codes = field(default_factory=lambda: Codes("device class"))
    districts: Codes = field(init=False)
    units: Codes = field(init=False)

    def __post_init__(self) -> None:
        self.districts = Codes("district", within=self.posts)
        self.units = Codes("unit", within=self.posts)


def point(entry: Entry, bounds: Bounds) -> tuple[float, float]:
    """The entry's lon and lat, which must lie in the city."""
    before = len(entry.folder.problems)
    lon, lat = entry.number("lon"), entry.number("lat")
    inside = bounds[0] <= lon <= bounds[2] and bounds[1] <= lat <= bounds[3]
    if not inside and len(entry.folder.problems) == before:
        entry.complain("lon", f"the point {lon:g}, {lat:g} lies outside the city's bounds", "correct it or the bounds")
    return lon, lat


def districts(folder: Folder, known: Known) -> list[tuple[Entry, District]]:
    rows = table(folder, "districts.csv", "code name lon lat", "short name_en short_en population aliases")
    return [(entry, _district(entry, known)) for entry in rows]


def _district(entry: Entry, known: Known) -> District:
    lon, lat = point(entry, known.bounds)
    return District(
        code=known.districts.take(entry),
        name=entry.name("name"),
        short=entry.first("short", "name"),
        name_en=entry.first("name_en", "name"),
        lon=lon,
        lat=lat,
        population=entry.whole("population", at_least=0) if entry.has("population") else None,
        short_en=entry.first("short_en", "name_en", "name"),
    )


def units(folder: Folder, known: Known) -> list[Unit]:
    rows = table(folder, "units.csv", "code name", "short name_en short_en kind duties")
    return [
        Unit(
            code=known.units.take(entry),
            name=entry.name("name"),
            name_en=entry.first("name_en", "name"),
            short=entry.first("short", "name"),
            kind=entry.words("kind"),
            duties=entry.words("duties"),
            short_en=entry.first("short_en", "name_en", "name"),
        )
        for entry in (rows if folder.has("units.csv") else ())
    ]


def city_post(city: Entry) -> Post:
    name, name_en = city.name("centre"), city.first("centre_en", "centre")
    return Post(city.name("code"), Tier.CITY, name, name_en, name, None, kind="city", short_en=name_en)


def district_post(it: District, city: str) -> Post:
    post = Post(it.code, Tier.DISTRICT, it.name, it.name_en, it.short, city, short_en=it.short_en)
    return replace(post, district=it.code, lon=it.lon, lat=it.lat, kind="district")


def unit_post(it: Unit, city: str) -> Post:
    post = Post(it.code, Tier.UNIT, it.name, it.name_en, it.short, city, short_en=it.short_en)
    return replace(post, kind=it.kind, unit=it.code)


def district_unit_posts(
    rule: Entry, them: Iterable[Unit], where: Iterable[District], *, known: Known
) -> Iterator[tuple[Entry, Post]]:
    """A post for each unit in each district, worded by the city's rule; none where the city has no rule."""
    for unit, district in product(them, where) if _rule_holds(rule) else ():
        said = _said(rule, unit, district)
        code, name, name_en = known.posts.take(said), said.words("name"), said.words("name_en")
        post = Post(code, Tier.DISTRICT_UNIT, name, name_en, said.words("short"), parent=district.code)
        post = replace(post, short_en=said.words("short_en"), kind=unit.kind)
        yield said, replace(post, district=district.code, unit=unit.code)


def _said(rule: Entry, unit: Unit, district: District) -> Entry:
    words = {
        word: getattr(unit if word.startswith("unit") else district, attribute)
        for word, attribute in RULE_WORDS.items()
    }
    said = {key: rule.first(key, "name").format_map(words) for key in RULE_KEYS}
    return Entry(rule.folder, rule.file, rule.line, said)


def _rule_holds(rule: Entry) -> bool:
    """Whether there is a rule and each of its sentences uses known words only."""
    if not rule.values:
        return False
    before = len(rule.folder.problems)
    for key in rule.only(RULE_KEYS).values:
        try:
            rule.name(key).format_map(dict.fromkeys(RULE_WORDS, ""))
        except (LookupError, ValueError, AttributeError):
            known = " ".join(f"{{{word}}}" for word in RULE_WORDS)
            rule.complain(key, f"{rule.words(key)} names a word that does not exist", f"use {known}")
    rule.name("code")
    rule.name("name")
    return len(rule.folder.problems) == before


def placed_posts(folder: Folder, file: str, tier: Tier, *, known: Known) -> Iterator[tuple[Entry, Post]]:
    """The posts of a table of places, each below its district's post; only a reserved one may lack a point."""
    rows = table(folder, file, "code name district lon lat", PLACE_COLUMNS) if folder.has(file) else ()
    for entry in rows:
        nowhere = entry.yes("reserved") and not entry.has("lon") and not entry.has("lat")
        lon, lat = (None, None) if nowhere else point(entry, known.bounds)
        district = known.districts.known(entry, "district")
        post = _placed(entry, known.posts.take(entry), tier)
        yield entry, replace(post, parent=district, district=district, lon=lon, lat=lat)


def _placed(entry: Entry, code: str, tier: Tier) -> Post:
    return Post(
        code=code,
        tier=tier,
        name=entry.name("name"),
        name_en=entry.first("name_en", "name"),
        short=entry.first("short", "name"),
        parent=None,
        kind=entry.words("kind"),
        reserved=entry.yes("reserved"),
        short_en=entry.first("short_en", "name_en", "name"),
    )


def aliases(written: Iterable[tuple[Entry, str, Iterable[str]]]) -> Mapping[str, str]:
    """Every spelling of a list's codes. What the table says under `aliases` must be unambiguous; of the spellings that
    follow by themselves (code, name, short name), those that two share stand for neither."""
    said: dict[str, str] = {}
    implied: dict[str, set[str]] = {}
    for entry, code, spellings in written:
        for spelling in entry.split("aliases"):
            if said.setdefault(spelling, code) != code:
                entry.complain("aliases", f"the alias {spelling} stands already for {said[spelling]}", "drop one")
        for spelling in filter(None, spellings):
            implied.setdefault(spelling, set()).add(code)
    return {spelling: next(iter(codes)) for spelling, codes in implied.items() if len(codes) == 1} | said
