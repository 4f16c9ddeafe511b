"""Where a point is: reference systems turned into WGS-84, distances, and which district and township hold the point."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

from domain.city import City, Tier

Point: TypeAlias = tuple[float, float]  # lon, lat
Ring: TypeAlias = Sequence[Sequence[float]]
Box: TypeAlias = tuple[float, float, float, float]  # west, south, east, north

CRS = ("wgs84", "cgcs2000", "gcj02", "bd09")
EARTH_M = 6_371_008.8
NEAREST_M = 30_000.0  # a post farther away than this does not stand for the place
CELL = 0.02  # degrees; a cell is met by a handful of townships at most
NO_PLACE = 5e-5  # degrees: a geocoder's default point is written with four decimals

_AXIS = 6378245.0  # Krasovsky 1940, which GCJ-02 is computed on
_ECCENTRICITY = 0.00669342162296594323
_BD_TURN = math.pi * 3000.0 / 180.0


class UnknownCrs(ValueError):
    """The reference system is none of CRS."""


def to_wgs84(lon: float, lat: float, crs: str) -> Point:
    """The point in WGS-84 degrees. CGCS2000 differs by centimetres and passes; GCJ-02 and BD-09 are inverted to a
    millimetre. Raises UnknownCrs."""
    if crs in ("wgs84", "cgcs2000"):
        return lon, lat
    if crs == "gcj02":
        return _from_gcj02(lon, lat)
    if crs == "bd09":
        return _from_gcj02(*_from_bd09(lon, lat))
    raise UnknownCrs(f"{crs!r} is not a known reference system; use one of {', '.join(CRS)}")


def to_gcj02(lon: float, lat: float) -> Point:
    """WGS-84 to GCJ-02; outside China the two are the same."""
    if not _in_china(lon, lat):
        return lon, lat
    east, north = _gcj02_shift(lon, lat)
    return lon + east, lat + north


def gcj02_to_bd09(lon: float, lat: float) -> Point:
    """GCJ-02 to BD-09, as published."""
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _BD_TURN)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BD_TURN)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006


def _in_china(lon: float, lat: float) -> bool:
    return 72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271


def _gcj02_shift(lon: float, lat: float) -> Point:
    x, y = lon - 105.0, lat - 35.0
    root, wave = 0.1 * math.sqrt(abs(x)), 20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + root + (wave + _waves(x, 20, 40, 150, 300)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 2 * root + (wave + _waves(y, 20, 40, 160, 320)) * 2 / 3
    radians = math.radians(lat)
    magic = 1 - _ECCENTRICITY * math.sin(radians) ** 2
    meridian = _AXIS * (1 - _ECCENTRICITY) / (magic * math.sqrt(magic))
    parallel = _AXIS / math.sqrt(magic) * math.cos(radians)
    return math.degrees(east / parallel), math.degrees(north / meridian)


def _waves(v: float, one: float, three: float, twelve: float, thirty: float) -> float:
    turn = v * math.pi
    return (
        one * math.sin(turn) + three * math.sin(turn / 3) + twelve * math.sin(turn / 12) + thirty * math.sin(turn / 30)
    )


def _from_gcj02(lon: float, lat: float) -> Point:
    if not _in_china(lon, lat):
        return lon, lat
    guess = (lon, lat)
    for _ in range(10):
        east, north = _gcj02_shift(*guess)
        better = (lon - east, lat - north)
        settled = abs(better[0] - guess[0]) < 1e-9 and abs(better[1] - guess[1]) < 1e-9
        guess = better
        if settled:
            break
    return guess


def _from_bd09(lon: float, lat: float) -> Point:
    """The published inverse is two metres off; a few rounds against the published forward formula remove that."""
    guess = (lon - 0.0065, lat - 0.006)
    for _ in range(6):
        ahead = gcj02_to_bd09(*guess)
        guess = (guess[0] + lon - ahead[0], guess[1] + lat - ahead[1])
    return guess


def metres(a: Point, b: Point) -> float:
    """Great-circle distance of two WGS-84 points, in metres."""
    lon_a, lat_a, lon_b, lat_b = map(math.radians, (*a, *b))
    chord = math.sin((lat_b - lat_a) / 2) ** 2
    chord += math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(min(1.0, chord)))


def contains(ring: Ring, point: Point) -> bool:
    """Whether a closed ring of lon, lat encloses the point; a point on the border belongs to one side only."""
    lon, lat = point
    inside = False
    x0, y0 = ring[-1][0], ring[-1][1]
    for corner in ring:
        x1, y1 = corner[0], corner[1]
        if (y1 > lat) != (y0 > lat) and lon < (x0 - x1) * (lat - y1) / (y0 - y1) + x1:
            inside = not inside
        x0, y0 = x1, y1
    return inside


def polygons(geometry: Mapping[str, object]) -> list[list[Ring]]:
    """The rings of a GeoJSON Polygon or MultiPolygon: outer ring first, then its holes."""
    coordinates = cast(Any, geometry["coordinates"])
    return [coordinates] if geometry["type"] == "Polygon" else list(coordinates)


class _Areas:
    """Coded areas with a grid of which may hold a point: most points need one or two ring tests."""

    def __init__(self, collection: Mapping[str, object]) -> None:
        self._cells: dict[tuple[int, int], list[tuple[str, Box, list[Ring]]]] = {}
        for feature in cast(list[dict[str, object]], collection["features"]):
            code = str(feature.get("id") or cast(dict[str, object], feature["properties"])["code"])
            for rings in polygons(cast(Mapping[str, object], feature["geometry"])):
                self._enter(code, rings)

    def at(self, lon: float, lat: float) -> str | None:
        """The code of the area that holds the point."""
        for code, (west, south, east, north), rings in self._cells.get(_cell(lon, lat), ()):
            if west <= lon <= east and south <= lat <= north and is_inside(rings, (lon, lat)):
                return code
        return None

    def _enter(self, code: str, rings: list[Ring]) -> None:
        box = box_of(rings[0])
        (left, low), (right, high) = _cell(box[0], box[1]), _cell(box[2], box[3])
        for column in range(left, right + 1):
            for row in range(low, high + 1):
                self._cells.setdefault((column, row), []).append((code, box, rings))


def _cell(lon: float, lat: float) -> tuple[int, int]:
    return math.floor(lon / CELL), math.floor(lat / CELL)


def box_of(ring: Ring) -> Box:
    """West, south, east and north of some points."""
    lons, lats = [corner[0] for corner in ring], [corner[1] for corner in ring]
    return min(lons), min(lats), max(lons), max(lats)


def is_inside(rings: Sequence[Ring], point: Point) -> bool:
    """Whether an area, its outer ring first and then its holes, holds the point."""
    return contains(rings[0], point) and not any(contains(hole, point) for hole in rings[1:])


class Places:
    """Finds the district and the township post of a point: by the city's outlines where it has them, else by the
    nearest township post within 30 km. Build once per city; `locate` then takes microseconds."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._townships = _Areas(city.township_boundaries) if city.township_boundaries else None
        self._districts = _Areas(city.district_boundaries) if city.district_boundaries else None
        self._narrowing = math.cos(math.radians(city.hub[1]))  # of a degree of longitude, at this city
        self._posts: dict[str | None, list[tuple[complex, str]]] = {None: []}
        for post in city.posts_of({Tier.TOWNSHIP}):
            if post.lon is not None and post.lat is not None:
                seat = (self._flat(post.lon, post.lat), post.code)
                self._posts[None].append(seat)
                self._posts.setdefault(post.district, []).append(seat)

    def locate(self, lon: float, lat: float) -> tuple[str | None, str | None]:
        """The codes of the district and of the township's post, None where the place is not known. WGS-84 degrees."""
        if self._is_no_place(lon, lat):
            return None, None
        if self._townships:
            return self._with_district(self._townships.at(lon, lat))
        if self._districts:
            district = self._districts.at(lon, lat)
            return district, self._nearest(lon, lat, district) if district else None
        return self._with_district(self._nearest(lon, lat, None))

    def _is_no_place(self, lon: float, lat: float) -> bool:
        return any(abs(lon - x) < NO_PLACE and abs(lat - y) < NO_PLACE for x, y in self._city.no_places)

    def _with_district(self, post: str | None) -> tuple[str | None, str | None]:
        return (self._city.post_by_code[post].district, post) if post else (None, None)

    def _nearest(self, lon: float, lat: float, district: str | None) -> str | None:
        here = self._flat(lon, lat)
        found = min(((abs(seat - here), code) for seat, code in self._posts.get(district, ())), default=None)
        return found[1] if found and math.radians(found[0]) * EARTH_M <= NEAREST_M else None

    def _flat(self, lon: float, lat: float) -> complex:
        return complex(lon * self._narrowing, lat)
