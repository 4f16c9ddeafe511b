"""The channels that a plan names: whoever is on duty hears of an order over them, and of a drill never."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.account import Actor, Role
from domain.delivery import Channel, DeliveryState
from operations.drafts import OrderRequest
from operations.grid_calls import GridCalls
from operations.orders import Orders
from operations.plans import Plans
from operations.targets import Targets
from tests.channels.conftest import Post, gateway

ADMIN = Actor("a1", "管理员", Role.ADMIN)
POSTS = ("410105", "410105001")
Make = Callable[..., Post]


def orders_of(post: Post) -> Orders:
    office = post.office
    begin, read = office.database.begin, office.database.read
    calls = GridCalls(begin, read, post.deliveries, secret_key="k" * 32, url="https://city.example")
    same = {"clock": office.clock, "city": office.city, "connected": set, "reserved_take_part": True}
    return Orders(begin, read, **same, calls=calls)


@pytest.fixture
def post(post_of: Make) -> Post:
    made = post_of(**{name: gateway("http://127.0.0.1:9/") for name in ("sms", "voice")})
    made.staff(POSTS[0], "13800000001")
    made.staff(POSTS[1], "13800000002")
    return made


def issue(post: Post, plan: str = "large_event", mode: str = "live"):
    request = OrderRequest(Targets(posts=POSTS), template=plan, mode=mode)
    return orders_of(post).issue(post.office.officer, request)


def told(post: Post, order) -> set[tuple[str, str, str]]:
    with post.office.database.read() as work:
        return {(one.post, one.channel, one.state) for one in work.deliveries.of_order(order.id) if one.address}


def test_whoever_is_on_duty_hears_of_it_over_the_channels_of_the_plan(post: Post):
    order = issue(post)  # its plan names text messages and nothing else
    assert told(post, order) == {(code, Channel.SMS, DeliveryState.WAITING) for code in POSTS}


def test_a_correction_and_the_all_clear_go_where_the_order_went(post: Post):
    first = issue(post)
    second = orders_of(post).correct(post.office.officer, first.id, {"text": "改为东门集合"}, reason="地点")
    over = orders_of(post).all_clear(post.office.officer, second.id)
    for order in (second, over):
        assert {(code, channel) for code, channel, _ in told(post, order)} == {(code, Channel.SMS) for code in POSTS}


def test_a_channel_that_is_not_configured_and_a_plan_without_any_tell_nobody(post: Post):
    plans = Plans(post.office.database.begin, post.office.database.read, clock=post.office.clock, city=post.office.city)
    shipped = plans.get(ADMIN, "large_event").plan
    for channels in (("wecom",), ()):
        plans.save(ADMIN, replace(shipped, channels=channels))
        assert told(post, issue(post)) == set()


def test_nothing_of_a_drill_leaves_over_the_channels_of_its_plan(post: Post):
    assert {state for _, _, state in told(post, issue(post, mode="drill"))} == {DeliveryState.DROPPED}
