"""What officers put on the wall: for some minutes, in place of what is there, and back by itself."""

import pytest

from domain.account import SYSTEM, Actor, NotAllowed, Role
from domain.case import CaseReport
from domain.scene import Shows
from operations.drafts import OrderRequest
from operations.roll_calls import RollCalls
from operations.rows import case_row
from operations.scenes import SceneRefused, Scenes
from operations.targets import Targets
from operations.zones import zone_of
from storage.outbox import Outbox
from tests.operations.conftest import Office

HERE, THERE = "410105", "410102"
LEADER = Actor("l1", "演示领导", Role.LEADER)
OFFICER = Actor("o9", "an officer without authority", Role.OFFICER)


def scenes_of(office: Office) -> Scenes:
    return Scenes(office.database.begin, office.database.read, clock=office.clock, city=office.city)


def shown(office: Office, room: str) -> list[dict]:
    return [row for row in office.board.rows_for(room, office.officer) if row["kind"] == "scene"]


def a_case(office: Office) -> tuple[str, str]:
    report = CaseReport("GRID", "x", "words of the reporter", office.clock.now(), title="a heading")
    case = office.cases.report(SYSTEM, [report])[0].case
    return case.id, case.no


def an_order(office: Office) -> str:
    asked = OrderRequest(title="路滑", text="撒布融雪剂", grade=3, targets=Targets(posts=("410105001",)))
    return office.orders.issue(office.officer, asked).id


def test_it_holds_for_its_minutes_and_the_wall_goes_back_by_itself(office: Office):
    scenes = scenes_of(office)
    scenes.show(OFFICER, Shows.DISTRICT, HERE, minutes=5)
    [row] = shown(office, "wall")
    assert (row["shows"], row["about"], row["by"]) == ("district", HERE, "")
    assert shown(office, "desk")[0]["by"] == OFFICER.name  # desks see by whom, the wall names nobody
    office.wait(minutes=5)
    assert shown(office, "wall") == []
    assert scenes.now() is None


def test_the_newest_one_takes_the_place_of_the_one_before_and_can_be_taken_back(office: Office):
    scenes = scenes_of(office)
    first = scenes.show(office.officer, Shows.DISTRICT, HERE)
    second = scenes.show(office.officer, Shows.DISTRICT, THERE)
    assert (scenes.now(), second.version) == (second, first.version + 1)
    scenes.take_back(office.officer)
    scenes.take_back(office.officer)
    assert shown(office, "wall") == []
    with office.database.read() as work:
        verbs = [entry["verb"] for entry in work.audits.latest(9, containing="wall.")]
    assert verbs == ["wall.taken_back", "wall.shown", "wall.shown"]


def test_a_case_is_found_by_its_number_too_and_comes_without_the_reporters_words(office: Office):
    id_, no = a_case(office)
    for said in (id_, no, f" {no} "):
        assert scenes_of(office).show(office.officer, Shows.CASE, said).about == id_
    [row] = shown(office, "wall")
    assert (row["case"]["id"], row["case"]["title"]) == (id_, "a heading")
    assert "words of the reporter" not in str(row)


def test_an_order_that_ended_long_ago_comes_to_the_wall_with_its_lines_and_goes_again(office: Office):
    old, scenes = an_order(office), scenes_of(office)
    office.orders.close(office.officer, old)
    office.wait(minutes=1)
    office.orders.close(office.officer, an_order(office))
    of_old = lambda: {row["kind"] for row in office.board.rows_for("wall", office.officer) if old in row["id"]}  # noqa: E731
    assert of_old() == set()  # a wall that starts is told of the newest one that ended
    scenes.show(OFFICER, Shows.ORDER, old)
    assert of_old() == {"order", "line"}
    scenes.take_back(OFFICER)
    assert of_old() == set()


def test_a_wall_that_runs_is_told_the_order_with_the_scene(office: Office):
    order, outbox = an_order(office), Outbox(office.database, zone_of(office.city), case_row)
    outbox.mark([one.id for one in outbox.take(99)])
    scenes_of(office).show(office.officer, Shows.ORDER, order)
    [told] = [one.rows for one in outbox.take(99) if "wall" in one.rooms]
    assert [row["kind"] for row in told] == ["scene", "order", "line"]


def test_a_subtree_ends_at_its_top_for_the_wall_too(office: Office):
    order, scenes = an_order(office), scenes_of(office)
    below = Actor("o7", "an officer of a district", Role.OFFICER, dispatch_root=HERE)
    with pytest.raises(NotAllowed, match="issued above"):
        scenes.show(below, Shows.ORDER, order)
    scenes.show(OFFICER, Shows.ORDER, order)
    with pytest.raises(NotAllowed, match="issued above"):
        scenes.take_back(below)
    scenes.take_back(OFFICER)
    own = office.orders.issue(below, OrderRequest(title="路滑", text="撒布", targets=Targets(posts=("410105001",)))).id
    assert scenes.show(below, Shows.ORDER, own).about == own


def test_a_roll_call_is_put_on_no_wall(office: Office):
    calls = RollCalls(
        office.database.begin, office.database.read, office.clock, office.city, office.orders, secret="k" * 32
    )
    roll = calls.call(office.officer, Targets(posts=("410105001",)), within_s=300, mode="live")
    with pytest.raises(SceneRefused, match="no wall"):
        scenes_of(office).show(office.officer, Shows.ORDER, roll.id)


@pytest.mark.parametrize(
    ("shows", "about", "minutes"),
    [
        (Shows.DISTRICT, "999999", 5),
        (Shows.DISTRICT, "410105001", 5),
        (Shows.CASE, "20261124-99999", 5),
        (Shows.CASE, "nothing", 5),
        (Shows.ORDER, "nothing", 5),
        (Shows.DISTRICT, HERE, 0),
        (Shows.DISTRICT, HERE, 121),
    ],
)
def test_what_cannot_be_shown_is_refused_and_nothing_changes(office: Office, shows: Shows, about: str, minutes: int):
    a_case(office)
    with pytest.raises(SceneRefused):
        scenes_of(office).show(office.officer, shows, about, minutes=minutes)
    assert shown(office, "wall") == []


@pytest.mark.parametrize("actor", [LEADER, Actor("p", "a post", Role.POST, post=HERE)])
def test_whoever_is_no_duty_officer_and_may_not_dispatch_puts_nothing_there(office: Office, actor: Actor):
    with pytest.raises(NotAllowed):
        scenes_of(office).show(actor, Shows.DISTRICT, HERE)
    with pytest.raises(NotAllowed):
        scenes_of(office).take_back(actor)
