"""Who will answer: judged by what a post did before, in the state that it is in now."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.order import Kind, Line, LineState, OrderState
from domain.reachability import Observation, Record, observation
from tests.domain.test_escalation import AT, a_line, an_order, answered

DAY = timedelta(days=1)
NOW = AT + DAY


def seen(post: str, *, answered: int = 0, silent: int = 0, connected: bool = True, age: timedelta = DAY) -> list:
    made = [True] * answered + [False] * silent
    return [Observation(post, "township", age, connected, good) for good in made]


def a_record(*groups: list, events: int = 5) -> Record:
    return Record([one for group in groups for one in group], events)


def p_of(record: Record, post: str, *, connected: bool = True) -> float:
    return record.score(post, "township", connected=connected).p


def test_a_long_record_of_its_own_outweighs_its_like():
    others = [seen(str(n), answered=10) for n in range(10)]
    record = a_record(*others, seen("quiet", silent=20))
    assert p_of(record, "quiet") < 0.2
    assert p_of(record, "1") > 0.85
    assert 0.7 < p_of(record, "new") < 1


def test_it_is_judged_by_what_it_did_in_the_state_it_is_in_now():
    record = a_record(seen("a", answered=10), seen("a", silent=10, connected=False))
    assert p_of(record, "a") > 0.8 > 0.3 > p_of(record, "a", connected=False)
    assert record.score("a", "township", connected=True).n == 20


def test_what_is_long_ago_counts_less():
    old = a_record(seen("a", silent=5, age=360 * DAY), seen("a", answered=5))
    assert p_of(old, "a") > p_of(a_record(seen("a", silent=5), seen("a", answered=5)), "a")


def test_too_short_a_history_predicts_nothing():
    few_events = a_record(seen("a", answered=40), events=2)
    few_lines = a_record(seen("a", answered=29), events=9)
    for record in (few_events, few_lines):
        found = record.forecast({"a": "township"}, {"a"})
        assert (found.expected, found.low, found.high, found.likely_silent) == (None, None, None, ())
        assert found.of == 1


def test_the_expectation_is_the_sum_and_the_silent_come_first_by_likelihood():
    posts = {str(n): "township" for n in range(211)}
    good = [seen(str(n), answered=8) for n in range(207)]
    bad = [seen(str(n), silent=8 + n - 207) for n in range(207, 211)]
    found = a_record(*good, *bad).forecast(posts, set(posts))
    assert 205 < found.expected < 209
    assert found.low <= found.expected <= found.high <= 211
    assert [one.post for one in found.likely_silent] == ["210", "209", "208", "207"]


def test_a_line_says_something_once_its_span_is_over():
    line = replace(a_line(), sent_at=AT)
    assert observation(an_order(), line, AT + timedelta(minutes=9)) is None
    silent = observation(an_order(), line, NOW)
    assert (silent.answered, silent.connected, silent.age) == (False, True, DAY)
    assert observation(an_order(), answered(line, "received", 599), NOW).answered
    assert not observation(an_order(), answered(line, "received", 601), NOW).answered
    assert not observation(an_order(), replace(line, sent_at=AT + timedelta(minutes=2)), NOW).connected


def test_an_order_that_was_ended_early_says_nothing_about_the_silent_and_a_window_that_ran_out_does():
    withdrawn = an_order(state=OrderState.CANCELLED, ended_at=AT + timedelta(minutes=2))
    assert observation(withdrawn, a_line(), NOW) is None
    assert observation(withdrawn, answered(a_line(), "received", 30), NOW).answered
    over = an_order(kind=Kind.ROLL_CALL, state=OrderState.EXPIRED, ended_at=AT + timedelta(minutes=5))
    assert not observation(over, Line("o1", "1", "township", LineState.EXPIRED, AT), NOW).answered


@pytest.mark.parametrize(
    ("kind", "template", "counts"),
    [
        (Kind.ALL_CLEAR, None, False),
        (Kind.CHANNEL_TEST, "channel:sms", False),
        (Kind.CHANNEL_TEST, "channel:terminal", True),
    ],
)
def test_only_what_went_over_the_terminal_counts(kind: Kind, template: str | None, counts: bool):
    assert (observation(an_order(kind=kind, template=template), a_line(), NOW) is not None) == counts
