"""Silence and what follows: the next person, the next channel, the tier above; every step with its reason."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.account import Actor, NotAllowed, Role
from domain.delivery import Channel
from domain.order import OrderRefused
from domain.roster import Override
from domain.shifts import Duty, Person
from domain.step import What
from operations.delivery_ports import Way
from operations.order_reading import OrderUnknown
from storage.database import Database
from tests.fakes import FakeClock
from tests.operations.escalating import LADDER, EscalatingOffice
from tests.operations.escalation.conftest import TOWNSHIP, VOICE, A, B


def test_the_timeline_matches_the_ladder(office: EscalatingOffice):
    """Telephone at once, the deputy at 20 s, the leader at 40 s, the centre at 60 s."""
    order = office.issue(A)
    for second in range(61):
        office.clock.at = order.issued_at + timedelta(seconds=second)
        office.escalations.fire_due()
    told = [(step.at - order.issued_at, step.what, step.whom, step.channel) for step in office.steps(order)]
    assert told == [
        (timedelta(seconds=0), What.TOLD, "on_duty", "voice"),
        (timedelta(seconds=20), What.TOLD, "deputy", "voice"),
        (timedelta(seconds=40), What.TOLD, "leader", "voice"),
        (timedelta(seconds=60), What.DESK, "above", ""),
    ]
    assert {step.why for step in office.steps(order)} == {"not_acknowledged"}
    assert {step.late_s for step in office.steps(order)} == {0}
    assert office.told(order) == sorted((A, f"{duty}-{A}", "voice") for duty in ("duty", "deputy", "leader"))


def test_one_acknowledgement_does_not_stop_the_calls_to_the_others(office: EscalatingOffice):
    posts = [post.code for post in office.city.posts_of(["district"])]
    office.seat(*posts)
    order = office.issue(*posts)
    office.fire()
    office.acknowledge(order, posts[0])
    office.fire(seconds=20)
    deputies = {step.post for step in office.steps(order) if step.whom == "deputy"}
    assert deputies == set(posts[1:])
    assert len(deputies) == 15
    assert office.fire(seconds=0) == 0


def test_who_confirmed_is_left_alone_and_the_timer_says_that_there_was_nothing_to_do(office: EscalatingOffice):
    order = office.issue(A)
    office.acknowledge(order, A)
    office.fire(minutes=5)
    assert office.steps(order) == []
    assert office.timers(order) == {"idle": 4}


def test_a_condition_looks_at_the_line_as_it_is_when_the_time_comes(office: EscalatingOffice):
    """A township that has read is still reminded at 3 minutes, but nobody rings the deputy at 5."""
    order = office.issue(TOWNSHIP)
    office.record(office.receipt(order.id, TOWNSHIP, "read"))
    office.fire(minutes=3)
    office.fire(minutes=2)
    assert {(step.whom, step.channel, step.why) for step in office.steps(order)} == {
        ("on_duty", "terminal", "not_acknowledged"),
        ("on_duty", "voice", "not_acknowledged"),
    }
    assert office.notices(TOWNSHIP) == [("hurry", TOWNSHIP)]


def test_the_tier_above_is_told_which_of_its_townships_is_silent(office: EscalatingOffice):
    order = office.issue(TOWNSHIP)
    office.fire(minutes=8)
    assert office.notices(A) == [("silent_below", TOWNSHIP)]
    rows = office.board.rows_for(f"post:{A}", office.at_post(A))
    assert [(row["key"], row["about"]) for row in rows if row["kind"] == "notice"] == [("silent_below", TOWNSHIP)]
    office.orders.close(office.officer, order.id)
    assert office.notices(A) == []


def test_a_request_for_support_goes_to_the_tier_above_at_once(office: EscalatingOffice):
    order = office.issue(TOWNSHIP)
    office.acknowledge(order, TOWNSHIP, "received")
    assert office.notices(A) == []
    office.answer(order, TOWNSHIP, "need_support")
    assert office.notices(A) == [("help_below", TOWNSHIP)]
    [step] = office.steps(order)
    assert (step.what, step.why, step.to) == (What.NOTICE, "need_support", A)


def test_a_first_answer_that_asks_for_help_counts_too_and_the_same_one_twice_does_not(office: EscalatingOffice):
    order = office.issue(TOWNSHIP, A)
    office.acknowledge(order, TOWNSHIP, "cannot")
    office.answer(order, TOWNSHIP, "cannot")
    office.acknowledge(order, A, "need_support")
    assert office.notices(A) == [("help_below", TOWNSHIP)]
    assert [(step.post, step.what) for step in office.steps(order)] == [(A, What.DESK), (TOWNSHIP, What.NOTICE)]


@pytest.mark.parametrize("end", ["close", "cancel", "correct", "expire"])
def test_an_order_that_ended_fires_nothing_later(office: EscalatingOffice, end: str):
    order = office.issue(A)
    office.fire()
    before = office.steps(order)
    if end == "correct":
        newer = office.orders.correct(office.officer, order.id, {"text": "改"}, reason="改")
    elif end == "expire":
        office.wait(hours=9)
        office.orders.expire_due()
    else:
        getattr(office.orders, end)(office.officer, order.id, reason="结束")
    office.fire(minutes=5)
    assert office.steps(order) == before
    assert office.timers(order) == {"fired": 1, "dropped": 3}
    if end == "correct":
        assert len(office.steps(newer)) == 4


def test_what_expired_while_no_worker_ran_fires_nothing_even_before_it_is_ended(office: EscalatingOffice):
    order = office.issue(A)
    office.fire(hours=9)
    assert office.steps(order) == []
    assert office.timers(order) == {"dropped": 4}


def test_a_timer_that_fires_late_says_by_how_much(office: EscalatingOffice):
    order = office.issue(A)
    office.fire(seconds=90)
    assert [(step.whom, step.late_s) for step in office.steps(order)] == [
        ("on_duty", 90),
        ("deputy", 70),
        ("leader", 50),
        ("above", 30),
    ]


def test_a_clock_that_is_set_back_fires_nothing_twice(office: EscalatingOffice):
    order = office.issue(A)
    office.fire(seconds=20)
    office.fire(hours=-1)
    office.fire(hours=1)
    assert len(office.steps(order)) == 2


def test_two_workers_at_once_never_fire_a_timer_twice(office: EscalatingOffice, database: Database):
    from concurrent.futures import ThreadPoolExecutor

    posts = [post.code for post in office.city.posts_of(["township"])][:100]
    order = office.issue(*posts)
    office.wait(minutes=9)
    other = EscalatingOffice(database, office.clock, LADDER, ways=(VOICE,))
    with ThreadPoolExecutor(4) as pool:
        fired = sum(pool.map(lambda one: one.escalations.fire_due(), [office, other] * 2))
    assert fired == 300
    assert office.timers(order) == {"fired": 300}


def test_without_a_gateway_the_desk_shows_whom_to_dial_from_the_first_second(database: Database):
    office = EscalatingOffice(database, FakeClock(), LADDER)
    office.seat(A)
    order = office.issue(A)
    office.fire()
    office.fire(seconds=20)
    steps = [(step.what, step.person, step.phone) for step in office.steps(order)]
    assert steps == [(What.DIAL, f"duty-{A}", "13800000000"), (What.DIAL, f"deputy-{A}", "13800001000")]
    assert office.told(order) == sorted((A, f"{duty}-{A}", "call") for duty in ("duty", "deputy"))


def test_another_channel_that_is_missing_has_nobody_dialled_before_anybody_was_silent(database: Database):
    at_once = {"at": 0, "when": ["not_acknowledged"], "tell": ["on_duty"], "by": ["sms"]}
    office = EscalatingOffice(database, FakeClock(), {"tiers": {"district": [at_once]}})
    office.seat(A)
    order = office.issue(A)
    office.fire()
    assert [step.what for step in office.steps(order)] == [What.NO_CHANNEL]
    assert office.told(order) == []


def test_a_post_with_nobody_on_its_list_says_so(office: EscalatingOffice):
    order = office.issue("410103")
    office.fire(seconds=20)
    assert [(step.what, step.whom) for step in office.steps(order)] == [
        (What.NOBODY, "on_duty"),
        (What.NOBODY, "deputy"),
    ]


def test_who_is_on_duty_by_the_roster_is_told_and_the_list_only_without_one(office: EscalatingOffice):
    now = office.clock.real()
    leader = Person(f"leader-{A}", "演示leader")
    span = now - timedelta(hours=1), now + timedelta(hours=1)
    with office.database.begin() as work:
        work.roster.add_override(Override("x", A, Duty.DUTY, leader, *span, "", span[0]), span[0], "o")
    order = office.issue(A, B)
    office.fire()
    told = {step.post: (step.person, step.listed) for step in office.steps(order)}
    assert told == {A: (f"leader-{A}", False), B: (f"duty-{B}", True)}


def test_steps_are_for_those_who_see_ledgers(office: EscalatingOffice):
    order = office.issue(A)
    with pytest.raises(NotAllowed):
        office.escalations.steps(Actor("w", "wall", Role.WALL), order.id)
    with pytest.raises(OrderUnknown):
        office.escalations.steps(office.officer, "none")


def test_a_desk_gets_every_step_with_the_ledger_and_a_wall_none(office: EscalatingOffice):
    order = office.issue(A)
    office.fire()
    rows = office.board.rows_for(f"order:{order.id}", office.officer)
    assert [row["what"] for row in rows if row["kind"] == "step"] == ["told"]
    masked = office.board.rows_for(f"order:{order.id}", Actor("w", "wall", Role.WALL))
    assert [row for row in masked if row["kind"] == "step"] == []


def test_an_officer_climbs_the_next_rung_by_hand_and_past_the_last_tells_the_tier_above(office: EscalatingOffice):
    order = office.issue(TOWNSHIP)
    first = office.escalations.escalate(office.officer, order.id, TOWNSHIP)
    assert [(step.whom, step.why) for step in first] == [("on_duty", "by_hand"), ("on_duty", "by_hand")]
    [second] = office.escalations.escalate(office.officer, order.id, TOWNSHIP)
    assert second.whom == "deputy"
    office.fire(minutes=9)
    [last] = office.escalations.escalate(office.officer, order.id, TOWNSHIP)
    assert (last.whom, last.to) == ("above", A)
    assert len(office.messages(order)) == 2
    elsewhere = replace(office.officer, dispatch_root=B)
    with pytest.raises(NotAllowed):
        office.escalations.escalate(elsewhere, order.id, TOWNSHIP)
    with pytest.raises(OrderRefused, match="no line"):
        office.escalations.escalate(office.officer, order.id, B)
    office.orders.close(office.officer, order.id)
    with pytest.raises(OrderRefused, match="already"):
        office.escalations.escalate(office.officer, order.id, TOWNSHIP)


def test_a_person_without_a_number_is_named_as_such(office: EscalatingOffice):
    order = office.issue("410105002")
    office.fire(minutes=3)
    assert [(step.what, step.person) for step in office.steps(order) if step.channel != "terminal"] == [
        (What.NO_NUMBER, "p-410105002")
    ]


def test_who_has_no_address_on_a_channel_is_dialled_instead(database: Database):
    rung = {"at_s": 30, "when": ["not_acknowledged"], "tell": ["on_duty"], "by": ["email"]}
    office = EscalatingOffice(
        database, FakeClock(), {"tiers": {"other": [rung]}}, ways=(Way(Channel.EMAIL, needs="email"),)
    )
    office.seat(A)
    order = office.issue(A)
    office.fire(seconds=30)
    assert [(step.what, step.channel, step.phone) for step in office.steps(order)] == [
        (What.DIAL, "call", "13800000000")
    ]
