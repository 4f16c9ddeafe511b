"""What a telephone gets is shown before the order goes, and is what it gets: word for word, cut at the same place."""

from dataclasses import replace

import pytest

from domain.delivery import Channel
from domain.order import Order
from layouts.text import text
from operations.drafts import Draft
from operations.short_messages import OPEN, Short, ShortMessages
from operations.targets import Targets
from operations.wording import SHORT, Wording
from tests.operations.conftest import Office
from tests.operations.test_second_person import GRAVE, SECOND, Desk, desk

__all__ = ["desk"]
BOTH = Targets(posts=("410105", "410105001"))


def messages(office: Office, *, outside: bool = True) -> ShortMessages:
    channels = (Channel.VOICE, Channel.SMS)
    return ShortMessages(Wording(office.city, text), office.city, office.clock, channels, outside)


def shown(desk: Desk, made: Draft, original: Order | None = None) -> list[Short]:
    said = {"signer": desk.first.name, "second": SECOND.name, "original": original}
    return messages(desk.office).of(made, **said)


def sent(desk: Desk, order: Order, tier: str) -> str:
    """The short message as it leaves, with the number it was given left open."""
    return Wording(desk.office.city, text).short_of(order, tier=tier).replace(order.no, f"{order.no[:-2]}{OPEN}")


@pytest.mark.parametrize("long", [False, True])
def test_what_the_second_person_reads_is_the_message_that_leaves_cut_at_the_same_place(desk: Desk, long: bool):
    words = "请转移低洼地带群众。" * (80 if long else 1)
    request = desk.ask(targets=BOTH, text=words)
    _row, made, seen = desk.requests.look(SECOND, request)
    read = shown(desk, made)
    order = desk.requests.approve(SECOND, request, seen=seen)
    assert [one.tiers for one in read] == [("district",), ("township",)]
    assert [one.words for one in read] == [sent(desk, order, one.tiers[0]) for one in read]
    assert [one.cut for one in read] == [long, long]
    assert all(len(one.words) == SHORT or not long for one in read)
    assert all(SECOND.name in one.words for one in read)


def test_who_asks_reads_his_own_name_and_leaves_the_second_open_where_there_is_one(desk: Desk):
    for grade, second in ((3, False), (1, True)):
        preview = desk.office.orders.preview(desk.first, replace(GRAVE, grade=grade))
        row = messages(desk.office).before(preview, desk.first.name)
        [read] = row["shorts"]
        assert (f"复核：{OPEN}" in read["words"], preview.wants_second) == (second, second)
        assert f"签发：{desk.first.name}" in read["words"]
        assert row["leaves_by"] == ["sms", "voice"]


def test_a_correction_reads_as_the_edition_it_becomes(desk: Desk):
    order = desk.requests.issue(desk.first, replace(GRAVE, grade=3))
    request = desk.requests.correct(desk.first, order.id, {"grade": 1}, reason="升级")
    _row, made, seen = desk.requests.look(SECOND, request["id"])
    [read] = shown(desk, made, original=order)
    after = desk.requests.approve(SECOND, request["id"], seen=seen)
    assert read.words == sent(desk, after, "district")
    assert "第 2 版" in read.words


def test_posts_of_one_deadline_share_a_text(desk: Desk):
    _row, made, _seen = desk.requests.look(SECOND, desk.ask(targets=BOTH, limits=300))
    assert [one.tiers for one in shown(desk, made)] == [("district", "township")]


def test_a_drill_and_a_demo_leave_by_no_channel(desk: Desk):
    live = desk.requests.look(SECOND, desk.ask())[1]
    drill = desk.requests.look(SECOND, desk.ask(mode="drill"))[1]
    here, demo = messages(desk.office), messages(desk.office, outside=False)
    assert here.leaves_by(live) == ["sms", "voice"]
    assert (here.leaves_by(drill), demo.leaves_by(live)) == ([], [])
