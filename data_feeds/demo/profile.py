"""The city's demo profile with names and types: what a made-up day of it looks like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from data_feeds.demo.chance import Spread
from domain.city import City, Tier

Values: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Volume:
    """Cases a day: `per_day` from the day the demo began, rising to it from `history_from` over `history_days`."""

    per_day: float
    history_days: int
    history_from: float
    noise: float
    weekdays: Sequence[float]
    day_shape: Sequence[float]
    holidays: Mapping[date, float]


@dataclass(frozen=True)
class Handling:
    """How long each step takes, in seconds (finishing: as a share of the category's limit; closing: in hours)."""

    file_by_rule: Spread
    file_by_person: Spread
    assign: Spread
    finish_share: Spread
    close_h: Spread
    not_filed_share: float
    voided_share: float
    cross_share: float


@dataclass(frozen=True)
class Network:
    """One class of devices. Gateways of `gateway_size` devices fail `gateway_outages` times a day, with all of them."""

    key: str
    interval_s: int
    count: int
    never_seen_share: float
    offline_share: float
    outage_s: Spread
    gateway_size: int
    gateway_outages: float


@dataclass(frozen=True)
class Manners:
    """How people of one tier confirm: seconds, the share of slow ones, and how many stay silent in an order."""

    delay: Spread
    slow_share: float
    slow_factor: float
    silent: int


@dataclass(frozen=True)
class Staff:
    """How the posts of all tiers answer, and what is said where a reason is due."""

    manners: Mapping[str, Manners]
    district_factor: Mapping[str, float]
    answers: Mapping[str, float]
    in_position: Spread
    notes: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class GridManners:
    """How grid workers answer: like the people of a tier, but shares of them are silent and need support."""

    delay: Spread
    slow_share: float
    slow_factor: float
    silent_share: float
    need_support_share: float


@dataclass(frozen=True)
class Profile:
    volume: Volume
    sources: Mapping[str, float]
    districts: Mapping[str, float]
    categories: Mapping[str, Mapping[str, float]]
    handling: Handling
    networks: Sequence[Network]
    staff: Staff
    slots: Mapping[str, Sequence[str]]
    texts: Mapping[str, Sequence[str]]
    tags: Mapping[str, Sequence[str]]
    words: Mapping[str, Sequence[str]]
    people: str
    grid: GridManners


def profile_of(city: City) -> Profile:
    """The profile of a city; a city without one has a day without cases, devices or answers."""
    said: Values = city.demo
    return Profile(
        volume=volume(said.get("cases", {})),
        sources=said.get("sources") or dict.fromkeys(city.source_by_code, 1.0),
        districts=said.get("districts") or population(city),
        categories=said.get("categories") or {"default": dict.fromkeys(sorted(city.category_leaves), 1.0)},
        handling=handling(said.get("handling", {})),
        networks=[network(city, key, values) for key, values in said.get("devices", {}).items()],
        staff=staff(said.get("robots", {}), said.get("words", {})),
        slots=said.get("slots", {}),
        texts=said.get("texts", {}),
        tags=said.get("tags", {}),
        words=said.get("words", {}),
        people=said.get("people", {}).get("name", ""),
        grid=grid_manners(said.get("grid_workers", {})),
    )


def population(city: City) -> dict[str, float]:
    return {district.code: float(district.population or 1) for district in city.districts}


def volume(said: Values) -> Volume:
    history: Values = said.get("history", {})
    per_day = float(said.get("per_day", 0))
    return Volume(
        per_day=per_day,
        history_days=int(history.get("days", 0)),
        history_from=float(history.get("from", per_day)),
        noise=float(history.get("noise", 0)),
        weekdays=said.get("weekdays") or [1.0] * 7,
        day_shape=said.get("day_shape") or [1.0] * 96,
        holidays=dict(holiday for one in said.get("holidays", ()) for holiday in days_of(one)),
    )


def days_of(holiday: Values) -> list[tuple[date, float]]:
    first, last = date.fromisoformat(str(holiday["from"])), date.fromisoformat(str(holiday["to"]))
    return [(date.fromordinal(n), float(holiday["factor"])) for n in range(first.toordinal(), last.toordinal() + 1)]


def spread(said: Values, key: str, median: float, times: float = 1.0) -> Spread:
    values: Values = said.get(key) or {"median": median, "spread": 0.5}
    return Spread(float(values["median"]) * times, float(values["spread"]))


def handling(said: Values) -> Handling:
    return Handling(
        file_by_rule=spread(said, "file_by_rule_s", 20),
        file_by_person=spread(said, "file_by_person_s", 60),
        assign=spread(said, "assign_s", 10),
        finish_share=spread(said, "finish_share_of_limit", 0.5),
        close_h=spread(said, "close_h", 4),
        not_filed_share=float(said.get("not_filed_share", 0)),
        voided_share=float(said.get("voided_share", 0)),
        cross_share=float(said.get("cross_boundary_share", 0)),
    )


def network(city: City, key: str, said: Values) -> Network:
    interval = next((kind.interval_s for kind in city.device_classes if kind.key == key), 60)
    gateways: Values = said.get("gateways") or {"size": 50, "outages_a_day": 0}
    return Network(
        key=key,
        interval_s=interval,
        count=int(said.get("count", 0)),
        never_seen_share=float(said.get("never_seen_share", 0)),
        offline_share=float(said.get("offline_share", 0)),
        outage_s=spread(said, "outage_min", 60, times=60),
        gateway_size=max(1, int(gateways["size"])),
        gateway_outages=float(gateways["outages_a_day"]),
    )


def staff(said: Values, words: Values) -> Staff:
    tiers = [tier for tier in Tier if tier in said]
    return Staff(
        manners={tier: manners(said[tier]) for tier in tiers},
        district_factor=said.get("district_factor", {}),
        answers=said.get("answers", {}),
        in_position=spread(said, "in_position_s", 600),
        notes={answer: words.get(answer, ()) for answer in ("need_support", "cannot")},
    )


def manners(said: Values) -> Manners:
    delay = Spread(float(said.get("median_s", 60)), float(said.get("spread", 0.4)))
    slow = float(said.get("slow_share", 0)), float(said.get("slow_factor", 1))
    return Manners(delay, *slow, silent=int(said.get("silent", 0)))


def grid_manners(said: Values) -> GridManners:
    usual, silent = manners(said), float(said.get("silent_share", 0))
    need = float(said.get("need_support_share", 0))
    return GridManners(usual.delay, usual.slow_share, usual.slow_factor, silent, need)
