"""Orders that wait for a second person over HTTP: looked at, let go, refused, taken back, or sent alone."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from api.answers import Given
from api.door import Answer, Call, Route
from api.order_answers import OrderOut, ShortOut
from api.requests import ReasonIn, Said, Taken
from domain.account import Permission
from domain.order import Order
from operations.order_request_rows import request_row
from operations.order_requests import OrderRequests
from operations.orders import Orders
from operations.ports import Row
from operations.short_messages import ShortMessages


class SeenIn(Taken):
    """`seen` is the digest of what was looked at; nothing else is sent."""

    seen: Annotated[str, Field(min_length=1, max_length=80)]


class AloneIn(Taken):
    """Why: of a refusal, or of an order that was sent alone; there it stays on the order."""

    reason: Said


class OrderRequestOut(Given):
    """A request for a second person. `state`: waiting, approved, refused, withdrawn, expired, overridden. `title` and
    `text` are as they read when it was asked; `order` is the one it corrects, `made` the one it became."""

    id: str
    version: int
    state: str
    action: str
    order: str | None
    made: str | None
    title: str
    text: str
    grade: int
    mode: str
    targets: int
    tiers: Mapping[str, int]
    wide: bool
    by: str
    by_name: str
    asked_at: datetime
    override_from: datetime
    expires_at: datetime
    settled_at: datetime | None
    settled_by: str | None
    settled_name: str
    reason: str


class OrderRequestsOut(Given):
    requests: list[OrderRequestOut]


class OrderRequestShown(Given):
    """A waiting request, and exactly what would be sent now; `seen` is what an approval shows. The `shorts` are as they
    leave once you let it go, by the outside channels of `leaves_by`."""

    request: OrderRequestOut
    seen: str
    title: str
    text: str
    ground: str
    callback: str
    valid_until: datetime
    limits: Mapping[str, int]
    answers: tuple[str, ...]
    posts: list[str]
    shorts: list[ShortOut]
    leaves_by: list[str]


class OrderRequestRoutes:
    def __init__(self, requests: OrderRequests, orders: Orders, shorts: ShortMessages) -> None:
        self._requests, self._orders, self._shorts = requests, orders, shorts

    def routes(self) -> list[Route]:
        path, may, made = "/order-requests/{id}", Permission.DISPATCH, {HTTPStatus.CREATED: OrderOut}
        one = {HTTPStatus.OK: OrderRequestOut}
        look = "What would be sent now, if a second person let it go."
        approve = "Let the order go as the second person; for people with a login of their own, never for keys."
        alone = "Send one's own order alone because nobody came; for people, with a reason."
        every = {HTTPStatus.OK: OrderRequestsOut}
        shown = {HTTPStatus.OK: OrderRequestShown}
        return [
            Route("GET", "/order-requests", self.all, "Orders that wait for a second person.", None, every),
            Route("GET", path, self.look, look, None, shown),
            Route("POST", f"{path}/approve", self.approve, approve, may, made, takes=SeenIn),
            Route("POST", f"{path}/override", self.override, alone, may, made, takes=AloneIn),
            Route("POST", f"{path}/refuse", self.refuse, "Refuse it as the second person.", may, one, takes=AloneIn),
            Route("POST", f"{path}/withdraw", self.withdraw, "Take one's request back.", may, one, takes=ReasonIn),
        ]

    def all(self, call: Call) -> Answer:
        return Answer(OrderRequestsOut.model_validate({"requests": self._requests.latest(call.actor)}))

    def look(self, call: Call) -> Answer:
        request, made, seen = self._requests.look(call.actor, call.path["id"])
        names = ("title", "text", "ground", "callback", "valid_until", "limits", "answers")
        said = {name: getattr(made, name) for name in names} | {"posts": [post.code for post in made.posts]}
        before = self._orders.get(call.actor, request["order"]) if request["order"] else None
        said |= self._shorts.waiting(request, made, call.actor, before)
        return Answer(OrderRequestShown.model_validate(said | {"request": request_row(request), "seen": seen}))

    def approve(self, call: Call) -> Answer:
        return sent(self._requests.approve(call.actor, call.path["id"], seen=call.body.seen))

    def override(self, call: Call) -> Answer:
        return sent(self._requests.override(call.actor, call.path["id"], reason=call.body.reason))

    def refuse(self, call: Call) -> Answer:
        return settled(self._requests.refuse(call.actor, call.path["id"], reason=call.body.reason))

    def withdraw(self, call: Call) -> Answer:
        return settled(self._requests.withdraw(call.actor, call.path["id"], reason=call.body.reason))


def sent(order: Order | Row) -> Answer:
    """The order, or (202) the request that waits for a second person instead of one."""
    if isinstance(order, Order):
        out = OrderOut.model_validate(order)
        return Answer(out, HTTPStatus.CREATED, {"Location": f"/api/v1/orders/{out.id}"})
    location = {"Location": f"/api/v1/order-requests/{order['id']}"}
    return Answer(OrderRequestOut.model_validate(request_row(order)), HTTPStatus.ACCEPTED, location)


def settled(request: Row) -> Answer:
    return Answer(OrderRequestOut.model_validate(request_row(request)))
