"""Every figure on the wall: how it is computed, and that docs/metrics.md says so."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import vitals
from domain.city import DeviceClass, Indicator, Threshold
from domain.counting import bucket_of

SHANGHAI, BOSTON = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
METRICS = Path(__file__).parents[2] / "docs" / "metrics.md"


def test_the_document_says_what_the_code_says():
    """docs/metrics.md has one row for each vital, in this form: change both together."""
    text = METRICS.read_text()
    for vital in vitals.VITALS:
        row = f"| `{vital.key}` | {vital.unit} | {vital.formula} | {vital.source} | {vital.limit_s} s |"
        row += f" {vital.version} | {vital.owner} |"
        assert row in text
    assert text.count("\n| `") == len(vitals.VITALS)


def test_same_time_yesterday_is_the_full_quarters_and_a_share_of_the_running_one():
    quarters = [4] * 32 + [10] + [9] * 63
    at = datetime(2026, 11, 24, 8, 6, tzinfo=SHANGHAI)  # 32 quarters, and six minutes of fifteen of the next
    assert vitals.up_to_now(quarters, at, SHANGHAI) == 32 * 4 + 4


def test_midnight_compares_with_nothing_yet():
    assert vitals.up_to_now([5] * 96, datetime(2026, 11, 23, 16, 0, tzinfo=UTC), SHANGHAI) == 0


def test_a_day_has_more_or_fewer_quarters_when_the_clock_changes():
    assert vitals.slots_in(date(2026, 11, 24), BOSTON) == 96
    assert vitals.slots_in(date(2026, 11, 1), BOSTON) == 100
    assert vitals.slots_in(date(2026, 3, 8), BOSTON) == 92
    late = datetime(2026, 11, 1, 23, 59, tzinfo=BOSTON)
    assert vitals.up_to_now([1] * 96, late, BOSTON) == 96


def test_a_working_day_is_compared_with_working_days_of_four_weeks():
    days = vitals.compared_days(date(2026, 11, 24), {})
    assert len(days) == 20
    assert all(day.weekday() < 5 for day in days)
    assert min(days) == date(2026, 10, 27)
    assert len(vitals.compared_days(date(2026, 11, 28), {})) == 8
    moved = {"2026-11-20": "holiday", "2026-11-21": "workday"}
    days = vitals.compared_days(date(2026, 11, 24), moved)
    assert date(2026, 11, 20) not in days
    assert date(2026, 11, 21) in days


def test_the_band_leaves_out_the_tenth_above_and_below():
    low, high = vitals.band([[n, 7] for n in range(1, 21)])
    assert (low, high) == ([2, 7], [18, 7])
    assert vitals.band([]) == ([], [])


@given(st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=3), min_size=1, max_size=28))
def test_the_band_lies_within_what_was_seen(days):
    low, high = vitals.band(days)
    for quarter in range(3):
        seen = [day[quarter] for day in days]
        assert min(seen) <= low[quarter] <= high[quarter] <= max(seen)


def test_few_delays_are_shown_one_by_one_and_many_as_percentiles():
    assert vitals.latency_row("A", [66.4, 14.2, 18.9]) == ("A", None, None, 3, [14, 18, 66])
    assert vitals.latency_row("A", []) == ("A", None, None, 0, [])
    assert vitals.latency_row("A", [float(n) for n in range(1, 21)]) == ("A", 10, 19, 20, None)


def test_the_filing_times_of_a_day_are_read_from_its_counts():
    counts = {"filed": 3, "filing/rule": 1} | {f"filing/bucket/{bucket_of(n)}": 1 for n in (5, 19, 40)}
    histogram = vitals.histogram_of(counts)
    assert sum(histogram.values()) == 3
    assert vitals.seconds_at(histogram, 0.5) == 19
    assert vitals.seconds_at(Counter(), 0.5) is None


PRESSURE = Indicator(
    "water_pressure",
    "供水压力",
    "Water pressure",
    "MPa",
    "WATER",
    "latest",
    300,
    thresholds=(Threshold("watch", below=0.24, above=0.5), Threshold("alarm", below=0.14)),
)


@pytest.mark.parametrize(
    ("value", "severity"),
    [(0.3, "normal"), (0.24, "watch"), (0.5, "watch"), (0.14, "alarm"), (0.0, "alarm")],
)
def test_the_worst_edge_that_was_reached_counts(value, severity):
    assert vitals.severity_of(PRESSURE, value) == severity


def test_per_ten_thousand_residents_needs_residents():
    assert vitals.per_10k(740, 794_800) == 9.31
    assert vitals.per_10k(740, None) is None


def test_a_device_tile_dims_when_a_device_would_be_offline():
    assert vitals.device_limit_s(DeviceClass("iot", "物联", "IoT", interval_s=60, slots=3)) == 180
