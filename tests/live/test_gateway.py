"""The live door, with the official client: who gets in, what a join answers, receipts, presence, goodbye."""

import threading

import pytest
import socketio
from redis import Redis

from domain.account import Actor, Permission, Role
from live import keys
from live.fanout import Emitter
from live.hints import Hints
from live.presence import connected
from live.reader import RedisReader
from live.vitals import wire
from operations.drafts import OrderRequest
from operations.targets import Targets
from tests.conftest import until
from tests.live.conftest import Door, Serve
from tests.operations.conftest import Office

DISTRICT, TOWNSHIP, OTHER = "410105", "410105001", "410102"
ACTORS = {
    "wall": Actor("a1", "wall", Role.WALL, known_by="device"),
    "post": Actor("a2", "post", Role.POST, post=TOWNSHIP, known_by="device"),
    "officer": Actor("a3", "officer", Role.OFFICER),
    "dispatcher": Actor("a4", "district", Role.OFFICER, dispatch_root=DISTRICT),
    "leader": Actor("a5", "leader", Role.LEADER),
    "admin": Actor("a6", "admin", Role.ADMIN),
    "key": Actor("a7", "key", Role.MACHINE, extra=frozenset({Permission.REPORT_CASES}), known_by="key"),
    "robot": Actor(
        "a8",
        "robot",
        Role.MACHINE,
        extra=frozenset({Permission.ANSWER}),
        posts=frozenset({DISTRICT, TOWNSHIP}),
        known_by="key",
    ),
}
ROOMS = {
    "wall": {"wall", "officer", "dispatcher", "leader", "admin"},
    "desk": {"officer", "dispatcher", "leader"},
    "order:o1": {"officer", "dispatcher", "leader"},
    f"post:{TOWNSHIP}": {"post", "dispatcher", "robot"},
    f"post:{DISTRICT}": {"dispatcher", "robot"},
    f"post:{OTHER}": set(),
    "post:nowhere": set(),
    "post:": set(),
    "": set(),
    "secrets": set(),
    "x" * 81: set(),
}
NOT_ROOMS = [None, 7, {}, {"room": "wall"}, [], [None], ["wall", 7], [["wall"]]]


def test_each_role_joins_its_rooms_and_no_other(door: Door):
    door.actors.update(ACTORS)
    for who in ACTORS:
        visitor = door.connect(who)
        joined = {room for room in ROOMS if visitor.join(room)["ok"]}
        assert joined == {room for room, roles in ROOMS.items() if who in roles}, who


def test_what_is_no_room_is_refused_with_a_sentence(door: Door):
    visitor = door.connect("officer")
    for room in NOT_ROOMS:
        assert visitor.join(room) == {"ok": False, "problem": "you may not be in this room"}, room


def test_one_forbidden_room_in_a_list_refuses_the_list(door: Door, redis: Redis, office: Office):
    door.actors.update(ACTORS)
    robot = door.connect("robot")
    assert not robot.join([f"post:{TOWNSHIP}", f"post:{OTHER}"])["ok"]
    assert connected(redis, office.clock.real()) == set()
    assert robot.join([f"post:{TOWNSHIP}", f"post:{DISTRICT}"])["ok"]


def test_whoever_is_nobody_does_not_get_in(door: Door):
    with pytest.raises(socketio.exceptions.ConnectionError):
        door.connect("stranger")
    assert door.live.gateway.sockets == {}


def test_a_join_answers_with_rows_who_you_are_and_what_runs(door: Door, office: Office, redis: Redis):
    redis.set(keys.VITALS, wire.dumps({"seq": 7}))
    order = office.orders.issue(office.officer, OrderRequest(Targets(posts=(TOWNSHIP,)), title="到岗", text="请确认"))
    door.actors.update(ACTORS)
    answer = door.connect("post").join(f"post:{TOWNSHIP}")
    assert [row["kind"] for row in answer["rows"]] == ["order", "line", "person", "readiness"]
    assert answer["rows"][0]["id"] == order.id
    assert answer["you"] == {"name": "post", "role": "post", "post": TOWNSHIP}
    assert (answer["build"], answer["vitals"], answer["room"]) == ("b1", None, f"post:{TOWNSHIP}")
    answer = door.connect("wall").join("wall")
    assert (answer["vitals"], answer["now"]) == ({"seq": 7}, office.clock.real().isoformat())


def test_a_reading_that_fails_is_answered_not_thrown(serve: Serve):
    def fail(_room, _actor):
        raise ConnectionError("SQL is away")

    visitor = serve(rows_for=fail).connect("officer")
    assert visitor.join("wall") == {"ok": False, "problem": "this cannot be read now: try again"}
    assert visitor.client.connected


