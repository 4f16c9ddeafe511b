"""The desk's questions to the real operations, and its ledger as a file."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from callbacks import desk
from callbacks.desk_acts import Acts
from domain.account import SYSTEM, Actor, Role
from domain.cap_area import Zone
from layouts.page import Page
from operations.proposals import OutsideAlert
from tests.databases import a_database
from tests.desk_parts import desk_parts
from tests.fakes import FakeClock
from tests.operations.conftest import Office, zhengzhou
from tests.servers import Server

LEADER = Actor("l1", "演示领导", Role.LEADER)
FORM = {"mode": "live", "template": "snow_and_ice", "title": "寒潮暴雪应对到岗", "text": "{预警}，{deadline}前到岗"}
FORM |= {"grade": 3, "tiers": ["district"], "posts": ["410105001"], "leave_out": [], "limits": {}, "variables": {}}
FORM |= {"answers": ["received", "cannot"], "valid_until": None, "ground": "", "callback": ""}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    database = a_database(tmp_path)
    yield Office(database, FakeClock(), zhengzhou())
    database.close()


class Asking:
    """The desk's stores of one person, without a browser."""

    def __init__(self, office: Office, actor: Actor | None = None, language: str = "zh-CN") -> None:
        self.office, self.actor = office, actor or office.officer
        self.parts = desk_parts(office.database, office.orders, clock=office.clock, city=office.city)
        self.page = Page(language, office.city, True, "b1")

    def __call__(self, act: str, /, **asked: object) -> dict[str, object]:
        acts = Acts(self.parts, self.page, self.office.clock.real())
        return acts.answer(act, self.actor, asked)

    def preview(self, **changes: object) -> dict[str, object]:
        return self("preview", form=FORM | changes)

    def issue(self, verb: str = "issue_live", *, count: int | None = None, **changes: object) -> dict[str, object]:
        return self(verb, form=FORM | changes, count=count)

    def client(self) -> FlaskClient:
        server = Server("desk")
        given = {"city": self.office.city, "who": lambda: self.actor, "language_of": lambda: self.page.language}
        given |= {"demo": True, "build": "b1", "now": self.office.clock.real}
        desk.mount(server, parts=self.parts, reserved_take_part=True, **given)
        return server.test_client()


def test_what_the_preview_shows_is_stored_byte_for_byte(office):
    ask = Asking(office)
    shown = ask.preview(mode="drill")
    order = office.orders.get(office.officer, ask.issue("issue_drill", mode="drill")["order"])
    assert (order.title, order.text, order.grade) == (shown["title"], shown["text"], shown["grade"])
    assert order.text == "【演练】暴雪橙色预警，14:31前到岗"
    assert sum(shown["tiers"].values()) == shown["count"] == order.targets == 17
    assert [order.text in short["words"] for short in shown["shorts"]] == [True, True]


def test_the_preview_names_who_has_no_terminal_now_and_each_deadline(office):
    office.connected |= {"410105", "410105001"}
    shown = Asking(office).preview()
    assert "410105" not in shown["silent"]
    assert len(shown["silent"]) == 15
    assert shown["deadlines"] == {"district": "2026-11-24T06:31:00.000Z", "township": "2026-11-24T06:40:00.000Z"}


def test_a_drill_cannot_leave_by_the_door_of_live_orders(office):
    ask = Asking(office)
    for verb, mode in (("issue_live", "drill"), ("issue_drill", "live")):
        assert ask.issue(verb, mode=mode)["ok"] is False
    assert office.orders.latest(office.officer) == []


def test_valid_until_is_the_citys_own_time_of_day(office):
    ask = Asking(office)
    order = office.orders.get(office.officer, ask.issue(valid_until="2026-11-24T22:00")["order"])
    assert order.valid_until.isoformat() == "2026-11-24T14:00:00+00:00"


def test_an_unusually_wide_order_wants_its_count(office):
    ask = Asking(office)
    for _ in range(3):
        assert ask.issue(tiers=[], posts=["410105"])["ok"]
    wide = {"tiers": ["district", "township"]}
    assert ask.preview(**wide)["wants_count"] is True
    assert "231" in ask.issue(**wide)["problem"]
    assert ask.issue(count=230, **wide)["ok"] is False
    assert ask.issue(count=231, **wide)["ok"] is True


REFUSALS = {
    "empty": {"tiers": [], "posts": []},
    "no_post": {"posts": ["nowhere"]},
    "no_template": {"template": "none"},
    "no_value": {"text": "{没有}"},
    "missing": {"template": None, "title": "", "text": ""},
    "too_long": {"text": "长" * 1001},
    "limit": {"limits": {"district": 0}},
    "validity": {"valid_until": "2026-11-24T14:30"},
    "no_answer": {"answers": []},
    "no_time": {"valid_until": "soon"},
}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("key", REFUSALS)
def test_a_refusal_is_said_in_the_readers_language(office, key, language):
    ask = Asking(office, language=language)
    said = ask.preview(**REFUSALS[key])["problem"]
    opening = ask.page.text(
        f"desk.refused_{key}", **dict.fromkeys(("field", "name", "n", "most", "tier", "post", "typed"), "§")
    )
    pattern = opening.split("§")
    assert all(piece in said for piece in pattern)


