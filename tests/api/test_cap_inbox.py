"""Outside alerts become proposals for an order; what is hostile or no CAP is refused, and nothing is sent."""

import pytest

from tests.mounted import Door

RAIN = """<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>{identifier}</identifier><sender>met.example</sender><sent>2026-11-24T14:00:00+08:00</sent>
  <status>{status}</status><msgType>{kind}</msgType><scope>Public</scope>{references}
  <info><language>en</language><category>Met</category><event>Rainstorm</event><urgency>Immediate</urgency>
    <severity>Severe</severity><certainty>Likely</certainty><area><areaDesc>x</areaDesc></area></info>
  <info><language>zh-CN</language><category>Met</category><event>暴雨红色预警</event><urgency>Immediate</urgency>
    <severity>{severity}</severity><certainty>Likely</certainty><expires>2026-11-24T20:00:00+08:00</expires>
    <headline>市气象台发布暴雨红色预警</headline><description>三小时内降雨 100 毫米以上。</description>
    <instruction>做好防范。</instruction>
    <area><areaDesc>金水一带</areaDesc>{area}</area></info>
</alert>"""
SQUARE = "<polygon>34.70,113.60 34.90,113.60 34.90,113.80 34.70,113.80 34.70,113.60</polygon>"


def rain(identifier: str = "a1", *, kind: str = "Alert", refers: str = "", **changes: str) -> str:
    references = f"<references>{refers}</references>" if refers else ""
    said = {"status": "Actual", "severity": "Extreme", "area": SQUARE} | changes
    return RAIN.format(identifier=identifier, kind=kind, references=references, **said)


def send(door: Door, body: str | bytes, key: str | None = "any"):
    return door.ask("POST", "/cap/inbox", key, data=body, content_type="application/cap+xml")


def proposals(door: Door, **query: str) -> list[dict]:
    answer = door.get("/proposals", "dispatch", **query)
    assert answer.status_code == 200
    return answer.json["proposals"]


def test_a_weather_alert_becomes_a_proposal_and_no_order(door: Door):
    answer = send(door, rain())
    assert answer.status_code == 201, answer.json
    (found,) = proposals(door)
    assert found == answer.json
    assert (found["title"], found["grade"], found["mode"]) == ("市气象台发布暴雨红色预警", 1, "live")
    assert found["text"] == "三小时内降雨 100 毫米以上。 做好防范。"
    assert found["template"] == "flood"
    assert "410105" in found["posts"]
    assert "410181" not in found["posts"]  # 巩义 lies far to the west
    with door.database.read() as work:
        assert work.orders.latest(10) == []


def test_its_posts_can_be_ordered_as_they_are(door: Door):
    posts = send(door, rain()).json["posts"]
    order = {"targets": {"posts": posts}, "title": "暴雨", "text": "到岗", "mode": "live"}
    assert door.post("/orders/preview", order, "dispatch").json["targets"] == len(posts)


def test_an_order_of_ours_comes_back_as_what_it_was(door: Door):
    tiers = ["district", "township", "unit", "special_grid"]
    order = {"targets": {"tiers": tiers}, "title": "低温雨雪", "text": "立即到岗", "grade": 2, "mode": "drill"}
    made = door.post("/orders", order, "dispatch").json
    message = door.ask("GET", f"/cap/alerts/{made['id']}.xml", "dispatch").data
    back = send(door, message).json
    assert (back["identifier"], back["grade"], back["mode"]) == (made["id"], 2, "drill")
    assert back["title"] == made["title"]
    assert back["text"].startswith(made["text"])
    assert set(back["posts"]) == {post.code for post in door.city.posts_of(tiers) if not post.reserved}


def test_a_circle_and_a_code_name_posts_too(door: Door):
    circle = send(door, rain("c", area="<circle>34.7485,113.6187 3</circle>")).json["posts"]
    code = send(door, rain("g", area="<geocode><valueName>x</valueName><value>410181</value></geocode>")).json["posts"]
    assert 0 < len(circle) < 60
    assert code == ["410181"]


def test_the_same_message_again_changes_nothing(door: Door):
    first, second = send(door, rain()), send(door, rain())
    assert (first.status_code, second.status_code, first.json["id"]) == (201, 200, second.json["id"])
    assert len(proposals(door)) == 1


