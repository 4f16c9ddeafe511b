"""Stories: everything that happens to one made-up case, from the report to its closure. The same seed, day and number
always tell the same story."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from data_feeds.demo.chance import Choice, Spread, stream
from data_feeds.demo.days import Days
from data_feeds.demo.profile import Profile
from data_feeds.demo.spots import Spot, Spots
from domain.city import Category, City, Source
from domain.place import Point, gcj02_to_bd09, to_gcj02

OURS = re.compile(r"demo-(\d+)-(\d{8})-(\d+)")
ON_ARRIVAL = ("receive", "file", "assign")  # what the centre does by rule the moment a case arrives
WAY_S = (0.3, 4.0)  # how long a report is on its way to where a person looks at it
LOOKED_AT = 0.4  # of the time to filing: then it is received
VOIDED_WITHIN_S = 3600.0
USUAL_LIMIT_H = 72.0


@dataclass(frozen=True)
class Happening:
    """One step of a story."""

    step: str
    at: datetime
    by: str
    reason: str = ""

    def past(self) -> dict[str, str]:
        return {"step": self.step, "at": stamp(self.at), "by": self.by, "reason": self.reason}


@dataclass(frozen=True)
class Story:
    day: date
    number: int
    external_id: str
    source: str
    category: str
    text: str
    spot: Spot
    point: Point  # in the reference system of the source
    tags: Sequence[str]
    reported_at: datetime
    arrives_at: datetime
    steps: Sequence[Happening]

    def report(self, until: datetime | None = None) -> dict[str, Any]:
        """The report as the door takes it; with what had happened to the case `until` then."""
        said: dict[str, Any] = {"source": self.source, "external_id": self.external_id, "text": self.text}
        said |= {"category": self.category, "reported_at": stamp(self.reported_at), "tags": list(self.tags)}
        said |= {"lon": self.point[0], "lat": self.point[1]}
        past = [one.past() for one in self.steps if until and one.at <= until]
        return said | ({"history": past} if past else {})


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


class Slots(dict[str, str]):
    """Fills a pattern: a slot is drawn when the pattern asks for it."""

    def __init__(self, known: Mapping[str, str], choices: Mapping[str, Sequence[str]], chance: Random) -> None:
        super().__init__(known)
        self._choices, self._chance = choices, chance

    def __missing__(self, slot: str) -> str:
        return self._chance.choice(self._choices[slot])


class Stories:
    def __init__(self, city: City, profile: Profile, days: Days, *, seed: int) -> None:
        self._city, self._profile, self.days, self._seed = city, profile, days, seed
        self._spots = Spots(city, profile, seed)
        self._categories = {source: Choice(weights) for source, weights in profile.categories.items()}
        self._limits = {one.code: limit_of(one) for one in city.categories}
        people = sum(n for source, n in profile.sources.items() if source not in city.files_by_rule)
        everybody = sum(profile.sources.values()) or 1.0
        self._refused = min(0.5, profile.handling.not_filed_share * everybody / people) if people else 0.0

    def of_day(self, day: date, only: Container[int] | None = None) -> Iterator[Story]:
        """The day's stories in the order of their reports; with `only`, those of these numbers."""
        for number, (at, source) in enumerate(self.days.reports(day), 1):
            if only is None or number in only:
                yield self._story(day, number, at, source=source)

    def external_id(self, day: date, number: int) -> str:
        return f"demo-{self._seed}-{day:%Y%m%d}-{number:05d}"

    def known(self, external_id: str) -> tuple[date, int] | None:
        """Day and number of one of our own cases; None for anybody else's."""
        found = OURS.fullmatch(external_id)
        if not found or int(found[1]) != self._seed:
            return None
        return date.fromisoformat(found[2]), int(found[3])

    def _story(self, day: date, number: int, at: datetime, *, source: str) -> Story:
        chance = stream(self._seed, day, number)
        category = self._city.category_by_code[self._categories_of(source).draw(chance)]
        spot = self._spots.draw(chance)
        by_rule = source in self._city.files_by_rule
        filed_s = self._profile.handling.file_by_rule.draw(chance) if by_rule else chance.uniform(*WAY_S)
        arrives = at + timedelta(seconds=filed_s)
        return Story(
            day=day,
            number=number,
            external_id=self.external_id(day, number),
            source=source,
            category=category.code,
            text=self._text(category, spot, chance),
            spot=spot,
            point=point_for(self._city.source_by_code[source], spot),
            tags=self._tags(source, chance),
            reported_at=at,
            arrives_at=arrives,
            steps=tuple(self._steps(category.code, at, arrives, by_rule=by_rule, chance=chance)),
        )

    def _categories_of(self, source: str) -> Choice:
        return self._categories.get(source) or self._categories["default"]

    def _text(self, category: Category, spot: Spot, chance: Random) -> str:
        texts = self._profile.texts
        pattern = chance.choice(texts.get(category.code) or texts.get("default") or ["{category}"])
        names = {
            "district": self._city.district_by_code[spot.district].name,
            "township": self._city.post_by_code[spot.township].name,
            "category": category.name,
        }
        return pattern.format_map(Slots(names, self._profile.slots, chance))

    def _tags(self, source: str, chance: Random) -> tuple[str, ...]:
        crosses = chance.random() < self._profile.handling.cross_share
        return (*self._profile.tags.get(source, ()), *(("cross_boundary",) if crosses else ()))

    def _steps(
        self, category: str, reported: datetime, arrives: datetime, *, by_rule: bool, chance: Random
    ) -> Iterator[Happening]:
        handling, somebody = self._profile.handling, f"{self._profile.people}{chance.randint(1, 99):02d}"
        filed = arrives
        if by_rule:
            yield from (Happening(step, arrives, "rule") for step in ON_ARRIVAL)
        else:
            takes = handling.file_by_person.draw(chance)
            filed = max(arrives, reported + timedelta(seconds=takes))
            yield Happening("receive", max(arrives, reported + timedelta(seconds=takes * LOOKED_AT)), somebody)
            if chance.random() < self._refused:
                yield Happening("refuse", filed, somebody, self._word("refuse", chance))
                return
            yield Happening("file", filed, somebody)
            filed = later(filed, handling.assign, chance)
            yield Happening("assign", filed, somebody)
        yield from self._ending(category, filed, somebody, chance)

    def _ending(self, category: str, assigned: datetime, somebody: str, chance: Random) -> Iterator[Happening]:
        handling = self._profile.handling
        if chance.random() < handling.voided_share:
            at = assigned + timedelta(seconds=chance.uniform(30, VOIDED_WITHIN_S))
            yield Happening("void", at, somebody, self._word("void", chance))
            return
        finished = later(assigned, handling.finish_share, chance, unit_s=self._limits[category] * 3600)
        yield Happening("finish", finished, somebody)
        yield Happening("close", later(finished, handling.close_h, chance, unit_s=3600), somebody)

    def _word(self, step: str, chance: Random) -> str:
        return chance.choice(self._profile.words.get(step) or [step])


def later(at: datetime, takes: Spread, chance: Random, *, unit_s: float = 1.0) -> datetime:
    return at + timedelta(seconds=takes.draw(chance) * unit_s)


def limit_of(category: Category) -> float:
    """Hours within which a case of this category is to be finished."""
    limits = category.finish_h
    return limits.get(category.urgency) or limits.get("normal") or USUAL_LIMIT_H


def point_for(source: Source, spot: Spot) -> Point:
    """The spot as this source would write it."""
    if source.crs not in ("gcj02", "bd09"):
        return spot.lon, spot.lat
    shifted = to_gcj02(spot.lon, spot.lat)
    return gcj02_to_bd09(*shifted) if source.crs == "bd09" else shifted
