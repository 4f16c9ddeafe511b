"""What a receiver reads: each his own deadline."""

import re
from collections.abc import Callable

from domain.delivery import Channel, Wanted
from tests.channels.conftest import Post, gateway, until
from tests.fakes import FakeGateway


def test_everybody_reads_the_deadline_of_his_own_tier(post_of: Callable[..., Post]):
    with FakeGateway() as fake:
        post = post_of(sms=gateway(fake.url))
        [district] = post.staff("410105", "13800000001")
        [township] = post.staff("410105001", "13800000002")
        order = post.issue("410105", "410105001", limits={"district": 60, "township": 600})
        grid_worker = Wanted("grid/w1", "w1", Channel.SMS, "grid_worker", "13800000003")
        told = [Wanted(code, one, Channel.SMS, "") for code, one in (("410105", district), ("410105001", township))]
        post.enqueue(order, *told, grid_worker)
        post.run()
        until(lambda: len(fake.got) == 3)
        read = {call.body["to"][-1]: re.search(r"14:\d\d", call.body["text"]).group() for call in fake.got}
        assert read == {"1": "14:31", "2": "14:40", "3": "14:40"}
