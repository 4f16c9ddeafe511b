"""The played people of the posts: whom they answer for, when, what, and when they keep silent."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import pytest

from data_feeds.demo.profile import Profile
from data_feeds.demo.robots import Deed, Robots
from domain.city import City, Tier

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
ALL = ["received", "in_position", "need_support", "cannot"]
POST = "410105"


@pytest.fixture
def robots(city: City, profile: Profile) -> Robots:
    made = Robots(city, profile.staff, seed=1)
    made.heard([person(post, n) for post in made.posts for n in (1, 2)], NOW)
    return made


def person(post: str, n: int) -> dict[str, Any]:
    return {"kind": "person", "version": 1, "id": f"{post}-{n}", "post": post, "name": f"name {n}"}


def order(tiers: dict[str, int], **more: Any) -> dict[str, Any]:
    said = {"kind": "order", "id": "o1", "chain": "o1", "version": 1, "state": "running", "mode": "live"}
    return said | {"issued_at": NOW.isoformat(), "answers": ALL, "tiers": tiers} | more


def line(post: str, by: str | None = None, **more: Any) -> dict[str, Any]:
    at = (NOW + timedelta(seconds=30)).isoformat() if by else None
    said = {"kind": "line", "id": f"o1/{post}", "order": "o1", "post": post, "version": 2, "tier": "district"}
    return said | {"by": by, "acknowledged_at": at, "queued_at": NOW.isoformat(), "answer": "received"} | more


def deeds(robots: Robots, event: str, now: datetime = LATER) -> list[Deed]:
    return [deed for deed in robots.due(now) if deed.event == event]


def when(robots: Robots, event: str, seconds: int = 1200) -> list[int]:
    """After how many seconds each of these deeds was done."""
    found = []
    for second in range(seconds):
        found += [second] * len(deeds(robots, event, NOW + timedelta(seconds=second)))
    return found


def posts(said: Sequence[Deed]) -> set[str]:
    return {deed.post for deed in said}


def test_a_whole_tier_answers_without_asking_who_is_meant(robots: Robots):
    assert robots.heard([order({"district": 16})], NOW) == set()
    assert len(posts(deeds(robots, "acknowledged"))) == 16


def test_a_part_of_a_tier_has_to_be_asked_who_is_meant(robots: Robots, city: City):
    unclear = robots.heard([order({"district": 1})], NOW)
    assert unclear == {post.code for post in city.posts_of({Tier.DISTRICT})}
    assert deeds(robots, "delivered") == []
    robots.heard([order({"district": 1}), line(POST)], NOW)
    assert posts(deeds(robots, "acknowledged")) == {POST}


def test_all_16_districts_confirm_within_a_minute_or_little_more(robots: Robots):
    robots.heard([order({"district": 16})], NOW)
    seconds = when(robots, "acknowledged")
    assert 12 <= median(seconds) <= 28
    assert max(seconds) <= 75


def test_townships_take_two_minutes_and_few_stay_silent(robots: Robots):
    robots.heard([order({"township": 215})], NOW)
    seconds = when(robots, "acknowledged")
    assert len(seconds) == 213
    assert 95 <= median(seconds) <= 150
    assert sum(second > 600 for second in seconds) <= 3


def test_a_silent_post_has_the_order_but_nobody_reads_it(robots: Robots):
    robots.heard([order({"township": 215})], NOW)
    said = robots.due(LATER)
    delivered, read = (posts([deed for deed in said if deed.event == event]) for event in ("delivered", "read"))
    assert len(delivered) == 215
    assert delivered - read == robots.silent(order({"township": 215}), Tier.TOWNSHIP)


def test_who_is_silent_depends_on_the_order_and_not_on_its_edition(robots: Robots):
    first, second = order({"township": 215}), order({"township": 215}, id="o2")
    assert robots.silent(first, Tier.TOWNSHIP) == robots.silent(second, Tier.TOWNSHIP)
    assert robots.silent(first, Tier.TOWNSHIP) != robots.silent(first | {"chain": "o7"}, Tier.TOWNSHIP)


def test_it_is_delivered_then_read_then_confirmed_by_a_person_of_the_post(robots: Robots):
    robots.heard([order({"district": 16})], NOW)
    said = [deed for deed in robots.due(LATER) if deed.post == POST]
    assert [deed.event for deed in said][:3] == ["delivered", "read", "acknowledged"]
    assert said[2].payload() == {
        "order": "o1",
        "post": POST,
        "version": 1,
        "person": said[2].person,
        "answer": said[2].answer,
    } | ({"note": said[2].note} if said[2].note else {})
    assert said[2].person in {f"{POST}-1", f"{POST}-2"}


def test_only_what_was_asked_is_answered(robots: Robots):
    robots.heard([order({"township": 215}, answers=["received", "cannot"])], NOW)
    said = robots.due(LATER)
    assert {deed.answer for deed in said if deed.event == "acknowledged"} <= {"received", "cannot"}
    assert [deed for deed in said if deed.event == "answered"] == []


def test_an_answer_nobody_knows_is_given_all_the_same(robots: Robots):
    robots.heard([order({"district": 16}, answers=["seen"])], NOW)
    assert {deed.answer for deed in deeds(robots, "acknowledged")} == {"seen"}


def test_who_needs_support_says_for_what(robots: Robots):
    robots.heard([order({"township": 215}, answers=["need_support"])], NOW)
    assert all(deed.note for deed in deeds(robots, "acknowledged"))


def test_who_has_only_received_it_is_in_position_later(robots: Robots):
    robots.heard([order({"district": 16}, answers=["received", "in_position"])], NOW)
    said = robots.due(LATER + timedelta(hours=3))
    first = {deed.post for deed in said if deed.answer == "received"}
    robots.heard_all([order({"district": 16}, answers=["received", "in_position"])], NOW)
    assert first
    for deed in [deed for deed in said if deed.event == "acknowledged"]:
        robots.heard([line(deed.post, by=deed.name, answer=deed.answer)], NOW)
    assert posts(deeds(robots, "answered", LATER + timedelta(hours=3))) == first


@pytest.mark.parametrize("state", ["corrected", "cancelled", "closed", "expired"])
def test_an_order_that_has_ended_is_not_answered_any_more(robots: Robots, state: str):
    robots.heard([order({"district": 16})], NOW)
    robots.heard([order({"district": 16}, state=state, version=2)], NOW + timedelta(seconds=5))
    assert robots.due(LATER) == []


def test_an_older_row_does_not_bring_an_ended_order_back(robots: Robots):
    robots.heard([order({"district": 16}, state="closed", version=2)], NOW)
    robots.heard([order({"district": 16})], NOW)
    assert robots.due(LATER) == []


def test_a_corrected_order_is_answered_anew(robots: Robots):
    robots.heard([order({"district": 16})], NOW)
    robots.heard([order({"district": 16}, state="corrected", version=2), order({"district": 16}, id="o2")], NOW)
    assert {deed.order for deed in deeds(robots, "acknowledged")} == {"o2"}


def test_where_a_person_confirmed_the_robot_says_no_more(robots: Robots):
    robots.heard([order({"district": 16})], NOW)
    robots.heard([line(POST, by="a real person")], NOW + timedelta(seconds=5))
    assert POST not in posts(robots.due(LATER))


def test_who_comes_late_hurries_and_repeats_nothing(robots: Robots):
    late = NOW + timedelta(minutes=30)
    robots.heard_all([order({"district": 16}), line(POST, by="somebody")], late)
    said = robots.due(late + timedelta(seconds=3))
    assert len(posts([deed for deed in said if deed.event == "acknowledged"])) == 15
    assert POST not in posts(said)


def test_reading_everything_anew_says_nothing_twice(robots: Robots):
    robots.heard([order({"district": 16})], NOW)
    robots.heard_all([order({"district": 16})], NOW)
    assert len(deeds(robots, "acknowledged")) == 16


def test_a_post_without_people_confirms_nothing(city: City, profile: Profile):
    empty = Robots(city, profile.staff, seed=1)
    empty.heard([order({"district": 16})], NOW)
    assert {deed.event for deed in empty.due(LATER)} == {"delivered"}


def test_delays_are_those_of_live_orders_at_the_districts_own_posts(robots: Robots):
    robots.heard([order({"district": 16}), line(POST, by="somebody")], NOW)
    robots.heard([order({"district": 16}, id="o2", mode="drill"), line(POST, by="x", order="o2")], NOW)
    robots.heard([line("410105001", by="x", tier="township")], NOW)
    assert robots.delays() == {POST: [30.0]}


def test_old_orders_that_have_ended_are_forgotten_and_running_ones_are_not(
    robots: Robots, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("data_feeds.demo.robots.MOST_ORDERS", 2)
    robots.heard([order({"district": 16}), line(POST, by="x")], NOW)
    for n in range(2, 6):
        robots.heard([order({}, id=f"o{n}", state="closed"), line(POST, by="x", order=f"o{n}")], NOW)
    robots.heard([], NOW)
    assert set(robots.orders) == {"o1", "o4", "o5"}
    assert {key[0] for key in robots.lines} == {"o1", "o4", "o5"}
