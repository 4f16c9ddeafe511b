"""What the desk asks about orders that wait for a second person: looked at, let go, refused, taken back, sent alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from callbacks import desk_requests
from callbacks.desk_requests import Json, Unreadable
from domain.account import Actor
from operations.drafts import Draft
from operations.order_requests import OrderRequests, RequestSettled, RequestUnknown
from operations.orders import Orders
from operations.rows import stamp
from operations.short_messages import ShortMessages

Told = dict[str, object]


@dataclass(frozen=True)
class Seconds:
    requests: OrderRequests
    orders: Orders
    shorts: ShortMessages

    def look(self, actor: Actor, asked: Json) -> Told:
        """Exactly what would be sent now, and its digest: an approval lets nothing else go. With the short messages as
        they leave once this actor is the second person."""
        try:
            request, made, seen = self.requests.look(actor, desk_requests.text_of(asked, "request"))
        except (RequestSettled, RequestUnknown) as gone:
            raise Unreadable("the request has been settled meanwhile") from gone
        before = self.orders.get(actor, request["order"]) if request["order"] else None
        told = self.shorts.waiting(request, made, actor, before)
        return {"request": request["id"], "seen": seen} | draft_row(made) | told

    def approve(self, actor: Actor, asked: Json) -> Told:
        order = self._settled(self.requests.approve, actor, asked, seen=desk_requests.text_of(asked, "seen"))
        return {"order": order}

    def override(self, actor: Actor, asked: Json) -> Told:
        order = self._settled(self.requests.override, actor, asked, reason=desk_requests.text_of(asked, "reason"))
        return {"order": order}

    def refuse(self, actor: Actor, asked: Json) -> Told:
        self._settled(self.requests.refuse, actor, asked, reason=desk_requests.text_of(asked, "reason"))
        return {}

    def withdraw(self, actor: Actor, asked: Json) -> Told:
        self._settled(self.requests.withdraw, actor, asked)
        return {}

    def _settled(self, act: Callable[..., Any], actor: Actor, asked: Json, **said: str) -> object:
        """The id of the order that was made, if any."""
        try:
            made = act(actor, desk_requests.text_of(asked, "request"), **said)
        except (RequestSettled, RequestUnknown) as gone:
            raise Unreadable("the request has been settled meanwhile") from gone
        return getattr(made, "id", None)


def draft_row(draft: Draft) -> Told:
    """An order as it would be stored, as plain JSON."""
    return {
        "count": draft.count,
        "tiers": draft.tiers,
        "posts": [post.code for post in draft.posts],
        "workers": len(draft.workers),
        "in_person": len(draft.reach.in_person),
        "without_workers": list(draft.reach.without_workers),
        "without_person": list(draft.reach.without_person),
        "title": draft.title,
        "text": draft.text,
        "grade": int(draft.grade),
        "mode": str(draft.mode),
        "limits": dict(draft.limits),
        "valid_until": stamp(draft.valid_until),
        "answers": list(draft.answers),
        "completes": draft.completes,
        "wanted": dict(draft.wanted),
        "checklist": list(draft.checklist),
        "ground": draft.ground,
        "callback": draft.callback,
        "template": draft.template,
    }


def deadlines(draft: Draft, now: datetime) -> Told:
    """The moment until which each tier confirms."""
    return {tier: stamp(now + timedelta(seconds=seconds)) for tier, seconds in draft.limits.items()}
