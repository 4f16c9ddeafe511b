"""What the demo's instruments measure: mostly what is normal, now and then what is not."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from data_feeds.demo.gauges import measured, normal_band
from domain.city import City, Indicator, Threshold
from domain.vitals import severity_of

START = datetime(2026, 11, 24, tzinfo=UTC)
TWO_DAYS = [START + timedelta(minutes=n) for n in range(0, 2880, 5)]


def test_every_indicator_of_the_city_is_normal_mostly_and_not_always(city: City):
    for indicator in city.indicators:
        found = [severity_of(indicator, measured(indicator, at, seed=1)) for at in TWO_DAYS]
        assert 0.9 <= found.count("normal") / len(found) < 1, indicator.key


def test_the_same_seed_measures_the_same(city: City):
    one = city.indicators[0]
    assert measured(one, START, 1) == measured(one, START, 1)
    assert [measured(one, at, 1) for at in TWO_DAYS] != [measured(one, at, 2) for at in TWO_DAYS]


def test_a_value_does_not_jump(city: City):
    for indicator in city.indicators:
        low, high = normal_band(indicator)
        values = [measured(indicator, START + timedelta(seconds=10 * n), 1) for n in range(2000)]
        steps = [abs(after - before) for before, after in pairwise(values)]
        assert max(steps) < 0.1 * (high - low), indicator.key


@pytest.mark.parametrize(
    ("thresholds", "band"),
    [
        ((Threshold("watch", below=2, above=4), Threshold("warn", below=1, above=5)), (2, 4)),
        ((Threshold("watch", above=5), Threshold("warn", above=15)), (0, 5)),
        ((Threshold("watch", below=5),), (5, 10)),
        ((), (0, 1)),
    ],
)
def test_what_is_normal_follows_from_the_thresholds(thresholds: tuple[Threshold, ...], band: tuple[float, float]):
    indicator = Indicator("k", "n", "n", "u", "S", "latest", 300, thresholds=thresholds)
    assert normal_band(indicator) == band
    assert measured(indicator, START, 1) >= 0
