"""Stories of made-up cases: the same for the same seed, plausible in place, words and times."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from statistics import median

import pytest

from data_feeds.demo.stories import Stories, Story, point_for
from domain.case import STEPS
from domain.city import City
from domain.place import Places, metres, to_wgs84
from tests.data_feeds.demo.conftest import BEGAN, stories_of


@pytest.fixture(scope="module")
def day(stories: Stories) -> list[Story]:
    return list(stories.of_day(BEGAN))


def filing_s(story: Story) -> float | None:
    filed = [step.at for step in story.steps if step.step == "file"]
    return (filed[0] - story.reported_at).total_seconds() if filed else None


def test_the_same_seed_tells_the_same_stories(small: City):
    assert list(stories_of(small).of_day(BEGAN)) == list(stories_of(small).of_day(BEGAN))


def test_another_seed_tells_other_stories_under_other_ids(small: City):
    one, two = ({story.external_id for story in stories_of(small, seed).of_day(BEGAN)} for seed in (1, 2))
    assert one.isdisjoint(two)


def test_one_story_is_told_alone_as_among_the_others(stories: Stories, day: list[Story]):
    assert list(stories.of_day(BEGAN, only={4000})) == [day[3999]]


def test_a_story_is_known_again_by_its_id_and_a_strangers_is_not(stories: Stories, day: list[Story]):
    assert stories.known(day[41].external_id) == (BEGAN, 42)
    assert [stories.known(one) for one in ("101-7", "demo-2-20261124-00042", "demo-1-x-1", "")] == [None] * 4


def test_no_two_stories_have_one_id(day: list[Story]):
    assert len({story.external_id for story in day}) == len(day)


def test_half_the_cases_are_filed_within_about_20_seconds_and_nearly_all_within_a_minute(day: list[Story]):
    delays = sorted(s for s in map(filing_s, day) if s is not None)
    assert 17 <= median(delays) <= 23
    assert 45 <= delays[int(0.95 * len(delays))] <= 65


def test_sources_filed_by_rule_arrive_late_enough_to_have_been_on_their_way(city: City, day: list[Story]):
    by_rule = [story for story in day if story.source in city.files_by_rule]
    assert all([step.step for step in story.steps[:3]] == ["receive", "file", "assign"] for story in by_rule)
    assert {step.by for story in by_rule for step in story.steps[:3]} == {"rule"}
    assert all(story.steps[0].at == story.arrives_at > story.reported_at for story in by_rule)


def test_every_story_takes_only_steps_that_the_table_allows(day: list[Story]):
    for story in day:
        state = "reported"
        for step in story.steps:
            assert state in STEPS[step.step].origins, story
            assert step.reason or not STEPS[step.step].wants_reason
            state = STEPS[step.step].to
        assert [step.at for step in story.steps] == sorted(step.at for step in story.steps)


def test_the_shares_of_what_is_not_filed_and_voided_are_the_profiles(day: list[Story]):
    ends = Counter(story.steps[-1].step for story in day)
    assert ends["refuse"] / len(day) == pytest.approx(0.021, abs=0.005)
    assert ends["void"] / len(day) == pytest.approx(0.006, abs=0.003)


def test_a_case_lies_where_its_story_says(city: City, day: list[Story]):
    places = Places(city)
    found = [(places.locate(s.spot.lon, s.spot.lat), (s.spot.district, s.spot.township)) for s in day[::10]]
    assert sum(here == told for here, told in found) > 0.95 * len(found)


def test_populous_districts_have_more_cases(city: City, day: list[Story]):
    counts = Counter(story.spot.district for story in day)
    people = {district.code: district.population or 0 for district in city.districts}
    everybody = sum(people.values())
    assert all(counts[code] / len(day) == pytest.approx(n / everybody, abs=0.02) for code, n in people.items())


def test_a_city_without_outlines_has_its_cases_near_the_posts(city: City, small: City):
    bare = replace(small, township_boundaries=None, district_boundaries=None)
    seats = {post.code: (post.lon, post.lat) for post in city.posts}
    far = [metres((s.spot.lon, s.spot.lat), seats[s.spot.township]) for s in stories_of(bare).of_day(BEGAN)]
    assert max(far) < 4000


def test_no_slot_of_a_text_is_left_empty(day: list[Story]):
    assert [story.text for story in day if "{" in story.text or not story.text] == []


def test_the_tags_of_a_source_are_on_its_cases(day: list[Story]):
    assert {story.tags[:1] for story in day if story.source == "P110"} == {("non_police",)}
    assert 0 < sum("cross_boundary" in story.tags for story in day) < 0.02 * len(day)


def test_a_report_tells_of_the_past_only(day: list[Story]):
    story = day[100]
    last = story.steps[-1].at
    assert "history" not in story.report()
    assert "history" not in story.report(until=story.reported_at - timedelta(seconds=1))
    assert len(story.report(until=last)["history"]) == len(story.steps)
    assert len(story.report(until=last - timedelta(seconds=1))["history"]) == len(story.steps) - 1


@pytest.mark.parametrize("crs", ["wgs84", "cgcs2000", "gcj02", "bd09"])
def test_a_source_writes_places_in_its_own_reference_system(city: City, day: list[Story], crs: str):
    spot = day[0].spot
    said = point_for(replace(city.sources[0], crs=crs), spot)
    assert metres(to_wgs84(*said, crs), (spot.lon, spot.lat)) < 0.1