def test_emissions_reach_only_the_room(door: Door, redis_url: str):
    door.actors.update(ACTORS)
    wall, post = door.connect("wall"), door.connect("post")
    wall.join("wall")
    post.join(f"post:{TOWNSHIP}")
    emit = Emitter(redis_url)
    emit("rows", {"rows": [{"kind": "order", "id": "o1"}]}, [f"post:{TOWNSHIP}", f"post:{OTHER}"])
    emit("rows", {"rows": [{"kind": "case", "id": "中"}]}, ["wall", "desk"])
    until(lambda: wall.rows and post.rows)
    assert (wall.rows, post.rows) == ([{"kind": "case", "id": "中"}], [{"kind": "order", "id": "o1"}])


@pytest.fixture
def order(office: Office):
    request = OrderRequest(Targets(posts=(DISTRICT, TOWNSHIP)), title="到岗", text="请确认")
    return office.orders.issue(office.officer, request)


def test_a_terminal_confirms_by_name(door: Door, office: Office, order):
    door.actors.update(ACTORS)
    post = door.connect("post")
    said = {"order": order.id, "post": TOWNSHIP, "version": 1, "at": "2026-11-24T06:30:01.000Z"}
    assert post.say("delivered", said) == {"ok": True}
    assert post.say("read", said) == {"ok": True}
    assert post.say("acknowledged", said | {"person": f"p-{TOWNSHIP}", "pin": "2468"}) == {"ok": True}
    line = office.lines(order.id)[TOWNSHIP]
    assert (line.state, line.known_by) == ("acknowledged", "pin")
    assert post.say("acknowledged", said | {"person": "p-1"})["problem"] == "this person is not on the post's list"


def test_nobody_answers_for_another_post(door: Door, office: Office, order):
    door.actors.update(ACTORS)
    for who in ACTORS:
        visitor = door.connect(who)
        said = {"order": order.id, "post": OTHER if who == "robot" else DISTRICT, "version": 1}
        for kind in ("delivered", "read", "acknowledged", "answered"):
            assert visitor.say(kind, said) == {"ok": False, "problem": "you do not sit at this post"}, (who, kind)
    assert office.lines(order.id)[DISTRICT].state == "queued"


def test_a_bad_payload_is_answered_with_a_sentence(door: Door):
    door.actors.update(ACTORS)
    post = door.connect("post")
    for event in ("delivered", "read", "acknowledged", "answered"):
        for payload in (None, 7, "x", [], {}, {"order": {}}, {"order": "o", "post": TOWNSHIP}):
            answer = post.say(event, payload)
            assert not answer["ok"], (event, payload)
            assert answer["problem"]


