"""The end of a running order in one step: the all-clear that refers to it, and the meeting that its posts may join."""

from dataclasses import replace

import pytest

from domain.account import NotAllowed
from domain.order import Grade, Kind, OrderRefused, OrderState
from operations.drafts import OrderRequest
from operations.order_reading import OrderUnknown
from operations.targets import Targets
from tests.operations.conftest import Office

POSTS = ("410105", "410105001", "410105002")


def issue(office: Office, **said: object):
    given = {"title": "低温雨雪到岗", "text": "请立即到岗", "targets": Targets(posts=POSTS)}
    return office.orders.issue(office.officer, OrderRequest(**given | said))


def test_an_all_clear_closes_the_order_and_tells_the_same_posts(office: Office):
    order = issue(office, grade=2)
    office.record(office.receipt(order.id, "410105"))
    over = office.orders.all_clear(office.officer, order.id)
    closed = office.orders.get(office.officer, order.id)
    assert (closed.state, closed.superseded_by) == (OrderState.CLOSED, None)
    assert (over.kind, over.references, over.edition) == (Kind.ALL_CLEAR, order.id, 1)
    assert sorted(office.lines(over.id)) == sorted(POSTS)
    assert (over.title, over.grade, over.answers) == ("解除：低温雨雪到岗", Grade.IV, ("received",))
    assert over.text == f"自 14:30 起解除指令 {order.no}「低温雨雪到岗」，恢复平时值守。请确认收到。"
    assert office.lines(order.id)["410105001"].state == "withdrawn"


def test_the_words_shown_before_are_the_words_sent(office: Office):
    order = issue(office, mode="drill")
    shown = office.orders.all_clear_words(office.officer, order.id)
    over = office.orders.all_clear(office.officer, order.id)
    assert (shown.title, shown.text) == (over.title, over.text)
    assert over.mode == "drill"
    assert over.title == "【演练】解除：低温雨雪到岗"
    assert over.text.startswith("【演练】自")
    assert "「低温" in over.text


def test_the_longest_title_still_has_an_all_clear_and_own_words_are_possible(office: Office):
    for mode, most in (("live", 80), ("drill", 76)):
        over = office.orders.all_clear(office.officer, issue(office, title="长" * most, mode=mode).id, "雪停了")
        assert 75 < len(over.title) <= 80
    assert over.text == "【演练】雪停了"


def test_what_has_ended_or_is_an_all_clear_itself_has_none(office: Office):
    over = office.orders.all_clear(office.officer, issue(office).id)
    with pytest.raises(OrderRefused, match="itself"):
        office.orders.all_clear(office.officer, over.id)
    with pytest.raises(OrderRefused, match="already closed"):
        office.orders.all_clear(office.officer, over.references)
    with pytest.raises(OrderUnknown):
        office.orders.all_clear(office.officer, "nowhere")
    assert len(office.orders.latest(office.officer)) == 2


def test_a_corrected_all_clear_stays_one(office: Office):
    over = office.orders.all_clear(office.officer, issue(office).id)
    newer = office.orders.correct(office.officer, over.id, {"text": "雪停了"}, reason="措辞")
    assert (newer.kind, newer.edition, newer.chain) == (Kind.ALL_CLEAR, 2, over.id)


def test_an_all_clear_and_a_meeting_end_at_the_subtree(office: Office):
    order, district = issue(office), replace(office.officer, dispatch_root="410105")
    for act in (
        lambda: office.orders.all_clear(district, order.id),
        lambda: office.orders.all_clear_words(district, order.id),
        lambda: office.orders.set_meeting(district, order.id, "https://meet.example/1"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_meeting_is_told_to_every_terminal_at_once(office: Office):
    order = issue(office)
    office.orders.set_meeting(office.officer, order.id, " https://meet.example/room?p=1 ")
    [row] = [one for one in office.board.rows_for("post:410105", office.at_post("410105")) if one["kind"] == "order"]
    assert (row["meeting"], row["version"]) == ("https://meet.example/room?p=1", order.version + 1)
    assert office.orders.set_meeting(office.officer, order.id, "").meeting == ""
    office.orders.close(office.officer, order.id)
    with pytest.raises(OrderRefused, match="already closed"):
        office.orders.set_meeting(office.officer, order.id, "https://meet.example")


@pytest.mark.parametrize(
    "link",
    [
        "http://meet.example/1",
        "javascript:alert(1)",
        "https://",
        "https://me:secret@meet.example/",
        "https://meet.example/a b",
        "https://meet.example/\u2028x",
        "https://meet.example:99999/",
        "https://[::1",
        "https://meet.example/" + "a" * 500,
    ],
)
def test_only_a_plain_https_address_is_a_meeting(office: Office, link: str):
    order = issue(office)
    with pytest.raises(OrderRefused, match="meeting link"):
        office.orders.set_meeting(office.officer, order.id, link)
    assert office.orders.get(office.officer, order.id).meeting == ""


def test_terminals_and_desks_get_it_as_an_order_that_says_what_it_is(office: Office):
    over = office.orders.all_clear(office.officer, issue(office).id)
    for room, actor in (("post:410105", office.at_post("410105")), ("desk", office.officer)):
        rows = {row["id"]: row for row in office.board.rows_for(room, actor) if row["kind"] == "order"}
        assert rows[over.id]["order_kind"] == "all_clear"
