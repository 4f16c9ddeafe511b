"""A demo city for tests: the real city's lists with a small profile, and its days, stories and robots."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from data_feeds import city as cities
from data_feeds.demo.days import Days
from data_feeds.demo.profile import Profile, profile_of
from data_feeds.demo.stories import Stories
from domain.city import City

ROOT = Path(__file__).resolve().parents[3]
BEGAN = date(2026, 11, 24)
SEED = 1


@pytest.fixture(scope="session")
def city() -> City:
    return cities.load(ROOT / "cities" / "zhengzhou")


@pytest.fixture(scope="session")
def profile(city: City) -> Profile:
    return profile_of(city)


@pytest.fixture(scope="session")
def small(city: City) -> City:
    """The same city with 240 cases a day, as many at night as by day, and 500 devices."""
    cases = {"per_day": 240}
    devices = {"iot": {**city.demo["devices"]["iot"], "count": 500}}
    return replace(city, demo={**city.demo, "cases": cases, "devices": devices})


def days_of(profile: Profile, seed: int = SEED) -> Days:
    return Days(profile, zone=ZoneInfo("Asia/Shanghai"), seed=seed, began=BEGAN)


def stories_of(city: City, seed: int = SEED) -> Stories:
    profile = profile_of(city)
    return Stories(city, profile, days_of(profile, seed), seed=seed)


@pytest.fixture(scope="session")
def stories(city: City) -> Stories:
    return stories_of(city)
