"""What a screen gets when it joins: the rows of its room, as plain dicts, and the one way a row changes."""

from collections.abc import Callable
from datetime import timedelta

from domain.account import Actor, Permission
from domain.city import City
from domain.order import ROUTINE, Order, OrderState
from domain.scene import WallScene
from operations.checklists import steps_in
from operations.delivery_rows import delivery_rows
from operations.editions import terminal_row
from operations.grid_calls import worker_rows
from operations.order_request_rows import request_row
from operations.ports import Begin, Clock, Row, Work
from operations.proposals import proposal_row
from operations.readiness import public_readiness_row, readiness_in, readiness_row
from operations.rows import case_row, line_row, order_row, order_without_words, wall_line_row
from operations.scenes import holding, order_rows, order_shown, public_scene_row, scene_row
from operations.step_rows import notice_row, step_row

_EMBERS = timedelta(minutes=15)
_MOST_CASES = 400
_MOST_PROPOSALS = 20
_STILL_TOLD = timedelta(hours=12)  # how long a returning terminal is told that what it shows was withdrawn


def upsert(rows: dict[str, Row], row: Row) -> dict[str, Row]:
    """Rows with `row` in place, unless a newer version is already there (assets/rows.js does the same)."""
    known = rows.get(row["id"])
    return rows if known and known["version"] >= row["version"] else {**rows, row["id"]: row}


class Board:
    def __init__(self, read: Begin, *, clock: Clock, city: City):
        self._read, self._clock, self._city = read, clock, city

    def rows_for(self, room: str, actor: Actor) -> list[Row]:
        """The rows of a room that `actor` was let into."""
        kind, _, key = room.partition(":")
        with self._read() as work:
            if kind == "wall":
                return self._wall(work) + self._readiness(work) + self._shown(work, public_scene_row)
            if kind == "desk":
                return self._desk(work) + self._readiness(work, whole=True) + self._shown(work, scene_row)
            if kind == "order":
                return self._order(work, key, masked=not actor.may(Permission.SEE_LEDGER))
            return self._post(work, key) + self._readiness(work) if kind == "post" else []

    def _readiness(self, work: Work, *, whole: bool = False) -> list[Row]:
        """Peace or war, in a city that has the switch; only desks are told by whom and why."""
        look = readiness_row if whole else public_readiness_row
        return [look(readiness_in(work, self._city))] if self._city.readiness else []

    def _shown(self, work: Work, look: Callable[[Work, WallScene], Row]) -> list[Row]:
        """What somebody has put on the wall."""
        scene = holding(work, self._clock.real())
        return [look(work, scene)] if scene else []

    def _wall(self, work: Work) -> list[Row]:
        cases = work.cases.since(self._clock.now() - _EMBERS, _MOST_CASES)
        rows = [case_row(case) for case in cases]
        for order in self._on_the_wall(work):
            rows += order_rows(work, order)
        return rows

    def _on_the_wall(self, work: Work) -> list[Order]:
        """Every running order, the newest one that has ended and was not replaced, and what an officer put there."""
        latest = [order for order in work.orders.latest(20) if order.kind not in ROUTINE]
        running = [order for order in latest if order.state is OrderState.RUNNING]
        ended = [order for order in latest if order.state not in (OrderState.RUNNING, OrderState.CORRECTED)]
        put = order_shown(work, self._clock.real())
        some = running + ended[:1]
        return some if put is None or put.id in {order.id for order in some} else [*some, put]

    def _desk(self, work: Work) -> list[Row]:
        orders = work.orders.latest(50)
        open_ones = work.proposals.latest(_MOST_PROPOSALS, open_at=self._clock.real())
        asked = [request_row(each) for each in work.order_requests.waiting()]
        return [order_row(order) for order in orders] + [proposal_row(each) for each in open_ones] + asked

    def _order(self, work: Work, order_id: str, *, masked: bool) -> list[Row]:
        order = work.orders.get(order_id)
        if order is None:
            return []
        look = wall_line_row if masked else line_row
        steps = [] if masked else [step_row(step) for step in work.timers.steps(order_id)]
        messages = [] if masked else [*delivery_rows(work, order_id), *worker_rows(work, order_id)]
        ticks = [] if masked else steps_in(work, order)
        return [order_row(order), *(look(line) for line in work.orders.lines(order_id)), *steps, *messages, *ticks]

    def _post(self, work: Work, post: str) -> list[Row]:
        """The newest valid edition of every order to this post, its own lines, and those lately withdrawn, so that a
        terminal that was away can take them down. Never the text of an expired or replaced order."""
        now = self._clock.real()
        orders = work.orders.newest_for(post, now - _STILL_TOLD)
        lines = work.orders.lines_of([(order.id, post) for order in orders])
        rows: list[Row] = []
        for order in orders:
            valid = order.state is OrderState.RUNNING and order.valid_until > now
            rows.append(terminal_row(work, order) if valid else order_without_words(order))
            rows.append(line_row(lines[(order.id, post)]))
        rows += [notice_row(notice) for notice in work.timers.notices(post, now)]
        return rows + [_person_row(person) for person in work.people.of(post)]


def _person_row(person: Row) -> Row:
    """A person of the post, without phone or PIN."""
    known = {name: person[name] for name in ("id", "post", "name", "duty")}
    return {"kind": "person", "version": 1, "has_pin": person["pin_hash"] is not None} | known


def may_join(city: City, actor: Actor, room: str) -> bool:
    """Whether `actor` may hear a room: the wall's for those who see vital signs, the desk's and an order's for those
    who see ledgers, a post's for those who sit there or may order it."""
    kind, _, key = room.partition(":")
    if kind == "wall":
        return actor.may(Permission.SEE_WALL)
    if kind in ("desk", "order"):
        return actor.may(Permission.SEE_LEDGER)
    if kind != "post" or key not in city.post_by_code:
        return False
    return actor.answers_for(key) or (actor.dispatch_root is not None and city.is_within(key, actor.dispatch_root))
