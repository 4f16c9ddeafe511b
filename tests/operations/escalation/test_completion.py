"""After the first answer: silence brings a line back, too few answers the next group, enough of them an end."""

from dataclasses import replace

from domain.order import LineState, counts
from domain.step import What
from tests.operations.escalating import LADDER, EscalatingOffice
from tests.operations.escalation.conftest import TOWNSHIP, A, B


def test_an_acknowledgement_followed_by_silence_comes_back_louder(office: EscalatingOffice):
    order = office.changed(
        office.issue(TOWNSHIP), completes="in_position", ladder=LADDER | {"completes_within_s": 1800}
    )
    office.fire(minutes=3)
    office.acknowledge(order, TOWNSHIP, "received")
    office.fire(minutes=29)
    assert office.steps(order, What.BACK) == []
    assert office.lines(order.id)[TOWNSHIP].overdue_at is None
    office.fire(minutes=1)
    [step] = office.steps(order, What.BACK)
    assert (step.why, step.round) == ("not_completed", 2)
    assert office.lines(order.id)[TOWNSHIP].overdue_at == office.clock.real()
    assert ("overdue", TOWNSHIP) in office.notices(TOWNSHIP)
    assert ("silent_below", TOWNSHIP) in office.notices(A)
    office.fire(minutes=3)  # the second climb: whoever was called by the gateway before is dialled by a person now
    dialled = office.steps(order, What.DIAL)
    assert [(step.person, step.round) for step in dialled] == [(f"duty-{TOWNSHIP}", 2)]


def test_the_completing_answer_ends_the_wait(office: EscalatingOffice):
    order = office.changed(
        office.issue(TOWNSHIP), completes="in_position", ladder=LADDER | {"completes_within_s": 1800}
    )
    office.acknowledge(order, TOWNSHIP, "received")
    office.wait(minutes=20)
    office.answer(order, TOWNSHIP, "in_position")
    office.fire(hours=2)
    assert office.steps(order) == []


def test_too_few_answers_bring_the_next_group_at_six_minutes_and_enough_stop_everything(office: EscalatingOffice):
    first = [post.code for post in office.city.posts_of(["township"])][:8]
    second = [post.code for post in office.city.posts_of(["unit"])][:5]
    office.seat(*first, *second)
    ladder = LADDER | {"groups": [{"after_s": 360, "posts": second}, {"after_s": 720, "tiers": ["special_grid"]}]}
    order = office.changed(office.issue(*first), wanted={"in_position": 10}, ladder=ladder)
    for post in first[:7]:
        office.acknowledge(order, post, "in_position")
    office.fire(minutes=5, seconds=59)
    assert office.orders.get(office.officer, order.id).targets == 8
    office.fire(seconds=1)
    grown, lines = office.orders.ledger(office.officer, order.id)
    assert grown.tiers == {"township": 8, "unit": 5}
    assert sum(counts(lines).values()) == grown.targets == len(lines) == 13
    [step] = office.steps(order, What.GROUP)
    assert (step.why, step.n) == ("too_few", 5)
    for post in second[:3]:
        office.acknowledge(order, post, "in_position")
    [filled] = office.steps(order, What.FILLED)
    assert filled.n == 10
    assert office.notices(first[7]) == [("hurry", first[7]), ("enough", first[7])]
    assert office.notices(second[4]) == [("enough", second[4])]
    assert office.fire(hours=1) == 0
    assert office.lines(order.id)[second[4]].state is LineState.QUEUED


def test_enough_answers_in_time_order_no_further_group(office: EscalatingOffice):
    ladder = LADDER | {"groups": [{"after_s": 360, "posts": [B]}]}
    order = office.changed(office.issue(A), wanted={"in_position": 1}, ladder=ladder)
    office.acknowledge(order, A, "in_position")
    office.fire(minutes=10)
    assert office.orders.get(office.officer, order.id).targets == 1


def test_a_group_outside_the_authority_of_who_issued_is_not_ordered(office: EscalatingOffice):
    office.officer = replace(office.officer, dispatch_root=A)
    groups = [{"after_s": 360, "tiers": ["township"]}, {"after_s": 400, "posts": [B]}]
    order = office.changed(office.issue(A), ladder=LADDER | {"groups": groups}, wanted={"in_position": 9})
    office.fire(minutes=8)
    _, lines = office.orders.ledger(replace(office.officer, dispatch_root=office.city.code), order.id)
    assert len(lines) > 5
    assert all(office.city.is_within(line.post, A) for line in lines)


def test_two_groups_that_are_due_at_once_are_both_counted(office: EscalatingOffice):
    groups = [{"after_s": 360, "posts": [B]}, {"after_s": 400, "posts": [TOWNSHIP]}]
    order = office.changed(office.issue(A), wanted={"received": 9}, ladder=LADDER | {"groups": groups})
    office.fire(minutes=30)
    grown, lines = office.orders.ledger(office.officer, order.id)
    assert grown.tiers == {"district": 2, "township": 1}
    assert len(lines) == 3
