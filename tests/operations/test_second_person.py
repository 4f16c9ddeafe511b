"""Nobody sends a grave order alone: it waits for a second person, or for the reason of an emergency."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from domain.account import Actor, NotAllowed, Role
from domain.order import OrderRefused, OrderState
from operations.drafts import OrderRequest
from operations.order_requests import OrderRequests, RequestSettled, RequestUnknown, WordsChanged
from operations.second_person import Approval, SecondPersonNeeded
from operations.targets import Targets
from storage.database import Database
from storage.migrate import upgrade
from tests.fakes import FakeClock
from tests.operations.conftest import Office, zhengzhou

SECOND = Actor("o2", "演示副班", Role.OFFICER, dispatch_root="410100")
GRAVE = OrderRequest(Targets(tiers=("district",)), "到岗", "请于 {deadline} 前到岗", grade=1)
REASON = "线路中断，联系不上第二人"


class Desk:
    """Two officers and the requests between them."""

    def __init__(self, office: Office) -> None:
        self.office, self.first = office, office.officer
        self.requests = OrderRequests(
            office.database.begin, office.database.read, office.orders, clock=office.clock, city=office.city
        )

    def ask(self, **changes: object) -> str:
        request = self.requests.issue(self.first, replace(GRAVE, **changes))
        assert isinstance(request, dict), "the order was sent"
        return request["id"]

    def seen(self, request: str) -> str:
        return self.requests.look(SECOND, request)[2]

    def approve(self, request: str, who: Actor = SECOND):
        return self.requests.approve(who, request, seen=self.seen(request))

    def sent(self) -> list:
        return [order for order, _tally in self.office.orders.latest(self.first)]

    def state(self, request: str) -> str:
        return next(row["state"] for row in self.requests.latest(self.first) if row["id"] == request)


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


@pytest.mark.parametrize("mode", ["live", "drill"])
def test_a_grave_order_cannot_be_sent_by_one_login(desk: Desk, mode: str):
    with pytest.raises(SecondPersonNeeded):
        desk.office.orders.issue(desk.first, replace(GRAVE, mode=mode))
    assert desk.state(desk.ask(mode=mode)) == "waiting"
    assert desk.sent() == []


def test_below_the_grade_of_the_rule_an_order_goes_at_once(desk: Desk):
    order = desk.requests.issue(desk.first, replace(GRAVE, grade=2))
    assert [one.id for one in desk.sent()] == [order.id]
    assert (order.second, order.override) == (None, "")


def test_the_grade_of_the_plan_counts_when_none_is_given(desk: Desk):
    assert desk.state(desk.ask(grade=None, template="flood", title="", text="")) == "waiting"


def test_an_unusually_wide_order_waits_one_grade_earlier(desk: Desk):
    plan = {"template": "large_event", "grade": 3}
    for _ in range(3):
        desk.requests.issue(desk.first, replace(GRAVE, targets=Targets(posts=("410105",)), **plan))
    assert not isinstance(desk.requests.issue(desk.first, replace(GRAVE, **plan, confirmed_count=16)), dict)
    for _ in range(5):
        desk.requests.issue(desk.first, replace(GRAVE, targets=Targets(posts=("410105",)), **plan))
    assert desk.state(desk.ask(**plan | {"grade": 2}, confirmed_count=16)) == "waiting"


def test_what_the_second_person_saw_is_what_is_sent_and_both_stand_on_it(desk: Desk):
    request = desk.ask()
    desk.office.wait(minutes=4)
    _row, shown, seen = desk.requests.look(SECOND, request)
    assert shown.text == "请于 14:35 前到岗"  # the times are those of the approval, not of the asking
    order = desk.requests.approve(SECOND, request, seen=seen)
    assert (order.text, order.title) == (shown.text, shown.title)
    assert (order.signer, order.issued_by, order.second) == ("演示值班长", "o1", "演示副班")
    assert desk.sent()[0] == order
    assert next(row for row in desk.requests.latest(SECOND) if row["id"] == request)["made"] == order.id


def test_words_read_within_the_minute_are_sent_as_read_and_older_ones_are_not(desk: Desk):
    request = desk.ask()
    seen = desk.seen(request)
    desk.office.wait(seconds=59)
    assert desk.requests.approve(SECOND, request, seen=seen).text == "请于 14:31 前到岗"
    later = desk.ask()
    stale = desk.seen(later)
    desk.office.wait(minutes=3)
    with pytest.raises(WordsChanged):
        desk.requests.approve(SECOND, later, seen=stale)
    assert desk.state(later) == "waiting"


OTHERS: dict[str, Actor] = {
    "the same account": Actor("o1", "另一名字", Role.OFFICER, dispatch_root="410100"),
    "the same name on another account": Actor("o9", " 演示值班长", Role.OFFICER, dispatch_root="410100"),
    "a key": replace(SECOND, known_by="key", role=Role.MACHINE),
    "a device": replace(SECOND, known_by="device"),
    "somebody of one district": replace(SECOND, dispatch_root="410105"),
    "somebody without authority": replace(SECOND, dispatch_root=None),
    "a leader": Actor("l1", "演示领导", Role.LEADER),
}


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_is_a_second_person(desk: Desk, who: str):
    request = desk.ask()
    with pytest.raises(NotAllowed):
        desk.approve(request, OTHERS[who])
    with pytest.raises(NotAllowed):
        desk.requests.refuse(OTHERS[who], request, reason="不同意")
    assert (desk.sent(), desk.state(request)) == ([], "waiting")


def ends(desk: Desk) -> dict[str, Callable[[str], object]]:
    return {
        "refused": lambda request: desk.requests.refuse(SECOND, request, reason="范围不对"),
        "withdrawn": lambda request: desk.requests.withdraw(desk.first, request),
        "approved": desk.approve,
        "expired": lambda _request: (desk.office.wait(minutes=10), desk.requests.expire_due()),
    }


@pytest.mark.parametrize("end", ["refused", "withdrawn", "approved", "expired"])
def test_after_its_end_a_request_does_nothing_more(desk: Desk, end: str):
    request = desk.ask()
    seen = desk.seen(request)
    ends(desk)[end](request)
    assert desk.state(request) == end
    for act in (
        lambda: desk.requests.approve(SECOND, request, seen=seen),
        lambda: desk.requests.refuse(SECOND, request, reason="x"),
        lambda: desk.requests.withdraw(desk.first, request),
        lambda: desk.requests.override(desk.first, request, reason=REASON),
    ):
        with pytest.raises(RequestSettled, match=end):
            act()
    assert len(desk.sent()) == (end == "approved")


def test_a_request_whose_time_is_over_is_not_approved_even_before_the_worker_looks(desk: Desk):
    request = desk.ask(text="请到岗")
    seen = desk.seen(request)
    desk.office.wait(minutes=10)
    with pytest.raises(RequestSettled, match="expired"):
        desk.requests.approve(SECOND, request, seen=seen)
    assert desk.requests.expire_due() == 1
    assert desk.requests.expire_due() == 0


def test_alone_only_after_the_time_with_a_reason_and_by_whoever_asked(desk: Desk):
    request = desk.ask()
    for early in (0, 19):
        desk.office.wait(seconds=early)
        with pytest.raises(OrderRefused, match="wait for a second person"):
            desk.requests.override(desk.first, request, reason=REASON)
    desk.office.wait(seconds=1)
    with pytest.raises(OrderRefused, match="at least 10"):
        desk.requests.override(desk.first, request, reason="来不及了")
    for other in (SECOND, replace(desk.first, known_by="key")):
        with pytest.raises(NotAllowed):
            desk.requests.override(other, request, reason=REASON)
    order = desk.requests.override(desk.first, request, reason=f" {REASON} ")
    assert (order.override, order.second) == (REASON, None)
    assert desk.state(request) == "overridden"


def test_an_override_is_on_the_record(desk: Desk):
    request = desk.ask()
    desk.office.wait(seconds=20)
    desk.requests.override(desk.first, request, reason=REASON)
    with desk.office.database.read() as work:
        entries = work.audits.latest(10)
    told = next(entry for entry in entries if entry["verb"] == "order_request.overridden")
    assert (told["about"], told["detail"]["reason"]) == (request, REASON)


@pytest.mark.parametrize("where", ["desk", "desk_on_postgresql"])
def test_two_who_approve_at_once_make_one_order(request: pytest.FixtureRequest, where: str):
    all_at_once(request.getfixturevalue(where))


@pytest.fixture
def desk_on_postgresql(postgres_url: str) -> Iterator[Desk]:
    database = Database(postgres_url)
    upgrade(database)
    yield Desk(Office(database, FakeClock(), zhengzhou()))
    database.close()


def all_at_once(desk: Desk) -> None:
    """Several second persons at the same moment."""
    request = desk.ask(text="请到岗")
    seen = desk.seen(request)

    def approve(n: int) -> str:
        try:
            return desk.requests.approve(replace(SECOND, id=f"s{n}", name=f"演示副班{n}"), request, seen=seen).id
        except RequestSettled:
            return ""

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(approve, range(4)))
    assert sum(map(bool, made)) == 1
    assert [order.id for order in desk.sent()] == [one for one in made if one]


def test_a_correction_that_raises_the_grade_waits_and_any_other_goes_at_once(desk: Desk):
    first = desk.requests.issue(desk.first, replace(GRAVE, grade=2))
    desk.office.wait(seconds=9)
    second = desk.requests.correct(desk.first, first.id, {"text": "请立即到岗"}, reason="措辞")
    raised = desk.requests.correct(desk.first, second.id, {"grade": 1}, reason="升级")
    assert (raised["state"], raised["action"], raised["order"]) == ("waiting", "correct", second.id)
    assert desk.sent()[0].id == second.id
    with pytest.raises(SecondPersonNeeded):
        desk.office.orders.correct(desk.first, second.id, {"grade": 1}, reason="升级")
    third = desk.approve(raised["id"])
    assert (third.grade, third.edition, third.references, third.second) == (1, 3, second.id, "演示副班")
    again = desk.requests.correct(desk.first, third.id, {"text": "请十五分钟内到岗"}, reason="措辞")
    assert again.grade == 1


def test_a_correction_of_an_order_that_ended_meanwhile_is_refused_and_the_request_keeps_waiting(desk: Desk):
    first = desk.requests.issue(desk.first, replace(GRAVE, grade=2, text="请到岗"))
    raised = desk.requests.correct(desk.first, first.id, {"grade": 1}, reason="升级")
    seen = desk.seen(raised["id"])
    desk.office.orders.cancel(desk.first, first.id, reason="误发")
    with pytest.raises(OrderRefused, match="already cancelled"):
        desk.requests.approve(SECOND, raised["id"], seen=seen)
    assert desk.state(raised["id"]) == "waiting"


def test_withdrawing_and_closing_need_nobody(desk: Desk):
    for end in (desk.office.orders.close, lambda who, order: desk.office.orders.cancel(who, order, reason="误发")):
        end(desk.first, desk.approve(desk.ask()).id)
    assert {order.state for order in desk.sent()} == {OrderState.CLOSED, OrderState.CANCELLED}


def test_authority_that_was_withdrawn_while_it_waited_sends_nothing(desk: Desk):
    request = desk.ask()
    seen = desk.seen(request)
    desk.requests._in_force = lambda _request: False
    with pytest.raises(NotAllowed, match="any more"):
        desk.requests.approve(SECOND, request, seen=seen)
    assert desk.sent() == []


def test_desks_hear_of_a_request_at_once_and_find_it_when_they_join(desk: Desk):
    request = desk.ask()
    rows = [row for row in desk.office.board.rows_for("desk", SECOND) if row["kind"] == "order_request"]
    assert [(row["id"], row["state"], row["targets"], row["by_name"]) for row in rows] == [
        (request, "waiting", 16, "演示值班长")
    ]
    desk.approve(request)
    assert [row for row in desk.office.board.rows_for("desk", SECOND) if row["kind"] == "order_request"] == []


def test_an_unknown_request_is_unknown(desk: Desk):
    with pytest.raises(RequestUnknown):
        desk.requests.look(SECOND, "nothing")


def test_an_approval_given_to_an_order_stands_on_it(desk: Desk):
    order = desk.office.orders.issue(desk.first, GRAVE, Approval(second="演示副班"))
    assert order.second == "演示副班"
