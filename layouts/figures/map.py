"""The city's map as a figure: districts in five quiet steps, townships as faint seams, or points where none are drawn.

The boundaries themselves are not in the figure: the browser puts them in from the city's facts, once."""

from collections.abc import Iterator, Mapping
from typing import Any

import plotly.graph_objects as go

from domain.city import City, District, Post, Tier
from layouts.theme import tokens

STEPS = 5
AIR = 0.004
AIR_OF_POINTS = 0.06  # a point stands for a place around it
NO_STEP = 0  # a district whose figure is not known


def figure(city: City, theme: str = "night") -> go.Figure:
    """Traces named "districts" and "townships"; `z` of the districts is the step 0 to 5. Widths are px at 1080p."""
    return go.Figure([_districts(city, theme), _townships(city, theme)], _layout(city))


def extent(city: City) -> tuple[list[float], list[float]]:
    """West and east, south and north of everything drawn, in degrees, with a hair of air around it."""
    drawn = city.district_boundaries or city.township_boundaries
    places = list(_places(drawn)) if drawn else [(one.lon, one.lat) for one in (*city.districts, *_placed(city))]
    lons, lats = zip(*(places or [city.hub]), strict=True)
    air = max(max(lons) - min(lons), max(lats) - min(lats), 0.02) * (AIR if drawn else AIR_OF_POINTS)
    return [min(lons) - air, max(lons) + air], [min(lats) - air, max(lats) + air]


def _places(collection: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    for feature in collection["features"]:
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        yield from ((place[0], place[1]) for polygon in polygons for ring in polygon for place in ring)


def _placed(city: City) -> list[Post]:
    return [post for post in city.posts_of([Tier.TOWNSHIP]) if post.lon is not None and post.lat is not None]


def _layout(city: City) -> go.Layout:
    lon, lat = extent(city)
    return go.Layout(
        template="none",
        geo={
            "visible": False,
            "projection_type": "mercator",
            "lonaxis": {"range": lon, "showgrid": False},
            "lataxis": {"range": lat, "showgrid": False},
            "bgcolor": "rgba(0,0,0,0)",
        },
        paper_bgcolor="rgba(0,0,0,0)",
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        hovermode=False,
        dragmode=False,
        uirevision="map",
    )


def steps(theme: str = "night") -> list[list[float | str]]:
    """A colour scale in plain steps: nothing between two of them."""
    colours = [tokens(theme)["fill-1"]] + [tokens(theme)[f"fill-{step}"] for step in range(1, STEPS + 1)]
    edges = [at / len(colours) for at in range(len(colours) + 1)]
    return [[edge, colour] for at, colour in enumerate(colours) for edge in edges[at : at + 2]]


def _districts(city: City, theme: str) -> go.Choropleth | go.Scattergeo:
    if city.district_boundaries is None:
        return _points("districts", city.districts, size=14, colour=tokens(theme)["fill-5"])
    return go.Choropleth(
        name="districts",
        locations=[district.code for district in city.districts],
        z=[NO_STEP] * len(city.districts),
        zmin=NO_STEP - 0.5,
        zmax=STEPS + 0.5,
        colorscale=steps(theme),
        marker_line={"color": tokens(theme)["seam"], "width": 1.3},
        **_area(),
    )


def _townships(city: City, theme: str) -> go.Choropleth | go.Scattergeo:
    posts = [post for post in city.posts_of([Tier.TOWNSHIP]) if not post.reserved]
    if city.township_boundaries is None:
        return _points("townships", posts, size=4, colour=tokens(theme)["seam"])
    clear = [[0, "rgba(0,0,0,0)"], [1, "rgba(0,0,0,0)"]]
    return go.Choropleth(
        name="townships",
        locations=[post.code for post in posts],
        z=[NO_STEP] * len(posts),
        colorscale=clear,
        marker_line={"color": tokens(theme)["seam-cell"], "width": 1},
        **_area(),
    )


def _area() -> dict[str, object]:
    return {"featureidkey": "properties.code", "showscale": False, "hoverinfo": "skip"}


def _points(name: str, places: "tuple[District, ...] | list[Post]", *, size: float, colour: str) -> go.Scattergeo:
    placed = [place for place in places if place.lon is not None and place.lat is not None]
    return go.Scattergeo(
        name=name,
        lon=[place.lon for place in placed],
        lat=[place.lat for place in placed],
        mode="markers",
        marker={"size": size, "color": colour, "line": {"width": 0}},
        hoverinfo="skip",
    )
