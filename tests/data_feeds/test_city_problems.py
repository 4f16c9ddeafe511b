"""A city's folder that is wrong: every problem names its file, its line and what to do."""

import json
import shutil
from pathlib import Path

import pytest

from data_feeds.city import CityError, load
from domain.city import City, Tier
from domain.place import Places

TOWN = Path(__file__).parent / "town"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A copy of a small good city that a test may spoil."""
    return Path(shutil.copytree(TOWN, tmp_path / "town"))


def problems(folder: Path) -> list[str]:
    with pytest.raises(CityError) as caught:
        load(folder)
    return caught.value.problems


def spoil(folder: Path, file: str, old: str, new: str) -> list[str]:
    """What is wrong once one piece of a good file is replaced."""
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    return problems(folder)


def test_a_good_folder_loads_without_outlines(town):
    city = load(town)
    assert (city.name, city.district_boundaries, city.township_boundaries) == ("Town", None, None)
    assert Places(city).locate(10.5, 50.69) == ("N", "N1")
    assert city.post_by_code["WATER-N"].name == "North Water works"
    assert city.post_by_code["S2"].reserved
    assert city.district_aliases["Norden"] == "N"
    assert (city.categories[1].finish_h, city.drill_mark) == ({"normal": 24.0}, City.drill_mark)


def test_a_city_names_its_own_figure_and_map_note_in_both_languages_or_not_at_all(town):
    assert (load(town).diverted, load(town).map_note) == ((), ())
    settings = (town / "city.yaml").read_text("utf-8")
    (town / "city.yaml").write_text(f"{settings}\ndiverted: {{name: 999 转办}}\nmap_note: {{text: sketch}}\n", "utf-8")
    found = " ".join(problems(town))
    assert "name_en is empty" in found
    assert "text is not known here" in found


def test_a_tag_is_carried_by_a_post_alone_or_by_every_place_below_it(town):
    city = load(town)
    assert {tag: [post.code for post in city.posts if tag in post.tags] for tag in city.tags} == {
        "river": ["N", "N1"],
        "hills": ["N1"],
    }


def test_the_demo_profile_is_given_as_plain_values(town):
    demo = load(town).demo
    assert demo["cases"]["holidays"] == [{"from": "2026-01-01", "to": "2026-01-01", "factor": 0.5}]
    assert demo["devices"] == {"sensor": {"count": 10}}


def test_all_but_five_files_may_be_missing(town):
    for name in (
        "units.csv",
        "townships.csv",
        "tags.csv",
        "references.csv",
        "indicators.yaml",
        "templates/flood.yaml",
        "demo.yaml",
    ):
        (town / name).unlink()
    text = (town / "categories.csv").read_text().replace("WATER", "")
    (town / "categories.csv").write_text(text)
    city = load(town)
    assert (city.units, city.templates, dict(city.demo)) == ((), (), {})
    assert [post.tier for post in city.posts] == [Tier.CITY, Tier.DISTRICT, Tier.DISTRICT]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("districts.csv", "code,name,lon", "code,name,long", "districts.csv:1: the column lon is missing"),
        ("districts.csv", "population", "pupulation", "districts.csv:1: the column 'pupulation' is not known"),
        ("districts.csv", "S,South", "N,South", "districts.csv:3: the district N stands already in districts.csv:2"),
        ("districts.csv", "1000", "many", "districts.csv:2: population is 'many'; write a number of 0 or more"),
        ("districts.csv", "1000", "-5", "districts.csv:2: population is '-5'"),
        ("districts.csv", "1000", "10.5", "districts.csv:2: population is '10.5'; write a whole number"),
        ("districts.csv", "10.5,50.3", "nan,50.3", "districts.csv:3: lon is 'nan'; write a number"),
        ("districts.csv", "10.5,50.3", "50.3,10.5", "districts.csv:3: the point 50.3, 10.5 lies outside"),
        ("townships.csv", "S1,Dale,S", "S1,Dale,X", "townships.csv:3: there is no district X; use the code"),
        ("townships.csv", "S1,", "N,", "townships.csv:3: the post N stands already in districts.csv:2"),
        ("townships.csv", "S1,", ",", "townships.csv:3: code is empty; fill in code"),
        ("townships.csv", "10.5,50.7,", "10.5,50.7", "townships.csv:2: 5 values for 6 columns"),
        ("townships.csv", "yes", "maybe", "townships.csv:4: reserved is 'maybe'; use one of yes, no"),
        ("townships.csv", "yes", "no", "townships.csv:4: lon is ''; write a number"),
        ("sources.csv", "wgs84", "gcj", "sources.csv:2: crs is 'gcj'; use one of wgs84, cgcs2000, gcj02, bd09"),
        ("categories.csv", "LEAK,G", "LEAK,H", "categories.csv:3: there is no category H"),
        ("categories.csv", "WATER", "GAS", "categories.csv:3: there is no unit GAS"),
        ("categories.csv", "24", "soon", "categories.csv:3: finish_h_normal is 'soon'"),
        ("references.csv", "last,1", "last,one", "references.csv:4: value is 'one'"),
        ("references.csv", "last", "cases", "references.csv:4: the reference cases stands already in references.csv:2"),
        ("city.yaml", "timezone: Europe/Berlin", "timezone: Mars/Base", "city.yaml:4: there is no time zone"),
        ("city.yaml", "bounds: [10, 50, 11, 51]", "bounds: [11, 50, 10, 51]", "city.yaml:6: the bounds enclose"),
        ("city.yaml", "bounds: [10, 50, 11, 51]", "bounds: [10, 50, 11]", "city.yaml:6: bounds does not hold 4"),
        ("city.yaml", "[10.5, 50.5]", "[50.5, 10.5]", "city.yaml:5: the hub lies outside the city's bounds"),
        ("city.yaml", "township: 600", "village: 600", "city.yaml:7: village is not known here; use one of district"),
        ("city.yaml", "township: 600", "township: 0", "city.yaml:7: township is '0'; write a number of 1 or more"),
        ("city.yaml", "files_by_rule: [CALL]", "files_by_rule: [FAX]", "city.yaml:10: there is no source FAX"),
        ("city.yaml", "{unit_name}", "{colour}", "names a word that does not exist; use {unit}"),
        ("city.yaml", "name: Town", "", "city.yaml:1: name is empty; fill in name"),
        ("city.yaml", "centre: Town Hall", "centre: [Town]", "city.yaml:3: centre is not a text; write one text"),
        ("city.yaml", "code: \"1\"", "code: \"1\"\ncode: \"2\"", "city.yaml:2: code stands twice; keep one"),
        ("city.yaml", "hub: [10.5", "hub: [[10.5", "the YAML cannot be read; check indents and quotes"),
        ("indicators.yaml", "source: CALL", "source: FAX", "indicators.yaml:5: there is no source FAX"),
        ("indicators.yaml", "maximum", "biggest", "indicators.yaml:6: formula is 'biggest'; use one of median"),
        ("indicators.yaml", "severity: watch", "severity: blue", "indicators.yaml:9: severity is 'blue'"),
        ("indicators.yaml", ", above: 5", "", "indicators.yaml:9: the threshold has no edge"),
        ("indicators.yaml", "above: 5", "above: 5, below: 6", "indicators.yaml:9: below is not less than above"),
        ("tags.csv", "N1,hills", "N9,hills", "tags.csv:3: there is no post N9; use the code of a post that exists"),
        ("tags.csv", "river", "along the great river", "tags.csv:2: the tag has 21 characters; use at most 20"),
        ("templates/flood.yaml", "district, unit]", "district, village]", "flood.yaml:5: tiers names village"),
        ("templates/flood.yaml", "Go to {place}", "Go to {spot}", "flood.yaml:3: the variable {spot} is not declared"),
        ("templates/flood.yaml", "at {place}", "at {spot}", "flood.yaml:2: the variable {spot} is not declared"),
        ("templates/flood.yaml", "Go to {place}", "Go to {place", "flood.yaml:3: the braces of text do not pair"),
        ("templates/flood.yaml", "Go to {place}", "Go to {place!r}", "flood.yaml:3: the variable {place} is not"),
        ("templates/flood.yaml", "grade: 2", "grade: 5", "templates/flood.yaml:4: grade is '5'; use one of 1, 2, 3, 4"),
        ("templates/flood.yaml", ", unit: 300", "", "templates/flood.yaml:6: unit has no limit"),
        ("templates/flood.yaml", "[received, cannot]", "[maybe]", "templates/flood.yaml:7: answers names maybe"),
        ("templates/flood.yaml", "[received, cannot]", "[]", "templates/flood.yaml:7: answers is empty"),
        ("demo.yaml", "per_day: 100", "per_day: lots", "demo.yaml:2: per_day is 'lots'"),
        ("demo.yaml", "1, 1, 1, 1, 1, 1, 1", "1, 1", "demo.yaml:3: weekdays does not hold 7 numbers"),
        ("demo.yaml", "to: 2026-01-01", "to: 2026-13-01", "demo.yaml:9: to is '2026-13-01'; write a day"),
        ("demo.yaml", "{CALL: 1}", "{FAX: 1}", "demo.yaml:10: there is no source FAX"),
        ("demo.yaml", "{LEAK: 1}", "{FIRE: 1}", "demo.yaml:12: there is no category (default) FIRE"),
        ("demo.yaml", "sensor:", "radar:", "demo.yaml:14: radar is not known here; use one of sensor"),
        ("demo.yaml", "spread: 0.4", "spred: 0.4", "demo.yaml:16: spred is not known here"),
        ("demo.yaml", "{spot} in", "{nook} in", "demo.yaml:19: the place {nook} is not declared"),
    ],
)  # fmt: skip
def test_a_problem_names_its_file_its_line_and_what_to_do(town, file, old, new, expected):
    found = spoil(town, file, old, new)
    assert any(expected in problem for problem in found), found
    assert all("; " in problem for problem in found)


def test_every_problem_of_every_file_is_told_at_once(town):
    (town / "sources.csv").write_text("code,name,crs\nCALL,Calls,mars\n")
    (town / "units.csv").unlink()
    found = spoil(town, "districts.csv", "1000", "many")
    assert {problem.split(":")[0] for problem in found} == {"districts.csv", "sources.csv", "categories.csv"}


def test_the_error_reads_as_a_list_with_the_folder_on_top(town):
    (town / "sources.csv").write_text("code,name,crs\nCALL,Calls,mars\n")
    with pytest.raises(CityError) as caught:
        load(town)
    first, second = str(caught.value).splitlines()
    assert first == f"The city in {town} has 1 problem:"
    assert second.startswith("  sources.csv:2: crs is 'mars'")


def test_an_alias_that_two_places_claim_is_a_problem(town):
    text = (town / "districts.csv").read_text().replace("50.3,,", "50.3,,Nord")
    (town / "districts.csv").write_text(text)
    assert "districts.csv:3: the alias Nord stands already for N; drop one" in problems(town)


def test_a_missing_file_is_a_problem_and_not_a_crash(tmp_path):
    found = problems(tmp_path)
    missing = {problem.split(":")[0] for problem in found if "the file is missing" in problem}
    assert missing == {"city.yaml", "districts.csv", "sources.csv", "categories.csv"}


@pytest.mark.parametrize("text", ["", "just words", "- a\n- b\n", "\0"])
def test_settings_that_are_no_mapping_are_a_problem(town, text):
    (town / "city.yaml").write_text(text)
    assert any(problem.startswith("city.yaml:1:") for problem in problems(town))


def test_a_table_that_is_not_utf8_names_the_line(town):
    (town / "sources.csv").write_bytes("code,name,crs\nCALL,热线,wgs84\n".encode("gbk"))
    assert "sources.csv:2: the text is not UTF-8; save the file as UTF-8" in problems(town)


def test_a_table_with_a_byte_order_mark_is_read(town):
    (town / "sources.csv").write_bytes(b"\xef\xbb\xbf" + (TOWN / "sources.csv").read_bytes())
    assert load(town).sources[0].code == "CALL"


def test_an_open_quote_is_a_problem(town):
    (town / "units.csv").write_text('code,name\nWATER,"Water works\n')
    assert any(problem.startswith("units.csv:2: the row cannot be read") for problem in problems(town))


def outline(code: str, ring: list[list[float]], kind: str = "Polygon") -> dict:
    return {"type": "Feature", "id": code, "properties": {}, "geometry": {"type": kind, "coordinates": [ring]}}


SQUARE = [[10.2, 50.2], [10.8, 50.2], [10.8, 50.8], [10.2, 50.8], [10.2, 50.2]]  # counter-clockwise


def with_outlines(town: Path, *features: object, name: str = "districts") -> Path:
    (town / "boundaries").mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(feature) for feature in features)
    (town / "boundaries" / f"{name}.geojson").write_text(
        '{"type": "FeatureCollection", "features": [\n' + lines + "\n]}"
    )
    return town


def test_an_outline_wound_the_other_way_is_turned_for_the_map(town):
    city = load(with_outlines(town, outline("N", SQUARE), outline("S", SQUARE[::-1])))
    rings = [feature["geometry"]["coordinates"][0] for feature in city.district_boundaries["features"]]
    assert rings == [SQUARE[::-1], SQUARE[::-1]]


def test_an_outline_of_nobody_names_its_line(town):
    found = problems(with_outlines(town, outline("N", SQUARE), outline("X", SQUARE)))
    assert found == ["boundaries/districts.geojson:3: there is no district X; give the outline the code of a district"]


@pytest.mark.parametrize(
    "feature",
    [
        outline("N", SQUARE[:3]),
        outline("N", [[1, "x"]] * 4),
        outline("N", SQUARE, kind="Point"),
        {"type": "Feature", "id": "N"},
        {"geometry": outline("N", SQUARE)["geometry"]},
        7,
    ],
)
def test_an_outline_that_cannot_be_drawn_is_a_problem(town, feature):
    [problem] = problems(with_outlines(town, feature, name="townships"))
    assert problem.startswith("boundaries/townships.geojson:")
    assert "cannot be used; each needs an id" in problem


def test_outlines_that_are_not_json_name_the_line(town):
    (with_outlines(town) / "boundaries" / "districts.geojson").write_text('{"features":\n [}')
    [problem] = problems(town)
    assert problem.startswith("boundaries/districts.geojson:2: the JSON cannot be read")
