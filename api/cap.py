"""The Common Alerting Protocol at the door: running orders out, outside alerts in as proposals for an order."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Protocol

from flask import Flask, Response, request
from pydantic import BaseModel, Field

from api import bodies
from api.cap_read import LIMIT, read_alert
from api.cap_xml import ATOM_TYPE, CAP_TYPE, alert_xml, feed_xml
from api.door import Answer, Call, Door, Offload, Route
from api.order_answers import ProposalList, ProposalOut
from api.problems import Failed
from domain.account import Actor, Permission
from domain.city import City
from operations.messages import Messages
from operations.ports import Clock
from operations.proposals import Proposals
from operations.zones import zone_of


class Parts(Protocol):
    @property
    def city(self) -> City: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def messages(self) -> Messages: ...
    @property
    def proposals(self) -> Proposals: ...
    @property
    def public_url(self) -> str: ...


class CapDoor:
    """Reading takes a key or a login; only a key can send, since a cookie could be another site's doing."""

    def __init__(self, door: Door, parts: Parts, *, who: Callable[[], Actor | None], offload: Offload) -> None:
        self._door, self._parts, self._who, self._offload = door, parts, who, offload

    def mount(self, server: Flask) -> None:
        """Serve /cap/feed.atom, /cap/alerts/{id}.xml and /cap/inbox."""
        answered = self._door.answered
        server.add_url_rule("/cap/feed.atom", "cap feed", lambda: answered(self.feed))
        server.add_url_rule("/cap/alerts/<name>.xml", "cap alert", lambda name: answered(lambda: self.alert(name)))
        server.add_url_rule("/cap/inbox", "cap inbox", lambda: answered(self.inbox), methods=["POST"])

    def feed(self) -> Response:
        made: Response = self._offload(self._feed, self._reader())
        return made

    def _feed(self, actor: Actor) -> Response:
        city = self._parts.city
        messages = self._parts.messages.running(actor)
        now = self._parts.clock.real().astimezone(zone_of(city))
        text = feed_xml(messages, base=self._parts.public_url.rstrip("/"), name=city.centre, now=now)
        return Response(text, content_type=f"{ATOM_TYPE}; charset=utf-8")

    def alert(self, name: str) -> Response:
        made: Response = self._offload(self._alert, self._reader(), name)
        return made

    def _alert(self, actor: Actor, name: str) -> Response:
        text = alert_xml(self._parts.messages.get(actor, name))
        return Response(text, content_type=f"{CAP_TYPE}; charset=utf-8")

    def inbox(self) -> Response:
        actor = self._door.actor()
        actor.must(Permission.REPORT_CASES)
        made: Response = self._offload(self._take, actor, bodies.read(request, LIMIT))
        return made

    def _take(self, actor: Actor, body: bytes) -> Response:
        proposal, new = self._parts.proposals.receive(actor, read_alert(body))
        if proposal is None:
            return Response(status=HTTPStatus.NO_CONTENT)
        text = ProposalOut.model_validate(proposal).model_dump_json()
        return Response(text, HTTPStatus.CREATED if new else HTTPStatus.OK, content_type="application/json")

    def _reader(self) -> Actor:
        """Who asks, by key or by login. Raises Failed (401)."""
        if "Authorization" in request.headers:
            return self._door.actor()
        actor = self._who()
        if actor is None:
            raise Failed(HTTPStatus.UNAUTHORIZED, "log in, or send a valid key: Authorization: Bearer KEY")
        return actor


class ListAsked(BaseModel):
    """`settled` also lists those that are not open any more."""

    settled: bool = False


class SettledIn(BaseModel):
    """With the `order` that was made of it the proposal is accepted, without it is dismissed, with the `reason`."""

    order: str | None = None
    reason: Annotated[str, Field(max_length=200)] = ""


class ProposalRoutes:
    def __init__(self, proposals: Proposals) -> None:
        self._proposals = proposals

    def routes(self) -> list[Route]:
        what, settle = "Outside alerts as proposals for an order.", "Accept a proposal, or dismiss it."
        see, may = Permission.SEE_LEDGER, Permission.DISPATCH
        listed, one = {HTTPStatus.OK: ProposalList}, {HTTPStatus.OK: ProposalOut}
        return [
            Route("GET", "/proposals", self.latest, what, see, listed, asks=ListAsked),
            Route("POST", "/proposals/{id}/settle", self.settle, settle, may, one, takes=SettledIn),
        ]

    def latest(self, call: Call) -> Answer:
        found = self._proposals.latest(call.actor, open_only=not call.query.settled)
        return Answer(ProposalList.model_validate({"proposals": found}))

    def settle(self, call: Call) -> Answer:
        proposal = self._proposals.settle(call.actor, call.path["id"], order=call.body.order, reason=call.body.reason)
        return Answer(ProposalOut.model_validate(proposal))
