"""Shapes drawn on the map: what is refused, and exactly whose ground a good one touches."""

import math
import random
from pathlib import Path

import pytest

from data_feeds.city import load
from domain.city import City, Tier
from domain.place import Places
from domain.shape import MOST_VERTICES, Circle, Polygon, ShapeRefused, Territories, checked

BOX = (0.0, 0.0, 10.0, 10.0)
SQUARE = ((2.0, 2.0), (4.0, 2.0), (4.0, 4.0), (2.0, 4.0))


@pytest.fixture(scope="module")
def city() -> City:
    return load(Path(__file__).parents[2] / "cities" / "zhengzhou")


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (Polygon(()), "encloses nothing"),
        (Polygon(SQUARE[:1] * 5), "encloses nothing"),
        (Polygon(SQUARE[:2]), "encloses nothing"),
        (Polygon(((1, 1), (2, 2), (3, 3))), "encloses nothing"),
        (Polygon(((2, 2), (4, 4), (4, 2), (2, 4))), "encloses nothing"),  # a bow tie
        (Polygon(((2, 2), (6, 6), (6, 2), (2, 4))), "crosses itself"),
        (Polygon(((2, 2), (6, 2), (6, 4), (4, 2), (2, 4))), "crosses itself"),
        (Polygon(((2, 2), (6, 2), (4, 2), (4, 4))), "crosses itself"),
        (Polygon((*SQUARE[:3], (2.0, 11.0))), "outside the city"),
        (Polygon(tuple((lat + 20, lon) for lon, lat in SQUARE)), "outside the city"),
        (Polygon(((math.nan, 2), (4, 2), (4, 4))), "outside the city"),
        (Polygon(((math.inf, 2), (4, 2), (4, 4))), "outside the city"),
        (Circle(5, 5, 0), "circle is empty"),
        (Circle(5, 5, -1), "circle is empty"),
        (Circle(5, 5, math.nan), "circle is empty"),
        (Circle(5, 5, math.inf), "circle is empty"),
        (Circle(11, 5, 100), "outside the city"),
        (Circle(math.nan, 5, 100), "outside the city"),
    ],
)
def test_a_shape_that_cannot_be_meant_is_refused(shape, why: str):
    with pytest.raises(ShapeRefused, match=why):
        checked(shape, BOX)


def test_a_shape_with_too_many_corners_is_refused():
    turns = [i / (MOST_VERTICES + 1) * 2 * math.pi for i in range(MOST_VERTICES + 1)]
    ring = tuple((5 + math.cos(turn), 5 + math.sin(turn)) for turn in turns)
    assert len(checked(Polygon(ring[1:]), BOX).corners) == MOST_VERTICES
    with pytest.raises(ShapeRefused, match="201 corners"):
        checked(Polygon(ring), BOX)


def test_a_circle_around_the_whole_city_is_refused(city: City):
    with pytest.raises(ShapeRefused, match="larger than the city"):
        checked(Circle(*city.hub, 190_000), city.bounds)


@pytest.mark.parametrize("ring", [SQUARE, (*SQUARE, SQUARE[0]), SQUARE[::-1], (*SQUARE[:1] * 3, *SQUARE[1:])])
def test_a_ring_means_the_same_however_it_is_written(ring):
    good = checked(Polygon(ring), BOX)
    assert set(good.corners) == set(SQUARE)
    assert good.holds((3, 3))
    assert not good.holds((5, 3))


AREA = [[(3.0, 3.0), (3.0, 8.0), (8.0, 8.0), (8.0, 3.0), (3.0, 3.0)], [(4.0, 4.0), (7.0, 4.0), (7.0, 7.0), (4.0, 7.0)]]


@pytest.mark.parametrize(
    ("ring", "meets"),
    [
        (((3.2, 3.2), (3.4, 3.2), (3.3, 3.4)), True),  # inside the area
        (((2, 2), (9, 2), (9, 9), (2, 9)), True),  # around it
        (((1, 5), (9, 5), (9, 5.2), (1, 5.2)), True),  # straight across, no corner inside
        (((1, 1), (2, 1), (2, 2)), False),  # beside it
        (((5, 5), (6, 5), (6, 6)), False),  # in its hole
        (((5, 5), (6, 5), (6, 7.5)), True),  # out of the hole into it
    ],
)
def test_a_polygon_meets_an_area_with_a_hole(ring, meets: bool):
    assert Polygon(ring).meets(AREA) is meets


@pytest.mark.parametrize(
    ("lon", "km", "meets"), [(3.5, 1, True), (2.0, 100, False), (2.0, 112, True), (5.5, 100, False), (5.5, 170, True)]
)
def test_a_circle_meets_an_area_by_its_radius(lon: float, km: float, meets: bool):
    assert Circle(lon, 5.5, km * 1000).meets(AREA) is meets


def test_a_shape_inside_one_township_finds_it_and_its_district(city: City):
    places, where = Places(city), Territories(city)
    townships = [post for post in city.posts_of({Tier.TOWNSHIP}) if post.lon is not None]
    for post in townships[::7]:
        found = where.concern(Circle(post.lon, post.lat, 1), city.posts_of({Tier.TOWNSHIP, Tier.DISTRICT}))
        assert {one.code for one in found} >= {post.code, places.locate(post.lon, post.lat)[0]}


def test_polygons_agree_with_points_strewn_over_them(city: City):
    """Whatever township a point inside the shape belongs to is found; what the shape does not hold may be too, since
    ground is touched before its desk is."""
    places, where, chance = Places(city), Territories(city), random.Random(7)
    townships = city.posts_of({Tier.TOWNSHIP})
    for _ in range(12):
        lon, lat, size = chance.uniform(113.0, 114.0), chance.uniform(34.4, 34.9), chance.uniform(0.01, 0.15)
        turns = sorted(chance.uniform(0, 2 * math.pi) for _ in range(9))
        shape = Polygon(tuple((lon + size * math.cos(turn), lat + size * math.sin(turn)) for turn in turns))
        west, south, east, north = shape.box
        strewn = [(chance.uniform(west, east), chance.uniform(south, north)) for _ in range(150)]
        inside = {places.locate(*point)[1] for point in strewn if shape.holds(point)} - {None}
        assert inside <= {post.code for post in where.concern(shape, townships)}


def test_without_outlines_the_point_decides_and_a_post_without_either_is_never_found():
    boston = load(Path(__file__).parents[2] / "cities" / "boston")
    where, wards = Territories(boston), boston.posts_of({Tier.TOWNSHIP})
    assert [post.code for post in where.concern(Circle(-71.0327, 42.3791, 50), wards)] == ["W01"]
    units = boston.posts_of({Tier.UNIT})
    assert not any(where.knows(post) for post in units)
    assert where.concern(Circle(-71.05, 42.35, 9_000), units) == []
