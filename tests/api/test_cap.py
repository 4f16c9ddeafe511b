"""Orders as CAP 1.2 messages: valid, chained by references, and never Actual when they are not."""

from xml.etree.ElementTree import Element, fromstring

import pytest

from domain.cap import GRADE, SEVERITY
from domain.cap_area import MOST_POINTS
from domain.place import contains
from layouts.text import text
from operations.messages import Messages
from tests.api.cap_schema import NAMESPACE, faults
from tests.mounted import KEYS, Door

ATOM = "{http://www.w3.org/2005/Atom}"
ORDER = {
    "targets": {"tiers": ["district", "township", "unit"]},
    "title": "低温雨雪",
    "text": "立即到岗 <&>",
    "grade": 2,
    "mode": "live",
}


def issue(door: Door, **changes: object) -> dict:
    made = door.post("/orders", ORDER | changes, "dispatch")
    if made.status_code == 202:  # a grave one waits for a second person
        waiting = f"/order-requests/{made.json['id']}"
        seen = door.get(waiting, "dispatch").json["seen"]
        made = door.post(f"{waiting}/approve", {"seen": seen}, "second")
    assert made.status_code == 201, made.json
    return made.json


def alert(door: Door, identifier: str) -> Element:
    answer = door.ask("GET", f"/cap/alerts/{identifier}.xml", "dispatch")
    assert (answer.status_code, answer.content_type) == (200, "application/cap+xml; charset=utf-8")
    root = fromstring(answer.data)
    assert faults(root) == []
    return root


def said(parent: Element, name: str) -> str | None:
    return parent.findtext(NAMESPACE + name)


def entries(door: Door) -> list[str]:
    answer = door.ask("GET", "/cap/feed.atom", "dispatch")
    assert answer.status_code == 200
    feed = fromstring(answer.data)
    for name in ("id", "title", "updated"):
        assert feed.findtext(ATOM + name)
    return [entry.find(f"{ATOM}link").get("href") for entry in feed.findall(f"{ATOM}entry")]


@pytest.mark.parametrize("grade", [1, 2, 3, 4])
def test_an_order_is_a_valid_message_in_both_languages(door: Door, grade: int):
    order = issue(door, grade=grade, ground="市政府令")
    root = alert(door, order["id"])
    assert (said(root, "identifier"), said(root, "msgType"), said(root, "scope")) == (
        order["id"],
        "Alert",
        "Restricted",
    )
    infos = root.findall(f"{NAMESPACE}info")
    assert [said(info, "language") for info in infos] == ["zh-CN", "en"]
    for info in infos:
        assert said(info, "description") == "立即到岗 <&>"
        assert said(info, "severity") == SEVERITY[grade]
        assert said(info, "contact") == door.city.callback_number
        named = {said(each, "valueName"): said(each, "value") for each in info.findall(f"{NAMESPACE}parameter")}
        assert (named["order.no"], named["order.grade"], named["order.ground"]) == (order["no"], str(grade), "市政府令")


def test_every_district_is_an_area_with_its_code_and_a_short_outline(door: Door):
    info = alert(door, issue(door)["id"]).find(f"{NAMESPACE}info")
    areas = {said(area, "areaDesc"): area for area in info.findall(f"{NAMESPACE}area")}
    assert set(areas) == {district.name for district in door.city.districts} | {door.city.name}  # units: the whole city
    for district in door.city.districts:
        area = areas[district.name]
        codes = [said(each, "value") for each in area.findall(f"{NAMESPACE}geocode")]
        assert codes[0] == district.code
        (ring,) = [polygon.text.split(" ") for polygon in area.findall(f"{NAMESPACE}polygon")]
        assert len(ring) <= MOST_POINTS
        points = [[float(part) for part in pair.split(",")][::-1] for pair in ring]
        assert contains(points, (district.lon, district.lat))


def test_a_correction_updates_and_a_cancellation_cancels_with_references_to_all_before(door: Door):
    first = issue(door)
    changed = door.post(f"/orders/{first['id']}/correct", {"reason": "时间", "text": "十八时前"}, "dispatch").json
    door.post(f"/orders/{changed['id']}/cancel", {"reason": "误发"}, "dispatch")
    sent = said(alert(door, first["id"]), "sent")
    update, end = alert(door, changed["id"]), alert(door, f"{changed['id']}-end")
    sender = said(update, "sender")
    assert said(update, "msgType") == "Update"
    assert said(update, "references") == f"{sender},{first['id']},{sent}"
    assert said(end, "msgType") == "Cancel"
    assert said(end, "references") == f"{sender},{first['id']},{sent} {sender},{changed['id']},{said(update, 'sent')}"
    assert "误发" in said(end.find(f"{NAMESPACE}info"), "instruction")


def test_an_all_clear_is_an_update_that_says_the_danger_is_past(door: Door):
    first = issue(door)
    over = door.post(f"/orders/{first['id']}/all-clear", {}, "dispatch").json
    message = alert(door, over["id"])
    info = message.find(f"{NAMESPACE}info")
    assert (said(message, "msgType"), said(info, "responseType"), said(info, "urgency")) == (
        "Update",
        "AllClear",
        "Past",
    )
    sent = said(alert(door, first["id"]), "sent")
    assert said(message, "references") == f"{said(message, 'sender')},{first['id']},{sent}"
    assert entries(door) == [f"https://city.example/cap/alerts/{over['id']}.xml"]


def test_a_running_order_has_no_end_and_an_unknown_one_no_message(door: Door):
    assert door.ask("GET", f"/cap/alerts/{issue(door)['id']}-end.xml", "dispatch").status_code == 404
    assert door.ask("GET", "/cap/alerts/x.xml", "dispatch").status_code == 404


@pytest.mark.parametrize(
    ("mode", "demo", "status"),
    [("live", False, "Actual"), ("live", True, "Test"), ("drill", False, "Exercise"), ("drill", True, "Exercise")],
)
def test_only_a_live_order_of_a_live_city_is_actual(door: Door, mode: str, demo: bool, status: str):
    order = issue(door, mode=mode)
    parts = door.parts.messages
    messages = Messages(parts.read, parts.city, parts.areas, text, demo)
    assert messages.get(KEYS["dispatch"], order["id"]).status == status


def test_the_feed_has_the_running_orders_and_no_others(door: Door):
    assert entries(door) == []
    running, ended = issue(door), issue(door)
    door.post(f"/orders/{ended['id']}/close", {"reason": "完成"}, "dispatch")
    assert entries(door) == [f"https://city.example/cap/alerts/{running['id']}.xml"]


@pytest.mark.parametrize("path", ["/cap/feed.atom", "/cap/alerts/x.xml"])
def test_reading_needs_a_key_that_may_see_ledgers(door: Door, path: str):
    assert door.ask("GET", path, None).status_code == 401
    assert door.ask("GET", path, "wrong").status_code == 401
    assert door.ask("GET", path, "any").status_code == 403


def test_control_characters_in_an_order_do_not_break_the_message(door: Door):
    info = alert(door, issue(door, text="到岗\x07\ufffe。")["id"]).find(f"{NAMESPACE}info")
    assert said(info, "description") == "到岗。"


def test_each_grade_has_a_severity_of_its_own():
    assert {GRADE[severity] for severity in SEVERITY.values()} == {1, 2, 3, 4}
