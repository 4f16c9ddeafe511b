"""The two cities that ship: complete, consistent, and unknown to the code."""

import csv
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from data_feeds.city import load
from domain.city import City, Tier
from domain.place import Places
from tests.conftest import ROOT, missing

CODE = ("domain", "operations", "analysis", "storage", "live", "data_feeds", "api", "layouts", "callbacks", "assets")
RECORDS = ROOT.parent / "shared" / "reference" / "real_cases" / "boston_2015_jan_feb.csv"


@pytest.fixture(scope="module")
def zhengzhou() -> City:
    return load(ROOT / "cities" / "zhengzhou")


@pytest.fixture(scope="module")
def boston() -> City:
    return load(ROOT / "cities" / "boston")


@pytest.fixture(params=["zhengzhou", "boston"])
def city(request: pytest.FixtureRequest) -> City:
    return request.getfixturevalue(request.param)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def real_records() -> list[dict[str, str]]:
    if not RECORDS.exists():
        missing(RECORDS.name, "lay the real cases into ../shared/reference/real_cases, beside the project")
    return rows(RECORDS)


def leaves(city: City) -> list[str]:
    return [category.code for category in city.categories if category.parent]


def test_zhengzhou_has_its_posts(zhengzhou):
    assert Counter(post.tier for post in zhengzhou.posts) == {
        Tier.CITY: 1,
        Tier.DISTRICT: 16,
        Tier.TOWNSHIP: 215,
        Tier.UNIT: 20,
        Tier.DISTRICT_UNIT: 320,
        Tier.SPECIAL_GRID: 19,
    }


def test_zhengzhou_has_its_lists(zhengzhou):
    assert (len(zhengzhou.sources), len(leaves(zhengzhou)), len(zhengzhou.units)) == (12, 160, 20)
    assert {indicator.name for indicator in zhengzhou.indicators} == {"供热回水温度", "供水压力", "积水点水位"}
    assert len(zhengzhou.templates) == 6
    assert {promise.tier: promise.within_s for promise in zhengzhou.promises} == {"district": 60, "township": 600}


def test_four_townships_are_reserved_and_have_no_place(zhengzhou):
    reserved = [post for post in zhengzhou.posts if post.reserved]
    assert [post.name for post in reserved] == ["预留街道一", "预留街道二", "预留街道三", "预留街道四"]
    assert {(post.kind, post.lon, post.lat) for post in reserved} == {("reserved", None, None)}


def test_device_counts_are_the_demos_and_not_the_citys(zhengzhou):
    assert {key: part["count"] for key, part in zhengzhou.demo["devices"].items()} == {"iot": 63000, "video": 114000}
    assert {kind.key for kind in zhengzhou.device_classes} == {"iot", "video"}


def test_the_demos_day_shape_is_a_whole_day_of_cases(zhengzhou):
    cases = zhengzhou.demo["cases"]
    assert sum(cases["day_shape"]) == pytest.approx(cases["per_day"], rel=0.01)
    assert sum(cases["weekdays"]) == pytest.approx(7, abs=0.001)


def test_the_demo_reports_most_from_grid_workers_then_the_hotline(zhengzhou):
    shares = zhengzhou.demo["sources"]
    assert sorted(shares, key=shares.get, reverse=True)[:2] == ["GRID", "HOT12345"]
    assert set(shares) == {source.code for source in zhengzhou.sources}


def test_a_published_figure_says_that_it_was_reported_and_where(zhengzhou):
    assert all("报道" in it.label and "2025年3月" in it.label and it.citation for it in zhengzhou.references)
    assert next(it.value for it in zhengzhou.references if it.key == "cases_a_day") == 12100


def test_outlines_fit_the_posts_and_run_clockwise(zhengzhou):
    posts = zhengzhou.post_by_code
    places = Places(zhengzhou)
    seats = [post for post in zhengzhou.posts_of([Tier.TOWNSHIP]) if post.lon]
    assert len(seats) == 211
    assert [post.name for post in seats if places.locate(post.lon, post.lat) != (post.district, post.code)] == []
    for boundaries in (zhengzhou.district_boundaries, zhengzhou.township_boundaries):
        assert all(feature["id"] in posts for feature in boundaries["features"])
        assert all(area(feature["geometry"]["coordinates"][0]) < 0 for feature in boundaries["features"])


