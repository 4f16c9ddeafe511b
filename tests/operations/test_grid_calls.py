"""Grid workers called by area: who is meant, what leaves, and the page of each."""

from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import select

from domain.account import SYSTEM, Actor, NotAllowed, Role
from domain.delivery import Channel, DeliveryState
from domain.order import OrderRefused, OrderState
from domain.shape import Circle
from operations.aftermath import Aftermath
from operations.deliveries import MASS
from operations.drafts import OrderRequest
from operations.grid_calls import GridCalls, note_workers
from operations.grid_pages import PageUnknown
from operations.targets import Targets
from storage.tables import outbox
from tests.operations.conftest import Office
from tests.operations.grid_office import FIRST, JINSHUI, LIST, SECOND, WORDS, Grid


@pytest.fixture
def grid(office: Office) -> Grid:
    made = Grid(office)
    made.workers.take_file(SYSTEM, LIST.encode(), {})
    return made


def test_the_workers_on_duty_of_an_area_are_called_and_their_desks_told(grid: Grid):
    preview = grid.orders.preview(grid.office.officer, OrderRequest(Targets(grid_workers_of=(JINSHUI,)), **WORDS))
    order = grid.issue(Targets(grid_workers_of=(JINSHUI,)))
    assert (
        sorted(one.name[-3:] for one in preview.draft.workers) == ["001", "002", "004"] == sorted(grid.lines(order.id))
    )
    assert (preview.draft.count, preview.unreachable) == (5, 1)
    assert [post.code for post in preview.draft.posts] == [FIRST, SECOND]
    assert order.targets == 2
    counts = grid.pages.tally(grid.office.officer, order.id).counts
    assert sum(counts.values()) == 3
    assert (counts["queued"], counts["failed"]) == (2, 1)
    assert "410105003" in preview.draft.reach.without_workers


def test_a_shape_calls_the_workers_of_the_townships_it_touches_and_minus_holds(grid: Grid):
    post = grid.office.city.post_by_code[FIRST]
    shape = Circle(post.lon, post.lat, 30)
    order = grid.issue(Targets(shapes=(shape,), grid_workers_in_shapes=True))
    assert set(grid.lines(order.id)) >= {"001", "002"}
    without = grid.issue(Targets(posts=(JINSHUI,), grid_workers_of=(JINSHUI,), leave_out=(SECOND,)))
    assert set(grid.lines(without.id)) == {"001", "002"}
    assert without.tiers == {"district": 1, "township": 1}


def test_leaving_out_the_district_leaves_out_all_its_workers(grid: Grid):
    with pytest.raises(OrderRefused, match="no grid worker is on duty"):
        grid.issue(Targets(tiers=("district",), grid_workers_of=("410100",), leave_out=(JINSHUI,)))


def test_the_area_must_lie_in_the_subtree(grid: Grid):
    other = replace(grid.office.officer, dispatch_root="410103")
    with pytest.raises(NotAllowed):
        grid.orders.issue(other, OrderRequest(Targets(grid_workers_of=(FIRST,)), **WORDS))


def test_a_message_with_the_page_waits_for_each_worker_in_the_lane_of_mass_calls(grid: Grid):
    order = grid.issue(Targets(grid_workers_of=(FIRST,)))
    [one, two] = sorted(grid.messages(order.id), key=lambda message: message.address)
    assert (one.address, one.channel, one.state, one.lane) == ("13800000001", Channel.SMS, DeliveryState.WAITING, MASS)
    assert one.link == f"https://city.example/g/{grid.token(order.id, '001')}"
    assert two.channel is Channel.CALL  # voice without a gateway: somebody of the centre dials


def test_what_became_of_a_message_is_on_the_line(grid: Grid):
    order = grid.issue(Targets(grid_workers_of=(FIRST,)))
    now = grid.office.clock.real()
    [one, two] = sorted(grid.messages(order.id), key=lambda message: message.address)
    with grid.office.database.begin() as work:
        note_workers(work, [one.reached(DeliveryState.SENT, now), two.reached(DeliveryState.CONFIRMED, now)], now)
    lines = grid.lines(order.id)
    assert (lines["001"].state, lines["001"].sent_at) == ("sent", now)
    assert (lines["002"].state, lines["002"].answers[0].answer) == ("acknowledged", "received")


