"""The city as facts: who is there, where, and how they hang together. Nothing here knows which city it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from domain.channel_test import ChannelTest
from domain.readiness import Condition, Effects
from domain.roll_call import RoutineWords


class Tier(StrEnum):
    CITY = "city"  # the city's own operations centre
    DISTRICT = "district"  # a district's duty desk
    TOWNSHIP = "township"  # a township's or subdistrict's duty desk
    UNIT = "unit"  # a city bureau or utility that takes part in dispatch
    DISTRICT_UNIT = "district_unit"  # the same trade inside one district
    SPECIAL_GRID = "special_grid"  # an airport, a station, a scenic area with a desk of its own


@dataclass(frozen=True)
class District:
    code: str
    name: str
    short: str
    name_en: str
    lon: float
    lat: float
    population: int | None = None
    short_en: str = ""


@dataclass(frozen=True)
class Post:
    """A seat that is staffed and can be ordered. `parent` is the post one tier above, None for the city's own."""

    code: str
    tier: Tier
    name: str
    name_en: str
    short: str
    parent: str | None
    district: str | None = None
    lon: float | None = None
    lat: float | None = None
    kind: str = ""
    unit: str | None = None
    reserved: bool = False  # counted in the city's promise, not yet named by its owner
    short_en: str = ""
    tags: tuple[str, ...] = ()  # groups of the city's own that orders may be sent to


@dataclass(frozen=True)
class Unit:
    code: str
    name: str
    name_en: str
    short: str
    kind: str
    duties: str = ""
    short_en: str = ""


@dataclass(frozen=True)
class Source:
    """A business system that reports. `crs` is one of wgs84, cgcs2000, gcj02, bd09."""

    code: str
    name: str
    short: str
    name_en: str
    kind: str
    crs: str = "wgs84"
    short_en: str = ""


@dataclass(frozen=True)
class Category:
    """A kind of case. Limits: `file_min` and `dispatch_min` in minutes, `finish_h` in hours by urgency."""

    code: str
    parent: str | None
    name: str
    name_en: str
    unit: str | None = None
    level: str = "township"
    urgency: str = "normal"
    file_min: int | None = None
    dispatch_min: int | None = None
    finish_h: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Threshold:
    """One severity's lower and upper edge; a value at or beyond an edge has that severity. None means no edge."""

    severity: str
    below: float | None = None
    above: float | None = None


@dataclass(frozen=True)
class Indicator:
    """A physical measurement that the city adds by data alone."""

    key: str
    name: str
    name_en: str
    unit: str
    source: str
    formula: str
    age_limit_s: int
    decimals: int = 1
    thresholds: tuple[Threshold, ...] = ()


@dataclass(frozen=True)
class Reference:
    """A figure published elsewhere: drawn as a labelled line, never shown as a measurement."""

    key: str
    value: float
    unit: str
    label: str
    label_en: str
    citation: str


@dataclass(frozen=True)
class Promise:
    """What the city promises of dispatch: every post of `tier` confirmed within `within_s` seconds."""

    tier: Tier
    within_s: int


@dataclass(frozen=True)
class DeviceClass:
    """One network of devices. A device is offline after `slots` intervals of `interval_s` seconds in silence."""

    key: str
    name: str
    name_en: str
    interval_s: int = 60
    slots: int = 3


@dataclass(frozen=True)
class Template:
    """A contingency plan (预案): words of an order with {variables} and their first values.

    `limits` in seconds by tier, `answers` as answer keys, `completes` the one that completes a line, `wanted` how many
    of which answer are enough (none: everybody), `ladder` the escalation as domain.escalation reads it, `channels` the
    outside channels that tell of it from the start. `version` counts its editions: 0 is the city's own file."""

    key: str
    name: str
    name_en: str
    title: str
    text: str
    grade: int
    tiers: tuple[str, ...]
    limits: Mapping[str, int]
    answers: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    valid_h: float = 8
    completes: str = "received"
    wanted: Mapping[str, int] = field(default_factory=dict)
    ladder: Mapping[str, Any] = field(default_factory=dict)
    checklist: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    ground: str = ""
    version: int = 0


@dataclass(frozen=True)
class SecondPersonRule:
    """Which orders wait for a second person: those of `from_grade` and graver, and unusually wide ones of
    `wide_from_grade` and graver; 0 for none. With no earlier orders to compare, one that reaches more than `wide_from`
    is unusually wide; 0 for no such floor. A request waits `expires_s` seconds; its own officer may send it alone, with
    a reason, when nobody came for `override_after_s`."""

    from_grade: int = 1
    wide_from_grade: int = 2
    wide_from: int = 0
    expires_s: int = 600
    override_after_s: int = 20

    def wants(self, grade: int, *, wide: bool) -> bool:
        return grade <= (max(self.from_grade, self.wide_from_grade) if wide else self.from_grade)


