"""Where things happen in the demo city: a few dozen spots in every township, near its seat and inside its outline."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from random import Random
from typing import Any, cast

from data_feeds.demo.chance import Choice, stream
from data_feeds.demo.profile import Profile
from domain.city import City, Post, Tier
from domain.place import Point, Ring, contains, polygons

SPOTS = 40  # for each township
NEAR = 0.006  # degrees of latitude, about 700 m: most spots lie so near the township's seat
STREET = 0.0004  # how far cases of one spot lie apart
TRIES = 20


@dataclass(frozen=True)
class Spot:
    district: str
    township: str
    lon: float
    lat: float


class Spots:
    """Draws places: a district by its weight, one of its townships, one of the township's spots."""

    def __init__(self, city: City, profile: Profile, seed: int) -> None:
        self._narrowing = cos(radians(city.hub[1]))
        outlines = outlines_of(city)
        self._spots = {
            post.code: self._around(post, outlines.get(post.code, []), stream(seed, "spots", post.code))
            for post in city.posts_of({Tier.TOWNSHIP})
            if post.lon is not None and post.lat is not None
        }
        here = [post for post in city.posts_of({Tier.TOWNSHIP}) if post.code in self._spots and post.district]
        chance = stream(seed, "townships")
        busy = {post.code: chance.uniform(0.5, 1.5) for post in here}
        self._townships = {
            code: Choice({post.code: busy[post.code] for post in here if post.district == code})
            for code in {str(post.district) for post in here}
        }
        self._district = Choice({code: w for code, w in profile.districts.items() if code in self._townships})

    def draw(self, chance: Random) -> Spot:
        district = self._district.draw(chance)
        township = self._townships[district].draw(chance)
        lon, lat = chance.choice(self._spots[township])
        near = (lon + chance.gauss(0, STREET) / self._narrowing, lat + chance.gauss(0, STREET))
        return Spot(district, township, round(near[0], 6), round(near[1], 6))

    def _around(self, post: Post, outline: Sequence[Ring], chance: Random) -> list[Point]:
        return [self._one(post, outline, chance) for _ in range(SPOTS)]

    def _one(self, post: Post, outline: Sequence[Ring], chance: Random) -> Point:
        lon, lat = cast(float, post.lon), cast(float, post.lat)
        for _ in range(TRIES):
            found = (lon + chance.gauss(0, NEAR) / self._narrowing, lat + chance.gauss(0, NEAR))
            if not outline or any(contains(ring, found) for ring in outline):
                return found
        return lon, lat


def outlines_of(city: City) -> dict[str, list[Ring]]:
    """Township post → the outer rings of its outline, where the city has them."""
    boundaries: Any = city.township_boundaries or {"features": ()}
    return {str(one["id"]): [rings[0] for rings in polygons(one["geometry"])] for one in boundaries["features"]}
