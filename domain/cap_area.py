"""The areas of a CAP message: districts with their codes, and outlines short enough to be sent."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from domain.city import City, Post
from domain.place import Point, Ring, contains, metres, polygons

MOST_POINTS = 100  # of one polygon, the closing point included
POLYGONS = 3  # of one district: the largest


@dataclass(frozen=True)
class Area:
    """`polygons` are closed rings of (lat, lon), the order CAP wants; `geocodes` are (name of the code, code)."""

    code: str
    polygons: tuple[tuple[Point, ...], ...]
    geocodes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Zone:
    """Where an outside alert applies: outer rings of lon, lat and circles of (lon, lat, metres)."""

    rings: tuple[tuple[Point, ...], ...]
    circles: tuple[tuple[float, float, float], ...]
    codes: frozenset[str] = frozenset()

    def holds(self, post: Post) -> bool:
        """Whether the post is named by its code or lies inside."""
        if post.code in self.codes:
            return True
        if post.lon is None or post.lat is None:
            return False
        here = (post.lon, post.lat)
        within = any(metres(here, (lon, lat)) <= reach for lon, lat, reach in self.circles)
        return within or any(contains(ring, here) for ring in self.rings)


class Areas:
    """The areas of a city's districts, their outlines shortened once."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._outlines: dict[str, tuple[tuple[Point, ...], ...]] = {}

    def of(self, posts: Sequence[Post]) -> tuple[Area, ...]:
        """One area for each district that is ordered, in the city's order; posts of no district make one of the whole
        city."""
        by_district: dict[str, list[str]] = {}
        for post in posts:
            by_district.setdefault(post.district or self._city.code, []).append(post.code)
        order = [*(district.code for district in self._city.districts), self._city.code]
        return tuple(self._area(code, by_district[code]) for code in order if code in by_district)

    def _area(self, code: str, posts: Iterable[str]) -> Area:
        kind = "district" if code in self._city.district_by_code else "city"
        return Area(code, self._outline(code), ((kind, code), *(("post", post) for post in posts if post != code)))

    def _outline(self, code: str) -> tuple[tuple[Point, ...], ...]:
        if code not in self._outlines:
            self._outlines[code] = tuple(map(shortened, largest(outer_rings(self._city.district_boundaries, code))))
        return self._outlines[code]


def outer_rings(collection: Mapping[str, object] | None, code: str) -> list[Ring]:
    features = cast(list[dict[str, Any]], (collection or {}).get("features", []))
    found = [feature["geometry"] for feature in features if str(feature.get("id")) == code]
    return [rings[0] for geometry in found for rings in polygons(geometry)]


def largest(rings: Sequence[Ring]) -> list[Ring]:
    return sorted(rings, key=len, reverse=True)[:POLYGONS]


def shortened(ring: Ring) -> tuple[Point, ...]:
    """A closed ring of lon, lat as a closed ring of (lat, lon) with at most MOST_POINTS points."""
    points = [(float(corner[0]), float(corner[1])) for corner in ring]
    tolerance, kept = 1e-4, points
    while len(kept) > MOST_POINTS:
        half = len(points) // 2  # a ring begins where it ends, and no line leads from a point to itself
        kept = [
            *without_small_bends(points[: half + 1], tolerance)[:-1],
            *without_small_bends(points[half:], tolerance),
        ]
        tolerance *= 1.5
    return tuple((round(lat, 5), round(lon, 5)) for lon, lat in kept)


def without_small_bends(points: Sequence[Point], tolerance: float) -> list[Point]:
    """The line of fewer points that nowhere leaves the old one by more than `tolerance` (Douglas and Peucker)."""
    keep, waiting = {0, len(points) - 1}, [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        far, middle = max(
            ((distance(points[i], points[first], points[last]), i) for i in range(first + 1, last)), default=(0.0, 0)
        )
        if far > tolerance:
            keep.add(middle)
            waiting += [(first, middle), (middle, last)]
    return [points[i] for i in sorted(keep)]


def distance(point: Point, start: Point, end: Point) -> float:
    """From a point to the line through two others, in degrees."""
    (x, y), (x0, y0), (x1, y1) = point, start, end
    length = math.hypot(x1 - x0, y1 - y0)
    if length == 0:
        return math.hypot(x - x0, y - y0)
    return abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length
