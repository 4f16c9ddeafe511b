"""How a request for a second person is kept, how it looks on the wire, and the digest of what would be sent."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from domain.account import Actor, Role
from operations.drafts import Draft, OrderRequest
from operations.ports import Row
from operations.rows import stamp
from operations.targets import from_plain, to_plain

_SHOWN = ("id", "version", "state", "action", "order", "made", "title", "text", "grade", "mode", "targets", "tiers")
_WHO = ("wide", "by", "by_name", "settled_by", "settled_name", "reason")
_TIMES = ("asked_at", "override_from", "expires_at", "settled_at")
_SENT = ("title", "text", "ground", "callback", "answers", "completes", "checklist", "template", "plan_version")


def request_row(request: Row) -> Row:
    """A request as desks see it: who asks for what, until when, and what became of it."""
    row: Row = {"kind": "order_request"} | {name: request[name] for name in (*_SHOWN, *_WHO)}
    return row | {name: stamp(request[name]) for name in _TIMES}


def digest_of(made: Draft) -> str:
    """Changes when anything changes that a second person answers for: words, grade, limits, and everybody reached.
    The end of validity stands in it to the minute, as it is read."""
    said: dict[str, Any] = {name: getattr(made, name) for name in _SENT}
    said |= {"grade": int(made.grade), "mode": str(made.mode), "limits": dict(made.limits)}
    said |= {"wanted": dict(made.wanted), "ladder": dict(made.ladder)}
    said |= {"until": made.valid_until.isoformat(timespec="minutes"), "posts": [post.code for post in made.posts]}
    said |= {"workers": [worker.id for worker in made.workers]}
    said |= {"people": [one.somebody.id for one in made.reach.in_person]}
    return hashlib.blake2b(json.dumps(said, sort_keys=True).encode(), digest_size=12).hexdigest()


def plain_request(request: OrderRequest) -> Row:
    """The request as plain JSON."""
    said = {one.name: getattr(request, one.name) for one in fields(OrderRequest)}
    return _plain(said) | {"targets": to_plain(request.targets)}


def request_of(kept: Mapping[str, Any]) -> OrderRequest:
    """What `plain_request` wrote."""
    return OrderRequest(**_read(kept) | {"targets": from_plain(kept["targets"])})


def plain_changes(changes: Row) -> Row:
    return _plain(changes)


def changes_of(kept: Mapping[str, Any]) -> Row:
    return _read(kept)


def asker_of(request: Row) -> Actor:
    """Whoever asked, with the authority of that moment."""
    who = {"known_by": request["by_known"], "dispatch_root": request["root"]}
    return Actor(request["by"], request["by_name"], Role(request["by_role"]), **who)


def _plain(said: Mapping[str, Any]) -> Row:
    return {name: _plain_value(value) for name, value in said.items() if name != "targets"}


def _plain_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def _read(kept: Mapping[str, Any]) -> Row:
    found = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    until = kept.get("valid_until")
    return found | ({"valid_until": datetime.fromisoformat(until)} if until else {})
