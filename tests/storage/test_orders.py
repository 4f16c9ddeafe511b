"""Orders and ledgers in SQL: what goes in comes out, and questions over many orders are answered in one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.order import Answer, Grade, KnownBy, Line, LineState, Mode, Order, OrderState
from storage.database import Database

AT = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


def an_order(number: int = 1, **changed: object) -> Order:
    order = Order(
        id=f"o{number}",
        no=f"20261124-{number:02d}",
        chain=f"o{number}",
        edition=1,
        title="全域到岗",
        text="请到岗确认",
        grade=Grade.I,
        mode=Mode.LIVE,
        issued_at=AT + timedelta(minutes=number),
        valid_until=AT + timedelta(hours=8),
        issued_by="o",
        signer="演示值班长",
        post="410100",
        limits={"district": 60},
        answers=("received",),
        template="snow",
        tiers={"district": 2},
    )
    return replace(order, **changed)


def lines_for(order: Order) -> list[Line]:
    posts = ("410102", "410105")
    return [Line(order.id, post, "district", LineState.QUEUED, order.issued_at) for post in posts]


def keep(database: Database, *orders: Order) -> None:
    with database.begin() as work:
        for order in orders:
            work.orders.add(order, lines_for(order))


def confirmed(line: Line, seconds: float) -> Line:
    answer = Answer(
        line.queued_at + timedelta(seconds=seconds), "received", "备注", "演示员01", line.queued_at, (113.7, 34.7)
    )
    return line.acknowledged(answer, known_by=KnownBy.PIN, limit=timedelta(seconds=60))


def test_an_order_and_its_lines_come_back_as_they_went_in(database: Database):
    order = an_order()
    keep(database, order)
    changed = confirmed(lines_for(order)[0], 12.5)
    with database.begin() as work:
        work.orders.save_lines([changed])
    with database.read() as work:
        assert work.orders.get(order.id) == order
        assert work.orders.lines(order.id) == [changed, lines_for(order)[1]]
        assert work.orders.tally([order.id]) == {order.id: {"acknowledged": 1, "queued": 1}}


def test_only_live_orders_count_for_the_districts_delay(database: Database):
    live, drill = an_order(1), an_order(2, mode=Mode.DRILL)
    keep(database, live, drill)
    with database.begin() as work:
        work.orders.save_lines([confirmed(lines_for(order)[0], 20) for order in (live, drill)])
    with database.read() as work:
        assert work.orders.district_delays(AT) == [("410102", 20.0)]
        assert work.orders.district_delays(AT + timedelta(days=1)) == []


def test_what_runs_what_is_overdue_and_what_a_post_is_told(database: Database):
    running, over = an_order(1), an_order(2, valid_until=AT + timedelta(minutes=5))
    ended = an_order(3).ended(OrderState.CLOSED, at=AT + timedelta(minutes=4))
    keep(database, running, over, ended)
    with database.read() as work:
        assert [order.id for order in work.orders.running()] == ["o2", "o1"]
        assert [order.id for order in work.orders.overdue(AT + timedelta(minutes=5))] == ["o2"]
        assert [order.id for order in work.orders.newest_for("410105", AT)] == ["o3", "o2", "o1"]
        assert [order.id for order in work.orders.newest_for("410105", AT + timedelta(hours=1))] == ["o2", "o1"]
        assert work.orders.newest_for("410199", AT) == []


def test_the_reach_of_a_template_leaves_corrections_out(database: Database):
    keep(database, an_order(1), an_order(2, edition=2), an_order(3, template=None))
    with database.read() as work:
        assert work.orders.reach("snow", 8) == [2]
