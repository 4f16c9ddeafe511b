"""The browsers' door: who may connect and join, what a join answers, receipts in, and who must leave."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from flask import request
from flask_socketio.namespace import Namespace
from redis import Redis, RedisError
from socketio.exceptions import ConnectionRefusedError as Refused

from domain.account import Actor
from domain.city import City
from live import keys
from live.activity import Activity, activity_rows
from live.fanout import NAMESPACE
from live.hints import Ear, whose
from live.joins import Joins, RowsFor
from live.outage import Outage
from live.presence import REFRESH_S, Presence, connected, post_rows
from live.receipts import GroupCommit, Kind, Malformed, Record, receipt
from live.rooms import DESK, WALL, post_of
from operations.board import may_join
from operations.ports import LiveReader, Row

LONGEST_ROOM = 80
EVENTS_A_SECOND, BURST = 20.0, 60.0  # per socket, and for each further post that a robot's key answers for
NOT_ALLOWED = "you may not be in this room"
TOO_MUCH = "too many messages: wait a moment"
NOT_WELCOME = "who are you? log in again"
PERSON_HERE = "a person is logged in at this post, and answers for it"
LATER = "this cannot be read now: try again"
RECHECK_S = 60.0  # how often everybody is asked about again without a reason
RECHECKED_AT_ONCE = 100  # so many are looked up in one go where it may block
ANSWER_S = 0.1  # for an answer to leave before its socket is closed
log = logging.getLogger("live")

Identify = Callable[[object, Mapping[str, Any]], Actor | None]


def directly(work: Callable[..., Any], *arguments: Any) -> Any:
    return work(*arguments)


@dataclass(frozen=True)
class Behind:
    """What the door needs from inside. `identify(auth, environ)` says who it is now, or None; `offload(fn, *args)`
    runs what blocks (SQL) where it may block."""

    city: City
    identify: Identify
    rows_for: RowsFor
    record: Record
    reader: LiveReader
    now: Callable[[], datetime]  # real time
    build: str
    offload: Callable[..., Any] = directly


@dataclass
class Socket:
    """One connection: who it is, how it said so, and how much it may still say."""

    actor: Actor
    auth: object
    environ: Mapping[str, Any]
    posts: set[str] = field(default_factory=set)  # the posts it is the terminal of
    left: float = BURST
    at: float = field(default_factory=time.monotonic)

    @property
    def is_robot(self) -> bool:
        """Whether a program answers here, with a key, and no person."""
        return self.actor.known_by == "key"

    def may_speak(self) -> bool:
        seats = max(1, len(self.actor.posts))
        now = time.monotonic()
        self.left = min(BURST * seats, self.left + (now - self.at) * EVENTS_A_SECOND * seats)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Gateway(Namespace):
    """The namespace /live. Every event is answered; a bad one with a sentence, never with an exception."""

    def __init__(self, behind: Behind, redis: Redis) -> None:
        super().__init__(NAMESPACE)
        self.behind, self._redis = behind, redis
        self.joins = Joins(lambda room, actor: behind.offload(behind.rows_for, room, actor))
        self.receipts = GroupCommit(behind.record, behind.offload)
        self.presence = Presence(redis, behind.now, self._tell_desks)
        self.activity = Activity(redis, behind.now, self._tell_desks)
        self.people = Presence(redis, behind.now, lambda _rows: None, among=keys.PEOPLE)
        self.sockets: dict[str, Socket] = {}
        self._recheck_due = False

    def on_connect(self, auth: object = None) -> bool:
        try:
            actor = self._identify(auth, request.environ)
        except Exception as error:
            log.error("a connection: %s", error, exc_info=True)
            raise Refused(LATER) from error
        if actor is None:
            raise Refused(NOT_WELCOME)
        self.sockets[here()] = Socket(actor, auth, request.environ, left=BURST * max(1, len(actor.posts)))
        return True

    def on_disconnect(self, _reason: object = None) -> None:
        socket = self.sockets.pop(here(), None)
        if socket:
            self.presence.went(socket.posts)
            if not socket.is_robot:
                self.people.went(socket.posts)

    def on_join(self, room: object = None) -> Row:
        sid = here()
        socket = self.sockets.get(sid)
        if socket is None or not socket.may_speak():
            return refusal(TOO_MUCH)
        asked = room if isinstance(room, list) else [room]
        rooms = list(dict.fromkeys(one for one in asked if isinstance(one, str) and len(one) <= LONGEST_ROOM))
        try:
            actor = self._identify(socket.auth, socket.environ)
            if actor is None:
                self._server.start_background_task(self._close_soon, sid)
                return refusal(NOT_WELCOME)
            socket.actor = actor
            if not rooms or len(rooms) < len(asked) or not all(may_join(self.behind.city, actor, one) for one in rooms):
                return refusal(NOT_ALLOWED)
            return self._join(sid, socket, rooms) | {"room": room, "now": self.behind.now().isoformat()}
        except Exception as error:
            log.error("a join of %.200r: %s", room, error, exc_info=True)
            return refusal(LATER)

    def _join(self, sid: str, socket: Socket, rooms: Sequence[str]) -> Row:
        """First the room, then the rows: what happens in between comes twice, never not at all."""
        for room in rooms:
            self.enter_room(sid, room)
        self._take_seats(socket, rooms)
        rows = self._rows(rooms, socket.actor)
        you = {"name": socket.actor.name, "role": socket.actor.role, "post": socket.actor.post}
        vitals = self._vitals() if WALL in rooms or DESK in rooms else None
        return {"ok": True, "vitals": vitals, "rows": rows, "you": you, "build": self.behind.build}

    def _take_seats(self, socket: Socket, rooms: Sequence[str]) -> None:
        """A post's own terminal makes it reachable; someone who only looks in does not."""
        posts = {post for room in rooms if (post := post_of(room)) and socket.actor.answers_for(post)} - socket.posts
        socket.posts |= posts
        self.presence.came(posts)
        if not socket.is_robot:
            self.people.came(posts)

    def _rows(self, rooms: Sequence[str], actor: Actor) -> list[Row]:
        found = {(row["kind"], row["id"]): row for room in rooms for row in self.joins.rows(room, actor)}
        return list(found.values()) + (self._presence_rows() if DESK in rooms else [])

    def _presence_rows(self) -> list[Row]:
        try:
            return post_rows(self._redis, self.behind.now()) + activity_rows(self._redis, self.behind.now())
        except RedisError:
            return []

    def _vitals(self) -> Row | None:
        try:
            return self.behind.reader.vitals()
        except RedisError:
            return None

    def _tell_desks(self, rows: Sequence[Row]) -> None:
        self._send("rows", {"rows": list(rows)}, to=DESK)

    def on_delivered(self, payload: object = None) -> Row:
        return self._take("delivered", payload)

    def on_read(self, payload: object = None) -> Row:
        return self._take("read", payload)

    def on_acknowledged(self, payload: object = None) -> Row:
        return self._take("acknowledged", payload)

    def on_answered(self, payload: object = None) -> Row:
        return self._take("answered", payload)

    def on_active(self, _payload: object = None) -> Row:
        """A person has just used this terminal."""
        socket = self._speaker()
        if socket and not socket.is_robot:
            self.activity.touched(socket.posts)
        return {"ok": True} if socket else refusal(TOO_MUCH)

    def _speaker(self) -> Socket | None:
        socket = self.sockets.get(here())
        return socket if socket and socket.may_speak() else None

    def _take(self, kind: Kind, payload: object) -> Row:
        socket = self._speaker()
        if socket is None:
            return refusal(TOO_MUCH)
        try:
            one = receipt(kind, payload, socket.actor)
        except Malformed as problem:
            return refusal(str(problem))
        if not socket.actor.answers_for(one.post):
            return refusal("you do not sit at this post")
        if socket.is_robot and self._has_person(one.post):
            return refusal(PERSON_HERE)
        if kind in ("acknowledged", "answered") and not socket.is_robot:
            self.activity.touched([one.post])
        problem_said = self.receipts.put(one)
        return refusal(problem_said) if problem_said else {"ok": True}

    def _has_person(self, post: str) -> bool:
        """Whether a robot has to be silent here; while Redis is away nobody knows, and it has to."""
        try:
            return post in connected(self._redis, self.behind.now(), keys.PEOPLE)
        except RedisError:
            return True

    def _identify(self, auth: object, environ: Mapping[str, Any]) -> Actor | None:
        found: Actor | None = self.behind.offload(self.behind.identify, auth, environ)
        return found

    @property
    def _server(self) -> Any:
        assert self.socketio
        return self.socketio.server

    def _send(self, event: str, data: Row, to: str, *, only_here: bool = False) -> None:
        self._server.emit(event, data, to=to, namespace=NAMESPACE, ignore_queue=only_here)

    def close(self, sid: str) -> None:
        """Say goodbye and close; the browser does not come back by itself."""
        self._send("notice", {"key": "bye"}, sid, only_here=True)
        self._server.disconnect(sid, namespace=NAMESPACE, ignore_queue=True)

    def _close_soon(self, sid: str) -> None:
        self._server.sleep(ANSWER_S)
        self.close(sid)

    def recheck(self, first: str = "") -> int:
        """Close the sockets of everybody who is no longer welcome; how many. Those of the id `first` come first."""
        sockets = sorted(self.sockets.items(), key=lambda item: first not in item[1].actor.id)
        gone = 0
        for start in range(0, len(sockets), RECHECKED_AT_ONCE):
            chunk = sockets[start : start + RECHECKED_AT_ONCE]
            for sid in self.behind.offload(self._unwelcome, chunk):
                self.close(sid)
                gone += 1
        return gone

    def _unwelcome(self, sockets: Sequence[tuple[str, Socket]]) -> list[str]:
        return [sid for sid, socket in sockets if self.behind.identify(socket.auth, socket.environ) is None]

    def resync(self) -> None:
        """What was emitted while Redis was away is lost: everybody reads again, and revocations are looked up."""
        for sid in list(self.sockets):
            self._send("notice", {"key": "resync"}, sid, only_here=True)
        self._refresh_presence()
        self._recheck_due = True

    def watch_revocations(self, stopped: threading.Event) -> None:
        """Within a second of a revocation; and now and then, for logins that have rested too long."""
        ear = Ear(self._redis, keys.REVOKED)
        outage = Outage("closing revoked sockets", log)
        look_at = time.monotonic() + RECHECK_S
        while not stopped.is_set():
            hint = ear.wait(0.5)
            if hint is not None or self._recheck_due or time.monotonic() >= look_at:
                self._recheck_due = not outage.attempt(partial(self.recheck, whose(hint)))
                look_at = time.monotonic() + RECHECK_S
        ear.close()

    def keep_house(self, stopped: threading.Event) -> None:
        """Say again who is connected, and forget what nobody asks for any more."""
        while not stopped.wait(REFRESH_S):
            self._refresh_presence()
            self.joins.tidy()

    def _refresh_presence(self) -> None:
        self.presence.refresh()
        self.people.refresh()


def here() -> str:
    """The connection whose event is being handled."""
    sid: str = request.sid  # type: ignore[attr-defined]
    return sid


def refusal(problem: str) -> Row:
    return {"ok": False, "problem": problem}
