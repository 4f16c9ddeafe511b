"""The roster as posts, officers and administrators meet it: what is saved, what is refused, what stays true."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from domain.account import Actor, NotAllowed, Role
from domain.shifts import Duty
from domain.workdays import DayKind
from operations.roster import Rosters
from operations.roster_files import RosterFiles
from operations.roster_requests import LayerRequest, OverrideRequest, RosterProblem, RosterRisks
from tests.reception import DISTRICT, TOWNSHIP, Reception, open_reception

NAMES = ("演示员01", "演示员02", "演示员03")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
START = date(2026, 11, 1)  # the clock of the tests stands at 14:30 of 2026-11-24
OFFICER = Actor("o1", "an officer", Role.OFFICER, dispatch_root=DISTRICT)
SEER = Actor("o2", "an officer without authority", Role.OFFICER)
AT_POST = Actor("d1", "a terminal", Role.POST, post=TOWNSHIP, known_by="device")
WALL = Actor("w1", "a wall", Role.WALL)
OTHER = "410102"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Reception]:
    with open_reception(tmp_path) as reception:
        staff(reception, DISTRICT, TOWNSHIP)
        yield reception


@pytest.fixture
def rosters(desk: Reception) -> Rosters:
    return desk.access.rosters


@pytest.fixture
def files(desk: Reception) -> RosterFiles:
    return desk.access.roster_files


def staff(desk: Reception, *posts: str, verified: bool = True) -> None:
    lines = [f"{post},{name},1390000{i}" for post in posts for i, name in enumerate(NAMES)]
    desk.access.people.take_file(desk.admin, "\n".join(["post,name,phone", *lines]).encode(), {})
    for post in posts if verified else ():
        for name in NAMES:
            desk.access.rosters.verify_contact(desk.admin, post, name)


def layer(*people: str, **said: object) -> LayerRequest:
    return LayerRequest(people or NAMES, **({"starts_on": START, "handover": time(8)} | said))


def names(rosters: Rosters, *at: datetime, post: str = TOWNSHIP) -> list[str | None]:
    found = [rosters.on_duty_at(SEER, [post], one)[0].duty for one in at]
    return [person and person.name for person in found]


def test_a_saved_rotation_says_who_is_on_duty_from_now_on(desk: Reception, rosters: Rosters):
    rosters.save(OFFICER, TOWNSHIP, [layer()])
    now = desk.clock.real()
    assert names(rosters, now, now + DAY, now + 2 * DAY) == [NAMES[2], NAMES[0], NAMES[1]]
    assert names(rosters, now - HOUR) == [None]  # nobody had said anything then
    assert [one.duty.name for one in rosters.on_duty_now(AT_POST, [TOWNSHIP])] == [NAMES[2]]


def test_a_gap_in_the_next_30_days_is_found_when_saving(desk: Reception, rosters: Rosters):
    weekdays = layer(day_kinds=frozenset({DayKind.WORKDAY, DayKind.SHIFTED}))
    with pytest.raises(RosterRisks) as refused:
        rosters.save(OFFICER, TOWNSHIP, [weekdays])
    first = refused.value.gaps[0]
    assert first.starts_at == datetime(2026, 11, 28, 0, tzinfo=UTC)  # Saturday at 8 in the city
    assert first.ends_at - first.starts_at == 2 * DAY
    assert "2026-11-28 08:00" in str(refused.value)
    assert rosters.layers(OFFICER, TOWNSHIP) == []
    rosters.save(OFFICER, TOWNSHIP, [weekdays], confirmed=True)
    assert rosters.findings(OFFICER, [TOWNSHIP]).gaps[0].starts_at == first.starts_at


def test_a_rotation_that_begins_later_leaves_a_gap_that_is_found(rosters: Rosters):
    with pytest.raises(RosterRisks) as refused:
        rosters.save(OFFICER, TOWNSHIP, [layer(starts_on=date(2026, 11, 26))])
    assert len(refused.value.gaps) == 1


def test_somebody_without_a_verified_contact_is_found_when_saving(desk: Reception, rosters: Rosters):
    staff(desk, OTHER, verified=False)
    with pytest.raises(RosterRisks) as refused:
        rosters.save(desk.admin, OTHER, [layer(NAMES[0])])
    assert [(one.person.name, one.why) for one in refused.value.unverified] == [(NAMES[0], "never")]
    rosters.verify_contact(desk.admin, OTHER, NAMES[0])
    rosters.save(desk.admin, OTHER, [layer(NAMES[0])])
    assert rosters.findings(desk.admin, [OTHER]).unverified == []


def test_a_verified_contact_is_none_any_more_with_another_number_or_after_90_days(desk: Reception, rosters: Rosters):
    rosters.save(OFFICER, TOWNSHIP, [layer(NAMES[0])])
    desk.clock.at += timedelta(days=91)
    assert [one.why for one in rosters.findings(OFFICER, [TOWNSHIP]).unverified] == ["old"]
    rosters.verify_contact(OFFICER, TOWNSHIP, NAMES[0])
    assert rosters.findings(OFFICER, [TOWNSHIP]).unverified == []
    desk.access.people.take_file(desk.admin, f"post,name,phone\n{TOWNSHIP},{NAMES[0]},777\n".encode(), {})
    assert [one.why for one in rosters.findings(OFFICER, [TOWNSHIP]).unverified] == ["never"]
    desk.access.people.take_file(desk.admin, f"post,name,phone\n{TOWNSHIP},{NAMES[1]},1\n".encode(), {})
    assert [one.why for one in rosters.findings(OFFICER, [TOWNSHIP]).unverified] == ["gone"]


def test_the_past_is_answered_as_it_was_after_every_kind_of_edit(desk: Reception, rosters: Rosters):
    rosters.save(OFFICER, TOWNSHIP, [layer()])
    began = desk.clock.real()
    desk.clock.at += 5 * DAY
    past = [began + n * HOUR for n in range(120)]
    before = names(rosters, *past)
    rosters.save(OFFICER, TOWNSHIP, [layer(NAMES[0], handover=time(20))])
    rosters.override(OFFICER, TOWNSHIP, OverrideRequest(NAMES[1], desk.clock.real() + DAY))
    rosters.hand_over(OFFICER, TOWNSHIP, NAMES[2])
    desk.access.people.take_file(desk.admin, f"post,name\n{TOWNSHIP},somebody else\n".encode(), {})
    assert names(rosters, *past) == before
    assert len(set(before)) == 3


def test_the_old_rotation_stands_until_the_new_ones_first_handover(desk: Reception, rosters: Rosters):
    rosters.save(OFFICER, TOWNSHIP, [layer(NAMES[0])])
    rosters.save(OFFICER, TOWNSHIP, [layer(NAMES[1], starts_on=date(2026, 11, 30))])
    edge = datetime(2026, 11, 30, 0, tzinfo=UTC)
    assert names(rosters, edge - timedelta(minutes=1), edge) == [NAMES[0], NAMES[1]]
    rosters.save(OFFICER, TOWNSHIP, [layer(NAMES[2])])
    assert names(rosters, edge - timedelta(minutes=1), edge) == [NAMES[2], NAMES[2]]


def test_saving_the_same_again_changes_nothing(rosters: Rosters):
    assert len(rosters.save(OFFICER, TOWNSHIP, [layer()])) == 1
    assert rosters.save(OFFICER, TOWNSHIP, [layer()]) == []


def test_a_layer_is_added_and_removed_beside_the_others(desk: Reception, rosters: Rosters):
    rosters.save_layer(OFFICER, TOWNSHIP, layer(NAMES[0]))
    rosters.save_layer(OFFICER, TOWNSHIP, layer(NAMES[1], layer=1))
    rosters.save_layer(OFFICER, TOWNSHIP, layer(NAMES[2], duty=Duty.DEPUTY))
    now = rosters.on_duty_now(OFFICER, [TOWNSHIP])[0]
    assert (now.duty.name, now.deputy.name) == (NAMES[1], NAMES[2])
    rosters.remove_layer(OFFICER, TOWNSHIP, Duty.DUTY, 1)
    assert names(rosters, desk.clock.real()) == [NAMES[0]]
    with pytest.raises(RosterRisks):
        rosters.remove_layer(OFFICER, TOWNSHIP, Duty.DUTY, 0)
    with pytest.raises(RosterProblem):
        rosters.remove_layer(OFFICER, TOWNSHIP, Duty.DUTY, 7)


def test_a_handover_lasts_to_the_end_of_the_shift_and_the_post_may_do_it(desk: Reception, rosters: Rosters):
    rosters.save(OFFICER, TOWNSHIP, [layer()])
    made = rosters.hand_over(AT_POST, TOWNSHIP, NAMES[0])
    assert made.ends_at == datetime(2026, 11, 25, 0, tzinfo=UTC)
    assert names(rosters, desk.clock.real()) == [NAMES[0]]
    with pytest.raises(NotAllowed):
        rosters.hand_over(AT_POST, DISTRICT, NAMES[0])


def test_an_override_is_ended_and_what_it_said_of_the_past_stays(desk: Reception, rosters: Rosters):
    rosters.save(OFFICER, TOWNSHIP, [layer(NAMES[0])])
    began = desk.clock.real()
    made = rosters.override(OFFICER, TOWNSHIP, OverrideRequest(NAMES[1], began + DAY, reason="ill"))
    assert [one.reason for one in rosters.overrides(SEER, TOWNSHIP)] == ["ill"]
    desk.clock.at += HOUR
    rosters.end_override(OFFICER, TOWNSHIP, made.id)
    assert names(rosters, began, desk.clock.real()) == [NAMES[1], NAMES[0]]
    with pytest.raises(RosterProblem):
        rosters.end_override(OFFICER, TOWNSHIP, made.id)


def test_the_past_cannot_be_overridden(desk: Reception, rosters: Rosters):
    now = desk.clock.real()
    for said in (OverrideRequest(NAMES[0], now + DAY, now - HOUR), OverrideRequest(NAMES[0], now - HOUR)):
        with pytest.raises(RosterProblem, match="What has been"):
            rosters.override(OFFICER, TOWNSHIP, said)
    with pytest.raises(RosterProblem, match="before it begins"):
        rosters.override(OFFICER, TOWNSHIP, OverrideRequest(NAMES[0], now + HOUR, now + DAY))


def test_whoever_is_put_on_duty_unreachable_is_named(desk: Reception, rosters: Rosters):
    staff(desk, OTHER, verified=False)
    said = OverrideRequest(NAMES[0], desk.clock.real() + DAY)
    with pytest.raises(RosterRisks):
        rosters.override(desk.admin, OTHER, said)
    assert rosters.override(desk.admin, OTHER, said, confirmed=True).person.name == NAMES[0]


def test_a_swap_is_asked_accepted_and_then_counts(desk: Reception, rosters: Rosters):
    rosters.save(OFFICER, TOWNSHIP, [layer()])
    tomorrow, after = desk.clock.real() + DAY, desk.clock.real() + 2 * DAY
    assert names(rosters, tomorrow, after) == [NAMES[0], NAMES[1]]
    swap = rosters.ask_swap(AT_POST, TOWNSHIP, tomorrow, after)
    assert names(rosters, tomorrow, after) == [NAMES[0], NAMES[1]]
    assert [one.id for one in rosters.swaps_asked(SEER, TOWNSHIP)] == [swap.id]
    rosters.answer_swap(AT_POST, swap.id, accept=True)
    assert names(rosters, tomorrow, after) == [NAMES[1], NAMES[0]]
    assert rosters.swaps_asked(SEER, TOWNSHIP) == []
    with pytest.raises(RosterProblem):
        rosters.answer_swap(AT_POST, swap.id, accept=False)


def test_a_declined_swap_changes_nothing(desk: Reception, rosters: Rosters):
    rosters.save(OFFICER, TOWNSHIP, [layer()])
    tomorrow, after = desk.clock.real() + DAY, desk.clock.real() + 2 * DAY
    rosters.answer_swap(OFFICER, rosters.ask_swap(OFFICER, TOWNSHIP, tomorrow, after).id, accept=False)
    assert names(rosters, tomorrow, after) == [NAMES[0], NAMES[1]]


def test_no_swap_with_nobody_with_oneself_or_with_the_past(desk: Reception, rosters: Rosters):
    now = desk.clock.real()
    for first, second, said in ((now + DAY, now + 2 * DAY, "Nobody"), (now - DAY, now, "What has been")):
        with pytest.raises(RosterProblem, match=said):
            rosters.ask_swap(OFFICER, TOWNSHIP, first, second)
    rosters.save(OFFICER, TOWNSHIP, [layer()])
    with pytest.raises(RosterProblem, match="different"):
        rosters.ask_swap(OFFICER, TOWNSHIP, now + DAY, now + 4 * DAY)


@pytest.mark.parametrize("actor", [SEER, WALL, AT_POST, Actor("k", "a key", Role.MACHINE)])
def test_who_may_not_change_a_roster(desk: Reception, rosters: Rosters, files: RosterFiles, actor: Actor):
    until = desk.clock.real() + DAY
    for act in (
        lambda: rosters.save(actor, TOWNSHIP, [layer()], confirmed=True),
        lambda: rosters.save_layer(actor, TOWNSHIP, layer()),
        lambda: rosters.remove_layer(actor, TOWNSHIP, Duty.DUTY, 0),
        lambda: rosters.override(actor, TOWNSHIP, OverrideRequest(NAMES[0], until)),
        lambda: rosters.end_override(actor, TOWNSHIP, "x"),
        lambda: rosters.verify_contact(actor, TOWNSHIP, NAMES[0]),
        lambda: files.take(actor, b"post,people,starts_on\n", {}),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_authority_ends_at_its_subtree(desk: Reception, rosters: Rosters):
    with pytest.raises(NotAllowed):
        rosters.save(OFFICER, OTHER, [layer()])
    swap_of_others = Actor("d2", "another terminal", Role.POST, post=DISTRICT, known_by="device")
    rosters.save(OFFICER, TOWNSHIP, [layer()])
    swap = rosters.ask_swap(AT_POST, TOWNSHIP, desk.clock.real() + DAY, desk.clock.real() + 2 * DAY)
    with pytest.raises(NotAllowed):
        rosters.answer_swap(swap_of_others, swap.id, accept=True)


def test_who_may_read_which_roster(desk: Reception, rosters: Rosters):
    assert len(rosters.on_duty_now(SEER)) == len(desk.city.posts)
    assert [one.post for one in rosters.on_duty_now(AT_POST)] == [TOWNSHIP]
    below = [post.code for post in desk.city.posts if desk.city.is_within(post.code, DISTRICT)]
    key = Actor("k", "a key", Role.MACHINE, dispatch_root=DISTRICT)
    assert [one.post for one in rosters.on_duty_now(key)] == below
    for actor, posts in ((AT_POST, [DISTRICT]), (WALL, [TOWNSHIP]), (WALL, None), (key, [OTHER])):
        with pytest.raises(NotAllowed):
            rosters.on_duty_now(actor, posts)


def test_a_post_that_is_not_there_is_refused(rosters: Rosters):
    with pytest.raises(RosterProblem, match="no post"):
        rosters.on_duty_now(SEER, ["999"])
    with pytest.raises(RosterProblem, match="no post"):
        rosters.save(OFFICER, "999", [layer()])


def test_every_change_is_in_the_audit(desk: Reception, rosters: Rosters, files: RosterFiles):
    rosters.save(OFFICER, TOWNSHIP, [layer()])
    made = rosters.override(OFFICER, TOWNSHIP, OverrideRequest(NAMES[0], desk.clock.real() + HOUR))
    rosters.end_override(OFFICER, TOWNSHIP, made.id)
    rosters.hand_over(AT_POST, TOWNSHIP, NAMES[1])
    swap = rosters.ask_swap(AT_POST, TOWNSHIP, desk.clock.real() + 2 * DAY, desk.clock.real() + 3 * DAY)
    rosters.answer_swap(AT_POST, swap.id, accept=True)
    files.give(desk.admin)
    wanted = ["saved", "override", "override_ended", "handed_over", "swap_asked", "swap_accepted", "exported"]
    assert desk.verbs()[-len(wanted) :] == [f"roster.{verb}" for verb in wanted]


def test_a_layer_that_cannot_be_is_refused_with_its_reason(rosters: Rosters):
    for said, key in (
        ([layer("nobody")], "roster_person"),
        ([layer(shift_hours=5)], "roster_shift_hours"),
        ([layer(), layer()], "roster_layer_twice"),
        ([layer(day_kinds=frozenset())], "roster_day_kinds"),
    ):
        with pytest.raises(RosterProblem) as refused:
            rosters.save(OFFICER, TOWNSHIP, said)
        assert refused.value.key == key