def test_a_reserved_post_and_one_outside_the_subtree_are_named(office):
    district = replace(office.officer, dispatch_root="410105")
    assert "中原区" in Asking(office, district).preview(tiers=[], posts=["410102"])["problem"]
    live = Office(office.database, office.clock, office.city, reserved=False)
    reserved = next(post for post in office.city.posts if post.reserved)
    assert reserved.name in Asking(live).preview(tiers=[], posts=[reserved.code])["problem"]


@pytest.mark.parametrize("verb", ["preview", "issue_live", "issue_drill"])
def test_who_has_no_authority_is_refused_whatever_the_browser_sends(office, verb):
    answer = Asking(office, LEADER)(verb, form=FORM | {"mode": "drill" if verb == "issue_drill" else "live"})
    assert answer["problem"] == "此账号没有下达指令的权限。"


NONSENSE = [
    {"form": 3},
    {"form": FORM | {"grade": "one"}},
    {"form": FORM | {"posts": "410105"}},
    {"form": FORM | {"text": 5}},
]
NONSENSE += [
    {"form": FORM | {"valid_until": "soon"}},
    {"form": FORM | {"limits": {"district": 1.5}}},
    {},
    {"form": FORM | {"text": "\ud800"}},
]
NONSENSE += [{"form": FORM | {"limits": []}}, {"form": FORM | {"grade": True}}, {"form": FORM | {"title": "a\0b"}}]


@pytest.mark.parametrize("asked", NONSENSE)
def test_what_no_desk_sends_is_refused_with_a_sentence(office, asked):
    answer = Asking(office)("preview", **asked)
    assert answer["ok"] is False
    assert answer["problem"]


def test_a_correction_replaces_the_order_and_keeps_what_was_not_changed(office):
    ask = Asking(office)
    first = ask.issue("issue_drill", mode="drill", text="到岗")
    done = ask("change", verb="correct", order=first["order"], reason="改时间", changes={"text": "十五分钟内到岗"})
    corrected, original = (office.orders.get(office.officer, each) for each in (done["order"], first["order"]))
    assert (corrected.text, corrected.title, corrected.edition) == ("【演练】十五分钟内到岗", original.title, 2)
    assert original.superseded_by == corrected.id


def test_withdrawing_wants_a_reason_and_an_ended_order_stays_ended(office):
    ask = Asking(office)
    order = ask.issue()["order"]
    assert ask("change", verb="cancel", order=order, reason=" ")["problem"] == "请写明原因。"
    assert ask("change", verb="cancel", order=order, reason="误发")["ok"]
    assert "已撤销" in ask("change", verb="close", order=order, reason="")["problem"]
    assert ask("change", verb="close", order="nowhere")["problem"] == ask.page.text("ledger.missing")
    assert ask("change", verb="erase", order=order)["ok"] is False


def test_telephones_are_for_those_who_dispatch_and_only_below_them(office):
    with office.database.begin() as work:
        rows = [
            {"id": post, "post": post, "name": "演示员01", "duty": "duty", "pin_hash": None}
            for post in ("410105", "410102")
        ]
        work.people.put([row | {"phone": f"0371-{row['post']}"} for row in rows])
    order = Asking(office).issue()["order"]
    assert set(Asking(office)("phones", order=order)["phones"]) == {"410105", "410102"}
    district = replace(office.officer, dispatch_root="410105")
    assert set(Asking(office, district)("phones", order=order)["phones"]) == {"410105"}
    assert Asking(office, LEADER)("phones", order=order)["ok"] is False


def test_the_file_opens_in_a_spreadsheet_and_calculates_nothing(office):
    ask = Asking(office)
    order = ask.issue()["order"]
    assert office.record(office.receipt(order, "410105001", note='=HYPERLINK("http://x")', answer="cannot")) == [None]
    answer = ask.client().get(f"/desk/ledger/{order}.csv")
    body = answer.get_data()
    assert body.startswith("\ufeff".encode())
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ledger-20261124-01.csv"'
    text = body.decode("utf-8-sig")
    assert len(text.splitlines()) == 18
    assert "\"'=HYPERLINK" in text


def test_a_ledger_that_is_not_there_or_not_allowed_is_not_given(office):
    ask = Asking(office)
    assert ask.client().get("/desk/ledger/nowhere.csv").status_code == 404
    post = office.at_post("410105")
    assert Asking(office, post).client().get(f"/desk/ledger/{ask.issue()['order']}.csv").status_code == 403


