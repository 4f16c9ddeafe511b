"""An order as a message: what must stand on every one, the mark of a drill, and the length of the short form."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.order import Grade, Kind, Mode, Order, OrderState
from layouts.text import text
from operations.wording import SHORT, Wording
from tests.fakes import FakeClock
from tests.operations.conftest import zhengzhou

NOW = FakeClock().real()
ORDER = Order(
    id="o1",
    no="20261124-07",
    chain="o1",
    edition=1,
    title="强降雨内涝应对到岗",
    text="请值班负责人立即到岗。",
    grade=Grade.I,
    mode=Mode.LIVE,
    issued_at=NOW,
    valid_until=NOW + timedelta(hours=14),
    issued_by="a1",
    signer="演示值班长",
    post="410100",
    limits={"district": 60, "township": 600},
    answers=("received", "in_position"),
    ground="防汛应急预案",
    callback="0371-00000000",
    second="演示副班",
)
SAID = ("20261124-07", "演示值班长", "演示副班", "防汛应急预案", "0371-00000000", "2026-11-25 04:30", "收到、已到位")


def wording() -> Wording:
    return Wording(zhengzhou(), text)


@pytest.mark.parametrize("form", ["words_of", "short_of"])
def test_number_signer_second_ground_expiry_and_call_back_stand_on_every_message(form: str):
    told = getattr(wording(), form)(ORDER)
    assert [words for words in SAID if words not in told] == []
    assert ORDER.text in told


def test_the_deadline_is_that_of_the_tier_and_absolute():
    assert "14:31" in wording().words_of(ORDER, tier="district")
    assert "14:40" in wording().words_of(ORDER, tier="township")
    tomorrow = replace(ORDER, limits={"district": 24 * 3600})
    assert "2026-11-25 14:30" in wording().words_of(tomorrow)


def test_an_order_that_nobody_seconded_says_why():
    overridden = replace(ORDER, second=None, override="线路中断，副班失联，险情扩大")
    assert "线路中断，副班失联，险情扩大" in wording().words_of(overridden)
    assert "无需复核" in wording().words_of(replace(ORDER, second=None))


@pytest.mark.parametrize("form", ["words_of", "short_of"])
def test_nothing_of_a_drill_leaves_without_its_mark(form: str):
    drill = replace(ORDER, mode=Mode.DRILL)
    told = getattr(wording(), form)(drill)
    assert told.startswith("【演练】")
    assert told.count("【演练】") == 2  # over the heading and in the body
    stored = replace(drill, title=f"【演练】{ORDER.title}", text=f"【演练】{ORDER.text}")
    assert getattr(wording(), form)(stored) == told


def test_an_order_that_has_ended_is_told_without_its_text():
    for state in (OrderState.CANCELLED, OrderState.CLOSED, OrderState.CORRECTED, OrderState.EXPIRED):
        ended = replace(ORDER, state=state, reason="误发")
        for told in (wording().words_of(ended), wording().short_of(ended)):
            assert ORDER.text not in told
            assert "误发" in told


def test_roll_calls_all_clears_and_later_editions_are_called_so():
    assert "点名" in wording().short_of(replace(ORDER, kind=Kind.ROLL_CALL))
    assert "解除通知" in wording().short_of(replace(ORDER, kind=Kind.ALL_CLEAR))
    assert "第 3 版" in wording().short_of(replace(ORDER, edition=3))


@given(
    title=st.text(min_size=1, max_size=80),
    body=st.text(min_size=1, max_size=1000),
    ground=st.text(max_size=200),
    drill=st.booleans(),
)
def test_the_short_form_never_outgrows_a_text_message_and_keeps_what_must_be_said(title, body, ground, drill):
    order = replace(ORDER, title=title, text=body, ground=ground, mode=Mode.DRILL if drill else Mode.LIVE)
    told = wording().short_of(order)
    assert len(told) <= SHORT
    assert told.endswith("回电：0371-00000000。")
    assert body in told or "…" in told
