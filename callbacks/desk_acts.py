"""What the desk can ask of the operations, and their answers as plain JSON in the reader's language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callbacks import desk_requests
from callbacks.desk_asks import Asks
from callbacks.desk_requests import Json, Unreadable
from callbacks.desk_seconds import deadlines, draft_row
from domain.account import Actor, NotAllowed
from domain.order import Mode, Order, OrderRefused
from layouts import refusals
from layouts.page import Page
from operations.aftermath import Aftermath
from operations.contacts import Contacts
from operations.order_preview import Preview
from operations.order_reading import OrderUnknown
from operations.order_requests import OrderRequests
from operations.orders import Orders
from operations.rows import stamp
from operations.zones import zone_of


@dataclass(frozen=True)
class Parts:
    orders: Orders
    requests: OrderRequests
    contacts: Contacts
    asks: Asks
    aftermath: Aftermath
    print_paper: Callable[[str, str, str], bytes]  # print(order id, kind, asked by)


@dataclass(frozen=True)
class Acts:
    parts: Parts
    page: Page
    now: datetime

    def answer(self, verb: str, actor: Actor, asked: Json) -> dict[str, object]:
        """`{"ok": True, …}` or `{"ok": False, "problem": sentence}`; `verb` is the name of a method below."""
        act: Callable[[Actor, Json], dict[str, object]] = getattr(self, verb)
        at = stamp(self.now)
        try:
            return {"ok": True, "at": at} | act(actor, asked)
        except (OrderRefused, NotAllowed) as refusal:
            return {"ok": False, "at": at, "problem": refusals.sentence(self.page, str(refusal))}
        except OrderUnknown:
            return {"ok": False, "at": at, "problem": self.page.text("ledger.missing")}

    def preview(self, actor: Actor, asked: Json) -> dict[str, object]:
        """What would be sent now, byte for byte, to whom, and what to look at before."""
        preview, asks = self.parts.orders.preview(actor, self._request(asked)), self.parts.asks
        shorts = asks.seconds.shorts.before(preview, actor.name)
        return preview_row(preview, self.now) | shorts | {"outlook": asks.rolls.outlook_of(preview)}

    def issue_live(self, actor: Actor, asked: Json) -> dict[str, object]:
        return self._issue(actor, asked, Mode.LIVE)

    def issue_drill(self, actor: Actor, asked: Json) -> dict[str, object]:
        return self._issue(actor, asked, Mode.DRILL)

    def _issue(self, actor: Actor, asked: Json, mode: Mode) -> dict[str, object]:
        request = self._request(asked)
        if request.mode != mode:
            raise Unreadable(f"this is the way of {mode} orders, not of {request.mode} ones")
        return outcome(self.parts.requests.issue(actor, request))

    def change(self, actor: Actor, asked: Json) -> dict[str, object]:
        """Correct, cancel or close a running order, or give its all-clear; the order to look at then."""
        verb, reason = desk_requests.text_of(asked, "verb"), desk_requests.text_of(asked, "reason")
        order_id, orders = desk_requests.text_of(asked, "order"), self.parts.orders
        if verb == "correct":
            changed = desk_requests.changes(asked, zone=zone_of(self.page.city))
            return outcome(self.parts.requests.correct(actor, order_id, changed, reason=reason))
        if verb == "all_clear":
            return {"order": orders.all_clear(actor, order_id, desk_requests.text_of(asked, "text")).id}
        if verb not in ("cancel", "close"):
            raise Unreadable(f"verb {verb!r} is not one of correct, all_clear, cancel, close")
        ended = orders.cancel if verb == "cancel" else orders.close
        return {"order": ended(actor, order_id, reason=reason).id}

    def other(self, actor: Actor, asked: Json) -> dict[str, object]:
        """Whatever desk_asks answers."""
        return self.parts.asks.answer(actor, asked)

    def phones(self, actor: Actor, asked: Json) -> dict[str, object]:
        """By telephone: the people of the posts of an order, for whoever may dispatch."""
        _order, lines = self.parts.orders.ledger(actor, desk_requests.text_of(asked, "order"))
        return {"phones": self.parts.contacts.of_posts(actor, [line.post for line in lines])}

    def _request(self, asked: Json) -> desk_requests.OrderRequest:
        return desk_requests.order_request(asked, zone=zone_of(self.page.city))


def outcome(made: Order | dict[str, Any]) -> dict[str, object]:
    """The order that was issued, or the request that waits for a second person."""
    return {"waiting": made["id"]} if isinstance(made, dict) else {"order": made.id, "no": made.no}


def preview_row(preview: Preview, now: datetime) -> dict[str, object]:
    return draft_row(preview.draft) | {
        "silent": [post.code for post in preview.silent_now],
        "usual": list(preview.compared.usual),
        "beside": list(preview.compared.beside),
        "wants_count": preview.wants_count,
        "wants_second": preview.wants_second,
        "unreachable": preview.unreachable,
        "deadlines": deadlines(preview.draft, now),
    }
