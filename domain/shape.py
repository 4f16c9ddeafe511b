"""A shape drawn on the map, a polygon or a circle, and which posts it concerns."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias, cast

from domain.city import City, Post
from domain.place import EARTH_M, Box, Point, Ring, box_of, contains, is_inside, metres, polygons

MOST_VERTICES = 200
LARGEST_RADIUS_M = 200_000.0


class ShapeRefused(ValueError):
    """No order can be drawn so; the sentence says why."""


@dataclass(frozen=True)
class Polygon:
    """`corners` are lon, lat in WGS-84 degrees; the ring closes by itself."""

    corners: tuple[Point, ...]

    @property
    def box(self) -> Box:
        return box_of(self.corners)

    def holds(self, point: Point) -> bool:
        return contains(self.corners, point)

    def meets(self, rings: Sequence[Ring]) -> bool:
        """Whether it and an area, its outer ring first and then its holes, have a point in common."""
        if contains(self.corners, point_of(rings[0][0])) or is_inside(rings, self.corners[0]):
            return True
        mine = [(edge, box_of(edge)) for edge in edges(self.corners)]
        mine = [(edge, box) for edge, box in mine if overlap(box, box_of(rings[0]))]
        whole = self.box
        theirs = ((edge, box_of(edge)) for ring in rings for edge in edges(ring))
        return any(
            overlap(box, other) and cross(edge, each)
            for each, other in theirs
            if overlap(other, whole)
            for edge, box in mine
        )


@dataclass(frozen=True)
class Circle:
    """A centre in WGS-84 degrees and a radius in metres."""

    lon: float
    lat: float
    radius_m: float

    @property
    def box(self) -> Box:
        high = math.degrees(self.radius_m / EARTH_M)
        wide = high / math.cos(math.radians(self.lat))
        return self.lon - wide, self.lat - high, self.lon + wide, self.lat + high

    def holds(self, point: Point) -> bool:
        return metres((self.lon, self.lat), point) <= self.radius_m

    def meets(self, rings: Sequence[Ring]) -> bool:
        """Whether it and an area have a point in common."""
        if is_inside(rings, (self.lon, self.lat)):
            return True
        return any(self._metres_to(edge) <= self.radius_m for ring in rings for edge in edges(ring))

    def _metres_to(self, edge: tuple[Point, Point]) -> float:
        """From the centre to a line, flat around the centre: within a city the error is below a thousandth."""
        (x, y), (dx, dy) = self._flat(edge[0]), self._flat(edge[1])
        dx, dy = dx - x, dy - y
        length = dx * dx + dy * dy
        share = max(0.0, min(1.0, -(x * dx + y * dy) / length)) if length else 0.0
        return math.hypot(x + share * dx, y + share * dy)

    def _flat(self, point: Point) -> Point:
        one_degree = math.radians(1) * EARTH_M
        return (
            (point[0] - self.lon) * one_degree * math.cos(math.radians(self.lat)),
            (point[1] - self.lat) * one_degree,
        )


Shape: TypeAlias = Polygon | Circle


def checked(shape: Shape, bounds: Box) -> Shape:
    """The shape without repeated corners. Raises ShapeRefused when it is empty, crosses itself, has too many corners,
    or reaches out of the city's bounds."""
    return _checked_circle(shape, bounds) if isinstance(shape, Circle) else _checked_polygon(shape, bounds)


def _checked_circle(circle: Circle, bounds: Box) -> Circle:
    _check_inside([(circle.lon, circle.lat)], bounds)
    if not 0 < circle.radius_m <= LARGEST_RADIUS_M:  # not a number is no radius either
        raise ShapeRefused("the circle is empty or larger than any city: give its radius in metres")
    west, south, east, north = circle.box
    if west < bounds[0] and south < bounds[1] and east > bounds[2] and north > bounds[3]:
        raise ShapeRefused("the circle is larger than the city: choose a tier instead")
    return circle


def _checked_polygon(polygon: Polygon, bounds: Box) -> Polygon:
    _check_inside(polygon.corners, bounds)
    corners = _without_repetition(polygon.corners)
    if len(corners) > MOST_VERTICES:
        raise ShapeRefused(f"the shape has {len(corners)} corners: draw it with at most {MOST_VERTICES}")
    if len(corners) < 3 or abs(doubled_area(corners)) < 1e-12:
        raise ShapeRefused("the shape encloses nothing: draw at least three corners")
    if crosses_itself(corners):
        raise ShapeRefused("the outline of the shape crosses itself: draw it again")
    return Polygon(corners)


