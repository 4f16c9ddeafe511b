"""Feedback on orders that are over: asked once of posts that took part, of nobody in person, apart from the times."""

from datetime import timedelta

import pytest

from domain.account import SYSTEM, Actor, NotAllowed, Role
from domain.order import Order, OrderRefused
from operations.aftermath import digest
from operations.feedback import LONGEST, FeedbackDesk
from operations.order_reading import OrderUnknown
from tests.operations.conftest import Office
from tests.operations.test_aftermath import aftermath, closed, issue

POST, ABSENT = "410105", "410103"  # 金水 confirmed in `closed`; the other never got it
LEADER = Actor("l1", "a leader", Role.LEADER)


@pytest.fixture
def desk(office: Office) -> FeedbackDesk:
    return FeedbackDesk(office.database.begin, office.database.read, clock=office.clock)


def say(desk: FeedbackDesk, office: Office, order: Order, *, post: str = POST, **words: str) -> None:
    desk.say(office.at_post(post), post, order.id, **words)


def asked(desk: FeedbackDesk, office: Office, post: str = POST) -> list[str]:
    return [order.id for order in desk.asked(office.at_post(post), post)]


@pytest.mark.parametrize("mode", ["live", "drill"])
def test_a_post_that_took_part_is_asked_once(office: Office, desk: FeedbackDesk, mode: str):
    order = closed(office, mode=mode)
    assert asked(desk, office) == [order.id]
    assert asked(desk, office, ABSENT) == []
    say(desk, office, order, went_well="电话\n通畅", hindered="道路" * 200)
    assert asked(desk, office) == []
    (said,) = desk.of(office.officer, order.id)
    assert (said.post, said.went_well, len(said.hindered)) == (POST, "电话 通畅", LONGEST)
    with pytest.raises(OrderRefused, match="already"):
        say(desk, office, order, went_well="再说一次")
    with office.database.read() as work:
        (entry,) = [one for one in work.audits.latest(20) if one["verb"] == "order.feedback"]
    assert "电话" not in str(entry["detail"])  # what was said is in one place alone


def test_skipping_is_remembered_and_shown_to_nobody(office: Office, desk: FeedbackDesk):
    order = closed(office)
    say(desk, office, order, went_well="  ", hindered="")
    assert asked(desk, office) == []
    assert desk.of(LEADER, order.id) == []
    assert "feedback" not in aftermath(office).record(SYSTEM, order.id)


def test_what_was_not_carried_out_to_its_end_or_is_long_over_is_not_asked_about(office: Office, desk: FeedbackDesk):
    running = issue(office)
    office.record(office.receipt(running.id, POST))
    assert asked(desk, office) == []
    office.orders.cancel(office.officer, running.id, reason="误发")
    assert asked(desk, office) == []
    with pytest.raises(OrderRefused, match="nobody asks"):
        say(desk, office, running, went_well="好")
    order = closed(office)
    with pytest.raises(OrderRefused, match="nobody asks"):
        say(desk, office, order, post=ABSENT, went_well="好")
    office.clock.at += timedelta(days=7, seconds=1)
    assert asked(desk, office) == []
    with pytest.raises(OrderRefused, match="nobody asks"):
        say(desk, office, order, went_well="好")


def test_only_the_posts_own_people_say_it_and_whoever_may_see_ledgers_reads_it(office: Office, desk: FeedbackDesk):
    order = closed(office)
    for stranger in (office.at_post("410102"), office.officer, LEADER):
        with pytest.raises(NotAllowed):
            desk.say(stranger, POST, order.id, went_well="好")
        with pytest.raises(NotAllowed):
            desk.asked(stranger, POST)
    with pytest.raises(NotAllowed):
        desk.of(office.at_post(POST), order.id)
    with pytest.raises(OrderUnknown):
        desk.of(LEADER, "none")
    with pytest.raises(OrderUnknown):
        desk.say(office.at_post(POST), POST, "none")


def test_the_record_has_it_as_an_annex_and_the_times_stay_as_they_are(office: Office, desk: FeedbackDesk):
    order = closed(office)
    office.wait(minutes=1)
    then = office.clock.at
    before = aftermath(office).record(SYSTEM, order.id, as_of=then)
    office.wait(minutes=1)
    say(desk, office, order, went_well="响应快", hindered="对讲机没电")
    office.wait(minutes=1)
    after = aftermath(office).record(SYSTEM, order.id)
    (annex,) = after.pop("feedback")
    assert (annex["post"], annex["went_well"], annex["hindered"]) == (POST, "响应快", "对讲机没电")
    assert after | {"as_of": ""} == before | {"as_of": ""}
    # what was handed out before it was said is confirmed for ever
    assert digest(aftermath(office).record(SYSTEM, order.id, as_of=then)) == digest(before)
