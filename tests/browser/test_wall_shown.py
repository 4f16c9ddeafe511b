"""What an officer puts on the wall, and the city at war, as the room sees them."""

import re
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import expect

from domain.city import City, Tier
from tests.browser.order_stage import Stage, line, order, settled, stamp, text_of, the_stage, the_wall, wall
from tests.browser.order_stage import city as city
from tests.browser.order_stage import stage as stage
from tests.browser.waits import watched

__all__ = ["the_stage", "the_wall", "wall"]
pytestmark = pytest.mark.browser
VERSIONS = count(1)


def ago(seconds: float) -> str:
    return stamp(datetime.now(UTC) - timedelta(seconds=seconds))


def scene(shows: str, about: str, **more: Any) -> dict[str, Any]:
    row = {"kind": "scene", "id": "wall", "version": next(VERSIONS), "shows": shows, "about": about, "by": ""}
    return row | {"at": ago(1), "until": ago(-300), "case": None} | more


def a_case(city: City) -> dict[str, Any]:
    row = {"kind": "case", "id": "c1", "version": 1, "no": "20261124-00123", "title": "", "state": "assigned"}
    row |= {"category": city.categories[0].code, "source": "GRID", "district": "410181", "township": "410181106"}
    row |= {"lon": 113.05, "lat": 34.77, "urgency": "high", "unit": None, "filed_by": "rule"}
    return row | {"reported_at": ago(300), "filed_at": ago(280), "finished_at": None, "closed_at": None}


def test_a_case_and_a_district_are_lifted_out_of_the_map_and_the_wall_goes_back(wall: Any, stage: Stage, city: City):
    shown = watched(wall, "document.getElementById('wall-focus').checkVisibility()")
    told = stage.tell(scene("case", "c1", case=a_case(city)))
    assert shown() - told < 2, "two seconds is what the room waits at most"
    words = text_of(wall, "#wall-focus")
    assert city.categories[0].name in words
    assert "20261124-00123" in words
    expect(wall.locator(".spotlight circle")).to_have_count(2)
    shown = watched(wall, "document.querySelector('.spotlight .district')")
    told = stage.tell(scene("district", "410122"))
    assert shown() - told < 2
    settled(wall)
    assert city.district_by_code["410122"].name in text_of(wall, "#wall-focus")
    assert overlaps(wall, "#wall-focus", ".spotlight .district") is False
    stage.tell(scene("district", "410122", until=ago(1)))  # taken back
    wall.wait_for_selector("#wall-focus", state="hidden")
    expect(wall.locator(".spotlight")).to_have_count(0)


def overlaps(page: Any, one: str, other: str) -> bool:
    a, b = (page.locator(which).bounding_box() for which in (one, other))
    wide = a["x"] < b["x"] + b["width"] and b["x"] < a["x"] + a["width"]
    return wide and a["y"] < b["y"] + b["height"] and b["y"] < a["y"] + a["height"]


def test_an_order_is_put_on_the_wall_over_a_graver_one_and_a_hand_turns_it_away(wall: Any, stage: Stage, city: City):
    posts = city.posts_of([Tier.DISTRICT])[:3]
    slight, grave = order(posts, grade=4, title="慢慢来"), order(posts, grade=3, title="快一点")
    stage.tell(grave, slight, *(line(told, post) for told in (grave, slight) for post in posts))
    stage.tell(scene("order", slight["id"]))
    wall.wait_for_function("document.getElementById('wall').classList.contains('scene-order')")
    expect(wall.locator("#order-what")).to_contain_text("慢慢来")
    wall.mouse.click(960, 540)  # a hand holds the picture, and takes it back from the officer
    wall.wait_for_function("!document.querySelector('#order-what').innerText.includes('慢慢来')")
    expect(wall.locator("#order-what")).to_contain_text("快一点")
    expect(wall.locator("#wall-lock")).to_be_visible()
    stage.tell(scene("order", slight["id"], until=ago(1)))


def test_silent_posts_say_what_was_done_for_them_and_wanted_answers_of_how_many(wall: Any, stage: Stage, city: City):
    posts = city.posts_of([Tier.DISTRICT])[:5]
    told = order(posts, ago=90, wanted={"in_position": 4})
    lines = [line(told, posts[0], "acknowledged", answer="in_position"), *(line(told, post) for post in posts[1:])]
    step = {"kind": "step", "version": 1, "order": told["id"], "channel": "sms", "at": ago(3)}
    steps = [step | {"id": f"{told['id']}-{n}", "post": posts[n].code, "what": what} for n, what in STEPS.items()]
    stage.tell(told, *lines, *steps)
    settled(wall, *lines)
    wall.wait_for_function("document.getElementById('wall').classList.contains('scene-order')")
    wall.wait_for_selector(f"#order-silent [data-post='{posts[4].code}']")
    for n, word in ((1, "短信已发"), (2, "请拨打"), (3, "终端已提醒")):
        expect(wall.locator(f"#order-silent [data-post='{posts[n].code}']")).to_contain_text(word)
    expect(wall.locator("#order-answers [data-answer=in_position]")).to_contain_text(re.compile(r"1\s*/\s*4"))
    expect(wall.locator("#order-answers .escalated")).to_have_text("升级已发 1 条，请拨打 1，终端提醒 1 次")


STEPS = {1: "told", 2: "dial", 3: "notice"}


def test_a_city_at_war_says_so_over_the_whole_wall(wall: Any, stage: Stage):
    switch = {"kind": "readiness", "id": "city", "by": "", "reason": "", "effects": {"wall_scene": "overview"}}
    stage.tell(switch | {"version": 1, "condition": "war", "since": ago(600)})
    wall.wait_for_selector("#wall-readiness:visible")
    expect(wall.locator("#wall-readiness")).to_have_text(re.compile(r"^战时\s+自"))
    expect(wall.locator("#wall.war")).to_have_count(1)
    stage.tell(switch | {"version": 2, "condition": "peace", "since": ago(1)})
    wall.wait_for_selector("#wall-readiness", state="hidden")
    expect(wall.locator("#wall.war")).to_have_count(0)
