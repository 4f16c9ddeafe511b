"""Who may pass, what the paths are, and that the documentation is what is served."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from api.mount import mount
from tests.api.reports import a_report
from tests.mounted import KEYS, Door

NOW = "2026-11-24T06:30:00Z"
ORDER = {"targets": {"tiers": ["district"]}, "title": "t", "text": "t", "mode": "live"}
ROLL_CALL = {"name": "n", "targets": {"tiers": ["district"]}, "days": [1], "at": "08:00"}
PLAN = {"name": "n", "title": "t", "text": "t", "grade": 4, "tiers": ["district"], "limits": {"district": 60}}
PLAN |= {"answers": ["received"]}
ASKED = [
    ("POST", "/cases", a_report(), {"any", "heat"}),
    ("POST", "/cases", {"cases": [a_report()]}, {"any", "heat"}),
    ("GET", "/cases", None, {"any", "heat", "read"}),
    ("GET", "/cases/1", None, {"any", "heat", "read"}),
    ("GET", "/cases/1/original", None, {"any", "heat"}),
    ("POST", "/cases/1/steps", {"step": "file", "at": NOW, "by": "x", "version": 1}, {"any", "heat"}),
    ("POST", "/cases/1/cross", {"crosses": ["area"], "version": 1}, {"any", "heat"}),
    ("POST", "/devices", {"devices": [{"id": "d", "class": "iot"}]}, {"any", "heat"}),
    ("GET", "/devices", None, {"read"}),
    ("POST", "/devices/heartbeats", {"at": NOW, "devices": []}, {"any", "heat"}),
    ("POST", "/indicators", {"key": "heating_return_temperature", "value": 1, "at": NOW}, {"any", "heat"}),
    ("POST", "/orders/preview", ORDER, {"dispatch"}),
    ("POST", "/orders", ORDER, {"dispatch"}),
    ("GET", "/orders/1", None, {"dispatch"}),
    ("GET", "/orders/1/ledger", None, {"dispatch"}),
    ("POST", "/orders/1/correct", {"reason": "r"}, {"dispatch"}),
    ("POST", "/orders/1/cancel", {"reason": "r"}, {"dispatch"}),
    ("POST", "/orders/1/all-clear", {}, {"dispatch"}),
    ("PUT", "/orders/1/meeting", {"link": ""}, {"dispatch"}),
    ("POST", "/orders/1/close", {}, {"dispatch"}),
    ("POST", "/orders/1/answers", {"post": "410105"}, set()),
    ("GET", "/orders/1/checklist", None, {"dispatch"}),
    ("POST", "/orders/1/checklist", {"n": 0}, {"dispatch"}),
    ("GET", "/orders/1/feedback", None, {"dispatch"}),
    ("POST", "/orders/1/feedback", {"post": "410105", "went_well": "w"}, set()),
    ("GET", "/plans", None, {"dispatch"}),
    ("POST", "/plans/preview", {"key": "fog", "plan": PLAN}, {"dispatch"}),
    ("GET", "/plans/1", None, {"dispatch"}),
    ("PUT", "/plans/1", PLAN, {"dispatch"}),
    ("DELETE", "/plans/1", None, {"dispatch"}),
    ("GET", "/plans/1/versions", None, {"dispatch"}),
    ("POST", "/plans/1/restore", {}, {"dispatch"}),
    ("GET", "/order-requests", None, {"dispatch"}),
    ("GET", "/order-requests/1", None, {"dispatch"}),
    ("POST", "/order-requests/1/approve", {"seen": "x"}, {"dispatch"}),
    ("POST", "/order-requests/1/override", {"reason": "r"}, {"dispatch"}),
    ("POST", "/order-requests/1/refuse", {"reason": "r"}, {"dispatch"}),
    ("POST", "/order-requests/1/withdraw", {}, {"dispatch"}),
    ("GET", "/orders/1/record", None, {"dispatch"}),
    ("GET", "/orders/1/certificate.pdf", None, {"dispatch"}),
    ("GET", "/orders/1/certificate.xlsx", None, {"dispatch"}),
    ("GET", "/orders/1/deliveries", None, {"dispatch"}),
    ("POST", "/orders/1/calls", {"post": "410105", "reached": True}, {"dispatch"}),
    ("POST", "/deliveries/1/receipt", {"state": "DELIVRD"}, {"gateway"}),
    ("GET", "/channels", None, {"dispatch"}),
    ("POST", "/channels/1/tests", {"address": "13800000001"}, {"dispatch"}),
    ("GET", "/proposals", None, {"dispatch"}),
    ("POST", "/proposals/1/settle", {}, {"dispatch"}),
    ("GET", "/readiness", None, {"dispatch"}),
    ("PUT", "/readiness", {"condition": "war", "reason": "r", "version": 0}, {"dispatch"}),
    ("GET", "/wall/scene", None, {"dispatch"}),
    ("PUT", "/wall/scene", {"shows": "district", "about": "410105"}, {"dispatch"}),
    ("DELETE", "/wall/scene", None, {"dispatch"}),
    ("GET", "/orders/1/steps", None, {"dispatch"}),
    ("POST", "/orders/1/escalate", {"post": "410105"}, {"dispatch"}),
    ("POST", "/roll-calls", {"targets": {"posts": ["410105"]}}, {"dispatch"}),
    ("GET", "/roll-calls/1/absent", None, {"dispatch"}),
    ("GET", "/roll-calls/1/absent.csv", None, {"dispatch"}),
    ("GET", "/roll-calls/1/absent.xlsx", None, {"dispatch"}),
    ("GET", "/roll-call-plans", None, {"dispatch"}),
    ("GET", "/reachability", None, {"dispatch"}),
    ("POST", "/roll-call-plans", ROLL_CALL, {"dispatch"}),
    ("DELETE", "/roll-call-plans/1", None, {"dispatch"}),
    ("POST", "/channel-tests", {"channel": "terminal", "targets": {"posts": ["410105"]}}, {"dispatch"}),
    ("GET", "/vitals", None, {"read"}),
    ("GET", "/target-groups", None, {"dispatch"}),
    ("POST", "/target-groups", {"name": "g", "targets": {"tiers": ["district"]}}, {"dispatch"}),
    ("DELETE", "/target-groups/1", None, {"dispatch"}),
    ("POST", "/areas", {"shapes": [{"circle": {"lon": 113.6, "lat": 34.7, "radius_m": 500}}]}, {"dispatch"}),
    ("GET", "/grid-workers", None, {"dispatch"}),
    ("PUT", "/grid-workers", {"workers": [{"township": "410105001", "grid": "1", "name": "n"}]}, {"dispatch"}),
    ("POST", "/grid-workers/1/duty", {"on_duty": False}, {"dispatch"}),
    ("GET", "/orders/1/grid-workers", None, {"dispatch"}),
    ("POST", "/orders/1/grid-workers/2/page", None, {"dispatch"}),
    ("POST", "/orders/1/grid-workers/answers", {"answers": [{"worker": "w", "answer": "received"}]}, set()),
    ("GET", "/roster/on-duty", None, {"dispatch"}),
    ("GET", "/roster/gaps", None, {"dispatch"}),
    ("PUT", "/roster/410105/rotation", {"layers": []}, {"dispatch"}),
    ("POST", "/roster/410105/overrides", {"person": "p", "ends_at": "2026-11-25T06:30:00Z"}, {"dispatch"}),
]


@pytest.mark.parametrize(("method", "path", "body", "may"), ASKED)
def test_a_key_may_what_it_was_made_for_and_nothing_else(door: Door, method: str, path: str, body, may: set):
    for key in ("any", "heat", "read", "none", "gateway", "dispatch"):
        answer = door.ask(method, f"/api/v1{path}", key, json=body)
        assert (answer.status_code == 403) == (key not in may), key
        assert answer.status_code != 500, key


@pytest.mark.parametrize(("method", "path", "body", "may"), ASKED)
def test_nobody_passes_without_a_valid_key(door: Door, method: str, path: str, body, may: set):
    for key in (None, "stolen"):
        answer = door.ask(method, f"/api/v1{path}", key, json=body)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer"), key
        assert answer.content_type == "application/problem+json"


def test_every_route_was_asked_above(door: Door):
    asked = {
        (method, path.replace("/1", "/{id}").replace("/410105", "/{post}").replace("/2/", "/{worker}/"))
        for method, path, _body, _may in ASKED
    }
    assert {(route.method, route.path) for route in door.routes} == asked


def test_a_key_for_one_source_may_not_speak_for_another(door: Door):
    answer = door.post("/cases", a_report(source="DCG"), "heat")
    assert (answer.status_code, answer.content_type) == (403, "application/problem+json")
    batch = door.post("/cases", {"cases": [a_report(source="DCG"), a_report()]}, "heat").json
    assert batch["counts"] == {"refused": 1, "new": 1}


def test_what_is_not_there_is_a_problem_too(door: Door):
    missing = door.get("/weather")
    assert (missing.status_code, missing.content_type) == (404, "application/problem+json")
    wrong = door.ask("DELETE", "/api/v1/cases")
    assert (wrong.status_code, wrong.content_type) == (405, "application/problem+json")
    assert wrong.json["detail"] == "this path takes GET and POST"


def test_a_fault_of_ours_says_nothing_about_itself(door: Door, caplog: pytest.LogCaptureFixture):
    with door.database.begin() as work:
        work.connection.exec_driver_sql("DROP TABLE case_keys")
    answer = door.post("/cases", a_report())
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert "case_keys" not in answer.text
    assert "case_keys" in caplog.text


def test_the_document_describes_exactly_what_is_served(door: Door):
    document = door.ask("GET", "/api/v1/openapi.json", None).json
    assert document["openapi"] == "3.1.0"
    served = {(route.method.lower(), f"/api/v1{route.path}") for route in door.routes}
    assert {(method, path) for path, item in document["paths"].items() for method in item} == served


def test_every_reference_of_the_document_leads_somewhere(door: Door):
    document = door.ask("GET", "/api/v1/openapi.json", None).json
    text = json.dumps(document)
    names = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert names <= set(document["components"]["schemas"])
    assert {"CaseIn", "CasesIn", "CaseOut", "ProblemDetails", "OrderIn", "Ledger"} <= names
    assert "$defs" not in text


def test_the_document_shows_the_fields_of_a_case(door: Door):
    schemas = door.ask("GET", "/api/v1/openapi.json", None).json["components"]["schemas"]
    assert set(schemas["CaseIn"]["required"]) == {"source", "external_id", "text", "reported_at"}
    assert schemas["CaseIn"]["properties"]["reported_at"]["format"] == "date-time"
    assert schemas["TargetsIn"]["properties"].keys() >= {"tiers", "posts", "except", "tags", "groups", "shapes"}


def test_health_needs_no_key_and_readiness_gives_its_reasons(door: Door):
    assert door.ask("GET", "/healthz", None).status_code == 200
    assert door.ask("GET", "/readyz", None).status_code == 200
    door.missing.append("the worker has not ticked for 12 s")
    answer = door.ask("GET", "/readyz", None)
    assert (answer.status_code, answer.json["reasons"]) == (503, ["the worker has not ticked for 12 s"])


def test_the_vitals_are_what_the_wall_shows_or_a_503(door: Door):
    assert door.get("/vitals", "read").status_code == 503
    door.live.snapshot = {"at": NOW, "real_at": NOW, "seq": 7, "tiles": {"urgent": {"n": 4}}}
    shown = door.get("/vitals", "read").json
    assert (shown["seq"], shown["tiles"]) == (7, {"urgent": {"n": 4}})


def test_prometheus_reads_requests_cases_and_vital_signs(door: Door):
    door.post("/cases", a_report())
    door.post("/cases", a_report(text=""))
    tiles = {
        "devices_iot": {"registered": 5, "online": 3, "offline": 1, "unknown": 1},
        "sources": {"rows": [["A", 1, "warn", 90, 2]]},
    }
    door.live.snapshot = {"at": NOW, "real_at": "2026-11-24T06:29:58Z", "tiles": tiles}
    assert door.ask("GET", "/metrics", "any").status_code == 403
    lines = door.ask("GET", "/metrics", "read").text.splitlines()
    assert 'zhongshu_requests_total{path="/cases",status="201"} 1' in lines
    assert 'zhongshu_cases_taken_total{source="HEAT",outcome="refused"} 1' in lines
    assert 'zhongshu_devices{class="iot",state="offline"} 1' in lines
    assert 'zhongshu_source_late_seconds{source="A"} 90' in lines
    assert "zhongshu_vitals_age_seconds 2.0" in lines


def test_the_interface_can_be_mounted_beside_other_pages(door: Door):
    server = Flask("beside")
    server.get("/wall/")(lambda: "wall")
    mount(server, door.parts, identify=lambda request: None, offload=lambda act, *args: act(*args), ready=list)
    client = server.test_client()
    assert client.get("/wall/").text == "wall"
    assert client.get("/nowhere").content_type != "application/problem+json"


def test_a_refusal_never_reaches_the_thread_pool_as_an_exception(door: Door):
    """A pool prints what is raised in it; a source that is refused a thousand times must not fill the log."""
    escaped: list[Exception] = []

    def offload(act: Callable[..., Any], *args: Any) -> Any:
        try:
            return act(*args)
        except Exception as error:
            escaped.append(error)
            raise

    server = Flask("beside")
    mount(server, door.parts, identify=lambda _request: KEYS["any"], offload=offload, ready=list)
    answers = [
        server.test_client().post("/api/v1/cases", data=body) for body in ("{", '{"source": "HEAT"}', '{"cases": 1}')
    ]
    assert [answer.status_code for answer in answers] == [400, 422, 422]
    assert escaped == []