def test_a_socket_that_talks_too_much_is_told_to_wait(door: Door, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("live.gateway.EVENTS_A_SECOND", 0.0)
    visitor = door.connect("officer")
    answers = [visitor.say("read", None)["problem"] for _ in range(61)]
    assert answers[0] == "a receipt is an object with order, post and version"
    assert answers[-1] == "too many messages: wait a moment"


def test_a_robot_may_say_as_much_as_all_its_posts(door: Door, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("live.gateway.EVENTS_A_SECOND", 0.0)
    door.actors["robot"] = Actor("r", "r", Role.MACHINE, posts=frozenset({"1", "2"}))
    robot = door.connect("robot")
    assert {robot.say("read", None)["problem"] for _ in range(120)} == {
        "a receipt is an object with order, post and version"
    }


def test_a_message_too_large_closes_the_socket_and_nothing_else(door: Door):
    large, other = door.connect("officer"), door.connect("officer")
    large.client.emit("read", "x" * 100_000, namespace="/live")
    until(lambda: not large.client.connected)
    assert other.join("desk")["ok"]


def test_a_posts_own_terminal_makes_it_present_and_a_look_does_not(door: Door, office: Office, redis: Redis):
    door.actors.update(ACTORS)
    desk = door.connect("officer")
    desk.join("desk")
    door.connect("dispatcher").join(f"post:{DISTRICT}")
    assert connected(redis, office.clock.real()) == set()
    post = door.connect("post")
    post.join(f"post:{TOWNSHIP}")
    assert connected(redis, office.clock.real()) == {TOWNSHIP}
    until(lambda: desk.rows)
    office.clock.pass_(seconds=3)
    post.leave()
    until(lambda: len(desk.rows) == 2)
    assert [(row["kind"], row["id"], row["connected"]) for row in desk.rows] == [
        ("post", TOWNSHIP, True),
        ("post", TOWNSHIP, False),
    ]
    assert desk.rows[0]["version"] < desk.rows[1]["version"]
    assert connected(redis, office.clock.real()) == set()
    rows = door.connect("officer").join("desk")["rows"]
    assert [row["connected"] for row in rows if row["kind"] == "post"] == [False]


def test_two_terminals_of_a_post_leave_one_by_one(door: Door, office: Office, redis: Redis):
    door.actors.update(ACTORS)
    first, second = door.connect("post"), door.connect("post")
    for one in (first, second, second):
        one.join(f"post:{TOWNSHIP}")
    first.leave()
    until(lambda: len(door.live.gateway.sockets) == 1)
    assert connected(redis, office.clock.real()) == {TOWNSHIP}


def test_a_web_process_that_died_takes_its_terminals_with_it(serve: Serve, office: Office, redis: Redis, monkeypatch):
    monkeypatch.setattr("live.gateway.REFRESH_S", 600)
    door = serve()
    door.actors.update(ACTORS)
    door.connect("post").join(f"post:{TOWNSHIP}")
    office.clock.pass_(seconds=16)
    assert connected(redis, office.clock.real()) == set()
    door.live.gateway.presence.refresh()
    assert connected(redis, office.clock.real()) == {TOWNSHIP}


def test_the_revoked_lose_their_sockets_within_a_second(door: Door, redis: Redis):
    door.actors.update(ACTORS)
    gone, stays = door.connect("leader"), door.connect("officer")
    until(lambda: redis.pubsub_numsub(keys.REVOKED)[0][1])
    del door.actors["leader"]
    Hints(redis).revoked("account", "a5")
    until(lambda: not gone.client.connected, within=1)
    until(lambda: gone.notices == [{"key": "bye"}])  # the client takes each message in a thread of its own
    assert stays.join("desk")["ok"]


def test_a_login_that_has_rested_too_long_loses_its_socket(serve: Serve, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("live.gateway.RECHECK_S", 0.2)
    door = serve()
    visitor = door.connect("officer")
    del door.actors["officer"]
    until(lambda: not visitor.client.connected and visitor.notices == [{"key": "bye"}])


def test_a_recheck_that_fails_closes_nobody_and_is_tried_again(serve: Serve, redis: Redis):
    tries, is_back = list[str](), threading.Event()

    def identify(_auth: object, _environ: object) -> Actor | None:
        tries.append("asked")
        if len(tries) > 1 and not is_back.is_set():
            raise OSError("SQL is away")
        return ACTORS["officer"] if len(tries) == 1 else None

    visitor = serve(identify=identify).connect("officer")
    until(lambda: redis.pubsub_numsub(keys.REVOKED)[0][1])
    Hints(redis).revoked("account", "a3")
    until(lambda: len(tries) >= 3)
    assert visitor.client.connected
    is_back.set()
    until(lambda: not visitor.client.connected)


def test_a_join_looks_again_who_it_is(door: Door):
    door.actors.update(ACTORS)
    visitor = door.connect("leader")
    door.actors["leader"] = ACTORS["wall"]
    assert not visitor.join("desk")["ok"]
    del door.actors["leader"]
    assert visitor.join("wall") == {"ok": False, "problem": "who are you? log in again"}
    until(lambda: not visitor.client.connected)


def test_a_touch_at_a_terminal_is_known_for_fifteen_minutes_and_a_robot_touches_nothing(
    door: Door, office: Office, redis: Redis
):
    door.actors.update(ACTORS)
    reader = RedisReader(redis, office.clock.real)
    desk, post, robot = (door.connect(who) for who in ("officer", "post", "robot"))
    desk.join("desk")
    robot.join([f"post:{DISTRICT}"])
    post.join(f"post:{TOWNSHIP}")
    assert robot.say("active", None) == {"ok": True}
    assert reader.active() == set()  # connected, and nobody there
    assert [post.say("active", None) for _ in range(3)] == [{"ok": True}] * 3
    assert reader.active() == {TOWNSHIP}
    until(lambda: [row for row in desk.rows if row["kind"] == "activity"])
    assert [row["id"] for row in desk.rows if row["kind"] == "activity"] == [TOWNSHIP]  # once a minute is enough
    rows = door.connect("officer").join("desk")["rows"]
    assert [row["id"] for row in rows if row["kind"] == "activity"] == [TOWNSHIP]
    office.clock.pass_(minutes=15, seconds=1)
    assert reader.active() == set()


def test_whoever_confirms_is_there(door: Door, office: Office, redis: Redis, order):
    door.actors.update(ACTORS)
    said = {"order": order.id, "post": TOWNSHIP, "version": 1}
    post = door.connect("post")
    post.join(f"post:{TOWNSHIP}")
    post.say("delivered", said)
    assert RedisReader(redis, office.clock.real).active() == set()
    post.say("acknowledged", said | {"person": f"p-{TOWNSHIP}"})
    assert RedisReader(redis, office.clock.real).active() == {TOWNSHIP}
