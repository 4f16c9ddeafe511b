"""An office with escalation: a ladder in the city, people with telephones at some posts, timers fired by hand."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.delivery import Delivery
from domain.order import Order
from domain.step import Step, What
from operations.deliveries import Deliveries
from operations.delivery_ports import Way
from operations.drafts import OrderRequest
from operations.escalation import Escalations
from operations.ledger import Ledger
from operations.targets import Targets
from storage.database import Database
from tests.operations.conftest import HASHER, Office, zhengzhou

LADDER = {
    "tiers": {
        "district": [
            {"at": 0, "when": ["not_acknowledged"], "tell": ["on_duty"], "by": ["phone"]},
            {"at": "1/3", "when": ["not_acknowledged"], "tell": ["deputy"], "by": ["phone"]},
            {"at": "2/3", "when": ["not_acknowledged"], "tell": ["leader"], "by": ["phone"]},
            {"at": 1, "when": ["not_acknowledged"], "tell": ["above"], "by": ["terminal"]},
        ],
        "township": [
            {"at": 0.3, "when": ["not_acknowledged"], "tell": ["on_duty"], "by": ["terminal", "phone"]},
            {"at": 0.5, "when": ["not_read"], "tell": ["deputy"], "by": ["phone"]},
            {"at": 0.8, "when": ["not_acknowledged"], "tell": ["above"], "by": ["terminal"]},
        ],
    }
}


class EscalatingOffice(Office):
    """`ways` are the outside channels that this installation has, `facts` what is different about the city."""

    def __init__(
        self, database: Database, clock: Any, ladder: dict[str, Any], ways: Sequence[Way] = (), **facts: Any
    ) -> None:
        self.ladder, self.ways = ladder, ways
        city = replace(zhengzhou(), ladder=ladder, leader_duties=frozenset({"leader"}), **facts)
        super().__init__(database, clock, city)

    def __post_init__(self) -> None:
        super().__post_init__()
        begin, read = self.database.begin, self.database.read
        self.deliveries = Deliveries(begin, read, clock=self.clock, ways=self.ways, outside=True)
        self.escalations = Escalations(begin, read, self.clock, self.city, self.deliveries, reserved_take_part=True)
        self.ledger = Ledger(begin, read, clock=self.clock, hasher=HASHER, answered=self.escalations.answered)

    def seat(self, *posts: str) -> None:
        """A person on duty, a deputy and a leader at each post, each with a number of their own."""
        rows = [
            {
                "id": f"{duty}-{post}",
                "post": post,
                "name": f"演示{duty}{post}",
                "duty": duty,
                "phone": f"1380000{n}{i:03d}",
                "pin_hash": None,
            }
            for i, post in enumerate(posts)
            for n, duty in enumerate(("duty", "deputy", "leader"))
        ]
        with self.database.begin() as work:
            for post in posts:
                for person in work.people.of(post):
                    work.people.remove(person["id"])
            work.people.put(rows)

    def issue(self, *posts: str, **said: Any) -> Order:
        words = {"title": "全域到岗", "text": "请到岗确认"}
        return self.orders.issue(self.officer, OrderRequest(Targets(posts=posts), **(words | said)))

    def changed(self, order: Order, **said: Any) -> Order:
        """The same order with what a plan would have brought; its timers set again."""
        from domain.timers import group_timers, timers_of

        order = replace(order, **said)
        with self.database.begin() as work:
            work.orders.save(order)
            work.timers.add([*timers_of(order, work.orders.lines(order.id)), *group_timers(order)])
        return order

    def fire(self, **duration: float) -> int:
        """Let time pass, then fire what is due."""
        self.wait(**duration)
        return self.escalations.fire_due()

    def steps(self, order: Order, *whats: What) -> list[Step]:
        found = self.escalations.steps(self.officer, order.id)
        return [step for step in found if not whats or step.what in whats]

    def told(self, order: Order) -> list[tuple[str, str, str]]:
        """(post, person, channel) of every message written."""
        return sorted((one.post, str(one.person), str(one.channel)) for one in self.messages(order))

    def messages(self, order: Order) -> list[Delivery]:
        with self.database.read() as work:
            return work.deliveries.of_order(order.id)

    def timers(self, order: Order) -> dict[str, int]:
        with self.database.read() as work:
            return dict(work.timers.counts(order.id))

    def notices(self, post: str) -> list[tuple[str, str]]:
        """(key, about) of what the post's terminal shows."""
        with self.database.read() as work:
            return [(one.key, one.about) for one in work.timers.notices(post, self.clock.real())]

    def acknowledge(self, order: Order, post: str, answer: str = "received") -> None:
        assert self.record(self.receipt(order.id, post, person=f"duty-{post}", answer=answer)) == [None]

    def answer(self, order: Order, post: str, answer: str) -> None:
        assert self.record(self.receipt(order.id, post, "answered", person=f"duty-{post}", answer=answer)) == [None]
