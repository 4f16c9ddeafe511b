"""The section of the administration about outside channels."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from domain.account import Role
from domain.delivery import Channel, DeliveryState
from domain.quiet import Limit
from operations.deliveries import Deliveries
from operations.delivery_desk import DeliveryDesk
from operations.delivery_ports import Way
from tests.callbacks.conftest import House, Visitor, make_house
from tests.callbacks.test_admin import do, text
from tests.reception import Reception, open_reception

WAYS = [
    Way(Channel.SMS, receipts=True, limits=(Limit(5, 15), Limit(11, 60))),
    Way(Channel.EMAIL, needs="email"),
    Way(Channel.WECOM, needs=""),
]


def with_channels(reception: Reception, *, outside: bool = True) -> House:
    ground = reception.ground
    given = {"clock": ground.clock}
    deliveries = Deliveries(ground.begin, ground.read, ways=WAYS, outside=outside, **given)
    desk = DeliveryDesk(ground.begin, ground.read, city=ground.city, deliveries=deliveries, **given)
    reception.access = replace(reception.access, channels=desk)
    return make_house(reception)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_reception(tmp_path) as reception:
        yield with_channels(reception)


@pytest.fixture
def admin(house: House) -> Visitor:
    return house.visitor(Role.ADMIN)


def test_a_channel_that_is_not_configured_is_not_drawn(admin: Visitor, tmp_path: Path):
    shown = text(admin, "channels")
    assert ["短信" in shown, "企业微信" in shown, "钉钉" in shown, "语音外呼" in shown] == [True, True, False, False]


def test_how_often_a_person_is_told_stands_beside_the_channel(admin: Visitor):
    shown = text(admin, "channels")
    assert "15 分钟 5 条<br>60 分钟 11 条" in shown
    assert "Ⅰ、Ⅱ 级指令不受限制" in shown


def test_a_test_message_waits_and_its_outcome_is_shown(house: House, admin: Visitor):
    answer = do(admin, "channels/try", id="sms", address="13800000001")
    assert answer.status_code == 303
    shown = text(admin, "channels", "?done=channel_tried")
    assert "测试消息已排队" in shown
    assert "138****0001" in shown
    assert "13800000001" not in shown
    assert "13800000001" not in text(admin, "audit")
    now = house.reception.clock.real()
    with house.reception.database.begin() as work:
        [made] = work.deliveries.of_order("test")
        work.deliveries.save([made.reached(DeliveryState.SENT, now, "no_receipt")])
        work.deliveries.note(Channel.SMS, now, DeliveryState.FAILED, "<b>余额不足</b>")
    shown = text(admin, "channels")
    assert "已发出" in shown
    assert "无回执" in shown
    assert "&lt;b&gt;余额不足" in shown


@pytest.mark.parametrize("fields", [{"id": "voice", "address": "1"}, {"id": "sms", "address": " "}, {}])
def test_a_test_that_cannot_be_is_refused(admin: Visitor, fields: dict[str, str]):
    assert do(admin, "channels/try", **fields).status_code == 409


def test_a_demo_sends_no_test_either(tmp_path: Path):
    with open_reception(tmp_path) as reception:
        admin = with_channels(reception, outside=False).visitor(Role.ADMIN)
        answer = do(admin, "channels/try", id="sms", address="13800000001")
        assert answer.status_code == 409
        assert "演示城市" in answer.get_data(as_text=True)


def test_a_group_room_needs_no_address(admin: Visitor):
    assert do(admin, "channels/try", id="wecom").status_code == 303
