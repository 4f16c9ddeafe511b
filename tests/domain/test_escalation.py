"""The ladder: how it is written, when its rungs are reached, and what it looks for."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.escalation import Condition, Ladder, LadderRefused, conditions, due, is_completed, is_filled, ladder_of
from domain.order import Answer, Grade, Kind, KnownBy, Line, LineState, Mode, Order
from domain.step import lateness
from domain.timers import TimerKind, back, group_timers, timers_of

AT = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
DISTRICT = [
    {"at": 0, "when": ["not_acknowledged"], "tell": ["on_duty"], "by": ["phone"]},
    {"at": "1/3", "when": "not_acknowledged", "tell": "deputy", "by": "phone"},
    {"at_s": 45, "when": ["not_read", "need_support"], "tell": ["leader", "above"], "by": ["phone", "terminal"]},
]
PLAIN = {"tiers": {"district": DISTRICT}}


def an_order(**changed: object) -> Order:
    said: dict = {
        "id": "o1",
        "no": "20261124-01",
        "chain": "o1",
        "edition": 1,
        "title": "到岗",
        "text": "请到岗确认",
        "grade": Grade.I,
        "mode": Mode.LIVE,
        "issued_at": AT,
        "valid_until": AT + timedelta(hours=8),
        "issued_by": "o",
        "signer": "演示值班长",
        "post": "410100",
        "limits": {"district": 60, "township": 600},
        "answers": ("received", "in_position", "need_support"),
        "ladder": PLAIN,
        "tiers": {"district": 1},
    }
    return Order(**said | changed)


def a_line(post: str = "410105", tier: str = "district") -> Line:
    return Line("o1", post, tier, LineState.QUEUED, AT)


def answered(line: Line, answer: str, seconds: float = 10) -> Line:
    said = Answer(AT + timedelta(seconds=seconds), answer, "", "演示员01")
    return line.acknowledged(said, known_by=KnownBy.LOGIN, limit=None)


def test_rungs_come_at_fractions_of_the_limit_or_at_seconds():
    rungs = ladder_of(PLAIN).of("district")
    assert [rung.after(60).total_seconds() for rung in rungs] == [0, 20, 45]
    assert rungs[1].after(60, haste=0.5) == timedelta(seconds=10)


def test_a_tier_without_rungs_of_its_own_takes_those_of_the_others():
    ladder = ladder_of({"tiers": {"other": DISTRICT[:1], "township": []}})
    assert (len(ladder.of("unit")), len(ladder.of("township"))) == (1, 0)
    assert ladder_of({}) == Ladder()


@pytest.mark.parametrize(
    ("mapping", "place"),
    [
        ([], "ladder"),
        ({"rungs": {}}, "rungs is not known"),
        ({"tiers": {"planet": []}}, "planet is not known"),
        ({"tiers": {"district": "soon"}}, r"tiers\.district: this is no list"),
        ({"tiers": {"district": [{}]}}, r"tiers\.district\[0\]: give either at"),
        ({"tiers": {"district": [DISTRICT[0] | {"at_s": 1}]}}, "give either at"),
        ({"tiers": {"district": [DISTRICT[0] | {"at": "1/0"}]}}, r"\.at: '1/0' is no fraction"),
        ({"tiers": {"district": [DISTRICT[0] | {"at": -1}]}}, "no fraction"),
        ({"tiers": {"district": [DISTRICT[0] | {"when": []}]}}, r"\.when: this is empty"),
        ({"tiers": {"district": [DISTRICT[0] | {"when": ["asleep"]}]}}, "asleep"),
        ({"tiers": {"district": [DISTRICT[0] | {"tell": ["everybody"]}]}}, "everybody"),
        ({"tiers": {"district": [DISTRICT[0] | {"by": ["pigeon"]}]}}, "pigeon"),
        ({"completes_within_s": 0}, "no number of seconds"),
        ({"completes_within_s": "soon"}, "no number of seconds"),
        ({"groups": [{"after_s": 360}]}, r"groups\[0\]: nobody is in it"),
        ({"groups": [{"posts": ["410105"]}]}, "after_s"),
        ({"groups": [{"after_s": 9, "posts": [410105]}]}, "quotation marks"),
        ({"groups": [{"after_s": 9, "tiers": ["unit"]}, {"after_s": 9, "posts": ["a"]}]}, "rising order"),
    ],
)
def test_a_ladder_that_cannot_be_read_says_where_and_what_to_write(mapping: dict, place: str):
    with pytest.raises(LadderRefused, match=place):
        ladder_of(mapping)


def test_numbers_may_be_written_as_text_as_in_yaml():
    ladder = ladder_of({"tiers": {"unit": [DISTRICT[2] | {"at_s": "45"}]}, "completes_within_s": "1800"})
    assert (ladder.of("unit")[0].at_s, ladder.completes_within_s) == (45, 1800)


def test_what_is_true_of_a_line_follows_its_states():
    line = a_line()
    silent = {Condition.NOT_DELIVERED, Condition.NOT_READ, Condition.NOT_ACKNOWLEDGED, Condition.NOT_COMPLETED}
    assert conditions(line, "received") == silent
    assert conditions(line.reached(LineState.READ, AT), "received") == silent - {
        Condition.NOT_DELIVERED,
        Condition.NOT_READ,
    }
    assert conditions(answered(line, "received"), "received") == frozenset()
    assert conditions(answered(line, "received"), "in_position") == {Condition.NOT_COMPLETED}
    assert conditions(answered(line, "need_support"), "received") == {Condition.NEED_SUPPORT}
    assert conditions(line.stopped(LineState.WITHDRAWN, ""), "received") == frozenset()


def test_a_mind_that_changed_counts_as_it_is_now():
    line = answered(a_line(), "in_position")
    assert is_completed(line, "in_position")
    assert not is_completed(line.answered(Answer(AT, "cannot", "", "演示员01")), "in_position")


def test_the_rungs_that_are_due_are_those_whose_time_came_and_whose_condition_holds():
    order, line, ladder = an_order(), a_line(), ladder_of(PLAIN)
    first, second, third = ladder.of("district")
    assert due(ladder, order, line, AT) == [first]
    assert due(ladder, order, line, AT + timedelta(seconds=19.9)) == [first]
    assert due(ladder, order, line, AT + timedelta(seconds=45)) == [first, second, third]
    read = line.reached(LineState.READ, AT)
    assert due(ladder, order, read, AT + timedelta(seconds=45)) == [first, second]
    assert due(ladder, order, answered(line, "need_support"), AT + timedelta(seconds=45)) == [third]


def test_every_line_has_a_timer_for_every_rung_and_each_its_own_name():
    lines = [a_line("410105"), a_line("410102"), a_line("410105001", "township")]
    timers = timers_of(an_order(), lines)
    assert len(timers) == len({timer.id for timer in timers}) == 6
    assert [timer.due_at - AT for timer in timers[:3]] == [timedelta(seconds=s) for s in (0, 20, 45)]
    assert [timer.due_at - AT for timer in timers_of(an_order(), lines, haste=0.5)[:3]] == [
        timedelta(seconds=s) for s in (0, 10, 22.5)
    ]


@pytest.mark.parametrize("kind", [Kind.ALL_CLEAR, Kind.ROLL_CALL, Kind.CHANNEL_TEST])
def test_only_an_order_proper_climbs(kind: Kind):
    order = an_order(kind=kind, wanted={"received": 1}, ladder=PLAIN | {"groups": [{"after_s": 9, "tiers": ["unit"]}]})
    assert timers_of(order, [a_line()]) == group_timers(order) == []


def test_a_line_is_waited_for_only_when_something_else_than_the_acknowledgement_completes_it():
    ladder = ladder_of(PLAIN | {"completes_within_s": 1800})
    waiting = an_order(completes="in_position")
    [timer] = back(ladder, waiting, "410105", since=AT)
    assert (timer.kind, timer.due_at) == (TimerKind.BACK, AT + timedelta(minutes=30))
    assert back(ladder, an_order(), "410105", since=AT) == []
    assert back(ladder_of(PLAIN), waiting, "410105", since=AT) == []
    assert back(ladder, waiting, "410105", since=AT, round_=6) == []


def test_groups_follow_only_when_some_answers_are_wanted():
    ladder = PLAIN | {"groups": [{"after_s": 360, "tiers": ["unit"]}]}
    [timer] = group_timers(an_order(ladder=ladder, wanted={"in_position": 10}))
    assert (timer.post, timer.due_at) == ("", AT + timedelta(minutes=6))
    assert group_timers(an_order(ladder=ladder)) == []


def test_an_order_is_filled_by_the_newest_answers_alone():
    posts = [answered(a_line(str(n)), "in_position") for n in range(10)]
    assert is_filled({"in_position": 10}, posts)
    changed = posts[0].answered(Answer(AT, "cannot", "", "演示员01"))
    assert not is_filled({"in_position": 10}, [changed, *posts[1:]])
    assert not is_filled({}, posts)


def test_lateness_is_said_only_when_a_worker_was_away():
    assert lateness(AT, AT + timedelta(seconds=1.2)) == 0
    assert lateness(AT, AT + timedelta(seconds=62.34)) == 62.3