@pytest.mark.parametrize(("mode", "outside"), [("drill", True), ("live", False)])
def test_nothing_of_a_drill_or_a_demo_leaves(office: Office, mode: str, outside: bool):
    grid = Grid(office, outside=outside)
    grid.workers.take_file(SYSTEM, LIST.encode(), {})
    order = grid.issue(Targets(grid_workers_of=(FIRST,)), mode=mode)
    assert {one.state for one in grid.messages(order.id) if one.channel is Channel.SMS} == {DeliveryState.DROPPED}
    assert grid.pages.open(grid.token(order.id, "001")).valid


def test_a_live_order_whose_workers_cannot_be_reached_at_all_is_refused(grid: Grid):
    with pytest.raises(OrderRefused, match="can be reached"):
        grid.issue(Targets(grid_workers_of=(SECOND,)))
    assert grid.issue(Targets(grid_workers_of=(SECOND,)), mode="drill").targets == 1


def test_orders_that_may_not_call_say_so(office: Office, grid: Grid):
    with pytest.raises(OrderRefused, match="can be called from here"):
        office.orders.issue(office.officer, OrderRequest(Targets(grid_workers_of=(FIRST,)), **WORDS))


def test_a_page_is_opened_answered_and_the_mind_changed(grid: Grid):
    order = grid.issue(Targets(grid_workers_of=(FIRST,)))
    token = grid.token(order.id, "001")
    assert len(token) == 32
    opened = grid.pages.open(token)
    assert (opened.order.id, opened.line.state, opened.valid) == (order.id, "read", True)
    grid.office.wait(seconds=9)
    grid.pages.answer(token, "received")
    again = grid.pages.answer(token, "received")
    grid.office.wait(seconds=9)
    line = grid.pages.answer(token, "need_support").line
    assert len(again.line.answers) == 1
    assert [one.answer for one in line.answers] == ["received", "need_support"]
    assert (line.acknowledged_at - line.queued_at).total_seconds() == 9
    counts = grid.pages.tally(grid.office.officer, order.id).counts
    assert (counts["acknowledged"], sum(counts.values())) == (1, 2)
    with pytest.raises(OrderRefused):
        grid.pages.answer(token, "in_position")


@pytest.mark.parametrize("token", ["", "x", "a" * 32, "../../etc/passwd", "a" * 31 + "é", "'" * 32, "a" * 5000])
def test_a_token_that_was_never_made_opens_nothing(grid: Grid, token: str):
    with pytest.raises(PageUnknown):
        grid.pages.open(token)


def test_the_database_holds_no_token(grid: Grid):
    order = grid.issue(Targets(grid_workers_of=(FIRST,)), mode="drill")
    token = grid.token(order.id, "001").encode()
    with grid.office.database.read() as work:
        rows = work.connection.exec_driver_sql("SELECT * FROM worker_lines").fetchall()
    assert len(rows) == 2
    assert token.decode() not in str(rows)
    assert grid.calls.token(order.id, "x") != GridCalls(None, None, None, secret_key="l" * 32, url="").token(
        order.id, "x"
    )


def test_the_old_page_shows_the_newest_edition_and_answers_for_it(grid: Grid):
    order = grid.issue(Targets(grid_workers_of=(FIRST,)))
    token = grid.token(order.id, "001")
    grid.pages.answer(token, "received")
    worker = next(one for one in grid.workers.search(SYSTEM, below=FIRST) if one.name.endswith("001"))
    grid.workers.set_duty(SYSTEM, worker.id, on_duty=False)
    newer = grid.orders.correct(grid.office.officer, order.id, {"text": "改为十八时前"}, reason="时间有误")
    assert set(grid.lines(newer.id)) == {"001", "002"}
    page = grid.pages.open(token)
    assert (page.order.text, page.line.order, page.line.acknowledged_at) == ("改为十八时前", newer.id, None)
    grid.pages.answer(token, "received")
    assert grid.lines(newer.id)["001"].state == "acknowledged"
    assert [grid.lines(order.id)[name].state for name in ("001", "002")] == ["acknowledged", "withdrawn"]


