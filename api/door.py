"""The door every machine request passes: who asks, what they say, what is answered, and what is counted."""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from time import perf_counter
from typing import Any

from flask import Request, Response, request
from pydantic import BaseModel, TypeAdapter

from api import bodies
from api.metrics import Meter
from api.order_answers import FileOut
from api.problems import Failed, failure_of, response
from domain.account import Actor, Permission
from domain.text import flaw_of

log = logging.getLogger("api")

SHORT = 20_000  # bytes: what is checked in less time than handing it to a thread takes

Offload = Callable[..., Any]  # offload(act, *args): call it where waiting for the database holds up nobody


@dataclass(frozen=True)
class Call:
    """One request, checked: `body` and `query` are what the route takes, `given` the body before the check."""

    actor: Actor
    path: Mapping[str, str]
    query: Any
    body: Any
    given: Any


@dataclass(frozen=True)
class Answer:
    body: BaseModel
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """One thing a machine may ask: where, what it takes and what it answers, which is also its documentation.

    `takes` is the type of the body; with `checks_rows` the route checks the body itself, row by row."""

    method: str
    path: str
    act: Callable[[Call], Answer]
    what: str
    permission: Permission | None  # None: the operation itself decides
    answers: Mapping[HTTPStatus, type[BaseModel]]
    takes: Any = None
    asks: type[BaseModel] | None = None
    checks_rows: bool = False
    unreadable: Callable[[Actor, bytes, Failed], None] | None = None  # told of a body that is not JSON
    quick: Callable[[Actor, bytes], Answer | None] | None = None  # a short body, without leaving the event loop
    finish: Callable[[Answer], Answer] | None = None  # what has to be done on the event loop, after `act`

    @property
    def name(self) -> str:
        return f"api {self.method} {self.path}"

    def matches(self, path: str) -> bool:
        return bool(re.fullmatch(re.sub(r"{\w+}", "[^/]+", self.path), path))


def quietly(offload: Offload) -> Offload:
    """The same, with exceptions carried back as values: a thread pool would print each as a crash of its own."""

    def attempt(act: Callable[..., Any], *args: Any) -> tuple[Any, Exception | None]:
        try:
            return act(*args), None
        except Exception as error:  # noqa: BLE001 - raised again where the request is
            return None, error

    def offloaded(act: Callable[..., Any], *args: Any) -> Any:
        made, error = offload(attempt, act, *args)
        if error is not None:
            raise error
        return made

    return offloaded


class Door:
    def __init__(self, identify: Callable[[Request], Actor | None], offload: Offload, meter: Meter) -> None:
        self._identify, self._offload, self._meter = identify, offload, meter

    def view(self, route: Route) -> Callable[..., Response]:
        """The Flask view of a route."""
        adapter = TypeAdapter(route.takes) if route.takes is not None and not route.checks_rows else None

        def answer(**path: str) -> Response:
            began = perf_counter()
            made = self.answered(lambda: self._through(route, adapter, path))
            self._meter.asked(route.path, made.status_code, perf_counter() - began)
            return made

        return answer

    def actor(self) -> Actor:
        """Who asks. Raises Failed (401) without a valid key."""
        actor = self._identify(request)
        if actor is None:
            raise Failed(HTTPStatus.UNAUTHORIZED, "send a valid key: Authorization: Bearer KEY")
        return actor

    def answered(self, make: Callable[[], Response]) -> Response:
        """The response, or the problem that stopped it; a fault of ours is logged and says nothing about itself."""
        try:
            return make()
        except Exception as error:
            failure = failure_of(error)
            if failure is None:
                log.exception("a request failed")
                failure = Failed(HTTPStatus.INTERNAL_SERVER_ERROR, "the centre could not do this; it has been logged")
            return response(failure)

    def _through(self, route: Route, adapter: TypeAdapter[Any] | None, path: Mapping[str, str]) -> Response:
        actor = self.actor()
        if any(flaw_of(part) for part in path.values()):
            raise Failed(HTTPStatus.NOT_FOUND, "no id contains such a character")
        if route.permission:
            actor.must(route.permission)
        body, query = self._body(route, actor), request.args.to_dict()
        made = route.quick(actor, body) if route.quick and len(body) <= SHORT else None
        if made:
            return answer_of(made)
        answer: Answer = self._offload(act, route, adapter, actor, path, query, body)
        return answer_of(route.finish(answer) if route.finish else answer)

    def _body(self, route: Route, actor: Actor) -> bytes:
        try:
            return bodies.read(request) if route.takes is not None else b""
        except Failed as failure:
            if route.unreadable:
                self._offload(route.unreadable, actor, b"", failure)
            raise


def act(
    route: Route,
    adapter: TypeAdapter[Any] | None,
    actor: Actor,
    path: Mapping[str, str],
    query: Mapping[str, str],
    body: bytes,
) -> Answer:
    """Check what was sent and do it, away from the event loop."""
    asked = route.asks.model_validate(query) if route.asks else None
    given = parsed(route, actor, body) if route.takes is not None else None
    checked = adapter.validate_python(given) if adapter else None
    return route.act(Call(actor, path, asked, checked, given))


def parsed(route: Route, actor: Actor, body: bytes) -> object:
    try:
        return bodies.parse(body)
    except Failed as failure:
        if route.unreadable:
            route.unreadable(actor, body, failure)
        raise


def answer_of(answer: Answer) -> Response:
    if isinstance(answer.body, FileOut):
        return Response(answer.body.content, answer.status, dict(answer.headers), content_type=answer.body.media)
    text = answer.body.model_dump_json(by_alias=True)
    return Response(text, status=answer.status, headers=dict(answer.headers), content_type="application/json")
