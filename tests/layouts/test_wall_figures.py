"""The wall's two figures and the facts the browser draws the city with."""

import json

import pytest

from layouts import city_facts
from layouts.figures import curve
from layouts.figures import map as city_map
from layouts.theme import tokens, transparent
from tests.browser.harness import cities

EMPTY_TOPOLOGY = "assets/topojson/world_110m.json"


def test_the_map_has_a_layer_of_districts_and_one_of_townships():
    districts, townships = city_map.figure(cities.of("made:5")).data
    assert (districts.type, len(districts.locations)) == ("choropleth", 5)
    assert (townships.type, len(townships.locations)) == ("choropleth", 20)
    assert districts.featureidkey == "properties.code"


def test_a_city_without_boundaries_is_drawn_as_points():
    districts, townships = city_map.figure(cities.of("points:5")).data
    assert (districts.type, len(districts.lon)) == ("scattergeo", 5)
    assert (townships.type, len(townships.lon)) == ("scattergeo", 20)


def test_each_step_of_the_fill_has_its_own_colour_and_nothing_between():
    scale, night = city_map.figure(cities.of("made:5")).data[0].colorscale, tokens()
    assert [colour for _, colour in scale[2::2]] == [night[f"fill-{n}"] for n in range(1, 6)]
    assert all(low[0] < high[0] and low[1] == high[1] for low, high in zip(scale[::2], scale[1::2], strict=True))


def test_the_map_shows_the_whole_city_and_little_more():
    city = cities.of("made:5")
    (west, east), (south, north) = city_map.extent(city)
    assert west < 113.0 < 113.3 < east < 113.31
    assert south < 34.8 < 35.0 < north < 35.01


def test_a_city_of_one_point_still_has_an_extent():
    city = cities.of("points:1")
    (west, east), (south, north) = city_map.extent(city)
    assert east > west
    assert north > south


def test_the_boundaries_do_not_travel_with_the_figure():
    assert "coordinates" not in city_map.figure(cities.of("made:5")).to_json()


def test_the_figures_carry_no_template():
    assert len(curve.figure("zh-CN").to_json()) < 6000
    assert "colorway" not in city_map.figure(cities.of("made:5")).to_json()


def test_the_curve_has_its_five_traces_in_the_order_the_script_fills():
    assert [trace.name for trace in curve.figure("zh-CN").data] == ["low", "high", "yesterday", "today", "now"]


def test_the_curve_names_its_hours_in_the_language():
    assert [note.text for note in curve.figure("zh-CN").layout.annotations] == ["0时", "6时", "12时", "18时", "24时"]
    assert [note.text for note in curve.figure("en").layout.annotations][1] == "6:00"


def test_plotly_never_gets_a_token_it_cannot_read():
    for figure in (curve.figure("zh-CN"), city_map.figure(cities.of("made:5"))):
        assert "var(" not in figure.to_json()


def test_the_day_set_keeps_what_it_does_not_name():
    assert tokens("day")["ink"] != tokens()["ink"]
    assert tokens("day")["t-hero"] == tokens()["t-hero"]


def test_a_colour_can_be_made_transparent():
    assert transparent("#28c8ff", 0.5) == "rgba(40,200,255,0.5)"


def test_the_topology_plotly_asks_for_is_empty_and_small():
    with open(EMPTY_TOPOLOGY, encoding="utf-8") as file:
        text = file.read()
    layers = json.loads(text)["objects"]
    assert set(layers) == {"coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits"}
    assert all(layer["geometries"] == [] for layer in layers.values())
    assert len(text) <= 1024


def test_the_facts_name_everything_in_two_languages():
    facts = city_facts.facts(cities.of("made:5"))
    assert facts["districts"][0]["short"] == ["第1区", "District 1"]
    assert facts["posts"][0]["at"] == pytest.approx([113.025, 34.975])
    assert facts["promises"] == {"district": 60, "township": 600}
    json.dumps(facts)


def test_a_reserved_post_has_no_place_in_the_facts():
    posts = {post["code"]: post for post in city_facts.facts(cities.of("zhengzhou"))["posts"]}
    reserved = [post for post in posts.values() if post["reserved"]]
    assert reserved
    assert all(post["at"] is None for post in reserved)