@pytest.mark.parametrize("how", ["cancel", "close", "expire", "late"])
def test_a_page_of_an_order_that_is_over_takes_no_answer(grid: Grid, how: str):
    order = grid.issue(Targets(grid_workers_of=(FIRST,)))
    token = grid.token(order.id, "001")
    if how in ("cancel", "close"):
        getattr(grid.orders, how)(grid.office.officer, order.id, reason="误发")
    else:
        grid.office.clock.at = order.valid_until
        if how == "expire":
            grid.orders.expire_due()
    page = grid.pages.open(token)
    assert not page.valid
    assert page.line.read_at is None
    with pytest.raises(OrderRefused, match="already over"):
        grid.pages.answer(token, "received")
    state = grid.lines(order.id)["001"].state
    assert state == {"expire": "expired", "late": "queued"}.get(how, "withdrawn")


def test_the_all_clear_reaches_the_same_workers(grid: Grid):
    order = grid.issue(Targets(grid_workers_of=(FIRST,)))
    clear = grid.orders.all_clear(grid.office.officer, order.id)
    assert set(grid.lines(clear.id)) == {"001", "002"}
    assert grid.orders.get(grid.office.officer, order.id).state is OrderState.CLOSED


def test_the_wide_reach_counts_workers_too(grid: Grid):
    plan = grid.office.city.templates[0].key
    for _ in range(3):
        grid.issue(Targets(posts=(FIRST,)), template=plan)
    wide = Targets(grid_workers_of=(JINSHUI,))
    with pytest.raises(OrderRefused, match="reaches 5 posts"):
        grid.issue(wide, template=plan)
    assert grid.issue(wide, template=plan, confirmed_count=5).targets == 2


def test_the_path_of_a_page_is_for_who_may_order_and_on_record(grid: Grid):
    order = grid.issue(Targets(grid_workers_of=(FIRST,)))
    worker = grid.lines(order.id)["001"].worker
    path = grid.pages.link_path(grid.office.officer, order.id, worker)
    assert path == f"/g/{grid.token(order.id, '001')}"
    with grid.office.database.read() as work:
        assert work.audits.latest(1)[0]["verb"] == "grid_page.shown"
    other = replace(grid.office.officer, dispatch_root="410103")
    for actor, wrong in ((other, PageUnknown), (Actor("x", "x", Role.LEADER), NotAllowed)):
        with pytest.raises(wrong):
            grid.pages.link_path(actor, order.id, worker)


def test_who_stands_in_a_role_is_told_in_person(grid: Grid):
    grid.office.staff(JINSHUI)
    with grid.office.database.begin() as work:
        work.people.put([work.people.of(JINSHUI)[0] | {"phone": "13900000001"}])
    targets = Targets(posts=(JINSHUI, "410103"), roles=("on_duty",))
    preview = grid.orders.preview(grid.office.officer, OrderRequest(targets, **WORDS))
    assert [(one.post, one.role, one.somebody.name) for one in preview.draft.reach.in_person] == [
        (JINSHUI, "on_duty", "演示员01")
    ]
    assert preview.draft.reach.without_person == ("410103",)
    order = grid.issue(targets)
    [told] = grid.messages(order.id)
    assert (told.post, told.address, told.reason, told.lane) == (JINSHUI, "13900000001", "on_duty", 0)