def test_the_desk_tells_the_time_and_leads_to_itself(office):
    client = Asking(office).client()
    office.wait(seconds=1)
    assert client.get("/desk/clock").json == {"now": int(office.clock.real().timestamp() * 1000)}
    assert client.get("/desk?order=a").headers["Location"] == "/desk/?order=a"
    assert 'data-theme="night"' in client.get("/desk/").get_data(as_text=True)
    client.set_cookie("zhongshu-theme", "day")
    assert 'data-theme="day"' in client.get("/desk/").get_data(as_text=True)


def test_an_all_clear_says_what_was_shown_and_opens_as_an_order_of_its_own(office):
    ask = Asking(office)
    order = ask.issue("issue_drill", mode="drill")["order"]
    words = ask("other", verb="all_clear_words", order=order)
    over = office.orders.get(office.officer, ask("change", verb="all_clear", order=order)["order"])
    assert (over.title, over.text, over.references) == (words["title"], words["text"], order)
    assert over.text.startswith("【演练】")
    assert words["count"] == over.targets == 17
    assert "已结束" in ask("change", verb="all_clear", order=order)["problem"]


def test_the_switch_lists_every_effect_before_and_two_officers_do_not_undo_each_other(office):
    ask = Asking(office)
    before = ask("other", verb="effects")
    assert (before["to"], len(before["changes"]), before["exists"]) == ("war", 6, True)
    switch = {"verb": "switch", "to": "war", "version": 0}
    assert ask("other", **switch, reason=" ")["problem"] == "请写明原因。"
    held = ask("other", **switch, reason="暴雪红色预警")["held"]
    assert held["effects"] == {one["effect"]: one["after"] for one in before["changes"]}
    assert ask("other", **switch, reason="也是")["problem"] == ask.page.text("desk.refused_switched")
    back = ask("other", verb="effects")
    assert {one["effect"]: one["after"] for one in back["changes"]} == before["held"]["effects"]
    district = replace(office.officer, dispatch_root="410105")
    refused = Asking(office, district)("other", verb="switch", to="peace", version=1, reason="x")
    assert refused["problem"] == ask.page.text("desk.refused_city_only")


def test_a_proposal_is_dismissed_with_a_reason_or_taken_with_its_order_and_only_once(office):
    ask, parts = Asking(office), Asking(office).parts
    first, second = (parts.asks.proposals.receive(SYSTEM, an_alert(name))[0]["id"] for name in ("a", "b"))
    shown = [row["id"] for row in office.board.rows_for("desk", office.officer) if row["kind"] == "proposal"]
    assert sorted(shown) == sorted([first, second])
    assert ask("other", verb="dismiss", proposal=first, reason="")["ok"] is False
    assert ask("other", verb="dismiss", proposal=first, reason="不涉及本市")["state"] == "dismissed"
    assert ask("other", verb="taken", proposal=second, order=ask.issue()["order"])["state"] == "accepted"
    gone = ask("other", verb="dismiss", proposal=second, reason="x")["problem"]
    assert gone == ask.page.text("desk.refused_settled")
    assert [row for row in office.board.rows_for("desk", office.officer) if row["kind"] == "proposal"] == []


def an_alert(identifier: str) -> OutsideAlert:
    zone = Zone((((113.6, 34.7), (113.8, 34.7), (113.8, 34.9), (113.6, 34.7)),), (), frozenset())
    said = {"event": "暴雪", "headline": "暴雪橙色预警", "description": "预计降雪", "instruction": "", "expires": None}
    sent = {"sent": FakeClock().real(), "status": "Actual", "kind": "Alert", "severity": "Severe", "references": ()}
    return OutsideAlert(identifier=identifier, sender="weather", zone=zone, **said, **sent)


def test_a_meeting_is_opened_over_https_only(office):
    ask = Asking(office)
    order = ask.issue()["order"]
    assert ask("other", verb="meeting", order=order, link="http://meet.example")["problem"] == ask.page.text(
        "desk.refused_meeting"
    )
    assert ask("other", verb="meeting", order=order, link="https://meet.example")["ok"]
    assert ask("other", verb="erase")["ok"] is False


def test_the_papers_of_an_ended_order_are_for_whoever_may_see_the_ledger(office):
    ask = Asking(office)
    order, client = ask.issue()["order"], ask.client()
    assert client.get(f"/desk/certificate/{order}.pdf").status_code == 409
    ask("change", verb="close", order=order, reason="")
    paper = client.get(f"/desk/certificate/{order}.xlsx")
    assert paper.get_data(as_text=True) == f"xlsx of {order} for o1"
    assert 'filename="order-20261124-01.xlsx"' in paper.headers["Content-Disposition"]
    assert client.get("/desk/certificate/nowhere.pdf").status_code == 404
    post = Asking(office, office.at_post("410105")).client()
    assert post.get(f"/desk/certificate/{order}.pdf").status_code == 403
