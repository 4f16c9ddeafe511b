"""Whatever gateways answer and whenever processes die: nobody is told twice over one channel for one edition, nor more
often than his telephone allows, and the states of messages sum to the messages."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.account import Actor, Permission, Role
from domain.delivery import OVER, Channel, DeliveryState, Wanted, reference
from domain.quiet import Limit
from layouts.text import text
from operations.deliveries import Deliveries
from operations.delivery_desk import DeliveryDesk
from operations.delivery_ports import Way
from operations.drafts import OrderRequest
from operations.quiet import Quiet
from operations.sending import Came, Message, Outbound, drop_needless
from operations.targets import Targets
from operations.wording import Wording
from operations.zones import zone_of
from tests.databases import a_database
from tests.fakes import FakeClock
from tests.operations.conftest import Office, zhengzhou

POST = "410105"
WAY = Way(Channel.SMS, receipts=True, states={"DELIVRD": DeliveryState.DELIVERED, "UNDELIV": DeliveryState.FAILED})
GATEWAY = Actor("k", "gateway", Role.MACHINE, extra=frozenset({Permission.TELL_RECEIPTS}))
LIMIT = Limit(2, 5)
TAKEN = (DeliveryState.SENT, DeliveryState.UNKNOWN)  # what may have gone out
CAME = [
    Came(DeliveryState.SENT),
    Came(DeliveryState.SENT),
    Came(DeliveryState.UNKNOWN, "no_answer"),
    Came(DeliveryState.FAILED, "7"),
]
CAME += [Came(DeliveryState.WAITING, "too_many", 5.0)]


class Scripted:
    """A way out that answers what it is told to and remembers what went out."""

    idempotent = asks = False

    def __init__(self, clock: FakeClock) -> None:
        self.next, self.clock = CAME[0], clock
        self.out: Counter[str] = Counter()
        self.rang: dict[str, list[datetime]] = {}

    def send(self, message: Message) -> Came:
        if self.next.state in TAKEN:
            self.out.update([message.ref])
            self.rang.setdefault(message.address, []).append(self.clock.real())
        return self.next

    def ask(self, ref: str) -> Came | None:
        return None


class Sending(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="zs-sending-")
        self.office = Office(a_database(Path(self.folder.name)), FakeClock(), zhengzhou())
        self.scripted, self.lives, self.people = Scripted(self.office.clock), 0, 0
        begin, read, clock = self.office.database.begin, self.office.database.read, self.office.clock
        self.deliveries = Deliveries(begin, read, clock=clock, ways=[WAY], outside=True)
        self.desk = DeliveryDesk(begin, read, clock=clock, city=self.office.city, deliveries=self.deliveries)
        self.restart()
        self.order = self.issue()
        self.want(n=6, again=False, lane=1)

    def issue(self):
        request = OrderRequest(Targets(posts=(POST,)), title="到岗", text="请到岗", grade=4)
        return self.office.orders.issue(self.office.officer, request)

    @rule()
    def restart(self) -> None:
        """Another process takes the turn; whatever the last one had claimed is left to it."""
        self.lives += 1
        with self.outbound() as outbound:
            outbound.take_over()

    @contextmanager
    def outbound(self) -> Iterator[Outbound]:
        database = self.office.database
        yield Outbound(
            database.begin,
            database.read,
            clock=self.office.clock,
            channel=Channel.SMS,
            adapter=self.scripted,
            receipts=True,
            words=Wording(self.office.city, text),
            trial="",
            outside=True,
            holder=f"life {self.lives}",
            quiet=Quiet(Channel.SMS, (LIMIT,), zone_of(self.office.city)),
        )

    @rule(n=st.integers(1, 4), again=st.booleans(), lane=st.integers(0, 2))
    def want(self, n: int, again: bool, lane: int) -> None:
        """Somebody wants messages for new people, or once more for the ones that were wanted before."""
        self.people += 0 if again else n
        wanted = [Wanted(POST, f"w{one}", Channel.SMS, "", f"139{one}") for one in range(self.people)]
        with self.office.database.begin() as work:
            self.deliveries.enqueue(work, self.order, wanted[-n:], lane=lane)

    @rule(n=st.integers(1, 5), came=st.sampled_from(CAME), dies=st.sampled_from(["", "", "", "before", "after"]))
    def send(self, n: int, came: Came, dies: str) -> None:
        """Calls go out; the process may die before them, or before it writes what came of them."""
        self.scripted.next = came
        with self.outbound() as outbound:
            jobs = outbound.claim(n)
            results = [] if dies == "before" else [(job.delivery, outbound.send(job)) for job in jobs]
            if not dies:
                outbound.settle(results)
        if dies:
            self.restart()

    @precondition(lambda self: self.scripted.out)
    @rule(at=st.integers(0, 99), word=st.sampled_from(sorted(WAY.states)))
    def tell(self, at: int, word: str) -> None:
        """A receipt of something that went out, in whatever order and however often."""
        refs = sorted(self.scripted.out)
        self.desk.receipt(GATEWAY, refs[at % len(refs)], word)

    @rule(seconds=st.integers(1, 400))
    def wait(self, seconds: int) -> None:
        self.office.clock.at += timedelta(seconds=seconds)

    @rule(how=st.sampled_from(["", "", "", "confirm", "correct", "close"]))
    def move_on(self, how: str) -> None:
        database, officer = self.office.database, self.office.officer
        if how == "confirm":
            self.office.record(self.office.receipt(self.order.id, POST))
        elif how == "correct":
            self.order = self.office.orders.correct(officer, self.order.id, {"text": "请立即到岗"}, reason="更急")
        elif how == "close":
            self.office.orders.close(officer, self.order.id)
            self.order = self.issue()
        drop_needless(database.begin, database.read, self.office.clock)()
        self.want(n=3, again=True, lane=1)

    @invariant()
    def nobody_is_told_twice(self) -> None:
        assert all(n <= 1 for n in self.scripted.out.values())

    @invariant()
    def nobody_is_rung_more_often_than_his_telephone_allows(self) -> None:
        window = timedelta(minutes=LIMIT.minutes)
        for times in self.scripted.rang.values():
            pairs = zip(times, times[LIMIT.most :], strict=False)
            assert all(later - sooner >= window for sooner, later in pairs), times

    @invariant()
    def the_states_sum_to_the_messages_and_say_what_went_out(self) -> None:
        with self.office.database.read() as work:
            found = work.deliveries.of_order(self.order.id)
            tally, _ = work.deliveries.tally(self.order.id)
        assert sum(tally.get("sms", {}).values()) == len(found)
        for one in found:
            went_out = self.scripted.out[reference(one.id)]
            told_of = one.state is DeliveryState.BUNDLED and self.scripted.out[reference(one.bundled_into)]
            assert went_out or told_of or one.state in (*OVER, DeliveryState.WAITING, DeliveryState.UNKNOWN), one
            assert not (went_out and one.state is DeliveryState.BUNDLED), one
            assert not (went_out and one.state is DeliveryState.DROPPED), one

    def teardown(self) -> None:
        if hasattr(self, "office"):
            self.office.database.close()
            self.folder.cleanup()


TestSending = Sending.TestCase
TestSending.settings = settings(
    max_examples=50,
    stateful_step_count=18,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),  # a failure is told as it was found: making it shorter takes minutes
)
