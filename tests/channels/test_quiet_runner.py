"""A channel's loop and a person who was told often: held back, then one message for all of it."""

from tests.channels.conftest import gateway, until
from tests.channels.test_runner import POST, Make, texts
from tests.fakes import FakeGateway


def test_a_person_who_was_told_often_gets_one_message_for_all_that_followed(post_of: Make):
    with FakeGateway() as fake:
        post = post_of(sms=gateway(fake.url, per_person=[{"most": 1, "minutes": 15}], parallel=1))
        [person] = post.staff(POST, "13800000001")
        orders = []
        for _ in range(4):
            post.office.wait(seconds=1)
            orders.append(post.issue())
            post.enqueue(orders[-1], *texts([person]))
        post.run()
        until(lambda: [post.of(one)[person].outcome for one in orders[1:]] == ["held_limit"] * 3, what="holding back")
        assert len(fake.got) == 1
        post.office.wait(minutes=15)
        until(lambda: [post.states(one) for one in orders] == [["sent"]] * 2 + [["bundled"]] * 2, what="the bundle")
        assert [orders[1].no in fake.got[1].body["text"], "另有 2 条指令" in fake.got[1].body["text"]] == [True, True]
        assert len(fake.got) == 2
