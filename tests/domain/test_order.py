"""A ledger line under every sequence of receipts: it never goes back, and nothing said is lost."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.order import (
    FINAL,
    Answer,
    Grade,
    KnownBy,
    Line,
    LineState,
    Mode,
    Order,
    OrderRefused,
    OrderState,
    counts,
)

AT = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
RANK = [LineState.QUEUED, LineState.SENT, LineState.DELIVERED, LineState.READ, LineState.ACKNOWLEDGED]
EVENTS = st.lists(
    st.one_of(
        st.sampled_from(["sent", "delivered", "read", "stop", "expire"]),
        st.sampled_from(["received", "in_position", "need_support"]),
    ),
    max_size=12,
)


def a_line() -> Line:
    return Line("o", "p", "district", LineState.QUEUED, AT)


def after(line: Line, event: str, at: datetime) -> Line:
    if event in ("sent", "delivered", "read"):
        return line.reached(LineState(event), at)
    if event == "stop":
        return line.stopped(LineState.WITHDRAWN, "cancelled")
    if event == "expire":
        return line.stopped(LineState.EXPIRED, "expired")
    return line.acknowledged(Answer(at, event, "", "演示员01"), known_by=KnownBy.CHOSEN, limit=timedelta(seconds=60))


@given(EVENTS)
def test_a_line_never_goes_back_and_every_change_has_a_new_version(events: list[str]):
    line = a_line()
    for i, event in enumerate(events):
        before, line = line, after(line, event, AT + timedelta(seconds=i))
        assert (line is before) == (line == before)
        assert line is before or line.version > before.version
        if before.state in FINAL:
            assert line.state is before.state
        elif line.state not in FINAL:
            assert RANK.index(line.state) >= RANK.index(before.state)
        for stamp in ("sent_at", "delivered_at", "read_at", "acknowledged_at", "by", "known_by"):
            assert getattr(before, stamp) in (None, getattr(line, stamp))


@given(EVENTS)
def test_what_was_confirmed_was_read_delivered_and_sent_unless_the_order_had_ended(events: list[str]):
    line = a_line()
    for i, event in enumerate(events):
        line = after(line, event, AT + timedelta(seconds=i))
    times = [line.sent_at, line.delivered_at, line.read_at, line.acknowledged_at]
    if line.state is LineState.ACKNOWLEDGED:
        assert None not in times
        assert times == sorted(times)


@given(st.lists(EVENTS, max_size=8))
def test_the_states_always_sum_to_the_targets(all_events: list[list[str]]):
    lines = []
    for events in all_events:
        line = a_line()
        for event in events:
            line = after(line, event, AT)
        lines.append(line)
    assert sum(counts(lines).values()) == len(lines)


def test_the_same_answer_twice_is_one_answer():
    line = after(after(a_line(), "received", AT), "received", AT + timedelta(seconds=9))
    assert len(line.answers) == 1


def test_the_same_answer_with_a_place_is_kept_beside_the_one_without():
    there = Answer(AT, "received", "", "演示员01", place=(113.7, 34.7))
    line = after(a_line(), "received", AT).answered(there)
    assert [answer.place for answer in line.answers] == [None, (113.7, 34.7)]
    assert line.answered(there) is line
    assert line.answered(Answer(AT, "received", "", "演示员01")) is line


@pytest.mark.parametrize(("seconds", "late"), [(60, False), (60.001, True)])
def test_late_begins_after_the_limit(seconds: float, late: bool):
    assert after(a_line(), "received", AT + timedelta(seconds=seconds)).late is late


@pytest.mark.parametrize("first", [state for state in OrderState if state is not OrderState.RUNNING])
def test_an_order_ends_once(first: OrderState):
    order = Order(
        id="o",
        no="1",
        chain="o",
        edition=1,
        title="t",
        text="t",
        grade=Grade.I,
        mode=Mode.LIVE,
        issued_at=AT,
        valid_until=AT,
        issued_by="o",
        signer="o",
        post="c",
        limits={},
        answers=(),
        tiers={"district": 2, "township": 3},
    )
    assert order.targets == 5
    ended = order.ended(first, at=AT)
    assert (ended.state, ended.version) == (first, 2)
    with pytest.raises(OrderRefused):
        ended.ended(OrderState.CLOSED, at=AT)
