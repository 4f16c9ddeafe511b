"""Orders over HTTP: previewed, issued, watched, corrected, withdrawn, ended."""

from http import HTTPStatus
from typing import Any

from api.door import Answer, Call, Route
from api.order_answers import Ledger, OrderOut, PreviewOut
from api.order_requests import OrderRequestOut, sent
from api.reachability import outlook_of
from api.reachability_forms import OutlookOut
from api.requests import AllClearIn, CorrectionIn, MeetingIn, OrderIn, ReasonIn
from api.targets import reach_row, targets_of
from domain.account import Permission
from domain.order import counts
from domain.tier_times import tier_times
from operations.drafts import OrderRequest
from operations.grid_pages import GridPages
from operations.order_preview import Preview
from operations.order_requests import OrderRequests
from operations.orders import Orders
from operations.ports import Row
from operations.reachability import Reachability
from operations.short_messages import ShortMessages


class OrderRoutes:
    """What needs a second person is answered with the request for one (202)."""

    def __init__(
        self,
        orders: Orders,
        pages: GridPages,
        requests: OrderRequests,
        *,
        reachability: Reachability,
        shorts: ShortMessages,
    ) -> None:
        self._orders, self._pages, self._requests = orders, pages, requests
        self._reachability, self._shorts = reachability, shorts

    def routes(self) -> list[Route]:
        made, ok = {HTTPStatus.CREATED: OrderOut}, {HTTPStatus.OK: OrderOut}
        asked = made | {HTTPStatus.ACCEPTED: OrderRequestOut}
        may, see = Permission.DISPATCH, None  # who may see a ledger is for the operation to say
        show = "Exactly what would be sent, and to how many; nothing is sent."
        correct = "Replace a running order by a new edition to the same posts."
        over = "Close a running order and tell its posts that the danger is over."
        meet = "Open a meeting for the posts of a running order, or close it with an empty link."
        ledger = "The order with the line of every post."
        return [
            Route("POST", "/orders/preview", self.preview, show, may, {HTTPStatus.OK: PreviewOut}, takes=OrderIn),
            Route("POST", "/orders", self.issue, "Issue an order.", may, asked, takes=OrderIn),
            Route("GET", "/orders/{id}", self.get, "An order.", see, ok),
            Route("GET", "/orders/{id}/ledger", self.ledger, ledger, see, {HTTPStatus.OK: Ledger}),
            Route("POST", "/orders/{id}/correct", self.correct, correct, may, asked, takes=CorrectionIn),
            Route("POST", "/orders/{id}/cancel", self.cancel, "Withdraw a running order.", may, ok, takes=ReasonIn),
            Route("POST", "/orders/{id}/all-clear", self.all_clear, over, may, made, takes=AllClearIn),
            Route("PUT", "/orders/{id}/meeting", self.meeting, meet, may, ok, takes=MeetingIn),
            Route("POST", "/orders/{id}/close", self.close, "End a running order.", may, ok, takes=ReasonIn),
        ]

    def preview(self, call: Call) -> Answer:
        preview = self._orders.preview(call.actor, request_of(call.body))
        shorts = self._shorts.before(preview, call.actor.name)
        return Answer(preview_of(preview, outlook_of(self._reachability, preview), shorts))

    def issue(self, call: Call) -> Answer:
        return sent(self._requests.issue(call.actor, request_of(call.body)))

    def get(self, call: Call) -> Answer:
        return Answer(OrderOut.model_validate(self._orders.get(call.actor, call.path["id"])))

    def ledger(self, call: Call) -> Answer:
        order, lines = self._orders.ledger(call.actor, call.path["id"])
        told: dict[str, Any] = {
            "order": order,
            "counts": counts(lines),
            "tiers": tier_times(order, lines),
            "lines": lines,
        }
        workers = self._pages.tally(call.actor, order.id)
        told |= {"grid_workers": workers.counts, "grid_workers_need_support": workers.need_support}
        return Answer(Ledger.model_validate(told))

    def correct(self, call: Call) -> Answer:
        said: CorrectionIn = call.body
        changes = said.model_dump(exclude_none=True, exclude={"reason", "acknowledge_within_s"})
        if said.acknowledge_within_s is not None:
            changes["limits"] = said.acknowledge_within_s
        if said.answers is not None:
            changes["answers"] = tuple(said.answers)
        return sent(self._requests.correct(call.actor, call.path["id"], changes, reason=said.reason))

    def all_clear(self, call: Call) -> Answer:
        order = self._orders.all_clear(call.actor, call.path["id"], call.body.text)
        return created(OrderOut.model_validate(order))

    def meeting(self, call: Call) -> Answer:
        order = self._orders.set_meeting(call.actor, call.path["id"], call.body.link)
        return Answer(OrderOut.model_validate(order))

    def cancel(self, call: Call) -> Answer:
        order = self._orders.cancel(call.actor, call.path["id"], reason=call.body.reason)
        return Answer(OrderOut.model_validate(order))

    def close(self, call: Call) -> Answer:
        order = self._orders.close(call.actor, call.path["id"], reason=call.body.reason)
        return Answer(OrderOut.model_validate(order))


def created(order: OrderOut) -> Answer:
    return Answer(order, HTTPStatus.CREATED, {"Location": f"/api/v1/orders/{order.id}"})


def request_of(said: OrderIn) -> OrderRequest:
    return OrderRequest(
        targets=targets_of(said.targets),
        title=said.title,
        text=said.text,
        grade=said.grade,
        mode=said.mode,
        limits=said.acknowledge_within_s,
        valid_until=said.valid_until,
        answers=None if said.answers is None else tuple(said.answers),
        template=said.plan,
        variables=said.variables,
        ground=said.ground,
        callback=said.callback,
        confirmed_count=said.confirmed_count,
    )


def preview_of(preview: Preview, outlook: OutlookOut, shorts: Row) -> PreviewOut:
    draft = preview.draft
    shown: dict[str, Any] = {
        "posts": [post.code for post in draft.posts],
        "silent_now": [post.code for post in preview.silent_now],
        "usual": preview.compared.usual,
        "wants_count": preview.wants_count,
        "wants_second": preview.wants_second,
        "wide": preview.compared.wide,
        "targets": len(draft.posts),
        "count": draft.count,
        "unreachable": preview.unreachable,
        "outlook": outlook,
    } | reach_row(draft.reach)
    shown |= shorts
    names = ("title", "text", "grade", "mode", "limits", "valid_until", "answers", "ground", "callback", "tiers")
    return PreviewOut.model_validate(shown | {name: getattr(draft, name) for name in names})
