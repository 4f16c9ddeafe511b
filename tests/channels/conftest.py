"""A small office with outside channels: a real database, real ways out, servers of this machine at their end."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from channels.assembly import adapter
from channels.channels_file import ChannelSaid
from channels.http_gateway import HttpGateway
from channels.pace import Pace
from channels.runner import Manners, Runner
from channels.turn import Turn
from domain.delivery import Channel, Delivery, Wanted
from domain.order import Order
from layouts.text import text
from live.outage import Outage
from operations.deliveries import Deliveries
from operations.delivery_desk import DeliveryDesk
from operations.drafts import OrderRequest
from operations.quiet import Quiet
from operations.sending import Outbound
from operations.targets import Targets
from operations.wording import Wording
from operations.zones import zone_of
from storage.leases import SqlLeases
from tests.conftest import until
from tests.operations.conftest import Office, office

STATES = {"SENT": "dialled", "RING": "ringing", "DELIVRD": "delivered", "KEYED": "confirmed", "UNDELIV": "failed"}


def gateway(url: str, **said: object) -> ChannelSaid:
    """What the channels file says of a gateway at `url`."""
    http = {"url": url, "body": {"to": "{phone}", "text": "{text}", "ref": "{ref}"}}
    http |= {"accepted": {"field": "code", "is": [0]}} | said.pop("http", {})
    return ChannelSaid.model_validate({"http": http, "timeout_s": 20, "rate_per_s": 1000} | said)


@dataclass
class Post:
    """The way of messages out of one office, with the loops of its channels."""

    office: Office
    said: dict[Channel, ChannelSaid]
    outside: bool = True
    _told: threading.Event = field(default_factory=threading.Event)
    _loops: list[threading.Thread] = field(default_factory=list)
    _made: list[object] = field(default_factory=list)
    _turns: dict[str, Turn] = field(default_factory=dict)

    def __post_init__(self) -> None:
        begin, read, clock = self.office.database.begin, self.office.database.read, self.office.clock
        ways = [said.way(channel) for channel, said in self.said.items()]
        self.deliveries = Deliveries(begin, read, clock=clock, ways=ways, outside=self.outside)
        self.desk = DeliveryDesk(begin, read, clock=clock, city=self.office.city, deliveries=self.deliveries)

    def staff(self, post: str, *phones: str) -> list[str]:
        """People at a post with these numbers; their ids."""
        row = {"post": post, "duty": "duty", "pin_hash": None}
        people = [
            {"id": f"{post}-{n}", "name": f"演示员{n:02d}", "phone": phone} | row for n, phone in enumerate(phones)
        ]
        with self.office.database.begin() as work:
            work.people.put(people)
        return [one["id"] for one in people]

    def issue(self, *posts: str, mode: str = "live", limits: Mapping[str, int] | None = None) -> Order:
        targets = Targets(posts=posts or ("410105",))
        request = OrderRequest(targets, title="到岗", text="请到岗", grade=4, mode=mode, limits=limits)
        return self.office.orders.issue(self.office.officer, request)

    def enqueue(self, order: Order, *wanted: Wanted, lane: int = 0) -> list[Delivery]:
        with self.office.database.begin() as work:
            return self.deliveries.enqueue(work, order, wanted, lane=lane)

    def of(self, order: Order) -> dict[str | None, Delivery]:
        with self.office.database.read() as work:
            return {one.person: one for one in work.deliveries.of_order(order.id)}

    def states(self, order: Order) -> list[str]:
        return sorted(one.state for one in self.of(order).values())

    def outbound(self, channel: Channel, holder: str = "a") -> Outbound:
        said = self.said[channel]
        way_out = adapter(said, "https://city.example")
        self._made.append(way_out)
        return Outbound(
            self.office.database.begin,
            self.office.database.read,
            clock=self.office.clock,
            channel=channel,
            adapter=way_out,
            receipts=said.receipts,
            words=Wording(self.office.city, text),
            trial="渠道测试",
            outside=self.outside,
            holder=holder,
            quiet=Quiet(channel, said.limits(channel), zone_of(self.office.city)),
        )

    def runner(self, channel: Channel, holder: str = "a") -> Runner:
        said = self.said[channel]
        return Runner(
            self.outbound(channel, holder),
            pace=Pace(said.rate, time.monotonic),
            manners=Manners(said.parallel, said.timeout_s, 0.05),
            turn=self._turns.setdefault(holder, Turn(SqlLeases(self.office.database), holder)),
            wait=lambda seconds: self._told.wait(min(seconds, 0.02)) and None,
            attempt=Outage(f"channel {channel}", logging.getLogger("channels")).attempt,
        )

    def run(self) -> None:
        """Begin every channel's loop."""
        for channel in self.said:
            self._loops.append(threading.Thread(target=self.runner(channel).run, args=(self._told,), daemon=True))
            self._loops[-1].start()

    def stop(self) -> None:
        self._told.set()
        for loop in self._loops:
            loop.join(10)
        for one in self._made:
            if isinstance(one, HttpGateway):
                one.close()


@pytest.fixture
def post_of(office: Office) -> Iterator[Callable[..., Post]]:
    """Makes the way out of the office: post_of(sms=gateway(url), …)."""
    made: list[Post] = []

    def make(*, outside: bool = True, **said: ChannelSaid) -> Post:
        made.append(Post(office, {Channel(name): one for name, one in said.items()}, outside))
        return made[-1]

    yield make
    for one in made:
        one.stop()


__all__ = ["office", "until"]