def _check_inside(points: Sequence[Point], bounds: Box) -> None:
    west, south, east, north = bounds
    for lon, lat in points:
        if not (west <= lon <= east and south <= lat <= north):
            raise ShapeRefused(f"the point {lon:g}, {lat:g} of the shape lies outside the city")


def _without_repetition(corners: Sequence[Point]) -> tuple[Point, ...]:
    """Each corner once where it stands several times in a row, the closing one left out."""
    kept = [corner for before, corner in pairwise([None, *corners]) if corner != before and corner is not None]
    return tuple(kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept)


def doubled_area(corners: Sequence[Point]) -> float:
    """In square degrees, relative to the first corner so that little is lost to rounding."""
    (x0, y0) = corners[0]
    flat = [(x - x0, y - y0) for x, y in corners]
    return sum(x * v - u * y for (x, y), (u, v) in pairwise([*flat, flat[0]]))


def crosses_itself(corners: Sequence[Point]) -> bool:
    """Whether two edges that are no neighbours touch, or two neighbours lie on each other."""
    ring = [(edge, box_of(edge)) for edge in edges(corners)]
    last = len(ring) - 1
    for i, (edge, box) in enumerate(ring):
        if folds_back(edge, ring[(i + 1) % len(ring)][0]):
            return True
        apart = ring[i + 2 : last if i == 0 else None]
        if any(overlap(box, other_box) and cross(edge, other) for other, other_box in apart):
            return True
    return False


def folds_back(edge: tuple[Point, Point], after: tuple[Point, Point]) -> bool:
    (x0, y0), (x1, y1), (x2, y2) = edge[0], edge[1], after[1]
    ahead = (x1 - x0) * (x2 - x1) + (y1 - y0) * (y2 - y1)
    return ahead < 0 and side(edge, after[1]) == 0


def edges(ring: Ring) -> Iterator[tuple[Point, Point]]:
    """The lines of a ring, closed or not."""
    before = ring[-1]
    for corner in ring:
        if corner != before:
            yield (before[0], before[1]), (corner[0], corner[1])
        before = corner


def cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two lines touch, whose boxes do."""
    a, b, c, d = side(one, other[0]), side(one, other[1]), side(other, one[0]), side(other, one[1])
    return a * b <= 0 and c * d <= 0


def side(line: tuple[Point, Point], point: Point) -> int:
    """-1, 0 or 1: right of the line, on it, left of it."""
    (x0, y0), (x1, y1) = line
    turn = (x1 - x0) * (point[1] - y0) - (y1 - y0) * (point[0] - x0)
    return (turn > 0) - (turn < 0)


def overlap(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def point_of(corner: Sequence[float]) -> Point:
    return corner[0], corner[1]


class Territories:
    """Where each post's territory lies: by the outline of its district or township if the city has it, and by the
    point where its desk stands. Build it once; a shape then takes milliseconds."""

    def __init__(self, city: City) -> None:
        self._outlines: dict[str, list[tuple[Box, list[Ring]]]] = {}
        for collection in (city.district_boundaries, city.township_boundaries):
            self._enter(collection)

    def _enter(self, collection: Mapping[str, object] | None) -> None:
        for feature in cast(list[dict[str, Any]], (collection or {}).get("features", [])):
            code = str(feature.get("id") or feature["properties"]["code"])
            areas = polygons(feature["geometry"])
            self._outlines.setdefault(code, []).extend((box_of(rings[0]), rings) for rings in areas)

    def knows(self, post: Post) -> bool:
        """Whether a shape can find the post at all."""
        return post.code in self._outlines or post.lon is not None

    def concern(self, shape: Shape, posts: Sequence[Post]) -> list[Post]:
        """Those of the posts whose desk or territory the shape touches, in their order."""
        box = shape.box
        return [post for post in posts if self._touches(shape, box, post)]

    def _touches(self, shape: Shape, box: Box, post: Post) -> bool:
        if post.lon is not None and post.lat is not None and shape.holds((post.lon, post.lat)):
            return True
        return any(overlap(box, other) and shape.meets(rings) for other, rings in self._outlines.get(post.code, ()))