def area(ring: list[list[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def test_special_grids_lie_in_the_district_they_name(zhengzhou):
    places = Places(zhengzhou)
    grids = zhengzhou.posts_of([Tier.SPECIAL_GRID])
    assert [post.name for post in grids if places.locate(post.lon, post.lat)[0] != post.district] == []


def test_a_township_is_found_by_old_name_new_name_and_with_its_districts_name(zhengzhou):
    aliases = zhengzhou.post_aliases
    assert aliases["龙湖镇"] == aliases["龙湖街道"] == aliases["新郑市龙湖镇"] == aliases["410184004"] == "410184109"


def test_a_name_that_two_townships_share_stands_for_neither(zhengzhou):
    assert "城关乡" not in zhengzhou.post_aliases
    assert zhengzhou.post_aliases["荥阳市城关乡"] == "410182200"


def test_a_districts_unit_is_named_after_both(zhengzhou):
    post = zhengzhou.post_by_code["U03-410105"]
    assert (post.name, post.parent, post.unit, post.district) == ("金水区·公安", "410105", "U03", "410105")


def test_every_parent_exists_and_leads_to_the_city(city):
    assert [post.code for post in city.posts if not city.is_within(post.code, city.code)] == []
    assert [post.code for post in city.posts if post.parent is None] == [city.code]


def test_every_post_code_is_its_own(city):
    assert len(city.post_by_code) == len(city.posts)


def test_every_category_has_a_group_and_a_unit_that_exist(city):
    groups = {category.code for category in city.categories if category.parent is None}
    assert {category.parent for category in city.categories if category.parent} <= groups
    assert {category.unit for category in city.categories if category.unit} <= {unit.code for unit in city.units}


def test_every_template_reads_with_its_own_values(city):
    for template in city.templates:
        assert "{" not in template.text.format_map(template.variables) + template.title.format_map(template.variables)


def test_the_callback_number_is_plainly_no_real_one(city):
    assert re.search(r"0{3}-?0{4}$", city.callback_number)


def test_boston_has_its_posts_and_lists(boston):
    tiers = Counter(post.tier for post in boston.posts)
    assert tiers == {Tier.CITY: 1, Tier.DISTRICT: 22, Tier.TOWNSHIP: 22, Tier.UNIT: 13}
    assert (len(boston.sources), len(leaves(boston)), boston.timezone) == (7, 145, "America/New_York")


def test_boston_knows_a_ward_in_each_of_its_spellings(boston):
    assert {boston.post_aliases[spelling] for spelling in ("Ward 5", "5", "05")} == {"W05"}
    assert boston.district_aliases["Allston / Brighton"] == boston.district_aliases["Allston/Brighton"] == "ALB"


def test_boston_has_no_outlines_and_the_nearest_ward_decides(boston):
    assert boston.district_boundaries is None is boston.township_boundaries
    assert Places(boston).locate(-71.0332, 42.3787) == ("EBO", "W01")


def test_boston_holds_no_word_of_the_other_city():
    words = re.compile("郑州|Zhengzhou|4101")
    found = [
        path for path in (ROOT / "cities" / "boston").rglob("*") if path.is_file() and words.search(path.read_text())
    ]
    assert found == []


def test_boston_knows_every_spelling_of_the_real_records(boston):
    records = real_records()
    assert {row["TYPE"] for row in records} == set(leaves(boston))
    assert {row["neighborhood"] for row in records} - {""} <= set(boston.district_aliases)
    assert {row["ward"].strip() for row in records} - {""} <= set(boston.post_aliases)


def test_of_the_real_records_without_a_neighborhood_only_those_with_a_real_point_are_placed(boston):
    places = Places(boston)
    blank = [row for row in real_records() if not row["neighborhood"]]
    found = Counter(places.locate(float(row["LONGITUDE"]), float(row["LATITUDE"]))[0] is None for row in blank)
    assert found == {True: 2785, False: 14}


def test_no_code_knows_a_city():
    """Names of either city's places, their codes, and the counts of the published article stand in data only."""
    names = [name for folder in ("zhengzhou", "boston") for name in words_of(ROOT / "cities" / folder)]
    facts = re.compile("|".join(map(re.escape, [*names, "12100", "12,100", "12_100", "1.21万"])))
    files = [path for folder in CODE for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".js", ".json")]
    assert len(files) > 20
    found = {str(path.relative_to(ROOT)): sorted(set(facts.findall(path.read_text("utf-8")))) for path in files}
    assert {path: words for path, words in found.items() if words} == {}


def words_of(folder: Path) -> list[str]:
    """Names that are no words of a language: the city's, its districts' full names and the codes of a country."""
    settings = yaml.safe_load((folder / "city.yaml").read_text("utf-8"))
    districts = rows(folder / "districts.csv")
    full = [row[column] for row in districts for column in ("name", "name_en") if len(row[column]) > 2]
    codes = [row["code"] for row in districts if row["code"].isdigit()]
    return [settings["name"].rstrip("市"), settings["name_en"], *full, *codes]
