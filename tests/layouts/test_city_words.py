"""What is true of one city only stands in that city's folder: the catalogues name no city, place, system or number."""

import re
from pathlib import Path

import pytest

from data_feeds.city import load
from domain.city import City
from layouts.text import catalogue

CITIES = sorted(path.parent for path in (Path(__file__).parents[2] / "cities").glob("*/city.yaml"))
LANGUAGES = ("zh-CN", "en")
_NUMBER = re.compile(r"(?<!\d)\d{3,5}(?!\d)")  # 110, 12345, 311: what citizens dial


def own_words(city: City) -> set[str]:
    """What the city calls itself, its places and the systems that report to it."""
    places = [*city.districts, *city.posts_of(["township", "special_grid"])]
    said = {city.name, city.name.removesuffix("市"), city.name_en, city.centre, city.centre_en}
    said |= {word for one in places for word in (one.name, one.name_en)}
    said |= {word for one in city.sources for word in (one.name, one.name_en)}
    return {word for word in said | set(city.diverted) if len(word) > 1} | dialled(city)


def dialled(city: City) -> set[str]:
    """The numbers of services that the city's own words hold."""
    words = [word for one in city.sources for word in (one.name, one.short, one.name_en)]
    return set(_NUMBER.findall(" ".join([*words, *city.diverted])))


@pytest.mark.parametrize("folder", CITIES, ids=lambda folder: folder.name)
def test_no_word_of_one_city_stands_in_a_catalogue(folder: Path):
    own = sorted(own_words(load(folder)), key=len, reverse=True)
    any_of = re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(map(re.escape, own))})(?![0-9A-Za-z])")
    said = {f"{one} {key}": any_of.findall(words) for one in LANGUAGES for key, words in catalogue(one).items()}
    assert {key: words for key, words in said.items() if words} == {}


def test_the_numbers_that_citizens_dial_are_among_a_citys_own_words():
    own = {folder.name: dialled(load(folder)) for folder in CITIES}
    assert {"110", "12345"} <= own["zhengzhou"]
    assert "911" in own["boston"]
