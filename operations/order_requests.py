"""Orders that wait for a second person: asked for by one login, let go by another, or by an emergency's reason."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.account import SYSTEM, Actor, NotAllowed, Permission
from domain.city import City
from domain.identity import new_id
from domain.order import Order, OrderRefused
from operations.drafts import Draft, OrderRequest
from operations.order_request_rows import (
    asker_of,
    changes_of,
    digest_of,
    plain_changes,
    plain_request,
    request_of,
    request_row,
)
from operations.orders import Orders
from operations.ports import Begin, Clock, Row, Work
from operations.second_person import Approval, rule_in, wants_second

_SHORTEST_REASON = 10
_WORDS_STAND = timedelta(minutes=1)  # the words of a minute ago may still be approved: reading takes time
_LATEST = 50


class RequestState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"  # by the second person
    WITHDRAWN = "withdrawn"  # by whoever asked
    EXPIRED = "expired"
    OVERRIDDEN = "overridden"  # sent by whoever asked, alone, with a reason


class RequestUnknown(Exception):
    """There is no request of this id."""


class RequestSettled(Exception):
    """The request does not wait any more; the sentence says what became of it."""


class WordsChanged(OrderRefused):
    """What would be sent now is not what was looked at."""


class OrderRequests:
    """`in_force` tells whether a login or key still has the authority with which it asked."""

    def __init__(
        self,
        begin: Begin,
        read: Begin,
        orders: Orders,
        *,
        clock: Clock,
        city: City,
        in_force: Callable[[Row], bool] = lambda _request: True,
    ) -> None:
        self._begin, self._read, self._orders, self._clock, self._city = begin, read, orders, clock, city
        self._in_force = in_force

    def issue(self, actor: Actor, request: OrderRequest) -> Order | Row:
        """Issue the order, or, where the rule wants a second person, ask for one: the request's row. Raises what
        Orders.issue raises."""
        drafted = self._orders.drafted(actor, request)
        with self._begin() as work:
            made, wide = self._orders.weigh(work, actor, request, made=drafted)
            if not wants_second(rule_in(work, self._city), made, wide=wide):
                return self._orders.issue_within(work, actor, request, made=made)
            return self._ask(work, actor, made, {"action": "issue", "asked": plain_request(request), "wide": wide})

    def correct(self, actor: Actor, order_id: str, changes: Row, *, reason: str) -> Order | Row:
        """Correct the order, or ask for a second person where the correction raises its grade into the rule."""
        with self._begin() as work:
            original, made = self._orders.weigh_correction(work, actor, order_id, changes)
            if not wants_second(rule_in(work, self._city), made, wide=False, original=original):
                return self._orders.correct_within(work, actor, order_id, changes, reason=reason)
            asked = {"changes": plain_changes(changes), "reason": reason}
            said = {"action": "correct", "asked": asked, "order": order_id, "wide": False}
            return self._ask(work, actor, made, said)

    def _ask(self, work: Work, actor: Actor, made: Draft, said: Row) -> Row:
        now, rule = self._clock.real(), self._city.second_person
        request: Row = {"order": None, "settled_at": None, "settled_by": None, "settled_name": "", "reason": ""}
        request |= said | {
            "id": new_id(now),
            **{name: getattr(made, name) for name in ("title", "text", "tiers")},
            "grade": int(made.grade),
            "mode": str(made.mode),
            "targets": made.count,
            **{"by": actor.id, "by_name": actor.name, "by_role": str(actor.role), "by_known": actor.known_by},
            "root": str(actor.dispatch_root),
            "asked_at": now,
            "override_from": now + timedelta(seconds=rule.override_after_s),
            "expires_at": now + timedelta(seconds=rule.expires_s),
            **{"state": str(RequestState.WAITING), "made": None, "version": 1},
        }
        work.order_requests.add(request)
        work.announce(["desk"], [request_row(request)])
        told = {"grade": request["grade"], "mode": request["mode"], "targets": request["targets"]}
        work.audit(actor, "order_request.asked", request["id"], told | {"title": made.title})
        return request

    def latest(self, actor: Actor) -> list[Row]:
        """The newest requests, as rows for desks. Raises NotAllowed."""
        self._may_see(actor)
        with self._read() as work:
            return [request_row(request) for request in work.order_requests.latest(_LATEST)]

    def look(self, actor: Actor, request_id: str) -> tuple[Row, Draft, str]:
        """A waiting request, exactly what would be sent now, and the digest of it that an approval must show. Raises
        RequestUnknown, RequestSettled, NotAllowed."""
        self._may_see(actor)
        with self._read() as work:
            request = self._waiting(work, request_id)
            made = self._draft(work, request, self._clock.real())
        return request, made, digest_of(made)

    def approve(self, actor: Actor, request_id: str, *, seen: str) -> Order:
        """Let the order go as the second person. `seen` is the digest of what was looked at, and nothing else is sent.
        Raises NotAllowed for the one who asked, for keys and devices, and without authority over every target;
        RequestUnknown, RequestSettled; WordsChanged, when it has to be looked at again."""
        actor.must(Permission.DISPATCH)
        with self._begin() as work:
            request = self._waiting(work, request_id)
            self._check_is_second(actor, request)
            made, as_of = self._as_seen(work, request, seen)
            self._check_reaches(actor, made)
            self._settle(work, actor, request, RequestState.APPROVED)
            return self._send(work, request, Approval(second=actor.name), as_of, made=made)

    def override(self, actor: Actor, request_id: str, *, reason: str) -> Order:
        """Send one's own request alone, because nobody came: only after the rule's time, only by a person, and with a
        reason that stays on the order. Raises OrderRefused for a short reason or too early; otherwise as approve."""
        actor.must(Permission.DISPATCH)
        with self._begin() as work:
            request = self._waiting(work, request_id)
            if actor.id != request["by"] or actor.known_by != "login":
                raise NotAllowed("only the person who asked may send it alone")
            if len(reason.strip()) < _SHORTEST_REASON:
                raise OrderRefused(f"say in at least {_SHORTEST_REASON} characters why nobody could be second")
            if self._clock.real() < request["override_from"]:
                raise OrderRefused("wait for a second person first: the time to send it alone has not come")
            self._settle(work, actor, request, RequestState.OVERRIDDEN, reason=reason.strip())
            return self._send(work, request, Approval(override=reason.strip()), self._clock.real())

    def refuse(self, actor: Actor, request_id: str, *, reason: str) -> Row:
        """Say no as the second person, with a reason. Raises as approve does."""
        actor.must(Permission.DISPATCH)
        if not reason.strip():
            raise OrderRefused("say why the order is refused")
        with self._begin() as work:
            request = self._waiting(work, request_id)
            self._check_is_second(actor, request)
            self._check_reaches(actor, self._draft(work, request, self._clock.real()))
            return self._settle(work, actor, request, RequestState.REFUSED, reason=reason.strip())

    def withdraw(self, actor: Actor, request_id: str, *, reason: str = "") -> Row:
        """Take one's own request back. Raises NotAllowed for anybody else's."""
        actor.must(Permission.DISPATCH)
        with self._begin() as work:
            request = self._waiting(work, request_id)
            if actor.id != request["by"]:
                raise NotAllowed("only whoever asked may take the request back")
            return self._settle(work, actor, request, RequestState.WITHDRAWN, reason=reason.strip())

    def expire_due(self) -> int:
        """End the requests that nobody answered in time; how many. Called by the worker once a second."""
        now = self._clock.real()
        with self._read() as work:
            if not work.order_requests.overdue(now):
                return 0
        with self._begin() as work:
            due = work.order_requests.overdue(now)
            for request in due:
                self._settle(work, SYSTEM, request, RequestState.EXPIRED)
        return len(due)

    def _waiting(self, work: Work, request_id: str) -> Row:
        request = work.order_requests.get(request_id)
        if request is None:
            raise RequestUnknown(request_id)
        if request["state"] != RequestState.WAITING:
            raise RequestSettled(f"the request is already {request['state']}")
        if request["expires_at"] <= self._clock.real():
            raise RequestSettled(f"the request is already {RequestState.EXPIRED}")
        if not self._in_force(request):
            raise NotAllowed(f"{request['by_name']} has no dispatch authority any more")
        return request

    def _check_is_second(self, actor: Actor, request: Row) -> None:
        if actor.known_by != "login":
            raise NotAllowed("the second person is a person with a login of their own")
        if actor.id == request["by"] or actor.name.strip().casefold() == request["by_name"].strip().casefold():
            raise NotAllowed("the second person is somebody else than the one who asked")

    def _check_reaches(self, actor: Actor, made: Draft) -> None:
        root = str(actor.dispatch_root)
        codes = [*(post.code for post in made.posts), *(worker.township for worker in made.workers)]
        outside = [code for code in codes if not self._city.is_within(code, root)]
        if outside:
            raise NotAllowed(f"{actor.name} may order posts below {root} only; {outside[0]} is not one of them")

    def _as_seen(self, work: Work, request: Row, seen: str) -> tuple[Draft, datetime]:
        now = self._clock.real()
        for as_of in (now, now - _WORDS_STAND):
            made = self._draft(work, request, as_of)
            if digest_of(made) == seen:
                return made, as_of
        raise WordsChanged("what would be sent is not what was looked at: look at it again")

    def _draft(self, work: Work, request: Row, as_of: datetime) -> Draft:
        asker, asked = asker_of(request), request["asked"]
        if request["action"] == "correct":
            changes = changes_of(asked["changes"])
            return self._orders.weigh_correction(work, asker, request["order"], changes, as_of)[1]
        return self._orders.weigh(work, asker, request_of(asked), as_of)[0]

    def _send(
        self, work: Work, request: Row, approval: Approval, as_of: datetime, *, made: Draft | None = None
    ) -> Order:
        asker, asked = asker_of(request), request["asked"]
        said: dict[str, Any] = {"approval": approval, "as_of": as_of}
        if request["action"] == "correct":
            changes = changes_of(asked["changes"])
            order = self._orders.correct_within(work, asker, request["order"], changes, reason=asked["reason"], **said)
        else:
            order = self._orders.issue_within(work, asker, request_of(asked), **said, made=made)
        work.order_requests.lead_to(request["id"], order.id)
        self._announce(work, request["id"])
        return order

    def _settle(self, work: Work, actor: Actor, request: Row, state: RequestState, reason: str = "") -> Row:
        """Whoever comes second finds the request settled: then nothing of what was begun is kept."""
        said = {"settled_by": actor.id, "settled_name": actor.name, "reason": reason}
        if not work.order_requests.settle(request["id"], state, self._clock.real(), **said):
            raise RequestSettled("the request has been settled meanwhile")
        told = {"by": request["by_name"], "reason": reason} if reason else {"by": request["by_name"]}
        work.audit(actor, f"order_request.{state}", request["id"], told)
        return self._announce(work, request["id"])

    def _announce(self, work: Work, request_id: str) -> Row:
        request = work.order_requests.get(request_id)
        assert request is not None, "it was there a moment ago, in this transaction"
        work.announce(["desk"], [request_row(request)])
        return request

    def _may_see(self, actor: Actor) -> None:
        if not actor.may(Permission.DISPATCH):
            actor.must(Permission.SEE_LEDGER)
