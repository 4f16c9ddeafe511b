"""The page of a grid worker on a telephone: light, honest about what is over, and answered with one touch."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from callbacks import guard, language, phone
from callbacks.rates import Rate
from domain.account import SYSTEM, Actor, Role
from domain.order import Order
from layouts.page import Page
from operations.account_ports import Ground
from operations.deliveries import Deliveries
from operations.drafts import OrderRequest
from operations.grid_calls import GridCalls
from operations.grid_pages import GridPages
from operations.grid_workers import GridWorkers
from operations.orders import Orders
from operations.targets import Targets
from tests.reception import Reception, open_reception
from tests.servers import Server

TOWNSHIP = "410105001"
PUBLIC = "http://city.test"
WORDS = {
    "title": "低温雨雪",
    "text": "请逐户查看<b>独居老人</b>",
    "ground": "预案",
    "callback": "0371-12345",
    "grade": 4,
}


@dataclass
class Street:
    """A city with one grid worker who holds a telephone."""

    desk: Reception

    def __post_init__(self) -> None:
        begin, read, clock, city = self.desk.database.begin, self.desk.database.read, self.desk.clock, self.desk.city
        deliveries = Deliveries(begin, read, clock=clock, ways=(), outside=False)
        self.calls = GridCalls(begin, read, deliveries, secret_key="k" * 32, url=PUBLIC)
        self.orders = Orders(
            begin, read, clock=clock, city=city, connected=set, reserved_take_part=True, calls=self.calls
        )
        self.pages = GridPages(begin, read, clock=clock, city=city, token_of=self.calls.token)
        self.server = Server("street")
        self.server.before_request(self._from_us)
        self.door = phone.mount(
            self.server,
            pages=self.pages,
            page=lambda spoken: Page(spoken, city, demo=True, build="b1"),
            language_of=language.language_of,
            offload=lambda act, *given: act(*given),
        )
        rows = f"township,grid,name\n{TOWNSHIP},01,演示网格员001\n"
        GridWorkers(Ground(begin, read, clock, city)).take_file(SYSTEM, rows.encode(), {})
        self.officer = Actor("o1", "演示值班长", Role.OFFICER, dispatch_root=city.code)

    @staticmethod
    def _from_us() -> None:
        assert guard.is_free("/g/anything")

    def issue(self, **said: object) -> Order:
        targets = Targets(grid_workers_of=(TOWNSHIP,))
        return self.orders.issue(self.officer, OrderRequest(targets, **(WORDS | said)))

    def path(self, order: Order) -> str:
        [line] = self.pages.lines(self.officer, order.id)
        return self.pages.link_path(self.officer, order.id, line.worker)

    def get(self, path: str, **options: object):
        return self.server.test_client().get(path, base_url=PUBLIC, **options)

    def send(self, path: str, answer: str):
        return self.server.test_client().post(path, base_url=PUBLIC, data={"answer": answer})


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    with open_reception(tmp_path) as desk:
        yield Street(desk)


def test_the_page_says_everything_that_an_order_must_and_weighs_little(street: Street):
    order = street.issue(mode="drill")
    answer = street.get(street.path(order))
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert len(answer.get_data()) < 15_000
    for said in (
        order.no,
        "【演练】低温雨雪",
        "演示值班长",
        "tel:037112345",
        "0371-12345",
        "预案",
        "演示网格员001",
        "有效至",
        "请于此前确认",
    ):
        assert said in text
    assert "&lt;b&gt;独居老人" in text
    assert "<script" not in text
    assert text.count('type="submit"') == 2
    assert "Received" in street.get(f"{street.path(order)}?lang=en").get_data(as_text=True)


def test_a_touch_confirms_and_the_page_says_so_with_the_other_answer_left(street: Street):
    path = street.path(street.issue())
    street.get(path)
    street.desk.clock.pass_(seconds=60)
    sent = street.send(path, "received")
    assert (sent.status_code, sent.location) == (303, path)
    text = street.get(path).get_data(as_text=True)
    assert "14:31 已确认收到" in text
    assert 'value="need_support"' in text
    assert 'value="received"' not in text


@pytest.mark.parametrize("how", ["cancel", "close", "expire", "correct"])
def test_words_that_no_longer_hold_are_never_shown(street: Street, how: str):
    order = street.issue()
    path = street.path(order)
    if how == "expire":
        street.desk.clock.at = order.valid_until
    elif how == "correct":
        street.orders.correct(street.officer, order.id, {"text": "改为查看学校"}, reason="有误")
    else:
        getattr(street.orders, how)(street.officer, order.id, reason="误发")
    text = street.get(path).get_data(as_text=True)
    assert "独居老人" not in text
    assert ("改为查看学校" in text) == (how == "correct")
    assert ("<form" in text) == (how == "correct")


def test_an_answer_that_comes_too_late_is_told_so(street: Street):
    order = street.issue()
    path = street.path(order)
    street.orders.cancel(street.officer, order.id, reason="误发")
    late = street.send(path, "received")
    assert late.status_code == 409
    assert "本次回复未计入" in late.get_data(as_text=True)
    assert street.pages.lines(street.officer, order.id)[0].acknowledged_at is None


def test_an_unknown_page_is_not_found_and_an_odd_answer_counts_for_nothing(street: Street):
    for token in ("x", "a" * 32, "%00" * 32):
        assert street.get(f"/g/{token}").status_code == 404
        assert street.send(f"/g/{token}", "received").status_code == 404
    order = street.issue()
    assert street.send(street.path(order), "in_position").status_code == 409
    assert street.pages.lines(street.officer, order.id)[0].answers == ()


def test_only_looking_at_the_head_reads_nothing(street: Street):
    order = street.issue()
    assert street.server.test_client().head(street.path(order), base_url=PUBLIC).status_code == 200
    assert street.pages.lines(street.officer, order.id)[0].read_at is None
    street.get(street.path(order))
    assert street.pages.lines(street.officer, order.id)[0].read_at is not None


def test_who_knocks_too_often_waits_a_minute(street: Street):
    path = street.path(street.issue())
    statuses = [street.get(path).status_code for _ in range(32)]
    assert statuses == [200] * 30 + [429] * 2
    assert street.get(path).headers["Retry-After"] == "60"


def test_a_rate_forgets_with_its_window():
    now = [0.0]
    rate = Rate(2, lambda: now[0])
    assert [rate.allows("a"), rate.allows("a"), rate.allows("a"), rate.allows("b")] == [True, True, False, True]
    now[0] = 60.0
    assert rate.allows("a")