@dataclass(frozen=True)
class City:
    code: str
    name: str
    name_en: str
    centre: str  # the operations centre's own name
    centre_en: str
    timezone: str
    hub: tuple[float, float]  # where light starts and ends: lon, lat
    bounds: tuple[float, float, float, float]  # west, south, east, north: outside it a coordinate is refused
    districts: tuple[District, ...]
    posts: tuple[Post, ...]
    units: tuple[Unit, ...]
    sources: tuple[Source, ...]
    categories: tuple[Category, ...]
    device_classes: tuple[DeviceClass, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    references: tuple[Reference, ...] = ()
    promises: tuple[Promise, ...] = ()
    templates: tuple[Template, ...] = ()
    district_aliases: Mapping[str, str] = field(default_factory=dict)  # any spelling → district code
    post_aliases: Mapping[str, str] = field(default_factory=dict)  # any spelling → post code
    files_by_rule: frozenset[str] = frozenset()  # sources whose placed, known categories are filed by rule
    calendar: Mapping[str, str] = field(default_factory=dict)  # ISO date → holiday, or workday for a weekend worked
    callback_number: str = ""
    language: str = "zh-CN"  # what a browser reads that has not chosen
    drill_mark: str = "【演练】"  # stands in the body of every drill, whatever the screen's language
    second_person: SecondPersonRule = field(default_factory=SecondPersonRule)
    banned_phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # live, drill, plan → words not sent
    all_clear_title: str = "解除：{title}"
    all_clear_text: str = "自 {issued} 起解除指令 {no}「{title}」，恢复平时值守。请确认收到。"
    readiness: Mapping[Condition, Effects] = field(default_factory=dict)  # empty: no switch between peace and war
    district_boundaries: Mapping[str, object] | None = None  # GeoJSON, rings clockwise
    township_boundaries: Mapping[str, object] | None = None
    map_note: tuple[str, ...] = ()  # in both languages: what a reader must know of the outlines, where they are no fact
    diverted: tuple[str, ...] = ()  # in both: what the city calls cases tagged non_police, once they are finished
    no_places: tuple[tuple[float, float], ...] = ()  # lon, lat a geocoder writes when it found nothing: not a place
    ladder: Mapping[str, Any] = field(default_factory=dict)  # of every order whose plan has none (domain.escalation)
    leader_duties: frozenset[str] = frozenset()  # on a post's list of people: whose duty makes them its leader
    channel_tests: tuple[ChannelTest, ...] = ()
    routine_words: RoutineWords = field(default_factory=RoutineWords)
    demo: Mapping[str, object] = field(default_factory=dict)

    @cached_property
    def post_by_code(self) -> dict[str, Post]:
        return {post.code: post for post in self.posts}

    @cached_property
    def district_by_code(self) -> dict[str, District]:
        return {district.code: district for district in self.districts}

    @cached_property
    def trade_posts(self) -> dict[tuple[str, str], Post]:
        """(unit, district) → the post of that trade in that district."""
        found = {}
        for post in self.posts:
            if post.tier is Tier.DISTRICT_UNIT and post.unit and post.district:
                found[(post.unit, post.district)] = post
        return found

    @cached_property
    def category_by_code(self) -> dict[str, Category]:
        return {category.code: category for category in self.categories}

    @cached_property
    def category_leaves(self) -> frozenset[str]:
        """The kinds of cases; a group of kinds is nothing that a case can be."""
        return frozenset(category.code for category in self.categories if category.parent)

    @cached_property
    def source_by_code(self) -> dict[str, Source]:
        return {source.code: source for source in self.sources}

    @cached_property
    def tags(self) -> dict[str, int]:
        """Every tag that posts carry, in the city's order, with how many carry it."""
        found: dict[str, int] = {}
        for tag in (tag for post in self.posts for tag in post.tags):
            found[tag] = found.get(tag, 0) + 1
        return found

    def posts_of(self, tiers: Iterable[str]) -> list[Post]:
        wanted = set(tiers)
        return [post for post in self.posts if post.tier in wanted]

    def is_within(self, code: str | None, root: str) -> bool:
        """Whether post `code` is `root` itself or below it. An unknown post is within nothing."""
        while code is not None:
            if code == root:
                return code in self.post_by_code
            post = self.post_by_code.get(code)
            code = post.parent if post else None
        return False
