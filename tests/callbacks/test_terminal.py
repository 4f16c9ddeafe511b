"""The terminal's door: whose page it is, which files it gives, what stays on phones, and its questions for the post."""

import json
import struct
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from callbacks import terminal
from callbacks.desk import directly
from callbacks.terminal_post import PostParts
from domain.account import SYSTEM, Actor, Role
from domain.case import CaseReport
from operations.account_ports import Ground
from operations.feedback import FeedbackDesk
from operations.open_cases import OpenCases
from operations.roster import Rosters
from operations.roster_requests import LayerRequest
from tests.databases import a_database
from tests.fakes import FakeClock
from tests.operations.conftest import Office, zhengzhou
from tests.operations.test_aftermath import issue

POST, OTHER = "410105001", "410105002"
LEADER = Actor("l1", "演示领导", Role.LEADER)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    database = a_database(tmp_path)
    yield Office(database, FakeClock(), zhengzhou())
    database.close()


class Terminals:
    """Terminals of one office; the roster of POST changes between two people each day."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.rosters = Rosters(Ground(office.database.begin, office.database.read, office.clock, office.city))
        self.cases = OpenCases(office.database.read, office.city)
        self.feedback = FeedbackDesk(office.database.begin, office.database.read, clock=office.clock)
        with office.database.begin() as work:
            people = [
                {"id": f"p{n}", "post": POST, "name": f"演示员0{n}", "duty": "", "phone": f"1390000{n}"} for n in (1, 2)
            ]
            work.people.put([one | {"pin_hash": None} for one in people])
        layer = LayerRequest(("p1", "p2"), starts_on=date(2026, 11, 1), handover=time(8))
        self.rosters.save(office.officer, POST, [layer], confirmed=True)

    def client(self, actor: Actor | None, *, works_offline: bool = True) -> FlaskClient:
        server = Flask("terminal")
        parts = PostParts(self.rosters, self.cases, self.feedback, self.office.clock, directly)
        given = {"city": self.office.city, "who": lambda: actor, "language_of": lambda: "zh-CN"}
        given |= {"demo": True, "build": "b1", "now": self.office.clock.real}
        terminal.mount(server, **given, post=parts, works_offline=works_offline)
        return server.test_client()

    def at(self, post: str = POST) -> FlaskClient:
        return self.client(self.office.at_post(post))


@pytest.fixture
def terminals(office: Office) -> Terminals:
    return Terminals(office)


def test_a_terminal_belongs_to_a_post_and_serves_only_its_own_files(terminals: Terminals):
    client = terminals.at()
    page = client.get("/terminal")
    assert f'data-post="{POST}"' in page.get_data(as_text=True)
    assert "geolocation=(self)" in page.headers["Permissions-Policy"]
    found = {"assets/terminal.js": 200, "assets/wall.js": 404, "clock": 200, "icons/icon.svg": 200, "icons/../x": 404}
    for path, status in found.items():
        with client.get(f"/terminal/{path}") as answer:
            assert answer.status_code == status, path
    assert terminals.client(LEADER).get("/terminal").status_code == 403
    assert terminals.client(None).get("/terminal/post").status_code == 401
    assert terminals.client(LEADER).get("/terminal/post").status_code == 403


def test_every_icon_of_the_manifest_is_there_and_as_large_as_it_says(terminals: Terminals):
    client = terminals.at()
    manifest = client.get("/terminal/manifest.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    drawn = [icon for icon in manifest.json["icons"] if icon["type"] == "image/png"]
    assert {(icon["sizes"], icon["purpose"]) for icon in drawn} == {
        (f"{size}x{size}", purpose) for size in (192, 512) for purpose in ("any", "maskable")
    }
    for icon in drawn:
        with client.get(icon["src"]) as answer:
            width, height = struct.unpack(">II", answer.data[16:24])
        assert f"{width}x{height}" == icon["sizes"]


def test_the_worker_keeps_the_page_and_every_file_it_loads_and_nothing_the_centre_answers(terminals: Terminals):
    client = terminals.at()
    worker, page = client.get("/terminal/sw.js"), client.get("/terminal").get_data(as_text=True)
    assert worker.headers["Service-Worker-Allowed"] == "/terminal"
    assert worker.mimetype == "text/javascript"
    shell = shell_of(worker.get_data(as_text=True))
    assert (shell["build"], shell["page"]) == ("b1", "/terminal")
    assert all(url in page for url in shell["files"])
    assert page.count("/terminal/assets/") == len(shell["files"])
    assert not [url for url in [*shell["files"], *shell["icons"]] if "clock" in url or "post" in url.rsplit("/", 1)[0]]


def test_where_no_worker_is_wanted_the_page_takes_it_away_and_so_does_the_worker_itself(terminals: Terminals):
    client = terminals.client(terminals.office.at_post(POST), works_offline=False)
    assert shell_of(client.get("/terminal/sw.js").get_data(as_text=True)) is None
    assert 'data-worker=""' in client.get("/terminal").get_data(as_text=True)


def shell_of(script: str) -> dict | None:
    return json.loads(script.partition("self.shell = ")[2].partition(";\n")[0])


def test_the_roster_says_who_is_on_duty_and_the_post_hands_over(terminals: Terminals):
    client = terminals.at()
    told = client.get("/terminal/post").json
    assert told["ok"]
    now, later = told["duty"][0], told["duty"][1]
    assert {now["person"], later["person"]} == {"p1", "p2"}
    assert now["until"] == later["from"]
    refused = client.post("/terminal/post/hand-over", json={"person": later["person"]}).json
    assert (refused["ok"], refused["may_confirm"]) == (False, True)  # nobody has verified the number
    assert "没有已核实的联系方式" in refused["problem"]
    handed = client.post("/terminal/post/hand-over", json={"person": later["person"], "confirmed": True}).json
    assert (handed["duty"][0]["person"], handed["duty"][0]["why"]) == (later["person"], "override")
    assert handed["duty"][0]["until"] == now["until"]


def test_an_exchange_is_asked_for_and_answered_by_the_post_and_by_no_other(terminals: Terminals):
    client = terminals.at()
    duty = client.get("/terminal/post").json["duty"]
    first, second = duty[1], duty[2]
    asked = client.post("/terminal/post/swaps", json={"first": first["from"], "second": second["from"]}).json
    [swap] = asked["swaps"]
    assert (swap["first"]["name"], swap["second"]["name"]) == (first["name"], second["name"])
    assert terminals.at(OTHER).post(f"/terminal/post/swaps/{swap['id']}", json={"accept": True}).status_code == 403
    after = client.post(f"/terminal/post/swaps/{swap['id']}", json={"accept": True}).json
    assert after["swaps"] == []
    stands = {one["from"]: one["person"] for one in after["duty"]}
    assert stands[duty[0]["from"]] == duty[0]["person"]
    assert client.post("/terminal/post/swaps/nothing", json={"accept": True}).json["ok"] is False
    assert client.post("/terminal/post/swaps", json={"first": "tomorrow"}).status_code == 400


def test_the_open_cases_of_the_post_stand_soonest_due_first(terminals: Terminals, office: Office):
    report = CaseReport("GRID", "x", "words of the reporter", office.clock.now(), "UNKNOWN", title="a heading")
    due = {"late": timedelta(minutes=-12), "soon": timedelta(minutes=40), "today": timedelta(hours=5), "none": None}
    for n, (name, left) in enumerate(due.items()):
        put(office, report, f"c{n}", township=POST, title=name, due_at=left and office.clock.now() + left)
    put(office, report, "other", township=OTHER, title="elsewhere")
    put(office, report, "done", township=POST, title="finished", finished_at=office.clock.now())
    cases = terminals.at().get("/terminal/post").json["cases"]
    told = [(row["title"], row["left_s"], row["severity"]) for row in cases["rows"]]
    expected = [("late", -720, "alarm"), ("soon", 2400, "warn"), ("today", 18000, "watch"), ("none", None, "normal")]
    assert (cases["n"], told) == (4, expected)
    assert "words of the reporter" not in json.dumps(cases)
    assert terminals.at(office.city.posts_of(["special_grid"])[0].code).get("/terminal/post").json["cases"]["n"] == 0


def put(office: Office, report: CaseReport, name: str, **values: object) -> None:
    said = CaseReport(report.source, name, report.text, report.reported_at, title=str(values["title"]))
    [outcome] = office.cases.report(SYSTEM, [said])
    with office.database.begin() as work:
        case = work.cases.get(outcome.id)
        work.cases.save(case.changed(filed_at=office.clock.now(), category=None, **values), case.version)


def test_a_post_says_once_what_went_well_and_the_terminal_asks_no_more(terminals: Terminals):
    office, client = terminals.office, terminals.at()
    order = issue(office, tiers=("township",))
    assert office.record(office.receipt(order.id, POST, person="p1")) == [None]
    assert client.get("/terminal/post").json["asked"] == []
    office.orders.close(office.officer, order.id)
    assert client.get("/terminal/post").json["asked"] == [{"order": order.id, "title": order.title, "drill": False}]
    words = {"order": order.id, "went_well": "响应快", "hindered": 7}
    assert terminals.at(OTHER).post("/terminal/post/feedback", json=words).json["ok"] is False
    after = client.post("/terminal/post/feedback", json=words).json
    assert (after["ok"], after["asked"]) == (True, [])
    [said] = terminals.feedback.of(office.officer, order.id)
    assert (said.post, said.went_well, said.hindered) == (POST, "响应快", "")
    refused = client.post("/terminal/post/feedback", json=words).json
    assert (refused["ok"], "已经填过" in refused["problem"]) == (False, True)
    assert terminals.client(LEADER).post("/terminal/post/feedback", json=words).status_code == 403