def test_messages_follow_some_at_a_time_once_each_and_none_after_the_end(grid: Grid):
    order = grid.issue(Targets(grid_workers_of=(FIRST,)))
    with grid.office.database.read() as work:
        assert work.deliveries.of_order(order.id) == []
    assert [grid.calls.send_waiting(limit=1) for _ in range(3)] == [1, 1, 0]
    assert len(grid.messages(order.id)) == 2
    ended = grid.issue(Targets(grid_workers_of=(FIRST,)))
    grid.orders.cancel(grid.office.officer, ended.id, reason="误发")
    assert grid.messages(ended.id) == []


def test_desks_hear_how_the_workers_stand_in_one_row(grid: Grid):
    order = grid.issue(Targets(grid_workers_of=(FIRST,)))
    room = f"order:{order.id}"
    [before] = [row for row in grid.office.board.rows_for(room, grid.office.officer) if row["kind"] == "workers"]
    grid.pages.answer(grid.token(order.id, "001"), "need_support")
    with grid.office.database.read() as work:
        told = [row for kept in work.connection.execute(select(outbox.c.rows)).scalars() for row in kept]
    newest = [row for row in told if row["kind"] == "workers"][-1]
    [after] = [row for row in grid.office.board.rows_for(room, grid.office.officer) if row["kind"] == "workers"]
    assert after == newest
    assert after["version"] > before["version"]
    assert (after["counts"]["acknowledged"], after["need_support"], sum(after["counts"].values())) == (1, 1, 2)


def test_the_record_of_an_order_says_what_became_of_its_workers(grid: Grid):
    one = grid.office
    aftermath = Aftermath(one.database.begin, one.database.read, one.clock, one.city, demo=False)
    order = grid.issue(Targets(grid_workers_of=(FIRST,)))
    one.wait(seconds=7)
    grid.pages.answer(grid.token(order.id, "001"), "need_support")
    grid.orders.close(one.officer, order.id)
    record = aftermath.record(one.officer, order.id)["grid_workers"]
    assert (record["called"], record["answers"], record["silent"]) == (2, {"received": 0, "need_support": 1}, 1)
    assert record["confirmed"]["seconds"] == [7.0]
    plain = grid.issue(Targets(posts=(FIRST,)))
    grid.orders.close(one.officer, plain.id)
    assert "grid_workers" not in aftermath.record(one.officer, plain.id)


def test_a_list_that_changes_between_reading_and_sending_sends_nothing(grid: Grid):
    request = OrderRequest(Targets(grid_workers_of=(FIRST,)), **WORDS)
    officer, begin = grid.office.officer, grid.office.database.begin
    made = grid.orders.drafted(officer, request)
    chief = next(one for one in grid.workers.search(SYSTEM, below=FIRST) if one.name.endswith("001"))
    grid.workers.set_duty(SYSTEM, chief.id, on_duty=False)
    with pytest.raises(OrderRefused, match="changed this very moment"), begin() as work:
        grid.orders.issue_within(work, officer, request, made=made)
    assert grid.orders.latest(officer, 5) == []


def test_a_page_is_there_before_its_message_once_an_officer_asks_for_it_and_with_it_otherwise(grid: Grid):
    order = grid.issue(Targets(grid_workers_of=(FIRST,)))
    worker = grid.lines(order.id)["001"].worker
    token = grid.calls.token(order.id, worker)
    with pytest.raises(PageUnknown):
        grid.pages.open(token)
    assert grid.calls.send_waiting(limit=100) == 2
    assert grid.pages.open(token).valid


def test_a_process_that_dies_between_two_batches_leaves_the_rest_to_the_next_and_tells_nobody_twice(grid: Grid):
    order = grid.issue(Targets(grid_workers_of=(FIRST,)))
    assert grid.calls.send_waiting(limit=1) == 1
    with grid.office.database.read() as work:
        [first] = work.deliveries.of_order(order.id)
        [waiting] = work.worker_lines.waiting(9)
    assert waiting[1] != first.person
    with suppress(InterruptedError), grid.office.database.begin() as work:
        grid.calls._send(work, order, work.grid.get_many([waiting[1]]))
        raise InterruptedError("killed before the commit")
    assert Grid(grid.office).calls.send_waiting() == 1
    assert len(grid.messages(order.id)) == 2
