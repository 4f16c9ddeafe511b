"""Messages over outside channels over HTTP: what became of them, calls by hand, receipts, and the channels' health."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from api.answers import Given
from api.door import Answer, Call, Route
from api.requests import Short, Taken
from domain.account import Permission
from operations.delivery_desk import DeliveryDesk, summed


class DeliveryOut(Given):
    """A message to one person (null: the post itself) over one channel. `times` say when the centre knew of each
    state; `reason` why it was wanted; `outcome` is in the callee's words, or a word of ours;
    `bundled_into` the message that tells the person of this one."""

    id: str
    order: str
    post: str
    person: str | None
    channel: str
    address: str
    reason: str
    state: str
    lane: int
    wanted_at: datetime
    next_at: datetime | None
    attempts: int
    times: Mapping[str, datetime]
    outcome: str
    bundled_into: str | None
    version: int


class DeliveriesOut(Given):
    """`counts` by state sum to the number of messages."""

    counts: dict[str, int]
    deliveries: list[DeliveryOut]


class ReceiptOut(Given):
    """What the centre now takes the message for; a receipt that repeats or goes back leaves it where it was."""

    state: str


class LimitOut(Given):
    """At most so many messages to one person within so many minutes."""

    most: int
    minutes: int


class ChannelOut(Given):
    """A configured channel. `needs` names the address that it takes of a person; `limits` hold back from a person what
    is not urgent; `waiting` messages have their turn still to come, the first of them wanted at `oldest`."""

    channel: str
    receipts: bool
    needs: str
    limits: list[LimitOut]
    waiting: int
    oldest: datetime | None
    last_success_at: datetime | None
    last_failure_at: datetime | None
    last_failure: str


class ChannelList(Given):
    channels: list[ChannelOut]


class CalledIn(Taken):
    """A number was dialled by hand; `person` is an id on the post's list, null for the post itself."""

    post: Short
    person: Short | None = None
    reached: bool
    note: Annotated[str, Field(max_length=150)] = ""


class ReceiptIn(Taken):
    """`state` in the gateway's own words; `digit` is what was keyed during a call."""

    state: Annotated[str, Field(min_length=1, max_length=60)]
    digit: Annotated[str, Field(max_length=4)] = ""


class TrialIn(Taken):
    address: Annotated[str, Field(max_length=200)] = ""


class DeliveryRoutes:
    def __init__(self, desk: DeliveryDesk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        may, tell = Permission.DISPATCH, Permission.TELL_RECEIPTS
        show = "Every message of an order over outside channels, with how many are in each state."
        called = "A post was called by hand, and somebody answered or nobody did."
        receipt = "A gateway tells what became of a message, by the reference that it was given."
        one, made = {HTTPStatus.OK: DeliveryOut}, {HTTPStatus.CREATED: DeliveryOut}
        look, told = "The channels that are configured, and how they do.", {HTTPStatus.OK: ReceiptOut}
        trial = "Send a test message to an address of one's own."
        return [
            Route("GET", "/orders/{id}/deliveries", self.of_order, show, None, {HTTPStatus.OK: DeliveriesOut}),
            Route("POST", "/orders/{id}/calls", self.called, called, may, one, takes=CalledIn),
            Route("POST", "/deliveries/{id}/receipt", self.receipt, receipt, tell, told, takes=ReceiptIn),
            Route("GET", "/channels", self.channels, look, None, {HTTPStatus.OK: ChannelList}),
            Route("POST", "/channels/{id}/tests", self.trial, trial, may, made, takes=TrialIn),
        ]

    def of_order(self, call: Call) -> Answer:
        found = self._desk.of_order(call.actor, call.path["id"])
        return Answer(DeliveriesOut.model_validate({"counts": summed(found), "deliveries": found}))

    def called(self, call: Call) -> Answer:
        said: CalledIn = call.body
        made = self._desk.called(
            call.actor, call.path["id"], said.post, said.person, reached=said.reached, note=said.note
        )
        return Answer(DeliveryOut.model_validate(made))

    def receipt(self, call: Call) -> Answer:
        said: ReceiptIn = call.body
        after = self._desk.receipt(call.actor, call.path["id"], said.state, digit=said.digit)
        return Answer(ReceiptOut(state=after.state))

    def channels(self, call: Call) -> Answer:
        return Answer(ChannelList.model_validate({"channels": self._desk.health(call.actor)}))

    def trial(self, call: Call) -> Answer:
        made = self._desk.try_channel(call.actor, call.path["id"], call.body.address)
        return Answer(DeliveryOut.model_validate(made), HTTPStatus.CREATED)
