"""The days of the demo city: seeded, of the profile's volume and shape."""

from datetime import date, timedelta
from statistics import mean

import pytest

from data_feeds.demo.profile import Profile
from domain.citytime import slot_of
from tests.data_feeds.demo.conftest import BEGAN, days_of

WEEK = [BEGAN - timedelta(days=n) for n in range(7, 14)]


def test_the_same_seed_makes_the_same_day(profile: Profile):
    assert days_of(profile).reports(BEGAN) == days_of(profile).reports(BEGAN)
    assert days_of(profile).reports(BEGAN) != days_of(profile, seed=2).reports(BEGAN)


def test_a_day_stays_the_same_whatever_was_drawn_before(profile: Profile):
    days = days_of(profile)
    before = days.by_source(BEGAN)
    days.reports(BEGAN - timedelta(days=1))
    assert days.by_source(BEGAN) == before


def test_the_sources_cases_sum_to_the_day_and_its_reports(profile: Profile):
    days = days_of(profile)
    by_source, reports = days.by_source(BEGAN), days.reports(BEGAN)
    assert sum(by_source.values()) == days.volume(BEGAN) == len(reports)
    assert {source: [s for _, s in reports].count(source) for source in by_source} == by_source


def test_a_week_has_the_profiles_volume(profile: Profile):
    days = days_of(profile)
    assert mean(days.volume(day) for day in WEEK) == pytest.approx(12_000, rel=0.03)


def test_the_weekend_is_quieter_and_a_holiday_quieter_still(profile: Profile):
    days = days_of(profile)
    monday, sunday, holiday = date(2026, 11, 16), date(2026, 11, 22), date(2026, 2, 17)
    assert days.volume(monday) > 1.1 * days.volume(sunday)
    assert days.volume(sunday) > 1.2 * days.volume(holiday)


def test_the_daily_figures_rise_until_the_demo_began_and_no_further(profile: Profile):
    days = days_of(profile)
    year_ago, later = [[day + timedelta(weeks=w) for day in WEEK] for w in (-52, 4)]
    assert mean(map(days.volume, year_ago)) == pytest.approx(11_000, rel=0.03)
    assert mean(map(days.volume, later)) == pytest.approx(12_000, rel=0.03)


def test_reports_follow_the_shape_of_the_day(profile: Profile):
    days = days_of(profile)
    reports, counts = days.reports(BEGAN), [0] * 96
    for at, _source in reports:
        counts[slot_of(at, days.zone)] += 1
    shape = profile.volume.day_shape
    expected = [len(reports) * weight / sum(shape) for weight in shape]
    hourly = [(sum(counts[h : h + 4]), sum(expected[h : h + 4])) for h in range(0, 96, 4)]
    assert all(abs(n - wanted) < 5 * wanted**0.5 + 3 for n, wanted in hourly)


def test_reports_lie_within_their_local_day_in_order(profile: Profile):
    days = days_of(profile)
    moments = [at for at, _source in days.reports(BEGAN)]
    assert moments == sorted(moments)
    assert {at.astimezone(days.zone).date() for at in moments} == {BEGAN}