def test_an_update_replaces_and_a_cancel_withdraws_what_its_own_sender_sent(door: Door):
    send(door, rain("a1"))
    send(door, rain("a2", kind="Update", refers="met.example,a1,2026-11-24T14:00:00+08:00"))
    assert [each["identifier"] for each in proposals(door)] == ["a2"]
    stranger = rain("b1", kind="Cancel", refers="met.example,a2,2026-11-24T14:00:00+08:00")
    send(door, stranger.replace("<sender>met.example", "<sender>somebody"))
    assert len(proposals(door)) == 1
    assert send(door, rain("a3", kind="Cancel", refers="met.example,a2,2026-11-24T14:00:00+08:00")).status_code == 204
    assert proposals(door) == []
    assert {each["state"] for each in proposals(door, settled="true")} == {"replaced", "withdrawn"}


def test_an_exercise_is_proposed_as_a_drill_and_a_test_is_refused(door: Door):
    assert send(door, rain(status="Exercise")).json["mode"] == "drill"
    assert send(door, rain("t", status="Test")).status_code == 422


def test_an_officer_accepts_with_an_order_or_dismisses_once(door: Door):
    one, two = send(door, rain("a1")).json["id"], send(door, rain("a2")).json["id"]
    order = {"targets": {"tiers": ["district"]}, "title": "暴雨", "text": "到岗", "mode": "live"}
    made = door.post("/orders", order, "dispatch").json["id"]
    assert door.post(f"/proposals/{one}/settle", {"order": "nothing"}, "dispatch").status_code == 404
    assert door.post(f"/proposals/{one}/settle", {"order": made}, "dispatch").json["state"] == "accepted"
    assert door.post(f"/proposals/{two}/settle", {}, "dispatch").json["state"] == "dismissed"
    assert door.post(f"/proposals/{one}/settle", {}, "dispatch").status_code == 409
    assert proposals(door) == []


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><alert>&b;</alert>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert>&x;</alert>'
HOSTILE = {
    "an entity bomb": BOMB,
    "an external entity": OUTSIDE,
    "a document type": f"<!DOCTYPE alert>{rain()[38:]}",
    "an outside DTD": '<!DOCTYPE alert SYSTEM "http://127.0.0.1:1/x.dtd"><alert/>',
    "deep nesting": "<a>" * 100_000,
    "no XML": "{}",
    "nothing": "",
    "half a message": rain()[:300],
    "an unknown encoding": '<?xml version="1.0" encoding="x-none"?><a/>',
    "half a character": b'<?xml version="1.0" encoding="UTF-8"?><a>\xe6</a>',
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_and_broken_xml_is_refused(door: Door, what: str):
    answer = send(door, HOSTILE[what])
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert proposals(door) == []


def test_fifty_megabytes_are_refused_unread(door: Door):
    assert send(door, b"<alert>" + b" " * 50_000_000).status_code == 413


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"area": "<polygon>34.7,113.6 34.9,113.6 34.7,113.6</polygon>"}, "polygon"),
        ({"area": "<polygon>34.7,x 34.9,113.6 34.9,113.8 34.7,x</polygon>"}, "polygon"),
        ({"area": "<polygon>nan,1 1,1 1,2 nan,1</polygon>"}, "polygon"),
        ({"area": "<circle>34.7,113.6 inf</circle>"}, "circle"),
        ({"severity": "Terrible"}, "severity"),
        ({"identifier": ""}, "identifier"),
        ({"identifier": "x" * 300}, "identifier"),
        ({"refers": "a,b"}, "references"),
    ],
)
def test_what_is_no_cap_names_the_field(door: Door, changes: dict, field: str):
    answer = send(door, rain(**changes))
    assert answer.status_code == 422
    assert answer.json["problems"][0]["field"] == field


def test_another_vocabulary_is_refused(door: Door):
    assert send(door, rain().replace("cap:1.2", "cap:1.1")).status_code == 422


def test_only_a_key_that_may_report_sends_and_only_an_officer_settles(door: Door):
    assert send(door, rain(), None).status_code == 401
    assert send(door, rain(), "read").status_code == 403
    one = send(door, rain()).json["id"]
    assert door.post(f"/proposals/{one}/settle", {}, "any").status_code == 403
    assert door.get("/proposals", "any").status_code == 403
