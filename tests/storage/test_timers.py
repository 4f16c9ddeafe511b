"""Timers, steps and notices in SQL: taken once, dropped with their order, written once whatever happens twice."""

from datetime import timedelta

from domain.order import OrderState
from domain.step import Notice, Step, What
from domain.timers import Timer, TimerKind, TimerState
from storage.database import Database
from tests.storage.test_orders import AT, an_order, keep


def a_timer(number: int, *, order: str = "o1", seconds: float = 0) -> Timer:
    due = AT + timedelta(seconds=seconds)
    return Timer(f"{order}/410105/rung1.{number}", order, "410105", TimerKind.RUNG, 1, number, due)


def a_step(key: str = "s1", **changed: object) -> Step:
    return Step(
        **{"id": key, "order": "o1", "post": "410105", "at": AT, "what": What.TOLD, "why": "not_read"} | changed
    )


def test_timers_are_taken_when_due_longest_waiting_first_and_only_once(database: Database):
    keep(database, an_order())
    timers = [a_timer(number, seconds=20 - 10 * number) for number in range(3)]
    with database.begin() as work:
        work.timers.add(timers)
        work.timers.add(timers)
        assert work.timers.next_due() == AT
    with database.begin() as work:
        assert work.timers.take(AT + timedelta(seconds=10), 9) == [timers[2], timers[1]]
        work.timers.settle([timers[2].id], TimerState.FIRED, AT)
        work.timers.settle([timers[1].id], TimerState.IDLE, AT)
    with database.begin() as work:
        assert work.timers.take(AT + timedelta(seconds=10), 9) == []
        assert work.timers.counts("o1") == {"fired": 1, "idle": 1, "waiting": 1}


def test_what_was_taken_by_a_transaction_that_failed_is_taken_again(database: Database):
    keep(database, an_order())
    with database.begin() as work:
        work.timers.add([a_timer(0)])
    try:
        with database.begin() as work:
            work.timers.settle([one.id for one in work.timers.take(AT, 9)], TimerState.FIRED, AT)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    with database.begin() as work:
        assert work.timers.take(AT, 9) == [a_timer(0)]


def test_a_second_worker_passes_over_what_the_first_has_taken(database: Database):
    if database.engine.dialect.name != "postgresql":
        return  # on SQLite there is one writer at a time
    keep(database, an_order())
    with database.begin() as work:
        work.timers.add([a_timer(0), a_timer(1)])
    with database.begin() as first, database.begin() as second:
        assert first.timers.take(AT, 1) == [a_timer(0)]
        assert second.timers.take(AT, 9) == [a_timer(1)]


def test_dropping_leaves_what_fired_and_what_belongs_to_others(database: Database):
    keep(database, an_order(), an_order(2))
    with database.begin() as work:
        work.timers.add([a_timer(0), a_timer(1), a_timer(0, order="o2")])
        work.timers.settle([a_timer(0).id], TimerState.FIRED, AT)
        work.timers.drop("o1", AT)
        assert work.timers.counts("o1") == {"fired": 1, "dropped": 1}
        assert work.timers.take(AT, 9) == [a_timer(0, order="o2")]


def test_a_step_comes_back_as_it_went_in_and_is_written_once(database: Database):
    keep(database, an_order())
    step = a_step(person="p1", name="演示员01", phone="13800000000", rung=2, late_s=62.3, listed=True)
    with database.begin() as work:
        assert work.timers.add_steps([step]) == [step]
        assert work.timers.add_steps([step, a_step("s2")]) == [a_step("s2")]
    with database.read() as work:
        assert work.timers.steps("o1") == [step, a_step("s2")]
        assert work.timers.steps("o2") == []


def test_a_terminal_is_told_of_orders_that_run(database: Database):
    keep(database, an_order(), an_order(2))
    told = [Notice(f"n{n}", "410105", f"o{n}", "hurry", "410105", AT) for n in (1, 2)]
    with database.begin() as work:
        assert work.timers.add_notices(told) == told
        assert work.timers.add_notices(told[:1]) == []
        work.orders.save(an_order(2).ended(OrderState.CLOSED, at=AT))
        assert work.timers.notices("410105", AT) == told[:1]
        assert work.timers.notices("410102", AT) == []


def test_some_notices_stay_for_a_while_after_their_order(database: Database):
    keep(database, an_order())
    stays = Notice("n1", "410105", "o1", "test_missed", "410105", AT, until=AT + timedelta(days=7))
    with database.begin() as work:
        work.timers.add_notices([stays])
        work.orders.save(an_order().ended(OrderState.EXPIRED, at=AT))
        assert work.timers.notices("410105", AT + timedelta(days=6)) == [stays]
        assert work.timers.notices("410105", AT + timedelta(days=7)) == []


def test_a_whole_city_of_timers_is_written_at_once(database: Database):
    keep(database, an_order())
    with database.begin() as work:
        work.timers.add([a_timer(number) for number in range(1000)])
        assert len(work.timers.take(AT, 2000)) == 1000
