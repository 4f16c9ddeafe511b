"""The optional outlines of a city: checked against its codes and wound the way the map draws them."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from data_feeds.city_files import Folder, collection
from data_feeds.city_posts import Codes
from domain.place import polygons


def outlines(folder: Folder, name: str, codes: Codes) -> Mapping[str, object] | None:
    """The GeoJSON of boundaries/`name`.geojson with rings wound for the map, or None where the city has none."""
    file = f"boundaries/{name}.geojson"
    if not folder.has(file):
        return None
    found, text = collection(folder, file)
    features = [_feature(folder, file, feature, text) for feature in found["features"]]
    for feature in filter(None, features):
        if feature["id"] not in codes.taken:
            wrong = f"there is no {codes.what} {feature['id']}"
            folder.complain(file, _line(text, feature["id"]), wrong, f"give the outline the code of a {codes.what}")
    return {"type": "FeatureCollection", "features": [feature for feature in features if feature]}


def _feature(folder: Folder, file: str, feature: Any, text: str) -> dict[str, Any] | None:
    try:
        properties = feature.get("properties") or {}
        code = str(feature.get("id") or properties["code"])
        geometry = _wound(feature["geometry"])
        return {"type": "Feature", "id": code, "properties": properties, "geometry": geometry}
    except (AttributeError, LookupError, TypeError, ValueError):
        known = str(feature.get("id", "")) if isinstance(feature, dict) else ""
        remedy = "each needs an id and a Polygon or MultiPolygon of lon, lat"
        folder.complain(file, _line(text, known), f"the outline {known or 'without id'} cannot be used", remedy)
        return None


def _line(text: str, code: str) -> int:
    return text.count("\n", 0, max(0, text.find(f'"{code}"'))) + 1


def _wound(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Outer rings clockwise, holes the other way: the map would fill the globe outside a ring wound differently."""
    if geometry["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError(geometry["type"])
    wound = [
        [_turned(ring, clockwise=number == 0) for number, ring in enumerate(rings)] for rings in polygons(geometry)
    ]
    return {"type": geometry["type"], "coordinates": wound[0] if geometry["type"] == "Polygon" else wound}


def _turned(ring: Any, clockwise: bool) -> list[list[float]]:
    points = [[float(lon), float(lat)] for lon, lat, *_ in ring]
    if len(points) < 4 or points[0] != points[-1]:
        raise ValueError("a ring closes and has at least three corners")
    return points if (_area(points) < 0) == clockwise else points[::-1]


def _area(points: list[list[float]]) -> float:
    """Twice the signed area: negative when the ring runs clockwise."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(points))
