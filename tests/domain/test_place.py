"""Where a point is: published conversions, round trips, outlines, and the nearest post."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.city import City, District, Post, Tier
from domain.place import Places, UnknownCrs, contains, gcj02_to_bd09, metres, to_gcj02, to_wgs84

IN_CHINA = st.tuples(st.floats(75, 134), st.floats(18, 53))

WEST = District("W", "West", "West", "West", 0.05, 0.05)
EAST = District("E", "East", "East", "East", 0.15, 0.05)


def box(code: str, west: float, east: float, hole: bool = False) -> dict:
    ring = [[west, 0], [west, 0.1], [east, 0.1], [east, 0], [west, 0]]
    middle = (west + east) / 2
    inner = [[middle - 0.01, 0.04], [middle + 0.01, 0.04], [middle + 0.01, 0.06], [middle - 0.01, 0.06]]
    rings = [ring, [*inner, inner[0]]] if hole else [ring]
    return {"type": "Feature", "id": code, "properties": {}, "geometry": {"type": "Polygon", "coordinates": rings}}


def collection(*features: dict) -> dict:
    return {"type": "FeatureCollection", "features": list(features)}


def township(code: str, district: str, lon: float, lat: float = 0.05) -> Post:
    return Post(code, Tier.TOWNSHIP, code, code, code, district, district, lon, lat)


CITY = City(
    *("C", "City", "City", "Centre", "Centre", "UTC"),
    hub=(0.1, 0.05),
    bounds=(-1, -1, 1, 1),
    districts=(WEST, EAST),
    posts=(township("W1", "W", 0.05), township("E1", "E", 0.12), township("E2", "E", 0.18)),
    units=(),
    sources=(),
    categories=(),
)


def test_wgs84_to_gcj02_agrees_with_the_published_point():
    assert to_gcj02(116.404, 39.915) == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-11)


def test_gcj02_to_bd09_agrees_with_the_published_point():
    assert gcj02_to_bd09(116.404, 39.915) == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-11)


def test_wgs84_to_bd09_agrees_with_the_published_point():
    got = gcj02_to_bd09(*to_gcj02(116.404, 39.915))
    assert got == pytest.approx((116.41662724378733, 39.922699552216216), abs=1e-11)


def test_gcj02_to_wgs84_agrees_with_the_published_point_to_its_one_step_error():
    assert metres(to_wgs84(116.404, 39.915, "gcj02"), (116.39775550083061, 39.91359571849836)) < 0.5


def test_bd09_to_wgs84_agrees_with_the_published_point_to_its_one_step_error():
    assert metres(to_wgs84(116.404, 39.915, "bd09"), (116.3913836995125, 39.907253214522164)) < 5


def test_a_gcj02_point_taken_for_wgs84_would_be_hundreds_of_metres_off():
    assert 400 < metres(to_gcj02(113.6, 34.75), (113.6, 34.75)) < 800


@given(IN_CHINA)
def test_gcj02_there_and_back_is_within_half_a_metre(point):
    assert metres(to_wgs84(*to_gcj02(*point), "gcj02"), point) < 0.5


@given(IN_CHINA)
def test_bd09_there_and_back_is_within_half_a_metre(point):
    assert metres(to_wgs84(*gcj02_to_bd09(*to_gcj02(*point)), "bd09"), point) < 0.5


@pytest.mark.parametrize("crs", ["wgs84", "cgcs2000"])
def test_systems_that_agree_with_wgs84_pass_unchanged(crs):
    assert to_wgs84(113.6, 34.75, crs) == (113.6, 34.75)


def test_outside_china_gcj02_is_the_same():
    assert to_wgs84(-71.058, 42.3604, "gcj02") == (-71.058, 42.3604) == to_gcj02(-71.058, 42.3604)


def test_an_unknown_reference_system_is_refused():
    with pytest.raises(UnknownCrs, match="epsg:3857"):
        to_wgs84(1, 1, "epsg:3857")


def test_a_degree_of_latitude_is_111_kilometres():
    assert metres((0, 0), (0, 1)) == pytest.approx(111_195, abs=1)


def test_paris_to_london_is_344_kilometres():
    assert metres((2.3522, 48.8566), (-0.1276, 51.5072)) == pytest.approx(343_550, rel=1e-3)


def test_the_antipode_is_half_the_earth_away():
    assert metres((0, 0), (180, 0)) == pytest.approx(math.pi * 6_371_008.8)


def test_a_ring_contains_what_it_encloses_in_either_direction():
    ring = [[0, 0], [0, 2], [2, 2], [2, 0], [0, 0]]
    assert contains(ring, (1, 1))
    assert contains(ring[::-1], (1, 1))
    assert not contains(ring, (3, 1))


def test_a_bay_of_a_ring_is_outside():
    ring = [[0, 0], [0, 3], [3, 3], [3, 0], [2, 0], [2, 2], [1, 2], [1, 0], [0, 0]]
    assert not contains(ring, (1.5, 1))
    assert contains(ring, (0.5, 1))


@given(st.floats(0, 0.2), st.floats(0.001, 0.099))
def test_neighbours_never_both_hold_a_point(lon, lat):
    left, right = box("W", 0, 0.1)["geometry"]["coordinates"][0], box("E", 0.1, 0.2)["geometry"]["coordinates"][0]
    assert contains(left, (lon, lat)) + contains(right, (lon, lat)) <= 1


def test_with_township_outlines_the_outline_decides_and_gives_the_district():
    outlines = collection(box("W1", 0, 0.1), box("E1", 0.1, 0.15), box("E2", 0.15, 0.2))
    places = Places(replace(CITY, township_boundaries=outlines))
    assert places.locate(0.099, 0.05) == ("W", "W1")
    assert places.locate(0.16, 0.01) == ("E", "E2")


def test_outside_every_outline_the_place_is_not_known():
    places = Places(replace(CITY, township_boundaries=collection(box("W1", 0, 0.1))))
    assert places.locate(0.11, 0.05) == (None, None)


def test_a_hole_in_an_outline_is_outside():
    places = Places(replace(CITY, township_boundaries=collection(box("W1", 0, 0.1, hole=True))))
    assert places.locate(0.05, 0.05) == (None, None)
    assert places.locate(0.05, 0.02) == ("W", "W1")


def test_every_part_of_a_multipolygon_counts():
    parts = [box("W1", west, west + 0.02)["geometry"]["coordinates"] for west in (0, 0.1)]
    feature = {"id": "W1", "properties": {}, "geometry": {"type": "MultiPolygon", "coordinates": parts}}
    places = Places(replace(CITY, township_boundaries=collection(feature)))
    assert places.locate(0.11, 0.05) == ("W", "W1")
    assert places.locate(0.05, 0.05) == (None, None)


def test_with_district_outlines_only_the_nearest_post_inside_the_district_is_taken():
    places = Places(replace(CITY, district_boundaries=collection(box("W", 0, 0.1), box("E", 0.1, 0.2))))
    assert places.locate(0.095, 0.05) == ("W", "W1")
    assert places.locate(0.101, 0.05) == ("E", "E1")


def test_without_outlines_the_nearest_post_decides():
    places = Places(CITY)
    assert places.locate(0.084, 0.05) == ("W", "W1")
    assert places.locate(0.086, 0.05) == ("E", "E1")


def test_without_outlines_a_post_beyond_thirty_kilometres_does_not_count():
    assert Places(CITY).locate(0.18, 0.31)[1] == "E2"
    assert Places(CITY).locate(0.18, 0.33) == (None, None)


def test_nearest_is_measured_on_the_ground_and_not_in_degrees():
    """At 60 degrees north a degree of longitude is half as long: 0.15 degrees east is nearer than 0.1 north."""
    posts = (township("N", "W", 0.0, 60.1), township("O", "E", 0.15, 60.0))
    assert Places(replace(CITY, hub=(0, 60), posts=posts)).locate(0, 60)[1] == "O"


def test_a_geocoders_default_point_is_not_a_place():
    places = Places(replace(CITY, no_places=((0.05, 0.05),)))
    assert places.locate(0.05001, 0.05) == (None, None)
    assert places.locate(0.0502, 0.05) == ("W", "W1")


def test_a_post_without_coordinates_is_never_the_nearest():
    reserved = replace(township("R", "E", 0), lon=None, lat=None)
    assert Places(replace(CITY, posts=(reserved,))).locate(0, 0) == (None, None)
