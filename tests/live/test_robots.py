"""Robots at the live door: they answer for empty seats, and are silent where a person sits."""

from domain.account import Actor, Permission, Role
from operations.drafts import OrderRequest
from operations.targets import Targets
from tests.conftest import until
from tests.live.conftest import Door
from tests.operations.conftest import Office

DISTRICT, TOWNSHIP = "410105", "410105001"
ROBOT = Actor(
    "r1",
    "robot",
    Role.MACHINE,
    extra=frozenset({Permission.ANSWER}),
    posts=frozenset({DISTRICT, TOWNSHIP}),
    known_by="key",
)
REFUSED = {"ok": False, "problem": "a person is logged in at this post, and answers for it"}


def ordered(office: Office) -> str:
    posts = Targets(posts=(DISTRICT, TOWNSHIP))
    return office.orders.issue(office.officer, OrderRequest(posts, title="到岗", text="请确认")).id


def test_a_robot_answers_for_an_empty_seat(door: Door, office: Office):
    door.actors["robot"] = ROBOT
    order, robot = ordered(office), door.connect("robot")
    robot.join([f"post:{DISTRICT}", f"post:{TOWNSHIP}"])
    assert robot.say("read", {"order": order, "post": TOWNSHIP, "version": 1}) == {"ok": True}


def test_a_robot_is_silent_where_a_person_sits_and_only_there(door: Door, office: Office):
    door.actors |= {"robot": ROBOT, "person": Actor("a1", "post", Role.POST, post=TOWNSHIP, known_by="login")}
    order, robot, person = ordered(office), door.connect("robot"), door.connect("person")
    robot.join([f"post:{DISTRICT}", f"post:{TOWNSHIP}"])
    person.join(f"post:{TOWNSHIP}")
    said = {"order": order, "version": 1}
    for event in ("delivered", "read", "acknowledged", "answered"):
        assert robot.say(event, said | {"post": TOWNSHIP}) == REFUSED, event
    assert robot.say("read", said | {"post": DISTRICT}) == {"ok": True}
    assert person.say("read", said | {"post": TOWNSHIP}) == {"ok": True}


def test_a_robot_takes_over_again_when_the_person_has_gone(door: Door, office: Office):
    door.actors |= {"robot": ROBOT, "person": Actor("a1", "post", Role.POST, post=TOWNSHIP, known_by="device")}
    order, robot, person = ordered(office), door.connect("robot"), door.connect("person")
    person.join(f"post:{TOWNSHIP}")
    assert robot.say("read", {"order": order, "post": TOWNSHIP, "version": 1}) == REFUSED
    person.leave()
    until(lambda: len(door.live.gateway.sockets) == 1)
    until(lambda: robot.say("read", {"order": order, "post": TOWNSHIP, "version": 1}) == {"ok": True})


def test_who_only_looks_in_does_not_silence_the_robot(door: Door, office: Office):
    door.actors |= {"robot": ROBOT, "chief": Actor("a4", "district", Role.OFFICER, dispatch_root=DISTRICT)}
    order, robot, chief = ordered(office), door.connect("robot"), door.connect("chief")
    assert chief.join(f"post:{TOWNSHIP}")["ok"]
    assert robot.say("read", {"order": order, "post": TOWNSHIP, "version": 1}) == {"ok": True}
