"""Histograms and slots: what is counted lands where it can be read back."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.citytime import REAL, CityTime, day_of, slot_of, start_of
from domain.counting import bucket_of, percentile, seconds_of

SHANGHAI, BOSTON = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


@given(st.floats(0, 10**8))
def test_a_bucket_is_true_to_half_a_second_or_to_three_percent(seconds: float):
    shown = seconds_of(bucket_of(seconds))
    assert abs(shown - seconds) <= max(0.5, 0.03 * seconds)


@given(st.floats(0, 10**8), st.floats(0, 10**8))
def test_a_longer_time_is_never_in_an_earlier_bucket(one: float, other: float):
    assert bucket_of(min(one, other)) <= bucket_of(max(one, other))


def test_percentiles_by_nearest_rank():
    histogram = {bucket_of(s): 1 for s in range(1, 101)}
    assert percentile(histogram, 0.5) == 50.5
    assert percentile(histogram, 0.95) == 95.5
    assert percentile({3: 1, 7: 0}, 0.95) == 3.5
    assert percentile({}, 0.5) is None


@given(st.integers(1_420_000_000, 1_890_000_000), st.sampled_from([SHANGHAI, BOSTON]))
def test_every_moment_lies_in_its_day_and_slot(seconds: int, zone: ZoneInfo):
    at = datetime.fromtimestamp(seconds, UTC)
    day = day_of(at, zone)
    assert start_of(day, zone) <= at < start_of(day + timedelta(days=1), zone)
    assert 0 <= slot_of(at, zone) <= 99


def test_a_day_with_changed_clocks_has_92_or_100_slots():
    last = start_of(date(2026, 3, 9), BOSTON) - timedelta(seconds=1)
    assert slot_of(last, BOSTON) == 91
    last = start_of(date(2026, 11, 2), BOSTON) - timedelta(seconds=1)
    assert slot_of(last, BOSTON) == 99


@pytest.mark.parametrize("speed", [1, 60])
def test_city_time_runs_at_its_speed(speed: float):
    real, city = datetime(2026, 11, 22, tzinfo=UTC), datetime(2015, 1, 20, tzinfo=UTC)
    time = CityTime(real, city, speed)
    assert time.at(real + timedelta(seconds=10)) == city + timedelta(seconds=10 * speed)
    assert REAL.at(real) == real
